/** Forms of the subjects that a provider of tokens writes, as lines for people. */
interface SubjectForms {
  readonly host: RegExp
  readonly lines: readonly string[]
}

/** The repository, project or namespace that a pattern of a trust policy names; in capitals where it names none. */
const repositoryIn = (expected: readonly string[]): string =>
  expected.map((value) => /^repo:([^:*?@]+\/[^:*?@]+)/.exec(value)?.[1]).find((name) => name !== undefined) ??
  'OWNER/REPOSITORY'

const FORMS: readonly SubjectForms[] = [
  // https://docs.gitlab.com/ci/secrets/id_token_authentication/
  { host: /gitlab/i, lines: ['project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH (or ref_type:tag)'] },
  // https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
  {
    host: /^oidc\.eks\./i,
    lines: ["system:serviceaccount:NAMESPACE:NAME, of the pod's own service account in the cluster of this provider"],
  },
  // https://support.atlassian.com/bitbucket-cloud/docs/deploy-on-aws-using-bitbucket-pipelines-openid-connect/
  { host: /bitbucket/i, lines: ['{REPOSITORY_UUID}:{STEP_UUID}, or {REPOSITORY_UUID}:{ENVIRONMENT_UUID}:{STEP_UUID}'] },
  // https://circleci.com/docs/openid-connect-tokens/
  {
    host: /circleci/i,
    lines: [
      'org/ORGANIZATION_ID/project/PROJECT_ID/user/USER_ID (CIRCLE_OIDC_TOKEN); CIRCLE_OIDC_TOKEN_V2 goes on with /vcs-origin/VCS_ORIGIN/vcs-ref/VCS_REF',
    ],
  },
  // https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration
  {
    host: /terraform/i,
    lines: ['organization:ORGANIZATION:project:PROJECT:workspace:WORKSPACE:run_phase:plan (and run_phase:apply)'],
  },
  // https://buildkite.com/docs/pipelines/security/oidc
  { host: /buildkite/i, lines: ['organization:ORGANIZATION:pipeline:PIPELINE:ref:REF:commit:COMMIT:step:STEP'] },
]

/**
 * Returns the forms of subject that the provider of a condition key writes, for a token whose subject nobody knows: GitHub's for the
 * repository that the statement names. Empty: the provider is not known, or the key is no subject's.
 */
export function subjectForms(key: string, expected: readonly string[]): readonly string[] {
  if (!/:sub$/i.test(key)) return []
  const host = key.slice(0, key.lastIndexOf(':'))
  // https://docs.github.com/en/actions/reference/security/oidc
  if (host.toLowerCase() === 'token.actions.githubusercontent.com') {
    const name = repositoryIn(expected)
    return [
      `repo:${name}:ref:refs/heads/BRANCH for a branch; repo:${name}:environment:NAME if the job has an environment; repo:${name}:pull_request`,
      'compared with letter case; new or renamed repositories have immutable ids: repo:OWNER@ID/REPOSITORY@ID:…',
    ]
  }
  return FORMS.find((form) => form.host.test(host))?.lines ?? []
}

/** Stands in the subject of a token for what the evidence does not tell of it. */
export const OF_TOKEN = 'OF_THE_TOKEN'

/** The subject of a token as it is shown, with an ellipsis for what is not known of it. */
export const withoutPlaceholder = (subject: string): string => subject.replaceAll(OF_TOKEN, '…')

/** What of a fix says which values it adds to a policy. */
interface AddedValues {
  readonly changes?: readonly { readonly patch: readonly unknown[]; readonly before?: unknown }[]
}

/**
 * Whom a fix of a trust policy lets in by the subject of a CI job's token: ` Make this change only if pull requests of acme/shop may assume the role.`, since
 * whoever can start such a job gets the role's permissions (R-EVID-17). Empty: it adds no subject of a known form.
 */
export function onlyIfJobs({ changes = [] }: AddedValues): string {
  const subjects = changes.flatMap(({ patch, before }) => {
    const earlier = JSON.stringify(before ?? '')
    return subjectsIn(JSON.stringify(patch)).filter((subject) => !earlier.includes(`"${subject}"`))
  })
  const jobs = [...new Set(subjects.flatMap((subject) => jobsOf(subject) ?? []))]
  return jobs.length === 0 ? '' : ` Make this change only if ${jobs.join(' and ')} may assume the role.`
}

/** Subjects of GitHub's, GitLab's and HCP Terraform's tokens without a wildcard. */
const subjectsIn = (json: string): readonly string[] =>
  [...json.matchAll(/"((?:repo|project_path|organization):[^"\\*?]{1,500})"/g)].map(([, subject = '']) => subject)

// https://docs.github.com/en/actions/reference/security/oidc, https://docs.gitlab.com/ci/secrets/id_token_authentication/
function jobsOf(subject: string): string | undefined {
  const [, name, kind, value = ''] =
    /^(?:repo|project_path):([^:]+):(pull_request|environment|ref_type:branch:ref|ref_type:tag:ref|ref:refs\/heads|ref:refs\/tags)[:/]?(.*)$/.exec(
      subject,
    ) ?? []
  if (name === undefined) return undefined
  if (kind === 'pull_request') return `pull requests of ${name}`
  if (kind === 'environment') return `jobs of ${name} in environment ${value}`
  return `${kind?.includes('tag') === true ? 'tag' : 'branch'} ${value} of ${name}`
}

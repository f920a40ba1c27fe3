import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { isObject } from './cloudtrail/loose-record.ts'

/** A token of an OpenID Connect provider, decoded. Nobody checked its signature. */
export interface WebIdentityToken {
  /** The address of the provider without `https://`, as IAM names the provider and its condition keys. */
  readonly provider: string
  /** The claims that are useful for a trust policy, in the order of the table. */
  readonly claims: Readonly<Record<string, unknown>>
  /** How many other claims the token has. */
  readonly others: number
  /** The condition keys that AWS STS makes of it. */
  readonly conditionKeys: Readonly<Record<string, string | readonly string[]>>
  /** In seconds since 1970; null: it does not say. */
  readonly expires: number | null
}

/** Longer tokens are no token: STS takes 20,000 characters. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export const MAX_TOKEN = 20_000

/**
 * Claims that people compare with a trust policy. Names and mail addresses of people, and ids of one run, are not among them.
 * GitHub: https://docs.github.com/en/actions/reference/security/oidc · GitLab: https://docs.gitlab.com/ci/secrets/id_token_authentication/ ·
 * Bitbucket: https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/ ·
 * CircleCI: https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/ ·
 * HCP Terraform: https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens ·
 * Kubernetes: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ ·
 * Cognito: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
 */
const USEFUL = [
  'iss',
  'sub',
  'aud',
  'azp',
  'amr',
  'iat',
  'nbf',
  'exp',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'repository_visibility',
  'ref',
  'ref_type',
  'ref_protected',
  'base_ref',
  'head_ref',
  'environment',
  'environment_protected',
  'event_name',
  'workflow_ref',
  'job_workflow_ref',
  'runner_environment',
  'enterprise',
  'namespace_path',
  'namespace_id',
  'project_path',
  'project_id',
  'pipeline_source',
  'workspaceUuid',
  'repositoryUuid',
  'branchName',
  'deploymentEnvironmentUuid',
  'oidc.circleci.com/project-id',
  'oidc.circleci.com/vcs-origin',
  'oidc.circleci.com/vcs-ref',
  'terraform_organization_name',
  'terraform_project_name',
  'terraform_workspace_name',
  'terraform_run_phase',
  'organization_slug',
  'pipeline_slug',
  'build_branch',
  'kubernetes.io',
] as const

/** What of the claim of Kubernetes is useful: the pod has a uid and a name of its own each time. */
const OF_KUBERNETES = ['namespace', 'serviceaccount'] as const

/**
 * Decodes a token, the answer in which GitHub wraps it (`{"value": "…"}`), or claims that somebody decoded; undefined: it is none.
 * Claims count by their issuer and subject, which every such token has.
 */
export function decodeWebIdentityToken(text: string): WebIdentityToken | undefined {
  const trimmed = text.trim()
  if (trimmed.length > MAX_TOKEN) return undefined
  const value = trimmed.startsWith('{') ? jsonOf(trimmed) : claimsOf(trimmed)
  const wrapped = field(value, 'value')
  const claims = typeof wrapped === 'string' ? claimsOf(wrapped) : (unwrapped(value) ?? value)
  return isObject(claims) ? tokenOf(claims) : undefined
}

/** The output of `denytrace whoami --web-identity-token … --format json`. */
const unwrapped = (value: unknown): unknown => {
  const token = field(value, 'webIdentityToken')
  return token === undefined ? undefined : field(token, 'claims')
}

const field = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

/** Three parts in base64url; the middle one is the claims. https://www.rfc-editor.org/rfc/rfc7519 */
const TOKEN = /^[\w-]{4,4000}\.(?<claims>[\w-]{4,18000})\.[\w-]{4,4000}$/

function claimsOf(text: string): unknown {
  const claims = TOKEN.exec(text.trim())?.groups?.['claims']
  if (claims === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(claims.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
    return jsonOf(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function tokenOf(claims: Readonly<Record<string, unknown>>): WebIdentityToken | undefined {
  const issuer = field(claims, 'iss')
  const subject = field(claims, 'sub')
  if (typeof issuer !== 'string' || typeof subject !== 'string' || !/^https:\/\/[\w.:/-]{3,250}$/.test(issuer))
    return undefined
  const provider = providerOf(issuer.slice('https://'.length))
  const shown = USEFUL.flatMap((name): readonly (readonly [string, unknown])[] => {
    const value = field(claims, name)
    return value === undefined ? [] : [[name, name === 'kubernetes.io' ? ofKubernetes(value) : value]]
  })
  const expires = field(claims, 'exp')
  return {
    provider,
    claims: Object.fromEntries(shown),
    others: Object.keys(claims).length - shown.length,
    conditionKeys: keysOf(provider, claims, subject),
    expires: typeof expires === 'number' && Number.isFinite(expires) ? expires : null,
  }
}

/**
 * The name of the provider in ARNs and condition keys. Microsoft's pages keep the slash at its end:
 * https://learn.microsoft.com/en-us/azure/sentinel/connect-aws-configure-environment
 */
const providerOf = (address: string): string =>
  address.startsWith('sts.windows.net/') ? address : address.replace(/\/$/, '')

function ofKubernetes(value: unknown): unknown {
  const entries = OF_KUBERNETES.flatMap((name) => {
    const one = field(value, name)
    return one === undefined ? [] : [[name, one] as const]
  })
  return Object.fromEntries(entries)
}

/**
 * `azp` is the value of `:aud` where the token has it, and `aud` then that of `:oaud`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
function keysOf(
  provider: string,
  claims: Readonly<Record<string, unknown>>,
  subject: string,
): WebIdentityToken['conditionKeys'] {
  const audience = textsOf(field(claims, 'aud'))
  const party = textsOf(field(claims, 'azp'))
  const methods = textsOf(field(claims, 'amr'))
  return {
    [`${provider}:sub`]: subject,
    ...keyOf(`${provider}:aud`, party.length > 0 ? party : audience),
    ...(party.length > 0 ? keyOf(`${provider}:oaud`, audience) : {}),
    ...(methods.length > 0 ? { [`${provider}:amr`]: methods } : {}),
    ...ownKeys(provider, claims),
  }
}

/** Further claims that AWS makes condition keys of, as of GitHub's tokens. */
const ownKeys = (provider: string, claims: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    USEFUL.slice(USEFUL.indexOf('repository')).flatMap((name) => {
      const value = field(claims, name)
      const key = `${provider}:${name}`
      return typeof value === 'string' && conditionKeyFacts(key) !== undefined ? [[key, value]] : []
    }),
  )

const keyOf = (key: string, values: readonly string[]): Readonly<Record<string, string | readonly string[]>> => {
  const [only, ...more] = values
  return only === undefined ? {} : { [key]: more.length === 0 ? only : values }
}

const textsOf = (value: unknown): readonly string[] =>
  [value].flat().flatMap((one) => (typeof one === 'string' ? [one] : []))

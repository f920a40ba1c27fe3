import type { Caller } from '#iam/caller.ts'
import type { GrantGoal } from '../grant-goal.ts'

/**
 * Keys by which a trust policy holds who may assume the role to more than a name: an external id, MFA, a source, an organization. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
 */
export const PROTECTING =
  /^(?:sts:externalid|sts:sourceidentity|aws:multifactorauth(?:present|age)|aws:source(?:ip|vpc|vpce|arn|account|orgid|orgpaths)|aws:principalorg(?:id|paths))$/i

/** Providers whose tokens anybody can have who uses the service: only the subject tells one's own from others'. */
const SHARED_PROVIDERS =
  /(?:token\.actions\.githubusercontent\.com|gitlab\.com|oidc\.eks\.[^/]*\/id\/|app\.terraform\.io|bitbucket\.org|circleci\.com)/

/** Whether a trust for the caller would let in everybody whom the provider knows: the token's subject is not known. */
export const lacksSubject = ({ input, conditions }: GrantGoal): boolean =>
  input.caller.kind === 'identity-provider' &&
  SHARED_PROVIDERS.test(input.caller.federatedBy ?? input.caller.arn) &&
  !Object.values(conditions).some((keys) => Object.keys(keys).some((key) => /:sub$/i.test(key)))

/**
 * Returns how the condition keys of the claims of a federated caller begin, in lower case: `saml:` for an assertion, the address of the
 * provider for a token. Undefined: the caller shows neither.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
export function claimPrefix(caller: Pick<Caller, 'kind' | 'federatedBy' | 'arn'>): string | undefined {
  if (caller.kind !== 'identity-provider') return undefined
  const provider = (caller.federatedBy ?? caller.arn).toLowerCase()
  if (provider.includes(':saml-provider/')) return 'saml:'
  const [, host = provider] = provider.split(':oidc-provider/')
  return `${host}:`
}

/** Whether a condition key is a claim of the token or assertion that the caller shows. */
export const isOwnClaim = (caller: Pick<Caller, 'kind' | 'federatedBy' | 'arn'>, key: string): boolean => {
  const prefix = claimPrefix(caller)
  return prefix !== undefined && key.toLowerCase().startsWith(prefix)
}

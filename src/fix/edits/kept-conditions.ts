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

import type { DenialKind } from '../denial.ts'
import { readUnrelated } from '../other-errors/unrelated.ts'

/** Codes of denials, as services name them (E.2 `code`, R-MSG-30, R-MSG-35). */
const DENIAL_CODE =
  /^(?!UnauthorizedClient)\w{0,40}?(?:AccessDenied\w{0,40}|AccessForbidden|UnauthorizedOperation\w{0,9}|Unauthorized(?:Exception|Access|Error)?|AuthorizationError(?:Exception)?|AuthorizationFailure\w{0,9}|NotAuthorized(?:Error|Exception)?|NoAuthorization\w{0,9}|Forbidden(?:Exception|Error)?|BlockedByOrganizationPolicyException|InsufficientDependencyServiceAccessPermission\w{0,9}|InsufficientS3BucketPolicy\w{0,9}|InsufficientSnsTopicPolicy\w{0,9}|IamRoleMissingPermissions|LogDestinationPermission(?:Issue)?Exception)$/

/**
 * Codes of a signature, token or clock that was refused before authorization (R-MSG-31).
 * https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */
const AUTHENTICATION_CODES = new Set([
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'TokenRefreshRequired',
  'InvalidToken',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'AuthFailure',
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
  'RequestTimeTooSkewed',
  'InvalidIdentityToken',
  'InvalidIdentityTokenException',
  'IDPRejectedClaim',
  'IDPRejectedClaimException',
  'ExpiredIdTokenException',
  'NotSignedUp',
])

const SENTENCE = /not authorized to perform/i

/** Wrong passwords of a Cognito user pool come as NotAuthorizedException (R-MSG-31a). */
const USER_POOL = /incorrect username or password|user (?:is disabled|does not exist)|(?:access|refresh) token has/i

/** STS refuses a wrong one-time code as AccessDenied; the trust policy was not asked. */
const SECOND_FACTOR = /MultiFactorAuthentication failed\b/i

/** `Client.UnauthorizedOperation`, `com.amazonaws.x#AccessDeniedException:http://…` → the plain code. */
export function plainCode(code: string): string {
  const withoutTail = code.includes(':') ? code.slice(0, code.indexOf(':')) : code
  return withoutTail.slice(Math.max(withoutTail.lastIndexOf('.'), withoutTail.lastIndexOf('#')) + 1).trim()
}

/** The kind of a record's error; undefined: no error, or the one that means "allowed" (R-MSG-30, R-MSG-31). */
export function errorKind(code: string | null, text: string | null): DenialKind | undefined {
  const plain = code === null ? '' : plainCode(code)
  if (plain === 'DryRunOperation') return undefined
  if (text !== null && SENTENCE.test(text)) return 'aws-access-denied'
  if (code === null) return undefined
  if (plain === 'VpceAccessDenied') return 'aws-access-denied'
  if (AUTHENTICATION_CODES.has(plain)) return 'aws-authentication'
  if (text !== null && plain.startsWith('NotAuthorized') && USER_POOL.test(text)) return 'aws-authentication'
  if (text !== null && SECOND_FACTOR.test(text)) return 'aws-authentication'
  return DENIAL_CODE.test(plain) && !isNotOfTheCaller(text) ? 'aws-access-denied' : 'other'
}

/**
 * A model or product the account has not asked for comes as AccessDenied too, and no policy was asked (R-MSG-31a); so does a
 * service that may not assume the role of another, and the caller was refused nothing (R-MSG-32).
 */
const isNotOfTheCaller = (text: string | null): boolean =>
  text !== null && NOT_OF_THE_CALLER.has(readUnrelated(text.slice(0, 4096), 0)?.reader ?? '')

const NOT_OF_THE_CALLER = new Set(['model-access', 'opt-in-required', 'role-not-assumable', 'identity-pool'])

/** Services put the denial of a further request into a code of their own: the outer action was allowed (R-MSG-33). */
const WRAPPED =
  /^(?:KMSAccessDenied(?:Exception)?|EncryptionKeyAccessDeniedException|EC2AccessDeniedException|InsufficientS3BucketPolicyException|InsufficientSnsTopicPolicyException|InsufficientDependencyServiceAccessPermissionException|SNSNoAuthorization\w{0,9}|IamRoleMissingPermissions|(?:WAF)?LogDestinationPermission(?:Issue)?Exception|DependencyAccessDeniedException|AccessDeniedForDependencyException|DependentServiceAccessDenied\w{0,9})$/

export const wrapsFurtherDenial = (code: string): boolean => WRAPPED.test(plainCode(code))

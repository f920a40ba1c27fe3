// The denial codes of R-MSG-30 and E.2, cut to their last segment. Bounded prefix: R-MSG-35.
const DENIAL_CODE =
  /\b(?!UnauthorizedClient|UnauthorizedPartnerIntegration|UnauthorizedResourceAccess)\w{0,40}?(?:AccessDenied\w{0,40}|AccessForbidden|DependentServiceAccessDenied|UnauthorizedOperation\w{0,9}|Unauthorized(?:Exception|Access|Error)?|AuthorizationError(?:Exception)?|AuthorizationFailure\w{0,9}|NotAuthorized(?:Error|Exception)?|NoAuthorization\w{0,9}|Forbidden(?:Exception|Error)?|BlockedByOrganizationPolicyException|InsufficientDependencyServiceAccessPermission\w{0,9}|InsufficientS3BucketPolicy\w{0,9}|InsufficientSnsTopicPolicy\w{0,9}|IamRoleMissingPermissions|LogDestinationPermission(?:Issue)?Exception)\b/g

/** Exceptions of the same name that AWS does not send. */
const FOREIGN =
  /(?:java\.nio\.file|springframework\.[a-z.]{1,40}|hadoop\.[a-z.]{1,40}|jclouds\.[a-z.]{1,40})\.AccessDenied\w{0,20}/g

export interface FoundCode {
  readonly code: string
  readonly at: number
}

/** Every denial code in a window, first to last. */
export function denialCodes(window: string): FoundCode[] {
  const foreign = [...window.matchAll(FOREIGN)].map((match) => [match.index, match.index + match[0].length] as const)
  return [...window.matchAll(DENIAL_CODE)]
    .map((match) => ({ code: match[0], at: match.index }))
    .filter(({ at }) => !foreign.some(([from, to]) => at >= from && at < to))
}

/** Whether an error code says that authorization was refused (R-MSG-30). Never enough by itself: see R-MSG-31a. */
export function isDenialCode(code: string): boolean {
  const last = (code.split(':', 1)[0] ?? '').split(/[.#]/).at(-1) ?? ''
  return last === 'VpceAccessDenied' || denialCodes(last).length > 0
}

/** Letters by which such codes are found in squeezed text. */
export const DENIAL_CODE_PHRASES = [
  'accessdenied',
  'accessforbidden',
  'unauthorized',
  'authorizationerror',
  'authorizationfailure',
  'notauthorized',
  'noauthorization',
  'forbidden',
  'blockedbyorganizationpolicy',
  'insufficientdependencyserviceaccess',
  'insufficientsbucketpolicy',
  'insufficientsnstopicpolicy',
  'iamrolemissingpermissions',
  'logdestinationpermission',
] as const

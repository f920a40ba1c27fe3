import { type FoundCode, withoutForeign } from './foreign-code.ts'

// The denial codes of R-MSG-30 and E.2, cut to their last segment. Bounded prefix: R-MSG-35.
const DENIAL_CODE =
  /\b(?!UnauthorizedClient|UnauthorizedPartnerIntegration|UnauthorizedResourceAccess)\w{0,40}?(?:AccessDenied\w{0,40}|AccessForbidden|DependentServiceAccessDenied|UnauthorizedOperation\w{0,9}|Unauthorized(?:Exception|Access|Error)?|AuthorizationError(?:Exception)?|AuthorizationFailure\w{0,9}|NotAuthorized(?:Error|Exception)?|NoAuthorization\w{0,9}|Forbidden(?:Exception|Error)?|BlockedByOrganizationPolicyException|InsufficientDependencyServiceAccessPermission\w{0,9}|InsufficientS3BucketPolicy\w{0,9}|InsufficientSnsTopicPolicy\w{0,9}|IamRoleMissingPermissions|LogDestinationPermission(?:Issue)?Exception)\b/y

/** Letters that every denial code has in it: found first, because the expression above is slow on words that are none. */
const STEM =
  /AccessDenied|AccessForbidden|Unauthorized|Authorization(?:Error|Failure)|NotAuthorized|NoAuthorization|Forbidden|BlockedByOrganizationPolicyException|Insufficient(?:Dependency|S3BucketPolicy|SnsTopicPolicy)|IamRoleMissing|LogDestinationPermission/g
const LONGEST_PREFIX = 40

/** Every denial code in a window, first to last. */
export function denialCodes(window: string): FoundCode[] {
  const found: FoundCode[] = []
  let done = 0
  for (const { index } of window.matchAll(STEM)) {
    if (index < done) continue
    DENIAL_CODE.lastIndex = wordStart(window, index)
    const match = DENIAL_CODE.exec(window)
    if (match === null || match.index + match[0].length <= index) continue
    found.push({ code: match[0], at: match.index })
    done = match.index + match[0].length
  }
  return withoutForeign(window, found)
}

function wordStart(text: string, at: number): number {
  let start = at
  while (start > at - LONGEST_PREFIX && isWord(text.charCodeAt(start - 1))) start--
  return start
}

const isWord = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f

/** Whether an error code says that authorization was refused (R-MSG-30). Never enough by itself: see R-MSG-31a. */
export function isDenialCode(code: string): boolean {
  const last = (code.split(':', 1)[0] ?? '').split(/[.#]/).at(-1) ?? ''
  return last === 'VpceAccessDenied' || denialCodes(last).length > 0
}

/** Letters by which such codes are found in text of letters only. */
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

import { authenticationNote } from './authentication-notes.ts'
import type { Finding } from './finding.ts'

/** Codes that refuse the credentials, before any policy is asked (R-MSG-31, 4). AWS's have no further name behind a dot, as other clouds' have. */
const CODES =
  /\b(?:Client\.)?(?<code>SignatureDoesNotMatch|InvalidSignature(?:Exception)?|ExpiredToken(?:Exception)?|ExpiredTokenException|RequestExpired|TokenRefreshRequired|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|MissingAuthenticationToken(?:Exception)?|IncompleteSignature(?:Exception)?|AuthFailure|AuthorizationHeaderMalformed|AuthorizationQueryParametersError|RequestTimeTooSkewed|InvalidIdentityToken(?:Exception)?|IDPRejectedClaim|IDPCommunicationError|NotSignedUp|NoCredentialProviders|NoCredentialsError|UnauthorizedClientException|CredentialsProviderError|CredentialsError|MissingCredentialsError|InvalidToken)\b(?!\.[A-Z])/

/** Sentences that refuse the credentials. */
const TEXTS =
  /(?:failed to refresh cached credentials[^]{0,300}?)?(?:SSO token failed|unable to refresh SSO token)(?:[^]{0,300}?\bInvalidGrantException)?|(?:security|bearer) token included in the request is (?:expired|invalid)|provided token (?:has expired|is malformed|is expired)|request signature we calculated does not match|Unable to locate credentials|Unable to load (?:AWS )?credentials|Could not load credentials|could not find (?:any )?(?:valid )?credentials|No valid credential sources|no EC2 IMDS role found|failed to refresh cached credentials|Token has expired and refresh failed|Error loading SSO Token|The SSO session (?:associated with this profile )?has expired|Missing Authentication Token|authorization token has expired|no basic auth credentials|Session token not found or invalid|not able to validate the provided access credentials|Access Key Id you provided does not exist|MultiFactorAuthentication failed\b|Unable to parse JWT token|Invalid SigV4 credentials|headers present in the request which were not signed|Credential should be scoped to (?:a valid|correct) (?:region|service)|Missing credentials in config|unable to sign request without credentials|No OpenIDConnect provider found in your account|Incorrect token audience|OpenIDConnect provider['’]s HTTPS certificate doesn['’]t match|Token expired: current date\/time \d{1,12} must be before|Your request included an invalid SAML response|(?:RoleSessionName|Source Identity) (?:is required|in AuthnResponse must match|must match)|Response signature invalid|Issuer not present in specified provider|\bAuthSaml(?:ManifestNotFound|InvalidSamlResponse)Exception|Specified provider doesn['’]t exist|Response does not contain the required audience|Unable to get ACTIONS_ID_TOKEN_REQUEST_URL|\bAccessDenied\b[^]{0,40}\bRequest has expired\b|AWS authentication requires a valid Date|Query-string authentication version 4 requires|Anonymous access is forbidden for this operation|Authorization header requires 'Credential' parameter|key=value pair \(missing equal-sign\) in Authorization header|The config profile \([^)\n]{1,120}\) could not be found|Partial credentials found in|\b535 Authentication Credentials Invalid/i

/** Letters by which either is found in text of letters only. */
export const AUTHENTICATION_PHRASES = [
  'signaturedoesnotmatch',
  'invalidsignature',
  'expiredtoken',
  'requestexpired',
  'tokenrefreshrequired',
  'invalidclienttokenid',
  'unrecognizedclientexception',
  'invalidaccesskeyid',
  'missingauthenticationtoken',
  'incompletesignature',
  'authfailure',
  'authorizationheadermalformed',
  'authorizationqueryparameterserror',
  'requesttimetooskewed',
  'invalididentitytoken',
  'idprejectedclaim',
  'notsignedup',
  'nocredential',
  'unauthorizedclientexception',
  'credentialsprovidererror',
  'credentialserror',
  'missingcredentials',
  'unabletosignrequest',
  'invalidtoken',
  'securitytokenincluded',
  'bearertokenincluded',
  'providedtoken',
  'signaturewecalculated',
  'unabletolocatecredentials',
  'unabletoload',
  'couldnotload',
  'couldnotfind',
  'novalidcredential',
  'noecimdsrolefound',
  'failedtorefreshcached',
  'tokenhasexpired',
  'errorloadingsso',
  'thessosession',
  'accesskeyidyouprovided',
  'authorizationtokenhasexpired',
  'sessiontokennotfound',
  'notabletovalidatetheprovided',
  'multifactorauthenticationfailed',
  'unabletoparsejwttoken',
  'invalidsigvcredentials',
  'requestwhichwerenotsigned',
  'credentialshouldbescoped',
  'nobasicauthcredentials',
  'noopenidconnectproviderfound',
  'incorrecttokenaudience',
  'openidconnectprovidershttps',
  'tokenexpiredcurrentdate',
  'invalidsamlresponse',
  'rolesessionname',
  'sourceidentitymustmatch',
  'responsesignatureinvalid',
  'issuernotpresentinspecifiedprovider',
  'authsaml',
  'specifiedproviderdoesntexist',
  'doesnotcontaintherequiredaudience',
  'unabletogetactionsidtoken',
  'requesthasexpired',
  'awsauthenticationrequires',
  'querystringauthenticationversion',
  'anonymousaccessisforbidden',
  'authorizationheaderrequires',
  'missingequalsign',
  'theconfigprofile',
  'partialcredentialsfound',
  'ssotokenfailed',
  'authenticationcredentialsinvalid',
  'idpcommunicationerror',
] as const

export function readAuthentication(window: string, base: number): Finding | undefined {
  const text = window.replaceAll('\n', ' ')
  const coded = CODES.exec(text)
  const worded = TEXTS.exec(text)
  const match = coded ?? worded
  if (match === null) return undefined
  // Other products have an InvalidToken too: it counts with a sign of AWS beside it.
  if (coded?.groups?.['code'] === 'InvalidToken' && worded === null && !/aws|amazon|s3/i.test(text)) return undefined
  return {
    kind: 'aws-authentication',
    reader: 'authentication',
    from: base + match.index,
    to: base + match.index + match[0].length,
    code: coded?.groups?.['code'] ?? null,
    ...noteOf(text, coded?.groups?.['code'] ?? null, match.index),
  }
}

function noteOf(text: string, code: string | null, at: number): Pick<Finding, 'notes'> {
  const note = authenticationNote(text, code, at)
  return note === undefined ? {} : { notes: [note] }
}

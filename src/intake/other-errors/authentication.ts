import type { Note } from '../note.ts'
import type { Finding } from './finding.ts'

/** Codes that refuse the credentials, before any policy is asked (R-MSG-31, 4). AWS's have no further name behind a dot, as other clouds' have. */
const CODES =
  /\b(?:Client\.)?(?<code>SignatureDoesNotMatch|InvalidSignature(?:Exception)?|ExpiredToken(?:Exception)?|ExpiredTokenException|RequestExpired|TokenRefreshRequired|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|MissingAuthenticationToken(?:Exception)?|IncompleteSignature(?:Exception)?|AuthFailure|AuthorizationHeaderMalformed|AuthorizationQueryParametersError|RequestTimeTooSkewed|InvalidIdentityToken(?:Exception)?|IDPRejectedClaim|NotSignedUp|NoCredentialProviders|NoCredentialsError|UnauthorizedClientException|CredentialsProviderError|CredentialsError|MissingCredentialsError|InvalidToken)\b(?!\.[A-Z])/

/** Sentences that refuse the credentials. */
const TEXTS =
  /(?:security|bearer) token included in the request is (?:expired|invalid)|provided token (?:has expired|is malformed|is expired)|request signature we calculated does not match|Unable to locate credentials|Unable to load (?:AWS )?credentials|Could not load credentials|could not find (?:any )?(?:valid )?credentials|No valid credential sources|no EC2 IMDS role found|failed to refresh cached credentials|Token has expired and refresh failed|Error loading SSO Token|The SSO session (?:associated with this profile )?has expired|Missing Authentication Token|authorization token has expired|no basic auth credentials|Session token not found or invalid|not able to validate the provided access credentials|Access Key Id you provided does not exist|MultiFactorAuthentication failed with invalid MFA|Unable to parse JWT token|Invalid SigV4 credentials|headers present in the request which were not signed|Credential should be scoped to (?:a valid|correct) (?:region|service)|Missing credentials in config|unable to sign request without credentials/i

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
    ...noteOf(text),
  }
}

/** What to do where the words leave one thing to do. */
function noteOf(text: string): Pick<Finding, 'notes'> {
  const [, note] = NEXT.find(([pattern]) => pattern.test(text)) ?? []
  return note === undefined ? {} : { notes: [note] }
}

/** What the words leave to do: the first that fits. */
const NEXT: readonly (readonly [RegExp, Note])[] = [
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
  [
    /No OpenIDConnect provider found in your account/i,
    {
      code: 'no-identity-provider',
      text: 'The account of the role has no OpenID Connect provider for the issuer of the token: `aws iam list-open-id-connect-providers` shows those it has, `aws iam create-open-id-connect-provider --url ISSUER --client-id-list sts.amazonaws.com` makes one (of an EKS cluster: `aws eks describe-cluster --name CLUSTER --query cluster.identity.oidc.issuer`). Or the role is meant to be in another account.',
    },
  ],
  // https://repost.aws/knowledge-center/iam-sts-invalididentitytoken
  [
    /Couldn['’]t retrieve verification key|HTTPS request to your OpenID\b/i,
    {
      code: 'token-claims',
      text: 'STS could not read the keys of the token’s issuer: `ISSUER/.well-known/openid-configuration` and its `jwks_uri` have to answer over the public internet within 5 seconds.',
    },
  ],
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
  [
    /Missing a required claim: ?(?:aud\b)?|Incorrect token audience/i,
    {
      code: 'token-claims',
      text: 'STS did not accept the claims of the token, so no policy was evaluated. The token needs an audience (`aud`) that is a client id of the account’s OIDC provider, usually `sts.amazonaws.com`: set the audience where the token is made (GitLab `id_tokens: aud:`, the `audience` input of the GitHub action), and compare it with `aws iam get-open-id-connect-provider --open-id-connect-provider-arn ARN --query ClientIDList`.',
    },
  ],
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  [
    /headers present in the request which were not signed/i,
    {
      code: 'unsigned-headers',
      text: 'The signature does not cover all headers that the request sends, so no policy was evaluated. Sign them (`host` and every `x-amz-` header belong into `X-Amz-SignedHeaders`), or do not send them: make the presigned URL with the SDK, for exactly the headers that the client sends.',
    },
  ],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
  [
    /Credential should be scoped to/i,
    {
      code: 'signing-region',
      text: 'The request was signed for another Region or service than that of the endpoint, so no policy was evaluated. Set the Region of the client to the Region of its endpoint, or leave out the endpoint and set the Region alone.',
    },
  ],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
  [
    /not able to validate the provided access credentials/i,
    {
      code: 'opt-in-region',
      text: 'The access key is deleted, inactive or of another partition; or the Region is an opt-in Region that is not enabled for the account, or that does not take the session tokens (version 1) of the global STS endpoint. Use the Regional STS endpoint (`AWS_STS_REGIONAL_ENDPOINTS=regional`), or set `aws iam set-security-token-service-preferences --global-endpoint-token-version v2Token`.',
    },
  ],
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html
  [
    /\bNot authorized for (?:images?|snapshots?)\b/i,
    {
      code: 'not-shared',
      text: 'The code is that of wrong credentials, the words are not: the image or snapshot is of another account and not shared with this one, or is not in this Region. `aws ec2 describe-images --image-ids ID --region REGION` shows what the account may use; its owner shares it (`aws ec2 modify-image-attribute`).',
    },
  ],
  [
    /Error loading SSO Token|The SSO session (?:associated with this profile )?has expired|Token has expired and refresh failed/i,
    {
      code: 'sign-in-again',
      text: 'The sign-in to IAM Identity Center is over, or was never made: `aws sso login`, with the `--profile` that the job uses.',
    },
  ],
]

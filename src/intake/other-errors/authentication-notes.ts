import { isOptInRegion, isRegion } from '#iam/facts/regions.ts'
import type { Note } from '../note.ts'

interface Advice {
  readonly code: Note['code']
  readonly text: string | ((groups: Readonly<Record<string, string | undefined>>) => string)
}

/** What to do about credentials that AWS did not accept: by the words of the error where they say more than its code, else by the code. */
export function authenticationNote(text: string, code: string | null, at = text.length): Note | undefined {
  const note = noteByWordsOrCode(text, code)
  const region = note?.code === ACCESS_KEY.code ? optInRegion(text, at) : undefined
  return region === undefined ? note : noteOf(NOT_ENABLED, { region })
}

/** The Region that the text names last before the error at `at`, else first after it; undefined: it names none, or every account has it. */
function optInRegion(text: string, at: number): string | undefined {
  const named = [...text.matchAll(/\b[a-z]{2}-[a-z]{4,9}-\d\b/g)].filter(([code]) => isRegion(code))
  const region = (named.findLast(({ index }) => index < at) ?? named[0])?.[0]
  return region !== undefined && isOptInRegion(region) ? region : undefined
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html */
const NOT_ENABLED: Advice = {
  code: 'opt-in-region',
  text: ({ region = '' }) =>
    `${region} is an opt-in Region: an account has to enable it before AWS knows the account's access keys there. \`aws account get-region-opt-status --region-name ${region}\` shows whether it is enabled, and \`aws account enable-region --region-name ${region}\` enables it; or leave this Region out. If it is enabled, use the Regional STS endpoint (\`AWS_STS_REGIONAL_ENDPOINTS=regional\`): older session tokens are not valid there. Otherwise the access key is deleted, or its session token is missing.`,
}

function noteByWordsOrCode(text: string, code: string | null): Note | undefined {
  for (const [pattern, advice] of BY_WORDS) {
    const match = pattern.exec(text)
    if (match !== null) return noteOf(advice, match.groups ?? {})
  }
  const [, advice] = BY_CODE.find(([codes]) => code !== null && codes.test(code)) ?? []
  return advice === undefined ? undefined : noteOf(advice, {})
}

const noteOf = ({ code, text }: Advice, groups: Readonly<Record<string, string | undefined>>): Note => ({
  code,
  text: typeof text === 'string' ? text : text(groups),
})

/**
 * https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
const ACCESS_KEY: Advice = {
  code: 'access-key',
  text: 'AWS does not accept this access key. It was deleted or is of another partition (China, GovCloud); or it is a temporary key (`ASIA…`) that was sent without its session token (`AWS_SESSION_TOKEN`), or with an old one. Or the Region is an opt-in Region that the account has not enabled (`aws account list-regions`). Or the call is one of IAM, and the session of GetSessionToken was made without MFA. `aws configure list` shows where the credentials come from: environment variables win over a profile. `aws sts get-caller-identity` tests them.',
}

const EXPIRED: Advice = {
  code: 'expired-credentials',
  text: 'The temporary credentials have expired, so no policy was evaluated. Get new ones: sign in again (`aws sso login`), assume the role again, or let the SDK take them from the role of the machine instead of copied environment variables. `aws configure list` shows where they come from.',
}

const SIGNATURE: Advice = {
  code: 'signature',
  text: 'The signature does not match the request, so no policy was evaluated. Usually the secret access key is wrong (cut, or of another access key id). Otherwise something changed the request after it was signed (a proxy, a header, an encoded path), or it was signed for another Region or service.',
}

const CLOCK: Advice = {
  code: 'clock',
  text: 'The time of the request is too far from the time at AWS, so no policy was evaluated. Either the clock of the machine is wrong: set it, for example with NTP. Or the request waited too long after it was signed (most services allow five minutes), for example in the queue of an SDK: send it sooner, or sign it again.',
}

const NO_CREDENTIALS: Advice = {
  code: 'no-credentials',
  text: 'The program found no credentials, so it did not call AWS. `aws configure list` shows what it would use. Name a profile (`AWS_PROFILE`), sign in (`aws sso login`), or give the machine, task, pod or job a role. A container or `sudo` does not see the environment and files of your shell.',
}

const UNSIGNED: Advice = {
  code: 'unsigned-request',
  text: 'The request carried no signature, so no policy was evaluated. From API Gateway it usually means that no method is at this path and stage: check the URL and the HTTP method. Where the method uses IAM authorization, sign the request (SigV4, service `execute-api`).',
}

/** https://github.com/aws-actions/configure-aws-credentials */
export const NO_GITHUB_TOKEN =
  'GitHub gave the job no token, so AWS was not called. Set `permissions: id-token: write` (and `contents: read`) for the job or workflow; a reusable workflow needs it in its caller, too. Pull requests from forks get no token.'

/** Codes that leave one thing to do. https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
const BY_CODE: readonly (readonly [codes: RegExp, advice: Advice])[] = [
  [/^(?:InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|InvalidToken)$/, ACCESS_KEY],
  [/^(?:ExpiredToken(?:Exception)?|TokenRefreshRequired)$/, EXPIRED],
  [/^(?:SignatureDoesNotMatch|InvalidSignature(?:Exception)?)$/, SIGNATURE],
  [
    /^(?:NoCredentialProviders|NoCredentialsError|CredentialsProviderError|CredentialsError|MissingCredentialsError)$/,
    NO_CREDENTIALS,
  ],
  [/^(?:RequestTimeTooSkewed|RequestExpired)$/, CLOCK],
  [/^MissingAuthenticationToken/, UNSIGNED],
  [
    /^NotSignedUp$/,
    {
      code: 'opt-in-required',
      text: 'The account has not signed up for the service, or is closed or suspended. No policy was evaluated: look at the account in the Billing console.',
    },
  ],
]

/** Words that leave one thing to do: the first that fits. */
const BY_WORDS: readonly (readonly [words: RegExp, advice: Advice])[] = [
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
  [/Signature (?:expired: \S{1,40} is now earlier|not yet current: \S{1,40} is still later) than\b/i, CLOCK],
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
  [
    /\bKMS\.UnrecognizedClientException\b|No account found for the given parameters/i,
    {
      code: 'unsigned-request',
      text: 'The object is encrypted with a KMS key, and the request has no identity that KMS knows. A CloudFront origin access identity (OAI) cannot use KMS: use origin access control (OAC), and let the key policy allow `cloudfront.amazonaws.com` kms:Decrypt for the distribution (`aws:SourceArn`). Any other request must be signed with Signature Version 4.',
    },
  ],
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
      text: 'The request was signed for another Region or service than that of the endpoint, so no policy was evaluated. Set the Region of the client to the Region of its endpoint, or leave out the endpoint and set only the Region.',
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
  [
    /Session token not found or invalid|SSO token failed|unable to refresh SSO token/i,
    {
      code: 'sign-in-again',
      text: 'The sign-in to IAM Identity Center is over: `aws sso login`, with the `--profile` that the job uses.',
    },
  ],
  [/Missing Authentication Token/i, UNSIGNED],
  [
    /IDPCommunicationError/,
    {
      code: 'token-claims',
      text: 'STS did not reach the token’s issuer in time, so no policy was evaluated: `ISSUER/.well-known/openid-configuration` and its `jwks_uri` have to answer over the public internet. Try again once.',
    },
  ],
  // https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
  [
    /\b535 Authentication Credentials Invalid/i,
    {
      code: 'access-key',
      text: 'Amazon SES did not accept the SMTP user name and password; no policy was evaluated. SMTP credentials are made for SES in each Region: the secret access key of a user is not the password. Create them in the SES console of the Region of the endpoint.',
    },
  ],
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
  [
    /authorization header is malformed; the region '(?<signed>[\w-]{1,40})' is wrong; expecting '(?<meant>[\w-]{1,40})'/i,
    {
      code: 'signing-region',
      text: ({ signed = '', meant = '' }) =>
        `The request was signed for Region ${signed}, and the bucket is in ${meant}: no policy was evaluated. Set the Region of the client to ${meant} (\`AWS_REGION\`, \`--region ${meant}\`, \`region\` of the provider or backend), and leave out an endpoint of another Region.`,
    },
  ],
  [
    /authorization header is malformed|non-empty region must be provided/i,
    {
      code: 'signing-region',
      text: 'The header `Authorization` is not in the form of Signature Version 4, so no policy was evaluated. Usually the client has no Region or a misspelt one, or the access key id has a blank or line break in it.',
    },
  ],
  [
    /OpenIDConnect provider['’]s HTTPS certificate doesn['’]t match/i,
    {
      code: 'token-claims',
      text: 'STS does not trust the certificate of the token’s issuer, so no policy was evaluated. Delete and create the OIDC provider again, or set its thumbprint: `aws iam update-open-id-connect-provider-thumbprint --open-id-connect-provider-arn ARN --thumbprint-list THUMBPRINT`. For GitHub and issuers with a public CA, IAM does not use the thumbprint any more.',
    },
  ],
  [
    /Token expired: current date\/time/i,
    {
      code: 'token-claims',
      text: 'The web identity token has expired, so no policy was evaluated. Ask for a new token right before the call. In a pod, read the token file each time instead of keeping its content; in a CI job, do not pass it between jobs.',
    },
  ],
  // https://github.com/aws-actions/configure-aws-credentials
  [
    /Unable to get ACTIONS_ID_TOKEN_REQUEST_URL/i,
    {
      code: 'no-credentials',
      text: NO_GITHUB_TOKEN,
    },
  ],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html
  [
    /Your request included an invalid SAML response/i,
    {
      code: 'saml-response',
      text: 'The sign-in page of AWS found no role in the SAML response, so no policy was evaluated. The identity provider must send the attribute `https://aws.amazon.com/SAML/Attributes/Role` with values `ROLE_ARN,SAML_PROVIDER_ARN` (both of one account), and the user must be assigned to such a role or group there.',
    },
  ],
  [
    /(?<attribute>RoleSessionName|Source Identity) (?:is required|in AuthnResponse must match|must match)/i,
    {
      code: 'saml-response',
      text: ({ attribute = '' }) =>
        `The identity provider sends no valid \`https://aws.amazon.com/SAML/Attributes/${attribute.replace(' ', '')}\`: it must be one value of 2 to 64 characters out of letters, digits and \`_+=,.@-\`, without blanks. Map it there to a user name or mail address. No policy was evaluated.`,
    },
  ],
  [
    /Response signature invalid/i,
    {
      code: 'saml-response',
      text: 'The SAML response is not signed with a certificate that AWS has for the identity provider, usually because the certificate there was renewed. Download the current federation metadata and update the provider: `aws iam update-saml-provider --saml-provider-arn ARN --saml-metadata-document file://metadata.xml`. No policy was evaluated.',
    },
  ],
  [
    /Issuer not present in specified provider|AuthSamlInvalidSamlResponse/i,
    {
      code: 'saml-response',
      text: 'The issuer in the SAML response is not the entity id in the metadata that AWS has for this SAML provider. Upload the current metadata (`aws iam update-saml-provider`), or correct the provider ARN that the identity provider sends in the attribute `Role`. No policy was evaluated.',
    },
  ],
  [
    /Specified provider doesn['’]t exist|AuthSamlManifestNotFound/i,
    {
      code: 'saml-response',
      text: 'The account of the role has no SAML provider of the ARN that the identity provider sends in the attribute `Role`: `aws iam list-saml-providers` lists those it has. Correct the ARN there, or create the provider. No policy was evaluated.',
    },
  ],
  [
    /Response does not contain the required audience/i,
    {
      code: 'saml-response',
      text: 'The audience of the SAML response is not the one that AWS expects: set it in the identity provider to `https://signin.aws.amazon.com/saml` (China: `https://signin.amazonaws.cn/saml`) or to the sign-in URL of the SAML provider. No policy was evaluated.',
    },
  ],
  [
    /MultiFactorAuthentication failed/i,
    {
      code: 'second-factor',
      text: 'AWS did not accept the MFA code, so the trust policy was not evaluated. Give the ARN of the MFA device of this user (`aws iam list-mfa-devices`), a code that was not used before, and set the clock of the device.',
    },
  ],
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
  [
    /no basic auth credentials|authorization token has expired/i,
    {
      code: 'registry-sign-in',
      text: 'Docker is not signed in to this registry, or the sign-in is older than 12 hours; no policy was evaluated. `aws ecr get-login-password --region REGION | docker login --username AWS --password-stdin ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com`, with account and Region of the image, as the user that runs docker (not another under `sudo`). For public.ecr.aws: `aws ecr-public get-login-password --region us-east-1`.',
    },
  ],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
  [
    /\bAccessDenied\b[^]{0,40}\bRequest has expired\b/i,
    {
      code: 'expired-url',
      text: 'The presigned URL has expired: make a new one. It is valid for the time that was requested (`X-Amz-Expires`, at most 7 days), and no longer than the temporary credentials that signed it. No policy was evaluated.',
    },
  ],
  [
    /AWS authentication requires a valid Date|Query-string authentication version 4 requires|Anonymous access is forbidden for this operation/i,
    {
      code: 'unsigned-request',
      text: 'The request carried no complete signature, so no policy was evaluated. Send it through an SDK or the AWS CLI, or make a presigned URL and send it unchanged (with all its parameters; quote it in the shell).',
    },
  ],
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
  [
    /Authorization header requires 'Credential' parameter|key=value pair \(missing equal-sign\) in Authorization header/i,
    {
      code: 'unsigned-request',
      text: 'API Gateway expects a request signed with Signature Version 4 here and got another `Authorization` header, such as a bearer token. Either no method is at this path, HTTP method and stage, so check the URL. Or the method uses IAM authorization: sign the request, or give the method an authorizer that reads the token. No policy was evaluated.',
    },
  ],
  [
    /The config profile \((?<profile>[^)\n]{1,120})\) could not be found/i,
    {
      code: 'no-credentials',
      text: ({ profile = '' }) =>
        `There is no profile \`${profile}\` in ~/.aws/config or ~/.aws/credentials of the user that runs this (or AWS_CONFIG_FILE points elsewhere). \`aws configure list-profiles\` lists them; unset AWS_PROFILE where the credentials come from the environment.`,
    },
  ],
  [
    /Partial credentials found in/i,
    {
      ...NO_CREDENTIALS,
      text: 'Only a part of the credentials is set: an access key id needs its secret access key, and a temporary one its session token. Set all of them, or none.',
    },
  ],
  [/security token included in the request is invalid|Access Key Id you provided does not exist/i, ACCESS_KEY],
  [/(?:security token included in the request|provided token) (?:is|has) expired/i, EXPIRED],
  [/request signature we calculated does not match/i, SIGNATURE],
  [
    /Unable to locate credentials|Unable to load (?:AWS )?credentials|Could not load credentials|could not find (?:any )?(?:valid )?credentials|No valid credential sources|no EC2 IMDS role found|Missing credentials in config|unable to sign request without credentials/i,
    NO_CREDENTIALS,
  ],
]

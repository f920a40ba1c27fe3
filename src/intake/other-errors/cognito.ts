import type { UnrelatedError } from './finding.ts'

/**
 * Messages of Cognito when it gives no token or no credentials; its code is `NotAuthorizedException`, and no policy was
 * evaluated (R-MSG-31a).
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
 */
const USER_POOL =
  /Incorrect username or password|Password attempts exceeded|User is (?:disabled|not confirmed)|is configured (?:with|for) secret but|Unable to verify secret hash|(?:Access|Refresh|ID) Token (?:has (?:been revoked|expired)|does not have required scopes)|Invalid (?:Access|Refresh) Token|Invalid session for the user|Temporary password has expired|User password cannot be changed|User cannot be confirmed\. Current status|SignUp is not permitted for this user pool|Unable to login because of security reasons|(?:USER_PASSWORD_AUTH|ADMIN_NO_SRP_AUTH|Auth) flow (?:is )?not enabled for this client|Password reset required for the user/i

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html */
const IDENTITY_POOL =
  /Unauthenticated access is not supported for this identity pool|Token is not from a supported provider of this identity pool|Logins don['\u2019]t match\. Please include at least one valid login|does not have (?:identities enabled|identity providers configured)|(?:basic|classic) (?:\(?classic\)? )?flow is not enabled|Please provide a valid public provider/i

/** https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html */
const LOGIN_TOKEN =
  /Invalid login token(?:\.? {0,2}(?:(?<expired>Token expired)|(?<issuer>Issuer doesn['’]t match providerName)|(?<audience>Incorrect (?:token )?audience|Missing a required claim: ?aud)|(?<kind>Not a valid OpenId Connect identity token|Not a Cognito token)|(?<keys>Can['’]t retrieve keys|Couldn['’]t (?:verify signed token|retrieve))))?/i

const IDENTITY = /Access to Identity ["'][^"'\n]{1,120}["'] is forbidden/i

/** What Cognito refuses itself: the code is that of a denial, and IAM was not involved. */
export const COGNITO: readonly RegExp[] = [USER_POOL, IDENTITY_POOL, LOGIN_TOKEN, IDENTITY]

export const COGNITO_ERRORS: readonly UnrelatedError[] = [
  {
    code: 'identity-pool',
    phrases: ['invalidlogintoken'],
    pattern: LOGIN_TOKEN,
    text: (said) =>
      `The identity pool did not accept the token in \`Logins\`, so no policy was evaluated. ${tokenAdvice(said)}`,
  },
  {
    code: 'identity-pool',
    phrases: ['accesstoidentity'],
    pattern: IDENTITY,
    text: 'The identity belongs to a login that the call does not prove, so Cognito gave no credentials and no IAM policy was evaluated. Send the token of that login in `Logins` (its key is the provider, such as `cognito-idp.REGION.amazonaws.com/USER_POOL_ID`), with a token that is still valid. Or drop the identity id that the client has cached, and call `GetId` again. A statement in an IAM policy does not help.',
  },
  {
    code: 'user-pool',
    phrases: [
      'incorrectusernameorpassword',
      'passwordattemptsexceeded',
      'userisdisabled',
      'userisnotconfirmed',
      'secretbut',
      'unabletoverifysecrethash',
      'tokenhasbeenrevoked',
      'tokenhasexpired',
      'doesnothaverequiredscopes',
      'invalidaccesstoken',
      'invalidrefreshtoken',
      'invalidsessionfortheuser',
      'temporarypasswordhasexpired',
      'userpasswordcannotbechanged',
      'usercannotbeconfirmed',
      'signupisnotpermitted',
      'unabletologinbecauseof',
      'notenabledforthisclient',
      'passwordresetrequired',
    ],
    pattern: USER_POOL,
    text: 'A Cognito user pool refused a sign-in or a token; IAM was not asked, and no policy helps. The message says what is wrong: sign in again for a new token, or change the user or the app client (its auth flows, secret, scopes).',
  },
  {
    code: 'identity-pool',
    phrases: [
      'unauthenticatedaccessisnotsupported',
      'supportedproviderofthisidentitypool',
      'loginsdontmatch',
      'doesnothaveidentitiesenabled',
      'doesnothaveidentityproviders',
      'flowisnotenabled',
      'validpublicprovider',
    ],
    pattern: IDENTITY_POOL,
    text: 'A Cognito identity pool gave no credentials: it does not serve guests, or does not know the provider or login of the token. That is a setting of the pool; IAM was not involved.',
  },
]

/** What to change about the token, by what the message says of it. */
function tokenAdvice(said: Readonly<Record<string, string | undefined>>): string {
  if (said['expired'] !== undefined)
    return 'It has expired: get a new one (sign in again, or use the refresh token), and keep it out of caches.'
  if (said['issuer'] !== undefined)
    return 'The key in `Logins` is not the issuer of the token: for a user pool it is `cognito-idp.REGION.amazonaws.com/USER_POOL_ID`, without `https://`.'
  if (said['audience'] !== undefined)
    return 'Send the ID token, not the access token. Its `aud` has to be an app client that the identity pool lists for this provider: `aws cognito-identity describe-identity-pool --identity-pool-id POOL` shows them.'
  if (said['kind'] !== undefined) return 'Send the ID token of the provider, not an access token.'
  if (said['keys'] !== undefined)
    return 'Cognito could not check the signature: `ISSUER/.well-known/openid-configuration` and its `jwks_uri` have to answer over the public internet.'
  return 'Send a valid ID token of a provider that the pool lists: `aws cognito-identity describe-identity-pool --identity-pool-id POOL` shows them.'
}

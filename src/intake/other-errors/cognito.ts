/**
 * Messages of Cognito when it gives no token or no credentials; its code is `NotAuthorizedException`, and no policy was
 * asked (R-MSG-31a).
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
 */
export const USER_POOL =
  /Incorrect username or password|Password attempts exceeded|User is (?:disabled|not confirmed)|is configured (?:with|for) secret but|Unable to verify secret hash/i

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html */
export const IDENTITY_POOL =
  /Unauthenticated access is not supported for this identity pool|Token is not from a supported provider of this identity pool|Logins don['\u2019]t match\. Please include at least one valid login/i

/** Letters by which either is found in text of letters only. */
export const USER_POOL_PHRASES = [
  'incorrectusernameorpassword',
  'passwordattemptsexceeded',
  'userisdisabled',
  'userisnotconfirmed',
  'secretbut',
  'unabletoverifysecrethash',
] as const

export const IDENTITY_POOL_PHRASES = [
  'unauthenticatedaccessisnotsupported',
  'supportedproviderofthisidentitypool',
  'loginsdontmatch',
] as const

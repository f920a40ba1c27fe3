import { lowerCase } from './memoize.ts'

/**
 * Operations of Amazon Cognito that clients call without credentials: "unsigned, and therefore cannot be restricted via an IAM policy"
 * (R-ANON-02). Those that carry a user's access token are among them.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/security_iam_service-with-iam.html#security_amazon-cognito-signed-versus-unsigned-apis
 */
const UNSIGNED: Readonly<Record<string, string>> = {
  'cognito-identity': 'GetCredentialsForIdentity GetId GetOpenIdToken UnlinkIdentity',
  'cognito-idp': `AssociateSoftwareToken ChangePassword CompleteWebAuthnRegistration ConfirmDevice ConfirmForgotPassword ConfirmSignUp
    DeleteUser DeleteUserAttributes DeleteWebAuthnCredential ForgetDevice ForgotPassword GetDevice GetTokensFromRefreshToken GetUser
    GetUserAttributeVerificationCode GetUserAuthFactors GlobalSignOut InitiateAuth ListDevices ListUserSessions
    ListWebAuthnCredentials ResendConfirmationCode RespondToAuthChallenge RevokeToken RevokeUserSession SetUserMFAPreference
    SetUserSettings SignUp StartWebAuthnRegistration UpdateAuthEventFeedback UpdateDeviceStatus UpdateUserAttributes
    VerifySoftwareToken VerifyUserAttribute`,
}

const ACTIONS: ReadonlySet<string> = new Set(
  Object.entries(UNSIGNED).flatMap(([service, names]) =>
    names.split(/\s+/).map((name) => `${service}:${name}`.toLowerCase()),
  ),
)

/** Whether clients make the call without credentials, so that no policy has to allow it. */
export const isUnsignedCall = (action: string): boolean => ACTIONS.has(lowerCase(action))

/**
 * Texts of a setting of the whole account that no policy can grant past: billing data for IAM users, a service or Region
 * that is not switched on (R-CT-24b).
 * https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/control-access-billing.html#ControllingAccessWebsite-Activate
 * New accounts: https://repost.aws/knowledge-center/cloudfront-account-verification-error
 */
const ACCOUNT_SWITCH =
  /\bnot (?:been )?(?:enabled|activated) for (?:cost explorer|billing|IAM|this account|your account)|\bIAM (?:user )?access (?:to billing )?(?:is|has) not (?:been )?(?:activated|enabled)|\b(?:account|service|region) (?:is|has) not (?:been )?(?:enabled|opted in|activated)\b|\baccount must be verified\b/i

export const namesAccountSwitch = (text: string | null): boolean =>
  text !== null && ACCOUNT_SWITCH.test(text.slice(0, 4096))

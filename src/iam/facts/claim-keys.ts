import { conditionKeyFacts } from './condition-keys.ts'

/**
 * Returns whether AWS has a condition key, or makes one of a claim. A key that it does not have is in no request, such as `:iss` of a token.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
export const isKeyOfAws = (key: string): boolean =>
  /^saml:|:(?:aud|oaud|azp|sub|amr|email)$/i.test(key) || conditionKeyFacts(key) !== undefined

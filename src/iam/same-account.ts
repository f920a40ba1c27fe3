import { isAccountId } from './arn.ts'
import type { Truth } from './truth.ts'

/** Words that stand where something was taken out, whatever it was. */
const TAKEN_OUT = /redact|mask|hidden|remov|omit|censor|saniti|anonym|scrub/

/**
 * Whether two accounts, as they are written, are one. Unknown where one is masked or cut, or is any other text than twelve digits;
 * the same placeholder in both stands for one account (R-UNK-05).
 */
export function isSameAccount(one: string, other: string): Truth {
  if (isAccountId(one) && isAccountId(other)) return one === other
  return one === other && isPlaceholder(one) ? true : 'unknown'
}

/** Whether an account is told: by its id, or by the placeholder that stands for the caller's too. */
export const isTold = (account: string, caller: string | undefined): boolean =>
  isAccountId(account) || (caller !== undefined && isSameAccount(account, caller) === true)

/** `ACCOUNT_ID`, `<account>`, `${AWS::AccountId}`: a word says what is meant. `****`, `XXXX`, `12…`, `REDACTED` say nothing. */
function isPlaceholder(text: string): boolean {
  if (text.includes('*') || text.includes('…') || text.includes('...')) return false
  const letters = text.toLowerCase().replace(/[^a-z]/g, '')
  return new Set(letters).size > 1 && !TAKEN_OUT.test(letters)
}

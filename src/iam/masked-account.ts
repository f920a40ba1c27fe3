import { isAccountId, splitArn } from './arn.ts'
import { type Glob, globMatches, globsMeet, textOf } from './glob.ts'
import { lowerCase, memoizeText } from './memoize.ts'
import { isSameAccount } from './same-account.ts'
import type { Truth } from './truth.ts'

/** In AWS's own ARNs a word of small letters stands in the place of an id: `aws`, `cloudfront`, `aws-marketplace`. */
const WORD = /^[a-z]+(?:-[a-z]+)*$/
const DIGITS = /^\d*$/

/** Small words that stand for an id all the same: one letter over and over, or what says that it is an account, or taken out. */
const STANDS_FOR_ID = /^([a-z])\1{2,}$|acc(?:oun)?t|redact|mask|hidden|remov|omit|censor|saniti|scrub/

/** A character that IAM takes in no policy. */
const UNWRITTEN = '\u{10FFFD}'

/** An account's id in the place of a mask: only a wildcard covers it. */
export const ANY_ID = UNWRITTEN.repeat(12)

/** A pattern of twelve characters, for what may be the id. */
export const ID_PATTERN = '?'.repeat(12)

/**
 * Whether the text of an account does not tell which it is: `****`, `XXXXXXXXXXXX`, `REDACTED`, `ACCOUNT_ID`, `12…` (R-UNK-05). Digits
 * do, and so does a word that AWS has in their place.
 */
export const isMasked = memoizeText(
  (account) =>
    !DIGITS.test(account) && !(WORD.test(account) && !STANDS_FOR_ID.test(account)) && !account.includes(UNWRITTEN),
)

/**
 * Whether the account in a text of a policy is masked: where wildcards are read, they are wildcards; where none are, a row
 * of stars is a mask.
 */
export function isMaskedInPolicy(account: string, takesWildcards: boolean): boolean {
  const isWild = account.includes('*') || account.includes('?')
  return isWild ? !takesWildcards && account.includes('***') : isMasked(account)
}

/** Keys that hold an account's id. */
const OF_ACCOUNTS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:resourceaccount',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:vpceaccount',
  'kms:calleraccount',
  's3:resourceaccount',
  's3:dataaccesspointaccount',
])

/** Whether the values of a key are ids of accounts. */
export const isAccountKey = (key: string): boolean => OF_ACCOUNTS.has(lowerCase(key))

/** The account that a value of a key names: that of an ARN, or the value of a key that holds one. Undefined: it names none. */
export function accountNamed(key: string, value: string): string | undefined {
  if (value.startsWith('arn:')) return splitArn(value)?.[4]
  return isAccountKey(key) ? value : undefined
}

/** Whether the request's value of a key names an account and does not tell which. */
export function isMaskedValue(key: string, value: string): boolean {
  const account = accountNamed(key, value)
  return account !== undefined && isMasked(account)
}

/** An ARN, or the text of an account, with another account in its place. */
export function withAccount(text: string, account: string): string {
  const parts = text.startsWith('arn:') ? splitArn(text) : undefined
  return parts === undefined ? account : parts.with(4, account).join(':')
}

/**
 * Whether a policy's account covers that of a request, where one of them may be masked: what is masked may be any id. `masked` is the
 * policy's own text where it is a mask.
 */
export function accountFits(glob: Glob | undefined, masked: string | undefined, account: string): Truth {
  if (glob === undefined) return false
  if (masked !== undefined)
    return isMasked(account) ? isSameAccount(masked, account) : isAccountId(account) ? 'unknown' : false
  if (!isMasked(account)) return globMatches(glob, account)
  return globMatches(glob, ANY_ID) || (globsMeet(textOf(glob), ID_PATTERN) ? 'unknown' : false)
}

/** Unique ids of IAM begin so (R-PRIN-08): in place of an ARN they are no account. */
const UNIQUE_ID = /^(?:A3T[A-Z]|ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|APKA|AROA|ASCA|ASIA)/

/** A template of CloudFormation's that nobody rendered; no variable stands in a Principal. */
const PSEUDO_PARAMETER = '${AWS::AccountId}'

/** The account that a Principal names; empty: none. */
const namedInPrincipal = memoizeText((written) => {
  const name = written.replace(PSEUDO_PARAMETER, '<AWS-AccountId>')
  const isArn = name.startsWith('arn:')
  const account = (isArn ? splitArn(name)?.[4] : UNIQUE_ID.test(name) ? '' : name) ?? ''
  return { name, account, isHidden: account !== '' && isMaskedInPolicy(account, false) }
})

/**
 * A principal's name as it would be if its account were the one given, where either is masked: what it then names, it names perhaps.
 * Undefined: both accounts are told, or one placeholder stands for both.
 */
export function asOfAccount(written: string, account: string): string | undefined {
  const { name, account: named, isHidden } = namedInPrincipal(written)
  const isCallerHidden = isMasked(account)
  if (!isHidden && !(isCallerHidden && isAccountId(named))) return undefined
  if (!isCallerHidden && !isAccountId(account)) return undefined // a mask stands for an id
  return isHidden && isSameAccount(named, account) === true ? undefined : withAccount(name, account)
}

/** Whether two ARNs are of one resource if the account that one of them masks is the other's. */
export function areOneButForMask(one: string, other: string): boolean {
  const accounts = [one, other].map((arn) => splitArn(arn)?.[4] ?? '')
  return one !== other && accounts.some(isMasked) && withAccount(one, '') === withAccount(other, '')
}

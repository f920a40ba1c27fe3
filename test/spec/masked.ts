/**
 * Accounts that are masked or cut in a text. R-UNK-05: "What is masked or cut is unknown: two masks are never compared; one placeholder
 * stands for one value." An account id has twelve digits.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
import type { Truth } from '#iam/truth.ts'
import { matchPieces, type Piece } from './glob.ts'

const UNWRITTEN = '\u{10FFFD}'
/** Keys that hold the id of an account. */
export const ACCOUNT_KEYS =
  `aws:principalaccount aws:resourceaccount aws:sourceaccount aws:sourceowner aws:vpceaccount kms:calleraccount
  s3:resourceaccount s3:dataaccesspointaccount`.split(/\s+/)

/**
 * R-UNK-05: "What is masked or cut in a text is unknown: two masks are never compared, one placeholder stands for one value." A
 * placeholder has words that say what it stands for: neither one sign over and over, nor that something was taken out.
 */
export function isOneAccount(one: string, other: string): Truth {
  if (/^\d{12}$/.test(one) && /^\d{12}$/.test(other)) return one === other
  const words = one.toLowerCase().match(/[a-z]+/g) ?? []
  const isMask =
    /[*…]|\.{3}/.test(one) ||
    /^(.?)\1*$/.test(words.join('')) ||
    /(redact|mask|hidden|remov|omit|censor|saniti|anonym|scrub)/.test(words.join(''))
  return one === other && !isMask ? true : 'unknown'
}

/** AWS's own words (`aws`, `cloudfront`) are told; x's, and small words for accounts and for what was taken out, are not. */
export function isHidden(account: string): boolean {
  if (/^\d*$/.test(account) || account.includes(UNWRITTEN)) return false
  if (!/^[a-z]+(-[a-z]+)*$/.test(account)) return true
  return (
    (account.length > 2 && new Set(account).size === 1) ||
    /account|acct|redact|mask|hidden|remov|omit|censor|saniti|scrub/.test(account)
  )
}

/** In a policy wildcards are wildcards; where none can be, a row of stars hides something. */
export const isHiddenInPolicy = (account: string, wildcards: boolean): boolean =>
  /[*?]/.test(account) ? !wildcards && /\*\*\*/.test(account) : isHidden(account)

/** What the policy writes, where its account is hidden: any twelve characters. */
const ID: readonly Piece[] = Array.from({ length: 12 }, () => ({ wild: '?' as const }))

const textOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => ('text' in piece ? piece.text : piece.wild === 'hole' ? '*' : piece.wild)).join('')

/** One account of a policy, with its wildcards, against one of a request. */
export function accountMatches(pieces: readonly Piece[], own: string): Truth {
  const written = textOf(pieces)
  const isWild = pieces.some((piece) => 'wild' in piece)
  const hidden = !isWild && isHidden(written)
  if (!hidden && !isHidden(own)) return matchPieces(pieces, own)
  if (hidden && isHidden(own)) return isOneAccount(written, own)
  if (hidden) return /^\d{12}$/.test(own) ? 'unknown' : false
  if (matchPieces(pieces, UNWRITTEN.repeat(12)) === true) return true
  return overlap(written, '?'.repeat(12)) ? 'unknown' : false
}

const partsOf = (arn: string): string[] => {
  const all = arn.split(':')
  return [...all.slice(0, 5), all.slice(5).join(':')]
}

/** An ARN has its account in the fifth place; other values of some keys are accounts. */
export function hiddenIn(key: string, value: string, hides: (account: string) => boolean): string | undefined {
  const isArn = value.startsWith('arn:')
  if (!isArn && !ACCOUNT_KEYS.includes(key.toLowerCase())) return undefined
  if (isArn && value.split(':').length < 6) return undefined
  const account = isArn ? partsOf(value)[4] : value
  return account !== undefined && hides(account) ? account : undefined
}

export const withAccount = (text: string, account: string): string =>
  text.startsWith('arn:') && text.split(':').length >= 6 ? partsOf(text).with(4, account).join(':') : account

/** ARNs, part by part. */
export const arnMatches = (parts: readonly (readonly Piece[])[], value: string): Truth => {
  const own = partsOf(value)
  if (parts.length < 6) return false
  const others = own.every((part, i) => i === 4 || matchPieces(parts[i] ?? [], part) === true)
  return others ? accountMatches(parts[4] ?? [], own[4] ?? '') : false
}

export interface Hidden {
  readonly policy: string | undefined
  readonly request: string | undefined
}

/** Texts as wholes: they match where wildcards cover the account, or both have one placeholder; and else perhaps. */
export function textMatches(
  pieces: readonly Piece[],
  value: string,
  { policy, request }: Hidden,
  matches: (value: string) => Truth,
): Truth {
  const covered = request !== undefined && matches(withAccount(value, UNWRITTEN.repeat(12))) === true
  const placeholder = policy !== undefined && request !== undefined && isOneAccount(policy, request) === true
  if (covered || (placeholder && matches(value) === true)) return true
  const literal = pieces.map((piece) => ('text' in piece ? { text: piece.text.replace(/\*/g, '?') } : piece))
  const wide = policy === undefined ? textOf(literal) : withAccount(textOf(literal), textOf(ID))
  return overlap(wide, request === undefined ? value : withAccount(value, textOf(ID))) ? 'unknown' : false
}

/** Whether some text matches both. */
export function overlap(one: string, other: string): boolean {
  const known = new Map<string, boolean>()
  const at = (i: number, j: number): boolean => {
    const found = known.get(`${i} ${j}`)
    if (found !== undefined) return found
    const [a, b] = [one[i], other[j]]
    const meets =
      a === undefined || b === undefined
        ? /^\**$/.test(one.slice(i) + other.slice(j))
        : a === '*' || b === '*'
          ? at(i + 1, j) || at(i, j + 1)
          : (a === b || a === '?' || b === '?') && at(i + 1, j + 1)
    known.set(`${i} ${j}`, meets)
    return meets
  }
  return at(0, 0)
}

/** A principal as if it were of the caller's account, where one of the two accounts is hidden; undefined: it need not be. */
export function asIfOwn(name: string, account: string): string | undefined {
  const named = name.replace('${AWS::AccountId}', 'ACCOUNT-ID-')
  if (/^A(IDA|ROA)/.test(named)) return undefined
  const own = named.startsWith('arn:') ? partsOf(named)[4] : named
  if (own === undefined || own === '' || (named.startsWith('arn:') && named.split(':').length < 6)) return undefined
  const hides = isHiddenInPolicy(own, false)
  if (!isHidden(account) && !/^\d{12}$/.test(account)) return undefined
  if (!hides && !(isHidden(account) && /^\d{12}$/.test(own))) return undefined
  return hides && isOneAccount(own, account) === true ? undefined : withAccount(named, account)
}

/** Of one resource, if the hidden account is the other's. */
export const isOneButForMask = (one: string, other: string): boolean =>
  one !== other &&
  [one, other].some((arn) => isHidden(partsOf(arn)[4] ?? '')) &&
  withAccount(one, '') === withAccount(other, '')

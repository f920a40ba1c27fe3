/**
 * What one request value and one policy value have to do with each other, by operator family. R-COND-04, R-COND-10..16.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import ipaddr from 'ipaddr.js'
import { andAll, type Truth } from '#iam/truth.ts'
import { matchPieces, splitPieces, type Piece } from './glob.ts'

/**
 * `fits`: whether a request value is of the operator's type at all; `reads`: whether a policy value is;
 * `matches`: the comparison, for values of the right type.
 */
export interface Family {
  readonly variables: boolean
  readonly wildcards: boolean
  fits(value: string): boolean
  reads(pieces: readonly Piece[]): boolean
  matches(value: string, pieces: readonly Piece[]): Truth
}

const anyText = { fits: () => true, reads: () => true }

/** The policy value of a family without variables and wildcards is plain text. */
const textOf = (pieces: readonly Piece[]): string => pieces.map((p) => ('text' in p ? p.text : '')).join('')

const lower = (pieces: readonly Piece[]): Piece[] =>
  pieces.map((piece) => ('text' in piece ? { text: piece.text.toLowerCase() } : piece))

const string: Family = {
  ...anyText,
  variables: true,
  wildcards: false,
  matches: (value, pieces) => matchPieces(pieces, value),
}
const stringIgnoreCase: Family = {
  ...string,
  matches: (value, pieces) => matchPieces(lower(pieces), value.toLowerCase()),
}
const stringLike: Family = { ...string, wildcards: true }

const isArn = (value: string): boolean => value.startsWith('arn:') && value.split(':').length >= 6

/** Six parts against six parts. With an unknown variable in the pattern, its place is not known: the whole text is compared. */
const arn: Family = {
  variables: true,
  wildcards: true,
  fits: isArn,
  reads: () => true,
  matches(value, pieces) {
    if (pieces.some((p) => 'wild' in p && p.wild === 'hole')) return matchPieces(pieces, value)
    const pattern = splitPieces(pieces)
    if (pattern.length < 6) return false
    const own = value.split(':')
    const parts = [...own.slice(0, 5), own.slice(5).join(':')]
    return andAll(parts.map((part, i) => matchPieces(pattern[i] ?? [], part)))
  },
}

/** A family that reads both sides into a value of its own, or into undefined where the text is of another type. */
function typed<T>(read: (text: string) => T | undefined, matches: (value: T, policy: T) => boolean): Family {
  return {
    variables: false,
    wildcards: false,
    fits: (value) => read(value) !== undefined,
    reads: (pieces) => read(textOf(pieces)) !== undefined,
    matches(value, pieces) {
      const own = read(value)
      const policy = read(textOf(pieces))
      return own !== undefined && policy !== undefined && matches(own, policy)
    },
  }
}

const readNumber = (text: string): number | undefined => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined)

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d))?)?)?$/

/** Epoch milliseconds (R-COND-13). */
function readDate(text: string): number | undefined {
  const match = DATE.exec(text)
  if (match === null) return /^\d+$/.test(text) ? Number(text) * 1000 : undefined
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match
  const ms = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`,
  )
  const isRealDay = new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDate() === Number(day)
  return Number.isNaN(ms) || !isRealDay ? undefined : ms
}

type Range = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number]

/** A bare address is a range of one (R-COND-14). */
function readRange(text: string): Range | undefined {
  const [address = '', prefix, ...more] = text.split('/')
  if (more.length > 0 || address.includes('%')) return undefined
  if (!(ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address))) return undefined
  const parsed = ipaddr.parse(address)
  const widest = parsed.kind() === 'ipv4' ? 32 : 128
  if (prefix === undefined) return [parsed, widest]
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= widest ? [parsed, Number(prefix)] : undefined
}

const inRange = ([address]: Range, [network, prefix]: Range): boolean =>
  address.kind() === network.kind() && address.match(network, prefix)

const isAddress = (text: string): boolean => !text.includes('/') && readRange(text) !== undefined

const ip: Family = { ...typed(readRange, inRange), fits: isAddress }

const readBool = (text: string): string | undefined =>
  ['true', 'false'].includes(text.toLowerCase()) ? text.toLowerCase() : undefined

/** Text other than true or false matches nothing on either side (R-COND-04). */
const bool: Family = {
  variables: true,
  wildcards: false,
  fits: (value) => readBool(value) !== undefined,
  reads: () => true,
  matches: (value, pieces) => matchPieces(lower(pieces), value.toLowerCase()),
}

const numeric = (compare: (value: number, policy: number) => boolean): Family => typed(readNumber, compare)
const date = (compare: (value: number, policy: number) => boolean): Family => typed(readDate, compare)
const binary: Family = typed(
  (text) => text,
  (a, b) => a === b,
)

/** Base operators without `IfExists`; the second is whether the operator is a negated one. */
export const OPERATORS: ReadonlyMap<string, readonly [Family, negated: boolean]> = new Map([
  ['StringEquals', [string, false]],
  ['StringNotEquals', [string, true]],
  ['StringEqualsIgnoreCase', [stringIgnoreCase, false]],
  ['StringNotEqualsIgnoreCase', [stringIgnoreCase, true]],
  ['StringLike', [stringLike, false]],
  ['StringNotLike', [stringLike, true]],
  ['ArnEquals', [arn, false]],
  ['ArnLike', [arn, false]],
  ['ArnNotEquals', [arn, true]],
  ['ArnNotLike', [arn, true]],
  ['NumericEquals', [numeric((a, b) => a === b), false]],
  ['NumericNotEquals', [numeric((a, b) => a === b), true]],
  ['NumericLessThan', [numeric((a, b) => a < b), false]],
  ['NumericLessThanEquals', [numeric((a, b) => a <= b), false]],
  ['NumericGreaterThan', [numeric((a, b) => a > b), false]],
  ['NumericGreaterThanEquals', [numeric((a, b) => a >= b), false]],
  ['DateEquals', [date((a, b) => a === b), false]],
  ['DateNotEquals', [date((a, b) => a === b), true]],
  ['DateLessThan', [date((a, b) => a < b), false]],
  ['DateLessThanEquals', [date((a, b) => a <= b), false]],
  ['DateGreaterThan', [date((a, b) => a > b), false]],
  ['DateGreaterThanEquals', [date((a, b) => a >= b), false]],
  ['Bool', [bool, false]],
  ['BinaryEquals', [binary, false]],
  ['IpAddress', [ip, false]],
  ['NotIpAddress', [ip, true]],
])

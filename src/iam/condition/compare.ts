import ipaddr from 'ipaddr.js'
import { splitArn } from '../arn.ts'
import { compileParts, type GlobPart, globMatches } from '../glob.ts'
import { memoizeLast } from '../memoize.ts'
import { textOf } from '../variables.ts'
import type { Operator, OperatorFamily } from './operators.ts'

/**
 * Comparison of a policy's value, ready to be made with values of the request. `'malformed'`: not of the operator's type, so
 * it is left out (R-COND-04).
 */
export type Comparison = ((requestValue: string) => boolean) | 'malformed'

/** Whether a value of the request has the type its operator asks for; if not, the condition is false, negated or not (R-COND-04, R-COND-11). */
export const FITS: Readonly<Record<OperatorFamily, (value: string) => boolean>> = {
  string: () => true,
  binary: () => true,
  null: () => true,
  numeric: (value) => numberOf(value) !== undefined,
  date: (value) => dateOf(value) !== undefined,
  bool: (value) => readBool(value) !== undefined,
  ip: (value) => addressOf(value) !== undefined,
  arn: (value) => segmentsOf(value) !== undefined,
}

/** Values of requests, each read once for all the policy values it is compared with. */
const numberOf = memoizeLast(readNumber)
const dateOf = memoizeLast(readDate)
const addressOf = memoizeLast((text) => readAddress(text.trim()))
const segmentsOf = memoizeLast(splitArn)

/** Prepares a policy value, its variables filled in. */
export function comparisonOf(operator: Operator, parts: readonly GlobPart[]): Comparison {
  switch (operator.family) {
    case 'string':
      return compareText(operator, parts)
    case 'binary':
    case 'null': {
      const text = textOf(parts)
      return (value) => value === text
    }
    case 'numeric':
      return compareOrdered(operator, readNumber(textOf(parts)), numberOf)
    case 'date':
      return compareOrdered(operator, readDate(textOf(parts)), dateOf)
    case 'bool': {
      const wanted = readBool(textOf(parts))
      return wanted === undefined ? 'malformed' : (value) => readBool(value) === wanted
    }
    case 'ip':
      return compareAddress(textOf(parts))
    case 'arn':
      return compareArn(parts)
  }
}

function compareText(operator: Operator, parts: readonly GlobPart[]): Comparison {
  if (operator.relation === 'like') {
    const glob = compileParts(parts)
    return (value) => globMatches(glob, value)
  }
  const text = textOf(parts)
  if (operator.relation === 'equals') return (value) => value === text
  const folded = text.toLowerCase()
  return (value) => value.toLowerCase() === folded
}

function compareOrdered(
  operator: Operator,
  wanted: number | undefined,
  read: (text: string) => number | undefined,
): Comparison {
  if (wanted === undefined) return 'malformed'
  const holds = ORDER[operator.relation]
  return (value) => {
    const got = read(value)
    return got !== undefined && holds(got, wanted)
  }
}

const equal = (a: number, b: number): boolean => a === b
const ORDER: Readonly<Record<Operator['relation'], (a: number, b: number) => boolean>> = {
  equals: equal,
  'equals-ignore-case': equal,
  like: equal,
  less: (a, b) => a < b,
  'less-equal': (a, b) => a <= b,
  greater: (a, b) => a > b,
  'greater-equal': (a, b) => a >= b,
}

/** An integer or a decimal; anything else is no number. */
export function readNumber(text: string): number | undefined {
  const trimmed = text.trim()
  return trimmed.length <= 400 && /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(trimmed) ? Number(trimmed) : undefined
}

const DATE =
  /^(?<y>\d{4})(?:-(?<mo>\d\d)(?:-(?<d>\d\d)(?:T(?<h>\d\d):(?<mi>\d\d)(?::(?<s>\d\d)(?:\.\d{1,9})?)?(?<z>Z|[+-]\d\d:?\d\d)?)?)?)?$/i

/**
 * Milliseconds since the epoch. Digits alone are epoch seconds, but four digits are a year (R-COND-13).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
 */
export function readDate(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^\d{1,15}$/.test(trimmed) && trimmed.length !== 4) return Number(trimmed) * 1000
  const groups = trimmed.length > 40 ? undefined : DATE.exec(trimmed)?.groups
  if (groups === undefined) return undefined
  const { y, mo = '01', d = '01', h = '00', mi = '00', s = '00', z = 'Z' } = groups
  const zone = z.length === 5 ? `${z.slice(0, 3)}:${z.slice(3)}` : z.toUpperCase()
  const fraction = /\.\d+/.exec(trimmed)?.[0].slice(0, 4) ?? ''
  const time = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}${fraction}${zone}`)
  return Number.isNaN(time) || Number(d) > daysOf(Number(y), Number(mo)) ? undefined : time
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

export function readBool(text: string): boolean | undefined {
  if (text === 'true') return true
  if (text === 'false') return false
  const folded = text.trim().toLowerCase()
  if (folded === 'true') return true
  return folded === 'false' ? false : undefined
}

/** CIDR or bare address; v4 and v6 never meet, and a mapped v4 address is v6 (R-COND-14). */
function compareAddress(text: string): Comparison {
  const range = readRange(text.trim())
  if (range === undefined) return 'malformed'
  const [network, bits] = range
  return (value) => {
    const address = addressOf(value)
    return address !== undefined && address.kind() === network.kind() && address.match(network, bits)
  }
}

export type Address = ReturnType<typeof ipaddr.parse>

/** Four decimal parts, or IPv6; the short and hexadecimal spellings some libraries take are no addresses in a policy. */
export function readAddress(text: string): Address | undefined {
  if (text.length > 64) return undefined
  if (text.includes(':')) return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined
  return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : undefined
}

export function readRange(text: string): readonly [Address, number] | undefined {
  const slash = text.indexOf('/')
  const address = readAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  const longest = address.kind() === 'ipv4' ? 32 : 128
  if (slash < 0) return [address, longest]
  const suffix = text.slice(slash + 1)
  const bits = /^\d{1,3}$/.test(suffix) ? Number(suffix) : longest + 1
  return bits <= longest ? [address, bits] : undefined
}

/** Six segments, each with its own wildcards; fewer than six in the policy match nothing (R-COND-11, C-10). */
function compareArn(parts: readonly GlobPart[]): Comparison {
  const segments = splitParts(parts)
  if (segments.length < 6) return () => false
  const globs = segments.map((segment) => compileParts(segment))
  return (value) => {
    const got = segmentsOf(value)
    return got !== undefined && globs.every((glob, i) => globMatches(glob, got[i] ?? ''))
  }
}

/** A value cut at its first five colons, wherever they come from. */
export function splitParts(parts: readonly GlobPart[]): GlobPart[][] {
  const segments: GlobPart[][] = [[]]
  for (const part of parts) {
    let text = part.text
    for (let colon = text.indexOf(':'); colon >= 0 && segments.length < 6; colon = text.indexOf(':')) {
      segments.at(-1)?.push({ text: text.slice(0, colon), literal: part.literal })
      segments.push([])
      text = text.slice(colon + 1)
    }
    segments.at(-1)?.push({ text, literal: part.literal })
  }
  return segments
}

/** Whether a range is completely within the private addresses, which no public caller has. */
export function isPrivateRange(text: string): boolean {
  const range = readRange(text.trim())
  if (range === undefined) return false
  const [address, bits] = range
  const [first = 0, second = 0] = address.toByteArray()
  if (address.kind() === 'ipv6') return (first & 0xfe) === 0xfc && bits >= 7
  if (first === 10) return bits >= 8
  if (first === 172 && second >= 16 && second < 32) return bits >= 12
  return first === 192 && second === 168 && bits >= 16
}

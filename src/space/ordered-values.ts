import { type Address, readDate, readNumber, readRange } from '#iam/condition/compare.ts'

/** Values on both sides of every constant; `exact` is false where two lie so close that nothing between them can be written. */
export interface Values {
  readonly values: readonly string[]
  readonly exact: boolean
}

/** The constants, one number between each two neighbours, and one beyond either end. */
export function numbersAround(constants: readonly string[]): Values {
  const numbers = ascending(constants.flatMap((text) => readNumber(text) ?? []))
  const values: string[] = []
  let exact = true
  const add = (number: number): void => {
    const text = String(number)
    if (readNumber(text) === number) values.push(text)
    else exact = false
  }
  numbers.forEach((number, i) => {
    const before = numbers[i - 1]
    if (before === undefined) add(number - 1)
    else if (between(before, number) === undefined) exact = false
    else add(between(before, number) ?? number)
    add(number)
  })
  add((numbers.at(-1) ?? 0) + 1)
  return { values, exact }
}

function between(low: number, high: number): number | undefined {
  const whole = Math.floor(low) + 1
  if (whole < high) return whole
  const middle = low + (high - low) / 2
  return middle > low && middle < high ? middle : undefined
}

/** Dates that stand for all that constants tell apart, compared in epoch seconds; the constants themselves as they are written. */
export function datesAround(constants: readonly string[]): Values {
  const byTime = new Map(constants.flatMap((text) => timeOf(text)))
  const times = ascending([...byTime.keys()])
  const values: string[] = []
  let exact = true
  const add = (low: number, high: number): void => {
    const second = Math.floor(low / 1000) + 1
    if (second * 1000 < high && second >= FIVE_DIGITS) values.push(String(second))
    else if (high - low > 1) exact = false
  }
  times.forEach((time, i) => {
    add(times[i - 1] ?? time - DAY, time)
    values.push(byTime.get(time) ?? '')
  })
  const last = times.at(-1) ?? Date.UTC(2030, 0)
  add(last, last + DAY)
  return { values, exact }
}

/** Four digits are a year (R-COND-13). */
const FIVE_DIGITS = 10_000
const DAY = 86_400_000

function timeOf(text: string): readonly (readonly [number, string])[] {
  const time = readDate(text)
  return time === undefined ? [] : [[time, text]]
}

const ascending = (numbers: readonly number[]): readonly number[] => [...new Set(numbers)].toSorted((a, b) => a - b)

/** An address in each stretch that the ranges cut the two address spaces into: they begin where a range begins or ends. */
export function addressesAround(ranges: readonly string[]): Values {
  const values = ['203.0.113.9', '2001:db8::9']
  for (const text of ranges) {
    const range = readRange(text.trim())
    if (range === undefined) continue
    const [bytes, bits] = [range[0].toByteArray(), range[1]]
    values.push(written(masked(bytes, bits, 0), range[0]))
    const after = plusOne(masked(bytes, bits, 1))
    if (after !== undefined) values.push(written(after, range[0]))
  }
  values.push('0.0.0.0', '::')
  return { values, exact: true }
}

/** The address with all bits behind the prefix set to `bit`. */
const masked = (bytes: readonly number[], bits: number, bit: 0 | 1): number[] =>
  bytes.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, bits - i * 8))
    const rest = 0xff >> kept
    return bit === 1 ? byte | rest : byte & ~rest & 0xff
  })

function plusOne(bytes: readonly number[]): number[] | undefined {
  const next = [...bytes]
  for (let i = next.length - 1; i >= 0; i--) {
    const byte = next[i] ?? 0
    next[i] = (byte + 1) & 0xff
    if (byte < 0xff) return next
  }
  return undefined
}

function written(bytes: readonly number[], like: Address): string {
  if (like.kind() === 'ipv4') return bytes.join('.')
  const groups: string[] = []
  for (let i = 0; i < bytes.length; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16))
  return groups.join(':')
}

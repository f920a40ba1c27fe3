import { memoizeRecent } from '../memoize-recent.ts'

/** CloudTrail's own format, the extended and the basic ISO form, with a space for the T, with an offset (R-CT-09). */
const ISO =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i

/** As CloudTrail's console shows and copies it: `April 27, 2026, 10:03:00 (UTC+02:00)`. */
const CONSOLE =
  /^(?<month>January|February|March|April|May|June|July|August|September|October|November|December) (?<day>\d{1,2}), (?<year>\d{4}),? (?<clock>\d{2}:\d{2}:\d{2}) \(UTC(?<zone>[+-]\d{2}:\d{2})?\)$/
const MONTHS = 'January February March April May June July August September October November December'.split(' ')

/** CloudTrail's own format in full, which is ours, or without its zone; on a day that every month has. */
const OURS = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ?$/

/**
 * A time as ISO 8601 in UTC, without fraction; numbers are seconds or milliseconds since 1970. Text that is neither is
 * undefined, as is a day that no calendar has: a time that is missing is better than a wrong one.
 */
export function utcTime(value: unknown): string | undefined {
  if (typeof value === 'number') return fromEpoch(value)
  if (typeof value !== 'string') return undefined
  return OURS.test(value) ? (value.endsWith('Z') ? value : `${value}Z`) : fromText(value)
}

const fromText = memoizeRecent((value: string): string | undefined => {
  const text = value.trim()
  if (/^\d{10}(?:\d{3})?(?:\.\d{1,9})?$/.test(text)) return fromEpoch(Number(text))
  const parts = ISO.exec(fromConsole(text) ?? text)
  if (parts === null) return undefined
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', , zone = 'Z'] = parts
  if (year === '0000' || !isDay(Number(year), Number(month), Number(day))) return undefined
  const offset = offsetMinutes(zone)
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60 || offset === undefined) return undefined
  const start = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`) - offset * 60_000
  return Number(second) < 60 ? printed(start + Number(second) * 1000) : afterLeapSecond(start)
})

function fromConsole(text: string): string | undefined {
  const { month = '', day = '', year = '', clock = '', zone = 'Z' } = CONSOLE.exec(text)?.groups ?? {}
  return clock === '' ? undefined : `${year}-${two(MONTHS.indexOf(month) + 1)}-${day.padStart(2, '0')}T${clock}${zone}`
}

/**
 * Second 60 is a leap second, which UTC has at the end of a day alone. It is counted as the first second of the next day:
 * POSIX does so ("Seconds Since the Epoch"), and so do all that we hand times to.
 */
function afterLeapSecond(minute: number): string | undefined {
  const next = minute + 60_000
  return next % DAY_MS === 0 ? printed(next) : undefined
}

function isDay(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return month >= 1 && month <= 12 && day >= 1 && day <= days
}

/** Undefined: no clock is so far from UTC (ISO 8601 counts hours to 23 and minutes to 59). */
function offsetMinutes(zone: string): number | undefined {
  const digits = zone.replaceAll(/\D/g, '')
  if (digits.length !== 4) return 0
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))]
  return hours > 23 || minutes > 59 ? undefined : (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

const fromEpoch = (value: number): string | undefined =>
  Number.isFinite(value) && value > 0 ? printed(value < 100_000_000_000 ? value * 1000 : value) : undefined

const DAY_MS = 86_400_000

/** The first day of the year 1 and the last of 9999, which have four digits and a calendar that all engines know. */
const [FIRST_DAY, LAST_DAY] = [-719_162, 2_932_896]

function printed(milliseconds: number): string | undefined {
  const days = Math.floor(milliseconds / DAY_MS)
  if (days < FIRST_DAY || days > LAST_DAY) return undefined
  const seconds = Math.floor((milliseconds - days * DAY_MS) / 1000)
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':')
  return `${civilDate(days)}T${clock}Z`
}

/** Days since 1970 to a date by integer arithmetic (Howard Hinnant, chrono-compatible date algorithms). */
function civilDate(days: number): string {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const day = doy - Math.floor((153 * mp + 2) / 5) + 1
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

const two = (n: number): string => String(n).padStart(2, '0')

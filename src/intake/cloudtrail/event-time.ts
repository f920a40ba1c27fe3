import { remembered } from '../remember.ts'

/** CloudTrail's own format, the extended and the basic ISO form, with a space for the T, with an offset (R-CT-09). */
const ISO =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i

/** CloudTrail's own format in full, which is ours. */
const OURS = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/

/**
 * A time as ISO 8601 in UTC, without fraction; numbers are seconds or milliseconds since 1970. Text that is neither is
 * undefined: a time in an unknown format is better missing than wrong.
 */
export function utcTime(value: unknown): string | undefined {
  if (typeof value === 'number') return fromEpoch(value)
  if (typeof value !== 'string') return undefined
  return OURS.test(value) ? value : fromText(value)
}

const fromText = remembered((value: string): string | undefined => {
  const text = value.trim()
  if (/^\d{10}(?:\d{3})?(?:\.\d{1,9})?$/.test(text)) return fromEpoch(Number(text))
  const parts = ISO.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', , zone = 'Z'] = parts
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  const offset = offsetMinutes(zone)
  if (offset === 0) return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  return fromEpoch(local - offset * 60_000)
})

function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  const digits = zone.replaceAll(/\D/g, '')
  return digits.length === 4 ? sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) : 0
}

function fromEpoch(value: number): string | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined
  const milliseconds = value < 100_000_000_000 ? value * 1000 : value
  const days = Math.floor(milliseconds / 86_400_000)
  if (days > 2_932_896) return undefined
  const seconds = Math.floor((milliseconds - days * 86_400_000) / 1000)
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

import { type Hour, MS_PER_HOUR } from './season.ts'

export const isoHour = (hour: Hour): string => isoTime(hour * MS_PER_HOUR)

/** Milliseconds → ISO 8601 in UTC to the second, without a `Date`: this room has no clock, not even its formats. */
export function isoTime(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const days = Math.floor(seconds / 86_400)
  const inDay = seconds - days * 86_400
  // Days since 0000-03-01 of the Gregorian calendar, in eras of 400 years.
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const ofEra = z - era * 146_097
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  )
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const march = Math.floor((5 * ofYear + 2) / 153)
  const day = ofYear - Math.floor((153 * march + 2) / 5) + 1
  const month = march < 10 ? march + 3 : march - 9
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = `${String(year + era * 400 + (month <= 2 ? 1 : 0)).padStart(4, '0')}-${two(month)}-${two(day)}`
  return `${date}T${two(Math.floor(inDay / 3600))}:${two(Math.floor(inDay / 60) % 60)}:${two(inDay % 60)}Z`
}

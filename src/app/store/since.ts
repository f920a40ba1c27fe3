import { utcTime } from '#intake/cloudtrail/event-time.ts'
import { isoTime } from '#store/iso-time.ts'
import { UserError } from '../../errors.ts'

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 }

/** A time as ISO 8601, a date, or how long ago: `24h`, `7d`. `now` in milliseconds since 1970. */
export function timeOption(option: string, text: string, now: number): string {
  const [, number, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? []
  const seconds = UNITS[unit]
  const ago = number === undefined || seconds === undefined ? undefined : now - Number(number) * seconds * 1000
  // So long ago that its year has no four digits is no time, as a day that no calendar has.
  const time = utcTime(ago === undefined ? (/^\d{4}-/.test(text) ? text : undefined) : isoTime(ago))
  if (time !== undefined) return time
  throw new UserError(
    'usage/not-a-value',
    `\`${option}\` cannot be \`${text}\``,
    'give a time such as `2026-04-27T10:00:00Z`, a date, or how long ago: `24h`, `7d`, `4w`',
  )
}

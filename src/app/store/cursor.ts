import type { PlaceInTime } from '#store/denial-store.ts'
import { UserError } from '../../errors.ts'

/** The place behind which the next page begins, as one word of an address. */
export const cursorOf = ({ eventTime, eventId }: PlaceInTime): string =>
  Buffer.from(JSON.stringify([eventTime, eventId])).toString('base64url')

/**
 * The place that a cursor stands for.
 *
 * @throws UserError `usage/not-a-value` where it is none of ours
 */
export function placeOf(cursor: string): PlaceInTime {
  const [eventTime, eventId] = read(cursor)
  if (typeof eventTime === 'string' && typeof eventId === 'string' && isTime(eventTime)) return { eventTime, eventId }
  throw new UserError(
    'usage/not-a-value',
    `\`cursor\` cannot be \`${cursor.slice(0, 100)}\``,
    'give what `next` of the page before says, as it stands',
  )
}

const isTime = (text: string): boolean => TIME.test(text) && !Number.isNaN(Date.parse(text))

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/

function read(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor.slice(0, 1000), 'base64url').toString('utf8'))
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

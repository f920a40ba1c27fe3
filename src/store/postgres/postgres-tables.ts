/** Denials of these years lie in a partition for each week; what claims another time lies in `denial_other`. */
const FIRST_YEAR = 2015
const LAST_YEAR = 2099

export interface Week {
  readonly table: string
  /** Dates: from, and before. */
  readonly from: string
  readonly to: string
}

const DAY = 86_400_000

/** The week of an ISO time, from Monday; undefined: outside of the years that have weeks. */
export function weekOf(time: string): Week | undefined {
  const year = Number(time.slice(0, 4))
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR)) return undefined
  const day = Date.parse(`${time.slice(0, 10)}T00:00:00Z`)
  // 1970-01-01 was a Thursday.
  const monday = day - ((day / DAY + 3) % 7) * DAY
  const from = dateOf(monday)
  return { table: `denial_w${from.replaceAll('-', '')}`, from, to: dateOf(monday + 7 * DAY) }
}

const dateOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)

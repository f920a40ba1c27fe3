import type { TimeRange } from '../denial-store.ts'
import { dayOf } from '../hours.ts'
import { sql } from '../sql/statement.ts'
import type { HistoryEngine } from './history-engine.ts'
import { QueryError } from './query-error.ts'

const DAY_MS = 86_400_000

/**
 * Answers of `ask` for the range; where an engine cannot do it at once, for its first and its second half, and so on down
 * to days. The parts come in the order of time, and no event is in two.
 */
export async function inParts<R extends TimeRange, T>(
  engine: HistoryEngine,
  range: R,
  ask: (part: R) => Promise<T>,
): Promise<readonly T[]> {
  try {
    return [await ask(range)]
  } catch (error) {
    if (!(error instanceof QueryError) || error.kind !== 'too-long') throw error
    const bounds = await boundsOf(engine, range)
    const middle = middleOf(bounds)
    if (middle === undefined) throw error
    const first = await inParts(engine, { ...range, ...bounds, to: middle }, ask)
    return [...first, ...(await inParts(engine, { ...range, ...bounds, from: middle }, ask))]
  }
}

interface Bounds {
  readonly from: string
  readonly to: string
}

/** The range as given, and where it is open the days that there are. */
async function boundsOf(engine: HistoryEngine, { from, to }: TimeRange): Promise<Bounds | undefined> {
  if (from !== undefined && to !== undefined) return { from, to }
  const [row] = await engine.run(sql('select min(event_day) as first_day, max(event_day) as last_day from denial'))
  const first = row?.['first_day']
  const last = row?.['last_day']
  if (typeof first !== 'string' || typeof last !== 'string') return undefined
  return { from: from ?? startOf(first), to: to ?? dayAfter(last) }
}

/** Midnight nearest to the middle, if one is between the ends. */
function middleOf(bounds: Bounds | undefined): string | undefined {
  if (bounds === undefined) return undefined
  const first = Date.parse(startOf(dayOf(bounds.from)))
  const days = Math.ceil((Date.parse(bounds.to) - first) / DAY_MS)
  if (days < 2) return undefined
  return startOf(new Date(first + Math.floor(days / 2) * DAY_MS).toISOString().slice(0, 10))
}

export const startOf = (day: string): string => `${day}T00:00:00Z`

export const dayAfter = (day: string): string =>
  startOf(new Date(Date.parse(startOf(day)) + DAY_MS).toISOString().slice(0, 10))

/** The part of the range that lies in the day. */
export function withinDay<R extends TimeRange>(range: R, day: string): R {
  const start = startOf(day)
  const end = dayAfter(day)
  const from = range.from === undefined || range.from < start ? start : range.from
  const to = range.to === undefined || range.to > end ? end : range.to
  return { ...range, from, to }
}

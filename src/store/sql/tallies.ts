import type { DenialFilter, DenialGroup } from '../denial-store.ts'
import { dayOf } from '../hours.ts'
import { isoTime } from '../iso-time.ts'
import { examplesQuery, tallyQuery } from '../queries/tally.ts'
import { type Cell, type DenialKind, type KindCount, SIGN_BITS, signsOfBits, type Tally } from '../tally.ts'
import { toldTexts, unpacked } from './packed-cells.ts'
import type { SqlColumns, SqlRow } from './session.ts'
import type { Statement } from './statement.ts'

type Ask = (statement: Statement) => Promise<readonly SqlRow[]>
type AskColumns = (statement: Statement) => Promise<SqlColumns>

/** Denials that are counted in one question: what it gives is held at a time. */
const PART = 100_000

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** All counted denials of the filter, in parts of whole hours, oldest first. `days`: how many there are each day. */
export async function* talliesOf(
  ask: AskColumns,
  days: () => Promise<readonly DenialGroup[]>,
  filter: DenialFilter,
): AsyncGenerator<Tally, undefined> {
  const { from, to } = filter
  const isShort = from !== undefined && to !== undefined && Date.parse(to) - Date.parse(from) <= HOUR
  const parts = isShort ? [filter] : partsOf(await days(), filter)
  for (const part of parts) yield read(await ask(tallyQuery(part)))
  return undefined
}

/** Days together up to so many denials; a day that has more, in hours. */
function partsOf(days: readonly DenialGroup[], filter: DenialFilter): readonly DenialFilter[] {
  const parts: { from: number; to: number; count: number }[] = []
  for (const { key, count } of days.toSorted((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1))) {
    const start = Date.parse(`${key ?? ''}T00:00:00Z`)
    const last = parts.at(-1)
    if (last !== undefined && last.count + count <= PART) {
      last.to = start + DAY
      last.count += count
    } else for (const part of inHours(start, count)) parts.push(part)
  }
  return parts.map(({ from, to }) => ({ ...filter, ...clipped(filter, isoTime(from), isoTime(to)) }))
}

function inHours(start: number, count: number): readonly { from: number; to: number; count: number }[] {
  const step = Math.max(1, Math.floor(24 / Math.ceil(count / PART))) * HOUR
  const starts = Array.from({ length: Math.ceil(DAY / step) }, (_, i) => start + i * step)
  return starts.map((from) => ({ from, to: Math.min(from + step, start + DAY), count: (count * step) / DAY }))
}

const clipped = ({ from, to }: DenialFilter, start: string, end: string): { from: string; to: string } => ({
  from: from !== undefined && from > start ? from : start,
  to: to !== undefined && to < end ? to : end,
})

function read(columns: SqlColumns): Tally {
  const kinds: DenialKind[] = []
  const counts: KindCount[] = []
  const hours = new Map<number, string>()
  const [places = [], days = [], hoursAndSlots = [], ns = [], seconds = [], told = []] = COLUMNS.map(
    (name) => columns[name],
  )
  for (let i = 0; i < places.length; i++) {
    const kind = Number(places[i]) - 1
    const n = Number(ns[i])
    const texts = told[i]
    if (typeof texts === 'string') {
      kinds[kind] = kindOf(toldTexts(texts), n)
      continue
    }
    const [hour, slots] = unpacked(Number(hoursAndSlots[i]))
    const [last, first] = unpacked(Number(seconds[i]))
    counts.push({ kind, bucketStart: startOfHour(hours, Number(days[i]), hour), n, slots, first, last })
  }
  return { kinds, counts }
}

const COLUMNS = ['place', 'day_of', 'hour_and_slots', 'n', 'last_and_first', 'told']

/** `20260427` and 10 → `2026-04-27T10:00:00Z`; there are few hours and many cells. */
function startOfHour(known: Map<number, string>, day: number, hour: number): string {
  const number = day * 24 + hour
  const found = known.get(number)
  if (found !== undefined) return found
  const digits = String(day).padStart(8, '0')
  const text = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}T${String(hour).padStart(2, '0')}:00:00Z`
  known.set(number, text)
  return text
}

/** In the order of the query's texts. */
function kindOf(texts: readonly string[], bits: number): DenialKind {
  const [principal = '', action = '', resourceFamily = '', account = '', layer = '', effect = '', ...rest] = texts
  const [policyArn = '', statement = ''] = rest
  const isActionTold = (bits & SIGN_BITS.isActionUntold) === 0
  const who = { principal, action, isActionTold, resourceFamily, account }
  return { ...who, layer, effect, policyArn, statement, signs: signsOfBits(bits) }
}

/** Cells in one question; each is an arm that every row of the day is held against. */
const CELLS = 40

export async function examplesOf(
  ask: Ask,
  cells: readonly Cell[],
  most: number,
): Promise<readonly (readonly string[])[]> {
  const found: string[][] = cells.map(() => [])
  for (const places of byDay(cells, CELLS)) {
    const part = places.flatMap((place) => cells[place] ?? [])
    for (const row of await ask(examplesQuery(part, most)))
      found[places[Number(row['place'])] ?? -1]?.push(String(row['event_id']))
  }
  return found
}

/** Cells of one day, so many at a time. */
function byDay(cells: readonly Cell[], most: number): readonly (readonly number[])[] {
  const parts: number[][] = []
  const order = cells.map((_, i) => i).toSorted((a, b) => (startOf(cells, a) < startOf(cells, b) ? -1 : 1))
  let day = ''
  for (const place of order) {
    const now = dayOf(startOf(cells, place))
    if (now !== day || (parts.at(-1)?.length ?? most) >= most) parts.push([])
    day = now
    parts.at(-1)?.push(place)
  }
  return parts
}

const startOf = (cells: readonly Cell[], place: number): string => cells[place]?.bucketStart ?? ''

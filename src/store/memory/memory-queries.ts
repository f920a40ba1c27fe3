import type { DenialRow } from '../denial-row.ts'
import type {
  AllowedRow,
  DenialFilter,
  DenialGroup,
  GroupBy,
  PlaceInTime,
  TupleRow,
  Watermark,
} from '../denial-store.ts'
import { dayOf, hourOf } from '../hours.ts'
import { principalsOf } from '../principal-key.ts'
import { requestKeys, tupleKey, tupleOf } from '../deduplicate-events.ts'
import { type Cell, kindOf } from '../tally.ts'

type Rows = ReadonlyMap<string, DenialRow>

const inTime = (a: DenialRow, b: DenialRow): number =>
  a.eventTime === b.eventTime ? (a.eventId < b.eventId ? -1 : 1) : a.eventTime < b.eventTime ? -1 : 1

export const byIdOf = (rows: Rows, id: string): readonly DenialRow[] =>
  [...rows.values()].filter(({ eventId, requestId }) => eventId === id || requestId === id).toSorted(inTime)

/** The rows of the filter, newest first; those behind `after`, where it is said. */
export function newestIn(rows: Rows, filter: DenialFilter, after?: PlaceInTime): readonly DenialRow[] {
  const all = foundIn(rows, filter).toReversed()
  if (after === undefined) return all
  const { eventTime, eventId } = after
  return all.filter((row) => row.eventTime < eventTime || (row.eventTime === eventTime && row.eventId < eventId))
}

/** Counted rows of the filter, oldest first. */
export function foundIn(rows: Rows, filter: DenialFilter): readonly DenialRow[] {
  const { account } = filter
  const owned = [...rows.values()].filter((row) => account !== undefined && row.recipientAccount === account)
  const shared = new Set(owned.flatMap(({ sharedEventId }) => sharedEventId ?? []))
  const isFit = (row: DenialRow): boolean =>
    (row.isPrimary || filter.uncounted === true) && fits(row, filter) && isOfAccount(row, account, shared)
  return [...rows.values()].filter(isFit).toSorted(inTime)
}

/** `shared`: of the requests that the account has an event of. */
function isOfAccount(row: DenialRow, account: string | undefined, shared: ReadonlySet<string>): boolean {
  if (account === undefined || row.callerAccount === account || row.recipientAccount === account) return true
  return row.resource?.split(':')[4] === account || shared.has(row.sharedEventId ?? '')
}

function isOfPrincipal({ principalKey }: DenialRow, principal: string): boolean {
  const { key, anyPath } = principalsOf(principal)
  if (principalKey === key || principalKey === null || anyPath === undefined) return principalKey === key
  const [start, end] = anyPath
  return (
    principalKey.length >= start.length + end.length && principalKey.startsWith(start) && principalKey.endsWith(end)
  )
}

function fits(row: DenialRow, filter: DenialFilter): boolean {
  const { from = '', to = '~', principal } = filter
  if (row.eventTime < from || row.eventTime >= to) return false
  if (principal !== undefined && !isOfPrincipal(row, principal)) return false
  const { principalKey, action, resource, resourceFamily, service, layer, requestId } = filter
  const exact = { principalKey, action, resource, resourceFamily, service, layer, requestId }
  return Object.entries(exact).every(
    ([field, value]) => value === undefined || row[field as keyof typeof exact] === value,
  )
}

const PAGE = 1000

export async function* pagesOf(rows: Rows, filter: DenialFilter): AsyncGenerator<readonly DenialRow[], undefined> {
  const all = foundIn(rows, filter)
  for (let at = 0; at < all.length; at += PAGE) yield all.slice(at, at + PAGE)
  return undefined
}

const KEY_OF: Readonly<Record<GroupBy, (row: DenialRow) => string | null>> = {
  principal: (row) => row.principalKey,
  action: (row) => row.action,
  'resource-family': (row) => row.resourceFamily,
  service: (row) => row.service,
  layer: (row) => row.layer,
  statement: (row) => row.statement,
  account: (row) => row.callerAccount,
  day: (row) => dayOf(row.eventTime),
}

export function groupsOf(rows: readonly DenialRow[], by: GroupBy): readonly DenialGroup[] {
  const groups = new Map<string | null, DenialGroup>()
  for (const row of rows) {
    const key = KEY_OF[by](row)
    const before = groups.get(key)
    const { count = 0, firstSeen = row.eventTime } = before ?? {}
    groups.set(key, { key, count: count + 1, firstSeen, lastSeen: row.eventTime })
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count || ((a.key ?? '') < (b.key ?? '') ? -1 : 1))
}

export function tuplesOf(rows: readonly DenialRow[]): readonly TupleRow[] {
  const tuples = new Map<string, TupleRow>()
  for (const row of rows) {
    const tuple = tupleOf(row)
    const key = tupleKey(tuple)
    const { count = 0, firstSeen = row.eventTime } = tuples.get(key) ?? {}
    tuples.set(key, { ...tuple, count: count + 1, firstSeen, lastSeen: row.eventTime })
  }
  return [...tuples].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

export function watermarksOf(rows: readonly DenialRow[]): readonly Watermark[] {
  const latest = new Map<string, string>()
  for (const { callerAccount, eventTime } of rows) latest.set(callerAccount ?? '', eventTime)
  return [...latest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([account, time]) => ({ account, latest: time }))
}

/** First and last alone, so that the same event twice changes nothing. */
export function allowedMerged(allowed: Map<string, AllowedRow>, row: AllowedRow): void {
  const key = tupleKey(row)
  const before = allowed.get(key) ?? row
  allowed.set(key, {
    ...row,
    firstAllowed: before.firstAllowed < row.firstAllowed ? before.firstAllowed : row.firstAllowed,
    lastAllowed: before.lastAllowed > row.lastAllowed ? before.lastAllowed : row.lastAllowed,
  })
}

/** `rows` oldest first. */
export function examplesIn(
  rows: readonly DenialRow[],
  cells: readonly Cell[],
  most: number,
): readonly (readonly string[])[] {
  const found = new Map<string, string[]>(cells.map((cell) => [cellKey(cell), []]))
  for (const row of rows) {
    const ids = found.get(cellKey({ bucketStart: hourOf(row.eventTime), kind: kindOf(row) }))
    if (ids !== undefined && ids.length < most) ids.push(row.eventId)
  }
  return cells.map((cell) => found.get(cellKey(cell)) ?? [])
}

const cellKey = ({ bucketStart, kind }: Cell): string => JSON.stringify([bucketStart, kind])

/**
 * Rows that may tell of a request of the fresh ones, or of one that such a row tells of (`deduplicateEvents`). Most batches have none, and
 * settling all rows anew with each batch would take longer with each.
 */
export function relatedTo(fresh: readonly DenialRow[], rows: Rows): readonly DenialRow[] {
  const keys = new Set(fresh.flatMap(requestKeys))
  const requests = new Set(fresh.map(({ requestId }) => requestId))
  const hasPasted = fresh.some(isPasted)
  const isRelated = (row: DenialRow): boolean =>
    keys.has(row.eventId) ||
    (row.sharedEventId !== null && keys.has(row.sharedEventId)) ||
    (row.originalEventId !== null && keys.has(row.originalEventId)) ||
    (row.requestId !== null && (hasPasted || isPasted(row)) && requests.has(row.requestId))
  for (;;) {
    const found = [...rows.values()].filter(isRelated)
    const before = keys.size + requests.size
    for (const row of found) {
      for (const key of requestKeys(row)) keys.add(key)
      if (isPasted(row)) requests.add(row.requestId)
    }
    if (keys.size + requests.size === before) return found
  }
}

const isPasted = ({ sourceKind }: DenialRow): boolean => sourceKind === 'paste'

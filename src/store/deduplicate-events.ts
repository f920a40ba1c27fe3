import type { DenialRow } from './denial-row.ts'
import type { RollupRow, Tuple } from './denial-store.ts'
import { hourOf, slotOf } from './hours.ts'

/** Fields of a stored denial by which events of one request are found and one of them counted. */
export type Deduplicated = Pick<
  DenialRow,
  | 'eventId'
  | 'eventTime'
  | 'sharedEventId'
  | 'originalEventId'
  | 'requestId'
  | 'sourceKind'
  | 'callerAccount'
  | 'recipientAccount'
  | 'principalKey'
  | 'action'
  | 'resourceFamily'
  | 'isPrimary'
>

export interface Deduplication {
  /** Event ids of fresh rows that are not counted. */
  readonly notPrimary: ReadonlySet<string>
  /** Event ids of stored rows that are counted no longer. */
  readonly demoted: readonly string[]
  /** What is to be added to the hours, in the order of their keys: workers that lock in one order never wait in a circle. */
  readonly deltas: readonly RollupRow[]
  readonly fresh: number
}

/** Events of one value tell of one request (R-CT-10): the pair of two accounts, or an event and its corrections. */
export const requestKeys = (row: Deduplicated): readonly string[] =>
  [row.sharedEventId, row.originalEventId, row.eventId].filter((key) => key !== null)

/**
 * Counts every request once, whatever the order in which its events come. `related`: the stored rows that share a
 * request key with a fresh one, or the request id where one of the two was pasted. The caller's own event is counted
 * rather than the owner's, a correction rather than what it corrects, and an event rather than a text of it.
 */
export function deduplicateEvents(fresh: readonly Deduplicated[], related: readonly Deduplicated[]): Deduplication {
  const known = new Set(related.map(({ eventId }) => eventId))
  const notPrimary = new Set<string>()
  const demoted: string[] = []
  const deltas = new Map<string, Growing>()
  let count = 0
  const all = [...related, ...fresh]
  // Without a pasted row none is told of by another.
  const pasted = all.some(({ sourceKind }) => sourceKind === 'paste') ? new Pasted(all) : undefined
  for (const group of requestsOf(all)) {
    const chosen = best(group)
    for (const row of group) {
      const isStored = known.has(row.eventId)
      const wasCounted = isStored && row.isPrimary
      const isCounted = row.eventId === chosen.eventId && pasted?.isTold(row) !== true
      if (!isStored && !isCounted) notPrimary.add(row.eventId)
      if (wasCounted && !isCounted) demoted.push(row.eventId)
      if (wasCounted !== isCounted) addTo(deltas, row, isCounted ? 1 : -1)
      count += Number(isCounted) - Number(wasCounted)
    }
  }
  return { notPrimary, demoted, deltas: inOrder(deltas), fresh: count }
}

/**
 * Which pasted rows are told of by another row: by an event of the same request id, action and account, else by the first of
 * the pasted ones. A request id alone may be of several calls, so it never joins two events.
 */
class Pasted {
  /** Accounts in which an event tells of the request; by request id and action. */
  readonly #events = new Map<string, Set<string | null>>()
  readonly #first = new Map<string, string>()

  constructor(rows: readonly Deduplicated[]) {
    for (const row of rows) {
      const request = requestOf(row)
      if (request === undefined) continue
      if (row.sourceKind === 'paste') {
        const key = `${request} ${row.callerAccount ?? ''}`
        const first = this.#first.get(key)
        if (first === undefined || row.eventId < first) this.#first.set(key, row.eventId)
      } else this.#events.set(request, (this.#events.get(request) ?? new Set()).add(row.callerAccount))
    }
  }

  isTold(row: Deduplicated): boolean {
    const request = requestOf(row)
    if (row.sourceKind !== 'paste' || request === undefined) return false
    const accounts = this.#events.get(request)
    // A text need not say the account.
    if (accounts !== undefined && (row.callerAccount === null || accounts.has(row.callerAccount))) return true
    return this.#first.get(`${request} ${row.callerAccount ?? ''}`) !== row.eventId
  }
}

const requestOf = ({ requestId, action }: Deduplicated): string | undefined =>
  requestId === null || action === null ? undefined : JSON.stringify([requestId, action])

/** Rows of different events, joined by any key they share. */
function requestsOf(rows: readonly Deduplicated[]): Iterable<readonly Deduplicated[]> {
  if (rows.every(({ sharedEventId, originalEventId }) => sharedEventId === null && originalEventId === null))
    return rows.map((row) => [row])
  const groupOf = new Map<string, Deduplicated[]>()
  for (const row of rows) {
    if (row.sharedEventId === null && row.originalEventId === null && !groupOf.has(row.eventId)) {
      groupOf.set(row.eventId, [row])
      continue
    }
    const keys = requestKeys(row)
    const before = new Set(keys.flatMap((key) => [groupOf.get(key) ?? []]).filter(({ length }) => length > 0))
    const joined = [...before].flat()
    joined.push(row)
    for (const one of before.size === 0 ? [row] : joined) for (const key of requestKeys(one)) groupOf.set(key, joined)
  }
  return new Set(groupOf.values())
}

const rank = (row: Deduplicated): number =>
  (row.callerAccount !== null && row.callerAccount === row.recipientAccount ? 2 : 0) +
  (row.originalEventId === null ? 0 : 1)

function best(group: readonly Deduplicated[]): Deduplicated {
  return group.reduce((a, b) => (rank(b) > rank(a) || (rank(b) === rank(a) && b.eventId < a.eventId) ? b : a))
}

export const tupleOf = (row: Deduplicated): Tuple => ({
  account: row.callerAccount ?? '',
  principalKey: row.principalKey ?? '',
  action: row.action ?? '',
  resourceFamily: row.resourceFamily ?? '',
})

export const tupleKey = ({ account, principalKey, action, resourceFamily }: Tuple): string =>
  JSON.stringify([account, principalKey, action, resourceFamily])

export const rollupKey = (row: RollupRow): string => `${row.bucketStart} ${tupleKey(row)}`

type Growing = { -readonly [Field in keyof RollupRow]: RollupRow[Field] }

function addTo(deltas: Map<string, Growing>, row: Deduplicated, n: number): void {
  const bucketStart = hourOf(row.eventTime)
  const tuple = tupleOf(row)
  const key = `${bucketStart} ${tupleKey(tuple)}`
  let delta = deltas.get(key)
  if (delta === undefined) deltas.set(key, (delta = { bucketStart, ...tuple, n: 0, slots: 0 }))
  delta.n += n
  if (n > 0) delta.slots |= slotOf(row.eventTime)
}

const inOrder = (deltas: ReadonlyMap<string, RollupRow>): readonly RollupRow[] =>
  [...deltas]
    .filter(([, { n, slots }]) => n !== 0 || slots !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)

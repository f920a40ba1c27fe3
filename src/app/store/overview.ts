import type { DenialFilter, DenialGroup, DenialStore, RollupRow, TupleRow } from '#store/denial-store.ts'
import { hourOf } from '#store/hours.ts'
import { isoTime } from '#store/iso-time.ts'
import { type Regression, regressionsOf } from './regressions.ts'

/** The overview that a page shows first: how many over time, of whom most, and what is new. */
export interface Overview {
  readonly schemaVersion: 1
  readonly bucket: 'hour' | 'day'
  readonly total: number
  readonly buckets: readonly { readonly from: string; readonly count: number }[]
  readonly groups: Readonly<Record<'principal' | 'action' | 'resource-family' | 'layer', readonly DenialGroup[]>>
  /** Of the time asked for, the newest first. */
  readonly firstSeen: readonly TupleRow[]
  /** Refused although it was allowed before, or was marked fixed: the newest. */
  readonly regressions: readonly (TupleRow & Pick<Regression, 'reason'>)[]
}

const HOUR = 3_600_000
/** Up to three days a chart has hours, beyond it days: of a week of a million denials the hours would take seconds. */
const MAX_HOURS = 73
const TOP = 10
const NEWEST = 20

export async function overviewOf(store: DenialStore, filter: DenialFilter, now: number): Promise<Overview> {
  const { from, to, ...rest } = filter
  const [principal, action, family, layer, days] = [
    await store.groups('principal', filter),
    await store.groups('action', filter),
    await store.groups('resource-family', filter),
    await store.groups('layer', filter),
    await store.groups('day', filter),
  ]
  const tuples = await store.tuples(rest)
  const isHourly = from !== undefined && rest.layer === undefined && spanOf(from, to, now) <= MAX_HOURS * HOUR
  const buckets = isHourly ? await hoursOf(store, { ...filter, from }) : daysOf(days)
  return {
    schemaVersion: 1,
    bucket: isHourly ? 'hour' : 'day',
    total: days.reduce((sum, { count }) => sum + count, 0),
    buckets,
    groups: {
      principal: principal.slice(0, TOP),
      action: action.slice(0, TOP),
      'resource-family': family.slice(0, TOP),
      layer: layer.slice(0, TOP),
    },
    firstSeen: tuples
      .filter(({ firstSeen }) => (from === undefined || firstSeen >= from) && (to === undefined || firstSeen < to))
      .toSorted((row, other) => (row.firstSeen < other.firstSeen ? 1 : -1))
      .slice(0, NEWEST),
    regressions: await regressionsIn(store, filter),
  }
}

const spanOf = (from: string, to: string | undefined, now: number): number =>
  (to === undefined ? now : Date.parse(to)) - Date.parse(from)

function daysOf(days: readonly DenialGroup[]): Overview['buckets'] {
  const counts = new Map(days.flatMap(({ key, count }) => (key === null ? [] : [[key, count] as const])))
  const sorted = [...counts.keys()].toSorted()
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return []
  return filled(`${first}T00:00:00Z`, `${last}T00:00:00Z`, 24 * HOUR, (at) => counts.get(at.slice(0, 10)) ?? 0)
}

/**
 * Hours are kept by tuple: what a filter asks of a tuple can be asked of them. Of an hour in which the time begins or ends the
 * denials themselves are counted.
 */
async function hoursOf(
  store: DenialStore,
  filter: DenialFilter & { readonly from: string },
): Promise<Overview['buckets']> {
  const { from, to = LAST } = filter
  const [firstWhole, lastHour] = [nextHour(from), hourOf(to)]
  const counts = new Map<string, number>()
  const add = (at: string, n: number): void => void (n > 0 && counts.set(at, (counts.get(at) ?? 0) + n))
  const count = async (part: { readonly from: string; readonly to: string }): Promise<void> => {
    const days = await store.groups('day', { ...filter, ...part })
    add(
      hourOf(part.from),
      days.reduce((sum, { count: n }) => sum + n, 0),
    )
  }
  if (from < firstWhole) await count({ from, to: to < firstWhole ? to : firstWhole })
  for (const row of await store.rollups({ from: firstWhole, to: lastHour }))
    if (isIn(row, filter)) add(row.bucketStart, row.n)
  if (lastHour < to && lastHour >= firstWhole) await count({ from: lastHour, to })
  const sorted = [...counts.keys()].toSorted()
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return []
  return filled(first, last, HOUR, (at) => counts.get(at) ?? 0)
}

/** After every denial. */
const LAST = '9999-01-01T00:00:00Z'

/** The time itself where it is a whole hour. */
const nextHour = (time: string): string => (hourOf(time) === time ? time : isoTime(Date.parse(hourOf(time)) + HOUR))

const isIn = (row: RollupRow, { principal, action, resourceFamily, account, service }: DenialFilter): boolean =>
  (principal === undefined || row.principalKey === principal) &&
  (action === undefined || row.action === action) &&
  (resourceFamily === undefined || row.resourceFamily === resourceFamily) &&
  (account === undefined || row.account === account) &&
  (service === undefined || row.action.startsWith(`${service}:`))

const MAX_BUCKETS = 800

/** Every bucket of the time, those without a denial too; of a very long time the newest. */
function filled(first: string, last: string, step: number, countAt: (at: string) => number): Overview['buckets'] {
  const end = Date.parse(last)
  const start = Math.max(Date.parse(first), end - (MAX_BUCKETS - 1) * step)
  const length = Math.floor((end - start) / step) + 1
  return Array.from({ length }, (_, i) => isoTime(start + i * step)).map((from) => ({ from, count: countAt(from) }))
}

/** As `denytrace regressions` has them, the newest. */
async function regressionsIn(store: DenialStore, filter: DenialFilter): Promise<Overview['regressions']> {
  const { regressions } = await regressionsOf(store, filter)
  return regressions.slice(0, NEWEST).map(({ principal, reason, ...tuple }) => ({
    principalKey: principal,
    reason,
    account: tuple.account,
    action: tuple.action,
    resourceFamily: tuple.resourceFamily,
    count: tuple.count,
    firstSeen: tuple.firstSeen,
    lastSeen: tuple.lastSeen,
  }))
}

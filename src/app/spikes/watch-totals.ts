import { hostname } from 'node:os'
import type { WatchTotals } from '#report/alert-metrics.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { isoTime } from '#store/iso-time.ts'

/** Series family of the totals of each watch, beside the series of the detector, so that `serve` can tell Prometheus of it. */
const FAMILY = 'watch-totals'

/** A watch that told nothing for so long is forgotten. */
const KEPT_MS = 30 * 24 * 3_600_000

export const NO_TOTALS: WatchTotals = {
  rounds: 0,
  failedRounds: 0,
  lastRound: 0,
  lastRoundSeconds: 0,
  files: 0,
  records: 0,
  newDenials: 0,
  quarantined: 0,
  attempts: [],
  alerts: [],
  held: [],
  newestEvent: 0,
  series: 0,
  expectedFalseAlarmsPerWeek: 0,
}

/**
 * Keeps what this process did since it started; of one that does a single round (cron), with what the ones before it on this
 * machine did. `now` in milliseconds.
 */
export async function keepTotals(store: DenialStore, totals: WatchTotals, isOnce: boolean, now: number): Promise<void> {
  const key = isOnce ? `${hostname()} once` : `${hostname()} ${process.pid}`
  const before = isOnce ? (await store.series(FAMILY)).find((row) => row.key === key) : undefined
  const all = before === undefined ? totals : added(JSON.parse(before.state) as WatchTotals, totals)
  const row = { family: FAMILY, key, lastBucket: isoTime(now), modelVersion: 1, state: JSON.stringify(all) }
  await store.saveDetection({ series: [row], alerts: [], deliveries: [], cleaned: [] })
}

/** The totals of all watches of the store; undefined: there was none. */
export async function keptTotals(store: DenialStore, now: number): Promise<WatchTotals | undefined> {
  const since = isoTime(now - KEPT_MS)
  const rows = (await store.series(FAMILY)).filter(({ lastBucket }) => lastBucket >= since)
  if (rows.length === 0) return undefined
  return rows.map(({ state }) => JSON.parse(state) as WatchTotals).reduce(added)
}

/** Counts add up; what is known now is what the later of the two knows. */
export function added(first: WatchTotals, other: WatchTotals): WatchTotals {
  const later = other.lastRound >= first.lastRound ? other : first
  return {
    ...later,
    rounds: first.rounds + other.rounds,
    failedRounds: first.failedRounds + other.failedRounds,
    files: first.files + other.files,
    records: first.records + other.records,
    newDenials: first.newDenials + other.newDenials,
    quarantined: first.quarantined + other.quarantined,
    attempts: summed([...first.attempts, ...other.attempts]),
    alerts: summed([...first.alerts, ...other.alerts]),
  }
}

/** Entries that differ in nothing but their count, as one. */
export function summed<T extends { readonly count: number }>(entries: readonly T[]): readonly T[] {
  const found = new Map<string, T>()
  for (const entry of entries) {
    const key = JSON.stringify({ ...entry, count: 0 })
    const before = found.get(key)
    found.set(key, before === undefined ? entry : { ...before, count: before.count + entry.count })
  }
  return [...found.values()]
}

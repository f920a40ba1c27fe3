import type { DenialRow } from '../denial-row.ts'
import type { AllowedRow, DenialBatch, DenialStore, Mark, Quarantined, RollupRow } from '../denial-store.ts'
import type { DirtyBucket } from '../detection.ts'
import { hourOf } from '../hours.ts'
import { rollupKey, type Deduplication, deduplicateEvents, tupleKey } from '../deduplicate-events.ts'
import { tallyOf } from '../tally.ts'
import { memoryAlerts } from './memory-alerts.ts'
import { memoryChanges } from './memory-changes.ts'
import { memoryLedger } from './memory-ledger.ts'
import {
  allowedMerged,
  byIdOf,
  examplesIn,
  foundIn,
  groupsOf,
  newestIn,
  pagesOf,
  relatedTo,
  tuplesOf,
  watermarksOf,
} from './memory-queries.ts'

/** State that the parts of the store in memory share. */
export interface Memory {
  readonly rows: Map<string, DenialRow>
  readonly rollups: Map<string, RollupRow>
  readonly dirty: Map<string, DirtyBucket>
  /** Whether a row may tell of the same request as another: else none has to be looked for. */
  hasLinks: boolean
}

/** A store that is gone with the process; `now` gives milliseconds since 1970 and decides leases. */
export function openMemoryStore(now: () => number = Date.now): DenialStore {
  const memory: Memory = { rows: new Map(), rollups: new Map(), dirty: new Map(), hasLinks: false }
  const marks = new Map<string, Mark>()
  const allowed = new Map<string, AllowedRow>()
  const quarantined = new Map<string, Quarantined>()
  const changes = memoryChanges()
  const ledger = memoryLedger(now)
  return {
    name: 'memory:',
    add: async (batch) => {
      const { done = [] } = batch
      ledger.checkLeases(done)
      const added = addTo(memory, batch)
      for (const one of batch.allowed ?? []) allowedMerged(allowed, one)
      for (const one of batch.quarantined ?? []) quarantined.set(`${one.hash} ${one.source} ${one.position}`, one)
      changes.add(batch.changes)
      ledger.finish(done)
      return added
    },
    byId: async (id) => byIdOf(memory.rows, id),
    find: async (filter, limit, after) => newestIn(memory.rows, filter, after).slice(0, limit),
    pages: (filter) => pagesOf(memory.rows, filter),
    groups: async (by, filter) => groupsOf(foundIn(memory.rows, filter), by),
    rollups: async ({ from = '', to = '~' }) =>
      [...memory.rollups]
        .filter(([, { bucketStart, n }]) => n > 0 && bucketStart >= from && bucketStart < to)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, row]) => row),
    tally: async function* (filter) {
      yield tallyOf(foundIn(memory.rows, filter))
    },
    examples: async (cells, most) => examplesIn(foundIn(memory.rows, {}), cells, most),
    tuples: async (filter) => tuplesOf(foundIn(memory.rows, filter)),
    allowed: async () => [...allowed].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
    policyChanges: async (range, limit) => changes.find(range, limit),
    watermarks: async () => watermarksOf(foundIn(memory.rows, {})),
    mark: async (mark) => void marks.set(tupleKey(mark), mark),
    marks: async () => [...marks].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, mark]) => mark),
    quarantined: async () => [...quarantined.values()],
    forget: async (before) => forget(memory, changes, before),
    ...memoryAlerts(memory.dirty, now),
    enqueue: ledger.enqueue,
    claim: ledger.claim,
    extend: ledger.extend,
    release: ledger.release,
    ledger: ledger.counts,
    close: async () => undefined,
  }
}

function addTo(memory: Memory, batch: DenialBatch): { fresh: number; duplicates: number } {
  const { rows, rollups, dirty } = memory
  const fresh = new Map<string, DenialRow>()
  for (const row of batch.rows) if (!rows.has(row.eventId)) fresh.set(row.eventId, row)
  const added = [...fresh.values()]
  memory.hasLinks ||= added.some(isLinked)
  const deduplication = deduplicateEvents(added, memory.hasLinks ? relatedTo(added, rows) : [])
  keepRows(rows, fresh, deduplication)
  for (const delta of deduplication.deltas) {
    const key = rollupKey(delta)
    const before = rollups.get(key)
    rollups.set(key, {
      ...delta,
      n: (before?.n ?? 0) + delta.n,
      slots: (before?.slots ?? 0) | delta.slots,
    })
    const { bucketStart } = delta
    dirty.set(bucketStart, { bucketStart, version: (dirty.get(bucketStart)?.version ?? 0) + 1 })
  }
  return { fresh: deduplication.fresh, duplicates: batch.rows.length - deduplication.fresh }
}

const isLinked = ({ sharedEventId, originalEventId, sourceKind }: DenialRow): boolean =>
  sharedEventId !== null || originalEventId !== null || sourceKind === 'paste'

function keepRows(
  rows: Map<string, DenialRow>,
  fresh: ReadonlyMap<string, DenialRow>,
  { notPrimary, demoted }: Deduplication,
): void {
  for (const [id, row] of fresh)
    rows.set(id, row.isPrimary === notPrimary.has(id) ? { ...row, isPrimary: !row.isPrimary } : row)
  for (const id of demoted) {
    const row = rows.get(id)
    if (row !== undefined) rows.set(id, { ...row, isPrimary: false })
  }
}

function forget({ rows, rollups }: Memory, changes: ReturnType<typeof memoryChanges>, before: string): number {
  changes.forget(before)
  let dropped = 0
  for (const [id, row] of rows) if (row.eventTime < before && rows.delete(id) && row.isPrimary) dropped += 1
  for (const [key, row] of rollups) if (row.bucketStart < hourOf(before)) rollups.delete(key)
  return dropped
}

import type { DenialRow } from '#store/denial-row.ts'
import type { AllowedRow, DenialStore, Quarantined, Spool } from '#store/denial-store.ts'
import type { PolicyChangeRow } from '#store/policy-change-row.ts'
import type { Extracted } from './rows-of-records.ts'

/** Counts of an ingestion (docs/json.md, "Ingest"). */
export interface IngestCounts {
  files: number
  records: number
  denials: number
  new: number
  duplicates: number
  quarantined: number
}

export const noCounts = (): IngestCounts => ({
  files: 0,
  records: 0,
  denials: 0,
  new: 0,
  duplicates: 0,
  quarantined: 0,
})

/** Rows that go into one transaction: many small files at once are ten times as fast as one after the other. */
const ROWS = 4000
/** … and where there are no transactions: the last are written when nothing else is left to do. */
const ROWS_IN_MEMORY = 500

/** Of changes of policies, whose texts are long. */
const CHANGES = 500

/** The rows of a batch that wait in memory. */
function inMemory(store: DenialStore): Spool {
  const most = store.name === 'memory:' ? ROWS_IN_MEMORY : ROWS
  let rows: DenialRow[] = []
  return {
    put: (row) => void rows.push(row),
    size: () => rows.length,
    isFull: () => rows.length >= most,
    add: (rest) => {
      const batch = { ...rest, rows }
      rows = []
      return store.add(batch)
    },
    close: () => undefined,
  }
}

/**
 * Gathers what is extracted and writes it in batches; `end` writes what is left, and `close` drops what is. `isMuch`: what is to come
 * is worth a file.
 */
export function storeBatches(store: DenialStore, counts: IngestCounts, isMuch: boolean) {
  const spool = (isMuch ? store.spool?.() : undefined) ?? inMemory(store)
  let allowed: AllowedRow[] = []
  let quarantined: Quarantined[] = []
  let changes: PolicyChangeRow[] = []
  let writing: Promise<void> = Promise.resolve()
  const write = async (isLast = false): Promise<void> => {
    // One batch is written while the next is read, and no more: what waits is bounded.
    await writing
    if (spool.size() + allowed.length + quarantined.length + changes.length === 0) return
    const added = spool.add({ allowed, quarantined, changes }, isLast)
    allowed = []
    quarantined = []
    changes = []
    writing = added.then(({ fresh, duplicates }) => {
      counts.new += fresh
      counts.duplicates += duplicates
    })
    // Who waits for it next is told of its fault.
    writing.catch(() => undefined)
  }
  return {
    put: async (extracted: Extracted): Promise<void> => {
      counts.records += extracted.records
      counts.denials += extracted.rows.length
      counts.quarantined += extracted.quarantined.length
      for (const row of extracted.allowed) allowed.push(row)
      for (const one of extracted.quarantined) quarantined.push(one)
      changes.push(...extracted.changes)
      if (allowed.length >= ROWS || changes.length >= CHANGES) await write()
      for (const row of extracted.rows) {
        spool.put(row)
        if (spool.isFull()) await write()
      }
    },
    end: async () => {
      await write(true)
      await writing
    },
    close: spool.close,
  }
}

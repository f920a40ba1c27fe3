import type { DenialRow } from '#store/denial-row.ts'
import type { AllowedRow, DenialStore, Quarantined } from '#store/denial-store.ts'
import type { Extracted } from './rows-of-records.ts'

/** What ingestion comes to (docs/json.md, "Ingest"). */
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

/** Gathers what is extracted and writes it in batches; `end` writes what is left. */
export function storeBatches(store: DenialStore, counts: IngestCounts) {
  let rows: DenialRow[] = []
  let allowed: AllowedRow[] = []
  let quarantined: Quarantined[] = []
  let writing: Promise<void> = Promise.resolve()
  const most = store.name === 'memory:' ? ROWS_IN_MEMORY : ROWS
  const write = async (): Promise<void> => {
    // One batch is written while the next is read, and no more: what waits is bounded.
    await writing
    if (rows.length + allowed.length + quarantined.length === 0) return
    const batch = { rows, allowed, quarantined }
    rows = []
    allowed = []
    quarantined = []
    writing = store.add(batch).then(({ fresh, duplicates }) => {
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
      for (const row of extracted.rows) rows.push(row)
      for (const row of extracted.allowed) allowed.push(row)
      for (const one of extracted.quarantined) quarantined.push(one)
      if (rows.length + allowed.length >= most) await write()
    },
    end: async () => {
      await write()
      await writing
    },
  }
}

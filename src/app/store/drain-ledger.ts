import { BadObject } from '#ingest/plain.ts'
import { readObject } from '#ingest/read-object.ts'
import { type Extracted, type ExtractOptions, rowsOfRecords } from '#ingest/rows-of-records.ts'
import type { IngestCounts } from '#ingest/store-batches.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { isoTime } from '#store/iso-time.ts'
import { type Lease, LeaseLost, type LedgerCounts } from '#store/ledger.ts'

export interface LedgerRun {
  readonly store: DenialStore
  readonly counts: IngestCounts
  readonly bad: { path: string; reason: string }[]
  /** Changes rows before they are stored. */
  readonly decide: <T extends Extracted>(extracted: T) => T
  readonly options: ExtractOptions
  readonly tell: (total: number) => void
}

/** Where objects are read from. */
interface Objects {
  readonly get: (bucket: string, key: string) => Promise<Uint8Array>
}

/** Objects of one transaction: many small ones at once are ten times as fast as one by one. */
const AT_ONCE = 64
/**
 * Lease of a run on what it has taken, in seconds: what a run that dies has taken waits for so long; one that lives renews
 * it three times in it.
 */
const LEASE_SECONDS = 120

/**
 * Reads what waits in the ledger, batch after batch, until nothing is free. Who is slow and alive keeps its leases; who stands still
 * for longer than one loses them, and has written nothing.
 */
export async function drainLedger(
  trail: Objects,
  run: LedgerRun,
  total: number,
  leaseSeconds = LEASE_SECONDS,
): Promise<void> {
  for (;;) {
    const leases = await run.store.claim(AT_ONCE, leaseSeconds)
    if (leases.length === 0) return
    const heart = setInterval(() => void renew(leases, run.store, leaseSeconds), (leaseSeconds * 1000) / 3)
    try {
      const read = await Promise.all(leases.map((lease) => readLease(trail, lease, run)))
      await addObjects(
        read.flatMap((object) => (object === undefined ? [] : [object])),
        run,
      )
    } catch (error) {
      // What AWS or the database refused is no fault of the objects: they wait for the next run, not for the lease.
      for (const lease of leases) await run.store.release(lease, 'the run was stopped', false).catch(() => undefined)
      throw error
    } finally {
      clearInterval(heart)
    }
    run.tell(total)
  }
}

/** A lease that is lost nonetheless undoes the batch, so a fault here is none. */
async function renew(leases: readonly Lease[], store: DenialStore, leaseSeconds: number): Promise<void> {
  for (const lease of leases) await store.extend(lease, leaseSeconds).catch(() => false)
}

interface ReadObject {
  readonly lease: Lease
  readonly extracted: Extracted
}

async function readLease(trail: Objects, lease: Lease, run: LedgerRun): Promise<ReadObject | undefined> {
  const { store, options, decide, counts, bad } = run
  const name = `s3://${lease.bucket}/${lease.key}`
  try {
    const bytes = Buffer.from(await trail.get(lease.bucket, lease.key))
    const scanned = readObject(bytes, { all: options.successes === true })
    const source = { kind: 's3', name, at: isoTime(Date.now()) } as const
    return { lease, extracted: decide(rowsOfRecords(scanned, source, options)) }
  } catch (error) {
    const isData = error instanceof BadObject || (error instanceof Error && error.name === 'NoSuchKey')
    const reason = error instanceof Error ? error.message : String(error)
    await store.release(lease, reason, isData)
    if (!isData) throw error
    if (!bad.some(({ path }) => path === name)) {
      counts.files += 1
      counts.quarantined += 1
      bad.push({ path: name, reason })
    }
    return undefined
  }
}

/** Who lost a lease has another worker's rows; then each object is tried by itself, for the others are still ours. */
async function addObjects(read: readonly ReadObject[], run: LedgerRun): Promise<void> {
  const { store, counts } = run
  try {
    const { fresh, duplicates } = await store.add({
      rows: read.flatMap(({ extracted }) => extracted.rows),
      allowed: read.flatMap(({ extracted }) => extracted.allowed),
      quarantined: read.flatMap(({ extracted }) => extracted.quarantined),
      changes: read.flatMap(({ extracted }) => extracted.changes),
      done: read.map(({ lease, extracted }) => ({ lease, counts: countsOf(extracted) })),
    })
    counts.new += fresh
    counts.duplicates += duplicates
    for (const { extracted } of read) {
      counts.files += 1
      counts.records += extracted.records
      counts.denials += extracted.rows.length
      counts.quarantined += extracted.quarantined.length
    }
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error
    if (read.length > 1) for (const object of read) await addObjects([object], run)
  }
}

const countsOf = ({ records, rows }: Extracted): LedgerCounts => ({ records, denials: rows.length })

import { isBesideEvents, mayHoldEvents } from '#ingest/files-in.ts'
import { readNotification } from '#ingest/notification.ts'
import { BadObject, readObject } from '#ingest/read-object.ts'
import { type Extracted, type ExtractOptions, rowsOfRecords } from '#ingest/rows-of-records.ts'
import type { IngestCounts } from '#ingest/store-batches.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { isoTime } from '#store/iso-time.ts'
import { type Lease, LeaseLost, type LedgerCounts } from '#store/ledger.ts'
import { awsFault } from '../aws-fault.ts'

/** What we need of S3 and SQS (`src/collect/aws/trail-objects.ts`). */
interface Trail {
  readonly list: (
    bucket: string,
    prefix: string,
  ) => AsyncIterable<readonly { readonly key: string; readonly etag: string }[]>
  readonly get: (bucket: string, key: string) => Promise<Uint8Array>
  readonly receive: (
    queue: string,
    waitSeconds: number,
  ) => Promise<readonly { readonly body: string; readonly receipt: string }[]>
  readonly remove: (queue: string, receipts: readonly string[]) => Promise<void>
}

export interface TrailSource {
  readonly kind: 's3' | 'queue'
  readonly url: string
}

/** `s3://BUCKET/PREFIX`, the URL or ARN of a queue; undefined: a path of this machine. */
export function trailSource(path: string): TrailSource | undefined {
  if (/^s3:\/\/[^/]/.test(path)) return { kind: 's3', url: path }
  if (/^(?:https?:\/\/|arn:[a-z-]{3,20}:sqs:)/.test(path)) return { kind: 'queue', url: path }
  return undefined
}

export interface TrailRun {
  readonly store: DenialStore
  readonly counts: IngestCounts
  readonly bad: { path: string; reason: string }[]
  /** Changes rows before they are stored. */
  readonly decide: <T extends Extracted>(extracted: T) => T
  readonly options: ExtractOptions
  readonly tell: (total: number) => void
}

export interface AwsPlace {
  readonly profile?: string
  readonly region?: string
  readonly endpoint?: string
}

/**
 * Reads a trail's objects and queues into the store. An object first stands in the ledger, which is in the store; so what
 * was told of once is read, whoever dies in between, and its message is removed as soon as the ledger has it. `held`: objects
 * that another run is reading, or that one held which died; they are free when its lease is over.
 */
export async function ingestTrail(
  sources: readonly TrailSource[],
  where: AwsPlace,
  run: TrailRun,
): Promise<{ readonly held: number }> {
  const { openTrail } = await import('#collect/aws/entry.ts')
  try {
    const trail = await openTrail(where)
    let total = 0
    for (const { kind, url } of sources)
      total += kind === 's3' ? await enqueuePrefix(trail, url, run) : await drainQueue(trail, url, run)
    await drainLedger(trail, run, total)
    return { held: (await run.store.ledger()).leased }
  } catch (error) {
    throw awsFault(error)
  }
}

async function enqueuePrefix(trail: Trail, url: string, { store }: TrailRun): Promise<number> {
  const [bucket = '', ...parts] = url.slice('s3://'.length).split('/')
  let fresh = 0
  for await (const page of trail.list(bucket, parts.join('/'))) {
    const objects = page.filter(({ key }) => mayHoldEvents(key))
    fresh += await store.enqueue(objects.map(({ key, etag }) => ({ bucket, key, version: etag })))
  }
  return fresh
}

/** Until the queue is empty for a second. What is no notification stays there, and goes to its dead-letter queue. */
async function drainQueue(trail: Trail, queue: string, run: TrailRun): Promise<number> {
  const { store } = run
  let fresh = 0
  for (;;) {
    const messages = await trail.receive(queue, 1)
    if (messages.length === 0) return fresh
    const done: string[] = []
    for (const { body, receipt } of messages) {
      const told = readNotification(body)
      if (told?.kind === 'records') await addRecords(told.records, queue, run)
      if (told?.kind === 'objects') {
        const objects = told.objects.filter(({ key }) => !isBesideEvents(key))
        fresh += await store.enqueue(objects.map(({ bucket, key, etag }) => ({ bucket, key, version: etag })))
      }
      if (told === undefined) {
        run.counts.quarantined += 1
        run.bad.push({ path: queue, reason: 'a message is no notification of S3 or CloudTrail' })
      } else done.push(receipt)
    }
    // After what they tell is in the store: a crash before means that they come again, which adds nothing.
    await trail.remove(queue, done)
    run.tell(fresh)
  }
}

async function addRecords(records: Parameters<typeof rowsOfRecords>[0]['records'], queue: string, run: TrailRun) {
  const { store, counts, decide, options } = run
  const source = { kind: 'eventbridge', name: queue, at: isoTime(Date.now()) } as const
  const extracted = decide(rowsOfRecords({ count: records.length, records, unreadable: [] }, source, options))
  const { rows, allowed, quarantined } = extracted
  const { fresh, duplicates } = await store.add({ rows, allowed, quarantined })
  counts.records += extracted.records
  counts.denials += rows.length
  counts.new += fresh
  counts.duplicates += duplicates
  counts.quarantined += quarantined.length
}

/** Objects of one transaction: many small ones at once are ten times as fast as one by one. */
const AT_ONCE = 64
/** What a run that dies has taken waits for so long; one that lives renews its leases three times in it. */
const LEASE_SECONDS = 120

async function drainLedger(trail: Trail, run: TrailRun, total: number): Promise<void> {
  for (;;) {
    const leases = await run.store.claim(AT_ONCE, LEASE_SECONDS)
    if (leases.length === 0) return
    const heart = setInterval(() => void renew(leases, run.store), (LEASE_SECONDS * 1000) / 3)
    try {
      const read = await Promise.all(leases.map((lease) => readLease(trail, lease, run)))
      await addObjects(
        read.flatMap((one) => (one === undefined ? [] : [one])),
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
async function renew(leases: readonly Lease[], store: DenialStore): Promise<void> {
  for (const lease of leases) await store.extend(lease, LEASE_SECONDS).catch(() => false)
}

interface ReadObject {
  readonly lease: Lease
  readonly extracted: Extracted
}

async function readLease(trail: Trail, lease: Lease, run: TrailRun): Promise<ReadObject | undefined> {
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
async function addObjects(read: readonly ReadObject[], run: TrailRun): Promise<void> {
  const { store, counts } = run
  try {
    const { fresh, duplicates } = await store.add({
      rows: read.flatMap(({ extracted }) => extracted.rows),
      allowed: read.flatMap(({ extracted }) => extracted.allowed),
      quarantined: read.flatMap(({ extracted }) => extracted.quarantined),
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
    if (read.length > 1) for (const one of read) await addObjects([one], run)
  }
}

const countsOf = ({ records, rows }: Extracted): LedgerCounts => ({ records, denials: rows.length })

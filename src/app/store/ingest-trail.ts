import { isBesideEvents, mayHoldEvents } from '#ingest/files-in.ts'
import { readNotification } from '#ingest/notification.ts'
import { rowsOfRecords } from '#ingest/rows-of-records.ts'
import { isoTime } from '#store/iso-time.ts'
import { awsFault } from '../aws-fault.ts'
import { drainLedger, type LedgerRun } from './drain-ledger.ts'
import type { AwsPlace, TrailSource } from './trail-source.ts'

/** The calls that we need of S3 and SQS (`src/collect/aws/trail-objects.ts`). */
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

export type TrailRun = LedgerRun

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
      const notification = readNotification(body)
      if (notification?.kind === 'records') await addRecords(notification.records, queue, run)
      if (notification?.kind === 'objects') {
        const objects = notification.objects.filter(({ key }) => !isBesideEvents(key))
        fresh += await store.enqueue(objects.map(({ bucket, key, etag }) => ({ bucket, key, version: etag })))
      }
      if (notification === undefined) {
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
  const { rows, allowed, quarantined, changes } = extracted
  const { fresh, duplicates } = await store.add({ rows, allowed, quarantined, changes })
  counts.records += extracted.records
  counts.denials += rows.length
  counts.new += fresh
  counts.duplicates += duplicates
  counts.quarantined += quarantined.length
}

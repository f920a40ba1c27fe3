import { filesIn } from '#ingest/files-in.ts'
import { keepHeapSmall } from '#ingest/heap-size.ts'
import type { Extracted, ExtractOptions } from '#ingest/rows-of-records.ts'
import { type Scan, startScan } from '#ingest/scan-files.ts'
import { type IngestCounts, noCounts, storeBatches } from '#ingest/store-batches.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { writeMuch } from '#store/duckdb/write-much.ts'
import { isoTime } from '#store/iso-time.ts'
import type { Mask } from '#store/mask.ts'
import type { Stdin } from '../files.ts'
import type { TrailRun } from './ingest-trail.ts'
import { type AwsPlace, type TrailSource, trailSource } from './trail-source.ts'

export interface IngestAnswer extends IngestCounts {
  readonly schemaVersion: 1
  /** Files of folders that are none of CloudTrail's events. */
  readonly skipped: number
  /** Denials from before `keep`. */
  readonly forgotten?: number
  /** Objects of S3 that another run is reading now, or held when it died: they are read when its lease is over. */
  readonly held?: number
  /** Files that could not be read, and why. */
  readonly bad: readonly { readonly path: string; readonly reason: string }[]
}

export interface IngestOptions extends ExtractOptions {
  readonly stdin: Stdin
  /** Each denial is stored with the statement that decided by this snapshot. */
  readonly snapshot?: string
  /** Time before which what is stored is forgotten when all is read; ISO 8601. */
  readonly keep?: string
  /** How AWS is reached, for `s3://…` and queues. */
  readonly aws?: AwsPlace
  /** Called as files are done. */
  readonly tell?: (done: IngestCounts, total: number) => void
}

/** Ingestion that was begun. */
export interface Ingestion {
  /** Puts it into the store. What is there already stays as it is. */
  readonly into: (store: DenialStore) => Promise<IngestAnswer>
  /** Ends what is still read: without a store it is read for nothing. */
  readonly stop: () => Promise<void>
}

/** Begins to read files, folders and `-`: threads are at work while the store is opened, which takes as long as a hundred files. */
export function beginIngest(paths: readonly string[], options: IngestOptions): Ingestion {
  const { stdin, tell, snapshot, aws = {}, keep, ...scanOptions } = options
  const sources = paths.flatMap((path) => trailSource(path) ?? [])
  const { files, skipped } = filesIn(paths.filter((path) => path !== '-' && trailSource(path) === undefined))
  // A snapshot knows names as they are, so it decides before they are masked.
  const extracting = snapshot === undefined ? scanOptions : { successes: scanOptions.successes === true }
  const at = isoTime(Date.now())
  const scan = startScan(files, at, extracting)
  // Which store it is for is not known yet, and once it is open it is too late.
  if (scan.isMuch) writeMuch(process.env)
  const into = async (store: DenialStore): Promise<IngestAnswer> => {
    // What a store in memory holds is in V8's heap, and V8 knows how much that is.
    if (scan.isMuch && store.name !== 'memory:') keepHeapSmall()
    const decide = snapshot === undefined ? asItIs : await decider(snapshot, scanOptions.mask)
    const counts = noCounts()
    const bad: { path: string; reason: string }[] = []
    const batches = storeBatches(store, counts, scan.isMuch)
    try {
      for await (const group of extracts(scan, at, paths.includes('-') ? stdin : undefined, extracting)) {
        for (const extract of group) {
          counts.files += 1
          if (extract.bad !== undefined) bad.push({ path: extract.path, reason: extract.bad })
          await batches.put(decide(extract))
        }
        tell?.(counts, files.length)
      }
      await batches.end()
    } finally {
      batches.close()
    }
    counts.quarantined += bad.length
    const tellTotal = (total: number): void => tell?.(counts, total)
    const trail = { store, counts, bad, decide, options: extracting, tell: tellTotal }
    const { held } = sources.length > 0 ? await fromAws(sources, aws, trail) : { held: 0 }
    const forgotten = keep === undefined ? {} : { forgotten: await store.forget(keep) }
    return { schemaVersion: 1, ...counts, skipped, ...forgotten, ...(held === 0 ? {} : { held }), bad }
  }
  return { into, stop: scan.stop }
}

/** Begins and puts into a store that is open. */
export async function ingestPaths(
  store: DenialStore,
  paths: readonly string[],
  options: IngestOptions,
): Promise<IngestAnswer> {
  const { into, stop } = beginIngest(paths, options)
  return into(store).finally(stop)
}

async function fromAws(
  sources: readonly TrailSource[],
  where: AwsPlace,
  run: TrailRun,
): Promise<{ readonly held: number }> {
  const { ingestTrail } = await import('./ingest-trail.ts')
  return ingestTrail(sources, where, run)
}

const asItIs = <T>(extract: T): T => extract

/** Holds every denial of an extract against the snapshot, and masks it then. */
async function decider(folder: string, mask: Mask = new Set()): Promise<<T extends Extracted>(extract: T) => T> {
  const { decided, decidingBy } = await import('./decide.ts')
  const { hidesTexts, masked, maskedAllowed } = await import('#store/mask.ts')
  const deciding = await decidingBy(folder)
  return (extract) => ({
    ...extract,
    rows: extract.rows.map((row) => masked(decided(row, deciding), mask)),
    allowed: extract.allowed.map((row) => maskedAllowed(row, mask)),
    changes: hidesTexts(mask) ? [] : extract.changes,
  })
}

async function* extracts(scan: Scan, at: string, stdin: Stdin | undefined, options: ExtractOptions) {
  if (stdin !== undefined) {
    const { extractBytes } = await import('#ingest/extract-file.ts')
    yield [extractBytes(await allOf(stdin), '-', at, options)]
  }
  yield* scan.groups
}

async function allOf(stdin: Stdin): Promise<Buffer> {
  const source = stdin()
  if (!(Symbol.asyncIterator in source)) return Buffer.from(await source)
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}

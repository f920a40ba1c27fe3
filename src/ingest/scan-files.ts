import { availableParallelism } from 'node:os'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { extractFile, extractFound, type FileExtract } from './extract-file.ts'
import type { FoundFile } from './files-in.ts'
import type { ExtractOptions } from './rows-of-records.ts'
import type { ScanOrder, ScannedFile } from './scan-worker.ts'
import { compiledWalk } from './walk.ts'

/** Less than this is read sooner than a thread is started. */
const WORTH_THREADS = 4 * 1024 * 1024

/** Files of an order: few enough to keep all threads busy to the end, enough to make messages cheap. */
const FILES = 16
const BYTES = 8 * 1024 * 1024

/** Files that are being read. */
export interface Scan {
  /** The extracts of all files, in groups as they are done. To be gone through once. */
  readonly groups: AsyncIterable<readonly FileExtract[]>
  /** Ends what is not done yet. */
  readonly stop: () => Promise<void>
}

/** Begins to read files, with as many threads as the machine has cores: these are at work before the first group is asked for. */
export function startScan(files: readonly FoundFile[], at: string, options: ExtractOptions): Scan {
  const orders = ordersOf(files).map((paths) => ({ paths, at, options }))
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const threads = bytes < WORTH_THREADS ? 0 : Math.min(availableParallelism(), orders.length, 8)
  return threads > 1 ? byThreads(orders, threads) : { groups: oneByOne(orders), stop: async () => undefined }
}

async function* oneByOne(orders: readonly Order[]): AsyncGenerator<readonly FileExtract[], undefined> {
  for (const { paths, at, options } of orders) yield paths.map((path) => extractFile(path, at, options))
  return undefined
}

type Order = Omit<ScanOrder, 'whole'>

function ordersOf(files: readonly FoundFile[]): readonly (readonly string[])[] {
  const orders: string[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const file of files) {
    const last = orders.at(-1)
    if (last === undefined || last.length >= FILES || bytes + file.bytes > BYTES) {
      orders.push([file.path])
      bytes = file.bytes
    } else {
      last.push(file.path)
      bytes += file.bytes
    }
  }
  return orders
}

/** A thread that finds records keeps nothing from one order to the next. */
const LIMITS = { maxYoungGenerationSizeMb: 6 }

/** So many orders are with a thread, so that it need not wait for the next. */
const AHEAD = 2

/** Characters that wait to be read here: with more of them, the threads read what they find; with still more, they pause. */
const MUCH = 4 * 1024 * 1024
const MOST = 16 * 1024 * 1024

function byThreads(orders: readonly Order[], threads: number): Scan {
  const script = new URL(
    import.meta.url.endsWith('.ts') ? './scan-worker.ts' : '../ingest/scan-worker.cjs',
    import.meta.url,
  )
  const workerData = compiledWalk()
  const workers = Array.from({ length: threads }, () => new Worker(script, { workerData, resourceLimits: LIMITS }))
  for (const worker of workers) worker.on('message', keepYoungSmall)
  const stop = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return { groups: answersOf(scanPool(workers, orders), orders, stop), stop }
}

/** Bytes in which V8 makes new objects, both halves. */
const YOUNG = 16 * 1024 * 1024

/**
 * Rows outlive many collections, so more room for new objects only delays that of garbage; V8 would double it. Whatever starts a
 * thread sets the flag back.
 */
function keepYoungSmall(): void {
  const size = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0
  if (size >= YOUNG) setFlagsFromString('--semi-space-growth-factor=1')
}

async function* answersOf(
  pool: ReturnType<typeof scanPool>,
  orders: readonly Order[],
  stop: () => Promise<void>,
): AsyncGenerator<readonly FileExtract[], undefined> {
  const { at = '', options = {} } = orders[0] ?? {}
  try {
    for (let files = await pool.next(); files !== undefined; files = await pool.next())
      yield files.map((file) => ('suspects' in file ? extractFound(file, at, options) : file))
  } finally {
    await stop()
  }
  return undefined
}

/** Keeps the threads at work; `next` gives what one of them has answered, undefined when all is. */
function scanPool(workers: readonly Worker[], orders: readonly Order[]) {
  const answers: (readonly ScannedFile[])[] = []
  const idle: Worker[] = []
  let given = 0
  let taken = 0
  let waiting = 0
  let fault: Error | undefined
  let wake = (): void => undefined
  const give = (worker: Worker): void => {
    const order = orders[given]
    if (order === undefined) return
    if (waiting > MOST) return void idle.push(worker)
    given += 1
    // A thread is no window and has no origin.
    // oxlint-disable-next-line require-post-message-target-origin
    worker.postMessage({ ...order, whole: waiting > MUCH })
  }
  for (const worker of workers) {
    worker.on('error', (error: Error) => {
      fault = error
      wake()
    })
    worker.on('message', (files: readonly ScannedFile[]) => {
      answers.push(files)
      waiting += textIn(files)
      give(worker)
      wake()
    })
    for (let i = 0; i < AHEAD; i += 1) give(worker)
  }
  const next = async (): Promise<readonly ScannedFile[] | undefined> => {
    while (taken < orders.length) {
      if (fault !== undefined) throw fault
      const files = answers.shift()
      if (files !== undefined) {
        taken += 1
        waiting -= textIn(files)
        for (const worker of idle.splice(0)) give(worker)
        return files
      }
      await new Promise<void>((resolve) => (wake = resolve))
    }
    return undefined
  }
  return { next }
}

/** Characters that are still to be read here. */
const textIn = (files: readonly ScannedFile[]): number =>
  files.reduce((sum, file) => sum + ('suspects' in file ? lengthOf(file.suspects) : 0), 0)

const lengthOf = (suspects: readonly { readonly text: string }[]): number =>
  suspects.reduce((sum, { text }) => sum + text.length, 0)

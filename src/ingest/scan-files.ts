import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { extractFile, extractFound, type FileExtract } from './extract-file.ts'
import { keepHeapSmall, keepYoungSmall, letHeapGrow } from './heap-size.ts'
import type { ExtractOptions } from './rows-of-records.ts'
import type { ScanOrder, ScannedFile } from './scan-worker.ts'
import { compiledWalk } from './walk.ts'

/** Less than this is read sooner than a thread is started. */
const WORTH_THREADS = 4 * 1024 * 1024

const MOST_THREADS = 8

/** Files of an order: few enough to keep all threads busy to the end, enough to make messages cheap. */
const FILES = 16
const BYTES = 8 * 1024 * 1024

/** Characters that an answer is to have at most: where nearly all that happened was refused, that is one file. */
const TEXT = 1024 * 1024
/** … and files of an order as long as nobody knows how much they give. */
const FIRST_FILES = 2

/** Files that are being read. */
export interface Scan {
  /** The extracts of all files, in groups as they are done; each is made when it is asked for. To be gone through once. */
  readonly groups: AsyncIterable<Iterable<FileExtract>>
  /** Ends what is not done yet. */
  readonly stop: () => Promise<void>
}

/** Begins to read files, with as many threads as the machine has cores: these are at work before the first group is asked for. */
export function startScan(files: readonly string[], at: string, options: ExtractOptions): Scan {
  const sizeOf = sizes()
  const answered = answeredText()
  const orders = ordersOf(files, sizeOf, answered.files, { at, options })
  const most = Math.min(availableParallelism(), MOST_THREADS)
  let bytes = 0
  const first = files.some((path) => (bytes += sizeOf(path)) >= WORTH_THREADS) ? taken(orders, most) : []
  const all = (function* () {
    yield* first
    yield* orders
  })()
  return first.length > 1
    ? byThreads(all, first.length, answered.add, { at, options })
    : { groups: oneByOne(all), stop: async () => undefined }
}

/** A file is asked for its size when it is to be read, and once: to ask a thousand takes as long as to read ten. */
function sizes(): (path: string) => number {
  const known = new Map<string, number>()
  return (path) => {
    const bytes = known.get(path) ?? bytesOf(path)
    known.set(path, bytes)
    return bytes
  }
}

/** What cannot be asked, or is gone since it was found, is told of when it is read. */
function bytesOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

function taken<T>(from: Iterator<T>, most: number): readonly T[] {
  const found: T[] = []
  for (let next = from.next(); next.done !== true; next = from.next()) if (found.push(next.value) >= most) break
  return found
}

async function* oneByOne(orders: Iterable<Order>): AsyncGenerator<Iterable<FileExtract>, undefined> {
  for (const { paths, at, options } of orders) yield lazily(paths, (path) => extractFile(path, at, options))
  return undefined
}

/** Rows of one file at a time: those of all would be in memory together. */
function* lazily<From, To>(from: readonly From[], made: (one: From) => To): Generator<To, undefined> {
  for (const one of from) yield made(one)
  return undefined
}

/** How much text the files gave so far, and so how many of them make an order. */
function answeredText() {
  let files = 0
  let text = 0
  return {
    add: (answer: readonly ScannedFile[]): void => {
      files += answer.length
      text += textIn(answer)
    },
    files: (): number => {
      if (files === 0) return FIRST_FILES
      return text === 0 ? FILES : Math.max(1, Math.min(FILES, Math.floor((TEXT * files) / text)))
    },
  }
}

type Order = Omit<ScanOrder, 'whole'>

function* ordersOf(
  files: readonly string[],
  sizeOf: (path: string) => number,
  most: () => number,
  how: Pick<Order, 'at' | 'options'>,
): Generator<Order, undefined> {
  let paths: string[] = []
  let sum = 0
  for (const path of files) {
    const bytes = sizeOf(path)
    if (paths.length >= most() || (paths.length > 0 && sum + bytes > BYTES)) {
      yield { paths, ...how }
      paths = []
      sum = 0
    }
    paths.push(path)
    sum += bytes
  }
  if (paths.length > 0) yield { paths, ...how }
  return undefined
}

/** A thread that finds records keeps nothing from one order to the next. */
const LIMITS = { maxYoungGenerationSizeMb: 2 }

/** So many orders are with a thread, so that it need not wait for the next. */
const AHEAD = 2

/** Characters that wait to be read here: with more of them, the threads read what they find; with still more, they pause. */
const MUCH = 4 * 1024 * 1024
const MOST = 16 * 1024 * 1024

function byThreads(
  orders: Iterable<Order>,
  threads: number,
  told: (answer: readonly ScannedFile[]) => void,
  how: Pick<Order, 'at' | 'options'>,
): Scan {
  keepHeapSmall()
  const script = new URL(
    import.meta.url.endsWith('.ts') ? './scan-worker.ts' : '../ingest/scan-worker.cjs',
    import.meta.url,
  )
  const workerData = compiledWalk()
  const workers = Array.from({ length: threads }, () => new Worker(script, { workerData, resourceLimits: LIMITS }))
  for (const worker of workers) worker.on('message', keepYoungSmall)
  const stop = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()))
    letHeapGrow()
  }
  return { groups: answersOf(scanPool(workers, orders, told), how, stop), stop }
}

async function* answersOf(
  pool: ReturnType<typeof scanPool>,
  { at, options }: Pick<Order, 'at' | 'options'>,
  stop: () => Promise<void>,
): AsyncGenerator<Iterable<FileExtract>, undefined> {
  try {
    for (let files = await pool.next(); files !== undefined; files = await pool.next())
      yield lazily(files, (file) => ('suspects' in file ? extractFound(file, at, options) : file))
  } finally {
    await stop()
  }
  return undefined
}

/** Keeps the threads at work; `next` gives what one of them has answered, undefined when all is. */
function scanPool(workers: readonly Worker[], orders: Iterable<Order>, told: (answer: readonly ScannedFile[]) => void) {
  const left = orders[Symbol.iterator]()
  const answers: (readonly ScannedFile[])[] = []
  const idle: Worker[] = []
  /** Orders of which the answer is not taken yet. */
  let open = 0
  let waiting = 0
  let fault: Error | undefined
  let wake = (): void => undefined
  const give = (worker: Worker): void => {
    if (waiting > MOST) return void idle.push(worker)
    const { value: order } = left.next()
    if (order === undefined) return
    open += 1
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
      told(files)
      waiting += textIn(files)
      give(worker)
      wake()
    })
    for (let i = 0; i < AHEAD; i += 1) give(worker)
  }
  const next = async (): Promise<readonly ScannedFile[] | undefined> => {
    while (open > 0) {
      if (fault !== undefined) throw fault
      const files = answers.shift()
      if (files !== undefined) {
        open -= 1
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

/** Characters that are still to be read here, or that rows were made of: about so many each. */
const textIn = (files: readonly ScannedFile[]): number =>
  files.reduce((sum, file) => sum + ('suspects' in file ? lengthOf(file.suspects) : countOf(file) * ROW_TEXT), 0)

const ROW_TEXT = 1500

const countOf = ({ rows, allowed, quarantined }: FileExtract): number =>
  rows.length + allowed.length + quarantined.length

const lengthOf = (suspects: readonly { readonly text: string }[]): number =>
  suspects.reduce((sum, { text }) => sum + text.length, 0)

import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { FileExtract } from './extract-file.ts'
import { compileLess, keepYoungSmall, usualSettings } from './heap-size.ts'
import type { ExtractOptions } from './rows-of-records.ts'
import type { ScanOrder, ScannedFile } from './scan-worker.ts'
import { compiledWalk } from './walk.ts'

/** Less than this is read sooner than a thread is started. */
const WORTH_THREADS = 4 * 1024 * 1024

const MOST_THREADS = 8

/** Files of an order: few enough to keep all threads busy to the end, enough to make messages cheap. */
const FILES = 16
const BYTES = 8 * 1024 * 1024

/** Of one's own: what others answer meanwhile waits until it is done. */
const OWN_FILES = 2
const OWN_BYTES = 256 * 1024

/** Bytes that an answer is to have at most: where nearly all that happened was refused, that is one file. */
const TEXT = 1024 * 1024
/** … and files of an order as long as nobody knows how much they give. */
const FIRST_FILES = 2

/** Files that are being read. */
export interface Scan {
  /** The extracts of all files, in groups as they are done; each is made when it is asked for. To be gone through once. */
  readonly groups: AsyncIterable<Iterable<FileExtract>>
  /** False: it is so little that no thread was started. */
  readonly isMuch: boolean
  /** Ends what is not done yet. */
  readonly stop: () => Promise<void>
}

/** When it is read, and what is wanted of it. */
type How = Pick<ScanOrder, 'at' | 'options'>

/**
 * Begins to read files, with as many threads as the machine has cores, this one among them: the others are at work before the first
 * group is asked for.
 */
export function startScan(files: readonly string[], at: string, options: ExtractOptions): Scan {
  const left = filesLeft(files)
  const helpers = Math.min(availableParallelism(), MOST_THREADS, files.length) - 1
  return helpers > 0 && left.isMuch()
    ? byThreads(left, helpers, { at, options })
    : { groups: oneByOne(left, { at, options }), isMuch: false, stop: async () => undefined }
}

type FilesLeft = ReturnType<typeof filesLeft>

/** A file is asked for its size when it is to be read, and once: to ask a thousand takes as long as to read ten. */
function filesLeft(files: readonly string[]) {
  const sizes: number[] = []
  const sizeOf = (i: number): number => (sizes[i] ??= bytesOf(files[i] ?? ''))
  let next = 0
  return {
    isMuch: (): boolean => {
      let bytes = 0
      return files.some((_, i) => (bytes += sizeOf(i)) >= WORTH_THREADS)
    },
    /** So many at most, and at least one where there is one. */
    take: (mostFiles: number, mostBytes: number): readonly string[] => {
      const first = next
      let bytes = 0
      while (next < files.length && next - first < mostFiles) {
        bytes += sizeOf(next)
        if (next > first && bytes > mostBytes) break
        next += 1
      }
      return files.slice(first, next)
    },
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

async function* oneByOne(left: FilesLeft, how: How): AsyncGenerator<Iterable<FileExtract>, undefined> {
  const { extractFile } = await import('./extract-file.ts')
  for (let paths = left.take(FILES, BYTES); paths.length > 0; paths = left.take(FILES, BYTES))
    yield lazily(paths, (path) => extractFile(path, how.at, how.options))
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

/** A thread that finds records keeps nothing from one order to the next. */
const LIMITS = { maxYoungGenerationSizeMb: 2 }

/** So many orders are with a thread, so that it need not wait for the next. */
const AHEAD = 3

/** Bytes that wait to be read here: with more of them, the threads read what they find; with still more, they pause. */
const MUCH = 4 * 1024 * 1024
const MOST = 16 * 1024 * 1024

function byThreads(left: FilesLeft, helpers: number, how: How): Scan {
  compileLess()
  const script = new URL(
    import.meta.url.endsWith('.ts') ? './scan-worker.ts' : '../ingest/scan-worker.cjs',
    import.meta.url,
  )
  const workerData = compiledWalk()
  const workers = Array.from({ length: helpers }, () => new Worker(script, { workerData, resourceLimits: LIMITS }))
  for (const worker of workers) worker.on('message', keepYoungSmall)
  const stop = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()))
    usualSettings()
  }
  return { groups: answersOf(scanPool(workers, left, how), left, how, stop), isMuch: true, stop }
}

/** What a thread has found comes first; while none has, files are read here. */
async function* answersOf(
  pool: ReturnType<typeof scanPool>,
  left: FilesLeft,
  { at, options }: How,
  stop: () => Promise<void>,
): AsyncGenerator<Iterable<FileExtract>, undefined> {
  try {
    // The threads begin while this is loaded.
    const { extractFile, extractFound } = await import('./extract-file.ts')
    for (;;) {
      const answer = await pool.answered()
      if (answer !== undefined) {
        yield lazily(answer, (file) => ('suspects' in file ? extractFound(file, at, options) : file))
        continue
      }
      const paths = left.take(OWN_FILES, OWN_BYTES)
      if (paths.length > 0) yield lazily(paths, (path) => extractFile(path, at, options))
      else if (pool.isDone()) break
      else await pool.next()
    }
  } finally {
    await stop()
  }
  return undefined
}

/** Keeps the threads at work. */
function scanPool(workers: readonly Worker[], left: FilesLeft, how: How) {
  const text = answeredText()
  const answers: (readonly ScannedFile[])[] = []
  const idle: Worker[] = []
  /** Orders of which the answer is not taken yet. */
  let open = 0
  let waiting = 0
  let fault: Error | undefined
  let wake = (): void => undefined
  const give = (worker: Worker): void => {
    if (waiting > MOST) return void idle.push(worker)
    const paths = left.take(text.files(), BYTES)
    if (paths.length === 0) return
    open += 1
    const order: ScanOrder = { paths, ...how, whole: waiting > MUCH }
    // A thread is no window and has no origin.
    // oxlint-disable-next-line require-post-message-target-origin
    worker.postMessage(order)
  }
  for (const worker of workers) {
    worker.on('error', (error: Error) => {
      fault = error
      wake()
    })
    worker.on('message', (files: readonly ScannedFile[]) => {
      answers.push(files)
      text.add(files)
      waiting += textIn(files)
      give(worker)
      wake()
    })
    for (let i = 0; i < AHEAD; i += 1) give(worker)
  }
  return {
    /** What a thread has answered by now, after what came was looked at. */
    answered: async (): Promise<readonly ScannedFile[] | undefined> => {
      if (answers.length === 0) await setImmediate()
      if (fault !== undefined) throw fault
      const files = answers.shift()
      if (files === undefined) return undefined
      open -= 1
      waiting -= textIn(files)
      for (const worker of idle.splice(0)) give(worker)
      return files
    },
    isDone: (): boolean => open === 0,
    /** Until a thread answers. */
    next: async (): Promise<void> => {
      if (answers.length === 0 && fault === undefined) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}

/** Bytes that are still to be read here, or that rows were made of: about so many each. */
const textIn = (files: readonly ScannedFile[]): number =>
  files.reduce((sum, file) => sum + ('suspects' in file ? file.bytes.length : countOf(file) * ROW_TEXT), 0)

const ROW_TEXT = 1500

const countOf = ({ rows, allowed, quarantined }: FileExtract): number =>
  rows.length + allowed.length + quarantined.length

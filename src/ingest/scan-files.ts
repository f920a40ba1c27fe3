import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { extractFile, type FileExtract } from './extract-file.ts'
import type { FoundFile } from './files-in.ts'
import type { ExtractOptions } from './rows-of-records.ts'
import type { ScanOrder } from './scan-worker.ts'

/** Less than this is read sooner than a thread is started. */
const WORTH_THREADS = 4 * 1024 * 1024

/** Files of an order: few enough to keep all threads busy to the end, enough to make messages cheap. */
const FILES = 16
const BYTES = 8 * 1024 * 1024

/** The extracts of all files, in groups as they are done, read by as many threads as the machine has cores. */
export async function* scanFiles(
  files: readonly FoundFile[],
  at: string,
  options: ExtractOptions,
): AsyncGenerator<readonly FileExtract[], undefined> {
  const orders = ordersOf(files).map((paths) => ({ paths, at, options }))
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const threads = bytes < WORTH_THREADS ? 0 : Math.min(availableParallelism(), orders.length, 8)
  if (threads > 1) yield* byThreads(orders, threads)
  else for (const { paths } of orders) yield paths.map((path) => extractFile(path, at, options))
  return undefined
}

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

async function* byThreads(
  orders: readonly ScanOrder[],
  threads: number,
): AsyncGenerator<readonly FileExtract[], undefined> {
  const script = new URL(
    import.meta.url.endsWith('.ts') ? './scan-worker.ts' : '../ingest/scan-worker.cjs',
    import.meta.url,
  )
  const workers = Array.from({ length: threads }, () => new Worker(script))
  const waiting = [...orders]
  const running = new Map<Worker, Promise<Answer>>()
  const give = (worker: Worker): void => {
    const order = waiting.shift()
    if (order === undefined) running.delete(worker)
    else running.set(worker, answerOf(worker, order))
  }
  try {
    workers.forEach(give)
    while (running.size > 0) {
      const { worker, extracts } = await Promise.race(running.values())
      give(worker)
      yield extracts
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return undefined
}

interface Answer {
  readonly worker: Worker
  readonly extracts: readonly FileExtract[]
}

function answerOf(worker: Worker, order: ScanOrder): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(error)
    worker.once('error', onError)
    worker.once('message', (extracts: readonly FileExtract[]) => {
      worker.off('error', onError)
      resolve({ worker, extracts })
    })
    // A thread is no window and has no origin.
    // oxlint-disable-next-line require-post-message-target-origin
    worker.postMessage(order)
  })
}

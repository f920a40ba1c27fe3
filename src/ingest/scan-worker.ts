import { parentPort } from 'node:worker_threads'
import { extractFile } from './extract-file.ts'
import type { ExtractOptions } from './rows-of-records.ts'

/** What a thread is asked: files to read, one answer for all of them. */
export interface ScanOrder {
  readonly paths: readonly string[]
  readonly at: string
  readonly options: ExtractOptions
}

parentPort?.on('message', ({ paths, at, options }: ScanOrder) => {
  // A thread is no window and has no origin.
  // oxlint-disable-next-line require-post-message-target-origin
  parentPort?.postMessage(paths.map((path) => extractFile(path, at, options)))
})

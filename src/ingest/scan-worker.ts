import { constants, platform, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { FileExtract } from './extract-file.ts'
import { findRecords, type FoundRecords, suspectsAlone } from './find-records.ts'
import { fileBytes } from './read-file.ts'
import { plainOf } from './plain.ts'
import type { ExtractOptions } from './rows-of-records.ts'
import { walkModule } from './walk.ts'

/** Order to a thread: files to read, one answer for all of them. */
export interface ScanOrder {
  readonly paths: readonly string[]
  readonly at: string
  readonly options: ExtractOptions
  /** The thread that asks has more to do than it can: make the rows here. */
  readonly whole: boolean
}

/** A file of which only the suspects are left to be read, or all that is to be had of it. */
export type ScannedFile = (FoundRecords & { readonly path: string }) | FileExtract

/**
 * What is found waits for the thread that reads and stores it, which is to have a processor whenever it has work; so the last
 * file is found when little else is left to do. That is a ninth of the time on a machine that is free; on one whose processors are all
 * taken by others of the session it takes twice as long, with a still lower priority ten times. Elsewhere than on Linux this would be
 * the priority of the whole process.
 */
function giveWay(): void {
  if (platform() !== 'linux') return
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // A sandbox may forbid it; it is no less right without.
  }
}

giveWay()

walkModule(workerData as object)
parentPort?.on('message', (order: ScanOrder) => {
  void answer(order)
})

async function answer(order: ScanOrder): Promise<void> {
  const files: ScannedFile[] = []
  for (const path of order.paths) files.push(found(path, order) ?? (await extracted(path, order)))
  const handed = files.flatMap((file) => ('suspects' in file ? [file.bytes.buffer as ArrayBuffer] : []))
  // A thread is no window and has no origin.
  // oxlint-disable-next-line require-post-message-target-origin
  parentPort?.postMessage(files, handed)
}

/**
 * Reading a record warms up slowly, so as few threads as can do it: the others find the suspects and hand them on.
 * Undefined: that is not all there is to do, or the file cannot be read so.
 */
function found(path: string, { options, whole }: ScanOrder): ScannedFile | undefined {
  if (whole || options.successes === true) return undefined
  try {
    const records = findRecords(plainOf(fileBytes(path)))
    return records === undefined ? undefined : { path, ...suspectsAlone(records) }
  } catch {
    // The long way says what is wrong with it.
    return undefined
  }
}

async function extracted(path: string, { at, options }: ScanOrder): Promise<FileExtract> {
  const { extractFile } = await import('./extract-file.ts')
  return extractFile(path, at, options)
}

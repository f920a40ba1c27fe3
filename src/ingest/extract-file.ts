import type { Source } from '#store/row-of-denial.ts'
import type { FoundRecords } from './find-records.ts'
import { BadObject } from './plain.ts'
import { fileBytes } from './read-file.ts'
import { readObject } from './read-object.ts'
import { type Extracted, type ExtractOptions, rowsOfRecords } from './rows-of-records.ts'
import { scannedOf } from './scan.ts'

/** Extract of a file for the store, or why it cannot be read. */
export type FileExtract = Extracted & { readonly path: string; readonly bad?: string }

const NOTHING = { records: 0, rows: [], allowed: [], quarantined: [], changes: [] } as const

/** `at`: when it is read, ISO 8601. */
export const extractFile = (path: string, at: string, options: ExtractOptions): FileExtract =>
  extracted(() => fileBytes(path), path, { kind: 'file', name: path, at }, options)

/** A file of which a thread found the records; where one of them is no JSON, it is read again, the long way. */
export function extractFound(
  { path, ...found }: FoundRecords & { readonly path: string },
  at: string,
  options: ExtractOptions,
): FileExtract {
  const scanned = scannedOf(found)
  if (scanned === undefined) return extractFile(path, at, options)
  return { path, ...rowsOfRecords(scanned, { kind: 'file', name: path, at }, options) }
}

/** Extract of standard input for the store. */
export const extractBytes = (bytes: Buffer, path: string, at: string, options: ExtractOptions): FileExtract =>
  extracted(() => bytes, path, { kind: 'stdin', name: null, at }, options)

/** Faults of the data and of the disk are told with the file; others are ours. */
function extracted(read: () => Buffer, path: string, source: Source, options: ExtractOptions): FileExtract {
  try {
    const scanned = readObject(read(), { all: options.successes === true })
    return { path, ...rowsOfRecords(scanned, source, options) }
  } catch (error) {
    if (error instanceof BadObject) return { path, ...NOTHING, bad: error.message }
    if (error instanceof RangeError && !('code' in error)) return { path, ...NOTHING, bad: TOO_DEEP }
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    return {
      path,
      ...NOTHING,
      bad: TOO_LARGE.has(code) ? 'it is too large to be read at once' : `it cannot be read (${code})`,
    }
  }
}

/** V8's stack, or the length of a text, has an end. */
const TOO_DEEP = 'it is nested too deep, or too large, to be read'

const TOO_LARGE: ReadonlySet<string> = new Set(['ERR_STRING_TOO_LONG', 'ERR_FS_FILE_TOO_LARGE'])

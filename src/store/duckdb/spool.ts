import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readdirSync, rmdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '../../make-folder.ts'
import type { DenialRow } from '../denial-row.ts'
import type { Deduplicated } from '../deduplicate-events.ts'
import { DENIAL_CELLS } from './denial-cells.ts'

/** Fields kept in memory of a row that waits in a file. */
export interface SpooledRow extends Deduplicated {
  /** Which row of its file it is, from 0. */
  readonly line: number
}

/** Rows in a file, a line each, as `LINES` tells DuckDB to read them. */
export interface SpoolPart {
  readonly path: string
  readonly rows: readonly SpooledRow[]
  /** By line: what cannot stand in such a file. */
  readonly aside: ReadonlyMap<number, DenialRow>
}

/** Control characters, which hardly any text has: a row with one of its own is put aside. */
const BETWEEN = '\u001F'
const NULL = '\u001E'
const NEWLINE = 0x0a
const LEAST_PRINTED = 0x20

/** How the lines of a file are to be read, for DuckDB's `read_csv`. Quotes mean nothing, nor does a folder named `region=…`. */
export const LINES = `auto_detect = false, hive_partitioning = false, header = false, delim = '${BETWEEN}', nullstr = '${NULL}', quote = '', escape = '',
new_line = '\\n', max_line_size = 200000, buffer_size = 262144`

/** Characters of a line: no more than 200,000 bytes. */
const LONGEST = 65_536

/** Bytes that are written to the file at once: more than a line takes. */
const ROOM = 262_144

/** Rows put aside are in memory. */
const MOST_ASIDE = 1000

/**
 * Gathers rows in files beside a store, so that they need not wait in V8's heap, where they cost its collector more than they cost
 * anything else. `most`: rows of a file.
 */
export function spoolBeside(store: string, most: number) {
  removeOld(store)
  const files = filesBeside(store)
  const buffer = Buffer.allocUnsafe(ROOM)
  let used = 0
  let part = files.next()
  let file: number | undefined
  const flush = (): void => {
    file ??= files.open(part.path)
    for (let at = 0; at < used; ) at += writeSync(file, buffer, at, used - at)
    used = 0
  }
  const closeFile = (): void => {
    if (file !== undefined) closeSync(file)
    file = undefined
  }
  return {
    put: (row: DenialRow): void => {
      const line = part.rows.length
      const { text, controls } = lineOf(row, line)
      const isShort = text.length <= LONGEST
      // No character of a text takes more than three bytes of UTF-8.
      if (isShort && text.length * 3 >= ROOM - used) flush()
      const end = isShort ? written(buffer, used, text, controls) : undefined
      if (end === undefined) part.aside.set(line, row)
      else used = end
      part.rows.push(keptOf(row, line))
    },
    size: (): number => part.rows.length,
    isFull: (): boolean => part.rows.length >= most || part.aside.size >= MOST_ASIDE,
    /** What waits, in a file that is whole; the next rows go into another. */
    take: (): SpoolPart => {
      if (part.rows.length > part.aside.size) flush()
      closeFile()
      const whole = part
      part = files.next()
      return whole
    },
    /** A part that is no longer needed. */
    drop: ({ path }: SpoolPart): void => files.remove(path),
    close: (): void => {
      closeFile()
      files.close()
    },
  }
}

/** By store: the folder of this process. */
const folders = new Map<string, string>()

/**
 * Where this process lets rows for a store wait. In each container there may be a process of the same number, and they may share a
 * volume: so the name is drawn, once, for DuckDB must be told of it before it opens the store.
 */
export function spoolFolder(store: string): string {
  const folder = folders.get(store) ?? `${store}.${process.pid}-${randomBytes(6).toString('hex')}.rows`
  folders.set(store, folder)
  return folder
}

let made = 0

/** What this process has made is gone when it ends, but where it is killed. */
function filesBeside(store: string) {
  const folder = spoolFolder(store)
  const paths = new Set<string>()
  const remove = (path: string): void => {
    rmSync(path, { force: true })
    paths.delete(path)
  }
  const removeAll = (): void => {
    paths.forEach(remove)
    try {
      rmdirSync(folder)
    } catch {
      // It was never made, or another spool of this process has files there.
    }
  }
  process.once('exit', removeAll)
  return {
    next: () => {
      const path = join(folder, `${(made += 1)}.rows`)
      paths.add(path)
      return { path, rows: [] as SpooledRow[], aside: new Map<number, DenialRow>() }
    },
    open: (path: string): number => {
      makeFolder(folder)
      return openSync(path, 'wx', 0o600)
    },
    remove,
    close: (): void => {
      removeAll()
      process.off('exit', removeAll)
    },
  }
}

/** A line without its end, and how many control characters it has by itself. */
function lineOf(row: DenialRow, line: number): { readonly text: string; readonly controls: number } {
  const cells: (string | number | boolean)[] = [line]
  let controls = DENIAL_CELLS.length
  for (const { of } of DENIAL_CELLS) {
    const value = of(row)
    if (value === null) controls += 1
    cells.push(value ?? NULL)
  }
  return { text: cells.join(BETWEEN), controls }
}

/** Where the line ends in the buffer. Undefined: a text of the row has control characters itself. */
function written(buffer: Buffer, from: number, text: string, controls: number): number | undefined {
  const end = from + buffer.write(text, from)
  let seen = 0
  for (let i = from; i < end; i += 1) if ((buffer[i] ?? 0) < LEAST_PRINTED) seen += 1
  if (seen !== controls) return undefined
  buffer[end] = NEWLINE
  return end + 1
}

function keptOf(row: DenialRow, line: number): SpooledRow {
  const { eventTime, eventId, sharedEventId, originalEventId, requestId, sourceKind } = row
  const { callerAccount, recipientAccount, principalKey, action, resourceFamily, isPrimary } = row
  const ids = { eventTime, eventId, sharedEventId, originalEventId, requestId, sourceKind }
  return { line, ...ids, callerAccount, recipientAccount, principalKey, action, resourceFamily, isPrimary }
}

const DAY = 86_400_000

/** A folder; of older versions a file. */
const LEFT_BEHIND = /^\.\d{1,10}-[0-9a-f]{12}(?:-\d{1,10})?\.rows$/

/** What a process that was killed left behind. A file is written to, or read, within minutes. */
function removeOld(store: string): void {
  const [folder, name] = [dirname(store), basename(store)]
  try {
    for (const entry of readdirSync(folder)) {
      const isOurs = entry.startsWith(name) && LEFT_BEHIND.test(entry.slice(name.length))
      const path = join(folder, entry)
      if (isOurs && statSync(path).mtimeMs < Date.now() - DAY) rmSync(path, { recursive: true })
    }
  } catch {
    // A folder that may not be listed, or another process that was sooner.
  }
}

import { closeSync, existsSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { makeFolder } from '../../make-folder.ts'
import { busy, isLocked, memoryFault, notFound, unreadable, writeFault } from './duckdb-fault.ts'
import { memoryInstance } from './memory-instance.ts'
import { quoted } from './quoted.ts'
import { letGoOfBlocks, writeMemory } from './write-memory.ts'

/**
 * DuckDB file, which one process may open to write, or several to read (docs/store.md, "One writer"). So nobody
 * keeps it: it is opened for an operation and closed soon after, within a tenth of a second where another process waits for it.
 */
export interface DuckdbFile {
  /** `patience`: how long the file is waited for, in milliseconds. */
  readonly use: <T>(mode: Mode, patience: number, work: (connection: DuckDBConnection) => Promise<T>) => Promise<T>
  /** `last` is done before, beside what DuckDB does when a file is closed that was opened to write. */
  readonly close: (last?: Last, patience?: number) => Promise<void>
}

export type Mode = 'read' | 'write'

/** `after` is to be called when a part of the work is done. */
type Last = (connection: DuckDBConnection, after: () => Promise<void>) => Promise<void>

/** Open DuckDB file, its connection and the mode it was opened in. */
interface OpenDatabase {
  readonly instance: DuckDBInstance
  readonly connection: DuckDBConnection
  readonly mode: Mode
  /** To be called when a piece of work is done. */
  readonly after: () => Promise<void>
}

/** How often it is looked whether another process waits, in milliseconds. */
const LOOK = 100

/**
 * How long an unused file stays open: what is opened to write is written once more when it is closed, and a long ingestion
 * would do that after each of its batches.
 */
const REST: Readonly<Record<Mode, number>> = { read: 100, write: 1000 }

/** Two instances in one process would not see each other's locks, so the process has one queue per file. */
const queues = new Map<string, Promise<unknown>>()

type Prepare = (connection: DuckDBConnection) => Promise<void>

/**
 * Looks at a file that was attached as `store`, once for each opening, before a name in a statement can mean something in it; it may
 * refuse the file. What it gives is done when names mean its tables.
 */
export type Check = (connection: DuckDBConnection, mode: Mode) => Promise<Prepare>

/** `folders`: besides the file, what statements may name. */
export function duckdbFile(path: string, check: Check, folders: readonly string[] = []): DuckdbFile {
  const file = resolve(path)
  const wanted = `${file}.wanted`
  let held: OpenDatabase | undefined
  let idle: NodeJS.Timeout | undefined
  const letGo = (): void => {
    clearTimeout(idle)
    closeHeld(held)
    held = undefined
  }
  const hold = async (mode: Mode, patience: number): Promise<OpenDatabase> => {
    clearTimeout(idle)
    if (held?.mode === 'read' && mode === 'write') letGo()
    held ??= await entered(await openPatiently({ file, folders }, wanted, mode, patience), check, mode)
    return held
  }
  const passOn = async (rested = 0): Promise<void> => {
    if (held === undefined || existsSync(wanted)) {
      letGo()
      if (!existsSync(wanted)) return
      rmSync(wanted, { force: true })
      await sleep(YIELD)
    } else if (rested >= REST[held.mode]) letGo()
    else idle = setTimeout(() => void queued(file, () => passOn(rested + LOOK)), LOOK).unref()
  }
  return {
    use: (mode, patience, work) =>
      queued(file, async () => {
        try {
          const { connection, after } = await hold(mode, patience)
          return await work(connection).finally(after)
        } catch (error) {
          letGo()
          throw memoryFault(error, file)
        } finally {
          await passOn()
        }
      }),
    close: (last, patience = 0) =>
      queued(file, async () => {
        if (last !== undefined) await besideCheckpoint(await hold('read', patience), last).finally(letGo)
        letGo()
      }),
  }
}

/** Checked and ready for names to mean the file's tables; closed where that fails. */
async function entered(instance: DuckDBInstance, check: Check, mode: Mode): Promise<OpenDatabase> {
  const connection = await instance.connect()
  const after = mode === 'write' ? writeMemory(connection) : async () => undefined
  const held = { instance, connection, mode, after }
  try {
    const prepare = await check(connection, mode)
    await connection.run(ENTER[mode])
    await prepare(connection)
    return held
  } catch (error) {
    closeHeld(held)
    throw error
  }
}

function closeHeld(held: OpenDatabase | undefined): void {
  held?.connection.closeSync()
  held?.instance.closeSync()
}

/** Closing writes what is in the log in its place too, but then nothing else is done. */
async function besideCheckpoint({ instance, connection, mode }: OpenDatabase, work: Last): Promise<void> {
  const other = mode === 'write' ? await instance.connect() : undefined
  let isWritten = other === undefined
  // Where it fails, closing tries again, and the log stays.
  const written = other
    ?.run('checkpoint store')
    .catch(() => undefined)
    .finally(() => (isWritten = true))
  try {
    // A checkpoint that finds no memory ends the database: none is taken from it.
    await work(connection, async () => {
      if (isWritten) await letGoOfBlocks(connection).catch(() => undefined)
    })
  } finally {
    await written
    other?.closeSync()
  }
}

function queued<T>(file: string, work: () => Promise<T>): Promise<T> {
  const turn = (queues.get(file) ?? Promise.resolve()).then(work)
  const settled = turn.catch(() => undefined)
  queues.set(file, settled)
  return turn
}

/** Longer than others sleep between two tries. */
const YIELD = 120

/** Path of a DuckDB file, and the folders that its statements may read besides. */
interface DatabaseFile {
  readonly file: string
  readonly folders: readonly string[]
}

async function openPatiently(
  place: DatabaseFile,
  wanted: string,
  mode: Mode,
  patience: number,
): Promise<DuckDBInstance> {
  const { file } = place
  const end = Date.now() + patience
  for (;;) {
    try {
      return await open(place, mode)
    } catch (error) {
      if (!isLocked(error)) throw unreadable(file, error)
      if (Date.now() > end) throw busy(file)
      askFor(wanted)
      await sleep(20 + Math.random() * 60)
    }
  }
}

/** Bytes of the log. */
export const LOG = '32MB'

/**
 * What is written is little at a time: a second thread costs more than it does, and more memory. So much of the log that is written
 * before the tables may be kept, so that a day's denials are put in their places once. Memory that DuckDB is done with goes
 * back at once, for it keeps as much again as it uses; who reads asks again and would have to wait for it. Parts of a table are put
 * together one at a time, when little was written (`write-memory.ts`).
 */
const SETTINGS: Readonly<Record<Mode, Readonly<Record<string, string>>>> = {
  read: { threads: '2' },
  write: {
    threads: '1',
    checkpoint_threshold: LOG,
    max_vacuum_tasks: '1',
    allocator_flush_threshold: '1MB',
    allocator_bulk_deallocation_flush_threshold: '1MB',
  },
}

/**
 * Rows of a part of a table. What fills a part is written to its place at once; the last part is written anew with all that came, and
 * all of it is in memory meanwhile: of DuckDB's own 122,880 rows that is 200 MB. The file is a third larger than with ten times as
 * many rows, and to find one of a million takes a third longer (`id-hash.ts`).
 */
export const ROW_GROUP = 4096

/** Bytes of a block of a new file. Each column of a part that is being written has one, so DuckDB's own 262,144 are 10 MB. */
const BLOCK = 65_536

/** What DuckDB itself keeps beside a file; what stands behind a question mark counts as a query of a URL for it. */
function logsOf(file: string): readonly string[] {
  const mark = file.indexOf('?')
  const end = mark < 0 ? file.length : mark
  return ['.wal', '.wal.checkpoint', '.wal.recovery'].map((log) => `${file.slice(0, end)}${log}${file.slice(end)}`)
}

async function open({ file, folders }: DatabaseFile, mode: Mode): Promise<DuckDBInstance> {
  if (mode === 'write') folderFor(file)
  else if (!existsSync(file)) throw notFound(file)
  if (isOtherKind(file)) throw unreadable(file, new Error('it is a file of another kind'))
  const isNew = !existsSync(file)
  const files = [file, ...logsOf(file)]
  const instance = await memoryInstance(file, { files, folders }, SETTINGS[mode])
  const connection = await instance.connect()
  try {
    const how = mode === 'write' ? `row_group_size ${ROW_GROUP}${isNew ? `, block_size ${BLOCK}` : ''}` : 'read_only'
    await connection.run(`attach ${quoted(file)} as store (${how})`)
    return instance
  } catch (error) {
    instance.closeSync()
    // What a full disk leaves of a new one is no store, and would be in the way of the next.
    if (isNew && !isLocked(error)) rmSync(file, { force: true })
    throw mode === 'write' ? writeFault(error, file) : error
  } finally {
    connection.closeSync()
  }
}

/**
 * Where names are looked for. A file that is read may have functions under the names of DuckDB's own: those come first there. Looking for
 * such functions takes as long as opening the file, so it is done only where names must mean the file's first (`duckdb-tables.ts`).
 */
const ENTER: Readonly<Record<Mode, string>> = { read: `set search_path = 'system.main,store.main'`, write: 'use store' }

function folderFor(file: string): void {
  try {
    makeFolder(dirname(file))
  } catch (error) {
    throw writeFault(error, file)
  }
}

/**
 * DuckDB opens a file of JSON, CSV or Parquet too, as views in memory, and what is written there is gone with the process. Its
 * own begin with a checksum of eight bytes and `DUCK`. https://duckdb.org/docs/stable/internals/storage
 */
function isOtherKind(file: string): boolean {
  if (!existsSync(file) || !statSync(file).isFile()) return false
  const opened = openSync(file, 'r')
  try {
    const head = Buffer.alloc(12)
    return readSync(opened, head) > 0 && head.toString('latin1', 8) !== 'DUCK'
  } finally {
    closeSync(opened)
  }
}

/** Where the folder may not be written to, its owner cannot be asked; waiting is all that is left. */
function askFor(wanted: string): void {
  try {
    writeFileSync(wanted, '')
  } catch {
    // Nothing to do: the next try may find the file free all the same.
  }
}

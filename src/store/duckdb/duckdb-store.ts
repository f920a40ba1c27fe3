import { resolve } from 'node:path'
import type { DenialBatch, DenialStore, Spool } from '../denial-store.ts'
import type { SqlEngine } from '../sql/session.ts'
import { deleteBefore, sqlStore } from '../sql/sql-store.ts'
import { addBatch, type Changed } from '../sql/write-denials.ts'
import { isBusy, notFound, writeFault } from './duckdb-fault.ts'
import { type Check, type DuckdbFile, duckdbFile, LOG, ROW_GROUP } from './duckdb-file.ts'
import { type DuckdbSession, duckdbSession } from './duckdb-session.ts'
import { checkTables, migrate, readAsLatest } from './duckdb-tables.ts'
import { DUCKDB_WRITER, spoolWriter } from './duckdb-writer.ts'
import { rowsOfId } from './id-hash.ts'
import { exportFolder, exportTime, onExport, refreshExport } from './last-export.ts'
import { spoolBeside, spoolFolder } from './spool.ts'

export interface DuckdbOptions {
  /** False: a file that is not there is an error rather than an empty store. */
  readonly create?: boolean
  /** How long other processes are waited for, in milliseconds; `export`: where there is one to answer from instead. */
  readonly patience?: { readonly read: number; readonly write: number; readonly export: number }
  /** Told when answers come from the last export, because somebody keeps the file. */
  readonly warn?: (text: string) => void
}

const PATIENCE = { read: 60_000, write: 120_000, export: 5000 } as const

export async function openDuckdbStore(
  path: string,
  { create = true, patience = PATIENCE, warn = () => undefined }: DuckdbOptions = {},
): Promise<DenialStore> {
  const file = storeFile(resolve(path))
  const changed: Changes = { days: new Set<string>(), tables: false }
  const engine = engineOn(path, file, patience, warn, changed)
  if (create) await file.use('write', patience.write, async () => undefined)
  const store = sqlStore({ engine, writer: DUCKDB_WRITER, forget: deleteBefore, changed: daysInto(changed) })
  return {
    ...store,
    byId: (id) => engine.read((session) => rowsOfId(session, id)),
    add: async (batch) => {
      changed.tables ||= hasSmallTables(batch)
      return store.add(batch)
    },
    spool: () => spoolOf(engine, resolve(path), changed),
    mark: async (mark) => {
      await store.mark(mark)
      changed.tables = true
    },
    forget: async (before) => {
      const old = (await store.groups('day', { to: before })).flatMap(({ key }) => key ?? [])
      const count = await store.forget(before)
      for (const day of old) changed.days.add(day)
      changed.tables = true
      return count
    },
  }
}

/** Whether a batch changes a small table that the export has, too. */
const hasSmallTables = ({ allowed = [], changes = [] }: Omit<DenialBatch, 'rows'>): boolean =>
  allowed.length + changes.length > 0

/** Rows wait in files beside the database, of as many rows as a part of the table has: DuckDB reads them, and writes the part at once. */
function spoolOf(engine: DuckdbEngine, path: string, changed: Changes): Spool {
  const { put, take, drop, ...spool } = spoolBeside(path, ROW_GROUP)
  const onDisk = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw writeFault(error, path)
    }
  }
  return {
    ...spool,
    put: (row) => onDisk(() => put(row)),
    add: async (rest, isLast) => {
      changed.tables ||= hasSmallTables(rest)
      const part = onDisk(take)
      const batch = { ...rest, rows: part.rows }
      return engine
        .write(async (session) => {
          const added = await addBatch(session, spoolWriter(part), batch, daysInto(changed))
          if (isLast) session.intoPlace()
          return added
        })
        .finally(() => drop(part))
    },
  }
}

/** In a file that is not ours nothing is made, and nothing of it is read. */
function storeFile(path: string): DuckdbFile {
  const check: Check = async (connection, mode) => {
    const version = await checkTables(connection, path, mode)
    if (mode === 'write') return () => migrate(connection, version)
    if (version === 'empty') throw notFound(path)
    return () => readAsLatest(connection, version)
  }
  return duckdbFile(path, check, [spoolFolder(path), exportFolder(path)])
}

/** What the export lacks. */
interface Changes {
  readonly days: Set<string>
  tables: boolean
}

const daysInto =
  (changed: Changes): Changed =>
  (days) =>
    days.forEach((day) => changed.days.add(day))

function engineOn(
  path: string,
  file: DuckdbFile,
  patience: NonNullable<DuckdbOptions['patience']>,
  warn: (text: string) => void,
  changed: Changes,
): DuckdbEngine {
  const absolute = resolve(path)
  return {
    name: `duckdb:${path}`,
    dialect: 'duckdb',
    read: readerOf(absolute, file, patience, warn),
    write: (run) =>
      file
        .use('write', patience.write, (connection) => inTransaction(connection, run))
        .catch((error: unknown) => {
          throw writeFault(error, absolute)
        }),
    close: () => {
      if (changed.days.size === 0 && !changed.tables) return file.close()
      return file
        .close((connection, after) => refreshExport(connection, after, absolute, changed.days), patience.write)
        .catch((error: unknown) => {
          throw writeFault(error, absolute)
        })
    },
  }
}

interface DuckdbEngine extends Omit<SqlEngine<DuckdbSession>, 'write'> {
  readonly write: <T>(run: (session: Transaction) => Promise<T>) => Promise<T>
}

type Connection = Parameters<Parameters<DuckdbFile['use']>[2]>[0]

interface Transaction extends DuckdbSession {
  /** No more is to come: this and what stands in the log is written to its place at once, and not to the log before. */
  readonly intoPlace: () => void
}

async function inTransaction<T>(connection: Connection, run: (session: Transaction) => Promise<T>): Promise<T> {
  let isLast = false
  await connection.run('begin transaction')
  try {
    const result = await run({ ...duckdbSession(connection), intoPlace: () => (isLast = true) })
    if (isLast) await connection.run(`set checkpoint_threshold = '1KB'`)
    await connection.run('commit')
    if (isLast) await connection.run(`set checkpoint_threshold = '${LOG}'`)
    return result
  } catch (error) {
    await connection.run('rollback').catch(() => undefined)
    throw error
  }
}

/** From the file, or, where somebody keeps it, from the last export. */
function readerOf(
  path: string,
  file: DuckdbFile,
  patience: NonNullable<DuckdbOptions['patience']>,
  warn: (text: string) => void,
): SqlEngine<DuckdbSession>['read'] {
  let stale = false
  return async (run) => {
    const written = exportTime(path)
    try {
      const wait = stale ? 0 : written === undefined ? patience.read : patience.export
      return await file.use('read', wait, (connection) => run(duckdbSession(connection)))
    } catch (error) {
      if (!isBusy(error) || written === undefined) throw error
      if (!stale) warn(`another program keeps \`${path}\` open: this is what its export of ${written} says`)
      stale = true
      return onExport(path, run)
    }
  }
}

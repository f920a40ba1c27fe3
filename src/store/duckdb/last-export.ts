import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { makeFolder } from '../../make-folder.ts'
import { keepFile } from '../../write-file.ts'
import { isoTime } from '../iso-time.ts'
import { columnLines, DENIAL_TABLE, TABLES, typeIn } from '../sql/tables.ts'
import { type DuckdbSession, duckdbSession } from './duckdb-session.ts'
import { memoryInstance } from './memory-instance.ts'
import { columnsOf, DUCKDB_RELEASES, LATEST, tablesOf } from './duckdb-releases.ts'
import { newer } from './duckdb-tables.ts'
import { copyDay, copyTo, VERSION_KEY } from './parquet.ts'
import { quoted } from './quoted.ts'

/** Beside the file: what readers answer from while somebody else keeps it (docs/store.md, "One writer"). */
export const exportFolder = (file: string): string => `${file}.parquet`

/** Small tables that answers need besides the denials. */
const COPIED = ['mark', 'allowed', 'policy_change'] as const

const tableFile = (folder: string, table: string): string => join(folder, `${table}.parquet`)

/** Writes the days that changed, and the small tables whole; `after` is called when a day is written. */
export async function refreshExport(
  connection: DuckDBConnection,
  after: () => Promise<void>,
  file: string,
  days: Iterable<string>,
): Promise<void> {
  const folder = exportFolder(file)
  makeFolder(folder)
  for (const day of days) {
    await copyDay(connection, folder, day)
    await after()
  }
  for (const table of COPIED) {
    const draft = `${tableFile(folder, table)}.${process.pid}.draft`
    await copyTo(connection, table, draft)
    keepFile(draft, tableFile(folder, table))
  }
}

/** When the export was written, ISO 8601; undefined: there is none. */
export function exportTime(file: string): string | undefined {
  const marker = tableFile(exportFolder(file), COPIED[0])
  return existsSync(marker) ? isoTime(statSync(marker).mtimeMs) : undefined
}

/** Runs on the export, with every table under its name: those that it has not are empty. */
export async function onExport<T>(file: string, run: (session: DuckdbSession) => Promise<T>): Promise<T> {
  const folder = exportFolder(file)
  const instance = await memoryInstance(file, { folders: [resolve(folder)] })
  const connection = await instance.connect()
  try {
    await connection.run(await denialsOf(connection, folder))
    await connection.run(ROLLUP)
    for (const [name, { columns }] of Object.entries(TABLES)) {
      if (name === 'denial_rollup') continue
      const isCopied = COPIED.some((one) => one === name) && existsSync(tableFile(folder, name))
      await connection.run(
        isCopied
          ? `create view ${name} as select ${columns.map(([column]) => column).join(', ')} from read_parquet(${quoted(tableFile(folder, name))}, hive_partitioning = false)`
          : `create table ${name} (\n${columnLines('duckdb', columns)}\n)`,
      )
    }
    return await run(duckdbSession(connection))
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/**
 * The days of an export. Each file by its name: a pattern would read a `[` in the folder's name as one of its own, and the names of
 * folders as columns, of which one above may be called `region=…`. Days that an older version wrote have fewer columns.
 */
async function denialsOf(connection: DuckDBConnection, folder: string): Promise<string> {
  const days = join(folder, 'denial')
  const files = (existsSync(days) ? readdirSync(days) : [])
    .map((day) => join(days, day, 'denials.parquet'))
    .filter((file) => existsSync(file))
  if (files.length === 0) return `create table denial (\n${columnLines('duckdb', DENIAL_TABLE)}\n)`
  const from = `read_parquet([${files.map(quoted).join(', ')}], hive_partitioning = false, union_by_name = true)`
  await checkVersion(connection, folder, files)
  const [there = []] = (await connection.runAndReadAll(`describe select * from ${from}`)).getColumnsJS()
  const columns = DENIAL_TABLE.filter(([name]) => name !== 'event_day').map(([name, type]) =>
    there.includes(name) || !LATER.includes(name) ? name : `cast(null as ${typeIn('duckdb', type)}) as ${name}`,
  )
  return `create view denial as select ${columns.join(', ')}, left(cast(event_time as varchar), 10) as event_day from ${from}`
}

/** Columns that came after the first exports. */
const LATER = columnsOf(LATEST.denial).filter((name) => !columnsOf(tablesOf(1).denial).includes(name))

/** Files of before have no version in them. */
async function checkVersion(connection: DuckDBConnection, folder: string, files: readonly string[]): Promise<void> {
  const [versions = []] = (
    await connection.runAndReadAll(
      `select decode(value) from parquet_kv_metadata([${files.map(quoted).join(', ')}]) where decode(key) = ${quoted(VERSION_KEY)}`,
    )
  ).getColumnsJS()
  const version = Math.max(0, ...versions.map(Number))
  if (version > DUCKDB_RELEASES.length) throw newer(folder, version)
}

const ROLLUP = `create view denial_rollup as
select date_trunc('hour', event_time) as bucket_start, coalesce(caller_account, '') as account,
coalesce(principal_key, '') as principal_key, coalesce(action, '') as action,
coalesce(resource_family, '') as resource_family, count(*) as n,
bit_or(1 << cast(floor(minute(event_time) / 5) as integer)) as slots
from denial where is_primary = true group by all`

import { rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { keepFile, placeInside } from '../../write-file.ts'
import { makeFolder } from '../../make-folder.ts'
import type { DenialRow } from '../denial-row.ts'
import { dayOf } from '../hours.ts'
import { tableRow } from '../sql/rows.ts'
import { columnLines, DENIAL_TABLE } from '../sql/tables.ts'
import { appendRows } from './append-rows.ts'
import { cellsOf } from './duckdb-session.ts'
import { DUCKDB_RELEASES } from './duckdb-releases.ts'
import { memoryInstance } from './memory-instance.ts'
import { quoted } from './quoted.ts'

/** The file of a day below a folder of exports (docs/store.md, "Parquet"). */
export const dayFile = (folder: string, day: string): string =>
  join(folder, 'denial', `event_day=${day}`, 'denials.parquet')

/** Rows that are put together before they are written: all columns of them are in memory until then. */
const GROUP = 2048

/** Which version of the tables a file was written from, in its metadata. */
export const VERSION_KEY = 'denytrace_tables'

/** Writes one day of a connection's table `denial`: beside, then moved into place. A day without denials has no file. */
export async function copyDay(connection: DuckDBConnection, folder: string, day: string): Promise<number> {
  const columns = DENIAL_TABLE.filter(([name]) => name !== 'event_day').map(([name]) => name)
  const file = placeInside(folder, relative(folder, dayFile(folder, day)))
  const draft = `${file}.${process.pid}.draft`
  const select = `select ${columns.join(', ')} from denial where event_day = ${quoted(day)}`
  const more = `, row_group_size ${GROUP}, kv_metadata {${VERSION_KEY}: '${DUCKDB_RELEASES.length}'}`
  const copied = await copyTo(connection, `(${select})`, draft, more)
  const count = Number(copied.getRowsJS()[0]?.[0] ?? 0)
  if (count > 0) keepFile(draft, file)
  else {
    rmSync(draft, { force: true })
    rmSync(join(file, '..'), { recursive: true, force: true })
  }
  return count
}

/** Writes a file of Parquet; one that the disk does not take whole is removed. */
export async function copyTo(connection: DuckDBConnection, from: string, file: string, more = '') {
  try {
    return await connection.runAndReadAll(
      `copy ${from} to ${quoted(file)} (format parquet, compression zstd, compression_level 1${more})`,
    )
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  }
}

/** Writes rows that come oldest first, a file for each day; gives the days and how many rows each has. */
export async function writeParquet(
  pages: AsyncIterable<readonly DenialRow[]>,
  folder: string,
): Promise<ReadonlyMap<string, number>> {
  makeFolder(folder)
  const instance = await memoryInstance(join(folder, 'denial'), { folders: [resolve(folder)] })
  const connection = await instance.connect()
  const days = new Map<string, number>()
  const finish = async (day: string): Promise<void> => {
    days.set(day, await copyDay(connection, folder, day))
    await connection.run('truncate denial')
  }
  try {
    await connection.run(`create table denial (\n${columnLines('duckdb', DENIAL_TABLE)}\n)`)
    let current: string | undefined
    for await (const rows of pages)
      for (const group of byDay(rows)) {
        const day = dayOf(group[0]?.eventTime ?? '')
        if (current !== undefined && current !== day) await finish(current)
        current = day
        await appendRows(connection, { table: 'denial' }, cellsOf(DENIAL_TABLE), group.map(tableRow))
      }
    if (current !== undefined) await finish(current)
    return days
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Runs of rows of one day. */
function byDay(rows: readonly DenialRow[]): readonly (readonly DenialRow[])[] {
  const groups: DenialRow[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && dayOf(last[0].eventTime) === dayOf(row.eventTime)) last.push(row)
    else groups.push([row])
  }
  return groups
}

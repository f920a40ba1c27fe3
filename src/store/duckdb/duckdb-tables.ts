import type { DuckDBConnection } from '@duckdb/node-api'
import { UserError } from '../../errors.ts'
import { columnLines, DENIAL_TABLE, TABLES, tableText } from '../sql/tables.ts'
import { HASH_COLUMNS, HASHES_IN_SQL } from './id-hash.ts'

/** Grows with the tables; `DUCKDB_MIGRATIONS[i]` makes version i + 1 of version i. */
export const DUCKDB_MIGRATIONS: readonly (readonly string[])[] = [
  [
    // No key: the writer looks for what is there by time and id. An index would double the file (ADR 0024).
    `create table denial (\n${columnLines('duckdb', DENIAL_TABLE)}\n)`,
    ...Object.entries(TABLES).map(([name, table]) =>
      name === 'denial_rollup'
        ? `create table ${name} (\n${columnLines('duckdb', table.columns)}\n)`
        : tableText('duckdb', name, table),
    ),
  ],
  [
    ...HASH_COLUMNS.map((name) => `alter table denial add column ${name} uinteger`),
    `update denial set ${HASH_COLUMNS.map((name, i) => `${name} = ${HASHES_IN_SQL[i] ?? ''}`).join(', ')}`,
  ],
]

/** What a database is, by its tables; ours are those beside which their version stands. */
export async function kindOf(connection: DuckDBConnection): Promise<'ours' | 'empty' | 'of others'> {
  const reader = await connection.runAndReadAll(
    'select table_name from duckdb_tables() where database_name = current_database() and not temporary',
  )
  const [names = []] = reader.getColumnsJS()
  return names.includes('store_version') ? 'ours' : names.length === 0 ? 'empty' : 'of others'
}

/** Makes the tables, or brings them to what this version of the program knows. */
export async function migrate(connection: DuckDBConnection): Promise<void> {
  await connection.run('create table if not exists store_version (version integer)')
  const reader = await connection.runAndReadAll('select max(version) as version from store_version')
  const version = Number(reader.getRowObjectsJS()[0]?.['version'] ?? 0)
  if (version > DUCKDB_MIGRATIONS.length)
    throw new UserError(
      'store/newer',
      `the store was written by a newer version of denytrace (tables ${version}, known ${DUCKDB_MIGRATIONS.length})`,
      'update denytrace, or name another file with `--store duckdb:PATH`',
    )
  for (const [i, statements] of DUCKDB_MIGRATIONS.entries()) {
    if (i < version) continue
    await connection.run('begin transaction')
    for (const statement of statements) await connection.run(statement)
    await connection.run(`insert into store_version values (${i + 1})`)
    await connection.run('commit')
  }
}

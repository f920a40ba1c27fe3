import type { DuckDBConnection } from '@duckdb/node-api'
import { UserError } from '../../errors.ts'
import type { Mode } from './duckdb-file.ts'
import { columnsOf, DUCKDB_RELEASES, LATEST, tablesOf, VERSION_TABLE } from './duckdb-releases.ts'
import { HASH_COLUMNS } from './id-hash.ts'

/** A store's version, 1 or more; `empty`: a file without anything. */
export type DuckdbVersion = number | 'empty'

/**
 * Version of an attached file's tables, by all that stands in its catalog. A store may come from a stranger: a view under
 * the name of a table would run whatever it says, so a file that holds anything but the tables of one of our versions is
 * refused before any of it is read.
 *
 * @throws UserError `store/newer`, `store/unreadable`
 */
export async function checkTables(connection: DuckDBConnection, path: string, mode: Mode): Promise<DuckdbVersion> {
  const asked = mode === 'write' ? `${CATALOG}\n${MACROS}` : CATALOG
  const objects = (await connection.runAndReadAll(asked)).getRowsJS() as [string, string, string][]
  const strange = objects.find(([kind]) => kind !== 'table')
  if (strange !== undefined) throw foreign(path, `it has a ${strange[0]} \`${strange[1]}\``)
  if (objects.length === 0) return 'empty'
  const found = new Map(objects.map(([, name, text]) => [name, normal(text)]))
  if (!found.has('store_version')) throw foreign(path, 'its tables are of another program')
  if (found.get('store_version') !== normal(VERSION_TABLE)) throw foreign(path, 'its table `store_version` is not ours')
  const version = await versionOf(connection)
  // Nothing but the version: who made it was ended before the tables came.
  if (version === 0 && found.size === 1) return 'empty'
  if (version > DUCKDB_RELEASES.length) throw newer(path, version)
  const wanted = new Map(Object.entries(tablesOf(version)).map(([name, text]) => [name, normal(text)]))
  for (const [name, text] of wanted)
    if (found.get(name) !== text)
      throw foreign(path, `its table \`${name}\` ${found.has(name) ? 'has other columns than ours' : 'is missing'}`)
  for (const name of found.keys())
    if (name !== 'store_version' && !wanted.has(name))
      throw foreign(path, `it has a table \`${name}\` that is not ours`)
  return version
}

/** All that somebody can have put into a file. DuckDB 1.5 has no triggers; an index of a key is none of these. */
const CATALOG = `select 'table' as kind, table_name as name, sql from duckdb_tables()
where database_name = 'store' and schema_name = 'main'
union all select 'schema', schema_name, '' from duckdb_schemas()
where database_name = 'store' and not internal and schema_name <> 'main'
union all select 'view', view_name, '' from duckdb_views() where database_name = 'store' and not internal
union all select 'type', type_name, '' from duckdb_types() where database_name = 'store' and not internal
union all select 'sequence', sequence_name, '' from duckdb_sequences() where database_name = 'store'
union all select 'index', index_name, '' from duckdb_indexes() where database_name = 'store'`

/** To read, they are out of reach: DuckDB's own functions come first (`duckdb-file.ts`). To look for them takes 20 ms. */
const MACROS = `union all select 'macro', function_name, '' from duckdb_functions()
where database_name = 'store' and not internal`

/** As DuckDB writes a table and as we do: letters, spaces and line ends apart. */
const normal = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([(),]) ?/g, '$1')
    .replace(/;$/, '')

async function versionOf(connection: DuckDBConnection): Promise<number> {
  const reader = await connection.runAndReadAll('select coalesce(max("version"), 0)::int from store.main.store_version')
  return Number(reader.getRowsJS()[0]?.[0] ?? 0)
}

const foreign = (path: string, why: string): UserError =>
  new UserError(
    'store/unreadable',
    `\`${path}\` cannot be opened as a store: ${why}`,
    'nothing of it was read; name another file with `--store duckdb:PATH`, or have whoever sent it run `denytrace export --format parquet`',
  )

export const newer = (path: string, version: number): UserError =>
  new UserError(
    'store/newer',
    `\`${path}\` was written by a newer version of denytrace (tables ${version}, known ${DUCKDB_RELEASES.length})`,
    'update denytrace, or name another file with `--store duckdb:PATH`',
  )

/** The first version that keeps changes of policies. */
const CHANGES_SINCE = DUCKDB_RELEASES.findIndex(({ tables }) => 'policy_change' in tables) + 1

/**
 * Lets a file of an older version, which is only read, be asked like one of today: columns that came later are null there. The numbers
 * of ids are not made up; `rowsOfId` does without.
 */
export async function readAsLatest(connection: DuckDBConnection, version: number): Promise<void> {
  const there = new Set([...columnsOf(tablesOf(version).denial), ...HASH_COLUMNS])
  if (version < CHANGES_SINCE) await connection.run(LATEST.policy_change.replace('create table', 'create temp table'))
  const later = columnsOf(LATEST.denial).filter((name) => !there.has(name))
  if (later.length === 0) return
  const nulls = later.map((name) => `null::varchar as ${name}`).join(', ')
  await connection.run(`create temp view denial as select *, ${nulls} from store.main.denial`)
}

/** Makes the tables, or brings them from a version to what this program knows. */
export async function migrate(connection: DuckDBConnection, from: DuckdbVersion): Promise<void> {
  if (from === 'empty') await connection.run(VERSION_TABLE.replace('create table', 'create table if not exists'))
  for (const [i, { statements }] of DUCKDB_RELEASES.entries()) {
    if (from !== 'empty' && i < from) continue
    await connection.run('begin transaction')
    for (const statement of statements) await connection.run(statement)
    await connection.run(`insert into store_version values (${i + 1})`)
    await connection.run('commit')
  }
}

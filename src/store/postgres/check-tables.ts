import { UserError } from '../../errors.ts'
import type { SqlSession } from '../sql/session.ts'
import { sql } from '../sql/statement.ts'
import { columnsOfVersion, POSTGRES_RELEASES } from './postgres-releases.ts'

/**
 * Version of a database's tables, once they are found to be ours: queries read those tables; who owns another of the
 * database's objects under one of their names would answer instead, and what hangs on a table (a rule, a trigger, a default,
 * an index over a function) would run as us. So our tables must be tables, with the
 * columns of their version and nothing that runs.
 *
 * @param name for messages: without a password
 * @returns the version; 0: there are none yet
 * @throws UserError `store/newer`, `store/unreadable`
 */
export async function checkTables(session: SqlSession, name: string): Promise<number> {
  const found = await session.run(sql(RELATIONS))
  const kinds = new Map(found.map((row) => [String(row['name']), row]))
  if (!kinds.has('store_version')) return 0
  for (const row of found) {
    const what = strangeness(row)
    if (what !== undefined) throw foreign(name, `\`${String(row['name'])}\` ${what}`)
  }
  const [row] = await session.run(sql('select coalesce(max(version), 0) as version from store_version'))
  const version = Number(row?.['version'] ?? 0)
  if (version > POSTGRES_RELEASES.length) throw newer(name, version)
  if (version > 0) await checkColumns(session, name, version)
  return version
}

const NAMES = [...columnsOfVersion(POSTGRES_RELEASES.length).keys()].map((name) => `'${name}'`).join(', ')

/** In the schema that we write to; parts of `denial` wherever they lie. */
const OURS = `select c.oid from pg_catalog.pg_class c
where c.relname in (${NAMES}) and c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = current_schema())
union select i.inhrelid from pg_catalog.pg_inherits i join pg_catalog.pg_class p on p.oid = i.inhparent
where p.relname = 'denial' and p.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = current_schema())`

const RELATIONS = `select c.relname as name, cast(c.relkind as text) as kind, c.relhasrules as has_rules, c.relrowsecurity as has_policies,
exists (select 1 from pg_catalog.pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as has_triggers,
exists (select 1 from pg_catalog.pg_attrdef d where d.adrelid = c.oid) as has_defaults,
exists (select 1 from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype not in ('p', 'n')) as has_checks,
exists (select 1 from pg_catalog.pg_index x where x.indrelid = c.oid and x.indexprs is not null) as has_expressions
from pg_catalog.pg_class c where c.oid in (${OURS}) order by c.relname`

const THINGS: readonly (readonly [field: string, words: string])[] = [
  ['has_rules', 'has a rule'],
  ['has_triggers', 'has a trigger'],
  ['has_policies', 'hides rows by a policy'],
  ['has_defaults', 'has a default or a generated column'],
  ['has_checks', 'has a constraint that is not ours'],
  ['has_expressions', 'has an index over an expression'],
]

/** `r`: a table, `p`: one in parts. https://www.postgresql.org/docs/15/catalog-pg-class.html */
function strangeness(row: Readonly<Record<string, unknown>>): string | undefined {
  if (row['kind'] !== 'r' && row['kind'] !== 'p') return 'is no table, but a view or the like'
  return THINGS.find(([field]) => row[field] === true)?.[1]
}

async function checkColumns(session: SqlSession, name: string, version: number): Promise<void> {
  const rows = await session.run(
    sql(`select c.relname as name, a.attname as column_name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type
from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
where c.oid in (${OURS}) and c.relname in (${NAMES}) and a.attnum > 0 and not a.attisdropped`),
  )
  const there = new Set(
    rows.map((row) => `${String(row['name'])}.${String(row['column_name'])} ${String(row['type'])}`),
  )
  const wanted = [...columnsOfVersion(version)].flatMap(([table, columns]) =>
    [...columns].map(([column, type]) => `${table}.${column} ${type}`),
  )
  const missing = wanted.find((column) => !there.has(column))
  if (missing !== undefined) throw foreign(name, `the column \`${missing}\` of its version is missing`)
  const known = new Set(wanted)
  const more = [...there].find((column) => !known.has(column))
  if (more !== undefined) throw foreign(name, `the column \`${more}\` is not ours`)
}

const foreign = (name: string, why: string): UserError =>
  new UserError(
    'store/unreadable',
    `\`${name}\` cannot be opened as a store: ${why}`,
    'nothing of it was read; name an empty database, or one that denytrace made and nobody changed',
  )

const newer = (name: string, version: number): UserError =>
  new UserError(
    'store/newer',
    `\`${name}\` was written by a newer version of denytrace (tables ${version}, known ${POSTGRES_RELEASES.length})`,
    'update denytrace on this machine',
  )

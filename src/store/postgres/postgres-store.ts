import type { DenialRow } from '../denial-row.ts'
import type { DenialStore } from '../denial-store.ts'
import type { SqlEngine, SqlSession } from '../sql/session.ts'
import { deleteBefore, sqlStore } from '../sql/sql-store.ts'
import { sql } from '../sql/statement.ts'
import { withoutSecrets } from '../url-name.ts'
import { withDetectionLock } from './detection-lock.ts'
import { postgresEngine } from './postgres-engine.ts'
import { checkTables } from './check-tables.ts'
import { POSTGRES_RELEASES } from './postgres-releases.ts'
import { weekOf } from './postgres-tables.ts'
import { POSTGRES_WRITER } from './postgres-writer.ts'

export interface PostgresOptions {
  readonly connections?: number
  /** How long a server that is away is waited for, in milliseconds. */
  readonly patience?: number
  /** How long the first answer is waited for, in milliseconds: who mistyped an address wants to know. Left out: `patience`. */
  readonly opening?: number
  /** How long another detector is waited for, in milliseconds. */
  readonly turn?: number
}

/** Any two numbers that nobody else locks by. */
const MIGRATING = 'select pg_advisory_xact_lock(779431, 1)'
const PARTITIONING = 'select pg_advisory_xact_lock(779431, 2)'

export async function openPostgresStore(
  url: string,
  { connections = 4, patience = 60_000, opening = patience, turn = 120_000 }: PostgresOptions = {},
): Promise<DenialStore> {
  const { openPool } = await import('./driver.ts')
  const name = withoutSecrets(url)
  const pool = openPool(url, connections)
  const opened = postgresEngine(pool, { name, patience: opening })
  const schema = await opened
    .write((session) => migrate(session, name))
    .catch(async (error: unknown) => {
      await opened.close()
      throw error
    })
  const engine = postgresEngine(pool, { name, patience, schema })
  return {
    ...sqlStore({ engine, writer: POSTGRES_WRITER, forget: forgetWeeks, prepare: weeksMaker(engine) }),
    withDetectionLock: (work) => withDetectionLock(pool, turn, work),
  }
}

/** Gives the schema in which the tables are. */
async function migrate(session: SqlSession, name: string): Promise<string> {
  await session.run(sql(MIGRATING))
  const version = await checkTables(session, name)
  if (version === 0) await session.run(sql('create table if not exists store_version (version integer)'))
  for (const [i, { statements }] of POSTGRES_RELEASES.entries()) {
    if (i < version) continue
    for (const text of statements) await session.run(sql(text))
    await session.run(sql(`insert into store_version values (${i + 1})`))
  }
  const [row] = await session.run(sql('select current_schema() as name'))
  return String(row?.['name'])
}

/** Makes the partitions that rows need, before their transaction: a partition locks the table for a moment. */
function weeksMaker(engine: SqlEngine): (rows: readonly DenialRow[]) => Promise<void> {
  const known = new Set<string>()
  return async (rows) => {
    const weeks = new Map(rows.flatMap(({ eventTime }) => weekOf(eventTime) ?? []).map((week) => [week.table, week]))
    const missing = [...weeks.values()].filter(({ table }) => !known.has(table))
    if (missing.length === 0) return
    await engine.write(async (session) => {
      await session.run(sql(PARTITIONING))
      for (const { table, from, to } of missing)
        await session.run(
          sql(`create table if not exists ${table} partition of denial for values from ('${from}') to ('${to}')`),
        )
    })
    for (const { table } of missing) known.add(table)
  }
}

/** Weeks that are over before the time are dropped whole, which costs nothing; the rest is deleted. */
async function forgetWeeks(session: SqlSession, before: string): Promise<number> {
  await session.run(sql(PARTITIONING))
  const tables = await session.run(
    sql(`select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
join pg_class p on p.oid = i.inhparent where p.relname = 'denial' and c.relname like 'denial\\_w%'`),
  )
  let dropped = 0
  for (const { name } of tables) {
    const week = weekOf(String(name).replace(/^denial_w(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'))
    if (week === undefined || week.table !== name || `${week.to}T00:00:00Z` > before) continue
    const [row] = await session.run(sql(`select count(*) as n from ${week.table} where is_primary = true`))
    dropped += Number(row?.['n'] ?? 0)
    await session.run(sql(`drop table ${week.table}`))
  }
  return dropped + (await deleteBefore(session, before))
}

import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { type Columns, columnsOf, type SqlEngine, type SqlRow, type SqlSession } from '../sql/session.ts'
import { numbered, type Statement } from '../sql/statement.ts'
import { typeIn } from '../sql/tables.ts'
import type { PgClient, PgPool } from './driver.ts'
import { isPassing, postgresFault } from './postgres-fault.ts'

export interface PostgresSettings {
  /** For messages: without a password. */
  readonly name: string
  /** How long a server that is away, starting or full is waited for, in milliseconds. */
  readonly patience: number
  /** Where the tables are; names mean nothing else then, be it of a schema or of the session. Left out: as the server has it. */
  readonly schema?: string
}

/** Transactions on connections of a pool. What fails for a reason that passes is done again, whole. */
export function postgresEngine(pool: PgPool, { name, patience, schema }: PostgresSettings): SqlEngine {
  const path = schema === undefined ? '' : `; set local search_path to "${schema.replaceAll('"', '""')}", pg_temp`
  const transact = async <T>(run: (session: SqlSession) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    try {
      await client.query(`begin${path}`)
      const result = await run(postgresSession(client))
      await client.query('commit')
      client.release()
      return result
    } catch (error) {
      await client.query('rollback').then(
        () => client.release(),
        (broken: unknown) => client.release(broken instanceof Error ? broken : true),
      )
      throw error
    }
  }
  const patiently = async <T>(run: (session: SqlSession) => Promise<T>): Promise<T> => {
    const end = Date.now() + patience
    for (let pause = 50; ; pause = Math.min(pause * 2, 2000)) {
      try {
        return await transact(run)
      } catch (error) {
        if (error instanceof UserError || !isPassing(error)) throw postgresFault(error, name)
        if (Date.now() + pause > end) throw postgresFault(error, name)
        await sleep(pause + Math.random() * pause)
      }
    }
  }
  return { name, dialect: 'postgres', read: patiently, write: patiently, close: () => pool.end() }
}

async function runIn(client: PgClient, statement: Statement): Promise<readonly SqlRow[]> {
  const { text, values } = numbered(statement)
  // PostgreSQL would answer with a fault of its own.
  if (values.some((value) => typeof value === 'string' && value.includes('\0')))
    throw new UserError(
      'usage/not-a-value',
      'the store cannot search for a text with a NUL',
      'leave that character out',
    )
  const { rows } = await client.query(text, [...values])
  return rows as readonly SqlRow[]
}

const postgresSession = (client: PgClient): SqlSession => ({
  dialect: 'postgres',
  run: (statement) => runIn(client, statement),
  runColumns: async (statement) => columnsOf(await runIn(client, statement)),
  load: async (name, columns, rows) => ({
    text: `json_to_recordset(cast(:${name}_rows as json)) as ${name}(${definitions(columns)})`,
    params: { [`${name}_rows`]: jsonOf(rows) },
  }),
})

const definitions = (columns: Columns): string =>
  columns.map(([name, type]) => `${name} ${typeIn('postgres', type)}`).join(', ')

/** PostgreSQL's text has no NUL and no half of a surrogate pair. */
function jsonOf(rows: readonly SqlRow[]): string {
  const text = JSON.stringify(rows)
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return text
  return JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '').replaceAll(LONE_SURROGATE, '\uFFFD') : value,
  )
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

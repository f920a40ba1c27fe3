import type { DenialStore } from '../denial-store.ts'
import type { SqlEngine } from '../sql/session.ts'
import { deleteBefore, sqlStore } from '../sql/sql-store.ts'
import { duckdbFile } from './duckdb-file.ts'
import { duckdbSession } from './duckdb-session.ts'
import { migrate } from './duckdb-tables.ts'
import { DUCKDB_WRITER } from './duckdb-writer.ts'

export interface DuckdbOptions {
  /** False: a file that is not there is an error rather than an empty store. */
  readonly create?: boolean
  /** How long other processes are waited for, in milliseconds. */
  readonly patience?: { readonly read: number; readonly write: number }
}

const PATIENCE = { read: 60_000, write: 120_000 } as const

export async function openDuckdbStore(
  path: string,
  { create = true, patience = PATIENCE }: DuckdbOptions = {},
): Promise<DenialStore> {
  const file = duckdbFile(path, { prepare: migrate, patience })
  const engine: SqlEngine = {
    name: `duckdb:${path}`,
    dialect: 'duckdb',
    read: (run) => file.use('read', (connection) => run(duckdbSession(connection))),
    write: (run) =>
      file.use('write', async (connection) => {
        await connection.run('begin transaction')
        try {
          const result = await run(duckdbSession(connection))
          await connection.run('commit')
          return result
        } catch (error) {
          await connection.run('rollback').catch(() => undefined)
          throw error
        }
      }),
    close: file.close,
  }
  if (create) await file.use('write', async () => undefined)
  return sqlStore({ engine, writer: DUCKDB_WRITER, forget: deleteBefore })
}

import type { DenialRow } from '../denial-row.ts'
import { byIdQuery } from '../queries/denials.ts'
import { denialRow } from '../sql/rows.ts'
import type { SqlSession } from '../sql/session.ts'

/**
 * Ids are drawn at random: nothing tells in which part of the table one lies, and looking through a million texts takes
 * five times the time of looking through a million numbers. So DuckDB's table has a number for each id beside it.
 */
const HASHES = { event_id: 'event_hash', request_id: 'request_hash' } as const

export type IdColumn = keyof typeof HASHES

export const HASH_COLUMNS: readonly string[] = Object.values(HASHES)

/** The same in every version of DuckDB, which its own `hash` is not. */
const hashOf = (text: string): string => `cast(md5_number_lower(${text}) % 4294967296 as uinteger)`

/** For a `select` from a table that has the ids. */
export const HASHED: readonly string[] = Object.keys(HASHES).map(hashOf)

/** Before a comparison of the column with `:id`: true wherever that is. */
export const narrowedByHash = (column: IdColumn): string => `${HASHES[column]} = ${hashOf('cast(:id as varchar)')} and `

/**
 * Rows by event id or request id. A file that an older version wrote, and that nobody has opened to write since, has no
 * numbers yet, nor has the export: there the texts are looked through.
 */
export async function rowsOfId(session: SqlSession, id: string): Promise<readonly DenialRow[]> {
  const found = await session.run(byIdQuery(id, narrowedByHash)).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.includes(HASHES.event_id)) throw error
    return session.run(byIdQuery(id))
  })
  return found.map(denialRow)
}

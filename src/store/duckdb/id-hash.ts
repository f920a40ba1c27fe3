import { hash } from 'node:crypto'
import { DENIAL_COLUMNS, type DenialRow, sqlName } from '../denial-row.ts'
import { byIdQuery } from '../queries/denials.ts'
import type { Appended } from './append-rows.ts'
import { denialRow, inOrder } from '../sql/rows.ts'
import type { SqlSession } from '../sql/session.ts'
import { inlined, sql } from '../sql/statement.ts'

/**
 * Ids are drawn at random: nothing tells in which part of the table one lies, and looking through a million texts takes
 * five times the time of looking through a million numbers. So DuckDB's table has a number for each id beside it.
 */
const HASHES = { event_id: 'event_hash', request_id: 'request_hash' } as const

export const HASH_COLUMNS: readonly string[] = Object.values(HASHES)

/** In SQL, the same in every version of DuckDB, which its own `hash` is not: for a `select` from a table that has the ids. */
export const HASHES_IN_SQL: readonly string[] = Object.keys(HASHES).map(
  (id) => `cast(md5_number_lower(${id}) % 4294967296 as uinteger)`,
)

/** The number of `HASHES_IN_SQL` for one id; a digest in letters is had in half the time of one in a buffer. */
const numberOf = (id: string): number => {
  const bytes = hash('md5', id, 'binary')
  const high = (bytes.charCodeAt(11) << 24) | (bytes.charCodeAt(10) << 16)
  return (high | (bytes.charCodeAt(9) << 8) | bytes.charCodeAt(8)) >>> 0
}

/** Hashes of the ids of a row that is written; null: it has no such id. */
export const HASHED: readonly Appended<DenialRow>[] = [
  { type: 'hash', of: ({ eventId }) => numberOf(eventId) },
  { type: 'hash', of: ({ requestId }) => (requestId === null ? null : numberOf(requestId)) },
]

const COLUMNS = DENIAL_COLUMNS.map(([field]) => sqlName(field)).join(', ')

/**
 * A narrow column first, and then all columns of the few rows at that time: of one row among a million they take longer to be found by
 * its number alone, for parts of the table have times that lie close together, and numbers that do not. Values stand in the text: to
 * prepare a statement takes a third of its time.
 */
async function rowsWith(session: SqlSession, column: keyof typeof HASHES, id: string): Promise<readonly DenialRow[]> {
  const hashed = `${HASHES[column]} = ${numberOf(id)}`
  const found = await session.run(sql(`select event_time from denial where ${hashed}`))
  const times = found.map((row) => String(row['event_time'])).toSorted()
  const [from, to] = [times[0], times.at(-1)]
  if (from === undefined || to === undefined) return []
  const range = inlined(sql('event_time >= :from#time and event_time <= :to#time', { from, to }))
  const rows = (await session.run(sql(`select ${COLUMNS} from denial where ${range} and ${hashed}`))).map(denialRow)
  // Other ids may have the same number.
  return rows.filter((row) => id === (column === 'event_id' ? row.eventId : row.requestId))
}

/**
 * Rows by request id or event id, in order of time. AWS draws both, so what is a request's id is no event's, but for what somebody
 * pasted. A file that an older version wrote, and that nobody has opened to write since, has no numbers yet, nor has the export:
 * there the texts are looked through.
 */
export async function rowsOfId(session: SqlSession, id: string): Promise<readonly DenialRow[]> {
  const rows = await rowsWith(session, 'request_id', id).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.includes(HASHES.request_id)) throw error
    return undefined
  })
  if (rows === undefined) return (await session.run(byIdQuery(id))).map(denialRow)
  if (rows.length > 0 && rows.every(({ sourceKind }) => sourceKind !== 'paste')) return rows.toSorted(inOrder)
  const events = await rowsWith(session, 'event_id', id)
  return [...rows, ...events.filter(({ requestId }) => requestId !== id)].toSorted(inOrder)
}

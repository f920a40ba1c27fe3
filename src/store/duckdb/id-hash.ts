import { hash } from 'node:crypto'
import { DENIAL_COLUMNS, type DenialRow, sqlName } from '../denial-row.ts'
import { byIdQuery } from '../queries/denials.ts'
import type { Appended } from './append-rows.ts'
import { denialRow, inOrder } from '../sql/rows.ts'
import type { SqlRow, SqlSession } from '../sql/session.ts'
import { sql, type Statement } from '../sql/statement.ts'

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

/** The same number; a digest in letters is had in half the time of one in a buffer. */
const numberOf = (id: string): number => {
  const bytes = hash('md5', id, 'binary')
  const high = (bytes.charCodeAt(11) << 24) | (bytes.charCodeAt(10) << 16)
  return (high | (bytes.charCodeAt(9) << 8) | bytes.charCodeAt(8)) >>> 0
}

/** Of a row that is written; null: it has no such id. */
export const HASHED: readonly Appended<DenialRow>[] = [
  { type: 'hash', of: ({ eventId }) => numberOf(eventId) },
  { type: 'hash', of: ({ requestId }) => (requestId === null ? null : numberOf(requestId)) },
]

const COLUMNS = DENIAL_COLUMNS.map(([field]) => sqlName(field)).join(', ')

const ofRequest = (number: number): Statement =>
  sql(`select ${COLUMNS} from denial where ${HASHES.request_id} = ${number}`)

/** One narrow column, and all columns of few rows: one statement for both takes longer to be planned than to be run. */
const placesOfEvent = (number: number): Statement =>
  sql(`select rowid as place from denial where ${HASHES.event_id} = ${number}`)

const rowsAt = (places: readonly SqlRow[]): Statement =>
  sql(`select ${COLUMNS} from denial where rowid in (${places.map(({ place }) => Number(place)).join(', ')})`)

/**
 * Rows by request id or event id, in order of time. AWS draws both, so what is a request's id is no event's, but for what somebody
 * pasted. A file that an older version wrote, and that nobody has opened to write since, has no numbers yet, nor has the export:
 * there the texts are looked through.
 */
export async function rowsOfId(session: SqlSession, id: string): Promise<readonly DenialRow[]> {
  const number = numberOf(id)
  const asked = await session.run(ofRequest(number)).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.includes(HASHES.request_id)) throw error
    return undefined
  })
  if (asked === undefined) return (await session.run(byIdQuery(id))).map(denialRow)
  // Other ids may have the same number.
  const rows = asked.map(denialRow).filter(({ requestId }) => requestId === id)
  if (rows.length > 0 && rows.every(({ sourceKind }) => sourceKind !== 'paste')) return rows.toSorted(inOrder)
  const places = await session.run(placesOfEvent(number))
  const events = places.length === 0 ? [] : (await session.run(rowsAt(places))).map(denialRow)
  const others = events.filter(({ eventId, requestId }) => eventId === id && requestId !== id)
  return [...rows, ...others].toSorted(inOrder)
}

import type { DenialRow } from '../denial-row.ts'
import type { Deduplicated } from '../deduplicate-events.ts'
import type { Source, SqlRow } from '../sql/session.ts'
import { sql } from '../sql/statement.ts'
import { ROLLUP_TABLE } from '../sql/tables.ts'
import { type DenialWriter, KEY_TABLE } from '../sql/write-denials.ts'
import { TABLE_CELLS } from './denial-cells.ts'
import type { DuckdbSession } from './duckdb-session.ts'
import type { SpooledRow, SpoolPart } from './spool.ts'

const hours = ROLLUP_TABLE.map(([name]) => name).join(', ')

const SAME_HOUR = ['bucket_start', 'account', 'principal_key', 'action', 'resource_family']
  .map((name) => `r.${name} = d.${name}`)
  .join(' and ')

const keysOf = ({ eventId, sharedEventId, originalEventId, requestId, sourceKind }: Deduplicated): SqlRow => ({
  event_id: eventId,
  shared_event_id: sharedEventId,
  original_event_id: originalEventId,
  request_id: requestId,
  source_kind: sourceKind,
})

/**
 * What of rows in order of time is not there yet. One writer at a time, so looking before inserting is safe; the range of times lets
 * DuckDB skip most of the table. Only what is looked for goes into a table of its own: rows that went there whole would be written
 * twice.
 */
async function freshOf<Row extends Deduplicated>(
  session: DuckdbSession,
  rows: readonly Row[],
): Promise<{ readonly fresh: readonly Row[]; readonly source: Source }> {
  const source = await session.load('staged', KEY_TABLE, rows.map(keysOf))
  // What was pasted without a time has that of reading: the same text later is to be found all the same.
  const isTimed = rows.every(({ sourceKind }) => sourceKind !== 'paste')
  const from = isTimed ? (rows[0]?.eventTime ?? '') : '0001-01-01T00:00:00Z'
  const to = isTimed ? (rows.at(-1)?.eventTime ?? '') : '9999-01-01T00:00:00Z'
  const known = await session.run(
    sql(
      `select event_id from denial where event_time >= :from#time and event_time <= :to#time
and event_id in (select event_id from ${source.text})`,
      { from, to },
    ),
  )
  const before = new Set(known.map((row) => String(row['event_id'])))
  return { fresh: before.size === 0 ? rows : rows.filter(({ eventId }) => !before.has(eventId)), source }
}

const idsOf = (rows: readonly Deduplicated[]): ReadonlySet<string> => new Set(rows.map(({ eventId }) => eventId))

export const DUCKDB_WRITER: DenialWriter<DuckdbSession> = {
  insertNew: async (session, rows) => {
    const { fresh, source } = await freshOf(session, rows)
    if (fresh.length > 0) await session.append('denial', TABLE_CELLS, fresh)
    return { fresh: idsOf(fresh), source }
  },
  addToHours: async (session, { text }) => {
    const range = `r.bucket_start >= (select min(bucket_start) from ${text})
and r.bucket_start <= (select max(bucket_start) from ${text})`
    const before = `select ${hours.replaceAll(/(\w+)/g, 'r.$1')} from denial_rollup r, ${text} d
where ${SAME_HOUR} and ${range}`
    await session.run(sql(`create or replace temp table hours_before as ${before}`))
    await session.run(
      sql(
        `update denial_rollup r set n = r.n + d.n, slots = r.slots | d.slots from ${text} d where ${SAME_HOUR} and ${range}`,
      ),
    )
    await session.run(
      sql(
        `insert into denial_rollup (${hours}) select ${hours} from ${text} d
where not exists (select 1 from hours_before r where ${SAME_HOUR})`,
      ),
    )
  },
}

const asideAt = ({ aside }: SpoolPart, line: number): readonly DenialRow[] => {
  const row = aside.get(line)
  return row === undefined ? [] : [row]
}

/** Writer of rows that wait in a file: DuckDB reads them itself. */
export const spoolWriter = (part: SpoolPart): DenialWriter<DuckdbSession, SpooledRow> => ({
  insertNew: async (session, rows) => {
    const { fresh, source } = await freshOf(session, rows)
    const asides = fresh.flatMap(({ line }): readonly DenialRow[] => asideAt(part, line))
    const lines = fresh.filter(({ line }) => !part.aside.has(line))
    if (lines.length > 0)
      await session.insertLines(
        part,
        lines.map(({ line }) => ({ line })),
      )
    if (asides.length > 0) await session.append('denial', TABLE_CELLS, asides)
    return { fresh: idsOf(fresh), source }
  },
  addToHours: DUCKDB_WRITER.addToHours,
})

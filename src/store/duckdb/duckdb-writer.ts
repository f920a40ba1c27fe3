import { sql } from '../sql/statement.ts'
import { DENIAL_TABLE, ROLLUP_TABLE } from '../sql/tables.ts'
import type { DenialWriter } from '../sql/write-denials.ts'
import { HASH_COLUMNS, HASHED } from './id-hash.ts'

const columns = DENIAL_TABLE.map(([name]) => name).join(', ')
const kept = [columns, ...HASH_COLUMNS].join(', ')
const given = [columns, ...HASHED].join(', ')
const hours = ROLLUP_TABLE.map(([name]) => name).join(', ')

const SAME_HOUR = ['bucket_start', 'account', 'principal_key', 'action', 'resource_family']
  .map((name) => `r.${name} = d.${name}`)
  .join(' and ')

/** One writer at a time, so looking before inserting is safe; the range of times lets DuckDB skip most of the table. */
export const DUCKDB_WRITER: DenialWriter = {
  insertNew: async (session, { text }, rows) => {
    // What was pasted without a time has that of reading: the same text later is to be found all the same.
    const isTimed = rows.every(({ sourceKind }) => sourceKind !== 'paste')
    const from = isTimed ? (rows[0]?.eventTime ?? '') : '0001-01-01T00:00:00Z'
    const to = isTimed ? (rows.at(-1)?.eventTime ?? '') : '9999-01-01T00:00:00Z'
    const inserted = await session.run(
      sql(
        `insert into denial (${kept}) select ${given} from ${text} s where not exists (
select 1 from denial d where d.event_id = s.event_id and d.event_time >= :from#time and d.event_time <= :to#time)
returning event_id`,
        { from, to },
      ),
    )
    return new Set(inserted.map((row) => String(row['event_id'])))
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

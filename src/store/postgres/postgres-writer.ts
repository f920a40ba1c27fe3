import { tableRow } from '../sql/rows.ts'
import { sql } from '../sql/statement.ts'
import { DENIAL_TABLE, ROLLUP_TABLE } from '../sql/tables.ts'
import type { DenialWriter } from '../sql/write-denials.ts'

const columns = DENIAL_TABLE.map(([name]) => name).join(', ')
const hours = ROLLUP_TABLE.map(([name]) => name).join(', ')
const HOUR_KEY = 'bucket_start, account, principal_key, action, resource_family'

/**
 * Many workers at a time. Rows are written in the order of their keys, so that two workers never wait for each other in a
 * circle. A batch with events that share a request with others (pairs across accounts, corrections, pasted texts) is written alone, so
 * that it sees all that was there before: both halves in two batches at once would each count.
 */
export const POSTGRES_WRITER: DenialWriter = {
  insertNew: async (session, rows) => {
    const source = await session.load('staged', DENIAL_TABLE, rows.map(tableRow))
    const isAlone = rows.some(
      ({ sharedEventId, originalEventId, sourceKind }) =>
        sharedEventId !== null || originalEventId !== null || sourceKind === 'paste',
    )
    await session.run(sql(`select pg_advisory_xact_lock${isAlone ? '' : '_shared'}(779431, 3)`))
    const inserted = await session.run(
      sql(
        `insert into denial (${columns}) select ${columns} from ${source.text}
where source_kind <> 'paste' or not exists (select 1 from denial d where d.event_id = staged.event_id)
order by event_time, event_id on conflict do nothing returning event_id`,
        source.params,
      ),
    )
    return { fresh: new Set(inserted.map((row) => String(row['event_id']))), source }
  },
  addToHours: async (session, { text, params }) => {
    await session.run(
      sql(
        `insert into denial_rollup (${hours}) select ${hours} from ${text} order by ${HOUR_KEY}
on conflict (${HOUR_KEY}) do update set n = denial_rollup.n + excluded.n, slots = denial_rollup.slots | excluded.slots`,
        params,
      ),
    )
  },
}

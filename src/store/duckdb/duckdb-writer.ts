import { DENIAL_COLUMNS, type DenialRow } from '../denial-row.ts'
import { dayOf } from '../hours.ts'
import type { SqlRow } from '../sql/session.ts'
import { sql } from '../sql/statement.ts'
import { ROLLUP_TABLE } from '../sql/tables.ts'
import { type DenialWriter, KEY_TABLE } from '../sql/write-denials.ts'
import type { Appended } from './append-rows.ts'
import type { DuckdbSession } from './duckdb-session.ts'
import { HASHED } from './id-hash.ts'

const hours = ROLLUP_TABLE.map(([name]) => name).join(', ')

const SAME_HOUR = ['bucket_start', 'account', 'principal_key', 'action', 'resource_family']
  .map((name) => `r.${name} = d.${name}`)
  .join(' and ')

/** Written out: a field whose name is computed takes V8 five times as long, and a trail's rows have a million. */
const FIELDS: { readonly [Field in keyof DenialRow]: (row: DenialRow) => DenialRow[Field] } = {
  eventTime: ({ eventTime }) => eventTime,
  eventId: ({ eventId }) => eventId,
  sharedEventId: ({ sharedEventId }) => sharedEventId,
  originalEventId: ({ originalEventId }) => originalEventId,
  requestId: ({ requestId }) => requestId,
  callerAccount: ({ callerAccount }) => callerAccount,
  recipientAccount: ({ recipientAccount }) => recipientAccount,
  region: ({ region }) => region,
  eventSource: ({ eventSource }) => eventSource,
  eventName: ({ eventName }) => eventName,
  service: ({ service }) => service,
  action: ({ action }) => action,
  principalKey: ({ principalKey }) => principalKey,
  principalArn: ({ principalArn }) => principalArn,
  principalType: ({ principalType }) => principalType,
  sessionName: ({ sessionName }) => sessionName,
  invokedBy: ({ invokedBy }) => invokedBy,
  resource: ({ resource }) => resource,
  resourceFamily: ({ resourceFamily }) => resourceFamily,
  resourceFrom: ({ resourceFrom }) => resourceFrom,
  errorCode: ({ errorCode }) => errorCode,
  layer: ({ layer }) => layer,
  effect: ({ effect }) => effect,
  policyArn: ({ policyArn }) => policyArn,
  errorMessage: ({ errorMessage }) => errorMessage,
  messageHash: ({ messageHash }) => messageHash,
  encodedMessage: ({ encodedMessage }) => encodedMessage,
  statement: ({ statement }) => statement,
  blockedBy: ({ blockedBy }) => blockedBy,
  snapshotHash: ({ snapshotHash }) => snapshotHash,
  sourceKind: ({ sourceKind }) => sourceKind,
  sourceName: ({ sourceName }) => sourceName,
  ingestedAt: ({ ingestedAt }) => ingestedAt,
  isPrimary: ({ isPrimary }) => isPrimary,
  parserVersion: ({ parserVersion }) => parserVersion,
  rest: ({ rest }) => rest,
}

/** All columns of the table, in its order. */
const COLUMNS: readonly Appended<DenialRow>[] = [
  ...DENIAL_COLUMNS.map(([field, type]) => ({ type, of: FIELDS[field] })),
  { type: 'text', of: ({ eventTime }) => dayOf(eventTime) },
  ...HASHED,
]

const keysOf = ({ eventId, sharedEventId, originalEventId, requestId, sourceKind }: DenialRow): SqlRow => ({
  event_id: eventId,
  shared_event_id: sharedEventId,
  original_event_id: originalEventId,
  request_id: requestId,
  source_kind: sourceKind,
})

/**
 * One writer at a time, so looking before inserting is safe; the range of times lets DuckDB skip most of the table. Only what is
 * looked for goes into a table of its own: rows that went there whole would be written twice.
 */
export const DUCKDB_WRITER: DenialWriter<DuckdbSession> = {
  insertNew: async (session, rows) => {
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
    const fresh = before.size === 0 ? rows : rows.filter(({ eventId }) => !before.has(eventId))
    if (fresh.length > 0) await session.append('denial', COLUMNS, fresh)
    return { fresh: new Set(fresh.map(({ eventId }) => eventId)), source }
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

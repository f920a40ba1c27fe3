import { DENIAL_COLUMNS, sqlName } from '../denial-row.ts'
import type { DenialFilter, GroupBy, PlaceInTime, TimeRange } from '../denial-store.ts'
import { dayOf } from '../hours.ts'
import { sql, type Statement } from '../sql/statement.ts'
import { where } from './where.ts'

/**
 * What is asked of the denials, one text for every engine: DuckDB, PostgreSQL, Trino and Athena. So only what all of
 * them read alike (docs/store.md, "One text"): no intervals, no casts by `::`, no JSON, group by expressions.
 */
const COLUMNS = DENIAL_COLUMNS.map(([field]) => sqlName(field)).join(', ')

/** Two looks by one column each: an `or` over both makes engines read every row. */
export const byIdQuery = (id: string): Statement =>
  sql(
    `select ${COLUMNS} from denial where event_id = :id
union select ${COLUMNS} from denial where request_id = :id order by event_time, event_id`,
    { id },
  )

/** The newest rows; of those behind `after`, where it is said. */
export function findQuery(filter: DenialFilter, limit: number, after?: PlaceInTime): Statement {
  const { text, params } = where(filter)
  const behind =
    after === undefined
      ? ''
      : ' and event_day <= :before_day and (event_time < :before#time or (event_time = :before#time and event_id < :before_id))'
  const place =
    after === undefined ? {} : { before: after.eventTime, before_day: dayOf(after.eventTime), before_id: after.eventId }
  return sql(
    `select ${COLUMNS} from denial where ${text}${behind} order by event_time desc, event_id desc limit :most#integer`,
    { ...params, ...place, most: limit },
  )
}

/** The rows behind `after`, oldest first. */
export function pageQuery(filter: DenialFilter, after: PlaceInTime, limit: number): Statement {
  const { text, params } = where(filter)
  const behind = '(event_time > :time#time or (event_time = :time#time and event_id > :id))'
  return sql(
    `select ${COLUMNS} from denial where ${text} and ${behind} order by event_time, event_id limit :most#integer`,
    { ...params, time: after.eventTime, id: after.eventId, most: limit },
  )
}

const KEYS: Readonly<Record<GroupBy, string>> = {
  principal: 'principal_key',
  action: 'action',
  'resource-family': 'resource_family',
  service: 'service',
  layer: 'layer',
  statement: 'statement',
  account: 'caller_account',
  day: 'event_day',
}

export function groupsQuery(by: GroupBy, filter: DenialFilter): Statement {
  const { text, params } = where(filter)
  const key = KEYS[by]
  return sql(
    `select ${key} as group_key, count(*) as n, min(event_time) as first_seen, max(event_time) as last_seen
from denial where ${text} group by ${key} order by count(*) desc, coalesce(${key}, '')`,
    params,
  )
}

const TUPLE =
  "coalesce(caller_account, ''), coalesce(principal_key, ''), coalesce(action, ''), coalesce(resource_family, '')"

export function tuplesQuery(filter: DenialFilter): Statement {
  const { text, params } = where(filter)
  return sql(
    `select coalesce(caller_account, '') as account, coalesce(principal_key, '') as principal_key,
coalesce(action, '') as action, coalesce(resource_family, '') as resource_family,
count(*) as n, min(event_time) as first_seen, max(event_time) as last_seen
from denial where ${text} group by ${TUPLE} order by ${TUPLE}`,
    params,
  )
}

export const watermarksQuery = (): Statement =>
  sql(`select coalesce(caller_account, '') as account, max(event_time) as latest
from denial where is_primary = true group by coalesce(caller_account, '') order by coalesce(caller_account, '')`)

/** From the hours, not from the denials: `denial_rollup` is a table, or a view where there is only Parquet. */
export function rollupsQuery({ from, to }: TimeRange): Statement {
  const clauses = ['n > 0']
  if (from !== undefined) clauses.push('bucket_start >= :from#time')
  if (to !== undefined) clauses.push('bucket_start < :to#time')
  return sql(
    `select bucket_start, account, principal_key, action, resource_family, n, slots from denial_rollup
where ${clauses.join(' and ')} order by bucket_start, account, principal_key, action, resource_family`,
    { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
  )
}

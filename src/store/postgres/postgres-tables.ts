import { columnLines, DENIAL_TABLE, TABLES, tableText } from '../sql/tables.ts'

/** `MIGRATIONS[i]` makes version i + 1 of version i. SQL of PostgreSQL 15. */
export const POSTGRES_MIGRATIONS: readonly (readonly string[])[] = [
  [
    `create table denial (
${columnLines('postgres', DENIAL_TABLE)},
  primary key (event_time, event_id)
) partition by range (event_time)`,
    'create table denial_other partition of denial default',
    'create index denial_event on denial (event_id)',
    'create index denial_request on denial (request_id) where request_id is not null',
    'create index denial_shared on denial (shared_event_id) where shared_event_id is not null',
    'create index denial_original on denial (original_event_id) where original_event_id is not null',
    'create index denial_principal on denial (principal_key, event_time)',
    ...Object.entries(TABLES).map(([name, table]) => tableText('postgres', name, table)),
    "create index ingest_waiting on ingest_object (bucket, object_key) where state in ('ready', 'leased')",
  ],
  // Every batch asks whether one of its requests was pasted before; next to none was.
  ["create index denial_pasted on denial (request_id) where source_kind = 'paste'"],
]

/** Denials of these years lie in a partition for each week; what claims another time lies in `denial_other`. */
const FIRST_YEAR = 2015
const LAST_YEAR = 2099

export interface Week {
  readonly table: string
  /** Dates: from, and before. */
  readonly from: string
  readonly to: string
}

const DAY = 86_400_000

/** The week of an ISO time, from Monday; undefined: outside of the years that have weeks. */
export function weekOf(time: string): Week | undefined {
  const year = Number(time.slice(0, 4))
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR)) return undefined
  const day = Date.parse(`${time.slice(0, 10)}T00:00:00Z`)
  // 1970-01-01 was a Thursday.
  const monday = day - ((day / DAY + 3) % 7) * DAY
  const from = dateOf(monday)
  return { table: `denial_w${from.replaceAll('-', '')}`, from, to: dateOf(monday + 7 * DAY) }
}

const dateOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)

/**
 * The tables of one version of a DuckDB store, as text that nobody changes any more: a store that was made by it is in somebody's
 * hands. A change of a table is a new release behind the last one (docs/recipes/add-a-column.md).
 */
export interface DuckdbRelease {
  /** SQL that makes this version of the one before it; of the first, out of nothing. */
  readonly statements: readonly string[]
  /** Tables that this version made or changed, whole: what `duckdb_tables()` must say of a store before it is read. */
  readonly tables: Readonly<Record<string, string>>
}

/** Beside the others in every version: which it is. */
export const VERSION_TABLE = 'create table store_version ("version" integer)'

// No key: the writer looks for what is there by time and id. An index would double the file (ADR 0024).
const DENIAL_1 = `create table denial (
  event_time timestamp,
  event_id varchar,
  shared_event_id varchar,
  original_event_id varchar,
  request_id varchar,
  caller_account varchar,
  recipient_account varchar,
  region varchar,
  event_source varchar,
  event_name varchar,
  service varchar,
  "action" varchar,
  principal_key varchar,
  principal_arn varchar,
  principal_type varchar,
  session_name varchar,
  invoked_by varchar,
  resource varchar,
  resource_family varchar,
  resource_from varchar,
  error_code varchar,
  layer varchar,
  effect varchar,
  policy_arn varchar,
  error_message varchar,
  message_hash varchar,
  encoded_message varchar,
  "statement" varchar,
  blocked_by varchar,
  snapshot_hash varchar,
  source_kind varchar,
  source_name varchar,
  ingested_at timestamp,
  is_primary boolean,
  parser_version integer,
  rest varchar,
  event_day varchar
)`

const TABLES_1 = {
  denial: DENIAL_1,
  denial_rollup: `create table denial_rollup (
  bucket_start timestamp,
  account varchar,
  principal_key varchar,
  "action" varchar,
  resource_family varchar,
  n integer,
  slots integer
)`,
  allowed: `create table allowed (
  account varchar,
  principal_key varchar,
  "action" varchar,
  resource_family varchar,
  first_allowed timestamp,
  last_allowed timestamp,
  primary key (account, principal_key, "action", resource_family)
)`,
  mark: `create table mark (
  account varchar,
  principal_key varchar,
  "action" varchar,
  resource_family varchar,
  state varchar,
  note varchar,
  marked_at timestamp,
  primary key (account, principal_key, "action", resource_family)
)`,
  quarantine: `create table quarantine (
  hash varchar,
  "source" varchar,
  "position" integer,
  reason varchar,
  primary key (hash, "source", "position")
)`,
  dirty_bucket: `create table dirty_bucket (
  bucket_start timestamp,
  "version" integer,
  primary key (bucket_start)
)`,
  spike_series: `create table spike_series (
  "family" varchar,
  "key" varchar,
  last_bucket timestamp,
  model_version integer,
  state varchar,
  primary key ("family", "key")
)`,
  alert: `create table alert (
  id varchar,
  detector varchar,
  "family" varchar,
  "key" varchar,
  bucket_start timestamp,
  revision integer,
  body varchar,
  state varchar,
  changed_at timestamp,
  primary key (id)
)`,
  outbox: `create table outbox (
  dedupe_key varchar,
  sink varchar,
  alert_id varchar,
  body varchar,
  attempts integer,
  token varchar,
  due timestamp,
  is_done boolean,
  primary key (dedupe_key)
)`,
  ingest_object: `create table ingest_object (
  bucket varchar,
  object_key varchar,
  object_version varchar,
  state varchar,
  attempts integer,
  token varchar,
  lease_until timestamp,
  records integer,
  denials integer,
  last_error varchar,
  primary key (bucket, object_key, object_version)
)`,
} as const

/** What a column that came later adds to the text of a table. */
const withColumns = (table: string, ...lines: readonly string[]): string =>
  table.replace(/\n\)$/, lines.map((line) => `,\n  ${line}`).join('') + '\n)')

const DENIAL_2 = withColumns(DENIAL_1, 'event_hash uinteger', 'request_hash uinteger')
const DENIAL_3 = withColumns(DENIAL_2, 'authorization_id varchar')

const POLICY_CHANGE_4 = `create table policy_change (
  event_id varchar,
  changed_at timestamp,
  account varchar,
  principal_arn varchar,
  "action" varchar,
  record varchar,
  primary key (event_id)
)`

/** `DUCKDB_RELEASES[i]` is version i + 1. Only the end of this list grows. */
export const DUCKDB_RELEASES: readonly DuckdbRelease[] = [
  { statements: Object.values(TABLES_1), tables: TABLES_1 },
  {
    statements: [
      'alter table denial add column event_hash uinteger',
      'alter table denial add column request_hash uinteger',
      `update denial set event_hash = cast(md5_number_lower(event_id) % 4294967296 as uinteger), request_hash = cast(md5_number_lower(request_id) % 4294967296 as uinteger)`,
    ],
    tables: { denial: DENIAL_2 },
  },
  {
    statements: [
      'alter table denial add column authorization_id varchar',
      `update denial set authorization_id = json_extract_string(rest, '$.authorizationId') where rest like '%"authorizationId":"%'`,
    ],
    tables: { denial: DENIAL_3 },
  },
  { statements: [POLICY_CHANGE_4], tables: { policy_change: POLICY_CHANGE_4 } },
]

type Tables = Readonly<Record<keyof typeof TABLES_1, string> & Record<'policy_change', string>>

/** The tables of a version by name, with the text that made each; without that of the version itself. */
export const tablesOf = (version: number): Tables =>
  Object.assign({}, ...DUCKDB_RELEASES.slice(0, version).map(({ tables }) => tables)) as Tables

/** Tables of the latest version, which this program writes. */
export const LATEST: Tables = tablesOf(DUCKDB_RELEASES.length)

/** The names of a table's columns, in their order. */
export const columnsOf = (table: string): readonly string[] =>
  [...table.matchAll(/^ {2}"?(\w+)"? (?:varchar|timestamp|boolean|u?integer),?$/gm)].map(([, name = '']) => name)

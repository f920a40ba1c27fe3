/**
 * The tables of one version of a PostgreSQL store, as text that nobody changes any more: a store that was made by it is in somebody's hands.
 * A change of a table is a new release behind the last one (docs/recipes/add-a-column.md). SQL of PostgreSQL 15.
 */
export interface PostgresRelease {
  /** Makes this version of the one before it; of the first, out of nothing. */
  readonly statements: readonly string[]
  /** Columns that this version added to a table of an older one, as PostgreSQL names their types. */
  readonly added: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** `POSTGRES_RELEASES[i]` is version i + 1. Only the end of this list grows. */
export const POSTGRES_RELEASES: readonly PostgresRelease[] = [
  {
    statements: [
      `create table denial (
  event_time timestamp,
  event_id text collate "C",
  shared_event_id text collate "C",
  original_event_id text collate "C",
  request_id text collate "C",
  caller_account text collate "C",
  recipient_account text collate "C",
  region text collate "C",
  event_source text collate "C",
  event_name text collate "C",
  service text collate "C",
  action text collate "C",
  principal_key text collate "C",
  principal_arn text collate "C",
  principal_type text collate "C",
  session_name text collate "C",
  invoked_by text collate "C",
  resource text collate "C",
  resource_family text collate "C",
  resource_from text collate "C",
  error_code text collate "C",
  layer text collate "C",
  effect text collate "C",
  policy_arn text collate "C",
  error_message text collate "C",
  message_hash text collate "C",
  encoded_message text collate "C",
  statement text collate "C",
  blocked_by text collate "C",
  snapshot_hash text collate "C",
  source_kind text collate "C",
  source_name text collate "C",
  ingested_at timestamp,
  is_primary boolean,
  parser_version integer,
  rest text collate "C",
  event_day text collate "C",
  primary key (event_time, event_id)
) partition by range (event_time)`,
      `create table denial_other partition of denial default`,
      `create index denial_event on denial (event_id)`,
      `create index denial_request on denial (request_id) where request_id is not null`,
      `create index denial_shared on denial (shared_event_id) where shared_event_id is not null`,
      `create index denial_original on denial (original_event_id) where original_event_id is not null`,
      `create index denial_principal on denial (principal_key, event_time)`,
      `create table denial_rollup (
  bucket_start timestamp,
  account text collate "C",
  principal_key text collate "C",
  action text collate "C",
  resource_family text collate "C",
  n integer,
  slots integer,
  primary key (bucket_start, account, principal_key, action, resource_family)
)`,
      `create table allowed (
  account text collate "C",
  principal_key text collate "C",
  action text collate "C",
  resource_family text collate "C",
  first_allowed timestamp,
  last_allowed timestamp,
  primary key (account, principal_key, action, resource_family)
)`,
      `create table mark (
  account text collate "C",
  principal_key text collate "C",
  action text collate "C",
  resource_family text collate "C",
  state text collate "C",
  note text collate "C",
  marked_at timestamp,
  primary key (account, principal_key, action, resource_family)
)`,
      `create table quarantine (
  hash text collate "C",
  source text collate "C",
  position integer,
  reason text collate "C",
  primary key (hash, source, position)
)`,
      `create table dirty_bucket (
  bucket_start timestamp,
  version integer,
  primary key (bucket_start)
)`,
      `create table spike_series (
  family text collate "C",
  key text collate "C",
  last_bucket timestamp,
  model_version integer,
  state text collate "C",
  primary key (family, key)
)`,
      `create table alert (
  id text collate "C",
  detector text collate "C",
  family text collate "C",
  key text collate "C",
  bucket_start timestamp,
  revision integer,
  body text collate "C",
  state text collate "C",
  changed_at timestamp,
  primary key (id)
)`,
      `create table outbox (
  dedupe_key text collate "C",
  sink text collate "C",
  alert_id text collate "C",
  body text collate "C",
  attempts integer,
  token text collate "C",
  due timestamp,
  is_done boolean,
  primary key (dedupe_key)
)`,
      `create table ingest_object (
  bucket text collate "C",
  object_key text collate "C",
  object_version text collate "C",
  state text collate "C",
  attempts integer,
  token text collate "C",
  lease_until timestamp,
  records integer,
  denials integer,
  last_error text collate "C",
  primary key (bucket, object_key, object_version)
)`,
      `create index ingest_waiting on ingest_object (bucket, object_key) where state in ('ready', 'leased')`,
    ],
    added: {},
  },
  {
    // Every batch asks whether one of its requests was pasted before; next to none was.
    statements: [`create index denial_pasted on denial (request_id) where source_kind = 'paste'`],
    added: {},
  },
  {
    statements: [
      `alter table denial add column authorization_id text collate "C"`,
      `update denial set authorization_id = cast(rest as json) ->> 'authorizationId' where rest like '%"authorizationId":"%'`,
    ],
    added: { denial: { authorization_id: 'text' } },
  },
  {
    statements: [
      `create table policy_change (
  event_id text collate "C",
  changed_at timestamp,
  account text collate "C",
  principal_arn text collate "C",
  action text collate "C",
  record text collate "C",
  primary key (event_id)
)`,
      `create index policy_change_time on policy_change (changed_at)`,
    ],
    added: {},
  },
]

const TYPES: Readonly<Record<string, string>> = {
  'text collate "C"': 'text',
  timestamp: 'timestamp without time zone',
  boolean: 'boolean',
  integer: 'integer',
}

/** The columns of each table of a version, and their types as `format_type` has them. */
export function columnsOfVersion(version: number): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const tables = new Map<string, Map<string, string>>([['store_version', new Map([['version', 'integer']])]])
  for (const { statements, added } of POSTGRES_RELEASES.slice(0, version)) {
    for (const text of statements) {
      const name = /^create table (\w+) \(\n/.exec(text)?.[1]
      if (name === undefined) continue
      const lines = text.matchAll(/^ {2}(\w+) (text collate "C"|timestamp|boolean|integer),?$/gm)
      tables.set(name, new Map([...lines].map(([, column = '', type = '']) => [column, TYPES[type] ?? ''])))
    }
    for (const [name, columns] of Object.entries(added))
      for (const [column, type] of Object.entries(columns)) tables.get(name)?.set(column, type)
  }
  return tables
}

import { type ColumnType, DENIAL_COLUMNS, sqlName } from '../denial-row.ts'
import type { Columns } from './session.ts'
import type { Dialect } from './statement.ts'

/** The columns of `denial`: those of the row, and its day, by which Parquet is cut. */
export const DENIAL_TABLE: Columns = [
  ...DENIAL_COLUMNS.map(([field, type]) => [sqlName(field), type] as const),
  ['event_day', 'text'],
]

const TUPLE: Columns = [
  ['account', 'text'],
  ['principal_key', 'text'],
  ['action', 'text'],
  ['resource_family', 'text'],
]

export const ROLLUP_TABLE: Columns = [['bucket_start', 'time'], ...TUPLE, ['n', 'integer'], ['slots', 'integer']]
export const ALLOWED_TABLE: Columns = [...TUPLE, ['first_allowed', 'time'], ['last_allowed', 'time']]
export const MARK_TABLE: Columns = [...TUPLE, ['state', 'text'], ['note', 'text'], ['marked_at', 'time']]
export const QUARANTINE_TABLE: Columns = [
  ['hash', 'text'],
  ['source', 'text'],
  ['position', 'integer'],
  ['reason', 'text'],
]
export const POLICY_CHANGE_TABLE: Columns = [
  ['event_id', 'text'],
  ['changed_at', 'time'],
  ['account', 'text'],
  ['principal_arn', 'text'],
  ['action', 'text'],
  ['record', 'text'],
]
export const DIRTY_TABLE: Columns = [
  ['bucket_start', 'time'],
  ['version', 'integer'],
]
export const SERIES_TABLE: Columns = [
  ['family', 'text'],
  ['key', 'text'],
  ['last_bucket', 'time'],
  ['model_version', 'integer'],
  ['state', 'text'],
]
export const ALERT_TABLE: Columns = [
  ['id', 'text'],
  ['detector', 'text'],
  ['family', 'text'],
  ['key', 'text'],
  ['bucket_start', 'time'],
  ['revision', 'integer'],
  ['body', 'text'],
  ['state', 'text'],
  ['changed_at', 'time'],
]
export const OUTBOX_TABLE: Columns = [
  ['dedupe_key', 'text'],
  ['sink', 'text'],
  ['alert_id', 'text'],
  ['body', 'text'],
  ['attempts', 'integer'],
  ['token', 'text'],
  ['due', 'time'],
  ['is_done', 'boolean'],
]
export const LEDGER_TABLE: Columns = [
  ['bucket', 'text'],
  ['object_key', 'text'],
  ['object_version', 'text'],
  ['state', 'text'],
  ['attempts', 'integer'],
  ['token', 'text'],
  ['lease_until', 'time'],
  ['records', 'integer'],
  ['denials', 'integer'],
  ['last_error', 'text'],
]

interface Table {
  readonly columns: Columns
  readonly key: readonly string[]
}

const TUPLE_KEY = TUPLE.map(([name]) => name)

/** Everything but the denials themselves; each with its primary key. */
export const TABLES: Readonly<Record<string, Table>> = {
  denial_rollup: { columns: ROLLUP_TABLE, key: ['bucket_start', ...TUPLE_KEY] },
  allowed: { columns: ALLOWED_TABLE, key: TUPLE_KEY },
  mark: { columns: MARK_TABLE, key: TUPLE_KEY },
  quarantine: { columns: QUARANTINE_TABLE, key: ['hash', 'source', 'position'] },
  policy_change: { columns: POLICY_CHANGE_TABLE, key: ['event_id'] },
  dirty_bucket: { columns: DIRTY_TABLE, key: ['bucket_start'] },
  spike_series: { columns: SERIES_TABLE, key: ['family', 'key'] },
  alert: { columns: ALERT_TABLE, key: ['id'] },
  outbox: { columns: OUTBOX_TABLE, key: ['dedupe_key'] },
  ingest_object: { columns: LEDGER_TABLE, key: ['bucket', 'object_key', 'object_version'] },
}

/** PostgreSQL sorts text by the language of the database, the others by bytes; so it is told to. */
const TYPES: Readonly<Record<Dialect, Readonly<Record<ColumnType, string>>>> = {
  duckdb: { text: 'varchar', time: 'timestamp', boolean: 'boolean', integer: 'integer' },
  postgres: { text: 'text collate "C"', time: 'timestamp', boolean: 'boolean', integer: 'integer' },
  trino: { text: 'varchar', time: 'timestamp(3)', boolean: 'boolean', integer: 'integer' },
  athena: { text: 'string', time: 'timestamp', boolean: 'boolean', integer: 'int' },
}

export const typeIn = (dialect: Dialect, type: ColumnType): string => TYPES[dialect][type]

/** `  name type,` lines. */
export const columnLines = (dialect: Dialect, columns: Columns): string =>
  columns.map(([name, type]) => `  ${name} ${typeIn(dialect, type)}`).join(',\n')

export const tableText = (dialect: Dialect, name: string, { columns, key }: Table): string =>
  `create table ${name} (\n${columnLines(dialect, columns)},\n  primary key (${key.join(', ')})\n)`

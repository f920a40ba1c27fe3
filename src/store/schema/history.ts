import type { Columns } from '../sql/session.ts'
import { DENIAL_TABLE, typeIn } from '../sql/tables.ts'
import { DETAILS, type Field, IDENTITY, RECORD, RESOURCES } from './cloudtrail-fields.ts'

/** Where things are; left out: a name to be filled in by hand. */
export interface HistoryPlaces {
  /** The folder that `export --format parquet` writes to, as the engine names it. */
  readonly location?: string
  /** The folder of the trail that has `AWSLogs/`; or that folder, of an organization's trail with the id behind it. */
  readonly trail?: string
  readonly schema?: string
  /** The first day that is looked for, `YYYY-MM-DD`. */
  readonly since?: string
  /** Accounts and Regions of the trail; left out: a query must name them. */
  readonly accounts?: readonly string[]
  readonly regions?: readonly string[]
}

const FILL_IN = {
  location: 's3://BUCKET/denytrace',
  trail: 's3://TRAIL-BUCKET',
  schema: 'denytrace',
  since: '2020-01-01',
} as const

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
const within = (folder: string, below: string): string => quoted(`${folder.replace(/\/+$/, '')}/${below}`)

const DAY_OF_LOGS = '${account}/CloudTrail/${region}/${log_day}/'

const logsOf = (trail: string): string =>
  /\/AWSLogs(?:\/o-[a-z0-9]{10,32})?\/*$/.test(trail) ? trail : `${trail.replace(/\/+$/, '')}/AWSLogs`

const WITHOUT_DAY: Columns = DENIAL_TABLE.filter(([name]) => name !== 'event_day')

const columns = (engine: 'trino' | 'athena'): string =>
  WITHOUT_DAY.map(([name, type]) => `  ${name} ${typeIn(engine, type)}`).join(',\n')

/**
 * Statements that make the tables of Parquet and of raw CloudTrail readable in Trino
 * (https://trino.io/docs/current/connector/hive.html). Trino has no reader for CloudTrail's files, so a file is one row
 * with its records as an array; the catalog needs `hive.partition-projection-enabled=true` for them.
 */
export function trinoSchema(places: HistoryPlaces): readonly string[] {
  const { location, trail, schema, since, accounts, regions } = { ...FILL_IN, ...places }
  return [
    `create schema if not exists ${schema}`,
    `create table ${schema}.denial (
${columns('trino')},
  event_day varchar
) with (
  format = 'PARQUET',
  external_location = ${within(location, 'denial')},
  partitioned_by = array['event_day']
)`,
    `call system.sync_partition_metadata('${schema}', 'denial', 'FULL')`,
    rollupView(schema),
    `create table ${schema}.cloudtrail_file (
  records array(row(
${fieldLines(RECORD, rowType, '    ', ' ')}
  )),
  account varchar with (${projected(accounts)}),
  region varchar with (${projected(regions)}),
  log_day varchar with (
    partition_projection_type = 'DATE', partition_projection_format = 'yyyy/MM/dd',
    partition_projection_range = array[${quoted(since.replaceAll('-', '/'))}, 'NOW'],
    partition_projection_interval = 1, partition_projection_interval_unit = 'DAYS'
  )
) with (
  format = 'OPENX_JSON',
  external_location = ${within(logsOf(trail), '')},
  partitioned_by = array['account', 'region', 'log_day'],
  partition_projection_enabled = true,
  partition_projection_location_template = ${within(logsOf(trail), DAY_OF_LOGS)}
)`,
    rawView(schema, `${schema}.cloudtrail_file cross join unnest(records) as record (${names(RECORD)})`),
  ]
}

/**
 * Statements that create the tables of the history in Athena
 * (https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html).
 */
export function athenaSchema(places: HistoryPlaces): readonly string[] {
  const { location, trail, schema, since, accounts, regions } = { ...FILL_IN, ...places }
  return [
    `create database if not exists ${schema}`,
    `create external table ${schema}.denial (
${columns('athena')}
)
partitioned by (event_day string)
stored as parquet
location ${within(location, 'denial/')}
tblproperties (
  'projection.enabled' = 'true',
  ${dayProjection('event_day', 'yyyy-MM-dd', since)},
  'storage.location.template' = ${within(location, 'denial/event_day=${event_day}/')}
)`,
    rollupView(schema),
    `create external table ${schema}.cloudtrail_file (
${fieldLines(RECORD, structType, '  ', ' ')}
)
partitioned by (account string, region string, log_day string)
row format serde 'org.apache.hive.hcatalog.data.JsonSerDe'
stored as inputformat 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
location ${within(logsOf(trail), '')}
tblproperties (
  'projection.enabled' = 'true',
  ${valuesProjection('account', accounts)},
  ${valuesProjection('region', regions)},
  ${dayProjection('log_day', 'yyyy/MM/dd', since.replaceAll('-', '/'))},
  'storage.location.template' = ${within(logsOf(trail), DAY_OF_LOGS)}
)`,
    rawView(schema, `${schema}.cloudtrail_file`),
  ]
}

const projected = (values: readonly string[] | undefined): string =>
  values === undefined
    ? "partition_projection_type = 'INJECTED'"
    : `partition_projection_type = 'ENUM', partition_projection_values = array[${values.map(quoted).join(', ')}]`

const valuesProjection = (column: string, values: readonly string[] | undefined): string =>
  values === undefined
    ? `'projection.${column}.type' = 'injected'`
    : `'projection.${column}.type' = 'enum', 'projection.${column}.values' = ${quoted(values.join(','))}`

const dayProjection = (column: string, format: string, since: string): string =>
  `'projection.${column}.type' = 'date', 'projection.${column}.format' = '${format}',
  'projection.${column}.range' = ${quoted(`${since},NOW+1DAY`)},
  'projection.${column}.interval' = '1', 'projection.${column}.interval.unit' = 'DAYS'`

type Printer = (field: Field['type']) => string

const fieldLines = (fields: readonly Field[], print: Printer, indent: string, between: string): string =>
  fields.map(({ name, type }) => `${indent}${name}${between}${print(type)}`).join(',\n')

const rowType: Printer = (type) => {
  if (type === 'text') return 'varchar'
  const row = `row(${type.fields.map((field) => `${field.name} ${rowType(field.type)}`).join(', ')})`
  return type.isList ? `array(${row})` : row
}

const structType: Printer = (type) => {
  if (type === 'text') return 'string'
  const struct = `struct<${type.fields.map((field) => `${field.name}:${structType(field.type)}`).join(', ')}>`
  return type.isList ? `array<${struct}>` : struct
}

const names = (fields: readonly Field[]): string => fields.map(({ name }) => name).join(', ')

/** The hours, counted from the denials: elsewhere a table, here a view, so that the same queries run. */
const rollupView = (schema: string): string => `create or replace view ${schema}.denial_rollup as
select date_trunc('hour', event_time) as bucket_start,
  coalesce(caller_account, '') as account, coalesce(principal_key, '') as principal_key,
  coalesce(action, '') as action, coalesce(resource_family, '') as resource_family,
  count(*) as n,
  bitwise_or_agg(bitwise_left_shift(bigint '1', cast(minute(event_time) / 5 as integer))) as slots
from ${schema}.denial where is_primary = true
group by 1, 2, 3, 4, 5`

/** Raw CloudTrail, one row for each event, under the same names on either engine, which are those of \`denial\` where it has them. */
const rawView = (schema: string, from: string): string => `create or replace view ${schema}.cloudtrail_raw as
select cast(from_iso8601_timestamp(eventtime) at time zone 'UTC' as timestamp(3)) as event_time,
${[...IDENTITY, ...DETAILS].map(([column, path]) => `  ${path} as ${column}`).join(',\n')},
  json_format(cast(${RESOURCES} as json)) as resources,
  account, region, log_day
from ${from}`

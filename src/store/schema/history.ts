import type { Columns } from '../sql/session.ts'
import { DENIAL_TABLE, typeIn } from '../sql/tables.ts'

/** Where things are; left out: a place to be filled in. */
export interface HistoryPlaces {
  /** The folder that `export --format parquet` writes to, as the engine names it. */
  readonly location?: string
  /** The folder with `AWSLogs/` of the trail. */
  readonly trail?: string
  readonly schema?: string
}

const FILL_IN = { location: 's3://BUCKET/denytrace', trail: 's3://TRAIL-BUCKET', schema: 'denytrace' } as const

const text = (path: string): string => `'${path.replaceAll("'", "''").replace(/\/+$/, '')}'`
const within = (path: string, below: string): string => text(`${path.replace(/\/+$/, '')}/${below}`)

const WITHOUT_DAY: Columns = DENIAL_TABLE.filter(([name]) => name !== 'event_day')

const columns = (engine: 'trino' | 'athena'): string =>
  WITHOUT_DAY.map(([name, type]) => `  ${name} ${typeIn(engine, type)}`).join(',\n')

/** The hours, counted from the denials: elsewhere a table, here a view, so that the same queries run. */
const rollupView = (schema: string): string => `create or replace view ${schema}.denial_rollup as
select date_trunc('hour', event_time) as bucket_start,
  coalesce(caller_account, '') as account, coalesce(principal_key, '') as principal_key,
  coalesce(action, '') as action, coalesce(resource_family, '') as resource_family,
  count(*) as n,
  bitwise_or_agg(bitwise_left_shift(bigint '1', cast(minute(event_time) / 5 as integer))) as slots
from ${schema}.denial where is_primary = true
group by 1, 2, 3, 4, 5`

/** Raw CloudTrail under the names of `denial`, so that one query reads either engine's tables. */
const rawView = (schema: string, from: string, field: (name: string) => string): string =>
  `create or replace view ${schema}.cloudtrail_raw as
select cast(from_iso8601_timestamp(${field('eventtime')}) at time zone 'UTC' as timestamp) as event_time,
  ${field('eventid')} as event_id, ${field('sharedeventid')} as shared_event_id, ${field('requestid')} as request_id,
  ${field('useridentity')}.accountid as caller_account, ${field('recipientaccountid')} as recipient_account,
  ${field('awsregion')} as region, ${field('eventsource')} as event_source, ${field('eventname')} as event_name,
  ${field('useridentity')}.arn as principal_arn,
  ${field('useridentity')}.sessioncontext.sessionissuer.arn as issuer_arn,
  ${field('errorcode')} as error_code, ${field('errormessage')} as error_message,
  ${field('requestparameters')} as request_parameters
from ${from}`

/** https://trino.io/docs/current/connector/hive.html */
export function trinoSchema(places: HistoryPlaces): readonly string[] {
  const { location, trail, schema } = { ...FILL_IN, ...places }
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
    `call system.sync_partition_metadata('${schema}', 'denial', 'ADD')`,
    rollupView(schema),
    `create table ${schema}.cloudtrail_files (
  records array(row(
    eventversion varchar, eventtime varchar, eventid varchar, sharedeventid varchar, requestid varchar,
    eventsource varchar, eventname varchar, awsregion varchar, recipientaccountid varchar,
    errorcode varchar, errormessage varchar, requestparameters varchar,
    useridentity row(type varchar, arn varchar, accountid varchar, invokedby varchar,
      sessioncontext row(sessionissuer row(arn varchar)))
  ))
) with (format = 'OPENX_JSON', external_location = ${within(trail, 'AWSLogs')})`,
    rawView(schema, `${schema}.cloudtrail_files cross join unnest(records) as record`, (name) => name),
  ]
}

/** https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html */
export function athenaSchema(places: HistoryPlaces): readonly string[] {
  const { location, trail, schema } = { ...FILL_IN, ...places }
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
  'projection.event_day.type' = 'date',
  'projection.event_day.format' = 'yyyy-MM-dd',
  'projection.event_day.range' = '2015-01-01,NOW+1DAY',
  'storage.location.template' = ${within(location, 'denial/event_day=${event_day}')}
)`,
    rollupView(schema),
    `create external table ${schema}.cloudtrail_files (
  eventversion string, eventtime string, eventid string, sharedeventid string, requestid string,
  eventsource string, eventname string, awsregion string, recipientaccountid string,
  errorcode string, errormessage string, requestparameters string,
  useridentity struct<type:string, arn:string, accountid:string, invokedby:string,
    sessioncontext:struct<sessionissuer:struct<arn:string>>>
)
partitioned by (account string, region string, day string)
row format serde 'org.apache.hive.hcatalog.data.JsonSerDe'
stored as inputformat 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
location ${within(trail, 'AWSLogs/')}
tblproperties (
  'projection.enabled' = 'true',
  'projection.account.type' = 'injected',
  'projection.region.type' = 'injected',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy/MM/dd',
  'projection.day.range' = '2015/01/01,NOW',
  'storage.location.template' = ${within(trail, 'AWSLogs/${account}/CloudTrail/${region}/${day}')}
)`,
    rawView(schema, `${schema}.cloudtrail_files`, (name) => name),
  ]
}

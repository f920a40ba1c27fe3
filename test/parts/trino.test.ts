/**
 * Runs Trino for real: a coordinator and two workers over the Parquet that the embedded store wrote, unchanged, with the
 * query texts of the embedded store. What DuckDB answers is the expectation.
 */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { DenialRow } from '../../src/store/denial-row.ts'
import { type DenialFilter, type DenialStore, GROUPS } from '../../src/store/denial-store.ts'
import { runIn } from '../../src/store/duckdb/duckdb-session.ts'
import { openDuckdbStore } from '../../src/store/duckdb/duckdb-store.ts'
import { writeParquet } from '../../src/store/duckdb/parquet.ts'
import { rowsOf } from '../../src/store/history/history-engine.ts'
import { type TrinoClient, trinoClient } from '../../src/store/history/trino/trino-client.ts'
import { openTrinoStore } from '../../src/store/history/trino/trino-store.ts'
import { trinoPlace } from '../../src/store/history/trino/trino-url.ts'
import * as queries from '../../src/store/queries/denials.ts'
import * as tallies from '../../src/store/queries/tally.ts'
import { athenaSchema, trinoSchema } from '../../src/store/schema/history.ts'
import { inlined, type Statement } from '../../src/store/sql/statement.ts'
import { kindOf } from '../../src/store/tally.ts'
import { sampleRow } from '../conformance/sample-rows.ts'
import { denytrace } from '../cli/run-cli.ts'
import { startLoopbackAthena } from './loopback-athena.ts'
import { motoEnv } from './moto.ts'
import { activeNodes, noTrino, startTrino, type Trino } from './trino.ts'

/** Four days, hot and cold tuples, requests of which two accounts tell, and texts that are hard to quote. */
function manyRows(): DenialRow[] {
  const start = Date.parse('2026-04-25T22:07:00Z')
  return Array.from({ length: 900 }, (_, i) => {
    const eventTime = `${new Date(start + Math.floor(i / 2) * 733_000).toISOString().slice(0, 19)}Z`
    const service = ['s3', 'kms', 'sts'][i % 3] ?? ''
    const role = `arn:aws:iam::${i % 2 === 0 ? '111122223333' : '444455556666'}:role/r${(i * i) % 7}`
    return sampleRow({
      eventTime,
      eventId: `e-${String(i).padStart(4, '0')}`,
      requestId: `r-${Math.floor(i / 2)}`,
      callerAccount: i % 11 === 0 ? null : role.slice(13, 25),
      recipientAccount: '777788889999',
      service,
      action: i % 13 === 0 ? null : `${service}:A${i % 5}`,
      principalKey: i % 17 === 0 ? null : role,
      resource: `arn:aws:s3:::b/${i}`,
      resourceFamily: i % 19 === 0 ? '' : `arn:aws:s3:::b${i % 4}/*`,
      layer: [null, 'identity-policy', 'service-control-policy'][i % 3] ?? null,
      statement: i % 4 === 0 ? `identity-policy p'${i % 3}" Sid` : null,
      errorMessage: `it's "quoted", ünïcode 🙂, \\ and \n a line, :not_a_value, ${i}`,
      sharedEventId: i % 23 < 2 ? `s-${Math.floor(i / 23)}` : null,
    })
  })
}

/** A role that begins to fail on the last day. */
const burst = (): DenialRow[] =>
  Array.from({ length: 15 }, (_, i) =>
    sampleRow({
      eventTime: `2026-04-29T11:${String(i * 3).padStart(2, '0')}:00Z`,
      eventId: `b-${i}`,
      principalKey: 'arn:aws:iam::111122223333:role/burst',
    }),
  )

const FILTERS: readonly DenialFilter[] = [
  {},
  { from: '2026-04-26T00:00:00Z', to: '2026-04-28T12:30:00Z' },
  { principal: 'arn:aws:sts::111122223333:assumed-role/r4/any-session', account: '111122223333' },
  { account: '777788889999', action: 's3:A1', service: 's3', resourceFamily: 'arn:aws:s3:::b1/*' },
  { layer: 'service-control-policy', from: '2026-04-27T00:00:00Z' },
  { requestId: 'r-100' },
  { resource: "arn:aws:s3:::it's" },
]

/** A statement of each text there is, of every clause a filter can add to it. */
const STATEMENTS: Readonly<Record<keyof typeof queries | keyof typeof tallies, readonly Statement[]>> = {
  byIdQuery: [queries.byIdQuery('r-7'), queries.byIdQuery('e-0046'), queries.byIdQuery("' or 1=1 --")],
  findQuery: [
    ...FILTERS.map((filter) => queries.findQuery(filter, 50)),
    queries.findQuery({}, 50, { eventTime: '2026-04-26T03:00:00Z', eventId: 'e-0100' }),
  ],
  pageQuery: FILTERS.map((filter) =>
    queries.pageQuery(filter, { eventTime: '2026-04-26T03:00:00Z', eventId: 'e-0100' }, 70),
  ),
  groupsQuery: GROUPS.map((by, i) => queries.groupsQuery(by, FILTERS[i % 2] ?? {})),
  tuplesQuery: FILTERS.map((filter) => queries.tuplesQuery(filter)),
  watermarksQuery: [queries.watermarksQuery()],
  rollupsQuery: FILTERS.slice(0, 2).map((filter) => queries.rollupsQuery(filter)),
  tallyQuery: FILTERS.map((filter) => tallies.tallyQuery(filter)),
  examplesQuery: [
    tallies.examplesQuery(
      manyRows()
        .slice(0, 30)
        .map((row) => ({ bucketStart: `${row.eventTime.slice(0, 13)}:00:00Z`, kind: kindOf(row) })),
      2,
    ),
  ],
}

/** Its rows come in no order: whoever counts a million puts them in order himself. */
const UNORDERED = 'tallyQuery'

const inAnyOrder = (rows: readonly object[]): readonly object[] =>
  rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

const TRAIL = 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/04/27'

const record = (i: number): object => ({
  eventVersion: '1.09',
  userIdentity: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::111122223333:assumed-role/deploy/${i}`,
    accountId: '111122223333',
    sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/ci/deploy' } },
  },
  eventTime: `2026-04-27T10:0${i % 10}:00Z`,
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.9',
  ...(i % 3 === 0 ? { errorCode: 'AccessDenied', errorMessage: `denied, "${i}"` } : {}),
  requestParameters: { bucketName: 'b', Key: `k/ü-${i}` },
  responseElements: null,
  requestID: `R${i}`,
  eventID: `c-${i}`,
  readOnly: false,
  resources: [{ ARN: `arn:aws:s3:::b/${i}`, type: 'AWS::S3::Object', accountId: '111122223333' }],
  recipientAccountId: '111122223333',
})

async function rowsIn(store: DenialStore, filter: DenialFilter): Promise<DenialRow[]> {
  const rows: DenialRow[] = []
  for await (const page of store.pages(filter)) rows.push(...page)
  return rows
}

/** Athena's statement for a table of records, as Trino has it: the same columns, in files that it can read. */
const inTrino = (statement: string): string =>
  (statement.split('\nrow format')[0] ?? '')
    .replace('create external table', 'create table')
    .replace('\n)\npartitioned by (', ',\n')
    .replaceAll(':', ' ')
    .replaceAll(/\bstring\b/g, 'varchar')
    .replaceAll(/\bstruct</g, 'row(')
    .replaceAll(/\barray</g, 'array(')
    .replaceAll('>', ')')

describe('Trino over what the embedded store wrote', { skip: noTrino }, () => {
  let trino: Trino
  let client: TrinoClient
  let embedded: DenialStore
  let history: DenialStore
  let duckdb: DuckDBConnection
  let url: string
  let file: string

  before(async () => {
    trino = await startTrino()
    url = `trino://127.0.0.1:${trino.port}/hive/denytrace`
    client = trinoClient(trinoPlace(url, {}))
    history = openTrinoStore(url, {})
    file = join(trino.warehouse, '..', 'denials.duckdb')
    embedded = await openDuckdbStore(file)
    await embedded.add({ rows: [...manyRows(), ...burst()] })
    await writeParquet(embedded.pages({ uncounted: true }), join(trino.warehouse, 'export'))
    const logs = join(trino.warehouse, 'trail', TRAIL)
    mkdirSync(logs, { recursive: true })
    for (const part of [0, 1])
      writeFileSync(
        join(logs, `${part}.json.gz`),
        gzipSync(JSON.stringify({ Records: Array.from({ length: 10 }, (_, i) => record(part * 10 + i)) })),
      )
    await embedded.close()
    duckdb = await (await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })).connect()
    for (const statement of trinoSchema({
      location: 'local:///export',
      trail: 'local:///trail',
      since: '2026-04-01',
      accounts: ['111122223333'],
      regions: ['eu-west-1', 'us-east-1'],
    }))
      await client.query(statement)
  })
  after(() => trino.stop())

  it('has a coordinator and two workers', async () => {
    // One that is busy for a moment is not counted, and comes back.
    while ((await activeNodes(trino.port)) !== 3) await sleep(500)
    assert.equal(trino.workers.length, 2)
  })

  for (const [name, statements] of Object.entries(STATEMENTS))
    it(`gives the rows that DuckDB gives: ${name}`, async () => {
      for (const statement of statements) {
        const { columns, rows } = await client.query(inlined(statement))
        const both = [rowsOf(columns, rows), await runIn(duckdb, statement)]
        const [theirs, ours] = name === UNORDERED ? both.map(inAnyOrder) : both
        assert.deepEqual(theirs, ours, inlined(statement))
      }
    })

  it('is a store that reads: the same groups, denials and hours, and no more than that', async () => {
    const filter = { uncounted: true, from: '2026-04-26T05:00:00Z' }
    assert.deepEqual(await rowsIn(history, filter), await rowsIn(embedded, filter))
    const counted = await rowsIn(history, {})
    assert.ok(counted.length > 800 && counted.length < 915)
    assert.deepEqual(await history.marks(), [])
    await assert.rejects(history.add({ rows: [] }), { code: 'store/read-only' })
  })

  it('answers the commands as the embedded store does, also over the protocol of Athena', async () => {
    const athena = await startLoopbackAthena((text) => client.query(text), { pageRows: 200 })
    try {
      const asked = [
        ['denials', '--by', 'resource-family', '--since', '2026-04-26T00:00:00Z'],
        ['denials', 'show', 'r-7'],
        ['spikes', '--since', '2026-04-28T00:00:00Z'],
      ]
      for (const args of asked) {
        const [want, ...others] = await Promise.all(
          [`duckdb:${file}`, url, 'athena:denytrace?region=us-east-1'].map((store) =>
            denytrace([...args, '--format', 'json', '--store', store], { env: motoEnv(athena.url) }),
          ),
        )
        assert.ok(want !== undefined && want.code !== 3, want?.err)
        for (const other of others) assert.deepEqual(other, want, args.join(' '))
        if (args[0] === 'spikes') assert.ok(want.out.includes('role/burst s3:PutObject'), want.out)
      }
    } finally {
      athena.stop()
    }
  })

  it('reads raw CloudTrail files, one row for each event, by day', async () => {
    const { rows } = await client.query(`select event_time, event_id, issuer_arn, error_code, error_message, source_ip,
request_parameters, resources, log_day from cloudtrail_raw where log_day = '2026/04/27' and event_id in ('c-3', 'c-14') order by event_id`)
    const issuer = 'arn:aws:iam::111122223333:role/ci/deploy'
    const resources = (i: number): string =>
      `[{"arn":"arn:aws:s3:::b/${i}","accountid":"111122223333","type":"AWS::S3::Object"}]`
    const parameters = (i: number): string => `{"bucketName":"b","Key":"k/ü-${i}"}`
    assert.deepEqual(rows, [
      [
        '2026-04-27 10:04:00.000',
        'c-14',
        issuer,
        null,
        null,
        '203.0.113.9',
        parameters(14),
        resources(14),
        '2026/04/27',
      ],
      [
        '2026-04-27 10:03:00.000',
        'c-3',
        issuer,
        'AccessDenied',
        'denied, "3"',
        '203.0.113.9',
        parameters(3),
        resources(3),
        '2026/04/27',
      ],
    ])
    const denied = await client.query("select count(*) from cloudtrail_raw where error_code = 'AccessDenied'")
    assert.deepEqual(denied.rows, [[7]])
  })

  it("takes Athena's view of raw CloudTrail apart as its own", async () => {
    const [, , , table = '', view = ''] = athenaSchema({ schema: 'athena' })
    await client.query('create schema athena')
    await client.query(inTrino(table))
    await client.query(view)
    const columnsOf = async (schema: string) =>
      (
        await client.query(`select column_name, data_type from information_schema.columns
where table_schema = '${schema}' and table_name = 'cloudtrail_raw' order by ordinal_position`)
      ).rows
    assert.deepEqual(await columnsOf('athena'), await columnsOf('denytrace'))
  })

  it('a worker that is killed in the middle of a query costs time and nothing else', async () => {
    // Some 10^7 comparisons, so that it runs for seconds on both workers.
    const heavy = `select count(*) as n from denial a cross join denial b cross join
(select event_id from denial where event_id < 'e-0030') c where a.event_id || b.event_id <> c.event_id`
    const running = client.query(heavy)
    running.catch(() => undefined)
    const tasks = `select count(*) from system.runtime.tasks where state = 'RUNNING' and node_id = 'worker-1'
and query_id in (select query_id from system.runtime.queries where query = '${heavy.replaceAll("'", "''")}')`
    for (;;) {
      const { rows } = await client.query(tasks)
      if (Number(rows[0]?.[0]) > 0) break
      await sleep(100)
    }
    trino.workers[0]?.kill('SIGKILL')
    const { rows } = await running
    const [want] = await runIn(duckdb, { text: heavy, params: {} })
    assert.deepEqual(rows, [[want?.['n']]])
    const { rows: tries } = await client.query(
      `select state from system.runtime.queries where query = '${heavy.replaceAll("'", "''")}' order by created`,
    )
    assert.deepEqual([tries.at(0)?.[0], tries.at(-1)?.[0]], ['FAILED', 'FINISHED'])
  })
})

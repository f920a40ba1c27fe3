/** History over Athena's protocol, as a user has it, against moto, which runs no queries, and a server on loopback. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { after, before, describe, it } from 'node:test'
import { denytrace } from '../cli/run-cli.ts'
import { type LoopbackAthena, startLoopbackAthena } from './loopback-athena.ts'
import { athenaSchema } from '../../src/store/schema/history.ts'
import { type Moto, motoEnv, noMoto, startMoto } from './moto.ts'

const COLUMNS = [
  { name: 'group_key', type: 'varchar' },
  { name: 'n', type: 'bigint' },
  { name: 'first_seen', type: 'timestamp' },
  { name: 'last_seen', type: 'timestamp' },
]

const ROWS = [
  ['s3:PutObject', '41', '2026-04-01 10:00:00.000', '2026-04-27 10:03:00.000'],
  [null, '3', '2026-04-02 10:00:00.000', '2026-04-02 11:00:00.000'],
]

const GROUPS = [
  { key: 's3:PutObject', count: 41, firstSeen: '2026-04-01T10:00:00Z', lastSeen: '2026-04-27T10:03:00Z' },
  { key: null, count: 3, firstSeen: '2026-04-02T10:00:00Z', lastSeen: '2026-04-02T11:00:00Z' },
]

const ASK = ['denials', '--by', 'action', '--format', 'json', '--store', 'athena:denytrace?region=us-east-1']

describe('history over Athena, against moto', { skip: noMoto }, () => {
  let moto: Moto
  before(async () => {
    moto = await startMoto()
  })
  after(() => moto.stop())

  it('starts the query, waits, and reads the result', async () => {
    const results = [
      {
        rows: ROWS.map((row) => ({ Data: row.map((cell) => (cell === null ? {} : { VarCharValue: cell })) })),
        column_info: COLUMNS.map(({ name, type }) => ({ Name: name, Type: type })),
      },
    ]
    const put = await fetch(`${moto.url}/moto-api/static/athena/query-results`, {
      method: 'POST',
      body: JSON.stringify({ account_id: '123456789012', region: 'us-east-1', results }),
    })
    assert.equal(put.status, 201)
    const { code, out, err } = await denytrace(ASK, { env: motoEnv(moto.url) })
    assert.equal(code, 0, err)
    assert.deepEqual(JSON.parse(out), { schemaVersion: 1, groups: GROUPS })
  })
})

describe('history over Athena, against a server on loopback', () => {
  const started: LoopbackAthena[] = []
  after(() => {
    for (const server of started) server.stop()
  })
  const serverOf = async (...args: Parameters<typeof startLoopbackAthena>) => {
    const server = await startLoopbackAthena(...args)
    started.push(server)
    return { server, env: motoEnv(server.url) }
  }

  it('bears to be turned away, waits, and puts pages together', async () => {
    const { server, env } = await serverOf(async () => ({ columns: COLUMNS, rows: ROWS }), {
      pageRows: 1,
      turnedAway: 2,
    })
    const { code, out, err } = await denytrace(ASK, { env })
    assert.equal(code, 0, err)
    assert.deepEqual(JSON.parse(out), { schemaVersion: 1, groups: GROUPS })
    assert.equal(server.calls.filter((name) => name === 'StartQueryExecution').length, 3)
    assert.equal(server.calls.filter((name) => name === 'GetQueryResults').length, 3)
  })

  it('asks the texts that other stores are asked, for the days in question', async () => {
    const asked: string[] = []
    const { env } = await serverOf(async (text) => {
      asked.push(text)
      return { columns: COLUMNS, rows: [] }
    })
    await denytrace([...ASK, '--since', '2026-04-01', '--principal', "arn:aws:iam::111122223333:role/it's"], { env })
    assert.equal(asked.length, 1)
    const [text = ''] = asked
    for (const part of [
      "event_day >= '2026-04-01'",
      "timestamp '2026-04-01 00:00:00'",
      "role/it''s'",
      'group by action',
    ])
      assert.ok(text.includes(part), `${part} in ${text}`)
  })

  it('tells what Athena says of a query, and that history is not written', async () => {
    const { env } = await serverOf(() =>
      Promise.reject(new Error("TABLE_NOT_FOUND: line 1:1: Table 'denial' is not there")),
    )
    const failed = await denytrace(ASK, { env })
    assert.equal(failed.code, 3)
    assert.match(failed.err, /^store\/query-failed: .*TABLE_NOT_FOUND/)
    assert.match(failed.err, /hint: .*denytrace schema/)
    const { code, err } = await denytrace(['ingest', 'examples/kms-behind-s3/denial.json', '--store', 'athena:d'], {
      env,
    })
    assert.equal(code, 3)
    assert.match(err, /store\/read-only/)
  })

  it('says so where nobody is there', async () => {
    const { code, err } = await denytrace(ASK, { env: motoEnv('http://127.0.0.1:9') })
    assert.equal(code, 5)
    assert.match(err, /^aws\/unreachable/)
  })
})

const noSqlfluff: string | undefined =
  spawnSync('sqlfluff', ['--version'], { stdio: 'ignore' }).error === undefined
    ? undefined
    : 'sqlfluff is not here; get it with: pip install sqlfluff'

describe('the statements of `schema athena`', { skip: noSqlfluff }, () => {
  /** What a grammar of Athena cannot read of a text; it has the long form of a file format only. */
  const unreadable = (text: string): string => {
    const long = text.replace('stored as parquet', "stored as inputformat 'in' outputformat 'out'")
    const args = ['parse', '--dialect', 'athena', '-']
    const { stdout } = spawnSync('sqlfluff', args, { input: `${long};\n`, encoding: 'utf8', cwd: tmpdir() })
    assert.ok(stdout.includes('file:'), stdout)
    return stdout.includes('unparsable:') ? stdout : ''
  }

  it('are Athena by an independent grammar', () => {
    const places = { accounts: ['111122223333'], regions: ['eu-west-1'], trail: 's3://t/AWSLogs/o-abcdefghij' }
    for (const statement of [athenaSchema({}), athenaSchema(places)].map((all) => all.join(';\n')))
      assert.equal(unreadable(statement), '')
  })

  it('and the grammar sees what is none', () => {
    const [, table = ''] = athenaSchema({})
    assert.notEqual(unreadable(table.replace('partitioned by', 'partitioned')), '')
  })
})

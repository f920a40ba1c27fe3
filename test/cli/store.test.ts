/** `ingest` and `denials`, as a user runs them. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-store-'))

const record = (eventID: string, more: object = {}) => ({
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111122223333:assumed-role/deploy/ci',
    accountId: '111122223333',
    accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
    sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/ci/deploy' } },
  },
  eventTime: '2026-04-27T10:03:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  awsRegion: 'us-east-1',
  errorCode: 'AccessDenied',
  errorMessage: 'Access Denied',
  requestParameters: { bucketName: 'prod-artifacts', key: 'releases/app.zip' },
  requestID: `request-${eventID}`,
  eventID,
  recipientAccountId: '111122223333',
  ...more,
})

const { errorCode: _, errorMessage: __, ...success } = record('s-1')
const file = (...records: object[]): string => JSON.stringify({ Records: records })

const logs = join(folder, 'AWSLogs', '111122223333', 'CloudTrail', 'us-east-1', '2026', '04', '27')
mkdirSync(logs, { recursive: true })
mkdirSync(logs.replace('CloudTrail', 'CloudTrail-Digest'), { recursive: true })
writeFileSync(
  join(logs, 'a.json.gz'),
  gzipSync(file(record('e-1'), success, record('e-2', { eventTime: '2026-04-28T00:00:00Z' }))),
)
writeFileSync(join(logs, 'b.json'), file(record('e-1'), record('e-3', { eventName: 'GetObject' })))
writeFileSync(join(logs, 'cut.json.gz'), gzipSync(file(record('e-9'))).subarray(0, 200))
writeFileSync(
  join(logs, 'poison.json'),
  `{"Records":[${JSON.stringify(record('e-4'))},{"eventVersion":"1.11","errorCode":},${JSON.stringify(record('e-5'))}]}`,
)
writeFileSync(join(logs, 'empty.json'), '{"Records":[]}')
writeFileSync(join(logs.replace('CloudTrail', 'CloudTrail-Digest'), 'd.json'), '{"digest":true}')

const store = `duckdb:${join(folder, 'store.duckdb')}`
const run = async (...args: string[]) => {
  const { code, out, err } = await denytrace([...args, '--store', store, '--format', 'json'])
  assert.equal(code, 0, err)
  return JSON.parse(out) as Record<string, unknown>
}

test('ingest reads a trail, sets aside what cannot be read, and adds nothing the second time', async () => {
  const { bad, ...first } = await run('ingest', join(folder, 'AWSLogs'))
  assert.deepEqual(first, {
    schemaVersion: 1,
    files: 5,
    records: 7,
    denials: 6,
    new: 5,
    duplicates: 1,
    quarantined: 2,
    skipped: 1,
  })
  assert.deepEqual(bad, [{ path: join(logs, 'cut.json.gz'), reason: 'its gzip is cut short' }])
  const again = await run('ingest', join(folder, 'AWSLogs'))
  assert.deepEqual([again['new'], again['duplicates']], [0, 6])
})

test('denials counts by key, most frequent first, within the time asked for', async () => {
  const by = async (...args: string[]) =>
    ((await run('denials', ...args))['groups'] as { key: string; count: number }[]).map(({ key, count }) => [
      key,
      count,
    ])
  assert.deepEqual(await by('--by', 'action'), [
    ['s3:PutObject', 4],
    ['s3:GetObject', 1],
  ])
  assert.deepEqual(await by('--by', 'principal'), [['arn:aws:iam::111122223333:role/ci/deploy', 5]])
  assert.deepEqual(await by('--by', 'day', '--since', '2026-04-28'), [['2026-04-28', 1]])
  assert.deepEqual(await by('--by', 'service', '--action', 's3:GetObject', '--until', '2026-05-01'), [['s3', 1]])
})

test('an action and a service are found however their letters are written', async () => {
  const count = async (...filter: string[]) => ((await run('denials', ...filter))['denials'] as object[]).length
  assert.ok((await count('--action', 's3:PutObject')) > 0)
  assert.equal(await count('--action', 'S3:putobject'), await count('--action', 's3:PutObject'))
  assert.equal(await count('--service', 'S3'), await count('--service', 's3'))
})

test('a denial is shown by request id or event id, with its diagnosis', async () => {
  for (const id of ['e-3', 'request-e-3']) {
    const { diagnoses } = await run('denials', 'show', id)
    const [first] = diagnoses as {
      denial: { eventId: string; action: string; context: object }
      status: string
      basis: string
    }[]
    assert.deepEqual(
      [first?.denial.eventId, first?.denial.action, first?.status, first?.basis],
      // S3 names no layer: the simplest is that no policy of the caller allows it (R-EVID-05, R-EVID-08).
      ['e-3', 's3:GetObject', 'likely', 'message'],
    )
  }
  const { code, err } = await denytrace(['denials', 'show', 'none', '--store', store])
  assert.equal(code, 3)
  assert.match(err, /^store\/no-such-denial: /)
})

test('a denial marked fixed is open again when it comes back', async () => {
  await run('denials', 'mark', 'e-1', 'fixed', '--note', 'policy v2')
  const states = async () =>
    (
      (await run('denials', '--action', 's3:PutObject'))['denials'] as {
        eventId: string
        state: string
        note: string
      }[]
    )
      .map(({ eventId, state, note }) => [eventId, state, note])
      .toSorted()
  assert.deepEqual(new Set((await states()).map(([, state, note]) => `${state} ${note}`)), new Set(['fixed policy v2']))
  const later = `${new Date(Date.now() + 5000).toISOString().slice(0, 19)}Z`
  writeFileSync(join(folder, 'later.json'), file(record('e-7', { eventTime: later })))
  await run('ingest', join(folder, 'later.json'))
  assert.deepEqual(
    (await states()).filter(([, state]) => state === 'open'),
    [['e-7', 'open', 'policy v2']],
  )
})

test('events that PowerShell wrote into a file are read: UTF-16 with a byte order mark', async () => {
  const url = `duckdb:${join(folder, 'utf-16.duckdb')}`
  const little = Buffer.from(`\uFEFF${file(record('u-1'), record('u-2'))}`, 'utf16le')
  const big = Buffer.from(`\uFEFF${file(record('u-3'))}`, 'utf16le').swap16()
  const packed = gzipSync(Buffer.from(`\uFEFF${file(record('u-4'))}`, 'utf16le'))
  for (const [name, bytes] of Object.entries({ 'a.json': little, 'b.json': big, 'c.json.gz': packed })) {
    writeFileSync(join(folder, name), bytes)
    assert.equal((await denytrace(['ingest', join(folder, name), '--store', url])).code, 0)
  }
  const { out } = await denytrace(['denials', '--store', url, '--format', 'json'])
  const { denials } = JSON.parse(out) as { denials: { eventId: string }[] }
  assert.deepEqual(denials.map(({ eventId }) => eventId).toSorted(), ['u-1', 'u-2', 'u-3', 'u-4'])
})

test('what is nested deeper than can be written again is set aside, and the rest of the folder is read', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const below = join(folder, 'deep')
  mkdirSync(below)
  const { eventID: _id, ...nameless } = record('d-3')
  const asIf = JSON.stringify({ ...nameless, requestParameters: 0 }).replace('"requestParameters":0', `"x":${deep}`)
  writeFileSync(join(below, 'a.json'), `{"Records":[${JSON.stringify(record('d-1'))},${deep},${asIf}]}`)
  writeFileSync(join(below, 'b.json'), `{"Records":[${deep}]}`)
  writeFileSync(join(below, 'c.json'), file(record('d-2')))
  const url = `duckdb:${join(folder, 'deep.duckdb')}`
  const { code, out, err } = await denytrace(['ingest', below, '--store', url, '--format', 'json'])
  assert.equal(code, 0, err)
  const told = JSON.parse(out) as { new: number; quarantined: number }
  assert.deepEqual([told.new, told.quarantined], [2, 3])
})

test('standard input takes events of EventBridge and pasted text', async () => {
  const event = { 'detail-type': 'AWS API Call via CloudTrail', detail: record('e-8') }
  const piped = async (stdin: string) => {
    const { code, out, err } = await denytrace(['ingest', '-', '--store', store, '--format', 'json'], { stdin })
    assert.equal(code, 0, err)
    return JSON.parse(out) as { new: number; duplicates: number }
  }
  assert.equal((await piped(`${JSON.stringify(event)}\n${JSON.stringify(event)}\n`)).new, 1)
  const text =
    'An error occurred (AccessDenied) when calling the GetItem operation: User: arn:aws:iam::111122223333:user/ann is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/t'
  assert.equal((await piped(text)).new, 1)
  assert.deepEqual(await piped(text).then(({ new: added, duplicates }) => [added, duplicates]), [0, 1])
})

test('a time that cannot be sets its record aside, and the others go on', async () => {
  const times = ['2026-06-30T23:59:60Z', '2026-02-30T10:00:00Z', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z']
  const path = join(folder, 'times.json')
  writeFileSync(path, file(...times.map((eventTime) => record(eventTime, { eventTime }))))
  const own = ['--store', `duckdb:${join(folder, 'times.duckdb')}`, '--format', 'json']
  const { code, out, err } = await denytrace(['ingest', path, '-', ...own], {
    stdin:
      'time=2026-02-30T99:00:00Z User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject',
  })
  assert.equal(code, 0, err)
  const said = JSON.parse(out) as Record<string, unknown>
  assert.deepEqual([said['new'], said['quarantined']], [3, 2])
  const { denials } = JSON.parse((await denytrace(['denials', '--service', 's3', ...own])).out) as {
    denials: { eventId: string; time: string }[]
  }
  const timeOf = (id: string) => denials.find(({ eventId }) => eventId === id)?.time
  assert.deepEqual(times.map(timeOf), ['2026-07-01T00:00:00Z', undefined, '9999-12-31T23:59:59Z', undefined])
})

test('the text of an ingestion counts files and records that were not read apart', async () => {
  const own = ['--store', `duckdb:${join(folder, 'counted.duckdb')}`]
  const path = join(folder, 'one-bad.json')
  writeFileSync(path, file(record('c-1'), record('c-2', { eventTime: 'yesterday' })))
  assert.match((await denytrace(['ingest', path, ...own])).out, /^1 file, .*1 denial.*; 1 record could not be read\n$/)
  const { out } = await denytrace(['ingest', path, join(logs, 'cut.json.gz'), ...own])
  assert.match(out, /^2 files, .*; 1 file and 1 record could not be read\n$/)
})

test('what cannot be is said: no store, no file, nothing readable', async () => {
  const fails = async (args: string[], code: number, message: RegExp) => {
    const ran = await denytrace(args)
    assert.deepEqual([ran.code, ran.out], [code, ''], ran.err)
    assert.match(ran.err, message)
  }
  await fails(['denials', '--store', `duckdb:${join(folder, 'none.duckdb')}`], 3, /^store\/not-found: /)
  await fails(['ingest', join(folder, 'none'), '--store', store], 3, /^input\/not-found: /)
  await fails(['ingest', join(logs, 'cut.json.gz'), '--store', store], 3, /input\/unreadable: /)
  await fails(['denials', '--store', 'mysql://x'], 2, /^usage\/not-a-value: /)
  await fails(['denials', '--store', 'postgres://[x'], 2, /^usage\/not-a-value: /)
  await fails(['ingest', 's3://b/x', '--endpoint-url', 'x', '--store', store], 2, /^usage\/not-a-value: /)
  await fails(['export', '--out', '/dev/null/x', '--store', store], 3, /^output\/not-written: /)
  symlinkSync(join(folder, 'nothing', 'there'), join(folder, 'link'))
  await fails(['export', '--out', join(folder, 'link', 'x'), '--store', store], 3, /^output\/not-written: /)
  await fails(
    ['ingest', logs, '--store', `duckdb:${join(folder, 'link', 'x', 's.duckdb')}`],
    3,
    /^output\/not-written: /,
  )
  await fails(['schema', 'trino', '--location', 'there'], 2, /^usage\/not-a-value: /)
  await fails(
    ['denials', '--layer', 'nosuch', '--store', store],
    2,
    /^usage\/not-a-value: .*\nhint: give one of `resource-control-policy`, /,
  )
  await fails(['export', '--as', 'csv', '--format', 'json', '--store', store], 2, /^usage\/conflicting-options: /)
  await fails(['denials', '--since', 'yesterday', '--store', store], 2, /^usage\/not-a-value: /)
  for (const words of [
    ['denials', '--since', '2026-02-30'],
    ['denials', '--since', '999999w'],
    ['export', '--until', '2026-04-31'],
    ['replay', '--since', '2026-02-30', '--snapshot', 'examples/ci-wrong-caller/snapshot'],
    ['spikes', '--since', '2026-02-30'],
    ['ingest', logs, '--keep', '2026-02-30'],
    ['ingest', logs, '--keep', '2999-01-01'],
    ['schema', 'trino', '--location', 's3://b/x', '--since', '2026-02-30'],
  ])
    await fails(
      words[0] === 'schema' ? words : [...words, '--store', store],
      2,
      /^usage\/not-a-value: .*\nhint: give a time/,
    )
  for (const filter of ['--action=PutObject', '--action=s3:*', '--account=12', '--service=s3.amazonaws.com'])
    await fails(['denials', filter, '--store', store], 2, /^usage\/not-a-value: .*\nhint: \w/)
  await fails(['denials', 'mark', 'e-1', 'gone', '--store', store], 2, /^usage\/not-a-value: /)
})

test('a database of another program is no store, and nothing is written into it', async () => {
  const instance = await DuckDBInstance.create(join(folder, 'theirs.duckdb'))
  const connection = await instance.connect()
  await connection.run('create table denial (x integer)')
  connection.closeSync()
  instance.closeSync()
  const path = join(folder, 'others.json')
  writeFileSync(path, file(record('e-1')))
  for (const args of [['ingest', path], ['denials']]) {
    const { code, out, err } = await denytrace([...args, '--store', `duckdb:${join(folder, 'theirs.duckdb')}`])
    assert.deepEqual([code, out], [3, ''], err)
    assert.match(err, /^store\/unreadable: .*of another program/)
  }
})

test('a file of another kind is no store: DuckDB would open it in memory and lose what is written', async () => {
  const path = join(folder, 'other.json')
  writeFileSync(path, file(record('e-1')))
  for (const args of [['ingest', path], ['denials']]) {
    const { code, out, err } = await denytrace([...args, '--store', `duckdb:${path}`])
    assert.deepEqual([code, out], [3, ''])
    assert.match(err, /^store\/unreadable: .*a file of another kind/)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denytraceInside as denytrace } from './run-inside.ts'

test('schema trino and athena name the places that are given, and the trail of an organization', async () => {
  const args = [
    '--location',
    's3://b/p/',
    '--trail',
    's3://t/AWSLogs/o-abcdefghij',
    '--name',
    'sec',
    '--since',
    '2026-04-01',
  ]
  const values = ['--accounts', '111122223333, 444455556666', '--regions', 'eu-west-1']
  const athena = await denytrace(['schema', 'athena', ...args, ...values])
  assert.equal(athena.code, 0)
  for (const part of [
    'create external table sec.denial (',
    "location 's3://b/p/denial/'",
    "'storage.location.template' = 's3://b/p/denial/event_day=${event_day}/'",
    "'projection.event_day.range' = '2026-04-01,NOW+1DAY'",
    "location 's3://t/AWSLogs/o-abcdefghij/'",
    "'s3://t/AWSLogs/o-abcdefghij/${account}/CloudTrail/${region}/${log_day}/'",
    "'projection.account.values' = '111122223333,444455556666'",
    'create or replace view sec.cloudtrail_raw as',
  ])
    assert.ok(athena.out.includes(part), part)
  const trino = await denytrace(['schema', 'trino', ...args, '--format', 'json'])
  const { schemaVersion, engine, statements } = JSON.parse(trino.out) as Record<string, unknown>
  assert.deepEqual([schemaVersion, engine], [1, 'trino'])
  assert.ok(Array.isArray(statements) && statements.join().includes("partition_projection_type = 'INJECTED'"))
})

test('schema refuses names that would be more than names', async () => {
  for (const [option, value] of [
    ['--name', 'a; drop table x'],
    ['--since', 'yesterday'],
    ['--since', '2026-02-30'],
    ['--accounts', '1'],
    ['--regions', "eu'"],
  ] as const) {
    const { code, err } = await denytrace(['schema', 'trino', option, value])
    assert.equal(code, 2)
    assert.ok(err.includes('usage/not-a-value') && err.includes(option), err)
  }
})

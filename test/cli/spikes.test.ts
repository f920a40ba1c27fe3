import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { burst, BY_SCP, everyday, SCP, writeTrail } from './cloudtrail-history.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-spikes-'))
const store = `duckdb:${join(folder, 'denials.duckdb')}`
const START = Date.parse('2026-06-01T00:00:00Z')
const at = (text: string): number => Date.parse(text)

interface Shown {
  readonly id: string
  readonly family: string
  readonly key: string
  readonly from: string
  readonly to: string
  readonly count: number
  readonly expected: number
  readonly p: number
  readonly kind: string
  readonly fanOut: number
  readonly cause: { readonly layer: string; readonly policyArn: string; readonly change: unknown }
  readonly state: string
}

const spikes = async (...args: string[]): Promise<Shown[]> => {
  const { code, out, err } = await denytrace(['spikes', '--store', store, '--format', 'json', ...args])
  assert.equal(code, 0, err)
  return (JSON.parse(out) as { spikes: Shown[] }).spikes
}

before(async () => {
  const refused = Array.from({ length: 400 }, (_, i) => ({
    time: at('2026-06-18T12:00:00Z') + (i % 60) * 50_000,
    role: `app-${i}`,
    bucket: `b${i % 40}`,
    why: BY_SCP,
  }))
  writeTrail(join(folder, 'trail.json'), [...everyday(START, 21), ...burst(at('2026-06-16T10:00:00Z'), 15), ...refused])
  const { code, err } = await denytrace(['ingest', '--store', store, join(folder, 'trail.json')])
  assert.equal(code, 0, err)
})
after(() => rmSync(folder, { recursive: true, force: true }))

test('`spikes` tells a role that begins to fail, and an SCP that refuses 400 roles as one alert', async () => {
  const found = await spikes()
  assert.deepEqual(
    found.map(({ family, key, from, to, kind, fanOut, state }) => [family, key, from, to, kind, fanOut, state]),
    [
      [
        'tuple',
        'arn:aws:iam::111122223333:role/deploy s3:PutObject arn:aws:s3:::artifacts/*',
        '2026-06-16T10:00:00Z',
        '2026-06-16T11:00:00Z',
        'spike',
        1,
        'open',
      ],
      ['action', 's3:PutObject', '2026-06-18T12:00:00Z', '2026-06-18T13:00:00Z', 'spike', 400, 'open'],
    ],
  )
  assert.deepEqual([found[1]?.cause.layer, found[1]?.cause.policyArn], ['service-control-policy', SCP])
  for (const { expected, p, count } of found) assert.ok(expected < 1 && p < 1e-5 && count >= 15)
})

test('`--since`, `--until`, `--family` and `--severity` choose among them', async () => {
  assert.deepEqual(
    (await spikes('--since', '2026-06-17')).map(({ fanOut }) => fanOut),
    [400],
  )
  assert.deepEqual(
    (await spikes('--until', '2026-06-17')).map(({ fanOut }) => fanOut),
    [1],
  )
  assert.deepEqual(
    (await spikes('--family', 'tuple')).map(({ fanOut }) => fanOut),
    [1],
  )
  assert.deepEqual(
    (await spikes('--severity', 'high')).map(({ fanOut }) => fanOut),
    [400],
  )
})

test('`--changes` names the change that came before', async () => {
  const change = {
    eventVersion: '1.09',
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::999999999999:assumed-role/admin/x',
      accountId: '999999999999',
    },
    eventTime: '2026-06-18T11:55:00Z',
    eventSource: 'organizations.amazonaws.com',
    eventName: 'UpdatePolicy',
    awsRegion: 'us-east-1',
    requestParameters: { policyId: 'p-freeze12' },
    eventID: '99999999-0000-4000-8000-000000000000',
    recipientAccountId: '999999999999',
  }
  const file = join(folder, 'changes.json')
  writeFileSync(file, JSON.stringify({ Records: [change] }))
  const cause = (await spikes('--changes', file)).find(({ fanOut }) => fanOut === 400)?.cause
  const told = cause?.change as { readonly action: string; readonly time: string; readonly eventId: string } | null
  assert.deepEqual(
    [told?.action, told?.time, told?.eventId],
    ['organizations:UpdatePolicy', '2026-06-18T11:55:00Z', change.eventID],
  )
})

test('`ack` and `close` are kept, and `reopen` takes them back', async () => {
  const [first] = await spikes('--family', 'tuple')
  const say = (word: string) => denytrace(['spikes', word, first?.id ?? '', '--store', store])
  assert.equal((await say('ack')).code, 0)
  assert.equal((await spikes('--family', 'tuple'))[0]?.state, 'acknowledged')
  await say('close')
  assert.equal((await spikes('--family', 'tuple'))[0]?.state, 'closed')
  await say('reopen')
  assert.equal((await spikes('--family', 'tuple'))[0]?.state, 'open')
  const unknown = await denytrace(['spikes', 'ack', 'spike-0', '--store', store])
  assert.deepEqual([unknown.code, unknown.err.split(':')[0]], [3, 'store/no-such-alert'])
})

test('`spikes backtest` tells expected and observed false alarms a week', async () => {
  const { code, out } = await denytrace(['spikes', 'backtest', '--store', store, '--format', 'json'])
  assert.equal(code, 0)
  const { schemaVersion, weeks, expectedPerWeek, found } = JSON.parse(out) as {
    schemaVersion: number
    weeks: { from: string; observed: number; alerts: number }[]
    expectedPerWeek: number
    found: { added: number; share: number }[]
  }
  assert.equal(schemaVersion, 1)
  assert.deepEqual(
    weeks.map(({ from, alerts }) => [from.slice(0, 10), alerts]),
    [
      ['2026-06-02', 0],
      ['2026-06-09', 0],
      ['2026-06-16', 2],
    ],
  )
  assert.ok(expectedPerWeek > 0 && expectedPerWeek < 1)
  assert.ok(found.every(({ share }) => share > 0 && share <= 1))
})

test('what cannot be is a usage error', async () => {
  for (const args of [['--p', '3'], ['--p', '1e-5', '--fdr', '0.1'], ['frobnicate'], ['ack'], ['--since', 'yesterday']])
    assert.equal((await denytrace(['spikes', '--store', store, ...args])).code, 2, args.join(' '))
  const none = await denytrace(['spikes', '--store', `duckdb:${join(folder, 'none.duckdb')}`])
  assert.deepEqual([none.code, none.out], [3, ''])
})

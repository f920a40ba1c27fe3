import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alarm } from './alarm.ts'
import { clusters } from './cluster.ts'
import type { Row } from './refusal.ts'
import { type Surroundings, spikesOf } from './spikes-of.ts'

const HOUR = 494_000

const row = (of: Partial<Row> = {}): Row => {
  const principal = of.principal ?? 'arn:aws:iam::111122223333:role/deploy'
  const action = of.action ?? 's3:PutObject'
  const resourceFamily = 'arn:aws:s3:::artifacts/*'
  return {
    principal,
    action,
    resourceFamily,
    tuple: `${principal} ${action} ${resourceFamily}`,
    account: '111122223333',
    layer: 'identity-policy',
    denyType: 'implicit',
    policyArn: null,
    statement: null,
    noise: null,
    hour: HOUR,
    count: 6,
    slots: 7,
    first: HOUR * 3_600_000,
    examples: [],
    ...of,
  }
}

const alarmOf = (rows: readonly Row[]): Alarm => ({
  kind: 'spike',
  family: 'tuple',
  key: rows[0]?.tuple ?? '',
  from: HOUR,
  to: HOUR + 1,
  count: rows.reduce((sum, { count }) => sum + count, 0),
  expected: 0.1,
  p: 1e-9,
  rows,
})

const AROUND: Surroundings = { changes: [], allowedBefore: () => undefined }
const bucket = { layer: 'resource-policy', denyType: 'explicit' } as const

test('layers that refuse one tuple in one hour are one alert, which names them', () => {
  const rows = [row(), row(bucket), row({ layer: null, denyType: null })]
  const [spike, ...others] = spikesOf([alarmOf(rows)], AROUND)
  assert.deepEqual(others, [])
  assert.deepEqual([spike?.count, spike?.fanOut], [18, 1])
  assert.deepEqual(spike?.cause.layers, ['resource-policy', 'identity-policy'])
})

test('a layer that AWS named in one of the denials of an hour is the cause of those in which it named none', () => {
  const [spike, ...others] = spikesOf([alarmOf([row({ layer: null, denyType: null, count: 20 }), row()])], AROUND)
  assert.deepEqual(others, [])
  assert.deepEqual([spike?.cause.layer, spike?.cause.layers], ['identity-policy', undefined])
})

test('another hour, or a tuple more, is another incident', () => {
  const apart = [row(), row({ ...bucket, hour: HOUR + 1 })]
  assert.equal(clusters([alarmOf(apart)]).length, 2)
  const wider = [row(), row({ action: 's3:GetObject', ...bucket }), row(bucket)]
  assert.deepEqual(
    clusters([alarmOf(wider)]).map(({ rows, own }) => [rows.length, own.length]),
    [[3, 2]],
  )
  assert.equal(
    clusters([alarmOf([row({ action: 'a:B' }), row({ action: 'c:D' }), row({ action: 'e:F', ...bucket })])]).length,
    2,
  )
})

test('an SCP that refuses twenty roles keeps its alert when one of them lacks the permission too', () => {
  const scp = Array.from({ length: 20 }, (_, i) =>
    row({
      principal: `arn:aws:iam::111122223333:role/app-${i}`,
      layer: 'service-control-policy',
      denyType: 'explicit',
    }),
  )
  const both = row({ principal: 'arn:aws:iam::111122223333:role/app-3' })
  const [spike, ...others] = spikesOf([alarmOf([...scp, both])], AROUND)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [spike?.fanOut, spike?.cause.layer, spike?.cause.denyType, spike?.cause.layers],
    [20, 'service-control-policy', 'explicit', ['service-control-policy', 'identity-policy']],
  )
})

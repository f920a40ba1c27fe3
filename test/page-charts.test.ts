/** What a chart of the page is drawn from: the time that was asked for, its buckets, and the words of its axis. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axisTimes } from '../web/chart/axis-times.ts'
import { overTime } from '../web/chart-data.ts'
import { askedBy, paramsOf } from '../web/denials-asked.ts'

const at = (time: string): number => Date.parse(time) / 1000
const NOW = at('2026-04-27T13:20:00Z')
const overview = (bucket: 'hour' | 'day', buckets: readonly (readonly [string, number])[]) => ({
  schemaVersion: 1 as const,
  bucket,
  total: 0,
  buckets: buckets.map(([from, count]) => ({ from, count })),
  groups: { principal: [], action: [], 'resource-family': [], layer: [] },
  firstSeen: [],
  regressions: [],
})

test('the axis has the whole time that was asked for, up to now, also where nothing was refused', () => {
  const hours = overview('hour', [['2026-04-27T10:00:00Z', 3]])
  const data = overTime(hours, { since: '6h', until: '' }, NOW, [])
  assert.deepEqual([data.from, data.to], [at('2026-04-27T07:00:00Z'), NOW])
  assert.deepEqual(data.counts, [0, 0, 0, 3, 0, 0, 0])
  const none = overTime(overview('day', []), { since: '7d', until: '' }, NOW, [])
  assert.deepEqual([none.from, none.to, none.counts.length], [at('2026-04-20T00:00:00Z'), NOW, 8])
})

test('a part that was brushed ends where it was brushed, and all begins with the first denial', () => {
  const hours = overview('hour', [['2026-04-27T10:00:00Z', 3]])
  const part = overTime(hours, { since: '2026-04-27T09:30:00Z', until: '2026-04-27T11:00:00Z' }, NOW, [])
  assert.deepEqual([part.from, part.to], [at('2026-04-27T09:00:00Z'), at('2026-04-27T11:00:00Z')])
  assert.deepEqual(part.counts, [0, 3])
  const all = overTime(overview('day', [['2026-04-25T00:00:00Z', 5]]), { since: '', until: '' }, NOW, [])
  assert.deepEqual([all.from, all.counts], [at('2026-04-25T00:00:00Z'), [5, 0, 0]])
})

test('ticks are said in UTC: times of day with the day where it is another, or days', () => {
  const hours = ['2026-04-26T18:00Z', '2026-04-27T00:00Z', '2026-04-27T06:00Z'].map(at)
  assert.deepEqual(axisTimes(hours), ['18:00\n26 Apr', '00:00\n27 Apr', '06:00'])
  assert.deepEqual(axisTimes(['2026-04-26T00:00Z', '2026-04-28T00:00Z'].map(at)), ['26 Apr', '28 Apr'])
  assert.deepEqual(axisTimes([]), [])
})

test('time and filters stand in the address and come back from it', () => {
  for (const params of [
    {},
    { since: 'all' },
    { since: '24h', action: 's3:PutObject' },
    { since: '2026-04-27T09:30:00Z', until: '2026-04-27T11:00:00Z', principal: 'arn:aws:iam::111122223333:role/ci' },
  ])
    assert.deepEqual(Object.fromEntries(paramsOf(askedBy(new Map(Object.entries(params))))), params)
})

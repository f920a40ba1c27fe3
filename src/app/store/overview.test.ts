import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore } from '#store/memory/memory-store.ts'
import { sampleRow } from '../../../test/conformance/sample-rows.ts'
import { overviewOf } from './overview.ts'

const store = openMemoryStore()
const TIMES = ['10:00:00', '10:29:59', '10:30:00', '10:59:59', '11:00:00', '12:14:59', '12:15:00', '12:59:59']
await store.add({
  rows: TIMES.map((time, i) => sampleRow({ eventId: `e-${i}`, requestId: `r-${i}`, eventTime: `2026-04-27T${time}Z` })),
})

const hours = async (from: string, to?: string): Promise<readonly string[]> => {
  const filter = { from: `2026-04-27T${from}Z`, ...(to === undefined ? {} : { to: `2026-04-27T${to}Z` }) }
  const { bucket, total, buckets } = await overviewOf(store, filter, Date.parse('2026-04-27T13:00:00Z'))
  assert.equal(bucket, 'hour')
  assert.equal(
    buckets.reduce((sum, { count }) => sum + count, 0),
    total,
  )
  return buckets.map(({ from: at, count }) => `${at.slice(11, 13)}: ${count}`)
}

test('of an hour in which the time begins or ends, only what lies in the time is counted', async () => {
  assert.deepEqual(await hours('10:00:00'), ['10: 4', '11: 1', '12: 3'])
  assert.deepEqual(await hours('10:30:00'), ['10: 2', '11: 1', '12: 3'])
  assert.deepEqual(await hours('10:30:00', '12:15:00'), ['10: 2', '11: 1', '12: 1'])
  assert.deepEqual(await hours('10:00:00', '12:00:00'), ['10: 4', '11: 1'])
  assert.deepEqual(await hours('12:00:00', '12:15:00'), ['12: 1'])
  assert.deepEqual(await hours('12:10:00', '12:30:00'), ['12: 2'])
  assert.deepEqual(await hours('12:30:00', '12:40:00'), [])
})

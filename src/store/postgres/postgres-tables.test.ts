import assert from 'node:assert/strict'
import { test } from 'node:test'
import { weekOf } from './postgres-tables.ts'

test('a week begins on Monday and has one name', () => {
  const week = { table: 'denial_w20260427', from: '2026-04-27', to: '2026-05-04' }
  for (const time of ['2026-04-27T00:00:00Z', '2026-04-30T12:00:00Z', '2026-05-03T23:59:59Z'])
    assert.deepEqual(weekOf(time), week, time)
  assert.notDeepEqual(weekOf('2026-05-04T00:00:00Z'), week)
})

test('times that CloudTrail cannot have get no week', () => {
  for (const time of ['1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T00:00:00Z'])
    assert.equal(weekOf(time), undefined, time)
})

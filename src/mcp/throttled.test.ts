import assert from 'node:assert/strict'
import { test } from 'node:test'
import { throttled } from './throttled.ts'

test('of many notices the first is told at once, and then one in every fifth of a second', () => {
  let time = 0
  const told: string[] = []
  const tell = throttled(
    (notice) => told.push(notice),
    () => time,
  )
  for (const at of [0, 50, 199, 200, 250, 399, 400]) {
    time = at
    tell(String(at))
  }
  assert.deepEqual(told, ['0', '200', '400'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeapStatistics } from 'node:v8'
import { collectGarbage } from './collect-garbage.ts'

test('what nobody holds is gone after it, what is held stays', () => {
  const made = (): readonly number[][] => Array.from({ length: 20_000 }, (_, i) => Array.from({ length: 100 }, () => i))
  const held = made()
  let dropped: readonly number[][] | undefined = made()
  const before = getHeapStatistics().used_heap_size
  assert.equal(dropped[7]?.[3], 7)
  dropped = undefined
  collectGarbage()
  assert.ok(before - getHeapStatistics().used_heap_size > 10e6)
  assert.equal(held[19_999]?.[99], 19_999)
})

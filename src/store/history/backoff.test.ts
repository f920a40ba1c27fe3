import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pauseOf } from './backoff.ts'

test('a pause doubles up to the longest, and chance shortens it by half at most', () => {
  const all = (chance: number) =>
    [1, 2, 3, 4, 5, 100].map((tries) => pauseOf({ firstMs: 100, longestMs: 1000, chance: () => chance }, tries))
  assert.deepEqual(all(1), [100, 200, 400, 800, 1000, 1000])
  assert.deepEqual(all(0), [50, 100, 200, 400, 500, 500])
})

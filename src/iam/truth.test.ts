import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { and, andAll, not, or, orAll, type Truth } from './truth.ts'

const T = true
const F = false
const U = 'unknown'

// biome-ignore format: a table is read by its columns
const TABLE: readonly (readonly [a: Truth, b: Truth, and: Truth, or: Truth])[] = [
  [T, T, T, T], [T, U, U, T], [T, F, F, T],
  [U, T, U, T], [U, U, U, U], [U, F, F, U],
  [F, T, F, T], [F, U, F, U], [F, F, F, F],
]

describe('three-valued logic (R-COND-61)', () => {
  for (const [a, b, both, either] of TABLE)
    it(`${a} and ${b} is ${both}, ${a} or ${b} is ${either}`, () => {
      assert.equal(and(a, b), both)
      assert.equal(or(a, b), either)
      assert.equal(andAll([a, b]), both)
      assert.equal(orAll([a, b]), either)
    })

  it('NOT swaps true and false and leaves unknown alone', () => {
    assert.deepEqual([not(T), not(F), not(U)], [F, T, U])
  })

  it('the AND of nothing is true and the OR of nothing is false', () => {
    assert.equal(andAll([]), T)
    assert.equal(orAll([]), F)
  })

  it('one false settles an AND, wherever it stands among unknowns (R-COND-62)', () => {
    for (const values of [[F, U, U], [U, F, U], [U, U, F]] as const) assert.equal(andAll(values), F) // biome-ignore format: short
  })

  it('one true settles an OR, wherever it stands among unknowns', () => {
    for (const values of [[T, U, U], [U, T, U], [U, U, T]] as const) assert.equal(orAll(values), T) // biome-ignore format: short
  })

  it('NOT (a AND b) is (NOT a) OR (NOT b) for all nine pairs', () => {
    for (const [a, b] of TABLE) assert.equal(not(and(a, b)), or(not(a), not(b)))
  })
})

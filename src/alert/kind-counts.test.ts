import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newKindCounter } from './kind-counts.ts'
import type { Kind } from './refusal.ts'

const kind = (principal: string): Kind => ({
  principal,
  action: 'a:A',
  resourceFamily: '*',
  tuple: `${principal} a:A *`,
  account: null,
  layer: 'identity-policy',
  denyType: null,
  policyArn: null,
  statement: null,
  noise: null,
})

describe('counts of kinds', () => {
  it('come by hour, by the first denial, by what the kinds say, in whatever order they were added', () => {
    const counts = (names: readonly string[], order: readonly number[]) => {
      const counter = newKindCounter()
      const numbers = new Map(names.map((name) => [name, counter.kind(kind(name))]))
      const cells = [
        ['b', 7, 4, 5],
        ['a', 7, 4, 5],
        ['a', 3, 2, 9],
        ['b', 7, 1, 0],
      ] as const
      for (const i of order) {
        const [name, hour, count, first] = cells[i] ?? cells[0]
        counter.add(numbers.get(name) ?? 0, hour, count, 1, first)
      }
      return [...counter.end()].map(({ principal, hour, count, first }) => [
        principal,
        hour,
        count,
        first - hour * 3_600_000,
      ])
    }
    const expected = [
      ['a', 3, 2, 9000],
      ['b', 7, 1, 0],
      ['a', 7, 4, 5000],
      ['b', 7, 4, 5000],
    ]
    assert.deepEqual(counts(['a', 'b'], [0, 1, 2, 3]), expected)
    assert.deepEqual(counts(['b', 'a'], [3, 2, 1, 0]), expected)
  })

  it('beyond what is held denials are counted as left out', () => {
    const counter = newKindCounter(2)
    const number = counter.kind(kind('a'))
    for (const hour of [1, 2, 3]) counter.add(number, hour, 5, 1, 0)
    const { denials, leftOut, ...rows } = counter.end()
    assert.deepEqual([denials, leftOut, [...rows].length], [10, 5, 2])
  })

  it('more than the first room for them, and gone through twice', () => {
    const counter = newKindCounter()
    const number = counter.kind(kind('a'))
    for (let hour = 0; hour < 5000; hour++) counter.add(number, hour, hour + 1, 4095, 3599)
    const counts = counter.end()
    for (const _ of [1, 2]) {
      const rows = [...counts]
      assert.deepEqual(
        [rows.length, rows.at(-1)?.count, rows.at(-1)?.slots, rows.at(-1)?.layer],
        [5000, 5000, 4095, 'identity-policy'],
      )
    }
  })
})

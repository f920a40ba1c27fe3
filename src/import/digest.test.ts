import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { digestOf } from './digest.ts'

test('a digest is that of SHA-256, whatever the length of the text', () => {
  for (const length of [0, 1, 53, 54, 55, 61, 62, 63, 64, 117, 118, 1000, 70_000]) {
    const text = 'aé→😀'.repeat(length).slice(0, length)
    const expected = createHash('sha256').update(JSON.stringify(text)).digest('hex').slice(0, 12)
    assert.equal(digestOf(text), expected, `${length} characters`)
  }
})

test('values that differ have different digests, and the order of fields makes no difference', () => {
  assert.equal(digestOf({ a: 1, b: [2, { c: 3, d: 4 }] }), digestOf({ b: [2, { d: 4, c: 3 }], a: 1 }))
  const all = [
    undefined,
    null,
    '',
    'null',
    [],
    {},
    [[]],
    [''],
    ['a', 'b'],
    ['a,b'],
    [['a'], 'b'],
    { a: 'b' },
    1,
    '1',
    true,
  ]
  assert.equal(new Set(all.map(digestOf)).size, all.length)
})

test('a value that nests deeper than a stack has its digest', () => {
  let deep: unknown = 'x'
  for (let i = 0; i < 100_000; i++) deep = [deep]
  assert.match(digestOf(deep), /^[0-9a-f]{12}$/)
})

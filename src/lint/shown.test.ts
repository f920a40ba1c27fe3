import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repeatedKeys } from './repeated-keys.ts'
import { jsonOf, shown, shownList } from './shown.ts'

test('a value is shown as it is written, a long one by its first 77 characters', () => {
  assert.equal(shown('s3:*'), '`s3:*`')
  assert.equal(shown({ a: [1] }), '`{"a":[1]}`')
  assert.equal(shown(7), '`7`')
  assert.equal(shown('x'.repeat(80)), `\`${'x'.repeat(80)}\``)
  assert.equal(shown('x'.repeat(81)), `\`${'x'.repeat(77)}…\``)
})

test('what has no JSON, or is nested too deep for it, is shown empty', () => {
  let deep: unknown = 1
  for (let i = 0; i < 100_000; i++) deep = [deep]
  for (const value of [undefined, deep, 1n]) assert.equal(jsonOf(value), '')
  assert.equal(jsonOf(null), 'null')
  assert.equal(shown(undefined), '``')
})

test('of a list three are shown, and how many more there are', () => {
  assert.equal(shownList(['a', 'b', 'c']), '`a`, `b`, `c`')
  assert.equal(shownList(['a', 'b', 'c', 'd', 'e']), '`a`, `b`, `c` and 2 more')
  assert.equal(shownList([]), '')
})

test('keys that stand twice are found in JSON, with blanks before it, and URL-encoded (R-GRAM-06)', () => {
  const text = '{"Version": "2012-10-17", "Statement": [{"Sid": "a", "Sid": "b"}], "Version": "2008-10-17"}'
  for (const written of [text, `\n ${text}`, encodeURIComponent(text), ` ${encodeURIComponent(` ${text}`)}`])
    assert.deepEqual(repeatedKeys(written), ['Sid', 'Version'])
  assert.deepEqual(repeatedKeys('{"a": "a", "b": {"a": 1}}'), [])
})

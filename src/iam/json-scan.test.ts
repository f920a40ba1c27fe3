import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as check, dictionary, integer, jsonValue, property, string } from 'fast-check'
import { duplicateKeyAt, endOfValue, memberAt, membersAt } from './json-scan.ts'

test('the members of any object are cut out exactly as JSON.parse reads them', () => {
  check(
    property(dictionary(string(), jsonValue()), integer({ min: 0, max: 4 }), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      const members = membersAt(text, 0)
      assert.deepEqual(
        members.map(({ key }) => key),
        Object.keys(JSON.parse(text) as object),
      )
      for (const { key, start, end } of members)
        assert.deepEqual(JSON.parse(text.slice(start, end)), (JSON.parse(text) as Record<string, unknown>)[String(key)])
      assert.equal(endOfValue(text, 0), text.length)
      assert.equal(duplicateKeyAt(text, 0), undefined)
    }),
  )
})

test('the items of a list are numbered', () => {
  const text = '[1, {"a": [2]} , "x,]"]'
  assert.deepEqual(
    membersAt(text, 0).map(({ key, start, end }) => [key, text.slice(start, end)]),
    [
      [0, '1'],
      [1, '{"a": [2]}'],
      [2, '"x,]"'],
    ],
  )
})

test('a key that stands twice in one object is found at any depth, however it is written', () => {
  const cases: readonly [string, string | undefined][] = [
    ['{"a": 1, "a": 2}', 'a'],
    ['{"a": {"b": [{"c": 1, "d": 2, "c": 3}]}}', 'c'],
    ['{"Action": 1, "\\u0041ction": 2}', 'Action'],
    ['{"__proto__": 1, "__proto__": 2}', '__proto__'],
    ['{"a": {"b": 1}, "c": {"b": 2}}', undefined],
    ['{"a": ["a", "a"], "b": "a"}', undefined],
    ['[{"a": 1}, {"a": 2}]', undefined],
    ['"text"', undefined],
  ]
  for (const [text, key] of cases) assert.equal(duplicateKeyAt(text, 0)?.key, key, text)
})

test('of two equal keys the last one is taken, as JSON.parse does', () => {
  const text = '{"a": 1, "a": 2}'
  assert.equal(text.charAt(memberAt(text, 0, 'a')?.start ?? 0), '2')
})

test('a text nested a hundred thousand deep is scanned without recursion', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  assert.equal(endOfValue(deep, 0), deep.length)
  assert.equal(duplicateKeyAt(deep, 0), undefined)
})

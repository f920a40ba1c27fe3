import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as check, dictionary, integer, jsonValue, property, string } from 'fast-check'
import { duplicateKeyAt, endOfValue, memberAt, membersAt, nestsDeeper, repeatedKeysAt, skipSpace } from './json-scan.ts'

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

test('a value ends where the next character is none of its own, and spaces are the four of JSON', () => {
  const ends = [
    ['12, 3', '12'],
    ['true]', 'true'],
    ['null}', 'null'],
    ['-1.5e3 ,', '-1.5e3'],
    ['false\n', 'false'],
    ['1\t', '1'],
    ['1\r\n', '1'],
    ['{"a": [1, {}]}, 1', '{"a": [1, {}]}'],
    ['["]", "}"]]', '["]", "}"]'],
    ['"a\\"b" "c"', '"a\\"b"'],
    ['"a\\\\" "', '"a\\\\"'],
    ['""', '""'],
    ['[[1], [2]]]', '[[1], [2]]'],
  ] as const
  for (const [text, value] of ends) {
    assert.equal(text.slice(0, endOfValue(text, 0)), value, text)
    assert.equal(endOfValue(` ${text}`, 1), value.length + 1, text)
  }
  assert.equal(skipSpace(' \n\r\tx', 0), 4)
  assert.equal(skipSpace('x ', 0), 0)
  assert.equal(skipSpace('   ', 0), 3)
})

test('what is no object or list has no members, and an empty one has none either', () => {
  for (const text of ['1', '"a, b"', 'null', '{}', '[ ]', '{\n}']) assert.deepEqual(membersAt(text, 0), [], text)
})

test('a member is found by its key or number, and where there is none, none', () => {
  const text = '{ "a" : [ 10 , 20 ] , "b\\u0063" : { "d" : "e" } }'
  const valueOf = (from: number, key: string | number) => {
    const member = memberAt(text, from, key)
    return member === undefined ? undefined : text.slice(member.start, member.end)
  }
  assert.equal(valueOf(0, 'a'), '[ 10 , 20 ]')
  assert.equal(valueOf(0, 'bc'), '{ "d" : "e" }')
  assert.equal(valueOf(0, 'd'), undefined)
  const list = memberAt(text, 0, 'a')?.start ?? 0
  assert.deepEqual(
    [0, 1, 2].map((i) => valueOf(list, i)),
    ['10', '20', undefined],
  )
})

test('brackets nest deeper than a limit where more of them are open at once than it says', () => {
  const rows: readonly (readonly [text: string, depth: number])[] = [
    ['1', 0],
    ['"[[["', 0],
    ['[]', 1],
    ['{"a": {"b": []}}', 3],
    ['[[], [], []]', 2],
    ['[[[]], []]', 3],
    ['["[", {"}": "]"}]', 2],
    ['["\\"[", []]', 2],
    [' [ { } ] ', 2],
  ]
  for (const [text, depth] of rows) {
    assert.equal(nestsDeeper(text, depth), false, `${text} nests ${depth} deep`)
    if (depth > 0) assert.equal(nestsDeeper(text, depth - 1), true, `${text} nests deeper than ${depth - 1}`)
  }
})

test('a key that stands twice in one object is found at any depth, however it is written', () => {
  const cases: readonly [string, string | undefined][] = [
    ['{"a": 1, "a": 2}', 'a'],
    ['{"a": {"b": [{"c": 1, "d": 2, "c": 3}]}}', 'c'],
    ['{"Action": 1, "\\u0041ction": 2}', 'Action'],
    ['{"__proto__": 1, "__proto__": 2}', '__proto__'],
    ['{"a": {"b": 1}, "c": {"b": 2}}', undefined],
    ['{"a": ["a", "a"], "b": "a"}', undefined],
    ['{"a": "a", "b": "b"}', undefined],
    ['{"a": [{"x": 1}], "x": {"a": 2}, "a": 3}', 'a'],
    ['{"a": [1, 2], "b": 1, "b": 2}', 'b'],
    ['{"a": {}, "b": [], "a": 1}', 'a'],
    ['{"a": "\\"b\\":", "b": 1}', undefined],
    ['[["a", "a"], {"a": "a"}]', undefined],
    ['[{"a": 1}, {"a": 2}]', undefined],
    ['"text"', undefined],
  ]
  for (const [text, key] of cases) assert.equal(duplicateKeyAt(text, 0)?.key, key, text)
})

test('where a key stands the second time is told, and what follows the value is not read', () => {
  assert.deepEqual(duplicateKeyAt('{"a": 1, "a": 2}', 0), { key: 'a', offset: 9 })
  assert.equal(duplicateKeyAt('[{"a": 1}, {"b": 1, "b": 2}]', 1), undefined)
  assert.equal(duplicateKeyAt('[{"a": 1}, {"b": 1, "b": 2}]', 11)?.offset, 20)
})

test('every key that stands twice is found, each once, in the order in which they do (R-GRAM-06)', () => {
  assert.deepEqual(repeatedKeysAt('{"a": 1, "b": {"c": 1, "c": 2, "c": 3}, "a": 2, "b": 1, "d": {"c": 1}}', 0), [
    'c',
    'a',
    'b',
  ])
  assert.deepEqual(repeatedKeysAt('{"a": ["a", "a"], "b": "a"}', 0), [])
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

/** Where the page says that something stands in the text of a policy, and what keeps a text from being JSON. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assert as holds, constantFrom, json, nat, property } from 'fast-check'
import { jsonPlaces, jsonProblem, jsonSpans } from '../web/json-text.ts'
import { loadJsonc } from '../web/jsonc.ts'

await loadJsonc()

const TEXT = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Action": ["s3:GetObject",
        "s3:PutObject"],
      "Condition": { "StringEquals": { "a/b~c": "d" } }
    }
  ]
}`

test('each value has its lines and characters, its key included', () => {
  const places = jsonPlaces(TEXT)
  assert.deepEqual(places?.get('/Version'), [1, 1])
  assert.deepEqual(places?.get('/Statement/0'), [3, 7])
  assert.deepEqual(places?.get('/Statement/0/Action'), [4, 5])
  assert.deepEqual(places?.get('/Statement/0/Action/1'), [5, 5])
  assert.deepEqual(places?.get('/Statement/0/Condition/StringEquals/a~1b~0c'), [6, 6])
  assert.deepEqual(places?.get(''), [0, 9])
  const [from = 0, to = 0] = jsonSpans(TEXT)?.get('/Statement/0/Action/1') ?? []
  assert.equal(TEXT.slice(from, to), '"s3:PutObject"')
  const key = jsonSpans(TEXT)?.get('/Version') ?? [0, 0]
  assert.equal(TEXT.slice(...key), '"Version": "2012-10-17"')
})

test('a name like one of every object is a name', () => {
  assert.deepEqual(jsonPlaces('{"__proto__": {"constructor": 1}}')?.get('/__proto__/constructor'), [0, 0])
})

describe('what is no JSON has no places, and the place and words of what is wrong', () => {
  for (const [text, line, words] of [
    ['', 0, /value is expected/],
    ['{ "a": 1,\n}', 1, /no comma/],
    ['[1,\n2,\n]', 2, /no comma/],
    ['{ "a": 1\n"b": 2 }', 1, /comma is missing/],
    ['{ "a" 1 }', 0, /colon is missing/],
    ['{ "a": 1', 0, /`}` is missing/],
    ['{ "a": [1', 0, /`]` is missing/],
    ['{ "a": "b\n}', 0, /not closed/],
    ['{ "a": 1 } {}', 0, /behind the end/],
    ['{ // c\n "a": 1 }', 0, /no comments/],
    ["{ 'a': 1 }", 0, /double quotes/],
    ['{ "a": "\\d" }', 0, /written/],
  ] as const)
    test(JSON.stringify(text), () => {
      assert.equal(jsonPlaces(text), undefined)
      const problem = jsonProblem(text)
      assert.equal(problem?.line, line)
      assert.match(problem?.words ?? '', words)
    })

  test('nested deeper than can be read', () => {
    const deep = '['.repeat(200_000)
    assert.equal(jsonPlaces(deep), undefined)
    assert.notEqual(jsonProblem(deep), undefined)
  })
})

test('a text has places exactly where it is JSON, and no more than the values it holds', () => {
  holds(
    property(json({ maxDepth: 4 }), nat(), constantFrom('', ',', '"', '}', '\n', ' ', '\\', '1'), (given, at, put) => {
      const cut = at % (given.length + 1)
      const text = given.slice(0, cut) + put + given.slice(cut)
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      assert.equal(jsonPlaces(text) !== undefined, isJson, text)
      assert.equal(jsonProblem(text) === undefined, isJson, text)
    }),
    { seed: 20261130, numRuns: 2000 },
  )
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isAsPrinted, isReadable, readJson } from './json-source.ts'

function isPrinted(text: string): boolean {
  const read = readJson('file.json', text)
  assert.ok(isReadable(read), text)
  return isAsPrinted(read)
}

describe('a text is as a JSON writer prints it', () => {
  const value = { Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'] }], empty: {}, text: 'é "q" \\ \n' }
  for (const indent of [0, 1, 2, 4])
    test(`with an indent of ${indent}`, () => assert.ok(isPrinted(`${JSON.stringify(value, null, indent)}\n`)))
  test('with tabs it is looked at character by character', () =>
    assert.ok(!isPrinted(JSON.stringify(value, null, '\t\t\t\t\t\t\t\t\t'))))
})

describe('a key that stands twice is never taken for printed (R-GRAM-06)', () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{\n  "a": 1,\n  "a": 1\n}',
    '{"b":[{"a":1,"\\u0061":1}]}',
    '{"a":1, "b":2}',
    '{"n":1.0}',
  ])
    test(JSON.stringify(text), () => assert.ok(!isPrinted(text)))
})

test('nesting beyond any policy is no error', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  assert.ok(!isPrinted(deep))
})

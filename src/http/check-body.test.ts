import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUserError } from '../errors.ts'
import { checkBody } from './check-body.ts'

const said = (question: Parameters<typeof checkBody>[0], body: unknown): string => {
  try {
    checkBody(question, body)
    return ''
  } catch (error) {
    if (isUserError(error)) return `${error.code}: ${error.message}`
    throw error
  }
}

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [question: Parameters<typeof checkBody>[0], body: unknown, message: string])[] = [
  ['diagnose', {},                                              'the body has no `text`, `record`, `records` or `files`'],
  ['diagnose', { text: 'a', record: {} },                       'the body has both `text` and `record`'],
  ['diagnose', { text: 1 },                                     '`text` is not a text'],
  ['diagnose', { text: 'a', fixes: 'no' },                      '`fixes` is not true or false'],
  ['diagnose', { text: 'a', files: {} },                        '`files` is not a list'],
  ['diagnose', { text: 'a', files: [{ name: 'b' }] },           '`files[0].text` is not a text'],
  ['diagnose', { text: 'a', files: [{ name: 'b', text: 'c', as: 'x' }] }, '`files[0].as` is none of `identity-policy`, `resource-policy`, `trust-policy`, `boundary`, `scp`, `rcp`, `endpoint-policy`, `session-policy`'],
  ['evaluate', {},                                              'the body has no `scenario` or `request`'],
  ['compare',  { old: {} },                                     'the body has no `new`'],
  ['who-can',  { action: 's3:GetObject' },                      'the body has no `resource`'],
  ['suggest',  { of: 'x', text: 'a' },                          '`of` is none of `principal`, `action`, `resource`'],
]
for (const [question, body, message] of WRONG)
  test(`${question} ${JSON.stringify(body)} is refused`, () =>
    assert.equal(said(question, body), `batch/missing-field: ${message}`))

test('what its own reader reads is left to it, and a field that nobody knows to the lint', () => {
  assert.equal(said('evaluate', { scenario: [] }), '')
  assert.equal(said('evaluate', { request: { Principal: 'x' } }), '')
  assert.equal(said('compare', { old: 5, new: '[' }), '')
  assert.equal(said('evaluate', { request: {}, chian: true }), '')
})

test('a key of every object is no field', () => {
  assert.equal(
    said('diagnose', JSON.parse('{"__proto__":{"text":"a"}}')),
    'batch/missing-field: the body has no `text`, `record`, `records` or `files`',
  )
})

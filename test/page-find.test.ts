/** What of the layers a reader finds by typing, and what is marked. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { array, assert as holds, constantFrom, property, string } from 'fast-check'
import type { Decision, StatementVerdict } from '../src/engine/decision.ts'
import { findablesOf, foundIn, piecesOf, wordsOf } from '../web/answer/find-statements.ts'
import { loadJsonc } from '../web/jsonc.ts'

await loadJsonc()

const DOCUMENT = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Upload', Effect: 'Allow', Action: 's3:Put*', Resource: 'arn:aws:s3:::prod-artifacts/*' },
      { Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::prod-artifacts/*' },
      { Sid: 'Keys', Effect: 'Deny', Action: 'kms:*', Resource: '*' },
    ],
  },
  null,
  2,
)

const statement = (index: number, sid: string, effect: 'Allow' | 'Deny'): StatementVerdict => ({
  policy: 'artifact-upload',
  sid,
  index,
  pointer: `/Statement/${index}`,
  effect,
  matches: false,
  failedOn: [],
})

const DECISION = {
  layers: [
    {
      layer: 'identity-policy',
      verdict: 'implicit-deny',
      counted: true,
      where: 'deploy-role',
      statements: [statement(0, 'Upload', 'Allow'), statement(1, 'Read', 'Allow'), statement(2, 'Keys', 'Deny')],
    },
  ],
} as unknown as Decision

const ALL = findablesOf(DECISION, () => DOCUMENT)

const found = (typed: string): readonly (string | undefined)[] =>
  [...foundIn(ALL, wordsOf(typed))].map(({ sid }) => sid)

describe('statements are found by', () => {
  for (const [typed, sids] of [
    ['upload', ['Upload', 'Read', 'Keys']],
    ['"Upload"', ['Upload']],
    ['PROD-artifacts', ['Upload', 'Read']],
    // A pattern that covers the action speaks of it; no other does.
    ['s3:PutObject', ['Upload']],
    ['s3:GetObject', ['Read']],
    ['kms:Decrypt', ['Keys']],
    ['deny', ['Keys']],
    ['deploy-role read', ['Read']],
    ['getobject kms', []],
    // What has no form of an action or an ARN is not held against `*`.
    ['decrypt', []],
    ['arn:aws:s3:::prod-artifacts/app.zip', ['Upload', 'Read', 'Keys']],
  ] as const)
    test(typed, () => assert.deepEqual(found(typed), sids))

  test('their names alone, where their text is not at hand', () =>
    assert.deepEqual(
      [
        ...foundIn(
          findablesOf(DECISION, () => undefined),
          wordsOf('keys'),
        ),
      ].map(({ sid }) => sid),
      ['Keys'],
    ))

  test('nothing typed is no word', () => assert.deepEqual(wordsOf('  \t '), []))
})

describe('marked is', () => {
  test('what was typed, letter case aside', () =>
    assert.deepEqual(piecesOf(['"s3:GetObject"'], ['getobj']), [
      [
        ['"s3:', false],
        ['GetObj', true],
        ['ect"', false],
      ],
    ]))

  test('a pattern that covers it, as a whole, where it stands for an action', () =>
    assert.deepEqual(piecesOf(['  "Action": [', '    "s3:Put*",', '  ],', '  "Resource": "*"'], ['s3:putobject']), [
      [['  "Action": [', false]],
      [
        ['    "', false],
        ['s3:Put*', true],
        ['",', false],
      ],
      [['  ],', false]],
      [['  "Resource": "*"', false]],
    ]))

  test('and each line stays what it is', () =>
    holds(
      property(
        array(string()),
        array(constantFrom('a', 's3:', '*', '"', 'ab', 's3:x'), { maxLength: 4 }),
        (lines, words) => {
          const marked = piecesOf(lines, words)
          assert.deepEqual(
            marked.map((pieces) => pieces.map(([text]) => text).join('')),
            lines,
          )
          for (const [text, isFound] of marked.flat())
            if (!isFound) for (const word of words) assert.ok(!text.toLowerCase().includes(word), `${text} has ${word}`)
        },
      ),
      { seed: 20261130, numRuns: 1000 },
    ))
})

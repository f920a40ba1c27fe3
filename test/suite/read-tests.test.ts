/** What is wrong with a file of access tests is told with its place and what was meant; nothing is guessed. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import { readTestFile } from '#app/test-files.ts'
import { casesOf } from '#suite/cases.ts'
import { ACCESS_TEST_SCHEMA } from '#suite/schema.ts'
import { isUserError } from '../../src/errors.ts'

const ROOT = join(import.meta.dirname, '..', '..')

const file = (...lines: readonly string[]): string =>
  ['snapshot: ./snapshot', 'tests:', '  - name: one', ...lines.map((line) => `    ${line}`)].join('\n')
const ROLE = 'principal: arn:aws:iam::111122223333:role/deploy'
const ALLOW = 'allow: [{ action: s3:GetObject, resource: "arn:aws:s3:::b/k" }]'

async function fault(text: string, name = 'access.test.yaml') {
  try {
    await readTestFile(text, name)
  } catch (error) {
    if (isUserError(error)) return { code: error.code, message: error.message, hint: error.hint }
    throw error
  }
  assert.fail(`nothing was found in: ${text}`)
}

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [what: string, text: string, code: string, message: string, hint: string])[] = [
  ['an empty file',                 '',                                                      'tests/none',            'is empty',                       '--from-denial'],
  ['a file of spaces',              ' \n\n',                                                 'tests/none',            'is empty',                       '--from-denial'],
  ['no list of tests',              'snapshot: ./s',                                         'tests/none',            'has no `tests`',                 ''],
  ['an empty list of tests',        'tests: []',                                             'tests/none',            'no test',                        '--from-denial'],
  ['a list',                        '- one',                                                 'tests/wrong-form',      'the file is a list',             ''],
  ['text',                          'hello',                                                 'tests/wrong-form',      'the file is a text',             ''],
  ['broken YAML',                   'tests: [',                                              'tests/unreadable',      'line 1',                         'YAML'],
  ['a second document',             `${file(ROLE, ALLOW)}\n---\n${file(ROLE, ALLOW)}`,      'tests/unreadable',      'a second document begins in line ', 'a file of its own'],
  ['a misspelt field of the file',  'snapshots: ./s\ntests: []',                             'tests/unknown-field',   ':1: `snapshots`',                '`snapshot`'],
  ['a misspelt field of a test',    file(ROLE, ALLOW, 'denny: []'),                          'tests/unknown-field',   ':6: `denny`',                    '`deny`'],
  ['a misspelt field of an entry',  file(ROLE, 'allow: [{ acton: s3:GetObject, resource: "arn:aws:s3:::b/k" }]'), 'tests/unknown-field', '`acton`', '`action`'],
  ['a field that is like nothing',  file(ROLE, ALLOW, 'xyzzyq: 1'),                          'tests/unknown-field',   '`xyzzyq`',                       'principal'],
  ['a key that stands twice',       file(ROLE, ROLE, ALLOW),                                 'tests/duplicate-key',   'line 5',                         'one of the two'],
  ['an account id as a number',     file('principal: 111122223333', ALLOW),                  'tests/account-id-without-quotes', 'line 4',               'quotes'],
  ['the same in a context',         file(ROLE, ALLOW, 'context: { aws:PrincipalAccount: 012345678901 }'), 'tests/account-id-without-quotes', 'line 6', 'quotes'],
  ['no principal',                  file(ALLOW),                                             'tests/wrong-form',      'no `principal`',                 ''],
  ['a principal that is none',      file('principal: deploy', ALLOW),                        'tests/wrong-form',      '`deploy` is no principal',       'arn:aws:iam'],
  ['a principal with a star',       file('principal: "arn:aws:iam::111122223333:role/*"', ALLOW), 'tests/wrong-form', 'several principals',             ''],
  ['an account of eleven digits',   file('principal: arn:aws:iam::11112222333:role/a', ALLOW), 'tests/account-id-without-quotes', '`11112222333`',      'twelve digits'],
  ['an action that is misspelt',    file(ROLE, 'deny: [{ action: s3:GetObjct, resource: "arn:aws:s3:::b/k" }]'), 'tests/wrong-form', '`s3:GetObjct`', '`s3:GetObject`'],
  ['a service that is misspelt',    file(ROLE, 'deny: [{ action: s33:GetObject, resource: "arn:aws:s3:::b/k" }]'), 'tests/wrong-form', '`s33`', '`s3`'],
  ['an action with a star',         file(ROLE, 'deny: [{ action: "s3:*", resource: "arn:aws:s3:::b/k" }]'), 'tests/wrong-form', 'several actions', 'one by one'],
  ['a resource with a star',        file(ROLE, 'deny: [{ action: s3:GetObject, resource: "arn:aws:s3:::b/*" }]'), 'tests/wrong-form', 'many resources', 'one of them'],
  ['a resource that is no ARN',     file(ROLE, 'deny: [{ action: s3:GetObject, resource: b/k }]'), 'tests/wrong-form', '`b/k` is no ARN',              ''],
  ['a test that expects nothing',   file(ROLE),                                              'tests/wrong-form',      'expects nothing',                '`deny`'],
  ['an empty list',                 file('principal: []', ALLOW),                            'tests/wrong-form',      'empty list',                     ''],
  ['a layer that is none',          file(ROLE, 'deny: [{ action: s3:GetObject, resource: "arn:aws:s3:::b/k", by: identity-polcy }]'), 'tests/wrong-form', '`identity-polcy`', '`identity-policy`'],
  ['a set of context that is none', file(ROLE, ALLOW, 'context: office'),                    'tests/wrong-form',      'under `contexts`',                       'name the set'],
  ['a context value of its own',    file(ROLE, ALLOW, 'context: { aws:SourceIp: { state: open } }'), 'tests/wrong-form', '`open`',                        'unknown'],
  ['a flag that is a text',         file(ROLE, ALLOW, 'chain: "yes"'),                       'tests/wrong-form',      'not true or false',              ''],
  ['two kinds of subject',          `scenario: s.json\n${file(ROLE, ALLOW)}`,                'tests/wrong-form',      '`snapshot`',                     'one of the two'],
  ['a matrix beyond all reason',    file(`principal: [${Array.from({ length: 500 }, (_, i) => `"arn:aws:iam::111122223333:user/u${i}"`).join(',')}]`, `allow: [{ action: s3:GetObject, resource: [${Array.from({ length: 500 }, (_, i) => `"arn:aws:s3:::b/${i}"`).join(',')}] }]`), 'tests/too-many', '250000', 'split'],
]

describe('a file of access tests is refused for', () => {
  for (const [what, text, code, message, hint] of WRONG)
    it(what, async () => {
      const told = await fault(text)
      assert.equal(told.code, code, JSON.stringify(told))
      assert.ok(told.message.includes(message), told.message)
      assert.ok(told.hint.includes(hint), told.hint)
    })
})

test('JSON is read as YAML is, with its lines', async () => {
  const text =
    '{ "snapshot": "s",\n "tests": [\n { "name": "one", "principal": "arn:aws:iam::111122223333:user/a",\n "alow": [] } ] }'
  const told = await fault(text, 'access.test.json')
  assert.deepEqual([told.code, told.hint], ['tests/unknown-field', 'did you mean `allow`?'])
  assert.ok(told.message.startsWith('`access.test.json`:4: '), told.message)
  assert.equal((await fault('{"tests":[],"tests":[]}', 'a.json')).code, 'tests/duplicate-key')
  assert.equal((await fault(`${'['.repeat(5000)}`, 'a.json')).code, 'tests/unreadable')
})

test('an alias that multiplies without end is refused', async () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`),
  ].join('\n')
  assert.equal((await fault(bomb)).code, 'tests/unreadable')
})

test('lists make a matrix, and contexts of the test and of the entry are multiplied, the entry nearer', async () => {
  const { tests } = await readTestFile(
    [
      'snapshot: s',
      'contexts: { tls: { aws:SecureTransport: true }, plain: { aws:SecureTransport: false } }',
      'tests:',
      '  - name: matrix',
      '    principal: ["arn:aws:iam::111122223333:role/ci/deploy", "arn:aws:iam::111122223333:user/a"]',
      '    session: { name: run }',
      '    context: [tls, plain]',
      '    allow:',
      '      - { action: [s3:GetObject, s3:PutObject], resource: ["arn:aws:s3:::b/1", "arn:aws:s3:::b/2", "arn:aws:s3:::b/3"] }',
      '    deny:',
      '      - { action: s3:GetObject, resource: "arn:aws:s3:::b/4", context: { AWS:securetransport: null } }',
    ].join('\n'),
    'a.yaml',
  )
  const cases = [...casesOf(tests)]
  assert.equal(cases.length, 2 * (2 * 3 * 2 + 2))
  const sessions = new Set(
    cases.map(({ request }) => `${request.principal} ${request.principalDetails?.roleArn ?? ''}`),
  )
  assert.deepEqual(
    [...sessions],
    [
      // A session's ARN does not hold the role's path (R-PRIN-03).
      'arn:aws:sts::111122223333:assumed-role/deploy/run arn:aws:iam::111122223333:role/ci/deploy',
      'arn:aws:iam::111122223333:user/a ',
    ],
  )
  const denied = cases.filter(({ expected }) => expected === 'denied')
  for (const { request } of denied) assert.deepEqual(request.context, { 'AWS:securetransport': null })
})

test('docs/access-tests.schema.json is the schema that files are read by', () => {
  const shown: unknown = JSON.parse(readFileSync(join(ROOT, 'docs', 'access-tests.schema.json'), 'utf8'))
  assert.deepEqual(shown, JSON.parse(JSON.stringify(ACCESS_TEST_SCHEMA)))
})

/** What is wrong with a file of access tests is told with its place and what was meant; nothing is guessed. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import { readTestFile } from '#app/test-files.ts'
import { casesOf } from '#suite/cases.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { FILE_SCHEMAS } from '#app/file-schemas.ts'
import { isUserError } from '../../src/errors.ts'
import { parse } from 'yaml'

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
  assert.deepEqual(shown, JSON.parse(JSON.stringify(FILE_SCHEMAS.test())))
})

describe('an editor that holds a file against the published schema', () => {
  const validate = new Ajv2020({ strict: false }).compile(FILE_SCHEMAS.test())
  const isOfItsForm = (text: string): boolean => validate(parse(text))

  it('refuses what is refused here for its form', () => {
    const forms = [
      'snapshots: ./s\ntests: []',
      'snapshot: ./s',
      '- one',
      file(ROLE, ALLOW, 'denny: []'),
      file(ALLOW),
      file('principal: []', ALLOW),
      file(ROLE, ALLOW, 'chain: "yes"'),
      file(ROLE, ALLOW, 'context: { aws:SourceIp: { state: open } }'),
      file(ROLE, ALLOW, 'context: { aws:SourceIp: { state: unknown, else: 1 } }'),
      file(ROLE, 'deny: [{ action: s3:GetObject, resource: "arn:aws:s3:::b/k", by: identity-polcy }]'),
      file(ROLE, 'deny: [{ action: s3:GetObject, resource: "arn:aws:s3:::b/k", resourceAccount: "12" }]'),
    ]
    for (const text of forms) assert.equal(isOfItsForm(text), false, text)
  })

  it('takes what is taken here', () => {
    const forms = [
      file(ROLE, ALLOW),
      file(ROLE, ALLOW, 'context: [{ aws:SourceIp: [a, 1, true], b: null }, { b: { state: present } }]'),
      file(ROLE, ALLOW, 'session: { name: ci, tags: {}, policies: [{ Version: "2012-10-17" }, ./p.json] }'),
      file(ROLE, 'deny: [{ action: s3:GetObject, resource: "*", by: [permissions-boundary, identity-policy] }]'),
      `terraform: { file: p.json, account: "111122223333", parameters: { a: b } }\ntests: []`,
      readFileSync(join(ROOT, 'examples', 'kms-behind-s3', 'access.test.yaml'), 'utf8'),
    ]
    for (const text of forms) assert.equal(isOfItsForm(text), true, text)
  })
})

describe('of several problems', () => {
  it('the first in the file is told, wherever the form has it, and the others are counted', async () => {
    const told = await fault('zzz: 1\ntests: 5\nsnapshot: 7')
    assert.match(told.message, /:1: `zzz` is no field of the file \(and 2 more like it\)$/)
    const inTest = await fault(file('chain: 1', 'deny: 2', 'principal: 3'))
    assert.match(inTest.message, /:4: `tests\[0\]\.chain` is the number 1, not true or false \(and 2 more like it\)$/)
  })

  it('no more than twenty are counted, of however many', async () => {
    const told = await fault(JSON.stringify({ tests: Array.from({ length: 50_000 }, () => 7) }), 'a.json')
    assert.match(told.message, /`tests\[0\]` is the number 7, not an object \(and 19 more like it\)$/)
  })
})

test('a value is held against the type that it is meant to be, and no other', async () => {
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [line: string, message: string, hint: string])[] = [
    ['context: 5',                          'is the number 5, not a text or an object or a list', 'quotes'],
    ['context: { a: { state: open } }',     '`tests[0].context.a.state` cannot be `open`',        'it is one of `unknown`, `present`'],
    ['context: { a: { } }',                 '`tests[0].context.a` has no `state`',                'shows the form'],
    ['context: { a: [[1]] }',               '`tests[0].context.a[0]` is a list, not a text or a number or true or false', 'shows the form'],
    ['context: ["", {}]',                   '`tests[0].context[0]` is empty',                     'take it out'],
    ['session: { tags: { a: true } }',      '`tests[0].session.tags.a` is true or false, not a text', '`"true"`'],
    ['chain: "true"',                       'is a text, not true or false',                       'without quotes'],
    ['session: ci',                         'is a text, not an object',                           'shows the form'],
    ['session: { nam: ci }',                '`nam` is no field of `tests[0].session`',            'did you mean `name`?'],
    ['context: { __proto__: { a: 1 } }',    '`__proto__` is no field of `tests[0].context`',      'take it out'],
    ['__proto__: { chain: true }',          '`__proto__` is no field of `tests[0]`',              'its fields are name, '],
  ]
  for (const [line, message, hint] of rows) {
    const told = await fault(file(ROLE, ALLOW, line))
    assert.ok(told.message.includes(message), told.message)
    assert.ok(told.hint.includes(hint), told.hint)
  }
})

test('a set of context that is misspelt is told by the one that was meant', async () => {
  const told = await fault(`contexts: { office: { a: b } }\n${file(ROLE, ALLOW, 'context: ofice')}`)
  assert.equal(told.hint, 'did you mean `office`?')
})

test('every field of the forms that editors show says what it means and how it looks', () => {
  const bare: string[] = []
  const look = (schema: unknown, place: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    for (const [key, inner] of Object.entries(schema)) {
      if (key === 'examples') continue
      look(inner, `${place}/${key}`)
      if (key !== 'properties') continue
      for (const [name, field] of Object.entries(
        inner as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
      )) {
        // What has fields of its own, and a list of those, is shown by them.
        const isShown = ['examples', 'properties', 'items', '$ref'].some((one) => Object.hasOwn(field, one))
        if (typeof field['description'] !== 'string' || !isShown) bare.push(`${place}/${name}`)
      }
    }
  }
  look(FILE_SCHEMAS.test(), 'test')
  look(FILE_SCHEMAS.drift(), 'drift')
  assert.deepEqual(bare, [])
})

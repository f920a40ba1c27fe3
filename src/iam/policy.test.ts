import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readPolicyDocument } from './policy.ts'
import { type SomeReadings, withReadings } from './readings.ts'

const read = (document: unknown) => readPolicyDocument(document, 'identity')
const S = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const policy = (...statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements })
const TEXT = JSON.stringify(policy(S))

describe('a policy document (R-GRAM-01)', () => {
  // biome-ignore format: a table is read by its columns
  const WRITTEN: readonly (readonly [how: string, document: unknown])[] = [
    ['an object',                          policy(S)],
    ['JSON text',                          TEXT],
    ['JSON text with line breaks before',  `\n\t ${TEXT}\n`],
    ['URL-encoded text, as IAM returns it', encodeURIComponent(TEXT)],
    ['URL-encoded text with lower-case escapes', encodeURIComponent(TEXT).replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())],
  ]
  for (const [how, document] of WRITTEN)
    it(`is read when it is given as ${how}`, () => {
      const { statements, unreadable, version } = read(document)
      assert.deepEqual([statements.length, unreadable.length, version], [1, 0, '2012-10-17'])
      assert.deepEqual(statements[0]?.actionSource, ['s3:GetObject'])
    })

  it('may hold one statement as an object, which is cited without a number', () => {
    assert.deepEqual(
      read({ Version: '2012-10-17', Statement: S }).statements.map((s) => [s.index, s.pointer]),
      [[0, '/Statement']],
    )
  })

  it('cites each statement of a list by its place, also after an unreadable one', () => {
    assert.deepEqual(
      read(policy(S, 7, S)).statements.map((s) => s.pointer),
      ['/Statement/0', '/Statement/2'],
    )
  })

  it('without a Version is one of 2008 (R-GRAM-03)', () => assert.equal(read({ Statement: [S] }).version, '2008-10-17'))

  it('with an empty list of statements is read and says nothing', () => {
    assert.deepEqual(read(policy()), { version: '2012-10-17', statements: [], unreadable: [] })
  })

  for (const document of [
    '',
    'null',
    '[]',
    '7',
    '{',
    'Statement',
    '%7B',
    '%',
    '%E0%A4%A',
    null,
    7,
    true,
    [],
    [S],
    {},
    { Version: '2012-10-17' },
  ])
    it(`is unreadable as a whole when it is \`${JSON.stringify(document)}\``, () => {
      const { statements, unreadable } = read(document)
      assert.equal(statements.length, 0)
      assert.deepEqual(
        unreadable.map((one) => one.pointer),
        [''],
      )
    })
})

describe('a statement that has no plain meaning is unreadable, and only that one', () => {
  // biome-ignore format: a table is read by its columns
  const BROKEN: readonly (readonly [why: string, statement: unknown])[] = [
    ['Effect in another letter case (R-GRAM-02)', { ...S, Effect: 'allow' }],
    ['Effect with a typo (R-GRAM-02)',            { ...S, Effect: 'Alow' }],
    ['Effect missing',                            { Action: '*', Resource: '*' }],
    ['Effect of another type',                    { ...S, Effect: ['Allow'] }],
    ['both Action and NotAction (R-GRAM-01)',     { ...S, NotAction: 'iam:*' }],
    ['both Resource and NotResource (R-GRAM-01)', { ...S, NotResource: 'arn:aws:s3:::b' }],
    ['both Principal and NotPrincipal (R-GRAM-01)', { ...S, Principal: '*', NotPrincipal: '*' }],
    ['NotPrincipal that is a bare text (R-PM-02)', { ...S, NotPrincipal: 'arn:aws:iam::111122223333:root' }],
    ['NotPrincipal that is a list (R-PM-02)',     { ...S, NotPrincipal: ['*'] }],
    ['a number among the actions',                { ...S, Action: ['s3:GetObject', 7] }],
    ['an object for an action',                   { ...S, Action: { s3: 'GetObject' } }],
    ['null for the action',                       { ...S, Action: null }],
    ['a list in the list of resources',           { ...S, Resource: [['*']] }],
    ['null among the resources',                  { ...S, Resource: [null] }],
    ['a text for the condition',                  { ...S, Condition: 'Bool' }],
    ['a list for the condition',                  { ...S, Condition: [] }],
    ['a text for an operator',                    { ...S, Condition: { Bool: 'true' } }],
    ['an object for a condition value',           { ...S, Condition: { StringEquals: { k: {} } } }],
    ['null for a condition value',                { ...S, Condition: { StringEquals: { k: null } } }],
    ['a text for the statement',                  'Allow'],
    ['null for the statement',                    null],
    ['a list for the statement',                  [S]],
  ]
  for (const [why, statement] of BROKEN)
    it(`${why}`, () => {
      const { statements, unreadable } = read(policy(S, statement))
      assert.deepEqual(
        statements.map((s) => s.pointer),
        ['/Statement/0'],
      )
      assert.deepEqual(
        unreadable.map((one) => one.pointer),
        ['/Statement/1'],
      )
    })

  it('a Principal with an entry that is no text may name anyone, so the statement is unreadable', () => {
    const deny = { Effect: 'Deny', Action: '*', Resource: '*' }
    for (const Principal of [{ AWS: [{}] }, { AWS: null }, { AWS: [['*']] }, { AWS: true }]) {
      const { statements, unreadable } = readPolicyDocument(policy({ ...deny, Principal }), 'resource')
      assert.deepEqual([statements.length, unreadable.length], [0, 1], JSON.stringify(Principal))
    }
  })
})

describe('why a document or a statement cannot be read', () => {
  const why = (document: unknown) => read(document).unreadable.map((one) => one.why)

  it('is said in words', () => {
    assert.deepEqual(why('{"Statement": [], "Statement": []}'), ['a key stands twice in one object'])
    assert.deepEqual(why('7'), ['the document is not a JSON object'])
    assert.deepEqual(why({}), ['the document has no Statement'])
    assert.deepEqual(why(policy({ ...S, Action: 7 }, { ...S, Resource: 7 })), [
      'Action is neither a text nor a list of texts',
      'Resource is neither a text nor a list of texts',
    ])
  })

  it('shows an Effect that is a text or a number, shortened, and says what it is otherwise (R-GRAM-02)', () => {
    const effects = [undefined, 'allow', 7, null, { a: 1 }, 'x'.repeat(100)]
    assert.deepEqual(
      effects.map((Effect) => why(policy({ ...S, Effect }))[0]?.replace(', which is neither Allow nor Deny', '')),
      ['missing', '`allow`', '`7`', '`null`', 'no text', `\`${'x'.repeat(60)}\``].map((shown) => `Effect is ${shown}`),
    )
  })
})

describe('a Principal', () => {
  const isRead = (Principal: unknown) => read(policy({ ...S, Principal })).statements.length === 1

  it('is read as a text, a list of texts, or a map of texts, numbers and lists of them (R-GRAM-01, R-PM-02)', () => {
    for (const one of ['*', ['*'], [], {}, { AWS: '*' }, { AWS: ['*', 111122223333] }, { AWS: 111122223333 }])
      assert.equal(isRead(one), true, JSON.stringify(one))
    for (const one of [7, null, true, [7], ['*', 7], [['*']], { AWS: ['*', null] }, { AWS: '*', Service: {} }])
      assert.equal(isRead(one), false, JSON.stringify(one))
  })

  it('is shown as it is written, and a statement without one shows none', () => {
    const sources = read(policy(S, { ...S, Principal: { AWS: '*' } })).statements.map((one) => one.principalSource)
    assert.deepEqual(sources, [null, { AWS: '*' }])
    assert.deepEqual(
      read(policy(S, { ...S, Sid: 7 }, { ...S, Sid: 'a' })).statements.map(({ sid }) => sid),
      [undefined, undefined, 'a'],
    )
  })
})

describe('an empty Condition', () => {
  const lines = (statement: object, readings: SomeReadings = {}) =>
    readPolicyDocument(policy(statement), 'identity', withReadings(readings)).statements[0]?.conditions.length

  it('is none, or one that never holds, as it is read (R-GRAM-12)', () => {
    const never = { 'empty-condition': 'no-statement' } as const
    assert.deepEqual([lines(S), lines({ ...S, Condition: {} })], [0, 0])
    assert.deepEqual([lines(S, never), lines({ ...S, Condition: {} }, never)], [0, 1])
    assert.equal(lines({ ...S, Condition: { Bool: { k: 'true' } } }, never), 1)
  })
})

describe('a statement whose meaning is plain is read, though AWS would not save it (R-VAL-01)', () => {
  it('without Action, with an empty list, or with one of Resource: it is there and says nothing (R-GRAM-11)', () => {
    for (const statement of [
      { Effect: 'Allow', Resource: '*' },
      { ...S, Action: [] },
      { ...S, Resource: [] },
    ])
      assert.equal(read(policy(statement)).statements.length, 1, JSON.stringify(statement))
  })

  it('condition values may be booleans and numbers, and are compared as text (R-GRAM-05)', () => {
    const [statement] = read(
      policy({ ...S, Condition: { Bool: { k: true }, NumericEquals: { n: [10, '11'] } } }),
    ).statements
    assert.deepEqual(
      statement?.conditions.map((line) => line.values.map((v) => v.template.source)),
      [['true'], ['10', '11']],
    )
  })

  it('an operator that does not exist is kept, to be shown (R-COND-05)', () => {
    const [statement] = read(policy({ ...S, Condition: { StringEqual: { k: 'v' } } })).statements
    assert.deepEqual(
      statement?.conditions.map((line) => [line.operator, line.use]),
      [['StringEqual', undefined]],
    )
  })
})

describe('a hostile document', () => {
  it('whose keys are named like parts of every object is read as any other', () => {
    const text =
      '{"__proto__":{"Statement":[]},"constructor":1,"Version":"2012-10-17","Statement":[{"__proto__":{"Effect":"Allow"},"Action":"*","Resource":"*"}]}'
    const { statements, unreadable } = read(text)
    assert.deepEqual([statements.length, unreadable.map((one) => one.pointer)], [0, ['/Statement/0']])
  })

  it('that inherits its statement does not have one', () => {
    assert.equal(read(Object.create(policy(S))).statements.length, 0)
  })

  it('has condition keys and operators named like parts of every object', () => {
    const text = JSON.stringify(policy(S)).replace(
      '"Resource":"*"',
      '"Resource":"*","Condition":{"StringEquals":{"__proto__":"v","constructor":"v"},"toString":{"k":"v"}}',
    )
    const [statement] = read(text).statements
    assert.deepEqual(
      statement?.conditions.map((line) => [line.operator, line.key]),
      [
        ['StringEquals', '__proto__'],
        ['StringEquals', 'constructor'],
        ['toString', 'k'],
      ],
    )
  })

  it('with more statements and entries than any policy of AWS is not read, and may say anything (R-QUOTA-03)', () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
    const many = (length: number): unknown[] => Array.from({ length }, () => statement)
    const listed = (length: number): unknown => ({ ...statement, Action: Array(length).fill('s3:GetObject') })
    for (const Statement of [many(20_001), listed(20_000), [...many(10_000), listed(10_000)]])
      assert.match(read(JSON.stringify({ Statement })).unreadable[0]?.why ?? '', /more than 20000/)
    for (const Statement of [many(20_000), listed(19_999)])
      assert.deepEqual(read(JSON.stringify({ Statement })).unreadable, [])
  })

  for (const depth of [1000, 100_000])
    it(`that is nested ${depth} deep, in any place, throws nothing`, () => {
      const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
      for (const name of ['Effect', 'Action', 'Resource', 'Principal', 'Condition', 'Sid'])
        assert.doesNotThrow(
          () => read(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"${name}":${deep}}]}`),
          name,
        )
      assert.doesNotThrow(() => read(deep))
    })
})

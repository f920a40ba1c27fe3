import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { documentOf } from './policy-document.ts'
import { unsealed } from './seal.ts'
import { joinTexts, unknown } from './unknown.ts'

const hole = unknown('aws_s3_bucket.b.arn')
const written = (statement: unknown): unknown =>
  (documentOf({ Version: '2012-10-17', Statement: statement }, 'p') as { Statement: readonly unknown[] }).Statement
/** With the digests left out that stand behind the words. */
const statementOf = (statement: unknown): unknown =>
  JSON.parse(JSON.stringify(written(statement)), (_, value: unknown) =>
    typeof value === 'string' ? unsealed(value) : value,
  )

describe('a policy of which all is known', () => {
  it('stays as it was written', () => {
    const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
    assert.equal(documentOf(policy, 'p'), policy)
    assert.deepEqual(documentOf(JSON.stringify(policy), 'p'), policy)
  })

  it('stays a text where a key stands twice, so that its reader sees it (R-GRAM-06)', () => {
    const text = '{"Statement":[],"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    assert.equal(documentOf(text, 'p'), text)
  })
})

describe('a policy that is not known', () => {
  it('is a text that no reader takes for JSON', () => {
    const text = documentOf(hole, 'p')
    assert.ok(typeof text === 'string')
    assert.throws(() => JSON.parse(text))
    assert.deepEqual(documentOf({ Version: unknown('v'), Statement: [] }, 'p'), '(not known: v)')
  })
})

describe('a statement of which a part is not known', () => {
  const condition = { StringEquals: { 'denytrace:unknown/p/0': 'aws_s3_bucket.b.arn fits' } }

  it('matches all that the part may be, under a condition that nobody can decide', () => {
    assert.deepEqual(statementOf([{ Effect: 'Allow', Action: 's3:GetObject', Resource: hole }]), [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: condition },
    ])
    assert.deepEqual(statementOf([{ Effect: 'Deny', Action: [hole], Resource: 'arn:aws:s3:::b' }]), [
      { Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::b', Condition: condition },
    ])
  })

  it('is two where only some of its resources are known: these are judged as they stand', () => {
    const known = 'arn:aws:s3:::a/*'
    assert.deepEqual(statementOf([{ Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: [known, hole] }]), [
      { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: [known] },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: condition },
    ])
  })

  it('excludes nothing by what is not known', () => {
    assert.deepEqual(statementOf([{ Effect: 'Deny', NotAction: 's3:Get*', NotResource: ['arn:aws:s3:::a', hole] }]), [
      { Effect: 'Deny', NotAction: ['s3:Get*'], NotResource: ['arn:aws:s3:::a'], Condition: condition },
    ])
    assert.deepEqual(statementOf([{ Effect: 'Deny', Action: '*', NotResource: hole }]), [
      { Effect: 'Deny', Action: '*', Resource: '*', Condition: condition },
    ])
  })

  it('loses a line of its Condition that is not known, and keeps the others', () => {
    const said = { StringEquals: { 'aws:PrincipalAccount': '111122223333', 'aws:SourceVpce': hole } }
    assert.deepEqual(statementOf([{ Effect: 'Allow', Action: '*', Resource: '*', Condition: said }]), [
      {
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333', ...condition.StringEquals } },
      },
    ])
  })

  it('is unreadable where effect or principal is not known: they decide more than whether it matches', () => {
    for (const part of [{ Effect: hole }, { Effect: 'Allow', Principal: { AWS: [hole] } }]) {
      const [statement] = statementOf([{ ...part, Action: '*', Resource: '*' }]) as readonly unknown[]
      assert.equal(typeof statement, 'string')
    }
  })

  it('keeps what is known of an ARN, where that cannot change which part stands where', () => {
    const resourceOf = (...parts: Parameters<typeof joinTexts>[0]): unknown => {
      const [statement] = statementOf([{ Effect: 'Allow', Action: '*', Resource: joinTexts(parts) }]) as readonly {
        readonly Resource: unknown
      }[]
      return statement?.Resource
    }
    const account = unknown('AWS::AccountId', undefined, true)
    assert.equal(resourceOf('arn:aws:s3:::', hole, '/*'), 'arn:aws:s3:::*/*')
    assert.equal(resourceOf('arn:aws:sqs:eu-west-1:', account, ':jobs'), 'arn:aws:sqs:eu-west-1:*:jobs')
    // What holds a colon itself would move the parts.
    assert.equal(resourceOf('arn:aws:', hole, ':jobs'), '*')
    assert.equal(resourceOf(hole, '/*'), '*')
    // A wildcard inside the word for the type matches nothing (R-RES-03).
    assert.equal(resourceOf('arn:aws:logs:eu-west-1:111122223333:log-', hole, ':x'), '*')
  })
})

describe('two statements that differ in what is not known of them', () => {
  const open = (told: string) => unknown('what hangs on the condition C', undefined, false, told)
  const allow = (more: object) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more })
  const pairs: readonly (readonly [string, object, object])[] = [
    ['an action', { Action: open('1') }, { Action: open('2') }],
    [
      'one of several resources',
      { Resource: ['arn:aws:s3:::a', open('1')] },
      { Resource: ['arn:aws:s3:::a', open('2')] },
    ],
    [
      'what is left out',
      { NotResource: ['a', open('1')], Resource: [] },
      { NotResource: ['a', open('2')], Resource: [] },
    ],
    [
      'the key of a line',
      { Condition: { StringEquals: { a: open('1') } } },
      { Condition: { StringEquals: { b: open('1') } } },
    ],
    [
      'a known value beside it',
      { Condition: { Bool: { a: ['x', open('1')] } } },
      { Condition: { Bool: { a: ['y', open('1')] } } },
    ],
    ['the effect', { Effect: open('1') }, { Effect: open('2') }],
    ['a statement without known effect', { Effect: open('1') }, { Effect: open('1'), Action: '*' }],
  ]
  for (const [what, one, other] of pairs)
    it(`do not look the same: ${what}`, () => {
      assert.notDeepEqual(written([allow(one)]), written([allow(other)]))
      assert.deepEqual(written([allow(one)]), written([allow({ ...one })]))
    })

  it('look the same where only what is known of them differs', () => {
    const values = [{}, { Action: 's3:PutObject' }].map((more) =>
      JSON.stringify(written([allow({ Resource: open('1'), ...more })])),
    )
    const [first, second] = values.map((text) => /#[0-9a-f]{12}/.exec(text)?.[0])
    assert.equal(first, second)
  })
})

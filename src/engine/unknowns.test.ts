import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from './evaluate.ts'

const A = '111122223333'
type Statement = readonly [effect: 'Allow' | 'Deny', condition: object]

/** A user of the account that owns the queue; only its identity policies matter. */
function decide(
  statements: readonly Statement[],
  context: NonNullable<Request['context']> = {},
  request: Partial<Request> = {},
) {
  const Statement = statements.map(([Effect, Condition]) => ({ Effect, Action: '*', Resource: '*', Condition }))
  return evaluate({
    request: {
      principal: `arn:aws:iam::${A}:user/ann`,
      action: 'sqs:SendMessage',
      resource: `arn:aws:sqs:eu-west-1:${A}:q`,
      context,
      ...request,
    },
    policies: { complete: true, identityPolicies: [{ name: 'p', document: { Version: '2012-10-17', Statement } }] },
  })
}

const all: Statement = ['Allow', {}]
const PRESENT = { 'ex:k': { state: 'present' } } as const

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [title: string, statements: readonly Statement[], decision: string, context?: NonNullable<Request['context']>])[] = [
  ['Allow if k is a', [['Allow', { StringEquals: { 'ex:k': 'a' } }]], 'undetermined'],
  ['Allow if k is a, and Allow if it is not', [['Allow', { StringEquals: { 'ex:k': 'a' } }], ['Allow', { StringNotEquals: { 'ex:k': 'a' } }]], 'allowed'],
  ['Deny if k is a, and Deny if it is not', [all, ['Deny', { StringEquals: { 'ex:k': 'a' } }], ['Deny', { StringNotEquals: { 'ex:k': 'a' } }]], 'denied'],
  ['Allow if k is a, and Allow if it is absent', [['Allow', { StringEquals: { 'ex:k': 'a' } }], ['Allow', { Null: { 'ex:k': 'true' } }]], 'undetermined'],
  ['Allow if k is absent, and Allow if it is there', [['Allow', { Null: { 'ex:k': 'true' } }], ['Allow', { Null: { 'ex:k': 'false' } }]], 'allowed'],
  ['Allow everything, Deny if k is both a and b', [all, ['Deny', { StringEquals: { 'ex:k': 'a' }, StringLike: { 'ex:k': 'b' } }]], 'allowed'],
  ['Allow if k is like a*, and Allow if it is not', [['Allow', { StringLike: { 'ex:k': 'a*' } }], ['Allow', { StringNotLike: { 'ex:k': 'a*' } }]], 'allowed'],
  ['Allow everything, Deny if k is like a* but not ab', [all, ['Deny', { StringLike: { 'ex:k': 'a*' }, StringNotEquals: { 'ex:k': 'ab' } }]], 'undetermined'],
  ['Allow everything, Deny if k is like a* but not a', [all, ['Deny', { StringLike: { 'ex:k': 'a*' }, StringNotEquals: { 'ex:k': 'a' } }]], 'undetermined'],
  ['Allow if k is like x/*, or like y/*, or like neither', [['Allow', { StringLike: { 'ex:k': 'x/*' } }], ['Allow', { StringLike: { 'ex:k': 'y/*' } }], ['Allow', { StringNotLike: { 'ex:k': ['x/*', 'y/*'] } }]], 'allowed'],
  ['Allow if k is like x*, or like x/*, or like neither', [['Allow', { StringLike: { 'ex:k': 'x*' } }], ['Allow', { StringLike: { 'ex:k': 'x/*' } }], ['Allow', { StringNotLike: { 'ex:k': ['x*', 'x/*'] } }]], 'undetermined'],
  ['Allow if k is like a*, and Deny if k is like *b', [['Allow', { StringLike: { 'ex:k': 'a*' } }], ['Deny', { StringLike: { 'ex:k': '*b' } }]], 'undetermined'],
  ['Allow everything, Deny if k is like a* and like *b', [all, ['Deny', { 'StringLike': { 'ex:k': 'a*' }, 'ForAnyValue:StringLike': { 'ex:k': '*b' } }]], 'undetermined'],
  ['Allow everything, Deny if k is the user name', [all, ['Deny', { StringEquals: { 'ex:k': '${aws:username}' } }]], 'undetermined'],
  ['Allow if k is the user name', [['Allow', { StringEquals: { 'ex:k': '${aws:username}' } }]], 'undetermined'],
  ['Allow everything, Deny if k is a literal star', [all, ['Deny', { StringLike: { 'ex:k': '${*}' } }]], 'undetermined'],
  ['Allow everything, Deny if k equals a literal star', [all, ['Deny', { StringEquals: { 'ex:k': 'a${*}' } }]], 'undetermined'],
  ['Allow everything, Deny if k differs from abc in letter case only', [all, ['Deny', { StringEqualsIgnoreCase: { 'ex:k': 'abc' }, StringNotEquals: { 'ex:k': 'abc' } }]], 'undetermined'],
  ['Allow everything, Deny if k is there and another ARN', [all, ['Deny', { ArnNotEquals: { 'ex:k': 'arn:aws:s3:::b' }, Null: { 'ex:k': 'false' } }]], 'undetermined'],
  ['Allow everything, Deny if k, which is there, is another ARN', [all, ['Deny', { ArnNotLike: { 'ex:k': 'arn:aws:s3:::b*' } }]], 'undetermined', PRESENT],
  ['Allow if k, which is there, is another ARN', [['Allow', { ArnNotLike: { 'ex:k': 'arn:aws:s3:::b*' } }]], 'undetermined', PRESENT],
  ['Allow everything, Deny if the address, which is there, is not in a range', [all, ['Deny', { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }]], 'undetermined', { 'aws:SourceIp': { state: 'present' } }],
  ['Allow everything, Deny if the address, which is there, is not an IPv6 one of a range', [all, ['Deny', { NotIpAddress: { 'aws:SourceIp': '2001:db8::/32' } }]], 'undetermined', { 'aws:SourceIp': { state: 'present' } }],
  ['Allow in a small range, and Allow outside of a larger one', [['Allow', { IpAddress: { 'aws:SourceIp': '10.0.0.0/16' } }], ['Allow', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }]], 'undetermined'],
  ['Allow up to 5, and Allow above', [['Allow', { NumericLessThanEquals: { 'ex:k': '5' } }], ['Allow', { NumericGreaterThan: { 'ex:k': '5' } }], ['Allow', { Null: { 'ex:k': 'true' } }]], 'undetermined'],
  ['Allow up to 3, and Allow from 4', [['Allow', { NumericLessThanEquals: { 'ex:k': '3' } }], ['Allow', { NumericGreaterThanEquals: { 'ex:k': '4' } }], ['Allow', { Null: { 'ex:k': 'true' } }]], 'undetermined'],
  ['Allow everything, Deny between 3 and 4', [all, ['Deny', { NumericGreaterThan: { 'ex:k': '3' }, NumericLessThan: { 'ex:k': '4' } }]], 'undetermined'],
  ['Allow everything, Deny before a time and after a later one', [all, ['Deny', { DateLessThan: { 'ex:k': '2025-01-01T00:00:00Z' }, DateGreaterThan: { 'ex:k': '2026-01-01T00:00:00Z' } }]], 'allowed'],
  ['Allow everything, Deny between two times', [all, ['Deny', { DateGreaterThan: { 'ex:k': '2025-01-01T00:00:00Z' }, DateLessThan: { 'ex:k': '2025-01-01T00:00:01Z' } }]], 'undetermined'],
  ['Allow everything, Deny if the tag keys are a and b and no other', [all, ['Deny', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] }, 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' }, 'ForAnyValue:StringLike': { 'aws:TagKeys': 'b' } }]], 'undetermined'],
  ['Allow if a and b are the same, of two unknown keys', [['Allow', { StringEquals: { 'ex:k': '${ex:j}' } }]], 'undetermined'],
  ['Allow everything, Deny if MFA is false', [all, ['Deny', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }]], 'undetermined'],
]

describe('cases over an unknown key k (R-COND-64, R-COND-65)', () => {
  for (const [title, statements, decision, context] of ROWS)
    it(`${title}: ${decision}`, () => assert.equal(decide(statements, context).decision, decision))

  it('a decision that all cases agree on has the verdict of its layer and no outcomes', () => {
    const got = decide([
      all,
      ['Deny', { StringEquals: { 'ex:k': 'a' } }],
      ['Deny', { StringNotEquals: { 'ex:k': 'a' } }],
    ])
    assert.deepEqual([got.denyType, got.blockedBy, got.outcomes], ['explicit', ['identity-policy'], []])
    const identity = got.layers.find((layer) => layer.layer === 'identity-policy')
    assert.deepEqual(
      [identity?.verdict, identity?.counted],
      ['explicit-deny', true],
      'denyType is explicit only if a counted layer is',
    )
  })

  it('an allowed decision leaves no counted layer unknown', () => {
    const got = decide([
      ['Allow', { StringEquals: { 'ex:k': 'a' } }],
      ['Allow', { StringNotEquals: { 'ex:k': 'a' } }],
    ])
    assert.equal(got.decision, 'allowed')
    for (const layer of got.layers) assert.ok(!layer.counted || layer.verdict !== 'unknown', layer.layer)
  })
})

describe('the facts that are missing', () => {
  it('name the key, the layer, the value that would allow it and where to get it', () => {
    const [fact, ...rest] = decide([['Allow', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }]]).missing
    assert.equal(rest.length, 0)
    assert.deepEqual(
      [fact?.fact, fact?.kind, fact?.layer, fact?.wouldAllowIf, fact?.bearsOn],
      ['aws:SourceVpce', 'context-key', 'identity-policy', '= vpce-1', 'decision'],
    )
    assert.match(fact?.howToGet ?? '', /vpcEndpointId/)
  })

  // biome-ignore format: a table is read by its columns
  const PHRASES: readonly (readonly [statements: readonly Statement[], phrase: string | null])[] = [
    [[['Allow', { StringEquals: { 'ex:k': 'a' } }]],                     '= a'],
    [[['Allow', { StringEquals: { 'ex:k': ['a', 'b'] } }]],              'in [a, b]'],
    [[['Allow', { StringLike: { 'ex:k': 'a*' } }]],                      'like a*'],
    [[['Allow', { Null: { 'ex:k': 'true' } }]],                          'absent'],
    [[all, ['Deny', { StringEquals: { 'ex:k': 'a' } }]],                 'not in [a]'],
    [[all, ['Deny', { StringEqualsIfExists: { 'ex:k': ['a', 'b'] } }]],  'not in [a, b]'],
    [[all, ['Deny', { StringNotEquals: { 'ex:k': 'a' } }]],              '= a'],
    [[['Allow', { Bool: { 'ex:k': 'true' } }]],                          '= true'],
    [[['Allow', { StringEquals: { 'ex:k': 'a', 'ex:j': 'b' } }]],        null],
  ]
  for (const [statements, phrase] of PHRASES)
    it(`${JSON.stringify(statements)} would be allowed if k ${phrase ?? '(no value alone)'}`, () => {
      const got = decide(statements)
      assert.equal(got.decision, 'undetermined')
      assert.equal(got.missing.find((fact) => fact.fact === 'ex:k')?.wouldAllowIf, phrase)
    })

  it('say the value also where two statements spell the key in different letter case (R-CTX-01)', () => {
    const got = decide([
      ['Allow', { StringEquals: { 'ex:K': 'a' } }],
      ['Allow', { StringEquals: { 'EX:k': 'a' } }],
    ])
    assert.deepEqual(
      got.missing.map((fact) => fact.wouldAllowIf),
      ['= a'],
    )
  })

  it('of a denied request are those a fix needs; of an allowed one there are none', () => {
    const denied = decide([
      ['Deny', {}],
      ['Allow', { StringEquals: { 'ex:k': 'a' } }],
    ])
    assert.equal(denied.decision, 'denied')
    for (const fact of denied.missing) assert.equal(fact.bearsOn, 'fix')
    assert.deepEqual(decide([all]).missing, [])
  })
})

describe('the outcomes of an undetermined request', () => {
  it('are the cases over the missing key, absent among them', () => {
    const { outcomes } = decide([['Allow', { StringEquals: { 'ex:k': 'a' } }]])
    assert.deepEqual(outcomes.find(({ when }) => when['ex:k'] === 'a')?.decision, 'allowed')
    assert.ok(outcomes.some(({ when, decision }) => when['ex:k'] !== 'a' && decision === 'denied'))
    assert.ok(new Set(outcomes.map((outcome) => outcome.decision)).size > 1)
  })

  it('show null for the absent key where only that decides', () => {
    const { outcomes } = decide([['Allow', { Null: { 'ex:k': 'true' } }]])
    assert.deepEqual(outcomes.find(({ when }) => when['ex:k'] === null)?.decision, 'allowed')
  })

  it('never hold an absent key that is known to be there', () => {
    const { outcomes } = decide([['Allow', { StringEquals: { 'ex:k': 'a' } }]], PRESENT)
    assert.ok(outcomes.length > 0)
    assert.ok(outcomes.every(({ when }) => when['ex:k'] !== null))
  })

  it('call "other" no value that decides as a named one does', () => {
    const { outcomes } = decide([all, ['Deny', { StringEquals: { 'ex:k': ['a', 'b'] } }]])
    const named = outcomes.map(({ when }) => when['ex:k'])
    assert.ok(named.includes('(other)'))
    assert.ok(named.includes('a') && named.includes('b'), `only ${named.join(', ')}`)
  })

  it('are at most 64', () => {
    const values = Array.from({ length: 40 }, (_, i) => `v${i}`)
    const got = decide([['Allow', { StringEquals: { 'ex:k': values, 'ex:j': values } }]])
    assert.equal(got.decision, 'undetermined')
    assert.ok(got.outcomes.length <= 64)
  })

  it('are none where another missing fact leaves every case open', () => {
    const id = '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be'
    const { decision, outcomes, missing } = evaluate({
      request: {
        principal: `arn:aws:sts::${A}:assumed-role/app/s`,
        action: 's3:ListBucket',
        resource: 'arn:aws:s3:::bucket',
        resourceAccount: A,
        context: { 'aws:PrincipalTag/team': { state: 'unknown' } },
        contextComplete: true,
      },
      policies: {
        complete: true,
        identityPolicies: [
          {
            name: 'p',
            document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
          },
        ],
        resourcePolicy: {
          name: 'b',
          document: {
            Version: '2012-10-17',
            Statement: {
              Effect: 'Deny',
              Principal: { CanonicalUser: id },
              Action: 's3:*',
              NotResource: 'arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*',
            },
          },
        },
      },
    })
    assert.deepEqual([decision, outcomes, missing.map(({ kind }) => kind)], ['undetermined', [], ['principal']])
  })

  it('have addresses of a service where the request says that its address is not known', () => {
    const inRange = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }
    const { decision, outcomes } = evaluate({
      request: {
        principal: 'cloudtrail.amazonaws.com',
        action: 's3:PutObject',
        resource: 'arn:aws:s3:::bucket/key',
        resourceAccount: A,
        context: { 'aws:SourceIp': { state: 'unknown' } },
        contextComplete: true,
      },
      policies: {
        complete: true,
        resourcePolicy: {
          name: 'b',
          document: {
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*', Condition: inRange },
          },
        },
      },
    })
    assert.equal(decision, 'undetermined')
    assert.deepEqual(new Set(outcomes.map((outcome) => outcome.decision)), new Set(['allowed', 'denied']))
  })

  it('are found for twenty unknown keys too, of which not all cases can be judged', () => {
    const condition = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`ex:k${i}`, ['a', 'b', 'c']]))
    assert.equal(decide([['Allow', { StringEquals: condition }]]).decision, 'undetermined')
  })
})

describe('what may be tried of unknown keys is counted', () => {
  const keys = Array.from({ length: 5 }, (_, i) => `ex:k${i}`)
  const always: readonly Statement[] = [
    all,
    ['Deny', { StringEquals: { 'ex:k0': 'a' } }],
    ['Deny', { StringNotEquals: { 'ex:k0': 'a' } }],
    ...keys.map((key): Statement => ['Deny', { StringEquals: { [key]: 'a' } }]),
  ]

  it('decides what every case comes to, however many keys are open', () => {
    assert.equal(decide(always).decision, 'denied')
  })

  it('leaves it open where all cases together hold too many values against the request', () => {
    const values = Array.from({ length: 900 }, (_, i) => `b${i}`)
    const many = Array.from(
      { length: 20 },
      (_, i): Statement => ['Deny', { StringEquals: { [`ex:k${i % 5}`]: values } }],
    )
    assert.equal(decide([...always, ...many]).decision, 'undetermined')
    assert.equal(decide([...always, ...many], { 'ex:k0': 'a' }).decision, 'denied')
  })

  it('tries no more than a thousand values of one key', () => {
    const valuesOf = (length: number) => Array.from({ length }, (_, i) => `b${i}`)
    const either = (length: number): readonly Statement[] => [
      all,
      ['Deny', { StringEquals: { 'ex:k0': valuesOf(length) } }],
      ['Deny', { StringNotEquals: { 'ex:k0': valuesOf(length) } }],
    ]
    assert.equal(decide(either(40)).decision, 'denied')
    assert.equal(decide(either(20_000)).decision, 'undetermined')
  })
})

describe('policy variables in the cases (R-COND-67)', () => {
  const equal = (key: string, value: string): Statement => ['Allow', { StringEquals: { [key]: value } }]
  const cases = (...at: Parameters<typeof decide>) =>
    decide(...at).outcomes.map(({ when, decision }) => [Object.values(when).join(' '), decision])

  it('have the value from the request', () => {
    assert.deepEqual(cases([equal('ex:k', '${aws:username}')]), [
      ['ann', 'allowed'],
      ['(other)', 'denied'],
      ['', 'denied'],
    ])
    assert.equal(decide([equal('ex:k', '${aws:username}')]).missing[0]?.wouldAllowIf, '= ann')
  })

  it('decide a condition and its opposite', () => {
    const other: Statement = ['Allow', { StringNotEquals: { 'ex:k': '${aws:username}' } }]
    assert.equal(decide([equal('ex:k', '${aws:username}'), other]).decision, 'allowed')
  })

  it('have the value of the other key, where that one is known', () => {
    assert.deepEqual(cases([equal('ex:k', 'team-${ex:j}')], { 'ex:k': 'team-red' }), [
      ['red', 'allowed'],
      ['(other)', 'denied'],
      ['', 'denied'],
    ])
  })

  it('have one value for both keys, and another one, where neither is known', () => {
    const of = (when: object, decision: string) => [when, decision]
    assert.deepEqual(
      decide([equal('ex:k', '${ex:j}')]).outcomes.map(({ when, decision }) => of(when, decision)),
      [
        of({ 'ex:k': '(value 1)', 'ex:j': '(value 1)' }, 'allowed'),
        of({ 'ex:k': '(value 1)', 'ex:j': null }, 'denied'),
        of({ 'ex:k': '(other)', 'ex:j': '(value 1)' }, 'denied'),
        of({ 'ex:k': '(other)', 'ex:j': null }, 'denied'),
        of({ 'ex:k': null, 'ex:j': '(value 1)' }, 'denied'),
        of({ 'ex:k': null, 'ex:j': null }, 'denied'),
      ],
    )
  })

  it('have the part of the resource that a variable stands for', () => {
    const Statement = [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:sqs:*:*:${ex:j}' }]
    const got = evaluate({
      request: {
        principal: `arn:aws:iam::${A}:user/ann`,
        action: 'sqs:SendMessage',
        resource: `arn:aws:sqs:eu-west-1:${A}:red`,
      },
      policies: { complete: true, identityPolicies: [{ name: 'p', document: { Version: '2012-10-17', Statement } }] },
    })
    assert.equal(got.missing[0]?.wouldAllowIf, '= red')
  })
})

describe('two names of one tag (R-CTX-18)', () => {
  const Statement = [
    { Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { 'ec2:ResourceTag/team': 'red' } } },
    { Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringNotEquals: { 'aws:ResourceTag/Team': 'red' } } },
  ]
  it('are one unknown key', () => {
    const got = evaluate({
      request: {
        principal: `arn:aws:iam::${A}:user/ann`,
        action: 'ec2:StopInstances',
        resource: `arn:aws:ec2:eu-west-1:${A}:instance/i-1`,
      },
      policies: { complete: true, identityPolicies: [{ name: 'p', document: { Version: '2012-10-17', Statement } }] },
    })
    assert.equal(got.decision, 'allowed')
  })
})

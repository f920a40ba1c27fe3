/** Policies and requests that mean harm: they get an answer, the right one where there is one, and never an exception. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluateEffect } from '#engine/evaluate-effect.ts'
import { evaluateRequest, prepareScenario } from '#engine/evaluate.ts'
import type { PoliciesInForce, Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'

const A = '111122223333'

const scenario = (policies: PoliciesInForce, request: Partial<Request> = {}): Scenario => ({
  request: {
    principal: `arn:aws:iam::${A}:user/ann`,
    action: 's3:GetObject',
    resource: `arn:aws:s3:::bucket/${'a'.repeat(900)}`,
    resourceAccount: A,
    contextComplete: true,
    ...request,
  },
  policies: { complete: true, ...policies },
  organization: null,
})
const identity = (Statement: unknown, request: Partial<Request> = {}): Scenario =>
  scenario({ identityPolicies: [{ name: 'p', document: { Version: '2012-10-17', Statement } }] }, request)
const allow = (more: object): object => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })
const decisionOf = (given: Scenario): string => {
  const prepared = prepareScenario(given)
  const { decision } = evaluateRequest(prepared.policies, given.request, given)
  assert.equal(evaluateEffect(prepared.policies, given.request).decision, decision)
  return decision
}

describe('patterns of 200 stars', () => {
  // A matcher that tries every way to share a text out among the stars would not come back.
  const stars = 'a*'.repeat(200)
  const asked = 'a'.repeat(900)
  const rows: readonly (readonly [what: string, given: Scenario, decision: string])[] = [
    ['Resource, which matches', identity(allow({ Resource: `arn:aws:s3:::bucket/${stars}` })), 'allowed'],
    ['Resource, but for the last letter', identity(allow({ Resource: `arn:aws:s3:::bucket/${stars}b` })), 'denied'],
    [
      'Resource with question marks',
      identity(allow({ Resource: `arn:aws:s3:::bucket/${'?*'.repeat(200)}b` })),
      'denied',
    ],
    [
      'NotResource',
      identity({ Effect: 'Allow', Action: '*', NotResource: `arn:aws:s3:::bucket/${stars}b` }),
      'allowed',
    ],
    ['Action', identity(allow({ Action: `s3:${'*'.repeat(200)}z` })), 'denied'],
    [
      'StringLike',
      identity(allow({ Condition: { StringLike: { 's3:prefix': `${stars}b` } } }), { context: { 's3:prefix': asked } }),
      'denied',
    ],
    [
      'StringNotLike with a variable between the stars',
      identity(allow({ Condition: { StringNotLike: { 's3:prefix': `${stars}\${aws:username}${stars}b` } } }), {
        context: { 's3:prefix': asked },
      }),
      'allowed',
    ],
    [
      'ArnLike',
      identity(allow({ Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${stars}b` } } }), {
        context: { 'aws:SourceArn': `arn:aws:s3:::${asked}` },
      }),
      'denied',
    ],
  ]
  for (const [what, given, decision] of rows)
    it(`in ${what}: ${decision}`, () => assert.equal(decisionOf(given), decision))
})

describe('many statements', () => {
  const others = Array.from({ length: 9999 }, (_, i) => allow({ Resource: `arn:aws:s3:::bucket-${i}/*` }))

  it('of ten thousand the one that allows, or denies, is found wherever it stands', () => {
    const hit = allow({ Resource: 'arn:aws:s3:::bucket/*' })
    assert.equal(decisionOf(identity([...others, hit])), 'allowed')
    assert.equal(decisionOf(identity([hit, ...others])), 'allowed')
    assert.equal(decisionOf(identity([...others, hit, { ...hit, Effect: 'Deny' }])), 'denied')
    assert.equal(decisionOf(identity(others)), 'denied')
  })

  it('ten thousand values of a condition, and as many principals, are read', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => `v${i}`)
    const given = allow({ Condition: { StringEquals: { 's3:prefix': values } } })
    assert.equal(decisionOf(identity([given], { context: { 's3:prefix': 'v9999' } })), 'allowed')
    const AWS = values.map((name) => `arn:aws:iam::${A}:user/${name}`)
    const document = { Version: '2012-10-17', Statement: [allow({ Principal: { AWS } })] }
    const resourcePolicy = { name: 'r', document }
    assert.equal(decisionOf(scenario({ resourcePolicy }, { principal: AWS.at(-1) ?? '' })), 'allowed')
    assert.equal(decisionOf(scenario({ resourcePolicy })), 'denied')
  })
})

describe('deep nesting', () => {
  const nested = (open: string, close: string, inside: string): string =>
    open.repeat(1000) + inside + close.repeat(1000)
  const elements = ['Effect', 'Action', 'Resource', 'Principal', 'Condition', 'Sid']

  for (const element of elements)
    it(`a thousand deep in ${element} never makes a statement allow`, () => {
      for (const deep of [nested('[', ']', '"*"'), nested('{"a":', '}', '"*"')]) {
        const fields = { Effect: '"Allow"', Action: '"s3:Put*"', Resource: '"*"', [element]: deep }
        const text = `{"Version":"2012-10-17","Statement":[{${Object.entries(fields)
          .map(([name, value]) => `"${name}":${value}`)
          .join(',')}}]}`
        for (const document of [text, JSON.parse(text) as unknown])
          assert.notEqual(decisionOf(scenario({ identityPolicies: [{ name: 'p', document }] })), 'allowed')
      }
    })

  it('a thousand deep as the whole document is unreadable', () => {
    for (const document of [nested('[', ']', ''), nested('{"Statement":', '}', '[]')])
      assert.notEqual(decisionOf(scenario({ identityPolicies: [{ name: 'p', document }] })), 'allowed')
  })
})

describe('names of the prototype', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']
  /** As JSON.parse makes it: `__proto__` is a field like any other. */
  const own = (name: string, value: unknown): Record<string, never> =>
    JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`) as Record<string, never>

  for (const name of NAMES) {
    it(`\`${name}\` as a condition key is absent until the request has it`, () => {
      const given = allow({ Condition: { StringEquals: own(name, 'v') } })
      assert.equal(decisionOf(identity([given])), 'denied')
      assert.equal(decisionOf(identity([given], { context: own(name, 'v') })), 'allowed')
    })

    it(`\`${name}\` as operator, element, service and tag gives nothing`, () => {
      assert.equal(decisionOf(identity([allow({ Condition: own(name, { 's3:prefix': 'v' }) })])), 'denied')
      assert.equal(decisionOf(identity([{ Effect: 'Allow', Resource: '*', ...own(name, '*') }])), 'denied')
      assert.equal(decisionOf(identity([allow({ Action: `${name}:${name}` })], { action: `${name}:Other` })), 'denied')
      const tagged = allow({ Condition: { StringEquals: { [`aws:PrincipalTag/${name}`]: 'v' } } })
      assert.equal(decisionOf(identity([tagged], { principalTags: {} })), 'denied')
      assert.equal(decisionOf(identity([tagged], { principalTags: own(name, 'v') })), 'allowed')
    })

    it(`\`${name}\` as a type of principal, and as an attribute, gives nothing`, () => {
      const document = { Version: '2012-10-17', Statement: [allow({ Principal: own(name, '*') })] }
      assert.equal(decisionOf(scenario({ resourcePolicy: { name: 'r', document } })), 'denied')
      assert.equal(decisionOf(scenario({ resourcePolicy: null, serviceGuards: own(name, { Grants: [] }) })), 'denied')
    })
  }

  it('nothing of it stays behind', () => {
    assert.equal(({} as Record<string, unknown>)['v'], undefined)
    assert.deepEqual(Object.keys(Object.prototype), [])
  })
})

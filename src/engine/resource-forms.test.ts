import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from './evaluate.ts'
import type { Scenario } from './scenario.ts'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0a'
const ALIAS = 'arn:aws:kms:eu-west-1:111122223333:alias/app'

const ask = (action: string, resource: string, allowed: string, more: Partial<Scenario> = {}): Scenario => ({
  request: {
    principal: 'arn:aws:iam::111122223333:user/dev',
    action,
    resource,
    resourceAccount: '111122223333',
    contextComplete: true,
  },
  policies: {
    complete: true,
    identityPolicies: [{ name: 'p', document: { Statement: [{ Effect: 'Allow', Action: '*', Resource: allowed }] } }],
  },
  ...more,
})

// What AWS's APIs, messages and logs print in place of the action and resource that IAM evaluates (R-MSG-08, R-RES-09).
const CASES: readonly (readonly [what: string, action: string, resource: string, becomes: string, on: string])[] = [
  ['an API name', 's3:ListObjectsV2', 'arn:aws:s3:::b', 's3:ListBucket', 'arn:aws:s3:::b'],
  ['a HEAD of an object', 's3:HeadObject', 'arn:aws:s3:::b/k', 's3:GetObject', 'arn:aws:s3:::b/k'],
  [
    'an invocation',
    'lambda:Invoke',
    'arn:aws:lambda:eu-west-1:111122223333:function:f',
    'lambda:InvokeFunction',
    'arn:aws:lambda:eu-west-1:111122223333:function:f',
  ],
  [
    'another letter case',
    'sqs:receivemessage',
    'arn:aws:sqs:eu-west-1:111122223333:q',
    'sqs:ReceiveMessage',
    'arn:aws:sqs:eu-west-1:111122223333:q',
  ],
  ['quotes round the resource', 's3:GetObject', '"arn:aws:s3:::b/k"', 's3:GetObject', 'arn:aws:s3:::b/k'],
  ['a bucket for an object action', 's3:GetObject', 'arn:aws:s3:::b', 's3:GetObject', 'arn:aws:s3:::b/*'],
  ['an object for a bucket action', 's3:ListBucket', 'arn:aws:s3:::b/k', 's3:ListBucket', 'arn:aws:s3:::b'],
]

for (const [what, action, resource, becomes, on] of CASES)
  test(`${what} is judged as ${becomes} on ${on}`, () => {
    const decision = evaluate(ask(action, resource, on))
    assert.equal(decision.decision, 'allowed')
    const changes = new Map(decision.normalized.map(({ field, to }) => [field, to]))
    if (action !== becomes) assert.equal(changes.get('action'), becomes)
    if (resource !== on) assert.equal(changes.get('resource'), on)
  })

test('an alias stands for the key that has it (R-KMS-09)', () => {
  const policy = {
    Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' }],
  }
  const resources = [{ arn: KEY, account: '111122223333', kind: 'key', policy, attributes: { aliases: ['alias/app'] } }]
  const scenario = ask('kms:Decrypt', ALIAS, KEY, { resources })
  const decision = evaluate({
    ...scenario,
    policies: { ...scenario.policies, resourcePolicy: { name: 'key', kind: 'key', document: policy } },
  })
  assert.equal(decision.decision, 'allowed')
  assert.deepEqual(decision.normalized, [{ field: 'resource', from: ALIAS, to: KEY, rule: 'R-KMS-09' }])
})

test('an alias whose key is not known leaves the resource unknown, never `*` (R-REQ-05)', () => {
  assert.notEqual(evaluate(ask('kms:Decrypt', ALIAS, KEY)).decision, 'allowed')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from './evaluate.ts'
import { keyOfAlias, s3ResourceForm } from './resource-forms.ts'
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

test('a bucket stands for some object of it, an object for its bucket, where the action is on the other alone (R-RES-09)', () => {
  const forms = [
    ['getobject', 'arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
    ['GetObject', 'arn:aws-cn:s3:::b', 'arn:aws-cn:s3:::b/*'],
    ['getobject', 'arn:aws:s3:::b/k', undefined],
    ['getobject', 'arn:aws:s3:::b*', undefined],
    ['listbucket', 'arn:aws:s3:::b/k/l', 'arn:aws:s3:::b'],
    ['listbucket', 'arn:aws:s3:::b', undefined],
    ['nosuchaction', 'arn:aws:s3:::b/k', undefined],
    ['nosuchaction', 'arn:aws:s3:::b', undefined],
    ['getobject', 'b', undefined],
    ['getobject', 'x:s3:::b', undefined],
    ['getobject', 'arn:aws:s3:eu-west-1:111122223333:accesspoint/p', undefined],
    ['getaccesspoint', 'arn:aws:s3:::b/k', undefined],
  ] as const
  for (const [action, resource, becomes] of forms)
    assert.deepEqual(
      s3ResourceForm(action, resource),
      becomes === undefined ? undefined : { resource: becomes, rule: 'R-RES-09' },
      `${action} on ${resource}`,
    )
})

test('an alias is looked for among the keys of its Region and account, by its name or its ARN (R-KMS-09)', () => {
  const key = (arn: string, aliases: unknown) => ({ arn, attributes: { aliases } })
  const elsewhere = KEY.replace('eu-west-1', 'us-east-1')
  const theirs = KEY.replace('111122223333', '444455556666')
  const of = (...resources: Parameters<typeof keyOfAlias>[2]) => keyOfAlias('decrypt', ALIAS, resources)?.resource
  assert.equal(of(key(`${KEY}1`, ['alias/other']), key(KEY, ['alias/app'])), KEY)
  assert.equal(of(key(KEY, [ALIAS])), KEY)
  for (const nothing of [['alias/application'], ['app'], [7], 'alias/app', undefined, null, [`${ALIAS}2`]])
    assert.equal(of(key(KEY, nothing)), null, JSON.stringify(nothing))
  for (const arn of [elsewhere, theirs]) assert.equal(of(key(arn, ['alias/app'])), null, arn)
  assert.equal(of({ arn: KEY }), null)
})

test('only an action on keys takes an alias for one, and only a whole alias ARN is one (R-KMS-09)', () => {
  const becomes = (action: string, resource: string) => keyOfAlias(action, resource, [])
  assert.deepEqual(becomes('Decrypt', ALIAS), { resource: null, rule: 'R-KMS-09', alias: 'alias/app' })
  for (const action of ['createalias', 'updatealias', 'deletealias', 'listkeys', 'nosuchaction'])
    assert.equal(becomes(action, ALIAS), undefined, action)
  for (const text of [
    KEY,
    'alias/app',
    ` ${ALIAS}`,
    ALIAS.replace(':kms:', ':s3:'),
    `${ALIAS}\n`,
    'arn:aws:kms:eu-west-1:111122223333:alias/',
    'arn::kms:eu-west-1:111122223333:alias/app',
    'arn:aws:kms:eu:west:1:alias/app',
  ])
    assert.equal(becomes('decrypt', text), undefined, text)
  assert.deepEqual(becomes('decrypt', 'arn:aws-us-gov:kms:::alias/app'), {
    resource: null,
    rule: 'R-KMS-09',
    alias: 'alias/app',
  })
})

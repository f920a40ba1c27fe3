import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { callOf, togetherOf } from './calls.ts'
import { evaluateEffect } from './evaluate-effect.ts'
import { evaluate } from './evaluate.ts'
import { preparePolicies } from './prepare.ts'
import type { Policy, Scenario } from './scenario.ts'

/** Calls whose name is no action: docs/json.md, "Decision", R-REQ-02, R-MSG-08. */
const A = '111122223333'
const USER = `arn:aws:iam::${A}:user/ann`
const TABLE = `arn:aws:dynamodb:eu-west-1:${A}:table/orders`
const OTHER = `arn:aws:dynamodb:eu-west-1:${A}:table/carts`
const [FROM, TO] = ['from', 'to'].map((id) => `arn:aws:kms:eu-west-1:${A}:key/${id}`) as [string, string]
const ENCLOSING = 'dynamodb:EnclosingOperation'
const OF_TRANSACTIONS = ['ConditionCheckItem', 'DeleteItem', 'PutItem', 'UpdateItem'].map((name) => `dynamodb:${name}`)

const request = (action: string, resource: Request['resource'], context?: Request['context']): Request => ({
  principal: USER,
  action,
  resource,
  contextComplete: true,
  ...(context === undefined ? {} : { context }),
})
const allow = (Action: unknown, Resource: unknown = '*'): Policy => ({
  name: 'own',
  document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource } },
})
const scenario = (request: Request, ...identityPolicies: Policy[]): Scenario => ({
  request,
  policies: { complete: true, identityPolicies },
  organization: null,
})

describe('a call that is no action of IAM’s', () => {
  it('is the requests that it makes: of a transaction every kind that it may hold', () => {
    const call = callOf(request('dynamodb:TransactWriteItems', TABLE))
    assert.equal(call?.needs, 'some')
    assert.deepEqual(call?.requests.map(({ action }) => action).toSorted(), OF_TRANSACTIONS)
    for (const part of call?.requests ?? []) {
      assert.deepEqual(part.context, { [ENCLOSING]: 'TransactWriteItems' })
      assert.deepEqual([part.principal, part.resource, part.contextComplete], [USER, TABLE, true])
    }
    assert.deepEqual(
      callOf(request('dynamodb:TransactGetItems', TABLE))?.requests.map(({ action, context }) => [action, context]),
      [['dynamodb:GetItem', { [ENCLOSING]: 'TransactGetItems' }]],
    )
  })

  it('keeps what the request lists, and what that says of the transaction, however it is spelled (R-CTX-01)', () => {
    const contextsOf = (context: Request['context']) =>
      callOf(request('dynamodb:TransactWriteItems', TABLE, context))?.requests.map((request) => request.context) ?? []
    for (const context of contextsOf({ 'dynamodb:enclosingoperation': 'X', 'aws:SourceIp': '203.0.113.7' }))
      assert.deepEqual(context, { [ENCLOSING]: 'X', 'aws:SourceIp': '203.0.113.7' })
    for (const part of callOf(request('kms:ReEncrypt', [FROM, TO], { 'kms:ViaService': 'x' }))?.requests ?? [])
      assert.deepEqual(part.context, { 'kms:ViaService': 'x' })
    for (const part of callOf(request('kms:ReEncrypt', [FROM, TO]))?.requests ?? [])
      assert.equal(Object.hasOwn(part, 'context'), false)
  })

  it('has each of as many resources as actions for one of them, in the order of the call (R-KMS-11)', () => {
    const requestsOf = (resource: Request['resource'], action = 'kms:ReEncrypt') =>
      callOf(request(action, resource))?.requests.map((request) => [request.action, request.resource])
    assert.deepEqual(requestsOf([FROM, TO]), [
      ['kms:ReEncryptFrom', FROM],
      ['kms:ReEncryptTo', TO],
    ])
    for (const resource of [FROM, [FROM], null, [FROM, TO, FROM]])
      assert.deepEqual(requestsOf(resource), [
        ['kms:ReEncryptFrom', resource],
        ['kms:ReEncryptTo', resource],
      ])
    const tables = [TABLE, OTHER, `${TABLE}3`, `${TABLE}4`]
    for (const [, resource] of requestsOf(tables, 'dynamodb:TransactWriteItems') ?? [])
      assert.deepEqual(resource, tables)
  })

  it('reads the source and writes the target of a copy that names both (R-REQ-02)', () => {
    const [from, to] = ['arn:aws:s3:::a/k', 'arn:aws:s3:::b/k']
    for (const action of ['s3:CopyObject', 's3:UploadPartCopy'])
      assert.deepEqual(
        callOf(request(action, [from, to]))?.requests.map((request) => [request.action, request.resource]),
        [
          ['s3:GetObject', from],
          ['s3:PutObject', to],
        ],
      )
    for (const resource of [to, [to], null, [from, to, to]])
      assert.equal(callOf(request('s3:CopyObject', resource)), undefined)
    assert.equal(callOf(request('s3:PutObject', [from, to])), undefined)
  })

  it('is none where the name is an action, or stands for one', () => {
    for (const action of ['dynamodb:PutItem', 's3:ListObjectsV2', 's3:NoSuchCall', 'nothing'])
      assert.equal(callOf(request(action, TABLE)), undefined, action)
  })
})

describe('what the requests of a call come to together', () => {
  const [yes, no, open] = ['allowed', 'denied', 'undetermined'] as const
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [needs: 'all' | 'some', effects: readonly (typeof yes | typeof no | typeof open)[], together: typeof yes | typeof no | typeof open])[] = [
    ['all',  [yes, yes],      yes],
    ['all',  [yes, no],       no],
    ['all',  [open, no],      no],
    ['all',  [yes, open],     open],
    ['some', [yes, yes],      yes],
    ['some', [no, no],        no],
    ['some', [open, open],    open],
    ['some', [yes, no],       open],
    ['some', [no, yes],       open],
    ['some', [no, no, open],  open],
    ['all',  [],              open],
  ]
  for (const [needs, effects, together] of ROWS)
    it(`is ${together} of ${effects.join(' and ') || 'none'}, ${needs} of which the call needs`, () =>
      assert.equal(togetherOf(needs, effects), together))
})

describe('the decision on a call', () => {
  it('is that of the action that is refused, where it needs all', () => {
    const toAccount = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: A }, Action: 'kms:*', Resource: '*' },
    }
    const decision = evaluate({
      ...scenario(request('kms:ReEncrypt', [FROM, TO]), allow('kms:ReEncryptFrom')),
      resources: [FROM, TO].map((arn) => ({ arn, policy: toAccount, attributes: { kmsGrants: [] } })),
    })
    assert.deepEqual([decision.decision, decision.blockedBy], ['denied', ['identity-policy']])
    assert.deepEqual(
      decision.parts?.map((part) => [part.action, part.resource, part.decision.decision]),
      [
        ['kms:ReEncryptFrom', FROM, 'allowed'],
        ['kms:ReEncryptTo', TO, 'denied'],
      ],
    )
  })

  it('says of each part, and of the whole, what was put in place of the name of the call', () => {
    const decision = evaluate(scenario(request('dynamodb:TransactWriteItems', TABLE), allow('dynamodb:*')))
    assert.equal(decision.decision, 'allowed')
    const put = (to: string) => [{ field: 'action', from: 'dynamodb:TransactWriteItems', to, rule: 'R-MSG-08' }]
    assert.deepEqual(decision.parts?.map(({ action }) => action).toSorted(), OF_TRANSACTIONS)
    for (const part of decision.parts ?? []) {
      assert.equal(part.resource, TABLE)
      assert.deepEqual(part.decision.normalized, put(part.action ?? ''))
    }
  })

  it('has no parts where the call makes one kind of request', () => {
    const decision = evaluate(scenario(request('dynamodb:TransactGetItems', TABLE), allow('dynamodb:GetItem')))
    assert.deepEqual([decision.decision, decision.parts], ['allowed', undefined])
    assert.deepEqual(
      decision.normalized.map(({ from, to }) => [from, to]),
      [['dynamodb:TransactGetItems', 'dynamodb:GetItem']],
    )
  })

  it('has one part for each action on each resource of a list', () => {
    const decision = evaluate(scenario(request('dynamodb:TransactWriteItems', [TABLE, OTHER]), allow('*', TABLE)))
    assert.equal(decision.decision, 'denied')
    assert.deepEqual(
      decision.parts?.map((part) => `${part.action} ${part.resource} ${part.decision.decision}`).toSorted(),
      OF_TRANSACTIONS.flatMap((action) => [`${action} ${OTHER} denied`, `${action} ${TABLE} allowed`]),
    )
    for (const part of decision.parts ?? [])
      assert.deepEqual(
        part.decision.normalized.map(({ to }) => to),
        [part.action],
      )
  })

  it('hangs on the actions that it makes, where it is some that come to different things', () => {
    const of = (...actions: string[]) =>
      evaluate(scenario(request('dynamodb:TransactWriteItems', TABLE), allow(actions)))
    const decided = of('dynamodb:PutItem')
    assert.deepEqual(
      [decided.decision, decided.denyType, decided.blockedBy, decided.likelyReported, decided.outcomes],
      ['undetermined', null, [], null, []],
    )
    const [missing] = decided.missing
    assert.deepEqual(
      [missing?.fact, missing?.kind, missing?.layer, missing?.wouldAllowIf, missing?.bearsOn],
      [
        'actions that dynamodb:TransactWriteItems makes',
        'attribute',
        'service-guard',
        '= dynamodb:PutItem',
        'decision',
      ],
    )
    assert.equal(missing?.howToGet?.includes('items'), true)
    assert.equal(of('dynamodb:PutItem', 'dynamodb:DeleteItem').missing[0]?.wouldAllowIf?.startsWith('in ['), true)
    const used = { layer: 'service-guard', kind: 'call', needs: 'allow', satisfied: 'unknown' }
    const ways = 'any' in decided.requirement ? decided.requirement.any : []
    assert.equal(ways.length, OF_TRANSACTIONS.length)
    for (const way of ways) assert.deepEqual('all' in way ? way.all.at(-1) : way, used)
    assert.equal(decided.parts?.length, OF_TRANSACTIONS.length)
  })

  it('names no action that would be allowed where none surely is', () => {
    const call = { ...request('dynamodb:TransactWriteItems', TABLE), contextComplete: false }
    const onlyPut: Policy = {
      name: 'own',
      document: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'dynamodb:PutItem',
          Resource: '*',
          Condition: { Bool: { 'ex:k': 'true' } },
        },
      },
    }
    const decision = evaluate(scenario(call, onlyPut))
    assert.deepEqual([decision.decision, decision.missing[0]?.wouldAllowIf], ['undetermined', null])
  })

  it('is the same without its trace', () => {
    const policies = preparePolicies({ complete: true, identityPolicies: [allow('dynamodb:PutItem')] })
    const decided = evaluateEffect(policies, request('dynamodb:TransactWriteItems', TABLE), { organization: null })
    assert.deepEqual([decided.decision, decided.denyType, decided.blockedBy], ['undetermined', null, []])
    const none = preparePolicies({ complete: true, identityPolicies: [allow('s3:*')] })
    const refused = evaluateEffect(none, request('dynamodb:TransactWriteItems', TABLE), { organization: null })
    assert.deepEqual(
      [refused.decision, refused.denyType, refused.blockedBy],
      ['denied', 'implicit', ['identity-policy']],
    )
  })
})

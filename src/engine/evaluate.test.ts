import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import type { Decision, LayerVerdict } from './decision.ts'
import { POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import { evaluate } from './evaluate.ts'
import type { PoliciesInForce, Scenario } from './scenario.ts'

const A = '111122223333'
const B = '444455556666'
const USER = `arn:aws:iam::${A}:user/ann`
const SESSION = `arn:aws:sts::${A}:assumed-role/app/s1`
const ROLE = `arn:aws:iam::${A}:role/app`
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k`

const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy(statement('Allow'))
const NOTHING = policy()
const DENY = policy(statement('Deny'))
const MAYBE = policy(statement('Allow', { Condition: { StringEquals: { 'ex:k': 'v' } } }))
const to = (AWS: string, kind?: string) => ({
  ...policy(statement('Allow', { Principal: AWS === '*' ? '*' : { AWS } })),
  ...(kind === undefined ? {} : { kind }),
})

const run = (policies: PoliciesInForce, request: Partial<Request> = {}, rest: Partial<Scenario> = {}): Decision =>
  evaluate({
    request: { principal: USER, action: 'sqs:SendMessage', resource: QUEUE, ...request },
    policies: { complete: true, ...policies },
    ...rest,
  })
const layerOf = (decision: Decision, layer: PolicyLayer): LayerVerdict | undefined =>
  decision.layers.find((entry) => entry.layer === layer)
const verdicts = (decision: Decision, layer: PolicyLayer) =>
  decision.layers.filter((entry) => entry.layer === layer).map((entry) => entry.verdict)
const role: Partial<Request> = { principal: SESSION, principalDetails: { roleArn: ROLE } }

describe('a decision', () => {
  it('lists all eight layers, in the order of docs/json.md', () => {
    assert.deepEqual([...new Set(run({}).layers.map((entry) => entry.layer))], [...POLICY_LAYERS])
  })

  it('names the layers that refuse once each, in the order of docs/json.md, also where several levels refuse', () => {
    const got = run(
      {
        identityPolicies: [NOTHING],
        permissionsBoundary: DENY,
        serviceControlPolicies: [
          { target: 'r', policies: [DENY] },
          { target: 'a', policies: [DENY] },
        ],
      },
      {},
      { organization: { id: 'o', managementAccount: '999999999999', principalPath: 'o/r/' } },
    )
    assert.deepEqual(got.blockedBy, ['service-control-policy', 'identity-policy', 'permissions-boundary'])
    assert.equal(got.denyType, 'explicit', 'a counted layer is')
    assert.equal(got.likelyReported, 'service-control-policy', 'explicit first, then the organization (R-NAME-02)')
  })

  it('is explicit only if a Deny refuses, and names no layer unless denied', () => {
    const implicit = run({ identityPolicies: [NOTHING] })
    assert.deepEqual(
      [implicit.decision, implicit.denyType, implicit.blockedBy, implicit.likelyReported],
      ['denied', 'implicit', ['identity-policy'], 'identity-policy'],
    )
    const allowed = run({ identityPolicies: [ALLOW] })
    assert.deepEqual(
      [allowed.decision, allowed.denyType, allowed.blockedBy, allowed.likelyReported],
      ['allowed', null, [], null],
    )
  })

  it('names an explicit Deny before an implicit one that stands higher (R-NAME-02)', () => {
    assert.equal(run({ identityPolicies: [NOTHING], permissionsBoundary: DENY }).likelyReported, 'permissions-boundary')
  })

  it('shows every statement with its place, and nothing failed where it matches', () => {
    const got = run({
      identityPolicies: [
        {
          ...policy({ ...statement('Allow'), Sid: 'One' }, statement('Deny', { Action: 'iam:*' })),
          arn: 'arn:aws:iam::aws:policy/P',
          file: 'f.json',
          lines: [3, 9],
        },
      ],
    })
    const [first, second] = layerOf(got, 'identity-policy')?.statements ?? []
    assert.deepEqual(first, {
      policy: 'p',
      policyArn: 'arn:aws:iam::aws:policy/P',
      sid: 'One',
      index: 0,
      pointer: '/Statement/0',
      file: 'f.json',
      line: 3,
      effect: 'Allow',
      matches: true,
      failedOn: [],
    })
    assert.deepEqual(
      [second?.line, second?.matches, second?.failedOn.map((f) => [f.element, f.expected, f.actual])],
      [9, false, [['Action', 'iam:*', 'sqs:SendMessage']]],
    )
  })

  it('shows all elements that fail, one per condition line, with variables filled in', () => {
    const Condition = { StringEquals: { 'ex:k': 'v', 'ex:j': '${aws:username}' }, Bool: { 'ex:absent': 'true' } }
    const got = run(
      { identityPolicies: [policy({ Effect: 'Allow', Action: 'sqs:Get*', NotResource: QUEUE, Condition })] },
      { context: { 'ex:k': 'w', 'ex:j': 'bob', 'ex:absent': null } },
    )
    const failed = layerOf(got, 'identity-policy')?.statements[0]?.failedOn ?? []
    assert.deepEqual(
      failed.map((f) => [f.element, f.key ?? null, f.operator ?? null, f.expected, f.actual, f.state ?? null]),
      [
        ['Action', null, null, 'sqs:Get*', 'sqs:SendMessage', null],
        ['NotResource', null, null, QUEUE, QUEUE, null],
        ['Condition', 'ex:k', 'StringEquals', 'v', 'w', null],
        ['Condition', 'ex:j', 'StringEquals', 'ann', 'bob', null],
        ['Condition', 'ex:absent', 'Bool', 'true', null, 'absent'],
      ],
    )
  })

  it('shows of a statement that matches which condition lines held, and by what', () => {
    const Condition = {
      StringNotEquals: { 'ex:absent': 'v' },
      StringLike: { 'ex:j': ['${aws:username}*', 'x'] },
      'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' },
    }
    const got = run(
      { identityPolicies: [ALLOW, policy({ Effect: 'Deny', Action: '*', Resource: '*', Condition })] },
      { context: { 'ex:absent': null, 'ex:j': 'annie', 'aws:TagKeys': ['a', 'b'] } },
    )
    const [allow, deny] = layerOf(got, 'identity-policy')?.statements ?? []
    assert.equal(got.decision, 'denied')
    assert.ok(allow !== undefined && !Object.hasOwn(allow, 'metBy'), 'a statement without conditions has no such field')
    assert.deepEqual(deny?.metBy, [
      { key: 'ex:absent', operator: 'StringNotEquals', expected: 'v', actual: null, state: 'absent' },
      { key: 'ex:j', operator: 'StringLike', expected: ['ann*', 'x'], actual: 'annie' },
      { key: 'aws:TagKeys', operator: 'ForAnyValue:StringEquals', expected: 'a', actual: ['a', 'b'] },
    ])
  })

  it('shows only what is unknown where the statement is unknown', () => {
    const failed = layerOf(run({ identityPolicies: [MAYBE] }), 'identity-policy')?.statements[0]
    assert.deepEqual(
      [failed?.matches, failed?.failedOn.map((f) => [f.element, f.key, f.state])],
      ['unknown', [['Condition', 'ex:k', 'unknown']]],
    )
  })
})

describe('the word for a layer', () => {
  it('is one of five', () => {
    assert.deepEqual(verdicts(run({ identityPolicies: [ALLOW] }), 'identity-policy'), ['allow'])
    assert.deepEqual(verdicts(run({ identityPolicies: [ALLOW, DENY] }), 'identity-policy'), ['explicit-deny'])
    assert.deepEqual(verdicts(run({ identityPolicies: [NOTHING] }), 'identity-policy'), ['implicit-deny'])
    assert.deepEqual(verdicts(run({ identityPolicies: [ALLOW] }), 'permissions-boundary'), ['not-applicable'])
    assert.deepEqual(verdicts(run({ identityPolicies: [MAYBE] }), 'identity-policy'), ['unknown'])
  })

  it('stays implicit-deny where the layer must allow and surely does not, though a Deny may match', () => {
    const may = policy(statement('Deny', { Condition: { StringEquals: { 'ex:k': 'v' } } }))
    const got = run({ identityPolicies: [may] })
    assert.deepEqual([got.decision, verdicts(got, 'identity-policy')], ['denied', ['implicit-deny']])
  })

  it('is unknown where a Deny may match and the layer need not allow', () => {
    const may = policy(statement('Deny', { Principal: '*', Condition: { StringEquals: { 'ex:k': 'v' } } }))
    assert.deepEqual(verdicts(run({ identityPolicies: [ALLOW], resourcePolicy: may }), 'resource-policy'), ['unknown'])
  })

  it('for a policy of which a part cannot be read is unknown, and the part is named', () => {
    const got = run({ identityPolicies: [policy(statement('Allow'), statement('allow'))] })
    assert.equal(got.decision, 'undetermined')
    assert.deepEqual(verdicts(got, 'identity-policy'), ['unknown'])
    assert.match(layerOf(got, 'identity-policy')?.reason ?? '', /Statement\/1/)
    assert.deepEqual(
      got.missing.map((fact) => fact.kind),
      ['policy'],
    )
  })

  it('for a document that is not at hand is unknown', () =>
    assert.equal(
      run({ identityPolicies: [{ name: 'managed', arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] }).decision,
      'undetermined',
    ))
})

describe('`counted` says whether the verdict bears on the decision', () => {
  it('not for an implicit deny that the resource policy’s Allow overrides', () => {
    const got = run({ identityPolicies: [NOTHING], resourcePolicy: to(USER) })
    assert.equal(got.decision, 'allowed')
    assert.deepEqual(
      [layerOf(got, 'identity-policy')?.verdict, layerOf(got, 'identity-policy')?.counted],
      ['implicit-deny', false],
    )
    assert.equal(layerOf(got, 'resource-policy')?.counted, true)
  })

  it('not for the way that `blockedBy` does not take', () => {
    const got = run({ identityPolicies: [NOTHING], resourcePolicy: to(B) })
    assert.deepEqual([got.blockedBy, layerOf(got, 'resource-policy')?.counted], [['identity-policy'], false])
  })

  it('not for any layer of an action that needs no permission (R-EVAL-02)', () => {
    for (const [action, resource] of [
      ['sts:GetCallerIdentity', '*'],
      ['sts:GetSessionToken', '*'],
      ['dynamodb:DescribeEndpoints', '*'],
    ] as const) {
      const got = run({ identityPolicies: [DENY], permissionsBoundary: DENY }, { action, resource })
      assert.equal(got.decision, 'allowed', action)
      assert.ok(
        got.layers.every((layer) => !layer.counted),
        action,
      )
    }
  })

  it('always for an explicit deny', () => {
    const got = run({ identityPolicies: [DENY], permissionsBoundary: DENY })
    for (const layer of got.layers.filter((entry) => entry.verdict === 'explicit-deny'))
      assert.equal(layer.counted, true, layer.layer)
  })
})

describe('`blockedBy`: curing exactly these layers makes it allowed', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, policies: PoliciesInForce, request: Partial<Request>, blockedBy: readonly PolicyLayer[]])[] = [
    ['either identity or resource would do: the caller’s side',        { identityPolicies: [NOTHING], resourcePolicy: to(B) }, {}, ['identity-policy']],
    ['identity and boundary both lack an Allow',                       { identityPolicies: [NOTHING], permissionsBoundary: NOTHING }, {}, ['identity-policy', 'permissions-boundary']],
    ['role: identity, boundary and session',                           { identityPolicies: [NOTHING], permissionsBoundary: NOTHING, sessionPolicies: [NOTHING] }, role, ['identity-policy', 'permissions-boundary', 'session-policy']],
    ['role named by the resource: only the limits',                    { identityPolicies: [NOTHING], permissionsBoundary: NOTHING, resourcePolicy: to(ROLE) }, role, ['permissions-boundary']],
    ['across accounts both sides lack',                                { identityPolicies: [NOTHING], resourcePolicy: NOTHING }, { resource: `arn:aws:sqs:eu-west-1:${B}:q` }, ['resource-policy', 'identity-policy']],
    ['across accounts only the resource lacks',                        { identityPolicies: [ALLOW], resourcePolicy: null }, { resource: `arn:aws:sqs:eu-west-1:${B}:q` }, ['resource-policy']],
    ['key: neither side allows',                                       { identityPolicies: [NOTHING], resourcePolicy: { ...NOTHING, kind: 'key' } }, { action: 'kms:Decrypt', resource: KEY }, ['resource-policy']],
    ['key: its policy leaves it to the account',                       { identityPolicies: [NOTHING], resourcePolicy: to(A, 'key') }, { action: 'kms:Decrypt', resource: KEY }, ['identity-policy']],
    ['key: identity allows, the key does not',                         { identityPolicies: [ALLOW], resourcePolicy: { ...NOTHING, kind: 'key' } }, { action: 'kms:Decrypt', resource: KEY }, ['resource-policy']],
    ['trust: neither side allows',                                     { identityPolicies: [NOTHING], resourcePolicy: { ...NOTHING, kind: 'trust' } }, { action: 'sts:AssumeRole', resource: ROLE }, ['resource-policy']],
    ['trust: its policy leaves it to the account',                     { identityPolicies: [NOTHING], resourcePolicy: to(A, 'trust') }, { action: 'sts:AssumeRole', resource: ROLE }, ['identity-policy']],
    ['an explicit deny and a missing Allow',                           { identityPolicies: [NOTHING], permissionsBoundary: DENY }, {}, ['identity-policy', 'permissions-boundary']],
    ['a Deny of the resource and a missing Allow of the identity',     { identityPolicies: [NOTHING], resourcePolicy: policy(statement('Deny', { Principal: '*' })) }, {}, ['resource-policy', 'identity-policy']],
  ]
  for (const [title, policies, request, blockedBy] of ROWS)
    it(`${title}: ${blockedBy.join(', ')}`, () => {
      const got = run(policies, request)
      assert.equal(got.decision, 'denied')
      assert.deepEqual(got.blockedBy, blockedBy)
      for (const layer of blockedBy)
        assert.ok(
          got.layers.some((entry) => entry.layer === layer && entry.counted && entry.verdict.endsWith('-deny')),
          layer,
        )
    })
})

describe('a list of resources', () => {
  const other = `arn:aws:sqs:eu-west-1:${A}:other`
  const allowing = (Resource: string, more: object = {}) => ({
    identityPolicies: [policy(statement('Allow', { Resource, ...more }))],
  })

  it('is denied if one is, and the fields are that one’s (R-REQ-02)', () => {
    const got = run(allowing(QUEUE), { resource: [QUEUE, other] })
    assert.deepEqual(
      got.parts?.map((part) => [part.resource, part.decision.decision]),
      [
        [QUEUE, 'allowed'],
        [other, 'denied'],
      ],
    )
    assert.deepEqual([got.decision, got.blockedBy], ['denied', ['identity-policy']])
  })

  it('is undetermined if one is and none is denied, allowed if all are', () => {
    assert.equal(
      run(
        {
          identityPolicies: [
            policy(
              statement('Allow', { Resource: QUEUE }),
              statement('Allow', { Resource: other, Condition: { StringEquals: { 'ex:k': 'v' } } }),
            ),
          ],
        },
        { resource: [QUEUE, other] },
      ).decision,
      'undetermined',
    )
    assert.equal(run(allowing('*'), { resource: [QUEUE, other] }).decision, 'allowed')
  })

  it('has no parts where one resource is asked for', () => assert.equal(run(allowing('*')).parts, undefined))
})

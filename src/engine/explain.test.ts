/** What a verdict says of a statement and of its layer, field by field (docs/json.md, "Decision"). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { evaluateEffect } from './evaluate-effect.ts'
import { evaluate, evaluateRequest } from './evaluate.ts'
import { preparePolicies } from './prepare.ts'
import type { PoliciesInForce, Policy } from './scenario.ts'

const A = '111122223333'
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`
const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const policy = (...Statement: readonly object[]): Policy => ({
  name: 'p',
  document: { Version: '2012-10-17', Statement },
})
const requestOf = (request: Partial<Request> = {}): Request => ({
  principal: `arn:aws:iam::${A}:user/ann`,
  action: 'sqs:SendMessage',
  resource: QUEUE,
  ...request,
})
const run = (policies: PoliciesInForce, request: Partial<Request> = {}) =>
  evaluate({ request: requestOf(request), policies: { complete: true, ...policies } })
const layerOf = (got: ReturnType<typeof run>, layer: PolicyLayer) => got.layers.find((entry) => entry.layer === layer)
const statementsOf = (...args: Parameters<typeof run>) => layerOf(run(...args), 'identity-policy')?.statements ?? []

describe('the verdict on a statement', () => {
  it('has no field of what the policy and the statement do not have', () => {
    const place = { policy: 'p', index: 0, pointer: '/Statement/0', effect: 'Allow' }
    assert.deepEqual(statementsOf({ identityPolicies: [policy(statement('Allow'))] }), [
      { ...place, matches: true, failedOn: [] },
    ])
    assert.deepEqual(statementsOf({ identityPolicies: [policy(statement('Allow', { Action: 'iam:GetRole' }))] }), [
      {
        ...place,
        matches: false,
        failedOn: [{ element: 'Action', expected: 'iam:GetRole', actual: 'sqs:SendMessage' }],
      },
    ])
    assert.deepEqual(statementsOf({ identityPolicies: [policy(statement('Allow', { Resource: `${QUEUE}2` }))] }), [
      { ...place, matches: false, failedOn: [{ element: 'Resource', expected: `${QUEUE}2`, actual: QUEUE }] },
    ])
    const Condition = { StringEquals: { 'ex:k': ['v', 'w'] } }
    assert.deepEqual(
      statementsOf({ identityPolicies: [policy(statement('Allow', { Condition }))] }, { context: { 'ex:k': 'x' } }),
      [
        {
          ...place,
          matches: false,
          failedOn: [
            { element: 'Condition', key: 'ex:k', operator: 'StringEquals', expected: ['v', 'w'], actual: 'x' },
          ],
        },
      ],
    )
  })

  it('has the line of the statement where it is known, and no other’s', () => {
    const lined = { ...policy(statement('Allow'), statement('Allow'), statement('Allow')), lines: [3, undefined] }
    assert.deepEqual(
      statementsOf({ identityPolicies: [lined] }).map((statement) => ('line' in statement ? statement.line : 'none')),
      [3, 'none', 'none'],
    )
  })

  it('is that a statement with NotResource `*` matches nothing, whatever its action (R-RES-07)', () => {
    const { Resource: _all, ...rest } = statement('Deny')
    const [verdict] = statementsOf({ identityPolicies: [policy({ ...rest, NotResource: '*' })] })
    assert.deepEqual(verdict?.matches, false)
    assert.deepEqual(verdict?.failedOn, [{ element: 'NotResource', expected: '*', actual: QUEUE }])
  })

  it('has the resources with their variables filled in, and as they stand where there is no value', () => {
    const own = 'arn:aws:sqs:eu-west-1:*:${aws:username}-jobs'
    const unknown = 'arn:aws:sqs:eu-west-1:*:${aws:PrincipalTag/team}'
    const ofResources = (Resource: unknown) =>
      statementsOf({ identityPolicies: [policy(statement('Allow', { Resource, Action: 'iam:*' }))] })[0]?.failedOn
    const resourceOf = (Resource: unknown) => ofResources(Resource)?.find(({ element }) => element === 'Resource')
    assert.deepEqual(resourceOf([own, `${QUEUE}2`])?.expected, ['arn:aws:sqs:eu-west-1:*:ann-jobs', `${QUEUE}2`])
    assert.deepEqual(resourceOf([`${QUEUE}2`, 'sqs'])?.expected, [`${QUEUE}2`, 'sqs'])
    const [open] = statementsOf({ identityPolicies: [policy(statement('Allow', { Resource: [unknown, own] }))] })
    assert.deepEqual(
      [open?.matches, open?.failedOn[0]?.expected, open?.failedOn[0]?.state],
      ['unknown', [unknown, 'arn:aws:sqs:eu-west-1:*:ann-jobs'], 'unknown'],
    )
  })

  it('shows the request’s resource as it was asked for: an ARN, none, a text, or nothing', () => {
    const actualOf = (resource: Request['resource'], action = 'sqs:SendMessage') =>
      statementsOf(
        { identityPolicies: [policy(statement('Allow', { Resource: 'arn:aws:s3:::b' }))] },
        { resource, action },
      )[0]?.failedOn[0]?.actual
    assert.deepEqual(
      [actualOf(QUEUE), actualOf('*', 'sqs:ListQueues'), actualOf('a text'), actualOf(null)],
      [QUEUE, '*', 'a text', null],
    )
  })
})

describe('the verdict on a layer that is open', () => {
  const equals = (value: string) => ({ StringEquals: { 'ex:k': value } })
  const differs = (value: string) => ({ StringNotEquals: { 'ex:k': value } })
  const either = (effect: string) =>
    policy(statement(effect, { Condition: equals('a') }), statement(effect, { Condition: differs('a') }))

  it('is that it allows, where every case is allowed; what allows anyway says nothing of cases (R-COND-65)', () => {
    const got = run({ identityPolicies: [either('Allow')], permissionsBoundary: policy(statement('Allow')) })
    assert.equal(got.decision, 'allowed')
    const identity = layerOf(got, 'identity-policy')
    assert.deepEqual([identity?.verdict, identity?.counted], ['allow', true])
    assert.match(identity?.reason ?? '', /whatever the keys are/)
    const boundary = layerOf(got, 'permissions-boundary')
    assert.deepEqual([boundary?.verdict, boundary?.counted, boundary?.reason], ['allow', true, undefined])
    for (const entry of got.layers.filter(({ counted }) => !counted))
      assert.notEqual(entry.verdict, 'allow', entry.layer)
  })

  it('is that it refuses, where every case is denied by it; others keep what they are', () => {
    const got = run({
      identityPolicies: [policy(statement('Allow')), either('Deny')],
      permissionsBoundary: policy(statement('Allow', { Condition: equals('b') })),
    })
    assert.deepEqual([got.decision, got.denyType, got.blockedBy], ['denied', 'explicit', ['identity-policy']])
    const identity = layerOf(got, 'identity-policy')
    assert.deepEqual([identity?.verdict, identity?.counted], ['explicit-deny', true])
    assert.match(identity?.reason ?? '', /refuses whatever the keys are/)
    assert.deepEqual(layerOf(got, 'permissions-boundary')?.verdict, 'unknown')
    assert.deepEqual(layerOf(got, 'session-policy')?.verdict, 'not-applicable')
  })

  it('stays unknown, where the cases differ', () => {
    const got = run({ identityPolicies: [policy(statement('Allow', { Condition: equals('a') }))] })
    assert.deepEqual([got.decision, layerOf(got, 'identity-policy')?.verdict], ['undetermined', 'unknown'])
    assert.equal(got.outcomes.length > 0, true)
  })

  it('leaves no outcomes where the decision is made', () => {
    assert.deepEqual(run({ identityPolicies: [policy(statement('Allow'))] }).outcomes, [])
    assert.deepEqual(run({ identityPolicies: [policy()] }).outcomes, [])
  })
})

describe('many requests over policies that are prepared once', () => {
  const policies: PoliciesInForce = {
    complete: true,
    identityPolicies: [policy(statement('Allow', { Resource: QUEUE }))],
  }
  const prepared = preparePolicies(policies)

  it('have the decision that each would have with them', () => {
    const organization = { id: 'o-1', principalPath: 'o-1/r-1/' }
    for (const resource of [QUEUE, `${QUEUE}2`, null, [QUEUE, `${QUEUE}2`], []] as const) {
      const got = evaluateRequest(prepared, requestOf({ resource }), { organization })
      const wanted = evaluate({ request: requestOf({ resource }), policies, organization })
      assert.deepEqual(got, wanted)
    }
  })

  it('have the same without the trace, also where the resource is not known', () => {
    assert.deepEqual(
      [null, QUEUE, `${QUEUE}2`].map((resource) => evaluateEffect(prepared, requestOf({ resource })).decision),
      ['undetermined', 'allowed', 'denied'],
    )
  })

  it('a list of no resource is a call on one that is not known (R-REQ-05)', () => {
    const got = evaluateRequest(prepared, requestOf({ resource: [] }))
    assert.deepEqual([got.decision, got.parts], ['undetermined', undefined])
    const all = preparePolicies({ complete: true, identityPolicies: [policy(statement('Allow'))] })
    assert.equal(evaluateRequest(all, requestOf({ resource: [] })).decision, 'allowed')
  })
})

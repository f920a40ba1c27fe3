/** The decision alone, and what each layer found: what many requests in a row are evaluated with. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluateEffect, effectWithoutOthers, NOTHING_IN_FORCE } from './evaluate-effect.ts'
import { prepareScenario } from './evaluate.ts'
import type { PoliciesInForce, Scenario } from './scenario.ts'
import { ROWS } from '../../test/spec/decision-rows.ts'

const A = '111122223333'
const USER = `arn:aws:iam::${A}:user/ann`
const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy(statement('Allow'))
const NOTHING = policy()
const maybe = (Resource: string) => statement('Deny', { Resource, Condition: { StringEquals: { 'ex:k': 'v' } } })

const of = ({ request, policies: _policies, ...known }: Scenario, prepared: ReturnType<typeof prepareScenario>) =>
  evaluateEffect(prepared.policies, request, known)
const run = (policies: PoliciesInForce, request: Partial<Request> = {}) => {
  const scenario: Scenario = {
    request: { principal: USER, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', resourceAccount: A, ...request },
    policies: { complete: true, ...policies },
  }
  return of(scenario, prepareScenario(scenario))
}

describe('every row of the decision table', () => {
  for (const { id, scenario, decision: answer, rules, layer, denyType } of ROWS) {
    // What is undetermined only for want of the action: that it exists is taken for granted here.
    const decision = rules === 'R-ACT-05: nobody knows such an action' ? 'allowed' : answer
    it(`${id} is ${decision}`, () => {
      const prepared = prepareScenario(scenario)
      const got = of(scenario, prepared)
      assert.equal(got.decision, decision)
      assert.equal(got.denyType, denyType ?? null)
      if (layer === undefined) assert.deepEqual(got.blockedBy, [])
      else assert.ok(got.blockedBy.includes(layer))
    })
  }
})

describe('identity policies with nothing else in force', () => {
  it('come to the same under a request that was read once, whatever the request', () => {
    const decisions = new Set<string>()
    for (const { id, scenario } of ROWS) {
      const { request } = scenario
      const decide = effectWithoutOthers(request)
      const listed = prepareScenario(scenario).policies.identityPolicies ?? []
      for (const policies of [listed, listed.slice(1), []]) {
        const identityPolicies = policies.length === 0 ? null : policies
        const { decision } = evaluateEffect({ ...NOTHING_IN_FORCE, identityPolicies }, request, { organization: null })
        assert.equal(decide(policies), decision, id)
        decisions.add(decision)
      }
    }
    assert.deepEqual([...decisions].sort(), ['allowed', 'denied', 'undetermined'])
  })
})

describe('a list of resources (R-REQ-02)', () => {
  const denies = statement('Deny', { Resource: 'arn:aws:s3:::b/denied' })
  const policies = { identityPolicies: [policy(statement('Allow'), denies, maybe('arn:aws:s3:::b/open'))] }
  const [allowed, open, denied] = ['fine', 'open', 'denied'].map((key) => `arn:aws:s3:::b/${key}`) as [
    string,
    string,
    string,
  ]
  const decided = (...resource: readonly string[]) => run(policies, { resource }).decision

  it('is denied if one is, else open if one is', () => {
    assert.deepEqual(
      [decided(allowed, open, denied), decided(denied, allowed), decided(allowed, open), decided(open, allowed)],
      ['denied', 'denied', 'undetermined', 'undetermined'],
    )
    assert.deepEqual([decided(allowed, allowed), decided(allowed)], ['allowed', 'allowed'])
  })

  it('that is empty is a call that names none: on none, or on one that is not known (R-REQ-03, R-REQ-05)', () => {
    assert.equal(decided(), 'undetermined')
    const onBucket = policy(statement('Allow', { Resource: 'arn:aws:s3:::b/*' }))
    const listing = { action: 's3:ListAllMyBuckets', resource: [] }
    assert.equal(run({ identityPolicies: [onBucket] }, { resource: [] }).decision, 'undetermined')
    assert.equal(run({ identityPolicies: [onBucket] }, listing).decision, 'denied')
    assert.equal(run({ identityPolicies: [policy(statement('Allow'))] }, listing).decision, 'allowed')
  })
})

describe('a resource whose owner is not known (R-XACC-04)', () => {
  const anyOwner = (policies: PoliciesInForce) => {
    const { resourceAccount: _owner, ...request } = {
      principal: USER,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
      resourceAccount: A,
    }
    const scenario: Scenario = { request, policies: { complete: true, ...policies } }
    return of(scenario, prepareScenario(scenario))
  }

  it('is open where the owner decides, and names nobody who refuses', () => {
    const { decision, denyType, blockedBy } = anyOwner({ identityPolicies: [ALLOW] })
    assert.deepEqual([decision, denyType, blockedBy], ['undetermined', null, []])
  })

  it('is denied by all that would have to be cured for either owner', () => {
    const silent = anyOwner({ identityPolicies: [NOTHING], resourcePolicy: null })
    assert.deepEqual(
      [silent.decision, silent.denyType, silent.blockedBy],
      ['denied', 'implicit', ['resource-policy', 'identity-policy']],
    )
    const unsaid = anyOwner({ identityPolicies: [NOTHING] })
    assert.deepEqual(
      [unsaid.decision, unsaid.denyType, unsaid.blockedBy],
      ['denied', 'implicit', ['identity-policy']],
      'a resource policy that nobody spoke of is not blamed for what it would refuse another account',
    )
    const refused = anyOwner({ identityPolicies: [policy(statement('Deny'))] })
    assert.equal(refused.denyType, 'explicit')
    assert.ok(refused.trace.some(({ layer, by }) => layer === 'identity-policy' && by?.statement.effect === 'Deny'))
  })

  it('is allowed where either owner would allow it', () => {
    const everyone = { ...policy(statement('Allow', { Principal: '*' })), kind: 'bucket' }
    assert.equal(anyOwner({ identityPolicies: [ALLOW], resourcePolicy: everyone }).decision, 'allowed')
  })
})

describe('what each layer found', () => {
  const settled = (policies: PoliciesInForce) =>
    run(policies).trace.find(({ layer }) => layer === 'identity-policy')?.by?.statement

  it('names the statement that settles it: the first Deny that matches, else the first Allow', () => {
    const denying = policy(
      statement('Allow', { Sid: 'a' }),
      statement('Deny', { Sid: 'd1' }),
      statement('Deny', { Sid: 'd2' }),
    )
    assert.equal(settled({ identityPolicies: [denying] })?.sid, 'd1')
    const allowing = policy(
      statement('Allow', { Sid: 'other', Action: 'sqs:*' }),
      statement('Allow', { Sid: 'a1' }),
      statement('Allow', { Sid: 'a2' }),
    )
    assert.equal(settled({ identityPolicies: [allowing] })?.sid, 'a1')
    assert.equal(settled({ identityPolicies: [NOTHING] }), undefined)
    assert.equal(settled({ identityPolicies: [policy(maybe('*'))] }), undefined)
  })
})

it('an action that needs no permission is allowed, but for a rule of its service (R-EVAL-02, R-EVAL-03)', () => {
  const deny = { identityPolicies: [policy(statement('Deny'))] }
  assert.equal(run(deny, { action: 'sts:GetCallerIdentity', resource: '*' }).decision, 'allowed')
  assert.equal(run(deny, { action: 'sts:GetSessionToken', resource: '*' }).decision, 'allowed')
  const session = { principal: `arn:aws:sts::${A}:assumed-role/app/s`, action: 'sts:GetSessionToken', resource: '*' }
  const got = run({ identityPolicies: [ALLOW] }, session)
  assert.deepEqual([got.decision, got.blockedBy], ['denied', ['service-guard']])
})

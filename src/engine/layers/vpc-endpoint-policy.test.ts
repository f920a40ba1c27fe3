/** Whether a request came through an endpoint, and what follows where that or the endpoint's policy is not known (R-VPCE-01). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ContextValue } from '#iam/request.ts'
import { evaluateEffect } from '../evaluate-effect.ts'
import { evaluate, prepareScenario } from '../evaluate.ts'
import type { PoliciesInForce, Scenario } from '../scenario.ts'
import { spec } from '../../../test/spec/spec.ts'

const A = '111122223333'
const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const forAll = (Effect: string) => policy({ Effect, Principal: '*', Action: '*', Resource: '*' })
const SILENT = policy()
const ENDPOINT = { 'aws:SourceVpce': 'vpce-1' }
const PERHAPS = { 'aws:SourceVpce': { state: 'unknown' } } as const

function scenarioOf(
  vpcEndpointPolicy: PoliciesInForce['vpcEndpointPolicy'],
  context: Readonly<Record<string, ContextValue>>,
  contextComplete = false,
): Scenario {
  return {
    request: {
      principal: `arn:aws:iam::${A}:user/ann`,
      action: 'sqs:SendMessage',
      resource: `arn:aws:sqs:eu-west-1:${A}:q`,
      resourceAccount: A,
      context: { 'aws:ViaAWSService': false, ...context },
      contextComplete,
    },
    policies: {
      serviceControlPolicies: null,
      resourceControlPolicies: null,
      permissionsBoundary: null,
      resourcePolicy: null,
      serviceGuards: null,
      identityPolicies: [ALLOW],
      ...(vpcEndpointPolicy === undefined ? {} : { vpcEndpointPolicy }),
    },
  }
}

function ask(...args: Parameters<typeof scenarioOf>) {
  const scenario = scenarioOf(...args)
  const got = evaluate(scenario)
  // It does not try cases; what it decides, it decides alike.
  const { decision } = spec(scenario)
  if (decision !== 'undetermined') assert.equal(decision, got.decision, 'the second evaluator')
  return got
}
const decide = (...args: Parameters<typeof ask>): string => ask(...args).decision
const layerOf = (...args: Parameters<typeof ask>) =>
  ask(...args).layers.find((entry) => entry.layer === 'vpc-endpoint-policy')
const lacks = (...args: Parameters<typeof ask>) =>
  ask(...args).missing.map(({ layer, kind, fact }) => [layer, kind, fact])

/** What the layers say by themselves, before the cases over what is not known are tried. */
function plain(...args: Parameters<typeof scenarioOf>) {
  const scenario = scenarioOf(...args)
  const { decision, trace } = evaluateEffect(prepareScenario(scenario).policies, scenario.request, scenario)
  return { decision, found: trace.find((finding) => finding.layer === 'vpc-endpoint-policy') }
}

describe('a request that perhaps came through the endpoint', () => {
  it('is allowed where the endpoint lets it through, and open where the endpoint does not', () => {
    assert.equal(decide(forAll('Allow'), PERHAPS), 'allowed')
    assert.equal(plain(forAll('Allow'), PERHAPS).decision, 'allowed')
    assert.equal(plain(SILENT, PERHAPS).decision, 'undetermined')
    assert.equal(plain(forAll('Deny'), PERHAPS).decision, 'undetermined')
  })

  it('hangs on the one key', () => {
    for (const refusing of [SILENT, forAll('Deny')])
      assert.deepEqual(plain(refusing, PERHAPS).found?.lacking, [{ fact: 'aws:SourceVpce', kind: 'context-key' }])
    assert.deepEqual(lacks(forAll('Allow'), PERHAPS), [])
  })

  it('stays open whatever the cases come to: that it is not known is said in so many words', () => {
    assert.equal(decide(SILENT, PERHAPS), 'undetermined')
    assert.equal(decide(forAll('Deny'), PERHAPS), 'undetermined')
    for (const key of ['aws:SourceIp', 'aws:CalledVia', 'aws:ViaAWSService'])
      assert.equal(decide(SILENT, { [key]: { state: 'unknown' } }), 'undetermined', key)
  })
})

describe('a request whose endpoint other policies ask for', () => {
  it('has the case without one, however many endpoints they name', () => {
    const names = Array.from({ length: 7 }, (_, i) => `vpce-${i}`)
    const named = (operator: string, value: string | readonly string[]) =>
      policy({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { [operator]: { 'aws:SourceVpce': value } } })
    const scenario = scenarioOf(SILENT, PERHAPS)
    const identityPolicies = [named('ForAllValues:StringEquals', names), named('ForAnyValue:StringNotEquals', 'vpce-1')]
    const got = evaluate({ ...scenario, policies: { ...scenario.policies, identityPolicies } })
    assert.equal(got.decision, 'undetermined')
  })
})

describe('a request that came through an endpoint', () => {
  it('is refused by it, whether its name is known or only that there is one', () => {
    assert.equal(decide(SILENT, ENDPOINT), 'denied')
    assert.equal(decide(forAll('Deny'), ENDPOINT), 'denied')
    assert.equal(layerOf(SILENT, ENDPOINT)?.where, 'vpce-1')
    assert.equal(decide(SILENT, { 'aws:SourceVpce': { state: 'present' } }), 'denied')
    assert.equal(decide(SILENT, {}), 'denied', 'a policy that is given is that of the endpoint it came through')
    assert.equal(decide(forAll('Allow'), ENDPOINT), 'allowed')
  })

  it('hangs on what its policy asks, and no more on whether there was an endpoint', () => {
    const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
    const asking = policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', ...mfa })
    assert.deepEqual(lacks(asking, ENDPOINT), [['vpc-endpoint-policy', 'context-key', 'aws:MultiFactorAuthPresent']])
  })

  it('is cited with the statement that denies it', () => {
    const settledBy = (...args: Parameters<typeof scenarioOf>) => plain(...args).found?.by?.statement.effect
    assert.equal(settledBy(forAll('Deny'), ENDPOINT), 'Deny')
    assert.equal(settledBy(forAll('Deny'), PERHAPS), undefined, 'it came through the endpoint perhaps')
    const denied = layerOf(forAll('Deny'), ENDPOINT)
    assert.equal(denied?.verdict, 'explicit-deny')
    assert.deepEqual(
      denied?.statements.map(({ effect, matches }) => [effect, matches]),
      [['Deny', true]],
    )
  })
})

describe('an endpoint policy that is not known', () => {
  it('is asked for where the request came through an endpoint', () => {
    assert.equal(decide(undefined, ENDPOINT), 'undetermined')
    assert.deepEqual(lacks(undefined, ENDPOINT), [['vpc-endpoint-policy', 'policy', 'policy of the VPC endpoint']])
  })

  it('leaves open first of all whether there was an endpoint', () => {
    assert.equal(decide(undefined, {}), 'undetermined')
    assert.deepEqual(lacks(undefined, {}), [['vpc-endpoint-policy', 'context-key', 'aws:SourceVpce']])
  })

  it('does not matter over a public endpoint, nor where the default one is in force', () => {
    assert.equal(decide(undefined, { 'aws:SourceVpce': null }), 'allowed')
    assert.equal(decide(undefined, {}, true), 'allowed', 'the context is complete and names no endpoint')
    assert.equal(decide(null, ENDPOINT), 'allowed')
    assert.equal(decide(null, {}), 'allowed')
  })
})

describe('a call that a service makes for the caller (R-CTX-10)', () => {
  it('does not pass the endpoint that the caller used', () => {
    for (const via of [true, 'true', 'True'])
      assert.equal(decide(SILENT, { ...ENDPOINT, 'aws:ViaAWSService': via }), 'allowed', String(via))
    for (const via of [false, 'false'])
      assert.equal(decide(SILENT, { ...ENDPOINT, 'aws:ViaAWSService': via }), 'denied', String(via))
    assert.match(layerOf(SILENT, { ...ENDPOINT, 'aws:ViaAWSService': true })?.reason ?? '', /service/)
  })
})

/** Which layer is named first, and what an entry of a layer holds. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import { evaluate } from './evaluate.ts'
import type { PoliciesInForce } from './scenario.ts'

const A = '111122223333'
const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy(statement('Allow'))
const forAll = (Effect: string) => policy(statement(Effect, { Principal: '*' }))
const levels = (attached: ReturnType<typeof policy>) => [{ target: 'r', policies: [attached] }]

const run = (policies: PoliciesInForce, request: Partial<Request> = {}) =>
  evaluate({
    request: {
      principal: `arn:aws:sts::${A}:assumed-role/app/s`,
      principalDetails: { roleArn: `arn:aws:iam::${A}:role/app` },
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
      resourceAccount: A,
      context: { 'aws:SourceVpce': 'vpce-1' },
      contextComplete: true,
      ...request,
    },
    policies: { complete: true, identityPolicies: [ALLOW], ...policies },
  })

/** Of each layer the policies with which it refuses explicitly, outermost first. */
const DENIES: readonly (readonly [layer: PolicyLayer, policies: PoliciesInForce])[] = [
  ['resource-control-policy', { resourceControlPolicies: levels(forAll('Deny')) }],
  ['service-control-policy', { serviceControlPolicies: levels(policy(statement('Deny'))) }],
  ['vpc-endpoint-policy', { vpcEndpointPolicy: forAll('Deny') }],
  ['resource-policy', { resourcePolicy: forAll('Deny') }],
  ['identity-policy', { identityPolicies: [policy(statement('Deny'))] }],
  ['permissions-boundary', { permissionsBoundary: policy(statement('Deny')) }],
  ['session-policy', { sessionPolicies: [policy(statement('Deny'))] }],
]

describe('the layer that AWS would name', () => {
  for (const [i, [layer, policies]] of DENIES.entries())
    it(`is the ${layer} where it alone denies, and before all that stand inside it (R-NAME-02)`, () => {
      const alone = run(policies)
      assert.deepEqual([alone.likelyReported, alone.blockedBy, alone.denyType], [layer, [layer], 'explicit'])
      const inner = DENIES.slice(i)
      const all = run(Object.assign({}, ...inner.map(([, more]) => more)) as PoliciesInForce)
      assert.deepEqual([all.likelyReported, all.blockedBy], [layer, inner.map(([name]) => name)])
    })

  it('is an inner one that denies, before an outer one that is silent', () => {
    const silent = { serviceControlPolicies: levels(policy()) }
    assert.equal(run({ ...silent, sessionPolicies: [policy(statement('Deny'))] }).likelyReported, 'session-policy')
    assert.equal(run({ ...silent, sessionPolicies: [policy()] }).likelyReported, 'service-control-policy')
  })

  it('is the service where only a rule of it refuses, and none where nothing does', () => {
    const session = run({}, { action: 'sts:GetSessionToken', resource: '*' })
    assert.deepEqual([session.likelyReported, session.denyType], ['service-guard', 'implicit'])
    const allowed = run({})
    assert.deepEqual([allowed.likelyReported, allowed.denyType, allowed.blockedBy], [null, null, []])
  })
})

it('an entry has no field for what there is nothing to say of', () => {
  const entries = run({ permissionsBoundary: ALLOW }).layers
  assert.deepEqual([...new Set(entries.map(({ layer }) => layer))], [...POLICY_LAYERS])
  for (const entry of entries)
    for (const [name, value] of Object.entries(entry)) assert.notEqual(value, undefined, `${entry.layer}: ${name}`)
  const boundary = entries.find(({ layer }) => layer === 'permissions-boundary')
  assert.deepEqual(Object.keys(boundary ?? {}), ['layer', 'verdict', 'counted', 'statements'])
})

it('a policy that cannot be read is told of with the place, also beside one that can', () => {
  const broken = { name: 'broken', document: { Version: '2012-10-17', Statement: [{ ...statement('allow') }] } }
  const reasons = run({ identityPolicies: [ALLOW, broken] }).layers.map(({ reason }) => reason ?? '')
  assert.ok(
    reasons.some((reason) => reason.includes('cannot be read: `broken` at /Statement/0')),
    reasons.join('\n'),
  )
})

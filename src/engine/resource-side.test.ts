/** What a resource of the scenario brings to a request on it (docs/json.md, "Scenario"). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { preparePolicies } from './prepare.ts'
import { ownResource, policyOf, sideOf, withOwnPolicy, withOwnPolicyNamed } from './resource-side.ts'
import type { Resource, Scenario } from './scenario.ts'

const A = '111122223333'
const ROLE = `arn:aws:iam::${A}:role/app`
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`
const FUNCTION = `arn:aws:lambda:eu-west-1:${A}:function:f`
const document = { Version: '2012-10-17', Statement: [] }
const queue: Resource = { arn: QUEUE, kind: 'queue', policy: document }

describe('the policy of a resource', () => {
  it('has its name, kind, file and lines, and no field that was not given', () => {
    assert.deepEqual(policyOf({ ...queue, file: 'q.json', lines: [3] }), {
      name: QUEUE,
      kind: 'queue',
      document,
      file: 'q.json',
      lines: [3],
    })
    assert.deepEqual(policyOf({ arn: QUEUE, policy: document }), { name: QUEUE, document })
  })

  it('of a role is its trust policy, of anything else not (R-STS-01)', () => {
    const kindOf = (arn: string) => policyOf({ arn, policy: document, kind: 'given' }).kind
    assert.equal(kindOf(ROLE), 'trust')
    for (const arn of [`arn:aws:iam::${A}:user/role/`, `arn:aws:sqs:eu-west-1:${A}:role/app`, QUEUE, 'no ARN'])
      assert.equal(kindOf(arn), 'given', arn)
  })

  it('and its attributes are what it brings; what was not said is left out, and null says that there is none', () => {
    assert.deepEqual(sideOf({ arn: QUEUE }), {})
    assert.deepEqual(sideOf({ arn: QUEUE, policy: null, attributes: {} }), { resourcePolicy: null, serviceGuards: {} })
    assert.deepEqual(sideOf(queue), { resourcePolicy: policyOf(queue) })
  })
})

describe('the request’s own resource', () => {
  it('is the one of its ARN, else what carries its policy (R-RES-09)', () => {
    const [bucket, object] = ['arn:aws:s3:::b', 'arn:aws:s3:::b/k'].map((arn) => ({ arn })) as [Resource, Resource]
    assert.equal(ownResource([bucket, object], object.arn), object)
    assert.equal(ownResource([bucket], object.arn), bucket)
    assert.equal(ownResource([object], bucket.arn), undefined)
  })

  it('is no function for its version, which has a policy of its own (R-OTH-14)', () => {
    const [resource, version] = [FUNCTION, `${FUNCTION}:1`].map((arn) => ({ arn })) as [Resource, Resource]
    assert.equal(ownResource([resource], version.arn), undefined)
    assert.equal(ownResource([resource, version], version.arn), version)
  })
})

describe('the policies in force, with that of the resource that stands among the others', () => {
  const scenario = (more: Partial<Scenario> = {}, resource: Scenario['request']['resource'] = QUEUE): Scenario => ({
    request: { principal: `arn:aws:iam::${A}:user/ann`, action: 'sqs:SendMessage', resource },
    policies: { complete: true },
    resources: [queue],
    ...more,
  })

  it('is named, for what goes on to edit or compare', () => {
    assert.deepEqual(withOwnPolicyNamed(scenario()).policies, { complete: true, resourcePolicy: policyOf(queue) })
    const none = { resources: [{ ...queue, policy: null }] }
    assert.deepEqual(withOwnPolicyNamed(scenario(none)).policies, { complete: true, resourcePolicy: null })
    const { policies: _none, ...bare } = scenario()
    assert.deepEqual(withOwnPolicyNamed(bare).policies, { resourcePolicy: policyOf(queue) })
  })

  it('stays as it is where a policy was given, no resource has one, or it is not one resource', () => {
    const { resources: _none, ...alone } = scenario()
    for (const unchanged of [
      scenario({ policies: { resourcePolicy: null } }),
      scenario({ policies: { resourcePolicy: { name: 'given' } } }),
      scenario({ resources: [{ arn: QUEUE }] }),
      scenario({ resources: [] }),
      alone,
      scenario({}, [QUEUE]),
      scenario({}, null),
      scenario({}, `${QUEUE}2`),
    ])
      assert.equal(withOwnPolicyNamed(unchanged), unchanged)
  })

  it('is prepared as its kind is, once for every request', () => {
    const policies = preparePolicies({})
    const role: Resource = { arn: ROLE, policy: document }
    const [ofQueue, ofRole] = [queue, role].map((resource) => withOwnPolicy(policies, [queue, role], resource.arn))
    assert.deepEqual([ofQueue?.resourcePolicy?.place, ofQueue?.resourcePolicyKind], ['resource', 'queue'])
    assert.deepEqual([ofRole?.resourcePolicy?.place, ofRole?.resourcePolicyKind], ['trust', 'trust'])
    assert.equal(withOwnPolicy(policies, [queue], QUEUE).resourcePolicy, ofQueue?.resourcePolicy)
    assert.equal(withOwnPolicy(policies, [{ ...queue, policy: null }], QUEUE).resourcePolicy, null)
    for (const resources of [[], [{ arn: QUEUE }], [role]])
      assert.equal(withOwnPolicy(policies, resources, QUEUE), policies)
    const prepared = preparePolicies({ resourcePolicy: null })
    assert.equal(withOwnPolicy(prepared, [queue], QUEUE), prepared)
  })
})

describe('a policy that is given without its kind (R-GRAM-10)', () => {
  const prepared = preparePolicies({ resourcePolicy: { name: 'p', document, file: 'p.json', lines: [3] } })
  it('is the trust policy where the request is on a role', () => {
    const read = withOwnPolicy(prepared, [], ROLE)
    assert.deepEqual([read.resourcePolicyKind, read.resourcePolicy?.place], ['trust', 'trust'])
    assert.deepEqual(
      [read.resourcePolicy?.name, read.resourcePolicy?.file, read.resourcePolicy?.lines],
      ['p', 'p.json', [3]],
    )
  })
  it('stays what it is on anything else, and where the kind is given', () => {
    assert.equal(withOwnPolicy(prepared, [], QUEUE), prepared)
    const bucket = preparePolicies({ resourcePolicy: { name: 'p', kind: 'bucket', document } })
    assert.equal(withOwnPolicy(bucket, [], ROLE), bucket)
    const none = preparePolicies({ resourcePolicy: null })
    assert.equal(withOwnPolicy(none, [], ROLE), none)
  })
})

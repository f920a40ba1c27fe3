import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { furtherScenario, nextStep, whereNeeded } from './chain.ts'
import { evaluate } from './evaluate.ts'
import type { PoliciesInForce, Policy, PolicyLevel, Resource, Scenario } from './scenario.ts'
import type { FurtherRequest } from './services/service-rule.ts'

/** Which of the layers of a call bear on a further request of it (R-HOP-04). */
const A = '111122223333'
const B = '444455556666'
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k`
const BUCKET = 'arn:aws:s3:::bucket'
const ROLE = `arn:aws:iam::${A}:role/worker`
const policy = (name: string): Policy => ({ name, document: { Version: '2012-10-17', Statement: [] } })
const level = (target: string): readonly PolicyLevel[] => [{ target, policies: [policy(target)] }]

const ALL: PoliciesInForce = {
  complete: true,
  serviceControlPolicies: level('scp'),
  resourceControlPolicies: level('rcp'),
  vpcEndpointPolicy: policy('endpoint'),
  resourcePolicy: policy('of the bucket'),
  identityPolicies: [policy('identity')],
  permissionsBoundary: policy('boundary'),
  sessionPolicies: [policy('session')],
  serviceGuards: { versioning: 'Enabled' },
}
const ORGANIZATION = { id: 'o-1', managementAccount: B, principalPath: 'o-1/r-1/p/', resourcePath: 'o-1/r-1/r/' }
const key: Resource = { arn: KEY, account: A, kind: 'key', policy: { Statement: [] }, attributes: { kmsGrants: [] } }

const outer = (more: Partial<Scenario> = {}, request: Partial<Request> = {}): Scenario => ({
  request: { principal: `arn:aws:iam::${A}:user/ann`, action: 's3:PutObject', resource: `${BUCKET}/k`, ...request },
  policies: ALL,
  resources: [{ arn: BUCKET, account: A }, key],
  organization: ORGANIZATION,
  ...more,
})
const further = (more: Partial<FurtherRequest> = {}, request: Partial<Request> = {}): FurtherRequest => ({
  request: {
    principal: `arn:aws:iam::${A}:user/ann`,
    action: 'kms:Decrypt',
    resource: KEY,
    resourceAccount: A,
    ...request,
  },
  why: 'the bucket is encrypted',
  rule: 'G-02',
  ...more,
})
/** The names of policies by layer, `null` where it says that there is none, left out where it says nothing. */
function layersOf({ policies = {} }: Scenario): Record<string, unknown> {
  const nameOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(nameOf)
    if (typeof value !== 'object' || value === null) return value
    return 'name' in value ? value.name : 'target' in value ? value.target : value
  }
  return Object.fromEntries(Object.entries(policies).map(([name, value]) => [name, nameOf(value)]))
}
const THE_KEYS = { resourcePolicy: KEY, serviceGuards: { kmsGrants: [] } }
const CALLERS = {
  serviceControlPolicies: ['scp'],
  identityPolicies: ['identity'],
  permissionsBoundary: 'boundary',
  sessionPolicies: ['session'],
}

describe('the layers of a further request', () => {
  it('are the caller’s own, and the resource’s side is that of its resource', () =>
    assert.deepEqual(layersOf(furtherScenario(outer(), further())), {
      ...CALLERS,
      complete: true,
      vpcEndpointPolicy: 'endpoint',
      resourceControlPolicies: ['rcp'],
      ...THE_KEYS,
    }))

  it('have no endpoint policy where the call is forwarded, and none where a role is passed (R-CTX-10)', () => {
    for (const who of ['forwarded', 'passes-role'] as const)
      assert.equal(furtherScenario(outer(), further({ who })).policies?.vpcEndpointPolicy, null)
  })

  it('have nothing of the resource’s own where a role is passed, which asks the identity alone (R-PASS-01)', () =>
    assert.deepEqual(layersOf(furtherScenario(outer(), further({ who: 'passes-role' }, { resource: ROLE }))), {
      ...CALLERS,
      vpcEndpointPolicy: null,
      resourceControlPolicies: ['rcp'],
      resourcePolicy: null,
      serviceGuards: null,
    }))

  it('are those of the first request where it is on the same resource', () => {
    const tags = further({}, { action: 's3:PutObjectTagging', resource: `${BUCKET}/k` })
    assert.deepEqual(furtherScenario(outer(), tags), { ...outer(), request: tags.request })
    assert.notDeepEqual(layersOf(furtherScenario(outer(), { ...tags, who: 'service' })), layersOf(outer()))
  })

  it('of a role that a service works with are not the caller’s; service control policies only of one account', () => {
    const of = (account: string) =>
      layersOf(furtherScenario(outer(), further({ who: 'role' }, { principal: `arn:aws:iam::${account}:role/worker` })))
    const rest = { vpcEndpointPolicy: null, resourceControlPolicies: ['rcp'], sessionPolicies: null, ...THE_KEYS }
    assert.deepEqual(of(A), { serviceControlPolicies: ['scp'], ...rest })
    assert.deepEqual(of(B), rest)
  })

  it('say nothing of a session policy where the service narrows its role', () => {
    const scoped = further({ who: 'role', scoped: true }, { principal: ROLE })
    assert.equal('sessionPolicies' in (furtherScenario(outer(), scoped).policies ?? {}), false)
  })

  it('of a service are none of a principal’s', () =>
    assert.deepEqual(
      layersOf(furtherScenario(outer(), further({ who: 'service' }, { principal: 's3.amazonaws.com' }))),
      {
        complete: true,
        serviceControlPolicies: null,
        identityPolicies: null,
        permissionsBoundary: null,
        sessionPolicies: null,
        vpcEndpointPolicy: null,
        resourceControlPolicies: ['rcp'],
        ...THE_KEYS,
      },
    ))

  it('of what AWS does for itself are an endpoint’s alone, where there is one gateway endpoint (G-38)', () => {
    const endpoint: Resource = { arn: `arn:aws:ec2:eu-west-1:${A}:vpc-endpoint/vpce-1`, policy: { Statement: [] } }
    const of = (...resources: Resource[]) => {
      const { policies } = furtherScenario(outer({ resources }), further({ who: 'endpoint' }))
      const names = Object.entries(policies ?? {}).filter(([, value]) => value === null)
      assert.deepEqual(
        names
          .map(([name]) => name)
          .toSorted()
          .filter((name) => name !== 'vpcEndpointPolicy'),
        [
          'permissionsBoundary',
          'resourceControlPolicies',
          'serviceControlPolicies',
          'serviceGuards',
          'sessionPolicies',
        ],
      )
      return policies?.vpcEndpointPolicy
    }
    assert.equal(of(key, endpoint)?.name, endpoint.arn)
    assert.equal(of({ ...endpoint, policy: null }), null)
    assert.equal(of(key), undefined)
    assert.equal(of(endpoint, { ...endpoint, arn: `${endpoint.arn}2` }), undefined)
    const { policy: _none, ...unread } = endpoint
    assert.equal(of(unread), undefined)
    assert.equal(of({ ...endpoint, arn: `arn:aws:ec2:eu-west-1:${A}:vpc/vpc-1` }), undefined)
  })

  it('have no policy of a key that AWS manages for another account (R-KMS-12)', () => {
    const { policies } = furtherScenario(outer(), further({ closedKey: true }))
    assert.deepEqual([policies?.resourcePolicy, policies?.serviceGuards], [null, null])
  })

  it('are none where completeness said so of the first request, and unknown of a resource that is not given', () => {
    const bare = { policies: { complete: true, identityPolicies: [policy('identity')] } }
    const elsewhere = further({}, { resource: `${KEY}2` })
    assert.deepEqual(layersOf(furtherScenario(outer(bare), elsewhere)), {
      serviceControlPolicies: null,
      identityPolicies: ['identity'],
      permissionsBoundary: null,
      sessionPolicies: null,
      vpcEndpointPolicy: null,
      resourceControlPolicies: null,
    })
    const open = { policies: { identityPolicies: [policy('identity')] } }
    assert.deepEqual(layersOf(furtherScenario(outer(open), elsewhere)), {
      identityPolicies: ['identity'],
      vpcEndpointPolicy: null,
    })
  })

  it('are unknown of the resource’s side where the resource is not known', () => {
    const { policies } = furtherScenario(outer(), further({}, { resource: null }))
    assert.deepEqual(
      ['complete', 'resourcePolicy', 'serviceGuards'].filter((name) => name in (policies ?? {})),
      [],
    )
  })
})

describe('the resource’s side of a further request', () => {
  const on = (resource: string, scenario = outer()) => layersOf(furtherScenario(scenario, further({}, { resource })))

  it('is that of the first request where it lies in the same bucket', () => {
    const others = outer({ resources: [key] })
    const { resourcePolicy, serviceGuards, complete } = on(`${BUCKET}/other`, others)
    assert.deepEqual([resourcePolicy, serviceGuards, complete], ['of the bucket', { versioning: 'Enabled' }, true])
    assert.equal('resourcePolicy' in on('arn:aws:s3:::another/k', others), false)
  })

  it('says only what the first request says', () => {
    const { resourcePolicy: _one, serviceGuards: _two, ...rest } = ALL
    const names = Object.keys(on(BUCKET, outer({ policies: rest, resources: [] })))
    assert.deepEqual(
      names.filter((name) => name === 'resourcePolicy' || name === 'serviceGuards'),
      [],
    )
  })

  it('is that of the listed resource, before that of what it lies in', () => {
    const index = `arn:aws:dynamodb:eu-west-1:${A}:table/t/index/i`
    const table: Resource = { arn: `arn:aws:dynamodb:eu-west-1:${A}:table/t`, policy: { Statement: [] } }
    assert.equal(on(index, outer({ resources: [key, table] }))['resourcePolicy'], table.arn)
    const both = outer({ resources: [table, { arn: index, policy: null }] })
    assert.equal(on(index, both)['resourcePolicy'], null)
  })

  it('is unknown where the first request was on several resources, or on one that is not known', () => {
    for (const resource of [[`${BUCKET}/a`, `${BUCKET}/b`], null]) {
      const others = outer({ resources: [] }, { resource })
      assert.equal('resourcePolicy' in on(`${BUCKET}/c`, others), false)
    }
  })
})

describe('what a further request says of the organization', () => {
  const of = (more: Partial<FurtherRequest>, request: Partial<Request>, scenario = outer()) =>
    furtherScenario(scenario, further(more, request)).organization

  it('is all where caller and owner are the same accounts', () => assert.deepEqual(of({}, {}), ORGANIZATION))

  it('is without the path of an owner of another account, or of one that nobody knows', () => {
    const { resourcePath: _path, ...rest } = ORGANIZATION
    assert.deepEqual(of({}, { resourceAccount: B }), rest)
    assert.deepEqual(of({}, {}, outer({ resources: [key] })), rest)
  })

  it('knows the owner of the first request by the request, by its ARN, and by the listed bucket', () => {
    const path = (scenario: Scenario, account: string) => {
      const organization = of({}, { resourceAccount: account }, scenario)
      return organization === null || organization === undefined ? organization : organization.resourcePath
    }
    assert.equal(path(outer({}, { resourceAccount: B }), B), ORGANIZATION.resourcePath)
    assert.equal(path(outer({}, { resourceAccount: B }), A), undefined)
    assert.equal(path(outer({}, { resource: `arn:aws:sqs:eu-west-1:${B}:q` }), B), ORGANIZATION.resourcePath)
    assert.equal(path(outer({}, { resource: `arn:aws:ec2:eu-west-1::image/ami-1` }), A), undefined)
    assert.equal(path(outer({}, { resource: null }), A), undefined)
    assert.equal(path(outer({}, { resource: 'not an ARN' }), A), undefined)
    assert.equal(path(outer(), A), ORGANIZATION.resourcePath)
    assert.equal(path(outer(), B), undefined)
  })

  it('is without the path of a role of another account, and keeps what is not there left out', () => {
    const { principalPath: _path, ...rest } = ORGANIZATION
    assert.deepEqual(of({ who: 'role' }, { principal: `arn:aws:iam::${B}:role/worker` }), rest)
    assert.deepEqual(of({ who: 'role' }, { principal: ROLE }), ORGANIZATION)
    assert.deepEqual(of({}, {}, outer({ organization: { id: 'o-1' } })), { id: 'o-1' })
  })

  it('is that there is none where the first request said so, of the same account', () => {
    const other = { principal: `arn:aws:iam::${B}:role/worker` }
    const { organization: _none, ...bare } = outer()
    assert.equal(of({}, {}, outer({ organization: null })), null)
    assert.equal(of({ who: 'role' }, other, outer({ organization: null })), undefined)
    assert.equal(of({}, {}, bare), null, 'by completeness')
    assert.equal(of({ who: 'role' }, other, bare), undefined)
    assert.equal(of({}, {}, { ...bare, policies: {} }), undefined)
    const { policies: _nothing, ...barest } = bare
    assert.equal(of({}, {}, barest), undefined)
  })
})

describe('a further request that may not be needed (ADR 0020)', () => {
  const onlyIf = { fact: 'whether the role exists', howToGet: 'aws iam get-role' }
  const denied = evaluate({ request: further().request, policies: { complete: true } })
  const allowed = { ...denied, decision: 'allowed' as const }

  it('is never denied: what it hangs on is the first fact that is missing', () => {
    const got = whereNeeded(further({ onlyIf }), denied)
    assert.equal(denied.decision, 'denied')
    assert.deepEqual([got.decision, got.denyType, got.blockedBy, got.likelyReported], ['undetermined', null, [], null])
    assert.deepEqual(got.missing, [
      { ...onlyIf, kind: 'attribute', layer: 'service-guard', wouldAllowIf: null, bearsOn: 'decision' },
      ...denied.missing,
    ])
  })

  it('is allowed where it is allowed, and denied where it is surely needed', () => {
    assert.equal(whereNeeded(further({ onlyIf }), allowed), allowed)
    assert.equal(whereNeeded(further(), denied), denied)
  })

  it('is a step with its reason and rule', () => {
    const { decision: _decision, ...step } = nextStep(further(), denied)
    assert.deepEqual(step, {
      relation: 'next',
      request: further().request,
      why: 'the bucket is encrypted',
      rule: 'G-02',
    })
  })
})

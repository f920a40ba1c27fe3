/** A fact that no source states is not known, whatever is said to be complete (R-UNK-01, R-UNK-02): in both evaluators. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import type { PoliciesInForce, Scenario } from '#engine/scenario.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { spec } from '../spec/spec.ts'

const A = '111122223333'
const B = '444455556666'
const ANN = `arn:aws:iam::${A}:user/ann`
const INSTANCE = `arn:aws:ec2:eu-west-1:${A}:instance/i-1`
const OBJECT = 'arn:aws:s3:::data/k'

const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement })
const ALLOW = { Effect: 'Allow', Action: '*', Resource: '*' }
const ALL = { name: 'all', document: document(ALLOW) }
const deny = (Condition: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', Condition })
const unless = (Condition: object) => ({ name: 'p', document: document(ALLOW, deny(Condition)) })
const tagged = (key: string) => unless({ StringEquals: { [key]: 'prod' } })

interface Given {
  readonly request?: Partial<Request>
  readonly policies?: PoliciesInForce
  readonly organization?: Exclude<Scenario['organization'], undefined>
}

const scenarioOf = ({ request, policies, ...more }: Given): Scenario => ({
  request: { principal: ANN, action: 'ec2:StartInstances', resource: INSTANCE, ...request },
  policies: { complete: true, identityPolicies: [ALL], ...policies },
  ...more,
})

/** What both evaluators say. */
function ask(given: Given) {
  const scenario = scenarioOf(given)
  const decision = evaluate(scenario)
  assert.equal(spec(scenario).decision, decision.decision, 'the two evaluators differ')
  return decision
}
const decide = (given: Given) => ask(given).decision

describe('tags of a resource that nobody described', () => {
  for (const [key, action, resource] of [
    ['aws:ResourceTag/env', 'ec2:StartInstances', INSTANCE],
    ['ec2:ResourceTag/env', 'ec2:StartInstances', INSTANCE],
    ['ssm:resourceTag/env', 'ssm:GetParameter', `arn:aws:ssm:eu-west-1:${A}:parameter/p`],
    [
      'secretsmanager:ResourceTag/env',
      'secretsmanager:GetSecretValue',
      `arn:aws:secretsmanager:eu-west-1:${A}:secret:s-abcdef`,
    ],
    ['aws:ResourceTag/env', 's3:GetObject', OBJECT],
  ] as const)
    it(`${key} of ${action} is not known, though the policies are complete`, () => {
      const asked = { request: { action, resource, resourceAccount: A }, policies: { identityPolicies: [tagged(key)] } }
      const got = ask(asked)
      assert.equal(got.decision, 'undetermined')
      assert.ok(got.missing.some(({ fact }) => fact === key))
      const none = { ...asked, policies: { ...asked.policies, serviceGuards: { tags: {}, abac: false } } }
      assert.equal(decide(none), 'allowed', 'that it has none is said')
      const prod = { ...asked, policies: { ...asked.policies, serviceGuards: { tags: { env: 'prod' }, abac: true } } }
      assert.equal(decide(prod), 'denied')
    })

  it('a list of keys that is complete has them not, and the answer says so', () => {
    const got = ask({
      request: { contextComplete: true },
      policies: { identityPolicies: [tagged('aws:ResourceTag/env')] },
    })
    assert.equal(got.decision, 'allowed')
    const told = got.assumptions.find(({ fact }) => fact === 'aws:ResourceTag/env')
    assert.deepEqual([told?.value, told?.from], ['absent', 'request.contextComplete'])
  })

  it('a snapshot of an account that is complete does not say: of what its folders do not list, nor of IAM', () => {
    const snapshot = readSnapshot(
      new Map([
        ['meta.json', JSON.stringify({ coverage: [{ part: `accounts/${A}`, state: 'complete' }] })],
        [`accounts/${A}/account.json`, JSON.stringify({ id: A })],
        [
          `accounts/${A}/authorization-details.json`,
          JSON.stringify({
            UserDetailList: [],
            GroupDetailList: [],
            Policies: [],
            RoleDetailList: [
              { RoleName: 'r', Arn: `arn:aws:iam::${A}:role/r`, Path: '/', Tags: [{ Key: 'env', Value: 'prod' }] },
            ],
          }),
        ],
      ]),
    )
    const guards = (action: string, resource: string) =>
      policiesInForce(snapshot, { principal: ANN, action, resource }).policies.serviceGuards
    for (const [action, resource] of [
      ['ec2:StartInstances', INSTANCE],
      ['rds:DeleteDBInstance', `arn:aws:rds:eu-west-1:${A}:db:d`],
      ['ecs:RunTask', `arn:aws:ecs:eu-west-1:${A}:task-definition/t:1`],
      ['eks:DescribeCluster', `arn:aws:eks:eu-west-1:${A}:cluster/c`],
      ['logs:GetLogEvents', `arn:aws:logs:eu-west-1:${A}:log-group:g`],
      ['iam:DeletePolicy', `arn:aws:iam::${A}:policy/p`],
    ] as const)
      assert.equal(guards(action, resource), undefined, resource)
    assert.deepEqual(guards('iam:DeleteRole', `arn:aws:iam::${A}:role/r`), { tags: { env: 'prod' } })
  })
})

describe('the account of an action without resource', () => {
  const own = { StringEquals: { 'aws:ResourceAccount': A } }
  const other = { StringNotEquals: { 'aws:ResourceAccount': A } }
  const listed = (policy: NonNullable<PoliciesInForce['identityPolicies']>, principal = ANN) =>
    decide({
      request: { principal, action: 'secretsmanager:ListSecrets', resource: '*', contextComplete: true },
      policies: { identityPolicies: policy },
    })
  it('is the caller’s, and not absent where the keys are complete', () => {
    const only = { name: 'p', document: document({ ...ALLOW, Condition: own }) }
    assert.equal(listed([only]), 'allowed')
    assert.equal(listed([unless(other)]), 'allowed')
    assert.equal(listed([unless(own)]), 'denied')
  })
})

describe('who owns an object', () => {
  const read = (serviceGuards: PoliciesInForce['serviceGuards']) =>
    ask({
      request: { action: 's3:GetObject', resource: OBJECT, resourceAccount: A, contextComplete: true },
      policies: serviceGuards === undefined ? {} : { serviceGuards },
    })
  const toldOf = (guards: PoliciesInForce['serviceGuards']) =>
    read(guards).assumptions.filter(({ fact }) => fact === 'objectOwner')
  it('is taken to be the account of the bucket, and told, where ACLs may be on', () => {
    for (const guards of [undefined, {}, { objectOwnership: 'ObjectWriter' }]) {
      assert.equal(read(guards).decision, 'allowed')
      assert.equal(toldOf(guards)[0]?.value, `account ${A}`)
    }
  })
  it('is not assumed where it is said, or where there are no ACLs', () => {
    assert.deepEqual(toldOf({ objectOwner: A }), [])
    assert.deepEqual(toldOf({ objectOwnership: 'BucketOwnerEnforced' }), [])
    assert.equal(read({ objectOwnership: 'ObjectWriter', objectOwner: B, objectAcl: null }).decision, 'denied')
  })
})

describe('settings of S3 that nobody states are not off', () => {
  const NONE: PoliciesInForce = {
    complete: false,
    serviceControlPolicies: null,
    resourceControlPolicies: null,
    vpcEndpointPolicy: null,
    permissionsBoundary: null,
    sessionPolicies: null,
  }
  const toAll = { name: 'b', document: document({ ...ALLOW, Principal: { AWS: A } }) }
  const foreign = (serviceGuards: PoliciesInForce['serviceGuards']) =>
    decide({
      request: { action: 's3:ListBucket', resource: 'arn:aws:s3:::data', resourceAccount: B, contextComplete: true },
      policies: { ...NONE, resourcePolicy: toAll, ...(serviceGuards ? { serviceGuards } : {}) },
    })
  it('Requester Pays, for another account', () => {
    assert.equal(foreign(undefined), 'undetermined')
    assert.equal(foreign({ requesterPays: false }), 'allowed')
    assert.equal(foreign({ requesterPays: true }), 'denied')
  })
  const POINT = `arn:aws:s3:eu-west-1:${A}:accesspoint/ap`
  const through = (more: object, context: Readonly<Record<string, ContextValue>> = {}) =>
    decide({
      request: { action: 's3:ListBucket', resource: POINT, context, contextComplete: true },
      policies: {
        ...NONE,
        resourcePolicy: null,
        serviceGuards: { bucket: 'arn:aws:s3:::data', bucketAccount: A, ...more },
      },
    })
  it('the network of an access point', () => {
    const open = through({})
    assert.equal(open, 'undetermined')
    assert.equal(through({ networkOrigin: 'VPC', vpcId: 'vpc-1' }), 'denied')
  })
  const write = (context: Readonly<Record<string, ContextValue>>, more: object) =>
    decide({
      request: { action: 's3:PutObject', resource: OBJECT, resourceAccount: A, context, contextComplete: true },
      policies: {
        ...NONE,
        resourcePolicy: null,
        serviceGuards: { accountBlockPublicAccess: null, blockPublicAccess: null, ...more },
      },
    })
  it('Object Ownership, where an ACL is sent or may be', () => {
    for (const acl of ['private', { state: 'unknown' }, { state: 'present' }] as const) {
      assert.equal(write({ 's3:x-amz-acl': acl }, {}), 'undetermined', JSON.stringify(acl))
      assert.equal(write({ 's3:x-amz-acl': acl }, { objectOwnership: 'ObjectWriter' }), 'allowed')
    }
    assert.equal(write({ 's3:x-amz-acl': 'private' }, { objectOwnership: 'BucketOwnerEnforced' }), 'denied')
    assert.equal(write({ 's3:x-amz-acl': 'bucket-owner-full-control' }, {}), 'allowed')
    assert.equal(write({}, {}), 'allowed')
  })
})

describe('a bucket whose account nobody states', () => {
  const read = (identityPolicies: PoliciesInForce['identityPolicies']) =>
    ask({
      request: { action: 's3:GetObject', resource: OBJECT, contextComplete: true },
      policies: { identityPolicies: identityPolicies ?? null },
    })
  it('hangs on it, and no policy that was left out is blamed', () => {
    const got = read([ALL])
    assert.equal(got.decision, 'undetermined')
    assert.equal(got.missing[0]?.fact, `account that owns ${OBJECT}`)
    assert.ok(got.layers.every(({ layer, verdict }) => layer !== 'resource-policy' || verdict !== 'implicit-deny'))
  })
  it('nor where something else refuses', () => {
    const got = read([{ name: 'none', document: document() }])
    assert.deepEqual(
      [got.decision, got.blockedBy, got.likelyReported],
      ['denied', ['identity-policy'], 'identity-policy'],
    )
    assert.ok(got.layers.every(({ layer, verdict }) => layer !== 'resource-policy' || verdict !== 'implicit-deny'))
    assert.ok(got.missing.some(({ fact, bearsOn }) => fact === `account that owns ${OBJECT}` && bearsOn === 'fix'))
  })
})

describe('the management account that nobody states', () => {
  const DENIES = [{ target: 'r', policies: [{ name: 'scp', document: document({ ...ALLOW, Effect: 'Deny' }) }] }]
  const scp = (organization: Scenario['organization']) =>
    ask({ policies: { serviceControlPolicies: DENIES }, ...(organization === undefined ? {} : { organization }) })
  it('may be the caller’s, which service control policies do not reach', () => {
    assert.equal(scp({ id: 'o-1', managementAccount: B }).decision, 'denied')
    assert.equal(scp({ id: 'o-1', managementAccount: A }).decision, 'allowed')
    const open = scp({ id: 'o-1' })
    assert.equal(open.decision, 'undetermined')
    assert.equal(open.missing[0]?.fact, 'management account of the organization')
  })
  it('is taken to be another where levels are given without an organization, and that is told', () => {
    const got = scp(undefined)
    assert.equal(got.decision, 'denied')
    assert.deepEqual(
      got.assumptions.map(({ fact, value }) => [fact, value]),
      [['management account of the organization', 'another account']],
    )
  })
})

describe('where an account stands that nobody states', () => {
  it('is not outside: an organization is told, and the keys are complete', () => {
    const outside = unless({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } })
    const asked = (organization: Scenario['organization']) =>
      decide({
        request: { contextComplete: true },
        policies: { identityPolicies: [outside] },
        ...(organization === undefined ? {} : { organization }),
      })
    assert.equal(asked({ id: 'o-1', managementAccount: B }), 'undetermined')
    assert.equal(asked({ id: 'o-1', managementAccount: B, principalPath: 'o-1/r-1/' }), 'allowed')
    assert.equal(asked(null), 'denied')
  })
})

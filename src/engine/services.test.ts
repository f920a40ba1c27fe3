import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from './evaluate.ts'
import type { PoliciesInForce, Resource } from './scenario.ts'

const A = '111122223333'
const B = '444455556666'
const C = '777788889999'
const USER = `arn:aws:iam::${A}:user/ann`
const OBJECT = 'arn:aws:s3:::bucket/key'

const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy(statement('Allow'))
const to = (Principal: unknown, kind = 'bucket', more: object = {}) => ({
  ...policy(statement('Allow', { Principal, ...more })),
  kind,
})

const run = (policies: PoliciesInForce, request: Partial<Request> = {}, resources: readonly Resource[] = []) =>
  evaluate({
    request: { principal: USER, action: 's3:GetObject', resource: OBJECT, contextComplete: true, ...request },
    policies: { complete: true, identityPolicies: [ALLOW], ...policies },
    resources,
  })
const guard = (name: string, ...args: Parameters<typeof run>) =>
  run(...args).layers.find((entry) => entry.guard === name)?.verdict

describe('RestrictPublicBuckets with a public bucket policy (R-S3-05)', () => {
  const restricted = (
    resourcePolicy: PoliciesInForce['resourcePolicy'] = to('*'),
    level = 'blockPublicAccess',
  ): PoliciesInForce => ({
    resourcePolicy: resourcePolicy ?? null,
    serviceGuards: { [level]: { RestrictPublicBuckets: true } },
  })

  it('refuses other accounts and anonymous callers as an explicit deny, from the bucket’s or the account’s setting', () => {
    for (const level of ['blockPublicAccess', 'accountBlockPublicAccess'])
      for (const request of [{ resourceAccount: B }, { principal: 'anonymous' }]) {
        const got = run(restricted(to('*'), level), request)
        assert.deepEqual(
          [got.decision, got.denyType, got.blockedBy, got.likelyReported],
          ['denied', 'explicit', ['service-guard'], 'resource-policy'],
          'R-MSG-10',
        )
        assert.equal(guard('block-public-access', restricted(to('*'), level), request), 'explicit-deny')
      }
  })

  it('does not refuse the owner’s own account, nor AWS services', () => {
    assert.equal(run(restricted(), { resourceAccount: A }).decision, 'allowed')
    assert.equal(run(restricted(), { principal: 'cloudtrail.amazonaws.com', resourceAccount: A }).decision, 'allowed')
  })

  it('does nothing while it is off, and leaves the request open while it is not known', () => {
    const with_ = (settings: object) =>
      run(
        {
          complete: false,
          resourceControlPolicies: null,
          serviceControlPolicies: null,
          vpcEndpointPolicy: null,
          permissionsBoundary: null,
          resourcePolicy: to('*'),
          serviceGuards: { objectOwnership: 'BucketOwnerEnforced', requesterPays: false, ...settings },
        },
        { resourceAccount: B },
      ).decision
    const off = { RestrictPublicBuckets: false }
    assert.equal(with_({ blockPublicAccess: off, accountBlockPublicAccess: off }), 'allowed')
    assert.equal(with_({ blockPublicAccess: off }), 'undetermined')
    assert.equal(with_({ blockPublicAccess: null, accountBlockPublicAccess: null }), 'allowed')
  })

  // biome-ignore format: a table is read by its columns
  const PUBLIC: readonly (readonly [condition: object, isPublic: boolean])[] = [
    [{},                                                                    true],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },                     false],
    [{ StringLike: { 'aws:PrincipalOrgID': 'o-*' } },                       true],
    [{ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } },             true],
    [{ StringNotEquals: { 'aws:PrincipalAccount': '1' } },                  true],
    [{ StringEquals: { 'aws:PrincipalAccount': A } },                       false],
    [{ StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } }, true],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/x' } },          true],
    [{ ArnEquals: { 'aws:PrincipalArn': USER } },                           false],
    [{ StringEquals: { 'aws:SourceVpce': 'vpce-1' } },                      false],
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },                   false],
    [{ IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },                        true],
    [{ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/1'] } },    true],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },                       false],
    [{ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } },                    false],
    [{ IpAddress: { 'aws:SourceIp': '2001::/16' } },                        true],
    [{ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },                true],
    [{ Bool: { 'aws:SecureTransport': 'true' } },                           true],
    [{ 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': 'o-1/r-1/' } }, true],
  ]
  for (const [Condition, isPublic] of PUBLIC)
    it(`an Allow to everyone with ${JSON.stringify(Condition)} is ${isPublic ? '' : 'not '}public (R-S3-06)`, () => {
      const document = [
        statement('Allow', { Principal: '*', Condition }),
        statement('Allow', { Principal: { AWS: A } }),
      ]
      const got = run(restricted({ ...policy(...document), kind: 'bucket' }), { resourceAccount: B })
      assert.equal(got.decision, isPublic ? 'denied' : 'allowed')
    })
})

describe('ACLs', () => {
  const ALL = 'http://acs.amazonaws.com/groups/global/AllUsers'
  const acl = (grantee: object, permission = 'READ') => ({
    Owner: {},
    Grants: [{ Grantee: grantee, Permission: permission }],
  })
  const aclOf = (more: object): PoliciesInForce => ({
    resourcePolicy: null,
    serviceGuards: {
      objectOwnership: 'ObjectWriter',
      blockPublicAccess: null,
      accountBlockPublicAccess: null,
      ...more,
    },
  })

  it('let in whom a group’s grant covers (R-S3-04, R-ANON-01)', () => {
    assert.equal(
      run(aclOf({ objectAcl: acl({ Type: 'Group', URI: ALL }) }), { principal: 'anonymous', resourceAccount: B })
        .decision,
      'allowed',
    )
    assert.equal(
      run(aclOf({ objectAcl: acl({ Type: 'Group', URI: ALL }) }), { resourceAccount: B }).decision,
      'allowed',
    )
    assert.equal(
      run(aclOf({ objectAcl: acl({ Type: 'Group', URI: ALL }, 'WRITE') }), { resourceAccount: B }).decision,
      'denied',
    )
  })

  it('of a group count as absent with IgnorePublicAcls, as an implicit deny (R-S3-05)', () => {
    const ignored = aclOf({
      objectAcl: acl({ Type: 'Group', URI: ALL }),
      blockPublicAccess: { IgnorePublicAcls: true },
    })
    const got = run(ignored, { resourceAccount: B })
    assert.deepEqual([got.decision, got.denyType], ['denied', 'implicit'])
    assert.equal(guard('acl', ignored, { resourceAccount: B }), 'implicit-deny')
  })

  it('are switched off by BucketOwnerEnforced (R-S3-03)', () => {
    assert.equal(
      run(aclOf({ objectAcl: acl({ Type: 'Group', URI: ALL }), objectOwnership: 'BucketOwnerEnforced' }), {
        resourceAccount: B,
      }).decision,
      'denied',
    )
  })

  it('decide about an object that another account owns: the bucket policy does not cover it (R-S3-02)', () => {
    const foreign = {
      objectOwner: C,
      objectAcl: acl({ Type: 'CanonicalUser', ID: 'x' }),
      objectOwnership: 'ObjectWriter',
    }
    const got = run({ resourcePolicy: to({ AWS: USER }), serviceGuards: foreign }, { resourceAccount: A })
    assert.deepEqual([got.decision, got.denyType, got.blockedBy], ['denied', 'implicit', ['service-guard']])
    assert.equal(
      run(
        { resourcePolicy: to({ AWS: USER }), serviceGuards: { ...foreign, objectOwnership: 'BucketOwnerEnforced' } },
        { resourceAccount: A },
      ).decision,
      'allowed',
    )
  })

  it('of such an object that are not known leave the request open, and are named', () => {
    const got = run(
      {
        complete: false,
        resourceControlPolicies: null,
        serviceControlPolicies: null,
        vpcEndpointPolicy: null,
        permissionsBoundary: null,
        resourcePolicy: null,
        serviceGuards: { objectOwner: C, objectOwnership: 'ObjectWriter' },
      },
      { resourceAccount: A },
    )
    assert.equal(got.decision, 'undetermined')
    assert.deepEqual(
      got.missing.map((fact) => fact.kind),
      ['attribute'],
    )
  })
})

describe('an access point (R-S3-07)', () => {
  const POINT = `arn:aws:s3:eu-west-1:${A}:accesspoint/ap/object/key`
  const bucket = (Effect: string, Principal: unknown = '*') => ({
    arn: 'arn:aws:s3:::bucket',
    account: A,
    kind: 'bucket',
    policy: { Version: '2012-10-17', Statement: [statement(Effect, { Principal })] },
  })
  const decide = (resource: Resource, request: Partial<Request> = {}) =>
    run(
      {
        resourcePolicy: to('*', 'access-point'),
        serviceGuards: {
          bucket: 'arn:aws:s3:::bucket',
          networkOrigin: 'Internet',
          blockPublicAccess: null,
          accountBlockPublicAccess: null,
        },
      },
      { resource: POINT, ...request },
      [resource],
    ).decision

  it('is refused by a Deny of the bucket behind it', () => assert.equal(decide(bucket('Deny')), 'denied'))

  it('needs the bucket’s Allow too for another account', () => {
    const other = { principal: `arn:aws:iam::${B}:user/bob` }
    assert.equal(decide(bucket('Allow'), other), 'allowed')
    assert.equal(decide(bucket('Allow', { AWS: C }), other), 'denied')
  })

  it('whose bucket is not given leaves the request open', () => {
    const got = run(
      {
        complete: false,
        resourceControlPolicies: null,
        serviceControlPolicies: null,
        vpcEndpointPolicy: null,
        permissionsBoundary: null,
        resourcePolicy: to('*', 'access-point'),
      },
      { resource: POINT },
    )
    assert.notEqual(got.decision, 'allowed')
  })
})

describe('the policy of an API in its relative form (R-RES-06)', () => {
  const API = `arn:aws:execute-api:eu-west-1:${A}:abc/prod/GET/pets/1`
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [resource: string, decision: string])[] = [
    ['execute-api:/*',             'allowed'],
    ['execute-api:/prod/*',        'allowed'],
    ['execute-api:/*/GET/pets/*',  'allowed'],
    ['execute-api:/dev/*',         'denied'],
    ['execute-api:/GET/*',         'denied'],
    ['execute-api:/prod/POST/*',   'denied'],
  ]
  for (const [resource, decision] of ROWS)
    it(`\`${resource}\`: ${decision}`, () => {
      const got = run(
        {
          resourcePolicy: to('*', 'api', { Action: 'execute-api:Invoke', Resource: resource }),
          serviceGuards: { authType: 'NONE' },
        },
        { principal: 'anonymous', action: 'execute-api:Invoke', resource: API },
      )
      assert.equal(got.decision, decision)
    })
})

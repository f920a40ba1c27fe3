import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { evaluate } from './evaluate.ts'
import type { PoliciesInForce, Scenario } from './scenario.ts'

const A = '111122223333'
const B = '444455556666'
const ROOT = `arn:aws:iam::${A}:root`
const USER = `arn:aws:iam::${A}:user/ann`
const SESSION = `arn:aws:sts::${A}:assumed-role/app/s1`
const ROLE = `arn:aws:iam::${A}:role/app`
const GUEST = `arn:aws:sts::${A}:federated-user/guest`
const OBJECT = 'arn:aws:s3:::bucket/key'
const role: Partial<Request> = { principal: SESSION, principalDetails: { roleArn: ROLE } }
const linked: Partial<Request> = {
  principal: `arn:aws:sts::${A}:assumed-role/AWSServiceRoleForX/s`,
  principalDetails: { roleArn: `arn:aws:iam::${A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX` },
}

const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy(statement('Allow'))
const NOTHING = policy()
const DENY = policy(statement('Deny'))
const forAll = (Effect: string) => policy(statement(Effect, { Principal: '*' }))
const to = (principal: unknown) => policy(statement('Allow', { Principal: principal }))
const levels = (...each: readonly object[][]) =>
  each.map((policies, i) => ({ target: `level-${i}`, policies: policies as (typeof ALLOW)[] }))
const MEMBER = { id: 'o-1', managementAccount: '999999999999', principalPath: 'o-1/r-1/', resourcePath: 'o-1/r-1/' }

const run = (policies: PoliciesInForce, request: Partial<Request> = {}, rest: Partial<Scenario> = {}) =>
  evaluate({
    request: {
      principal: USER,
      action: 's3:GetObject',
      resource: OBJECT,
      resourceAccount: A,
      contextComplete: true,
      ...request,
    },
    policies: { complete: true, ...policies },
    organization: MEMBER,
    ...rest,
  })
const verdict = (layer: PolicyLayer, ...args: Parameters<typeof run>) =>
  run(...args)
    .layers.filter((entry) => entry.layer === layer)
    .map((entry) => entry.verdict)

describe('whom a service control policy that denies everything refuses', () => {
  const scp: PoliciesInForce = {
    serviceControlPolicies: levels([DENY]),
    identityPolicies: [ALLOW],
    resourcePolicy: forAll('Allow'),
  }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [who: string, request: Partial<Request>, rest: Partial<Scenario>, refused: boolean, rule: string])[] = [
    ['a user of a member account',        {},                                        {}, true,  'R-SCP-01'],
    ['the root user of a member account', { principal: ROOT },                       {}, true,  'R-EVAL-20'],
    ['a role session',                    role,                                      {}, true,  'R-SCP-01'],
    ['a user in the management account',  {}, { organization: { ...MEMBER, managementAccount: A } }, false, 'R-SCP-04'],
    ['a service-linked role',             linked,                                    {}, false, 'R-SCP-04'],
    ['an AWS service',                    { principal: 'cloudtrail.amazonaws.com' }, {}, false, 'R-SVC-01'],
    ['an anonymous caller',               { principal: 'anonymous' },                {}, false, 'R-ANON-01'],
  ]
  for (const [who, request, rest, refused, rule] of ROWS)
    it(`${who}: ${refused ? 'refused' : 'not concerned'} (${rule})`, () => {
      assert.deepEqual(verdict('service-control-policy', scp, request, rest), [
        refused ? 'explicit-deny' : 'not-applicable',
      ])
      assert.equal(run(scp, request, rest).decision, refused ? 'denied' : 'allowed')
    })
})

describe('the levels of service control policies (R-SCP-01, R-SCP-02)', () => {
  const decide = (...each: object[][]) => run({ identityPolicies: [ALLOW], serviceControlPolicies: levels(...each) })

  it('must all allow', () => {
    assert.equal(decide([ALLOW], [ALLOW], [ALLOW]).decision, 'allowed')
    const got = decide([ALLOW], [NOTHING], [ALLOW])
    assert.deepEqual([got.decision, got.denyType], ['denied', 'implicit'])
    const refusing = got.layers.find(
      (entry) => entry.layer === 'service-control-policy' && entry.verdict === 'implicit-deny',
    )
    assert.equal(refusing?.where, 'level-1')
  })

  it('need one policy each that allows, and none that denies', () => {
    assert.equal(decide([NOTHING, ALLOW]).decision, 'allowed')
    assert.equal(decide([ALLOW, DENY]).decision, 'denied')
    assert.equal(decide([]).decision, 'denied', 'a level without policies allows nothing')
  })

  it('grant nothing by themselves', () =>
    assert.equal(run({ identityPolicies: [NOTHING], serviceControlPolicies: levels([ALLOW]) }).decision, 'denied'))

  it('are unknown where they were not given, or one level was not, unless nothing is to be expected', () => {
    const open = (more: PoliciesInForce) =>
      run({
        complete: false,
        resourceControlPolicies: null,
        vpcEndpointPolicy: null,
        resourcePolicy: null,
        permissionsBoundary: null,
        serviceGuards: null,
        identityPolicies: [ALLOW],
        ...more,
      })
    assert.equal(open({}).decision, 'undetermined')
    assert.deepEqual(
      open({}).missing.map((fact) => [fact.kind, fact.layer]),
      [['policy', 'service-control-policy']],
    )
    assert.equal(open({ serviceControlPolicies: [{ target: 'r' }] }).decision, 'undetermined')
    assert.equal(open({ serviceControlPolicies: null }).decision, 'allowed')
  })

  it('may allow with conditions, NotAction and specific resources (R-GRAM-20)', () => {
    const fine = policy({
      Effect: 'Allow',
      NotAction: 'iam:*',
      Resource: 'arn:aws:s3:::bucket/*',
      Condition: { StringEquals: { 'aws:PrincipalType': 'User' } },
    })
    assert.equal(decide([fine]).decision, 'allowed')
  })
})

describe('whom a resource control policy that denies everything refuses', () => {
  const rcp: PoliciesInForce = {
    resourceControlPolicies: levels([forAll('Deny')]),
    identityPolicies: [ALLOW],
    resourcePolicy: forAll('Allow'),
  }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [who: string, request: Partial<Request>, rest: Partial<Scenario>, refused: boolean, rule: string])[] = [
    ['a user of the account',           {},                                        {}, true,  'R-RCP-01'],
    ['the root user',                   { principal: ROOT },                       {}, true,  'R-RCP-01'],
    ['an AWS service',                  { principal: 'cloudtrail.amazonaws.com' }, {}, true,  'R-SVC-01'],
    ['an anonymous caller',             { principal: 'anonymous' },                {}, true,  'R-ANON-01'],
    ['a user of another account',       { resourceAccount: B },                    {}, true,  'R-RCP-01'],
    ['a service-linked role',           linked,                                    {}, false, 'R-RCP-04'],
    ['a resource of the management account', {}, { organization: { ...MEMBER, managementAccount: A } }, false, 'R-RCP-01'],
    ['an action without a resource',    { action: 's3:ListAllMyBuckets', resource: '*' }, {}, false, 'R-RCP-03'],
    ['a service that is not on the list', { action: 'ec2:StartInstances', resource: `arn:aws:ec2:r:${A}:instance/i-1` }, {}, false, 'R-RCP-02'],
  ]
  for (const [who, request, rest, refused, rule] of ROWS)
    it(`${who}: ${refused ? 'refused' : 'not concerned'} (${rule})`, () => {
      assert.deepEqual(verdict('resource-control-policy', rcp, request, rest), [
        refused ? 'explicit-deny' : 'not-applicable',
      ])
    })

  it('an RCP without an Allow is never an implicit deny, since RCPFullAWSAccess cannot be detached (R-GRAM-21)', () => {
    assert.deepEqual(
      verdict('resource-control-policy', { identityPolicies: [ALLOW], resourceControlPolicies: levels([NOTHING], []) }),
      ['allow', 'allow'],
    )
  })
})

describe('accounts outside any organization', () => {
  it('have no policies of an organization', () => {
    const out = { organization: { ...MEMBER, principalPath: null, resourcePath: null } }
    for (const layer of ['service-control-policy', 'resource-control-policy'] as const)
      assert.deepEqual(
        verdict(layer, { complete: false, identityPolicies: [ALLOW] }, {}, out),
        ['not-applicable'],
        layer,
      )
  })
})

describe('the policy of a VPC endpoint', () => {
  const through = { context: { 'aws:SourceVpce': 'vpce-1' } }
  const decide = (vpcEndpointPolicy: typeof ALLOW, request: Partial<Request>) =>
    run({ identityPolicies: [ALLOW], vpcEndpointPolicy }, request)

  it('must allow every request that came through it (R-VPCE-01)', () => {
    assert.deepEqual(
      [
        decide(forAll('Allow'), through).decision,
        decide(NOTHING, through).decision,
        decide(forAll('Deny'), through).decision,
      ],
      ['allowed', 'denied', 'denied'],
    )
    assert.equal(
      decide(NOTHING, through).layers.find((entry) => entry.layer === 'vpc-endpoint-policy')?.where,
      'vpce-1',
    )
  })

  it('grants nothing (R-VPCE-02)', () =>
    assert.equal(run({ identityPolicies: [NOTHING], vpcEndpointPolicy: forAll('Allow') }, through).decision, 'denied'))

  it('is not used over a public endpoint, nor where a service calls for the caller (R-CTX-10)', () => {
    assert.equal(decide(NOTHING, { context: { 'aws:SourceVpce': null } }).decision, 'allowed')
    assert.equal(
      decide(NOTHING, { context: { 'aws:ViaAWSService': true, 'aws:SourceVpce': null } }).decision,
      'allowed',
    )
  })

  it('of a gateway endpoint means by an account only its root user (R-VPCE-04)', () => {
    assert.equal(decide(to({ AWS: A }), through).decision, 'denied')
    assert.equal(decide(to({ AWS: A }), { ...through, principal: ROOT }).decision, 'allowed')
    assert.equal(
      decide(to({ AWS: A }), { ...through, action: 'sqs:SendMessage', resource: `arn:aws:sqs:r:${A}:q` }).decision,
      'allowed',
      'an interface endpoint',
    )
  })
})

describe('across accounts both sides must allow, and nothing is overridden (R-XACC-01, R-XACC-02)', () => {
  const cross = (policies: PoliciesInForce, request: Partial<Request> = {}) =>
    run(policies, { ...request, resourceAccount: B }).decision
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, policies: PoliciesInForce, request: Partial<Request>, decision: string])[] = [
    ['account named, identity allows',       { identityPolicies: [ALLOW], resourcePolicy: to({ AWS: A }) }, {}, 'allowed'],
    ['user named, identity lacks',           { identityPolicies: [NOTHING], resourcePolicy: to({ AWS: USER }) }, {}, 'denied'],
    ['everyone named, identity lacks',       { identityPolicies: [NOTHING], resourcePolicy: to('*') }, {}, 'denied'],
    ['session named, boundary lacks',        { identityPolicies: [ALLOW], permissionsBoundary: NOTHING, resourcePolicy: to({ AWS: SESSION }) }, role, 'denied'],
    ['everyone named, session lacks',        { identityPolicies: [ALLOW], sessionPolicies: [NOTHING], resourcePolicy: to('*') }, role, 'denied'],
    ['root of another account, named',       { resourcePolicy: to({ AWS: A }) }, { principal: ROOT }, 'allowed'],
    ['no policy on the resource',            { identityPolicies: [ALLOW], resourcePolicy: null }, {}, 'denied'],
  ]
  for (const [title, policies, request, decision] of ROWS)
    it(`${title}: ${decision}`, () => assert.equal(cross(policies, request), decision))

  it('an owner that is not known leaves the request open where the two relations differ (R-XACC-04)', () => {
    const { resourceAccount: _left, ...request } = {
      principal: USER,
      action: 's3:GetObject',
      resource: OBJECT,
      resourceAccount: A,
      contextComplete: true,
    }
    const got = evaluate({ request, policies: { complete: true, identityPolicies: [ALLOW] } })
    assert.equal(got.decision, 'undetermined')
    assert.ok(got.missing.some((fact) => fact.kind === 'account'))
    assert.equal(evaluate({ request, policies: { complete: true, identityPolicies: [DENY] } }).decision, 'denied')
  })

  it('an owner that is not known is a case of its own, beside the keys that then matter (R-XACC-04, R-COND-65)', () => {
    const fact = `account that owns ${OBJECT}`
    const key = 'aws:SourceVpce'
    const fromVpce = policy(statement('Allow', { Condition: { StringEquals: { [key]: 'vpce-0a1b2c3d' } } }))
    const got = evaluate({
      request: { principal: USER, action: 's3:GetObject', resource: OBJECT, context: { [key]: { state: 'unknown' } } },
      policies: { complete: true, identityPolicies: [fromVpce] },
    })
    assert.deepEqual(got.outcomes, [
      { when: { [fact]: A, [key]: 'vpce-0a1b2c3d' }, decision: 'allowed' },
      { when: { [fact]: A, [key]: '(other)' }, decision: 'denied' },
      { when: { [fact]: A, [key]: null }, decision: 'denied' },
      { when: { [fact]: '(other)' }, decision: 'denied' },
    ])
    assert.deepEqual(
      got.missing.map((fact) => [fact.fact, fact.bearsOn, fact.wouldAllowIf]),
      [
        [fact, 'decision', null],
        [key, 'decision', null],
      ],
    )
    const whoever = evaluate({
      request: { principal: USER, action: 's3:GetObject', resource: OBJECT },
      policies: { complete: true, identityPolicies: [ALLOW] },
    })
    assert.deepEqual(
      [whoever.missing.map((fact) => fact.wouldAllowIf), whoever.outcomes],
      [
        [`= ${A}`],
        [
          { when: { [fact]: A }, decision: 'allowed' },
          { when: { [fact]: '(other)' }, decision: 'denied' },
        ],
      ],
    )
  })
})

describe('callers without identity policies', () => {
  it('the root user needs none, but a Deny of the resource refuses it (R-EVAL-20)', () => {
    assert.equal(run({}, { principal: ROOT }).decision, 'allowed')
    assert.equal(run({ resourcePolicy: forAll('Deny') }, { principal: ROOT }).decision, 'denied')
    for (const action of ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'])
      assert.equal(
        run({ resourcePolicy: forAll('Deny') }, { principal: ROOT, action, resource: 'arn:aws:s3:::bucket' }).decision,
        'allowed',
        action,
      )
  })

  it('a service and an anonymous caller live on the resource’s policy alone (R-SVC-01, R-ANON-01)', () => {
    const service = { principal: 'cloudtrail.amazonaws.com' }
    assert.equal(run({ resourcePolicy: to({ Service: 'cloudtrail.amazonaws.com' }) }, service).decision, 'allowed')
    assert.equal(run({ resourcePolicy: to({ Service: 'config.amazonaws.com' }) }, service).decision, 'denied')
    assert.equal(run({ resourcePolicy: null }, service).decision, 'denied')
    assert.equal(run({ resourcePolicy: to('*') }, { principal: 'anonymous' }).decision, 'allowed')
    assert.equal(run({ resourcePolicy: to({ AWS: A }) }, { principal: 'anonymous' }).decision, 'denied')
  })

  it('a GetFederationToken session of the root user has what its session policy gives (R-PRIN-10)', () => {
    const rootGuest = { principal: GUEST, principalDetails: { federatedBy: ROOT } }
    assert.equal(run({ sessionPolicies: [ALLOW] }, rootGuest).decision, 'allowed')
    assert.equal(run({ sessionPolicies: null }, rootGuest).decision, 'denied')
  })
})

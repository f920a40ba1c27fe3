import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from './evaluate.ts'
import type { PoliciesInForce } from './scenario.ts'

const A = '111122223333'
const B = '444455556666'
const USER = `arn:aws:iam::${A}:user/ann`
const ROOT = `arn:aws:iam::${A}:root`
const SESSION = `arn:aws:sts::${A}:assumed-role/app/s1`
const ROLE = `arn:aws:iam::${A}:role/app`
const OBJECT = 'arn:aws:s3:::bucket/key'
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k`
const role: Partial<Request> = { principal: SESSION, principalDetails: { roleArn: ROLE } }

const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy(statement('Allow'))
const NOTHING = policy()
const to = (Principal: unknown, kind = 'bucket', more: object = {}) => ({
  ...policy(statement('Allow', { Principal, ...more })),
  kind,
})

const run = (policies: PoliciesInForce, request: Partial<Request> = {}) =>
  evaluate({
    request: { principal: USER, action: 's3:GetObject', resource: OBJECT, contextComplete: true, ...request },
    policies: { complete: true, identityPolicies: [ALLOW], ...policies },
  })

describe('a KMS key', () => {
  const kms = (policies: PoliciesInForce, request: Partial<Request> = {}) =>
    run({ identityPolicies: [NOTHING], ...policies }, { action: 'kms:Decrypt', resource: KEY, ...request })
  const key = (Principal: unknown) => to(Principal, 'key')
  const none = { ...NOTHING, kind: 'key' }
  const grant = (more: object = {}, GranteePrincipal = ROLE) => ({
    kmsGrants: [{ GrantId: 'g', GranteePrincipal, Operations: ['Decrypt'], ...more }],
  })
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, policies: PoliciesInForce, request: Partial<Request>, decision: string, rule: string])[] = [
    ['leaves it to the account, identity allows',    { identityPolicies: [ALLOW], resourcePolicy: key({ AWS: A }) }, {}, 'allowed', 'R-KMS-02'],
    ['leaves it to the account, identity lacks',     { resourcePolicy: key({ AWS: A }) }, {}, 'denied', 'R-KMS-02'],
    ['says nothing, identity allows',                { identityPolicies: [ALLOW], resourcePolicy: none }, {}, 'denied', 'R-KMS-02'],
    ['has no policy at all, identity allows',        { identityPolicies: [ALLOW], resourcePolicy: null }, {}, 'denied', 'R-KMS-01'],
    ['names the role',                               { resourcePolicy: key({ AWS: ROLE }) }, role, 'allowed', 'R-KMS-03'],
    ['names the role, boundary lacks',               { resourcePolicy: key({ AWS: ROLE }), permissionsBoundary: NOTHING }, role, 'denied', 'R-EVAL-32'],
    ['names everyone',                               { resourcePolicy: key('*') }, {}, 'allowed', 'R-KMS-04'],
    ['says nothing to root',                         { resourcePolicy: none }, { principal: ROOT }, 'denied', 'R-EVAL-20'],
    ['lets root in',                                 { resourcePolicy: key({ AWS: A }) }, { principal: ROOT }, 'allowed', 'R-EVAL-20'],
    ['of another account names the role, identity lacks', { resourcePolicy: key({ AWS: ROLE }) }, { ...role, resource: KEY.replace(A, B) }, 'denied', 'R-KMS-05'],
    ['of another account, and an owner’s operation', { identityPolicies: [ALLOW], resourcePolicy: key('*') }, { action: 'kms:PutKeyPolicy', resource: KEY.replace(A, B) }, 'denied', 'R-KMS-05'],
    ['with a grant to the role',                     { resourcePolicy: none, serviceGuards: grant() }, role, 'allowed', 'R-KMS-06'],
    ['with a grant to another role',                 { resourcePolicy: none, serviceGuards: grant({}, `${ROLE}2`) }, role, 'denied', 'R-KMS-06'],
    ['with a grant of another operation',            { resourcePolicy: none, serviceGuards: grant({ Operations: ['Encrypt'] }) }, role, 'denied', 'R-KMS-06'],
    ['with a grant, and a Deny of the identity',     { resourcePolicy: none, serviceGuards: grant(), identityPolicies: [policy(statement('Deny'))] }, role, 'denied', 'R-KMS-07'],
    ['with a grant for another encryption context',  { resourcePolicy: none, serviceGuards: grant({ Constraints: { EncryptionContextEquals: { a: 'b' } } }) }, { ...role, context: { 'kms:EncryptionContext:a': 'c' } }, 'denied', 'R-KMS-06'],
    ['with a grant for this encryption context',     { resourcePolicy: none, serviceGuards: grant({ Constraints: { EncryptionContextEquals: { a: 'b' } } }) }, { ...role, context: { 'kms:EncryptionContext:a': 'b', 'kms:EncryptionContextKeys': ['a'] } }, 'allowed', 'R-KMS-06'],
    ['with a grant for a part of this context',      { resourcePolicy: none, serviceGuards: grant({ Constraints: { EncryptionContextSubset: { a: 'b' } } }) }, { ...role, context: { 'kms:EncryptionContext:a': 'b', 'kms:EncryptionContext:c': 'd', 'kms:EncryptionContextKeys': ['a', 'c'] } }, 'allowed', 'R-KMS-06'],
    ['with a grant for less than this context',      { resourcePolicy: none, serviceGuards: grant({ Constraints: { EncryptionContextEquals: { a: 'b' } } }) }, { ...role, context: { 'kms:EncryptionContext:a': 'b', 'kms:EncryptionContextKeys': ['a', 'c'] } }, 'denied', 'R-KMS-06'],
    ['in a call without a key',                      { identityPolicies: [ALLOW] }, { action: 'kms:ListKeys', resource: '*' }, 'allowed', 'R-KMS-10'],
    ['whose alias is made under alias/aws/',         { identityPolicies: [ALLOW] }, { action: 'kms:CreateAlias', resource: `arn:aws:kms:eu-west-1:${A}:alias/aws/x` }, 'denied', 'R-KMS-09'],
  ]
  for (const [title, policies, request, decision, rule] of ROWS)
    it(`that ${title}: ${decision} (${rule})`, () => assert.equal(kms(policies, request).decision, decision))

  const open: PoliciesInForce = {
    complete: false,
    resourceControlPolicies: null,
    serviceControlPolicies: null,
    vpcEndpointPolicy: null,
    permissionsBoundary: null,
    identityPolicies: [ALLOW],
  }
  it('that is not known is not allowed by the identity policy alone (R-REQ-05, R-KMS-01)', () => {
    assert.equal(kms(open, { resource: null, resourceAccount: A }).decision, 'undetermined')
  })
  it('named by its alias is judged by its key policy, not by the identity policy alone (R-KMS-09)', () => {
    assert.notEqual(kms(open, { resource: `arn:aws:kms:eu-west-1:${A}:alias/x` }).decision, 'allowed')
  })
  it('whose guards are said to be none has no grants (docs/json.md: null is "there is none")', () => {
    assert.equal(
      kms({ ...open, identityPolicies: [NOTHING], resourcePolicy: none, serviceGuards: null }).decision,
      'denied',
    )
  })
})

describe('rules of a service that no policy overrides', () => {
  const own = (path: string) => `arn:aws:iam::${A}:role/${path}`
  const wide: PoliciesInForce = {
    resourcePolicy: { ...policy({ Effect: 'Allow', Principal: { AWS: [A, B] }, Action: '*' }), kind: 'trust' },
  }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, policies: PoliciesInForce, request: Partial<Request>, errorCode: string | undefined, rule: string])[] = [
    ['a federated session calls IAM',              { sessionPolicies: [ALLOW] }, { principal: `arn:aws:sts::${A}:federated-user/g`, principalDetails: { federatedBy: USER }, action: 'iam:ListUsers', resource: '*' }, undefined, 'R-EVAL-03'],
    ['a role session asks for a session token',    {}, { ...role, action: 'sts:GetSessionToken', resource: '*' }, undefined, 'R-EVAL-03'],
    ['root assumes a role',                        wide, { principal: ROOT, action: 'sts:AssumeRole', resource: ROLE }, undefined, 'R-EVAL-04'],
    ['an AWS managed policy is changed',           {}, { action: 'iam:CreatePolicyVersion', resource: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }, undefined, 'R-EVAL-05'],
    ['a role of Identity Center is changed',       {}, { action: 'iam:PutRolePolicy', resource: own('aws-reserved/sso.amazonaws.com/AWSReservedSSO_X_0123456789abcdef') }, 'UnmodifiableEntity', 'R-EVAL-05'],
    ['a service-linked role is changed',           {}, { action: 'iam:PutRolePolicy', resource: own('aws-service-role/x.amazonaws.com/AWSServiceRoleForX') }, 'UnmodifiableEntity', 'R-EVAL-05'],
    ['a role of another account is passed',        {}, { action: 'iam:PassRole', resource: `arn:aws:iam::${B}:role/r` }, undefined, 'R-PASS-03'],
    ['another account reads the bucket policy',    { resourcePolicy: to('*'), serviceGuards: {} }, { action: 's3:GetBucketPolicy', resource: 'arn:aws:s3:::bucket', resourceAccount: B }, 'MethodNotAllowed', 'R-S3-14'],
    ['a chained session lasts two hours',          wide, { ...role, action: 'sts:AssumeRole', resource: ROLE, context: { 'sts:DurationSeconds': 7200 } }, 'ValidationError', 'R-STS-09'],
    ['a session lasts longer than the role allows', { ...wide, serviceGuards: { maxSessionDuration: 3600 } }, { action: 'sts:AssumeRole', resource: ROLE, context: { 'sts:DurationSeconds': 3601 } }, 'ValidationError', 'R-STS-09'],
  ]
  for (const [title, policies, request, errorCode, rule] of ROWS)
    it(`${title}: denied implicitly by the service${errorCode === undefined ? '' : `, as ${errorCode}`} (${rule})`, () => {
      const got = run(policies, request)
      assert.deepEqual([got.decision, got.denyType, got.blockedBy], ['denied', 'implicit', ['service-guard']])
      const rules = got.layers.filter((entry) => entry.guard === 'hard-rule')
      assert.deepEqual(
        rules.map((entry) => [entry.verdict, entry.errorCode, entry.counted]),
        [['implicit-deny', errorCode, true]],
      )
    })

  it('a session token is refused to a role by the service alone, since no policy bears on it (R-EVAL-02, R-EVAL-03)', () => {
    assert.deepEqual(
      run({ identityPolicies: [NOTHING] }, { ...role, action: 'sts:GetSessionToken', resource: '*' }).blockedBy,
      ['service-guard'],
    )
  })
})

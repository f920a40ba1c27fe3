/** Every operation that a service refuses whatever the policies say, as AWS's pages list them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from '../evaluate.ts'
import type { PoliciesInForce } from '../scenario.ts'
import { isPermissionless, isPermissionlessName } from './hard-rules.ts'

const A = '111122223333'
const B = '444455556666'
const USER = `arn:aws:iam::${A}:user/ann`
const ROLE = `arn:aws:iam::${A}:role/app`
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k`

const allow = (more: object = {}) => ({
  name: 'p',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }] },
})
const everyone = { ...allow({ Principal: { AWS: [A, B] } }), kind: 'any' }

const run = (request: Partial<Request>, policies: PoliciesInForce = {}) =>
  evaluate({
    request: { principal: USER, action: 's3:GetObject', resource: '*', contextComplete: true, ...request },
    policies: { complete: true, identityPolicies: [allow()], resourcePolicy: everyone, ...policies },
    resources: [],
  })

/** What the fixed rules refuse, as the error they answer with; `AccessDenied` where they name none. */
const refusals = (...args: Parameters<typeof run>) =>
  run(...args)
    .layers.filter((entry) => entry.guard === 'hard-rule' && entry.verdict === 'implicit-deny')
    .map((entry) => entry.errorCode ?? 'AccessDenied')

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

describe('what nobody may change in IAM (R-EVAL-05, R-OTH-21)', () => {
  const managed = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  const own = `arn:aws:iam::${A}:policy/ReadOnlyAccess`
  const center = `arn:aws:iam::${A}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_X_0123456789abcdef`
  const linked = `arn:aws:iam::${A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [what: string, on: string, error: string, names: string, others: string])[] = [
    ['an AWS managed policy', managed, 'AccessDenied',
      'CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion SetDefaultPolicyVersion TagPolicy UntagPolicy',
      'GetPolicy GetPolicyVersion ListEntitiesForPolicy'],
    ['a role of Identity Center', center, 'UnmodifiableEntity',
      `AttachRolePolicy DetachRolePolicy PutRolePolicy DeleteRolePolicy PutRolePermissionsBoundary
       DeleteRolePermissionsBoundary CreateRole DeleteRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole UntagRole
       CreateServiceLinkedRole DeleteServiceLinkedRole PassRole`,
      'GetRole ListRolePolicies'],
    ['a service-linked role', linked, 'UnmodifiableEntity',
      `AttachRolePolicy DetachRolePolicy PutRolePolicy DeleteRolePolicy PutRolePermissionsBoundary
       DeleteRolePermissionsBoundary DeleteRole UpdateAssumeRolePolicy`,
      'GetRole UpdateRoleDescription DeleteServiceLinkedRole CreateServiceLinkedRole PassRole'],
  ]
  for (const [what, on, error, names, others] of ROWS) {
    for (const name of words(names))
      it(`${name} of ${what} is refused as ${error}`, () => {
        assert.deepEqual(refusals({ action: `iam:${name}`, resource: on }), [error])
        assert.deepEqual(refusals({ action: `iam:${name}`, resource: on === managed ? own : ROLE }), [])
        assert.deepEqual(refusals({ action: `sts:${name}`, resource: on }), [], 'of another service')
      })
    for (const name of words(others))
      it(`${name} of ${what} is left to the policies`, () =>
        assert.deepEqual(refusals({ action: `iam:${name}`, resource: on }), []))
  }
})

describe('what sessions and root cannot call (R-EVAL-03, R-EVAL-04)', () => {
  const federated = { principal: `arn:aws:sts::${A}:federated-user/g`, principalDetails: { federatedBy: USER } }
  const session = { principal: `arn:aws:sts::${A}:assumed-role/app/s`, principalDetails: { roleArn: ROLE } }
  const root = { principal: `arn:aws:iam::${A}:root` }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [who: Partial<Request>, action: string, refused: boolean])[] = [
    [federated, 'iam:ListUsers',             true],
    [federated, 'sts:AssumeRole',            true],
    [federated, 'sts:GetCallerIdentity',     false],
    [federated, 's3:GetObject',              false],
    [session,   'sts:GetFederationToken',    true],
    [session,   'sts:GetSessionToken',       true],
    [session,   'sts:AssumeRole',            false],
    [session,   'iam:ListUsers',             false],
    [root,      'sts:AssumeRole',            true],
    [root,      'sts:GetFederationToken',    false],
    [{},        'sts:GetFederationToken',    false],
    [{},        'sts:AssumeRole',            false],
    [{},        'iam:ListUsers',             false],
  ]
  for (const [who, action, refused] of ROWS)
    it(`${who.principal ?? USER} and ${action}: ${refused ? 'refused' : 'left to the policies'}`, () =>
      assert.deepEqual(
        refusals({ ...who, action, resource: action === 'sts:AssumeRole' ? ROLE : '*' }),
        refused ? ['AccessDenied'] : [],
      ))
})

describe('what only the own account can call', () => {
  const foreign = { principal: `arn:aws:iam::${B}:user/bob` }
  const QUEUE_ONLY = words(`AddPermission CancelMessageMoveTask CreateQueue DeleteQueue ListMessageMoveTasks
    ListQueueTags RemovePermission SetQueueAttributes StartMessageMoveTask TagQueue UntagQueue`)
  for (const name of QUEUE_ONLY)
    it(`sqs:${name} (R-OTH-03)`, () => {
      assert.deepEqual(refusals({ ...foreign, action: `sqs:${name}`, resource: QUEUE }), ['AccessDenied'])
      assert.deepEqual(refusals({ action: `sqs:${name}`, resource: QUEUE }), [])
    })
  for (const name of words('SendMessage ReceiveMessage DeleteMessage GetQueueAttributes GetQueueUrl PurgeQueue'))
    it(`sqs:${name} is not of them (R-OTH-03)`, () =>
      assert.deepEqual(refusals({ ...foreign, action: `sqs:${name}`, resource: QUEUE }), []))

  it('secretsmanager:CreateSecret (R-OTH-05)', () => {
    const resource = `arn:aws:secretsmanager:eu-west-1:${A}:secret:s-AbCdEf`
    assert.deepEqual(refusals({ ...foreign, action: 'secretsmanager:CreateSecret', resource }), ['AccessDenied'])
    assert.deepEqual(refusals({ action: 'secretsmanager:CreateSecret', resource }), [])
    assert.deepEqual(refusals({ ...foreign, action: 'secretsmanager:GetSecretValue', resource }), [])
  })

  for (const name of ['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'])
    it(`s3:${name}, nor unsigned (R-S3-14)`, () => {
      const on = { action: `s3:${name}`, resource: 'arn:aws:s3:::bucket', resourceAccount: A }
      assert.ok(refusals({ ...foreign, ...on }).includes('MethodNotAllowed'))
      assert.ok(refusals({ principal: 'anonymous', ...on }).includes('MethodNotAllowed'))
      assert.deepEqual(refusals(on), [])
    })

  it('passing a role (R-PASS-03)', () => {
    assert.deepEqual(refusals({ ...foreign, action: 'iam:PassRole', resource: ROLE }), ['AccessDenied'])
    assert.deepEqual(refusals({ action: 'iam:PassRole', resource: ROLE }), [])
    assert.deepEqual(refusals({ action: 'iam:PassRole', resource: null }), [], 'which role is not known')
    assert.deepEqual(refusals({ ...foreign, action: 'iam:GetRole', resource: ROLE }), [])
  })
})

describe('what another account can call on a KMS key (R-KMS-05)', () => {
  const foreign = { principal: `arn:aws:iam::${B}:user/bob`, resource: KEY }
  const CROSS = words(`Decrypt DeriveSharedSecret Encrypt GenerateDataKey GenerateDataKeyPair
    GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac ReEncryptFrom ReEncryptTo Sign Verify
    VerifyMac CreateGrant DescribeKey GetKeyRotationStatus GetPublicKey ListGrants RetireGrant RevokeGrant`)
  for (const name of CROSS) it(name, () => assert.deepEqual(refusals({ ...foreign, action: `kms:${name}` }), []))
  const OWN = words(`CancelKeyDeletion DisableKey DisableKeyRotation EnableKey EnableKeyRotation GetKeyPolicy
    ListKeyPolicies ListResourceTags PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription`)
  for (const name of OWN)
    it(`… and not ${name}`, () => {
      assert.deepEqual(refusals({ ...foreign, action: `kms:${name}` }), ['AccessDenied'])
      assert.deepEqual(refusals({ action: `kms:${name}`, resource: KEY }), [])
    })

  for (const name of ['CreateAlias', 'UpdateAlias', 'DeleteAlias'])
    it(`${name} under the names that AWS keeps for itself is refused (R-KMS-09)`, () => {
      const alias = (text: string) => `arn:aws:kms:eu-west-1:${A}:alias/${text}`
      assert.deepEqual(refusals({ action: `kms:${name}`, resource: alias('aws/x') }), ['AccessDenied'])
      assert.deepEqual(refusals({ action: `kms:${name}`, resource: alias('team/aws/x') }), [])
      assert.deepEqual(refusals({ action: `kms:${name}`, resource: KEY }), [])
    })
})

describe('what nobody can call unsigned (R-EVAL-01, R-KMS-04)', () => {
  const unsigned = { principal: 'anonymous' }
  const open = { ...allow({ Principal: '*' }), kind: 'any' }
  const of = (action: string, on: string) => refusals({ ...unsigned, action, resource: on }, { resourcePolicy: open })
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [action: string, resource: string])[] = [
    ['kms:Decrypt',                   KEY],
    ['sts:AssumeRole',                ROLE],
    ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:eu-west-1:${A}:secret:s-AbCdEf`],
    ['dynamodb:GetItem',              `arn:aws:dynamodb:eu-west-1:${A}:table/t`],
    ['kinesis:PutRecord',             `arn:aws:kinesis:eu-west-1:${A}:stream/s`],
    ['lambda:InvokeFunction',         `arn:aws:lambda:eu-west-1:${A}:function:f`],
    ['ecr:BatchGetImage',             `arn:aws:ecr:eu-west-1:${A}:repository/r`],
    ['events:PutEvents',              `arn:aws:events:eu-west-1:${A}:event-bus/default`],
    ['glue:GetTable',                 `arn:aws:glue:eu-west-1:${A}:table/d/t`],
    ['codeartifact:ReadFromRepository', `arn:aws:codeartifact:eu-west-1:${A}:repository/d/r`],
  ]
  for (const [action, on] of ROWS)
    it(action, () => {
      assert.deepEqual(of(action, on), ['MissingAuthenticationToken'])
      assert.deepEqual(refusals({ action, resource: on }, { resourcePolicy: open }), [], 'signed')
    })
  // biome-ignore format: a table is read by its columns
  const OPEN: readonly (readonly [action: string, resource: string])[] = [
    ['s3:GetObject',              'arn:aws:s3:::b/k'],
    ['sqs:SendMessage',           QUEUE],
    ['sns:Publish',               `arn:aws:sns:eu-west-1:${A}:t`],
    ['es:ESHttpGet',              `arn:aws:es:eu-west-1:${A}:domain/d`],
    ['ecr-public:GetRepositoryPolicy', `arn:aws:ecr-public::${A}:repository/r`],
    ['sts:AssumeRoleWithWebIdentity', ROLE],
  ]
  for (const [action, on] of OPEN) it(`${action} is none of them`, () => assert.deepEqual(of(action, on), []))
})

describe('the length of a session (R-STS-09)', () => {
  const session = { principal: `arn:aws:sts::${A}:assumed-role/app/s`, principalDetails: { roleArn: ROLE } }
  const assuming = (seconds: number, who: Partial<Request> = {}, longest?: unknown) =>
    refusals(
      { ...who, action: 'sts:AssumeRole', resource: ROLE, context: { 'sts:DurationSeconds': seconds } },
      longest === undefined ? {} : { serviceGuards: { maxSessionDuration: longest } },
    )
  it('is at most what the role says, to the second', () => {
    assert.deepEqual(assuming(7200, {}, 7200), [])
    assert.deepEqual(assuming(7201, {}, 7200), ['ValidationError'])
  })
  it('is at most an hour where a role session assumes a role, whatever that role says', () => {
    assert.deepEqual(assuming(3600, session, 43_200), [])
    assert.deepEqual(assuming(3601, session, 43_200), ['ValidationError'])
    assert.deepEqual(assuming(3601, {}, 43_200), [])
  })
  it('is as it should be where none is asked for, or the longest is not known', () => {
    assert.deepEqual(
      refusals(
        { ...session, action: 'sts:AssumeRole', resource: ROLE },
        { serviceGuards: { maxSessionDuration: 3600 } },
      ),
      [],
    )
    assert.deepEqual(assuming(43_200), [])
    assert.deepEqual(assuming(43_200, {}, '3600'), [])
  })
  it('is a quarter of an hour at least, and twelve hours at most, whatever the role says', () => {
    assert.deepEqual(assuming(899, {}, 7200), ['ValidationError'])
    assert.deepEqual(assuming(900, {}, 7200), [])
    assert.deepEqual(assuming(43_200, {}, 43_200), [])
    assert.deepEqual(assuming(43_201), ['ValidationError'])
  })
  it('is the same for a web identity and SAML', () => {
    for (const action of ['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML']) {
      const lasting = (seconds: number) =>
        refusals(
          { action, resource: ROLE, context: { 'sts:DurationSeconds': seconds } },
          { serviceGuards: { maxSessionDuration: 7200 } },
        )
      assert.deepEqual(lasting(7200), [], action)
      assert.deepEqual(lasting(7201), ['ValidationError'], action)
    }
  })
  it('is open beyond an hour where the longest is not known, which is the fact to fetch', () => {
    const lasting = (seconds: number) =>
      run({ action: 'sts:AssumeRole', resource: ROLE, context: { 'sts:DurationSeconds': seconds } })
    assert.equal(lasting(3600).decision, 'allowed')
    const got = lasting(3601)
    assert.deepEqual(
      [got.decision, got.missing.map(({ fact, kind }) => [fact, kind])],
      ['undetermined', [['maxSessionDuration', 'attribute']]],
    )
    assert.match(got.missing[0]?.howToGet ?? '', /^aws iam get-role /)
  })
  it('is asked of the calls that assume a role alone', () => {
    for (const action of ['sts:TagSession', 'sts:GetFederationToken'])
      assert.deepEqual(
        refusals({ ...session, action, resource: ROLE, context: { 'sts:DurationSeconds': 50_000 } }),
        action === 'sts:TagSession' ? [] : ['AccessDenied'],
        action,
      )
  })
})

it('three actions need no permission (R-EVAL-02)', () => {
  for (const action of ['sts:GetCallerIdentity', 'sts:getsessiontoken', 'dynamodb:DescribeEndpoints'])
    assert.equal(isPermissionless(action), true, action)
  assert.equal(isPermissionless('sts:GetAccessKeyInfo'), false)
  assert.equal(isPermissionlessName('sts', 'getcalleridentity'), true)
  assert.equal(isPermissionlessName('sts', 'getaccesskeyinfo'), false)
  assert.equal(isPermissionlessName('s3', 'getcalleridentity'), false)
})

it('a refusal says which rule it is, and leaves nothing to fetch', () => {
  const session = { principal: `arn:aws:sts::${A}:assumed-role/app/s`, principalDetails: { roleArn: ROLE } }
  const federated = { principal: `arn:aws:sts::${A}:federated-user/g`, principalDetails: { federatedBy: USER } }
  const foreign = { principal: `arn:aws:iam::${B}:user/bob` }
  const linked = `arn:aws:iam::${A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`
  const center = `arn:aws:iam::${A}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_X_0123456789abcdef`
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [rule: string, request: Partial<Request>])[] = [
    ['R-EVAL-03', { ...federated, action: 'iam:ListUsers' }],
    ['R-EVAL-03', { ...session, action: 'sts:GetSessionToken' }],
    ['R-EVAL-04', { principal: `arn:aws:iam::${A}:root`, action: 'sts:AssumeRole', resource: ROLE }],
    ['R-EVAL-05', { action: 'iam:DeletePolicy', resource: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    ['R-EVAL-05', { action: 'iam:DeleteRole', resource: center }],
    ['R-EVAL-05', { action: 'iam:DeleteRole', resource: linked }],
    ['R-PASS-03', { ...foreign, action: 'iam:PassRole', resource: ROLE }],
    ['R-S3-14',   { ...foreign, action: 's3:GetBucketPolicy', resource: 'arn:aws:s3:::b', resourceAccount: A }],
    ['R-OTH-03',  { ...foreign, action: 'sqs:TagQueue', resource: QUEUE }],
    ['R-OTH-05',  { ...foreign, action: 'secretsmanager:CreateSecret', resource: `arn:aws:secretsmanager:eu-west-1:${A}:secret:s-AbCdEf` }],
    ['R-EVAL-01', { principal: 'anonymous', action: 'kms:Decrypt', resource: KEY }],
    ['R-STS-09',  { ...session, action: 'sts:AssumeRole', resource: ROLE, context: { 'sts:DurationSeconds': 7200 } }],
    ['R-KMS-05',  { ...foreign, action: 'kms:PutKeyPolicy', resource: KEY }],
    ['R-KMS-09',  { action: 'kms:CreateAlias', resource: `arn:aws:kms:eu-west-1:${A}:alias/aws/x` }],
  ]
  for (const [rule, request] of ROWS) {
    const got = run(request)
    const said = got.layers.filter((entry) => entry.guard === 'hard-rule').map(({ reason }) => reason ?? '')
    assert.ok(said.length > 0 && said.every((reason) => reason.endsWith(`(${rule})`)), `${rule}: ${said.join()}`)
    assert.deepEqual(got.missing, [], rule)
  }
})

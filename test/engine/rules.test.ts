/** Rules of docs/rules.md that no table of decisions reaches, each with a request of its own. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluateChain } from '#engine/chain.ts'
import type { Decision } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { PoliciesInForce, Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { readDenials } from '#intake/read.ts'
import { spec } from '../spec/spec.ts'

const A = '111122223333'
const B = '444455556666'
const ROLE = `arn:aws:iam::${A}:role/deploy`
const SESSION = `arn:aws:sts::${A}:assumed-role/deploy/s1`
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k-1`
const KEY_2 = `arn:aws:kms:eu-west-1:${A}:key/k-2`
const SSO_PATH = 'aws-reserved/sso.amazonaws.com'

const policy = (name: string, ...Statement: readonly object[]) => ({
  name,
  document: { Version: '2012-10-17', Statement },
})
const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})
const deny = (Action: string, more: object = {}) => ({ ...allow(Action, more), Effect: 'Deny' })
const ALL = policy('all', allow('*'))
const NOTHING = policy('nothing')

const scenario = (
  policies: PoliciesInForce,
  request: Partial<Request> = {},
  more: Partial<Scenario> = {},
): Scenario => ({
  request: {
    principal: SESSION,
    principalDetails: { roleArn: ROLE },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    resourceAccount: A,
    contextComplete: true,
    ...request,
  },
  policies: { complete: true, ...policies },
  organization: null,
  ...more,
})
const judge = (...given: Parameters<typeof scenario>): Decision => evaluate(scenario(...given))
const verdictOf = (decision: Decision, layer: PolicyLayer): string | undefined =>
  decision.layers.find((one) => one.layer === layer)?.verdict

describe('requests', () => {
  it('R-REQ-01: a call on two resources succeeds only if each of its tuples is allowed', () => {
    const one = policy('one', allow('s3:GetObject', { Resource: 'arn:aws:s3:::b/k' }))
    const both = ['arn:aws:s3:::b/k', 'arn:aws:s3:::b/l']
    assert.equal(judge({ identityPolicies: [one] }).decision, 'allowed')
    assert.equal(judge({ identityPolicies: [one] }, { resource: both }).decision, 'denied')
    assert.equal(judge({ identityPolicies: [ALL] }, { resource: both }).decision, 'allowed')
  })

  it('R-PRIN-05: aws:PrincipalAccount of an unsigned request is the word anonymous', () => {
    const resourcePolicy = (account: string) =>
      policy(
        'public',
        allow('s3:GetObject', { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': account } } }),
      )
    const unsigned = { principal: 'anonymous', principalDetails: {} }
    assert.equal(judge({ resourcePolicy: resourcePolicy('anonymous') }, unsigned).decision, 'allowed')
    assert.equal(judge({ resourcePolicy: resourcePolicy(A) }, unsigned).decision, 'denied')
  })

  it('R-PRIN-07: an Identity Center session is named by the pattern of its reserved role and has no aws:username', () => {
    const name = 'AWSReservedSSO_Operators_0123456789abcdef'
    const request = {
      principal: `arn:aws:sts::${A}:assumed-role/${name}/ana@example.com`,
      principalDetails: { roleArn: `arn:aws:iam::${A}:role/${SSO_PATH}/eu-west-1/${name}` },
    }
    const pattern = `arn:aws:iam::${A}:role/${SSO_PATH}/*/AWSReservedSSO_Operators_*`
    const byPattern = policy('sso', allow('s3:*', { Condition: { ArnLike: { 'aws:PrincipalArn': pattern } } }))
    const byUser = policy('user', allow('s3:*', { Condition: { Null: { 'aws:username': 'false' } } }))
    assert.equal(judge({ identityPolicies: [byPattern] }, request).decision, 'allowed')
    assert.equal(judge({ identityPolicies: [byUser] }, request).decision, 'denied')
  })

  it('R-CTX-14: encryption by the default of the bucket leaves the key of the header absent', () => {
    const unencrypted = deny('s3:PutObject', {
      Principal: '*',
      Condition: { Null: { 's3:x-amz-server-side-encryption': 'true' } },
    })
    const given = { resourcePolicy: policy('bucket', unencrypted), identityPolicies: [ALL] }
    const put = { action: 's3:PutObject' }
    assert.deepEqual(judge(given, put).blockedBy, ['resource-policy'])
    const withHeader = { ...put, context: { 's3:x-amz-server-side-encryption': 'AES256' } }
    assert.equal(judge(given, withHeader).decision, 'allowed')
  })
})

describe('documents', () => {
  it('R-GRAM-04: Id and Sid decide nothing', () => {
    const named = { name: 'n', document: { Id: 'x', Version: '2012-10-17', Statement: [deny('s3:*', { Sid: 'Y' })] } }
    assert.deepEqual(
      judge({ identityPolicies: [ALL, named] }).blockedBy,
      judge({ identityPolicies: [ALL, policy('n', deny('s3:*'))] }).blockedBy,
    )
  })

  it('R-GRAM-06: a key that stands twice makes the document unreadable, and nothing is allowed by it', () => {
    const document =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}'
    const given = scenario({ identityPolicies: [{ name: 'twice', document }] })
    assert.equal(evaluate(given).decision, 'undetermined')
    assert.equal(spec(given).decision, 'undetermined')
  })
})

describe('evaluation', () => {
  it('R-EVAL-01: credentials that have expired are no denial by a policy', () => {
    const text =
      'An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired.'
    const denials = readDenials(text).denials
    assert.deepEqual(
      denials.map(({ kind }) => kind),
      ['aws-authentication'],
    )
    for (const code of ['SignatureDoesNotMatch', 'InvalidClientTokenId', 'UnrecognizedClientException'])
      assert.deepEqual(
        readDenials(`An error occurred (${code}) when calling the PutObject operation: no`).denials.map((d) => d.kind),
        ['aws-authentication'],
        code,
      )
  })

  it('R-EVAL-11: the order of layers hides none of those that refuse', () => {
    const levels = [{ target: A, policies: [policy('none', deny('s3:*'))] }]
    const got = judge(
      {
        serviceControlPolicies: levels,
        resourcePolicy: policy('bucket', deny('s3:*', { Principal: '*' })),
        identityPolicies: [policy('own', deny('s3:*'))],
      },
      {},
      { organization: { id: 'o-x', managementAccount: B, principalPath: 'o-x/r-1/', resourcePath: 'o-x/r-1/' } },
    )
    assert.deepEqual([...got.blockedBy].sort(), ['identity-policy', 'resource-policy', 'service-control-policy'])
  })

  it('R-EVAL-13: within one account the identity side or the resource policy suffices', () => {
    const resourcePolicy = policy('bucket', allow('s3:GetObject', { Principal: { AWS: ROLE } }))
    assert.equal(judge({ identityPolicies: [ALL] }).decision, 'allowed')
    assert.equal(judge({ identityPolicies: [NOTHING], resourcePolicy }).decision, 'allowed')
    assert.equal(judge({ identityPolicies: [NOTHING] }).decision, 'denied')
  })

  it('R-EVAL-14: a resource policy that allows its own account delegates, no more', () => {
    const resourcePolicy = policy('bucket', allow('s3:GetObject', { Principal: { AWS: `arn:aws:iam::${A}:root` } }))
    assert.equal(judge({ identityPolicies: [NOTHING], resourcePolicy }).decision, 'denied')
    assert.equal(judge({ identityPolicies: [ALL], resourcePolicy }).decision, 'allowed')
  })

  it('R-EVAL-40: a boundary makes Deny with NotPrincipal refuse also who is excepted (R-PM-10)', () => {
    const resourcePolicy = policy(
      'bucket',
      deny('s3:*', { NotPrincipal: { AWS: [ROLE, SESSION, `arn:aws:iam::${A}:root`] } }),
    )
    assert.equal(judge({ identityPolicies: [ALL], resourcePolicy }).decision, 'allowed')
    assert.equal(judge({ identityPolicies: [ALL], resourcePolicy, permissionsBoundary: ALL }).decision, 'denied')
  })

  it('R-PM-14: a star narrowed by a condition grants to a session as the star does', () => {
    const resourcePolicy = policy(
      'bucket',
      allow('s3:GetObject', { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': A } } }),
    )
    assert.equal(judge({ identityPolicies: [NOTHING], resourcePolicy }).decision, 'allowed')
  })

  it('R-XACC-05: a service is let in by the resource policy alone, whatever the account', () => {
    const resourcePolicy = policy('topic', allow('sns:Publish', { Principal: { Service: 's3.amazonaws.com' } }))
    const request = {
      principal: 's3.amazonaws.com',
      principalDetails: {},
      action: 'sns:Publish',
      resource: `arn:aws:sns:eu-west-1:${A}:t`,
    }
    const got = judge({ resourcePolicy }, request)
    assert.equal(got.decision, 'allowed')
    assert.equal(verdictOf(got, 'identity-policy'), 'not-applicable')
    assert.equal(judge({ resourcePolicy: NOTHING }, request).decision, 'denied')
    // An unsigned caller is in no account either: the star lets it in, the account's own entry does not.
    const unsigned = { ...request, principal: 'anonymous' }
    const open = (AWS: string) => policy('topic', allow('sns:Publish', { Principal: { AWS } }))
    assert.equal(judge({ resourcePolicy: open('*') }, unsigned).decision, 'allowed')
    assert.equal(judge({ resourcePolicy: open(A) }, unsigned).decision, 'denied')
    assert.equal(verdictOf(judge({ resourcePolicy: open('*') }, unsigned), 'service-control-policy'), 'not-applicable')
  })

  it('R-STS-12: a session has what role, boundary and session policy share', () => {
    const only = (action: string) => policy(action, allow(action))
    const given = {
      identityPolicies: [policy('role', allow(['s3:GetObject', 's3:PutObject']))],
      permissionsBoundary: only('s3:*'),
      sessionPolicies: [only('s3:GetObject')],
    }
    assert.equal(judge(given).decision, 'allowed')
    assert.deepEqual(judge(given, { action: 's3:PutObject' }).blockedBy, ['session-policy'])
    assert.deepEqual(judge({ ...given, permissionsBoundary: only('sqs:*') }).blockedBy, ['permissions-boundary'])
    assert.deepEqual(judge({ ...given, identityPolicies: [only('sqs:*')] }).blockedBy, ['identity-policy'])
  })
})

describe('services', () => {
  it('R-S3-01: what the identity side may, a Deny in the context of the bucket still refuses', () => {
    const resourcePolicy = policy('bucket', deny('s3:GetObject', { Principal: '*' }))
    assert.deepEqual(judge({ identityPolicies: [ALL], resourcePolicy }).blockedBy, ['resource-policy'])
    // The context of the user: nothing there, and the bucket says nothing, refuses.
    assert.deepEqual(judge({ identityPolicies: [NOTHING], resourcePolicy: NOTHING }).blockedBy, ['identity-policy'])
    // The context of the object: its owner, another account, must have opened it by its ACL.
    const acl = (Grants: readonly object[]) => ({
      objectOwnership: 'ObjectWriter',
      objectOwner: B,
      acl: { Owner: { ID: 'a' }, Grants: [] },
      objectAcl: { Owner: { ID: 'b' }, Grants },
    })
    const toAll = { Grantee: { URI: 'http://acs.amazonaws.com/groups/global/AllUsers' }, Permission: 'READ' }
    const foreign = (Grants: readonly object[]) => judge({ identityPolicies: [ALL], serviceGuards: acl(Grants) })
    assert.deepEqual(foreign([]).blockedBy, ['service-guard'])
    assert.equal(foreign([toAll]).decision, 'allowed')
  })

  it('R-S3-12: a directory bucket is asked s3express:CreateSession, not s3', () => {
    const request = {
      action: 's3express:CreateSession',
      resource: `arn:aws:s3express:eu-west-1:${A}:bucket/b--euw1-az1--x-s3`,
    }
    assert.equal(judge({ identityPolicies: [policy('s3', allow('s3:*'))] }, request).decision, 'denied')
    assert.equal(
      judge({ identityPolicies: [policy('x', allow('s3express:CreateSession'))] }, request).decision,
      'allowed',
    )
  })

  it('R-KMS-11: ReEncrypt is two actions on two keys, and either is refused by its own', () => {
    const resourcePolicy = policy('key', allow('kms:*', { Principal: { AWS: `arn:aws:iam::${A}:root` } }))
    const from = policy('from', allow('kms:ReEncryptFrom', { Resource: KEY }))
    const ask = (action: string, resource: string) =>
      judge({ identityPolicies: [from], resourcePolicy }, { action, resource })
    assert.equal(ask('kms:ReEncryptFrom', KEY).decision, 'allowed')
    assert.equal(ask('kms:ReEncryptTo', KEY_2).decision, 'denied')
    assert.equal(ask('kms:ReEncryptFrom', KEY_2).decision, 'denied')
  })

  it('R-OTH-01, R-OTH-07: an event bus has a policy and may let another account in, an instance has none', () => {
    const stranger = { resourceAccount: B }
    const resourcePolicy = policy('own', allow('*', { Principal: '*' }))
    const bus = { action: 'events:PutEvents', resource: `arn:aws:events:eu-west-1:${B}:event-bus/main`, ...stranger }
    const instance = { action: 'ec2:StopInstances', resource: `arn:aws:ec2:eu-west-1:${B}:instance/i-1`, ...stranger }
    assert.equal(judge({ identityPolicies: [ALL], resourcePolicy }, bus).decision, 'allowed')
    assert.equal(judge({ identityPolicies: [ALL] }, instance).decision, 'denied')
    assert.deepEqual(judge({ identityPolicies: [ALL], resourcePolicy: null }, bus).blockedBy, ['resource-policy'])
    assert.deepEqual(judge({ identityPolicies: [NOTHING], resourcePolicy }, bus).blockedBy, ['identity-policy'])
  })

  it('R-OTH-07: a target of a rule lets EventBridge in by its own policy, or a role is judged', () => {
    const rule = `arn:aws:events:eu-west-1:${A}:rule/nightly`
    const request = {
      principal: 'events.amazonaws.com',
      principalDetails: {},
      action: 'lambda:InvokeFunction',
      resource: `arn:aws:lambda:eu-west-1:${A}:function:f`,
      context: { 'aws:SourceArn': rule, 'aws:SourceAccount': A },
    }
    const Condition = { ArnLike: { 'aws:SourceArn': rule } }
    const Principal = { Service: 'events.amazonaws.com' }
    const resourcePolicy = policy('f', allow('lambda:InvokeFunction', { Principal, Condition }))
    assert.equal(judge({ resourcePolicy }, request).decision, 'allowed')
    assert.equal(judge({ resourcePolicy: null }, request).decision, 'denied')
    const other = { ...request, context: { 'aws:SourceArn': `${rule}-2`, 'aws:SourceAccount': A } }
    assert.equal(judge({ resourcePolicy }, other).decision, 'denied')
    const stream = { action: 'kinesis:PutRecord', resource: `arn:aws:kinesis:eu-west-1:${A}:stream/s` }
    assert.equal(judge({ identityPolicies: [policy('role', allow('kinesis:PutRecord'))] }, stream).decision, 'allowed')
    assert.deepEqual(judge({ identityPolicies: [NOTHING] }, stream).blockedBy, ['identity-policy'])
  })

  it('R-STS-08: SetContext on the session itself asks no trust policy, on a role it does', () => {
    const setContext = policy('own', allow('sts:SetContext'))
    const onSelf = { action: 'sts:SetContext', resource: `arn:aws:sts::${A}:self` }
    const onRole = { action: 'sts:SetContext', resource: ROLE }
    assert.equal(judge({ identityPolicies: [setContext] }, onSelf).decision, 'allowed')
    assert.deepEqual(judge({ identityPolicies: [setContext] }, onRole).blockedBy, ['resource-policy'])
  })

  it('R-OTH-05: a secret read from another account needs both sides', () => {
    const request = {
      action: 'secretsmanager:GetSecretValue',
      resource: `arn:aws:secretsmanager:eu-west-1:${B}:secret:s-AbCdEf`,
      resourceAccount: B,
    }
    const resourcePolicy = policy('secret', allow('secretsmanager:GetSecretValue', { Principal: { AWS: ROLE } }))
    assert.equal(judge({ identityPolicies: [ALL], resourcePolicy }, request).decision, 'allowed')
    assert.deepEqual(judge({ identityPolicies: [ALL] }, request).blockedBy, ['resource-policy'])
    assert.deepEqual(judge({ identityPolicies: [NOTHING], resourcePolicy }, request).blockedBy, ['identity-policy'])
  })

  it('R-OTH-06: the login token of ECR is asked on *, so a repository in Resource gives nothing', () => {
    const request = { action: 'ecr:GetAuthorizationToken', resource: '*' }
    const Resource = `arn:aws:ecr:eu-west-1:${A}:repository/r`
    const narrow = policy('narrow', allow('ecr:*', { Resource }))
    assert.equal(judge({ identityPolicies: [narrow] }, request).decision, 'denied')
    assert.equal(judge({ identityPolicies: [ALL] }, request).decision, 'allowed')
  })
})

describe('the next request', () => {
  const bucket = {
    arn: 'arn:aws:s3:::b',
    account: A,
    attributes: { sseKmsKeyArn: KEY },
  }
  const key = (principal: string) => ({
    arn: KEY,
    account: A,
    kind: 'key',
    policy: { Version: '2012-10-17', Statement: [allow('kms:*', { Principal: { AWS: principal } })] },
  })

  it('R-PRIN-12: a service that acts with a role of its own is judged as that role', () => {
    const role = `arn:aws:sts::${A}:assumed-role/job/x`
    const identityPolicies = [
      policy(
        'own',
        allow('s3:GetObject', { Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${A}:role/job` } } }),
      ),
    ]
    const details = { roleArn: `arn:aws:iam::${A}:role/job` }
    const asRole = { principal: role, principalDetails: details }
    assert.equal(judge({ identityPolicies }, asRole).decision, 'allowed')
    assert.equal(judge({ identityPolicies }).decision, 'denied')
    // It is an ordinary session: its boundary and the SCPs of its account hold it.
    assert.deepEqual(judge({ identityPolicies, permissionsBoundary: NOTHING }, asRole).blockedBy, [
      'permissions-boundary',
    ])
    const levels = [{ target: A, policies: [policy('none', deny('s3:*'))] }]
    const inOrganization = { organization: { id: 'o-x', managementAccount: B, principalPath: 'o-x/r-1/' } }
    assert.deepEqual(judge({ identityPolicies, serviceControlPolicies: levels }, asRole, inOrganization).blockedBy, [
      'service-control-policy',
    ])
    // Nobody stands behind it: no service calls for the caller, so that CalledVia is not there.
    const called = policy('called', allow('s3:GetObject', { Condition: { Null: { 'aws:CalledVia': 'false' } } }))
    assert.equal(judge({ identityPolicies: [called] }, asRole).decision, 'denied')
  })

  it('R-S3-10: the aws/s3 key lets in its own account only, through S3 or not', () => {
    const Condition = { StringEquals: { 'kms:CallerAccount': B, 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }
    const resourcePolicy = policy('aws/s3', allow('kms:*', { Principal: { AWS: '*' }, Condition }))
    const request = { action: 'kms:Decrypt', resource: KEY.replace(A, B), resourceAccount: B }
    const context = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:CallerAccount': A }
    assert.deepEqual(judge({ identityPolicies: [ALL], resourcePolicy }, { ...request, context }).blockedBy, [
      'resource-policy',
    ])
    const direct = { 'kms:CallerAccount': A }
    assert.deepEqual(judge({ identityPolicies: [ALL], resourcePolicy }, { ...request, context: direct }).blockedBy, [
      'resource-policy',
    ])
    const own = { action: 'kms:Decrypt', resource: KEY, context }
    const ownKey = policy(
      'aws/s3',
      allow('kms:*', {
        Principal: { AWS: '*' },
        Condition: { StringEquals: { ...Condition.StringEquals, 'kms:CallerAccount': A } },
      }),
    )
    assert.equal(judge({ identityPolicies: [ALL], resourcePolicy: ownKey }, own).decision, 'allowed')
  })

  it('R-PRIN-11: a service that forwards the session is asked as the same principal', () => {
    const put = scenario({ identityPolicies: [ALL] }, { action: 's3:PutObject' }, { resources: [bucket, key(ROLE)] })
    const hops = evaluateChain(put).steps ?? []
    const kms = hops.find(({ request }) => request.action === 'kms:GenerateDataKey')
    assert.equal(kms?.request.principal, SESSION)
    assert.equal(kms?.decision.decision, 'allowed')
    // Its own layers are asked again: what allows the upload alone does not allow the key.
    const upload = policy('upload', allow('s3:PutObject'))
    const toAccount = key(`arn:aws:iam::${A}:root`)
    const short = scenario(
      { identityPolicies: [upload] },
      { action: 's3:PutObject' },
      { resources: [bucket, toAccount] },
    )
    const again = evaluateChain(short).steps?.find(({ request }) => request.action === 'kms:GenerateDataKey')
    assert.deepEqual(again?.decision.blockedBy, ['identity-policy'])
  })
})

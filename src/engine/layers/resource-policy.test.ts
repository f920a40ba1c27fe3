/** When the policy of a resource is asked, when its silence refuses, and what is said where it is not known. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from '../evaluate.ts'
import type { PoliciesInForce, Scenario } from '../scenario.ts'
import { spec } from '../../../test/spec/spec.ts'

const A = '111122223333'
const B = '444455556666'
const USER = `arn:aws:iam::${A}:user/ann`
const ROOT = `arn:aws:iam::${A}:root`
const BUCKET = 'arn:aws:s3:::data'
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k`
const ROLE = `arn:aws:iam::${A}:role/app`
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`

const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const forAll = (Effect: string) => policy({ Effect, Principal: '*', Action: '*', Resource: '*' })
const DENIES_ALL = forAll('Deny')

/** Nothing else stands in the way, and nothing else is left to ask. */
const ELSE: PoliciesInForce = {
  serviceControlPolicies: null,
  resourceControlPolicies: null,
  vpcEndpointPolicy: null,
  permissionsBoundary: null,
  identityPolicies: [ALLOW],
  serviceGuards: null,
}

function ask(request: Pick<Request, 'action' | 'resource'> & Partial<Request>, policies: PoliciesInForce = {}) {
  const scenario: Scenario = {
    request: { principal: USER, resourceAccount: A, contextComplete: true, ...request },
    policies: { ...ELSE, ...policies },
  }
  const got = evaluate(scenario)
  const { decision } = spec(scenario)
  if (decision !== 'undetermined') assert.equal(decision, got.decision, 'the second evaluator')
  return got
}
const decide = (...args: Parameters<typeof ask>): string => ask(...args).decision
const layerOf = (...args: Parameters<typeof ask>) =>
  ask(...args).layers.find((entry) => entry.layer === 'resource-policy')
const lacks = (...args: Parameters<typeof ask>) =>
  ask(...args).missing.map(({ layer, kind, fact }) => [layer, kind, fact])

describe('a bucket policy that denies everything', () => {
  const manage = { action: 's3:PutBucketPolicy', resource: BUCKET }

  it('binds all but the root user of the owning account, who can always take it away (R-EVAL-20)', () => {
    assert.equal(decide({ ...manage, principal: ROOT }, { resourcePolicy: DENIES_ALL }), 'allowed')
    assert.equal(decide(manage, { resourcePolicy: DENIES_ALL }), 'denied')
    const foreign = ask({ ...manage, principal: `arn:aws:iam::${B}:root` }, { resourcePolicy: DENIES_ALL })
    assert.deepEqual([foreign.decision, foreign.denyType], ['denied', 'explicit'])
    assert.ok(foreign.blockedBy.includes('resource-policy'))
    assert.equal(
      decide({ ...manage, action: 's3:PutBucketAcl', principal: ROOT }, { resourcePolicy: DENIES_ALL }),
      'denied',
    )
  })
})

describe('a policy that is not asked', () => {
  it('is one of no resource: the action names none', () => {
    assert.equal(decide({ action: 's3:ListAllMyBuckets', resource: '*' }, { resourcePolicy: DENIES_ALL }), 'allowed')
  })

  it('is a trust policy, for all but the calls that assume the role (R-STS-01, R-PASS-01)', () => {
    const trust = { resourcePolicy: { ...DENIES_ALL, kind: 'trust' } }
    assert.equal(decide({ action: 'iam:GetRole', resource: ROLE }, trust), 'allowed')
    assert.equal(decide({ action: 'iam:PassRole', resource: ROLE }, trust), 'allowed')
    assert.equal(decide({ action: 'iam:PassRole', resource: ROLE }, { resourcePolicy: DENIES_ALL }), 'allowed')
    assert.equal(decide({ action: 'IAM:PASSROLE', resource: ROLE }, { resourcePolicy: DENIES_ALL }), 'allowed')
    assert.equal(decide({ action: 'sts:AssumeRole', resource: ROLE }, trust), 'denied')
  })

  it('cannot let another account in either', () => {
    const other = { principal: `arn:aws:iam::${B}:user/bob` }
    const trust = { resourcePolicy: { ...forAll('Allow'), kind: 'trust' } }
    assert.deepEqual(ask({ action: 'iam:GetRole', resource: ROLE, ...other }, trust).blockedBy, ['resource-policy'])
    assert.deepEqual(ask({ action: 'iam:PassRole', resource: ROLE, ...other }, trust).blockedBy, ['service-guard'])
    assert.equal(decide({ action: 'sts:AssumeRole', resource: ROLE, ...other }, trust), 'allowed')
  })
})

describe('a resource without a policy', () => {
  const none = { resourcePolicy: null }

  it('refuses where only its policy can allow: keys and roles (R-KMS-01, R-STS-01), and other accounts (R-XACC-01)', () => {
    assert.equal(decide({ action: 'kms:Decrypt', resource: KEY }, none), 'denied')
    assert.equal(decide({ action: 'sts:AssumeRole', resource: ROLE }, none), 'denied')
    assert.equal(decide({ action: 'sqs:SendMessage', resource: QUEUE }, none), 'allowed')
    const other = { action: 'sqs:SendMessage', resource: QUEUE, principal: `arn:aws:iam::${B}:user/bob` }
    assert.equal(decide(other, none), 'denied')
    assert.match(layerOf(other, none)?.reason ?? '', /another account/)
    assert.doesNotMatch(layerOf({ action: 'kms:Decrypt', resource: KEY }, none)?.reason ?? '', /another account/)
  })
})

describe('a policy that is not known', () => {
  it('is asked for by its kind and the resource', () => {
    // biome-ignore format: a table is read by its columns
    const ROWS: readonly (readonly [action: string, resource: string | null, fact: string])[] = [
      ['kms:Decrypt',     KEY,                `key policy of ${KEY}`],
      ['sts:AssumeRole',  ROLE,               `trust policy of ${ROLE}`],
      ['sqs:SendMessage', QUEUE,              `resource policy of ${QUEUE}`],
    ]
    for (const [action, resource, fact] of ROWS) {
      const open = action === 'sqs:SendMessage' ? { principal: `arn:aws:iam::${B}:user/bob` } : {}
      assert.equal(decide({ action, resource, ...open }), 'undetermined', action)
      assert.deepEqual(lacks({ action, resource, ...open }), [['resource-policy', 'policy', fact]])
    }
  })

  it('is of "the resource" where that is not known either', () => {
    const facts = lacks({ action: 'kms:Decrypt', resource: null }).map(([, , fact]) => fact)
    assert.ok(facts.includes('key policy of the resource'), facts.join('; '))
  })

  it('is one that there can be: a service without resource policies has none (R-XACC-03)', () => {
    const start = { action: 'ec2:StartInstances', resource: `arn:aws:ec2:eu-west-1:${A}:instance/i-1` }
    assert.equal(decide(start), 'allowed')
    assert.equal(layerOf(start)?.verdict, 'not-applicable')
  })
})

describe('a key of another account whose policy is not known', () => {
  const decrypt = { action: 'kms:Decrypt', resource: KEY, principal: `arn:aws:iam::${B}:user/bob` }

  it('may let the caller in, unless it is an AWS managed key (R-KMS-12)', () => {
    const of = (keyManager: string) => layerOf(decrypt, { serviceGuards: { keyManager } })?.verdict
    assert.deepEqual([of('CUSTOMER'), of('AWS')], ['unknown', 'implicit-deny'])
    assert.equal(layerOf(decrypt)?.verdict, 'unknown')
    const guards = ask(decrypt, { serviceGuards: { keyManager: 'CUSTOMER' } }).layers.filter(
      (entry) => entry.layer === 'service-guard',
    )
    assert.deepEqual(
      guards.map(({ guard, verdict }) => [guard, verdict]),
      [['kms-grant', 'unknown']],
      'a grant may let it in besides',
    )
  })
})

describe('a resource that AWS RAM can share (R-XACC-06)', () => {
  const subnet = `arn:aws:ec2:eu-west-1:${A}:subnet/subnet-1`
  const run = { action: 'ec2:RunInstances', resource: subnet }

  it('leaves another account’s call open, with the share as the fact; within the account there is nothing to know', () => {
    assert.equal(decide(run), 'allowed')
    const other = { ...run, principal: `arn:aws:iam::${B}:user/bob` }
    assert.equal(decide(other), 'undetermined')
    assert.deepEqual(lacks(other), [['resource-policy', 'policy', `AWS RAM shares of ${subnet}`]])
    assert.equal(decide({ ...other, resource: `arn:aws:ec2:eu-west-1:${A}:volume/vol-1` }), 'denied')
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html
it('an image, a snapshot and what else its owner shares by a call leaves another account’s call open', () => {
  for (const [action, resource] of [
    ['ec2:RunInstances', 'arn:aws:ec2:eu-west-1::image/ami-1'],
    ['ec2:CreateVolume', 'arn:aws:ec2:eu-west-1::snapshot/snap-1'],
    ['rds:CopyDBSnapshot', `arn:aws:rds:eu-west-1:${A}:snapshot:s`],
    ['ec2:CreateVpcEndpoint', `arn:aws:ec2:eu-west-1:${A}:vpc-endpoint-service/vpce-svc-1`],
  ] as const) {
    const request = { action, resource, resourceAccount: A, principal: `arn:aws:iam::${B}:user/bob` }
    assert.equal(decide(request), 'undetermined', action)
    assert.deepEqual(lacks(request), [['resource-policy', 'attribute', `whom the owner of ${resource} shares it with`]])
    assert.equal(decide(request, { resourcePolicy: null }), 'denied', 'none is shared')
  }
})

describe('a part of a policy that cannot be read', () => {
  const other = { action: 's3:GetObject', resource: `${BUCKET}/key`, principal: `arn:aws:iam::${B}:user/bob` }
  const toAnn = { Effect: 'Allow', Principal: { AWS: USER }, Action: '*', Resource: '*' }
  /** R-GRAM-02: an Effect in other letters may be meant as either. */
  const unreadable = { Effect: 'allow', Principal: '*', Action: '*', Resource: '*' }

  it('may name anyone: what the rest does not give is open, and not refused', () => {
    assert.equal(decide(other, { resourcePolicy: policy(toAnn) }), 'denied')
    assert.equal(decide(other, { resourcePolicy: policy(toAnn, unreadable) }), 'undetermined')
    const toAccount = { ...toAnn, Principal: { AWS: A } }
    const silent = { identityPolicies: [policy()] }
    const own = { action: 's3:GetObject', resource: `${BUCKET}/key` }
    assert.equal(decide(own, { ...silent, resourcePolicy: policy(toAccount) }), 'denied')
    assert.equal(decide(own, { ...silent, resourcePolicy: policy(toAccount, unreadable) }), 'undetermined')
  })
})

it('the verdict says what kind of policy it is: the kind given, else that of the resource', () => {
  const read = { action: 's3:GetObject', resource: `${BUCKET}/key` }
  assert.equal(
    layerOf(read, { resourcePolicy: { ...forAll('Allow'), kind: 'directory-bucket' } })?.kind,
    'directory-bucket',
  )
  assert.equal(layerOf(read, { resourcePolicy: forAll('Allow') })?.kind, 'bucket')
  assert.equal(layerOf(read, { resourcePolicy: null })?.kind, 'bucket')
})

describe('an API that no IAM authorization guards (R-OTH-02)', () => {
  const API = `arn:aws:execute-api:eu-west-1:${A}:abc/prod/GET/pets`
  const call = { action: 'execute-api:Invoke', resource: API, principal: 'anonymous' }
  const api = (attributes: object, ...policies: readonly PoliciesInForce['resourcePolicy'][]): PoliciesInForce => {
    const [resourcePolicy] = policies.length === 0 ? [null] : policies
    return { ...(resourcePolicy === undefined ? {} : { resourcePolicy }), serviceGuards: { ...attributes } }
  }

  it('lets everybody in without a policy, unless it is private', () => {
    for (const authType of ['NONE', 'COGNITO']) {
      assert.equal(decide(call, api({ authType, private: false })), 'allowed', authType)
      const shut = ask(call, api({ authType, private: true }))
      assert.deepEqual([shut.decision, shut.blockedBy], ['denied', ['resource-policy']], authType)
    }
  })

  it('lets nobody in where it is private and has no policy, whatever his own policies are', () => {
    // "until you attach the resource policy to the private API, all calls to the API will fail":
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
    for (const authType of ['NONE', 'AWS_IAM', 'CUSTOM', 'COGNITO', undefined]) {
      const attributes = { private: true, ...(authType === undefined ? {} : { authType }) }
      const shut = ask({ ...call, principal: USER }, api(attributes))
      assert.deepEqual([shut.decision, shut.blockedBy], ['denied', ['resource-policy']], authType)
    }
    assert.equal(decide({ ...call, principal: USER }, api({ authType: 'AWS_IAM', private: false })), 'allowed')
  })

  it('hangs on facts that are named: private or not, the answer of an authorizer, the policy', () => {
    const NO_STATEMENT = { name: 'own', document: { Version: '2012-10-17', Statement: [] } }
    // biome-ignore format: a table is read by its columns
    const ROWS: readonly (readonly [policies: PoliciesInForce, kind: string, fact: string])[] = [
      [api({ authType: 'NONE' }),                   'attribute', 'whether the API is private'],
      [api({ authType: 'CUSTOM' }),                 'policy',    'the policy that the Lambda authorizer returns'],
      [api({ authType: 'CUSTOM' }, NO_STATEMENT),   'policy',    'the policy that the Lambda authorizer returns'],
      [api({ authType: 'CUSTOM' }, undefined),      'policy',    `resource policy of ${API}`],
      [api({}),                                     'attribute', 'authType'],
      [api({ authType: 'COGNITO' }, undefined),     'policy',    `resource policy of ${API}`],
    ]
    for (const [policies, kind, fact] of ROWS) {
      const got = ask(call, policies)
      assert.equal(got.decision, 'undetermined', fact)
      assert.deepEqual(
        got.missing.map((fact) => [fact.layer, fact.kind, fact.fact]),
        [['resource-policy', kind, fact]],
      )
    }
    assert.deepEqual(lacks(call, api({ authType: 'NONE', private: false })), [])
  })

  it('asks its policy for a Deny and for an Allow', () => {
    assert.equal(decide(call, api({ authType: 'NONE' }, forAll('Allow'))), 'allowed')
    assert.equal(decide(call, api({ authType: 'NONE' }, forAll('Deny'))), 'denied')
    assert.equal(decide(call, api({ authType: 'NONE' }, policy())), 'denied')
  })
})

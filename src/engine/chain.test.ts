import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluateChain, furtherRequests } from './chain.ts'
import type { Attributes, Scenario } from './scenario.ts'

const A = '111122223333'
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k`
const OTHER_KEY = `arn:aws:kms:eu-west-1:${A}:key/other`
const OBJECT = 'arn:aws:s3:::bucket/key'
const HEADER = 's3:x-amz-server-side-encryption'
const ALLOW_S3 = {
  name: 's3',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
}
const ALLOW_KMS = {
  name: 'kms',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] },
}
const TO_ACCOUNT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: A }, Action: 'kms:*', Resource: '*' }],
}

const scenario = (
  request: Partial<Request>,
  attributes: Attributes = { sseKmsKeyArn: KEY },
  policies: Scenario['policies'] = { identityPolicies: [ALLOW_S3] },
): Scenario => ({
  request: {
    principal: `arn:aws:iam::${A}:user/ann`,
    action: 's3:PutObject',
    resource: OBJECT,
    resourceAccount: A,
    contextComplete: true,
    ...request,
  },
  policies: { complete: true, ...policies },
  resources: [
    { arn: 'arn:aws:s3:::bucket', account: A, kind: 'bucket', policy: null, attributes },
    { arn: KEY, account: A, kind: 'key', policy: TO_ACCOUNT, attributes: { kmsGrants: [] } },
  ],
})
const further = (...args: Parameters<typeof scenario>) => furtherRequests(scenario(...args))

describe('the key requests S3 makes for the caller', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [action: string, next: string, rule: string])[] = [
    ['s3:PutObject', 'kms:GenerateDataKey', 'G-01'], ['s3:putobject', 'kms:GenerateDataKey', 'G-01'],
    ['s3:GetObject', 'kms:Decrypt', 'G-02'],
  ]
  for (const [action, next, rule] of ROWS)
    it(`${action} on a bucket with SSE-KMS asks for ${next} on its key, as the same caller (${rule})`, () => {
      const [decrypt, ...rest] = further({ action })
      assert.equal(rest.length, 0)
      assert.deepEqual(
        [decrypt?.request.action, decrypt?.request.resource, decrypt?.request.principal, decrypt?.rule],
        [next, KEY, `arn:aws:iam::${A}:user/ann`, rule],
      )
    })

  it('carry the service, the Region of the key and the encryption context (G-01)', () => {
    const context = further({})[0]?.request.context
    assert.equal(context?.['kms:ViaService'], 's3.eu-west-1.amazonaws.com')
    assert.equal(context?.['kms:EncryptionContext:aws:s3:arn'], OBJECT)
    assert.deepEqual(context?.['aws:CalledVia'], ['s3.amazonaws.com'])
    assert.equal(context?.['aws:ViaAWSService'], true)
  })

  it('have the bucket in the encryption context where a Bucket Key is on (G-01)', () => {
    assert.equal(
      further({}, { sseKmsKeyArn: KEY, bucketKeyEnabled: true })[0]?.request.context?.[
        'kms:EncryptionContext:aws:s3:arn'
      ],
      'arn:aws:s3:::bucket',
    )
  })

  it('are for the key that the header names, not the bucket’s', () => {
    assert.equal(
      further({ context: { [HEADER]: 'aws:kms', [`${HEADER}-aws-kms-key-id`]: OTHER_KEY } })[0]?.request.resource,
      OTHER_KEY,
    )
  })

  it('are not for the bucket’s key where the header names another by its bare id', () => {
    for (const needed of further({ context: { [HEADER]: 'aws:kms', [`${HEADER}-aws-kms-key-id`]: 'other' } }))
      assert.notEqual(needed.request.resource, KEY)
  })

  it('are none with AES256 in the header, without a key, and for other actions', () => {
    assert.deepEqual(further({ context: { [HEADER]: 'AES256' } }), [])
    assert.deepEqual(further({}, {}), [])
    assert.deepEqual(further({ action: 's3:DeleteObject' }), [])
  })

  it('pass no VPC endpoint, and keep the public address (R-CTX-10)', () => {
    const through = further({ context: { 'aws:SourceVpce': 'vpce-1', 'aws:SourceVpc': 'vpc-1' } })[0]?.request.context
    assert.deepEqual([through?.['aws:SourceVpce'], through?.['aws:SourceVpc']], [null, null])
    assert.equal(
      further({ context: { 'aws:SourceIp': '203.0.113.7' } })[0]?.request.context?.['aws:SourceIp'],
      '203.0.113.7',
    )
  })

  it('have MFA present and false for a user with a long-term key, listed absent or absent by completeness (R-CTX-16)', () => {
    for (const context of [{ 'aws:MultiFactorAuthPresent': null }, {}])
      assert.equal(
        further({ context })[0]?.request.context?.['aws:MultiFactorAuthPresent'],
        false,
        JSON.stringify(context),
      )
  })
})

describe('a chain (R-HOP-01)', () => {
  it('judges each further request with its own policies, the first not repeated', () => {
    const got = evaluateChain(scenario({}))
    assert.equal(got.decision, 'allowed')
    assert.deepEqual(
      got.steps?.map((step) => [step.relation, step.rule, step.decision.decision, step.decision.blockedBy]),
      [['next', 'G-01', 'denied', ['identity-policy']]],
    )
    assert.equal(
      evaluateChain(scenario({}, undefined, { identityPolicies: [ALLOW_S3, ALLOW_KMS] })).steps?.[0]?.decision.decision,
      'allowed',
    )
  })

  it('does not refuse the hop by the endpoint policy of the first call (R-CTX-10)', () => {
    const onlyS3 = {
      name: 'e',
      document: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }],
      },
    }
    const got = evaluateChain(
      scenario({ context: { 'aws:SourceVpce': 'vpce-1' } }, undefined, {
        identityPolicies: [ALLOW_S3, ALLOW_KMS],
        vpcEndpointPolicy: onlyS3,
      }),
    )
    assert.deepEqual([got.decision, got.steps?.[0]?.decision.decision], ['allowed', 'allowed'])
  })

  it('leaves the hop open where the key is not among the resources', () => {
    const { resources: _none, ...rest } = scenario(
      { context: { [`${HEADER}-aws-kms-key-id`]: OTHER_KEY } },
      undefined,
      { identityPolicies: [ALLOW_S3, ALLOW_KMS] },
    )
    assert.equal(evaluateChain(rest).steps?.[0]?.decision.decision, 'undetermined')
  })

  it('has the caller’s boundary and service control policies in force on the hop (R-HOP-04)', () => {
    const got = evaluateChain(
      scenario({}, undefined, { identityPolicies: [ALLOW_S3, ALLOW_KMS], permissionsBoundary: ALLOW_S3 }),
    )
    assert.deepEqual(got.steps?.[0]?.decision.blockedBy, ['permissions-boundary'])
  })
})

/** A service wraps the refusal of a request behind its call: the call itself was allowed, and is granted to nobody (R-MSG-33). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseEvidence, diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const diagnosisOf = (text: string) => {
  const [diagnosis, ...others] = diagnoseEvidence(rawEvidence(text)).diagnoses
  assert.ok(diagnosis)
  assert.deepEqual(others, [])
  return diagnosis
}
const called = (code: string, operation: string, words: string): string =>
  `An error occurred (${code}) when calling the ${operation} operation: ${words}`
const granted = (text: string): string =>
  JSON.stringify(diagnosisOf(text).fixes.map(({ changes }) => changes.map(({ patch }) => patch)))

describe('a refusal by KMS behind a call', () => {
  const secret = called('AccessDeniedException', 'GetSecretValue', 'Access to KMS is not allowed')

  it('is of the key that encrypts the secret, and the secret is granted to nobody', () => {
    const { usualCauses = [] } = diagnosisOf(secret)
    assert.deepEqual(
      usualCauses.map(({ layer, tell }) => [layer, tell.split(' ').slice(0, 3).join(' ')]),
      [
        [null, 'aws secretsmanager describe-secret'],
        ['resource-policy', 'aws kms get-key-policy'],
        ['identity-policy', 'aws iam simulate-principal-policy'],
        [null, 'aws kms describe-key'],
        ['service-control-policy', 'aws organizations list-policies-for-target'],
      ],
    )
    assert.match(granted(secret), /"Action":"kms:Decrypt"/)
    assert.doesNotMatch(granted(secret), /GetSecretValue|GenerateDataKey/)
  })

  it('is no action of KMS that does not exist, where its name stands beside the call', () => {
    const text = called(
      'KMSAccessDenied',
      'Publish',
      'null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: 318a7abf-00c8-4b1d-8877-cb1fba8271e5; Proxy: null)',
    )
    assert.doesNotMatch(JSON.stringify(diagnosisOf(text).denial), /kms:Publish/)
    assert.deepEqual(
      diagnosisOf(text).denial.candidates.map(({ action }) => action),
      ['kms:Decrypt', 'kms:GenerateDataKey'],
    )
  })
})

const TRAIL = JSON.stringify({
  eventVersion: '1.09',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ana', accountId: '111122223333' },
  eventTime: '2026-11-29T08:01:02Z',
  eventSource: 'cloudtrail.amazonaws.com',
  eventName: 'CreateTrail',
  awsRegion: 'us-east-1',
  errorCode: 'InsufficientS3BucketPolicyException',
  errorMessage: 'Incorrect S3 bucket policy is detected for bucket: my-trail-logs',
  requestParameters: { name: 'all', s3BucketName: 'my-trail-logs' },
  eventID: '0b1c2d3e-0000-4000-8000-000000000002',
  recipientAccountId: '111122223333',
})

/** Codes of R-MSG-33 with the first cause and its command. */
const WRAPPED = [
  [
    'InsufficientS3BucketPolicyException',
    'CreateTrail',
    'resource-policy',
    /^aws s3api get-bucket-policy /,
    /cloudtrail\.amazonaws\.com.*s3:GetBucketAcl/,
  ],
  [
    'InsufficientSnsTopicPolicyException',
    'CreateTrail',
    'resource-policy',
    /^aws sns get-topic-attributes /,
    /sns:Publish/,
  ],
  [
    'LogDestinationPermissionException',
    'CreateFlowLogs',
    'resource-policy',
    /^aws s3api get-bucket-policy /,
    /delivery\.logs\.amazonaws\.com/,
  ],
  [
    'WAFLogDestinationPermissionIssueException',
    'PutLoggingConfiguration',
    'resource-policy',
    /^aws s3api get-bucket-policy /,
    /delivery\.logs\.amazonaws\.com/,
  ],
  [
    'EC2AccessDeniedException',
    'Invoke',
    'identity-policy',
    /^aws lambda get-function-configuration /,
    /ec2:CreateNetworkInterface/,
  ],
  ['IamRoleMissingPermissions', 'CreateDBProxy', 'identity-policy', /^aws cloudtrail lookup-events /, /the role/],
  [
    'AccessDeniedForDependencyException',
    'EnableAWSServiceAccess',
    'identity-policy',
    /^aws cloudtrail lookup-events /,
    /to another service/,
  ],
] as const

describe('a code that says what stands behind the call', () => {
  for (const [code, operation, layer, tell, what] of WRAPPED)
    it(`${code} of ${operation}`, () => {
      const text = called(code, operation, 'The request was refused.')
      const [first] = diagnosisOf(text).usualCauses ?? []
      assert.equal(first?.layer, layer)
      assert.match(first.tell, tell)
      assert.match(first.what, what)
      assert.equal(granted(text), '[]')
    })

  it('is that of the record, too', () => {
    const [first] = diagnosisOf(TRAIL).usualCauses ?? []
    assert.equal(first?.layer, 'resource-policy')
    assert.match(first.tell, /--bucket my-trail-logs /)
    assert.equal(granted(TRAIL), '[]')
  })

  it('of a load balancer names the bucket, and drafts what its policy needs', () => {
    const text = called(
      'InvalidConfigurationRequest',
      'ModifyLoadBalancerAttributes',
      'Access Denied for bucket: my-logs. Please check S3bucket permission',
    )
    assert.match(diagnosisOf(text).usualCauses?.[0]?.tell ?? '', /--bucket my-logs /)
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    assert.match(granted(text), /logdelivery\.elasticloadbalancing\.amazonaws\.com/)
    assert.match(granted(text), /arn:aws:s3:::my-logs\/AWSLogs\//)
  })

  it('of a load balancer names its bucket policy where the bucket is masked', () => {
    const [first] =
      diagnosisOf('InvalidConfigurationRequest: Access Denied for bucket: <redacted>. Please check S3bucket permission')
        .usualCauses ?? []
    assert.equal(first?.layer, 'resource-policy')
    assert.match(first.what, /logdelivery\.elasticloadbalancing\.amazonaws\.com/)
  })
})

describe('with policies at hand', () => {
  const document = (...statements: readonly object[]) => ({
    name: 'at-hand',
    document: { Version: '2012-10-17', Statement: statements },
  })
  const own = document({ Effect: 'Allow', Action: 'cloudtrail:*', Resource: '*' })
  const causesWith = (given: Omit<Scenario, 'request'>) => {
    const scenario = given as Scenario
    const [diagnosis] = diagnoseEvidence({
      ...rawEvidence(TRAIL),
      policySource: { kind: 'scenario', scenario },
    }).diagnoses
    return diagnosis?.causes.map(({ layer }) => [layer, diagnosis.steps[0]?.request.action])
  }

  it('the bucket policy is what does not let CloudTrail write', () => {
    const { document: policy } = document({
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 's3:GetBucketAcl',
      Resource: 'arn:aws:s3:::my-trail-logs',
    })
    const resources = [{ arn: 'arn:aws:s3:::my-trail-logs', account: '111122223333', policy }]
    assert.deepEqual(causesWith({ policies: { identityPolicies: [own] }, resources }), [
      ['resource-policy', 's3:PutObject'],
    ])
  })

  it('nothing else than S3 is what the code does not name', () => {
    assert.deepEqual(causesWith({ policies: { identityPolicies: [own] } }), [])
  })
})

describe('on the screen', () => {
  const screenFor = (text: string): string =>
    diagnosesText(diagnoseToShow(rawEvidence(text)), {
      columns: undefined,
      isTerminal: false,
      color: false,
    })

  it('the call was allowed, and one cause alone is the most likely', () => {
    const text = called('InsufficientS3BucketPolicyException', 'CreateTrail', 'Incorrect S3 bucket policy is detected.')
    assert.match(
      screenFor(text),
      /^Cause {4}AWS allowed the call itself .* Most likely:\s+the bucket policy\s+does not let/ms,
    )
  })

  it('several stand in their order', () => {
    const text = called('LogDestinationPermissionException', 'CreateFlowLogs', 'LogDestination: logs is undeliverable')
    assert.match(
      screenFor(text),
      /^Cause {4}AWS allowed the call itself .*\s1\. logs go to a bucket.*\s2\. logs go to a log group/ms,
    )
  })
})

describe('a refusal by KMS beside the policy of a key', () => {
  const text =
    'CREATE_FAILED | AWS::SecretsManager::Secret | Secret (SecretA720EF05) Access to KMS is not allowed (Service: AWSSecretsManager; Status Code: 400; Error Code: AccessDeniedException; Request ID: bb4fbbce-7269-4a16-956a-51927600b6a0)'
  const keyPolicy = (...actions: readonly string[]) => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: actions, Resource: '*' },
    ],
  })
  const causesOf = (document: object) => {
    const resourcePolicy = { name: 'KMS', kind: 'key', document }
    const policySource = { kind: 'scenario', scenario: { policies: { resourcePolicy } } }
    const [diagnosis] = diagnoseEvidence({ ...rawEvidence(text), policySource: policySource as never }).diagnoses
    return diagnosis
  }

  it('is the missing use of the key, where the policy allows its administration alone', () => {
    const diagnosis = causesOf(keyPolicy('kms:Create*', 'kms:Put*', 'kms:GenerateDataKey'))
    assert.deepEqual(
      diagnosis?.causes.flatMap(({ layer, certainty }) => (certainty === 'possible' ? [] : [layer])),
      ['resource-policy'],
    )
    assert.equal(diagnosis.steps[0]?.request.action, 'kms:Decrypt')
    // Nothing says whose key it is (R-EVID-13).
    assert.ok(diagnosis.assumptions.some(({ fact }) => fact === 'key'))
  })
})

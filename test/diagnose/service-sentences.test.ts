/** Sentences of services about roles and destinations that they tested, with the policy that decides (R-EVID-13). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnosisWithFiles, likelyLayers } from './incident-files.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/nightly`
const BUCKET = 'arn:aws:s3:::audit-trail-7'
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:thumbnails`
const FUNCTION = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:resize`
const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const trustOf = (service: string) => ({
  Role: {
    RoleName: 'nightly',
    Arn: ROLE,
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
    }),
  },
})
const printed = (policy: object) => ({ Policy: JSON.stringify(policy) })
const allow = (service: string, Action: string, Resource: string) => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action,
  Resource,
})

const TRUST: readonly (readonly [text: string, service: string])[] = [
  [
    'Unable to assume role and validate the listeners configured on your load balancer. Please verify that the ECS service role being passed has the proper permissions.',
    'ecs.amazonaws.com',
  ],
  [`AWS CodeDeploy does not have the permissions required to assume the role ${ROLE}.`, 'codedeploy.amazonaws.com'],
  [`CodeBuild is not authorized to perform: sts:AssumeRole on service role ${ROLE}.`, 'codebuild.amazonaws.com'],
  [`ERROR:  Not authorized to get credentials of role ${ROLE}`, 'redshift.amazonaws.com'],
  [`Role ${ROLE} is invalid or cannot be assumed`, 'cloudformation.amazonaws.com'],
]

describe('a role that a service could not assume', () => {
  for (const [text, service] of TRUST) {
    it(`is denied by its trust policy, which does not name ${service}`, async () => {
      const diagnosis = await diagnosisWithFiles(text, [trustOf('batch.amazonaws.com')])
      assert.ok(diagnosis)
      assert.equal(diagnosis.steps[0]?.request.principal, service)
      assert.deepEqual(likelyLayers(diagnosis), ['resource-policy'])
      assert.equal(diagnosis.unusedInputs, undefined)
    })

    it(`has no cause in a trust policy that names ${service}`, async () => {
      const diagnosis = await diagnosisWithFiles(text, [trustOf(service)])
      assert.ok(diagnosis)
      assert.deepEqual(likelyLayers(diagnosis), [])
    })
  }
})

describe('a destination that a service tested', () => {
  it('is a queue whose policy does not allow S3', async () => {
    const queue = {
      Attributes: { QueueArn: QUEUE, ...printed(document(allow('sns.amazonaws.com', 'sqs:SendMessage', QUEUE))) },
    }
    const text =
      'An error occurred (InvalidArgument) when calling the PutBucketNotificationConfiguration operation: Unable to validate the following destination configurations'
    const diagnosis = await diagnosisWithFiles(text, [queue])
    assert.ok(diagnosis)
    assert.deepEqual(
      [diagnosis.steps[0]?.request.action, diagnosis.steps[0]?.request.resource],
      ['sqs:SendMessage', QUEUE],
    )
    assert.deepEqual(likelyLayers(diagnosis), ['resource-policy'])
  })

  it('is a bucket whose policy lacks the call that AWS Config names', async () => {
    const policy = printed(document(allow('config.amazonaws.com', 's3:PutObject', `${BUCKET}/AWSLogs/*`)))
    const text =
      'InsufficientDeliveryPolicyException: Insufficient delivery policy to s3 bucket: audit-trail-7, unable to get s3 bucket acl.'
    const diagnosis = await diagnosisWithFiles(text, [policy])
    assert.ok(diagnosis)
    assert.equal(diagnosis.steps[0]?.request.action, 's3:GetBucketAcl')
    assert.deepEqual(likelyLayers(diagnosis), ['resource-policy'])
  })

  it('is a bucket whose policy allows the writing below another folder than AWSLogs', async () => {
    const policy = printed(
      document(
        allow('cloudtrail.amazonaws.com', 's3:GetBucketAcl', BUCKET),
        allow('cloudtrail.amazonaws.com', 's3:PutObject', `${BUCKET}/trails/*.json`),
      ),
    )
    const text = 'InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: audit-trail-7'
    const diagnosis = await diagnosisWithFiles(text, [policy])
    assert.ok(diagnosis)
    assert.equal(diagnosis.steps[0]?.request.action, 's3:PutObject')
    assert.deepEqual(likelyLayers(diagnosis), ['resource-policy'])
  })

  it('is a function whose policy names another service', async () => {
    const policy = {
      Policy: JSON.stringify(document(allow('s3.amazonaws.com', 'lambda:InvokeFunction', FUNCTION))),
      RevisionId: '1',
    }
    const text =
      'InvalidParameterException: Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.'
    const diagnosis = await diagnosisWithFiles(text, [policy])
    assert.ok(diagnosis)
    assert.equal(diagnosis.steps[0]?.request.principal, 'logs.amazonaws.com')
    assert.deepEqual(likelyLayers(diagnosis), ['resource-policy'])
  })

  it('is a key whose policy does not allow CloudWatch Logs of the Region', async () => {
    const key = {
      Policy: JSON.stringify(
        document({
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: 'kms:*',
          Resource: '*',
        }),
      ),
      PolicyName: 'default',
    }
    const text = `An error occurred (AccessDeniedException) when calling the AssociateKmsKey operation: The specified KMS key does not exist or is not allowed to be used with LogGroup 'arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:resize'`
    const diagnosis = await diagnosisWithFiles(text, [key])
    assert.ok(diagnosis)
    assert.equal(diagnosis.steps[0]?.request.principal, 'logs.eu-west-1.amazonaws.com')
    assert.deepEqual(likelyLayers(diagnosis), ['resource-policy'])
  })
})

describe('a role that a service worked with', () => {
  const policy = {
    RoleName: 'nightly',
    PolicyName: 'own',
    PolicyDocument: document({ Effect: 'Allow', Action: 'states:*', Resource: '*' }),
  }

  it('lacks the actions of log delivery, all of which the answer allows together', async () => {
    const text = 'AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination'
    const diagnosis = await diagnosisWithFiles(text, [policy])
    assert.ok(diagnosis)
    assert.deepEqual(likelyLayers(diagnosis), ['identity-policy'])
    assert.match(JSON.stringify(diagnosis.fixes[0]), /logs:CreateLogDelivery/)
  })

  it('lacks the first of the actions that Lambda lists for a stream', async () => {
    const stream = `arn:aws:kinesis:eu-west-1:${ACCOUNT}:stream/clicks`
    const text = `Cannot access stream ${stream}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.`
    const diagnosis = await diagnosisWithFiles(text, [policy])
    assert.ok(diagnosis)
    assert.equal(diagnosis.steps[0]?.request.action, 'kinesis:GetRecords')
    assert.deepEqual(likelyLayers(diagnosis), ['identity-policy'])
  })
})

describe('an answer of SQS or SNS about all attributes', () => {
  it('has no policy where none is printed', async () => {
    const attributes = {
      Attributes: {
        QueueArn: QUEUE,
        CreatedTimestamp: '1',
        LastModifiedTimestamp: '1',
        VisibilityTimeout: '30',
        MessageRetentionPeriod: '60',
      },
    }
    const text = `{"notification":{"topicArn":"arn:aws:sns:eu-west-1:${ACCOUNT}:new"},"delivery":{"destination":"${QUEUE}","providerResponse":"{\\"ErrorCode\\":\\"AccessDenied\\",\\"ErrorMessage\\":\\"Access to the resource https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/thumbnails is denied.\\"}"}}`
    const diagnosis = await diagnosisWithFiles(text, [attributes])
    assert.ok(diagnosis)
    assert.deepEqual(likelyLayers(diagnosis), ['resource-policy'])
  })
})

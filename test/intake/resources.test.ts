/** Resources from request parameters, in every partition, and how sure each is (R-CT-30, R-CT-31). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '#intake/read.ts'

function read(
  source: string,
  name: string,
  region: string,
  requestParameters: unknown,
  arn = 'arn:aws:iam::456789012345:user/ana',
) {
  const record = {
    eventSource: `${source}.amazonaws.com`,
    eventName: name,
    awsRegion: region,
    userIdentity: { type: 'IAMUser', arn, accountId: '456789012345' },
    errorCode: 'AccessDenied',
    requestParameters,
  }
  const [denial] = readDenials(JSON.stringify(record)).denials
  return {
    resource: denial?.resource,
    from: denial?.evidence.resourceFrom,
    action: denial?.action,
    actionFrom: denial?.evidence.actionFrom,
  }
}

test('a parameter of the name that the ARN pattern has gives a derived resource, with partition, Region and account', () => {
  const found = [
    read('kinesis', 'PutRecord', 'eu-west-1', { streamName: 'clicks' }),
    read('kinesis', 'PutRecord', 'cn-north-1', { streamName: 'clicks' }, 'arn:aws-cn:iam::456789012345:user/ana'),
    read(
      'kinesis',
      'PutRecord',
      'us-gov-west-1',
      { streamName: 'clicks' },
      'arn:aws-us-gov:iam::456789012345:user/ana',
    ),
  ]
  assert.deepEqual(
    found.map(({ resource, from }) => [resource, from]),
    [
      ['arn:aws:kinesis:eu-west-1:456789012345:stream/clicks', 'derived'],
      ['arn:aws-cn:kinesis:cn-north-1:456789012345:stream/clicks', 'derived'],
      ['arn:aws-us-gov:kinesis:us-gov-west-1:456789012345:stream/clicks', 'derived'],
    ],
  )
})

test('an account that the pattern calls otherwise is the account', () => {
  const { resource, from } = read('chime', 'CreateAttendee', 'us-east-1', { meetingId: 'm-1', externalUserId: 'x' })
  assert.deepEqual([resource, from], ['arn:aws:chime:us-east-1:456789012345:meeting/m-1', 'derived'])
})

test('a parameter of a like name gives a guessed resource', () => {
  const { resource, from } = read('geo', 'BatchDeleteGeofence', 'eu-west-1', {
    collectionName: 'shops',
    geofenceIds: ['g'],
  })
  assert.deepEqual([resource, from], ['arn:aws:geo:eu-west-1:456789012345:geofence-collection/shops', 'guessed'])
})

test('two parameters of like names give no resource', () => {
  const { resource } = read('geo', 'BatchDeleteGeofence', 'eu-west-1', {
    collectionName: 'a',
    geofenceCollection: 'b',
  })
  assert.equal(resource ?? null, null)
})

test('an operation of another name is mapped; one that nothing knows is kept and guessed', () => {
  const budget = read('budgets', 'CreateBudget', 'us-east-1', {})
  assert.deepEqual([budget.action, budget.actionFrom], ['budgets:ModifyBudget', 'mapped'])
  const control = read('cloudcontrolapi', 'GetResource', 'us-east-1', { typeName: 'AWS::S3::Bucket' })
  assert.deepEqual([control.action, control.actionFrom], ['cloudformation:GetResource', 'mapped'])
  const unknown = read('widgets', 'PolishWidget', 'us-east-1', {})
  assert.deepEqual([unknown.action, unknown.actionFrom], ['widgets:PolishWidget', 'guessed'])
})

test('a queue URL of another partition gives an ARN of that partition', () => {
  const [denial] = readDenials(
    'Access to the resource https://sqs.cn-north-1.amazonaws.com.cn/456789012345/jobs is denied.',
  ).denials
  assert.equal(denial?.resource, 'arn:aws-cn:sqs:cn-north-1:456789012345:jobs')
})

test('what S3 writes of signature and connection is shown and becomes condition keys', () => {
  const record = {
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    errorCode: 'AccessDenied',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::456789012345:user/ana', accountId: '456789012345' },
    requestParameters: { bucketName: 'acme', key: 'k' },
    additionalEventData: {
      AuthenticationMethod: 'QueryString',
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      aclRequired: 'Yes',
      'x-amz-id-2': 'abc=',
    },
  }
  const [denial] = readDenials(JSON.stringify(record)).denials
  assert.equal(denial?.extendedRequestId, 'abc=')
  assert.deepEqual(denial?.details, {
    authenticationMethod: 'QueryString',
    signatureVersion: 'SigV4',
    cipherSuite: 'TLS_AES_128_GCM_SHA256',
    aclRequired: 'Yes',
  })
  assert.equal(denial?.context['s3:authType'], 'REST-QUERY-STRING')
  assert.equal(denial?.context['s3:signatureversion'], 'AWS4-HMAC-SHA256')
  assert.equal(denial?.context['aws:SecureTransport'], true)
})

test('a model of Bedrock belongs to nobody, a profile for several Regions to the account', () => {
  const resourceOf = (modelId: string) => read('bedrock', 'InvokeModel', 'eu-west-1', { modelId }).resource
  assert.equal(
    resourceOf('anthropic.claude-3-haiku-20240307-v1:0'),
    'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
  )
  assert.equal(
    resourceOf('eu.anthropic.claude-3-haiku-20240307-v1:0'),
    'arn:aws:bedrock:eu-west-1:456789012345:inference-profile/eu.anthropic.claude-3-haiku-20240307-v1:0',
  )
  const arn = 'arn:aws:bedrock:eu-west-1:456789012345:application-inference-profile/a1b2c3'
  assert.equal(resourceOf(arn), arn)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRecord } from './read-record.ts'

const SESSION = 'arn:aws:sts::444455556666:assumed-role/builder/run-7'
const identity = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLEEXAMPLE77:run-7',
  arn: SESSION,
  accountId: '444455556666',
  accessKeyId: 'ASIAEXAMPLEEXAMPLE77',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      arn: 'arn:aws:iam::444455556666:role/ci/builder',
      accountId: '444455556666',
      userName: 'builder',
    },
    attributes: { creationDate: '2026-03-01T08:00:00Z', mfaAuthenticated: 'false' },
  },
}
const record = (more: Record<string, unknown>): Record<string, unknown> => ({
  eventVersion: '1.10',
  userIdentity: identity,
  eventTime: '2026-03-01T09:30:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.9',
  requestID: 'REQ7',
  eventID: '7d2b0f2e-0000-4000-8000-000000000007',
  recipientAccountId: '444455556666',
  errorCode: 'AccessDenied',
  ...more,
})

const codesOf = (value: unknown): readonly string[] => (readRecord(value)?.notes ?? []).map(({ code }) => code)

test('a record without an error gives nothing; DryRunOperation means allowed (R-MSG-30)', () => {
  assert.equal(readRecord(record({ errorCode: undefined })), undefined)
  assert.equal(readRecord(record({ errorCode: null, errorMessage: '' })), undefined)
  assert.equal(
    readRecord(
      record({
        errorCode: 'Client.DryRunOperation',
        errorMessage: 'Request would have succeeded, but DryRun flag is set.',
      }),
    ),
    undefined,
  )
  assert.equal(readRecord({ hello: 'world' }), undefined)
})

test('a denial text without a code counts, wherever the service puts it (R-MSG-30, R-CT-24a)', () => {
  const text = `User: ${SESSION} is not authorized to perform: eks:ListClusters on resource: arn:aws:eks:eu-west-1:444455556666:cluster/* because no identity-based policy allows the eks:ListClusters action`
  for (const responseElements of [
    { message: text },
    { Message: text },
    { errorMessage: text },
    { error: { message: text } },
  ]) {
    const denial = readRecord(
      record({ errorCode: undefined, eventSource: 'eks.amazonaws.com', eventName: 'ListClusters', responseElements }),
    )
    assert.equal(denial?.action, 'eks:ListClusters')
    assert.equal(denial?.reported.layer, 'identity-policy')
  }
  const graphql = JSON.stringify({ errors: [{ errorType: 'AccessDeniedException', message: text }] })
  assert.equal(readRecord(record({ errorMessage: graphql }))?.action, 'eks:ListClusters')
})

test('errors that are no denial have their own kind and no guessed action (R-MSG-31)', () => {
  for (const [errorCode, kind] of [
    ['NoSuchBucket', 'other'],
    ['ThrottlingException', 'other'],
    ['SignatureDoesNotMatch', 'aws-authentication'],
    ['Client.AuthFailure', 'aws-authentication'],
    ['ExpiredToken', 'aws-authentication'],
    ['UnauthorizedClientException', 'other'],
  ] as const) {
    const denial = readRecord(record({ errorCode, errorMessage: 'It failed.' }))
    assert.equal(denial?.kind, kind, errorCode)
    assert.deepEqual([denial?.action, denial?.resource, denial?.candidates], [null, null, []])
  }
})

test('service wrappers and qualified codes are denials (R-MSG-30, R-MSG-33)', () => {
  for (const errorCode of [
    'KMSAccessDeniedException',
    'com.amazonaws.sample#AccessDeniedException:http://internal/',
    'AuthorizationError',
    'S3AccessDeniedFault',
    'Client.UnauthorizedOperation',
  ]) {
    assert.equal(readRecord(record({ errorCode }))?.kind, 'aws-access-denied', errorCode)
  }
  assert.ok(
    codesOf(
      record({ errorCode: 'KMSAccessDeniedException', eventSource: 'lambda.amazonaws.com', eventName: 'Invoke' }),
    ).includes('further-request'),
  )
})

test('VpceAccessDenied names the layer by its code alone (R-CT-15, R-CT-24b)', () => {
  for (const eventType of ['AwsVpceEvent', 'AwsVpceEvents']) {
    const denial = readRecord(
      record({
        eventSource: 'kms.amazonaws.com',
        eventName: 'ListKeys',
        eventType,
        eventCategory: 'NetworkActivity',
        errorCode: 'VpceAccessDenied',
        errorMessage: 'The request was denied due to a VPC endpoint policy',
        vpcEndpointId: 'vpce-7',
        vpcEndpointAccountId: '777788889999',
        sourceIPAddress: '10.1.2.3',
      }),
    )
    assert.deepEqual([denial?.reported.layer, denial?.reported.denyType], ['vpc-endpoint-policy', null])
    assert.equal(denial?.action, 'kms:ListKeys')
    assert.equal(denial?.context['aws:SourceVpce'], 'vpce-7')
    assert.equal(denial?.resourceAccount, null)
  }
})

test("the owner's copy names only account and id; its account owns the resource (R-CT-10)", () => {
  const value = record({
    userIdentity: { type: 'AWSAccount', principalId: 'AROAEXAMPLEEXAMPLE77:run-7', accountId: '444455556666' },
    recipientAccountId: '777788889999',
    sharedEventID: 'shared-7',
    errorMessage: 'Access Denied',
    requestParameters: { bucketName: 'bkt', key: 'k' },
  })
  const denial = readRecord(value)
  assert.deepEqual(
    [denial?.principal, denial?.principalType, denial?.accountId, denial?.sessionName],
    [null, 'assumed-role', '444455556666', 'run-7'],
  )
  assert.equal(denial?.resourceAccount, '777788889999')
  assert.equal(denial?.sharedEventId, 'shared-7')
  assert.ok(codesOf(value).includes('cross-account-copy'))
})

test("the owner of a bucket is what the record lists, never the caller's account by default (R-CT-18)", () => {
  const listed = [
    { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::bkt/k' },
    { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::bkt', accountId: '777788889999' },
  ]
  const parameters = { errorMessage: 'Access Denied', requestParameters: { bucketName: 'bkt', key: 'k' } }
  assert.equal(readRecord(record({ ...parameters, resources: listed }))?.resourceAccount, '777788889999')
  assert.equal(
    readRecord(record({ ...parameters, resources: listed.map(({ type, ARN }) => ({ type, ARN })) }))?.resourceAccount,
    null,
  )
})

test('an account id that came as a number gets its zeros back, with a note', () => {
  const value = record({
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::001122223333:user/u', accountId: 1122223333 },
  })
  assert.equal(readRecord(value)?.accountId, '001122223333')
  assert.ok(codesOf(value).includes('account-number'))
})

test('a text that fills the field may be cut (R-CT-13, R-MSG-16)', () => {
  const text = `You are not authorized to perform this operation. Encoded authorization failure message: ${'Ab9-_'.repeat(200)}`
  const value = record({
    eventSource: 'ec2.amazonaws.com',
    eventName: 'StartInstances',
    errorCode: 'Client.UnauthorizedOperation',
    errorMessage: text.slice(0, 1024),
  })
  assert.ok(codesOf(value).includes('message-truncated'))
  assert.ok(readRecord(value)?.encodedMessage?.startsWith('Ab9-_'))
})

test('redactions, replacements and a missing object are noted (R-CT-19, G-62)', () => {
  assert.ok(
    codesOf(record({ requestParameters: { bucketName: 'HIDDEN_DUE_TO_SECURITY_REASONS' } })).includes(
      'parameters-redacted',
    ),
  )
  assert.ok(
    codesOf(record({ addendum: { reason: 'UPDATED_DATA', originalEventID: 'old' } })).includes('record-updated'),
  )
  assert.ok(
    codesOf(
      record({
        eventName: 'GetObject',
        errorMessage: 'Access Denied',
        requestParameters: { bucketName: 'bkt', key: 'k' },
      }),
    ).includes('possibly-not-found'),
  )
})

test('keys of other letter case, JSON in strings and wrappers are read (R-CT-09)', () => {
  const plain = record({
    errorMessage: 'Access Denied',
    requestParameters: { bucketName: 'bkt', key: 'k' },
    additionalEventData: { 'x-amz-id-2': 'EXT7' },
  })
  const lower = JSON.parse(
    JSON.stringify(plain).replaceAll(/"([A-Za-z]{1,40})":/g, (_all, key: string) => `"${key.toLowerCase()}":`),
  ) as unknown
  const strings = {
    ...plain,
    userIdentity: JSON.stringify(identity),
    requestParameters: JSON.stringify(plain['requestParameters']),
  }
  const expected = readRecord(plain)
  assert.equal(expected?.extendedRequestId, 'EXT7')
  const wrapped: readonly unknown[] = [
    lower,
    strings,
    JSON.stringify(plain),
    { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.s3', detail: plain },
    { EventId: '1', EventName: 'PutObject', EventSource: 's3.amazonaws.com', CloudTrailEvent: JSON.stringify(plain) },
    { _raw: JSON.stringify(plain), host: 'splunk' },
    { eventData: JSON.stringify(plain) },
    { event: { original: JSON.stringify(plain) } },
  ]
  for (const value of wrapped) assert.deepEqual(readRecord(value), expected, JSON.stringify(value).slice(0, 60))
})

test('nothing secret of a record is in its denial', () => {
  const secrets = ['ASIAEXAMPLEEXAMPLE77', 'c2VjcmV0LXRva2Vu', 'deadbeefsignature', 'hunter2-password']
  const value = record({
    requestParameters: {
      bucketName: 'bkt',
      key: 'k',
      'X-Amz-Security-Token': secrets[1],
      'X-Amz-Signature': secrets[2],
      masterUserPassword: secrets[3],
    },
    responseElements: { credentials: { accessKeyId: secrets[0], sessionToken: secrets[1] } },
  })
  const printed = JSON.stringify(readRecord(value))
  for (const secret of secrets) assert.ok(!printed.includes(secret), secret)
})

test("a switch of the whole account is the service's own guard (R-CT-24b)", () => {
  const value = { eventSource: 'ce.amazonaws.com', eventName: 'GetCostAndUsage', errorCode: 'AccessDeniedException' }
  const denial = readRecord(record({ ...value, errorMessage: 'User not enabled for cost explorer access' }))
  assert.equal(denial?.reported.layer, 'service-guard')
  assert.equal(readRecord(record({ ...value, errorMessage: 'Access Denied' }))?.reported.layer, null)
})

test('a sign-in that failed asked for no action (R-CT-21)', () => {
  const denial = readRecord(
    record({
      eventSource: 'signin.amazonaws.com',
      eventName: 'ConsoleLogin',
      errorCode: undefined,
      errorMessage: 'Failed authentication',
      responseElements: { ConsoleLogin: 'Failure' },
    }),
  )
  assert.equal(denial?.kind, 'aws-authentication')
  assert.equal(denial?.action, null)
})

test('what the account has not asked for is no denial, though its code is one (R-MSG-31a)', () => {
  const bedrock = {
    eventSource: 'bedrock.amazonaws.com',
    eventName: 'InvokeModel',
    requestParameters: { modelId: 'anthropic.claude-3-haiku-20240307-v1:0' },
    errorMessage: "You don't have access to the model with the specified model ID.",
  }
  const denial = readRecord(record(bedrock))
  assert.deepEqual([denial?.kind, denial?.action, denial?.resource], ['other', null, null])
  assert.deepEqual(codesOf(record(bedrock)), ['model-access'])
  const sentence = `User: ${SESSION} is not authorized to perform: bedrock:InvokeModel; model access is given elsewhere`
  assert.equal(readRecord(record({ ...bedrock, errorMessage: sentence }))?.kind, 'aws-access-denied')
})

test('an account that is not verified yet is a switch of the account (R-CT-24b)', () => {
  const errorMessage = 'Your account must be verified before you can add new CloudFront resources.'
  const denial = readRecord(
    record({ eventSource: 'cloudfront.amazonaws.com', eventName: 'CreateDistribution2020_05_31', errorMessage }),
  )
  assert.equal(denial?.reported.layer, 'service-guard')
})

test('a bare name that was printed is the ARN of the parameters that ends in it (R-CT-30b)', () => {
  const denial = readRecord(
    record({
      eventSource: 'glue.amazonaws.com',
      eventName: 'GetTable',
      requestParameters: { databaseName: 'sales', name: 'orders' },
      errorMessage: 'Insufficient Lake Formation permission(s): Required Describe on orders',
    }),
  )
  assert.equal(denial?.resource, 'arn:aws:glue:eu-west-1:444455556666:table/sales/orders')
  assert.equal(denial?.resourceText, 'orders')
})

test('a record without a source has that of the only service with such an operation; the action is guessed (R-CT-21)', () => {
  const ROLE = 'arn:aws:iam::444455556666:role/app'
  const short = (eventName: string) =>
    readRecord({
      eventName,
      userIdentity: { type: 'WebIdentityUser', userName: 'system:serviceaccount:a:b' },
      errorCode: 'AccessDenied',
      errorMessage: 'An unknown error occurred',
      requestParameters: { roleArn: ROLE, roleSessionName: 's' },
    })
  const denial = short('AssumeRoleWithWebIdentity')
  assert.deepEqual(
    [denial?.action, denial?.resource, denial?.evidence.actionFrom, denial?.eventSource],
    ['sts:AssumeRoleWithWebIdentity', ROLE, 'guessed', null],
  )
  for (const name of ['TagResource', 'NoSuchOperation', '']) assert.equal(short(name)?.action ?? null, null, name)
})

test('EKS that may not assume the role of a pod refuses the caller nothing (R-MSG-31a)', () => {
  const denial = readRecord({
    eventSource: 'eks-auth.amazonaws.com',
    eventName: 'AssumeRoleForPodIdentity',
    userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::444455556666:assumed-role/node/i-1' },
    errorCode: 'AccessDenied',
    errorMessage: 'Unauthorized Exception! EKS does not have permissions to assume the associated role.',
    requestParameters: { clusterName: 'c', token: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
  })
  assert.deepEqual([denial?.kind, denial?.action], ['other', null])
  assert.ok(denial?.notes.some(({ code, text }) => code === 'role-not-assumable' && text.includes('sts:TagSession')))
})

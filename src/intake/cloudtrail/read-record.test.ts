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

test('a record gives principal and account, its text gives action, resource and layer (R-CT-24, R-CT-24c)', () => {
  const text = `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::bkt/a b.zip" with an explicit deny in a service control policy`
  const denial = readRecord(record({ errorMessage: text, requestParameters: { bucketName: 'other', key: 'else' } }))
  assert.equal(denial?.kind, 'aws-access-denied')
  assert.equal(denial?.principal, SESSION)
  assert.equal(denial?.principalType, 'assumed-role')
  assert.equal(denial?.roleArn, 'arn:aws:iam::444455556666:role/ci/builder')
  assert.equal(denial?.sessionName, 'run-7')
  assert.equal(denial?.action, 's3:PutObject')
  assert.equal(denial?.resource, 'arn:aws:s3:::bkt/a b.zip')
  assert.deepEqual(denial?.reported, { layer: 'service-control-policy', denyType: 'explicit', policyArn: null })
  assert.deepEqual(denial?.evidence, { reader: 'cloudtrail', actionFrom: 'stated', resourceFrom: 'stated', span: null })
  assert.equal(denial?.requestId, 'REQ7')
  assert.equal(denial?.time, '2026-03-01T09:30:00Z')
  assert.equal(denial?.region, 'eu-west-1')
})

test('without a text the action follows from the event and the resource from its parameters (R-CT-20, R-CT-30)', () => {
  const denial = readRecord(
    record({
      eventName: 'HeadObject',
      errorMessage: 'Access Denied',
      requestParameters: { bucketName: 'bkt', key: 'k' },
    }),
  )
  assert.equal(denial?.action, 's3:GetObject')
  assert.equal(denial?.resource, 'arn:aws:s3:::bkt/k')
  assert.equal(denial?.context['denytrace:call/operation'], 'HeadObject') // G-02
  assert.deepEqual(denial?.evidence, {
    reader: 'cloudtrail',
    actionFrom: 'mapped',
    resourceFrom: 'derived',
    span: null,
  })
  assert.deepEqual(denial?.candidates, [])
})

test('a trimmed record with `User is not authorized to perform A on R` gives what it has, ids null (R-CT-08)', () => {
  const denial = readRecord({
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    awsRegion: 'us-east-1',
    userIdentity: { type: 'AssumedRole', arn: SESSION },
    requestParameters: { bucketName: 'artifacts', key: 'releases/app.zip' },
    errorCode: 'AccessDenied',
    errorMessage: 'User is not authorized to perform s3:PutObject on arn:aws:s3:::artifacts/releases/app.zip',
  })
  assert.equal(denial?.principal, SESSION)
  assert.equal(denial?.roleArn, 'arn:aws:iam::444455556666:role/builder')
  assert.equal(denial?.accountId, '444455556666')
  assert.equal(denial?.action, 's3:PutObject')
  assert.equal(denial?.resource, 'arn:aws:s3:::artifacts/releases/app.zip')
  assert.equal(denial?.evidence.actionFrom, 'stated')
  assert.deepEqual(
    [denial?.requestId, denial?.extendedRequestId, denial?.eventId, denial?.sharedEventId, denial?.time],
    [null, null, null, null, null],
  )
  assert.deepEqual(denial?.context, { 'aws:RequestedRegion': 'us-east-1' })
})

test('words in the place of the resource leave it to the record (R-MSG-24, R-CT-30)', () => {
  const key = 'arn:aws:kms:us-east-1:444455556666:key/1234abcd-56ef-78ab-90cd-1234567890ef'
  const denial = readRecord({
    eventSource: 'kms.amazonaws.com',
    eventName: 'GenerateDataKey',
    awsRegion: 'us-east-1',
    userIdentity: { type: 'AssumedRole', arn: SESSION },
    resources: [{ ARN: key }],
    errorCode: 'AccessDenied',
    errorMessage: 'User is not authorized to perform kms:GenerateDataKey on the CMK used by the target bucket',
  })
  assert.equal(denial?.action, 'kms:GenerateDataKey')
  assert.equal(denial?.resource, key)
  assert.equal(denial?.resourceText, 'the CMK used by the target bucket')
  assert.equal(denial?.evidence.resourceFrom, 'derived')
  assert.equal(denial?.resourceAccount, '444455556666')
})

test('a call that needs several actions lists them all where nothing says which (R-CT-25)', () => {
  const denial = readRecord(
    record({
      eventName: 'CopyObject',
      errorMessage: 'Access Denied',
      requestParameters: { bucketName: 'dst', key: 'k', 'x-amz-copy-source': 'src/k' },
    }),
  )
  assert.deepEqual(denial?.candidates, [
    { action: 's3:PutObject', resource: 'arn:aws:s3:::dst/k' },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::src/k' },
    { action: 's3:GetObjectTagging', resource: 'arn:aws:s3:::src/k' },
  ])
})

test("a text that names another service's action is a further request of the call (R-CT-25a)", () => {
  const value = record({
    eventSource: 'lambda.amazonaws.com',
    eventName: 'CreateFunction20150331',
    errorMessage: `User: ${SESSION} is not authorized to perform: iam:PassRole on resource: arn:aws:iam::444455556666:role/fn because no identity-based policy allows the iam:PassRole action`,
  })
  const denial = readRecord(value)
  assert.equal(denial?.operation, 'CreateFunction')
  assert.equal(denial?.action, 'iam:PassRole')
  assert.equal(denial?.resource, 'arn:aws:iam::444455556666:role/fn')
  assert.ok(codesOf(value).includes('further-request'))
})

test('a noun form becomes the ARN of the caller, the printed form stays beside it (R-MSG-23)', () => {
  const text = `User: ${SESSION} is not authorized to perform: iam:GetUser on resource: user ann because no identity-based policy allows the iam:GetUser action`
  const denial = readRecord(record({ eventSource: 'iam.amazonaws.com', eventName: 'GetUser', errorMessage: text }))
  assert.equal(denial?.resource, 'arn:aws:iam::444455556666:user/ann')
  assert.equal(denial?.resourceText, 'user ann')
})

test('a bare secret name becomes the ARN with an open suffix (R-MSG-23)', () => {
  const text = `User: ${SESSION} is not authorized to perform: secretsmanager:GetSecretValue on resource: db/main because no identity-based policy allows the secretsmanager:GetSecretValue action`
  const denial = readRecord(
    record({ eventSource: 'secretsmanager.amazonaws.com', eventName: 'GetSecretValue', errorMessage: text }),
  )
  assert.equal(denial?.resource, 'arn:aws:secretsmanager:eu-west-1:444455556666:secret:db/main-??????')
  assert.equal(denial?.resourceText, 'db/main')
})

test("AWS's placeholder stays the resource; the closer name of the parameters is noted (R-MSG-25)", () => {
  const text = `You are not authorized to perform this operation. User: ${SESSION} is not authorized to perform: ec2:StopInstances on resource: arn:aws:ec2:eu-west-1:444455556666:instance/* because no identity-based policy allows the ec2:StopInstances action`
  const value = record({
    eventSource: 'ec2.amazonaws.com',
    eventName: 'StopInstances',
    errorCode: 'Client.UnauthorizedOperation',
    errorMessage: text,
    requestParameters: { instancesSet: { items: [{ instanceId: 'i-77' }] } },
  })
  assert.equal(readRecord(value)?.resource, 'arn:aws:ec2:eu-west-1:444455556666:instance/*')
  assert.ok(codesOf(value).includes('resource-placeholder'))
})

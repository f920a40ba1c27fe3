import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { joinedCalls } from './outer-call.ts'

const SESSION = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLE:ci',
  arn: 'arn:aws:sts::111122223333:assumed-role/deploy-role/ci',
  accountId: '111122223333',
}
const OBJECT = 'arn:aws:s3:::prod/k'
const common = { eventTime: '2026-04-27T10:03:00Z', awsRegion: 'us-east-1', recipientAccountId: '111122223333' }
const CALL = {
  ...common,
  userIdentity: SESSION,
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  errorCode: 'AccessDenied',
  errorMessage: 'Access Denied',
  requestParameters: { bucketName: 'prod', key: 'k' },
  eventID: 'call',
}
const recorded = (encryptionContext: object | undefined) => ({
  ...common,
  // As KMS records what a service asks in the caller's name.
  userIdentity: { ...SESSION, invokedBy: 'AWS Internal' },
  sourceIPAddress: 'AWS Internal',
  userAgent: 'AWS Internal',
  eventSource: 'kms.amazonaws.com',
  eventName: 'GenerateDataKey',
  errorCode: 'AccessDenied',
  errorMessage: `User: ${SESSION.arn} is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:us-east-1:111122223333:key/1234abcd because no identity-based policy allows the kms:GenerateDataKey action`,
  requestParameters: { keyId: 'arn:aws:kms:us-east-1:111122223333:key/1234abcd', encryptionContext },
  eventID: 'kms',
})

const left = (...records: readonly object[]): readonly (string | null)[] =>
  joinedCalls(readDenials(JSON.stringify({ Records: records })).denials).denials.map(({ eventId }) => eventId)

describe('what KMS records as AWS Internal', () => {
  test('is of the call that the encryption context names', () => {
    assert.deepEqual(left(CALL, recorded({ 'aws:s3:arn': OBJECT })), ['kms'])
    assert.deepEqual(left(CALL, recorded({ 'aws:s3:arn': 'arn:aws:s3:::prod' })), ['kms'], 'with a bucket key')
  })
  test('is a refusal of its own where the context names another object, or nothing', () => {
    assert.deepEqual(left(CALL, recorded({ 'aws:s3:arn': 'arn:aws:s3:::prod/other' })), ['call', 'kms'])
    assert.deepEqual(left(CALL, recorded(undefined)), ['call', 'kms'])
  })
})

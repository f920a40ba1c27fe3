import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { callEvent } from './call-event.ts'
import { isRecord, readRecord } from './read-record.ts'

const FIELDS = [
  'eventVersion',
  'userIdentity',
  'eventTime',
  'eventSource',
  'eventName',
  'awsRegion',
  'sourceIPAddress',
  'userAgent',
  'errorCode',
  'errorMessage',
  'requestParameters',
  'responseElements',
  'additionalEventData',
  'resources',
  'recipientAccountId',
  'tlsDetails',
  'vpcEndpointId',
  'eventContext',
  'addendum',
  'detail',
  '_raw',
  '__proto__',
  'constructor',
]
const IDENTITY = [
  'type',
  'arn',
  'accountId',
  'principalId',
  'sessionContext',
  'invokedBy',
  'userName',
  'onBehalfOf',
  'identityProvider',
]
const TYPES = [
  'Root',
  'IAMUser',
  'AssumedRole',
  'Role',
  'FederatedUser',
  'AWSAccount',
  'AWSService',
  'IdentityCenterUser',
  'SAMLUser',
  'WebIdentityUser',
  'Directory',
  'Unknown',
  '__proto__',
]
const EVENTS = [
  'PutObject',
  'CopyObject',
  'RunInstances',
  'AssumeRole',
  'ReEncrypt',
  'TransactWriteItems',
  'GetParameters',
  'Invoke',
]
const SOURCES = ['s3', 'ec2', 'sts', 'kms', 'dynamodb', 'ssm', 'lambda', 'logs'].map((name) => `${name}.amazonaws.com`)

const anything = fc.oneof(
  { depthSize: 'small' },
  fc.jsonValue(),
  fc.constantFrom('arn:', 'arn:aws:sts::1:assumed-role/', 'arn:aws:iam::x:role', '%', 'a%', '{', '[{', '9999999999999'),
)

const identity = fc.dictionary(fc.constantFrom(...IDENTITY), anything).map((one) => one as Record<string, unknown>)

const records = fc
  .record({
    rest: fc.dictionary(fc.constantFrom(...FIELDS), anything),
    who: identity,
    type: fc.constantFrom(...TYPES),
    eventName: fc.constantFrom(...EVENTS),
    eventSource: fc.constantFrom(...SOURCES),
    code: fc.constantFrom('AccessDenied', undefined, 'Client.UnauthorizedOperation', 'VpceAccessDenied'),
  })
  .map(({ rest, who, type, eventName, eventSource, code }) => ({
    userIdentity: { ...who, type },
    eventName,
    eventSource,
    errorCode: code,
    ...rest,
  }))

test('no JSON value makes the reader throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      readRecord(value)
      callEvent(value)
      isRecord(value)
    }),
    { numRuns: 300 },
  )
})

test('no record, however broken, makes the reader throw, and what it gives is plain JSON', () => {
  fc.assert(
    fc.property(records, (value) => {
      const denial = readRecord(value)
      callEvent(value)
      if (denial !== undefined) assert.deepEqual(JSON.parse(JSON.stringify(denial)), denial)
    }),
    { numRuns: 400 },
  )
})

// Read in a time that grows with the square of their length, they would not be read to their end while anybody waits.
test('long values are read to their end (R-MSG-35)', () => {
  for (const char of ['a', 'A', ':', '/', '.', '[', '{', '%', '1', ' ', '"']) {
    const long = char.repeat(200_000)
    const record = {
      eventName: `Get${long}`,
      eventSource: `s3${long}`,
      errorCode: 'AccessDenied',
      errorMessage: long,
      eventTime: long,
      sourceIPAddress: long,
      userAgent: long,
      awsRegion: long,
      userIdentity: {
        type: 'AssumedRole',
        arn: `arn:aws:sts::1:${long}`,
        principalId: long,
        accountId: long,
        invokedBy: long,
      },
      requestParameters: {
        bucketName: long,
        key: long,
        queueUrl: long,
        Host: long,
        'x-amz-copy-source': long,
        'x-amz-tagging': long,
      },
    }
    assert.equal(readRecord(record)?.kind, 'aws-access-denied', `\`${char}\``)
    assert.equal(readRecord({ ...record, errorCode: `x${long}` })?.kind, 'other', `\`${char}\` as code`)
  }
})

test('deep nesting is not followed without end', () => {
  let value: unknown = { eventName: 'X', eventSource: 'x.amazonaws.com' }
  for (let i = 0; i < 200; i++) value = { detail: value }
  assert.equal(readRecord(value), undefined)
  let parameters: unknown = 'deep'
  for (let i = 0; i < 200; i++) parameters = { a: [parameters] }
  readRecord({
    eventName: 'PutObject',
    eventSource: 's3.amazonaws.com',
    errorCode: 'AccessDenied',
    requestParameters: parameters,
  })
})

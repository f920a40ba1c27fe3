/** A call that S3 came back with and KMS's record of what refused it are one incident. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseEvidence, diagnoseToShow } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const ROLE = 'arn:aws:iam::111122223333:role/deploy-role'
const SESSION = 'arn:aws:sts::111122223333:assumed-role/deploy-role/ci'
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-56ef-78ab-90cd-1234567890ef'
const OBJECT = 'arn:aws:s3:::prod-artifacts/releases/app.zip'
const SENTENCE = `User: ${SESSION} is not authorized to perform: kms:GenerateDataKey on resource: ${KEY} because no resource-based policy allows the kms:GenerateDataKey action`

type Fields = Readonly<Record<string, unknown>>

const identity = (session: string) => ({
  type: 'AssumedRole',
  arn: session,
  accountId: '111122223333',
  principalId: 'AROAEXAMPLEDEPLOY00001:ci',
  sessionContext: { sessionIssuer: { type: 'Role', arn: ROLE, accountId: '111122223333', userName: 'deploy-role' } },
})

let made = 0
const id = (): string => `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`

const base = (second: number): Fields => ({
  eventVersion: '1.11',
  eventTime: `2026-04-27T10:03:${String(second).padStart(2, '0')}Z`,
  awsRegion: 'us-east-1',
  errorCode: 'AccessDenied',
  eventID: id(),
  requestID: id(),
  eventType: 'AwsApiCall',
  recipientAccountId: '111122223333',
})

const put = (second: number, more: Fields = {}): Fields => ({
  ...base(second),
  userIdentity: identity(SESSION),
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  sourceIPAddress: '203.0.113.9',
  errorMessage: 'Access Denied',
  requestParameters: { bucketName: 'prod-artifacts', key: 'releases/app.zip' },
  resources: [{ type: 'AWS::S3::Object', ARN: OBJECT }],
  ...more,
})

const dataKey = (second: number, encrypted = OBJECT, more: Fields = {}): Fields => ({
  ...base(second),
  userIdentity: { ...identity(SESSION), invokedBy: 's3.amazonaws.com' },
  eventSource: 'kms.amazonaws.com',
  eventName: 'GenerateDataKey',
  sourceIPAddress: 's3.amazonaws.com',
  errorMessage: SENTENCE,
  requestParameters: { keyId: KEY, encryptionContext: { 'aws:s3:arn': encrypted } },
  resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: KEY }],
  ...more,
})

const evidence = (...Records: readonly Fields[]) => evidenceOfText(JSON.stringify({ Records }), 'trail.json')
const told = (...records: readonly Fields[]) =>
  diagnoseEvidence(evidence(...records)).diagnoses.map(({ denial, call, occurrences }) => ({
    action: denial.action,
    call: call && `${call.eventSource} ${call.operation} ${call.resource}`,
    count: occurrences.count,
  }))

const ONE = [{ action: 'kms:GenerateDataKey', call: `s3.amazonaws.com PutObject ${OBJECT}`, count: 1 }]
const APART = ['kms:GenerateDataKey', 's3:PutObject']
const actions = (...records: readonly Fields[]) =>
  told(...records)
    .map(({ action }) => action)
    .toSorted()

describe('one incident', () => {
  test('in either order, with the call that came back', () => {
    assert.deepEqual(told(dataKey(0), put(1)), ONE)
    assert.deepEqual(told(put(1), dataKey(0)), ONE)
  })
  test('where S3 gives KMS’s words', () => assert.deepEqual(told(put(1, { errorMessage: SENTENCE }), dataKey(0)), ONE))
  test('where the bucket has a key of its own, for which the context names the bucket', () =>
    assert.deepEqual(told(dataKey(0, 'arn:aws:s3:::prod-artifacts'), put(1)), ONE))
  test('repeats are counted in pairs', () => {
    const all = [dataKey(0), put(0), dataKey(20), put(20), dataKey(40), put(41)]
    assert.deepEqual(told(...all), [{ ...ONE[0], count: 3 }])
  })
})

describe('two incidents', () => {
  test('of another object', () =>
    assert.deepEqual(actions(dataKey(0, 'arn:aws:s3:::prod-artifacts/other.zip'), put(1)), APART))
  test('of another bucket whose name begins alike', () =>
    assert.deepEqual(actions(dataKey(0, 'arn:aws:s3:::prod'), put(1)), APART))
  test('of another time', () => assert.deepEqual(actions(dataKey(0), put(30)), APART))
  test('of another session', () =>
    assert.deepEqual(actions(dataKey(0), put(1, { userIdentity: identity(SESSION.replace('/ci', '/other')) })), APART))
  test('where the caller asked KMS itself', () =>
    assert.deepEqual(
      actions(dataKey(0, OBJECT, { userIdentity: identity(SESSION), sourceIPAddress: '203.0.113.9' }), put(1)),
      APART,
    ))
  test('where S3 says that it was its own action', () => {
    const errorMessage = `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: "${OBJECT}" because no identity-based policy allows the s3:PutObject action`
    assert.deepEqual(actions(dataKey(0), put(1, { errorMessage })), APART)
  })
})

const policy = (...Statement: readonly Fields[]) => ({ Version: '2012-10-17', Statement })
const scenario = {
  policies: {
    complete: true,
    identityPolicies: [
      {
        name: 'deploy',
        document: policy({ Effect: 'Allow', Action: ['s3:PutObject', 'kms:GenerateDataKey'], Resource: '*' }),
      },
    ],
  },
  resources: [
    { arn: 'arn:aws:s3:::prod-artifacts', kind: 'bucket', account: '111122223333', attributes: { sseKmsKeyArn: KEY } },
    {
      arn: KEY,
      kind: 'key',
      account: '111122223333',
      policy: policy({ Effect: 'Allow', Principal: { AWS: `${ROLE}-admin` }, Action: 'kms:*', Resource: '*' }),
      attributes: { keyManager: 'CUSTOMER' },
    },
  ],
} as unknown as Scenario

test('the key policy is what is changed, and the screen says what S3 was asked for', () => {
  const result = diagnoseToShow({ ...evidence(dataKey(0), put(1)), policySource: { kind: 'scenario', scenario } })
  const [diagnosis] = result.diagnoses
  assert.equal(result.diagnoses.length, 1)
  assert.deepEqual(
    diagnosis?.fixes[0]?.changes.map(({ layer }) => layer),
    ['resource-policy'],
  )
  const text = diagnosesText(result, { columns: undefined, isTerminal: false, color: false })
  assert.match(
    text,
    new RegExp(`^ {9}asked by s3 for PutObject on ${OBJECT}, request \\S+, from 203\\.0\\.113\\.9$`, 'm'),
  )
})

test('both records stand in the timeline, with the one diagnosis', () => {
  const { timeline } = diagnoseEvidence(evidence(dataKey(0), put(1)))
  assert.deepEqual(
    timeline.map(({ outcome, diagnosis }) => [outcome, diagnosis]),
    [
      ['denied', 0],
      ['denied', 0],
    ],
  )
})

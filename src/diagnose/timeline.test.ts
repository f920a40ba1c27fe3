import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callEvents } from '#intake/cloudtrail/call-event.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import { readDenials } from '#intake/read.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { diagnose } from './diagnose.ts'
import type { DiagnoseResult, PolicySource } from './diagnosis.ts'

const A = '111122223333'
const ROLE = `arn:aws:iam::${A}:role/ci/uploader`
const SESSION = `arn:aws:sts::${A}:assumed-role/uploader/run-7`
const ADMIN = `arn:aws:iam::${A}:user/root-admin`
const BUCKET = 'arn:aws:s3:::artifacts'
const OBJECT = `${BUCKET}/rel/app.zip`
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k-1`

const at = (clock: string): string => `2026-04-27T${clock}Z`
const session = {
  type: 'AssumedRole',
  principalId: 'AROAUPLOADER:run-7',
  arn: SESSION,
  accountId: A,
  accessKeyId: 'ASIARUN7',
  sessionContext: {
    sessionIssuer: { type: 'Role', arn: ROLE },
    attributes: { creationDate: at('10:02:00'), mfaAuthenticated: 'false' },
  },
}
const admin = {
  type: 'IAMUser',
  principalId: 'AIDAADMIN',
  arn: ADMIN,
  accountId: A,
  userName: 'root-admin',
  accessKeyId: 'AKIAADMIN',
}

const put = (more: object = {}) => ({
  eventTime: at('10:03:00'),
  eventID: 'e-put',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.9',
  userIdentity: session,
  requestParameters: { bucketName: 'artifacts', key: 'rel/app.zip' },
  errorCode: 'AccessDenied',
  errorMessage: `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: "${OBJECT}" because no identity-based policy allows the s3:PutObject action`,
  ...more,
})
const success = { errorCode: undefined, errorMessage: undefined }
const kms = (key = KEY, more: object = {}) => ({
  ...put(),
  eventTime: at('10:05:00'),
  eventID: 'e-kms',
  eventSource: 'kms.amazonaws.com',
  eventName: 'GenerateDataKey',
  requestParameters: { keyId: key },
  resources: [{ ARN: key, accountId: A }],
  errorMessage: `User: ${SESSION} is not authorized to perform: kms:GenerateDataKey on resource: ${key} because no resource-based policy allows the kms:GenerateDataKey action`,
  ...more,
})
const assume = (more: object = {}) => ({
  eventTime: at('10:02:00'),
  eventID: 'e-assume',
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRole',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.9',
  userIdentity: admin,
  requestParameters: { roleArn: ROLE, roleSessionName: 'run-7' },
  responseElements: { credentials: { accessKeyId: 'ASIARUN7' }, assumedRoleUser: { arn: SESSION } },
  ...more,
})
const write = (eventName: string, requestParameters: object, more: object = {}) => ({
  eventTime: at('10:10:00'),
  eventID: `e-${eventName}`,
  eventSource: 'iam.amazonaws.com',
  eventName,
  awsRegion: 'us-east-1',
  sourceIPAddress: '203.0.113.50',
  userIdentity: admin,
  requestParameters,
  responseElements: null,
  ...more,
})
const putRolePolicy = (more: object = {}) =>
  write('PutRolePolicy', { roleName: 'uploader', policyName: 'deploy', policyDocument: '{}' }, more)

/** The bucket encrypts with the key, so that the upload foretells the request to KMS. */
const policySource: PolicySource = {
  kind: 'snapshot',
  snapshot: readSnapshot(
    new Map([
      [
        `accounts/${A}/resources/s3/artifacts.json`,
        JSON.stringify({ arn: BUCKET, account: A, kind: 'bucket', policy: null, attributes: { sseKmsKeyArn: KEY } }),
      ],
    ]),
  ),
}

function run(records: readonly object[], held: PolicySource = { kind: 'none' }): DiagnoseResult {
  return diagnose({
    denials: records.flatMap((event) => readRecord(event) ?? []),
    events: callEvents(records),
    policySource: held,
  })
}

describe('occurrences', () => {
  it('count exact repeats as one diagnosis, from the first time to the last', () => {
    const records = [
      put({ eventID: 'e-2', eventTime: at('10:04:00') }),
      put({ eventID: 'e-1', eventTime: at('10:03:00') }),
      put({ eventID: 'e-3', eventTime: at('10:09:00') }),
    ]
    const { diagnoses } = run(records)
    assert.deepEqual(
      diagnoses.map(({ occurrences }) => occurrences),
      [{ count: 3, first: at('10:03:00'), last: at('10:09:00') }],
    )
  })

  it('count the same event delivered twice once (R-CT-12)', () => {
    const { diagnoses } = run([put(), put()])
    assert.deepEqual(
      diagnoses.map(({ occurrences }) => occurrences.count),
      [1],
    )
  })

  it('keep apart what differs in principal, action, resource or the layer AWS named', () => {
    const records = [
      put(),
      put({
        eventID: 'e-b',
        requestParameters: { bucketName: 'artifacts', key: 'rel/other.zip' },
        errorMessage: 'Access Denied',
      }),
      put({ eventID: 'e-c', errorMessage: 'Access Denied' }),
      put({ eventID: 'e-d', userIdentity: admin, errorMessage: 'Access Denied' }),
      put({ eventID: 'e-e', eventName: 'GetObject', errorMessage: 'Access Denied' }),
    ]
    assert.equal(run(records).diagnoses.length, 5)
  })

  it('keep apart calls from different addresses, which a condition may tell apart', () => {
    assert.equal(run([put(), put({ eventID: 'e-b', sourceIPAddress: '198.51.100.4' })]).diagnoses.length, 2)
  })

  it('count repeats in a text, whose times may be missing', () => {
    const line = `User: ${SESSION} is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:${A}:q because no identity-based policy allows the sqs:SendMessage action`
    const text = [`2026-04-27T10:00:00Z ${line}`, `2026-04-27T10:01:00Z ${line}`].join('\n')
    const { diagnoses } = diagnose({ denials: readDenials(text).denials, events: [] })
    assert.equal(diagnoses.length, 1)
    assert.equal(diagnoses[0]?.occurrences.count, 2)
    const bare = diagnose({ denials: readDenials(line).denials, events: [] })
    assert.deepEqual(bare.diagnoses[0]?.occurrences, { count: 1, first: null, last: null })
  })

  it("take the caller's and the owner's copy of one call for one (R-CT-10)", () => {
    const callers = kms(KEY, { sharedEventID: 'shared-1' })
    const owners = kms(KEY, {
      eventID: 'e-owner',
      sharedEventID: 'shared-1',
      recipientAccountId: '444455556666',
      userIdentity: { type: 'AWSAccount', principalId: 'AROAUPLOADER:run-7', accountId: A },
    })
    for (const records of [
      [callers, owners],
      [owners, callers],
    ]) {
      const { diagnoses } = run(records)
      assert.equal(diagnoses.length, 1)
      assert.equal(diagnoses[0]?.denial.principal, SESSION, 'the copy that says who called')
      assert.equal(diagnoses[0]?.occurrences.count, 1)
    }
  })
})

describe('the timeline', () => {
  it('is in order of time whatever the order of the input, with every outcome and its diagnosis', () => {
    const replay = put({ ...success, eventID: 'e-again', eventTime: at('10:12:00') })
    const { timeline } = run([replay, kms(), putRolePolicy(), put(), assume()], policySource)
    assert.deepEqual(
      timeline.map(({ time, eventId, outcome, diagnosis }) => [time, eventId, outcome, diagnosis]),
      [
        [at('10:02:00'), 'e-assume', 'allowed', undefined],
        [at('10:03:00'), 'e-put', 'denied', 1],
        [at('10:05:00'), 'e-kms', 'denied', 0],
        [at('10:10:00'), 'e-PutRolePolicy', 'changed', undefined],
        [at('10:12:00'), 'e-again', 'allowed', 1],
      ],
    )
    for (const entry of timeline) {
      assert.notEqual(entry.what, '')
      assert.notEqual(entry.why, '')
    }
  })

  it('says what happened, to whom and why it matters', () => {
    const replay = put({ ...success, eventID: 'e-again', eventTime: at('10:12:00') })
    const [made, refused, hop, changed, again] = run(
      [assume(), put(), kms(), putRolePolicy(), replay],
      policySource,
    ).timeline
    assert.match(made?.what ?? '', /AssumeRole of `arn:aws:iam::111122223333:role\/ci\/uploader` succeeds/)
    assert.match(refused?.what ?? '', /s3:PutObject on `arn:aws:s3:::artifacts\/rel\/app\.zip` is refused/)
    assert.match(refused?.why ?? '', /identity policy/)
    assert.match(hop?.why ?? '', /next authorization of the same call/)
    assert.match(
      changed?.what ?? '',
      /iam:PutRolePolicy on .*uploader.* by `arn:aws:iam::111122223333:user\/root-admin`/,
    )
    assert.match(again?.what ?? '', /succeeds/)
    assert.match(again?.why ?? '', /same principal/)
  })

  it('does not call the denial of another key the next authorization of the call', () => {
    const other = KEY.replace('k-1', 'k-2')
    const { timeline } = run([put(), kms(other)], policySource)
    const entry = timeline.find(({ eventId }) => eventId === 'e-kms')
    assert.doesNotMatch(entry?.why ?? '', /same call/)
  })

  it('tells of no replay by another principal, on another resource, or of an unrelated success', () => {
    const others = [
      put({ ...success, eventID: 'x-1', userIdentity: admin }),
      put({ ...success, eventID: 'x-2', requestParameters: { bucketName: 'artifacts', key: 'rel/other.zip' } }),
      put({ ...success, eventID: 'x-3', eventName: 'GetObject' }),
    ]
    assert.deepEqual(
      run([put(), ...others]).timeline.map(({ eventId }) => eventId),
      ['e-put'],
    )
  })

  it('leaves out calls that failed for another reason than authorization', () => {
    const failed = putRolePolicy({ errorCode: 'MalformedPolicyDocument', errorMessage: 'Syntax errors in policy.' })
    const missing = put({
      eventID: 'x-1',
      errorCode: 'NoSuchBucket',
      errorMessage: 'The specified bucket does not exist',
    })
    assert.deepEqual(
      run([put(), failed, missing]).timeline.map(({ eventId }) => eventId),
      ['e-put'],
    )
  })

  it('tells of a refused policy change as a refusal, not as a change', () => {
    const { timeline } = run([putRolePolicy({ errorCode: 'AccessDenied', errorMessage: 'no' })])
    assert.deepEqual(
      timeline.map(({ outcome }) => outcome),
      ['denied'],
    )
  })

  it('has an event once that was delivered twice (R-CT-12)', () => {
    assert.deepEqual(
      run([put(), put(), assume(), assume()]).timeline.map(({ eventId }) => eventId),
      ['e-assume', 'e-put'],
    )
  })

  it('has each repeat of a denial, under the one diagnosis', () => {
    const { timeline } = run([put({ eventID: 'e-1' }), put({ eventID: 'e-2', eventTime: at('10:04:00') })])
    assert.deepEqual(
      timeline.map(({ eventId, diagnosis }) => [eventId, diagnosis]),
      [
        ['e-1', 0],
        ['e-2', 0],
      ],
    )
  })

  it('leaves entries without a time in their place in the input', () => {
    const timeless = put({
      eventID: 'e-timeless',
      eventTime: undefined,
      eventName: 'GetObject',
      errorMessage: 'Access Denied',
    })
    const { timeline } = run([assume(), timeless, kms()])
    assert.deepEqual(
      timeline.map(({ eventId, time }) => [eventId, time]),
      [
        ['e-assume', at('10:02:00')],
        ['e-timeless', null],
        ['e-kms', at('10:05:00')],
      ],
    )
  })

  it('tells records without event ids apart by what they asked', () => {
    const entry = put({ eventID: undefined })
    const two = put({
      eventID: undefined,
      requestParameters: { bucketName: 'artifacts', key: 'two.zip' },
      errorMessage: 'Access Denied',
    })
    const { timeline } = run([entry, two])
    assert.deepEqual(
      timeline.map(({ diagnosis }) => diagnosis),
      [0, 1],
    )
    assert.match(timeline[1]?.what ?? '', /two\.zip/)
  })

  it('has the denials of a text as well', () => {
    const text = `2026-04-27T10:03:00Z User: ${SESSION} is not authorized to perform: s3:PutObject on resource: "${OBJECT}" because no identity-based policy allows the s3:PutObject action`
    const { timeline } = diagnose({ denials: readDenials(text).denials, events: [] })
    assert.deepEqual(
      timeline.map(({ outcome, diagnosis }) => [outcome, diagnosis]),
      [['denied', 0]],
    )
  })

  it('has nothing of what is no denial by a policy', () => {
    const { timeline } = diagnose({
      denials: readDenials('An error occurred (ExpiredToken) when calling the PutObject operation: expired').denials,
      events: [],
    })
    assert.deepEqual(timeline, [])
  })
})

describe('eventual consistency', () => {
  const codes = (records: readonly object[]): string[] =>
    run(records)
      .diagnoses.filter(({ denial }) => denial.eventId === 'e-put')
      .flatMap(({ denial }) => denial.notes.map(({ code }) => code))
  const suspected = (...records: readonly object[]): boolean =>
    codes([...records, put()]).includes('eventual-consistency')

  it('is suspected up to two minutes after a policy write on the role (F20)', () => {
    assert.ok(suspected(putRolePolicy({ eventTime: at('10:02:57') })), '3 s after')
    assert.ok(suspected(putRolePolicy({ eventTime: at('10:03:00') })), 'in the same second')
    assert.ok(suspected(putRolePolicy({ eventTime: at('10:01:00') })), '120 s after')
  })

  it('is not suspected later than that, nor of a write that came after the denial', () => {
    assert.ok(!suspected(putRolePolicy({ eventTime: at('10:00:59') })))
    assert.ok(!suspected(putRolePolicy({ eventTime: at('10:03:01') })))
  })

  it('says which write, how long before, and to replay', () => {
    const { denial } = run([putRolePolicy({ eventTime: at('10:02:57') }), put()]).diagnoses[0] ?? assert.fail()
    const note = denial.notes.find(({ code }) => code === 'eventual-consistency')
    assert.match(note?.text ?? '', /PutRolePolicy/)
    assert.match(note?.text ?? '', /\b3 s\b/)
    assert.match(note?.text ?? '', /[Rr]eplay/)
  })

  it('is suspected of the other writes on the role, and of the policy of the bucket', () => {
    const time = { eventTime: at('10:02:30') }
    assert.ok(
      suspected(
        write('AttachRolePolicy', { roleName: 'uploader', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }, time),
      ),
    )
    assert.ok(
      suspected(
        write(
          'PutRolePermissionsBoundary',
          { roleName: 'uploader', permissionsBoundary: `arn:aws:iam::${A}:policy/b` },
          time,
        ),
      ),
    )
    const bucket = write(
      'PutBucketPolicy',
      { bucketName: 'artifacts', bucketPolicy: {} },
      { ...time, eventSource: 's3.amazonaws.com' },
    )
    assert.ok(suspected(bucket))
  })

  it('is not suspected of writes on others: a role, a user of the same name, a bucket, another account', () => {
    const time = { eventTime: at('10:02:30') }
    assert.ok(!suspected(write('PutRolePolicy', { roleName: 'reader', policyName: 'p' }, time)))
    assert.ok(!suspected(write('PutUserPolicy', { userName: 'uploader', policyName: 'p' }, time)))
    assert.ok(
      !suspected(write('PutBucketPolicy', { bucketName: 'artifacts-2' }, { ...time, eventSource: 's3.amazonaws.com' })),
    )
    const elsewhere = { ...admin, arn: 'arn:aws:iam::444455556666:user/x', accountId: '444455556666' }
    assert.ok(
      !suspected(
        write('PutRolePolicy', { roleName: 'uploader', policyName: 'p' }, { ...time, userIdentity: elsewhere }),
      ),
    )
  })

  it('is not suspected of a write that failed, nor of reading a policy', () => {
    const time = { eventTime: at('10:02:30') }
    assert.ok(!suspected(putRolePolicy({ ...time, errorCode: 'AccessDenied', errorMessage: 'no' })))
    assert.ok(!suspected(putRolePolicy({ ...time, errorCode: 'NoSuchEntity', errorMessage: 'no' })))
    assert.ok(!suspected(write('GetRolePolicy', { roleName: 'uploader', policyName: 'p' }, time)))
  })

  it('is not suspected of a denial whose time is not known', () => {
    const timeless = put({ eventTime: undefined })
    assert.ok(!codes([putRolePolicy({ eventTime: at('10:02:57') }), timeless]).includes('eventual-consistency'))
  })
})

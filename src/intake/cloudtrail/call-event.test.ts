import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callEvent, callEvents, eventById } from './call-event.ts'

const A = '444455556666'
const base = {
  eventVersion: '1.10',
  eventTime: '2026-03-01T09:30:00Z',
  eventID: 'e-7',
  awsRegion: 'eu-west-1',
  userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${A}:user/u`, accountId: A, accessKeyId: 'AKIAEXAMPLE' },
}

test('a successful AssumeRole carries everything that bounds its session (R-CT-05)', () => {
  const event = callEvent({
    ...base,
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    requestParameters: {
      roleArn: `arn:aws:iam::${A}:role/r`,
      roleSessionName: 's',
      policy: '{"Statement":[]}',
      policyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
      tags: [{ key: 'team', value: 'a' }],
      transitiveTagKeys: ['team'],
      externalId: 'x-7',
      durationSeconds: 900,
      sourceIdentity: 'ann',
    },
    responseElements: {
      credentials: { accessKeyId: 'ASIAISSUED', sessionToken: 'tok' },
      assumedRoleUser: { arn: `arn:aws:sts::${A}:assumed-role/r/s` },
    },
  })
  assert.equal(event?.outcome, 'allowed')
  assert.equal(event?.accessKeyId, 'AKIAEXAMPLE')
  assert.deepEqual(event?.assumeRole, {
    roleArn: `arn:aws:iam::${A}:role/r`,
    sessionName: 's',
    policy: '{"Statement":[]}',
    policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    tags: { team: 'a' },
    transitiveTagKeys: ['team'],
    incomingTags: {},
    externalId: 'x-7',
    durationSeconds: 900,
    sourceIdentity: 'ann',
    issuedAccessKeyId: 'ASIAISSUED',
    sessionArn: `arn:aws:sts::${A}:assumed-role/r/s`,
    complete: true,
  })
  assert.ok(!JSON.stringify(event).includes('"tok"'))
})

test('refusals, other failures and successes are told apart', () => {
  const put = {
    ...base,
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    requestParameters: { bucketName: 'b', key: 'k' },
  }
  assert.equal(callEvent(put)?.outcome, 'allowed')
  assert.equal(callEvent({ ...put, errorCode: 'AccessDenied' })?.outcome, 'denied')
  assert.equal(callEvent({ ...put, errorCode: 'NoSuchBucket' })?.outcome, 'failed')
  assert.equal(callEvent({ ...put, errorCode: 'Client.DryRunOperation' })?.outcome, 'allowed')
  assert.deepEqual(callEvent(put)?.requests, [{ action: 's3:PutObject', resource: 'arn:aws:s3:::b/k' }])
  assert.equal(callEvent({ any: 1 }), undefined)
})

test('what a call asks for itself is told beside what was refused, and what it names besides', () => {
  const key = `arn:aws:kms:eu-west-1:${A}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
  const event = callEvent({
    ...base,
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    requestParameters: { bucketName: 'b', key: 'k', 'x-amz-server-side-encryption-aws-kms-key-id': key },
    errorCode: 'AccessDenied',
    errorMessage: `User: arn:aws:iam::${A}:user/u is not authorized to perform: kms:GenerateDataKey on resource: ${key} because no identity-based policy allows the kms:GenerateDataKey action`,
  })
  assert.deepEqual(event?.requests, [{ action: 'kms:GenerateDataKey', resource: key }])
  assert.deepEqual(event?.own, { action: 's3:PutObject', resources: ['arn:aws:s3:::b/k'] })
  assert.deepEqual(event?.named, [key])
})

test('of a launch all that the action is needed on is its own', () => {
  const { own } = callEvent({
    ...base,
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    requestParameters: { instancesSet: { items: [{ imageId: 'ami-0abc', subnetId: 'subnet-0abc' }] } },
  }) ?? { own: undefined }
  assert.equal(own?.action, 'ec2:RunInstances')
  assert.ok((own?.resources.length ?? 0) > 1)
  assert.ok(own?.resources.includes(`arn:aws:ec2:eu-west-1:${A}:subnet/subnet-0abc`))
})

test('calls keep the order of their records, and the first of an event id is found by it', () => {
  const put = { ...base, eventSource: 's3.amazonaws.com', eventName: 'PutObject' }
  const events = callEvents([{ any: 1 }, put, { ...put, eventName: 'GetObject' }, { ...put, eventID: 'e-8' }])
  assert.deepEqual(
    events.map(({ eventName, eventId }) => [eventName, eventId]),
    [
      ['PutObject', 'e-7'],
      ['GetObject', 'e-7'],
      ['PutObject', 'e-8'],
    ],
  )
  assert.equal(eventById(events, 'e-7'), events[0])
  assert.equal(eventById(events, 'e-9'), undefined)
  assert.equal(eventById(events, null), undefined)
})

test('calls that change policies are recognised by access level or by list', () => {
  const writes = [
    'iam:PutRolePolicy',
    'iam:AttachUserPolicy',
    'iam:UpdateAssumeRolePolicy',
    'iam:AddUserToGroup',
    's3:PutBucketPolicy',
    'kms:PutKeyPolicy',
    'organizations:AttachPolicy',
    'lambda:AddPermission20150331v2',
    'ec2:ModifyVpcEndpoint',
  ]
  const others = ['s3:PutObject', 'iam:GetRolePolicy', 'ec2:RunInstances', 'iam:ListPolicies']
  const isWrite = (name: string) => {
    const [source = '', eventName = ''] = name.split(':')
    return callEvent({ ...base, eventSource: `${source}.amazonaws.com`, eventName })?.isPolicyWrite
  }
  for (const name of writes) assert.equal(isWrite(name), true, name)
  for (const name of others) assert.equal(isWrite(name), false, name)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventFacts } from './event-facts.ts'

const A = '444455556666'
const base = {
  eventVersion: '1.10',
  eventTime: '2026-03-01T09:30:00Z',
  eventID: 'e-7',
  awsRegion: 'eu-west-1',
  userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${A}:user/u`, accountId: A, accessKeyId: 'AKIAEXAMPLE' },
}

test('a successful AssumeRole carries everything that bounds its session (R-CT-05)', () => {
  const facts = eventFacts({
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
  assert.equal(facts?.outcome, 'allowed')
  assert.equal(facts?.accessKeyId, 'AKIAEXAMPLE')
  assert.deepEqual(facts?.assumeRole, {
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
  assert.ok(!JSON.stringify(facts).includes('"tok"'))
})

test('refusals, other failures and successes are told apart', () => {
  const put = {
    ...base,
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    requestParameters: { bucketName: 'b', key: 'k' },
  }
  assert.equal(eventFacts(put)?.outcome, 'allowed')
  assert.equal(eventFacts({ ...put, errorCode: 'AccessDenied' })?.outcome, 'denied')
  assert.equal(eventFacts({ ...put, errorCode: 'NoSuchBucket' })?.outcome, 'failed')
  assert.equal(eventFacts({ ...put, errorCode: 'Client.DryRunOperation' })?.outcome, 'allowed')
  assert.deepEqual(eventFacts(put)?.requests, [{ action: 's3:PutObject', resource: 'arn:aws:s3:::b/k' }])
  assert.equal(eventFacts({ any: 1 }), undefined)
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
    return eventFacts({ ...base, eventSource: `${source}.amazonaws.com`, eventName })?.isPolicyWrite
  }
  for (const name of writes) assert.equal(isWrite(name), true, name)
  for (const name of others) assert.equal(isWrite(name), false, name)
})

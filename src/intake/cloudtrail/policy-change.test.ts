/** What a record of a call tells of the policy that it changed; request parameters as CloudTrail writes them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyChangeOf } from './policy-change.ts'

const A = '111122223333'
const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] }
const TEXT = JSON.stringify(DOCUMENT)
const READ = `arn:aws:iam::${A}:policy/read`
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab'

const change = (call: string, requestParameters: object, responseElements: object | null = null) => {
  const [service = '', eventName = ''] = call.split(':')
  const eventSource = `${service}.amazonaws.com`
  return policyChangeOf({ eventSource, eventName, awsRegion: 'eu-west-1', requestParameters, responseElements }, A)
}
const SECRET = `arn:aws:secretsmanager:eu-west-1:${A}:secret:db-AbCdEf`

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [call: string, parameters: object, expected: object])[] = [
  ['iam:PutRolePolicy', { roleName: 'app', policyName: 'read', policyDocument: TEXT }, { is: 'text', of: { holder: { kind: 'role', name: 'app' }, name: 'read' }, now: DOCUMENT }],
  ['iam:PutGroupPolicy', { groupName: 'devs', policyName: 'read', policyDocument: encodeURIComponent(TEXT) }, { is: 'text', of: { holder: { kind: 'group', name: 'devs' }, name: 'read' }, now: DOCUMENT }],
  ['iam:DeleteUserPolicy', { userName: 'ann', policyName: 'read' }, { is: 'text', of: { holder: { kind: 'user', name: 'ann' }, name: 'read' }, now: null }],
  ['iam:CreatePolicyVersion', { policyArn: READ, policyDocument: TEXT, setAsDefault: true }, { is: 'text', of: { arn: READ }, now: DOCUMENT }],
  ['iam:CreatePolicy', { policyName: 'read', path: '/ci/', policyDocument: TEXT }, { is: 'text', of: { arn: `arn:aws:iam::${A}:policy/ci/read` }, now: DOCUMENT, version: 'v1' }],
  ['iam:SetDefaultPolicyVersion', { policyArn: READ, versionId: 'v3' }, { is: 'version', of: { arn: READ }, now: 'v3' }],
  ['sqs:SetQueueAttributes', { queueUrl: `https://sqs.eu-west-1.amazonaws.com/${A}/orders`, attributes: { Policy: TEXT, VisibilityTimeout: '30' } }, { is: 'text', of: { resource: `arn:aws:sqs:eu-west-1:${A}:orders` }, now: DOCUMENT }],
  ['sqs:SetQueueAttributes', { queueUrl: `https://eu-west-1.queue.amazonaws.com/${A}/orders.fifo`, attributes: { Policy: '' } }, { is: 'text', of: { resource: `arn:aws:sqs:eu-west-1:${A}:orders.fifo` }, now: null }],
  ['sns:SetTopicAttributes', { topicArn: `arn:aws:sns:eu-west-1:${A}:orders`, attributeName: 'Policy', attributeValue: TEXT }, { is: 'text', of: { resource: `arn:aws:sns:eu-west-1:${A}:orders` }, now: DOCUMENT }],
  ['secretsmanager:PutResourcePolicy', { secretId: SECRET, resourcePolicy: TEXT }, { is: 'text', of: { resource: SECRET }, now: DOCUMENT }],
  ['secretsmanager:DeleteResourcePolicy', { secretId: SECRET }, { is: 'text', of: { resource: SECRET }, now: null }],
  ['iam:UpdateAssumeRolePolicy', { roleName: 'app', policyDocument: TEXT }, { is: 'text', of: { resource: `arn:aws:iam::${A}:role/app` }, now: DOCUMENT }],
  ['iam:AttachRolePolicy', { roleName: 'app', policyArn: READ }, { is: 'attachment', of: { holder: { kind: 'role', name: 'app' }, arn: READ }, now: true }],
  ['iam:DetachUserPolicy', { userName: 'ann', policyArn: READ }, { is: 'attachment', of: { holder: { kind: 'user', name: 'ann' }, arn: READ }, now: false }],
  ['iam:AddUserToGroup', { userName: 'ann', groupName: 'devs' }, { is: 'membership', user: 'ann', group: 'devs', now: true }],
  ['iam:RemoveUserFromGroup', { userName: 'ann', groupName: 'devs' }, { is: 'membership', user: 'ann', group: 'devs', now: false }],
  ['iam:PutRolePermissionsBoundary', { roleName: 'app', permissionsBoundary: READ }, { is: 'boundary', holder: { kind: 'role', name: 'app' }, now: READ }],
  ['iam:DeleteUserPermissionsBoundary', { userName: 'ann' }, { is: 'boundary', holder: { kind: 'user', name: 'ann' }, now: null }],
  ['s3:PutBucketPolicy', { bucketName: 'files', Host: 'files.s3.amazonaws.com', bucketPolicy: DOCUMENT, policy: '' }, { is: 'text', of: { resource: 'arn:aws:s3:::files' }, now: DOCUMENT }],
  ['s3:DeleteBucketPolicy', { bucketName: 'files' }, { is: 'text', of: { resource: 'arn:aws:s3:::files' }, now: null }],
  ['kms:PutKeyPolicy', { keyId: KEY_ID, policyName: 'default', policy: TEXT }, { is: 'text', of: { resource: `arn:aws:kms:eu-west-1:${A}:key/${KEY_ID}` }, now: DOCUMENT }],
  ['organizations:UpdatePolicy', { policyId: 'p-0abc1234', content: TEXT }, { is: 'text', of: { id: 'p-0abc1234' }, now: DOCUMENT }],
  ['organizations:AttachPolicy', { policyId: 'p-0abc1234', targetId: 'r-7c2d' }, { is: 'attachment', of: { id: 'p-0abc1234', target: 'r-7c2d' }, now: true }],
  ['organizations:DetachPolicy', { policyId: 'p-0abc1234', targetId: A }, { is: 'attachment', of: { id: 'p-0abc1234', target: A }, now: false }],
]

for (const [call, parameters, expected] of ROWS)
  test(`${call} tells what is since then`, () => assert.deepEqual(change(call, parameters), expected))

test('what the answer of a call tells is taken from it: the version that was made, the ARN of a secret', () => {
  const made = { policyVersion: { versionId: 'v4', isDefaultVersion: false } }
  assert.deepEqual(
    change('iam:CreatePolicyVersion', { policyArn: READ, policyDocument: TEXT, setAsDefault: false }, made),
    { is: 'text', of: { arn: READ }, now: DOCUMENT, version: 'v4', isKeptBack: true },
  )
  assert.deepEqual(
    change('secretsmanager:PutResourcePolicy', { secretId: 'db', resourcePolicy: TEXT }, { arn: SECRET, name: 'db' }),
    { is: 'text', of: { resource: SECRET }, now: DOCUMENT },
  )
})

test('what a record does not tell whole is no change', () => {
  assert.equal(change('iam:PutRolePolicy', { roleName: 'app', policyName: 'read' }), undefined)
  assert.equal(change('iam:PutRolePolicy', { roleName: 'app', policyName: 'read', policyDocument: '***' }), undefined)
  assert.equal(
    change('iam:CreatePolicyVersion', { policyArn: READ, policyDocument: TEXT, setAsDefault: false }),
    undefined,
    'it is not in force',
  )
  assert.equal(change('kms:PutKeyPolicy', { keyId: 'alias/files', policy: TEXT }), undefined, 'which key is not told')
  const queueUrl = `https://sqs.eu-west-1.amazonaws.com/${A}/orders`
  assert.equal(change('sqs:SetQueueAttributes', { queueUrl, attributes: { DelaySeconds: '1' } }), undefined)
  assert.equal(change('sqs:SetQueueAttributes', { queueUrl: 'orders', attributes: { Policy: TEXT } }), undefined)
  const topic = { topicArn: `arn:aws:sns:eu-west-1:${A}:orders`, attributeName: 'DisplayName', attributeValue: TEXT }
  assert.equal(change('sns:SetTopicAttributes', topic), undefined)
  assert.equal(change('secretsmanager:PutResourcePolicy', { secretId: 'db', resourcePolicy: TEXT }), undefined)
  assert.equal(change('s3:PutObject', { bucketName: 'files' }), undefined)
})

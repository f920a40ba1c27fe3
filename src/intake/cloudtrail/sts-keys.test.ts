import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionsForEvent } from '../event-action/actions.ts'
import { contextOf } from './context.ts'
import { sessionRequestOf } from './session-request.ts'

const ROLE = 'arn:aws:iam::111122223333:role/ci'
const tagged = {
  roleArn: ROLE,
  roleSessionName: 's',
  principalTags: { CostCenter: '24680', Project: 'Pegasus' },
  transitiveTagKeys: ['CostCenter'],
}
const record = (eventName: string, requestParameters: unknown) => ({
  eventSource: 'sts.amazonaws.com',
  eventName,
  requestParameters,
})

for (const operation of ['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'])
  test(`${operation} passes the tags of the token, which need sts:TagSession and mark the session (R-STS-07)`, () => {
    const keys = contextOf(record(operation, tagged), null)
    assert.deepEqual([keys['aws:RequestTag/CostCenter'], keys['aws:RequestTag/Project']], ['24680', 'Pegasus'])
    assert.deepEqual([keys['aws:TagKeys'], keys['sts:TransitiveTagKeys']], [['CostCenter', 'Project'], ['CostCenter']])
    assert.deepEqual(actionsForEvent('sts.amazonaws.com', operation, tagged).actions, [
      `sts:${operation}`,
      'sts:TagSession',
    ])
    assert.deepEqual(sessionRequestOf(record(operation, tagged))?.tags, tagged.principalTags)
  })

test('a call with a token but without tags of it says nothing of tags', () => {
  const keys = contextOf(record('AssumeRoleWithWebIdentity', { roleArn: ROLE, roleSessionName: 's' }), null)
  assert.deepEqual(
    Object.keys(keys).filter((key) => /tag|external/i.test(key)),
    [],
  )
})

test('a mode of a directory bucket session, and a prefix that was sent empty, are keys', () => {
  const asked = (service: string, requestParameters: unknown) =>
    contextOf({ eventSource: `${service}.amazonaws.com`, eventName: 'X', requestParameters }, null)
  assert.equal(asked('s3express', { 'x-amz-create-session-mode': 'ReadOnly' })['s3express:SessionMode'], 'ReadOnly')
  const listed = asked('s3', { bucketName: 'b', prefix: '', delimiter: '/' })
  assert.deepEqual([listed['s3:prefix'], listed['s3:delimiter']], ['', '/'])
  assert.equal(asked('s3', { bucketName: 'b', prefix: [''] })['s3:prefix'], '')
  assert.ok(!('s3:prefix' in asked('s3', { bucketName: 'b' })))
})

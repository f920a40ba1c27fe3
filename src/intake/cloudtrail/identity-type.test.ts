import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextOf } from './context.ts'
import { callerOf } from './who.ts'

const A = '111122223333'
const user = {
  type: 'IAMUser',
  arn: `arn:aws:iam::${A}:user/ann`,
  accountId: A,
  principalId: 'AIDAEXAMPLE',
  userName: 'ann',
}
const session = (more: Record<string, unknown> = {}) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${A}:assumed-role/app/s`,
  accountId: A,
  sessionContext: { attributes: { mfaAuthenticated: 'true', creationDate: '2026-03-01T08:00:00Z' } },
  ...more,
})
const context = (userIdentity: unknown, more: Record<string, unknown> = {}) =>
  contextOf(
    { eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', awsRegion: 'eu-west-1', userIdentity, ...more },
    A,
  )

const VIA = ['aws:ViaAWSService', 'aws:CalledVia', 'aws:CalledViaFirst', 'aws:CalledViaLast', 'kms:ViaService']
const via = (keys: object) => VIA.filter((key) => key in keys)

test('the console of old stands where services stand and is none: it leaves open through what the call came (R-CT-04)', () => {
  for (const invokedBy of ['signin.amazonaws.com', 'console.amazonaws.com']) {
    const keys = context({ ...user, invokedBy }, { sourceIPAddress: '198.51.100.7', userAgent: invokedBy })
    assert.deepEqual(via(keys), [], invokedBy)
    assert.equal(keys['aws:SourceIp'], '198.51.100.7')
  }
  const service = context({ ...user, invokedBy: 'athena.amazonaws.com' }, { sourceIPAddress: 'athena.amazonaws.com' })
  assert.deepEqual(via(service), ['aws:ViaAWSService', 'aws:CalledViaLast', 'kms:ViaService'])
})

test('what a service logs of itself is no call for somebody (R-CT-04)', () => {
  const own = context({ accountId: A, invokedBy: 's3.amazonaws.com' }, { eventSource: 's3.amazonaws.com' })
  assert.deepEqual(via(own), [])
  const copy = {
    type: 'AWSAccount',
    principalId: 'AIDAEXAMPLE',
    accountId: A,
    invokedBy: 'cloudformation.amazonaws.com',
  }
  assert.equal(context(copy)['aws:ViaAWSService'], true)
})

test('IAMUser beside the ARN of a session is that session (R-CT-01)', () => {
  const identity = { ...session(), type: 'IAMUser', principalId: 'AROAEXAMPLE:s' }
  const { principalType, roleArn, sessionName } = callerOf({ userIdentity: identity })
  assert.deepEqual([principalType, roleArn, sessionName], ['assumed-role', `arn:aws:iam::${A}:role/app`, 's'])
  const keys = context(identity, { userAgent: 'tool/1' })
  assert.deepEqual([keys['aws:MultiFactorAuthPresent'], keys['aws:userid']], [null, 'AROAEXAMPLE:s'])
})

test('an agent of the console leaves the MFA key of a role session open (R-CT-02)', () => {
  const agents = [
    'Mozilla/5.0 (X11; Linux x86_64)',
    '[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11.1030]',
    'AWS Internal',
    'aws-internal/3 aws-sdk-java/1.11.1030',
    'AWS-Console-AppRegistry/2',
    'console.ec2.amazonaws.com',
  ]
  for (const userAgent of agents)
    assert.ok(!('aws:MultiFactorAuthPresent' in context(session(), { userAgent })), userAgent)
  assert.ok(
    !('aws:MultiFactorAuthPresent' in context(session({ invokedBy: 'signin.amazonaws.com' }), { userAgent: 'x' })),
  )
  assert.equal(context(session(), { userAgent: 'aws-cli/2.17.60' })['aws:MultiFactorAuthPresent'], null)
})

test('aws:userid is of the form that its kind of caller has, else it was replaced (R-PRIN-01, R-PRIN-08)', () => {
  const federated = { type: 'FederatedUser', arn: `arn:aws:sts::${A}:federated-user/ann`, accountId: A }
  const cases: readonly [identity: object, principalId: string, is: boolean][] = [
    [user, 'AIDAEXAMPLE', true],
    [user, 'AROAEXAMPLE:s', false],
    [user, '1111', false],
    [user, 'EX_PRINCIPAL_ID', false],
    [session(), 'AROAEXAMPLE:ann@example.org', true],
    [session(), 'SAMPLE_PRINCIPAL_ID:ann', false],
    [session(), 'AROAEXAMPLE', false],
    [{ type: 'Root', arn: `arn:aws:iam::${A}:root` }, A, true],
    [federated, `${A}:ann`, true],
    [federated, 'account-ID:ann', false],
  ]
  for (const [identity, principalId, is] of cases)
    assert.equal(context({ ...identity, principalId })['aws:userid'], is ? principalId : undefined, principalId)
})

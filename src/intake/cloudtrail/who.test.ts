import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callerOf } from './who.ts'

const A = '444455556666'
const caller = (userIdentity: unknown, more: Record<string, unknown> = {}) =>
  callerOf({ eventSource: 'x.amazonaws.com', eventName: 'X', awsRegion: 'eu-west-1', userIdentity, ...more })

test('each type of identity gives its principal (R-CT-01)', () => {
  const root = caller({ type: 'Root', arn: `arn:aws:iam::${A}:root`, accountId: A })
  assert.deepEqual([root.principalType, root.principal], ['root', `arn:aws:iam::${A}:root`])
  const user = caller({ type: 'IAMUser', arn: `arn:aws:iam::${A}:user/ops/ann`, accountId: A, userName: 'ann' })
  assert.deepEqual([user.principalType, user.principal, user.roleArn], ['user', `arn:aws:iam::${A}:user/ops/ann`, null])
  const role = caller({ type: 'Role', arn: `arn:aws:iam::${A}:role/svc`, accountId: A })
  assert.deepEqual([role.principalType, role.roleArn], ['role', `arn:aws:iam::${A}:role/svc`])
  const service = caller({ type: 'AWSService', invokedBy: 'delivery.logs.amazonaws.com' })
  assert.deepEqual(
    [service.principalType, service.principal, service.accountId],
    ['service', 'delivery.logs.amazonaws.com', null],
  )
  const directory = caller({ type: 'Directory', userName: 'ann', accountId: A })
  assert.equal(directory.principalType, 'unknown')
  const unknown = caller({ type: 'Unknown' }, { recipientAccountId: A })
  assert.deepEqual([unknown.principalType, unknown.accountId], ['unknown', A])
})

test('the role of a session is its issuer, which has the path; without one the path is open (R-PRIN-03, R-CT-08)', () => {
  const arn = `arn:aws:sts::${A}:assumed-role/deploy/run=1,a@b.c`
  const issuer = { type: 'Role', arn: `arn:aws:iam::${A}:role/ci/x/deploy` }
  const whole = caller({ type: 'AssumedRole', arn, accountId: A, sessionContext: { sessionIssuer: issuer } })
  assert.deepEqual([whole.roleArn, whole.sessionName], [issuer.arn, 'run=1,a@b.c'])
  const trimmed = caller({ type: 'AssumedRole', arn })
  assert.deepEqual([trimmed.roleArn, trimmed.accountId], [`arn:aws:iam::${A}:role/deploy`, A])
  assert.deepEqual(
    trimmed.notes.map(({ code }) => code),
    ['path-unknown'],
  )
})

test('a session without an ARN is put together from issuer and unique id', () => {
  const issuer = { arn: `arn:aws:iam::${A}:role/ci/deploy`, userName: 'deploy' }
  const who = caller({
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:run-1',
    accountId: A,
    sessionContext: { sessionIssuer: issuer },
  })
  assert.deepEqual([who.principal, who.sessionName], [`arn:aws:sts::${A}:assumed-role/deploy/run-1`, 'run-1'])
})

test('the parent of a federated-user session is its issuer, not its name (R-PRIN-10)', () => {
  const arn = `arn:aws:sts::${A}:federated-user/visitor`
  const who = caller({
    type: 'FederatedUser',
    arn,
    accountId: A,
    sessionContext: { sessionIssuer: { type: 'IAMUser', arn: `arn:aws:iam::${A}:user/broker` } },
  })
  assert.deepEqual(
    [who.principal, who.principalType, who.federatedBy],
    [arn, 'federated-user', `arn:aws:iam::${A}:user/broker`],
  )
})

test('callers of AssumeRoleWithWebIdentity and WithSAML are their providers (R-CT-09a, R-CT-07)', () => {
  const provider = `arn:aws:iam::${A}:oidc-provider/oidc.example.org/id/77`
  const named = {
    type: 'WebIdentityUser',
    principalId: `${provider}:sts.amazonaws.com:system:serviceaccount:ns:sa`,
    userName: 'system:serviceaccount:ns:sa',
    identityProvider: provider,
  }
  const web = caller(named, { recipientAccountId: A })
  assert.deepEqual([web.principal, web.principalType, web.accountId], [provider, 'web-identity', A])
  assert.ok(web.notes.some(({ code }) => code === 'account-derived'))
  const fromId = caller({ ...named, identityProvider: undefined })
  assert.equal(fromId.principal, provider)
  const builtIn = caller({ type: 'WebIdentityUser', principalId: 'accounts.google.com:app.example:77', userName: '77' })
  assert.equal(builtIn.principal, 'accounts.google.com')
  const saml = caller(
    { type: 'SAMLUser', principalId: 'q+7=:ann', userName: 'ann', identityProvider: 'q+7=' },
    { requestParameters: { principalArn: `arn:aws:iam::${A}:saml-provider/Idp` } },
  )
  assert.deepEqual([saml.principal, saml.principalType], [`arn:aws:iam::${A}:saml-provider/Idp`, 'saml'])
})

test('anonymous callers of S3 have no account', () => {
  const who = caller({ type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' })
  assert.deepEqual([who.principal, who.principalType, who.accountId], ['anonymous', 'anonymous', null])
})

test('a caller of IAM Identity Center is its user id', () => {
  const who = caller({
    type: 'IdentityCenterUser',
    accountId: A,
    onBehalfOf: { userId: 'u-77', identityStoreArn: `arn:aws:identitystore::${A}:identitystore/d-77` },
  })
  assert.deepEqual([who.principal, who.principalType], ['arn:aws:identitystore:::user/u-77', 'identity-center-user'])
})

test('a masked account is null with a note, a missing identity is nobody (R-MSG-15e)', () => {
  const masked = caller({ type: 'IAMUser', arn: 'arn:aws:iam::****:user/u', accountId: '****' })
  assert.equal(masked.accountId, null)
  assert.deepEqual(
    masked.notes.map(({ code }) => code),
    ['account-masked'],
  )
  const nobody = caller(undefined)
  assert.deepEqual([nobody.principal, nobody.principalType], [null, null])
})

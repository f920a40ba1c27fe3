import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CallerKind, isServiceLinkedRole, readCaller, userName } from './caller.ts'
import type { Request } from './request.ts'

const A = '111122223333'
const read = (principal: string, principalDetails?: Request['principalDetails']) =>
  readCaller({
    principal,
    action: 's3:GetObject',
    resource: '*',
    ...(principalDetails === undefined ? {} : { principalDetails }),
  })

// biome-ignore format: a table is read by its columns
const KINDS: readonly (readonly [principal: string, kind: CallerKind, account: string | undefined])[] = [
  [`arn:aws:iam::${A}:root`,                      'root',              A],
  [A,                                             'unknown',           A],
  [`arn:aws:iam::${A}:user/ann`,                  'user',              A],
  [`arn:aws:iam::${A}:user/team/ann`,             'user',              A],
  [`arn:aws:sts::${A}:assumed-role/app/s1`,       'role-session',      A],
  [`arn:aws:iam::${A}:role/team/app`,             'role-session',      A],
  [`arn:aws:sts::${A}:federated-user/guest`,      'federated-session', A],
  ['cloudtrail.amazonaws.com',                    'service',           undefined],
  ['ec2.amazonaws.com.cn',                        'service',           undefined],
  ['anonymous',                                   'anonymous',         undefined],
  ['*',                                           'anonymous',         undefined],
  [`arn:aws:iam::${A}:oidc-provider/idp.example`, 'identity-provider', undefined],
  [`arn:aws:iam::${A}:saml-provider/corp`,        'identity-provider', undefined],
  ['cognito-identity.amazonaws.com',              'identity-provider', undefined],
  ['accounts.google.com',                         'identity-provider', undefined],
]

describe('who is evaluated (semantics of principal kinds, R-PRIN-01)', () => {
  for (const [principal, kind, account] of KINDS)
    it(`\`${principal}\` is a caller of kind ${kind}`, () => {
      const caller = read(principal)
      assert.equal(caller.kind, kind)
      assert.equal(caller.account, account)
    })

  it('an account id is some principal of the account, the root user only where the details say so (R-PM-03)', () => {
    assert.deepEqual([read(A).kind, read(A).account], ['unknown', A])
    assert.deepEqual(
      [read(A, { type: 'root' }).kind, read(A, { type: 'root' }).arn],
      ['root', `arn:aws:iam::${A}:root`],
    )
  })

  it('a session ARN does not hold the path of its role, so the path is not known (R-PRIN-03)', () => {
    const caller = read(`arn:aws:sts::${A}:assumed-role/app/s1`)
    assert.equal(caller.roleArn, `arn:aws:iam::${A}:role/app`)
    assert.equal(caller.rolePathKnown, false)
    assert.equal(caller.sessionName, 's1')
  })

  it('the role is taken from the details where they give it, path included (R-PRIN-03)', () => {
    const roleArn = `arn:aws:iam::${A}:role/team/app`
    const caller = read(`arn:aws:sts::${A}:assumed-role/app/s1`, { roleArn })
    assert.deepEqual([caller.roleArn, caller.rolePathKnown], [roleArn, true])
  })

  it('a session name may hold an at sign', () =>
    assert.equal(read(`arn:aws:sts::${A}:assumed-role/app/ann@example.com`).sessionName, 'ann@example.com'))

  it('the user name has no path (R-PRIN-01)', () => {
    assert.equal(userName(read(`arn:aws:iam::${A}:user/a/b/ann`)), 'ann')
    assert.equal(userName(read(`arn:aws:sts::${A}:assumed-role/app/ann`)), undefined)
  })

  it('a role under /aws-service-role/ belongs to a service, one of that name elsewhere does not (R-PRIN-09)', () => {
    const session = `arn:aws:sts::${A}:assumed-role/AWSServiceRoleForX/s`
    assert.equal(
      isServiceLinkedRole(
        read(session, { roleArn: `arn:aws:iam::${A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX` }),
      ),
      true,
    )
    assert.equal(
      isServiceLinkedRole(
        read(session, { roleArn: `arn:aws:iam::${A}:role/team/aws-service-role/AWSServiceRoleForX` }),
      ),
      false,
    )
    assert.equal(isServiceLinkedRole(read(`arn:aws:iam::${A}:user/aws-service-role/ann`)), false)
  })

  it('a web identity is not yet a principal, whatever its provider is called (R-STS-10)', () => {
    assert.equal(read('idp.example', { type: 'web-identity' }).kind, 'identity-provider')
    assert.equal(read('corp', { type: 'saml' }).kind, 'identity-provider')
  })

  it('a text that names nobody is a caller that is not known', () => {
    for (const principal of ['', 'ann', 'arn:aws:s3:::bucket', '11112222333'])
      assert.equal(read(principal).kind, 'unknown', principal)
  })

  it('a provider is the caller with nothing of an account, whoever is written down (R-STS-10)', () => {
    for (const type of ['web-identity', 'saml'] as const) {
      const user = `arn:aws:iam::${A}:user/ann`
      const caller = read(user, { type })
      assert.deepEqual([caller.kind, caller.account, caller.federatedBy], ['identity-provider', undefined, user])
      assert.equal(read('idp.example', { type, federatedBy: 'other.example' }).federatedBy, 'other.example')
    }
    const user = read(`arn:aws:iam::${A}:user/ann`, { type: 'user' })
    assert.deepEqual([user.kind, user.account, user.federatedBy], ['user', A, undefined])
  })

  it('what the details call the caller counts only where its text does not say it (R-PRIN-01)', () => {
    const kindOf = (principal: string, type: 'root' | 'service' | 'user') => read(principal, { type }).kind
    assert.equal(kindOf(`arn:aws:iam::${A}:user/ann`, 'root'), 'user')
    assert.equal(kindOf('cloudtrail.amazonaws.com', 'root'), 'service')
    assert.equal(kindOf('anonymous', 'service'), 'anonymous')
    assert.deepEqual([kindOf('somebody', 'service'), kindOf(A, 'service')], ['service', 'unknown'])
    assert.deepEqual([kindOf('somebody', 'root'), kindOf(A, 'user')], ['unknown', 'unknown'])
    assert.equal(kindOf('arn:aws:s3:::bucket', 'service'), 'unknown')
    const root = read(`arn:aws-cn:iam::${A}:root`, { type: 'root' })
    assert.deepEqual([root.kind, root.arn], ['root', `arn:aws-cn:iam::${A}:root`])
  })

  it('a role given by its ARN keeps its path, whatever the details add; without them a user has no role', () => {
    const role = `arn:aws:iam::${A}:role/team/app`
    const caller = read(role, { roleArn: `arn:aws:iam::${A}:role/other` })
    assert.deepEqual([caller.roleArn, caller.rolePathKnown, caller.sessionName], [role, true, undefined])
    const bare = read(`arn:aws:sts::${A}:assumed-role/app`)
    assert.deepEqual([bare.roleArn, bare.sessionName], [`arn:aws:iam::${A}:role/app`, undefined])
    const user = read(`arn:aws:iam::${A}:user/ann`, { userId: 'AIDAANN' })
    assert.deepEqual([user.roleArn, user.rolePathKnown, user.userId], [undefined, false, 'AIDAANN'])
    const session = read(`arn:aws:sts::${A}:assumed-role/app/s1`, { userId: 'AROAAPP:s1' })
    assert.deepEqual([session.roleArn, session.rolePathKnown], [`arn:aws:iam::${A}:role/app`, false])
  })

  it('an ARN of another service, or of another type, names no principal', () => {
    for (const rest of [
      'iam::1:assumed-role/app/s',
      'iam::1:federated-user/x',
      'iam::1:group/g',
      'sts::1:role/app',
      's3::1:user/x',
      'sts::1:oidc-provider/x',
    ])
      assert.equal(read(`arn:aws:${rest}`).kind, 'unknown', rest)
    assert.equal(read('arn:aws:s3:::bucket').account, undefined)
  })

  it('is read without blanks around it, in any letter case where it is anonymous, in its partition', () => {
    assert.deepEqual([read(' anonymous ').kind, read('ANONYMOUS').arn], ['anonymous', 'anonymous'])
    assert.equal(read('x.aws.internal').kind, 'service')
    assert.equal(read(`arn:aws-cn:iam::${A}:user/ann`).partition, 'aws-cn')
    assert.equal(read('anonymous').partition, 'aws')
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readCaller } from './caller.ts'
import {
  type MatchKind,
  matchNotPrincipalAllow,
  matchNotPrincipalDeny,
  matchPrincipal,
  readPrincipalElement,
} from './principal-element.ts'
import { type Readings, withReadings } from './readings.ts'
import type { Request } from './request.ts'
import type { Truth } from './truth.ts'

const A = '111122223333'
const B = '444455556666'
const iam = (rest: string, account = A): string => `arn:aws:iam::${account}:${rest}`
const sts = (rest: string, account = A): string => `arn:aws:sts::${account}:${rest}`
const who = (principal: string, principalDetails?: Request['principalDetails']) =>
  readCaller({
    principal,
    action: 's3:GetObject',
    resource: '*',
    ...(principalDetails === undefined ? {} : { principalDetails }),
  })

const CALLERS = {
  user: who(iam('user/ann'), { userId: 'AIDAANN' }),
  'user without id': who(iam('user/ann')),
  session: who(sts('assumed-role/app/s1'), { roleArn: iam('role/app'), userId: 'AROAAPP:s1' }),
  'session of a path': who(sts('assumed-role/app/s1'), { roleArn: iam('role/team/app') }),
  'session, path not known': who(sts('assumed-role/app/s1')),
  'Identity Center': who(sts('assumed-role/AWSReservedSSO_Admin_0123456789abcdef/s1')),
  'service-linked': who(sts('assumed-role/AWSServiceRoleForSupport/s1')),
  role: who(iam('role/app')),
  root: who(iam('root')),
  federated: who(sts('federated-user/guest'), { federatedBy: iam('user/ann') }),
  'federated, parent not known': who(sts('federated-user/guest')),
  service: who('cloudtrail.amazonaws.com'),
  anonymous: who('anonymous'),
  web: who(iam('oidc-provider/idp.example'), { type: 'web-identity' }),
  'federated by root': who(sts('federated-user/guest'), { federatedBy: iam('root') }),
  'unknown of the account': who(A),
  'unknown of no account': who('somebody'),
} as const
type Name = keyof typeof CALLERS

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [principal: unknown, caller: Name, kind: MatchKind | undefined, matches: Truth, rule: string])[] = [
  ['*',                                      'user',      'any',     true,  'R-PM-01'],
  [{ AWS: '*' },                             'user',      'any',     true,  'R-PM-01'],
  [{ AWS: ['*'] },                           'session',   'any',     true,  'R-PM-01'],
  ['*',                                      'anonymous', 'any',     true,  'R-PM-01, R-PM-13'],
  [{ AWS: '*' },                             'anonymous', 'any',     true,  'R-PM-01'],
  ['*',                                      'service',   'any',     true,  'R-PM-01'],
  [{ AWS: A },                               'anonymous', undefined, false, 'R-PM-13'],
  [{ AWS: A },                               'service',   undefined, false, 'R-PM-13'],
  [{ AWS: A },                               'user',      'account', true,  'R-PM-03'],
  [{ AWS: iam('root') },                     'user',      'account', true,  'R-PM-03'],
  [{ AWS: iam('root') },                     'session',   'account', true,  'R-PM-03, R-PM-15'],
  [{ AWS: A },                               'root',      'account', true,  'R-PM-15'],
  [{ AWS: A },                               'federated', 'account', true,  'R-PM-15'],
  [{ AWS: B },                               'user',      undefined, false, 'R-PM-03'],
  [{ AWS: iam('root', B) },                  'user',      undefined, false, 'R-PM-03'],
  [{ AWS: 'arn:aws-cn:iam::111122223333:root' }, 'user',  undefined, false, 'R-REQ-06'],
  [{ AWS: iam('user/ann') },                 'user',      'user',    true,  'R-PM-05'],
  [{ AWS: iam('user/Ann') },                 'user',      undefined, false, 'R-PM-05'],
  [{ AWS: iam('user/*') },                   'user',      undefined, false, 'R-PM-02'],
  [{ AWS: iam('user/an?') },                 'user',      undefined, false, 'R-PM-02'],
  [{ AWS: iam('group/admins') },             'user',      undefined, false, 'R-PM-07'],
  [iam('user/ann'),                          'user',      undefined, false, 'R-PM-02'],
  [A,                                        'user',      undefined, false, 'R-PM-02'],
  [['*'],                                    'user',      undefined, false, 'R-PM-02'],
  [{ AWS: 'AIDAANN' },                       'user',      'user',    true,  'R-PM-06'],
  [{ AWS: 'AIDAOLD' },                       'user',      undefined, false, 'R-PM-06'],
  [{ AWS: 'AIDAANN' },                       'user without id', 'user', 'unknown', 'R-PM-06'],
  [{ AWS: 'AROAAPP' },                       'session',   'role',    true,  'R-PM-06'],
  [{ AWS: 'AROAOLD' },                       'session',   undefined, false, 'R-PM-06'],
  [{ AWS: 'AROAAPP' },                       'session of a path', 'role', 'unknown', 'R-PM-06'],
  [{ AWS: 'AIDAANN' },                       'session',   undefined, false, 'R-PM-06'],
  [{ AWS: iam('role/app') },                 'session',   'role',    true,  'R-PM-04'],
  [{ AWS: iam('role/app') },                 'role',      'role',    true,  'R-PM-04'],
  [{ AWS: iam('role/app') },                 'session of a path', undefined, false, 'R-PRIN-03'],
  [{ AWS: iam('role/team/app') },            'session of a path', 'role', true, 'R-PRIN-03'],
  [{ AWS: iam('role/team/app') },            'session, path not known', 'role', 'unknown', 'R-PRIN-04'],
  [{ AWS: iam('role/team/other') },          'session, path not known', undefined, false, 'R-PRIN-04'],
  [{ AWS: iam('role/team/APP') },            'session, path not known', 'role', 'unknown', 'R-PM-05'],
  [{ AWS: iam('role/team/app', B) },         'session, path not known', undefined, false, 'R-PRIN-04'],
  [{ AWS: iam('role/AWSReservedSSO_Admin_0123456789abcdef') }, 'Identity Center', undefined, false, 'R-PRIN-07'],
  [{ AWS: iam('role/team/AWSReservedSSO_Admin_0123456789abcdef') }, 'Identity Center', undefined, false, 'R-PRIN-07'],
  [{ AWS: iam('role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef') }, 'Identity Center', 'role', 'unknown', 'R-PRIN-07'],
  [{ AWS: iam('role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef') }, 'Identity Center', 'role', 'unknown', 'R-PRIN-07'],
  [{ AWS: iam('role/AWSServiceRoleForSupport') }, 'service-linked', undefined, false, 'R-PRIN-09'],
  [{ AWS: iam('role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport') }, 'service-linked', 'role', 'unknown', 'R-PRIN-09'],
  [{ AWS: iam('role/*') },                   'session',   undefined, false, 'R-PM-02'],
  [{ AWS: sts('assumed-role/app/s1') },      'session',   'session', true,  'R-PM-04'],
  [{ AWS: sts('assumed-role/app/s2') },      'session',   undefined, false, 'R-PM-04'],
  [{ AWS: sts('assumed-role/app/*') },       'session',   undefined, false, 'R-PM-04'],
  [{ AWS: sts('assumed-role/app/s1') },      'role',      'session', 'unknown', 'R-PM-04'],
  [{ AWS: sts('federated-user/guest') },     'federated', 'session', true,  'R-EVAL-34'],
  [{ AWS: sts('federated-user/other') },     'federated', undefined, false, 'R-EVAL-34'],
  [{ AWS: iam('user/ann') },                 'federated', 'federated-parent', true, 'R-EVAL-35'],
  [{ AWS: iam('user/bob') },                 'federated', undefined, false, 'R-EVAL-35'],
  [{ AWS: iam('user/bob') },                 'federated, parent not known', 'federated-parent', 'unknown', 'R-PRIN-10'],
  [{ AWS: iam('user/bob', B) },              'federated, parent not known', undefined, false, 'R-PRIN-10'],
  [{ AWS: iam('user/ann') },                 'session',   undefined, false, 'R-PM-05'],
  [{ AWS: iam('user/ann') },                 'root',      undefined, false, 'R-PM-05'],
  [{ Service: 'cloudtrail.amazonaws.com' },  'service',   'service', true,  'R-EVAL-37'],
  [{ Service: 'config.amazonaws.com' },      'service',   undefined, false, 'R-PM-08'],
  [{ Service: '*' },                         'service',   undefined, false, 'R-PM-07'],
  [{ Service: '*' },                         'user',      undefined, false, 'R-PM-07'],
  [{ Federated: iam('oidc-provider/idp.example') }, 'web', 'identity-provider', true, 'R-STS-10'],
  [{ Federated: iam('oidc-provider/other.example') }, 'web', undefined, false, 'R-STS-10'],
  [{ AWS: iam('oidc-provider/idp.example') }, 'web',      undefined, false, 'R-STS-10'],
  [{ Federated: 'idp.example' },             'web',       'identity-provider', true, 'R-STS-10'],
  [{ Federated: iam('oidc-provider/idp.example') }, 'user', undefined, false, 'R-STS-10'],
  [{ AWS: iam('role/APP') },                 'session, path not known', 'role', 'unknown', 'R-PM-05'],
  [{ AWS: iam('role/app') },                 'session, path not known', 'role', 'unknown', 'R-UNK-01'],
  [{ AWS: iam('role/APP') },                 'session',   undefined, false, 'R-PM-05'],
  [{ AWS: iam('role/other') },               'session, path not known', undefined, false, 'R-PM-04'],
  [{ AWS: iam('user/app') },                 'session, path not known', undefined, false, 'R-PM-05'],
  [{ AWS: iam('user/team/app') },            'session, path not known', undefined, false, 'R-PM-05'],
  [{ AWS: iam('role/app', B) },              'session',   undefined, false, 'R-PM-04'],
  [{ AWS: sts('assumed-role/other/s1') },    'role',      undefined, false, 'R-PM-04'],
  [{ AWS: sts('assumed-role/app/s1', B) },   'role',      undefined, false, 'R-PM-04'],
  [{ AWS: sts('assumed-role/app/s2') },      'session, path not known', undefined, false, 'R-PM-04'],
  [{ AWS: 'AROAAPP:s1' },                    'session',   undefined, false, 'R-PM-06'],
  [{ AWS: 'AROAAPP' },                       'user',      undefined, false, 'R-PM-06'],
  [{ AWS: 'AIDAANN:x' },                     'federated', undefined, false, 'R-PM-06'],
  [{ AWS: 'AIDAANN' },                       'federated by root', undefined, false, 'R-PM-06'],
  [{ AWS: 'AROAAPP' },                       'federated', undefined, false, 'R-PM-06'],
  [{ AWS: 'AIDAANN' },                       'root',      undefined, false, 'R-PM-06'],
  [{ AWS: iam('root') },                     'federated by root', 'account', true, 'R-PM-15'],
  [{ AWS: iam('user/ann') },                 'federated by root', undefined, false, 'R-EVAL-35'],
  [{ AWS: iam('role/app') },                 'federated, parent not known', undefined, false, 'R-PRIN-10'],
  [{ AWS: sts('assumed-role/app/s1') },      'federated, parent not known', undefined, false, 'R-PRIN-10'],
  [{ CanonicalUser: '79a59df9' },            'user',      'canonical-user', 'unknown', 'R-PM-01'],
  [{ CanonicalUser: '79a59df9' },            'service',   undefined, false, 'R-PM-01'],
  [{ CanonicalUser: '79a59df9' },            'anonymous', undefined, false, 'R-PM-13'],
  [{ CanonicalUser: '79a59df9' },            'unknown of no account', 'canonical-user', 'unknown', 'R-PM-01'],
  [{ AWS: A },                               'unknown of the account', 'account', true, 'R-PM-03'],
  [{ AWS: iam('root') },                     'unknown of the account', 'account', true, 'R-PM-03'],
  [{ AWS: iam('user/ann') },                 'unknown of the account', 'user', 'unknown', 'R-PM-05'],
  [{ AWS: 'AIDAANN' },                       'unknown of the account', 'user', 'unknown', 'R-PM-06'],
  [{ AWS: B },                               'unknown of the account', undefined, false, 'R-PM-03'],
  [{ AWS: iam('role/app', B) },              'unknown of the account', undefined, false, 'R-PM-04'],
  [{ AWS: iam('user/ann') },                 'unknown of no account', 'user', 'unknown', 'R-PM-05'],
  [{ Service: 'config.amazonaws.com' },      'unknown of no account', 'service', 'unknown', 'R-PM-08'],
  [{ Federated: iam('saml-provider/x') },    'unknown of no account', 'identity-provider', 'unknown', 'R-STS-10'],
  [{ AWS: 111122223333 },                    'user',      'account', true,  'R-PM-03'],
  [{ AWS: [111122223333, null] },            'user',      'account', true,  'R-PM-03'],
  [null,                                     'user',      undefined, false, 'R-PM-02'],
  [{ AWS: [] },                              'user',      undefined, false, 'R-GRAM-11'],
  [{},                                       'user',      undefined, false, 'R-GRAM-11'],
  [{ Nobody: A },                            'user',      undefined, false, 'R-GRAM-01'],
]

describe('a Principal element', () => {
  for (const [principal, caller, kind, matches, rule] of ROWS)
    it(`\`${JSON.stringify(principal)}\` ${matches === false ? 'does not reach' : matches === true ? 'reaches' : 'may reach'} the ${caller}${kind === undefined ? '' : ` as ${kind}`} (${rule})`, () => {
      const match = matchPrincipal(readPrincipalElement(principal), { caller: CALLERS[caller] })
      assert.equal(match.matches, matches)
      assert.deepEqual([...match.kinds], kind === undefined ? [] : [[kind, matches]])
    })

  it('compares role names without case under another reading (X-10)', () => {
    const reach = (principal: string, caller: Name) =>
      matchPrincipal(readPrincipalElement({ AWS: principal }, withReadings({ 'case-of-role-names': 'ignored' })), {
        caller: CALLERS[caller],
      }).matches
    assert.equal(reach(iam('role/APP'), 'session'), true)
    assert.equal(reach(iam('role/other'), 'session'), false)
    assert.equal(reach(iam('user/ANN'), 'user'), false)
  })

  it('with several entries of one kind reaches a caller where one of them does', () => {
    const reach = (...names: string[]) =>
      matchPrincipal(readPrincipalElement({ AWS: names }), { caller: CALLERS['user without id'] })
    assert.equal(reach('AIDAOLD', iam('user/ann')).matches, true)
    assert.equal(reach(iam('user/ann'), 'AIDAOLD').matches, true)
    assert.equal(reach('AIDAOLD', iam('user/bob')).matches, 'unknown')
  })

  it('with several entries reaches a caller by each of their kinds', () => {
    const element = readPrincipalElement({ AWS: [A, iam('role/app'), sts('assumed-role/app/s1'), '*'] })
    assert.deepEqual([...matchPrincipal(element, { caller: CALLERS.session }).kinds.keys()].sort(), [
      'account',
      'any',
      'role',
      'session',
    ])
  })

  it('in a gateway endpoint policy an account is its root user only (R-VPCE-04)', () => {
    const element = readPrincipalElement({ AWS: A })
    assert.equal(matchPrincipal(element, { caller: CALLERS.user, accountIsRootOnly: true }).matches, false)
    assert.equal(matchPrincipal(element, { caller: CALLERS.root, accountIsRootOnly: true }).matches, true)
  })

  it('a unique id of a user may be that of the parent of a federated session (R-PM-06, R-EVAL-35)', () => {
    assert.equal(
      matchPrincipal(readPrincipalElement({ AWS: 'AIDAANN' }), { caller: CALLERS.federated }).matches,
      'unknown',
    )
  })
})

describe('a Deny with NotPrincipal spares a caller only if it and every parent are listed (R-PM-09)', () => {
  // biome-ignore format: a table is read by its columns
  const SPARED: readonly (readonly [listed: unknown, caller: Name, reaches: Truth, why: string])[] = [
    [{ AWS: [iam('user/ann'), A] },                                        'user',      false,     'user and account'],
    [{ AWS: iam('user/ann') },                                             'user',      'unknown', 'account missing'],
    [{ AWS: A },                                                           'user',      true,      'user missing'],
    [{ AWS: iam('user/bob') },                                             'user',      true,      'another user'],
    [{ AWS: [sts('assumed-role/app/s1'), iam('role/app'), A] },            'session',   false,     'session, role and account'],
    [{ AWS: [iam('role/app'), A] },                                        'session',   true,      'session missing'],
    [{ AWS: [sts('assumed-role/app/s1'), A] },                             'session',   'unknown', 'role missing'],
    [{ AWS: [sts('assumed-role/app/s1'), iam('role/app')] },               'session',   'unknown', 'account missing'],
    [{ AWS: [sts('assumed-role/app/s2'), iam('role/app'), A] },            'session',   true,      'another session'],
    [{ AWS: [sts('federated-user/guest'), A] },                            'federated', false,     'session and account'],
    [{ AWS: [iam('user/ann'), A] },                                        'federated', true,      'session missing'],
    [{ AWS: A },                                                           'root',      false,     'account'],
    [{ AWS: B },                                                           'root',      true,      'another account'],
    [{ Service: 'cloudtrail.amazonaws.com' },                              'service',   false,     'service'],
    [{ Service: 'config.amazonaws.com' },                                  'service',   true,      'another service'],
    [{ AWS: A },                                                           'anonymous', true,      'an anonymous caller is never listed (R-PM-13)'],
    [{ AWS: iam('user/ann') },                                             'unknown of the account', 'unknown', 'it may be the user'],
    [{ AWS: A },                                                           'unknown of the account', 'unknown', 'it may be listed, too'],
    [{ AWS: B },                                                           'unknown of the account', true, 'another account'],
    [{ Service: 'config.amazonaws.com' },                                  'unknown of no account', 'unknown', 'it may be the service'],
    [{ CanonicalUser: '79a59df9' },                                        'root',      'unknown', 'the id may be that of the account'],
    [{ CanonicalUser: '79a59df9' },                                        'user',      true,      'user missing'],
    [{ AWS: iam('user/ann'), CanonicalUser: '79a59df9' },                  'user',      'unknown', 'the id may be that of the account'],
    [{ Federated: iam('oidc-provider/idp.example') },                      'web',       false,     'provider'],
    [{ Federated: iam('oidc-provider/other.example') },                    'web',       true,      'another provider'],
    ['*',                                                                  'anonymous', false,     'everyone is listed (R-PM-12)'],
    ['*',                                                                  'user',      false,     'everyone is listed (R-PM-12)'],
  ]
  for (const [listed, caller, reaches, why] of SPARED)
    it(`\`${JSON.stringify(listed)}\` ${reaches === true ? 'denies' : reaches === false ? 'spares' : 'may deny'} the ${caller}: ${why}`, () => {
      assert.equal(matchNotPrincipalDeny(readPrincipalElement(listed), { caller: CALLERS[caller] }, false), reaches)
    })

  it('spares whoever is listed in any way, or with every parent alone, under other readings (X-11)', () => {
    const reach = (listed: unknown, caller: Name, spares: Readings['not-principal-spares']) => {
      const element = readPrincipalElement(listed, withReadings({ 'not-principal-spares': spares }))
      return matchNotPrincipalDeny(element, { caller: CALLERS[caller] }, false)
    }
    const both = (listed: unknown, caller: Name) => [
      reach(listed, caller, 'any-listed'),
      reach(listed, caller, 'strict'),
    ]
    assert.deepEqual(both({ AWS: A }, 'user'), [false, true])
    assert.deepEqual(both({ AWS: iam('user/ann') }, 'user'), [false, true])
    assert.deepEqual(both({ AWS: [iam('user/ann'), A] }, 'user'), [false, false])
    assert.deepEqual(both({ AWS: iam('user/bob') }, 'user'), [true, true])
    assert.deepEqual(both({ AWS: [sts('assumed-role/app/s1'), A] }, 'session'), [false, true])
    assert.deepEqual(both({ AWS: [sts('assumed-role/app/s1'), iam('role/app'), A] }, 'role'), [false, 'unknown'])
  })

  it('reaches a federated session by the boundary of its user, and never that of the root user (R-PM-10)', () => {
    const element = readPrincipalElement({ AWS: [sts('federated-user/guest'), A] })
    assert.equal(matchNotPrincipalDeny(element, { caller: CALLERS.federated }, true), true)
    assert.equal(matchNotPrincipalDeny(element, { caller: CALLERS['federated by root'] }, true), false)
    assert.equal(matchNotPrincipalDeny(element, { caller: CALLERS['federated, parent not known'] }, true), true)
  })

  it('reaches every user and role that has a permissions boundary, whoever is listed (R-PM-10)', () => {
    const element = readPrincipalElement({ AWS: [iam('user/ann'), sts('assumed-role/app/s1'), iam('role/app'), A] })
    for (const caller of ['user', 'session'] as const) {
      assert.equal(matchNotPrincipalDeny(element, { caller: CALLERS[caller] }, true), true, caller)
      assert.equal(matchNotPrincipalDeny(element, { caller: CALLERS[caller] }, 'unknown'), 'unknown', caller)
    }
    assert.equal(matchNotPrincipalDeny(element, { caller: CALLERS.root }, true), false, 'root has no boundary')
  })
})

describe('an Allow with NotPrincipal gives everyone who is not listed the access, as `any` (R-PM-11)', () => {
  const reach = (listed: unknown, caller: Name) =>
    matchNotPrincipalAllow(readPrincipalElement(listed), { caller: CALLERS[caller] })

  it('reaches others, anonymous callers included', () => {
    for (const caller of ['session', 'anonymous', 'service'] as const)
      assert.deepEqual([...reach({ AWS: iam('user/ann') }, caller).kinds], [['any', true]], caller)
  })

  it('does not reach who is listed by any entry', () => {
    assert.equal(reach({ AWS: iam('user/ann') }, 'user').matches, false)
    assert.equal(reach({ AWS: A }, 'user').matches, false)
    assert.equal(reach('*', 'anonymous').matches, false, 'R-PM-12')
  })

  it('reaches the principals of accounts as their account, under another reading (R-PM-11)', () => {
    const element = readPrincipalElement(
      { AWS: iam('user/ann') },
      withReadings({ 'allow-with-not-principal': 'as-account' }),
    )
    const kinds = (caller: Name) => [...matchNotPrincipalAllow(element, { caller: CALLERS[caller] }).kinds]
    assert.deepEqual(kinds('session'), [['account', true]])
    assert.deepEqual(kinds('anonymous'), [['any', true]])
    assert.deepEqual(kinds('user'), [])
  })

  it('may reach a caller that may be listed', () =>
    assert.equal(reach({ AWS: iam('role/team/app') }, 'session, path not known').matches, 'unknown'))
})

/** Grants of KMS keys (R-KMS-06, R-KMS-07): for whom, for what, and under which constraints. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from '../evaluate.ts'

const A = '111122223333'
const B = '444455556666'
const USER = `arn:aws:iam::${A}:user/ann`
const ROLE = `arn:aws:iam::${A}:role/app`
const SESSION = `arn:aws:sts::${A}:assumed-role/app/s1`
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k`

const nothing = { name: 'nothing', document: { Version: '2012-10-17', Statement: [] } }

/** No policy allows anything: what is allowed is allowed by a grant. */
function run(grants: unknown, request: Partial<Request> = {}, complete = true) {
  return evaluate({
    request: { principal: USER, action: 'kms:Decrypt', resource: KEY, contextComplete: true, ...request },
    policies: {
      complete,
      serviceControlPolicies: null,
      resourceControlPolicies: null,
      vpcEndpointPolicy: null,
      permissionsBoundary: null,
      sessionPolicies: null,
      identityPolicies: [nothing],
      resourcePolicy: { ...nothing, kind: 'key' },
      ...(grants === undefined ? {} : { serviceGuards: { kmsGrants: grants } }),
    },
    resources: [],
  })
}
const decide = (...args: Parameters<typeof run>) => run(...args).decision
const grant = (GranteePrincipal: unknown, more: object = {}) => [
  { GrantId: 'g', GranteePrincipal, Operations: ['Decrypt'], ...more },
]
const words = (text: string): readonly string[] => text.trim().split(/\s+/)

describe('the operations of a grant', () => {
  // https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations
  const OPERATIONS = words(`Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair
    GenerateDataKeyPairWithoutPlaintext ReEncryptFrom ReEncryptTo Sign Verify GetPublicKey GenerateMac VerifyMac
    DeriveSharedSecret CreateGrant DescribeKey RetireGrant`)
  for (const name of OPERATIONS)
    it(`${name} is granted by its name alone`, () => {
      const action = `kms:${name}`
      assert.equal(decide(grant(USER, { Operations: [name] }), { action }), 'allowed')
      assert.equal(
        decide(grant(USER, { Operations: OPERATIONS.filter((operation) => operation !== name) }), { action }),
        'denied',
      )
    })
  for (const name of words('GetKeyRotationStatus ListGrants RevokeGrant PutKeyPolicy ScheduleKeyDeletion'))
    it(`${name} cannot be granted`, () =>
      assert.equal(decide(grant(USER, { Operations: [name] }), { action: `kms:${name}` }), 'denied'))
  it('may be those of the key that is asked for, where nobody knows which it is (R-REQ-05)', () => {
    const to = (resource: string | null) => decide(undefined, { resource, resourceAccount: A }, false)
    assert.deepEqual([to(null), to(KEY.replace('key/k', 'alias/k'))], ['undetermined', 'undetermined'])
  })
  it('are a list of texts, or none', () => {
    for (const Operations of [undefined, 'Decrypt', [null, 7], []])
      assert.equal(decide(grant(USER, { Operations })), 'denied')
    assert.equal(decide(grant(USER, { Operations: [null, 'Decrypt'] })), 'allowed')
  })
})

describe('a grant that is made by the right of a grant (R-KMS-06)', () => {
  const rightToGrant = grant(USER, { Operations: ['CreateGrant', 'Decrypt'] })
  const making = (context: Request['context'] = {}, contextComplete = true) =>
    run(rightToGrant, { action: 'kms:CreateGrant', context, contextComplete })
  it('cannot be for more operations than that grant', () => {
    assert.equal(making({ 'kms:GrantOperations': ['Decrypt'] }).decision, 'allowed')
    assert.equal(making({ 'kms:GrantOperations': ['CreateGrant', 'decrypt'] }).decision, 'allowed')
    assert.equal(making({ 'kms:GrantOperations': ['Decrypt', 'Encrypt'] }).decision, 'denied')
  })
  it('is open where nobody knows what for, but for a service’s own', () => {
    const got = making({}, false)
    assert.deepEqual(
      [got.decision, got.missing.map(({ fact, kind }) => [fact, kind])],
      ['undetermined', [['kms:GrantOperations', 'context-key']]],
    )
    assert.equal(making({ 'kms:GrantIsForAWSResource': true }, false).decision, 'allowed')
    assert.equal(making({ 'kms:GrantIsForAWSResource': false }, false).decision, 'undetermined')
  })
})

it('a constraint of a kind that we know nothing of leaves a grant open, and is named (R-KMS-06)', () => {
  const SourceArn = `arn:aws:dynamodb:eu-west-1:${A}:table/t`
  for (const action of ['kms:Decrypt', 'kms:DescribeKey']) {
    const Operations = ['Decrypt', 'DescribeKey']
    const got = run(grant(USER, { Operations, Constraints: { SourceArn } }), { action })
    assert.deepEqual(
      [got.decision, got.missing.map(({ fact }) => fact)],
      ['undetermined', ['whether the constraint SourceArn of the grant holds']],
    )
    assert.equal(decide(grant(USER, { Operations, Constraints: { SourceArn: null } }), { action }), 'allowed')
  }
})

describe('the grantee', () => {
  const session = (more: Request['principalDetails'] = { roleArn: ROLE }) => ({
    principal: SESSION,
    principalDetails: more,
  })
  const federated = { principal: `arn:aws:sts::${A}:federated-user/g`, principalDetails: { federatedBy: USER } }
  const someFederated = { principal: `arn:aws:sts::${A}:federated-user/g` }
  const root = { principal: `arn:aws:iam::${A}:root` }
  const unknownPath = { principal: SESSION }
  const roleAlone = { principal: ROLE }
  const SSO = 'AWSReservedSSO_Admin_0123456789abcdef'
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, grantee: unknown, request: Partial<Request>, decision: string])[] = [
    ['the user',                                       USER, {}, 'allowed'],
    ['another user',                                   `${USER}2`, {}, 'denied'],
    ['the role of the session',                        ROLE, session(), 'allowed'],
    ['the session itself',                             SESSION, session(), 'allowed'],
    ['another session of the role',                    `${SESSION}2`, session(), 'denied'],
    ['a session, and which one it is is not known',    SESSION, roleAlone, 'undetermined'],
    ['a session of another role, which one not known', SESSION.replace('app', 'app2'), roleAlone, 'denied'],
    ['the role, called by itself',                     ROLE, roleAlone, 'allowed'],
    ['a role of the same name, path not known',        ROLE, unknownPath, 'undetermined'],
    ['… in other letter case (R-PRIN-03)',             ROLE.replace('app', 'APP'), unknownPath, 'undetermined'],
    ['… under a path',                                 ROLE.replace('app', 'team/app'), unknownPath, 'undetermined'],
    ['… under a path, which is known to be another',   ROLE.replace('app', 'team/app'), session(), 'denied'],
    ['… of another account',                           ROLE.replace(A, B), unknownPath, 'denied'],
    ['a user of that name',                            ROLE.replace('role/', 'user/'), unknownPath, 'denied'],
    ['a role of another name',                         ROLE.replace('app', 'app2'), unknownPath, 'denied'],
    ['the account: its root user',                     A, root, 'allowed'],
    ['the account by its ARN: its root user',          `arn:aws:iam::${A}:root`, root, 'allowed'],
    ['the account: no page says of its users',         `arn:aws:iam::${A}:root`, {}, 'undetermined'],
    ['another account',                                `arn:aws:iam::${B}:root`, {}, 'denied'],
    ['the user who made a federated session',          USER, federated, 'allowed'],
    ['a user who did not',                             `${USER}2`, federated, 'denied'],
    ['a user who may have made a federated session',   USER, someFederated, 'undetermined'],
    ['a user of another account: not',                 USER.replace(A, B), someFederated, 'denied'],
    ['a role, of a federated session',                 ROLE, someFederated, 'denied'],
    ['a role of Identity Center without its path',     ROLE.replace('app', SSO), { principal: SESSION.replace('/app/', `/${SSO}/`) }, 'denied'],
    ['whoever it is that calls',                       USER, { principal: A }, 'undetermined'],
    ['… of another account',                           USER.replace(A, B), { principal: A }, 'denied'],
    ['whoever it is, in whichever account',            USER, { principal: 'somebody', resourceAccount: A }, 'undetermined'],
    ['no text',                                        7, {}, 'denied'],
  ]
  for (const [title, grantee, request, decision] of ROWS)
    it(`${title}: ${decision}`, () => assert.equal(decide(grant(grantee), request), decision))

  it('that may or may not be the caller is the fact to fetch', () => {
    const got = run(grant(ROLE.replace('app', 'team/app')), unknownPath)
    assert.deepEqual(
      got.missing.map(({ fact, kind }) => [fact.includes('role/team/app'), kind]),
      [[true, 'principal']],
    )
  })

  it('is no service and nobody unsigned (R-KMS-06)', () => {
    for (const principal of ['lambda.amazonaws.com', 'anonymous'])
      assert.equal(decide(grant(principal), { principal, resourceAccount: A }), 'denied')
  })
})

describe('several grants', () => {
  it('allow if one does, whatever the others are', () => {
    assert.equal(decide([...grant(USER), ...grant(ROLE)]), 'allowed')
    assert.equal(decide([...grant(ROLE), ...grant(USER)]), 'allowed')
    assert.equal(decide([...grant(A), ...grant(USER)]), 'allowed')
    assert.equal(decide([...grant(USER), ...grant(A)]), 'allowed')
    assert.equal(decide([...grant(A), ...grant(ROLE)]), 'undetermined')
    assert.equal(decide([...grant(ROLE), ...grant(A)]), 'undetermined')
  })
  it('may be none, or no grants at all', () => {
    for (const none of [[], null, [null], ['x']]) assert.equal(decide(none), 'denied', JSON.stringify(none))
  })
  it('leave the decision open while they are not known, and are the fact to fetch', () => {
    const got = run(undefined, {}, false)
    assert.equal(got.decision, 'undetermined')
    assert.ok(got.missing.some(({ fact }) => fact === 'grants of the key'))
    assert.equal(decide(undefined, { action: 'kms:ListGrants' }, false), 'denied', 'no grant is for this')
    assert.equal(decide(undefined, {}), 'denied', 'everything is known, and there is none')
  })
  it('are to one ARN: a pattern is nobody, the role of a session of which only the name is known too', () => {
    for (const principal of [USER, SESSION])
      assert.equal(decide(grant(`arn:aws:iam::${A}:role/*`), { principal }), 'denied')
  })
  it('are of a key: those of an alias are of a key that nobody knows (R-REQ-05, R-KMS-09)', () =>
    assert.equal(decide(grant(USER), { resource: `arn:aws:kms:eu-west-1:${A}:alias/x` }), 'undetermined'))
})

describe('the constraints of a grant', () => {
  const A_IS_B = { 'kms:EncryptionContext:a': 'b' }
  const keys = (...names: string[]) => ({ 'kms:EncryptionContextKeys': names })
  const equal = { EncryptionContextEquals: { a: 'b' } }
  const subset = { EncryptionContextSubset: { a: 'b' } }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, constraints: unknown, context: NonNullable<Request['context']>, decision: string])[] = [
    ['the pair, and it alone',             equal,  { ...A_IS_B, ...keys('a') }, 'allowed'],
    ['the pair, the keys not listed',      equal,  A_IS_B, 'allowed'],
    ['the pair and one more',              equal,  { ...A_IS_B, 'kms:EncryptionContext:c': 'd', ...keys('a', 'c') }, 'denied'],
    ['the pair and one more, not listed',  equal,  { ...A_IS_B, 'kms:EncryptionContext:c': 'd' }, 'denied'],
    ['another value',                      equal,  { 'kms:EncryptionContext:a': 'c', ...keys('a') }, 'denied'],
    ['no encryption context',              equal,  {}, 'denied'],
    ['a part: the pair',                   subset, { ...A_IS_B, ...keys('a') }, 'allowed'],
    ['a part: the pair and one more',      subset, { ...A_IS_B, 'kms:EncryptionContext:c': 'd', ...keys('a', 'c') }, 'allowed'],
    ['a part: another value',              subset, { 'kms:EncryptionContext:a': 'c' }, 'denied'],
    ['a part: absent',                     subset, {}, 'denied'],
    ['two pairs, one of them wrong',       { EncryptionContextSubset: { a: 'b', c: 'd' } }, A_IS_B, 'denied'],
    ['two pairs, both there',              { EncryptionContextSubset: { a: 'b', c: 'd' } }, { ...A_IS_B, 'kms:EncryptionContext:c': 'd' }, 'allowed'],
    ['a value not known',                  subset, { 'kms:EncryptionContext:a': { state: 'present' } }, 'undetermined'],
    ['a key not known',                    subset, { 'kms:EncryptionContext:a': { state: 'unknown' } }, 'undetermined'],
    ['none',                               {},     {}, 'allowed'],
    ['null',                               null,   {}, 'allowed'],
    ['one that is null',                   { EncryptionContextSubset: null }, {}, 'allowed'],
  ]
  for (const [title, Constraints, context, decision] of ROWS)
    it(`${title}: ${decision}`, () => assert.equal(decide(grant(USER, { Constraints }), { context }), decision))

  for (const name of ['DescribeKey', 'RetireGrant'])
    it(`do not bind ${name}`, () =>
      assert.equal(
        decide(grant(USER, { Operations: [name], Constraints: equal }), { action: `kms:${name}` }),
        'allowed',
      ))

  it('are not met while the context may hold more than the request lists', () => {
    const open = (context: NonNullable<Request['context']>) =>
      run(grant(USER, { Constraints: equal }), { context, contextComplete: false }, true)
    const got = open(A_IS_B)
    assert.equal(got.decision, 'undetermined')
    assert.deepEqual(
      got.missing.map(({ fact }) => fact),
      ['kms:EncryptionContextKeys'],
    )
    assert.equal(open({ ...A_IS_B, ...keys('a') }).decision, 'allowed')
    assert.equal(open({ ...A_IS_B, ...keys('a', 'c') }).decision, 'denied')
    assert.equal(open({ ...A_IS_B, 'kms:EncryptionContext:c': 'd' }).decision, 'denied')
    assert.equal(open({ ...A_IS_B, 'kms:EncryptionContextKeys': { state: 'unknown' } }).decision, 'undetermined')
  })

  it('name the key of the request that would decide', () => {
    const got = run(grant(USER, { Constraints: subset }), {
      context: { 'kms:EncryptionContext:a': { state: 'unknown' } },
    })
    assert.deepEqual(
      got.missing.map(({ fact, wouldAllowIf }) => [fact, wouldAllowIf]),
      [['kms:EncryptionContext:a', '= b']],
    )
  })
})

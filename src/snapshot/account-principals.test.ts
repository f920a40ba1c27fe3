import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { principalsOfAccount } from './account-principals.ts'
import { entityOf } from './entities.ts'
import { boundaryOf, identityPoliciesOf } from './principal.ts'
import { hasSingleKeys } from './single-keys.ts'
import { readSnapshot } from './snapshot.ts'

const ACCOUNT = '111122223333'
const FILE = `accounts/${ACCOUNT}/authorization-details.json`
const document = (action: string): object => ({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })
const arn = (name: string): string => `arn:aws:iam::${ACCOUNT}:${name}`

const DETAILS = {
  UserDetailList: [
    {
      UserName: 'ann',
      UserId: 'AIDA1',
      Path: '/team/',
      Arn: arn('user/team/ann'),
      GroupList: ['Readers', 'gone'],
      UserPolicyList: [
        { PolicyName: 'own', PolicyDocument: document('s3:GetObject') },
        { PolicyName: 'text', PolicyDocument: JSON.stringify(document('s3:PutObject')) },
        { PolicyName: 'none' },
      ],
      Tags: [{ Key: 'team', Value: 'x' }],
    },
    { Path: '/' },
  ],
  GroupDetailList: [
    { GroupName: 'readers', GroupPolicyList: [{ PolicyName: 'g', PolicyDocument: document('s3:List*') }] },
  ],
  RoleDetailList: [
    {
      roleName: 'app',
      RoleId: 'AROA1',
      AssumeRolePolicyDocument: document('sts:AssumeRole'),
      RolePolicyList: [],
      AttachedManagedPolicies: [
        { PolicyName: 'p1', PolicyArn: arn('policy/p1') },
        { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
        { PolicyArn: arn('policy/gone') },
      ],
      PermissionsBoundary: { PermissionsBoundaryArn: arn('policy/p1') },
    },
    { RoleName: 'Other', RoleId: 'AROA2' },
  ],
  Policies: [
    {
      Arn: arn('policy/p1'),
      DefaultVersionId: 'v2',
      PolicyVersionList: [
        { VersionId: 'v1', Document: document('s3:Delete*') },
        { VersionId: 'v2', Document: document('s3:*') },
      ],
    },
  ],
}

/** Where statements stand is for citing one; going through all nobody cites. */
const withoutLines = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'lines' ? undefined : inner)))

function assertSame(text: string): void {
  const files = new Map([[FILE, text]])
  const { state, principals } = principalsOfAccount(readSnapshot(files), ACCOUNT)
  assert.equal(state, 'read')
  const snapshot = readSnapshot(files)
  const listed = [...principals]
  assert.deepEqual(
    listed.map(({ kind, arn }) => `${kind} ${arn}`),
    [`user ${arn('user/team/ann')}`, `role ${arn('role/app')}`, `role ${arn('role/Other')}`],
  )
  for (const { kind, arn, entity, identityPolicies, boundary } of listed) {
    const one = entityOf(snapshot, ACCOUNT, kind, arn.slice(arn.lastIndexOf('/') + 1))
    assert.ok(one !== undefined && one !== 'unreadable')
    assert.deepEqual(withoutLines(entity()), withoutLines(one))
    const names = (policies: unknown): unknown =>
      JSON.parse(JSON.stringify(withoutLines(policies)).replaceAll(' (group Readers)', ''))
    assert.deepEqual(names(identityPolicies()), names(identityPoliciesOf(snapshot, one)))
    assert.deepEqual(withoutLines(boundary()), withoutLines(boundaryOf(snapshot, one)))
  }
}

test('principals listed by value are those that are looked up one by one', () => {
  assertSame(JSON.stringify(DETAILS))
  assertSame(JSON.stringify(DETAILS, null, 4))
})

test('the same where white space before a colon makes it look twice', () => {
  assertSame(JSON.stringify(DETAILS, null, 1).replaceAll('":', '" :'))
})

test('an entry in which a key stands twice is there, and nothing is believed of it (R-GRAM-06)', () => {
  const text = JSON.stringify(DETAILS).replace('"RoleId":"AROA1"', '"RoleId":"AROA1","RolePolicyList":[]')
  const { principals } = principalsOfAccount(readSnapshot(new Map([[FILE, text]])), ACCOUNT)
  const role = [...principals].find(({ kind }) => kind === 'role')
  assert.equal(role?.arn, arn('role/app'))
  assert.equal(role.entity(), undefined)
  assert.equal(role.identityPolicies(), undefined)
  assert.equal(role.boundary(), undefined)
})

test('what is missing or broken says so', () => {
  const stateOf = (text?: string): string =>
    principalsOfAccount(readSnapshot(new Map(text === undefined ? [] : [[FILE, text]])), ACCOUNT).state
  assert.equal(stateOf(), 'missing')
  assert.equal(stateOf('{'), 'unreadable')
  assert.equal(stateOf('[]'), 'unreadable')
})

describe('a text is taken for one without repeated keys only if it is one', () => {
  const isSingle = (text: string): boolean => hasSingleKeys(text, JSON.parse(text))
  for (const text of ['{}', '[]', '{"a":{"b":1},"c":[{"a":1},{"a":2}]}', '{"a": "x:y", "b":\n1}', '{"__proto__":1}'])
    test(`single: ${JSON.stringify(text)}`, () => assert.ok(isSingle(text)))
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '{"a":{"b":1,"b":{"c":1}}}',
    '{"a":1, "a" :1}',
    '{"a":"\\":","b":1}',
  ])
    test(`not surely: ${JSON.stringify(text)}`, () => assert.ok(!isSingle(text)))
  test('nesting beyond any policy is not single', () =>
    assert.ok(!isSingle(`${'['.repeat(500)}1${']'.repeat(500)}`.replace('1', '{"a":1}'))))
})

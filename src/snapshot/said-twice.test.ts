/** What a snapshot says twice and differently, or in another form than AWS prints, is not known (docs/snapshot.md). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import { principalsOfAccount } from './account-principals.ts'
import { scenarioOf } from './in-force.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'

const A = '111122223333'
const B = '444455556666'
const statement = (Effect: string, more: object = {}): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action: 's3:*', Resource: '*', ...more }],
})
const ALLOW = statement('Allow')
const DENY = statement('Deny')
const inline = (document: object): object[] => [{ PolicyName: 'p', PolicyDocument: document }]

const role = (document: object, more: object = {}): object => ({
  Path: '/',
  RoleName: 'app',
  Arn: `arn:aws:iam::${A}:role/app`,
  AssumeRolePolicyDocument: statement('Allow', { Principal: { AWS: `arn:aws:iam::${A}:root` }, Resource: undefined }),
  RolePolicyList: inline(document),
  AttachedManagedPolicies: [],
  ...more,
})
const user = (more: object): object => ({
  Path: '/',
  UserName: 'ann',
  Arn: `arn:aws:iam::${A}:user/ann`,
  UserPolicyList: inline(ALLOW),
  AttachedManagedPolicies: [],
  ...more,
})
const bucket = (account: string, policy: object | null): object => ({
  arn: 'arn:aws:s3:::b',
  account,
  kind: 'bucket',
  policy,
})

interface Parts {
  readonly details?: object
  readonly files?: Readonly<Record<string, object>>
}

function snapshotOf({ details = {}, files = {} }: Parts): Snapshot {
  const all = {
    'organization.json': null,
    'meta.json': { coverage: [{ part: `accounts/${A}`, state: 'complete' }] },
    [`accounts/${A}/authorization-details.json`]: {
      UserDetailList: [],
      GroupDetailList: [],
      RoleDetailList: [role(ALLOW)],
      Policies: [],
      ...details,
    },
    [`accounts/${A}/resources/s3/b.json`]: bucket(A, null),
    ...files,
  }
  return readSnapshot(new Map(Object.entries(all).map(([path, value]) => [path, JSON.stringify(value)])))
}

function decisionOf(parts: Parts, principal = 'role/app', more: object = {}): string {
  const asked = {
    principal: `arn:aws:iam::${A}:${principal}`,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    context: { 'aws:SourceVpce': null },
    contextComplete: true,
    ...more,
  }
  const scenario = scenarioOf(snapshotOf(parts), asked)
  return evaluate({ ...scenario, policies: { ...scenario.policies, sessionPolicies: null } }).decision
}

describe('said twice', () => {
  it('a resource is not known where its files differ, in one account or in two', () => {
    assert.equal(decisionOf({}), 'allowed')
    const policy = statement('Deny', { Principal: '*' })
    const second = (account: string, value: object): Parts => ({
      files: { [`accounts/${account}/resources/s3/b2.json`]: value },
    })
    assert.equal(decisionOf(second(A, bucket(A, policy))), 'undetermined')
    assert.equal(decisionOf(second(B, bucket(B, policy))), 'undetermined')
    assert.equal(decisionOf(second(A, bucket(A, null))), 'allowed')
    const attributes = { requesterPays: true }
    assert.equal(decisionOf(second(A, { ...bucket(A, null), attributes })), 'undetermined')
  })

  it('a role, a group or a managed policy is not known where its entries differ', () => {
    assert.equal(decisionOf({ details: { RoleDetailList: [role(ALLOW), role(DENY)] } }), 'undetermined')
    assert.equal(decisionOf({ details: { RoleDetailList: [role(ALLOW), role(ALLOW)] } }), 'allowed')
    const group = (document: object): object => ({ GroupName: 'g', GroupPolicyList: inline(document) })
    const grouped = (...groups: object[]): Parts => ({
      details: { UserDetailList: [user({ GroupList: ['g'] })], GroupDetailList: groups },
    })
    assert.equal(decisionOf(grouped(group(ALLOW)), 'user/ann'), 'allowed')
    assert.equal(decisionOf(grouped(group(ALLOW), group(DENY)), 'user/ann'), 'undetermined')
    const Arn = `arn:aws:iam::${A}:policy/m`
    const managed = (Document: object): object => ({
      Arn,
      PolicyVersionList: [{ IsDefaultVersion: true, Document }],
    })
    const attached = (...policies: object[]): Parts => ({
      details: {
        RoleDetailList: [role(ALLOW, { AttachedManagedPolicies: [{ PolicyArn: Arn }] })],
        Policies: policies,
      },
    })
    assert.equal(decisionOf(attached(managed(ALLOW))), 'allowed')
    assert.equal(decisionOf(attached(managed(DENY), managed(ALLOW))), 'undetermined')
  })

  it('a role is there all the same: its trust policy is not taken for none', () => {
    const assume = { action: 'sts:AssumeRole', resource: `arn:aws:iam::${A}:role/app` }
    const details = {
      RoleDetailList: [role(ALLOW), role(DENY)],
      UserDetailList: [
        user({ UserPolicyList: inline({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }) }),
      ],
    }
    assert.equal(decisionOf({ details }, 'user/ann', assume), 'undetermined')
  })

  it('a question over all principals sees it too', () => {
    const snapshot = snapshotOf({ details: { RoleDetailList: [role(ALLOW), role(DENY)] } })
    const found = [...principalsOfAccount(snapshot, A).principals]
    assert.deepEqual(
      found.map((one) => [one.arn, one.identityPolicies()]),
      [[`arn:aws:iam::${A}:role/app`, undefined]],
    )
  })
})

describe('in another form than AWS prints', () => {
  it('a boundary is there and not known', () => {
    for (const PermissionsBoundary of ['arn:x', {}, []]) {
      const details = { RoleDetailList: [role(ALLOW, { PermissionsBoundary })] }
      assert.equal(decisionOf({ details }), 'undetermined', JSON.stringify(PermissionsBoundary))
      const [one] = principalsOfAccount(snapshotOf({ details }), A).principals
      assert.equal(one?.boundary()?.document, undefined)
      assert.notEqual(one?.boundary(), null)
    }
    assert.equal(decisionOf({ details: { RoleDetailList: [role(ALLOW, { PermissionsBoundary: null })] } }), 'allowed')
  })

  it('groups and policies are there and not known', () => {
    for (const more of [
      { GroupList: 'g' },
      { GroupList: [{ GroupName: 'g' }] },
      { AttachedManagedPolicies: 'arn:x' },
      { AttachedManagedPolicies: {} },
      { UserPolicyList: { PolicyName: 'p' } },
    ]) {
      const details = { UserDetailList: [user(more)] }
      const decision = decisionOf({ details }, 'user/ann')
      assert.equal(decision, 'undetermined', JSON.stringify(more))
      const [one] = principalsOfAccount(snapshotOf({ details }), A).principals
      assert.ok(
        one?.identityPolicies()?.some(({ document }) => document === undefined),
        JSON.stringify(more),
      )
    }
    for (const more of [{}, { GroupList: null }, { GroupList: [], AttachedManagedPolicies: null }])
      assert.equal(decisionOf({ details: { UserDetailList: [user(more)] } }, 'user/ann'), 'allowed')
  })
})

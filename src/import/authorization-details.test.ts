import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { entityOf } from '#snapshot/entities.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { partState, readSnapshot } from '#snapshot/snapshot.ts'
import { importAuthorizationDetails } from './authorization-details.ts'
import { isImported, type Imported } from './imported.ts'

const A = '111122223333'
const user = (name: string, account = A) => ({
  Path: '/',
  UserName: name,
  Arn: `arn:aws:iam::${account}:user/${name}`,
  UserPolicyList: [],
  AttachedManagedPolicies: [],
  GroupList: [],
})
const DETAILS = { UserDetailList: [user('ann')], GroupDetailList: [], RoleDetailList: [], Policies: [] }

function imported(value: unknown, text = JSON.stringify(value), options = {}): Imported {
  const result = importAuthorizationDetails(value, text, options)
  assert.ok(isImported(result), JSON.stringify(result))
  return result
}

describe('get-account-authorization-details alone', () => {
  it('goes in as it was printed, to the last character', () => {
    const text = ` ${JSON.stringify(DETAILS, null, 3)}\n\n`
    const { files } = imported(DETAILS, text)
    assert.equal(files.get(`accounts/${A}/authorization-details.json`), text)
  })

  it('is complete with all four lists: who is not in it does not exist, and its boundary and policies are none', () => {
    const snapshot = readSnapshot(imported(DETAILS).files)
    assert.equal(partState(snapshot, `accounts/${A}/authorization-details.json`), 'complete')
    const asked = { principal: `arn:aws:iam::${A}:user/ann`, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }
    const { policies } = policiesInForce(snapshot, asked)
    assert.deepEqual([policies.identityPolicies, policies.permissionsBoundary], [[], null])
    assert.deepEqual([policies.serviceControlPolicies, policies.resourcePolicy], [undefined, undefined])
  })

  it('is partial where a list was filtered out or the last page is missing, and says which', () => {
    const { Policies: _, ...filtered } = DETAILS
    for (const [value, where] of [
      [filtered, 'Policies'],
      [{ ...DETAILS, IsTruncated: true, Marker: 'x' }, 'IsTruncated'],
      // The next page is that of another account, which is whole.
      [
        [
          { ...DETAILS, IsTruncated: true },
          { ...DETAILS, UserDetailList: [user('bob', '444455556666')] },
        ],
        'IsTruncated',
      ],
    ] as const) {
      const result = imported(value)
      assert.deepEqual(
        result.unread.map((one) => one.where),
        [where],
      )
      assert.equal(partState(readSnapshot(result.files), `accounts/${A}/authorization-details.json`), 'partial')
    }
  })

  it('says in meta.json that the users and roles of the account are not all there, and why', () => {
    const why = (value: unknown): unknown => {
      const result = importAuthorizationDetails(value, JSON.stringify(value), {})
      assert.ok(isImported(result))
      const { coverage } = JSON.parse(result.files.get('meta.json') ?? '') as {
        coverage: readonly { readonly part: string }[]
      }
      return coverage.find(({ part }) => part.endsWith('/authorization-details.json'))
    }
    const part = 'accounts/111122223333/authorization-details.json'
    const [whole, cut, filtered] = [
      DETAILS,
      { ...DETAILS, IsTruncated: true },
      { ...DETAILS, Policies: undefined },
    ].map(why)
    assert.deepEqual(whole, { part, state: 'complete', why: 'all four lists, to the last page' })
    assert.deepEqual(cut, {
      part,
      state: 'partial',
      why: 'the output ends before its last page: get the rest with `--marker`',
    })
    assert.deepEqual(filtered, { part, state: 'partial', why: 'the output was filtered: without Policies' })
  })

  it('is complete where each page that goes on has the next behind it', () => {
    const pages = [
      { ...DETAILS, IsTruncated: true },
      { ...DETAILS, UserDetailList: [user('bob')], IsTruncated: false },
    ]
    const snapshot = readSnapshot(imported(pages).files)
    assert.equal(partState(snapshot, `accounts/${A}/authorization-details.json`), 'complete')
  })

  it('takes pages as a list, and one file of two accounts apart', () => {
    const pages = [
      { UserDetailList: [user('ann')], GroupDetailList: [], RoleDetailList: [], Policies: [], IsTruncated: true },
      { UserDetailList: [user('bob', '444455556666')], GroupDetailList: [], RoleDetailList: [], Policies: [] },
    ]
    const snapshot = readSnapshot(imported(pages).files)
    assert.equal((entityOf(snapshot, A, 'user', 'ann') as { name: string }).name, 'ann')
    assert.equal((entityOf(snapshot, '444455556666', 'user', 'bob') as { name: string }).name, 'bob')
    assert.equal(entityOf(snapshot, A, 'user', 'bob'), undefined)
  })

  it('is refused where it is another file, names no account, or has a key twice that a merge would lose', () => {
    const problemOf = (value: unknown, text = JSON.stringify(value)): unknown => {
      const result = importAuthorizationDetails(value, text)
      return isImported(result) ? undefined : result.problem
    }
    assert.ok(String(problemOf({ Resources: {} })).includes('none of its lists'))
    assert.ok(String(problemOf({ UserDetailList: [] })).includes('names an account'))
    assert.ok(String(problemOf([DETAILS, DETAILS], `[{"a":1,"a":2}]`)).includes('twice'))
  })
})

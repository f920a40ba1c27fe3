import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compareSnapshots } from '#prove/compare-snapshots.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'

const A = '111122223333'
const B = '444455556666'
const ROLE = `arn:aws:iam::${A}:role/reader`
const KEY = `arn:aws:kms:us-east-1:${A}:key/k`

type Statement = Readonly<Record<string, unknown>>
const document = (...Statement: readonly Statement[]): object => ({ Version: '2012-10-17', Statement })
const allow = (Action: string, Resource: string): Statement => ({ Effect: 'Allow', Action, Resource })

/** A role of one account, a key beside it, and a bucket of another account whose policy lets the first account in. */
function snapshot(...identity: readonly Statement[]): Snapshot {
  const role = {
    RoleName: 'reader',
    Arn: ROLE,
    Path: '/',
    RoleId: 'AROAREADER',
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
    RolePolicyList: [{ PolicyName: 'own', PolicyDocument: document(...identity) }],
    AttachedManagedPolicies: [],
    InstanceProfileList: [],
    Tags: [],
  }
  const lists = { UserDetailList: [], GroupDetailList: [], Policies: [] }
  const root = { AWS: `arn:aws:iam::${A}:root` }
  const files: Record<string, unknown> = {
    'meta.json': { collectedAt: '2026-11-24T00:00:00Z', tool: 't', coverage: [{ part: '', state: 'complete' }] },
    'organization.json': null,
    [`accounts/${A}/authorization-details.json`]: { ...lists, RoleDetailList: [role] },
    [`accounts/${A}/resources/kms/k.json`]: {
      arn: KEY,
      account: A,
      kind: 'key',
      policy: document({ Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' }),
      attributes: {},
    },
    [`accounts/${B}/authorization-details.json`]: { ...lists, RoleDetailList: [] },
    [`accounts/${B}/resources/s3/shared.json`]: {
      arn: 'arn:aws:s3:::shared',
      account: B,
      kind: 'bucket',
      policy: document({ Effect: 'Allow', Principal: root, Action: 's3:GetObject', Resource: 'arn:aws:s3:::shared/*' }),
      attributes: {},
    },
  }
  return readSnapshot(new Map(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)])))
}

/** New access needs both: what changed with the role, and what did not change with the resource. */
describe('a role that is allowed more is compared where the policies of resources let it in', () => {
  const rows: readonly (readonly [string, readonly Statement[], string])[] = [
    [
      'an object of another account whose bucket lets the account in',
      [allow('s3:GetObject', 'arn:aws:s3:::shared/*')],
      'some',
    ],
    ['a key that leaves it to the account', [allow('kms:Decrypt', KEY)], 'some'],
    ['nothing more than before', [], 'none'],
  ]
  for (const [what, more, expected] of rows)
    test(what, () => {
      const was = allow('sqs:SendMessage', `arn:aws:sqs:us-east-1:${A}:q`)
      const { newAccess } = compareSnapshots(snapshot(was), snapshot(was, ...more))
      assert.equal(newAccess, expected)
    })

  test('a role that it may assume is not settled without the trust policy', () => {
    const { newAccess, reason } = compareSnapshots(
      snapshot(),
      snapshot(allow('sts:AssumeRole', `arn:aws:iam::${B}:role/x`)),
    )
    assert.notEqual(newAccess, 'none', reason)
  })
})

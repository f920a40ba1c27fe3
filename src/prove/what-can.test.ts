import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSnapshot } from '#snapshot/snapshot.ts'
import type { AccessSet } from '#space/access-set.ts'
import { whatCan } from './what-can.ts'

const ACCOUNT = '111122223333'
const USER = `arn:aws:iam::${ACCOUNT}:user/alice`

/** What a user may do whose only policy allows the actions on every resource. */
function setsOf(...Action: readonly string[]): readonly AccessSet[] {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }
  const user = {
    UserName: 'alice',
    Arn: USER,
    Path: '/',
    UserId: 'AIDAALICE',
    UserPolicyList: [{ PolicyName: 'own', PolicyDocument: document }],
    GroupList: [],
    AttachedManagedPolicies: [],
  }
  const details = { UserDetailList: [user], GroupDetailList: [], RoleDetailList: [], Policies: [] }
  const files = {
    'organization.json': 'null',
    [`accounts/${ACCOUNT}/authorization-details.json`]: JSON.stringify(details),
  }
  const answer = whatCan(readSnapshot(new Map(Object.entries(files))), USER, { managedPolicies: () => undefined })
  return answer?.access ?? []
}

// R-REQ-04: no pattern of an ARN covers an action that has no resource; these do not say whose a resource is (R-CTX-03).
test('actions without a resource are told on `*` where the ARNs of the others are held to the account', () => {
  const [only, ...none] = setsOf('macie2:AcceptInvitation')
  assert.deepEqual([only?.actions, only?.resources, none], [['macie2:AcceptInvitation'], ['*'], []])
  const [without, ofAccount, ...more] = setsOf('macie2:AcceptInvitation', 'ebs:GetSnapshotBlock')
  assert.deepEqual([without?.actions, without?.resources], [['macie2:AcceptInvitation'], ['*']])
  assert.ok(ofAccount?.actions.includes('ebs:GetSnapshotBlock'))
  assert.deepEqual(ofAccount?.resources, [`arn:*:*:*:${ACCOUNT}:*`, 'arn:*:*:*::*'])
  assert.deepEqual(more, [])
})

test('actions without a resource are told on `*` beside others of which the account is a condition', () => {
  const sets = setsOf('ec2:Describe*')
  assert.ok(sets.some(({ actions, resources }) => actions.includes('ec2:Describe*') && resources.includes('*')))
})

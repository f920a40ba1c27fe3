/** What lets a principal in beside every policy: a grant of a key (R-KMS-06), an ACL (R-S3-04). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { whatCan } from '#prove/what-can.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { roleDetails } from './role-details.ts'

const [HOME, OTHER] = ['111122223333', '444455556666']
const ROLE = `arn:aws:iam::${HOME}:role/app`
const KEY = `arn:aws:kms:us-east-1:${OTHER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const OPEN = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
}

interface Held {
  readonly arn: string
  readonly kind: string
  readonly attributes: object
}

function answerOf(resource: Held, told: 'access' | 'undetermined' = 'access') {
  const own = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::open/*' }
  const nobody = JSON.stringify({ UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] })
  const files = {
    'organization.json': 'null',
    [`accounts/${HOME}/authorization-details.json`]: roleDetails(ROLE, [own]),
    [`accounts/${OTHER}/authorization-details.json`]: nobody,
    [`accounts/${OTHER}/resources/x/one.json`]: JSON.stringify({ account: OTHER, policy: null, ...resource }),
  }
  const answer = whatCan(readSnapshot(new Map(Object.entries(files))), ROLE, { managedPolicies: managedPolicyByArn })
  return answer?.[told]
    .filter(({ resources }) => resources.some((one) => one.startsWith(resource.arn)))
    .filter(({ conditions }) => conditions.length === 0)
    .map(({ actions, resources }) => ({ actions, resources }))
}

test('a grant of another account’s key is what its grantee can', () => {
  const key = (GranteePrincipal: string) =>
    answerOf({
      arn: KEY,
      kind: 'key',
      attributes: { kmsGrants: [{ GranteePrincipal, Operations: ['Decrypt', 'DescribeKey'] }] },
    })
  assert.deepEqual(key(ROLE), [{ actions: ['kms:Decrypt', 'kms:DescribeKey'], resources: [KEY] }])
  assert.deepEqual(key(`arn:aws:iam::${HOME}:role/another`), [])
  assert.deepEqual(key(`arn:aws:iam::${OTHER}:role/app`), [])
})

test('so is what the ACL of an object gives everyone, where the own policy allows it', () => {
  const bucket = (uri: string, told?: 'undetermined', payer: object = { requesterPays: false }) =>
    answerOf(
      {
        arn: 'arn:aws:s3:::open',
        kind: 'bucket',
        attributes: {
          objectOwnership: 'ObjectWriter',
          blockPublicAccess: OPEN,
          accountBlockPublicAccess: OPEN,
          objectAcl: { Grants: [{ Grantee: { Type: 'Group', URI: uri }, Permission: 'READ' }] },
          ...payer,
        },
      },
      told,
    )
  const everyone = 'http://acs.amazonaws.com/groups/global/AllUsers'
  assert.deepEqual(bucket(everyone), [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::open/*'] }])
  assert.deepEqual(bucket('http://acs.amazonaws.com/groups/s3/LogDelivery'), [])
  // R-S3-09: a bucket of which nobody says who pays may serve other accounts only where they say that they do.
  assert.deepEqual(bucket(everyone, undefined, {}), [])
  assert.deepEqual(bucket(everyone, 'undetermined', {}), [
    { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::open/*'] },
  ])
})

// R-S3-04: an ACL names an account by its canonical id, of which no snapshot says whose it is, but for the owner's.
test('an ACL that names an account by an id that nobody knows may let in, that of the owner lets no other in', () => {
  const [known, unknown] = ['a'.repeat(64), 'b'.repeat(64)]
  const bucket = (ID: string, told: 'access' | 'undetermined') =>
    answerOf(
      {
        arn: 'arn:aws:s3:::open',
        kind: 'bucket',
        attributes: {
          objectOwnership: 'ObjectWriter',
          objectOwner: OTHER,
          blockPublicAccess: OPEN,
          accountBlockPublicAccess: OPEN,
          objectAcl: { Owner: { ID: known }, Grants: [{ Grantee: { Type: 'CanonicalUser', ID }, Permission: 'READ' }] },
        },
      },
      told,
    )
  assert.deepEqual(bucket(unknown, 'access'), [])
  assert.deepEqual(bucket(unknown, 'undetermined'), [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::open/*'] }])
  assert.deepEqual(bucket(known, 'undetermined'), [])
  assert.deepEqual(bucket(known, 'access'), [])
})

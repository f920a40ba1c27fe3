/** A fact that nobody told has one value for every condition that asks for it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { whoCan } from '#prove/who-can.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { roleDetails } from './role-details.ts'

const [HOME, OTHER] = ['111122223333', '444455556666']

const allowFor = (organization: string, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } },
      ...more,
    },
  ],
})

/** Of a role in one account and a bucket in another, whose organizations are not known. */
function decision(own: string, ofBucket: string): string | undefined {
  const role = `arn:aws:iam::${HOME}:role/app`
  const bucket = {
    arn: 'arn:aws:s3:::artifacts',
    account: OTHER,
    kind: 'bucket',
    policy: allowFor(ofBucket, { Principal: '*' }),
    attributes: { objectOwnership: 'BucketOwnerEnforced' },
  }
  const files = new Map([
    [`accounts/${HOME}/authorization-details.json`, roleDetails(role, allowFor(own).Statement)],
    [`accounts/${OTHER}/resources/s3/artifacts.json`, JSON.stringify(bucket)],
  ])
  const asked = { action: 's3:GetObject', resource: 'arn:aws:s3:::artifacts/a' }
  const { principals } = whoCan(readSnapshot(files), asked, { managedPolicies: managedPolicyByArn, all: true })
  return principals.find(({ principal }) => principal === role)?.decision
}

test('two conditions on an organization that is not known may exclude each other', () => {
  assert.equal(decision('o-1', 'o-2'), 'denied')
  assert.equal(decision('o-1', 'o-1'), 'undetermined')
})

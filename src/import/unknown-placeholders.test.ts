import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unknownPlaceholders } from './unknown-placeholders.ts'
import { documentOf } from './policy-document.ts'
import { unknown } from './unknown.ts'

const allow = (more: object): object => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more })
const document = (...Statement: readonly object[]): unknown => documentOf({ Version: '2012-10-17', Statement }, 'label')

test('what a policy leaves open is told with the thing that it is of', () => {
  const role = {
    Arn: 'arn:aws:iam::111122223333:role/r',
    RoleName: 'r',
    RolePolicyList: [
      { PolicyName: 'whole', PolicyDocument: document(allow({})) },
      { PolicyName: 'part', PolicyDocument: document(allow({ Resource: unknown('aws_s3_bucket.b.arn') })) },
      { PolicyName: 'effect', PolicyDocument: document(allow({ Sid: 'X', Effect: unknown('the condition C') })) },
    ],
  }
  const bucket = { arn: 'arn:aws:s3:::b', policy: documentOf(unknown('aws_s3_bucket_policy.b.policy'), 'b') }
  const files = new Map([
    ['accounts/111122223333/authorization-details.json', JSON.stringify({ RoleDetailList: [role] })],
    ['accounts/111122223333/resources/s3/b.json', JSON.stringify(bucket)],
    ['organization.json', 'null'],
  ])
  assert.deepEqual(unknownPlaceholders(files), [
    { where: 'arn:aws:iam::111122223333:role/r, part', why: 'aws_s3_bucket.b.arn is not known' },
    { where: 'arn:aws:iam::111122223333:role/r, effect', why: 'Effect of statement `X`, the condition C is not known' },
    { where: 'arn:aws:s3:::b', why: 'aws_s3_bucket_policy.b.policy is not known' },
  ])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnknownPolicyArn, unknownPolicyArn } from './draft.ts'

test('what stands for an unknown policy has a name that says what is not known', () => {
  const arn = unknownPolicyArn('111122223333', 'policies of arn:aws:iam::111122223333:role/ci/app that nobody gave')
  assert.equal(arn.slice(arn.lastIndexOf('/') + 1), '(not known: policies of app that nobody gave)')
  assert.ok(isUnknownPolicyArn(arn))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnknownPolicyArn, unknownPolicyArn } from './draft.ts'
import { sealed } from './seal.ts'

test('what stands for an unknown policy has a name that says what is not known', () => {
  const arn = unknownPolicyArn('111122223333', 'policies of arn:aws:iam::111122223333:role/ci/app that nobody gave')
  assert.equal(arn.slice(arn.lastIndexOf('/') + 1), '(not known: policies of app that nobody gave)')
  assert.ok(isUnknownPolicyArn(arn))
})

test('what is said of an unknown policy stands behind the words, however many they are', () => {
  const [one, other] = ['a', 'b'].map((said) => unknownPolicyArn('111122223333', sealed('word '.repeat(100), said)))
  assert.match(one ?? '', / #[0-9a-f]{12}\)$/)
  assert.notEqual(one, other)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from './evaluate.ts'
import { furtherPolicies, isFurther } from './further-policies.ts'
import type { Scenario } from './scenario.ts'

test('a policy that stands for those that nobody gave is known by its name', () => {
  assert.equal(isFurther(furtherPolicies('identity policies').name), true)
  assert.equal(isFurther('deploy'), false)
})

test('a policy without name and document is unknown, and ends nothing', () => {
  const scenario = {
    request: { principal: 'arn:aws:iam::111122223333:user/ann', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
    policies: { complete: true, identityPolicies: [{}] },
  } as unknown as Scenario
  assert.equal(evaluate(scenario).decision, 'undetermined')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import { newCachingEvaluator } from '#engine/caching-evaluator.ts'
import { grantGoalOf } from './grant-goal.ts'

const GLUE = 'arn:aws:glue:us-east-1:111122223333'
const scenario: Scenario = {
  request: { principal: 'arn:aws:iam::111122223333:user/ann', action: 'glue:GetTable', resource: `${GLUE}:table/db/t` },
  policies: {
    complete: true,
    identityPolicies: [
      {
        name: 'own',
        document: { Statement: { Effect: 'Allow', Action: 'glue:GetTable', Resource: `${GLUE}:table/db/t` } },
      },
    ],
  },
}

test('what a table lies in is wanted with it, so that one statement grants all (R-OTH-08)', () => {
  const wanted = grantGoalOf(0, scenario, 'exact', newCachingEvaluator(undefined))
  assert.deepEqual(
    wanted?.resources,
    ['table/db/t', 'database/db', 'catalog'].map((name) => `${GLUE}:${name}`),
  )
  assert.equal(wanted?.input.resource.kind === 'arn' && wanted.input.resource.arn, `${GLUE}:database/db`)
})
const makesGrant = (context: Readonly<Record<string, string | null>>): Scenario => ({
  request: {
    principal: 'arn:aws:iam::111122223333:user/ann',
    action: 'kms:CreateGrant',
    resource: 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    context,
  },
  policies: { complete: true, identityPolicies: [] },
})

test('a grant on a key is wanted for services alone, unless the caller makes it itself (R-KMS-08)', () => {
  const conditionsFor = (context: Readonly<Record<string, string | null>>) =>
    grantGoalOf(0, makesGrant(context), 'exact', newCachingEvaluator(undefined))?.conditions
  assert.deepEqual(conditionsFor({}), { Bool: { 'kms:GrantIsForAWSResource': 'true' } })
  assert.deepEqual(conditionsFor({ 'kms:ViaService': null }), {})
  assert.deepEqual(conditionsFor({ 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' }), {
    StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' },
  })
})

/** A scenario may name two policies alike, which no account can: a fix of one leaves the other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { fixesOf, onPaper } from './on-paper.ts'

const policy = (...Statement: readonly object[]) => ({ name: 'deploy', document: { Version: '2012-10-17', Statement } })
const any = { Effect: 'Allow', Action: '*', Resource: '*' }
const deny = { Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }

test('two policies of one name are each mended in their own document', () => {
  const scenario: Scenario = {
    request: {
      principal: 'arn:aws:iam::111122223333:user/ann',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::artifacts/a',
      resourceAccount: '111122223333',
    },
    policies: { complete: true, identityPolicies: [policy(any, deny), policy(any, any, deny)] },
  }
  const fixes = fixesOf(scenario)
  assert.ok(fixes.length > 0)
  for (const fix of fixes) assert.equal(evaluate(onPaper(scenario, fix)).decision, 'allowed', fix.id)
  const [first] = fixes.filter(({ changes }) => changes.some(({ kind }) => kind === 'edit-policy'))
  assert.deepEqual(
    first?.changes.map(({ patch }) => patch.map(({ path }) => path.split('/').slice(0, 3).join('/'))),
    [['/Statement/1'], ['/Statement/2']],
  )
})

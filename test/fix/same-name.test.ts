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

// R-VAR-03: a star of a name is written `${*}`, which a policy of an older version takes for what it is.
test('a name with wildcards is allowed by itself, whatever version the policy has', () => {
  const request = {
    principal: 'arn:aws:iam::111122223333:user/ann',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/a*b?c${aws:username}',
    resourceAccount: '111122223333',
  }
  const put = (Resource: string) => ({ Effect: 'Allow', Action: 's3:PutObject', Resource })
  const documents = [
    { Statement: [put('*')] },
    { Version: '2008-10-17', Statement: [put('*')] },
    { Version: '2008-10-17', Statement: [put('arn:aws:s3:::b/${aws:username}')] },
  ]
  for (const document of documents) {
    const scenario: Scenario = {
      request,
      policies: { complete: true, identityPolicies: [{ name: 'own', document }] },
    }
    const [exact] = fixesOf(scenario).filter(({ scope }) => scope === 'exact')
    assert.ok(exact !== undefined, JSON.stringify(document))
    const after = onPaper(scenario, exact)
    const on = (resource: string): string => evaluate({ ...after, request: { ...request, resource } }).decision
    assert.equal(on(request.resource), 'allowed')
    assert.equal(on('arn:aws:s3:::b/aXbXcann'), 'denied')
    assert.equal(
      evaluate({ ...after, request: { ...request, action: 's3:PutObject', resource: 'arn:aws:s3:::b/ann' } }).decision,
      evaluate({ ...scenario, request: { ...request, action: 's3:PutObject', resource: 'arn:aws:s3:::b/ann' } })
        .decision,
    )
  }
})

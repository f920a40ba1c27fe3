/** Actions that only work together are granted together, in the place where the denied one is granted (R-ADV-14). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'
import { freshAllows } from './on-paper.ts'

const A = '444455556666'
const ROLE = `arn:aws:iam::${A}:role/worker`
const SESSION = `arn:aws:sts::${A}:assumed-role/worker/s`
const queue = (name: string): string => `arn:aws:sqs:us-east-1:${A}:${name}`
const KEY = `arn:aws:kms:us-east-1:${A}:key/11111111-2222-3333-4444-555555555555`
const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

const textOf = (action: string, resource: string, operation: string): string =>
  `An error occurred (AccessDenied) when calling the ${operation} operation: User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

function firstFix(action: string, resource: string, operation: string, statements?: readonly object[]) {
  const scenario: Scenario | undefined =
    statements === undefined
      ? undefined
      : {
          request: {
            principal: SESSION,
            principalDetails: { roleArn: ROLE },
            action,
            resource,
            resourceAccount: A,
            contextComplete: true,
          },
          policies: {
            complete: true,
            identityPolicies: [{ name: 'own', document: { Version: '2012-10-17', Statement: statements } }],
            ...(action.startsWith('kms:') ? { resourcePolicy: ACCOUNT_KEY } : {}),
          },
          organization: null,
        }
  const { diagnoses } = diagnoseToShow({
    ...rawEvidence(textOf(action, resource, operation)),
    policySource: scenario === undefined ? { kind: 'none' } : { kind: 'scenario', scenario },
  })
  const [fix] = diagnoses[0]?.fixes ?? []
  assert.ok(fix)
  return fix
}

const ACCOUNT_KEY = {
  name: 'key',
  kind: 'key',
  document: {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${A}:root` }, Action: 'kms:*', Resource: '*' },
  },
}

describe('a fix for an action that others are needed with', () => {
  it('adds to the statement that lists them for another queue the resource alone, and proves that nothing else is granted', () => {
    const statement = { Sid: 'Consume', Effect: 'Allow', Action: CONSUME, Resource: queue('orders') }
    const fix = firstFix('sqs:ReceiveMessage', queue('jobs'), 'ReceiveMessage', [statement])
    assert.equal(fix.changes.length, 1)
    assert.match(JSON.stringify(fix.changes[0]?.patch), /"path":"\/Statement\/0\/Resource"/)
    assert.equal(fix.proof?.status, 'proved')
    assert.deepEqual(fix.cures, [0, 1, 2])
  })

  it('grants the denied action alone where only a pattern of actions is listed', () => {
    const statement = { Effect: 'Allow', Action: 'sqs:*', Resource: queue('orders') }
    const fix = firstFix('sqs:ReceiveMessage', queue('jobs'), 'ReceiveMessage', [statement])
    assert.deepEqual(fix.cures, [0])
  })

  it('grants both uses of the key to a sender in one statement, on that key alone, proved', () => {
    const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue('jobs') }
    const fix = firstFix('kms:GenerateDataKey', KEY, 'SendMessage', [statement])
    const [allow, ...others] = fix.changes.flatMap((change) => freshAllows(change))
    assert.deepEqual(others, [])
    assert.deepEqual(allow?.['Action'], ['kms:GenerateDataKey', 'kms:Decrypt'])
    assert.equal(allow?.['Resource'], KEY)
    assert.equal(fix.proof?.status, 'proved')
  })

  it('leaves out what the caller may do already', () => {
    const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY }
    const fix = firstFix('kms:GenerateDataKey', KEY, 'SendMessage', [statement])
    assert.deepEqual(
      fix.changes.flatMap((change) => freshAllows(change)).map((allow) => allow['Action']),
      ['kms:GenerateDataKey'],
    )
  })

  it('drafts one new policy for all of a push from the error text alone, with a statement for the token', () => {
    const repository = `arn:aws:ecr:us-east-1:${A}:repository/app`
    const fix = firstFix('ecr:InitiateLayerUpload', repository, 'InitiateLayerUpload')
    assert.equal(fix.changes.length, 1)
    const [allow, token, ...others] = fix.changes.flatMap((change) => freshAllows(change))
    assert.deepEqual(others, [])
    assert.equal([allow?.['Action']].flat().length, 5)
    assert.equal(allow?.['Resource'], repository)
    assert.deepEqual([token?.['Action'], token?.['Resource']], ['ecr:GetAuthorizationToken', '*'])
  })

  it('lets in the caller of another account to pull at once, and gives no token in the policy of the repository', () => {
    const repository = 'arn:aws:ecr:us-east-1:111122223333:repository/app'
    const text = `User: ${SESSION} is not authorized to perform: ecr:BatchGetImage on resource: ${repository} because no resource-based policy allows the ecr:BatchGetImage action`
    const statement = { Effect: 'Allow', Action: 'ecr:BatchGetImage', Resource: repository }
    const own = { name: 'own', document: { Version: '2012-10-17', Statement: [statement] } }
    const scenario = { request: {}, policies: { identityPolicies: [own] } } as unknown as Scenario
    const { diagnoses } = diagnoseToShow({ ...rawEvidence(text), policySource: { kind: 'scenario', scenario } })
    const ofRepository = diagnoses[0]?.fixes[0]?.changes.filter(({ layer }) => layer === 'resource-policy') ?? []
    // That policy was not read, so the statements alone are given (R-ADV-02).
    const added = ofRepository.flatMap(({ patch }) => patch.map((operation) => JSON.stringify(operation)))
    assert.equal(added.length, 2)
    assert.match(added[0] ?? '', /"Action":"ecr:BatchGetImage"/)
    assert.match(added[1] ?? '', /"Action":"ecr:GetDownloadUrlForLayer"/)
  })
})

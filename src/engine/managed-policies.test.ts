import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluate } from './evaluate.ts'
import { isManagedArn, withManagedPolicies } from './managed-policies.ts'
import type { Scenario } from './scenario.ts'

const ARN = 'arn:aws:iam::aws:policy/AdministratorAccess'
const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const find = (arn: string): unknown => (arn === ARN ? document : undefined)
const byArn = { name: 'AdministratorAccess', arn: ARN }
const scenario = (policies: Scenario['policies']): Scenario => ({
  request: { principal: 'arn:aws:sts::111122223333:assumed-role/r/s', action: 's3:ListAllMyBuckets', resource: '*' },
  policies: { complete: true, ...policies },
})

describe('AWS managed policies given by ARN alone', () => {
  it('are unknown until their documents are filled in', () => {
    const byArnOnly = scenario({ identityPolicies: [byArn], permissionsBoundary: byArn, sessionPolicies: [byArn] })
    assert.equal(evaluate(byArnOnly).decision, 'undetermined')
    assert.equal(evaluate(withManagedPolicies(byArnOnly, find)).decision, 'allowed')
  })

  it('keep a document they were given with, and stay unknown where nobody knows them', () => {
    const deny = {
      ...byArn,
      document: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] },
    }
    assert.equal(evaluate(withManagedPolicies(scenario({ identityPolicies: [deny] }), find)).decision, 'denied')
    assert.equal(
      evaluate(withManagedPolicies(scenario({ identityPolicies: [{ name: 'x', arn: `${ARN}X` }] }), find)).decision,
      'undetermined',
    )
  })

  it('leave layers that are not given, or are none, as they are', () => {
    const withNone = scenario({ identityPolicies: null })
    assert.deepEqual(withManagedPolicies(withNone, find), withNone)
    const { policies: _none, ...bare } = withNone
    assert.deepEqual(withManagedPolicies(bare, find), bare)
  })

  it('are told from a customer’s by their ARN, in every partition', () => {
    for (const arn of [ARN, 'arn:aws-cn:iam::aws:policy/X', 'arn:aws:iam::aws:policy/service-role/X'])
      assert.equal(isManagedArn(arn), true, arn)
    for (const arn of ['arn:aws:iam::111122223333:policy/X', 'AdministratorAccess', ''])
      assert.equal(isManagedArn(arn), false, arn)
  })
})

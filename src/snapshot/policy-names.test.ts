import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import { withPolicyNames } from './policy-names.ts'

const document = { Version: '2012-10-17', Statement: [] }

test('a policy without a name is called by its ARN or its layer', () => {
  const policies = {
    resourcePolicy: { kind: 'bucket', document },
    vpcEndpointPolicy: null,
    identityPolicies: [{ document }, { name: 'own', document }, { arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    sessionPolicies: [{ document }],
    serviceControlPolicies: [{ target: 'r-root', policies: [{ document }] }, {}],
  }
  assert.deepEqual(withPolicyNames({ policies } as unknown as Scenario).policies, {
    resourcePolicy: { name: 'resource policy', kind: 'bucket', document },
    vpcEndpointPolicy: null,
    identityPolicies: [
      { name: 'identity policy 1', document },
      { name: 'own', document },
      { name: 'ReadOnlyAccess', arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    ],
    sessionPolicies: [{ name: 'session policy', document }],
    serviceControlPolicies: [
      { target: 'r-root', policies: [{ name: 'service control policy', document }] },
      { target: 'level 2' },
    ],
  })
})

test('a scenario whose policies have names is left as it is', () => {
  const scenario = { policies: { complete: true, resourcePolicy: { name: 'b', kind: 'bucket', document } } }
  assert.equal(withPolicyNames(scenario as Scenario), scenario)
})

/** R-EVID-07: what AWS itself found of each requirement, as GetRequestAuthorizationDetails answers it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import { readDenials } from '#intake/read.ts'
import { diagnose } from './diagnose.ts'
import type { Diagnosis, PolicySource } from './diagnosis.ts'

const ROLE = 'arn:aws:iam::111122223333:role/deploy'
const BUCKET = 'arn:aws:s3:::prod-artifacts'

interface AuthorizationParts {
  readonly effect?: string
  readonly checks: readonly object[]
  readonly policies?: readonly object[]
}

const answer = ({ effect = 'IMPLICIT_DENY', checks, policies = [] }: AuthorizationParts): string =>
  JSON.stringify({
    requestContext: { 'aws:PrincipalArn': ROLE, 'aws:userid': 'AROAEXAMPLE:ci', 'aws:SecureTransport': true },
    evaluations: [{ action: 's3:PutObject', resource: `${BUCKET}/x`, evaluatedEffect: effect, checks }],
    policies,
  })

function diagnosisOf(parts: AuthorizationParts, source: PolicySource = { kind: 'none' }): Diagnosis {
  const { denials } = readDenials(answer(parts))
  const [found] = diagnose({ denials, events: [], policySource: source }).diagnoses
  assert.ok(found)
  return found
}

const scenario = (action: string): PolicySource => ({
  kind: 'scenario',
  scenario: {
    policies: {
      complete: true,
      identityPolicies: [
        {
          name: 'p',
          document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] },
        },
      ],
    },
    organization: null,
  } as unknown as Scenario,
})

const PASSED = [
  { checkType: 'SERVICE_CONTROL_POLICY', targetArn: 'arn:aws:organizations::1:root/o-x/r-y', evaluatedEffect: 'ALLOW' },
]

describe('authorization details', () => {
  test('say without any policy at hand which layer refused, and that the others did not', () => {
    const found = diagnosisOf({ checks: [...PASSED, { checkType: 'PRINCIPAL', evaluatedEffect: 'IMPLICIT_DENY' }] })
    assert.equal(found.basis, 'authorization')
    assert.equal(found.status, 'explained')
    assert.deepEqual(
      found.causes.map(({ layer, certainty, denyType, from }) => [layer, certainty, denyType, from]),
      [['identity-policy', 'certain', 'implicit', ['authorization']]],
    )
    assert.ok(!found.unseen.some(({ layer }) => layer === 'service-control-policy' || layer === 'permissions-boundary'))
  })

  test('a Deny of one level of the organization is the cause', () => {
    const denied = { ...PASSED[0], evaluatedEffect: 'EXPLICIT_DENY', matchedPolicies: [] }
    const found = diagnosisOf({
      effect: 'EXPLICIT_DENY',
      checks: [denied, { checkType: 'PRINCIPAL', evaluatedEffect: 'ALLOW' }],
    })
    assert.deepEqual(
      found.causes.map(({ layer, certainty, denyType }) => [layer, certainty, denyType]),
      [['service-control-policy', 'certain', 'explicit']],
    )
  })

  test('a Deny of the policy of a resource in the account stands under what the caller needs', () => {
    const matchedPolicies = [{ uri: 'opaque', matchedStatements: [{ sid: 'Frozen', evaluatedEffect: 'DENY' }] }]
    const found = diagnosisOf({
      effect: 'EXPLICIT_DENY',
      checks: [{ checkType: 'PRINCIPAL', evaluatedEffect: 'EXPLICIT_DENY', matchedPolicies }],
      policies: [{ uri: 'opaque', type: 'RESOURCE_BASED_POLICY', inline: true, attachedTo: [{ arn: BUCKET }] }],
    })
    assert.equal(found.causes[0]?.layer, 'resource-policy')
  })

  test('are held against ours, requirement by requirement', () => {
    const checks = [{ checkType: 'PRINCIPAL', evaluatedEffect: 'IMPLICIT_DENY' }]
    const same = diagnosisOf({ checks }, scenario('s3:GetObject'))
    assert.equal(same.reconciliation.agrees, true)
    assert.deepEqual(
      same.reconciliation.checks?.map(({ ours, agrees }) => [ours, agrees]),
      [['allows-nothing', true]],
    )
    const other = diagnosisOf({ checks }, scenario('s3:PutObject'))
    assert.equal(other.status, 'contradicted')
    assert.match(
      other.reconciliation.explanation,
      /say IMPLICIT_DENY of the identity policy; here it does not refuse.*please report it/,
    )
  })

  test('of a kind that nobody knows are left aside', () => {
    const found = diagnosisOf({ checks: [{ checkType: 'NEW_KIND', evaluatedEffect: 'IMPLICIT_DENY' }] })
    assert.equal(found.denial.reported.checks, undefined)
  })
})

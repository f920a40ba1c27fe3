import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import { readDenials } from '#intake/read.ts'
import { NOTHING_AT_HAND, type Piece } from '#snapshot/at-hand/piece.ts'
import { diagnose } from './diagnose.ts'
import type { Diagnosis } from './diagnosis.ts'

const LIST = 'An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied'
const OBJECTS = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::data/*' },
}

/** A scenario as a person has it: policies, and what was asked, but nobody who asked. */
const scenario = (policies: Scenario['policies'], request: object = { resource: 'arn:aws:s3:::data' }): Scenario =>
  ({ request, policies }) as unknown as Scenario

function diagnosed(text: string, known: Scenario, pieces: readonly Piece[] = []): Diagnosis {
  const evidence = { denials: readDenials(text).denials, events: [] }
  const { diagnoses } = diagnose(
    evidence,
    { kind: 'scenario', scenario: known },
    { atHand: { ...NOTHING_AT_HAND, pieces } },
  )
  const [first] = diagnoses
  assert.ok(first !== undefined)
  return first
}

/** AWS's bare S3 message names no caller, and people post it beside one policy (R-EVID-09). */
describe('a denial that names nobody, with policies beside it', () => {
  const identityPolicies = [{ name: 'uploader', document: OBJECTS }]

  it('is held against them as the caller’s, and that is told', () => {
    const { causes, status, basis, denial, assumptions } = diagnosed(LIST, scenario({ identityPolicies }))
    assert.equal(denial.principal, null)
    assert.equal(basis, 'policies')
    assert.equal(status, 'likely')
    assert.equal(causes[0]?.layer, 'identity-policy')
    assert.equal(assumptions.find(({ fact }) => fact === 'principal')?.value, 'the caller whose policies were given')
  })

  it('takes whom the file names, where it names one', () => {
    const policy = { name: 'uploader', document: OBJECTS }
    const owner = { kind: 'user', name: 'ann' } as const
    const piece: Piece = { is: 'identity-policy', policy, owner, file: 'p.json', form: 'aws iam get-user-policy' }
    const { steps } = diagnosed(LIST, scenario({}), [piece])
    assert.equal(steps[0]?.request.principal, 'arn:aws:iam::ACCOUNT_ID:user/ann')
  })

  it('does not let a condition on the principal be answered by the placeholder', () => {
    const statement = (effect: string) => ({
      Effect: effect,
      Action: '*',
      Resource: '*',
      ...(effect === 'Deny' ? { Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team-*' } } } : {}),
    })
    const document = { Version: '2012-10-17', Statement: [statement('Allow'), statement('Deny')] }
    const { steps } = diagnosed(LIST, scenario({ identityPolicies: [{ name: 'p', document }] }))
    assert.equal(steps[0]?.decision.layers.find(({ layer }) => layer === 'identity-policy')?.verdict, 'unknown')
  })

  it('stays without a caller where a policy of the resource tells callers apart, or nothing is at hand', () => {
    const resourcePolicy = { name: 'data', kind: 'bucket', document: { ...OBJECTS, Principal: '*' } }
    for (const policies of [{ identityPolicies, resourcePolicy }, {}])
      assert.equal(diagnosed(LIST, scenario(policies)).steps.length, 0)
  })
})

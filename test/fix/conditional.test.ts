/** A denial that leaves rivals gets no fix, but what would mend it in each case. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'

const PRINCIPAL = 'arn:aws:iam::111122223333:user/ann'
const TEXT = `User: ${PRINCIPAL} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k"`

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })

function scenario(own: object, bucket?: object): Scenario {
  const resourcePolicy = bucket === undefined ? null : { name: 'bucket', kind: 'bucket', document: document(bucket) }
  return {
    request: {
      principal: PRINCIPAL,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
      resourceAccount: '111122223333',
      context: {},
    },
    policies: { complete: true, identityPolicies: [{ name: 'own', document: document(own) }], resourcePolicy },
  }
}

const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }

const WITH_MFA = { ...ALLOW, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
/** Nobody knows from which address a call came, and no address is the usual one. */
const FROM_OFFICE = { ...ALLOW, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }
/** With `StringNotLike`: only this agent may. */
const ONLY_AGENT = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }

it('one condition that may fail is settled by the denial, and mended', () => {
  const subject = { kind: 'scenario', scenario: scenario(WITH_MFA) } as const
  const [diagnosis] = diagnoseEvidence({ ...rawEvidence(TEXT), policySource: subject }).diagnoses
  assert.equal(diagnosis?.status, 'explained')
  assert.deepEqual(
    diagnosis.causes.map(({ layer, certainty }) => [layer, certainty]),
    [['identity-policy', 'certain']],
  )
  assert.ok(diagnosis.fixes.some(({ title, replay }) => /MFA/.test(title) && replay?.decision === 'allowed'))
  assert.ok(!('fixesIf' in diagnosis))
})

it('each case of what is not known has its decision, and a replayed fix where it is denied', () => {
  const given = scenario(FROM_OFFICE, { ...ONLY_AGENT, Condition: { StringNotLike: { 'aws:UserAgent': 'backup' } } })
  const [diagnosis] = diagnoseEvidence({
    ...rawEvidence(TEXT),
    policySource: { kind: 'scenario', scenario: given },
  }).diagnoses
  assert.equal(diagnosis?.status, 'undetermined')
  assert.deepEqual(diagnosis.fixes, [], 'nothing is offered while rivals are left')
  const cases = diagnosis.fixesIf ?? []
  assert.ok(cases.some(({ decision, fix }) => decision === 'allowed' && fix === null))
  const denied = cases.filter(({ decision }) => decision === 'denied')
  assert.ok(denied.length > 0)
  for (const { when, fix } of denied) {
    const context = { ...given.request.context, ...(when as Readonly<Record<string, null>>) }
    assert.equal(
      evaluate({ ...given, request: { ...given.request, context } }).decision,
      'denied',
      JSON.stringify(when),
    )
    assert.equal(fix?.replay?.decision, 'allowed')
  }
  assert.ok(denied.some(({ fix }) => /203\.0\.113\.0/.test(fix?.title ?? '')))
})

it('a request that is decided has no cases', () => {
  const [diagnosis] = diagnoseEvidence({
    ...rawEvidence(TEXT),
    policySource: { kind: 'scenario', scenario: scenario(ALLOW) },
  }).diagnoses
  assert.ok(diagnosis !== undefined && !('fixesIf' in diagnosis))
})

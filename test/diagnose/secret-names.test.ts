/** A secret that the error has by its name alone: its ARN ends in six characters more, which a policy must cover (R-RES-10). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'

const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/database'

function diagnosed(printed: string, allowed: string) {
  const text = `An error occurred (AccessDeniedException) when calling the GetSecretValue operation: User: arn:aws:sts::111122223333:assumed-role/app/i is not authorized to perform: secretsmanager:GetSecretValue on resource: ${printed} because no identity-based policy allows the secretsmanager:GetSecretValue action`
  const Statement = [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: allowed }]
  const scenario = { policies: { identityPolicies: [{ name: 'own', document: { Statement } }] } } as unknown as Scenario
  const [found] = diagnoseToShow({
    ...evidenceOfText(text, 'text'),
    policySource: { kind: 'scenario', scenario },
  }).diagnoses
  assert.ok(found !== undefined)
  const taken = found.assumptions.find(({ fact }) => fact === 'resource')?.value
  const patch = JSON.stringify(found.fixes[0]?.changes.flatMap((change) => change.patch))
  return { layers: found.causes.map(({ layer }) => layer), taken, patch }
}

describe('a secret by its name', () => {
  for (const printed of ['prod/database', SECRET])
    it(`is not the ARN without a suffix that a policy allows: ${printed}`, () => {
      const { layers, taken, patch } = diagnosed(printed, SECRET)
      assert.deepEqual(layers, ['identity-policy'])
      assert.equal(taken, `${SECRET}-??????`)
      assert.match(patch, /prod\/database-\?{6}/)
    })

  it('is left as it is where it ends in a hyphen and six characters', () => {
    assert.equal(diagnosed(`${SECRET}-a1B2c3`, SECRET).taken, undefined)
  })
})

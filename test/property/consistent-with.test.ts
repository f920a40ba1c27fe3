/** The denial happened: which values of the unknown keys are consistent with it, and with the layer AWS named (R-COND-66). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { reconcile } from '#diagnose/reconcile.ts'
import { POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import { evaluate } from '#engine/evaluate.ts'
import { emptyDenial } from '#intake/build-denial.ts'
import { spec } from '../spec/spec.ts'
import { RUNS } from './runs.ts'
import { substituted, withUnknownKeys } from './with-unknown-keys.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)

/** S3 speaks of its policy for guards too (R-MSG-10), which the second evaluator does not tell apart. */
const LAYERS = [null, ...POLICY_LAYERS.filter((layer) => layer !== 'resource-policy' && layer !== 'service-guard')]

const reportedBy = (layer: PolicyLayer | null) => ({
  ...emptyDenial('test', null),
  kind: 'aws-access-denied' as const,
  reported: { layer, denyType: null, policyArn: null },
})

test(`values are consistent with a denial where the second evaluator denies with them too (seed ${SEED})`, () => {
  const seen = { kept: 0, left: 0, silent: 0 }
  fc.assert(
    fc.property(withUnknownKeys, (scenario) => {
      const decision = evaluate(scenario)
      if (decision.decision !== 'undetermined' || decision.outcomes.length === 0) return
      const judged = decision.outcomes
        // `(other)` stands for a value that nobody can write down.
        .filter(({ when }) => !JSON.stringify(when).includes('(other)'))
        .map(({ when }) => ({ when, with: substituted(scenario, when) }))
        .map((one) => ({ ...one, got: spec(one.with) }))
        // The engine tries cases where the second evaluator leaves a key open (R-COND-65): of those it says no more here.
        .filter((one) => one.got.decision !== 'undetermined' || evaluate(one.with).decision === 'undetermined')
      for (const layer of LAYERS) {
        const { consistentWith = [] } = reconcile(reportedBy(layer), decision, scenario)
        const texts = new Set(consistentWith.map(({ when }) => JSON.stringify(when)))
        for (const { when, got } of judged) {
          const entries = got.layers.filter((one) => one.layer === layer)
          const mayRefuse = layer === null || entries.some(({ verdict }) => /deny$|^unknown$/.test(verdict))
          const wanted = got.decision === 'denied' && mayRefuse
          seen[layer === null ? 'silent' : wanted ? 'kept' : 'left']++
          assert.equal(
            texts.has(JSON.stringify(when)),
            wanted,
            `${layer}\n${JSON.stringify(when)}\n${JSON.stringify(scenario)}`,
          )
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  for (const [what, count] of Object.entries(seen)) assert.ok(count > RUNS / 50, `only ${count} are ${what}`)
})

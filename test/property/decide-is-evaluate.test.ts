import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { evaluateEffect, type Effect } from '#engine/evaluate-effect.ts'
import { evaluate, evaluateRequest, prepareScenario } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { arbitraryScenario } from './arbitrary-scenario.ts'
import { RUNS as CASES } from './runs.ts'

/** A fixed seed in CI; `DENYTRACE_SEED` draws others. A failure prints the smallest scenario and the seed. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const RUNS = Math.ceil(CASES / 4)

const plain = ({ decision, denyType, blockedBy }: Effect): Effect => ({
  decision,
  denyType,
  blockedBy,
})

/** Each resource of a list for itself. */
const alone = (
  scenario: Scenario,
): readonly (Scenario & { readonly request: { readonly resource: string | null } })[] => {
  const { resource } = scenario.request
  const resources = resource === null || typeof resource === 'string' ? [resource] : resource
  return resources.map((one) => ({ ...scenario, request: { ...scenario.request, resource: one } }))
}

test(`what decides without a trace decides as the trace does, in ${RUNS} random scenarios (seed ${SEED})`, () => {
  const seen = { allowed: 0, denied: 0, undetermined: 0 }
  fc.assert(
    fc.property(arbitraryScenario, (given) => {
      for (const scenario of alone(given)) {
        const quick = plain(evaluateEffect(prepareScenario(scenario).policies, scenario.request, scenario))
        const full = evaluate(scenario)
        seen[quick.decision]++
        // Cases over unknown keys are tried by `evaluate` alone; what Kleene decides stays decided (R-COND-64, R-COND-65).
        if (quick.decision !== 'undetermined') assert.deepEqual(plain(full), quick)
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  for (const [decision, count] of Object.entries(seen))
    assert.ok(count > RUNS / 20, `only ${count} scenarios are ${decision}: the generator shows too little`)
})

test(`policies prepared once answer as policies prepared anew, asked twice and in turn (seed ${SEED})`, () => {
  fc.assert(
    fc.property(arbitraryScenario, arbitraryScenario, (scenario, other) => {
      const { policies } = prepareScenario(scenario)
      const requests = [scenario.request, other.request, scenario.request]
      for (const request of requests) {
        const asked: Scenario = { ...scenario, request }
        assert.deepEqual(evaluateRequest(policies, request, scenario), evaluate(asked))
        const anew = prepareScenario(asked).policies
        assert.deepEqual(
          plain(evaluateEffect(policies, request, scenario)),
          plain(evaluateEffect(anew, request, scenario)),
        )
      }
    }),
    { numRuns: Math.ceil(RUNS / 4), seed: SEED },
  )
})

test('the statement that settles a layer is one that its trace shows as matching', () => {
  fc.assert(
    fc.property(arbitraryScenario, (given) => {
      for (const scenario of alone(given)) {
        const { trace } = evaluateEffect(prepareScenario(scenario).policies, scenario.request, scenario)
        const layers = evaluate(scenario).layers
        for (const { layer, by, deny } of trace) {
          if (by === undefined) continue
          const { effect, index } = by.statement
          assert.equal(effect, deny === true ? 'Deny' : 'Allow')
          const shown = layers.filter((entry) => entry.layer === layer).flatMap((entry) => entry.statements)
          const same = shown.filter((one) => one.policy === by.policy.name && one.index === index)
          assert.ok(same.some((one) => one.effect === effect && one.matches === true))
        }
      }
    }),
    { numRuns: Math.ceil(RUNS / 4), seed: SEED },
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { decide, type PlainDecision } from '#engine/decide.ts'
import { prepareScenario } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { spec } from '../spec/spec.ts'
import { arbitraryScenario } from './arbitrary-scenario.ts'

/** A fixed seed in CI; `DENYTRACE_SEED` draws others. A failure prints the smallest scenario and the seed. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const RUNS = Number(process.env['DENYTRACE_RUNS'] ?? 20_000)

/** A list of resources comes to what its deciding part comes to, as docs/json.md, "Decision" says of `parts`. */
function engine(scenario: Scenario): PlainDecision | undefined {
  const prepared = prepareScenario(scenario)
  const { resource } = scenario.request
  if (resource === null || typeof resource === 'string') return decide(prepared, resource)
  const parts = resource.map((one) => decide(prepared, one))
  return (
    parts.find((part) => part.decision === 'denied') ??
    parts.find((part) => part.decision === 'undetermined') ??
    parts[0]
  )
}

test(`the engine and the second evaluator agree on ${RUNS} random scenarios (seed ${SEED})`, () => {
  const seen = { allowed: 0, denied: 0, undetermined: 0 }
  fc.assert(
    fc.property(arbitraryScenario, (scenario) => {
      const want = spec(scenario)
      const got = engine(scenario)
      seen[want.decision]++
      const { decision, denyType, blockedBy } = want
      if (decision === 'denied') assert.deepEqual(got, { decision, denyType, blockedBy })
      else assert.equal(got?.decision, decision)
    }),
    { numRuns: RUNS, seed: SEED },
  )
  for (const [decision, count] of Object.entries(seen))
    assert.ok(count > RUNS / 20, `only ${count} scenarios are ${decision}: the generator shows too little`)
})

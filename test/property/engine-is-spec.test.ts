import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { judgeTwice } from './agreement.ts'
import { arbitraryReadings, arbitraryScenario } from './arbitrary-scenario.ts'

/** A fixed seed in CI; `DENYTRACE_SEED` draws others. A failure prints the smallest scenario and the seed. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const RUNS = Number(process.env['DENYTRACE_RUNS'] ?? 20_000)

test(`the engine and the second evaluator agree on ${RUNS} random scenarios (seed ${SEED})`, () => {
  const seen = { allowed: 0, denied: 0, undetermined: 0 }
  fc.assert(
    fc.property(arbitraryScenario, (scenario) => {
      const { want, got, agree } = judgeTwice(scenario)
      seen[want.decision]++
      if (!agree) assert.deepEqual(got, want)
    }),
    { numRuns: RUNS, seed: SEED },
  )
  for (const [decision, count] of Object.entries(seen))
    assert.ok(count > RUNS / 20, `only ${count} scenarios are ${decision}: the generator shows too little`)
})

test(`they agree too where disputed rules are read in other ways, in ${RUNS / 4} scenarios (seed ${SEED})`, () => {
  fc.assert(
    fc.property(arbitraryScenario, arbitraryReadings, (scenario, readings) => {
      const { want, got, agree } = judgeTwice(scenario, readings)
      if (!agree) assert.deepEqual(got, want)
    }),
    { numRuns: RUNS / 4, seed: SEED },
  )
})

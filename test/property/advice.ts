/**
 * Advice over random organizations with shared policies: who else uses the changed policy gains nothing by a fix that is
 * proved, every written document keeps what is in force, what is granted is what the evidence names, and AWS saves the
 * document (R-ADV-01, R-ADV-02, R-ADV-05). `npm test` draws some organizations, `npm run random` thousands for each file that uses this.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { assertGrammar, assertProof, assertSuperset, assertWithin, plansFor } from './advice-checks.ts'
import type { Shared } from './arbitrary-shared.ts'
import { RUNS } from './runs.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261201)
/** Steps of work for a search: what is not proved within them says nothing. */
const BUDGET = 40_000

/** Defines the test for one file. `hasScopes`: fixes of wider scopes are offered, and checked in the same way. */
export function testAdvice(what: string, organizations: fc.Arbitrary<Shared>, { hasScopes = false } = {}): void {
  const runs = Math.max(250, Math.ceil(RUNS / 20))
  test(`no proved fix for ${what} in ${runs} random organizations gives anybody what it is not for (seed ${SEED})`, () => {
    const looked = { proved: 0, wider: 0, requests: 0, reached: 0, allowedBefore: 0 }
    let denied = 0
    fc.assert(
      fc.property(organizations, fc.infiniteStream(fc.nat()), (shared, numbers) => {
        const pick = (count: number): number => (numbers.next().value ?? 0) % count
        const plans = plansFor(shared, BUDGET)
        if (plans.length > 0) denied++
        for (const plan of plans) {
          assertSuperset(plan)
          assertWithin(shared, plan)
          assertGrammar(plan)
          if (plan.proved().status === 'proved') assertProof(shared, plan, pick, looked)
        }
      }),
      { numRuns: runs, seed: SEED },
    )
    assert.ok(denied > runs / 3, `only ${denied} organizations have a fix: the generator shows too little`)
    assert.ok(looked.proved > runs / 3 && looked.reached > 0 && looked.allowedBefore > 0, JSON.stringify(looked))
    assert.equal(looked.wider > runs / 10, hasScopes, JSON.stringify(looked))
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { evaluate } from '#engine/evaluate.ts'
import { freshAllows, fixesOf, onPaper, openedBy, patched, statementsIn } from '../fix/on-paper.ts'
import { specWithUsualPath as spec } from '../spec/usual-path.ts'
import { arbitraryScenario } from './arbitrary-scenario.ts'
import { RUNS as CASES } from './runs.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const RUNS = Math.ceil(CASES / 5)

test(`what is offered for ${RUNS} random scenarios allows the request, by both evaluators (seed ${SEED})`, () => {
  const seen = { scenarios: 0, fixes: 0 }
  fc.assert(
    fc.property(arbitraryScenario, (scenario) => {
      const fixes = fixesOf(scenario)
      if (fixes.length > 0) seen.scenarios++
      for (const fix of fixes) {
        seen.fixes++
        // R-FIX-05: the same request on the changed policies.
        const after = onPaper(scenario, fix)
        assert.deepEqual(fix.cures, [0])
        // A condition that the new statement keeps is about a key that the request does not show (R-ADV-04).
        if (fix.replay.decision === 'allowed-unless') {
          assert.ok(fix.replay.unseen?.every(({ key }) => key !== undefined) === true, fix.id)
          assert.notEqual(spec(after).decision, 'denied', `${fix.id}: the second evaluator`)
          assert.notEqual(evaluate(after).decision, 'denied', `${fix.id}: the engine`)
          continue
        }
        assert.equal(spec(after).decision, 'allowed', `${fix.id}: the second evaluator`)
        assert.equal(evaluate(after).decision, 'allowed', `${fix.id}: the engine`)
        assert.equal(fix.replay.decision, 'allowed')
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  assert.ok(seen.scenarios > RUNS / 20, `only ${seen.scenarios} scenarios have a fix: the generator shows too little`)
})

test(`a patch makes of what was what will be, and never opens to everything or everyone (seed ${SEED})`, () => {
  fc.assert(
    fc.property(arbitraryScenario, (scenario) => {
      for (const { id, changes } of fixesOf(scenario))
        for (const change of changes) {
          assert.deepEqual(JSON.parse(JSON.stringify(patched(change))), JSON.parse(JSON.stringify(change.after)), id)
          if (change.text !== undefined) assert.deepEqual(JSON.parse(change.text), change.after, `${id}: its text`)
          // R-FIX-06
          for (const text of openedBy(change)) assert.ok(!/[*?]/.test(text), `${id} opens ${text}`)
          for (const { NotAction, NotPrincipal, ...rest } of freshAllows(change)) {
            const isNew = NotAction !== undefined && !narrowsEveryone(change, { NotAction, ...rest })
            assert.ok(!isNew && NotPrincipal === undefined, `${id} opens all but some`)
          }
        }
    }),
    { numRuns: RUNS, seed: SEED },
  )
})

/** Whether the statement stood there for everyone, and is the same but for whom it names. */
function narrowsEveryone({ before }: Parameters<typeof freshAllows>[0], statement: Record<string, unknown>): boolean {
  const { Principal: _, ...rest } = statement
  return statementsIn(before).some(
    ({ Principal, ...old }) =>
      isDeepStrictEqual(old, rest) && ['"*"', '{"AWS":"*"}', '{"AWS":["*"]}'].includes(JSON.stringify(Principal)),
  )
}

test(`what a fix of the exact resource allows, the same fix with a wider scope allows too (seed ${SEED})`, () => {
  let compared = 0
  fc.assert(
    fc.property(arbitraryScenario, (scenario) => {
      const fixes = fixesOf(scenario)
      for (const narrow of fixes.filter(({ scope }) => scope === 'exact')) {
        const stem = narrow.id.slice(0, narrow.id.lastIndexOf('.'))
        for (const wide of fixes.filter(({ id, scope }) => scope !== 'exact' && id.startsWith(`${stem}.`))) {
          const isSame = narrow.changes.every(({ does }, i) => does === wide.changes[i]?.does)
          if (!isSame) continue
          compared++
          narrow.proof.neighbours.forEach(({ after, request }, i) => {
            if (after === 'allowed') assert.equal(wide.proof.neighbours[i]?.after, 'allowed', JSON.stringify(request))
          })
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  assert.ok(compared > RUNS / 120, `only ${compared} pairs of scopes were compared`)
})

test(`neighbours are judged as the engine judges them (seed ${SEED})`, () => {
  fc.assert(
    fc.property(arbitraryScenario, (scenario) => {
      for (const fix of fixesOf(scenario).slice(0, 2)) {
        if (fix.changes.some(({ on, layer }) => on === undefined && layer !== 'service-guard')) continue
        const after = onPaper(scenario, fix)
        for (const { request, before, after: then } of fix.proof.neighbours) {
          assert.equal(before, evaluate({ ...scenario, request }).decision)
          // The same policies are in force for every request of a scenario, unless the neighbour is on another holder.
          if (request.principal === scenario.request.principal && request.resource === scenario.request.resource)
            assert.equal(then, evaluate({ ...after, request }).decision)
        }
      }
    }),
    { numRuns: Math.min(RUNS, 400), seed: SEED },
  )
})

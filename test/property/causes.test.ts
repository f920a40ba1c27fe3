import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Decision, Requirement } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { evaluate } from '#engine/evaluate.ts'
import { andAll, orAll, type Truth } from '#iam/truth.ts'
import { arbitraryScenario } from './arbitrary-scenario.ts'
import { RUNS } from './runs.ts'
import { withUnknownKeys } from './with-unknown-keys.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)

/** The truth of a requirement once the named layers are mended: every leaf of theirs holds. */
function mended(requirement: Requirement, layers: ReadonlySet<PolicyLayer>): Truth {
  if ('all' in requirement) return andAll(requirement.all.map((one) => mended(one, layers)))
  if ('any' in requirement) return orAll(requirement.any.map((one) => mended(one, layers)))
  return layers.has(requirement.layer) ? true : requirement.satisfied
}

/** The same, where mending takes away refusals only: what is not known stays so. */
function withoutRefusals(requirement: Requirement, layers: ReadonlySet<PolicyLayer>): Truth {
  if ('all' in requirement) return andAll(requirement.all.map((one) => withoutRefusals(one, layers)))
  if ('any' in requirement) return orAll(requirement.any.map((one) => withoutRefusals(one, layers)))
  return requirement.satisfied === false && layers.has(requirement.layer) ? true : requirement.satisfied
}

const CALLERS_SIDE: readonly PolicyLayer[] = ['identity-policy', 'permissions-boundary', 'session-policy']

const hasUnknown = (requirement: Requirement): boolean => {
  if ('all' in requirement) return requirement.all.some(hasUnknown)
  if ('any' in requirement) return requirement.any.some(hasUnknown)
  return requirement.satisfied === 'unknown'
}

/** Taking a Deny away adds no Allow that names the caller, which mending the layer here would. */
const deniesOnResource = ({ layers }: Decision): boolean =>
  layers.some((entry) => entry.layer === 'resource-policy' && entry.verdict === 'explicit-deny')

const denied = (check: (decision: Decision) => void, of = arbitraryScenario, numRuns = RUNS): void => {
  fc.assert(
    fc.property(of, (scenario) => {
      const decision = evaluate(scenario)
      if (decision.decision === 'denied') check(decision)
    }),
    { numRuns, seed: SEED },
  )
}

test(`a denial names at least one layer, and every one by its statement or its silence (seed ${SEED})`, () => {
  denied((decision) => {
    assert.ok(decision.blockedBy.length > 0)
    for (const layer of decision.blockedBy) {
      const refusing = decision.layers.filter(
        (entry) => entry.layer === layer && (entry.verdict === 'explicit-deny' || entry.verdict === 'implicit-deny'),
      )
      assert.ok(refusing.length > 0, `${layer} blocks, but none of its entries refuses`)
      // Where unknown keys deny in every case, no single statement is decided (R-COND-65); the reason says so.
      for (const entry of refusing)
        if (entry.verdict === 'explicit-deny' && entry.guard === undefined && entry.reason === undefined)
          assert.ok(
            entry.statements.some((one) => one.effect === 'Deny' && one.matches === true),
            `${layer} denies explicitly without a Deny`,
          )
    }
  })
})

test(`mending every named layer makes it allowed, and mending fewer does not (seed ${SEED})`, () => {
  denied((decision) => {
    if (hasUnknown(decision.requirement) || decision.parts !== undefined) return
    // Whose the resource is decides who must allow: while nobody knows, what is blamed is what refuses for either owner.
    if (decision.missing.some(({ kind }) => kind === 'account')) return
    const all = new Set(decision.blockedBy)
    assert.equal(mended(decision.requirement, all), true, 'mending all named layers is not enough')
    if (deniesOnResource(decision)) return
    for (const layer of decision.blockedBy) {
      const fewer = new Set(decision.blockedBy.filter((one) => one !== layer))
      assert.notEqual(mended(decision.requirement, fewer), true, `it would be allowed without mending ${layer}`)
    }
  })
})

test(`where something is not known, what refuses and may count is named with the rest (seed ${SEED})`, () => {
  let seen = 0
  denied(
    (decision) => {
      if (!hasUnknown(decision.requirement) || decision.parts !== undefined) return
      const named = new Set(decision.blockedBy)
      if (withoutRefusals(decision.requirement, named) === true) seen++
      else
        assert.notEqual(
          withoutRefusals(decision.requirement, new Set([...named, ...CALLERS_SIDE])),
          true,
          'mending a layer of the caller’s side too would be enough',
        )
      if (deniesOnResource(decision)) return
      for (const layer of decision.blockedBy) {
        const fewer = new Set(decision.blockedBy.filter((one) => one !== layer))
        assert.notEqual(withoutRefusals(decision.requirement, fewer), true, `${layer} need not be mended`)
      }
    },
    withUnknownKeys,
    5 * RUNS,
  )
  assert.ok(seen > RUNS / 200, `only ${seen} denials with something not known can be mended`)
})

test(`what is allowed satisfies its requirement, and what is undetermined leaves it open (seed ${SEED})`, () => {
  fc.assert(
    fc.property(arbitraryScenario, (scenario) => {
      const decision = evaluate(scenario)
      if (decision.parts !== undefined || decision.outcomes.length > 0) return
      const truth = mended(decision.requirement, new Set())
      if (decision.decision === 'undetermined') assert.equal(truth, 'unknown')
      if (decision.decision === 'allowed') assert.notEqual(truth, false)
    }),
    { numRuns: RUNS, seed: SEED },
  )
})

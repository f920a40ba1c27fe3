import { isDeepStrictEqual } from 'node:util'
import { evaluateEffect, type Effect } from '#engine/evaluate-effect.ts'
import { preparePolicies } from '#engine/prepare.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Scenario } from '#engine/scenario.ts'
import { type SpecDecision, spec } from '../spec/spec.ts'

/** Without the trace, so that the two are compared field by field. */
function engine({ request, policies = {}, resources, organization }: Scenario, readings?: SomeReadings): Effect {
  const known = {
    ...(resources === undefined ? {} : { resources }),
    ...(organization === undefined ? {} : { organization }),
  }
  const { decision, denyType, blockedBy } = evaluateEffect(preparePolicies(policies, readings), request, known)
  return { decision, denyType, blockedBy }
}

/** What the two evaluators say of one scenario. */
export interface Judgements {
  readonly want: Pick<SpecDecision, 'decision' | 'denyType' | 'blockedBy'>
  readonly got: Effect
  readonly agree: boolean
}

/** Engine and second evaluator on the same scenario: the same decision, and of a denial the same kind and layers. */
export function judgeTwice(scenario: Scenario, readings?: SomeReadings): Judgements {
  const { decision, denyType, blockedBy } = spec(scenario, readings)
  const want = { decision, denyType, blockedBy }
  const got = engine(scenario, readings)
  const agree = decision === 'denied' ? isDeepStrictEqual(got, want) : got.decision === decision
  return { want, got, agree }
}

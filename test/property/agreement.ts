import { isDeepStrictEqual } from 'node:util'
import { decide, type PlainDecision } from '#engine/decide.ts'
import { prepareScenario } from '#engine/evaluate.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Scenario } from '#engine/scenario.ts'
import { type SpecDecision, spec } from '../spec/spec.ts'

/** A list of resources comes to what its deciding part comes to, as docs/json.md, "Decision" says of `parts`. */
function engine(scenario: Scenario, readings?: SomeReadings): PlainDecision | undefined {
  const prepared = prepareScenario(scenario, readings)
  const { resource } = scenario.request
  if (resource === null || typeof resource === 'string') return decide(prepared, resource)
  const parts = resource.map((one) => decide(prepared, one))
  return (
    parts.find((part) => part.decision === 'denied') ??
    parts.find((part) => part.decision === 'undetermined') ??
    parts[0]
  )
}

/** What the two evaluators say of one scenario. */
export interface Judgements {
  readonly want: Pick<SpecDecision, 'decision' | 'denyType' | 'blockedBy'>
  readonly got: PlainDecision | undefined
  readonly agree: boolean
}

/** Engine and second evaluator on the same scenario: the same decision, and of a denial the same kind and layers. */
export function judgeTwice(scenario: Scenario, readings?: SomeReadings): Judgements {
  const { decision, denyType, blockedBy } = spec(scenario, readings)
  const want = { decision, denyType, blockedBy }
  const got = engine(scenario, readings)
  const agree = decision === 'denied' ? isDeepStrictEqual(got, want) : got?.decision === decision
  return { want, got, agree }
}

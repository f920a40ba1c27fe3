/** `denytrace/engine`: without Node built-ins, for a browser. An AWS managed policy given by ARN alone is unknown here. */
import { evaluateChain } from '#engine/chain.ts'
import type { Decision } from '#engine/decision.ts'
import { evaluate as evaluateOne } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { problemOfReadings, type SomeReadings } from '#iam/readings.ts'

export type { Decision, LayerVerdict, PolicyLayer, StatementVerdict, Step } from '#engine/decision.ts'
export type { PoliciesInForce, Policy, Resource, Scenario } from '#engine/scenario.ts'
export type { ContextValue, Request } from '#iam/request.ts'

/** Judges one request against every policy layer, with the whole trace. */
export function evaluate(scenario: Scenario, { chain = false, readings }: EvaluateOptions = {}): Decision {
  const problem = problemOfReadings(readings)
  if (problem !== undefined) throw new TypeError(problem)
  return chain ? evaluateChain(scenario, readings) : evaluateOne(scenario, readings)
}

export interface EvaluateOptions {
  readonly chain?: boolean
  /** Other readings of disputed rules than the default ones (docs/disputed.md). */
  readonly readings?: SomeReadings
}

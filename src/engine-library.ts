/** `denytrace/engine`: without Node built-ins, for a browser. An AWS managed policy given by ARN alone is unknown here. */
import type { DecisionWithLint as Decision } from '#lint/decision-with-lint.ts'
import { evaluateChainWithLint, evaluateWithLint } from '#lint/evaluate-with-lint.ts'
import type { Scenario } from '#engine/scenario.ts'
import { problemOfReadings, type SomeReadings } from '#iam/readings.ts'
import { type CompareInput, compareInput, compareValues } from '#prove/compare-values.ts'
import type { Comparison } from '#prove/comparison.ts'

export type { LayerVerdict, StatementVerdict } from '#engine/decision.ts'
export type { PolicyLayer } from '#iam/layers.ts'
export type { DecisionWithLint as Decision, StepWithLint as Step } from '#lint/decision-with-lint.ts'
export type { PoliciesInForce, Policy, Resource, Scenario } from '#engine/scenario.ts'
export type { ContextValue, Request } from '#iam/request.ts'
export type { CompareInput } from '#prove/compare-values.ts'
export type { Comparison } from '#prove/comparison.ts'
export type { AccessSet, ConditionBlock } from '#space/access-set.ts'

/** Judges one request against every policy layer, with the whole trace. */
export function evaluate(
  given: Scenario | { readonly scenario: Scenario },
  { chain = false, readings }: EvaluateOptions = {},
): Decision {
  const problem = problemOfReadings(readings)
  if (problem !== undefined) throw new TypeError(problem)
  const scenario = given !== null && 'scenario' in given ? given.scenario : given
  if (scenario?.request === undefined) throw new TypeError('a scenario is an object with `request` and `policies`')
  return chain ? evaluateChainWithLint(scenario, readings) : evaluateWithLint(scenario, readings)
}

export interface EvaluateOptions {
  readonly chain?: boolean
  /** Other readings of disputed rules than the default ones (docs/disputed.md). */
  readonly readings?: SomeReadings
}

/** Comparison of what NEW allows that OLD did not, and the reverse: policy documents, lists of them, or scenarios. */
export function compare(input: CompareInput): Comparison
export function compare(old: unknown, next: unknown, options?: Pick<CompareInput, 'kind'>): Comparison
export function compare(...given: readonly unknown[]): Comparison {
  return compareValues(compareInput(given))
}

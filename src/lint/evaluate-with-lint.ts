import type { SomeReadings } from '#iam/readings.ts'
import { evaluateFurther } from '#engine/chain.ts'
import { evaluatePrepared, prepareScenario } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { type DecisionWithLint, stepWithLint, withLint } from './decision-with-lint.ts'

/** Evaluates a request, and finds what is odd about its policies and about itself: for whoever prints both. */
export function evaluateWithLint(scenario: Scenario, readings?: SomeReadings): DecisionWithLint {
  const prepared = prepareScenario(scenario, readings)
  return withLint(evaluatePrepared(prepared), prepared)
}

/** Evaluates a request and every further request that it needs, with the findings on each. */
export const evaluateChainWithLint = (scenario: Scenario, readings?: SomeReadings): DecisionWithLint => ({
  ...evaluateWithLint(scenario, readings),
  steps: evaluateFurther(scenario, readings).map(({ step, scenario: held }) =>
    stepWithLint(step, prepareScenario(held, readings)),
  ),
})

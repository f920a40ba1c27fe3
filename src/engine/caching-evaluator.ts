import { evaluateEffect } from './evaluate-effect.ts'
import type { Decision, DecisionEffect } from './decision.ts'
import { evaluateRequest } from './evaluate.ts'
import { type PreparedPolicies, preparePolicies, preparingOnce } from './prepare.ts'
import type { PreparedScenario } from './read-request.ts'
import type { Scenario } from './scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'

/** The engine for many scenarios that differ in one policy each: the others are prepared once. */
export interface CachingEvaluator {
  readonly prepared: (scenario: Scenario) => PreparedScenario
  /** The whole decision, with its trace. */
  readonly evaluate: (scenario: Scenario) => Decision
  /** The effect alone, for searches; `spend` is told what it costs. */
  readonly effect: (scenario: Scenario) => DecisionEffect
  /** The effect of a request that is shown by itself, which costs no budget. */
  readonly unbudgetedEffect: (scenario: Scenario) => DecisionEffect
}

/**
 * An evaluator with an empty cache.
 * @param spend is called before an effect is decided, with the steps of work that it costs; it may throw to end the search.
 */
export function newCachingEvaluator(
  readings: SomeReadings | undefined,
  spend: (steps: number) => void = () => undefined,
): CachingEvaluator {
  const prepareOne = preparingOnce()
  const prepared = (scenario: Scenario): PreparedScenario => ({
    scenario,
    policies: preparePolicies(scenario.policies ?? {}, readings, prepareOne),
  })
  const evaluate = (scenario: Scenario): Decision =>
    evaluateRequest(prepared(scenario).policies, scenario.request, scenario)
  const unbudgetedEffect = (scenario: Scenario): DecisionEffect => {
    const { decision } = evaluateEffect(prepared(scenario).policies, scenario.request, scenario)
    // Only the whole evaluation goes through the cases over what is not known (R-COND-65).
    return decision === 'undetermined' ? evaluate(scenario).decision : decision
  }
  return {
    prepared,
    evaluate,
    unbudgetedEffect,
    effect: (scenario) => {
      spend(40 + 4 * statementsIn(prepared(scenario).policies))
      return unbudgetedEffect(scenario)
    },
  }
}

/** How many statements a decision looks at. */
function statementsIn(policies: PreparedPolicies): number {
  const levels = [...(policies.serviceControlPolicies ?? []), ...(policies.resourceControlPolicies ?? [])]
  const listed = [
    ...(policies.identityPolicies ?? []),
    ...(policies.sessionPolicies ?? []),
    ...[policies.permissionsBoundary ?? [], policies.resourcePolicy ?? [], policies.vpcEndpointPolicy ?? []].flat(),
    ...levels.flatMap((level) => level.policies ?? []),
  ]
  return listed.reduce((sum, { document }) => sum + document.statements.length, 0)
}

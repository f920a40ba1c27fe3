import { decideRequest } from '#engine/decide.ts'
import type { Decision, DecisionEffect } from '#engine/decision.ts'
import { evaluateRequest } from '#engine/evaluate.ts'
import { type PreparedPolicies, preparePolicies, preparingOnce } from '#engine/prepare.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import type { Scenario } from '#engine/scenario.ts'
import { Budget } from '#space/budget.ts'
import type { SomeReadings } from '#iam/readings.ts'

/** The engine for many scenarios that differ in one policy each: the others are prepared once. */
export interface Judge {
  readonly prepared: (scenario: Scenario) => PreparedScenario
  /** The whole decision. */
  readonly evaluate: (scenario: Scenario) => Decision
  /** What it comes to, without the trace, for searches: counted. */
  readonly effect: (scenario: Scenario) => DecisionEffect
  /** The same for a request that is told by itself: a decision has no budget. */
  readonly told: (scenario: Scenario) => DecisionEffect
  /** What all that is proved by it may cost together. */
  readonly budget: Budget
}

export function newJudge(readings: SomeReadings | undefined, budget = new Budget()): Judge {
  const prepareOne = preparingOnce()
  const prepared = (scenario: Scenario): PreparedScenario => ({
    scenario,
    policies: preparePolicies(scenario.policies ?? {}, readings, prepareOne),
  })
  const evaluate = (scenario: Scenario): Decision =>
    evaluateRequest(prepared(scenario).policies, scenario.request, scenario)
  const told = (scenario: Scenario): DecisionEffect => {
    const { decision } = decideRequest(prepared(scenario).policies, scenario.request, scenario)
    // Only the whole evaluation goes through the cases over what is not known (R-COND-65).
    return decision === 'undetermined' ? evaluate(scenario).decision : decision
  }
  return {
    prepared,
    evaluate,
    budget,
    told,
    effect: (scenario) => {
      budget.spend(40 + 4 * statementsIn(prepared(scenario).policies))
      return told(scenario)
    },
  }
}

/** What a decision looks at. */
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

import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { ReplayContext } from '#diagnose/replay-context.ts'
import type { EvaluatedStep } from '#engine/chain.ts'
import { isStandIn } from '#engine/representatives.ts'
import type { Outcome } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import { OutOfBudget } from '#space/budget.ts'
import type { BudgetedEvaluator } from '../budgeted-evaluator.ts'
import type { ContextValue } from '#iam/request.ts'
import type { ConditionalFix } from './fix.ts'
import { searchFixes } from './fix-search.ts'
import type { RankedPlan } from './rank.ts'

/** More cases than that nobody reads. */
const MAX_CASES = 4

/** The fixes of an undetermined request, by case. */
export interface ConditionalFixes<F> {
  readonly fixes: readonly ConditionalFix<F>[]
  /** Why cases were left out; undefined: none was. */
  readonly notTried: string | undefined
}

/**
 * For each case of an undetermined request that can be put into words, the smallest fix for it. None of them is a fix of
 * the request as it is known: the facts come first, and which to fetch stands in `missing`. `finish`: how much is told of it.
 */
export function conditionalFixes<F>(
  diagnosis: Diagnosis,
  replayContext: ReplayContext | undefined,
  evaluator: BudgetedEvaluator,
  finish: (plan: RankedPlan) => F,
): ConditionalFixes<F> {
  const [first] = diagnosis.steps
  if (replayContext === undefined || first?.decision.decision !== 'undetermined')
    return { fixes: [], notTried: undefined }
  const outcomes = first.decision.outcomes
    .filter(({ when }) => Object.values(when).every((value) => !isStandIn(value)))
    .slice(0, MAX_CASES)
  const fixes: ConditionalFix<F>[] = []
  try {
    for (const outcome of outcomes) fixes.push(...fixIf(outcome, diagnosis, replayContext, evaluator, finish))
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return { fixes, notTried: error.message }
  }
  return { fixes, notTried: undefined }
}

function fixIf<F>(
  { when, decision }: Outcome,
  diagnosis: Diagnosis,
  replayContext: ReplayContext,
  evaluator: BudgetedEvaluator,
  finish: (plan: RankedPlan) => F,
): readonly ConditionalFix<F>[] {
  const [first] = replayContext.steps
  const held = first && withKeys(first.scenario, when)
  // A value that is only an example of its case is tried before anything is said.
  if (held === undefined || decision === 'undetermined' || evaluator.effect(held) !== decision) return []
  if (decision === 'allowed') return [{ when, decision, fix: null }]
  const steps = [held, ...replayContext.dependentScenarios(held)].map((scenario, i): EvaluatedStep => {
    const known = diagnosis.steps[i]
    return {
      scenario,
      step: {
        relation: i === 0 ? 'denied' : 'next',
        request: scenario.request,
        why: known?.why ?? diagnosis.steps[0]?.why ?? '',
        decision: evaluator.evaluate(scenario),
      },
    }
  })
  const best = searchFixes(diagnosis, { ...replayContext, steps }, evaluator).best()
  // Where the work ended, that nothing was found says nothing.
  if (best === undefined) evaluator.budget.spend(0)
  return [{ when, decision, fix: best === undefined ? null : finish(best) }]
}

function withKeys(scenario: Scenario, when: Outcome['when']): Scenario {
  const { request } = scenario
  return {
    ...scenario,
    request: { ...request, context: { ...request.context, ...(when as Record<string, ContextValue>) } },
  }
}

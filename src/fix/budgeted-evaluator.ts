import { type CachingEvaluator, newCachingEvaluator } from '#engine/caching-evaluator.ts'
import type { SomeReadings } from '#iam/readings.ts'
import { Budget } from '#space/budget.ts'

/** An evaluator whose effects are paid out of the budget that the proofs beside them have, too. */
export interface BudgetedEvaluator extends CachingEvaluator {
  /** The work that all searches and proofs with it may cost together, in steps. */
  readonly budget: Budget
}

/** `effect` throws `OutOfBudget` where the budget does not reach. */
export function newBudgetedEvaluator(readings: SomeReadings | undefined, budget = new Budget()): BudgetedEvaluator {
  return { ...newCachingEvaluator(readings, (steps) => budget.spend(steps)), budget }
}

/** An evaluator with a budget of its own. @param steps of work; undefined: as many as usual */
export const evaluatorWithin = (readings: SomeReadings | undefined, steps?: number): BudgetedEvaluator =>
  newBudgetedEvaluator(readings, new Budget(steps))

import { type DoubtfulAction, doubtfulAction } from '#iam/facts/doubtful-action.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { EvaluationInput } from './evaluation-input.ts'

const doubtOf = memoizeText((action): DoubtfulAction | 'none' => doubtfulAction(action) ?? 'none')

/** The case with what speaks against its action's existing: that is asked where a request is evaluated by its name (R-ACT-05). */
export function withDoubt(input: EvaluationInput): EvaluationInput {
  const doubt = doubtOf(input.action)
  return doubt === 'none' ? input : { ...input, doubt }
}

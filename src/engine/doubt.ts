import { type DoubtfulAction, doubtfulAction } from '#iam/facts/doubtful-action.ts'
import { rememberText } from '#iam/memoize.ts'
import type { Case } from './case.ts'

const doubtOf = rememberText((action): DoubtfulAction | 'none' => doubtfulAction(action) ?? 'none')

/** The case with what speaks against its action's existing: that is asked where a request is judged by its name (R-ACT-05). */
export function withDoubt(facts: Case): Case {
  const doubt = doubtOf(facts.action)
  return doubt === 'none' ? facts : { ...facts, doubt }
}

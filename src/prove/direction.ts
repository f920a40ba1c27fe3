import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import { type Budget, OutOfBudget } from '#space/budget.ts'
import type { Access } from './comparison.ts'

/** A direction of a comparison. */
export interface Direction {
  readonly access: Access
  readonly sets: readonly AccessSet[]
  readonly witness: Request | null
  readonly reason?: string
}

export const undecided = (reason: string): Direction => ({ access: 'undecided', sets: [], witness: null, reason })
export const NOT_ASKED = undecided('what is no longer allowed was not asked for')
export const NONE: Direction = { access: 'none', sets: [], witness: null }

export const OPEN = 'the answer hangs on a policy variable, or on a condition whose values cannot all be told apart'
export const CUT_OFF = 'the patterns have more combinations than are looked at'
export const ELSEWHERE =
  'what policies and settings other resources have is not known, and they may grant or refuse what the two sides differ in'

/** The result of a search; where its budget does not reach, what was found by then, or that nothing is decided. */
export function withinBudget(budget: Budget, search: () => Direction, found: () => Direction | undefined): Direction {
  try {
    return search()
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    budget.grace()
    return foundBy(found) ?? undecided(error.message)
  }
}

function foundBy(found: () => Direction | undefined): Direction | undefined {
  try {
    return found()
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return undefined
  }
}

import type { Budget } from './budget.ts'

/** Limits of a search for texts. */
export interface WalkLimits {
  /** Only texts that all of these hold. */
  readonly required?: readonly number[]
  readonly maxStates?: number
  readonly budget?: Budget | undefined
}

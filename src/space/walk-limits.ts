import type { Budget } from './budget.ts'

/** What a search for texts keeps to. */
export interface WalkLimits {
  /** Only texts that all of these hold. */
  readonly required?: readonly number[]
  readonly maxStates?: number
  readonly budget?: Budget | undefined
}

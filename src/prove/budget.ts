import { DEFAULT_BUDGET } from '#space/budget.ts'

/** Steps of work that one question may cost where nothing else is said. */
export const DEFAULT_STEPS = DEFAULT_BUDGET

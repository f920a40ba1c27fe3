import { DEFAULT_STEPS } from '#prove/budget.ts'

/** Steps of work for a factor as a person gives it; undefined: as many as where nothing is said. */
export const stepsOf = (factor: number | undefined): number | undefined =>
  factor === undefined ? undefined : Math.ceil(factor * DEFAULT_STEPS)

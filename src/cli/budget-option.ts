import { stepsOf } from '#app/budget.ts'

/** Budget of a search that `--budget` gives, in steps; undefined: it is not given. */
export function budgetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return stepsOf(/^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN, '--budget', text)
}

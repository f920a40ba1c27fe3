import { RCP_SERVICES } from '#iam/facts/rcp-services.ts'
import { ActionClasses } from '#space/action-classes.ts'
import type { Budget } from '#space/budget.ts'
import type { Entry } from './document-set.ts'

/** Cost of evaluating a request once on each side, in steps of the budget: what bears on it, and what every request costs. */
export function weightOf(bearing: readonly Entry[]): number {
  let weight = 80
  for (const { statement, resources } of bearing) {
    weight += 4 + resources.length
    for (const { values } of statement.conditions) weight += 1 + values.length
  }
  return weight
}

/** Actions that the statements of all layers tell apart. */
export const actionClassesOf = (entries: readonly Entry[], budget: Budget): ActionClasses =>
  new ActionClasses(
    entries.map(({ statement }) => statement),
    { kind: RCP_SERVICES, budget },
  )

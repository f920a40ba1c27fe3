import type { PreparedScenario } from '#engine/read-request.ts'
import type { GrantGoal } from '../grant-goal.ts'
import type { Statement } from '#iam/policy.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import { layeredEntries } from '#prove/layered-entries.ts'

/**
 * Whether all that changed is an Allow for just what is wanted: one more Allow lets through only requests that it matches
 * (R-EVAL-10), so nothing beyond the intent can be gained, and nothing has to be searched for.
 */
export function addsOnlyIntended(old: PreparedScenario, next: PreparedScenario, goals: readonly GrantGoal[]): boolean {
  const { entries, everything } = layeredEntries(old, next)
  if (everything[0] || everything[1]) return false
  return entries.every(
    ({ statement, isDeny, sides: [before, after] }) =>
      before === after || (!isDeny && after && goals.some((goal) => isWithin(statement, goal))),
  )
}

function isWithin(statement: Statement, { action, resources, conditions }: GrantGoal): boolean {
  const { actionElement, actionSource, resourceElement, resources: patterns } = statement
  if (actionElement !== 'Action' || resourceElement !== 'Resource' || patterns === undefined) return false
  const listed = new Set(resources)
  return (
    actionSource.every((pattern) => pattern.toLowerCase() === action.toLowerCase()) &&
    patterns.every(({ source }) => listed.has(source)) &&
    Object.entries(conditions).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) =>
        statement.conditions.some((line) => asks(line, operator, key, values)),
      ),
    )
  )
}

const asks = (line: ConditionLine, operator: string, key: string, values: string | readonly string[]): boolean =>
  line.operator === operator &&
  line.key === key &&
  JSON.stringify(line.values.map(({ template }) => template.source)) === JSON.stringify([values].flat())

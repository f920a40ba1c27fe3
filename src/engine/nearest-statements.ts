import type { FailedElement, StatementVerdict } from './decision.ts'

/**
 * Of statements that allow nothing here, the Allow statements that fail on least; one that is about another action
 * altogether is not near.
 */
export function nearestStatements(statements: readonly StatementVerdict[]): readonly StatementVerdict[] {
  const allows = statements.filter(({ effect, matches }) => effect === 'Allow' && matches !== true)
  const near = allows.filter(({ failedOn }) => failedOn.length > 0 && failedOn.every(isNear))
  const least = Math.min(...near.map(({ failedOn }) => failedOn.length))
  return near.filter(({ failedOn }) => failedOn.length === least)
}

const isNear = ({ element, hint }: FailedElement): boolean =>
  hint !== undefined || (element !== 'Action' && element !== 'NotAction')

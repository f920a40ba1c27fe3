import type { Truth } from './truth.ts'

/** What came of a statement: whether it matches, and the elements that it failed on. */
interface StatementOutcome {
  readonly effect: 'Allow' | 'Deny'
  readonly matches: Truth
  readonly failedOn: readonly { readonly element: string; readonly hint?: string }[]
}

/**
 * The nearest Allow statements, of statements that allow nothing here: those that fail on the fewest elements; one that is about another
 * action altogether is not near.
 */
export function nearestStatements<S extends StatementOutcome>(statements: readonly S[]): readonly S[] {
  const allows = statements.filter(({ effect, matches }) => effect === 'Allow' && matches !== true)
  const near = allows.filter(({ failedOn }) => failedOn.length > 0 && failedOn.every(isNear))
  const least = Math.min(...near.map(elementsFailed))
  return near.filter((statement) => elementsFailed(statement) === least)
}

/** How many elements of a statement fail; a Condition is one, however many of its keys do. */
const elementsFailed = ({ failedOn }: StatementOutcome): number => new Set(failedOn.map(({ element }) => element)).size

const isNear = ({ element, hint }: StatementOutcome['failedOn'][number]): boolean =>
  hint !== undefined || (element !== 'Action' && element !== 'NotAction')

import type { Truth } from './truth.ts'

/** What came of a statement: whether it matches, and the elements that it failed on. */
interface StatementOutcome {
  readonly effect: 'Allow' | 'Deny'
  readonly matches: Truth
  readonly failedOn: readonly {
    readonly element: string
    readonly hint?: string
    readonly expected?: unknown
    readonly actual?: unknown
  }[]
}

/**
 * The nearest Allow statements, of statements that allow nothing here: those that fail on the fewest elements; one that is about another
 * action altogether is not near.
 */
export function nearestStatements<S extends StatementOutcome>(statements: readonly S[]): readonly S[] {
  const allows = statements.filter(({ effect, matches }) => effect === 'Allow' && matches !== true)
  const near = allows.filter(({ failedOn }) => failedOn.length > 0 && failedOn.every(isNear))
  const least = Math.min(...near.map(elementsFailed))
  const nearest = near.filter((statement) => elementsFailed(statement) === least)
  // What allows this caller something is nearer than what is for others, unless a slip keeps that from naming the caller.
  const own = nearest.filter((statement) => !isForOthers(statement))
  return own.length === 0 ? nearest : own
}

const isForOthers = ({ failedOn }: StatementOutcome): boolean =>
  failedOn.some(({ element, hint }) => element === 'Principal' && hint === undefined)

/** Whether an Allow statement fails on its Action alone, which names other actions of the service of the request. */
export function allowsOtherActions({ effect, failedOn }: StatementOutcome): boolean {
  const [only, ...others] = failedOn
  if (effect !== 'Allow' || only?.element !== 'Action' || others.length > 0 || typeof only.actual !== 'string')
    return false
  const service = only.actual.slice(0, only.actual.indexOf(':') + 1).toLowerCase()
  return [only.expected].flat().some((action) => String(action).toLowerCase().startsWith(service))
}

/** How many elements of a statement fail; a Condition is one, however many of its keys do. */
const elementsFailed = ({ failedOn }: StatementOutcome): number => new Set(failedOn.map(({ element }) => element)).size

const isNear = ({ element, hint }: StatementOutcome['failedOn'][number]): boolean =>
  hint !== undefined || (element !== 'Action' && element !== 'NotAction')

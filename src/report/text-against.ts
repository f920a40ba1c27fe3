import type { LayerDifference, StatementDifference } from '#diagnose/differences.ts'
import type { Decision, StatementVerdict } from '#engine/decision.ts'
import type { Request } from '#iam/request.ts'
import { placeOf, statementName, verdictName } from './layer-words.ts'
import { layerName } from '#iam/layers.ts'
import { block, type Page } from './page.ts'
import { headLines, join, refusalLines } from './text-decision.ts'

/** The decision of one of the two sides. */
export interface DecisionOfSide {
  readonly what: string
  readonly request: Request
  readonly decision: Decision
}

/** Both decisions, then the layer and statement that make the difference, then all others that differ. */
export function againstText(
  here: DecisionOfSide,
  there: DecisionOfSide,
  differences: readonly LayerDifference[],
  page: Page,
): string {
  const [first, ...others] = differences
  return join([
    sideLines('here', here, page),
    sideLines(there.what, there, page),
    first === undefined ? ['No layer differs.'] : ['The difference', ...differenceLines(first, page)],
    others.length === 0 ? [] : ['Also different', ...others.flatMap((difference) => differenceLines(difference, page))],
  ])
}

function sideLines(name: string, { request, decision }: DecisionOfSide, page: Page): string[] {
  const head = headLines(request, decision.decision, page)
  const indent = decision.decision.length + 3
  return [...head, ...block(page, 'where', indent, name), ...refusalLines(decision, indent, page)]
}

function differenceLines(difference: LayerDifference, page: Page): string[] {
  const { layer, where, here, there } = difference
  const verdicts = `${here === null ? 'not there' : verdictName(here)} here, ${there === null ? 'not there' : verdictName(there)} there`
  return [
    ...block(page, '  ', 2, `${layerName(layer)}${where === undefined ? '' : ` at ${where}`}: ${verdicts}`),
    ...difference.statements.flatMap((statement) => block(page, '    ', 4, statementText(statement))),
  ]
}

function statementText({ here, there }: StatementDifference): string {
  const statement = here ?? there
  if (statement === null) return ''
  const name = `${statement.effect} ${statementName(statement)}${placeOf(statement)}`
  if (there === null) return `${name} is only here, and ${matching(here)}`
  if (here === null) return `${name} is only there, and ${matching(there)}`
  return `${name} ${matching(here)} here, ${matching(there)} there${why(here, there)}`
}

const matching = (statement: StatementVerdict | null): string => {
  if (statement === null || statement.matches === false) return 'does not match'
  return statement.matches === true ? 'matches' : 'may match'
}

/** Element that fails in the statement that does not match, with what it wants and what the request has. */
function why(here: StatementVerdict, there: StatementVerdict): string {
  const [failed] = here.matches === false ? here.failedOn : there.failedOn
  if (failed === undefined) return ''
  const element = failed.key === undefined ? failed.element : `${failed.element} ${failed.key}`
  return `: ${element} wants ${JSON.stringify(failed.expected)}, the request has ${JSON.stringify(failed.actual)}`
}

import { readBool, readDate, readNumber, readRange } from '#iam/condition/compare.ts'
import type { OperatorFamily } from '#iam/condition/operators.ts'
import { type Check, type Found, NONE, statementCheck, when } from './check.ts'
import { hasVariable, type Line, type LineValue } from './view.ts'
import { shown } from './shown.ts'

/** The operators of a Condition, and whether values are of their type (docs/rules.md, Condition operators, C.3). */
export const OPERATOR_CHECKS: readonly Check[] = [
  ofLines('error', 'Invalid condition operator', 'R-COND-05', ({ operator, use }) =>
    use === undefined && !isNullIfExists(operator) ? `${shown(operator)} is no condition operator` : undefined,
  ),
  ofLines('error', 'Null with if exists', 'R-COND-03', ({ operator, use }) =>
    use === undefined && isNullIfExists(operator)
      ? '`Null` asks whether the key is there and takes no IfExists'
      : undefined,
  ),
  ofLines('error', 'Missing qualifier', 'R-COND-22', ({ key, folded, use, facts }) =>
    facts?.multivalued === true &&
    !TESTED_PLAINLY.has(folded) &&
    use !== undefined &&
    use.setOperator === undefined &&
    use.operator.family !== 'null'
      ? `${shown(key)} has several values: use ForAllValues or ForAnyValue`
      : undefined,
  ),
  ofLines('error', 'Invalid condition multiple Boolean', 'R-COND-16', ({ key, use, values }) => {
    const one = use !== undefined && use.setOperator === undefined && ONE_VALUE.has(use.operator.family)
    return one && values.length > 1 ? `${shown(key)} is compared with one of \`true\` and \`false\`` : undefined
  }),
  ofLines('error', 'Invalid condition data type', 'R-GRAM-05', ({ key, values }) =>
    new Set(values.map(({ value }) => typeof value)).size > 1
      ? `the values of ${shown(key)} are of different JSON types`
      : undefined,
  ),
  ofValues('error', 'Type mismatch IP range', 'R-COND-14', 'ip', ({ text }) =>
    readRange(text.trim()) === undefined ? `${shown(text)} is no IP address or range` : undefined,
  ),
  ofValues('warning', 'Type mismatch number', 'R-COND-04', 'numeric', ({ text }) =>
    readNumber(text) === undefined ? `${shown(text)} is no number` : undefined,
  ),
  ofValues('warning', 'Type mismatch date', 'R-COND-13', 'date', ({ text }) =>
    readDate(text) === undefined ? `${shown(text)} is no date such as \`2026-01-31\`` : undefined,
  ),
  ofValues('warning', 'Invalid date value', 'R-COND-13', 'date', ({ text }) =>
    /^\d{5,20}$/.test(text.trim()) ? `${shown(text)} counts as seconds since 1970; write the date out` : undefined,
  ),
  ofValues('warning', 'Type mismatch Boolean', 'R-COND-04', 'bool', ({ text }) =>
    readBool(text) === undefined ? `${shown(text)} is neither \`true\` nor \`false\`` : undefined,
  ),
  ofValues('warning', 'Type mismatch Boolean', 'R-COND-04', 'null', ({ text }) =>
    readBool(text) === undefined ? `${shown(text)} is neither \`true\` nor \`false\`` : undefined,
  ),
  ofValues('warning', 'Type mismatch string', 'R-COND-04', 'binary', ({ text }) =>
    isBase64(text) ? undefined : `${shown(text)} is not in base64`,
  ),
  ofLines('warning', 'Type mismatch', 'R-COND-04', ({ key, operator, use, facts, folded }) => {
    if (use === undefined || facts === undefined || use.operator.family === 'null') return undefined
    const fits = FAMILIES[facts.type].includes(use.operator.family)
    const epoch = folded === 'aws:epochtime' && use.operator.family === 'numeric'
    return fits || epoch ? undefined : `\`${operator}\` does not fit ${shown(key)}, which is of type ${facts.type}`
  }),
  ofLines('security', 'String like operator with ARN condition keys', 'R-COND-12', ({ key, use, facts }) =>
    facts?.type === 'ARN' && use?.operator.family === 'string' && use.operator.relation === 'like'
      ? `under StringLike a wildcard in ${shown(key)} runs over colons; ArnLike keeps to the parts`
      : undefined,
  ),
  ofLines('security', 'ForAllValues with single valued key', 'R-COND-21', ({ key, use, facts, folded }) =>
    use?.setOperator === 'ForAllValues' && facts?.multivalued === false && !isAudience(folded)
      ? `${shown(key)} has one value, and ForAllValues is true without any`
      : undefined,
  ),
  ofLines('security', 'ForAnyValue with audience claim type', 'R-COND-23', ({ key, use, folded }) =>
    use?.setOperator === 'ForAnyValue' && isAudience(folded)
      ? `${shown(key)} has one value: leave ForAnyValue out`
      : undefined,
  ),
  ofLines('suggestion', 'Confirm audience claim type', 'R-COND-21', ({ key, use, folded }) =>
    use?.setOperator === 'ForAllValues' && isAudience(folded)
      ? `${shown(key)} has one value, and ForAllValues is true without any`
      : undefined,
  ),
  ofLines('suggestion', 'Null with qualifier', 'R-COND-26', ({ operator, use }) =>
    use?.operator.family === 'null' && use.setOperator !== undefined
      ? `\`${operator}\` is always ${use.setOperator === 'ForAllValues'}`
      : undefined,
  ),
]

/** A check of every condition line; what `problem` says is the message. */
export function ofLines(
  severity: Check['severity'],
  id: string,
  rule: string,
  problem: (line: Line) => string | undefined,
): Check {
  return statementCheck(severity, id, rule, ({ lines }) =>
    lines.flatMap((line): readonly Found[] => {
      const message = problem(line)
      return message === undefined ? NONE : [[line.pointer, message]]
    }),
  )
}

/** A check of every value under operators of one family; variables, which such operators do not know, are another check's. */
function ofValues(
  severity: Check['severity'],
  id: string,
  rule: string,
  family: OperatorFamily,
  problem: (value: LineValue) => string | undefined,
): Check {
  return statementCheck(severity, id, rule, ({ lines }) =>
    lines.flatMap(({ use, values }) =>
      use?.operator.family !== family
        ? NONE
        : values.flatMap((value) => {
            const message = hasVariable(value.text) ? undefined : problem(value)
            return when(message !== undefined, value.pointer, message ?? '')
          }),
    ),
  )
}

/** Listed with several values, yet tested with plain operators in AWS's own policies. */
const TESTED_PLAINLY: ReadonlySet<string> = new Set(['events:detail-type'])

const ONE_VALUE: ReadonlySet<OperatorFamily> = new Set(['bool', 'null'])

/** Which operators AWS means for a type of key. StringEquals on an ARN is exact and does no harm. */
const FAMILIES: Readonly<Record<NonNullable<Line['facts']>['type'], readonly OperatorFamily[]>> = {
  // Tags and encryption contexts may hold ARNs.
  String: ['string', 'arn'],
  ARN: ['arn', 'string'],
  Bool: ['bool'],
  Numeric: ['numeric'],
  Date: ['date'],
  IPAddress: ['ip'],
  Binary: ['binary'],
}

function isNullIfExists(operator: string): boolean {
  return operator.slice(operator.indexOf(':') + 1).toLowerCase() === 'nullifexists'
}

/** `aud` of any identity provider; a host name has a dot. */
const isAudience = (folded: string): boolean => folded.endsWith(':aud') && folded.includes('.')

const isBase64 = (text: string): boolean => text.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(text)

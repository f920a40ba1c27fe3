/**
 * The condition operators, in AWS's order, one row each.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export type OperatorFamily = 'string' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'arn' | 'null'

export type Relation = 'equals' | 'equals-ignore-case' | 'like' | 'less' | 'less-equal' | 'greater' | 'greater-equal'

export interface Operator {
  readonly name: string
  readonly family: OperatorFamily
  readonly relation: Relation
  /** `Not…` operators match when no policy value compares, and when the key is absent (R-COND-01, R-COND-02). */
  readonly negated: boolean
}

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [name: string, family: OperatorFamily, relation: Relation, negated: boolean])[] = [
  ['StringEquals',              'string',  'equals',             false],
  ['StringNotEquals',           'string',  'equals',             true ],
  ['StringEqualsIgnoreCase',    'string',  'equals-ignore-case', false],
  ['StringNotEqualsIgnoreCase', 'string',  'equals-ignore-case', true ],
  ['StringLike',                'string',  'like',               false],
  ['StringNotLike',             'string',  'like',               true ],
  ['NumericEquals',             'numeric', 'equals',             false],
  ['NumericNotEquals',          'numeric', 'equals',             true ],
  ['NumericLessThan',           'numeric', 'less',               false],
  ['NumericLessThanEquals',     'numeric', 'less-equal',         false],
  ['NumericGreaterThan',        'numeric', 'greater',            false],
  ['NumericGreaterThanEquals',  'numeric', 'greater-equal',      false],
  ['DateEquals',                'date',    'equals',             false],
  ['DateNotEquals',             'date',    'equals',             true ],
  ['DateLessThan',              'date',    'less',               false],
  ['DateLessThanEquals',        'date',    'less-equal',         false],
  ['DateGreaterThan',           'date',    'greater',            false],
  ['DateGreaterThanEquals',     'date',    'greater-equal',      false],
  ['Bool',                      'bool',    'equals',             false],
  ['BinaryEquals',              'binary',  'equals',             false],
  ['IpAddress',                 'ip',      'equals',             false],
  ['NotIpAddress',              'ip',      'equals',             true ],
  ['ArnEquals',                 'arn',     'like',               false],
  ['ArnLike',                   'arn',     'like',               false],
  ['ArnNotEquals',              'arn',     'like',               true ],
  ['ArnNotLike',                'arn',     'like',               true ],
  ['Null',                      'null',    'equals',             false],
]

const BY_NAME = new Map<string, Operator>(
  ROWS.map(([name, family, relation, negated]) => [name.toLowerCase(), { name, family, relation, negated }]),
)

export const OPERATOR_NAMES: readonly string[] = ROWS.map(([name]) => name)

export type SetOperator = 'ForAllValues' | 'ForAnyValue'

export interface OperatorUse {
  readonly operator: Operator
  readonly setOperator: SetOperator | undefined
  readonly ifExists: boolean
}

/** Reads `ForAnyValue:StringLikeIfExists`; undefined for a name that is no operator, and for `NullIfExists` (R-COND-03, R-COND-05). */
export function readOperator(text: string): OperatorUse | undefined {
  const colon = text.indexOf(':')
  const prefix = colon < 0 ? '' : text.slice(0, colon).toLowerCase()
  const setOperator = prefix === 'forallvalues' ? 'ForAllValues' : prefix === 'foranyvalue' ? 'ForAnyValue' : undefined
  if (colon >= 0 && setOperator === undefined) return undefined
  const rest = text.slice(colon + 1)
  const ifExists = rest.toLowerCase().endsWith('ifexists')
  const operator = BY_NAME.get((ifExists ? rest.slice(0, -'IfExists'.length) : rest).toLowerCase())
  if (operator === undefined || (ifExists && operator.family === 'null')) return undefined
  return { operator, setOperator, ifExists }
}

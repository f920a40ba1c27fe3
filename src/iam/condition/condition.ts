import { DEFAULT_READINGS, type Readings } from '../readings.ts'
import { isAccountId } from '../arn.ts'
import { globsMeet } from '../glob.ts'
import {
  ABSENT,
  isMultivaluedGlobalKey,
  isOfOrganization,
  type KeyState,
  type Lookup,
  several,
  single,
} from '../key-state.ts'
import { ID_PATTERN, withAccount } from '../masked-account.ts'
import { type RoleArns, roleArnsOf } from '../role-path.ts'
import { andAll, not, or, orAll, type Truth } from '../truth.ts'
import { type Filled, fill, readTemplate, type Template } from '../variables.ts'
import { comparisonOf, type Comparison, FITS, readBool } from './compare.ts'
import { fitsMasked, type MaskedParts, maskInPolicy, maskInRequest } from './compare-masked.ts'
import { type OperatorUse, readOperator } from './operators.ts'

/** Line of a `Condition`: an operator, a key, its values. `use` is undefined for an operator that does not exist. */
export interface ConditionLine {
  readonly operator: string
  readonly key: string
  readonly use: OperatorUse | undefined
  readonly values: readonly ConditionValue[]
  /** How its disputed cases are read. */
  readonly readings: Readings
}

export interface ConditionValue {
  readonly template: Template
  /** Prepared now when the value holds no variable. */
  readonly constant: Comparison | undefined
  /** The account that it names, where it is a mask (R-UNK-05). */
  readonly mask?: string
}

/**
 * Reads a `Condition` block; every line is ANDed with the others, the values of a line are ORed (R-COND-01).
 * Undefined where it is no such block.
 */
export function readCondition(
  value: unknown,
  version: string,
  readings: Readings = DEFAULT_READINGS,
): ConditionLine[] | undefined {
  if (!isConditionBlock(value)) return undefined
  const lines: ConditionLine[] = []
  for (const [operator, keys] of Object.entries(value)) {
    const use = readOperator(operator)
    for (const [key, listed] of Object.entries(keys)) {
      const values = Array.isArray(listed) ? listed : [listed]
      const read = values.map((value) => readValue(String(value), key, use, version, readings))
      lines.push({ operator, key, use, values: read, readings })
    }
  }
  return lines
}

type ConditionBlock = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** An object of operators, of keys, of values: text, boolean, number, or a list of these (R-GRAM-05). Compiles nothing. */
export function isConditionBlock(value: unknown): value is ConditionBlock {
  if (!isObject(value)) return false
  for (const operator of Object.keys(value)) {
    const keys = value[operator]
    if (!isObject(keys)) return false
    for (const key of Object.keys(keys)) {
      const listed = keys[key]
      if (!(Array.isArray(listed) ? listed.every(isValue) : isValue(listed))) return false
    }
  }
  return true
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isValue = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

function readValue(
  text: string,
  key: string,
  use: OperatorUse | undefined,
  version: string,
  readings: Readings,
): ConditionValue {
  const isTextInBool = use?.operator.family === 'bool' && readings['variables-in-bool'] === 'text'
  const variablesAllowed = use === undefined || !(NO_VARIABLES.has(use.operator.family) || isTextInBool)
  const template = readTemplate(text, variablesAllowed ? version : '2008-10-17', readings)
  if (use === undefined) return { template, constant: undefined }
  const [first] = template.parts
  const start = first?.kind === 'pattern' ? first.text : ''
  const mask = maskInPolicy(use.operator, key, start, template.parts.length === 1)
  const masked = mask === undefined ? {} : { mask }
  if (!template.constant) return { template, constant: undefined, ...masked }
  const filled = fill(template, () => ({ state: 'absent' }))
  return { template, constant: typeof filled === 'string' ? undefined : comparisonOf(use.operator, filled), ...masked }
}

/** Variables stand in string and ARN operators, and in Bool (R-VAR-01, X-07); elsewhere `${…}` is text. */
const NO_VARIABLES: ReadonlySet<string> = new Set(['null', 'numeric', 'date', 'ip', 'binary'])

/**
 * Truth of a condition line for the request. The only place that knows what absent, unknown and several values mean.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function evaluateLine(line: ConditionLine, state: KeyState, lookup: Lookup): Truth {
  const { use } = line
  if (use === undefined) return false // R-COND-05
  if (use.operator.family === 'null') return evaluateNull(line, use, state)
  if (line.values.length === 0) return line.readings['empty-value-list'] === 'holds' || evaluateEmpty(use, state)
  if (state.state === 'unknown' && state.outside !== undefined) return whenOutside(line, use, state.outside, lookup)
  if (state.state === 'unknown' || state.state === 'present') return 'unknown' // R-COND-61
  const values = state.state === 'values' ? state.values : []
  if (use.setOperator !== undefined) return evaluateSet(line, use, values, state, lookup)
  if (values.length === 0 || isNullSet(state)) return whenAbsent(use, line)
  if (state.state === 'values' && state.multivalued)
    return line.readings['operator-on-several-values'] === 'unknown' ? 'unknown' : false // R-COND-22
  return evaluateValue(line, use, values[0] ?? '', state, lookup)
}

/** Twelve digits that are nobody's account. */
const NO_ACCOUNT = '000000000000'

/**
 * R-CTX-19, R-CTX-20: the key is absent, or names another organization or account than the one given. Where the policy names this one
 * alone, both may come to the same.
 */
function whenOutside(line: ConditionLine, use: OperatorUse, outside: string, lookup: Lookup): Truth {
  const isNamedAlone = line.values.every(({ template }) => {
    const filled = fill(template, lookup)
    return typeof filled !== 'string' && isOfOrganization(filled.map(({ text }) => text).join(''), outside)
  })
  if (use.operator.family !== 'string' || !isNamedAlone) return 'unknown'
  const other = isAccountId(outside) ? NO_ACCOUNT : 'o-'
  const elsewhere: KeyState = isMultivaluedGlobalKey(line.key.toLowerCase()) ? several(['o-/']) : single(other)
  const absent = evaluateLine(line, ABSENT, lookup)
  return absent === evaluateLine(line, elsewhere, lookup) ? absent : 'unknown'
}

/** R-COND-02, and R-COND-20 for the set operators. */
function whenAbsent(use: OperatorUse, { readings }: ConditionLine): Truth {
  if (use.ifExists) return true
  if (use.setOperator === 'ForAllValues' && use.operator.name === 'StringNotLike')
    return readings['for-all-values-not-like-on-absent-key'] === 'holds' // R-COND-24
  if (use.setOperator !== undefined) return use.setOperator === 'ForAllValues'
  return use.operator.negated
}

/** R-GRAM-12: no value in the policy. */
function evaluateEmpty(use: OperatorUse, state: KeyState): Truth {
  if (use.setOperator === 'ForAnyValue' && !use.ifExists) return false
  if (!use.ifExists && use.setOperator === undefined) return use.operator.negated
  if (state.state === 'unknown') return 'unknown'
  return state.state === 'absent' || isNullSet(state)
}

/** R-COND-03, R-COND-26: presence. A set holding only empty texts counts as absent. */
function evaluateNull(line: ConditionLine, use: OperatorUse, state: KeyState): Truth {
  if (use.setOperator !== undefined) return use.setOperator === 'ForAllValues'
  const wanted = line.values.map((value) => readBool(value.template.source))
  if (state.state === 'unknown') return wanted.includes(true) && wanted.includes(false) ? true : orUnknown(wanted)
  const absent = state.state === 'absent' || isNullSet(state) || isNullText(line, state)
  return wanted.some((value) => value === absent)
}

const orUnknown = (wanted: readonly (boolean | undefined)[]): Truth =>
  wanted.some((value) => value !== undefined) ? 'unknown' : false

const isNullText = ({ readings }: ConditionLine, state: KeyState): boolean =>
  readings['null-on-empty-text'] === 'absent' && state.state === 'values' && state.values.join('') === ''

const isNullSet = (state: KeyState): boolean =>
  state.state === 'values' && state.multivalued && state.values.every((value) => value === '')

/** R-COND-20, R-COND-21, R-COND-25. A single-valued key is a set of one (R-COND-23). */
function evaluateSet(
  line: ConditionLine,
  use: OperatorUse,
  values: readonly string[],
  state: KeyState,
  lookup: Lookup,
): Truth {
  if (values.every((value) => value === '')) return whenAbsent(use, line)
  const each = values.map((value) => evaluateValue(line, use, value, state, lookup))
  return use.setOperator === 'ForAllValues' ? andAll(each) : orAll(each)
}

/** Whether one value satisfies the operator: any policy value for a positive operator, none for a negated one (R-COND-01). */
function evaluateValue(line: ConditionLine, use: OperatorUse, value: string, state: KeyState, lookup: Lookup): Truth {
  if (!FITS[use.operator.family](value))
    return (
      use.operator.family === 'arn' && use.operator.negated && line.readings['negated-arn-on-other-text'] === 'holds'
    ) // R-COND-04, R-COND-11
  const isPathOpen = state.state === 'values' && state.rolePathUnknown === true
  const any = isPathOpen ? fitsRole(line, use, value, lookup) : fitsAny(line, use, value, lookup)
  if (any === 'never') return false
  return use.operator.negated ? not(any) : any
}

/** `never`: the line holds for no value, also where it is negated. */
function fitsAny(line: ConditionLine, use: OperatorUse, value: string, lookup: Lookup): Truth | 'never' {
  const mask = maskInRequest(use.operator, line.key, value)
  let any: Truth = false
  let wellFormed = false
  for (const candidate of line.values) {
    const comparison = candidate.constant ?? prepared(fill(candidate.template, lookup), use)
    if (comparison === 'malformed') continue
    wellFormed = true
    if (comparison === 'absent') {
      // R-VAR-05: nothing equals a text without a value.
      if (use.operator.negated && line.readings['negated-operator-without-variable'] === 'fails') return 'never'
      continue
    }
    any = or(any, comparison === 'unknown' ? 'unknown' : fits(candidate, use, comparison, { value, mask, lookup }))
    if (any === true) break
  }
  return wellFormed ? any : 'never' // every policy value is malformed (R-COND-04)
}

/** Value of a context key of the request, the account that it masks, and what variables are filled with. */
interface RequestValue {
  readonly value: string
  readonly mask: string | undefined
  readonly lookup: Lookup
}

function fits(
  { template, mask: inPolicy }: ConditionValue,
  { operator }: OperatorUse,
  comparison: Exclude<Comparison, 'malformed'>,
  { value, mask, lookup }: RequestValue,
): Truth {
  if (mask === undefined && inPolicy === undefined) return comparison(value)
  const parts = fill(template, lookup)
  return typeof parts === 'string' || fitsMasked({ operator, parts, mask: inPolicy }, comparison, value, mask)
}

function prepared(filled: Filled, use: OperatorUse): Comparison | 'absent' | 'unknown' {
  return typeof filled === 'string' ? filled : comparisonOf(use.operator, filled)
}

/** R-PRIN-04, R-UNK-04: the same for a role of which the path is not known. */
function fitsRole(line: ConditionLine, use: OperatorUse, roleArn: string, lookup: Lookup): Truth | 'never' {
  const arns = roleArnsOf(roleArn)
  const each: Truth[] = []
  for (const arn of arns.sure) {
    const fits = fitsAny(line, use, arn, lookup)
    if (fits === 'never') return 'never'
    each.push(fits)
  }
  if (each.every((fits) => fits === true)) return true
  const may = orAll(each) !== false || line.values.some((candidate) => mayFitRole(candidate, use, arns, lookup))
  return may ? 'unknown' : false
}

/** Whether the value names the ARN, or may where an account is masked. */
function isNamed(policy: MaskedParts, comparison: Exclude<Comparison, 'malformed'>, arn: string): boolean {
  const mask = maskInRequest(policy.operator, 'aws:PrincipalArn', arn)
  if (mask === undefined && policy.mask === undefined) return comparison(arn)
  return fitsMasked(policy, comparison, arn, mask) !== false
}

/**
 * Whether some ARN that the role may have is one that the value names. Variables stand for anything, and so does a star of
 * an operator that knows none: no ARN of a role has a star. Without regard to case, because a session has the name as the
 * caller of STS wrote it (R-PM-05).
 */
function mayFitRole({ template, mask }: ConditionValue, use: OperatorUse, arns: RoleArns, lookup: Lookup): boolean {
  const filled = fill(template, lookup)
  if (typeof filled === 'string') return filled === 'unknown'
  const inLowerCase = filled.map((part) => ({ ...part, text: part.text.toLowerCase() }))
  const comparison = comparisonOf(use.operator, inLowerCase)
  if (comparison === 'malformed') return false
  const policy = { operator: use.operator, parts: inLowerCase, mask: mask?.toLowerCase() }
  if (arns.sure.some((arn) => isNamed(policy, comparison, arn.toLowerCase()))) return true
  const pattern = template.parts.map((part) => (part.kind === 'variable' ? '*' : part.text.toLowerCase())).join('')
  const possible =
    maskInRequest(use.operator, 'aws:PrincipalArn', arns.possible) === undefined
      ? arns.possible
      : withAccount(arns.possible, ID_PATTERN)
  return globsMeet(mask === undefined ? pattern : withAccount(pattern, ID_PATTERN), possible.toLowerCase())
}

/**
 * The Condition block. R-COND-01..04, R-COND-20..26, R-COND-61, R-GRAM-12.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
import { and, not, or, type Truth } from '#iam/truth.ts'
import { keyState, type KeyState } from './context.ts'
import { isObject, texts } from './document.ts'
import { matchGlob, type Piece } from './glob.ts'
import { OPERATORS, type Family } from './operators.ts'
import type { Question } from './question.ts'
import { fillIn } from './variables.ts'

interface Test {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined
  readonly ifExists: boolean
  readonly family: Family
  readonly negated: boolean
  readonly name: string
}

/** All operators and all keys are ANDed; the empty block holds. */
export function conditionHolds(block: unknown, variables: boolean, question: Question): Truth {
  if (block === undefined) return true
  if (!isObject(block)) return 'unknown'
  const lines = Object.entries(block).flatMap(([operator, keys]): Truth[] =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) => lineHolds(operator, texts(values), variables, key, question))
      : ['unknown'],
  )
  if (lines.length === 0 && question.readings['empty-condition'] === 'no-statement') return false
  return and(...lines)
}

function lineHolds(operator: string, policy: string[], variables: boolean, key: string, question: Question): Truth {
  const state = keyState(question, key)
  if (operator === 'ForAllValues:Null') return true
  if (operator === 'ForAnyValue:Null') return false
  if (operator === 'Null') return or(...policy.map((value) => nullHolds(value.toLowerCase(), state, question)))
  const match = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator)
  const [, set, name = '', ifExists] = match ?? []
  const [family, negated] = OPERATORS.get(name) ?? []
  if (family === undefined || negated === undefined) return false
  const test = { set: set as Test['set'], ifExists: ifExists !== undefined, family, negated, name }
  if (policy.length === 0) return question.readings['empty-value-list'] === 'holds' || emptyListHolds(test, state)
  const roleOnly = key.toLowerCase() === 'aws:principalarn' && isPathless(question)
  return stateHolds(test, state, question, (value) => valueHolds(test, value, policy, variables, question, roleOnly))
}

/** R-COND-03. A set of nothing but empty strings is a null data set; one empty string is a value. */
function nullHolds(wanted: string, state: KeyState, { readings }: Question): Truth {
  if (wanted !== 'true' && wanted !== 'false') return false
  if (state === 'unknown') return 'unknown'
  const mayBeEmpty = typeof state === 'object' && (state.multi || readings['null-on-empty-text'] === 'absent')
  const absent = state === 'absent' || (mayBeEmpty && isEmptySet(state))
  return absent === (wanted === 'true')
}

const isEmptySet = (state: KeyState): boolean =>
  typeof state === 'object' && state.values.every((value) => value === '')

/** R-GRAM-12: an empty list of policy values. */
function emptyListHolds({ set, ifExists, negated }: Test, state: KeyState): Truth {
  if (!ifExists && set === 'ForAnyValue') return false
  if (!ifExists && set === undefined) return negated
  if (state === 'unknown') return 'unknown'
  return state === 'absent' || (typeof state === 'object' && state.multi && isEmptySet(state))
}

function stateHolds(test: Test, state: KeyState, { readings }: Question, holds: (value: string) => Truth): Truth {
  const { set, ifExists, negated, name } = test
  if (state === 'unknown' || state === 'present') return 'unknown'
  const empty = state === 'absent' || (isEmptySet(state) && (set !== undefined || state.multi))
  if (empty && set === 'ForAllValues')
    return ifExists || name !== 'StringNotLike' || readings['for-all-values-not-like-on-absent-key'] === 'holds'
  if (empty && set === 'ForAnyValue') return ifExists
  if (empty) return ifExists || negated
  if (typeof state !== 'object') return 'unknown'
  if (set === 'ForAllValues') return and(...state.values.map(holds))
  if (set === 'ForAnyValue') return or(...state.values.map(holds))
  if (state.multi) return readings['operator-on-several-values'] === 'fails' ? false : 'unknown'
  return holds(state.values[0] ?? '')
}

/** One value of the request against all values of the policy: one of them, or for a negated operator none of them. */
function valueHolds(
  test: Test,
  value: string,
  policy: string[],
  variables: boolean,
  question: Question,
  roleOnly: boolean,
): Truth {
  const { family, negated } = test
  const { readings } = question
  if (!family.fits(value))
    return negated && test.name.startsWith('Arn') && readings['negated-arn-on-other-text'] === 'holds'
  const filled = family.variables && !(test.name === 'Bool' && readings['variables-in-bool'] === 'text')
  const writing = { variables: variables && filled, wildcards: family.wildcards }
  const patterns = policy
    .map((text) => fillIn(text, writing, question))
    .filter((pieces) => pieces === 'never' || family.reads(pieces))
  if (patterns.length === 0) return false
  if (negated && patterns.includes('never') && readings['negated-operator-without-variable'] === 'fails') return false
  // R-VAR-05: a text whose variable has no value names nobody.
  const filledIn = policy.filter((text) => fillIn(text, writing, question) !== 'never')
  const hit = or(...patterns.map((p: Piece[] | 'never') => (p === 'never' ? false : family.matches(value, p))))
  const perhaps =
    roleOnly &&
    hit === false &&
    filledIn.some((text) => mayBeTheRole(text, value, test.name.endsWith('IgnoreCase'), writing.variables))
      ? 'unknown'
      : hit
  return negated ? not(perhaps) : perhaps
}

const isPathless = ({ caller, request }: Question): boolean =>
  caller.kind === 'role-session' &&
  caller.roleArn === undefined &&
  !Object.keys(request.context ?? {}).some((key) => key.toLowerCase() === 'aws:principalarn')

/**
 * R-PRIN-04: the text can be cut into what the ARN begins with, a path that ends in a slash, and the role's name. Where a
 * star is cut, both sides have it. A variable may stand for anything; without variables its text is text (R-GRAM-03).
 */
function mayBeTheRole(text: string, role: string, ignoresCase: boolean, variables: boolean): boolean {
  const pattern = variables ? text.replace(/\$\{[^}]*\}/g, '*') : text
  const fits = (part: string, value: string): boolean =>
    ignoresCase ? matchGlob(part.toLowerCase(), value.toLowerCase()) : matchGlob(part, value)
  const [begin = '', name = ''] = role.split(/(?<=:role\/)/)
  return cuts(pattern).some(
    ([left, end]) => fits(end, name) && cuts(left).some(([start, path]) => fits(start, begin) && /[*?/]$/.test(path)),
  )
}

const cuts = (text: string): (readonly [string, string])[] =>
  [...text, ''].flatMap((character, i) => [
    [text.slice(0, i), text.slice(i)] as const,
    ...(character === '*' ? [[text.slice(0, i + 1), text.slice(i)] as const] : []),
  ])

/**
 * The Condition block. R-COND-01..04, R-COND-20..26, R-COND-61, R-GRAM-12.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
import { andAll, not, or, orAll, type Truth } from '#iam/truth.ts'
import { keyState, outsideOf } from './context.ts'
import { isMultivalued, type KeyState } from './listed.ts'
import { isObject, texts } from './document.ts'
import { type Piece, splitPieces } from './glob.ts'
import { arnMatches, hiddenIn, isHidden, isHiddenInPolicy, overlap, textMatches, withAccount } from './masked.ts'
import { OPERATORS, type Family } from './operators.ts'
import type { Question } from './question.ts'
import { formsOf, mayBeTheRole } from './role-path.ts'
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
  return andAll(lines)
}

function lineHolds(operator: string, policy: string[], variables: boolean, key: string, question: Question): Truth {
  const state = keyState(question, key)
  if (operator === 'ForAllValues:Null') return true
  if (operator === 'ForAnyValue:Null') return false
  if (operator === 'Null') return orAll(policy.map((value) => nullHolds(value.toLowerCase(), state, question)))
  const match = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator)
  const [, set, name = '', ifExists] = match ?? []
  const [family, negated] = OPERATORS.get(name) ?? []
  if (family === undefined || negated === undefined) return false
  const test = { set: set as Test['set'], ifExists: ifExists !== undefined, family, negated, name }
  if (policy.length === 0) return question.readings['empty-value-list'] === 'holds' || emptyListHolds(test, state)
  const roleOnly = key.toLowerCase() === 'aws:principalarn' && isPathless(question)
  const asked = { key, roleOnly }
  const holds = (value: string): Truth => valueHolds(test, value, policy, variables, question, asked)
  const outside = outsideOf(question, key)
  if (outside === undefined) return stateHolds(test, state, question, holds)
  const writing = { variables: variables && family.variables, wildcards: family.wildcards }
  const texts = policy.map((text) => fillIn(text, writing, question))
  if (!name.startsWith('String') || !texts.every((pieces) => pieces !== 'never' && isInside(pieces, outside)))
    return 'unknown'
  // In another organization or in none.
  const multi = isMultivalued(key)
  const elsewhere = { values: [multi ? 'o-elsewhere/r-1/' : 'o-elsewhere'], multi }
  const each = [elsewhere, 'absent' as const].map((one) => stateHolds(test, one, question, holds))
  return each[0] === each[1] ? (each[0] ?? 'unknown') : 'unknown'
}

/** Whether all that is written is the organization, or lies in it. */
function isInside(pieces: readonly Piece[], organization: string): boolean {
  const text = pieces.map((piece) => ('text' in piece ? piece.text : '*')).join('')
  return text === organization || text.startsWith(`${organization}/`)
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
  if (set === 'ForAllValues') return andAll(state.values.map(holds))
  if (set === 'ForAnyValue') return orAll(state.values.map(holds))
  if (state.multi) return readings['operator-on-several-values'] === 'fails' ? false : 'unknown'
  return holds(state.values[0] ?? '')
}

interface Asked {
  readonly key: string
  /** `aws:PrincipalArn` of a session of which the role's path is not known. */
  readonly roleOnly: boolean
}

/** One value of the request against all values of the policy: one of them, or for a negated operator none of them. */
function valueHolds(
  test: Test,
  value: string,
  policy: string[],
  variables: boolean,
  question: Question,
  { key, roleOnly }: Asked,
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
  const known = patterns.filter((pieces) => pieces !== 'never')
  const hit = (arn: string): Truth => orAll(known.map((pieces) => nameMatches(test, key, arn, pieces)))
  if (!roleOnly) return negated ? not(hit(value)) : hit(value)
  const inOtherCase = (arn: string): Truth =>
    orAll(known.map((pieces) => nameMatches(test, key, arn.toLowerCase(), inLowerCase(pieces))))
  const texts = policy.filter((text) => {
    const pieces = fillIn(text, writing, question)
    return pieces !== 'never' && family.reads(pieces)
  })
  const named = roleHit(value, formsOf(value), {
    hit,
    inOtherCase,
    texts: texts.map((text) => asItsOwn(withStars(text, writing.variables), value, family.wildcards)),
  })
  return negated ? not(named) : named
}

/** The comparison, where an account of either side may be hidden (R-UNK-05). */
function nameMatches({ family, name }: Test, key: string, value: string, pieces: readonly Piece[]): Truth {
  if (!/^(String|Arn)/.test(name)) return family.matches(value, pieces)
  const written = writtenText(pieces)
  const request = hiddenIn(key, value, isHidden)
  const hides = (account: string): boolean => isHiddenInPolicy(account, family.wildcards)
  const policy = written === undefined ? undefined : hiddenIn(key, written, hides)
  if (request === undefined && policy === undefined) return family.matches(value, pieces)
  if (name.startsWith('Arn')) return arnMatches(splitPieces(pieces), value)
  const folds = name.includes('IgnoreCase')
  return textMatches(
    folds ? inLowerCase(pieces) : pieces,
    folds ? value.toLowerCase() : value,
    { policy, request },
    (one) => family.matches(one, pieces),
  )
}

/** Undefined where a variable is left open. */
const writtenText = (pieces: readonly Piece[]): string | undefined =>
  pieces.some((piece) => 'wild' in piece && piece.wild === 'hole')
    ? undefined
    : pieces.map((piece) => ('text' in piece ? piece.text : piece.wild)).join('')

interface Naming {
  readonly hit: (arn: string) => Truth
  readonly inOtherCase: (arn: string) => Truth
  readonly texts: readonly string[]
}

/** R-PRIN-04: whether the values name a role that may have a path. */
function roleHit(role: string, forms: readonly string[], { hit, inOtherCase, texts }: Naming): Truth {
  if (forms.every((arn) => hit(arn) === true)) return true
  const perhaps =
    forms.some((arn) => or(hit(arn), inOtherCase(arn)) !== false) || texts.some((text) => mayBeTheRole(text, role))
  return perhaps ? 'unknown' : false
}

/** As if a hidden account were the other's. */
function asItsOwn(text: string, role: string, wildcards: boolean): string {
  const account = role.split(':')[4] ?? ''
  const hides = hiddenIn('', text, (one) => isHiddenInPolicy(one, wildcards)) !== undefined
  const [, , , , own = ''] = text.split(':')
  const isOther = isHidden(account) && text.startsWith('arn:') && overlap(own, '?'.repeat(12))
  return hides || isOther ? withAccount(text, account) : text
}

const inLowerCase = (pieces: readonly Piece[]): Piece[] =>
  pieces.map((piece) => ('text' in piece ? { text: piece.text.toLowerCase() } : piece))

/** A variable may stand for anything; without variables its text is text (R-GRAM-03). */
const withStars = (text: string, variables: boolean): string => (variables ? text.replace(/\$\{[^}]*\}/g, '*') : text)

const isPathless = ({ caller, request }: Question): boolean =>
  caller.kind === 'role-session' &&
  caller.roleArn === undefined &&
  !Object.keys(request.context ?? {}).some((key) => key.toLowerCase() === 'aws:principalarn')

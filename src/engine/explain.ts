import type { Action } from '#iam/action.ts'
import { CALL_FACTS } from '#iam/call-facts.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import { evaluateLine } from '#iam/condition/condition.ts'
import type { KeyState } from '#iam/key-state.ts'
import { compiled, type Statement } from '#iam/policy.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { PolicyPlace } from '#iam/resource.ts'
import { hasPrincipal, principalTruth, type Question, resourceTruth } from '#iam/statement.ts'
import { and, andAll, type Truth } from '#iam/truth.ts'
import { fill, type Template, textOf } from '#iam/variables.ts'
import { isMadeByCall } from './dependent-calls/made-by-call.ts'
import type { FailedElement, MetCondition, StatementVerdict } from './decision.ts'
import { actionHint, conditionHint, principalHint, resourceHint } from './near-miss.ts'
import type { PreparedPolicy } from './prepare.ts'

/** Every statement of the policies, whether it matches, and all that fails if it does not (docs/json.md, "Decision"). */
export function explainPolicies(policies: readonly PreparedPolicy[], question: Question): StatementVerdict[] {
  const verdicts: StatementVerdict[] = []
  for (const policy of policies)
    for (const cited of citedStatements(policy)) verdicts.push(explainStatement(cited, question))
  return verdicts
}

/** The part of the verdicts on a statement that is common to all requests. */
interface CitedStatement {
  readonly policy: PreparedPolicy
  readonly statement: Statement
  /** Values of a `Resource` without variables, as they stand. */
  readonly fixedResources: readonly string[] | undefined
  /** The whole verdict where the statement matches without conditions, and where nothing but its action can fail. */
  readonly matched: StatementVerdict
  readonly failsByAction: (action: string) => StatementVerdict
  readonly isAboutActions: boolean
}

const known = new WeakMap<PreparedPolicy, readonly CitedStatement[]>()

function citedStatements(policy: PreparedPolicy): readonly CitedStatement[] {
  const before = known.get(policy)
  if (before !== undefined) return before
  const cited = policy.document.statements.map((statement) => cite(policy, compiled(statement)))
  known.set(policy, cited)
  return cited
}

function cite(policy: PreparedPolicy, statement: Statement): CitedStatement {
  const patterns = statement.resources ?? []
  const isFixed = patterns.every((pattern) => pattern.kind !== 'arn' || pattern.rest.constant)
  return {
    policy,
    statement,
    fixedResources: isFixed ? patterns.map(({ source }) => source) : undefined,
    matched: verdictOn(policy, statement, true, []),
    failsByAction: memoizeText((action) => verdictOn(policy, statement, false, [actionFailure(statement, action)])),
    isAboutActions: isAboutActions(statement, policy.place),
  }
}

/** Field by field: to spread an object whose fields vary takes longer than all the rest of a verdict. */
function verdictOn(
  policy: PreparedPolicy,
  { sid, index, pointer, effect }: Statement,
  matches: Truth,
  failedOn: readonly FailedElement[],
): StatementVerdict {
  const line = policy.lines[index]
  const verdict: Partial<Writable<StatementVerdict>> = { policy: policy.name }
  if (policy.arn !== undefined) verdict.policyArn = policy.arn
  if (sid !== undefined) verdict.sid = sid
  verdict.index = index
  verdict.pointer = pointer
  if (policy.file !== undefined) verdict.file = policy.file
  if (line !== undefined) verdict.line = line
  verdict.effect = effect
  verdict.matches = matches
  verdict.failedOn = failedOn
  return verdict as StatementVerdict
}

/** For objects of docs/json.md, "Decision" while they are put together. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Any resource, anyone, on no condition. */
const isAboutActions = ({ resourceElement, resources, conditions }: Statement, place: PolicyPlace): boolean =>
  !hasPrincipal(place) &&
  conditions.length === 0 &&
  resourceElement === 'Resource' &&
  (resources ?? []).some((pattern) => pattern.kind === 'any')

/** Each element is evaluated once: the statement matches as their AND does (R-COND-63), and what fails is explained. */
function explainStatement(cited: CitedStatement, question: Question): StatementVerdict {
  const { policy, statement } = cited
  const action = actionMatches(policy, statement, question.action)
  if (cited.isAboutActions) return action ? cited.matched : cited.failsByAction(shownAction(question))
  const principal = principalTruth(statement, policy.place, question).matches
  const resource = resourceTruth(statement, policy.place, question)
  const lines: Truth[] = []
  for (const line of statement.conditions) lines.push(evaluateLine(line, question.lookup(line.key), question.lookup))
  const matches = and(and(principal, action), and(resource, andAll(lines)))
  if (matches === true) return statement.conditions.length === 0 ? cited.matched : matchedBy(cited, question)
  // All elements that fail; or, where the statement is unknown, all that are unknown.
  const failedOn: FailedElement[] = []
  if (principal === matches) failedOn.push(principalFailure(statement, question, principal))
  if (action === matches) failedOn.push(...cited.failsByAction(shownAction(question)).failedOn)
  if (resource === matches) failedOn.push(resourceFailure(cited, question, resource))
  statement.conditions.forEach((line, i) => {
    if (lines[i] === matches) failedOn.push(conditionFailure(line, question, matches))
  })
  return verdictOn(policy, statement, matches, failedOn)
}

/** Why it matches: for a Deny that is the cause of a refusal. */
function matchedBy({ policy, statement }: CitedStatement, question: Question): StatementVerdict {
  const verdict: Writable<StatementVerdict> = verdictOn(policy, statement, true, [])
  verdict.metBy = statement.conditions.map((line) => metCondition(line, question))
  return verdict
}

/** The index of the policy knows it already. */
const actionMatches = (policy: PreparedPolicy, statement: Statement, action: Action): boolean =>
  policy.bearingOn(action).indexes().has(statement.index)

const shownAction = ({ action, actionText }: Question): string => actionText ?? `${action.service}:${action.name}`

const oneOrList = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values)

function failedElement(
  element: FailedElement['element'],
  expected: unknown,
  actual: unknown,
  state: FailedElement['state'],
  hint: string | undefined,
): FailedElement {
  const failed: Writable<FailedElement> = { element, expected, actual }
  if (state !== undefined) failed.state = state
  if (hint !== undefined) failed.hint = hint
  return failed
}

const unknownOf = (truth: Truth): FailedElement['state'] => (truth === 'unknown' ? 'unknown' : undefined)

function actionFailure(statement: Statement, action: string): FailedElement {
  const expected = oneOrList(statement.actionSource)
  return failedElement(statement.actionElement, expected, action, undefined, actionHint(statement, action))
}

function resourceFailure(
  { statement, fixedResources }: CitedStatement,
  question: Question,
  truth: Truth,
): FailedElement {
  const expected = fixedResources ?? filledResources(statement, question)
  const actual = resourceText(question)
  const hint = actual === null ? undefined : resourceHint(statement, expected, actual)
  return failedElement(statement.resourceElement, oneOrList(expected), actual, unknownOf(truth), hint)
}

const filledResources = ({ resources = [] }: Statement, question: Question): readonly string[] =>
  resources.map((pattern) =>
    pattern.kind === 'arn' ? filledText(pattern.source, pattern.rest, question) : pattern.source,
  )

/** The ARN with its variables filled in where they have a value. */
function filledText(source: string, rest: Template, question: Question): string {
  if (rest.constant) return source
  const filled = fill(rest, question.lookup)
  if (typeof filled === 'string') return source
  const head = source.split(':').slice(0, 5).join(':')
  return `${head}:${textOf(filled)}`
}

function resourceText({ resource }: Question): string | null {
  switch (resource.kind) {
    case 'none':
      return '*'
    case 'unknown':
      return null
    case 'arn':
      return resource.arn
    case 'text':
      return resource.text
  }
}

function principalFailure(statement: Statement, { caller }: Question, truth: Truth): FailedElement {
  const { principalElement, principalSource } = statement
  const hint = principalHint(statement, caller)
  return failedElement(principalElement, principalSource, caller.arn, unknownOf(truth), hint)
}

/** The values of a condition line, variables filled in where they have a value. */
const expectedValues = (line: ConditionLine, question: Question): readonly string[] =>
  line.values.map(({ template }) => {
    if (template.parts.length === 1 && template.parts[0]?.kind === 'pattern') return template.source
    const filled = fill(template, question.lookup)
    return typeof filled === 'string' ? template.source : textOf(filled)
  })

function metCondition(line: ConditionLine, question: Question): MetCondition {
  const state = question.lookup(line.key)
  const met: Writable<MetCondition> = {
    key: line.key,
    operator: line.operator,
    expected: oneOrList(expectedValues(line, question)),
    actual: actualOf(state),
  }
  const shown = stateOf(state, true)
  if (shown !== undefined) met.state = shown
  return met
}

function conditionFailure(line: ConditionLine, question: Question, truth: Truth): FailedElement {
  const state = question.lookup(line.key)
  const expected = expectedValues(line, question)
  const failed: Writable<FailedElement> = {
    element: 'Condition',
    key: line.key,
    operator: line.operator,
    expected: oneOrList(expected),
    actual: actualOf(state),
  }
  const shown = stateOf(state, truth)
  const hint = conditionHint(line, expected, state, shownAction(question), isMade(question))
  if (shown !== undefined) failed.state = shown
  if (hint !== undefined) failed.hint = hint
  return failed
}

/** Whether the call makes what it is evaluated on. */
function isMade(question: Question): boolean {
  const { resource, lookup } = question
  const called = lookup(CALL_FACTS.operation)
  const [operation] = called.state === 'values' ? called.values : []
  return resource.kind === 'arn' && isMadeByCall(shownAction(question), resource.arn, operation)
}

function actualOf(state: KeyState): unknown {
  if (state.state !== 'values') return null
  return state.multivalued ? state.values : (state.values[0] ?? null)
}

function stateOf(state: KeyState, truth: Truth): FailedElement['state'] {
  if (state.state === 'absent') return 'absent'
  return state.state !== 'values' || truth === 'unknown' ? 'unknown' : undefined
}

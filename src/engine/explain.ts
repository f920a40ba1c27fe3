import type { ConditionLine } from '#iam/condition/condition.ts'
import { evaluateLine } from '#iam/condition/condition.ts'
import type { KeyState } from '#iam/key-state.ts'
import type { Statement } from '#iam/policy.ts'
import { actionTruth, matchStatement, principalTruth, type Question, resourceTruth } from '#iam/statement.ts'
import type { Truth } from '#iam/truth.ts'
import { fill, type Template, textOf } from '#iam/variables.ts'
import type { FailedElement, StatementVerdict } from './decision.ts'
import { actionHint, conditionHint, principalHint, resourceHint } from './near-miss.ts'
import type { PreparedPolicy } from './prepare.ts'

/** Every statement of the policies, whether it matches, and all that fails if it does not (contract.md §5). */
export function explainPolicies(policies: readonly PreparedPolicy[], question: Question): StatementVerdict[] {
  return policies.flatMap((policy) =>
    policy.document.statements.map((statement) => explainStatement(policy, statement, question)),
  )
}

function explainStatement(policy: PreparedPolicy, statement: Statement, question: Question): StatementVerdict {
  const { matches } = matchStatement(statement, policy.place, question)
  const line = policy.lines[statement.index]
  return {
    policy: policy.name,
    ...(policy.arn === undefined ? {} : { policyArn: policy.arn }),
    ...(statement.sid === undefined ? {} : { sid: statement.sid }),
    index: statement.index,
    pointer: statement.pointer,
    ...(policy.file === undefined ? {} : { file: policy.file }),
    ...(line === undefined ? {} : { line }),
    effect: statement.effect,
    matches,
    failedOn: matches === true ? [] : failures(policy, statement, question, matches),
  }
}

/** All elements that fail; or, where the statement is unknown, all that are unknown. */
function failures(policy: PreparedPolicy, statement: Statement, question: Question, matches: Truth): FailedElement[] {
  const wanted = (truth: Truth): boolean => truth === matches
  const failed: FailedElement[] = []
  const principal = principalTruth(statement, policy.place, question).matches
  if (wanted(principal)) failed.push(principalFailure(statement, question, principal))
  if (wanted(actionTruth(statement, question.action))) failed.push(actionFailure(statement, question))
  const resource = resourceTruth(statement, policy.place, question)
  if (wanted(resource)) failed.push(resourceFailure(statement, question, resource))
  for (const line of statement.conditions) {
    const truth = evaluateLine(line, question.lookup(line.key), question.lookup)
    if (wanted(truth)) failed.push(conditionFailure(line, question, truth))
  }
  return failed
}

const oneOrList = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values)

const withHint = (hint: string | undefined): { readonly hint?: string } => (hint === undefined ? {} : { hint })

function actionFailure(statement: Statement, question: Question): FailedElement {
  const actual = `${question.action.service}:${question.action.name}`
  const shown = question.actionText ?? actual
  return {
    element: statement.actionElement,
    expected: oneOrList(statement.actionSource),
    actual: shown,
    ...withHint(actionHint(statement, shown)),
  }
}

function resourceFailure(statement: Statement, question: Question, truth: Truth): FailedElement {
  const patterns = statement.resources ?? []
  const expected = patterns.map((pattern) =>
    pattern.kind === 'arn' ? filledText(pattern.source, pattern.rest, question) : pattern.source,
  )
  const actual = resourceText(question)
  return {
    element: statement.resourceElement,
    expected: oneOrList(expected),
    actual,
    ...(truth === 'unknown' ? { state: 'unknown' as const } : {}),
    ...withHint(actual === null ? undefined : resourceHint(statement, expected, actual)),
  }
}

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

function principalFailure(statement: Statement, question: Question, truth: Truth): FailedElement {
  return {
    element: statement.principalElement,
    expected: statement.principalSource,
    actual: question.caller.arn,
    ...(truth === 'unknown' ? { state: 'unknown' as const } : {}),
    ...withHint(principalHint(statement, question.caller)),
  }
}

function conditionFailure(line: ConditionLine, question: Question, truth: Truth): FailedElement {
  const state = question.lookup(line.key)
  const expected = line.values.map(({ template }) => {
    const filled = fill(template, question.lookup)
    return typeof filled === 'string' ? template.source : textOf(filled)
  })
  return {
    element: 'Condition',
    key: line.key,
    operator: line.operator,
    expected: oneOrList(expected),
    actual: actualOf(state),
    ...stateOf(state, truth),
    ...withHint(conditionHint(line, expected, state)),
  }
}

function actualOf(state: KeyState): unknown {
  if (state.state !== 'values') return null
  return state.multivalued ? state.values : (state.values[0] ?? null)
}

function stateOf(state: KeyState, truth: Truth): { readonly state?: 'absent' | 'unknown' } {
  if (state.state === 'absent') return { state: 'absent' }
  return state.state !== 'values' || truth === 'unknown' ? { state: 'unknown' } : {}
}

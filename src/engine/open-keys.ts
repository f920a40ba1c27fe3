import { type ConditionLine, evaluateLine } from '#iam/condition/condition.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import type { KeyState, Lookup } from '#iam/key-state.ts'
import { isAccountKey } from '#iam/masked-account.ts'
import type { Statement } from '#iam/policy.ts'
import { matchBeyondAction, type Question } from '#iam/statement.ts'
import { type Template, variablesOf } from '#iam/variables.ts'
import type { EvaluationInput } from './evaluation-input.ts'
import type { EvaluatedLayers } from './evaluate-layers.ts'
import { filledLines, isWild, valuesOfVariable } from './filled-lines.ts'
import type { LayerFinding } from './layers/finding.ts'
import type { PreparedPolicy } from './prepare.ts'
import { openLeaves } from './refusing.ts'
import { exampleAccount, exampleValue, MAX_EXAMPLES, representatives } from './representatives.ts'
import { tagKeyOf } from './resource-facts.ts'
import { questionOf } from './verdict.ts'
import type { OpenKey } from './would-allow.ts'

/** An unknown key as a policy writes it, and the values that fixed rules compare it with. */
interface UnknownKey {
  readonly key: string
  readonly compared: Set<string>
}

/**
 * The unknown keys in the statements of these findings that are not decided, with the conditions that ask for them; by
 * default of the findings that keep the decision open.
 */
export function openKeys(
  evaluated: EvaluatedLayers,
  findings: readonly LayerFinding[] = openLeaves(evaluated.tree),
): OpenKey[] {
  const { input } = evaluated
  const unknown = new Map<string, UnknownKey>()
  const add = (key: string, values: readonly string[] = []): void => {
    const { state } = input.question.lookup(key)
    const id = idOf(key, input)
    if (state !== 'unknown' && state !== 'present') return
    const known = unknown.get(id) ?? { key, compared: new Set() }
    for (const value of values) known.compared.add(value)
    unknown.set(id, known)
  }
  for (const finding of findings) {
    for (const { fact, kind, values } of finding.lacking) if (kind === 'context-key') add(fact, values)
    for (const policy of finding.policies)
      for (const statement of statementsOn(policy, input))
        if (isOpen(statement, policy, questionOf(finding, input))) for (const key of keysOf(statement, input)) add(key)
  }
  return withChoices(unknown, evaluated)
}

/** One name for a key, however it is written (R-CTX-01, R-CTX-18). */
export const idOf = (key: string, { question }: EvaluationInput): string => tagKeyOf(key, question.action.service)

/** The statements of a policy that are about the action. */
export function statementsOn({ bearingOn }: PreparedPolicy, { question }: EvaluationInput): readonly Statement[] {
  const { denies, allows } = bearingOn(question.action)
  return [...denies, ...allows]
}

/** Only what is not sure of a statement can keep a decision open. A bucket's own policy is asked about another ARN. */
const isOpen = (statement: Statement, { place }: PreparedPolicy, question: Question): boolean =>
  matchBeyondAction(statement, place, question).matches === 'unknown'

/** The keys of its lines that are not decided, and of the variables in them and in its resources. */
function keysOf(statement: Statement, { question: { lookup } }: EvaluationInput): readonly string[] {
  const open = statement.conditions.filter((line) => evaluateLine(line, lookup(line.key), lookup) === 'unknown')
  const inLines = open.flatMap((line) => line.values.flatMap((value) => variablesOf(value.template)))
  return [...open.map((line) => line.key), ...templatesOf(statement).flatMap(variablesOf), ...inLines]
}

const templatesOf = ({ resources = [] }: Statement): readonly Template[] =>
  resources.flatMap((pattern) => (pattern.kind === 'arn' ? [pattern.rest] : []))

/** A place in a policy where a key's value is filled in. */
interface VariableUse {
  readonly template: Template
  /** The condition; none where it is a resource. */
  readonly line?: ConditionLine
}

/** What the policies compare keys with, by the id of the key. */
interface Comparisons {
  readonly lines: ReadonlyMap<string, readonly ConditionLine[]>
  readonly uses: ReadonlyMap<string, readonly VariableUse[]>
}

function comparisonsIn({ trace, input }: EvaluatedLayers): Comparisons {
  const lines = new Map<string, ConditionLine[]>()
  const uses = new Map<string, VariableUse[]>()
  const addUse = (use: VariableUse): void => {
    for (const key of variablesOf(use.template)) listIn(uses, idOf(key, input)).push(use)
  }
  for (const { policies } of trace)
    for (const policy of policies)
      for (const statement of statementsOn(policy, input)) {
        for (const template of templatesOf(statement)) addUse({ template })
        for (const line of statement.conditions) {
          listIn(lines, idOf(line.key, input)).push(line)
          for (const { template } of line.values) if (!template.constant) addUse({ template, line })
        }
      }
  return { lines, uses }
}

function listIn<V>(lists: Map<string, V[]>, key: string): V[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

/** Keys that are used as variables come first: the keys that they are compared with are tried with each of their values. */
function withChoices(unknown: ReadonlyMap<string, UnknownKey>, evaluated: EvaluatedLayers): OpenKey[] {
  const comparisons = comparisonsIn(evaluated)
  const all: AllKeys = { unknown, comparisons, evaluated }
  const found = new Map<string, OpenKey>()
  const isVariable = (id: string): boolean => comparisons.uses.has(id)
  for (const id of [...unknown.keys()].toSorted((a, b) => Number(isVariable(b)) - Number(isVariable(a))))
    found.set(id, openKey(id, all, found))
  return [...unknown.keys()].flatMap((id) => found.get(id) ?? [])
}

interface AllKeys {
  readonly unknown: ReadonlyMap<string, UnknownKey>
  readonly comparisons: Comparisons
  readonly evaluated: EvaluatedLayers
}

function openKey(id: string, all: AllKeys, found: ReadonlyMap<string, OpenKey>): OpenKey {
  const { unknown, comparisons, evaluated } = all
  const { key, compared } = unknown.get(id) ?? { key: id, compared: new Set() }
  const { lookup } = evaluated.input.question
  const written = comparisons.lines.get(id) ?? []
  const lines = filledLines(written, lookup, statesOf(found))
  const asVariable = variableValues(id, all)
  const { choices, exact, complete } = representatives(
    lines,
    lookup(key),
    isMultivalued(key, lines),
    (line, state) => evaluateLine(line, state, overridden(lookup, key.toLowerCase(), state)),
    [...compared, ...asVariable.values],
    exampleFor(found.size, asVariable),
  )
  return { key, id, choices, exact: exact && asVariable.all && areTried(written, all, found), complete }
}

const statesOf = (found: ReadonlyMap<string, OpenKey>): ReadonlyMap<string, readonly KeyState[]> =>
  new Map([...found].map(([id, { choices }]) => [id, choices.map(({ state }) => state)]))

const exampleFor = (i: number, { isCompared, isAccount }: ValuesAsVariable): string | undefined =>
  isCompared ? (isAccount ? exampleAccount(i) : exampleValue(i)) : undefined

interface ValuesAsVariable {
  readonly values: readonly string[]
  /** Whether these and another one are all that can be told apart. */
  readonly all: boolean
  /** Whether it is compared with a key that is not known either. */
  readonly isCompared: boolean
  /** Whether it, or such a key, holds an account. */
  readonly isAccount: boolean
}

/** Values that a variable may have to have: those with which what it stands in matches the request. */
function variableValues(id: string, { unknown, comparisons, evaluated }: AllKeys): ValuesAsVariable {
  const { resource, question } = evaluated.input
  const values = new Set<string>()
  const uses = comparisons.uses.get(id) ?? []
  let all = uses.length === 0 || isComparedByText(comparisons.lines.get(id) ?? [])
  let isCompared = false
  let isAccount = isAccountKey(id)
  for (const { template, line } of uses) {
    if (line?.use?.operator.family === 'bool') values.add('true').add('false')
    const other = line && idOf(line.key, evaluated.input)
    const isOther = other !== undefined && unknown.has(other)
    if (isOther) isCompared = true
    if (line !== undefined && isAccountKey(line.key)) isAccount = true
    const texts = isOther
      ? constantsOf(filledLines(comparisons.lines.get(other) ?? [], question.lookup))
      : line === undefined
        ? resource.kind === 'arn'
          ? [resource.segments[5] ?? '']
          : undefined
        : valuesIn(question.lookup(line.key))
    if (texts === undefined || (line !== undefined && !isOfTexts(line)) || !hasOneOpen(template, unknown)) all = false
    for (const text of texts ?? []) {
      const found = valuesOfVariable(template, id, text, question.lookup)
      for (const value of found.values) values.add(value)
      if (!found.all) all = false
    }
    if (isOther && templateIsWild(template)) all = false
  }
  return { values: [...values], all, isCompared: isCompared && unknown.size <= MAX_EXAMPLES, isAccount }
}

const valuesIn = (state: KeyState): readonly string[] | undefined =>
  state.state === 'values' ? state.values : state.state === 'absent' ? [] : undefined

const constantsOf = (lines: readonly ConditionLine[]): readonly string[] =>
  lines.flatMap(({ values }) =>
    values.flatMap(({ template }) => (template.constant && !template.malformed ? [template.source] : [])),
  )

const hasOneOpen = (template: Template, unknown: ReadonlyMap<string, unknown>): boolean =>
  variablesOf(template).filter((name) => unknown.has(name.toLowerCase())).length === 1

const templateIsWild = ({ parts }: Template): boolean =>
  parts.some((part) => part.kind === 'pattern' && isWild(part.text))

/** `StringEquals` and its like: a value is the policy's, or it is another one. */
const isOfTexts = ({ use }: ConditionLine): boolean =>
  use?.operator.family === 'string' && use.operator.relation !== 'equals-ignore-case'

const isComparedByText = (lines: readonly ConditionLine[]): boolean =>
  lines.every(
    (line) =>
      line.use?.operator.family === 'null' ||
      (isOfTexts(line) && !line.values.some(({ template }) => templateIsWild(template))),
  )

/**
 * Whether the values tried for a key stand for all, as far as it is compared with variables that are not known: with one alone, whose
 * own values were found before, and text by text.
 */
function areTried(lines: readonly ConditionLine[], { unknown }: AllKeys, found: ReadonlyMap<string, OpenKey>): boolean {
  const variables = new Set(
    lines.flatMap(({ values }) => values.flatMap(({ template }) => variablesOf(template).map((k) => k.toLowerCase()))),
  )
  const open = [...variables].filter((id) => unknown.has(id))
  if (open.length === 0) return true
  return open.length === 1 && open.every((id) => found.get(id)?.exact === true) && isComparedByText(lines)
}

const overridden =
  (lookup: Lookup, key: string, state: KeyState): Lookup =>
  (name) =>
    name.toLowerCase() === key ? state : lookup(name)

/** A key no data knows counts as multi-valued where a policy uses a set operator on it. */
function isMultivalued(key: string, lines: readonly ConditionLine[]): boolean {
  return conditionKeyFacts(key)?.multivalued ?? lines.some((line) => line.use?.setOperator !== undefined)
}

import type { ConditionLine } from '#iam/condition/condition.ts'
import { evaluateLine } from '#iam/condition/condition.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { ABSENT, type KeyState, type Lookup } from '#iam/key-state.ts'
import type { Statement } from '#iam/policy.ts'
import { matchBeyondAction, type Question } from '#iam/statement.ts'
import { variablesOf } from '#iam/variables.ts'
import type { EvaluationInput } from './evaluation-input.ts'
import { type DecisionEffect, MAX_OUTCOMES, type Outcome } from './decision.ts'
import { POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import { areConsistent, type GivenKeys, withKeys } from './given-keys.ts'
import { evaluateLayers, type EvaluatedLayers } from './evaluate-layers.ts'
import type { LayerFinding } from './layers/finding.ts'
import type { PreparedPolicy } from './prepare.ts'
import { type Choice, representatives } from './representatives.ts'
import { openLeaves, refusing as refusingFindings } from './refusing.ts'
import { questionOf, denyType, effectOf, likelyReported } from './verdict.ts'
import { conditionsToAllow, type DecidedCase, type OpenKey } from './would-allow.ts'

/** The outcome of the cases over the unknown keys (R-COND-64, R-COND-65). */
export interface Resolved {
  readonly decision: DecisionEffect
  readonly denyType: 'explicit' | 'implicit' | null
  readonly blockedBy: readonly PolicyLayer[]
  readonly likelyReported: PolicyLayer | null
  /** Denied in every case: the layers that refuse, explicitly if always explicitly. */
  readonly refusing: ReadonlyMap<PolicyLayer, 'explicit-deny' | 'implicit-deny'>
  readonly outcomes: readonly Outcome[]
  /** Per key, the value that alone makes it allowed. */
  readonly wouldAllowIf: ReadonlyMap<string, string>
  /** The keys that matter; undefined: values were not tried, or other facts are missing too. */
  readonly keys: readonly string[] | undefined
}

const MAX_CASES = 4096
const MAX_KEYS = 12
/** Statements and condition values that may be held against the request in all cases together: about a second of one core. */
const MAX_WORK = 4_000_000

/**
 * Kleene's tables are pessimistic where one unknown key stands in two statements. So every consistent assignment of the
 * unknown keys is evaluated; where all agree, that is the decision.
 */
export function resolveUnknowns(evaluated: EvaluatedLayers): Resolved | undefined {
  const open = openKeys(evaluated)
  if (open.length === 0 || open.length > MAX_KEYS) return undefined
  const cases = open.reduce((product, { choices }) => product * choices.length, 1)
  if (cases > MAX_CASES || cases * workOfCase(evaluated) > MAX_WORK) return undefined
  const all = assignments(open).flatMap((assignment) => caseOf(evaluated.input, open, assignment))
  const exact = open.every((key) => key.exact)
  const [first] = all
  const agreed = exact && first !== undefined && all.every((decidedCase) => decidedCase.decision === first.decision)
  // What else is not known may hide that a key matters: only where every case is decided is it not missing.
  const settled = exact && all.every((decidedCase) => decidedCase.decision !== 'undetermined')
  const { keys, cases: apart } = exact ? thatMatter(open, all) : { keys: open, cases: all }
  // Where other facts leave every case open, none tells anything.
  const tellsNothing = keys.length === 0 || all.every((decidedCase) => decidedCase.decision === 'undetermined')
  const denied = agreed && first.decision === 'denied'
  const refusing = denied
    ? refusals(all.map((decidedCase) => decidedCase.refusals))
    : new Map<PolicyLayer, 'explicit-deny' | 'implicit-deny'>()
  return {
    decision: agreed ? first.decision : 'undetermined',
    denyType: denied
      ? all.every((decidedCase) => decidedCase.denyType === 'explicit')
        ? 'explicit'
        : 'implicit'
      : null,
    blockedBy: denied ? POLICY_LAYERS.filter((layer) => refusing.has(layer)) : [],
    likelyReported: denied ? first.likelyReported : null,
    refusing,
    outcomes: tellsNothing ? [] : apart.slice(0, MAX_OUTCOMES).map((decidedCase) => outcomeOf(keys, decidedCase)),
    wouldAllowIf: agreed ? new Map() : conditionsToAllow(keys, apart),
    keys: settled ? keys.map(({ key }) => key) : undefined,
  }
}

/** Statements that bear on the request, and values of their conditions. */
function workOfCase({ input, trace }: EvaluatedLayers): number {
  let work = 0
  for (const { policies } of trace)
    for (const policy of policies)
      for (const { conditions } of bearing(policy, input))
        work += 1 + sum(conditions.map(({ values }) => values.length))
  return work
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

const outcomeOf = (keys: readonly OpenKey[], { assignment, decision }: DecidedCase): Outcome => ({
  when: shown(keys, assignment),
  decision,
})

/** Leaves out, one after the other, the keys on whose value no case depends. */
function thatMatter<C extends DecidedCase>(
  open: readonly OpenKey[],
  all: readonly C[],
): { readonly keys: readonly OpenKey[]; readonly cases: readonly C[] } {
  let keys = open
  let cases = all
  for (const key of open) {
    const at = keys.indexOf(key)
    const without = mergedAt(cases, at)
    if (without === undefined) continue
    keys = keys.toSpliced(at, 1)
    cases = without
  }
  return { keys, cases }
}

/** The cases without their value at that place; undefined: two that then are the same come to different decisions. */
function mergedAt<C extends DecidedCase>(cases: readonly C[], at: number): readonly C[] | undefined {
  const ids = new Map<Choice, number>()
  const idOf = (choice: Choice): number => {
    const known = ids.get(choice) ?? ids.size
    ids.set(choice, known)
    return known
  }
  const merged = new Map<string, C>()
  for (const decidedCase of cases) {
    const assignment = decidedCase.assignment.toSpliced(at, 1)
    const id = assignment.map(idOf).join()
    const same = merged.get(id)
    if (same !== undefined && same.decision !== decidedCase.decision) return undefined
    if (same === undefined) merged.set(id, { ...decidedCase, assignment })
  }
  return [...merged.values()]
}

type Assignment = readonly Choice[]

function assignments(keys: readonly OpenKey[]): Assignment[] {
  let all: Assignment[] = [[]]
  for (const { choices } of keys) all = all.flatMap((prefix) => choices.map((choice) => [...prefix, choice]))
  return all
}

/** The decision on a case; none where no request can have all its values at once. */
function caseOf(input: EvaluationInput, keys: readonly OpenKey[], assignment: Assignment) {
  const givenKeys: GivenKeys = new Map(keys.map(({ key }, i) => [key, assignment[i]?.state ?? ABSENT]))
  if (!areConsistent(input, givenKeys)) return []
  const { tree } = evaluateLayers(withKeys(input, givenKeys))
  return [
    {
      assignment,
      decision: effectOf(tree),
      denyType: denyType(tree),
      likelyReported: likelyReported(tree),
      refusals: new Map(refusingFindings(tree).map((finding) => [finding.layer, finding.deny === true] as const)),
    },
  ]
}

/** Layers that refuse in every case; where no single one does, all that refuse in some. */
function refusals(
  cases: readonly ReadonlyMap<PolicyLayer, boolean>[],
): Map<PolicyLayer, 'explicit-deny' | 'implicit-deny'> {
  const all = [...new Set(cases.flatMap((layersOfCase) => [...layersOfCase.keys()]))]
  const common = all.filter((layer) => cases.every((layersOfCase) => layersOfCase.has(layer)))
  return new Map(
    (common.length > 0 ? common : all).map((layer) => [
      layer,
      cases.every((layersOfCase) => layersOfCase.get(layer) !== false) ? 'explicit-deny' : 'implicit-deny',
    ]),
  )
}

const shown = (keys: readonly OpenKey[], assignment: Assignment): Record<string, unknown> =>
  Object.fromEntries(keys.map(({ key }, i) => [key, assignment[i]?.shown ?? null]))

/**
 * The unknown keys in the statements of these findings that are not decided, with the conditions that ask for them; by
 * default of the findings that keep the decision open.
 */
export function openKeys(
  evaluated: EvaluatedLayers,
  findings: readonly LayerFinding[] = openLeaves(evaluated.tree),
): OpenKey[] {
  const { input } = evaluated
  const unknown = new Map<string, { readonly key: string; readonly compared: Set<string> }>()
  const add = (key: string, values: readonly string[] = []): void => {
    const { state } = input.question.lookup(key)
    const folded = key.toLowerCase()
    if (state !== 'unknown' && state !== 'present') return
    const known = unknown.get(folded) ?? { key, compared: new Set() }
    for (const value of values) known.compared.add(value)
    unknown.set(folded, known)
  }
  for (const finding of findings) {
    for (const { fact, kind, values } of finding.lacking) if (kind === 'context-key') add(fact, values)
    for (const policy of finding.policies)
      for (const statement of bearing(policy, input))
        if (isOpen(statement, policy, questionOf(finding, input))) for (const key of keysOf(statement, input)) add(key)
  }
  const lines = allLines(evaluated)
  return [...unknown.values()].map(({ key, compared }) => openKey(key, lines, evaluated, [...compared]))
}

function bearing({ bearingOn }: PreparedPolicy, { question }: EvaluationInput): readonly Statement[] {
  const { denies, allows } = bearingOn(question.action)
  return [...denies, ...allows]
}

/** Only what is not sure of a statement can keep a decision open. A bucket's own policy is asked about another ARN. */
const isOpen = (statement: Statement, { place }: PreparedPolicy, question: Question): boolean =>
  matchBeyondAction(statement, place, question).matches === 'unknown'

/** The keys of its lines that are not decided, and of the variables in them and in its resources. */
function keysOf(statement: Statement, { question: { lookup } }: EvaluationInput): readonly string[] {
  const open = statement.conditions.filter((line) => evaluateLine(line, lookup(line.key), lookup) === 'unknown')
  return [...open.map((line) => line.key), ...variablesIn(statement.resources ?? [], open)]
}

function variablesIn(
  resources: NonNullable<Statement['resources']>,
  lines: readonly ConditionLine[],
): readonly string[] {
  return [
    ...resources.flatMap((pattern) => (pattern.kind === 'arn' ? variablesOf(pattern.rest) : [])),
    ...lines.flatMap((line) => line.values.flatMap((value) => variablesOf(value.template))),
  ]
}

interface Lines {
  readonly byKey: ReadonlyMap<string, readonly ConditionLine[]>
  readonly asVariable: ReadonlySet<string>
}

function allLines(evaluated: EvaluatedLayers): Lines {
  const byKey = new Map<string, ConditionLine[]>()
  const asVariable = new Set<string>()
  for (const finding of evaluated.trace)
    for (const policy of finding.policies)
      for (const statement of bearing(policy, evaluated.input)) {
        for (const key of variablesIn(statement.resources ?? [], statement.conditions))
          asVariable.add(key.toLowerCase())
        for (const line of statement.conditions) {
          const folded = line.key.toLowerCase()
          byKey.set(folded, [...(byKey.get(folded) ?? []), line])
        }
      }
  return { byKey, asVariable }
}

/** @param compared values that a fixed rule compares the key with */
function openKey(
  key: string,
  { byKey, asVariable }: Lines,
  { input }: EvaluatedLayers,
  compared: readonly string[],
): OpenKey {
  const folded = key.toLowerCase()
  const lines = byKey.get(folded) ?? []
  const { choices, exact, complete } = representatives(
    lines,
    input.question.lookup(key),
    isMultivalued(key, lines),
    (line, state) => evaluateLine(line, state, overridden(input.question.lookup, folded, state)),
    [...compared, ...comparedWith(folded, byKey, input)],
  )
  return { key, choices, exact: exact && !asVariable.has(folded), complete }
}

/** Values that a variable may have to equal: those of the keys it is compared with. */
function comparedWith(variable: string, byKey: Lines['byKey'], { question }: EvaluationInput): readonly string[] {
  const found = new Set<string>()
  for (const lines of byKey.values())
    for (const line of lines) {
      const names = line.values.flatMap(({ template }) => variablesOf(template))
      if (!names.some((name) => name.toLowerCase() === variable)) continue
      const state = question.lookup(line.key)
      if (state.state === 'values') for (const value of state.values) found.add(value)
      if (line.use?.operator.family === 'bool') found.add('true').add('false')
    }
  return [...found]
}

const overridden =
  (lookup: Lookup, key: string, state: KeyState): Lookup =>
  (name) =>
    name.toLowerCase() === key ? state : lookup(name)

/** A key no data knows counts as multi-valued where a policy uses a set operator on it. */
function isMultivalued(key: string, lines: readonly ConditionLine[]): boolean {
  return conditionKeyFacts(key)?.multivalued ?? lines.some((line) => line.use?.setOperator !== undefined)
}

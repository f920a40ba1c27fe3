import type { ConditionLine } from '#iam/condition/condition.ts'
import { evaluateLine } from '#iam/condition/condition.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { ABSENT, type KeyState, type Lookup } from '#iam/key-state.ts'
import type { Statement } from '#iam/policy.ts'
import { variablesOf } from '#iam/variables.ts'
import type { Case } from './case.ts'
import { type DecisionEffect, type Outcome, POLICY_LAYERS, type PolicyLayer } from './decision.ts'
import { type Judged, judgeWith } from './judge.ts'
import { type Choice, representatives } from './representatives.ts'
import { openLeaves, refusing as refusingFindings } from './refusing.ts'
import { denyType, effectOf, likelyReported } from './verdict.ts'

/** What the cases over the unknown keys come to (R-COND-64, R-COND-65). */
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
}

const MAX_CASES = 4096
const MAX_PRINTED = 64
const MAX_KEYS = 12

/** A key the decision hangs on, and one value for each way its conditions can tell values apart. */
export interface OpenKey {
  readonly key: string
  readonly choices: readonly Choice[]
  /** Whether the choices stand for every value there is. */
  readonly exact: boolean
}

/**
 * Kleene's tables are pessimistic where one unknown key stands in two statements. So every consistent assignment of the
 * unknown keys is judged; where all agree, that is the decision.
 */
export function resolveUnknowns(judged: Judged): Resolved | undefined {
  const keys = openKeys(judged)
  if (keys.length === 0 || keys.length > MAX_KEYS) return undefined
  const cases = keys.reduce((product, { choices }) => product * choices.length, 1)
  if (cases > MAX_CASES) return undefined
  const results = assignments(keys).map((assignment) => ({ assignment, ...outcomeOf(judged.facts, keys, assignment) }))
  const exact = keys.every((key) => key.exact)
  const [first] = results
  const agreed = exact && first !== undefined && results.every((one) => one.decision === first.decision)
  const denied = agreed && first.decision === 'denied'
  const refusing = denied
    ? refusals(results.map((one) => one.refusals))
    : new Map<PolicyLayer, 'explicit-deny' | 'implicit-deny'>()
  return {
    decision: agreed ? first.decision : 'undetermined',
    denyType: denied ? (results.every((one) => one.denyType === 'explicit') ? 'explicit' : 'implicit') : null,
    blockedBy: denied ? POLICY_LAYERS.filter((layer) => refusing.has(layer)) : [],
    likelyReported: denied ? first.likelyReported : null,
    refusing,
    outcomes: results
      .slice(0, MAX_PRINTED)
      .map(({ assignment, decision }) => ({ when: shown(keys, assignment), decision })),
    wouldAllowIf: agreed ? new Map() : conditionsToAllow(keys, results),
  }
}

type Assignment = readonly Choice[]

function assignments(keys: readonly OpenKey[]): Assignment[] {
  let all: Assignment[] = [[]]
  for (const { choices } of keys) all = all.flatMap((prefix) => choices.map((choice) => [...prefix, choice]))
  return all
}

function outcomeOf(facts: Case, keys: readonly OpenKey[], assignment: Assignment) {
  const overrides = new Map(keys.map(({ key }, i) => [key.toLowerCase(), assignment[i]?.state ?? ABSENT]))
  const { tree } = judgeWith(facts, overrides)
  return {
    decision: effectOf(tree),
    denyType: denyType(tree),
    likelyReported: likelyReported(tree),
    refusals: new Map(refusingFindings(tree).map((finding) => [finding.layer, finding.deny === true] as const)),
  }
}

/** Layers that refuse in every case; where no single one does, all that refuse in some. */
function refusals(
  cases: readonly ReadonlyMap<PolicyLayer, boolean>[],
): Map<PolicyLayer, 'explicit-deny' | 'implicit-deny'> {
  const all = [...new Set(cases.flatMap((one) => [...one.keys()]))]
  const common = all.filter((layer) => cases.every((one) => one.has(layer)))
  return new Map(
    (common.length > 0 ? common : all).map((layer) => [
      layer,
      cases.every((one) => one.get(layer) !== false) ? 'explicit-deny' : 'implicit-deny',
    ]),
  )
}

const shown = (keys: readonly OpenKey[], assignment: Assignment): Record<string, unknown> =>
  Object.fromEntries(keys.map(({ key }, i) => [key, assignment[i]?.shown ?? null]))

/** A value of one key that makes it allowed whatever the others are. */
function conditionsToAllow(
  keys: readonly OpenKey[],
  results: readonly { readonly assignment: Assignment; readonly decision: DecisionEffect }[],
): ReadonlyMap<string, string> {
  const phrases = new Map<string, string>()
  keys.forEach(({ key, choices }, i) => {
    const allows = (choice: Choice): boolean =>
      results.every((one) => one.assignment[i] !== choice || one.decision === 'allowed')
    const phrase = phraseOf(
      choices.filter(allows),
      choices.filter((choice) => !allows(choice)),
    )
    if (phrase !== null) phrases.set(key.toLowerCase(), phrase)
  })
  return phrases
}

function phraseOf(allowing: readonly Choice[], others: readonly Choice[]): string | null {
  if (allowing.length === 0) return null
  const other = allowing.find((choice) => choice.shown === '(other)')
  if (other !== undefined) {
    const excluded = others.filter((choice) => choice.shown !== null).map((choice) => String(choice.shown))
    return excluded.length === 0
      ? 'absent' === allowing[0]?.phrase
        ? null
        : 'not in []'
      : `not in [${excluded.join(', ')}]`
  }
  const named = allowing.filter((choice) => choice.phrase !== null && choice.shown !== null)
  if (named.length === 0) return allowing.some((choice) => choice.shown === null) ? 'absent' : null
  if (named.length === 1) return named[0]?.phrase ?? null
  return named.every((choice) => choice.phrase?.startsWith('= ') === true)
    ? `in [${named.map((choice) => String(choice.shown)).join(', ')}]`
    : (named[0]?.phrase ?? null)
}

/** The unknown keys in the statements that keep the decision open, with the conditions that ask for them. */
function openKeys(judged: Judged): OpenKey[] {
  const { facts } = judged
  const unknown = new Map<string, string>()
  for (const finding of openLeaves(judged.tree))
    for (const policy of finding.policies)
      for (const statement of policy.document.statements)
        for (const key of keysOf(statement)) {
          const { state } = facts.question.lookup(key)
          if (state === 'unknown' || state === 'present') unknown.set(key.toLowerCase(), key)
        }
  const lines = allLines(judged)
  return [...unknown.values()].map((key) => openKey(key, lines, judged))
}

const keysOf = (statement: Statement): readonly string[] => [
  ...statement.conditions.map((line) => line.key),
  ...variableKeys(statement),
]

function variableKeys(statement: Statement): readonly string[] {
  const fromResources = (statement.resources ?? []).flatMap((p) => (p.kind === 'arn' ? variablesOf(p.rest) : []))
  return [
    ...fromResources,
    ...statement.conditions.flatMap((line) => line.values.flatMap((v) => variablesOf(v.template))),
  ]
}

interface Lines {
  readonly byKey: ReadonlyMap<string, readonly ConditionLine[]>
  readonly asVariable: ReadonlySet<string>
}

function allLines(judged: Judged): Lines {
  const byKey = new Map<string, ConditionLine[]>()
  const asVariable = new Set<string>()
  for (const finding of judged.trace)
    for (const policy of finding.policies)
      for (const statement of policy.document.statements) {
        for (const key of variableKeys(statement)) asVariable.add(key.toLowerCase())
        for (const line of statement.conditions) {
          const folded = line.key.toLowerCase()
          byKey.set(folded, [...(byKey.get(folded) ?? []), line])
        }
      }
  return { byKey, asVariable }
}

function openKey(key: string, { byKey, asVariable }: Lines, { facts }: Judged): OpenKey {
  const folded = key.toLowerCase()
  const lines = byKey.get(folded) ?? []
  const { choices, exact } = representatives(
    lines,
    facts.question.lookup(key),
    isMultivalued(key, lines),
    (line, state) => evaluateLine(line, state, overridden(facts.question.lookup, folded, state)),
  )
  return { key, choices, exact: exact && !asVariable.has(folded) }
}

const overridden =
  (lookup: Lookup, key: string, state: KeyState): Lookup =>
  (asked) =>
    asked.toLowerCase() === key ? state : lookup(asked)

/** A key no data knows counts as multi-valued where a policy uses a set operator on it. */
function isMultivalued(key: string, lines: readonly ConditionLine[]): boolean {
  return conditionKeyFacts(key)?.multivalued ?? lines.some((line) => line.use?.setOperator !== undefined)
}

import type { EvaluationInput } from './evaluation-input.ts'
import { type DecisionEffect, MAX_OUTCOMES, type Outcome } from './decision.ts'
import { POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import { ABSENT } from '#iam/key-state.ts'
import { areConsistent, type GivenKeys, withKeys } from './given-keys.ts'
import { evaluateLayers, type EvaluatedLayers } from './evaluate-layers.ts'
import { openKeys, statementsOn } from './open-keys.ts'
import type { Choice } from './representatives.ts'
import { refusing as refusingFindings } from './refusing.ts'
import { denyType, effectOf, likelyReported } from './verdict.ts'
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
  /** Per id of a key, the value that alone makes it allowed. */
  readonly wouldAllowIf: ReadonlyMap<string, string>
  /** Ids of the keys that matter; undefined: values were not tried, or other facts are missing too. */
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
    keys: settled ? keys.map(({ id }) => id) : undefined,
  }
}

/** Statements that bear on the request, and values of their conditions. */
function workOfCase({ input, trace }: EvaluatedLayers): number {
  let work = 0
  for (const { policies } of trace)
    for (const policy of policies)
      for (const { conditions } of statementsOn(policy, input))
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

import type { Decision, LayerVerdict, StatementVerdict, Verdict } from '#engine/decision.ts'
import { POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import type { Truth } from '#iam/truth.ts'

/** How one statement fares in two evaluations of the same request; `null`: it is not there. */
export interface StatementDifference {
  readonly here: StatementVerdict | null
  readonly there: StatementVerdict | null
}

/** A layer, level or policy that differs between two decisions. */
export interface LayerDifference {
  readonly layer: PolicyLayer
  readonly where?: string
  readonly kind?: string
  readonly here: Verdict | null
  readonly there: Verdict | null
  /** Statements that matter: they match in one and not in the other. */
  readonly statements: readonly StatementDifference[]
}

/**
 * Where two evaluations part: the layers whose verdicts differ, those that bear on a decision first, then by the order of docs/json.md.
 * Levels of the organization are paired from the root and from the account, because their ids differ between accounts.
 */
export function differencesBetween(here: Decision, there: Decision): LayerDifference[] {
  const pairs = POLICY_LAYERS.flatMap((layer) =>
    pairLayer(here.layers.filter(is(layer)), there.layers.filter(is(layer))),
  )
  const differing = pairs.filter(([a, b]) => a?.verdict !== b?.verdict || statementDifferences(a, b).length > 0)
  const bearing = (pair: Pair): number =>
    isRefusal(pair[0]) !== isRefusal(pair[1]) ? 0 : pair[0]?.verdict !== pair[1]?.verdict ? 1 : 2
  return differing
    .map((pair, index) => ({ pair, index }))
    .sort((a, b) => bearing(a.pair) - bearing(b.pair) || a.index - b.index)
    .map(({ pair: [a, b] }) => difference(a, b))
}

type Pair = readonly [LayerVerdict | undefined, LayerVerdict | undefined]

const is =
  (layer: PolicyLayer) =>
  (entry: LayerVerdict): boolean =>
    entry.layer === layer

const isRefusal = (entry: LayerVerdict | undefined): boolean =>
  entry !== undefined && entry.counted && (entry.verdict === 'explicit-deny' || entry.verdict === 'implicit-deny')

/** By level id or guard; what is left is paired in order. */
function pairLayer(here: readonly LayerVerdict[], there: readonly LayerVerdict[]): Pair[] {
  const left = [...there]
  const pairs: Pair[] = []
  const alone: LayerVerdict[] = []
  for (const entry of here) {
    const match = left.findIndex((other) => keyOf(other) === keyOf(entry))
    if (match < 0) alone.push(entry)
    else pairs.push([entry, left.splice(match, 1)[0]])
  }
  for (const entry of alone) pairs.push([entry, left.shift()])
  return [...pairs, ...left.map((entry): Pair => [undefined, entry])]
}

const keyOf = (entry: LayerVerdict): string => [entry.where ?? '', entry.guard ?? ''].join('|')

function difference(here: LayerVerdict | undefined, there: LayerVerdict | undefined): LayerDifference {
  const entry = here ?? there
  const where = here?.where ?? there?.where
  const kind = here?.kind ?? there?.kind ?? here?.guard ?? there?.guard
  return {
    layer: entry?.layer ?? 'service-guard',
    ...(where === undefined ? {} : { where }),
    ...(kind === undefined ? {} : { kind }),
    here: here?.verdict ?? null,
    there: there?.verdict ?? null,
    statements: statementDifferences(here, there),
  }
}

function statementDifferences(here: LayerVerdict | undefined, there: LayerVerdict | undefined): StatementDifference[] {
  const left = [...(there?.statements ?? [])]
  const differing: StatementDifference[] = []
  for (const statement of here?.statements ?? []) {
    const match = left.findIndex((other) => sameStatement(statement, other))
    const other = match < 0 ? undefined : left.splice(match, 1)[0]
    if (matchOf(statement) !== matchOf(other)) differing.push({ here: statement, there: other ?? null })
  }
  for (const statement of left) if (matchOf(statement) !== false) differing.push({ here: null, there: statement })
  return differing
}

const matchOf = (statement: StatementVerdict | undefined): Truth => statement?.matches ?? false

const sameStatement = (a: StatementVerdict, b: StatementVerdict): boolean =>
  a.policy === b.policy && a.effect === b.effect && (a.sid === undefined ? a.index === b.index : a.sid === b.sid)

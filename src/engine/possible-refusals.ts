import type { PolicyLayer } from '#iam/layers.ts'
import type { LayerFinding } from './layers/finding.ts'
import { grantLeafIn, refusalOfWays } from './refusing.ts'
import type { Tree } from './requirement-tree.ts'

/** The findings that refuse under a way to decide everything unknown, each once. */
type Refusal = readonly LayerFinding[]

/** All that a requirement can come to, whatever its unknown leaves are. */
interface Possibilities {
  readonly mayAllow: boolean
  /** The distinct refusals. */
  readonly refusals: readonly Refusal[]
}

/** The layers of all refusals that a requirement can come to. */
export interface PossibleRefusals {
  /** Whether it can be refused at all. */
  readonly mayRefuse: boolean
  /** Layers that are in `blockedBy` in every refusal. */
  readonly always: ReadonlySet<PolicyLayer>
  /** Layers that are in `blockedBy` in some refusal. */
  readonly sometimes: ReadonlySet<PolicyLayer>
}

/** More distinct refusals of one part than this are not told apart: then any of its layers may refuse, none surely does. */
const MOST = 512

/**
 * The layers that refuse in all, and in some, of the worlds in which the request is refused: a world decides every unknown
 * leaf. Found by propagation from the leaves up, not by listing worlds; what stands at the top of the requirement (every
 * guardrail must let pass) is never multiplied out. Leaves are taken as independent of each other.
 */
export function possibleRefusals(tree: Tree): PossibleRefusals {
  const parts = (tree.is === 'all' ? tree.of : [tree]).map(possibilitiesOf)
  if (parts.some(isImpossible)) return NONE
  const layersIn = (refusal: Refusal): ReadonlySet<PolicyLayer> => new Set(refusal.map(({ layer }) => layer))
  const refusals = parts.map((part) => part.refusals.map(layersIn))
  const sometimes = new Set(refusals.flat().flatMap((layers) => [...layers]))
  const without = (part: readonly ReadonlySet<PolicyLayer>[], layer: PolicyLayer): boolean =>
    part.some((layers) => !layers.has(layer))
  const isAvoidable = (layer: PolicyLayer): boolean =>
    parts.every(({ mayAllow }, i) => mayAllow || without(refusals[i] ?? [], layer)) &&
    refusals.some((part) => without(part, layer))
  return {
    mayRefuse: sometimes.size > 0,
    always: new Set([...sometimes].filter((layer) => !isAvoidable(layer))),
    sometimes,
  }
}

const NONE: PossibleRefusals = { mayRefuse: false, always: new Set(), sometimes: new Set() }

/** It was refused, and what is known lets it pass. */
const isImpossible = ({ mayAllow, refusals }: Possibilities): boolean => !mayAllow && refusals.length === 0

function possibilitiesOf(tree: Tree): Possibilities {
  if (tree.is === 'leaf')
    return { mayAllow: tree.satisfied !== false, refusals: tree.satisfied === true ? [] : [[tree.finding]] }
  if (tree.is === 'all') return ofAll(tree.of.map(possibilitiesOf))
  return tree.isRefused === true ? { ...ofAny(tree.of), mayAllow: false } : ofAny(tree.of)
}

/** All parts are needed: what refuses is what refuses in any of them. */
function ofAll(parts: readonly Possibilities[]): Possibilities {
  let sets: readonly Refusal[] = [[]]
  for (const { mayAllow, refusals } of parts)
    sets = distinct(
      sets.flatMap((set) => [...(mayAllow ? [set] : []), ...refusals.map((more) => [...new Set([...set, ...more])])]),
    )
  return { mayAllow: parts.every(({ mayAllow }) => mayAllow), refusals: sets.filter((set) => set.length > 0) }
}

/** Of several ways none is open: which of them counts is the evaluation's rule (refusing.ts). */
function ofAny(ways: readonly Tree[]): Possibilities {
  const parts = ways.map(possibilitiesOf)
  const mayAllow = parts.some((part) => part.mayAllow)
  if (parts.reduce((product, part) => product * part.refusals.length, 1) > MOST * 8)
    return {
      mayAllow,
      refusals: [...new Set(parts.flatMap((part) => part.refusals.flat()))].map((finding) => [finding]),
    }
  let combined: readonly (readonly Refusal[])[] = [[]]
  for (const { refusals } of parts) combined = combined.flatMap((row) => refusals.map((refusal) => [...row, refusal]))
  const grants = ways.map((way) => grantLeafIn(way)?.finding)
  const refusals = combined.map((row) =>
    refusalOfWays(
      row.map((causes, i) => {
        const grant = grants[i]
        return { causes, grant: grant === undefined ? undefined : !causes.includes(grant), isMended: () => true }
      }),
    ),
  )
  return { mayAllow, refusals: distinct(refusals) }
}

/** Each refusal once, whatever the order of its findings; past `MOST` each finding by itself. */
function distinct(refusals: readonly Refusal[]): readonly Refusal[] {
  const numbers = new Map<LayerFinding, number>()
  const numberOf = (finding: LayerFinding): number => {
    const known = numbers.get(finding) ?? numbers.size
    numbers.set(finding, known)
    return known
  }
  const found = new Map<string, Refusal>()
  for (const refusal of refusals)
    found.set(
      refusal
        .map(numberOf)
        .toSorted((a, b) => a - b)
        .join(),
      refusal,
    )
  return found.size <= MOST ? [...found.values()] : [...numbers.keys()].map((finding) => [finding])
}

import { isResourceTagKey } from '#iam/tag-keys.ts'
import { type OpenCase, openCases } from '#engine/open-cases.ts'
import { POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import type { EvaluatedLayers } from '#engine/evaluate-layers.ts'
import { possibleRefusals } from '#engine/possible-refusals.ts'
import type { Choice } from '#engine/representatives.ts'
import type { Leaf, Tree } from '#engine/requirement-tree.ts'
import type { OpenKey } from '#engine/would-allow.ts'
import type { Reported } from '#intake/denial.ts'
import {
  isPartlyUnseen,
  isUnseen,
  leavesOf,
  partAtHand,
  settledRequirements,
  unseenLetsPass,
  withLeaves,
} from './settled-requirement.ts'

export type Certainty = 'certain' | 'likely' | 'possible'

/** A layer that refuses, given that AWS refused, and how sure that is (docs/rules.md, R-EVID-01 to R-EVID-10). */
export interface LayerCause {
  readonly layer: PolicyLayer
  readonly certainty: Certainty
}

/**
 * A world: a way to decide what is not known under which AWS refuses as it said; keys given, unseen policies as leaves of
 * `tree`.
 */
export interface World {
  readonly judged: EvaluatedLayers
  readonly tree: Tree
  readonly keys: ReadonlyMap<string, Choice>
}

/** A context key of which the denial leaves fewer values than there were. */
export interface SettledKey {
  readonly key: string
  readonly left: readonly Choice[]
}

/** Why AWS refused, as far as what is known and what AWS said settle it. */
export interface Explanation {
  /** No world is left: what is known is not what was in force, or the request differed. */
  readonly contradicted: boolean
  /** A layer refuses that AWS asks before the one it named: by the documented order it would have named that one. */
  readonly outOfOrder?: true
  /** Surest first, then in the order of the layers. */
  readonly causes: readonly LayerCause[]
  readonly settled: readonly SettledKey[]
  /** All worlds that are left. */
  readonly worlds: readonly World[]
  /** The worlds of the simplest explanation: what was not seen lets the request pass, keys have their usual values. */
  readonly likely: readonly World[]
}

/**
 * Why a request was refused: every layer that refuses in all worlds left (`certain`), in all worlds of the simplest
 * explanation (`likely`), or in some (`possible`). `evaluated` holds the request under each owner its resource may have.
 */
export function explainRefusal(evaluated: readonly EvaluatedLayers[], reported: Reported): Explanation {
  const inOrder = explainWith(evaluated, reported, true)
  if (!inOrder.contradicted) return inOrder
  // What refuses here besides the layer AWS named does not make that one let the request pass.
  for (const said of [reported, NOTHING_SAID]) {
    const outOfOrder = explainWith(evaluated, said, false)
    if (!outOfOrder.contradicted) return { ...outOfOrder, outOfOrder: true }
  }
  return inOrder
}

const NOTHING_SAID: Reported = { layer: null, denyType: null, policyArn: null }

function explainWith(evaluated: readonly EvaluatedLayers[], reported: Reported, inOrder: boolean): Explanation {
  const isPossible = (evaluated: EvaluatedLayers): boolean =>
    refusable(settledRequirements(evaluated, reported, inOrder)).length > 0
  const open = evaluated.map((evaluated) => openCases(evaluated, isPossible))
  return explainWorlds(
    open.flatMap(({ cases }) => cases.flatMap((openCase) => worldsOf(openCase, reported, inOrder))),
    open.flatMap(({ keys }) => keys),
  )
}

/** The causes of a refusal out of the worlds that agree with AWS's words, and the keys that were not known. */
export function explainWorlds(worlds: readonly World[], keys: readonly OpenKey[] = []): Explanation {
  if (worlds.length === 0) return { contradicted: true, causes: [], settled: [], worlds, likely: [] }
  const likely = simplest(worlds)
  const certain = alwaysIn(worlds)
  const surely = alwaysIn(likely)
  const possible = union((likely.length > 0 ? likely : worlds).map(({ tree }) => possibleRefusals(tree).sometimes))
  const certaintyOf = (layer: PolicyLayer): Certainty | undefined =>
    certain.has(layer) ? 'certain' : surely.has(layer) ? 'likely' : possible.has(layer) ? 'possible' : undefined
  const causes = POLICY_LAYERS.flatMap((layer): LayerCause[] => {
    const certainty = certaintyOf(layer)
    return certainty === undefined ? [] : [{ layer, certainty }]
  })
  return {
    contradicted: false,
    causes: CERTAINTIES.flatMap((certainty) => causes.filter((cause) => cause.certainty === certainty)),
    settled: settledKeys(keys, worlds),
    worlds,
    likely: fewestParametersFirst(likely),
  }
}

/** The context key whose value tells whether the layer refuses: it surely does under one value and not under another. */
export function tellingKey(worlds: readonly World[], layer: PolicyLayer): string | undefined {
  const keys = new Set(worlds.flatMap((world) => [...world.keys.keys()]))
  return [...keys].find((key) => {
    const values = new Set(worlds.map((world) => world.keys.get(key)?.shown))
    const under = [...values].map((shown) => worlds.filter((world) => world.keys.get(key)?.shown === shown))
    const refuses = under.map((some) => alwaysIn(some).has(layer))
    const spares = under.map((some) => !union(some.map(({ tree }) => possibleRefusals(tree).sometimes)).has(layer))
    return refuses.some(Boolean) && spares.some(Boolean)
  })
}

const CERTAINTIES: readonly Certainty[] = ['certain', 'likely', 'possible']

const refusable = (trees: readonly Tree[]): readonly Tree[] => trees.filter((tree) => possibleRefusals(tree).mayRefuse)

/** The worlds of a case, one for each policy that AWS's words may mean; none where they cannot be about it. */
export const worldsOf = ({ evaluated, keys }: OpenCase, reported: Reported, inOrder: boolean): readonly World[] =>
  refusable(settledRequirements(evaluated, reported, inOrder)).map((tree) => ({ judged: evaluated, tree, keys }))

function alwaysIn(worlds: readonly World[]): ReadonlySet<PolicyLayer> {
  const [first, ...rest] = worlds.map(({ tree }) => possibleRefusals(tree).always)
  return new Set([...(first ?? [])].filter((layer) => rest.every((always) => always.has(layer))))
}

const union = (sets: readonly ReadonlySet<PolicyLayer>[]): ReadonlySet<PolicyLayer> =>
  new Set(sets.flatMap((layers) => [...layers]))

/**
 * The simplest explanation (R-EVID-08, R-EVID-09): first with all that was not seen letting the request pass; where that
 * explains nothing, with the caller's own policies unseen; then within the caller's account, and with the usual values.
 */
function simplest(worlds: readonly World[]): readonly World[] {
  for (const alsoIdentity of [true, false]) {
    const passing = worlds.flatMap((world): World[] => {
      const letPass = unseenLetsPass(world.judged, alsoIdentity)
      const tree = withLeaves(world.tree, letPass)
      return possibleRefusals(tree).mayRefuse ? [{ ...world, tree }] : []
    })
    const byDefault = alsoIdentity && !passing.some(isWithinAccount) ? blockedByDefault(worlds) : []
    if (byDefault.length > 0) return usual(byDefault)
    if (passing.length > 0) return usual(orAll(passing.filter(isOfSeen), passing))
  }
  return []
}

const isWithinAccount = ({ judged: evaluated }: World): boolean => evaluated.input.relation !== 'cross'

/**
 * Within the caller's account, where its own policies are at hand and allow: S3's Block Public Access refuses, which has been on
 * for new buckets since April 2023, before anybody supposes another owner.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
function blockedByDefault(worlds: readonly World[]): readonly World[] {
  return worlds.filter(isWithinAccount).flatMap((world): World[] => {
    const leaves = leavesOf(world.tree)
    const isOpen = leaves.some(isBlockPerhaps)
    if (!isOpen || leaves.some(({ finding }) => finding.layer === 'identity-policy' && isUnseen(finding))) return []
    const letPass = unseenLetsPass(world.judged, true)
    return [{ ...world, tree: withLeaves(world.tree, (leaf) => (isBlockPerhaps(leaf) ? false : letPass(leaf))) }]
  })
}

const isBlockPerhaps = ({ finding, needs, satisfied }: Leaf): boolean =>
  finding.guard === 'block-public-access' &&
  needs === 'no-explicit-deny' &&
  satisfied === 'unknown' &&
  isUnseen(finding)

/** No Deny of a policy that nobody has seen refuses: one that is at hand does (R-EVID-02). */
export const isOfSeen = ({ tree, judged }: World): boolean =>
  leavesOf(tree).every(
    ({ finding, needs, satisfied }) =>
      needs !== 'no-explicit-deny' ||
      satisfied !== false ||
      finding.deny !== 'unknown' ||
      !(isUnseen(finding) || (isPartlyUnseen(finding) && partAtHand(finding, judged.input).deny === false)),
  )

function usual(worlds: readonly World[]): readonly World[] {
  let left = orAll(worlds.filter(isWithinAccount), worlds)
  for (const [name, value] of USUAL_VALUES)
    left = orAll(
      left.filter(({ keys }) => {
        const chosen = [...keys].find(([key]) => isUnder(key, name))?.[1]
        return chosen === undefined || chosen.shown === value
      }),
      left,
    )
  return left
}

/**
 * The worlds in which the call sends fewest optional parameters first: a service's own keys mostly describe those. It orders what is
 * shown, and makes no cause more certain.
 */
const fewestParametersFirst = (worlds: readonly World[]): readonly World[] =>
  worlds.toSorted((a, b) => parametersSent(a) - parametersSent(b))

const parametersSent = ({ keys }: World): number =>
  [...keys].filter(([key, { state }]) => !key.toLowerCase().startsWith('aws:') && state.state !== 'absent').length

const orAll = (some: readonly World[], all: readonly World[]): readonly World[] => (some.length > 0 ? some : all)

/** R-EVID-09: beginnings of keys in lower case, with the value they usually have; null: absent. In order of trust. */
const USUAL_VALUES: readonly (readonly [key: string, value: string | null])[] = [
  ['aws:securetransport', 'true'],
  ['aws:viaawsservice', 'false'],
  // Long-term access keys carry no MFA information (R-COND-15), and role sessions never do.
  ['aws:multifactorauth', null],
  ['aws:calledvia', null],
  ['aws:sourcevpce', null],
  ['aws:sourcevpc', null],
  ['aws:vpcsourceip', null],
  ['aws:resourcetag/', null],
  ['aws:requesttag/', null],
  ['aws:principaltag/', null],
  ['s3:x-amz-', null],
]

/** Whether a value, as a choice shows it, is the one that the key usually has. */
export const isUsualValue = (key: string, shown: unknown): boolean =>
  USUAL_VALUES.some(([name, value]) => isUnder(key, name) && shown === value)

/** Whether a key begins so; a service's own name for a tag of the resource is the same tag. */
const isUnder = (key: string, beginning: string): boolean =>
  beginning === 'aws:resourcetag/' ? isResourceTagKey(key) : key.toLowerCase().startsWith(beginning)

function settledKeys(keys: readonly OpenKey[], worlds: readonly World[]) {
  const once = new Map(keys.map((openKey) => [openKey.key.toLowerCase(), openKey]))
  return [...once.values()].flatMap(({ key, choices }): SettledKey[] => {
    const ofWorlds = worlds.map((world) => world.keys.get(key))
    if (ofWorlds.some((choice) => choice === undefined)) return []
    const left = choices.filter(({ shown }) => ofWorlds.some((choice) => choice?.shown === shown))
    return left.length < choices.length ? [{ key, left }] : []
  })
}

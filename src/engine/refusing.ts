import { andAll, orAll, type Truth } from '#iam/truth.ts'
import type { Requirement } from './decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { LayerFinding } from './layers/finding.ts'
import type { Leaf, Tree } from './requirement-tree.ts'

/**
 * The findings whose mending allows a request that is surely refused. Of several ways it takes the caller's side, which
 * stands last; where that would need the resource's own policy too, it takes the resource's side (docs/json.md, "Decision").
 * Where a part of it is open, the caller's side counts too if it lacks nothing but what refuses: nothing is known to
 * override that.
 */
export function refusing(tree: Tree): readonly LayerFinding[] {
  return tree.satisfied === false ? causes(tree) : NONE
}

const NONE: readonly LayerFinding[] = []

function causes(tree: Tree): readonly LayerFinding[] {
  if (tree.satisfied === true) return NONE
  if (tree.is === 'leaf') return tree.satisfied === false ? [tree.finding] : NONE
  if (tree.is === 'all') return unique(tree.of.flatMap(causes))
  return tree.satisfied === false ? chosenWay(tree.of) : callersSide(tree.of)
}

function callersSide(ways: readonly Tree[]): readonly LayerFinding[] {
  const last = ways.at(-1)
  if (last === undefined || !isMendedByItsCauses(last)) return NONE
  const found = causes(last)
  return found.every(({ layer }) => CALLERS_LAYERS.has(layer)) ? found : NONE
}

const CALLERS_LAYERS: ReadonlySet<PolicyLayer> = new Set(['identity-policy', 'permissions-boundary', 'session-policy'])

function chosenWay(ways: readonly Tree[]): readonly LayerFinding[] {
  return refusalOfWays(
    ways.map((way) => ({ causes: causes(way), grant: grantIn(way), isMended: () => isMendedByItsCauses(way) })),
  )
}

/** A way by which the request could be allowed, where it is not. */
export interface RefusedWay {
  /** The findings that refuse in it. */
  readonly causes: readonly LayerFinding[]
  /** As `grantIn` says. */
  readonly grant: Truth | undefined
  /** Whether mending its causes is enough. */
  readonly isMended: () => boolean
}

/** The findings that refuse where none of several ways is open (docs/json.md, "Decision"). */
export function refusalOfWays(ways: readonly RefusedWay[]): readonly LayerFinding[] {
  const granted = ways.find(({ grant }) => grant === true)
  if (granted !== undefined) return granted.causes
  const usual = ways.some(({ grant }) => grant !== undefined) ? ways.filter(({ grant }) => grant === undefined) : ways
  const chosen = usualWay(usual.map((way) => way.causes))
  if (chosen.length < 2) return chosen
  // Where a part of it would do, because the rest of another way is there already, that part is the cause.
  return ways.find((way) => isPartOf(way.causes, chosen) && way.isMended())?.causes ?? chosen
}

/** Whether the way leans on a KMS grant that something else limits, and whether there is one; undefined: it does not. */
function grantIn(way: Tree): Truth | undefined {
  return grantLeafIn(way)?.satisfied
}

export function grantLeafIn(way: Tree): Leaf | undefined {
  const first = way.is === 'all' ? way.of[0] : undefined
  return first?.is === 'leaf' && first.finding.guard === 'kms-grant' ? first : undefined
}

const isPartOf = (set: readonly LayerFinding[], of: readonly LayerFinding[]): boolean =>
  set.length > 0 && set.length < of.length && set.every((finding) => of.includes(finding))

/** Whether mending what refuses is enough: nothing else in it is unknown. */
const isMendedByItsCauses = (tree: Tree): boolean => mended(tree, causes(tree)) === true

/** The truth of the tree once these findings no longer refuse. */
function mended(tree: Tree, findings: readonly LayerFinding[]): Truth {
  if (tree.satisfied === true) return true
  if (tree.is === 'leaf') return tree.satisfied === false && findings.includes(tree.finding) ? true : tree.satisfied
  const of = tree.of.map((tree) => mended(tree, findings))
  return tree.is === 'all' ? andAll(of) : orAll(of)
}

function usualWay(ways: readonly (readonly LayerFinding[])[]): readonly LayerFinding[] {
  const all = ways.filter((set) => set.length > 0)
  const withdrawn = all.find((set) => set.every((finding) => finding.withdrawn === true))
  if (withdrawn !== undefined) return withdrawn
  const sets = all.filter((set) => !set.every((finding) => finding.layer === 'service-guard'))
  const last = sets.at(-1) ?? all.at(-1) ?? []
  const needsResource = last.some((finding) => finding.layer === 'resource-policy')
  return needsResource && sets.length > 1 ? (sets[0] ?? last) : last
}

const unique = (findings: readonly LayerFinding[]): readonly LayerFinding[] => [...new Set(findings)]

/** The findings a requirement that is not false stands on: satisfied ways where there are some, else all open ones. */
export function bearing(tree: Tree, which: (leaf: Leaf) => boolean = () => true): readonly LayerFinding[] {
  const found = new Set<LayerFinding>()
  addBearing(tree, which, found)
  return [...found]
}

function addBearing(tree: Tree, which: (leaf: Leaf) => boolean, found: Set<LayerFinding>): void {
  if (tree.is === 'leaf') {
    if (which(tree)) found.add(tree.finding)
    return
  }
  const onlySatisfied = tree.is === 'any' && tree.satisfied === true
  for (const part of tree.of) if (!onlySatisfied || part.satisfied === true) addBearing(part, which, found)
}

/** The findings whose unknown side keeps the requirement open. */
export function openLeaves(tree: Tree): readonly LayerFinding[] {
  if (tree.satisfied !== 'unknown') return []
  if (tree.is === 'leaf') return [tree.finding]
  return unique(tree.of.flatMap(openLeaves))
}

/** The tree as docs/json.md, "Decision" prints it. */
export function printRequirement(tree: Tree): Requirement {
  if (tree.is === 'all') return { all: tree.of.map(printRequirement) }
  if (tree.is === 'any') return { any: tree.of.map(printRequirement) }
  const { layer, where, kind, guard } = tree.finding
  const shown = kind ?? guard
  return {
    layer,
    ...(where === undefined ? {} : { where }),
    ...(shown === undefined ? {} : { kind: shown }),
    needs: tree.needs,
    satisfied: tree.satisfied,
  }
}

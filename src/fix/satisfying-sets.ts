import type { Leaf, Tree } from '#engine/requirement-tree.ts'

/** The leaves of the requirement that must come true together for the request to be allowed. */
export type SatisfyingSet = readonly Leaf[]

/** More ways than anybody compares. */
const MAX_SETS = 32

/**
 * Every way to satisfy a requirement, each as the leaves that are not satisfied yet. A leaf that is not known counts as
 * one only where nothing is surely false: then the refusal hangs on what is not known (R-NAME-04). With `withUnknown` it
 * always does: the ways that hold whatever is not known.
 */
export function satisfyingSets(tree: Tree, withUnknown = tree.satisfied === 'unknown'): readonly SatisfyingSet[] {
  const isOpen = (leaf: Leaf): boolean => leaf.satisfied === false || (withUnknown && leaf.satisfied === 'unknown')
  return unique(setsOf(tree, isOpen)).slice(0, MAX_SETS)
}

function setsOf(tree: Tree, isOpen: (leaf: Leaf) => boolean): readonly SatisfyingSet[] {
  switch (tree.is) {
    case 'leaf':
      return isOpen(tree) ? [[tree]] : [[]]
    case 'any': {
      const all = tree.of.flatMap((tree) => setsOf(tree, isOpen))
      return all.some((set) => set.length === 0) ? [[]] : all
    }
    case 'all': {
      let all: readonly SatisfyingSet[] = [[]]
      for (const subtree of tree.of) {
        const more = setsOf(subtree, isOpen)
        all = all.flatMap((set) => more.map((rest) => [...set, ...rest])).slice(0, MAX_SETS)
      }
      return all
    }
  }
}

/** Satisfying sets without repeats: two of the same leaves are one, however they were reached. */
function unique(all: readonly SatisfyingSet[]): readonly SatisfyingSet[] {
  const numbers = new Map<unknown, number>()
  const numberOf = (leaf: Leaf): string => {
    const number = numbers.get(leaf.finding) ?? numbers.size
    numbers.set(leaf.finding, number)
    return `${number} ${leaf.needs}`
  }
  const found = new Map<string, SatisfyingSet>()
  for (const set of all) {
    const leaves = new Map(set.map((leaf) => [numberOf(leaf), leaf]))
    found.set([...leaves.keys()].toSorted().join(), [...leaves.values()])
  }
  return [...found.values()]
}

/** Whether the way leaves aside a boundary or session policy that refuses: it would get around a guardrail (R-FIX-06). */
export function bypassesGuardrail(set: SatisfyingSet, tree: Tree): boolean {
  const inWay = new Set(set.map(({ finding }) => finding))
  return leavesOf(tree).some(
    ({ finding, satisfied }) =>
      satisfied === false &&
      (finding.layer === 'permissions-boundary' || finding.layer === 'session-policy') &&
      !inWay.has(finding),
  )
}

export const leavesOf = (tree: Tree): readonly Leaf[] => (tree.is === 'leaf' ? [tree] : tree.of.flatMap(leavesOf))

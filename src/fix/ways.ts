import type { Leaf, Tree } from '#engine/requirement-tree.ts'

/** The leaves of the requirement that must come true together for the request to be allowed. */
export type Way = readonly Leaf[]

/** More ways than anybody compares. */
const MAX_WAYS = 32

/**
 * Every way to satisfy a requirement, each as the leaves that are not satisfied yet. A leaf that is not known counts as
 * one only where nothing is surely false: then the refusal hangs on what is not known (R-NAME-04). With `withUnknown` it
 * always does: the ways that hold whatever is not known.
 */
export function waysOf(tree: Tree, withUnknown = tree.satisfied === 'unknown'): readonly Way[] {
  const isOpen = (leaf: Leaf): boolean => leaf.satisfied === false || (withUnknown && leaf.satisfied === 'unknown')
  return unique(ways(tree, isOpen)).slice(0, MAX_WAYS)
}

function ways(tree: Tree, isOpen: (leaf: Leaf) => boolean): readonly Way[] {
  switch (tree.is) {
    case 'leaf':
      return isOpen(tree) ? [[tree]] : [[]]
    case 'any': {
      const all = tree.of.flatMap((one) => ways(one, isOpen))
      return all.some((way) => way.length === 0) ? [[]] : all
    }
    case 'all': {
      let all: readonly Way[] = [[]]
      for (const one of tree.of) {
        const more = ways(one, isOpen)
        all = all.flatMap((way) => more.map((rest) => [...way, ...rest])).slice(0, MAX_WAYS)
      }
      return all
    }
  }
}

/** The same leaves, however they were reached. */
function unique(all: readonly Way[]): readonly Way[] {
  const numbers = new Map<unknown, number>()
  const numberOf = (leaf: Leaf): string => {
    const number = numbers.get(leaf.finding) ?? numbers.size
    numbers.set(leaf.finding, number)
    return `${number} ${leaf.needs}`
  }
  const found = new Map<string, Way>()
  for (const way of all) {
    const leaves = new Map(way.map((leaf) => [numberOf(leaf), leaf]))
    found.set([...leaves.keys()].toSorted().join(), [...leaves.values()])
  }
  return [...found.values()]
}

/** Whether the way leaves aside a boundary or session policy that refuses: it would get around a guardrail (R-FIX-06). */
export function goesAround(way: Way, tree: Tree): boolean {
  const inWay = new Set(way.map(({ finding }) => finding))
  return leavesOf(tree).some(
    ({ finding, satisfied }) =>
      satisfied === false &&
      (finding.layer === 'permissions-boundary' || finding.layer === 'session-policy') &&
      !inWay.has(finding),
  )
}

export const leavesOf = (tree: Tree): readonly Leaf[] => (tree.is === 'leaf' ? [tree] : tree.of.flatMap(leavesOf))

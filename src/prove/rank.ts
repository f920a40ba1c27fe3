import type { Change } from '#fix/change.ts'
import type { FixScope } from '#fix/scope.ts'
import type { Fix } from './fix.ts'

/** `widens`: it opens a statement that is about other things, too. */
export interface Unranked {
  readonly fix: Omit<Fix, 'rank'>
  readonly widens: boolean
}

/**
 * The smallest first: what cures most of the chain, then what grants least, then the shorter edit, then the policy that is
 * nearest to the caller (R-FIX-02, R-FIX-04).
 */
export function ranked(fixes: readonly Unranked[]): readonly Fix[] {
  return fixes
    .map((one) => ({ fix: one.fix, order: [...firstOf(one), grantsOf(one.fix.proof, one.widens), ...lastOf(one)] }))
    .toSorted((a, b) => compare(a.order, b.order))
    .map(({ fix }, i) => numbered(fix, i + 1))
}

/** The first of them, proving no more than has to be proved to know it. */
export function smallest(fixes: readonly Unranked[]): Fix | undefined {
  const sorted = fixes.toSorted((a, b) => compare([...firstOf(a), ...lastOf(a)], [...firstOf(b), ...lastOf(b)]))
  const [first] = sorted
  if (first === undefined) return undefined
  const group = sorted.filter((one) => compare(firstOf(one), firstOf(first)) === 0)
  const clean = group.find((one) => grantsOf(one.fix.proof, one.widens) === 0)
  return clean === undefined ? ranked(fixes)[0] : numbered(clean.fix, 1)
}

/** The same object: what of it is worked out when asked must not be worked out now. */
const numbered = (fix: Omit<Fix, 'rank'>, rank: number): Fix =>
  Object.defineProperty(fix as Fix, 'rank', { value: rank, enumerable: true, configurable: true })

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) {
    const difference = value - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const SCOPES: Readonly<Record<FixScope, number>> = { exact: 0, prefix: 1, resource: 2 }

/** What comes before all that it grants. */
const firstOf = ({ fix: { cures, changes, replay } }: Unranked): readonly number[] => [
  -cures.length,
  changes.every(isNoPolicy) ? 0 : 1,
  replay.others?.flipped.length ?? 0,
]

const lastOf = ({ fix: { changes, scope }, widens }: Unranked): readonly number[] => [
  SCOPES[scope],
  Number(widens),
  inPolicies(changes),
  changes.length,
  Math.max(0, ...changes.map(distanceOf)),
  changes.reduce((sum, change) => sum + distanceOf(change), 0),
  sizeOf(changes),
]

/** How much it may grant besides; of what is not proved, what widens nothing comes first. */
function grantsOf({ status }: Fix['proof'], widens: boolean): number {
  if (status === 'refuted') return 3
  return status === 'proved' ? 0 : widens ? 2 : 1
}

const isNoPolicy = ({ kind }: Change): boolean =>
  kind === 'wait' || kind === 'change-principal' || kind === 'edit-request'

/** How far its owner is from the caller. */
function distanceOf({ layer, kind, policyArn }: Change): number {
  switch (layer) {
    case 'session-policy':
      return 0
    case 'identity-policy':
      return policyArn === undefined ? 1 : 2
    case 'resource-policy':
      return 3
    case 'service-guard':
      return kind === 'create-grant' ? 4 : 6
    case 'permissions-boundary':
      return 4
    case 'vpc-endpoint-policy':
      return 5
    case 'service-control-policy':
    case 'resource-control-policy':
      return 7
  }
}

/** Another request where one would do grants less than another statement. */
const inPolicies = (changes: readonly Change[]): number =>
  changes.reduce((sum, change) => sum + (isNoPolicy(change) ? 0 : change.patch.length), 0)

const sizeOf = (changes: readonly Change[]): number =>
  changes.reduce((sum, { patch }) => sum + JSON.stringify(patch).length, 0)

import type { MatchKind } from '#iam/principal-element.ts'
import { and, or, type Truth } from '#iam/truth.ts'
import type { Need } from './decision.ts'
import { allowsAs, type LayerFinding } from './layers/finding.ts'

/** The requirement while it is worked with: every leaf points at the finding it was read off. */
export type Leaf = {
  readonly is: 'leaf'
  readonly finding: LayerFinding
  readonly needs: Need
  readonly satisfied: Truth
  /** Which kinds of principal entry count for the need; undefined: any Allow. */
  readonly kinds: readonly MatchKind[] | undefined
}
export type Tree =
  | { readonly is: 'all'; readonly of: readonly Tree[]; readonly satisfied: Truth }
  | {
      readonly is: 'any'
      readonly of: readonly Tree[]
      readonly satisfied: Truth
      /** None of its ways was open, whatever is not known of them: so AWS's words say of a request that was refused. */
      readonly isRefused?: true
    }
  | Leaf

export type Trace = readonly LayerFinding[]

export const all = (of: readonly Tree[]): Tree => {
  const [only] = of
  if (of.length === 1 && only !== undefined) return only
  let satisfied: Truth = true
  for (const tree of of) satisfied = and(satisfied, tree.satisfied)
  return { is: 'all', of, satisfied }
}
export const any = (of: readonly Tree[]): Tree => {
  const [only] = of
  if (of.length === 1 && only !== undefined) return only
  let satisfied: Truth = false
  for (const tree of of) satisfied = or(satisfied, tree.satisfied)
  return { is: 'any', of, satisfied }
}
/** Ways of which none was open: satisfied is true only where what is known says otherwise. */
export function refusedAny(of: readonly Tree[]): Tree {
  const tree = any(of)
  return tree.is === 'any' ? { ...tree, satisfied: tree.satisfied === true, isRefused: true } : tree
}
export const leaf = (finding: LayerFinding, needs: Need, satisfied: Truth, kinds?: readonly MatchKind[]): Tree => ({
  is: 'leaf',
  finding,
  needs,
  satisfied,
  kinds,
})
export const namingLeaf = (finding: LayerFinding, needs: Need, kinds: readonly MatchKind[]): Tree =>
  leaf(finding, needs, allowsAs(finding, kinds), kinds)
export const allowLeaf = (finding: LayerFinding): Tree => leaf(finding, 'allow', finding.allow)

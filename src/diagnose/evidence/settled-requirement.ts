import { isGrantingGuard, type PolicyLayer } from '#iam/layers.ts'
import type { EvaluatedLayers } from '#engine/evaluate-layers.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import type { EvaluationInput } from '#engine/evaluation-input.ts'
import { truthOfPolicies, type PolicyTruth, type PreparedPolicy } from '#engine/prepare.ts'
import { all, any, type Leaf, refusedAny, type Tree } from '#engine/requirement-tree.ts'
import { questionOf } from '#engine/verdict.ts'
import { not, type Truth } from '#iam/truth.ts'
import type { Reported } from '#intake/denial.ts'
import { settledByCheck } from './authorization-checks.ts'

/** The truth of an unknown leaf of the requirement as a denial settles it; the leaf's own where it settles nothing. */
export type SettleLeaf = (leaf: Leaf) => Truth

/** The requirement with its unknown leaves settled; what is known stays as it is. */
export function withLeaves(tree: Tree, settle: SettleLeaf): Tree {
  if (tree.is === 'leaf') return tree.satisfied === 'unknown' ? { ...tree, satisfied: settle(tree) } : tree
  const of = tree.of.map((tree) => withLeaves(tree, settle))
  if (tree.is === 'all') return all(of)
  return tree.isRefused === true ? refusedAny(of) : any(of)
}

/**
 * The requirements that agree with what AWS said of a denial: one for each policy that may be the one it means, none where
 * what is known contradicts it (R-EVID-02, R-EVID-03). That the request was refused (R-EVID-01) is for the reader to ask.
 * `inOrder`: AWS asked its layers in the documented order, which is no promise about messages (R-EVID-03 c).
 */
export function settledRequirements(evaluated: EvaluatedLayers, reported: Reported, inOrder: boolean): readonly Tree[] {
  const { layer, denyType, checks } = reported
  if (checks !== undefined) return [withLeaves(evaluated.tree, (leaf) => settledByCheck(leaf, checks))]
  if (denyType === 'explicit') return explicitlyDenied(evaluated, reported)
  if (layer === null || denyType === null) return [evaluated.tree]
  return implicitlyDenied(evaluated, layer, inOrder)
}

/** R-EVID-02: some Deny of the layer matches; of the policy, where one is named. */
function explicitlyDenied(evaluated: EvaluatedLayers, reported: Reported): readonly Tree[] {
  const { tree } = evaluated
  const candidates = leavesOf(tree).filter(
    (leaf) =>
      isDenyLeaf(leaf) &&
      leaf.satisfied !== true &&
      isNamed(leaf.finding, reported.layer) &&
      mayDeny(leaf.finding, evaluated, reported.policyArn),
  )
  return candidates.map((denying) =>
    withLeaves(tree, (leaf) => (isDenyLeaf(leaf) && leaf.finding === denying.finding ? false : leaf.satisfied)),
  )
}

/** S3 names its policy also where a Block Public Access setting refuses (R-MSG-10). */
const isNamed = ({ layer, guard }: LayerFinding, named: PolicyLayer | null): boolean =>
  named === null || layer === named || (named === 'resource-policy' && guard === 'block-public-access')

/** Whether a Deny of the finding may match; of the policy with that ARN alone, where it is at hand (R-EVID-04). */
function mayDeny(finding: LayerFinding, { input }: EvaluatedLayers, policyArn: string | null): boolean {
  const own = policyArn === null ? [] : finding.policies.filter(({ arn }) => arn === policyArn)
  return own.length === 0 || truthOfPolicies(own, questionOf(finding, input)).deny !== false
}

const isDenyLeaf = ({ needs }: Leaf): boolean => needs === 'no-explicit-deny'

/** The order in which AWS's flow asks, within one account (R-EVID-03); the place of the endpoint policy is disputed. */
const ASKED_IN_ORDER: readonly PolicyLayer[] = [
  'resource-control-policy',
  'service-control-policy',
  'resource-policy',
  'identity-policy',
  'permissions-boundary',
  'session-policy',
]

/** Layers of the caller's account; the others are of the resource's. */
const OF_CALLER: ReadonlySet<PolicyLayer> = new Set([
  'service-control-policy',
  'identity-policy',
  'permissions-boundary',
  'session-policy',
])

/**
 * Returns the requirement with what AWS's message settles about other layers than the named one, whose policies were read again since:
 * no Deny matched, and the layers that AWS evaluates earlier allowed the call (R-EVID-03). An explicit deny settles nothing about them.
 */
export function settledElsewhere(evaluated: EvaluatedLayers, { layer, denyType, checks }: Reported): Tree {
  const { input, tree } = evaluated
  if (checks !== undefined) return withLeaves(tree, (leaf) => settledByCheck(leaf, checks))
  if (layer === null || denyType !== 'implicit') return tree
  return withLeaves(tree, (leaf) => {
    if (leaf.finding.layer === layer || !isEvaluatedWith(layer, input)(leaf.finding)) return leaf.satisfied
    if (isDenyLeaf(leaf)) return true
    return isBefore(leaf.finding.layer, layer) ? letPass(leaf, layer) : leaf.satisfied
  })
}

/** Whether a layer is evaluated in the account that denies by the named one. */
const isEvaluatedWith =
  (named: PolicyLayer, { relation }: EvaluationInput) =>
  ({ layer, applies }: LayerFinding): boolean =>
    applies &&
    layer !== 'service-guard' &&
    (layer !== 'vpc-endpoint-policy' || layer === named) &&
    (relation !== 'cross' || OF_CALLER.has(layer) === OF_CALLER.has(named))

/**
 * R-EVID-03: the layer does not allow, nothing else allowed in its place, no Deny matches in that account's evaluation, and what is
 * asked before it let it pass.
 */
function implicitlyDenied(evaluated: EvaluatedLayers, named: PolicyLayer, inOrder: boolean): readonly Tree[] {
  const { input, tree } = evaluated
  const isEvaluated = isEvaluatedWith(named, input)
  const leaves = leavesOf(tree)
  if (leaves.some((leaf) => isDenyLeaf(leaf) && leaf.satisfied === false && isEvaluated(leaf.finding))) return []
  if (inOrder && leaves.some((leaf) => isEvaluated(leaf.finding) && isSkipped(leaf, named))) return []
  const candidates = new Set(leaves.flatMap((leaf) => (mayNotAllow(leaf, named) ? [leaf.finding] : [])))
  return [...candidates].flatMap((refusing) => {
    const settled = withLeaves(tree, (leaf) => {
      const { finding, satisfied } = leaf
      if (!isEvaluated(finding)) return satisfied
      if (isDenyLeaf(leaf)) return true
      if (finding === refusing) return false
      return inOrder && isBefore(finding.layer, named) ? letPass(leaf, named) : satisfied
    })
    return withoutOtherWays(settled, refusing)
  })
}

/**
 * The requirements in which the silence of a finding is why the request was refused: wherever another way would have done, none
 * was open. One for each place where the finding is asked, for each may be the one that AWS means.
 */
function withoutOtherWays(tree: Tree, silent: LayerFinding): readonly Tree[] {
  const isSilent = (part: Tree): boolean =>
    part.is === 'leaf' && part.finding === silent && !isDenyLeaf(part) && part.satisfied === false
  if (tree.is === 'leaf') return isSilent(tree) ? [tree] : []
  // Asked here, it says no more where it is asked within another way, too.
  const ways = tree.of.some(isSilent)
    ? [tree.of]
    : tree.of.flatMap((part, i) => withoutOtherWays(part, silent).map((without) => tree.of.with(i, without)))
  return ways.map((of) => (tree.is === 'all' ? all(of) : refusedAny(of)))
}

const mayNotAllow = (leaf: Leaf, named: PolicyLayer): boolean =>
  leaf.finding.layer === named && !isDenyLeaf(leaf) && leaf.satisfied !== true

const isBefore = (layer: PolicyLayer, named: PolicyLayer): boolean => {
  const at = ASKED_IN_ORDER.indexOf(layer)
  return at >= 0 && at < ASKED_IN_ORDER.indexOf(named)
}

/** Whether a layer is known to have refused before the named one was asked, or to have allowed so that it was not asked. */
function isSkipped({ finding, needs, satisfied }: Leaf, named: PolicyLayer): boolean {
  if (!isBefore(finding.layer, named)) return false
  if (finding.layer === 'resource-policy')
    return needs === 'allow-to-account' ? satisfied === false : satisfied === true && overrides(needs, named)
  return satisfied === false && finding.layer !== 'identity-policy'
}

/** A resource policy that names the session makes up for all of the caller's policies, one that names the role for its identity policies. */
const overrides = (needs: Leaf['needs'], named: PolicyLayer): boolean =>
  needs === 'allow-naming-session' || (needs === 'allow-naming-principal' && named === 'identity-policy')

/**
 * Truth of a leaf that is asked before the named layer: it let the request pass; a resource policy did not make up for that
 * layer, or had not been asked.
 */
function letPass({ finding, needs, satisfied }: Leaf, named: PolicyLayer): Truth {
  if (finding.layer !== 'resource-policy' || needs === 'allow-to-account') return true
  return overrides(needs, named) ? false : satisfied
}

export function leavesOf(tree: Tree): readonly Leaf[] {
  return tree.is === 'leaf' ? [tree] : tree.of.flatMap(leavesOf)
}

/** A policy that nobody gave, or a setting of the resource that nobody knows. */
export const isUnseen = ({ applies, policies, deny, allow }: LayerFinding): boolean =>
  applies && policies.every(isNotAtHand) && (deny === 'unknown' || allow === 'unknown')

/** Whether there are policies beside those that are at hand, or may be. */
export const isPartlyUnseen = (finding: LayerFinding): boolean =>
  finding.applies && !isUnseen(finding) && finding.policies.some(isNotAtHand)

/** A policy of which only the name is known, or that stands for all that nobody gave. */
export const isNotAtHand = ({ source }: PreparedPolicy): boolean => source === undefined

/** The truth of the policies of a finding that are at hand, by themselves. */
export const partAtHand = (finding: LayerFinding, input: EvaluationInput): PolicyTruth =>
  truthOfPolicies(
    finding.policies.filter((policy) => !isNotAtHand(policy)),
    questionOf(finding, input),
  )

/**
 * The simplest explanation (R-EVID-08): what was not seen lets the request pass. A resource policy that could only allow beside
 * the caller's own policies did not, nor did an ACL, a grant, or further identity policies beside those at hand;
 * `alsoIdentity` false leaves the caller's own policies open where none is at hand.
 */
export const unseenLetsPass =
  ({ input }: EvaluatedLayers, alsoIdentity: boolean): SettleLeaf =>
  ({ finding, needs, satisfied }) => {
    if (isPartlyUnseen(finding)) return partLetsPass({ finding, needs, satisfied }, input)
    if (!isUnseen(finding)) return satisfied
    if (needs === 'no-explicit-deny') return not(false)
    if (finding.layer === 'identity-policy') return alsoIdentity ? true : satisfied
    if (isBesidePolicy(finding)) return false
    const onlyAllows = needs === 'allow-naming-principal' || needs === 'allow-naming-session'
    return !(input.relation === 'same' && onlyAllows)
  }

/** Truth of a leaf by the part of its layer that is at hand: that part decides, and what is not adds nothing that refuses. */
function partLetsPass(
  { finding, needs, satisfied }: Pick<Leaf, 'finding' | 'needs' | 'satisfied'>,
  input: EvaluationInput,
): Truth {
  const { allow, deny } = partAtHand(finding, input)
  if (needs === 'no-explicit-deny') return not(deny)
  if (finding.layer === 'identity-policy') return allow
  return finding.layer === 'resource-policy' ? satisfied : true
}

const isBesidePolicy = ({ guard }: LayerFinding): boolean => isGrantingGuard(guard)

import type { PolicyLayer } from '#iam/layers.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import { refusing } from '#engine/refusing.ts'
import { all, any, type Leaf, type Tree } from '#engine/requirement-tree.ts'

/**
 * Why a request was refused, by listing every world: slow, and written from the rules R-EVID-01 to R-EVID-03, R-EVID-07 and
 * R-EVID-08 sentence by sentence. A world decides each leaf of the requirement that is not known.
 */

/** What AWS's message says. */
export interface Said {
  readonly layer: PolicyLayer | null
  readonly denyType: 'explicit' | 'implicit' | null
  /** What AWS's authorization details list, each requirement with its result; left out: there are none. */
  readonly checks?: readonly Check[]
}

/** https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_Check.html */
export interface Check {
  readonly layer: PolicyLayer | null
  readonly effect: 'ALLOW' | 'NO_IMPACT' | 'IMPLICIT_DENY' | 'EXPLICIT_DENY'
  /** Policies that the requirement is met by. */
  readonly by: readonly (PolicyLayer | null)[]
}

export interface Sureness {
  readonly contradicted: boolean
  readonly certain: ReadonlySet<PolicyLayer>
  readonly likely: ReadonlySet<PolicyLayer>
}

/** One requirement, and whether caller and resource are of one account. */
export interface Possible {
  readonly tree: Tree
  readonly relation: 'same' | 'cross' | 'neither'
}

/** Every leaf decided, by its place in the requirement. */
interface World extends Possible {
  readonly values: readonly boolean[]
}

export function causesByWorlds(possible: readonly Possible[], said: Said): Sureness {
  const worlds = possible
    .flatMap(worldsOf)
    .filter((world) => isRefused(world) && agrees(world, said) && isWhyRefused(world, said))
  return {
    contradicted: worlds.length === 0,
    certain: inAll(worlds),
    likely: inAll(simplest(worlds, said)),
  }
}

const leavesOf = (tree: Tree): readonly Leaf[] => (tree.is === 'leaf' ? [tree] : tree.of.flatMap(leavesOf))

function worldsOf(possible: Possible): World[] {
  const leaves = leavesOf(possible.tree)
  let rows: boolean[][] = [[]]
  for (const { satisfied } of leaves)
    rows = rows.flatMap((row) => (satisfied === 'unknown' ? [true, false] : [satisfied]).map((one) => [...row, one]))
  return rows.map((values) => ({ ...possible, values }))
}

/** The requirement of a world. */
function decided({ tree, values }: World): Tree {
  let at = 0
  const walk = (tree: Tree): Tree => {
    if (tree.is === 'leaf') return { ...tree, satisfied: values[at++] ?? false }
    return tree.is === 'all' ? all(tree.of.map(walk)) : any(tree.of.map(walk))
  }
  return walk(tree)
}

/** R-EVID-01: the request was refused. */
const isRefused = (world: World): boolean => decided(world).satisfied === false

/**
 * R-EVID-03 (a): that no policy of the layer allows is why the request was refused. Had another way been open wherever the
 * layer is asked, as a grant of the key beside the key's policy, AWS had not named it.
 */
function isWhyRefused(world: World, { layer, denyType, checks }: Said): boolean {
  if (checks !== undefined || denyType !== 'implicit' || layer === null) return true
  const counts = (tree: Tree): boolean => {
    if (tree.is === 'leaf') return tree.finding.layer === layer && tree.needs !== DENY && tree.satisfied === false
    if (tree.is === 'any' && tree.satisfied === true) return false
    return tree.of.some(counts)
  }
  return counts(decided(world))
}

const DENY = 'no-explicit-deny'
const FLOW: readonly PolicyLayer[] = [
  'resource-control-policy',
  'service-control-policy',
  'resource-policy',
  'identity-policy',
  'permissions-boundary',
  'session-policy',
]
const CALLERS: readonly PolicyLayer[] = [
  'service-control-policy',
  'identity-policy',
  'permissions-boundary',
  'session-policy',
]

/** Whether the world is one that AWS's words can be about. */
function agrees(world: World, { layer, denyType, checks }: Said): boolean {
  const leaves = leavesOf(world.tree).map((leaf, i) => ({ ...leaf, holds: world.values[i] === true }))
  // R-EVID-07: each requirement's result is AWS's own, whatever the message says besides.
  if (checks !== undefined)
    return leaves.every(
      (leaf) => leaf.satisfied !== 'unknown' || leaf.finding.guard !== undefined || isAsChecked(leaf, checks),
    )
  // R-EVID-02: some Deny of that layer matches.
  if (denyType === 'explicit')
    return leaves.some((leaf) => leaf.needs === DENY && !leaf.holds && isOf(leaf.finding, layer))
  if (denyType === null || layer === null) return true
  // R-EVID-03: (b) and (c) hold in the account whose layer is named. A guard is no policy, the endpoint's place is open.
  const evaluated = leaves.filter(
    ({ finding }) =>
      finding.layer !== 'service-guard' &&
      (finding.layer !== 'vpc-endpoint-policy' || layer === 'vpc-endpoint-policy') &&
      (world.relation !== 'cross' || CALLERS.includes(finding.layer) === CALLERS.includes(layer)),
  )
  // (b) no Deny matches in any policy of that account's evaluation.
  if (evaluated.some((leaf) => leaf.needs === DENY && !leaf.holds)) return false
  // (a) a policy of the layer, or one of its levels, does not allow.
  const asked = evaluated.filter(({ needs }) => needs !== DENY)
  const named = asked.filter(({ finding }) => finding.layer === layer)
  const silent = (finding: LayerFinding): boolean => {
    const own = named.filter((leaf) => leaf.finding === finding)
    return own.some(({ holds }) => !holds) && own.every(({ holds, satisfied }) => !holds || satisfied !== 'unknown')
  }
  if (!named.some(({ finding }) => silent(finding))) return false
  // (c) what is asked before it let the request pass. A resource policy that names the session would have made up for all
  // of the caller's own policies, one that names the role for its identity policies: then the layer had not been asked. An
  // identity policy that is known not to allow may have been made up for.
  return asked.every(({ finding, needs, satisfied, holds }) => {
    const at = FLOW.indexOf(finding.layer)
    if (at < 0 || at >= FLOW.indexOf(layer)) return true
    if (finding.layer === 'resource-policy') {
      if (needs === 'allow-naming-session') return !holds
      if (needs === 'allow-naming-principal') return layer !== 'identity-policy' || !holds
      return needs !== 'allow-to-account' || holds
    }
    return holds || (finding.layer === 'identity-policy' && satisfied === false)
  })
}

/** Guardrails: what they do not allow is refused, and they allow nobody anything by themselves. */
const GUARDRAILS: readonly PolicyLayer[] = [
  'service-control-policy',
  'resource-control-policy',
  'vpc-endpoint-policy',
  'permissions-boundary',
  'session-policy',
]

/** Whether a leaf that nobody knew is, in a world, as the checks list it. */
function isAsChecked({ finding, needs, holds }: Leaf & { readonly holds: boolean }, checks: readonly Check[]): boolean {
  const { layer } = finding
  const own = new Set(checks.filter((check) => check.layer === layer).map(({ effect }) => effect))
  // A guardrail that is not listed was not asked; of other policies no Deny matched, or the details had it.
  if (own.size === 0) {
    if (needs === DENY || GUARDRAILS.includes(layer)) return holds
    // Within an account the resource's policy stands under what the principal needs: where nothing allowed, it did not.
    const principal = checks.find((check) => check.layer === 'identity-policy')
    return layer !== 'resource-policy' || principal?.effect !== 'IMPLICIT_DENY' || !holds
  }
  // A Deny matched: then nothing is said of what would have allowed.
  if (own.has('EXPLICIT_DENY')) return needs !== DENY || !holds
  if (needs === DENY) return holds
  if (own.has('IMPLICIT_DENY') || own.has('NO_IMPACT')) return !holds
  // What the principal needs may have been met by the resource's policy: then nothing is said of its own.
  const metElsewhere = checks.find((check) => check.layer === layer && check.effect === 'ALLOW')?.by ?? []
  return holds || (layer === 'identity-policy' && metElsewhere.includes('resource-policy'))
}

const isOf = (finding: LayerFinding, layer: PolicyLayer | null): boolean =>
  layer === null ||
  finding.layer === layer ||
  // R-MSG-10
  (layer === 'resource-policy' && finding.guard === 'block-public-access')

function inAll(worlds: readonly World[]): ReadonlySet<PolicyLayer> {
  const blocked = worlds.map((world) => new Set(refusing(decided(world)).map(({ layer }) => layer)))
  return new Set([...(blocked[0] ?? [])].filter((layer) => blocked.every((set) => set.has(layer))))
}

/**
 * R-EVID-08: the worlds in which what was not seen let the request pass, but for what AWS's words ask of it; where there is
 * none, those in which the caller's own policies need not have. R-EVID-09: of these, those with the resource in the
 * caller's account.
 */
function simplest(worlds: readonly World[], said: Said): readonly World[] {
  for (const identityToo of [true, false]) {
    const passing = worlds.filter((world) =>
      leavesOf(world.tree).every((leaf, i) => {
        const usual = passes(leaf, world, identityToo)
        if (usual === undefined || world.values[i] === usual) return true
        return !agrees({ ...world, values: world.values.with(i, usual) }, said)
      }),
    )
    // Block Public Access, on by default, comes before another owner.
    const blocked = identityToo && passing.every(({ relation }) => relation === 'cross') ? blockedWorlds(worlds) : []
    if (blocked.length > 0) return blocked
    // Where a policy at hand can be the one that denies, it is that one.
    const seen = passing.filter((world) =>
      leavesOf(world.tree).every(
        ({ finding, needs, satisfied }, i) =>
          needs !== DENY || world.values[i] === true || satisfied !== 'unknown' || finding.policies.length > 0,
      ),
    )
    const left = seen.length > 0 ? seen : passing
    const own = left.filter(({ relation }) => relation !== 'cross')
    if (left.length > 0) return own.length > 0 ? own : left
  }
  return []
}

/** Of one account, with the caller's own policies at hand, and nothing else unseen refusing: Block Public Access does. */
const blockedWorlds = (worlds: readonly World[]): readonly World[] =>
  worlds.filter(({ relation, ...world }) => {
    const leaves = leavesOf(world.tree)
    const blocks = leaves.map(
      ({ finding, needs, satisfied }) =>
        finding.guard === 'block-public-access' &&
        needs === DENY &&
        satisfied === 'unknown' &&
        finding.policies.length === 0,
    )
    const isIdentityUnseen = leaves.some(
      ({ finding }) =>
        finding.layer === 'identity-policy' &&
        finding.policies.length === 0 &&
        (finding.deny === 'unknown' || finding.allow === 'unknown'),
    )
    if (relation === 'cross' || isIdentityUnseen || !blocks.includes(true)) return false
    return leaves.every((leaf, i) => {
      if (blocks[i] === true) return world.values[i] === false
      const usual = passes(leaf, { relation, ...world }, true)
      return usual === undefined || world.values[i] === usual
    })
  })

/** What a leaf is where its policy let the request pass; undefined: it may be anything. */
function passes(leaf: Leaf, { relation }: World, identityToo: boolean): boolean | undefined {
  const { finding, needs, satisfied } = leaf
  if (satisfied !== 'unknown' || finding.policies.length > 0) return undefined
  if (needs === DENY) return true
  if (finding.layer === 'identity-policy' && !identityToo) return undefined
  // Beside a policy an ACL or a grant can only allow, and then nothing had refused.
  if (finding.guard === 'acl' || finding.guard === 'kms-grant') return false
  const besides = needs === 'allow-naming-principal' || needs === 'allow-naming-session'
  return !(relation === 'same' && besides)
}

import type { MatchKind } from '#iam/principal-element.ts'
import { and, not, or, type Truth } from '#iam/truth.ts'
import type { Case } from './case.ts'
import { type ApiAuthorization, apiAuthorization } from './services/api-gateway.ts'
import type { Need, PolicyLayer, Requirement } from './decision.ts'
import { allowsAs, type LayerFinding } from './layers/finding.ts'
import { accountTrustIsExplicit } from './services/resource-policies.ts'
import { objectOfAnotherAccount } from './services/s3-acl.ts'

/** The requirement while it is worked with: every leaf points at the finding it was read off. */
export type Tree =
  | { readonly is: 'all'; readonly of: readonly Tree[]; readonly satisfied: Truth }
  | { readonly is: 'any'; readonly of: readonly Tree[]; readonly satisfied: Truth }
  | { readonly is: 'leaf'; readonly finding: LayerFinding; readonly needs: Need; readonly satisfied: Truth }

export type Trace = readonly LayerFinding[]

const all = (of: readonly Tree[]): Tree => {
  const [only] = of
  return of.length === 1 && only !== undefined
    ? only
    : { is: 'all', of, satisfied: and(...of.map((tree) => tree.satisfied)) }
}
const any = (of: readonly Tree[]): Tree => {
  const [only] = of
  return of.length === 1 && only !== undefined
    ? only
    : { is: 'any', of, satisfied: or(...of.map((tree) => tree.satisfied)) }
}
const leaf = (finding: LayerFinding, needs: Need, satisfied: Truth): Tree => ({ is: 'leaf', finding, needs, satisfied })

/**
 * All that would allow the request, as an AND/OR tree over the findings; the decision is its truth value.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * (semantics D.3, D.4; R-EVAL-10, R-EVAL-11)
 */
export function requirementOf(trace: Trace, facts: Case): Tree {
  const applying = trace.filter((finding) => finding.applies)
  const noDeny = applying.filter(canDeny).map((finding) => leaf(finding, 'no-explicit-deny', not(finding.deny)))
  const gates = applying.filter(isGate).map(allowLeaf)
  const foreign = objectOfAnotherAccount(facts)
  const owners = foreign === false ? [] : applying.filter((f) => f.guard === 'acl').map((f) => ownerLeaf(f, foreign))
  return all([...noDeny, ...gates, ...owners, ...grantingSide(trace, facts)])
}

/** Guards without a Deny side never refuse explicitly. */
const canDeny = (finding: LayerFinding): boolean => finding.layer !== 'service-guard' || finding.deny !== false

const allowLeaf = (finding: LayerFinding): Tree => leaf(finding, 'allow', finding.allow)

/** Layers that must let every request through: each level of the organization, the endpoint, a service's fixed rules. */
function isGate(finding: LayerFinding): boolean {
  if (finding.layer === 'service-control-policy' || finding.layer === 'vpc-endpoint-policy') return true
  return finding.guard === 'hard-rule'
}

/** An object of another account opens only by its ACL (R-S3-02). */
const ownerLeaf = (finding: LayerFinding, foreign: Truth): Tree =>
  leaf(finding, 'allow', or(not(foreign), finding.allow))

/** Who must allow, by whose account the caller and the resource belong to. */
function grantingSide(trace: Trace, facts: Case): Tree[] {
  const of = (layer: PolicyLayer): Tree[] => trace.filter((f) => f.layer === layer && f.applies).map(allowLeaf)
  const limits = [...of('permissions-boundary'), ...of('session-policy')]
  const identity = of('identity-policy')
  const grants = trace.filter((f) => f.guard === 'kms-grant' && f.applies).map(allowLeaf)
  const api = apiAuthorization(facts)
  if (api !== undefined) return apiSide(trace, api)
  switch (facts.relation) {
    case 'neither':
      return [any([...resourceSide(trace, facts), ...aclLeaves(trace, facts)])]
    case 'cross': {
      const resource = any([...resourceSide(trace, facts), ...aclLeaves(trace, facts)])
      return [any([...grants, all([resource, ...identity, ...limits])])]
    }
    case 'same':
      return [any([...grants, ...sameAccount(trace, facts, identity, limits)])]
  }
}

/** Without IAM authorization only the API's own policy bears on the call, and a Lambda authorizer's answer (R-OTH-02). */
function apiSide(trace: Trace, api: ApiAuthorization): Tree[] {
  const policies = trace.filter((f) => f.layer === 'resource-policy')
  switch (api) {
    case 'open':
      return []
    case 'perhaps-open':
      return policies.map((f) => leaf(f, 'allow', 'unknown'))
    case 'resource-policy':
      return policies.map(allowLeaf)
    case 'authorizer':
      return policies.map((f) => leaf(f, 'allow', f.applies ? or(f.allow, 'unknown') : 'unknown'))
  }
}

const aclLeaves = (trace: Trace, facts: Case): Tree[] =>
  objectOfAnotherAccount(facts) === true ? [] : trace.filter((f) => f.guard === 'acl' && f.applies).map(allowLeaf)

const ANY_KIND: readonly MatchKind[] = [
  'session',
  'user',
  'role',
  'federated-parent',
  'account',
  'any',
  'canonical-user',
]

/** Who of the resource policies must let a caller from outside in; two policies (access point and bucket) must both. */
function resourceSide(trace: Trace, facts: Case): Tree[] {
  const kinds = facts.relation === 'cross' ? ANY_KIND : (OUTSIDERS[facts.caller.kind] ?? ANY_KIND)
  const leaves = trace
    .filter((f) => f.layer === 'resource-policy' && f.applies)
    .map((f) => leaf(f, 'allow', f.policies.length === 0 ? f.allow : allowsAs(f, kinds)))
  return leaves.length === 0 ? [] : [all(leaves)]
}

const OUTSIDERS: Readonly<Partial<Record<Case['caller']['kind'], readonly MatchKind[]>>> = {
  service: ['service', 'any'],
  anonymous: ['any'],
  'identity-provider': ['identity-provider', 'any'],
}

/**
 * What the Principal of a resource-based Allow overrides within one account, strongest first (R-EVAL-30..36): the kinds
 * that need neither identity policy nor limits, and those that still leave boundary and session policy in force.
 */
// biome-ignore format: a table is read by its columns
const OVERRIDES: Readonly<Partial<Record<Case['caller']['kind'], { readonly everything: readonly MatchKind[]; readonly identity: readonly MatchKind[] }>>> = {
  'user':              { everything: ['user', 'any', 'canonical-user'],    identity: [] },
  'role-session':      { everything: ['session', 'any', 'canonical-user'], identity: ['role'] },
  'federated-session': { everything: ['session', 'any', 'canonical-user'], identity: ['federated-parent'] },
  'unknown':           { everything: ['user', 'session', 'any'],           identity: ['role'] },
}

function sameAccount(trace: Trace, facts: Case, identity: readonly Tree[], limits: readonly Tree[]): Tree[] {
  const policies = trace.filter((f) => f.layer === 'resource-policy' && f.applies)
  const explicitTrust = accountTrustIsExplicit(facts)
  const toAccount = explicitTrust
    ? policies.map((f) => leaf(f, 'allow-to-account', allowsAs(f, ['account', 'any'])))
    : []
  if (facts.caller.kind === 'root') return [all(toAccount)] // R-EVAL-20
  const kinds = OVERRIDES[facts.caller.kind]
  if (policies.length === 0 || kinds === undefined) return [all([...identity, ...toAccount, ...limits])]
  const naming = (needs: Need, of: readonly MatchKind[]): Tree[] =>
    of.length === 0 ? [] : [all(policies.map((f) => leaf(f, needs, allowsAs(f, of))))]
  const strongest = facts.caller.kind === 'user' ? 'allow-naming-principal' : 'allow-naming-session'
  const throughIdentity = all([...identity, ...toAccount])
  const limited = any([...naming('allow-naming-principal', kinds.identity), throughIdentity])
  return [...naming(strongest, kinds.everything), all([limited, ...limits])]
}

/**
 * The refusing findings of one way to allow the request. Of several ways it takes the caller's side, which stands last;
 * where that would need the resource's own policy too, it takes the resource's side (contract.md §5, `blockedBy`).
 */
export function refusing(tree: Tree): readonly LayerFinding[] {
  if (tree.satisfied !== false) return []
  if (tree.is === 'leaf') return [tree.finding]
  if (tree.is === 'all') return unique(tree.of.flatMap(refusing))
  return chosenWay(tree.of)
}

function chosenWay(ways: readonly Tree[]): readonly LayerFinding[] {
  const all = ways.map(refusing).filter((set) => set.length > 0)
  const withdrawn = all.find((set) => set.every((finding) => finding.withdrawn === true))
  if (withdrawn !== undefined) return withdrawn
  const sets = all.filter((set) => !set.every((finding) => finding.layer === 'service-guard'))
  const last = sets.at(-1) ?? all.at(-1) ?? []
  const needsResource = last.some((finding) => finding.layer === 'resource-policy')
  return needsResource && sets.length > 1 ? (sets[0] ?? last) : last
}

const unique = (findings: readonly LayerFinding[]): readonly LayerFinding[] => [...new Set(findings)]

/** The findings a requirement that is not false stands on: satisfied ways where there are some, else all open ones. */
export function bearing(tree: Tree): readonly LayerFinding[] {
  if (tree.is === 'leaf') return [tree.finding]
  if (tree.is === 'all') return unique(tree.of.flatMap(bearing))
  const ways = tree.satisfied === true ? tree.of.filter((way) => way.satisfied === true) : tree.of
  return unique(ways.flatMap(bearing))
}

/** The findings whose unknown side keeps the requirement open. */
export function openLeaves(tree: Tree): readonly LayerFinding[] {
  if (tree.satisfied !== 'unknown') return []
  if (tree.is === 'leaf') return [tree.finding]
  return unique(tree.of.flatMap(openLeaves))
}

/** The tree as contract.md §5 prints it. */
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

import { DEFAULT_READINGS } from '#iam/readings.ts'
import type { MatchKind } from '#iam/principal-element.ts'
import { both, either, not, or, type Truth } from '#iam/truth.ts'
import type { Case } from './case.ts'
import {
  type ApiAuthorization,
  apiAuthorization,
  AUTH_TYPE_LACKING,
  AUTHORIZER_LACKING,
} from './services/api-gateway.ts'
import type { Need } from './decision.ts'
import { allowsAs, type LayerFinding } from './layers/finding.ts'
import { isPermissionless } from './services/hard-rules.ts'
import { accountTrustIsExplicit, isTrustAction } from './services/resource-policies.ts'
import { objectOfAnotherAccount } from './services/s3-acl.ts'

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
  | { readonly is: 'any'; readonly of: readonly Tree[]; readonly satisfied: Truth }
  | Leaf

export type Trace = readonly LayerFinding[]

const all = (of: readonly Tree[]): Tree => {
  const [only] = of
  if (of.length === 1 && only !== undefined) return only
  let satisfied: Truth = true
  for (const tree of of) satisfied = both(satisfied, tree.satisfied)
  return { is: 'all', of, satisfied }
}
const any = (of: readonly Tree[]): Tree => {
  const [only] = of
  if (of.length === 1 && only !== undefined) return only
  let satisfied: Truth = false
  for (const tree of of) satisfied = either(satisfied, tree.satisfied)
  return { is: 'any', of, satisfied }
}
const leaf = (finding: LayerFinding, needs: Need, satisfied: Truth, kinds?: readonly MatchKind[]): Tree => ({
  is: 'leaf',
  finding,
  needs,
  satisfied,
  kinds,
})
const namingLeaf = (finding: LayerFinding, needs: Need, kinds: readonly MatchKind[]): Tree =>
  leaf(finding, needs, allowsAs(finding, kinds), kinds)

/** The findings that apply, by the part they play. */
interface Parts {
  /** Layers that must let every request through: each level of the organization, the endpoint, a service's fixed rules. */
  readonly gates: LayerFinding[]
  readonly resourcePolicies: LayerFinding[]
  readonly identityPolicies: LayerFinding[]
  /** What only takes away: the permissions boundary and session policies. */
  readonly limits: LayerFinding[]
  readonly acls: LayerFinding[]
  readonly grants: LayerFinding[]
}

function partsOf(trace: Trace): Parts {
  const parts: Parts = { gates: [], resourcePolicies: [], identityPolicies: [], limits: [], acls: [], grants: [] }
  for (const finding of trace) if (finding.applies) partOf(finding, parts)?.push(finding)
  return parts
}

function partOf({ layer, guard }: LayerFinding, parts: Parts): LayerFinding[] | undefined {
  switch (layer) {
    case 'service-control-policy':
    case 'vpc-endpoint-policy':
      return parts.gates
    case 'resource-policy':
      return parts.resourcePolicies
    case 'identity-policy':
      return parts.identityPolicies
    case 'permissions-boundary':
    case 'session-policy':
      return parts.limits
    case 'resource-control-policy':
      return undefined
    case 'service-guard':
      return guard === 'hard-rule'
        ? parts.gates
        : guard === 'acl'
          ? parts.acls
          : guard === 'kms-grant'
            ? parts.grants
            : undefined
  }
}

/**
 * All that would allow the request, as an AND/OR tree over the findings; the decision is its truth value.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * (docs/rules.md, Evaluation, D.4; R-EVAL-10, R-EVAL-11)
 */
export function requirementOf(trace: Trace, facts: Case): Tree {
  // No policy bears on these; only a fixed rule of the service refuses them (R-EVAL-02, R-EVAL-03).
  if (isPermissionless(facts.action)) return all(partsOf(trace).gates.filter(isHardRule).map(allowLeaf))
  const parts = partsOf(trace)
  const foreign = objectOfAnotherAccount(facts)
  const needed: Tree[] = []
  for (const finding of trace)
    if (finding.applies && canDeny(finding)) needed.push(leaf(finding, 'no-explicit-deny', not(finding.deny)))
  for (const finding of parts.gates) needed.push(allowLeaf(finding))
  if (foreign !== false) for (const finding of parts.acls) needed.push(ownerLeaf(finding, foreign))
  for (const tree of grantingSide(parts, trace, facts)) needed.push(tree)
  return all(needed)
}

/** Guards without a Deny side never refuse explicitly. */
const canDeny = (finding: LayerFinding): boolean => finding.layer !== 'service-guard' || finding.deny !== false

const isHardRule = ({ guard }: LayerFinding): boolean => guard === 'hard-rule'
const allowLeaf = (finding: LayerFinding): Tree => leaf(finding, 'allow', finding.allow)

/** An object of another account opens only by its ACL (R-S3-02). */
const ownerLeaf = (finding: LayerFinding, foreign: Truth): Tree =>
  leaf(finding, 'allow', or(not(foreign), finding.allow))

/** Who must allow, by whose account the caller and the resource belong to. */
function grantingSide(parts: Parts, trace: Trace, facts: Case): Tree[] {
  const api = apiAuthorization(facts)
  if (api === 'not-known') return [ofAnyMode(trace, all(usualSide(parts, facts)))]
  return api === undefined ? usualSide(parts, facts) : apiSide(trace, api)
}

function usualSide(parts: Parts, facts: Case): Tree[] {
  const grants = grantWays(parts, facts)
  switch (facts.relation) {
    case 'neither':
      return [any([...resourceSide(parts, facts), ...aclLeaves(parts, facts)])]
    case 'cross': {
      const resource = any([...resourceSide(parts, facts), ...aclLeaves(parts, facts)])
      const own = [...parts.identityPolicies, ...parts.limits].map(allowLeaf)
      return [any([...grants, all([resource, ...own])])]
    }
    case 'same':
      return [any([...grants, ...sameAccount(parts, facts)])]
  }
}

/** Without IAM authorization only the API's own policy bears on the call, and a Lambda authorizer's answer (R-OTH-02). */
function apiSide(trace: Trace, api: Exclude<ApiAuthorization, 'not-known'>): Tree[] {
  const policies = trace.filter((f) => f.layer === 'resource-policy')
  switch (api) {
    case 'open':
      return []
    case 'perhaps-open':
      return policies.map((f) => leaf(f, 'allow', 'unknown'))
    case 'resource-policy':
      return policies.map(allowLeaf)
    case 'authorizer':
      return policies.map((f) => {
        // Where the policy is not known, or there is none, the layer says so itself.
        const asked = f.applies && f.allow === false ? { ...f, lacking: [...f.lacking, AUTHORIZER_LACKING] } : f
        return leaf(asked, 'allow', f.applies ? or(f.allow, 'unknown') : 'unknown')
      })
  }
}

/**
 * Allowed whichever way the API authorizes: by IAM's rules, and by its own policy, which then no authorizer need answer
 * for. Else it hangs on the way (R-OTH-02).
 */
function ofAnyMode(trace: Trace, usual: Tree): Tree {
  const policies = trace.filter((f) => f.layer === 'resource-policy')
  const [own] = policies
  if (own === undefined || (usual.satisfied === true && policies.every((f) => f.applies && f.allow === true)))
    return usual
  const open = leaf({ ...own, policies: [], lacking: [AUTH_TYPE_LACKING] }, 'allow', 'unknown')
  return usual.satisfied === true ? all([usual, open]) : any([usual, open])
}

/** A KMS grant stands in for every policy that should allow; what still limits it is disputed (R-KMS-07). */
function grantWays({ grants, identityPolicies, limits }: Parts, { relation, policies: { readings } }: Case): Tree[] {
  if (readings === DEFAULT_READINGS) return grants.map(allowLeaf)
  const needsIdentity = relation === 'cross' && readings['kms-grants-across-accounts'] === 'identity-too'
  const more = [
    ...(needsIdentity ? identityPolicies : []),
    ...(readings['limits-on-kms-grants'] === 'limit' ? limits : []),
  ]
  return grants.map((grant) => all([allowLeaf(grant), ...more.map(allowLeaf)]))
}

const aclLeaves = ({ acls }: Parts, facts: Case): Tree[] =>
  objectOfAnotherAccount(facts) === true ? [] : acls.map(allowLeaf)

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
function resourceSide({ resourcePolicies }: Parts, facts: Case): Tree[] {
  const kinds = kindsLetIn(facts)
  const leaves = resourcePolicies.map((f) => (f.policies.length === 0 ? allowLeaf(f) : namingLeaf(f, 'allow', kinds)))
  return leaves.length === 0 ? [] : [all(leaves)]
}

function kindsLetIn({ caller, relation }: Case): readonly MatchKind[] {
  if (caller.kind === 'unknown') return UNKNOWN_KIND
  return relation === 'cross' ? ANY_KIND : (OUTSIDERS[caller.kind] ?? ANY_KIND)
}

/** A caller who is not known may be a service or come from an identity provider. */
const UNKNOWN_KIND: readonly MatchKind[] = [...ANY_KIND, 'service', 'identity-provider']

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
const OVERRIDES: Readonly<Partial<Record<Case['caller']['kind'], Overrides>>> = {
  'user':              { everything: ['user', 'any', 'canonical-user'],    identity: [] },
  'role-session':      { everything: ['session', 'any', 'canonical-user'], identity: ['role'] },
  'federated-session': { everything: ['session', 'any', 'canonical-user'], identity: ['federated-parent'] },
  'unknown':           { everything: ['user', 'session', 'any', 'service', 'identity-provider'], identity: ['role'] },
}

interface Overrides {
  readonly everything: readonly MatchKind[]
  readonly identity: readonly MatchKind[]
}

/** The row of a caller, as the disputed rules are read. */
function overridesOf(facts: Case): Overrides | undefined {
  const row = OVERRIDES[facts.caller.kind]
  const { readings } = facts.policies
  if (row === undefined || readings === DEFAULT_READINGS) return row
  const delegates = readings['everyone-in-trust-policy'] === 'delegates' && isTrustAction(facts)
  const freesRole = readings['limits-on-role-grants'] === 'overridden'
  const everything = row.everything.filter((kind) => !(delegates && kind === 'any'))
  return {
    everything: freesRole && row.identity.includes('role') ? [...everything, 'role'] : everything,
    identity: row.identity.filter((kind) => !(freesRole && kind === 'role')),
  }
}

function sameAccount(parts: Parts, facts: Case): Tree[] {
  const { resourcePolicies, identityPolicies, limits } = parts
  const { kind } = facts.caller
  const { readings } = facts.policies
  const toAccount = accountTrustIsExplicit(facts) ? resourcePolicies.map(toAccountLeaf) : []
  if (kind === 'root') return [all(toAccount)] // R-EVAL-20
  const throughIdentity = [...identityPolicies.map(allowLeaf), ...toAccount]
  const overrides = overridesOf(facts)
  if (overrides !== undefined && isTrustAction(facts) && readings['trust-naming-the-caller'] === 'identity-too')
    return [all([...resourceSide(parts, facts), ...[...identityPolicies, ...limits].map(allowLeaf)])]
  if (resourcePolicies.length === 0 || overrides === undefined)
    return [all([...throughIdentity, ...limits.map(allowLeaf)])]
  const strongest = kind === 'user' ? 'allow-naming-principal' : 'allow-naming-session'
  const limited = any([...naming(resourcePolicies, 'allow-naming-principal', overrides.identity), all(throughIdentity)])
  const stillLimits =
    readings['session-policy-on-direct-grants'] === 'limits' ? limits.filter(isSessionPolicy) : NO_FINDINGS
  const direct = naming(resourcePolicies, strongest, overrides.everything)
  return [
    ...(stillLimits.length === 0 ? direct : direct.map((way) => all([way, ...stillLimits.map(allowLeaf)]))),
    all([limited, ...limits.map(allowLeaf)]),
  ]
}

const isSessionPolicy = ({ layer }: LayerFinding): boolean => layer === 'session-policy'
const NO_FINDINGS: readonly LayerFinding[] = []

const toAccountLeaf = (f: LayerFinding): Tree => namingLeaf(f, 'allow-to-account', ACCOUNT_KINDS)
const ACCOUNT_KINDS: readonly MatchKind[] = ['account', 'any']

/** Every resource policy names the caller in one of these ways. */
const naming = (policies: readonly LayerFinding[], needs: Need, kinds: readonly MatchKind[]): Tree[] =>
  kinds.length === 0 ? [] : [all(policies.map((f) => namingLeaf(f, needs, kinds)))]

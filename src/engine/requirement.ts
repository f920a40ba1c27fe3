import type { Guard } from '#iam/layers.ts'
import { DEFAULT_READINGS } from '#iam/readings.ts'
import type { MatchKind } from '#iam/principal-element.ts'
import { not, or, type Truth } from '#iam/truth.ts'
import type { AccountRelation, EvaluationInput } from './evaluation-input.ts'
import { relationBehind } from './layers/access-point-bucket.ts'
import {
  type ApiAuthorization,
  apiAuthorization,
  AUTH_TYPE_LACKING,
  AUTHORIZER_LACKING,
} from './services/api-gateway.ts'
import { asNobody } from './services/nobody.ts'
import type { Need } from './decision.ts'
import type { LayerFinding } from './layers/finding.ts'
import { truthOfPolicies } from './prepare.ts'
import { all, allowLeaf, any, leaf, namingLeaf, type Trace, type Tree } from './requirement-tree.ts'
import { isOpenToClients } from './services/file-systems.ts'
import { isPermissionless } from './services/hard-rules.ts'
import { accountTrustIsExplicit, isTrustAction } from './services/resource-policies.ts'
import { isMadeUnsigned } from './services/unsigned.ts'
import { objectOfAnotherAccount } from './services/s3-acl.ts'

/** The findings that apply, by the part they play. */
interface Parts {
  /** Layers that must let every request through: each level of the organization, the endpoint, a service's fixed rules. */
  readonly gates: LayerFinding[]
  readonly resourcePolicies: LayerFinding[]
  /** The requirements on the owner of the resource, and on the bucket behind an access point. */
  readonly owners: readonly Owner[]
  readonly identityPolicies: LayerFinding[]
  /** The layers that only take away: the permissions boundary and session policies. */
  readonly limits: LayerFinding[]
  readonly acls: LayerFinding[]
  readonly grants: LayerFinding[]
}

interface Owner {
  readonly policy: LayerFinding
  /** Of several buckets of different owners, which say nothing that is sure, no owner is asked. */
  readonly relation: AccountRelation
}

function partsOf(trace: Trace, input: EvaluationInput): Parts {
  const owners = trace
    .filter(({ layer }) => layer === 'resource-policy')
    .map((policy, i) => ({ policy, relation: i === 0 ? input.relation : (relationBehind(input) ?? 'same') }))
  const parts: Parts = {
    gates: [],
    resourcePolicies: [],
    owners,
    identityPolicies: [],
    limits: [],
    acls: [],
    grants: [],
  }
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
      return guard === undefined ? undefined : PART_OF_GUARD[guard](parts)
  }
}

/** Block Public Access only refuses, explicitly: it is no part of what would allow. */
const PART_OF_GUARD: Readonly<Record<Guard, (parts: Parts) => LayerFinding[] | undefined>> = {
  'hard-rule': ({ gates }) => gates,
  acl: ({ acls }) => acls,
  'kms-grant': ({ grants }) => grants,
  'block-public-access': () => undefined,
}

/**
 * All that would allow the request, as an AND/OR tree over the findings; the decision is its truth value.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * (docs/rules.md, Evaluation, D.4; R-EVAL-10, R-EVAL-11)
 */
export function requirementOf(trace: Trace, input: EvaluationInput): Tree {
  // No policy bears on these; only a fixed rule of the service refuses them (R-EVAL-02, R-EVAL-03).
  if (isPermissionless(input.action)) return all(partsOf(trace, input).gates.filter(isHardRule).map(allowLeaf))
  const parts = partsOf(trace, input)
  const foreign = objectOfAnotherAccount(input)
  const needed: Tree[] = []
  for (const finding of trace)
    if (finding.applies && canDeny(finding)) needed.push(leaf(finding, 'no-explicit-deny', not(finding.deny)))
  for (const finding of parts.gates) needed.push(allowLeaf(finding))
  if (foreign !== false) for (const finding of parts.acls) needed.push(ownerLeaf(finding, foreign))
  for (const tree of grantingSide(parts, trace, input)) needed.push(tree)
  return all(needed)
}

/** Guards without a Deny side never refuse explicitly. */
const canDeny = (finding: LayerFinding): boolean => finding.layer !== 'service-guard' || finding.deny !== false

const isHardRule = ({ guard }: LayerFinding): boolean => guard === 'hard-rule'

/** An object of another account opens only by its ACL (R-S3-02). */
const ownerLeaf = (finding: LayerFinding, foreign: Truth): Tree =>
  leaf(finding, 'allow', or(not(foreign), finding.allow))

/** Who must allow, by whose account the caller and the resource belong to. */
function grantingSide(parts: Parts, trace: Trace, input: EvaluationInput): Tree[] {
  if (isMadeUnsigned(input)) return []
  const isOpen = isOpenToClients(input)
  if (isOpen === true) return []
  if (isOpen === 'unknown') return [any([all(usualSide(parts, input)), ...perhapsOpen(trace)])]
  const api = apiAuthorization(input)
  if (api === 'not-known') return [ofAnyMode(trace, all(usualSide(parts, input)), input)]
  if (api === 'perhaps-shut') return [...usualSide(parts, input), ...apiSide(trace, 'perhaps-open')]
  return api === undefined ? usualSide(parts, input) : apiSide(trace, api)
}

function usualSide(parts: Parts, input: EvaluationInput): Tree[] {
  const grants = grantWays(parts, input)
  // Both owners must allow, of access point and bucket; the caller's side is the same (R-S3-07).
  const isCross = parts.owners.some(({ relation }) => relation === 'cross')
  switch (isCross ? 'cross' : input.relation) {
    case 'neither':
      return [all(resourceSide(parts, input))]
    case 'cross': {
      const own = [...parts.identityPolicies, ...parts.limits].map(allowLeaf)
      return [any([...grants, all([...resourceSide(parts, input), ...own])])]
    }
    case 'same':
      return [any([...grants, ...sameAccount(parts, input)])]
  }
}

/** The policy of the resource, which is not known, may be that none is needed. */
const perhapsOpen = (trace: Trace): Tree[] =>
  trace.filter((f) => f.layer === 'resource-policy').map((f) => leaf(f, 'allow', 'unknown'))

/** Without IAM authorization only the API's own policy bears on the call, and a Lambda authorizer's answer (R-OTH-02). */
function apiSide(trace: Trace, api: Exclude<ApiAuthorization, 'not-known' | 'perhaps-shut'>): Tree[] {
  const policies = trace.filter((f) => f.layer === 'resource-policy')
  switch (api) {
    case 'open':
      return []
    case 'perhaps-open':
      return perhapsOpen(trace)
    case 'resource-policy':
      return policies.map(allowLeaf)
    case 'authorizer':
      return policies.map((f) => {
        // Where the policy is not known, or there is none, the layer says so itself.
        const finding = f.applies && f.allow === false ? { ...f, lacking: [...f.lacking, AUTHORIZER_LACKING] } : f
        return leaf(finding, 'allow', f.applies ? or(f.allow, 'unknown') : 'unknown')
      })
  }
}

/**
 * Allowed whichever way the API authorizes: by IAM's rules, which want a signature, and by its own policy to nobody in particular, for
 * which then no authorizer need answer. Else it hangs on the way (R-OTH-02).
 */
function ofAnyMode(trace: Trace, usual: Tree, input: EvaluationInput): Tree {
  const [own] = trace.filter((f) => f.layer === 'resource-policy')
  const isSigned = input.caller.kind !== 'anonymous'
  if (own === undefined || (usual.satisfied === true && isSigned && letsAnyoneIn(own, input))) return usual
  const open = leaf({ ...own, policies: [], lacking: [AUTH_TYPE_LACKING] }, 'allow', 'unknown')
  return usual.satisfied === true ? all([usual, open]) : any([usual, open])
}

function letsAnyoneIn({ applies, policies }: LayerFinding, input: EvaluationInput): boolean {
  const { deny, allow } = truthOfPolicies(policies, asNobody(input).question)
  return applies && deny === false && allow === true
}

/** A KMS grant stands in for every policy that should allow; what still limits it is disputed (R-KMS-07). */
function grantWays(
  { grants, identityPolicies, limits }: Parts,
  { relation, policies: { readings } }: EvaluationInput,
): Tree[] {
  if (readings === DEFAULT_READINGS) return grants.map(allowLeaf)
  const needsIdentity = relation === 'cross' && readings['kms-grants-across-accounts'] === 'identity-too'
  const more = [
    ...(needsIdentity ? identityPolicies : []),
    ...(readings['limits-on-kms-grants'] === 'limit' ? limits : []),
  ]
  return grants.map((grant) => all([allowLeaf(grant), ...more.map(allowLeaf)]))
}

const aclLeaves = ({ acls }: Parts, input: EvaluationInput): Tree[] =>
  objectOfAnotherAccount(input) === true ? [] : acls.map(allowLeaf)

const ANY_KIND: readonly MatchKind[] = [
  'session',
  'user',
  'role',
  'federated-parent',
  'account',
  'any',
  'canonical-user',
]

/** Every owner whose account the caller is not of must let it in by a policy; that of a bucket may by an ACL. */
function resourceSide(parts: Parts, input: EvaluationInput): Tree[] {
  const bucket = parts.owners.length - 1
  return parts.owners.flatMap(({ policy, relation }, i) =>
    relation === 'same'
      ? []
      : [any([...(policy.applies ? [letsIn(policy, input)] : []), ...(i === bucket ? aclLeaves(parts, input) : [])])],
  )
}

const letsIn = (policy: LayerFinding, input: EvaluationInput): Tree =>
  policy.policies.length === 0 ? allowLeaf(policy) : namingLeaf(policy, 'allow', kindsLetIn(input))

function kindsLetIn({ caller, relation }: EvaluationInput): readonly MatchKind[] {
  if (caller.kind === 'unknown') return UNKNOWN_KIND
  return relation === 'cross' ? ANY_KIND : (OUTSIDERS[caller.kind] ?? ANY_KIND)
}

/** A caller who is not known may be a service or come from an identity provider. */
const UNKNOWN_KIND: readonly MatchKind[] = [...ANY_KIND, 'service', 'identity-provider']

const OUTSIDERS: Readonly<Partial<Record<EvaluationInput['caller']['kind'], readonly MatchKind[]>>> = {
  service: ['service', 'any'],
  anonymous: ['any'],
  'identity-provider': ['identity-provider', 'any'],
}

/**
 * Kinds of Principal whose resource-based Allow overrides other requirements within one account, by kind of caller,
 * strongest first (R-EVAL-30..36): the kinds that need neither identity policy nor limits, and those that still leave
 * boundary and session policy in force.
 */
// biome-ignore format: a table is read by its columns
const OVERRIDES: Readonly<Partial<Record<EvaluationInput['caller']['kind'], Overrides>>> = {
  'user':              { everything: ['user', 'any'],    identity: [] },
  'role-session':      { everything: ['session', 'any'], identity: ['role'] },
  'federated-session': { everything: ['session', 'any'], identity: ['federated-parent'] },
  'unknown':           { everything: ['user', 'session', 'any', 'service', 'identity-provider'], identity: ['role'] },
}

interface Overrides {
  readonly everything: readonly MatchKind[]
  readonly identity: readonly MatchKind[]
}

/** The row of a caller, as the disputed rules are read. */
function overridesOf(input: EvaluationInput): Overrides | undefined {
  const row = OVERRIDES[input.caller.kind]
  const { readings } = input.policies
  if (row === undefined || readings === DEFAULT_READINGS) return row
  const delegates = readings['everyone-in-trust-policy'] === 'delegates' && isTrustAction(input)
  const freesRole = readings['limits-on-role-grants'] === 'overridden'
  const everything = row.everything.filter((kind) => !(delegates && kind === 'any'))
  return {
    everything: freesRole && row.identity.includes('role') ? [...everything, 'role'] : everything,
    identity: row.identity.filter((kind) => !(freesRole && kind === 'role')),
  }
}

function sameAccount(parts: Parts, input: EvaluationInput): Tree[] {
  const { resourcePolicies, identityPolicies, limits } = parts
  const { kind } = input.caller
  const { readings } = input.policies
  const toAccount = accountTrustIsExplicit(input) ? resourcePolicies.map(toAccountLeaf) : []
  if (kind === 'root') return [all([...toAccount, ...limits.map(allowLeaf)])] // R-EVAL-20, R-STS-14
  const throughIdentity = [...identityPolicies.map(allowLeaf), ...toAccount]
  const overrides = overridesOf(input)
  if (overrides !== undefined && isTrustAction(input) && readings['trust-naming-the-caller'] === 'identity-too')
    return [
      all([
        ...resourcePolicies.map((policy) => letsIn(policy, input)),
        ...[...identityPolicies, ...limits].map(allowLeaf),
      ]),
    ]
  // Where access point or bucket has no policy, nothing but the identity policy can allow what is asked of that one.
  if (resourcePolicies.length < parts.owners.length || overrides === undefined)
    return [all([...throughIdentity, ...limits.map(allowLeaf)])]
  const strongest = kind === 'user' ? 'allow-naming-principal' : 'allow-naming-session'
  // One of two policies may name the session, the other the role.
  const named = resourcePolicies.length > 1 ? bothKinds(overrides) : overrides.identity
  const limited = any([...naming(resourcePolicies, 'allow-naming-principal', named), all(throughIdentity)])
  const stillLimits =
    readings['session-policy-on-direct-grants'] === 'limits' ? limits.filter(isSessionPolicy) : NO_FINDINGS
  const direct = naming(resourcePolicies, strongest, overrides.everything)
  return [
    ...(stillLimits.length === 0 ? direct : direct.map((way) => all([way, ...stillLimits.map(allowLeaf)]))),
    all([limited, ...limits.map(allowLeaf)]),
  ]
}

const bothKinds = ({ everything, identity }: Overrides): readonly MatchKind[] =>
  identity.length === 0 ? identity : [...everything, ...identity]

const isSessionPolicy = ({ layer }: LayerFinding): boolean => layer === 'session-policy'
const NO_FINDINGS: readonly LayerFinding[] = []

const toAccountLeaf = (f: LayerFinding): Tree => namingLeaf(f, 'allow-to-account', ACCOUNT_KINDS)
/** A canonical id stands for an account (docs/rules.md, Principals, B.7). */
const ACCOUNT_KINDS: readonly MatchKind[] = ['account', 'any', 'canonical-user']

/** Every resource policy names the caller in one of these ways. */
const naming = (policies: readonly LayerFinding[], needs: Need, kinds: readonly MatchKind[]): Tree[] =>
  kinds.length === 0 ? [] : [all(policies.map((f) => namingLeaf(f, needs, kinds)))]

/**
 * The seven policy layers: which apply to a question, and what they say. D.2, docs/json.md, "Scenario".
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
import type { PolicyLayer } from '#iam/layers.ts'
import type { Policy, PolicyLevel, ResourcePolicy } from '#engine/scenario.ts'
import { parseArn } from '#iam/arn.ts'
import { and, not, or, type Truth } from '#iam/truth.ts'
import { bucketsBehind } from './access-point.ts'
import { isOfAssumedRoot, keyState, organizationPath } from './context.ts'
import { isRetiring } from './kms.ts'
import { isManager, mayBeManager, perhapsUnreached, ROOT_TASKS } from './beyond-organizations.ts'
import { KINDS } from './principal.ts'
import { attribute } from './attributes.ts'
import {
  asksIdentityOnly,
  isOneOfListed,
  isOriginAccessIdentity,
  isServiceLinked,
  type Question,
  type Relation,
  UNKNOWN_RESOURCE,
} from './question.ts'
import type { PolicyType } from './resource.ts'
import { canHaveResourcePolicy, isSearchConfiguration, isShareable, isUnsigned, supportsRcp } from './services.ts'
import { judgePolicies, judgePolicy, NOTHING, UNREAD, type Judged } from './statement.ts'

/** The policy of a resource, or of a bucket behind an access point. */
export interface ResourceEntry extends Entry {
  /** Of the caller to who owns it. */
  readonly relation: Relation
}

export interface Entry extends Judged {
  readonly layer: PolicyLayer
  readonly where?: string
  readonly kind?: string
  readonly applies: boolean
}

const notApplicable = (layer: PolicyLayer): Entry => ({ layer, applies: false, deny: false, allow: true, kinds: {} })
const applies = (layer: PolicyLayer, judged: Judged): Entry => ({ layer, applies: true, ...judged })

/** docs/json.md, "Scenario": left out is not known, unless the scenario is complete; then, and with null or [], there is none. */
function given<T>(question: Question, value: T | null | undefined): T | 'none' | 'unknown' {
  const left = question.scenario.policies?.complete === true ? 'none' : 'unknown'
  if (value === undefined) return left
  return value === null || (Array.isArray(value) && value.length === 0) ? 'none' : value
}

const levels = (
  question: Question,
  layer: PolicyLayer,
  type: PolicyType,
  list: readonly PolicyLevel[] | null | undefined,
): Entry[] => {
  const known = given(question, list)
  if (known === 'none') return [notApplicable(layer)]
  if (known === 'unknown') return [applies(layer, UNREAD)]
  return known.map(({ target, policies }) => ({
    ...applies(layer, policies === undefined ? UNREAD : judgePolicies(policies, type, question)),
    where: target,
  }))
}

/** Every level must allow (R-SCP-01). Whom SCPs do not touch: D.2. */
export function serviceControlPolicies(question: Question): Entry[] {
  const { caller, scenario, readings } = question
  const isFederated = caller.kind === 'federated-identity' && readings['scps-on-federated-calls'] === 'applied'
  const account = isFederated ? question.resourceAccount : caller.account
  const exempt =
    (account === undefined && !isFederated) ||
    isOriginAccessIdentity(caller) ||
    (account !== undefined && isManager(question, account)) ||
    isServiceLinked(question) ||
    /^(mechanicalturk|awis):/.test(question.action) ||
    (caller.kind === 'root' && ROOT_TASKS.test(question.action))
  const layer = 'service-control-policy'
  const list = scenario.policies?.serviceControlPolicies
  // Levels that are given are judged, whatever is said of the organization besides.
  const path = organizationPath(question, isFederated ? 'resourcePath' : 'principalPath')
  if (list === undefined && path === null) return [notApplicable(layer)]
  if (exempt) return [notApplicable(layer)]
  const found = levels(question, layer, 'scp', list)
  return mayBeManager(question, account) ? found.map(perhapsUnreached) : found
}

/** RCPFullAWSAccess stands at every level, so only a Deny counts (R-RCP-01..04). */
export function resourceControlPolicies(question: Question): Entry[] {
  const { service, action, resource, resourceAccount, scenario, caller } = question
  // R-RCP-03 and against it AWS's own message for cognito-identity:GetId: it stays open.
  const isNamed = typeof keyState(question, 'denytrace:call/reached-by-rcps') === 'object'
  const isPerhapsReached = resource === '*' && !isNamed && (service === 'cognito-identity' || isUnsigned(action))
  const behind = bucketsBehind(question)
  const owners = behind.map((one) => one.question.resourceAccount)
  const others = [...new Set(owners)].filter((owner) => owner !== resourceAccount)
  const { managementAccount } = scenario.organization ?? {}
  const exempt =
    !supportsRcp(service) ||
    (resource === '*' && !isPerhapsReached && !isNamed) ||
    action === 'kms:retiregrant' ||
    isServiceLinked(question) ||
    [resourceAccount, ...others].every((owner) => owner !== undefined && isManager(question, owner)) ||
    (service === 'kms' && attribute(question, 'keyManager') === 'AWS')
  const layer = 'resource-control-policy'
  const given = scenario.policies?.resourceControlPolicies
  const ownPath =
    caller.account !== undefined && caller.account === resourceAccount
      ? organizationPath(question, 'principalPath')
      : undefined
  const noneThere =
    scenario.organization === null || (scenario.policies?.complete === true && scenario.organization === undefined)
  const outside = organizationPath(question, 'resourcePath') === null || ownPath === null
  if (exempt || (given === undefined && outside && (others.length === 0 || noneThere))) return [notApplicable(layer)]
  const list = levels(question, layer, 'rcp', given)
  // Through an access point the RCPs bear on the bucket too, and those of its own account: a level that is named by it.
  const onBuckets = behind.map(({ question: asked, unknown }) =>
    levels(unknown ? { ...asked, resource: UNKNOWN_RESOURCE } : asked, layer, 'rcp', given),
  )
  const isRead = (owner: string | undefined): boolean =>
    !Array.isArray(given) ||
    given.length === 0 ||
    (owner !== undefined && (owner === managementAccount || given.some(({ target }) => target === owner)))
  const unread = others.filter((owner) => scenario.policies?.complete !== true && !isRead(owner))
  const found = [
    ...list.map((entry, i): Entry => {
      const denies = onBuckets.map((entries) => entries[i]?.deny ?? 'unknown')
      const agreed = denies.every((deny) => deny === denies[0]) ? (denies[0] ?? false) : 'unknown'
      const deny = or(entry.deny, agreed)
      return { ...entry, deny: isPerhapsReached ? and(deny, 'unknown') : deny, allow: true }
    }),
    ...unread.map((): Entry => applies(layer, UNREAD)),
  ]
  return others.length === 0 && mayBeManager(question, resourceAccount) ? found.map(perhapsUnreached) : found
}

/**
 * Only for requests through an endpoint; an endpoint without a policy of its own lets all through (R-VPCE-01). What a
 * service calls for the caller does not pass it (R-CTX-10).
 */
export function vpcEndpointPolicy(question: Question): Entry {
  const layer = 'vpc-endpoint-policy'
  const state = keyState(question, 'aws:SourceVpce')
  const through: Truth = state === 'unknown' ? 'unknown' : state !== 'absent'
  const policy = given(question, question.scenario.policies?.vpcEndpointPolicy)
  const via = keyState(question, 'aws:ViaAWSService')
  const byService = typeof via === 'object' && via.values[0]?.toLowerCase() === 'true'
  if (through === false || byService || policy === 'none') return notApplicable(layer)
  if (policy === 'unknown')
    return applies(layer, { deny: and(through, 'unknown'), allow: or(not(through), 'unknown'), kinds: {} })
  const { deny, allow, kinds } = judgePolicy(policy, 'vpce', question)
  // Through an access point the bucket behind it must be let through as well. access-points-vpc.html
  const behind = bucketsBehind(question).map(({ question: asked, unknown }) =>
    judgePolicy(policy, 'vpce', unknown ? { ...asked, resource: UNKNOWN_RESOURCE } : asked),
  )
  const [first, ...others] = behind
  const agreeing = (of: (one: Judged) => Truth): Truth =>
    first === undefined ? 'unknown' : others.every((one) => of(one) === of(first)) ? of(first) : 'unknown'
  const denies =
    first === undefined
      ? deny
      : or(
          deny,
          agreeing((one) => one.deny),
        )
  const allows =
    first === undefined
      ? allow
      : and(
          allow,
          agreeing((one) => one.allow),
        )
  return applies(layer, { deny: and(through, denies), allow: or(not(through), allows), kinds })
}

/** A role has no other policy that names principals (R-STS-01). */
const isTrustPolicy = (own: ResourcePolicy | null | undefined, resource: string): boolean =>
  own != null && (own.kind === 'trust' || (own.kind === undefined && /^arn:[^:]*:iam::[^:]*:role\//.test(resource)))

/** The calls that a role's trust policy is asked about (D.2). */
export const isTrustQuestion = ({ action, resource }: Question): boolean =>
  /^sts:(assumerole(withsaml|withwebidentity)?|tagsession|setsourceidentity|setcontext)$/.test(action) &&
  (resource === UNKNOWN_RESOURCE || resource === '*' || /^arn:[^:]*:iam::[^:]*:role\//.test(resource))

/** The policy of the resource; at an access point the bucket's too, and both must allow (R-S3-07). */
export function resourcePolicies(question: Question): ResourceEntry[] {
  const { service, resource, scenario, relation } = question
  const own = scenario.policies?.resourcePolicy
  const isTrust = isTrustQuestion(question)
  // PassRole does not ask the role's trust policy (R-PASS-01).
  // R-KMS-13: the fixed policy of an AWS managed key admits its own account only.
  const isForeignManaged =
    own === undefined &&
    service === 'kms' &&
    question.relation !== 'same' &&
    attribute(question, 'keyManager') === 'AWS'
  if (isForeignManaged) return [{ ...applies('resource-policy', NOTHING), allow: false, relation }]
  const isOpen = own === undefined && scenario.policies?.complete !== true // R-XACC-06: shares of AWS RAM are in none of our facts.
  if (isOpen && question.relation === 'cross' && isShareable(resource))
    return [{ ...applies('resource-policy', UNREAD), relation }]
  const hasNone =
    (resource === '*' && !isTrust) ||
    (isTrustPolicy(own, resource) && !isTrust) ||
    asksIdentityOnly(question.action) ||
    isRetiring(question) ||
    isSearchConfiguration(question.action)
  const isListed = isOneOfListed(question)
  const isNamed = resource !== UNKNOWN_RESOURCE || !isListed
  const cannotHave = own === undefined && isNamed && !isTrust && !canHaveResourcePolicy(service, resource)
  if (hasNone || cannotHave || isAlias(question)) {
    return [{ ...notApplicable('resource-policy'), allow: false, relation }]
  }
  const first = resourcePolicy(question, isListed ? 'unknown' : given(question, own), isTrust ? 'trust' : 'resource')
  const behind = bucketsBehind(question).map(({ question: asked, open }) =>
    resourcePolicy(asked, open ? 'unknown' : given(asked, asked.scenario.policies?.resourcePolicy), 'resource'),
  )
  const [bucket] = behind
  return bucket === undefined ? [first] : [first, behind.length === 1 ? bucket : agreed(behind)]
}

/** Of several buckets S3 takes the nearest: only what all of them say is known. */
function agreed(entries: readonly ResourceEntry[]): ResourceEntry {
  const [{ relation } = { relation: 'same' as const }, ...others] = entries
  // Of buckets of different owners nothing is known, and no one owner is asked.
  if (others.some((entry) => entry.relation !== relation))
    return { ...applies('resource-policy', UNREAD), kind: 'bucket', relation: 'same' }
  const alike = (of: (entry: Entry) => Truth): Truth => {
    const [first = 'unknown', ...others] = entries.map(of)
    return others.every((truth) => truth === first) ? first : 'unknown'
  }
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, alike((entry) => entry.kinds[kind] ?? false)]))
  return {
    layer: 'resource-policy',
    kind: 'bucket',
    applies: entries.some((entry) => entry.applies),
    deny: alike((entry) => entry.deny),
    allow: alike((entry) => entry.allow),
    kinds,
    relation,
  }
}

const isAlias = ({ service, resource }: Question): boolean =>
  service === 'kms' && (parseArn(resource)?.resource.startsWith('alias/') ?? false)

function resourcePolicy(
  question: Question,
  policy: ResourcePolicy | 'none' | 'unknown',
  type: PolicyType,
): ResourceEntry {
  const [layer, { relation }] = ['resource-policy', question] as const
  if (policy === 'none') return { ...notApplicable(layer), allow: false, relation }
  const judged = policy === 'unknown' ? UNREAD : judgePolicy(policy, type, question, hasBoundary(question))
  const kind = policy === 'unknown' ? undefined : policy.kind
  return { ...applies(layer, judged), ...(kind === undefined ? {} : { kind }), relation }
}

const canHavePolicies = ({ caller }: Question): boolean =>
  (caller.kind === 'user' && !isOriginAccessIdentity(caller)) ||
  caller.kind === 'role-session' ||
  isUsersSession(caller)

/** A GetFederationToken session lives on its parent user's policies; the root user has none and may do all. */
const isUsersSession = (caller: Question['caller']): boolean =>
  caller.kind === 'federated-user' && caller.parent?.endsWith(':root') !== true

export function hasBoundary(question: Question): Truth {
  if (!canHavePolicies(question)) return false
  const boundary = given(question, question.scenario.policies?.permissionsBoundary)
  return boundary === 'unknown' ? 'unknown' : boundary !== 'none'
}

export function identityPolicies(question: Question): Entry {
  const layer = 'identity-policy'
  if (!canHavePolicies(question)) return notApplicable(layer)
  const policies = given(question, question.scenario.policies?.identityPolicies)
  // Who called GetFederationToken may have been the root user, whose session needs none (R-PRIN-10).
  const perhapsRoot = question.caller.kind === 'federated-user' && question.caller.parent === undefined
  if (policies === 'none') return applies(layer, perhapsRoot ? { ...NOTHING, allow: 'unknown' } : NOTHING)
  return applies(layer, policies === 'unknown' ? UNREAD : judgePolicies(policies, 'identity', question))
}

export function permissionsBoundary(question: Question): Entry {
  const layer = 'permissions-boundary'
  const policy: Policy | 'none' | 'unknown' = given(question, question.scenario.policies?.permissionsBoundary)
  if (!canHavePolicies(question) || policy === 'none') return notApplicable(layer)
  return applies(layer, policy === 'unknown' ? UNREAD : judgePolicy(policy, 'boundary', question))
}

/** Without session policies a role session is not limited; a federated-user session may do nothing (R-EVAL-41). */
export function sessionPolicies(question: Question): Entry {
  const layer = 'session-policy'
  const { kind } = question.caller
  const policies = given(question, question.scenario.policies?.sessionPolicies)
  // R-STS-14: the policy of its task, which no session of AssumeRoot is without.
  const isTask = kind === 'root' && isOfAssumedRoot(question)
  if (isTask !== false)
    return applies(
      layer,
      isTask === 'unknown' || typeof policies === 'string' ? UNREAD : judgePolicies(policies, 'session', question),
    )
  if (kind !== 'role-session' && kind !== 'federated-user') return notApplicable(layer)
  if (policies === 'none') return kind === 'federated-user' ? applies(layer, NOTHING) : notApplicable(layer)
  return applies(layer, policies === 'unknown' ? UNREAD : judgePolicies(policies, 'session', question))
}

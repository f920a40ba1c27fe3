import { isResourceTagKey } from '#iam/tag-keys.ts'
import type { Need } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { PoliciesInForce, Policy, PolicyLevel, ResourcePolicy, Scenario } from '#engine/scenario.ts'
import type { PolicyTruth } from '#engine/prepare.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import type { KeyState } from '#iam/key-state.ts'
import { exampleAccount } from '#engine/representatives.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'
import type { World } from './causes.ts'
import { isPartlyUnseen, isUnseen, leavesOf, partAtHand } from './settled-requirement.ts'

/** The name of a placeholder for a policy that was not read; the end of its name where the kind of policy is known. */
export const NOT_SEEN = '(not read)'

/** Whether a policy of this name is a placeholder for one that was not read. */
export const isNotSeen = (name: string): boolean => name.endsWith(NOT_SEEN)

/** Whether the placeholder says nothing of what the policy does, so that a statement can be added to it. */
export const isUnread = (name: string): boolean => isNotSeen(name) && name !== NOT_SEEN

/**
 * The scenario as it was in a world that explains the denial: unknown keys have the world's values, what was not seen is
 * there only where the world says what it does. Complete, so that it can be evaluated, mended and replayed; policies that
 * stand for unseen ones have names that end in `NOT_SEEN`.
 *
 * @param isOfOtherAccount whether every explanation is that the resource is in another account than the caller
 */
export function likelyScenario(
  scenario: Scenario,
  { judged: evaluated, tree, keys }: World,
  isOfOtherAccount = false,
): Scenario {
  const { request, policies = {} } = scenario
  const account =
    evaluated.input.relation === 'same'
      ? evaluated.input.caller.account
      : isOfOtherAccount
        ? exampleAccount(0)
        : undefined
  const owned = request.resourceAccount === undefined && account !== undefined ? { resourceAccount: account } : {}
  const known = new Set([...keys.keys()].map((key) => key.toLowerCase()))
  const kept = Object.entries(request.context ?? {}).filter(([key]) => !known.has(key.toLowerCase()))
  const tags = tagsOf(keys, request.action)
  const contextEntries = [...keys].flatMap(([key, { state }]): [string, ContextValue][] =>
    tags.has(key) ? [] : [[key, valueOf(state)]],
  )
  return {
    ...scenario,
    request: { ...request, ...owned, context: Object.fromEntries([...kept, ...contextEntries]) },
    policies: {
      ...policies,
      ...standIns(scenario, effectsOf(evaluated, tree), kindOfResourcePolicy(tree)),
      ...taggedAs(tags, policies),
      ...(hasUnread(tree, 'identity-policy') ? { hasUnreadIdentityPolicies: true } : {}),
      complete: true,
    },
    organization: scenario.organization ?? null,
  }
}

/** Keys that are tags of the resource, with their values: they stand with the resource, where they can be changed. */
function tagsOf(keys: World['keys'], action: string): ReadonlyMap<string, string | undefined> {
  // Tags of buckets and objects are no aws:ResourceTag unless ABAC is on (R-S3-11).
  if (action.startsWith('s3:')) return new Map()
  return new Map(
    [...keys].flatMap(([key, { state }]) => {
      if (!isResourceTagKey(key)) return []
      if (state.state === 'absent') return [[key, undefined] as const]
      return state.state === 'values' && !state.multivalued ? [[key, state.values[0]] as const] : []
    }),
  )
}

function taggedAs(
  tags: ReadonlyMap<string, string | undefined>,
  { serviceGuards }: PoliciesInForce,
): Pick<PoliciesInForce, 'serviceGuards'> {
  if (tags.size === 0) return {}
  const named = [...tags].flatMap(([key, value]) =>
    value === undefined ? [] : [[key.slice(key.indexOf('/') + 1), value] as const],
  )
  return { serviceGuards: { ...serviceGuards, tags: Object.fromEntries(named) } }
}

function valueOf(state: KeyState): ContextValue {
  if (state.state === 'absent') return null
  if (state.state !== 'values') return { state: state.state }
  return state.multivalued ? state.values : (state.values[0] ?? '')
}

/** The effect of an unseen layer in a world; a key policy or trust policy may leave it to the policies of its account. */
type Effect = 'passes' | 'passes-to-account' | 'denies' | 'allows-nothing'

function effectsOf({ input }: World['judged'], tree: World['tree']): ReadonlyMap<PolicyLayer, Effect> {
  const found = new Map<PolicyLayer, Effect>()
  for (const { finding, needs, satisfied } of leavesOf(tree)) {
    if (!(isUnseen(finding) || isPartlyUnseen(finding)) || finding.guard !== undefined) continue
    // What is at hand does it by itself.
    if (isPartlyUnseen(finding) && doesAlone(partAtHand(finding, input), needs, satisfied !== false)) continue
    const known = found.get(finding.layer)
    const effect = effectOf(needs, satisfied !== false)
    if (known === undefined || STRONGEST.indexOf(effect) < STRONGEST.indexOf(known)) found.set(finding.layer, effect)
  }
  return found
}

function doesAlone({ allow, deny }: PolicyTruth, needs: Need, holds: boolean): boolean {
  if (needs === 'no-explicit-deny') return holds || deny === true
  return holds ? allow === true : true
}

function effectOf(needs: Need, holds: boolean): Effect {
  if (holds) return needs === 'allow-to-account' ? 'passes-to-account' : 'passes'
  return needs === 'no-explicit-deny' ? 'denies' : 'allows-nothing'
}

/** Of several leaves of a layer the first of these says what its policy is. */
const STRONGEST: readonly Effect[] = ['denies', 'passes-to-account', 'allows-nothing', 'passes']

const isAtHand = ({ document }: Policy): boolean => document !== undefined

/** Whether every policy that is known to be in force comes with its text. */
export function hasEveryText({ policies = {} }: Scenario): boolean {
  const { serviceControlPolicies, resourceControlPolicies, identityPolicies, sessionPolicies } = policies
  const levels = [...(serviceControlPolicies ?? []), ...(resourceControlPolicies ?? [])]
  const lists = [...levels.map((level) => level.policies), identityPolicies, sessionPolicies]
  const single = [policies.permissionsBoundary, policies.vpcEndpointPolicy, policies.resourcePolicy]
  return [...lists, single].every((list) => (list ?? []).every((policy) => policy == null || isAtHand(policy)))
}

/** The policies whose texts are at hand, and one for the others where they do something; undefined: none is at hand. */
function filled(policies: readonly Policy[] | null | undefined, standIn: Policy | undefined) {
  if (policies === undefined || policies === null || policies.every(isAtHand)) return policies
  const known = policies.filter(isAtHand)
  return known.length === 0 ? undefined : [...known, ...(standIn === undefined ? [] : [standIn])]
}

const hasUnread = (tree: World['tree'], layer: PolicyLayer): boolean =>
  leavesOf(tree).some(({ finding }) => finding.layer === layer && (isUnseen(finding) || isPartlyUnseen(finding)))

/** `queue`, `key`, `trust` … */
const kindOfResourcePolicy = (tree: World['tree']): string =>
  leavesOf(tree).find(({ finding }) => finding.layer === 'resource-policy' && finding.kind !== undefined)?.finding
    .kind ?? 'resource'

function standIns(
  { request, policies = {} }: Scenario,
  effects: ReadonlyMap<PolicyLayer, Effect>,
  kind: string,
): PoliciesInForce {
  const standInFor = (layer: PolicyLayer): Policy | undefined => {
    const effect = effects.get(layer)
    return effect === undefined ? undefined : { name: NOT_SEEN, document: documentOf(effect, request.action) }
  }
  const levels = (
    layer: PolicyLayer,
    levelsInForce: readonly PolicyLevel[] | null | undefined,
  ): readonly PolicyLevel[] | null => {
    const policy = standInFor(layer)
    if (levelsInForce !== undefined && levelsInForce !== null)
      return levelsInForce.map((level) => ({
        ...level,
        policies: filled(level.policies, policy) ?? (policy === undefined ? [] : [policy]),
      }))
    return effects.get(layer) === 'passes' || policy === undefined ? null : [{ target: NOT_SEEN, policies: [policy] }]
  }
  const limit = (layer: PolicyLayer, limitInForce: Policy | null | undefined): Policy | null =>
    (limitInForce?.document === undefined ? undefined : limitInForce) ??
    (effects.get(layer) === 'passes' ? null : (standInFor(layer) ?? null))
  const identity = standInFor('identity-policy')
  const session = limit('session-policy', undefined)
  const { identityPolicies, sessionPolicies, resourcePolicy } = policies
  const known = resourcePolicy?.document === undefined ? undefined : resourcePolicy
  return {
    serviceControlPolicies: levels('service-control-policy', policies.serviceControlPolicies),
    resourceControlPolicies: levels('resource-control-policy', policies.resourceControlPolicies),
    vpcEndpointPolicy: limit('vpc-endpoint-policy', policies.vpcEndpointPolicy),
    identityPolicies:
      filled(identityPolicies, identity) ??
      (identity === undefined || effects.get('identity-policy') === 'allows-nothing' ? [] : [identity]),
    permissionsBoundary: limit('permissions-boundary', policies.permissionsBoundary),
    sessionPolicies: filled(sessionPolicies, session ?? undefined) ?? (session === null ? null : [session]),
    resourcePolicy: known ?? resourceStandIn(effects.get('resource-policy'), request, kind),
  }
}

/**
 * A resource policy that must allow, and was not read, allows the caller or its account. One that only could has no
 * statement that is known: `null` would say that there is no policy (R-ADV-02).
 */
function resourceStandIn(
  effect: Effect | undefined,
  { action, resource, resourceAccount, principal }: Request,
  kind: string,
): ResourcePolicy | null {
  if (effect === undefined) return null
  if (effect === 'allows-nothing')
    return {
      name: `${kind.replaceAll('-', ' ')} policy of ${holderName(resource)} ${NOT_SEEN}`,
      kind,
      document: { Version: '2012-10-17', Statement: [] },
    }
  const account = resourceAccount ?? principal.split(':')[4] ?? ''
  const partition = principal.split(':')[1] ?? 'aws'
  const Principal = effect === 'passes-to-account' ? { AWS: `arn:${partition}:iam::${account}:root` } : '*'
  const statement = { Effect: effect === 'denies' ? 'Deny' : 'Allow', Principal, Action: action, Resource: '*' }
  return { name: NOT_SEEN, document: { Version: '2012-10-17', Statement: [statement] } }
}

function holderName(resource: Request['resource']): string {
  const [arn] = [resource ?? []].flat()
  const holder = arn === undefined ? 'the resource' : (policyHolderArns(arn).at(-1) ?? arn)
  return holder.slice(Math.max(holder.lastIndexOf('/'), holder.lastIndexOf(':')) + 1)
}

function documentOf(effect: Effect, action: string): unknown {
  const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
  const deny = { Effect: 'Deny', Action: action, Resource: '*' }
  const statements = effect === 'allows-nothing' ? [] : effect === 'denies' ? [allow, deny] : [allow]
  return { Version: '2012-10-17', Statement: statements }
}

import type { PolicyLayer } from '#iam/layers.ts'
import type { Caller } from '#iam/caller.ts'
import { isManagedArn } from '#engine/managed-policies.ts'
import type { PoliciesInForce, Policy, PolicyLevel, Resource, Scenario } from '#engine/scenario.ts'
import { readCaller } from '#iam/caller.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'

/** Which policy an edit is on: what it is attached to, and which of its policies. */
export interface PolicyLocation {
  readonly layer: PolicyLayer
  /** ARN of the user, role, session or resource; id of the organization's level or of the endpoint. */
  readonly on: string
  readonly name: string
  readonly arn?: string
  readonly file?: string
  readonly where?: string
  readonly kind?: string
  /** As it is in force; `null`: there is none yet. */
  readonly document: unknown
  /** `name` is that of a file, and not AWS's. */
  readonly isNameOfFile?: true
  /** The policy was not read, so `document` is a placeholder: a statement is added to whatever is in force (R-ADV-02). */
  readonly isUnread?: true
  /** No policy is written: one that is there is attached, or taken from what it is attached to. */
  readonly attachment?: 'attach' | 'detach'
  /** Name of the group that a user is put in, or taken out of: its policies come and go together. */
  readonly group?: string
  /** ARN of the permission set that a role of IAM Identity Center was made from, where that is known. */
  readonly permissionSet?: string
}

/** `devs` of `reader (group devs)`, as inline policies of the caller's groups are named. */
export const groupOf = (name: string): string | undefined => / \(group (.+)\)$/s.exec(name)?.[1]

/** Name of the group that the caller has the policy from; undefined: it is its own. */
export const groupOfPolicy = ({ name, group }: Policy): string | undefined => group ?? groupOf(name)

/**
 * The key of a policy's location: one for a policy in two steps of a chain, and for a managed policy that is attached and the
 * boundary; two policies of one name are told apart by what they say.
 */
export const keyOfLocation = (location: PolicyLocation): string =>
  JSON.stringify([
    location.layer === 'permissions-boundary' && location.arn !== undefined && location.attachment === undefined
      ? 'identity-policy'
      : location.layer,
    location.on,
    location.arn ?? location.name,
    location.document,
    ...(location.attachment === undefined ? [] : [location.attachment, location.name]),
  ])

/** Whose identity policies bear on the caller: its user or role; of a federated-user session the parent user. */
export function holderOf(caller: Caller): string | undefined {
  switch (caller.kind) {
    case 'user':
      return caller.arn
    case 'role-session':
      return caller.roleArn
    case 'federated-session':
      return caller.federatedBy
    default:
      return undefined
  }
}

/**
 * The scenario with the policy at a place replaced, or put there where there was none. A scenario on which the policy
 * does not bear comes back as it is, so that an edit can be applied to any request.
 */
export function withDocument(scenario: Scenario, location: PolicyLocation, document: unknown): Scenario {
  const { policies } = scenario
  if (policies === undefined) return scenario
  if (location.attachment !== undefined)
    return { ...scenario, policies: withAttachment(scenario, policies, location, document) }
  const replaced: Scenario = {
    ...scenario,
    policies:
      location.document === null
        ? added(scenario, policies, location, document)
        : exchanged(scenario, policies, location, document),
  }
  return scenario.resources === undefined
    ? replaced
    : { ...replaced, resources: scenario.resources.map((resource) => resourceWith(resource, location, document)) }
}

/**
 * Whether a policy is the one at a location, by name, ARN and document: two holders may share a managed policy, two levels
 * an SCP.
 */
export const isSamePolicy = (policy: Policy, location: PolicyLocation): boolean =>
  policy.name === location.name && policy.arn === location.arn && sameDocument(policy.document, location.document)

const sameDocument = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && a !== null && JSON.stringify(a) === JSON.stringify(b))

/** Whether nobody but AWS may edit the policy. */
export const isAwsOwned = ({ arn, name }: { readonly name: string; readonly arn?: string | undefined }): boolean =>
  (arn !== undefined && isManagedArn(arn)) || name === 'FullAWSAccess' || name === 'RCPFullAWSAccess'

/**
 * Policies with the document at a location exchanged: a managed policy may be attached to a principal and be the boundary of
 * another, or of the same.
 */
function exchanged(
  scenario: Scenario,
  policies: PoliciesInForce,
  location: PolicyLocation,
  document: unknown,
): PoliciesInForce {
  const replaced = <P extends Policy>(policy: P): P =>
    isSamePolicy(policy, location) ? { ...policy, document } : policy
  const level = (at: PolicyLevel): PolicyLevel =>
    at.policies === undefined ? at : { ...at, policies: at.policies.map(replaced) }
  switch (location.layer) {
    case 'identity-policy':
    case 'permissions-boundary': {
      // An inline policy of another may have the same name and text.
      if (isOwn(location) && holderOf(readCaller(scenario.request)) !== location.on) return policies
      if (location.arn === undefined)
        return location.layer === 'permissions-boundary'
          ? mapped(policies, 'permissionsBoundary', replaced)
          : mapped(policies, 'identityPolicies', (all) => all.map(replaced))
      const attached = mapped(policies, 'identityPolicies', (all) => all.map(replaced))
      return mapped(mapped(attached, 'permissionsBoundary', replaced), 'sessionPolicies', (all) => all.map(replaced))
    }
    case 'session-policy':
      return mapped(policies, 'sessionPolicies', (all) => all.map(replaced))
    case 'vpc-endpoint-policy':
      return mapped(policies, 'vpcEndpointPolicy', replaced)
    case 'resource-policy':
      return mapped(policies, 'resourcePolicy', replaced)
    case 'service-control-policy':
      return mapped(policies, 'serviceControlPolicies', (levels) => levels.map(level))
    case 'resource-control-policy':
      return mapped(policies, 'resourceControlPolicies', (levels) => levels.map(level))
    case 'service-guard':
      return policies
  }
}

/** Policies with one attached, or without it. */
function withAttachment(
  scenario: Scenario,
  policies: PoliciesInForce,
  location: PolicyLocation,
  document: unknown,
): PoliciesInForce {
  const { layer, name, arn, where, attachment, group } = location
  const isIt = (policy: Policy): boolean =>
    group === undefined ? isSamePolicy(policy, location) : groupOfPolicy(policy) === group
  const policy: Policy = { name, ...(arn === undefined ? {} : { arn }), document }
  const changed = (all: readonly Policy[]): readonly Policy[] =>
    attachment === 'attach' ? [...all, policy] : all.filter((attached) => !isIt(attached))
  const level = (at: PolicyLevel): PolicyLevel =>
    at.target === where && at.policies !== undefined ? { ...at, policies: changed(at.policies) } : at
  const isHolder = holderOf(readCaller(scenario.request)) === location.on
  switch (layer) {
    case 'identity-policy':
      return isHolder ? mapped(policies, 'identityPolicies', changed) : policies
    case 'permissions-boundary':
      return isHolder ? { ...policies, permissionsBoundary: attachment === 'attach' ? policy : null } : policies
    case 'service-control-policy':
      return mapped(policies, 'serviceControlPolicies', (levels) => levels.map(level))
    case 'resource-control-policy':
      return mapped(policies, 'resourceControlPolicies', (levels) => levels.map(level))
    default:
      return policies
  }
}

/** Whether the policy is one principal's own: inline, and not of a group. */
export const isOwn = ({ layer, arn, name }: PolicyLocation): boolean =>
  layer === 'session-policy' || (layer === 'identity-policy' && arn === undefined && !name.includes(' (group '))

/** A layer that is there, changed; one that is not stays out. */
function mapped<K extends keyof PoliciesInForce>(
  policies: PoliciesInForce,
  name: K,
  change: (value: NonNullable<PoliciesInForce[K]>) => PoliciesInForce[K],
): PoliciesInForce {
  const value = policies[name]
  return value === undefined || value === null ? policies : { ...policies, [name]: change(value) }
}

function added(
  scenario: Scenario,
  policies: PoliciesInForce,
  location: PolicyLocation,
  document: unknown,
): PoliciesInForce {
  const { request } = scenario
  const policy: Policy = { name: location.name, ...(location.arn === undefined ? {} : { arn: location.arn }), document }
  switch (location.layer) {
    case 'identity-policy':
      return holderOf(readCaller(request)) === location.on && isKnown(policies, 'identityPolicies')
        ? { ...policies, identityPolicies: [...(policies.identityPolicies ?? []), policy] }
        : policies
    case 'service-control-policy':
      return mapped(policies, 'serviceControlPolicies', (levels) =>
        levels.map((level) =>
          level.target === location.where && level.policies !== undefined
            ? { ...level, policies: [...level.policies, policy] }
            : level,
        ),
      )
    case 'resource-policy':
      return holdsPolicyOf(request.resource, location.on) &&
        (policies.resourcePolicy ?? null) === null &&
        isKnown(policies, 'resourcePolicy')
        ? {
            ...policies,
            resourcePolicy: { ...policy, ...(location.kind === undefined ? {} : { kind: location.kind }) },
          }
        : policies
    default:
      return policies
  }
}

/** A layer left out is not known, unless all that there is was given. */
const isKnown = (policies: PoliciesInForce, name: keyof PoliciesInForce): boolean =>
  policies[name] !== undefined || policies.complete === true

/** Whether the policy of `holder` bears on the resource: the bucket of an object. */
export const holdsPolicyOf = (resource: string | readonly string[] | null, holder: string): boolean =>
  [resource ?? []].flat().some((arn) => policyHolderArns(arn).includes(holder))

function resourceWith(resource: Resource, location: PolicyLocation, document: unknown): Resource {
  if (location.layer !== 'resource-policy' || resource.arn !== location.on) return resource
  const isThere =
    location.document === null ? resource.policy === null : sameDocument(resource.policy, location.document)
  return isThere ? { ...resource, policy: document } : resource
}

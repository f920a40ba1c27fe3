import type { PoliciesInForce, Policy, PolicyLevel } from '#engine/scenario.ts'
import { valueAt } from '#iam/json-pointer.ts'
import { documentValue } from '#iam/json-value.ts'
import type { GrantGoal } from '../grant-goal.ts'
import type { Operation } from '../operation.ts'
import { isIdentityCenter } from '../owner.ts'
import { groupOfPolicy, holderOf, type PolicyLocation } from '../policy-location.ts'
import { statementsOf } from '../statement.ts'

/** A part of what bears on a request that is not as it was, with the step back. */
export interface ChangedPart {
  readonly location: PolicyLocation
  readonly operation: Operation
}

/**
 * Attachments that were there then and are not any more, and those that were not and hold a Deny: managed policies and
 * groups of the caller, its boundary, policies of the organization. What came and only allows is left: it refuses nothing.
 */
export function attachmentChanges(goal: GrantGoal, then: PoliciesInForce): readonly ChangedPart[] {
  const now = goal.scenario.policies ?? {}
  const holder = holderOf(goal.input.caller)
  return [
    ...(holder === undefined || isIdentityCenter({ on: holder }) ? [] : ofHolder(holder, now, then)),
    ...ofLevels('service-control-policy', now.serviceControlPolicies, then.serviceControlPolicies),
    ...ofLevels('resource-control-policy', now.resourceControlPolicies, then.resourceControlPolicies),
  ]
}

function ofHolder(holder: string, now: PoliciesInForce, then: PoliciesInForce): readonly ChangedPart[] {
  return [
    ...ofBoundary(holder, now.permissionsBoundary, then.permissionsBoundary),
    ...ofIdentity(holder, now.identityPolicies, then.identityPolicies),
  ]
}

function ofIdentity(
  on: string,
  now: PoliciesInForce['identityPolicies'],
  then: PoliciesInForce['identityPolicies'],
): readonly ChangedPart[] {
  if (now === undefined || now === null || then === undefined || then === null) return []
  const [gone, come] = [without(then, now), without(now, then)]
  const groupsNow = groupsIn(now)
  const groupsThen = groupsIn(then)
  const own = (policies: readonly Policy[]) => policies.filter((policy) => groupOfPolicy(policy) === undefined)
  const place = (policy: Policy): PolicyLocation => ({
    ...nameOf(policy),
    layer: 'identity-policy',
    on,
    document: null,
  })
  return [
    // An inline policy that is gone is no attachment: its text comes back.
    ...own(gone).flatMap((policy) => (policy.arn === undefined ? [] : attached(place(policy), policy))),
    ...own(come).flatMap((policy) => detached(place(policy), policy)),
    ...gone.flatMap((policy) => {
      const group = groupOfPolicy(policy)
      return group !== undefined && groupsNow.has(group) ? ofGroup(place(policy), policy, group) : []
    }),
    ...[...groupsThen].filter((group) => !groupsNow.has(group)).flatMap((group) => member(on, group, then, attached)),
    ...[...groupsNow].filter((group) => !groupsThen.has(group)).flatMap((group) => member(on, group, now, detached)),
  ]
}

/** A managed policy that the caller's group had. */
const ofGroup = (location: PolicyLocation, policy: Policy, group: string): readonly ChangedPart[] =>
  policy.arn === undefined ? [] : attached({ ...location, name: `${policy.name} (group ${group})` }, policy)

const groupsIn = (policies: readonly Policy[]): ReadonlySet<string> =>
  new Set(policies.flatMap((policy) => groupOfPolicy(policy) ?? []))

/** The caller in a group, or out of it: all policies of the group come, and go, together. */
function member(
  on: string,
  group: string,
  policies: readonly Policy[],
  change: (location: PolicyLocation, policy: Policy) => readonly ChangedPart[],
): readonly ChangedPart[] {
  const documents = policies
    .filter((policy) => groupOfPolicy(policy) === group)
    .map(({ document }) => documentValue(document))
  const [version, ...more] = new Set(documents.map((document) => valueAt(document, '/Version')))
  // One that is not known, or is read by other rules, cannot stand with the others.
  if (more.length > 0 || documents.includes(undefined) || documents.includes(null)) return []
  const document = { Version: version ?? '2012-10-17', Statement: documents.flatMap(statementsOf) }
  const name = `policies (group ${group})`
  return change({ layer: 'identity-policy', on, name, group, document: null }, { name, document })
}

function ofBoundary(
  on: string,
  now: Policy | null | undefined,
  then: Policy | null | undefined,
): readonly ChangedPart[] {
  if (now === undefined || now === null || then === undefined) return []
  const location = { layer: 'permissions-boundary', on, document: null } as const
  if (then === null) {
    const document = documentValue(now.document)
    return document === undefined ? [] : [takenAway({ ...nameOf(now), ...location }, document)]
  }
  return isSame(now, then) ? [] : attached({ ...nameOf(then), ...location }, then)
}

function ofLevels(
  layer: 'service-control-policy' | 'resource-control-policy',
  now: readonly PolicyLevel[] | null | undefined,
  then: readonly PolicyLevel[] | null | undefined,
): readonly ChangedPart[] {
  return (now ?? []).flatMap((level) => {
    const was = then?.find(({ target }) => target === level.target)
    if (was?.policies === undefined || level.policies === undefined) return []
    const place = (policy: Policy): PolicyLocation => ({
      ...nameOf(policy),
      layer,
      on: level.target,
      where: level.target,
      document: null,
    })
    return [
      ...without(was.policies, level.policies).flatMap((policy) => attached(place(policy), policy)),
      ...without(level.policies, was.policies).flatMap((policy) => detached(place(policy), policy)),
    ]
  })
}

/** Policies of the first list that are not in the other. */
const without = (policies: readonly Policy[], others: readonly Policy[]): readonly Policy[] =>
  policies.filter((policy) => !others.some((other) => isSame(policy, other)))

const isSame = (a: Policy, b: Policy): boolean =>
  a.arn === undefined || b.arn === undefined
    ? a.name === b.name
    : a.arn === b.arn && groupOfPolicy(a) === groupOfPolicy(b)

const nameOf = ({ name, arn }: Policy): Pick<PolicyLocation, 'name' | 'arn'> =>
  arn === undefined ? { name } : { name, arn }

function attached(location: PolicyLocation, { document }: Policy): readonly ChangedPart[] {
  const value = documentValue(document)
  if (value === undefined) return []
  return [{ location: { ...location, attachment: 'attach' }, operation: { op: 'add', path: '', value } }]
}

/** Only where it holds a Deny. */
function detached(location: PolicyLocation, { document }: Policy): readonly ChangedPart[] {
  const value = documentValue(document)
  const denies = statementsOf(value).some((statement) => valueAt(statement, '/Effect') === 'Deny')
  return denies ? [takenAway(location, value)] : []
}

const takenAway = (location: PolicyLocation, document: unknown): ChangedPart => ({
  location: { ...location, attachment: 'detach', document },
  operation: { op: 'remove', path: '' },
})

import { isManagedArn, type ManagedPolicies } from '#engine/managed-policies.ts'
import {
  type PreparedLevel,
  type PreparedPolicies,
  type PreparedPolicy,
  preparePolicies,
  preparePolicy,
} from '#engine/prepare.ts'
import type { Policy, PoliciesInForce, PolicyLevel } from '#engine/scenario.ts'
import type { PolicyPlace } from '#iam/resource.ts'

/** Policies prepared once for all principals they bear on. What one account alone holds is not kept here. */
export interface PreparedPolicyCache {
  readonly identity: (policy: Policy) => PreparedPolicy
  readonly boundary: (policy: Policy) => PreparedPolicy
  readonly levels: (levels: readonly PolicyLevel[] | null | undefined) => readonly PreparedLevel[] | null | undefined
}

export function newPreparedPolicyCache(find: ManagedPolicies): PreparedPolicyCache {
  const scps = new Map<unknown, PreparedPolicy>()
  const scp = (policy: Policy): PreparedPolicy => {
    const { document } = policy
    if (typeof document !== 'object' || document === null) return preparePolicy(policy, 'scp')
    const found = scps.get(document) ?? preparePolicy(policy, 'scp')
    scps.set(document, found)
    return found
  }
  return {
    identity: ofPlace('identity', find),
    boundary: ofPlace('boundary', find),
    levels: (levels) => {
      if (levels === null || levels === undefined) return levels
      if (levels.length === 0) return null
      return levels.map(({ target, policies }) => ({ target, policies: policies?.map(scp) }))
    },
  }
}

/** AWS's own policies are the same in every account, and given by ARN alone. */
function ofPlace(place: PolicyPlace, find: ManagedPolicies): (policy: Policy) => PreparedPolicy {
  const known = new Map<string, PreparedPolicy>()
  return (policy) => {
    const { arn, document } = policy
    if (document !== undefined || arn === undefined || !isManagedArn(arn)) return preparePolicy(policy, place)
    const found = known.get(arn) ?? preparePolicy(withText(policy, find(arn)), place)
    known.set(arn, found)
    return found
  }
}

const withText = (policy: Policy, document: unknown): Policy =>
  document === undefined ? policy : { ...policy, document }

/** The resource's side of a request, prepared; the same whoever asks. */
export function prepareResourceSide(policies: PoliciesInForce): PreparedPolicies {
  const { resourceControlPolicies, resourcePolicy, serviceGuards, vpcEndpointPolicy } = policies
  return preparePolicies({
    ...(resourceControlPolicies === undefined ? {} : { resourceControlPolicies }),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    ...(serviceGuards === undefined ? {} : { serviceGuards }),
    ...(vpcEndpointPolicy === undefined ? {} : { vpcEndpointPolicy }),
  })
}

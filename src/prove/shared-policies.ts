import type { PreparedLevel, PreparedPolicies, PreparedPolicy } from '#engine/prepare.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import { sameJson } from './same-json.ts'

/**
 * Both sides with one prepared policy for all that are written the same: most of what is compared stands on both sides,
 * and is then compiled and looked through once.
 */
export function sharing(
  old: PreparedScenario,
  next: PreparedScenario,
): readonly [old: PreparedScenario, next: PreparedScenario] {
  if (old.policies === next.policies || old.policies.readings !== next.policies.readings) return [old, next]
  const pool: PreparedPolicy[] = []
  return [withPolicies(old, pool), withPolicies(next, pool)]
}

function withPolicies(side: PreparedScenario, pool: PreparedPolicy[]): PreparedScenario {
  const { policies } = side
  const single = (policy: PreparedPolicy | null | undefined) => policy && kept(policy, pool)
  const list = (listed: readonly PreparedPolicy[] | null | undefined) =>
    listed?.map((policy) => kept(policy, pool)) ?? listed
  const levels = (listed: readonly PreparedLevel[] | null | undefined) =>
    listed?.map((level) => ({ ...level, policies: level.policies?.map((policy) => kept(policy, pool)) })) ?? listed
  const shared: PreparedPolicies = {
    ...policies,
    identityPolicies: list(policies.identityPolicies),
    sessionPolicies: list(policies.sessionPolicies),
    resourcePolicy: single(policies.resourcePolicy),
    permissionsBoundary: single(policies.permissionsBoundary),
    vpcEndpointPolicy: single(policies.vpcEndpointPolicy),
    serviceControlPolicies: levels(policies.serviceControlPolicies),
    resourceControlPolicies: levels(policies.resourceControlPolicies),
  }
  return { ...side, policies: shared }
}

function kept(policy: PreparedPolicy, pool: PreparedPolicy[]): PreparedPolicy {
  const known = pool.find((other) => other === policy || isAlike(other, policy))
  if (known === undefined) pool.push(policy)
  return known ?? policy
}

const isAlike = (a: PreparedPolicy, b: PreparedPolicy): boolean =>
  a.name === b.name && a.arn === b.arn && a.file === b.file && a.place === b.place && sameJson(a.source, b.source)

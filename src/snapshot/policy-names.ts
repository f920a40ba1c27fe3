import { layerName, type PolicyLayer } from '#iam/layers.ts'
import type { PoliciesInForce, Policy, PolicyLevel, Scenario } from '#engine/scenario.ts'

const SINGLE = {
  vpcEndpointPolicy: 'vpc-endpoint-policy',
  resourcePolicy: 'resource-policy',
  permissionsBoundary: 'permissions-boundary',
} as const
const LISTS = { identityPolicies: 'identity-policy', sessionPolicies: 'session-policy' } as const
const LEVELS = {
  serviceControlPolicies: 'service-control-policy',
  resourceControlPolicies: 'resource-control-policy',
} as const

/**
 * Scenario in which each policy has a name to be cited by: its own, else the last part of its ARN, else what its layer is
 * called, numbered in a list (`identity policy 2`). A target that has no name is called by its level (`level 1`, the root).
 */
export function withPolicyNames(scenario: Scenario): Scenario {
  const { policies } = scenario
  if (policies === undefined || isNamedThroughout(policies)) return scenario
  const named: Partial<Record<keyof PoliciesInForce, unknown>> = { ...policies }
  for (const [field, layer] of Object.entries(SINGLE)) {
    const policy = policies[field as keyof typeof SINGLE]
    if (policy) named[field as keyof typeof SINGLE] = namedAs(policy, layerName(layer))
  }
  for (const [field, layer] of Object.entries(LISTS)) {
    const listed = policies[field as keyof typeof LISTS]
    if (listed) named[field as keyof typeof LISTS] = namedInOrder(listed, layer)
  }
  for (const [field, layer] of Object.entries(LEVELS)) {
    const levels = policies[field as keyof typeof LEVELS]
    if (levels) named[field as keyof typeof LEVELS] = levels.map((level, i) => namedLevel(level, i, layer))
  }
  return { ...scenario, policies: named as PoliciesInForce }
}

/** A name or a target that a file left out, though the type has it. */
type Nameless = { readonly name?: string; readonly target?: string }

function isNamedThroughout(policies: PoliciesInForce): boolean {
  const levels = [...(policies.serviceControlPolicies ?? []), ...(policies.resourceControlPolicies ?? [])]
  const { vpcEndpointPolicy, resourcePolicy, permissionsBoundary, identityPolicies, sessionPolicies } = policies
  const single = [vpcEndpointPolicy, resourcePolicy, permissionsBoundary].filter((policy) => policy != null)
  const listed = [
    ...(identityPolicies ?? []),
    ...(sessionPolicies ?? []),
    ...levels.flatMap((level) => level.policies ?? []),
  ]
  return (
    levels.every(({ target }: Nameless) => target !== undefined) &&
    [...single, ...listed].every(({ name }: Nameless) => name !== undefined)
  )
}

function namedAs<P extends Policy>(policy: P, otherwise: string): P {
  const { name }: Nameless = policy
  if (name !== undefined) return policy
  const { arn } = policy
  return { ...policy, name: arn === undefined ? otherwise : arn.slice(arn.lastIndexOf('/') + 1) }
}

const namedInOrder = (policies: readonly Policy[], layer: PolicyLayer): readonly Policy[] =>
  policies.map((policy, i) =>
    namedAs(policy, policies.length === 1 ? layerName(layer) : `${layerName(layer)} ${i + 1}`),
  )

function namedLevel(level: PolicyLevel, i: number, layer: PolicyLayer): PolicyLevel {
  const { target = `level ${i + 1}` }: Nameless = level
  return level.policies === undefined
    ? { ...level, target }
    : { ...level, target, policies: namedInOrder(level.policies, layer) }
}

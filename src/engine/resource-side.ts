import { parseArn } from '#iam/arn.ts'
import { areOneButForMask } from '#iam/masked-account.ts'
import { policyHolderArns, hasOwnPolicy } from '#iam/policy-holder.ts'
import type { Readings } from '#iam/readings.ts'
import type { RequestResource } from '#iam/resource.ts'
import { type PreparedPolicies, type PreparedPolicy, preparingOnce } from './prepare.ts'
import type { PoliciesInForce, Policy, Resource, ResourcePolicy, Scenario } from './scenario.ts'

/** The policy and attributes that a resource of the scenario brings to a request made on it. */
export const sideOf = (resource: Resource): PoliciesInForce => ({
  ...(resource.policy === undefined ? {} : { resourcePolicy: resource.policy === null ? null : policyOf(resource) }),
  ...(resource.attributes === undefined ? {} : { serviceGuards: resource.attributes }),
})

function isRole(text: string): boolean {
  const arn = parseArn(text)
  return arn?.service === 'iam' && arn.resource.startsWith('role/')
}

export function policyOf(resource: Resource): ResourcePolicy {
  const kind = isRole(resource.arn) ? 'trust' : resource.kind
  return {
    name: resource.arn,
    ...(kind === undefined ? {} : { kind }),
    document: resource.policy,
    ...(resource.file === undefined ? {} : { file: resource.file }),
    ...(resource.lines === undefined ? {} : { lines: resource.lines }),
  }
}

/** The request's own resource among those of the scenario, or what carries its policy: the bucket of an object. */
export function ownResource(resources: readonly Resource[], arn: string): Resource | undefined {
  for (const holder of hasOwnPolicy(arn) ? [arn] : policyHolderArns(arn)) {
    const own = resources.find((resource) => resource.arn === holder)
    if (own !== undefined) return own
  }
  return undefined
}

/** The scenario with that policy as its `resourcePolicy`, for what goes on to edit the policies or to compare them. */
export function withOwnPolicyNamed(scenario: Scenario): Scenario {
  const { request, policies, resources = [] } = scenario
  if (policies?.resourcePolicy !== undefined || typeof request.resource !== 'string') return scenario
  const own = ownResource(resources, request.resource)
  if (own?.policy === undefined) return scenario
  const resourcePolicy = own.policy === null ? null : policyOf(own)
  return { ...scenario, policies: { ...policies, resourcePolicy } }
}

const prepareOnce = preparingOnce()

/**
 * Trust policy out of what is given as the policy of a role, which can be no other; in it no statement names a resource
 * (R-GRAM-10).
 */
function asTrustPolicy({ name, arn, file, lines, source }: PreparedPolicy, readings: Readings): PreparedPolicy {
  const policy: Policy = { name, document: source, lines, ...(arn === undefined ? {} : { arn }) }
  return prepareOnce(file === undefined ? policy : { ...policy, file }, 'trust', readings)
}

/** Whether the scenario has a policy of something that a request may be made on, where nobody says on what it is made. */
export const hasPolicyOfAny = (resources: readonly Resource[]): boolean =>
  resources.some(({ policy }) => policy !== undefined && policy !== null)

/** The policies where one of those that are listed may be the resource's own, which one no list says (R-UNK-01). */
const withPolicyOfAny = (policies: PreparedPolicies, resources: readonly Resource[]): PreparedPolicies =>
  policies.resourcePolicyGiven || !hasPolicyOfAny(resources) ? policies : { ...policies, resourcePolicy: undefined }

/** The policies where one of those listed may be of an ARN that masks its account (R-UNK-05). */
function withPolicyOfMasked(policies: PreparedPolicies, resources: readonly Resource[], arn: string): PreparedPolicies {
  if (resources.length === 0 || ownResource(resources, arn) !== undefined) return policies
  const holders = hasOwnPolicy(arn) ? [arn] : policyHolderArns(arn)
  const perhaps = resources.filter((resource) => holders.some((holder) => areOneButForMask(holder, resource.arn)))
  return withPolicyOfAny(policies, perhaps)
}

/**
 * The policies, with that of the request's own resource where it stands among the scenario's resources and nowhere else.
 * A policy that is given is in force: `resourcePolicy` left out does not say that there is none (docs/json.md, "Scenario").
 */
export function withOwnPolicy(
  policies: PreparedPolicies,
  resources: readonly Resource[],
  arn: string,
): PreparedPolicies {
  const { resourcePolicy } = policies
  if (resourcePolicy && policies.resourcePolicyKind === undefined && isRole(arn))
    return {
      ...policies,
      resourcePolicy: asTrustPolicy(resourcePolicy, policies.readings),
      resourcePolicyKind: 'trust',
    }
  if (policies.resourcePolicyGiven || resources.length === 0) return policies
  const own = ownResource(resources, arn)
  if (own?.policy === undefined) return policies
  if (own.policy === null) return { ...policies, resourcePolicy: null }
  const policy = policyOf(own)
  return {
    ...policies,
    resourcePolicy: prepareOnce(policy, policy.kind === 'trust' ? 'trust' : 'resource', policies.readings),
    resourcePolicyKind: policy.kind,
  }
}

/** The policies with what the scenario's resources say of the one that is asked for, or may be. */
export function policiesOn(
  resource: RequestResource,
  policies: PreparedPolicies,
  resources: readonly Resource[],
): PreparedPolicies {
  if (resource.kind === 'arn')
    return withPolicyOfMasked(withOwnPolicy(policies, resources, resource.arn), resources, resource.arn)
  return resource.kind === 'unknown' ? withPolicyOfAny(policies, resources) : policies
}

import type { PoliciesInForce, Policy, Scenario } from './scenario.ts'

/** The document of an AWS managed policy, by ARN; undefined where it is not known. */
export type ManagedPolicies = (arn: string) => unknown

/**
 * Fills in AWS managed policies that are given by ARN alone. The documents come from outside, because they are too large
 * for the engine a browser loads; without them such a policy stays unknown.
 */
export function withManagedPolicies(scenario: Scenario, find: ManagedPolicies): Scenario {
  const { policies } = scenario
  if (policies === undefined) return scenario
  const fill = <P extends Policy>(policy: P): P => {
    if (policy.document !== undefined || policy.arn === undefined || !isManagedArn(policy.arn)) return policy
    const document = find(policy.arn)
    return document === undefined ? policy : { ...policy, document }
  }
  const filled: PoliciesInForce = {
    ...policies,
    ...(policies.identityPolicies ? { identityPolicies: policies.identityPolicies.map(fill) } : {}),
    ...(policies.sessionPolicies ? { sessionPolicies: policies.sessionPolicies.map(fill) } : {}),
    ...(policies.permissionsBoundary ? { permissionsBoundary: fill(policies.permissionsBoundary) } : {}),
  }
  return { ...scenario, policies: filled }
}

/**
 * The ARN of a customer managed policy of which only the text is known, as `get-policy-version` prints it: a placeholder, which
 * no ARN looks like.
 */
export const UNKNOWN_POLICY_ARN = 'POLICY_ARN'

/** `arn:PARTITION:iam::aws:policy/…` */
export const isManagedArn = (arn: string): boolean => arn.startsWith('arn:') && arn.includes(':iam::aws:policy/')

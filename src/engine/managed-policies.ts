import { documentValue } from '#iam/json-value.ts'
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
 * Names the identity policies that have the text of an AWS managed policy, which AWS alone changes (R-ADV-13): those of which the ARN is
 * not known, and those without an ARN that have its name. An inline policy of another name may be a copy.
 */
export function withManagedArns(scenario: Scenario, arnOf: (document: unknown) => string | undefined): Scenario {
  const { identityPolicies } = scenario.policies ?? {}
  if (identityPolicies === undefined || identityPolicies === null) return scenario
  const named = identityPolicies.map((policy): Policy => {
    if (policy.arn !== undefined && policy.arn !== UNKNOWN_POLICY_ARN) return policy
    const document = documentValue(policy.document)
    const arn = document === undefined ? undefined : arnOf(document)
    const isCopy = arn === undefined || (policy.arn === undefined && nameIn(arn) !== policy.name)
    return isCopy ? policy : renamed(policy, arn)
  })
  return { ...scenario, policies: { ...scenario.policies, identityPolicies: named } }
}

/** The policy by the name that AWS has for it. */
function renamed(policy: Policy, arn: string): Policy {
  const { isNameOfFile: _, ...rest } = policy
  return { ...rest, name: nameIn(arn), arn }
}

const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

/**
 * The ARN of a customer managed policy of which only the text is known, as `get-policy-version` prints it: a placeholder, which
 * no ARN looks like.
 */
export const UNKNOWN_POLICY_ARN = 'POLICY_ARN'

/** `arn:PARTITION:iam::aws:policy/…` */
export const isManagedArn = (arn: string): boolean => arn.startsWith('arn:') && arn.includes(':iam::aws:policy/')

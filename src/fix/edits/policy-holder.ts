import { policyHolderArns } from '#iam/policy-holder.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { GrantGoal } from '../grant-goal.ts'

/** The ARN of what holds the resource policy for the request: the bucket of an object, the role of a trust policy. */
export const policyHolderOf = ({ input, scenario }: GrantGoal): string | undefined =>
  input.resource.kind === 'arn' ? holderOfResource(input.resource.arn, scenario) : undefined

/** The ARN of what holds the resource policy for a resource: the outermost, where the scenario lists none. */
export function holderOfResource(resource: string, { resources }: Pick<Scenario, 'resources'>): string | undefined {
  const holderArns = policyHolderArns(resource)
  return resources?.find(({ arn }) => holderArns.includes(arn))?.arn ?? holderArns.at(-1)
}

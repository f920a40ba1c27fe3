import { policyHolderArns } from '#iam/policy-holder.ts'
import type { GrantGoal } from '../grant-goal.ts'

/** The ARN of what holds the resource policy for the request: the bucket of an object, the role of a trust policy. */
export function policyHolderOf({ input, scenario }: GrantGoal): string | undefined {
  if (input.resource.kind !== 'arn') return undefined
  const holderArns = policyHolderArns(input.resource.arn)
  const listed = scenario.resources?.find(({ arn }) => holderArns.includes(arn))
  return listed?.arn ?? holderArns.at(-1)
}

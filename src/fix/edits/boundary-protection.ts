import type { ConditionLine } from '#iam/condition/condition.ts'
import type { GrantGoal } from '../grant-goal.ts'

/**
 * Actions that take a permissions boundary away or put another in its place.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
 */
const OF_BOUNDARIES: ReadonlySet<string> = new Set([
  'iam:deleterolepermissionsboundary',
  'iam:deleteuserpermissionsboundary',
  'iam:putrolepermissionsboundary',
  'iam:putuserpermissionsboundary',
])

/** Whether the action changes permissions boundaries themselves. */
export const isBoundaryAction = ({ input }: Pick<GrantGoal, 'input'>): boolean =>
  OF_BOUNDARIES.has(input.action.toLowerCase())

/** Whether the call can set a permissions boundary, or take one away: a condition on it is then met by the call, and by nothing else. */
export const setsBoundary = (goal: Pick<GrantGoal, 'input'>): boolean =>
  isBoundaryAction(goal) || ['iam:createrole', 'iam:createuser'].includes(goal.input.action.toLowerCase())

/** Whether a condition asks for a permissions boundary, as a policy that delegates the creation of roles does. */
export const asksForBoundary = ({ key }: Pick<ConditionLine, 'key'>): boolean =>
  key.toLowerCase() === 'iam:permissionsboundary'

import type { Action } from './action.ts'

/**
 * STS actions that a caller sends for a role with its own credentials: its own policies are evaluated, too (R-STS-03,
 * R-STS-07, R-STS-08).
 */
export const SIGNED_ROLE_ACTIONS = ['AssumeRole', 'TagSession', 'SetSourceIdentity', 'SetContext'] as const

/**
 * The STS actions that a role's trust policy decides, in IAM's spelling (R-STS-01, R-STS-10).
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 */
export const ROLE_ACTIONS = [...SIGNED_ROLE_ACTIONS, 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'] as const

const NAMES: ReadonlySet<string> = new Set(ROLE_ACTIONS.map((name) => name.toLowerCase()))

export const isRoleAction = ({ service, name }: Pick<Action, 'service' | 'name'>): boolean =>
  service === 'sts' && NAMES.has(name)

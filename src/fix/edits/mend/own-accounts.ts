import type { Statement } from '#iam/policy.ts'
import type { GrantGoal } from '../../grant-goal.ts'

/** Accounts and organizations that the evidence shows to be those of whoever owns the policy. */
export type OwnAccounts = ReadonlySet<string>

/**
 * Returns the account that owns the policy of the statement, and the other account of the request where the organization lists it
 * or both are one (R-ADV-08). An id that differs by a digit may be somebody else's: only one of these is what was meant.
 */
export function ownAccounts({ principalElement }: Statement, { input }: GrantGoal): OwnAccounts {
  const { caller, resourceAccount, organization } = input
  const isOfResource = principalElement !== undefined
  const own = [
    isOfResource || typeof organization?.resourcePath === 'string' ? resourceAccount : undefined,
    !isOfResource || typeof organization?.principalPath === 'string' ? caller.account : undefined,
    organization?.id,
  ]
  return new Set(own.filter((id) => id !== undefined))
}

/**
 * What the policies of an organization do not reach: some tasks, and its management account. R-SCP-04, R-UNK-01.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 */
import { and, or, type Truth } from '#iam/truth.ts'
import { type Question } from './question.ts'
import { isOneAccount } from './masked.ts'

/** R-SCP-04: changing the support plan, and reverse DNS of addresses. */
export const ROOT_TASKS =
  /^(supportplans:(createsupportplanschedule|startsupportplanupdate)|ec2:(modify|reset)addressattribute)$/

/** SCPs and RCPs do not reach the management account: one that may be it, since nobody says which account that is (R-UNK-01). */
export function mayBeManager({ scenario, caller }: Question, account: string | undefined): boolean {
  const { organization } = scenario
  if (organization === null || organization === undefined) return false
  const manager = organization.managementAccount
  if (manager === undefined) return true
  const one = account ?? caller.account
  const same = one === undefined ? 'unknown' : isOneAccount(manager, one)
  return same === 'unknown' || (account === undefined && same === false)
}

export const isManager = ({ scenario }: Question, account: string): boolean =>
  isOneAccount(scenario.organization?.managementAccount ?? '', account) === true

export const perhapsUnreached = <E extends { readonly deny: Truth; readonly allow: Truth }>(entry: E): E => ({
  ...entry,
  deny: and(entry.deny, 'unknown'),
  allow: or(entry.allow, 'unknown'),
})

import { PASSING_CALLS, PROFILE_CALLS } from '#iam/passing-calls.ts'
import { profileRoles } from './target-selectors.ts'
import type { DependentCall } from './dependent-call.ts'
import { passes } from './rows-roles.ts'

/** Roles handed over by calls that the list of known hops does not name (R-PASS-01). */
export const ROLE_PASSING_CALLS: readonly DependentCall[] = [
  ...PASSING_CALLS.map(([service, operations, to]) =>
    passes(
      'R-PASS-01',
      operations.split(' ').map((name) => `${service}:${name}`),
      to === undefined ? {} : { to },
    ),
  ),
  passes('R-PASS-01', PROFILE_CALLS, { from: profileRoles, to: 'ec2.amazonaws.com' }),
]

import type { Diagnosis } from '#diagnose/diagnosis.ts'

/** The word before a fix that was drafted: what AWS names may be certain, and nobody has seen what else is in the way. */
export const LIKELY_FIX = 'Likely fix'

/** The word before a fix: whether a policy was seen, and the cause that it mends and the statement that denies are sure. */
export const titleOfFix = ({ basis, status, causes }: Pick<Diagnosis, 'basis' | 'status' | 'causes'>): string =>
  basis !== 'policies' ||
  status === 'likely' ||
  causes.some(({ statementCertainty }) => statementCertainty === 'likely')
    ? LIKELY_FIX
    : 'Fix'

/**
 * The command that reads from AWS what affects the denial. `account`: another one that it has to read, with a role to assume or
 * with credentials of its own.
 */
export const toBeSure = (live: string, account?: string): string =>
  account === undefined
    ? `${live}   # reads it from AWS, changes nothing`
    : `${live} --role ROLE   # ROLE: a role to assume in account ${account}; or --profile PROFILE of that account. Changes nothing`

/** The command that reads SCPs and the policies of the account of the caller, which no credentials of one account can read. */
export const readAll = (live: string, account: string | null): string =>
  `${live} --profile MANAGEMENT --role ROLE   # MANAGEMENT: a profile of the organization's management account; ROLE: a role to assume in account ${account ?? 'of the caller'}. Changes nothing`

/** Before a fix that lets in a caller from outside. */
export const IF_KNOWN = 'Only if you know this account'

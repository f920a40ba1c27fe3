import type { Denial } from '../denial.ts'
import { whoWasRefused } from '../note.ts'
import { principalFields } from '../principal-fields.ts'

/**
 * The denial with the caller that something beside the message tells; as it is where the message names one, or says that not
 * the caller was refused. `why` is a sentence on where it stands.
 */
export function withCaller(denial: Denial, caller: string, why: string): Denial {
  if (denial.principal !== null || denial.kind !== 'aws-access-denied') return denial
  if (whoWasRefused(denial.notes) !== undefined) return denial
  const { principalType, accountId, sessionName, roleArn } = principalFields(caller)
  const note = { code: 'caller-of-now', text: why } as const
  return {
    ...denial,
    principal: caller,
    principalType,
    accountId,
    sessionName,
    roleArn,
    notes: [...denial.notes, note],
  }
}

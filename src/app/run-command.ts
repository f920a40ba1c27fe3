import type { Denial } from '#intake/denial.ts'
import { principalFields } from '#intake/principal-fields.ts'
import type { Ended } from './child-process.ts'
import { type Evidence, isDenial, rawEvidence, together } from './inputs.ts'

/**
 * The denials in what a command printed. A message that names nobody was answered to the identity that ran the command,
 * so that one is filled in where AWS has told it.
 */
export function evidenceOfRun({ stdout, stderr }: Ended, caller: string | undefined): Evidence {
  const { denials: all, events } = together([rawEvidence(stderr), rawEvidence(stdout)])
  const denials = all.filter(isDenial)
  return {
    denials: caller === undefined ? denials : denials.map((denial) => withCaller(denial, caller)),
    events,
  }
}

function withCaller(denial: Denial, caller: string): Denial {
  if (denial.principal !== null || denial.kind !== 'aws-access-denied') return denial
  const { principalType, accountId, sessionName, roleArn } = principalFields(caller)
  const note = { code: 'caller-of-now', text: 'The message names nobody; the caller is who ran the command.' } as const
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

import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Change } from '../change.ts'
import type { DraftInHand } from '../proof/fix.ts'
import { openDoubt } from '../gate/gate.ts'
import { callChanged, draftedFix } from './drafted-fix.ts'

/**
 * The fix where another caller was likely meant: the call is made as that one, and no policy changes. Of whom it is nobody has seen
 * what it may do, so it is neither replayed nor proved. Undefined: nothing speaks for another, or it was said who was expected.
 */
export function meantCallerFix({ identity, denial }: Pick<Diagnosis, 'identity' | 'denial'>): DraftInHand | undefined {
  const doubt = openDoubt(identity)
  if (doubt === undefined) return undefined
  const { expected, tell } = doubt
  const does = expected === undefined ? 'call as the one that was meant' : `call as ${expected}`
  const change: Change = {
    ...callChanged(denial, {
      layer: 'identity-policy',
      kind: 'change-principal',
      patch: [{ op: 'replace', path: '/principal', value: expected ?? 'ROLE_ARN' }],
      does,
    }),
    awsCli: tell,
  }
  return draftedFix('call-as-meant', does, [change], denial)
}

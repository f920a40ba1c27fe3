import type { Step } from '#engine/decision.ts'
import type { Fix, Proof, ShownProof } from '#fix/proof/fix.ts'
import type { AccessSet } from '#space/access-set.ts'
import { isOfResource } from './change-words.ts'
import { grantedText, requestText } from '#answer/granted-words.ts'

const MAX_SETS = 3

/** The lines `grants` and `takesAway` of a fix as JSON has them (docs/json.md, "Fix"), out of its finished proof. */
export function grantLines(
  fix: Pick<Fix, 'cures' | 'proof' | 'changes'>,
  steps: readonly Pick<Step, 'request'>[],
): Pick<Fix, 'grants' | 'takesAway'> {
  const takes = takesText(fix.proof)
  const may = fix.proof.newlyDeniedElse
  const others = fix.changes.some(isOfResource) ? 'perhaps from others, and may give them more' : 'perhaps more'
  const parts = [takes, may === undefined ? '' : `${others}: ${may}`].filter((part) => part !== '')
  return { grants: grantsLine(fix, steps), ...(parts.length === 0 ? {} : { takesAway: parts.join('; ') }) }
}

function grantsLine({ cures, proof }: Pick<Fix, 'cures' | 'proof'>, steps: readonly Pick<Step, 'request'>[]): string {
  if (proof.status === 'proved' && proof.reason === NO_POLICY) return besidesText(proof)
  if (proof.status === 'proved' && proof.newlyAllowed.length > 0) return grantedTexts(proof.newlyAllowed)
  const requests = cures.flatMap((i) => steps[i]?.request ?? [])
  const what = [...new Set(requests.map(requestText))]
  // The example has a field of its own.
  return `${what.length === 0 ? 'the call' : what.join(' and ')}; ${besidesText({ ...proof, witness: null })}`
}

/**
 * Text of what is granted, to whom and under which conditions, where it is proved that there is no more: every session of a
 * role has it.
 */
export function grantedTexts(sets: readonly AccessSet[]): string {
  const more = sets.length > MAX_SETS ? ` and ${sets.length - MAX_SETS} more` : ''
  return `${sets.slice(0, MAX_SETS).map(grantedText).join('; ')}${more}; nothing else (proved)`
}

const NO_POLICY = 'no policy changes'

/** Text of what a fix grants besides what it is for, as far as that is proved. */
export function besidesText({ status, beyond = [], witness, reason }: ShownProof): string {
  switch (status) {
    case 'proved':
      return reason === NO_POLICY ? 'nothing: no policy changes' : 'nothing else (proved)'
    case 'refuted':
      return `more than it is for: ${beyond.slice(0, MAX_SETS).map(grantedText).join('; ')}${beyond.length > MAX_SETS ? ` and ${beyond.length - MAX_SETS} more` : ''}${witness === null ? '' : `; for example ${requestText(witness)}`}`
    case 'not-proved':
      return `that it grants nothing else is not proved (${reason ?? 'no reason given'})`
  }
}

/** The access that a fix takes away; empty where it takes nothing. */
export function takesText({ newlyDenied }: Pick<Proof, 'newlyDenied'>, textOf = grantedText): string {
  const sets = newlyDenied
    .slice(0, MAX_SETS)
    .map((set) => textOf(set))
    .join('; ')
  return newlyDenied.length > MAX_SETS ? `${sets} and ${newlyDenied.length - MAX_SETS} more` : sets
}

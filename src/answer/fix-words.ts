import { DRAFTED } from './outcome-words.ts'

interface FixedFacts {
  readonly basis: 'policies' | 'authorization' | 'message'
  readonly status: string
  readonly causes: readonly { readonly statementCertainty?: 'likely' }[]
}

/** How many changes a fix has, and whether it is for a cause that is not certain: `1 change, if this is the cause`. */
export function changesWords(
  { changes }: { readonly changes: readonly unknown[] },
  { basis, status, causes }: FixedFacts,
): string {
  const many = changes.length === 1 ? '1 change' : `${changes.length} changes`
  if (basis !== 'policies') return `${many}, ${DRAFTED}`
  const isOpen = status === 'likely' || causes.some(({ statementCertainty }) => statementCertainty === 'likely')
  return isOpen ? `${many}, if this is the cause` : many
}

/** The outcome of a fix behind how many changes it has, if more than one, and that its cause is not certain, if it is not. */
export function countedOutcome(
  fix: { readonly changes: readonly unknown[] },
  facts: FixedFacts,
  outcome: string,
): string {
  const many = changesWords(fix, facts)
  if (fix.changes.length > 1) return `${many}. ${outcome}`
  const [, condition] = many.split(', ')
  return condition === undefined
    ? outcome
    : `${condition.charAt(0).toUpperCase()}${condition.slice(1)}, ${outcome.charAt(0).toLowerCase()}${outcome.slice(1)}`
}

/** Before a second fix, which grants only what the call needs. */
export const THIS_CALL_ALONE = 'For this call alone'

/** Before a fix that is offered only to who asks for it by its id. */
export const IF_YOU_DECIDE = 'Only if you decide to'

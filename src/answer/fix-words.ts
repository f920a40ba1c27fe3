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

/** Before a second fix, which grants only what the call needs. */
export const THIS_CALL_ALONE = 'For this call alone'

/** Before a fix that is offered only to who asks for it by its id. */
export const IF_YOU_DECIDE = 'Only if you decide to'

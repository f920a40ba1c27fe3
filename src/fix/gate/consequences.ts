import type { ChangeInHand } from '../change.ts'
import type { Consequence, ConsequenceKind, Consequences } from './consequence.ts'
import { type AdvisedCall, grantsTo } from './grants-to.ts'
import { outsideAccount } from './outside-account.ts'
import { editsDeny, type NewGrant, newGrants } from './new-grants.ts'

/** Returns the sentence for one kind of consequence; undefined: the change does not have it. */
type Check = (change: ChangeInHand, grants: readonly NewGrant[], call: AdvisedCall) => string | undefined

/** The checks of all kinds, in the order in which their lines are shown. */
const CHECKS: readonly (readonly [kind: ConsequenceKind, check: Check])[] = [
  ['outside-account', (change, _, call) => outsideAccount(change, call)],
  ['guardrail', guardrail],
  ['data-guard-lost', lostGuards],
]

/** Returns who the changes let in, and what each does beyond letting the caller make the call (R-ADV-08, R-ADV-10). */
export function consequencesOf(changes: readonly ChangeInHand[], call: AdvisedCall): Consequences {
  const consequences = changes.flatMap((change, i) => {
    const grants = newGrants(change)
    return CHECKS.flatMap(([kind, check]): readonly Consequence[] => {
      const text = check(change, grants, call)
      return text === undefined ? [] : [{ kind, change: i, text }]
    })
  })
  return { grantsTo: grantsTo(changes, call), consequences }
}

const GUARDRAILS: ReadonlyMap<ChangeInHand['layer'], string> = new Map([
  ['service-control-policy', 'an SCP'],
  ['resource-control-policy', 'an RCP'],
  ['permissions-boundary', 'a permissions boundary'],
])

function guardrail(change: ChangeInHand): string | undefined {
  if (change.kind !== 'edit-policy' && change.kind !== 'add-policy') return undefined
  const what = GUARDRAILS.get(change.layer) ?? (editsDeny(change) ? 'a Deny statement' : undefined)
  return what === undefined ? undefined : `Weakens a guardrail: it changes ${what}. Ask its owner before you apply it.`
}

/** A condition of the nearest statement that the change leaves out or widens (R-ADV-04). */
function lostGuards({ losesGuards = [] }: ChangeInHand): string | undefined {
  if (losesGuards.length === 0) return undefined
  const texts = losesGuards.map(({ statement, operator, key, values, admits }) =>
    admits === undefined
      ? `the new statement does not ask for ${operator} ${key} ${values.join(', ')}, as ${statement} does`
      : `${statement} then also allows ${key} ${admits.join(', ')}`,
  )
  return `Protects less data: ${texts.join('; ')}.`
}

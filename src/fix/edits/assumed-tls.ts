import type { LayerFinding } from '#engine/layers/finding.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import { type Lookup, single } from '#iam/key-state.ts'
import type { DocumentEdit, RequestEdit } from '../edit.ts'
import type { GrantGoal } from '../grant-goal.ts'

const TLS = 'aws:SecureTransport'

/** Whether a condition asks for TLS. */
export const isTls = ({ key }: Pick<ConditionLine, 'key'>): boolean => key.toLowerCase() === TLS.toLowerCase()

/** Returns the lookup with a call over TLS where nobody knows: AWS's tools and SDKs make no others (R-ADV-07). */
export const overTls =
  (lookup: Lookup): Lookup =>
  (key) => {
    const state = lookup(key)
    return key.toLowerCase() === TLS.toLowerCase() && state.state === 'unknown' ? single('true') : state
  }

/** Returns the edit, which assumes TLS where a statement of the policies asks for it and the evidence does not show it. */
export function assumingTls<E extends DocumentEdit | RequestEdit>(
  edit: E,
  { policies }: LayerFinding,
  { input }: GrantGoal,
): E {
  const asks = policies.some(({ document }) => document.statements.some(({ conditions }) => conditions.some(isTls)))
  return asks && input.question.lookup(TLS).state === 'unknown'
    ? { ...edit, assumes: { ...edit.assumes, [TLS]: 'true' } }
    : edit
}

import type { Step } from '#engine/decision.ts'
import type { Denial } from '#intake/denial.ts'
import type { PolicySource, Reconciliation } from './diagnosis.ts'

/**
 * Says that policies which were read after the denial allow the call and all that it needs, in a sentence with both times (R-ADV-15).
 * Undefined: they do not, or nothing shows that they are newer than the denial.
 */
export function allowedNow(
  denial: Denial,
  steps: readonly Step[],
  policySource: PolicySource,
  { agrees }: Pick<Reconciliation, 'agrees'>,
): string | undefined {
  if (policySource.kind !== 'snapshot' || !isAllowed(steps, agrees)) return undefined
  const { snapshot, isReadNow } = policySource
  const [denied, read] = [Date.parse(denial.time ?? ''), Date.parse(snapshot.collectedAt ?? '')]
  const isNewer = Number.isNaN(denied) ? isReadNow === true : denied < read
  if (!isNewer) return undefined
  const when = Number.isNaN(read) ? '' : `, as read at ${clock(snapshot.collectedAt)}`
  const pasted = denial.time === null ? 'is older' : `is from ${clock(denial.time)}`
  return `The policies allow the call${when}. The denial ${pasted}.`
}

/**
 * Whether nothing denies the call or what it needs. Where AWS named the layer, and that layer allows now, what was not read let the
 * call pass before and is no reason to doubt it (R-EVID-03).
 */
function isAllowed([denied, ...others]: readonly Step[], agrees: boolean | null): boolean {
  if (denied === undefined) return false
  const { decision } = denied.decision
  const isOpenElsewhere = decision === 'undetermined' && agrees === false
  if (decision !== 'allowed' && !isOpenElsewhere) return false
  return others.every((step) => step.relation !== 'next' || step.decision.decision !== 'denied')
}

/** `2026-12-01T15:03:22.000Z` → `2026-12-01 15:03 UTC` */
const clock = (time: string | undefined): string => (time ?? '').replace('T', ' ').replace(/:\d\d(?:\.\d+)?Z$/, ' UTC')

import type { Walk } from '#diagnose/walk.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { Fix } from '#prove/fix.ts'
import { offerFor } from '#prove/propose.ts'
import type { Subject } from '#diagnose/diagnosis.ts'
import type { CaseOutcome } from '#suite/run.ts'

/** How a case was held, so that a fix for it can be tried on the same policies. */
export interface Holder {
  readonly subject: Subject
  readonly readings: SomeReadings | undefined
  readonly hold: (request: Request) => Scenario
}

/** The smallest fix of a case that should be allowed and is denied, replayed and proved as for a denial that happened. */
export function fixOfCase({ case: one, decision, request }: CaseOutcome, holder: Holder): Fix | undefined {
  if (one.expected !== 'allowed' || decision.decision !== 'denied') return undefined
  const scenarios = [holder.hold(request)]
  const walk: Walk = { ...holder, scenarios, further: () => [], seen: [] }
  const steps = [{ relation: 'denied' as const, request, why: 'an access test expects it to be allowed', decision }]
  const identity = { evaluated: request.principal, expected: null, agrees: null, explanation: '' }
  return offerFor({ steps, identity, denial: { notes: [] } }, walk).best()
}

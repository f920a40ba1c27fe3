import type { ReplayContext } from '#diagnose/replay-context.ts'
import type { Step } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import { writtenFix } from '#fix/proof/finished.ts'
import type { ShownFix } from '#fix/proof/fix.ts'
import { searchFixes } from '#fix/proof/fix-search.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { CaseOutcome } from '#suite/run.ts'

/** The policy source of a case and the way to the scenario of any request, to replay a fix on the same policies. */
export interface Holder {
  readonly policySource: PolicySource
  readonly readings: SomeReadings | undefined
  readonly scenarioFor: (request: Request) => Scenario
}

/** The smallest fix of a case that should be allowed and is denied, replayed and proved as for a denial that happened. */
export function fixOfCase({ case: accessCase, decision, request }: CaseOutcome, context: Holder): ShownFix | undefined {
  if (accessCase.expected !== 'allowed' || decision.decision !== 'denied') return undefined
  const step: Step = { relation: 'denied', request, why: 'an access test expects it to be allowed', decision }
  const steps = [{ step, scenario: context.scenarioFor(request) }]
  const replayContext: ReplayContext = { ...context, steps, dependentScenarios: () => [], seen: [] }
  const identity = { evaluated: request.principal, expected: null, agrees: null, explanation: '' }
  const best = searchFixes({ identity, denial: { notes: [] } }, replayContext).best()
  return best === undefined ? undefined : writtenFix(best)
}

import type { LayerVerdict, StatementVerdict } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import { isOfSeen, type World } from './causes.ts'
import { likelyScenario } from './likely-scenario.ts'

/** The worlds that a denial leaves, and the scenario that they are of. */
export interface WorldsLeft {
  readonly worlds: readonly World[]
  readonly scenario: Scenario
  readonly readings: SomeReadings | undefined
}

/**
 * Whether a Deny that matches in the world that was chosen does so in all that are left: of a layer that AWS names another one
 * may have been meant (R-EVID-02).
 */
export function deniesInAll(
  { layer, where }: LayerVerdict,
  { policy, pointer }: StatementVerdict,
  { worlds, scenario, readings }: WorldsLeft,
): boolean {
  // Where a policy at hand can be the one, it is; worlds of the same keys differ in what was not seen.
  const distinct = [...new Map(worlds.filter(isOfSeen).map((world) => [world.keys, world])).values()]
  if (distinct.length < 2) return true
  return distinct.every((world) =>
    evaluate(likelyScenario(scenario, world), readings).layers.some(
      (entry) => entry.layer === layer && entry.where === where && mayBeIt(entry, policy, pointer),
    ),
  )
}

/** Whether the Deny matches, or is the only one that can: a masked value decides no comparison (R-EVID-02, R-EVID-10). */
function mayBeIt({ statements }: LayerVerdict, policy: string, pointer: string): boolean {
  const isIt = (own: StatementVerdict): boolean => own.policy === policy && own.pointer === pointer
  const found = statements.find(isIt)?.matches
  const isOther = statements.some((own) => own.effect === 'Deny' && own.matches !== false && !isIt(own))
  return found === true || (found === 'unknown' && !isOther)
}

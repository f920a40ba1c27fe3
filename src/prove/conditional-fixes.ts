import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Walk } from '#diagnose/walk.ts'
import type { Outcome, Step } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import { Budget } from '#space/budget.ts'
import { newJudge } from '#fix/judge.ts'
import type { ContextValue } from '#iam/request.ts'
import type { ConditionalFix } from './fix.ts'
import { offerFor } from './propose.ts'

/** More cases than that nobody reads. */
const MAX_CASES = 4

/**
 * For each case of an undetermined request that can be put into words, the smallest fix for it. None of them is a fix of
 * the request as it is known: the facts come first, and which to fetch stands in `missing`.
 */
export function conditionalFixes(diagnosis: Diagnosis, walk: Walk | undefined): readonly ConditionalFix[] {
  const [first] = diagnosis.steps
  const [scenario] = walk?.scenarios ?? []
  if (walk === undefined || scenario === undefined || first?.decision.decision !== 'undetermined') return []
  const judge = newJudge(walk.readings, new Budget(walk.budget))
  return first.decision.outcomes
    .filter(({ when }) => Object.values(when).every((value) => value !== OTHER))
    .slice(0, MAX_CASES)
    .flatMap(({ when, decision }): ConditionalFix[] => {
      const held = withKeys(scenario, when)
      // A value that is only an example of its case is tried before anything is said.
      if (decision === 'undetermined' || judge.effect(held) !== decision) return []
      if (decision === 'allowed') return [{ when, decision, fix: null }]
      const scenarios = [held, ...walk.further(held)]
      const steps = scenarios.map((one, i): Step => {
        const known = diagnosis.steps[i]
        return {
          relation: i === 0 ? 'denied' : 'next',
          request: one.request,
          why: known?.why ?? first.why,
          decision: judge.evaluate(one),
        }
      })
      const fix = offerFor({ ...diagnosis, steps }, { ...walk, scenarios }, judge).best() ?? null
      return [{ when, decision, fix }]
    })
}

const OTHER = '(other)'

function withKeys(scenario: Scenario, when: Outcome['when']): Scenario {
  const { request } = scenario
  return {
    ...scenario,
    request: { ...request, context: { ...request.context, ...(when as Record<string, ContextValue>) } },
  }
}

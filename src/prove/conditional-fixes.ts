import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Walk } from '#diagnose/walk.ts'
import type { Outcome, Step } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import { OutOfBudget } from '#space/budget.ts'
import type { Judge } from '#fix/judge.ts'
import type { ContextValue } from '#iam/request.ts'
import type { ConditionalFix } from './fix.ts'
import { offerFor } from './propose.ts'

/** More cases than that nobody reads. */
const MAX_CASES = 4

/** Of a request that is undetermined. */
export interface ConditionalFixes {
  readonly fixes: readonly ConditionalFix[]
  /** Why cases were left out; undefined: none was. */
  readonly notTried: string | undefined
}

/**
 * For each case of an undetermined request that can be put into words, the smallest fix for it. None of them is a fix of
 * the request as it is known: the facts come first, and which to fetch stands in `missing`.
 */
export function conditionalFixes(diagnosis: Diagnosis, walk: Walk | undefined, judge: Judge): ConditionalFixes {
  const [first] = diagnosis.steps
  if (walk === undefined || first?.decision.decision !== 'undetermined') return { fixes: [], notTried: undefined }
  const outcomes = first.decision.outcomes
    .filter(({ when }) => Object.values(when).every((value) => value !== OTHER))
    .slice(0, MAX_CASES)
  const fixes: ConditionalFix[] = []
  try {
    for (const outcome of outcomes) fixes.push(...fixIf(outcome, diagnosis, walk, judge))
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return { fixes, notTried: error.message }
  }
  return { fixes, notTried: undefined }
}

function fixIf({ when, decision }: Outcome, diagnosis: Diagnosis, walk: Walk, judge: Judge): readonly ConditionalFix[] {
  const [scenario] = walk.scenarios
  const held = scenario && withKeys(scenario, when)
  // A value that is only an example of its case is tried before anything is said.
  if (held === undefined || decision === 'undetermined' || judge.effect(held) !== decision) return []
  if (decision === 'allowed') return [{ when, decision, fix: null }]
  const scenarios = [held, ...walk.further(held)]
  const steps = scenarios.map((one, i): Step => {
    const known = diagnosis.steps[i]
    return {
      relation: i === 0 ? 'denied' : 'next',
      request: one.request,
      why: known?.why ?? diagnosis.steps[0]?.why ?? '',
      decision: judge.evaluate(one),
    }
  })
  const fix = offerFor({ ...diagnosis, steps }, { ...walk, scenarios }, judge).best() ?? null
  // Where the work ended, that nothing was found says nothing.
  if (fix === null) judge.budget.spend(0)
  return [{ when, decision, fix }]
}

const OTHER = '(other)'

function withKeys(scenario: Scenario, when: Outcome['when']): Scenario {
  const { request } = scenario
  return {
    ...scenario,
    request: { ...request, context: { ...request.context, ...(when as Record<string, ContextValue>) } },
  }
}

import type { EvaluatedStep } from '#engine/chain.ts'
import type { Assumption } from '#engine/decision.ts'
import { OTHER } from '#engine/representatives.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { ReplayContext } from '#diagnose/replay-context.ts'
import type { BudgetedEvaluator } from '#fix/budgeted-evaluator.ts'
import type { Candidate } from '#fix/proof/rank.ts'
import type { ContextValue } from '#iam/request.ts'

/**
 * Assumptions that a fix is replayed on beside those of the diagnosis: keys that the evidence leaves open, with the values that the
 * simplest explanation has for them, where the fixed call hangs on these. With another value what is at hand refuses it still.
 */
export function takenForFix(
  { cured }: Pick<Candidate['replayed'], 'cured'>,
  steps: readonly EvaluatedStep[],
  { likely, tellable }: Pick<ReplayContext, 'likely' | 'tellable'>,
  evaluator: BudgetedEvaluator,
): readonly Assumption[] {
  const found = new Map<string, Assumption>()
  for (const { step, after } of cured) {
    const [own, explained] = [steps[step]?.scenario, likely?.[step]?.scenario]
    if (own === undefined || explained === undefined) continue
    const chosen = chosenIn(own, explained, after)
    if (chosen.size === 0) continue
    for (const { fact, howToGet } of openWithout(chosen, own, after, evaluator)) {
      const key = fact.toLowerCase()
      const value = chosen.get(key)
      if (value !== undefined) found.set(key, assumed(fact, tellable?.get(key) ?? value, howToGet))
    }
  }
  return [...found.values()]
}

/** Keys of the fixed request, in lower case, that neither the evidence nor the fix gives. */
function chosenIn(own: Scenario, explained: Scenario, after: Scenario): ReadonlyMap<string, ContextValue> {
  const keysOf = ({ request }: Scenario) =>
    new Map(Object.entries(request.context ?? {}).map(([key, value]) => [key.toLowerCase(), value]))
  const [known, chosen, fixed] = [keysOf(own), keysOf(explained), keysOf(after)]
  return new Map([...fixed].filter(([key, value]) => !known.has(key) && isSame(chosen.get(key), value)))
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The keys that the fixed request hangs on, where those that were chosen are as open as the evidence leaves them. */
function openWithout(
  chosen: ReadonlyMap<string, ContextValue>,
  own: Scenario,
  after: Scenario,
  evaluator: BudgetedEvaluator,
) {
  const context = Object.entries(after.request.context ?? {}).filter(([key]) => !chosen.has(key.toLowerCase()))
  // As open as the evidence leaves it is the organization, too, from which keys follow.
  const { decision, missing } = evaluator.evaluate({
    ...own,
    ...(after.policies === undefined ? {} : { policies: after.policies }),
    request: { ...after.request, context: Object.fromEntries(context) },
  })
  return decision === 'allowed' ? [] : missing.filter(({ kind }) => kind === 'context-key')
}

const assumed = (fact: string, value: unknown, howToGet: string): Assumption => ({
  fact,
  value:
    value === null ? 'absent' : [value].flat().includes(OTHER) ? 'none that a policy names' : [value].flat().join(', '),
  from: 'the fix is replayed with the value that lets the call pass',
  ifWrong: `the policies that were checked still deny the call after the fix; to find out: ${howToGet}`,
})

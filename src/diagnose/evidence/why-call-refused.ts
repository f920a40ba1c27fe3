import type { Assumption, Step } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Denial, Reported } from '#intake/denial.ts'
import type { Cause, Unseen } from '../diagnosis.ts'
import { COMPANION } from '#iam/companion-rule.ts'
import { hasUnknownName } from '#iam/unknown-name.ts'
import { comesBack, saysWhich, withDeniedFirst } from '../denied-dependency.ts'
import { type EvaluatedStep, whereNeeded } from '#engine/chain.ts'
import { isWrappedRefusal, mayHaveRefused } from './wrapped-refusal.ts'
import { usualDependencies } from './usual-dependency.ts'
import { asIfUnseenPasses, type WhyRefused, whyRefused } from './why-refused.ts'

/** Why a call was refused: its own request, or one that it needs besides. */
export interface WhyCallRefused {
  /** The requests of the call, the refused one first. */
  readonly steps: readonly EvaluatedStep[]
  readonly contradicted: boolean
  readonly causes: readonly Cause[]
  readonly unseen: readonly Unseen[]
  readonly hasPolicies: boolean
  /** Assumptions that something was as it usually is. */
  readonly assumptions: readonly Assumption[]
  /** The steps as they were by the simplest explanation: what was in force for each, and the decision on it. */
  readonly likely?: readonly EvaluatedStep[]
  /** Words that stand in the denied request for what the evidence masks, cuts or leaves out (R-EVID-10). */
  readonly placeholders?: readonly string[]
  /** What may be told of the values that the simplest explanation chose. */
  readonly tellable?: WhyRefused['tellable']
  /** The one fact by which the explanation stands or falls. */
  readonly telling?: WhyRefused['telling']
}

/**
 * Why AWS refused a call. Where nothing that is at hand explains it for the call's own request, and the evidence does not
 * name the action, what the call needs besides is asked in turn (R-HOP-01).
 */
export function whyCallRefused(
  denial: Denial,
  steps: readonly EvaluatedStep[],
  readings: SomeReadings | undefined,
): WhyCallRefused {
  const [call, ...more] = steps
  if (call === undefined)
    return { steps, contradicted: false, causes: [], unseen: [], hasPolicies: false, assumptions: [] }
  const own = whyRefused(call.scenario, denial.reported, readings)
  if (isWrappedRefusal(denial)) return behindCall(denial, steps, own, readings)
  const isExplained = own.likely !== undefined || own.causes.some(isOfPolicies)
  if (isExplained || saysWhich(denial)) return explained(steps, own, readings, denial.reported)
  const hidden = usualDependencies(denial, call, readings)
  for (const step of [...more.filter((each) => comesBack(call.step, each)), ...hidden]) {
    const why = whyRefused(step.scenario, NOTHING_SAID, readings)
    if (why.likely === undefined || !why.causes.some(isOfPolicies)) continue
    return explained(withDeniedFirst(step, steps), hidden.includes(step) ? onlyLikely(why) : why, readings)
  }
  return explained(steps, own, readings)
}

/** The call itself was allowed (R-MSG-33): the first request behind it that policies at hand explain, or nothing does. */
function behindCall(
  denial: Denial,
  steps: readonly EvaluatedStep[],
  own: WhyRefused,
  readings: SomeReadings | undefined,
): WhyCallRefused {
  for (const step of steps.slice(1)) {
    if (!mayHaveRefused(denial, step.step.request.action)) continue
    const why = whyRefused(step.scenario, NOTHING_SAID, readings)
    if (why.causes.some(isOfPolicies)) return explained(withDeniedFirst(step, steps), why, readings)
  }
  const { likely: _, ...unexplained } = explained(steps, own, readings)
  return { ...unexplained, causes: [], contradicted: false }
}

/** Whether the resource of a further request has a name that stands for one that nobody knows. */
const isMadeUp = ({ rule }: Step, { request: { resource } }: Scenario): boolean =>
  rule !== COMPANION && [resource ?? []].flat().some(hasUnknownName)

const isOfPolicies = ({ certainty, from }: Cause): boolean => certainty !== 'possible' && from.includes('policies')

/** Nothing says that the call needed it. */
const onlyLikely = (why: WhyRefused): WhyRefused => ({
  ...why,
  causes: why.causes.map((cause) => (cause.certainty === 'certain' ? { ...cause, certainty: 'likely' } : cause)),
})

/** Of what a call needs besides AWS says nothing. */
const NOTHING_SAID: Reported = { layer: null, denyType: null, policyArn: null }

/** `reported`: what AWS said of the denied action, and would say of its companions, which the same policies lack. */
function explained(
  steps: readonly EvaluatedStep[],
  why: WhyRefused,
  readings: SomeReadings | undefined,
  reported: Reported = NOTHING_SAID,
): WhyCallRefused {
  const { explanation, likely, ...rest } = why
  const own = { steps, contradicted: explanation.contradicted, ...rest }
  if (likely === undefined) return own
  const [first, ...more] = steps
  // What is needed together is on the same resource, also where that was only assumed.
  const onSame = (scenario: Scenario): Scenario =>
    scenario.request.resource === null
      ? { ...scenario, request: { ...scenario.request, resource: likely.scenario.request.resource } }
      : scenario
  // What has no resource lacks no policy of one.
  const isSaidOf = ({ rule, request }: Step): boolean =>
    rule === COMPANION && (reported.layer !== 'resource-policy' || request.resource !== '*')
  const unseenPasses = (scenario: Scenario, step: Step): Scenario =>
    (isSaidOf(step) ? whyRefused(onSame(scenario), reported, readings).likely?.scenario : undefined) ??
    asIfUnseenPasses(scenario, readings)
  const next = more.map(({ scenario, step, further }) => {
    const taken = step.decision.decision === 'allowed' ? scenario : unseenPasses(scenario, step)
    const request = step.request.resource === null && !isMadeUp(step, taken) ? taken.request : step.request
    const decision = whereNeeded(further ?? {}, evaluate(taken, readings))
    return { scenario: taken, step: { ...step, request, decision } }
  })
  return {
    ...own,
    likely: [
      ...(first === undefined
        ? []
        : [{ scenario: likely.scenario, step: { ...first.step, decision: likely.decision } }]),
      ...next,
    ],
  }
}

import type { Decision, MissingFact, Request, Scenario, Step } from '#http/wire.ts'

/** Judges a request with the further ones its call needs. */
export type JudgeChain = (scenario: Scenario) => Decision

/** Further requests of the call once its first request is another. */
export interface ChainAnew {
  /** As they are to be judged: of a step that is needed still, with the context that follows from the new request. */
  readonly scenarios: readonly Scenario[]
  /** Indexes of steps that the new request does not need any more. */
  readonly gone: ReadonlySet<number>
  /** What it needs and the first did not. */
  readonly added: readonly Step[]
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

const isSameCall = (one: Request, other: Request): boolean =>
  one.action === other.action && same(one.resource, other.resource)

/** Whether something was edited from which the chain follows: the first request, or what is known of its resource. */
export const isOtherChain = (before: Scenario | undefined, now: Scenario | undefined): boolean =>
  !same(before?.request, now?.request) ||
  !same(before?.policies?.serviceGuards, now?.policies?.serviceGuards) ||
  !same(before?.resources, now?.resources)

/**
 * Finds what the call needs anew, from the edited first scenario. The service found the steps with a whole snapshot, the
 * page has one scenario: so a step is gone only if the scenario shows it for the first request and not for the new one.
 */
export function chainAnew(
  steps: readonly Step[],
  before: readonly Scenario[],
  edited: readonly Scenario[],
  judge: JudgeChain,
): ChainAnew {
  const [first, now] = [before[0], edited[0]]
  if (first === undefined || now === undefined) return { scenarios: edited, gone: new Set(), added: [] }
  const were = judge(first).steps ?? []
  const are = judge(now).steps ?? []
  const gone = new Set<number>()
  const scenarios = edited.map((scenario, i) => {
    if (steps[i]?.relation !== 'next') return scenario
    const was = were.find(({ request }) => isSameCall(request, scenario.request))
    const is = are.find(({ request }) => isSameCall(request, scenario.request))
    if (was !== undefined && is === undefined) gone.add(i)
    if (was === undefined || is === undefined) return scenario
    return { ...scenario, request: moved(scenario.request, was.request, is.request) }
  })
  const added = are.filter(({ request }) => !steps.some((step) => isSameCall(step.request, request)))
  return { scenarios, gone, added }
}

const OF_CALLER = ['principal', 'principalDetails', 'principalTags', 'resourceAccount'] as const

/** The request of a step with what became other by the first one; what was completed or edited in it stays. */
function moved(request: Request, was: Request, is: Request): Request {
  const context: Record<string, unknown> = { ...request.context }
  for (const key of new Set([...Object.keys(was.context ?? {}), ...Object.keys(is.context ?? {})])) {
    const value = is.context?.[key]
    if (same(was.context?.[key], value)) continue
    if (value === undefined) delete context[key]
    else context[key] = value
  }
  const caller = Object.fromEntries(OF_CALLER.flatMap((name) => (same(was[name], is[name]) ? [] : [[name, is[name]]])))
  return { ...request, ...caller, context: context as NonNullable<Request['context']> }
}

/**
 * Fact on which it hangs whether the call needs a step, of one that it perhaps does not need: the service puts it first, and the step
 * judged alone does not miss it. Such a step is never denied (ADR 0020).
 */
export function needHangsOn(step: Step | undefined, alone: () => Decision): MissingFact | undefined {
  if (step?.relation !== 'next' || step.decision.decision !== 'undetermined') return undefined
  const [fact] = step.decision.missing
  if (fact?.kind !== 'attribute') return undefined
  return alone().missing.some((one) => one.fact === fact.fact) ? undefined : fact
}

export const perhapsNeeded = (decision: Decision, fact: MissingFact | undefined): Decision =>
  fact === undefined || decision.decision === 'allowed'
    ? decision
    : {
        ...decision,
        decision: 'undetermined',
        denyType: null,
        blockedBy: [],
        likelyReported: null,
        missing: [fact, ...decision.missing],
      }

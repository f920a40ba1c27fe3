import type { Request } from '#iam/request.ts'
import { type Call, togetherOf, translation, WORST_FIRST } from './calls.ts'
import type { Decision, MissingFact, Requirement } from './decision.ts'

type Part = NonNullable<Decision['parts']>[number]
interface DecidedRequest {
  readonly request: Request
  readonly decision: Decision
}

/** The decision on a call out of those on its requests: one part for each action and resource (docs/json.md, "Decision"). */
export function decisionOfCall(call: Call, original: Request, evaluate: (request: Request) => Decision): Decision {
  const evaluated = call.requests.map(
    (request): DecidedRequest => ({ request, decision: named(original, request, evaluate(request)) }),
  )
  const effects = evaluated.map(({ decision }) => decision.decision)
  const effect = togetherOf(call.needs, effects)
  const deciding = WORST_FIRST.flatMap((effect) => evaluated.filter(({ decision }) => decision.decision === effect))[0]
  if (deciding === undefined) return evaluate(original)
  const parts = evaluated.flatMap(partsOf)
  const whole = evaluated.length === 1 ? {} : { parts }
  if (effect === deciding.decision.decision) return { ...deciding.decision, ...whole }
  return { ...hangsOnActions(original, evaluated, deciding.decision), parts }
}

/** The decision on a request of the call, which says what its action was put in place of. */
function named(original: Request, request: Request, decision: Decision): Decision {
  if (original.action === request.action) return decision
  const normalized = [translation(original, request), ...decision.normalized]
  if (decision.parts === undefined) return { ...decision, normalized }
  const parts = decision.parts.map((part) => ({ ...part, decision: named(original, request, part.decision) }))
  return { ...decision, normalized, parts }
}

function partsOf({ request, decision }: DecidedRequest): readonly Part[] {
  const { resource, action } = request
  if (decision.parts !== undefined) return decision.parts.map((part) => ({ ...part, action }))
  return [{ resource: typeof resource === 'object' ? null : resource, action, decision }]
}

/** The call uses some of the actions, which do not all come to the same: which ones is the fact that decides. */
function hangsOnActions(original: Request, evaluated: readonly DecidedRequest[], deciding: Decision): Decision {
  const allowed = evaluated
    .filter(({ decision }) => decision.decision === 'allowed')
    .map(({ request }) => request.action)
  const missing: MissingFact = {
    fact: `actions that ${original.action} makes`,
    kind: 'attribute',
    layer: 'service-guard',
    wouldAllowIf: allowed.length === 0 ? null : allowed.length === 1 ? `= ${allowed[0]}` : `in [${allowed.join(', ')}]`,
    bearsOn: 'decision',
    howToGet: 'the items or the statement of the call: each names what it does; ask for that action',
  }
  return {
    ...deciding,
    decision: 'undetermined',
    denyType: null,
    blockedBy: [],
    likelyReported: null,
    missing: [missing, ...deciding.missing],
    // The cases are the parts: they are no values of keys.
    outcomes: [],
    requirement: { any: evaluated.map(({ decision }): Requirement => ({ all: [decision.requirement, USED] })) },
  }
}

/** Stands for "the call uses this action and no other", which is what is not known. */
const USED: Requirement = { layer: 'service-guard', kind: 'call', needs: 'allow', satisfied: 'unknown' }

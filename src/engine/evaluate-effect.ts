import type { Request } from '#iam/request.ts'
import { callOf, togetherOf, WORST_FIRST } from './calls.ts'
import type { EvaluationInput } from './evaluation-input.ts'
import type { DecisionEffect } from './decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { refusingEither } from './either-relation.ts'
import { evaluateLayers, treeByIdentityPolicies } from './evaluate-layers.ts'
import { type PreparedPolicies, type PreparedPolicy, preparePolicies } from './prepare.ts'
import {
  isPolicyLeftOut,
  knownRelation,
  normalizeRequest,
  type PreparedScenario,
  evaluationInputOf,
} from './read-request.ts'
import { refusing } from './refusing.ts'
import type { Trace } from './requirement-tree.ts'
import type { ResourcesAndOrganization } from './scenario.ts'
import { denyTypeOf, effectOf, layersOf } from './verdict.ts'
import { type RequestAnswers, walkRequest } from './walk-request.ts'

/** A decision without its trace. */
export interface Effect {
  readonly decision: DecisionEffect
  readonly denyType: 'explicit' | 'implicit' | null
  readonly blockedBy: readonly PolicyLayer[]
}

/** An effect with the finding of each layer: `by` of a finding is the statement that settles it, where one does. */
export interface EffectWithTrace extends Effect {
  readonly trace: Trace
}

/**
 * Evaluates one request of many over the same policies without explaining anything. Kleene's answer; `evaluate` goes on to
 * the cases over unknown keys (R-COND-65), and asks whether the action exists, which is taken for granted here. Of a list of resources, and of a call that needs several actions, the part that
 * decides (R-REQ-02).
 */
export const evaluateEffect = (
  policies: PreparedPolicies,
  request: Request,
  { resources, organization }: ResourcesAndOrganization = NOTHING_MORE,
): EffectWithTrace => walkRequest({ scenario: { request, resources, organization }, policies }, EFFECTS)

const NOTHING_MORE = {}

/** How effects become one. */
const EFFECTS: RequestAnswers<EffectWithTrace> = {
  within: (prepared, read, relation) => {
    const { trace, tree } = evaluateLayers(evaluationInputOf(prepared, read, relation))
    const findings = refusing(tree)
    return { decision: effectOf(tree), denyType: denyTypeOf(findings), blockedBy: layersOf(findings), trace }
  },
  ofEitherOwner: (same, cross, prepared, read) =>
    same.decision !== cross.decision
      ? { ...cross, decision: 'undetermined', denyType: null, blockedBy: [] }
      : {
          decision: cross.decision,
          denyType: same.denyType === 'explicit' ? same.denyType : cross.denyType,
          blockedBy: refusingEither(same.blockedBy, cross.blockedBy, isPolicyLeftOut(prepared, read)),
          trace: cross.trace,
        },
  ofResources: (parts) => worst(parts.map(({ answer }) => answer)),
  ofCall: ({ requests, needs }, request, answer) => {
    const [first, ...more] = requests.map(answer)
    if (first === undefined) return answer(request)
    const parts = [first, ...more]
    const deciding = worst(parts)
    const decision = togetherOf(
      needs,
      parts.map((part) => part.decision),
    )
    return decision === deciding.decision
      ? deciding
      : { decision, denyType: null, blockedBy: [], trace: deciding.trace }
  },
}

/** The part that decides: the first that is denied, else that is undetermined, else that is allowed. */
function worst(parts: readonly EffectWithTrace[]): EffectWithTrace {
  for (const effect of WORST_FIRST) for (const part of parts) if (part.decision === effect) return part
  throw new Error('a request without parts')
}

/** No policy of any kind, and nobody in an organization. */
export const NOTHING_IN_FORCE: PreparedPolicies = preparePolicies({ complete: true })
const NO_ORGANIZATION: ResourcesAndOrganization = { organization: null }

/**
 * Evaluates one request under several lists of identity policies, with nothing else in force: it is read once. The answer is
 * `decideRequest`'s.
 */
export function effectWithoutOthers(request: Request): (identityPolicies: readonly PreparedPolicy[]) => DecisionEffect {
  const input = readAlone(request)
  const treeUnder = input === undefined ? undefined : treeByIdentityPolicies(input)
  return (listed) => {
    const policies = { ...NOTHING_IN_FORCE, identityPolicies: listed.length === 0 ? null : listed }
    if (treeUnder === undefined) return evaluateEffect(policies, request, NO_ORGANIZATION).decision
    return effectOf(treeUnder(policies))
  }
}

/** Undefined: it is a call of several actions or on several resources, or who owns the resource is not known. */
function readAlone(request: Request): EvaluationInput | undefined {
  const { resource } = request
  if (typeof resource !== 'string' || callOf(request) !== undefined) return undefined
  const prepared: PreparedScenario = { scenario: { request, ...NO_ORGANIZATION }, policies: NOTHING_IN_FORCE }
  const read = normalizeRequest(request, resource, undefined, NOTHING_IN_FORCE.readings)
  const relation = knownRelation(prepared, read)
  return relation === undefined ? undefined : evaluationInputOf(prepared, read, relation)
}

import type { Request } from '#iam/request.ts'
import { callOf, togetherOf, WORST_FIRST } from './calls.ts'
import type { AccountRelation, EvaluationInput } from './evaluation-input.ts'
import type { DecisionEffect, PolicyLayer } from './decision.ts'
import { refusingEither } from './either-relation.ts'
import { judge } from './judge.ts'
import { type PreparedPolicies, type PreparedPolicy, preparePolicies } from './prepare.ts'
import {
  isPolicyLeftOut,
  knownRelation,
  normalizeRequest,
  type PreparedScenario,
  evaluationInputOf,
  type ReadRequest,
} from './read-request.ts'
import { refusing } from './refusing.ts'
import type { Trace } from './requirement-tree.ts'
import type { Known } from './scenario.ts'
import { denyTypeOf, effectOf, layersOf } from './verdict.ts'

/** A decision without its trace. */
export interface PlainDecision {
  readonly decision: DecisionEffect
  readonly denyType: 'explicit' | 'implicit' | null
  readonly blockedBy: readonly PolicyLayer[]
}

/** The same with what each layer found: `by` of a finding is the statement that settles it, where one does. */
export interface DecisionOfRequest extends PlainDecision {
  readonly trace: Trace
}

/**
 * Judges one request of many over the same policies without explaining anything. Kleene's answer; `evaluate` goes on to
 * the cases over unknown keys (R-COND-65), and asks whether the action exists, which is taken for granted here. Of a list of resources, and of a call that needs several actions, the part that
 * decides (R-REQ-02).
 */
export function decideRequest(
  policies: PreparedPolicies,
  request: Request,
  known: Known = NOTHING_MORE,
): DecisionOfRequest {
  const call = callOf(request)
  if (call === undefined) return decideOne(policies, request, known)
  const parts = call.requests.map((request) => decideOne(policies, request, known))
  const together = togetherOf(
    call.needs,
    parts.map(({ decision }) => decision),
  )
  const deciding = worst(parts) ?? decideOne(policies, request, known)
  return together === deciding.decision
    ? deciding
    : { decision: together, denyType: null, blockedBy: [], trace: deciding.trace }
}

const worst = (parts: readonly DecisionOfRequest[]): DecisionOfRequest | undefined =>
  WORST_FIRST.map((effect) => parts.find(({ decision }) => decision === effect)).find((part) => part !== undefined)

function decideOne(policies: PreparedPolicies, request: Request, known: Known): DecisionOfRequest {
  const { resources, organization } = known
  const prepared: PreparedScenario = { scenario: { request, resources, organization }, policies }
  const { resource } = request
  if (resource === null || typeof resource === 'string') return decideResource(prepared, resource)
  return worst(resource.map((one) => decideResource(prepared, one))) ?? decideResource(prepared, '*')
}

const NOTHING_MORE = {}

/** No policy of any kind, and nobody in an organization. */
export const NOTHING_IN_FORCE: PreparedPolicies = preparePolicies({ complete: true })
const NO_ORGANIZATION: Known = { organization: null }

/**
 * Judges one request under several lists of identity policies, with nothing else in force: it is read once. The answer is
 * `decideRequest`'s.
 */
export function decidingAlone(request: Request): (identityPolicies: readonly PreparedPolicy[]) => DecisionEffect {
  const input = readAlone(request)
  return (listed) => {
    const policies = { ...NOTHING_IN_FORCE, identityPolicies: listed.length === 0 ? null : listed }
    if (input === undefined) return decideRequest(policies, request, NO_ORGANIZATION).decision
    return effectOf(judge({ ...input, policies }).tree)
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

function decideResource(prepared: PreparedScenario, resource: string | null): DecisionOfRequest {
  const read = normalizeRequest(
    prepared.scenario.request,
    resource,
    prepared.scenario.resources,
    prepared.policies.readings,
  )
  const relation = knownRelation(prepared, read)
  if (relation !== undefined) return decideWithin(prepared, read, relation)
  const cross = decideWithin(prepared, read, 'cross')
  const same = decideWithin(prepared, read, 'same')
  if (same.decision !== cross.decision) return { ...cross, decision: 'undetermined', denyType: null, blockedBy: [] }
  return {
    decision: cross.decision,
    denyType: same.denyType === 'explicit' ? same.denyType : cross.denyType,
    blockedBy: refusingEither(same.blockedBy, cross.blockedBy, isPolicyLeftOut(prepared, read)),
    trace: cross.trace,
  }
}

function decideWithin(prepared: PreparedScenario, read: ReadRequest, relation: AccountRelation): DecisionOfRequest {
  const { trace, tree } = judge(evaluationInputOf(prepared, read, relation))
  const findings = refusing(tree)
  return { decision: effectOf(tree), denyType: denyTypeOf(findings), blockedBy: layersOf(findings), trace }
}

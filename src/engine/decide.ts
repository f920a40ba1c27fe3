import type { Request } from '#iam/request.ts'
import { callOf, togetherOf, WORST_FIRST } from './calls.ts'
import type { AccountRelation } from './case.ts'
import { type DecisionEffect, POLICY_LAYERS, type PolicyLayer } from './decision.ts'
import { judge } from './judge.ts'
import type { PreparedPolicies } from './prepare.ts'
import { knownRelation, normalizeRequest, type PreparedScenario, readCase, type ReadRequest } from './read-request.ts'
import { refusing } from './refusing.ts'
import type { Trace } from './requirement.ts'
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
 * the cases over unknown keys (R-COND-65). Of a list of resources, and of a call that needs several actions, the part that
 * decides (R-REQ-02).
 */
export function decideRequest(
  policies: PreparedPolicies,
  request: Request,
  known: Known = NOTHING_MORE,
): DecisionOfRequest {
  const call = callOf(request)
  if (call === undefined) return decideOne(policies, request, known)
  const parts = call.requests.map((one) => decideOne(policies, one, known))
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
  const blocked = new Set([...same.blockedBy, ...cross.blockedBy])
  return {
    decision: cross.decision,
    denyType: same.denyType === 'explicit' ? same.denyType : cross.denyType,
    blockedBy: POLICY_LAYERS.filter((layer) => blocked.has(layer)),
    trace: cross.trace,
  }
}

function decideWithin(prepared: PreparedScenario, read: ReadRequest, relation: AccountRelation): DecisionOfRequest {
  const { trace, tree } = judge(readCase(prepared, read, relation))
  const findings = refusing(tree)
  return { decision: effectOf(tree), denyType: denyTypeOf(findings), blockedBy: layersOf(findings), trace }
}

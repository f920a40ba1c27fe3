import type { Request } from '#iam/request.ts'
import type { AccountRelation } from './case.ts'
import { type DecisionEffect, POLICY_LAYERS, type PolicyLayer } from './decision.ts'
import { judge } from './judge.ts'
import type { PreparedPolicies } from './prepare.ts'
import { knownRelation, normalizeRequest, type PreparedScenario, readCase, type ReadRequest } from './read-request.ts'
import { refusing } from './refusing.ts'
import type { Trace } from './requirement.ts'
import type { Scenario } from './scenario.ts'
import { isPermissionless } from './services/hard-rules.ts'
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
 * Judges one resource of a prepared scenario without explaining anything: what many requests in a row need. Kleene's
 * answer; `evaluate` goes on to the cases over unknown keys (R-COND-65).
 */
export function decide(prepared: PreparedScenario, resource: string | null): PlainDecision {
  const { decision, denyType, blockedBy } = decideResource(prepared, resource)
  return { decision, denyType, blockedBy }
}

/** Judges one request of many over the same policies. Of a list of resources the part that decides (R-REQ-02). */
export function decideRequest(
  policies: PreparedPolicies,
  request: Request,
  known: Pick<Scenario, 'resources' | 'organization'> = NOTHING_MORE,
): DecisionOfRequest {
  const prepared: PreparedScenario = { scenario: { ...known, request }, policies }
  const { resource } = request
  if (resource === null || typeof resource === 'string') return decideResource(prepared, resource)
  const parts = resource.map((one) => decideResource(prepared, one))
  return (
    parts.find((part) => part.decision === 'denied') ??
    parts.find((part) => part.decision === 'undetermined') ??
    parts[0] ??
    decideResource(prepared, '*')
  )
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
  const { facts, trace, tree } = judge(readCase(prepared, read, relation))
  if (isPermissionless(facts.action) && !trace.some((finding) => finding.guard === 'hard-rule'))
    return { decision: 'allowed', denyType: null, blockedBy: [], trace }
  const decision = effectOf(tree)
  if (decision !== 'denied') return { decision, denyType: null, blockedBy: [], trace }
  const findings = refusing(tree)
  return { decision, denyType: denyTypeOf(findings), blockedBy: layersOf(findings), trace }
}

import type { AccountRelation } from './case.ts'
import { type DecisionEffect, POLICY_LAYERS, type PolicyLayer } from './decision.ts'
import { judge } from './judge.ts'
import { knownRelation, normalizeRequest, type PreparedScenario, readCase, type ReadRequest } from './read-request.ts'
import { isPermissionless } from './services/hard-rules.ts'
import { blockedBy, denyType, effectOf } from './verdict.ts'

/** A decision without its trace. */
export interface PlainDecision {
  readonly decision: DecisionEffect
  readonly denyType: 'explicit' | 'implicit' | null
  readonly blockedBy: readonly PolicyLayer[]
}

/**
 * Judges one resource of a prepared scenario without explaining anything: what many requests in a row need. Kleene's
 * answer; `evaluate` goes on to the cases over unknown keys (R-COND-65).
 */
export function decide(prepared: PreparedScenario, resource: string | null): PlainDecision {
  const read = normalizeRequest(prepared.scenario.request, resource)
  const relation = knownRelation(prepared.scenario, read.resource)
  if (relation !== undefined) return decideWithin(prepared, read, relation)
  const cross = decideWithin(prepared, read, 'cross')
  const same = decideWithin(prepared, read, 'same')
  if (same.decision !== cross.decision) return { decision: 'undetermined', denyType: null, blockedBy: [] }
  const blocked = new Set([...same.blockedBy, ...cross.blockedBy])
  return {
    decision: cross.decision,
    denyType: same.denyType === cross.denyType ? cross.denyType : 'implicit',
    blockedBy: POLICY_LAYERS.filter((layer) => blocked.has(layer)),
  }
}

function decideWithin(prepared: PreparedScenario, read: ReadRequest, relation: AccountRelation): PlainDecision {
  const { facts, trace, tree } = judge(readCase(prepared, read, relation))
  if (isPermissionless(facts.action) && !trace.some((finding) => finding.guard === 'hard-rule'))
    return { decision: 'allowed', denyType: null, blockedBy: [] }
  return { decision: effectOf(tree), denyType: denyType(tree), blockedBy: blockedBy(tree) }
}

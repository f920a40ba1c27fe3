import { isAccountId } from '#iam/arn.ts'
import { otherReadings, type SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { AccountRelation } from './evaluation-input.ts'
import { assumptionsOf } from './assumptions.ts'
import { callOf, WORST_FIRST } from './calls.ts'
import type { Assumption, Decision, LayerVerdict } from './decision.ts'
import { withDoubt } from './doubt.ts'
import { decisionOfCall } from './decision-of-call.ts'
import { eitherRelation } from './either-relation.ts'
import { judge } from './judge.ts'
import { missingFacts } from './missing.ts'
import { type PreparedPolicies, preparePolicies } from './prepare.ts'
import {
  isPolicyLeftOut,
  knownRelation,
  normalizeRequest,
  type PreparedScenario,
  evaluationInputOf,
  type ReadRequest,
} from './read-request.ts'
import { printRequirement } from './refusing.ts'
import type { Known, Scenario } from './scenario.ts'
import { isPermissionless } from './services/hard-rules.ts'
import { type Resolved, resolveUnknowns } from './unknowns.ts'
import { blockedBy, denyType, effectOf, likelyReported, verdictsOf } from './verdict.ts'

/**
 * Judges a request: the whole trace, the decision read off it, and what is missing (docs/json.md, "Decision").
 *
 * A list of resources is judged one by one, and so is each action of a call that needs several; the fields are those of
 * the part that decides (R-REQ-02). An action that may not exist is never `allowed` (R-ACT-05). Pure and
 * synchronous; an AWS managed policy given by ARN alone is unknown here, its document comes from outside. `readings` are
 * those of disputed rules that are not to be the default ones (docs/disputed.md).
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export const evaluate = (scenario: Scenario, readings?: SomeReadings): Decision =>
  evaluatePrepared(prepareScenario(scenario, readings))

/** The same for one of many requests over policies that are prepared once. */
export const evaluateRequest = (policies: PreparedPolicies, request: Request, known: Known = {}): Decision =>
  evaluatePrepared({ scenario: { ...known, request }, policies })

/** The same for a scenario that was prepared before. */
export function evaluatePrepared(prepared: PreparedScenario): Decision {
  const { scenario, policies } = prepared
  const call = callOf(scenario.request)
  if (call === undefined) return evaluateOne(prepared)
  return decisionOfCall(call, scenario.request, (request) =>
    evaluateOne({ scenario: { ...scenario, request }, policies }),
  )
}

/** One action, on one resource or on each of a list. */
function evaluateOne(prepared: PreparedScenario): Decision {
  const { resource } = prepared.scenario.request
  if (resource === null || typeof resource === 'string') return evaluateResource(prepared, resource)
  const parts = resource.map((one) => ({ resource: one, decision: evaluateResource(prepared, one) }))
  const [first] = parts
  if (first === undefined) return evaluateResource(prepared, '*')
  const deciding =
    WORST_FIRST.flatMap((effect) => parts.filter((part) => part.decision.decision === effect))[0] ?? first
  return { ...deciding.decision, parts }
}

export const prepareScenario = (scenario: Scenario, readings?: SomeReadings): PreparedScenario => ({
  scenario,
  policies: preparePolicies(scenario.policies ?? {}, readings),
})

function evaluateResource(prepared: PreparedScenario, resource: string | null): Decision {
  const read = normalizeRequest(
    prepared.scenario.request,
    resource,
    prepared.scenario.resources,
    prepared.policies.readings,
  )
  const relation = knownRelation(prepared, read)
  if (relation !== undefined) return decisionOf(prepared, read, relation)
  const cross = decisionOf(prepared, read, 'cross')
  const same = decisionOf(prepared, read, 'same')
  const { resourceAccount } = prepared.scenario.request
  const isElseOpen = read.resource === null || !isAccountId(read.caller.account ?? '')
  const isOwnerGiven = typeof resourceAccount === 'string' && isElseOpen
  return eitherRelation(same, cross, read, isPolicyLeftOut(prepared, read), isOwnerGiven)
}

function decisionOf(prepared: PreparedScenario, read: ReadRequest, relation: AccountRelation): Decision {
  const judged = judge(withDoubt(evaluationInputOf(prepared, read, relation)))
  const { input, trace, tree } = judged
  const permissionless = isPermissionless(input.action) && !trace.some((f) => f.guard === 'hard-rule')
  const kleene = effectOf(tree)
  const resolved = kleene === 'undetermined' ? resolveUnknowns(judged) : undefined
  const decision = resolved?.decision ?? kleene
  const denied = decision === 'denied'
  const readings = otherReadings(prepared.policies.readings)
  let assumed: readonly Assumption[] | undefined
  return {
    schemaVersion: 1,
    decision,
    denyType: denied ? (resolved?.denyType ?? denyType(tree)) : null,
    blockedBy: denied ? (resolved?.blockedBy ?? blockedBy(tree)) : [],
    likelyReported: denied ? (resolved?.likelyReported ?? likelyReported(tree)) : null,
    normalized: read.normalized,
    layers: withResolved(verdictsOf(trace, tree, input, permissionless), resolved),
    missing: missingFacts(judged, decision, resolved),
    get assumptions() {
      return (assumed ??= assumptionsOf(input, decision))
    },
    outcomes: decision === 'undetermined' ? (resolved?.outcomes ?? []) : [],
    requirement: printRequirement(tree),
    ...(readings === undefined ? {} : { readings }),
  }
}

/** A layer that refuses whatever the unknown keys are says so, though no single statement is decided (R-COND-65). */
function withResolved(layers: readonly LayerVerdict[], resolved: Resolved | undefined): readonly LayerVerdict[] {
  if (resolved === undefined || resolved.decision === 'undetermined') return layers
  if (resolved.decision === 'allowed')
    return layers.map((entry) =>
      entry.verdict === 'unknown' && entry.counted
        ? { ...entry, verdict: 'allow', reason: 'lets it through whatever the keys are that are not known' }
        : entry,
    )
  return layers.map((entry) => {
    const verdict = resolved.refusing.get(entry.layer)
    if (verdict === undefined || entry.verdict !== 'unknown') return entry
    return { ...entry, verdict, counted: true, reason: 'refuses whatever the keys are that are not known' }
  })
}

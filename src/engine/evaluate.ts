import { isAccountId } from '#iam/arn.ts'
import { otherReadings, type SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { AccountRelation } from './evaluation-input.ts'
import { assumptionsOf } from './assumptions.ts'
import { WORST_FIRST } from './calls.ts'
import type { Assumption, Decision, LayerVerdict } from './decision.ts'
import { withDoubt } from './doubt.ts'
import { decisionOfCall } from './decision-of-call.ts'
import { eitherRelation } from './either-relation.ts'
import { evaluateLayers } from './evaluate-layers.ts'
import { missingFacts } from './missing.ts'
import { type PreparedPolicies, preparePolicies } from './prepare.ts'
import { isPolicyLeftOut, type PreparedScenario, evaluationInputOf, type ReadRequest } from './read-request.ts'
import { printRequirement } from './refusing.ts'
import type { ResourcesAndOrganization, Scenario } from './scenario.ts'
import { isPermissionless } from './services/hard-rules.ts'
import { type Resolved, resolveUnknowns } from './unknowns.ts'
import { withUsualPath } from './usual-path.ts'
import { blockedBy, denyType, effectOf, likelyReported, verdictsOf } from './verdict.ts'
import { type RequestAnswers, walkRequest } from './walk-request.ts'

/**
 * Evaluates a request: the whole trace, the decision read off it, and what is missing (docs/json.md, "Decision").
 *
 * A list of resources is evaluated one by one, and so is each action of a call that needs several; the fields are those of
 * the part that decides (R-REQ-02). An action that may not exist is never `allowed` (R-ACT-05). Pure and
 * synchronous; an AWS managed policy given by ARN alone is unknown here, its document comes from outside. `readings` are
 * those of disputed rules that are not to be the default ones (docs/disputed.md).
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export const evaluate = (scenario: Scenario, readings?: SomeReadings): Decision =>
  evaluatePrepared(prepareScenario(scenario, readings))

/** The decision on one of many requests over policies that are prepared once. */
export const evaluateRequest = (
  policies: PreparedPolicies,
  request: Request,
  known: ResourcesAndOrganization = {},
): Decision => evaluatePrepared({ scenario: { ...known, request }, policies })

/** The decision on a scenario whose policies are prepared. */
export const evaluatePrepared = (prepared: PreparedScenario): Decision => walkRequest(prepared, DECISIONS)

export const prepareScenario = (scenario: Scenario, readings?: SomeReadings): PreparedScenario => ({
  scenario,
  policies: preparePolicies(scenario.policies ?? {}, readings),
})

/** How decisions become one (docs/json.md, "Decision"). */
const DECISIONS: RequestAnswers<Decision> = {
  within: decisionOf,
  ofEitherOwner: (same, cross, prepared, read) => {
    const { resourceAccount } = prepared.scenario.request
    const isElseOpen = read.resource === null || !isAccountId(read.caller.account ?? '')
    const isOwnerGiven = typeof resourceAccount === 'string' && isElseOpen
    return eitherRelation(same, cross, read, isPolicyLeftOut(prepared, read), isOwnerGiven)
  },
  ofResources: (answers) => {
    const parts = answers.map(({ resource, answer }) => ({ resource, decision: answer }))
    const deciding = WORST_FIRST.flatMap((effect) => parts.filter(({ decision }) => decision.decision === effect))[0]
    if (deciding === undefined) throw new Error('a request without parts')
    return { ...deciding.decision, parts }
  },
  ofCall: decisionOfCall,
}

function decisionOf(prepared: PreparedScenario, read: ReadRequest, relation: AccountRelation): Decision {
  const withOpenPath = evaluateLayers(withDoubt(evaluationInputOf(prepared, read, relation)))
  const usual = effectOf(withOpenPath.tree) === 'undetermined' ? withUsualPath(withOpenPath) : undefined
  const evaluated = usual?.evaluated ?? withOpenPath
  const { input, trace, tree } = evaluated
  const permissionless = isPermissionless(input.action) && !trace.some((f) => f.guard === 'hard-rule')
  const kleene = effectOf(tree)
  const resolved = kleene === 'undetermined' ? resolveUnknowns(evaluated) : undefined
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
    missing: missingFacts(evaluated, decision, resolved),
    // Worked out when somebody reads them: they evaluate the layers again, a third of what the decision costs.
    get assumptions() {
      return (assumed ??= [...(usual === undefined ? [] : [usual.assumption]), ...assumptionsOf(input, decision)])
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

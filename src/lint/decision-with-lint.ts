import type { Request } from '#iam/request.ts'
import { callOf, WORST_FIRST } from '#engine/calls.ts'
import type { EvaluationInput } from '#engine/evaluation-input.ts'
import type { Decision, Part, Step } from '#engine/decision.ts'
import { withDoubt } from '#engine/doubt.ts'
import { lintScenario } from './lint-scenario.ts'
import { knownRelation, normalizeRequest, type PreparedScenario, evaluationInputOf } from '#engine/read-request.ts'
import type { LintFinding } from './finding.ts'

/** A decision as it is printed: with the findings on what it was made on (docs/json.md, "Decision"). */
export interface DecisionWithLint extends Decision {
  readonly lint: readonly LintFinding[]
  readonly parts?: readonly PartWithLint[]
  readonly steps?: readonly StepWithLint[]
}

/** Part of a decision, one of several resources or actions, with the findings on it. */
export interface PartWithLint extends Part {
  readonly decision: DecisionWithLint
}

/** Step of a chain, with the findings on what was in force for it. */
export interface StepWithLint extends Step {
  readonly decision: DecisionWithLint
}

/**
 * The decision with its findings; those of a decision with parts are the deciding part's, as its other fields are. Steps are
 * left out: each has a scenario of its own.
 *
 * @param prepared what the decision was made on: its request has the same resources and actions, in the order of `parts`
 */
export function withLint(decision: Decision, prepared: PreparedScenario): DecisionWithLint {
  const findings = casesOf(prepared).map(lintScenario)
  const { parts } = decision
  if (parts === undefined) return oneWithLint(decision, findings[0])
  return {
    ...oneWithLint(decision, findings[decidingPart(parts)]),
    parts: parts.map((part, i): PartWithLint => ({ ...part, decision: oneWithLint(part.decision, findings[i]) })),
  }
}

function oneWithLint(decision: Decision, lint: readonly LintFinding[] = []): DecisionWithLint {
  const { parts: _, steps: __, ...own } = decision
  return { ...own, lint }
}

/** The step with the findings on what was in force for it. */
export const stepWithLint = (step: Step, prepared: PreparedScenario): StepWithLint => ({
  ...step,
  decision: withLint(step.decision, prepared),
})

/** The first of those that come to the worst: its fields are the decision's (R-REQ-02). */
const decidingPart = (parts: readonly Part[]): number =>
  WORST_FIRST.map((effect) => parts.findIndex(({ decision }) => decision.decision === effect)).find((at) => at >= 0) ??
  0

/** What was evaluated: each resource of each request that the call is evaluated by. */
function casesOf({ scenario, policies }: PreparedScenario): readonly EvaluationInput[] {
  const requests = callOf(scenario.request)?.requests ?? [scenario.request]
  return requests.flatMap((request) =>
    resourcesOf(request).map((resource) => caseOf({ scenario: { ...scenario, request }, policies }, resource)),
  )
}

function resourcesOf({ resource }: Request): readonly (string | null)[] {
  if (resource === null || typeof resource === 'string') return [resource]
  return resource.length === 0 ? ['*'] : resource
}

/** An owner who is not known is taken for another account, as in the decision's own fields (R-XACC-04). */
function caseOf(prepared: PreparedScenario, resource: string | null): EvaluationInput {
  const { request, resources } = prepared.scenario
  const read = normalizeRequest(request, resource, resources, prepared.policies.readings)
  return withDoubt(evaluationInputOf(prepared, read, knownRelation(prepared, read) ?? 'cross'))
}

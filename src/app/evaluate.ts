import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { asDependentCall, furtherRequests, type EvaluatedStep, nextStep } from '#engine/chain.ts'
import type { Decision } from '#engine/decision.ts'
import { type DecisionWithLint, stepWithLint, withLint } from '#lint/decision-with-lint.ts'
import { evaluateChainWithLint, evaluateWithLint } from '#lint/evaluate-with-lint.ts'
import { type CachingEvaluator, newCachingEvaluator } from '#engine/caching-evaluator.ts'
import { withManagedPolicies } from '#engine/managed-policies.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import { citedWithoutLines } from '#snapshot/at-hand/cited.ts'
import { withAtHand } from '#snapshot/at-hand/in-force.ts'
import { type AtHand, isAtHand } from '#snapshot/at-hand/piece.ts'
import type { FilledFact } from '#snapshot/complete-request.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { unknownFields } from '#snapshot/unknown-fields.ts'
import { unknownFieldFinding } from './unknown-field.ts'

export interface EvaluateOptions {
  /** Judge what the call needs next, too. */
  readonly chain?: boolean
  /** Other readings of disputed rules than the default ones (docs/disputed.md). */
  readonly readings?: SomeReadings
}

/** An AWS managed policy that is given by ARN alone has a document. */
export const filledScenario = (scenario: Scenario): Scenario => withManagedPolicies(scenario, managedPolicyByArn)

/** Judges a scenario as it is written; a field we do not know is reported, never an error (docs/json.md). */
export function evaluateScenario(
  scenario: Scenario,
  { chain = false, readings }: EvaluateOptions = {},
): DecisionWithLint {
  const filled = filledScenario(scenario)
  const decision = chain ? evaluateChainWithLint(filled, readings) : evaluateWithLint(filled, readings)
  return withFieldLint(decision, scenario)
}

/** A request held against a snapshot, with what the snapshot gave or could not give. */
export interface EvaluatedRequest {
  readonly decision: Decision
  readonly request: Request
  /** The scenario that it was evaluated on. */
  readonly scenario: Scenario
  readonly filled: readonly FilledFact[]
  readonly notes: readonly string[]
}

/** An evaluated request with findings on its policies and on the input, as it is printed. */
export interface EvaluatedRequestWithLint extends EvaluatedRequest {
  readonly decision: DecisionWithLint
}

export interface SnapshotOptions extends EvaluateOptions {
  /** The session's policies; `null`: it was made without one; left out: not known. */
  readonly sessionPolicies?: readonly Policy[] | null
  /** Policies and settings beside the snapshot. */
  readonly atHand?: AtHand
}

/** Evaluates a request against what the snapshot holds. */
export function evaluateWithoutLint(
  snapshot: Snapshot,
  request: Request,
  options: SnapshotOptions = {},
): EvaluatedRequest {
  const { decision, further, ...held } = evaluatedRequest(snapshot, request, options)
  const steps = further?.map(({ step }) => step)
  return { ...held, decision: steps === undefined ? decision : { ...decision, steps } }
}

/** Evaluates a request against what the snapshot holds, with findings on policies and input, as it is printed. */
export function evaluateRequest(
  snapshot: Snapshot,
  request: Request,
  options: SnapshotOptions = {},
): EvaluatedRequestWithLint {
  const { decision: plain, further, ...held } = evaluatedRequest(snapshot, request, options)
  const { prepared } = evaluatorOf(snapshot, options.readings)
  const decision = withFieldLint(withLint(plain, prepared(held.scenario)), { request })
  const steps = further?.map(({ step, scenario }) => stepWithLint(step, prepared(scenario)))
  return { ...held, decision: steps === undefined ? decision : { ...decision, steps } }
}

function evaluatedRequest(snapshot: Snapshot, request: Request, options: SnapshotOptions) {
  const { scenario, filled, notes } = scenarioFrom(snapshot, request, options)
  const decision = evaluatorOf(snapshot, options.readings).evaluate(scenario)
  const further = options.chain === true ? furtherSteps(snapshot, scenario, options) : undefined
  return { decision, further, request: scenario.request, scenario, filled, notes }
}

/** So many decisions are made with policies read once; then they are read anew, so that memory does not grow. */
const KEPT_FOR = 200

const evaluators = new WeakMap<Snapshot, { readonly evaluator: CachingEvaluator; left: number }>()

/** A batch and a service ask one snapshot again and again: reading its policies takes longer than judging a request. */
function evaluatorOf(snapshot: Snapshot, readings: SomeReadings | undefined): CachingEvaluator {
  if (readings !== undefined) return newCachingEvaluator(readings)
  const known = evaluators.get(snapshot)
  const held =
    known !== undefined && known.left > 0 ? known : { evaluator: newCachingEvaluator(undefined), left: KEPT_FOR }
  if (held !== known) evaluators.set(snapshot, held)
  held.left--
  return held.evaluator
}

function scenarioFrom(snapshot: Snapshot, partialRequest: Request, { sessionPolicies, atHand }: SnapshotOptions) {
  const { request, policies, resources, organization, filled, notes } = policiesInForce(snapshot, partialRequest)
  const scenario: Scenario = {
    request,
    policies: sessionPolicies === undefined ? policies : { ...policies, sessionPolicies },
    resources,
    ...(organization === undefined ? {} : { organization }),
  }
  const whole = atHand === undefined ? scenario : besideAtHand(scenario, atHand)
  return { scenario: withManagedPolicies(whole, managedPolicyByArn), filled, notes }
}

/** A scenario with what somebody holds besides: policies as files, and what he says that there is not. */
export const besideAtHand = (scenario: Scenario, atHand: AtHand): Scenario =>
  citedWithoutLines(isAtHand(atHand) ? withAtHand(scenario, atHand).scenario : scenario, atHand.withoutLines)

/** Each further request is held against the snapshot on its own: its resource has policies of its own (R-HOP-01). */
function furtherSteps(snapshot: Snapshot, scenario: Scenario, options: SnapshotOptions): readonly EvaluatedStep[] {
  return furtherRequests(scenario, options.readings).map((further) => {
    const held = scenarioFrom(snapshot, further.request, options)
    const scenario = asDependentCall(held.scenario, further)
    const decision = evaluatorOf(snapshot, options.readings).evaluate(scenario)
    return { step: nextStep({ ...further, request: scenario.request }, decision), scenario }
  })
}

/** A field of the input that we do not know is a finding like any other. */
function withFieldLint(decision: DecisionWithLint, input: unknown): DecisionWithLint {
  const found = unknownFields(input).map(unknownFieldFinding)
  return found.length === 0 ? decision : { ...decision, lint: [...decision.lint, ...found] }
}

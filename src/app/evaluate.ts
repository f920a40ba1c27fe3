import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { asHop, evaluateChain, furtherRequests, nextStep } from '#engine/chain.ts'
import type { Decision, LintFinding, Step } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import { type Judge, newJudge } from '#fix/judge.ts'
import { withManagedPolicies } from '#engine/managed-policies.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
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

/** Judges a scenario as it is written; a field we do not know is reported, never an error (docs/json.md). */
/** An AWS managed policy that is given by ARN alone has a document. */
export const filledScenario = (scenario: Scenario): Scenario => withManagedPolicies(scenario, managedPolicyByArn)

export function evaluateScenario(scenario: Scenario, { chain = false, readings }: EvaluateOptions = {}): Decision {
  const filled = withManagedPolicies(scenario, managedPolicyByArn)
  const decision = chain ? evaluateChain(filled, readings) : evaluate(filled, readings)
  return withLint(decision, fieldLint(scenario))
}

/** A decision on a request held against a snapshot, with what the snapshot gave or could not give. */
export interface HeldDecision {
  readonly decision: Decision
  readonly request: Request
  /** What it was held against. */
  readonly scenario: Scenario
  readonly filled: readonly FilledFact[]
  readonly notes: readonly string[]
}

export interface HeldOptions extends EvaluateOptions {
  /** The session's policies; `null`: it was made without one; left out: not known. */
  readonly sessionPolicies?: readonly Policy[] | null
}

/** Judges a request against what the snapshot holds. */
export function evaluateRequest(snapshot: Snapshot, asked: Request, options: HeldOptions = {}): HeldDecision {
  const { scenario, filled, notes } = scenarioFrom(snapshot, asked, options)
  const decision = withLint(judgedIn(snapshot, scenario, options.readings), fieldLint({ request: asked }))
  const steps = options.chain === true ? furtherSteps(snapshot, scenario, options) : undefined
  return {
    decision: steps === undefined ? decision : { ...decision, steps },
    request: scenario.request,
    scenario,
    filled,
    notes,
  }
}

/** So many decisions are made with policies read once; then they are read anew, so that memory does not grow. */
const KEPT_FOR = 200

const kept = new WeakMap<Snapshot, { readonly judge: Judge; left: number }>()

/** A batch and a service ask one snapshot again and again: reading its policies takes longer than judging a request. */
function judgedIn(snapshot: Snapshot, scenario: Scenario, readings: SomeReadings | undefined): Decision {
  if (readings !== undefined) return evaluate(scenario, readings)
  const known = kept.get(snapshot)
  const held = known !== undefined && known.left > 0 ? known : { judge: newJudge(undefined), left: KEPT_FOR }
  if (held !== known) kept.set(snapshot, held)
  held.left--
  return held.judge.evaluate(scenario)
}

function scenarioFrom(snapshot: Snapshot, asked: Request, { sessionPolicies }: HeldOptions) {
  const { request, policies, resources, organization, filled, notes } = policiesInForce(snapshot, asked)
  const scenario: Scenario = {
    request,
    policies: sessionPolicies === undefined ? policies : { ...policies, sessionPolicies },
    resources,
    ...(organization === undefined ? {} : { organization }),
  }
  return { scenario: withManagedPolicies(scenario, managedPolicyByArn), filled, notes }
}

/** Each further request is held against the snapshot on its own: its resource has policies of its own (R-HOP-01). */
function furtherSteps(snapshot: Snapshot, scenario: Scenario, options: HeldOptions): readonly Step[] {
  return furtherRequests(scenario, options.readings).map((further) => {
    const held = scenarioFrom(snapshot, further.request, options)
    const scenario = asHop(held.scenario, further)
    return nextStep({ ...further, request: scenario.request }, judgedIn(snapshot, scenario, options.readings))
  })
}

const withLint = (decision: Decision, lint: readonly LintFinding[]): Decision =>
  lint.length === 0 ? decision : { ...decision, lint: [...decision.lint, ...lint] }

const fieldLint = (input: unknown): readonly LintFinding[] => unknownFields(input).map(unknownFieldFinding)

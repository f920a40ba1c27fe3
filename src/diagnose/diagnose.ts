import { evaluate } from '#engine/evaluate.ts'
import type { Step } from '#engine/decision.ts'
import type { ManagedPolicies } from '#engine/managed-policies.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { readCaller } from '#iam/caller.ts'
import type { Denial } from '#intake/denial.ts'
import { withConsistencyNote } from './eventual-consistency.ts'
import { guideFor, verifyCommands, whatNotToDo } from './advice.ts'
import type { Assumption, Diagnosis, DiagnoseResult, Subject } from './diagnosis.ts'
import { identityOf } from './identity.ts'
import { type Occurrence, occurrencesOf } from './occurrences.ts'
import { reconcile, statusOf } from './reconcile.ts'
import { requestOf } from './request-of.ts'
import { sessionPoliciesFor } from './session-evidence.ts'
import { sessionSteps } from './session-step.ts'
import { type Held, hold, holdFurther, type Holding } from './subject.ts'
import { summaryOf } from './summary.ts'
import { timelineOf } from './timeline.ts'

export interface DiagnoseInput {
  readonly denials: readonly Denial[]
  /** The CloudTrail records of the input, successes included: they are evidence, and the timeline. */
  readonly records: readonly unknown[]
}

export interface DiagnoseOptions {
  readonly expectPrincipal?: string
  /** Session policies given by the user; they stand for every role session of the input. */
  readonly sessionPolicies?: readonly Policy[]
  /** Documents of AWS managed policies given by ARN alone; left out: unknown. */
  readonly managedPolicies?: ManagedPolicies
}

/**
 * Explains every denial of the input against what was in force (contract.md §6): who was evaluated, every layer and
 * statement that refuses, what the same call needs next, and whether AWS and we agree. Pure.
 */
export function diagnose(input: DiagnoseInput, subject: Subject, options: DiagnoseOptions = {}): DiagnoseResult {
  const occurrences = occurrencesOf(input.denials.map((denial) => withConsistencyNote(denial, input.records)))
  const diagnoses = occurrences.map((one) => diagnoseOne(one, input, subject, options))
  return { schemaVersion: 1, diagnoses, timeline: timelineOf(input.records, occurrences, diagnoses) }
}

function diagnoseOne(
  occurrence: Occurrence,
  input: DiagnoseInput,
  subject: Subject,
  options: DiagnoseOptions,
): Diagnosis {
  const { denial } = occurrence
  const explained = denial.kind === 'aws-access-denied' ? explain(occurrence, input, subject, options) : NOTHING
  const { steps } = explained
  const decision = steps[0]?.decision
  const reconciliation = reconcile(denial, decision)
  const status =
    denial.kind === 'aws-access-denied' ? statusOf(subject.kind !== 'none', decision, reconciliation) : 'not-a-denial'
  return {
    denial,
    occurrences: { count: occurrence.count, first: occurrence.first, last: occurrence.last },
    status,
    summary: summaryOf(denial, status, steps, explained.lacks),
    identity: identityOf(denial, explained.roleArn, options.expectPrincipal),
    assumptions: explained.assumptions,
    steps,
    reconciliation,
    fixes: [],
    whatNotToDo: whatNotToDo(steps),
    verify: verifyCommands(denial, steps),
    guide: guideFor(denial),
  }
}

interface Explained {
  readonly steps: readonly Step[]
  readonly assumptions: readonly Assumption[]
  readonly lacks: readonly string[]
  readonly roleArn: string | undefined
}

const NOTHING: Explained = { steps: [], assumptions: [], lacks: [], roleArn: undefined }

function explain(occurrence: Occurrence, input: DiagnoseInput, subject: Subject, options: DiagnoseOptions): Explained {
  const { denial } = occurrence
  const scenario: Scenario | undefined = subject.kind === 'scenario' ? subject.scenario : undefined
  const asked = requestOf(denial, scenario)
  if (!asked.ok) return { ...NOTHING, lacks: asked.lacks }
  const holding: Holding = {
    subject,
    sessionPolicies: options.sessionPolicies ?? sessionPoliciesFor(denial, input.records),
    sessionPolicyNamed: denial.reported.layer === 'session-policy',
    managedPolicies: options.managedPolicies ?? (() => undefined),
  }
  const held = hold(holding, asked.request)
  const denied = deniedStep(held, denial)
  const further = holdFurther(holding, held).map(({ further: one, held: theirs }): Step => {
    const observed = observedDenial(one.request, input.denials, denial)
    return {
      relation: 'next',
      request: theirs.scenario.request,
      why: one.why,
      rule: one.rule,
      decision: evaluate(theirs.scenario),
      ...(observed === undefined ? {} : { observed }),
    }
  })
  return {
    steps: [denied, ...further, ...sessionSteps(denial, held, holding, input.records)],
    assumptions: [...asked.assumptions, ...held.assumptions],
    lacks: [],
    roleArn: readCaller(held.scenario.request).roleArn,
  }
}

function deniedStep(held: Held, denial: Denial): Step {
  const why = denial.evidence.actionFrom === 'stated' ? 'stated in the evidence' : 'read from the name of the API call'
  return {
    relation: 'denied',
    request: held.scenario.request,
    why,
    decision: evaluate(held.scenario),
    ...(denial.eventId === null ? {} : { observed: denial.eventId }),
  }
}

/** The event of another denial in the same input that is this very step: predicted and seen. */
function observedDenial(request: Step['request'], denials: readonly Denial[], outer: Denial): string | undefined {
  const match = denials.find(
    (one) =>
      one !== outer &&
      one.principal === request.principal &&
      one.action === request.action &&
      (one.resource === request.resource || one.resource === null),
  )
  return match?.eventId ?? match?.requestId ?? undefined
}

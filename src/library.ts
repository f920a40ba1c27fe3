import { stepsOf } from '#app/budget.ts'
import { compareGiven } from '#app/compare.ts'
import { diagnoseEvidence, type WholeResult } from '#app/diagnose.ts'
import { evaluateRequest, evaluateScenario, type EvaluateOptions } from '#app/evaluate.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { rawEvidence, rawRecords, together } from '#app/inputs.ts'
import { checkReadings } from '#app/readings.ts'
import { parseRecord, parseText, type ParseResult } from '#app/parse.ts'
import { scenarioOfValue, withRequest } from '#app/scenarios.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { DecisionWithLint as Decision } from '#lint/decision-with-lint.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import { type CompareInput, compareInput } from '#prove/compare-values.ts'
import type { Comparison } from '#prove/comparison.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'

export { loadSnapshot } from '#collect/folder.ts'
export { loadScenario } from '#collect/scenario-file.ts'
export { importedSnapshot, importText } from '#app/import.ts'
export { UserError } from './errors.ts'
export type { ParseResult } from '#app/parse.ts'
export type {
  Cause,
  DiagnosisStatus,
  Identity,
  OuterCall,
  Question,
  Reconciliation,
  TimelineEntry,
  Unseen,
} from '#diagnose/diagnosis.ts'
export type {
  Assumption,
  DecisionEffect,
  FailedElement,
  LayerVerdict,
  MissingFact,
  Outcome,
  Requirement,
  StatementVerdict,
  Verdict,
} from '#engine/decision.ts'
export type { PolicyLayer } from '#iam/layers.ts'
export type { DecisionWithLint as Decision, StepWithLint as Step } from '#lint/decision-with-lint.ts'
export type { LintFinding } from '#lint/finding.ts'
export type {
  Organization,
  PoliciesInForce,
  Policy,
  PolicyLevel,
  Resource,
  ResourcePolicy,
  Scenario,
} from '#engine/scenario.ts'
export type { Change } from '#fix/change.ts'
export type { Operation } from '#fix/operation.ts'
export type { WholeDiagnosis as Diagnosis, WholeResult as DiagnoseResult } from '#app/diagnose.ts'
export type { AnsweredQuestion, Fix, Neighbour, Proof, Replay, ToldSlip } from '#fix/proof/fix.ts'
export type { StatementRef } from '#engine/statement-ref.ts'
export type { ContextValue, PrincipalDetails, PrincipalType, Request } from '#iam/request.ts'
export type { Readings, SomeReadings } from '#iam/readings.ts'
export type { Imported, ImportKind } from '#import/imported.ts'
export type { ImportOptions } from '#import/options.ts'
export type { Denial, DenialKind, Reported, ReportedLayer } from '#intake/denial.ts'
export type { CompareInput } from '#prove/compare-values.ts'
export type { BeyondIntent, Comparison } from '#prove/comparison.ts'
export type { AccessSet, ConditionBlock } from '#space/access-set.ts'
export type { Snapshot } from '#snapshot/snapshot.ts'

/** Reads the denials of a text of any form, or of CloudTrail records; either may stand in an object, as in a batch line. */
export function parse(input: string | { readonly text: string } | object): ParseResult {
  if (typeof input === 'string') return parseText(input)
  return 'text' in input && typeof input.text === 'string' ? parseText(input.text) : parseRecord(input)
}

/** A request held against a snapshot instead of a scenario of its own. */
export interface SnapshotRequest {
  readonly snapshot: Snapshot
  readonly request: Request
  /** `null`: the session was made without one; left out: not known. */
  readonly sessionPolicies?: readonly Policy[] | null
}

/** A scenario as a batch line has it. */
export interface GivenScenario {
  readonly scenario: Scenario
}

/** Judges one request against every policy layer, with the whole trace. */
export function evaluate(input: Scenario | GivenScenario | SnapshotRequest, options: EvaluateOptions = {}): Decision {
  checkReadings(options.readings)
  const given: unknown = input
  if (typeof given !== 'object' || given === null || !('snapshot' in input))
    return evaluateScenario(withRequest(scenarioOfValue(scenarioIn(given))), options)
  const { sessionPolicies } = input
  const held = sessionPolicies === undefined ? options : { ...options, sessionPolicies }
  return evaluateRequest(input.snapshot, input.request, held).decision
}

const scenarioIn = (given: unknown): unknown =>
  typeof given === 'object' && given !== null && 'scenario' in given && !('request' in given) ? given.scenario : given

/** Input of `diagnose`: the evidence, the policies it is evaluated against, and who was expected. */
export interface DiagnoseInput {
  readonly text?: string
  readonly record?: object
  readonly records?: readonly object[]
  readonly scenario?: Scenario
  readonly snapshot?: Snapshot
  readonly expectPrincipal?: string
  readonly sessionPolicies?: readonly Policy[]
  /** Other readings of disputed rules than the default ones (docs/disputed.md). */
  readonly readings?: SomeReadings
  /** Up to so many times the usual work is done for the fixes of a denial and their proofs; 1 when left out. */
  readonly budget?: number
}

/** Explains every denial of the evidence: who, which layers and statements refuse, and what would refuse next. */
export function diagnose(input: DiagnoseInput): WholeResult {
  const { expectPrincipal, sessionPolicies, readings } = input
  checkReadings(readings)
  const budget = stepsOf(input.budget)
  const evidence: Evidence = {
    ...evidenceOf(input),
    policySource: subjectOf(input),
    ...(sessionPolicies === undefined ? {} : { sessionPolicies }),
  }
  return diagnoseEvidence(evidence, {
    ...(expectPrincipal === undefined ? {} : { expectPrincipal }),
    ...(readings === undefined ? {} : { readings }),
    ...(budget === undefined ? {} : { budget }),
  })
}

function evidenceOf({ text, record, records }: DiagnoseInput): Evidence {
  return together([
    ...(text === undefined ? [] : [rawEvidence(text)]),
    ...(record === undefined ? [] : [rawRecords(record)]),
    ...(records === undefined ? [] : [rawRecords(records)]),
  ])
}

function subjectOf({ scenario, snapshot }: DiagnoseInput): PolicySource {
  if (scenario !== undefined) return { kind: 'scenario', scenario }
  return snapshot === undefined ? { kind: 'none' } : { kind: 'snapshot', snapshot }
}

/** Two snapshots: what changed for everyone between the one and the other. */
export interface CompareSnapshots {
  readonly old: Snapshot
  readonly new: Snapshot
}

/** Up to so many times the usual work is done before something is `undecided`; 1 when left out. */
export interface CompareBudget {
  readonly budget?: number
}

/** Comparison of what NEW allows that OLD did not, and the reverse: policy documents, lists of them, scenarios, or snapshots. */
export function compare(input: (CompareInput | CompareSnapshots) & CompareBudget): Comparison
export function compare(old: unknown, next: unknown, options?: Pick<CompareInput, 'kind'> & CompareBudget): Comparison
export function compare(...given: readonly unknown[]): Comparison {
  return compareGiven(compareInput(given), stepsOf(budgetIn(given)))
}

/** It stands where `kind` stands. */
function budgetIn([first, second, options]: readonly unknown[]): unknown {
  const isOne = second === undefined && isObject(first) && Object.hasOwn(first, 'old')
  const held = isOne ? first : options
  return isObject(held) ? held['budget'] : undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

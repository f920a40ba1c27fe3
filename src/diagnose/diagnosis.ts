import type { UnusedInput } from '#snapshot/at-hand/unused.ts'
import type { Assumption, FailedElement, MetCondition, Step } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { StatementRef } from '#engine/statement-ref.ts'
import type { AuthorizationCheck, Denial, FactSource, Reported } from '#intake/denial.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'

/**
 * `explained`: a layer surely refuses, given that AWS refused; `likely`: one does by the simplest explanation; `contradicted`:
 * nothing that is at hand can be what was in force; `undetermined`: rivals are left that are mended in different places;
 * `allowed-now`: policies that were read after the denial allow the call (R-ADV-15).
 */
export type DiagnosisStatus = 'explained' | 'likely' | 'contradicted' | 'undetermined' | 'allowed-now' | 'not-a-denial'

/** The best that an answer rests on: policies at hand, AWS's authorization details, or the words of the message alone. */
export type Basis = 'policies' | 'authorization' | 'message'

/**
 * The evidence that makes a cause known: a policy at hand, AWS's message, that the request was refused at all, AWS's own
 * details.
 */
export type CauseSource = 'policies' | 'message' | 'denial' | 'authorization'

/** A layer that refuses, given that AWS refused (docs/rules.md, R-EVID-01 to R-EVID-10). */
export interface Cause {
  /** Index of the step. */
  readonly step: number
  readonly layer: PolicyLayer
  readonly where?: string
  readonly denyType: 'explicit' | 'implicit'
  readonly certainty: 'certain' | 'likely' | 'possible'
  readonly from: readonly CauseSource[]
  /** The Deny that matches. */
  readonly statement?: StatementRef
  /** The layer is certain, and another Deny of it may have been the one; left out: it is this one, as surely as the layer. */
  readonly statementCertainty?: 'likely'
  /** Of that Deny: what of the request met each of its conditions. */
  readonly metBy?: readonly MetCondition[]
  /** Kind of a resource policy, by what it is attached to (`bucket`, `key`, `trust` …); of a guard which one. */
  readonly kind?: string
  /** Why, where no statement says it. */
  readonly reason?: string
  /** Where nothing allows: the Allow statement that fails on least. */
  readonly nearest?: StatementRef & { readonly failedOn: readonly FailedElement[] }
  /** The one fact that tells it from its rivals. */
  readonly toldApartBy?: { readonly fact: string; readonly howToGet: string }
}

/** A policy or setting that nobody gave, and that the denial does not settle. */
export interface Unseen {
  readonly layer: PolicyLayer
  /** Kind of the resource that the policy is attached to, where it is known. */
  readonly kind?: string
  readonly what: string
  readonly could: 'refuse' | 'allow' | 'either'
  /** The condition key, where it is a value of the request and no policy. */
  readonly key?: string
  /** Dependent requests of the call that need it, where it is not of the request itself. */
  readonly dependentActions?: readonly string[]
  readonly howToGet: string
  /** The account that has to be asked, where it is not the caller's. */
  readonly account?: string
}

/** The one question that tells what is left apart: a fact of the request, where it is seen, and what each answer would say. */
export interface Question {
  /** The context key. */
  readonly fact: string
  readonly text: string
  readonly howToGet: string
  /** A value of the request that stands for each answer; null: absent. */
  readonly values: { readonly yes: Denial['context'][string]; readonly no: Denial['context'][string] }
}

/** A usual cause of refusals of a kind, though nothing at hand shows it. `layer` null: no policy is in the way. */
export interface UsualCause {
  readonly layer: PolicyLayer | null
  readonly what: string
  /** The one command that tells whether it is this, to be pasted. */
  readonly tell: string
}

/** Why the caller may not be the one that was meant, though nobody said who was expected. */
export interface CallerDoubt {
  readonly kind:
    | 'another-role'
    | 'same-name'
    | 'node-role'
    | 'service-role'
    | 'session-of-cognito'
    | 'not-assumed'
    | 'other-stage'
    | 'default-credentials'
  /** ARN of the role that was likely meant, where the evidence names it. */
  readonly expected?: string
  readonly text: string
  /** The command that tells. */
  readonly tell: string
}

/**
 * How the caller relates to the accounts of whoever asks (R-ADV-08). `organization`: an account that the organization or the snapshot
 * lists; `named-in-policy`: a policy that was given lets it in; `outside`: none of these; `unknown`: nothing to compare it with.
 */
export type CallerRelation = 'same-account' | 'organization' | 'named-in-policy' | 'outside' | 'unknown'

/** Who AWS evaluated, against who was expected (`--expect-principal`). `agrees` is null where nobody was expected. */
export interface Identity {
  readonly evaluated: string | null
  readonly expected: string | null
  readonly agrees: boolean | null
  readonly explanation: string
  /** Left out: nothing speaks for another, or it was said who was expected. */
  readonly doubt?: CallerDoubt
  readonly relation: CallerRelation
  /** That the caller is from outside, to be shown before anything else; left out: it is not known to be. */
  readonly warning?: string
}

/** AWS's words held against our decision. `agrees` is null where AWS named no layer or ours is unknown. */
export interface Reconciliation {
  readonly reported: Reported
  readonly agrees: boolean | null
  readonly explanation: string
  /** What AWS named no longer denies the call, by policies that were read after the denial (R-ADV-15). */
  readonly denialIsOlder?: true
  readonly consistentWith?: readonly { readonly when: Readonly<Record<string, unknown>> }[]
  /** Every requirement that AWS's authorization details list, against ours. */
  readonly checks?: readonly ReconciledCheck[]
}

/** A requirement as AWS evaluated it, and as we do; `agrees` is null where ours is not known. */
export interface ReconciledCheck extends AuthorizationCheck {
  readonly ours: 'allows' | 'denies' | 'allows-nothing' | 'unknown'
  readonly agrees: boolean | null
}

/** The call in which a service was refused what the denial is about: its record is of the same refusal. */
export interface OuterCall {
  readonly eventSource: string | null
  readonly operation: string | null
  readonly resource: string | null
  readonly eventId: string | null
  readonly requestId: string | null
  readonly time: string | null
  readonly sourceIp: string | null
}

/** A fact that an answer rests on, with its source (R-EVID-11). */
export interface EvidenceFact extends FactSource {
  /** `principal`, `action`, `reported.layer`, a condition key; of a policy, its layer. */
  readonly fact: string
  /** Of a policy its ARN or name. */
  readonly value: unknown
}

/** A denial explained (docs/json.md, "Diagnosis"). `steps[0]` is the denied request. */
export interface Diagnosis {
  readonly denial: Denial
  readonly occurrences: { readonly count: number; readonly first: string | null; readonly last: string | null }
  /** Left out where the input has no record of it. */
  readonly call?: OuterCall
  readonly status: DiagnosisStatus
  readonly basis: Basis
  readonly summary: string
  /** Surest first; what refuses, given that AWS refused. */
  readonly causes: readonly Cause[]
  readonly unseen: readonly Unseen[]
  /** Files that count for nothing here, each with why and with what would make it count; left out: none. */
  readonly unusedInputs?: readonly UnusedInput[]
  /** Left out where no yes or no would settle it. */
  readonly question?: Question
  /** The most frequent first; left out where AWS's words, or policies at hand, say what it is. */
  readonly usualCauses?: readonly UsualCause[]
  readonly identity: Identity
  readonly assumptions: readonly Assumption[]
  /** Every fact that the answer rests on, with its source. */
  readonly evidence: readonly EvidenceFact[]
  readonly steps: readonly Step[]
  readonly reconciliation: Reconciliation
  readonly fixes: readonly unknown[]
  readonly whatNotToDo: readonly string[]
  readonly verify: readonly string[]
  readonly guide: string
}

export interface TimelineEntry {
  readonly time: string | null
  readonly eventId: string | null
  readonly what: string
  readonly outcome: 'allowed' | 'denied' | 'changed'
  /** Index of the diagnosis it belongs to. */
  readonly diagnosis?: number
  readonly why: string
}

export interface DiagnoseResult {
  readonly schemaVersion: 1
  readonly diagnoses: readonly Diagnosis[]
  readonly timeline: readonly TimelineEntry[]
}

/** Where policies in force come from: a snapshot, a scenario, or nowhere; then only the message speaks. */
export type PolicySource =
  | { readonly kind: 'none' }
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  /** `isReadNow`: read from AWS for this denial, so it is newer than the denial, whose time may be unknown. */
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot; readonly isReadNow?: true }

import type { AnswerProgress } from '#app/answer-progress.ts'
import type { Cause, Identity, Reconciliation, TimelineEntry, Unseen } from '#diagnose/diagnosis.ts'
import type {
  Assumption,
  Decision,
  DecisionEffect,
  FailedElement,
  LayerVerdict,
  MetCondition,
  MissingFact,
  Requirement,
  StatementVerdict,
  Step,
  Verdict,
} from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { PoliciesInForce, Policy, Resource, Scenario } from '#engine/scenario.ts'
import type { Change } from '#fix/change.ts'
import type { EditForms, OwnEdit } from '#fix/edit-forms.ts'
import type { Spike } from '#alert/spike.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import type { Denial } from '#intake/denial.ts'
import type { StatementRef } from '#engine/statement-ref.ts'
import type {
  ConditionalFix as ConditionalFixOf,
  DiagnosisWithFixes,
  DraftedFix,
  Fix as ReplayedFix,
  Neighbour,
  Proof,
} from '#fix/proof/fix.ts'
import type { DenialGroup, TupleRow } from '#store/denial-store.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { Comparison } from '#prove/comparison.ts'
import type { WhatCan } from '#prove/what-can.ts'
import type { PrincipalAccess, WhoCan } from '#prove/who-can.ts'

/**
 * Types of what goes over the wire between the service and its page: types alone, the same objects as the command line
 * prints.
 */
export type {
  AccessSet,
  AnswerProgress,
  Assumption,
  Cause,
  Change,
  Comparison,
  ContextValue,
  Decision,
  DecisionEffect,
  Denial,
  DenialGroup,
  EditForms,
  FailedElement,
  Identity,
  LayerVerdict,
  MetCondition,
  MissingFact,
  Neighbour,
  OwnEdit,
  PoliciesInForce,
  Policy,
  PolicyLayer,
  PrincipalAccess,
  Proof,
  Reconciliation,
  Request,
  Requirement,
  Resource,
  Scenario,
  Spike,
  StatementRef,
  StatementVerdict,
  Step,
  TimelineEntry,
  TupleRow,
  Unseen,
  Verdict,
  WhatCan,
  WhoCan,
}

/** Answer of `POST /api/suggest`. */
export interface SuggestAnswer {
  readonly schemaVersion: 1
  readonly suggestions: readonly { readonly value: string; readonly note: string }[]
  readonly more: number
}

/** Replayed and proved on policies, or drafted from AWS's words alone. */
export type Fix = ReplayedFix | DraftedFix
export type ConditionalFix = ConditionalFixOf<Fix>

export type Diagnosis = DiagnosisWithFixes

/** Answer of `POST /api/diagnose`; `scenarios` where the body asked for them. */
export interface DiagnoseAnswer {
  readonly schemaVersion: 1
  readonly timeline: readonly TimelineEntry[]
  readonly diagnoses: readonly Diagnosis[]
  /** As `diagnoses`, and in each as its `steps`. */
  readonly scenarios?: readonly (readonly Scenario[])[]
  /** As `diagnoses`, and in each as its `fixes`: a file of access tests. */
  readonly tests?: readonly (readonly string[])[]
  /** The outcome of each of the body's `files`. */
  readonly files?: readonly FileRead[]
}

/** The outcome of a file that was sent beside a denial. */
export interface FileRead {
  readonly name: string
  /** The form it was read as; `evidence`: a log, an event. */
  readonly readAs?: string
  /** False: it bears on none of the denials. */
  readonly used?: boolean
  readonly error?: ErrorBody['error']
}

/** Kind of policy that a file is said to be. */
export type FileAs =
  | 'identity-policy'
  | 'resource-policy'
  | 'trust-policy'
  | 'boundary'
  | 'scp'
  | 'rcp'
  | 'endpoint-policy'
  | 'session-policy'

/** File beside a denial, as it is sent; `as` (docs/at-hand.md, "What must be said"): what it is, where its text does not say. */
export interface FileBeside {
  readonly name: string
  readonly text: string
  readonly as?: FileAs
}

/** Body of `POST /api/diagnose`: a batch line without its id (docs/json.md). */
export interface DiagnoseBody {
  readonly text?: string
  readonly record?: unknown
  readonly records?: readonly unknown[]
  /** An object, or the text of a file, JSON or YAML. */
  readonly scenario?: unknown
  /** Name of a snapshot; left out: the first; null: none. */
  readonly snapshot?: string | null
  readonly files?: readonly FileBeside[]
  /** Condition keys of the request; null: it was not sent. */
  readonly context?: Denial['context']
  readonly scenarios?: boolean
  /** False: no fix is looked for, which is where most of the time goes. */
  readonly fixes?: boolean
  readonly expectPrincipal?: string
}

/** Line of the answer of `POST /api/diagnose` to whoever takes `application/x-ndjson`. */
export interface AnswerLine {
  readonly progress?: AnswerProgress
  readonly layers?: DiagnoseAnswer
  readonly answer?: DiagnoseAnswer
  readonly status?: number
  readonly fault?: NoDenialBody
}

export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string }
}

/** Body of a 422: what was read, though it is no denial. */
export interface NoDenialBody extends ErrorBody {
  readonly result?: DiagnoseAnswer
}

/** Answer of `GET /api/snapshots`. */
export interface SnapshotsAnswer {
  readonly schemaVersion: 1
  readonly snapshots: readonly {
    readonly name: string
    readonly collectedAt: string | null
    readonly problems: readonly string[]
  }[]
  readonly expectPrincipal: string | null
}

/** Answer of `GET /api/overview`. */
export interface OverviewAnswer {
  readonly schemaVersion: 1
  readonly bucket: 'hour' | 'day'
  readonly total: number
  readonly buckets: readonly { readonly from: string; readonly count: number }[]
  readonly groups: Readonly<Record<'principal' | 'action' | 'resource-family' | 'layer', readonly DenialGroup[]>>
  readonly firstSeen: readonly TupleRow[]
  readonly regressions: readonly (TupleRow & { readonly reason: 'marked-fixed' | 'was-allowed' })[]
}

/** Denial in the list of `GET /api/denials`. */
export interface ListedDenial {
  readonly eventId: string
  readonly time: string
  readonly principal: string | null
  readonly action: string | null
  readonly resource: string | null
  readonly layer: string | null
  /** `explicit`, `implicit`; null: AWS did not say. */
  readonly denyType: string | null
  readonly state: string
}

/** Answer of `GET /api/spikes` while it is being made: ask again. */
export interface ComputingAnswer {
  readonly schemaVersion: 1
  readonly status: 'computing'
  readonly retryAfterSeconds: number
}

export interface SpikesAnswer {
  readonly schemaVersion: 1
  readonly spikes: readonly Spike[]
  /** Of the gravest. */
  readonly series: readonly SeriesAnswer[]
}

/** Series of `GET /api/spikes`: lists of one length, by hour. */
export interface SeriesAnswer {
  readonly family: string
  readonly key: string
  readonly from: string
  readonly counts: readonly number[]
  readonly expected: readonly number[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

/** Message that ends a thread: it closes what it has opened, and is gone. */
export const END = 'end'

/** Question of a thread: a body of `POST /api/diagnose` that was not said to be JSON. */
export const PLAIN = 'plain'

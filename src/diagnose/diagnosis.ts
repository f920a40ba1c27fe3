import type { Assumption, Step } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Denial, Reported } from '#intake/denial.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'

export type DiagnosisStatus = 'explained' | 'contradicted' | 'undetermined' | 'message-only' | 'not-a-denial'

/** Who AWS evaluated, against who was expected (`--expect-principal`). `agrees` is null where nobody was expected. */
export interface Identity {
  readonly evaluated: string | null
  readonly expected: string | null
  readonly agrees: boolean | null
  readonly explanation: string
}

/** What AWS said against what we find. `agrees` is null where AWS named no layer or ours is unknown. */
export interface Reconciliation {
  readonly reported: Reported
  readonly agrees: boolean | null
  readonly explanation: string
  readonly consistentWith?: readonly { readonly when: Readonly<Record<string, unknown>> }[]
}

/** One denial explained (docs/json.md, "Diagnosis"). `steps[0]` is the denied request. */
export interface Diagnosis {
  readonly denial: Denial
  readonly occurrences: { readonly count: number; readonly first: string | null; readonly last: string | null }
  readonly status: DiagnosisStatus
  readonly summary: string
  readonly identity: Identity
  readonly assumptions: readonly Assumption[]
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

/** What the denial is held against. Without a subject only the message speaks. */
export type Subject =
  | { readonly kind: 'none' }
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }

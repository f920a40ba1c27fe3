import type { DecisionEffect } from '#engine/decision.ts'

export type CrossCall =
  | 'iam:SimulatePrincipalPolicy'
  | 'iam:SimulateCustomPolicy'
  | 'access-analyzer:CheckNoNewAccess'
  | 'access-analyzer:CheckAccessNotGranted'

/** A limit of one of AWS's own evaluators, and the page of AWS's that says so. */
export interface Limit {
  readonly text: string
  readonly source: string
}

/** The content of a call in short: documents by their names, condition keys without their values. */
export interface Sent {
  readonly principal?: string
  readonly action?: string
  readonly resource?: string
  readonly policies: readonly string[]
  readonly contextKeys: readonly string[]
}

/** An answer of AWS's own evaluators beside ours (docs/asking-aws.md). */
export interface CrossCheck {
  /** Index of the step it is about; left out: it is about a fix. */
  readonly step?: number
  readonly call: CrossCall
  /** `null`: it was not asked. */
  readonly sent: Sent | null
  /** In AWS's words: `allowed`, `explicitDeny`, `implicitDeny`, `PASS`, `FAIL`. `null`: there is no answer. */
  readonly answer: string | null
  /** Ids of the policies that AWS names as matching. */
  readonly matched?: readonly string[]
  /** Ours, in the same form: a decision, or `PASS` or `FAIL`. */
  readonly ours: string | null
  /** Ours on no more than AWS was given; where it is another than `ours`, the limits explain the difference. */
  readonly oursOfTheSame?: DecisionEffect
  /** `null`: one of the two is not known. */
  readonly agrees: boolean | null
  readonly explanation: string
  readonly limits: readonly Limit[]
}

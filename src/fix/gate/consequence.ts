/**
 * What a change does beyond letting the named caller make the named call (R-ADV-10). The kinds are those of
 * docs/json.md, "Fix".
 */
export type ConsequenceKind =
  | 'outside-account'
  | 'whole-account'
  | 'public'
  | 'escalation'
  | 'guardrail'
  | 'every-resource'
  | 'data-guard-lost'
  | 'other-principals'

/** A consequence of one change, in one sentence. */
export interface Consequence {
  readonly kind: ConsequenceKind
  /** Index into `changes`. */
  readonly change: number
  readonly text: string
}

/** Who a fix lets in, by how the caller relates to the account that owns the resource (R-ADV-08). */
export type GrantsTo = 'same-account' | 'organization' | 'named-in-policy' | 'outside' | 'unknown'

/** What the gate adds to a piece of advice. */
export interface Consequences {
  /** `null`: the advice grants nothing. */
  readonly grantsTo: GrantsTo | null
  readonly consequences: readonly Consequence[]
}

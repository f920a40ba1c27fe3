/**
 * A set of requests as people read it (docs/json.md): who, what, on which resources, when; IAM wildcards throughout.
 * A request is in it if every field holds it and no set of `except` does.
 */
export interface AccessSet {
  /** Principal ARNs, account ids, service names; `*`: whoever the comparison ranges over. */
  readonly principals: readonly string[]
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** Condition blocks as policies write them, ANDed. Empty: in every context. */
  readonly conditions: readonly ConditionBlock[]
  readonly except?: readonly AccessSet[]
}

/** Operator → key → value or values. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, unknown>>>>

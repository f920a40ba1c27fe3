/** Finding on a policy, on the request or on a field of the input (docs/lint.md); it changes no decision (R-VAL-01). */
export interface LintFinding {
  /** The name Access Analyzer gives the check, or our own. */
  readonly id: string
  readonly severity: 'error' | 'warning' | 'security' | 'suggestion'
  /** Name of the policy; empty: the finding is on the request or on the input. */
  readonly policy: string
  /** JSON pointer into the policy's document, or into the input. */
  readonly pointer: string
  readonly message: string
}

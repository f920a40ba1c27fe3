import type { Diagnosis, DiagnoseResult } from '#diagnose/diagnosis.ts'
import type { DecisionEffect, Outcome, PolicyLayer } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Change } from '#fix/change.ts'
import type { FixScope } from '#fix/scope.ts'
import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { CrossCheck } from './cross-check/cross-check.ts'

/** A statement that decides, and where it stands (docs/json.md, "Fix"). */
export interface StatementRef {
  readonly layer: PolicyLayer
  readonly where?: string
  readonly policy: string
  readonly policyArn?: string
  readonly sid?: string
  readonly index: number
  readonly pointer: string
  readonly file?: string
  readonly line?: number
}

/** The same requests, in the same context, on what would be in force. */
export interface Replay {
  readonly decision: DecisionEffect
  /** The statements that allow each step it cures. */
  readonly by: readonly StatementRef[]
  /** By what the fix adds, and by nothing broader. */
  readonly intended: boolean
  /** What allows it besides, or would if what is not known were so. */
  readonly broader?: readonly StatementRef[]
  /** Other requests of the same principal that the input shows: how many, and those whose decision changes. */
  readonly others?: { readonly judged: number; readonly flipped: readonly Flip[] }
}

export interface Flip {
  readonly request: Request
  readonly before: DecisionEffect
  readonly after: DecisionEffect
}

export type NeighbourRelation =
  | 'sibling-resource'
  | 'sibling-action'
  | 'other-session'
  | 'other-principal'
  | 'other-account'
  | 'other-context'

/** A request beside the denied one, before and after: what must stay as it is. */
export interface Neighbour extends Flip {
  readonly relation: NeighbourRelation
  /** Of another context: the keys that are not as in the request, with what they are; null is absent. */
  readonly differs?: NonNullable<Request['context']>
}

/** What a fix grants and takes away, as a whole (docs/json.md, "Fix"). */
export interface Proof {
  readonly status: 'proved' | 'refuted' | 'not-proved'
  readonly newlyAllowed: readonly AccessSet[]
  readonly beyondIntent: boolean
  /** What of it is outside of what the fix is for. */
  readonly beyond?: readonly AccessSet[]
  readonly witness: Request | null
  readonly newlyDenied: readonly AccessSet[]
  /** Why somebody else may lose more than that; left out: nobody does. */
  readonly newlyDeniedElse?: string | undefined
  readonly reason?: string
  readonly neighbours: readonly Neighbour[]
}

/** The same without the requests beside it. */
export type Compared = Omit<Proof, 'neighbours'>

/** One way to make the denied request, and what its call needs next, succeed. */
export interface Fix {
  readonly id: string
  readonly title: string
  readonly rank: number
  readonly scope: FixScope
  /** Indexes of the steps of the diagnosis. */
  readonly cures: readonly number[]
  readonly changes: readonly Change[]
  readonly replay: Replay
  readonly proof: Proof
  /** What would be in force for each step it cures, in that order; stands beside the JSON. */
  readonly after?: readonly Scenario[]
  /** What AWS's own evaluators say of it, where they were asked. */
  readonly crossChecks?: readonly CrossCheck[]
}

/** What would mend a request whose decision hangs on facts that are not known, were they so. */
export interface ConditionalFix {
  /** Value per missing key; null is absent. */
  readonly when: Outcome['when']
  readonly decision: DecisionEffect
  /** Replayed with these values; `null`: nothing has to change, or nothing was found. */
  readonly fix: Fix | null
}

/** The fixes of one diagnosis, of which no more is proved than is asked for. */
export interface Offer {
  /** The smallest. */
  readonly best: () => Fix | undefined
  /** Those of the exact resource, in no order; to ask for a proof is to wait for it. */
  readonly named: readonly { readonly fix: Omit<Fix, 'rank'>; readonly widens: boolean }[]
  /** Wider scopes that the resource has. */
  readonly scopes: readonly FixScope[]
  /** Why ways to mend it were left untried, as far as was asked; undefined: none was. */
  readonly notTried: () => string | undefined
  /** All of them, of every scope, the smallest first. */
  readonly all: () => readonly Fix[]
}

/** A diagnosis with what can be done about it. */
export interface DiagnosisWithFixes extends Diagnosis {
  readonly fixes: readonly Fix[]
  /** The same for whoever shows the best alone; stands beside the JSON. */
  readonly offer: Offer
  /** Of an undetermined request: what would mend it in each case. */
  readonly fixesIf?: readonly ConditionalFix[]
  /** Why ways to mend it were left untried: there may be fixes that are not told. */
  readonly fixesNotTried?: string | undefined
  /** What AWS's own evaluators say, where they were asked. */
  readonly crossChecks?: readonly CrossCheck[]
}

export interface ResultWithFixes extends DiagnoseResult {
  readonly diagnoses: readonly DiagnosisWithFixes[]
}

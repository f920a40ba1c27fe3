import type { Guard, PolicyLayer } from '#iam/layers.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { Truth } from '#iam/truth.ts'

export type Verdict = 'allow' | 'explicit-deny' | 'implicit-deny' | 'not-applicable' | 'unknown'

export type Element = 'Action' | 'NotAction' | 'Resource' | 'NotResource' | 'Principal' | 'NotPrincipal' | 'Condition'

/** An element of a statement that failed to match, or a condition line. */
export interface FailedElement {
  readonly element: Element
  readonly key?: string
  readonly operator?: string
  /** As the statement has it, variables filled in. */
  readonly expected: unknown
  /** The request's value: a text, a list, or null. */
  readonly actual: unknown
  readonly state?: 'absent' | 'unknown'
  /** The near miss: bucket for object, account, Region, path, letter case. */
  readonly hint?: string
}

/** A condition line that held, of a statement that matches. */
export interface MetCondition {
  readonly key: string
  readonly operator: string
  /** As the statement has it, variables filled in. */
  readonly expected: unknown
  /** The request's value: a text, a list, or null. */
  readonly actual: unknown
  /** `unknown`: it holds whatever the value is. */
  readonly state?: 'absent' | 'unknown'
}

/** A statement, where to find it, whether it matches, and everything that failed if it does not. */
export interface StatementVerdict {
  readonly policy: string
  readonly policyArn?: string
  readonly sid?: string
  readonly index: number
  readonly pointer: string
  readonly file?: string
  readonly line?: number
  readonly effect: 'Allow' | 'Deny'
  readonly matches: Truth
  readonly failedOn: readonly FailedElement[]
  /** Condition lines of a statement that matches, where it has some: each line, and what of the request met it. */
  readonly metBy?: readonly MetCondition[]
}

export interface LayerVerdict {
  readonly layer: PolicyLayer
  readonly verdict: Verdict
  /** Whether the verdict bears on the decision (docs/json.md, "Decision"). */
  readonly counted: boolean
  readonly where?: string
  readonly kind?: string
  readonly guard?: Guard
  readonly reason?: string
  readonly errorCode?: string
  readonly statements: readonly StatementVerdict[]
}

export type Need = 'no-explicit-deny' | 'allow' | 'allow-naming-principal' | 'allow-naming-session' | 'allow-to-account'

/** All that would allow the request: an AND/OR tree over the layers. The decision is its truth value. */
export type Requirement =
  | { readonly all: readonly Requirement[] }
  | { readonly any: readonly Requirement[] }
  | {
      readonly layer: PolicyLayer
      readonly where?: string
      readonly kind?: string
      readonly needs: Need
      readonly satisfied: Truth
    }

/** A fact that was taken for granted: what, from where, and what changes if it is wrong. */
export interface Assumption {
  readonly fact: string
  readonly value: string
  readonly from: string
  readonly ifWrong: string
}

export interface MissingFact {
  readonly fact: string
  readonly kind: 'context-key' | 'policy' | 'attribute' | 'principal' | 'account'
  readonly layer: PolicyLayer
  /** `= v`, `in [a, b]`, `not in [a]`, `like p`, `absent`; null where no value alone decides. */
  readonly wouldAllowIf: string | null
  readonly bearsOn: 'decision' | 'fix'
  readonly howToGet: string
}

/** As many cases are told; more are no help to a reader. */
export const MAX_OUTCOMES = 64

export interface Outcome {
  /** Value per missing key; null is absent, `(other)` any other value. */
  readonly when: Readonly<Record<string, unknown>>
  readonly decision: DecisionEffect
}

export interface Normalization {
  readonly field: string
  readonly from: string
  readonly to: string
  readonly rule: string
}

export type DecisionEffect = 'allowed' | 'denied' | 'undetermined'

/** The answer to one request (docs/json.md, "Decision"); what is printed has findings on the policies besides. */
export interface Decision {
  readonly schemaVersion: 1
  readonly decision: DecisionEffect
  readonly denyType: 'explicit' | 'implicit' | null
  readonly blockedBy: readonly PolicyLayer[]
  readonly likelyReported: PolicyLayer | null
  readonly normalized: readonly Normalization[]
  readonly layers: readonly LayerVerdict[]
  readonly missing: readonly MissingFact[]
  /** The assumptions that the decision hangs on: no source states them. */
  readonly assumptions: readonly Assumption[]
  readonly outcomes: readonly Outcome[]
  readonly requirement: Requirement
  readonly parts?: readonly Part[]
  readonly steps?: readonly Step[]
  /** The disputed rules that were read otherwise than by default. */
  readonly readings?: SomeReadings
}

/** A part of a call, one of its resources or actions, and the decision on it. */
export interface Part {
  /** Null: which one is not known. */
  readonly resource: string | null
  /** Action of the part, where the call needs several actions. */
  readonly action?: string
  readonly decision: Decision
}

/** A request of a chain and its decision (docs/json.md, "Diagnosis"). */
export interface Step {
  readonly relation: 'denied' | 'next' | 'before'
  readonly request: Request
  readonly why: string
  readonly rule?: string
  /** The fact without which the call does not need it; left out: the call always needs it. */
  readonly onlyIf?: string
  readonly decision: Decision
  readonly observed?: string
}

import type { ContextValue } from '#iam/request.ts'
import type { CallView } from './call-view.ts'

export type Context = Readonly<Record<string, ContextValue>>

/** The target of a further request. `arn: null`: there is such a resource, which one is not known (R-REQ-05). */
export interface Target {
  readonly arn: string | null
  /** The ARN is open: no more is known than that one of these patterns matches it (docs/json.md, `resourcePatterns`). */
  readonly open?: readonly string[]
  /** Owner, where the ARN does not say. */
  readonly account?: string
  /**
   * A key that does not serve this caller whatever else is known of it: an AWS managed one, whose fixed policy admits its own account
   * only (R-KMS-12), or any where the service writes with none.
   */
  readonly closedKey?: true
  /** As `onlyIf` of a row, of this target alone. */
  readonly onlyIf?: Proviso
}

/** Finds the targets in the facts. None: the facts do not show the hop, so the row stays silent. */
export type TargetSelector = (view: CallView) => readonly Target[]

/**
 * Who is evaluated (docs/hops.md, R-HOP-04).
 *
 * - `caller`: the same call is evaluated for another action too; everything about the request stays.
 * - `passes-role`: the caller, for a permission that no API call of its own asks (R-PASS-01, R-PASS-04).
 * - `forwarded`: the caller in a forward access session of a service (R-PRIN-11).
 * - `role`: a role a service works with. `scoped`: the service narrows it by a session policy of its own.
 * - `service`: the service itself, for a resource of the caller (R-SVC-01).
 * - `endpoint`: someone at AWS whose rights are not ours to judge; only the VPC endpoint's policy bears on it.
 */
export type Who =
  | { readonly kind: 'caller' }
  | { readonly kind: 'passes-role' }
  | { readonly kind: 'forwarded'; readonly by: string }
  | { readonly kind: 'role'; readonly role: TargetSelector; readonly scoped?: true }
  | { readonly kind: 'service'; readonly name: string | ((view: CallView) => string); readonly source?: TargetSelector }
  | { readonly kind: 'endpoint' }

export interface Need {
  readonly actions: readonly string[]
  readonly on: TargetSelector
  /** Context keys the further request carries, besides those of its kind of caller. */
  readonly context?: (view: CallView, target: Target, action: string) => Context
}

/** A fact that is in none of ours, and without which a row asks for nothing. */
export interface Proviso {
  readonly fact: string
  readonly howToGet: string
}

/** A row, or part of one, of the table of dependent calls. */
export interface DependentCall {
  /** `G-01` … `G-117`, or `R-PASS-01` for calls the list does not name (docs/rules.md, docs/hops.md). */
  readonly rule: string
  /** The IAM actions that set it off. */
  readonly on: readonly string[]
  readonly when?: (view: CallView) => boolean
  readonly who: Who
  /** Service that will assume a role that is handed over; left out where that is not clear. */
  readonly passesTo?: string
  readonly needs: readonly Need[]
  /** Asked for only where this is so: what it refuses then is not sure to be asked. */
  readonly onlyIf?: Proviso
  /** It runs after the call has returned, so that the caller never sees its denial (R-HOP-06). */
  readonly later?: true
  /** It is a call of its own, which the client makes besides and which has a denial of its own: this one does not fail by it. */
  readonly apart?: true
  readonly why: string
  readonly docs: string
}

import type { Request } from '#iam/request.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import type { LayerFinding } from '../layers/finding.ts'

/** A request that AWS makes, or needs, besides the one that was asked (docs/hops.md). */
export interface FurtherRequest {
  readonly request: Request
  readonly why: string
  /** `G-01` … */
  readonly rule: string
  /** Whose layers bear on it (R-HOP-04); left out: the caller's, in the same call. `hops/hop.ts` says what each means. */
  readonly who?: 'caller' | 'passes-role' | 'forwarded' | 'role' | 'service' | 'endpoint'
  /** The service narrows its role by a session policy of its own. */
  readonly scoped?: boolean
  /**
   * No policy of the key counts: it is an AWS managed one of another account, or asked for a service (R-KMS-12), or one that the service
   * does not write with.
   */
  readonly closedKey?: boolean
  /** Needed only where this is so, which none of our facts shows. */
  readonly onlyIf?: { readonly fact: string; readonly howToGet: string }
  /** It happens after the call has returned (R-HOP-06). */
  readonly later?: boolean
  /** A call of its own that the client makes besides: the call at hand does not fail by it. */
  readonly apart?: boolean
}

/**
 * Rule of a service: guards that are no policy, and further requests of a call. A rule adds findings and requests; it never
 * touches a decision.
 */
export interface ServiceRule {
  readonly service: string
  readonly docs: string
  readonly guards: (input: EvaluationInput) => readonly LayerFinding[]
  readonly alsoRequires: (input: EvaluationInput) => readonly FurtherRequest[]
}

import type { Request } from '#iam/request.ts'
import type { Case } from '../case.ts'
import type { LayerFinding } from '../layers/finding.ts'

/** A request that AWS makes, or needs, besides the one that was asked (semantics G). */
export interface FurtherRequest {
  readonly request: Request
  readonly why: string
  /** `G-01` … */
  readonly rule: string
}

/**
 * What one service adds: guards that are no policy, and further requests of a call. A rule adds findings and requests;
 * it never touches a decision.
 */
export interface ServiceRule {
  readonly service: string
  readonly docs: string
  readonly guards: (facts: Case) => readonly LayerFinding[]
  readonly alsoRequires: (facts: Case) => readonly FurtherRequest[]
}

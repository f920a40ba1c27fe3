import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { Budget } from '#space/budget.ts'

/** `undecided`: neither found nor excluded; `reason` says why. It is never taken for `none`. */
export type Access = 'none' | 'some' | 'undecided'

/** The comparison of NEW with OLD: what is allowed that was not, and the reverse (docs/json.md, "Compare"). */
export interface Comparison {
  readonly schemaVersion: 1
  readonly newAccess: Access
  readonly lostAccess: Access
  readonly newlyAllowed: readonly AccessSet[]
  readonly newlyDenied: readonly AccessSet[]
  /** A request that NEW allows and OLD denies; null unless `newAccess` is `some`. */
  readonly witness: Request | null
  readonly lostWitness: Request | null
  /** Why an answer is `undecided`. */
  readonly reason?: string
  /** Asked with `intended`: what is newly allowed outside of it. */
  readonly beyondIntent?: BeyondIntent
}

export interface BeyondIntent {
  readonly access: Access
  readonly newlyAllowed: readonly AccessSet[]
  readonly witness: Request | null
  readonly reason?: string
}

export interface CompareOptions {
  /** The intent of a change: `beyondIntent` then says whether it allows anything else. */
  readonly intended?: readonly AccessSet[]
  /** Steps of search before the answer is `undecided`, of both directions together; one that is at hand is shared. */
  readonly budget?: number | Budget | undefined
  /** Only requests on resources that one of these holds, IAM wildcards; left out: on every resource. */
  readonly resources?: readonly string[]
  /** Resources that are compared by themselves, with what they have: nothing of theirs is open here. */
  readonly apart?: (arn: string) => boolean
  /** Whether a request that shows the difference shows it to whoever asks; it is preferred to one that does not. */
  readonly shows?: (request: Request, side: 0 | 1) => boolean
  /** `false`: only what is newly allowed is asked for; the other direction is then `undecided`. */
  readonly lost?: boolean
}

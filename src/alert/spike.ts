import type { ReportedLayer } from '#intake/denial.ts'
import type { AlarmKind } from './alarm.ts'
import type { NoiseClass } from './noise.ts'
import type { Family } from './refusal.ts'

export type Severity = 'high' | 'medium' | 'low'

export const SEVERITIES: readonly Severity[] = ['high', 'medium', 'low']

/** open: nobody has looked at it, or it went on since; acknowledged and closed are said by people. */
export type SpikeState = 'open' | 'acknowledged' | 'closed'

/** A change of a policy that came shortly before, where one is known. */
export interface PolicyChange {
  readonly time: string
  readonly eventId: string | null
  /** As `iam:PutRolePolicy`. */
  readonly action: string
  readonly by: string | null
  /** What was changed: the ARN of a role, bucket, policy …; null: not known. */
  readonly target: string | null
}

export interface Cause {
  /** Null: AWS named none. */
  readonly layer: ReportedLayer | null
  readonly denyType: 'explicit' | 'implicit' | null
  readonly policyArn: string | null
  /** Of the snapshot that was given when the denials were stored. */
  readonly statement: string | null
  readonly change: PolicyChange | null
  /** Where more than one refuses the same: all that AWS named, `layer` among them. */
  readonly layers?: readonly ReportedLayer[]
}

/** Alert: everything of a cause that stands out together (docs/json.md, "Spikes"). Times are ISO 8601 in UTC. */
export interface Spike {
  /** Follows from cause and beginning alone, whoever computes it. */
  readonly id: string
  readonly kind: AlarmKind
  readonly severity: Severity
  readonly family: Family
  /** The series that tells most of it: of a tuple, its principal, action and resource family with blanks between. */
  readonly key: string
  readonly from: string
  readonly to: string
  /** Of the series in its alarmed hours, and what was expected of it there. */
  readonly count: number
  readonly expected: number
  /** The smallest mid-p of its hours; null where no single count was assessed. */
  readonly p: number | null
  /** How many principals are refused. */
  readonly fanOut: number
  readonly affected: { readonly principals: number; readonly actions: number; readonly resourceFamilies: number }
  /** Whether one of the principals was allowed the same before; null: successes are not known. */
  readonly allowedBefore: boolean | null
  readonly cause: Cause
  /** Event ids. */
  readonly examples: readonly string[]
  readonly state: SpikeState
  /** Grows when late denials or further hours change what it says. */
  readonly revision: number
  readonly noise?: NoiseClass
}

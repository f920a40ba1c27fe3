import type { MatchKind } from '#iam/principal-element.ts'
import { or, type Truth } from '#iam/truth.ts'
import type { LayerVerdict, PolicyLayer } from '../decision.ts'
import type { PreparedPolicy } from '../prepare.ts'
import type { Case } from '../case.ts'

/** A fact that a layer lacks, before it is known whether the decision hangs on it. */
export interface Lacking {
  readonly fact: string
  readonly kind: 'context-key' | 'policy' | 'attribute' | 'principal' | 'account'
}

/**
 * What one layer, level or policy says of the request: whether a Deny and whether an Allow matches. Verdicts, the
 * requirement and the decision are read off these and off nothing else (ADR 0004).
 */
export interface LayerFinding {
  readonly layer: PolicyLayer
  readonly where?: string
  readonly kind?: string
  readonly guard?: NonNullable<LayerVerdict['guard']>
  /** False: the layer does not apply, for `reason`. */
  readonly applies: boolean
  readonly reason?: string
  readonly errorCode?: string
  readonly deny: Truth
  readonly allow: Truth
  /** By which kinds of principal entry an Allow matches; only policies with a Principal have any. */
  readonly kinds: ReadonlyMap<MatchKind, Truth>
  readonly policies: readonly PreparedPolicy[]
  readonly lacking: readonly Lacking[]
  /** It would allow, had a setting not taken the grant away: then the setting is what refuses. */
  readonly withdrawn?: boolean
}

/** A policy layer: AWS's page, and the judgement (style: link, rule, exemptions as a table, `judge`). */
export interface Layer {
  readonly name: PolicyLayer
  readonly docs: string
  /** One finding per level or policy; at least one, also when the layer does not apply. Facts in, findings out. */
  readonly judge: (facts: Case) => readonly LayerFinding[]
}

const NO_KINDS: ReadonlyMap<MatchKind, Truth> = new Map()

type Place = Pick<LayerFinding, 'layer' | 'where' | 'kind' | 'guard'>

export const notApplicable = (place: Place, reason: string): LayerFinding => ({
  ...place,
  applies: false,
  reason,
  deny: false,
  allow: true,
  kinds: NO_KINDS,
  policies: [],
  lacking: [],
})

/** There is no such policy where an Allow is needed: it allows nothing (contract.md §4). */
export const allowsNothing = (place: Place, reason: string): LayerFinding => ({
  ...place,
  applies: true,
  reason,
  deny: false,
  allow: false,
  kinds: NO_KINDS,
  policies: [],
  lacking: [],
})

/** The policy is not at hand: it may allow or deny. */
export const notKnown = (place: Place, lacking: Lacking, reason: string): LayerFinding => ({
  ...place,
  applies: true,
  reason,
  deny: 'unknown',
  allow: 'unknown',
  kinds: NO_KINDS,
  policies: [],
  lacking: [lacking],
})

/** Whether some Allow of one of these kinds matches. A finding whose policy is not known may hold any kind. */
export function allowsAs(finding: LayerFinding, kinds: readonly MatchKind[]): Truth {
  if (!finding.applies) return false
  if (finding.kinds.size === 0) return finding.allow === 'unknown' ? 'unknown' : false
  const named = or(...kinds.map((kind) => finding.kinds.get(kind) ?? false))
  // A part of the policy that could not be read may name anyone.
  return finding.policies.some((policy) => policy.document.unreadable.length > 0) ? or(named, 'unknown') : named
}

import type { RequestResource } from '#iam/resource.ts'
import type { MatchKind } from '#iam/principal-element.ts'
import { or, type Truth } from '#iam/truth.ts'
import type { Guard, PolicyLayer } from '#iam/layers.ts'
import type { PolicyTruth, PreparedPolicy } from '../prepare.ts'
import type { EvaluationInput } from '../evaluation-input.ts'

/** A fact that a layer lacks, before it is known whether the decision hangs on it. */
export interface Lacking {
  readonly fact: string
  readonly kind: 'context-key' | 'policy' | 'attribute' | 'principal' | 'account'
  /** Values that a fixed rule compares a context key with. What conditions compare it with stands in the policies. */
  readonly values?: readonly string[]
}

/**
 * Finding of a layer, level or policy on the request: whether a Deny and whether an Allow matches. Verdicts, the
 * requirement and the decision are read off these and off nothing else (ADR 0004).
 */
export interface LayerFinding {
  readonly layer: PolicyLayer
  readonly where?: string | undefined
  readonly kind?: string | undefined
  readonly guard?: Guard | undefined
  /** False: the layer does not apply, for `reason`. */
  readonly applies: boolean
  readonly reason?: string | undefined
  readonly errorCode?: string | undefined
  readonly deny: Truth
  readonly allow: Truth
  /** By which kinds of principal entry an Allow matches; only policies with a Principal have any. */
  readonly kinds: ReadonlyMap<MatchKind, Truth>
  readonly policies: readonly PreparedPolicy[]
  /**
   * The resource that the policies are asked about, where it is not the request's: the object in the bucket behind an access
   * point.
   */
  readonly resource?: RequestResource
  /** The statement that settles it, where one does. */
  readonly by?: PolicyTruth['by']
  readonly lacking: readonly Lacking[]
  /** It would allow, had a setting not taken the grant away: then the setting is what refuses. */
  readonly withdrawn?: boolean
}

/** A policy layer: AWS's page, and its evaluation (style: link, rule, exemptions as a table, `evaluate`). */
export interface Layer {
  readonly name: PolicyLayer
  readonly docs: string
  /** The findings of the layer, one per level or policy; at least one, also when the layer does not apply. */
  readonly evaluate: (input: EvaluationInput) => readonly LayerFinding[]
}

const NO_KINDS: ReadonlyMap<MatchKind, Truth> = new Map()

export type LayerPlace = Pick<LayerFinding, 'layer' | 'where' | 'kind' | 'guard'>

/** The finding of a layer, or of one of its levels, by the truth of its policies. */
export const findingOf = (
  { layer, where, kind }: LayerPlace,
  policies: readonly PreparedPolicy[],
  { deny, allow, kinds, by }: PolicyTruth,
  lacking: readonly Lacking[] = NOTHING,
): LayerFinding => ({ layer, where, kind, applies: true, reason: undefined, deny, allow, kinds, policies, by, lacking })

const NOTHING: readonly never[] = []

/** A finding without a policy. All findings have the same fields in the same order, which keeps reading them fast. */
const without = (
  { layer, where, kind, guard }: LayerPlace,
  applies: boolean,
  reason: string,
  deny: Truth,
  allow: Truth,
  lacking: readonly Lacking[] = NOTHING,
): LayerFinding => {
  const found = {
    layer,
    where,
    kind,
    applies,
    reason,
    deny,
    allow,
    kinds: NO_KINDS,
    policies: NOTHING,
    by: undefined,
    lacking,
  }
  return guard === undefined ? found : { ...found, guard }
}

export const notApplicable = (place: LayerPlace, reason: string): LayerFinding =>
  without(place, false, reason, false, true)

/** There is no such policy where an Allow is needed: it allows nothing (docs/json.md, "Scenario"). */
export const allowsNothing = (place: LayerPlace, reason: string): LayerFinding =>
  without(place, true, reason, false, false)

/** The policy is not at hand: it may allow or deny. */
export const notKnown = (place: LayerPlace, lacking: Lacking, reason: string): LayerFinding =>
  without(place, true, reason, 'unknown', 'unknown', [lacking])

/** Why a layer does not apply, by a table of exemptions; undefined: it does. */
export function exemption<Facts>(
  table: readonly (readonly [why: string, is: (facts: Facts) => boolean])[],
  facts: Facts,
): string | undefined {
  for (const row of table) if (row[1](facts)) return row[0]
  return undefined
}

/** Whether some Allow of one of these kinds matches. A finding whose policy is not known may hold any kind. */
export function allowsAs(finding: LayerFinding, kinds: readonly MatchKind[]): Truth {
  if (!finding.applies) return false
  if (finding.kinds.size === 0) return finding.allow === 'unknown' ? 'unknown' : false
  let named: Truth = false
  for (const kind of kinds) named = or(named, finding.kinds.get(kind) ?? false)
  // A part of the policy that could not be read may name anyone.
  return finding.policies.some((policy) => policy.document.unreadable.length > 0) ? or(named, 'unknown') : named
}

import { not, type Truth } from '#iam/truth.ts'
import type { Lacking, LayerFinding } from '../layers/finding.ts'

/** The answer of a service's fixed rule: whether it refuses, why, and what would settle it. */
export interface FixedRule {
  readonly refuses: Truth
  readonly reason: string
  readonly lacking: Lacking
  readonly errorCode?: string
}

/** Finding of a fixed rule, which refuses implicitly, as a gate that no policy opens (R-EVAL-05). */
export const fixedRuleFinding = ({ refuses, reason, lacking, errorCode }: FixedRule): LayerFinding => ({
  layer: 'service-guard',
  guard: 'hard-rule',
  applies: true,
  reason,
  ...(errorCode === undefined ? {} : { errorCode }),
  deny: false,
  allow: not(refuses),
  kinds: new Map(),
  policies: [],
  lacking: refuses === 'unknown' ? [lacking] : [],
})

import type { Case } from '../case.ts'
import type { PolicyLayer } from '../decision.ts'
import { judgePolicies, type PreparedLevel } from '../prepare.ts'
import { judged, type LayerFinding, notKnown } from './finding.ts'

/** One finding per level of the organization, root first (R-SCP-01, R-RCP-01). */
export const judgeLevels = (layer: PolicyLayer, levels: readonly PreparedLevel[], { question }: Case): LayerFinding[] =>
  levels.map(({ target, policies }) =>
    policies === undefined
      ? notAtHand(layer, target)
      : judged({ layer, where: target }, policies, judgePolicies(policies, question)),
  )

/** The same where something allows at every level already, so that only a Deny counts. */
export const deniesOfLevels = (
  layer: PolicyLayer,
  levels: readonly PreparedLevel[],
  { question }: Case,
): LayerFinding[] =>
  levels.map(({ target, policies }) => {
    if (policies === undefined) return notAtHand(layer, target)
    const { deny, kinds, by } = judgePolicies(policies, question)
    return judged({ layer, where: target }, policies, { deny, allow: true, kinds, by })
  })

const notAtHand = (layer: PolicyLayer, target: string): LayerFinding =>
  notKnown(
    { layer, where: target },
    { fact: `policies attached to ${target}`, kind: 'policy' },
    `the policies attached to ${target} are not known`,
  )

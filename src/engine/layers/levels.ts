import type { Case } from '../case.ts'
import type { PolicyLayer } from '../decision.ts'
import { judgePolicies, type PreparedLevel } from '../prepare.ts'
import { judged, type LayerFinding, notKnown } from './finding.ts'

/** One finding per level of the organization, root first (R-SCP-01, R-RCP-01). */
export function judgeLevels(layer: PolicyLayer, levels: readonly PreparedLevel[], facts: Case): LayerFinding[] {
  return levels.map(({ target, policies }) => {
    const place = { layer, where: target }
    if (policies === undefined)
      return notKnown(
        place,
        { fact: `policies attached to ${target}`, kind: 'policy' },
        `the policies attached to ${target} are not known`,
      )
    return judged(place, policies, judgePolicies(policies, facts.question))
  })
}

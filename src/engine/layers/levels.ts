import type { Question } from '#iam/statement.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { truthOfPolicies, type PreparedLevel, type PreparedPolicy } from '../prepare.ts'
import { alike, bucketLacking, questionsBehind } from './access-point-bucket.ts'
import { findingOf, type Lacking, type LayerFinding, notKnown, type LayerPlace } from './finding.ts'

/** The fact that decides whether levels reach an account. */
export const MANAGER = { fact: 'management account of the organization', kind: 'account' } as const

/** Levels of an account that may be the management account, which none of them reaches: what refuses there only may (R-UNK-01). */
export const perhapsUnreached = (finding: LayerFinding): LayerFinding => unlessExempt(finding, MANAGER)

/** Levels that restrict most callers, and perhaps not one who is not known: a service or its role (R-EVID-12). */
export const perhapsExempt = (finding: LayerFinding): LayerFinding =>
  unlessExempt(finding, { fact: 'who called', kind: 'principal' })

const unlessExempt = (finding: LayerFinding, lacking: Lacking): LayerFinding =>
  finding.deny === false && finding.allow !== false
    ? finding
    : {
        ...finding,
        deny: finding.deny === false ? false : 'unknown',
        allow: finding.allow === true ? true : 'unknown',
        by: undefined,
        lacking: [...finding.lacking, lacking],
      }

/** The findings of a layer, one per level of the organization, root first (R-SCP-01, R-RCP-01). */
export const evaluateLevels = (
  layer: PolicyLayer,
  levels: readonly PreparedLevel[],
  { question }: EvaluationInput,
): LayerFinding[] =>
  levels.map(({ target, policies }) =>
    policies === undefined
      ? notAtHand(layer, target)
      : findingOf({ layer, where: target }, policies, truthOfPolicies(policies, question)),
  )

/**
 * The findings of a layer, one per level, root first, where something allows at every level already, so that only a Deny counts. Through an
 * access point the levels are asked about the bucket behind it too (R-S3-07).
 */
export const deniesOfLevels = (
  layer: PolicyLayer,
  levels: readonly PreparedLevel[],
  input: EvaluationInput,
): LayerFinding[] => {
  const behind = questionsBehind(input)
  return levels.map(({ target, policies }) => {
    if (policies === undefined) return notAtHand(layer, target)
    const place = { layer, where: target }
    const own = deniesOf(place, policies, input.question)
    if (own.deny === true || behind.length === 0) return own
    const buckets = behind.map((question) => deniesOf(place, policies, question))
    const deny = alike(buckets.map((bucket) => bucket.deny))
    if (deny === false || (deny === 'unknown' && own.deny === 'unknown')) return own
    const [first = own] = buckets
    // Where all buckets are refused, what refuses the first is shown.
    const resource = behind.length === 1 || deny === true ? behind[0]?.resource : undefined
    const found = { ...first, deny, lacking: bucketLacking(input) }
    return resource === undefined ? found : { ...found, resource }
  })
}

function deniesOf(place: LayerPlace, policies: readonly PreparedPolicy[], question: Question): LayerFinding {
  const { deny, kinds, by } = truthOfPolicies(policies, question)
  return findingOf(place, policies, { deny, allow: true, kinds, by })
}

const notAtHand = (layer: PolicyLayer, target: string): LayerFinding =>
  notKnown(
    { layer, where: target },
    { fact: `policies attached to ${target}`, kind: 'policy' },
    `the policies attached to ${target} are not known`,
  )

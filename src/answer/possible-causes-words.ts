import type { PolicyLayer } from '#iam/layers.ts'
import type { StatementVerdict } from '#engine/decision.ts'

interface PossibleFacts {
  readonly status: string
  readonly basis: string
  readonly denial: {
    readonly decoded?: { readonly explicitDeny?: boolean }
    readonly notes: readonly { readonly code: string }[]
    readonly reported: { readonly denyType: 'explicit' | 'implicit' | null; readonly layer: PolicyLayer | null }
  }
  readonly steps: readonly {
    readonly decision: {
      readonly layers: readonly {
        readonly layer: PolicyLayer
        readonly statements: readonly Pick<StatementVerdict, 'effect' | 'matches'>[]
      }[]
    }
  }[]
  readonly usualCauses?: readonly { readonly layer: PolicyLayer | null; readonly what: string }[]
}

/** The sentence before causes of which any one may be it. */
export const COMPETING =
  "AWS doesn't say which policy denied the call, and the policies you provided don't settle it. It is one of these:"

/** The sentence before the list of what usually causes such a denial, most likely first. */
export function possibleCausesWords(facts: PossibleFacts): string {
  const { decoded, notes, reported } = facts.denial
  const { usualCauses: usual = [], status } = facts
  const isExplained = status === 'explained'
  const order = usual.length > 1 ? 'Check these, most likely first:' : isExplained ? 'Check this:' : 'Most likely:'
  if (isExplained) return `No IAM policy has to change. ${order}`
  if (decoded?.explicitDeny === true)
    return `An explicit Deny denied it. The decoded message doesn't say in which policy. ${order}`
  if (reported.denyType === 'explicit') return `An explicit Deny denies it. AWS doesn't say in which policy. ${order}`
  if (notes.some(({ code }) => code === 'further-request'))
    return `AWS allowed the call itself and denied another request that it needs. ${order}`
  if (isAllowedByCaller(facts))
    return `A policy of the caller that you provided allows it. AWS doesn't say what denied it. ${order}`
  return `AWS doesn't say which policy denied it. ${order}`
}

/** Whether a given policy of the caller allows the call, so that it is not among the usual causes (R-EVID-15). */
function isAllowedByCaller({ basis, steps, usualCauses = [] }: PossibleFacts): boolean {
  if (basis !== 'policies' || usualCauses.some(({ layer }) => layer === 'identity-policy')) return false
  return (steps[0]?.decision.layers ?? []).some(
    ({ layer, statements }) =>
      layer === 'identity-policy' && statements.some(({ effect, matches }) => effect === 'Allow' && matches !== false),
  )
}

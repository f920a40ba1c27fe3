import type { Denial } from '#intake/denial.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import type { Beside } from './beside.ts'

/**
 * The evidence with the claims of the token that was given: they are condition keys of the calls that show a token to STS (R-EVID-17), and
 * count more than what a text says of it.
 */
export function withToken(evidence: Evidence, { token }: Pick<Beside, 'token'>): Evidence {
  if (token === undefined) return evidence
  const known = new Set(Object.keys(token.conditionKeys).map((key) => key.toLowerCase()))
  const withClaims = (denial: Denial): Denial => {
    if (denial.action?.toLowerCase() !== 'sts:assumerolewithwebidentity') return denial
    const before = Object.entries(denial.context).filter(([key]) => !known.has(key.toLowerCase()))
    return { ...denial, context: { ...Object.fromEntries(before), ...token.conditionKeys } }
  }
  return { ...evidence, denials: evidence.denials.map(withClaims) }
}

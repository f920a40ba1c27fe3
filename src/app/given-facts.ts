import { type GivenFacts, withGivenFacts } from '#intake/given-facts.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'

/** Facts that a person gives of the refused request. */
export type Facts = GivenFacts

/** The evidence with what a person says of the request, and where the evidence says otherwise. */
export function withFacts(
  evidence: Evidence,
  facts: Facts,
): { readonly evidence: Evidence; readonly conflicts: readonly string[] } {
  const { denials, conflicts } = withGivenFacts(evidence.denials, facts)
  return { evidence: { ...evidence, denials }, conflicts }
}

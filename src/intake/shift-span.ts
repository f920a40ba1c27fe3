import type { Denial } from './denial.ts'

/** The denial with its span in a longer text, of which it was read from the part that begins at `by`. */
export function shiftSpan(denial: Denial, by: number): Denial {
  const span = denial.evidence.span
  if (span === null || by === 0) return denial
  return { ...denial, evidence: { ...denial.evidence, span: [span[0] + by, span[1] + by] } }
}

import { incidentsOf } from '#diagnose/incidents.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { ShownDiagnosis, ShownResult } from '#fix/proof/fix.ts'
import type { Evidence } from './inputs.ts'

/** Evidence with one denial for each incident of a log, and what each stands for. */
export interface Grouped {
  readonly evidence: Evidence
  /** Adds to a diagnosis what it tells of the others; as it is, where it stands for itself. */
  readonly withOccurrences: (result: ShownResult) => ShownResult
}

/**
 * For a person who reads the answer, the denials of a log are told by incident. Only where no policy is at hand: what is in
 * force may refuse one resource and let the next pass.
 */
export function inIncidents(evidence: Evidence, policySource: PolicySource): Grouped {
  const incidents = policySource.kind === 'none' && evidence.denials.length > 1 ? incidentsOf(evidence.denials) : []
  if (incidents.length === 0 || incidents.length === evidence.denials.length)
    return { evidence, withOccurrences: (result) => result }
  const byPlace = new Map(incidents.map((incident) => [incident.denial.evidence.span?.[0], incident]))
  const withOthers = (diagnosis: ShownDiagnosis): ShownDiagnosis => {
    const place = diagnosis.denial.evidence.span?.[0]
    const incident = place === undefined ? undefined : byPlace.get(place)
    if (incident === undefined) return diagnosis
    const { count, first, last, resources } = incident
    return { ...diagnosis, occurrences: { count, first, last }, ...(resources.length > 1 ? { alike: resources } : {}) }
  }
  return {
    evidence: { ...evidence, denials: incidents.map(({ denial }) => denial) },
    withOccurrences: (result) => ({ ...result, diagnoses: result.diagnoses.map(withOthers) }),
  }
}

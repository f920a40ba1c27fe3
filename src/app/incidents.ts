import { type Incident, incidentsOf } from '#diagnose/incidents.ts'
import type { DiagnoseOptions } from '#diagnose/diagnose.ts'
import type { ShownDiagnosis, ShownResult } from '#fix/proof/fix.ts'
import { explainDenials } from './diagnose.ts'
import { type Evidence, knowsPolicies } from '#diagnose/evidence/evidence.ts'

/** Evidence with one denial for each incident of a log, and what each stands for. */
export interface Grouped {
  readonly evidence: Evidence
  /** Adds to a diagnosis what it tells of the others; as it is, where it stands for itself. */
  readonly withOccurrences: (result: ShownResult) => ShownResult
}

/**
 * For a person who reads the answer, the denials of a log are told by incident. Only where no policy is at hand that bears on
 * them: what is in force may refuse one resource and let the next pass.
 */
export function inIncidents(evidence: Evidence, options: Omit<DiagnoseOptions, 'managedPolicies'> = {}): Grouped {
  const incidents = evidence.denials.length > 1 ? incidentsIn(evidence, options) : []
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

/** Where policies are at hand, those of whose denials nothing but the message tells are put together. */
function incidentsIn(evidence: Evidence, options: Omit<DiagnoseOptions, 'managedPolicies'>): readonly Incident[] {
  if (!knowsPolicies(evidence)) return incidentsOf(evidence.denials)
  // They are explained once more by who asks: most inputs hold none that could be put together.
  if (incidentsOf(evidence.denials).length === evidence.denials.length) return []
  const { diagnoses } = explainDenials(evidence, options)
  const onMessage = new Set(
    diagnoses.filter(({ basis }) => basis === 'message').map(({ denial }) => denial.evidence.span?.[0]),
  )
  return incidentsOf(evidence.denials, ({ evidence: { span } }) => onMessage.has(span?.[0]))
}

import { searchEvidence, type WholeDiagnosis, wholeDiagnosis } from '#app/diagnose.ts'
import { withPolicies } from '#app/beside/policy-source-beside.ts'
import { Sorting } from '#app/beside/sorting.ts'
import { withToken } from '#app/beside/token-beside.ts'
import { evidenceOfText } from '#app/inputs.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'

/** The diagnosis of a pasted text and of files as the AWS CLI prints them, the way a person gives both to `diagnose`. */
export async function diagnosisWithFiles(text: string, files: readonly object[]): Promise<WholeDiagnosis | undefined> {
  const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
  for (const [i, file] of files.entries()) await sorting.add({ name: `f${i}.json`, text: JSON.stringify(file) }, true)
  const beside = sorting.end()
  const [first] = searchEvidence(
    withPolicies(withToken(evidenceOfText(text, 'text'), beside), { kind: 'none' }, beside),
  ).searches
  return first === undefined ? undefined : wholeDiagnosis(first)
}

/** The layers of the certain and likely causes. */
export const likelyLayers = ({ causes }: Pick<Diagnosis, 'causes'>): readonly string[] => [
  ...new Set(causes.filter(({ certainty }) => certainty !== 'possible').map(({ layer }) => layer)),
]

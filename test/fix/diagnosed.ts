/** Diagnoses a pasted text with the files that the AWS CLI prints, as the command does. */
import assert from 'node:assert/strict'
import { searchEvidence, wholeDiagnosis } from '#app/diagnose.ts'
import { Sorting } from '#app/beside/sorting.ts'
import { policySourceBeside } from '#app/beside/policy-source-beside.ts'
import { evidenceOfText } from '#app/inputs.ts'

export async function diagnosed(text: string, ...files: readonly object[]) {
  const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
  for (const [i, file] of files.entries()) await sorting.add({ name: `f${i}.json`, text: JSON.stringify(file) }, true)
  const beside = sorting.end()
  const source = policySourceBeside({ kind: 'none' }, beside)
  const [search] = searchEvidence({
    ...evidenceOfText(text, 'text'),
    policySource: source,
    provided: beside.atHand,
  }).searches
  assert.ok(search !== undefined)
  return wholeDiagnosis(search)
}

/** The first fix of the first denial, in the parts that a test compares. */
export async function firstFix(text: string, ...files: readonly object[]) {
  const [fix] = (await diagnosed(text, ...files)).fixes
  assert.ok(fix !== undefined, 'no fix')
  return {
    id: fix.id,
    does: fix.changes.map(({ does }) => does).join('; '),
    layers: fix.changes.map(({ layer }) => layer),
    kinds: fix.changes.map(({ kind }) => kind),
    patch: fix.changes.flatMap(({ patch }) => patch),
    commands: fix.changes.map(({ awsCli }) => awsCli ?? '').join('\n'),
    consequences: JSON.stringify(fix.changes.map((change) => change)),
  }
}

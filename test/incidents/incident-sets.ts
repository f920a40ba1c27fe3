/**
 * Real incidents with their text, files and policies, which are kept outside the repository. `DENYTRACE_INCIDENTS` is their
 * folder. A run takes a sample of them; `DENYTRACE_INCIDENTS_ALL=1` takes all, and `DENYTRACE_SEED` another sample.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withPolicies } from '#app/beside/policy-source-beside.ts'
import { Sorting } from '#app/beside/sorting.ts'
import { withToken } from '#app/beside/token-beside.ts'
import { searchEvidence, type WholeDiagnosis, wholeDiagnosis } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import type { PoliciesInForce } from '#engine/scenario.ts'

export interface SetIncident {
  readonly id: string
  readonly text: string
  readonly files?: readonly { readonly name: string; readonly content: string }[]
  readonly scenario?: { readonly request?: object; readonly policies?: PoliciesInForce } | null
}

export interface NamedText {
  readonly name: string
  readonly text: string
}

const { DENYTRACE_INCIDENTS: folder = '' } = process.env
const SETS = ['answers.jsonl', 'answers-2.jsonl'].map((name) => join(folder, name))
const { DENYTRACE_SEED = '20261203', DENYTRACE_INCIDENTS_ALL: isAll } = process.env

/** Why the tests are skipped; undefined: the sets are there. */
export const noIncidents: string | undefined =
  folder !== '' && SETS.every((file) => existsSync(file))
    ? undefined
    : 'the sets of incidents are not here; DENYTRACE_INCIDENTS names their folder'

/** For the title of a test: how the sample was drawn. */
export const drawn: string = isAll === undefined ? `seed ${DENYTRACE_SEED}` : 'all'

/** So many of the incidents that fit, drawn by the seed; with the switch all of them. */
export function sampled(count: number, fits: (incident: SetIncident) => boolean): readonly SetIncident[] {
  if (noIncidents !== undefined) return []
  const all = SETS.flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as SetIncident)
    .filter(fits)
  if (isAll !== undefined) return all
  const next = randomFrom(Number(DENYTRACE_SEED))
  const ranked = all.map((incident) => ({ incident, rank: next() })).toSorted((a, b) => a.rank - b.rank)
  return ranked.slice(0, count).map(({ incident }) => incident)
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const filesOf = ({ files = [] }: SetIncident): readonly NamedText[] =>
  files.map(({ name, content }) => ({ name, text: content }))

/** The evidence of a text with files, as the command line makes it. */
export async function withFiles(evidence: Evidence, files: readonly NamedText[]): Promise<Evidence> {
  const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
  for (const file of files) await sorting.add(file, true)
  const beside = sorting.end()
  return withPolicies(withToken(evidence, beside), { kind: 'none' }, beside)
}

export const evidenceOf = (text: string): Evidence => rawEvidence(text)

/** Diagnoses with all their fixes. */
export const diagnosesOf = (evidence: Evidence): readonly WholeDiagnosis[] =>
  searchEvidence(evidence).searches.map(wholeDiagnosis)

/** Causes and first fix of each denial, without the names that a file or a scenario gives a policy. */
export const answersOf = (diagnoses: readonly Pick<WholeDiagnosis, 'causes' | 'fixes' | 'status'>[]) =>
  diagnoses.map(({ causes, fixes, status }) => ({
    status,
    causes: causes.map(({ layer, denyType, certainty }) => ({ layer, denyType, certainty })),
    fix: fixes[0]?.changes.map(({ layer, kind, patch }) => ({ layer, kind, patch: patch ?? null })),
  }))

/** R-EVID-11: real incidents have the same causes and the same first fix by every door that takes a text and files. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openQuestionAnswerer } from '#app/answer-question.ts'
import { diagnoseLine } from '#app/batch-diagnose.ts'
import { searchEvidence, type WholeResult, wholeResult } from '#app/diagnose.ts'
import { denialOf, pastedRow } from '#store/row-of-denial.ts'
import {
  answersOf,
  diagnosesOf,
  drawn,
  evidenceOf,
  filesOf,
  type NamedText,
  noIncidents,
  sampled,
  withFiles,
} from './incident-sets.ts'

const INCIDENTS = sampled(6, ({ files = [] }) => files.length > 0)
const answerer = openQuestionAnswerer({ snapshots: [] })

const DOORS: Readonly<Record<string, (text: string, files: readonly NamedText[]) => Promise<unknown>>> = {
  'a batch line': async (text, files) => diagnoseLine({}, {})({ text, files }, ''),
  'the API and the page': async (text, files) =>
    (await answerer).answer('diagnose', JSON.stringify({ files: [{ name: 'error.txt', text }, ...files] })),
  MCP: async (text, files) => wholeResult(await (await answerer).search(JSON.stringify({ text, files }))),
  'a stored denial': async (text, files) => {
    const { denials, ...evidence } = await withFiles(evidenceOf(text), files)
    const how = { kind: 'paste', name: null, at: '2026-05-04T10:00:00Z' } as never
    const stored = denials.map((denial) => denialOf(pastedRow(denial, how)))
    return wholeResult(searchEvidence({ ...evidence, denials: stored }))
  },
}

describe(`an incident by every door (${drawn})`, { skip: noIncidents ?? false }, () => {
  for (const incident of INCIDENTS)
    test(incident.id, async () => {
      const files = filesOf(incident)
      const byFiles = answersOf(diagnosesOf(await withFiles(evidenceOf(incident.text), files)))
      for (const [door, ask] of Object.entries(DOORS)) {
        const { diagnoses } = (await ask(incident.text, files)) as WholeResult
        assert.deepEqual(answersOf(diagnoses), byFiles, door)
      }
    })
})

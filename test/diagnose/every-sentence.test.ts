/** Every sentence of AWS's that is kept as a sample, without a policy at hand: what it says is what the answer says. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'

const SAMPLES = join(import.meta.dirname, '..', 'samples', 'intake')
const linesOf = (name: string): readonly { readonly text?: string }[] =>
  readFileSync(join(SAMPLES, name), 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as { readonly text?: string }]))
const kept = JSON.parse(readFileSync(join(SAMPLES, 'aws-sentences.json'), 'utf8')) as { readonly text?: string }[]
const texts = new Set([...linesOf('sentences.jsonl'), ...kept].flatMap(({ text }) => text ?? []))

describe('of every sentence', () => {
  const found = [...texts].flatMap((text) =>
    diagnoseEvidence(rawEvidence(text)).diagnoses.map((diagnosis) => ({ text, diagnosis })),
  )
  const denials = found.filter(({ diagnosis }) => diagnosis.status !== 'not-a-denial')

  it('the layer that it names is a cause, by its own word of how, and nothing is a contradiction', () => {
    assert.ok(denials.length > 140, String(denials.length))
    for (const { text, diagnosis } of denials) {
      const { layer, denyType } = diagnosis.denial.reported
      assert.notEqual(diagnosis.status, 'contradicted', text)
      if (layer === null) continue
      const [first] = diagnosis.causes
      assert.equal(first?.layer, layer, text)
      assert.ok(denyType === null || first.denyType === denyType, text)
    }
  })

  it('a statement that is drafted allows more than what is called `*`, and no word of the sentence is a name', () => {
    for (const { text, diagnosis } of denials)
      for (const { changes } of diagnosis.fixes) {
        const statements = JSON.stringify(changes.map(({ patch }) => patch))
        assert.doesNotMatch(statements, /\$\{\*\}|[/:](?:the |this )?resource"/, text)
      }
  })
})

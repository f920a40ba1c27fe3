/** Terminal, page, Markdown and summary (JSON, MCP) say the same of each example, in the same words. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { assumedWords } from '#answer/assumed-words.ts'
import { causeWords, headlineWords } from '#answer/cause-words.ts'
import { plainText } from '#answer/marked-words.ts'
import { deniedNext, denyingLayers, nextWords } from '#answer/next-words.ts'
import { DRAFTED, draftOutcome, outcomeWords } from '#answer/outcome-words.ts'
import { notCheckedWords } from '#answer/not-checked-words.ts'
import { callerInWords } from '#answer/name-in-words.ts'
import { searchEvidence, shownResult, wholeResult } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import { loadSnapshot } from '#collect/folder.ts'
import type { Diagnosis as WireDiagnosis } from '#http/wire.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { markdownOf } from '../../web/answer/markdown.ts'
import { plain, sentenceOf } from '../../web/answer/say.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const UNWRAPPED = { columns: undefined, isTerminal: false, color: false }

/** The first diagnosis of an example, and its text in each form. */
async function forms(name: string) {
  const folder = join(EXAMPLES, name)
  const file = existsSync(join(folder, 'denial.json')) ? 'denial.json' : 'denial.txt'
  const evidence = evidenceOfText(readFileSync(join(folder, file), 'utf8'), file)
  const at = join(folder, 'snapshot')
  const searched = searchEvidence(
    existsSync(at) ? { ...evidence, policySource: { kind: 'snapshot', snapshot: await loadSnapshot(at) } } : evidence,
  )
  const shown = shownResult(searched)
  const [diagnosis] = shown.diagnoses
  const [whole] = wholeResult(searched).diagnoses as unknown as readonly WireDiagnosis[]
  assert.ok(diagnosis !== undefined && whole !== undefined)
  return {
    diagnosis,
    fix: whole.fixes[0],
    summary: diagnosis.summary,
    terminal: withoutPlaces(diagnosesText({ ...shown, diagnoses: [diagnosis] }, UNWRAPPED)),
    markdown: withoutMarks(markdownOf(whole, whole.fixes[0])),
    headline: plain(sentenceOf(diagnosis as unknown as WireDiagnosis)),
  }
}

/** Leaves out the file and line behind a statement: `(policies/a.json:12)`. */
const withoutPlaces = (text: string): string => text.replaceAll(/ \([\w./-]+\.json(?::\d+)?\)/g, '')

const withoutMarks = (text: string): string => text.replaceAll(/[\\`]|\*\*/g, '').replaceAll(/\s+/g, ' ')

function assertHas(form: string, sentence: string): void {
  assert.ok(form.toLowerCase().includes(sentence.toLowerCase()), `"${sentence}" is not in:\n${form}`)
}

describe('an example', () => {
  const names = readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, 'expected.txt')))

  it('has its cause in the same words on the terminal, on the page, in Markdown and in the summary', async () => {
    let compared = 0
    for (const name of names) {
      const { diagnosis, summary, terminal, markdown, headline } = await forms(name)
      const { denial, steps, status, causes } = diagnosis
      const [cause] = causes
      if (cause === undefined || (status !== 'explained' && status !== 'likely')) continue
      compared += 1
      const arn = denial.principal ?? steps[0]?.request.principal ?? null
      const sentence = plainText(causeWords(cause, callerInWords(arn)))
      assertHas(summary, sentence)
      assertHas(terminal, sentence)
      assertHas(markdown, sentence)
      assertHas(headline, plainText(headlineWords(cause, { arn })))
    }
    assert.ok(compared >= 8, `${compared} of ${names.length}`)
  })
  it('has the next denial, what was not checked and what was assumed in the same words on the terminal and in Markdown', async () => {
    let compared = 0
    for (const name of names) {
      const { diagnosis, summary, terminal, markdown } = await forms(name)
      const { steps, status, unseen, fixes, assumptions } = diagnosis
      for (const step of deniedNext(steps)) {
        compared += 1
        const sentence = plainText(nextWords(step))
        assertHas(terminal, sentence)
        assertHas(markdown, sentence)
        if (status === 'explained' || status === 'likely') assertHas(summary, denyingLayers(step.decision))
      }
      if (assumptions.length > 0) {
        compared += 1
        assertHas(terminal, assumedWords(diagnosis))
        assertHas(markdown, assumedWords(diagnosis))
      }
      const open = [...unseen, ...(fixes[0]?.replay.unseen ?? [])]
      if (open.length === 0) continue
      compared += 1
      assertHas(terminal, notCheckedWords(open))
      assertHas(markdown, notCheckedWords(open))
    }
    assert.ok(compared >= 3, `${compared} of ${names.length}`)
  })
  it('has the outcome of its fix in the same words on the terminal, in Markdown and in JSON', async () => {
    let compared = 0
    for (const name of names) {
      const { diagnosis, fix, terminal, markdown } = await forms(name)
      const [shown] = diagnosis.fixes
      if (shown === undefined) continue
      compared += 1
      const sentence = shown.basis === 'policies' ? outcomeWords(shown, diagnosis.steps) : DRAFTED
      assert.equal(fix?.outcome, shown.basis === 'policies' ? sentence : draftOutcome(shown))
      assertHas(terminal, sentence)
      assertHas(markdown, sentence)
    }
    assert.ok(compared >= 8, `${compared} of ${names.length}`)
  })
})

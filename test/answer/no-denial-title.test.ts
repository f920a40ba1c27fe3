/** First line of the answer to an error that no AWS policy decided. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { noDenialTitle } from '#answer/no-denial-title.ts'
import { readDenials } from '#intake/read.ts'
import { denialLines } from '#report/text-denial.ts'

const PAGE = { columns: undefined, isTerminal: false, color: false }
const WORDINGS = readFileSync(new URL('../samples/intake/aws-wordings.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly id: string; readonly text: string })

describe('the first line of an answer to an error that no policy decided', () => {
  for (const { id, text } of WORDINGS) {
    const [denial] = readDenials(text).denials
    if (denial?.kind !== 'other') continue
    it(`says what the error is: ${id}`, () => {
      const title = noDenialTitle(denial)
      assert.doesNotMatch(title, /no AWS policy decides this error|that we know/)
      assert.equal(denialLines(denial, PAGE)[0], title)
    })
  }

  it('says that there is no error in a text without one', () => {
    const [denial] = readDenials('Everything went well today.').denials
    assert.ok(denial)
    assert.equal(noDenialTitle(denial), 'No access-denied error found')
  })
})

/** The word list of `npm run prose` finds the words in prose, not in code, and its counts may only shrink. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareCounts, findWords, proseLines, WORD_RULES } from '../scripts/prose/words.ts'

const wordsIn = (text: string): readonly string[] => findWords(proseLines(text)).map(({ word }) => word)

describe('the word list', () => {
  it('finds a listed word with its line and the plain word for it', () => {
    const [finding] = findWords(proseLines('The call\nis Refused by the policy.'))
    assert.deepEqual([finding?.line, finding?.word, finding?.found], [2, 'refuse', 'Refused'])
    assert.match(finding?.instead ?? '', /deny/)
  })

  it('ignores code spans, code blocks, addresses and targets of links', () => {
    assert.deepEqual(wordsIn('`refused` and [a page](refused.md) at https://example.com/refused'), [])
    assert.deepEqual(wordsIn('```text\nrefused\n```\nallowed'), [])
    assert.deepEqual(wordsIn('````md\n```\nrefused\n```\n````\nrefused'), ['refuse'])
  })

  it('allows "stands for" and no other "stands"', () => {
    assert.deepEqual(wordsIn('A `?` stands for one character.'), [])
    assert.deepEqual(wordsIn('The statement stands in the policy.'), ['stands'])
  })

  it('has one plain word for every rule, and no rule twice', () => {
    assert.equal(new Set(WORD_RULES.map(({ word }) => word)).size, WORD_RULES.length)
    for (const { word, instead } of WORD_RULES) assert.notEqual(instead, '', word)
  })
})

describe('the baseline', () => {
  it('does not accept a count that grew, on a known page or a new one', () => {
    const { more } = compareCounts({ a: { refuse: 2 }, b: { told: 1 } }, { a: { refuse: 1 } })
    assert.deepEqual(more, ['a: refuse: 2, the baseline allows 1', 'b: told: 1, the baseline allows 0'])
  })

  it('reports where it can shrink, also when a page is gone', () => {
    const { more, fewer } = compareCounts({ a: { refuse: 1 } }, { a: { refuse: 2 }, b: { told: 1 } })
    assert.deepEqual([more, fewer], [[], ['a: refuse: 1 instead of 2', 'b: told: 0 instead of 1']])
  })
})

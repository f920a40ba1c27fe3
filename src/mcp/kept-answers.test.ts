import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeptAnswers } from './kept-answers.ts'

const answer = (characters: number) => ({ text: '', whole: 'x'.repeat(characters) })

test('the answers that were used last are kept, as many as may be', () => {
  const kept = new KeptAnswers({ count: 2, characters: 1000 })
  kept.put('a', answer(1))
  kept.put('b', answer(2))
  assert.equal(kept.get('a')?.whole, 'x')
  kept.put('c', answer(3))
  assert.deepEqual(
    ['a', 'b', 'c'].map((question) => kept.get(question)?.whole.length),
    [1, undefined, 3],
  )
})

test('answers have no more characters in all than they may, and one that has is not kept', () => {
  const kept = new KeptAnswers({ count: 10, characters: 100 })
  kept.put('a', answer(60))
  kept.put('b', answer(40))
  kept.put('c', { text: 'x'.repeat(20), long: 'x'.repeat(20), whole: 'x'.repeat(10), fitted: 'x'.repeat(10) })
  assert.deepEqual(
    ['a', 'b', 'c'].map((question) => kept.get(question) !== undefined),
    [false, true, true],
  )
  kept.put('b', answer(41))
  assert.equal(kept.get('c'), undefined)
  kept.put('d', answer(101))
  assert.deepEqual([kept.get('d'), kept.get('b')?.whole.length], [undefined, 41])
})

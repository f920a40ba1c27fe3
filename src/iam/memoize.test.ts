import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lowerCase, memoize, memoizeLast, memoizeText } from './memoize.ts'

/** A reading that counts how often it is asked for each key. */
function counted<K>() {
  const times = new Map<K, number>()
  const read = (key: K): { readonly of: K } => {
    times.set(key, (times.get(key) ?? 0) + 1)
    return { of: key }
  }
  return { read, times: (key: K) => times.get(key) ?? 0 }
}

describe('what is remembered of texts', () => {
  it('is read once, and is the same object every time', () => {
    const { read, times } = counted<string>()
    const known = memoizeText(read)
    assert.equal(known('a'), known('a'))
    assert.deepEqual(known('b'), { of: 'b' })
    assert.deepEqual([times('a'), times('b')], [1, 1])
  })

  it('does not hold long texts, which are read every time: a flood of them costs no memory', () => {
    const { read, times } = counted<string>()
    const known = memoizeText(read)
    const [longest, longer] = ['x'.repeat(256), 'x'.repeat(257)]
    for (const text of [longest, longer]) assert.deepEqual([known(text), known(text)], [{ of: text }, { of: text }])
    assert.deepEqual([times(longest), times(longer)], [1, 2])
  })

  it('is emptied by the text after the 4,096th, and not before', () => {
    const { read, times } = counted<string>()
    const known = memoizeText(read)
    for (let i = 0; i < 4096; i++) known(`text ${i}`)
    known('text 0')
    assert.equal(times('text 0'), 1)
    known('one more')
    known('text 0')
    assert.equal(times('text 0'), 2)
    known('one more')
    assert.equal(times('one more'), 1)
  })

  it('of other keys is held where the caller says that it is worth it', () => {
    const { read, times } = counted<number>()
    const known = memoize(read, (key) => key > 0)
    for (const key of [1, -1, 1, -1]) assert.deepEqual(known(key), { of: key })
    assert.deepEqual([times(1), times(-1)], [1, 2])
  })

  it('is the last text alone, where one is asked for many times in a row', () => {
    const { read, times } = counted<string>()
    const last = memoizeLast(read)
    for (const text of ['a', 'a', 'b', 'b', 'a']) assert.deepEqual(last(text), { of: text })
    assert.deepEqual([times('a'), times('b')], [2, 1])
  })

  it('of keys and actions is their lower case (R-CTX-01, R-ACT-01)', () =>
    assert.equal(lowerCase('AWS:PrincipalTag/Team'), 'aws:principaltag/team'))
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileGlob, compileParts, globMatches, globsMeet } from './glob.ts'

/** All words of at most so many of these characters. */
const words = (characters: string, longest: number): string[] =>
  longest === 0
    ? ['']
    : ['', ...[...characters].flatMap((first) => words(characters, longest - 1).map((w) => first + w))]

it('two patterns meet where some text fits both: all patterns of three characters against all texts of six', () => {
  const texts = words('ab', 6)
  const patterns = words('ab*?', 3).map((pattern) => {
    const glob = compileGlob(pattern)
    return { pattern, fits: new Set(texts.filter((text) => globMatches(glob, text))) }
  })
  for (const one of patterns)
    for (const two of patterns) {
      const some = [...one.fits].some((text) => two.fits.has(text))
      assert.equal(globsMeet(one.pattern, two.pattern), some, `${one.pattern} and ${two.pattern}`)
    }
})

/** What a pattern means, told in the plainest way (R-RES-02). */
const fits = (pattern: string, text: string): boolean => {
  if (pattern === '') return text === ''
  const rest = pattern.slice(1)
  if (pattern[0] === '*') return fits(rest, text) || (text !== '' && fits(pattern, text.slice(1)))
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && fits(rest, text.slice(1))
}

it('a pattern matches what it says: all of five characters against all texts of five (R-RES-02)', () => {
  const texts = words('ab', 5)
  for (const pattern of [...words('ab*', 5), ...words('a*?', 5)]) {
    const whole = compileGlob(pattern)
    const inParts = compileParts([...pattern].map((text) => ({ text, literal: false })))
    for (const text of texts) {
      const wanted = fits(pattern, text)
      assert.equal(globMatches(whole, text), wanted, `${pattern} and ${text}`)
      assert.equal(globMatches(inParts, text), wanted, `${pattern} in parts and ${text}`)
    }
  }
})

it('a literal star or question mark is only itself (R-VAR-03, R-VAR-06)', () => {
  const only = compileParts([{ text: 'a*?', literal: true }])
  const before = compileParts([
    { text: '*', literal: true },
    { text: '*', literal: false },
  ])
  const behind = compileParts([
    { text: '?', literal: false },
    { text: '?', literal: true },
  ])
  assert.deepEqual(
    ['a*?', 'abc', 'a*b'].map((text) => globMatches(only, text)),
    [true, false, false],
  )
  assert.deepEqual(
    ['*', '*a', 'a', ''].map((text) => globMatches(before, text)),
    [true, true, false, false],
  )
  assert.deepEqual(
    ['a?', '??', 'ab', '?'].map((text) => globMatches(behind, text)),
    [true, true, false, false],
  )
})

it('a question mark is one character, also one of two halves (R-RES-02)', () => {
  const texts = ['😀', '😀😀', 'a', '\uffff', 'a\u0000']
  const of = (pattern: string) => texts.map((text) => globMatches(compileGlob(pattern), text))
  assert.deepEqual(of('?'), [true, false, true, true, false])
  assert.deepEqual(of('??'), [false, true, false, false, true])
})

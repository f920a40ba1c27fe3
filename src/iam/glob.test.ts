import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileGlob, globMatches, globsMeet } from './glob.ts'

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

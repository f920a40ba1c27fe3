import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { compileGlob, compileParts, type GlobPart, globMatches } from '#iam/glob.ts'

/** Printed, so that a failure can be run again. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20_261_124)
const OPTIONS = { seed: SEED, numRuns: 3000 }

/** Few characters, so that patterns meet texts often; those that a RegExp or a lazy splitter would trip over. */
const CHARACTERS = ['a', 'b', '/', ':', '.', '\n', '\r', '\u2028', '😀', 'é', '$', '{', '}', '[', '\\', '^', '*', '?']
const text = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 8 }).map((list) => list.join(''))
const wild = fc
  .array(fc.constantFrom(...CHARACTERS, '*', '*', '*', '?', '?'), { maxLength: 8 })
  .map((list) => list.join(''))
/** So few characters that a pattern and a text meet every other time. */
const FEW = ['a', '\n', '😀']
const fewText = fc.array(fc.constantFrom(...FEW), { maxLength: 4 }).map((list) => list.join(''))
const fewWild = fc.array(fc.constantFrom(...FEW, '*', '?', '?'), { maxLength: 5 }).map((list) => list.join(''))
const parts: fc.Arbitrary<GlobPart[]> = fc.array(
  fc.oneof(
    wild.map((one) => ({ text: one, literal: false })),
    fc.constantFrom('*', '?', '$', 'a*b').map((one) => ({ text: one, literal: true })),
  ),
  { maxLength: 4 },
)

const escaped = (one: string): string => one.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)

/** The same pattern as a RegExp over characters: an oracle, never how a policy is matched. */
function asRegExp(list: readonly GlobPart[]): RegExp {
  const source = list
    .map(({ text, literal }) =>
      literal ? escaped(text) : [...text].map((c) => (c === '*' ? '.*' : c === '?' ? '.' : escaped(c))).join(''),
    )
    .join('')
  return new RegExp(`^(?:${source})$`, 'su')
}

describe(`wildcards (R-RES-02, R-VAR-03, R-VAR-06; seed ${SEED})`, () => {
  it('match what the same RegExp matches, for any text', () => {
    fc.assert(
      fc.property(fewWild, fewText, (pattern, one) => {
        assert.equal(globMatches(compileGlob(pattern), one), asRegExp([{ text: pattern, literal: false }]).test(one))
      }),
      OPTIONS,
    )
  })

  it('and so they do where literal text stands between them', () => {
    fc.assert(
      fc.property(parts, text, (list, one) => {
        assert.equal(globMatches(compileParts(list), one), asRegExp(list).test(one))
      }),
      OPTIONS,
    )
  })

  it('match every text that is made by putting something in their place', () => {
    fc.assert(
      fc.property(wild, fc.array(text, { minLength: 10, maxLength: 10 }), (pattern, fillings) => {
        let i = 0
        const made = [...pattern].map((c) => (c === '*' ? (fillings[i++ % 10] ?? '') : c === '?' ? 'b' : c)).join('')
        assert.equal(globMatches(compileGlob(pattern), made), true)
      }),
      OPTIONS,
    )
  })

  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
    ['', '', true], ['', 'a', false], ['*', '', true], ['**', '', true], ['?', '', false], ['?', 'a', true],
    ['a*', 'a\nb', true], ['a?b', 'a\nb', true], ['?', '😀', true], ['??', '😀', false], ['a?c', 'a😀c', true],
    ['*a', 'ba\n', false], ['a', 'a\n', false], ['a*b*c', 'aXbXbc', true], ['a*b*c', 'acb', false], ['*?', '😀', true],
  ]
  for (const [pattern, one, matches] of ROWS)
    it(`${JSON.stringify(pattern)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(one)}`, () => {
      assert.equal(globMatches(compileGlob(pattern), one), matches)
    })

  // Who tries every way to lay the stars would try longer than anybody waits.
  it('come to an end for a pattern of two hundred stars that just fails', () => {
    const glob = compileGlob(`${'*a'.repeat(200)}b`)
    assert.equal(globMatches(glob, 'a'.repeat(50_000)), false)
    assert.equal(globMatches(compileGlob(`${'*'.repeat(200)}b`), 'a'.repeat(50_000)), false)
    assert.equal(globMatches(compileGlob(`${'*?'.repeat(200)}b`), 'a'.repeat(50_000)), false)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { textClasses } from './text-classes.ts'
import { globPattern } from './text-pattern.ts'

const SEED = 20_261_126
const ROUNDS = 400
/** `c` stands in no pattern. */
const TEXTS = textsUpTo(7, 'abc')

function textsUpTo(length: number, letters: string): readonly string[] {
  let last = ['']
  const all = [...last]
  for (let i = 0; i < length; i++) {
    last = last.flatMap((text) => [...letters].map((letter) => text + letter))
    all.push(...last)
  }
  return all
}

function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const holding = (patterns: readonly string[], text: string): readonly number[] =>
  patterns.flatMap((pattern, i) => (globMatches(compileGlob(pattern), text) ? [i] : []))

const classesOf = (patterns: readonly string[], required?: number) =>
  textClasses(
    patterns.map((pattern) => [globPattern(compileGlob(pattern))]),
    required === undefined ? {} : { required: [required] },
  )

describe(`classes of texts (${ROUNDS} rounds, seed ${SEED})`, () => {
  for (const [title, letters] of [
    ['patterns of texts and stars', 'aab*'],
    ['patterns with question marks', 'ab*?'],
  ] as const)
    it(`${title} come out as often as all texts up to seven letters say`, () => {
      const random = randomFrom(SEED)
      for (let round = 0; round < ROUNDS; round++) {
        const patterns = Array.from({ length: 1 + random(3) }, () =>
          Array.from({ length: 1 + random(4) }, () => letters[random(letters.length)]).join(''),
        )
        const required = random(2) === 0 ? undefined : random(patterns.length)
        const { classes, complete } = classesOf(patterns, required)
        const expected = new Set<string>()
        for (const text of TEXTS) {
          const holds = holding(patterns, text)
          if (required === undefined || holds.includes(required)) expected.add(holds.join())
        }
        const told = `${patterns.join(' ')}, required ${required}`
        assert.ok(complete, told)
        assert.deepEqual(classes.map(({ holds }) => holds.join()).toSorted(), [...expected].toSorted(), told)
        for (const { text, holds } of classes) assert.deepEqual(holding(patterns, text), holds, `${told}: ${text}`)
      }
    })

  it('a text that two parts of one pattern share is told apart from one that has both', () => {
    const found = classesOf(['a/*', '*/b*', 'a/*/b*']).classes.map(({ holds }) => holds.join())
    assert.ok(found.includes('0,1'), 'a/b')
    assert.ok(found.includes('0,1,2'), 'a//b')
  })
})

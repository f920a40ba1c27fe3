/** The classes of src/space/ against everything there is over small alphabets: none is missing, and each is what it says. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { evaluateLine, readCondition } from '../../src/iam/condition/condition.ts'
import { compileGlob, globMatches } from '../../src/iam/glob.ts'
import { ABSENT, type KeyState, several, single } from '../../src/iam/key-state.ts'
import { readResourcePattern } from '../../src/iam/resource.ts'
import { keyClasses } from '../../src/space/key-classes.ts'
import { heldBy, resourceClasses } from '../../src/space/resource-classes.ts'
import { textClasses } from '../../src/space/text-classes.ts'
import { patternOf, wildcardSteps } from '../../src/space/text-pattern.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20_261_124)

/** Every text over the letters, up to a length. */
function allTexts(letters: string, most: number): readonly string[] {
  const texts = ['']
  for (let from = 0, length = 0; length < most; length++) {
    const end = texts.length
    for (; from < end; from++) for (const letter of letters) texts.push((texts[from] ?? '') + letter)
  }
  return texts
}

const pattern = fc
  .array(fc.constantFrom('a', 'b', '*', '?', 'ab'), { minLength: 0, maxLength: 5 })
  .map((parts) => parts.join(''))
const TEXTS = allTexts('abz', 6)

describe(`texts (seed ${SEED})`, () => {
  it('every combination of patterns that a text has is found, with a text that has it', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), (patterns) => {
        const globs = patterns.map(compileGlob)
        const holdsOf = (text: string): string =>
          globs.flatMap((glob, i) => (globMatches(glob, text) ? [i] : [])).join()
        const { classes, complete } = textClasses(patterns.map((text) => [patternOf(wildcardSteps(text))]))
        assert.ok(complete)
        for (const { text, holds } of classes) assert.equal(holds.join(), holdsOf(text), text)
        assert.deepEqual(
          new Set(classes.map(({ holds }) => holds.join())),
          new Set([...TEXTS.map(holdsOf), ...classes.map(({ text }) => holdsOf(text))]),
        )
      }),
      { seed: SEED, numRuns: 120 },
    )
  })

  it('those that one pattern must hold are those of all that it holds', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 2, maxLength: 4 }), (patterns) => {
        const observers = patterns.map((text) => [patternOf(wildcardSteps(text))])
        const holds = (limits: object) => new Set(textClasses(observers, limits).classes.map((one) => one.holds.join()))
        const all = [...holds({})].filter((one) => one.split(',').includes('0'))
        assert.deepEqual(holds({ required: [0] }), new Set(all))
      }),
      { seed: SEED, numRuns: 120 },
    )
  })
})

describe(`resources (seed ${SEED})`, () => {
  const segment = fc.constantFrom('*', 'aws', 'a*', '', '?', 's3')
  const arn = fc
    .tuple(segment, segment, segment, segment, pattern)
    .map((segments) => readResourcePattern(`arn:${segments.join(':')}`, '2012-10-17', 'identity'))

  it('an ARN is held by just the patterns its class says, and no combination is missing', () => {
    const heads = ['aws', 's3', '', 'a', 'x', 'ab']
    const some = fc.tuple(...[0, 1, 2, 3].map(() => fc.constantFrom(...heads)), fc.constantFrom(...TEXTS.slice(0, 364)))
    fc.assert(
      fc.property(
        fc.array(arn, { minLength: 1, maxLength: 3 }),
        fc.array(some, { maxLength: 40 }),
        (patterns, asked) => {
          const { classes } = resourceClasses(patterns)
          for (const one of classes) assert.deepEqual(one.holds, heldBy(patterns, one.arn), one.arn)
          const found = new Set(classes.map(({ holds }) => holds.join()))
          for (const segments of asked) {
            const holds = heldBy(patterns, `arn:${segments.join(':')}`).join()
            assert.ok(found.has(holds), `arn:${segments.join(':')} is held by ${holds}`)
          }
        },
      ),
      { seed: SEED, numRuns: 150 },
    )
  })
})

describe(`condition keys (seed ${SEED})`, () => {
  // biome-ignore format: a table is read by its columns
  const KINDS: readonly (readonly [operators: readonly string[], constants: readonly string[], values: readonly string[]])[] = [
    [['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase'], ['a', 'A', 'ab', 'a*', '*b', '?', '?*', 'b*a'], [...allTexts('abA', 4)]],
    [['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericGreaterThanEquals'], ['1', '2', '2.5', '-3', '10'], ['-4', '-3', '-1', '0', '1', '1.5', '2', '2.2', '2.5', '3', '10', '11', 'x']],
    [['IpAddress', 'NotIpAddress'], ['10.0.0.0/8', '10.0.0.0/31', '10.0.0.1', '10.128.0.0/9', '2001:db8::/32', '::1'], ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.127.255.255', '10.128.0.0', '11.0.0.0', '9.255.255.255', '2001:db8::1', '2001:db9::', '::1', '::2', 'x']],
    [['DateLessThan', 'DateGreaterThanEquals', 'DateEquals'], ['2025-01-01T00:00:00Z', '2025-06-01T00:00:00Z', '1735689600'], ['2024-12-31T23:59:59Z', '2025-01-01T00:00:00Z', '2025-03-01T00:00:00Z', '2025-06-01T00:00:00Z', '2026-01-01T00:00:00Z']],
    [['ArnLike', 'ArnNotLike', 'ArnEquals'], ['arn:aws:s3:::a*', 'arn:*:s3:::*b', 'arn:aws:*:*:*:*'], ['arn:aws:s3:::a', 'arn:aws:s3:::ab', 'arn:x:s3:::b', 'arn:x:s3:::a', 'arn:aws:sqs:r:1:ab', 'x', 'arn:aws:s3']],
    [['Bool'], ['true', 'false'], ['true', 'false', 'x']],
  ]
  const lineOf = (operators: readonly string[], constants: readonly string[]) =>
    fc
      .tuple(
        fc.constantFrom('', '', 'ForAnyValue:', 'ForAllValues:'),
        fc.constantFrom(...operators),
        fc.constantFrom('', 'IfExists'),
        fc.subarray([...constants], { minLength: 1, maxLength: Math.min(3, constants.length) }),
      )
      .map(
        ([set, operator, ifExists, values]) =>
          readCondition({ [set + operator + ifExists]: { 'x:k': values } }, '2012-10-17')?.[0],
      )

  for (const [operators, constants, values] of KINDS) {
    const isText = operators.includes('StringEquals') || operators.includes('ArnLike')
    it(`${operators[0]} and its like: no state comes out in a way that no class does`, () => {
      fc.assert(
        fc.property(
          fc.array(lineOf(operators, constants), { minLength: 1, maxLength: 4 }),
          fc.array(fc.subarray([...values], { minLength: 1, maxLength: 3 }), { maxLength: 30 }),
          (read, sets) => {
            const lines = read.flatMap((line) => line ?? [])
            const tell = (state: KeyState): string =>
              lines.map((line) => evaluateLine(line, state, () => ABSENT)).join()
            const { classes, exact } = keyClasses('x:k', lines, { mayBeAbsent: true, mayBePresent: true })
            const found = new Set(classes.map(({ truths }) => truths.join()))
            for (const { state, truths } of classes) assert.equal(truths.join(), tell(state))
            if (!exact) return
            const usesSets = lines.some((line) => line.use?.setOperator !== undefined)
            // The empty text is a value of a set like any other, unless the set holds nothing else (R-COND-21).
            const withEmpty = isText ? [[''], ...sets.map((set) => [...set, ''])] : []
            const states = [ABSENT, ...values.map(single), ...(usesSets ? [...sets, ...withEmpty].map(several) : [])]
            for (const state of states) assert.ok(found.has(tell(state)), JSON.stringify(state))
          },
        ),
        { seed: SEED, numRuns: 80 },
      )
    })
  }
})

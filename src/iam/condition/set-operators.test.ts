import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { ABSENT, type KeyState, PRESENT, several, single, UNKNOWN } from '../key-state.ts'
import { not, type Truth } from '../truth.ts'
import { evaluateLine, readCondition } from './condition.ts'

const SEED = 20_261_124

function line(operator: string, policy: readonly string[], state: KeyState): Truth {
  const [read] = readCondition({ [operator]: { k: policy } }, '2012-10-17') ?? []
  assert.ok(read !== undefined, 'the condition was not read')
  return evaluateLine(read, state, () => ABSENT)
}

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [operator: string, policy: readonly string[], state: KeyState, result: Truth, rule: string])[] = [
  ['ForAllValues:StringLike',      ['a*', 'b'],  several(['a1', 'b', 'a2']), true,      'R-COND-20'],
  ['ForAllValues:StringLike',      ['a*', 'b'],  several(['a1', 'b2']),      false,     'R-COND-20'],
  ['ForAnyValue:StringLike',       ['a*'],       several(['x', 'a1']),       true,      'R-COND-20'],
  ['ForAnyValue:StringLike',       ['a*'],       several(['x', 'y']),        false,     'R-COND-20'],
  ['ForAllValues:StringNotEquals', ['a'],        several(['b', 'a']),        false,     'R-COND-20'],
  ['ForAnyValue:StringNotEquals',  ['a', 'b'],   several(['a', 'b']),        false,     'R-COND-20'],
  ['ForAllValues:StringNotLike',   ['o-1/*'],    several(['o-1/r']),         false,     'R-COND-24'],
  ['ForAllValues:StringNotLike',   ['o-1/*'],    several(['o-2/r']),         true,      'R-COND-24'],
  ['ForAllValues:StringNotLike',   ['o-1/*'],    ABSENT,                     true,      'R-COND-24'],
  ['ForAllValues:StringEquals',    ['a'],        several(['']),              true,      'R-COND-21'],
  ['ForAllValues:StringEquals',    ['a'],        several(['', '']),          true,      'R-COND-21'],
  ['ForAnyValue:StringEquals',     [''],         several(['']),              false,     'R-COND-21'],
  ['ForAllValues:StringEquals',    ['a'],        single(''),                 true,      'R-COND-21'],
  ['ForAllValues:StringEquals',    ['a'],        single('a'),                true,      'R-COND-23'],
  ['ForAnyValue:StringEquals',     ['a'],        single('b'),                false,     'R-COND-23'],
  ['ForAllValues:StringEqualsIfExists', ['a'],   ABSENT,                     true,      'R-COND-25'],
  ['ForAllValues:StringEqualsIfExists', ['a'],   several(['b']),             false,     'R-COND-25'],
  ['ForAnyValue:StringEqualsIfExists',  ['a'],   ABSENT,                     true,      'R-COND-25'],
  ['ForAnyValue:StringEqualsIfExists',  ['a'],   several(['b']),             false,     'R-COND-25'],
  ['ForAllValues:StringEquals',    ['a'],        UNKNOWN,                    'unknown', 'R-COND-61'],
  ['ForAllValues:StringEquals',    ['a'],        PRESENT,                    'unknown', 'R-COND-61'],
  ['ForAnyValue:StringEquals',     ['a'],        UNKNOWN,                    'unknown', 'R-COND-61'],
  ['ForAnyValue:StringEqualsIfExists', ['a'],    UNKNOWN,                    'unknown', 'R-COND-61'],
  ['ForAnyValue:IpAddress',        ['10.0.0.0/8'], several(['192.0.2.1', '10.0.0.1']), true, 'R-COND-20'],
  ['ForAllValues:ArnLike',         ['arn:aws:s3:::*'], several(['arn:aws:s3:::b', 'x']), false, 'R-COND-20'],
  ['ForAllValues:NumericLessThan', ['5'],        several(['1', '4.5']),      true,      'R-COND-20'],
]

describe('set operators', () => {
  for (const [operator, policy, state, result, rule] of ROWS)
    it(`${operator} ${JSON.stringify(policy)} of ${JSON.stringify(state)} is ${result} (${rule})`, () =>
      assert.equal(line(operator, policy, state), result))

  const word = fc.constantFrom('a', 'b', 'c', 'd')
  const words = fc.array(word, { minLength: 1, maxLength: 4 })

  it(`"all equal" is the opposite of "any not equal", and "any equal" of "all not equal" (R-COND-20; seed ${SEED})`, () => {
    fc.assert(
      fc.property(words, words, (policy, values) => {
        const ask = (operator: string) => line(operator, policy, several(values))
        assert.equal(ask('ForAllValues:StringEquals'), not(ask('ForAnyValue:StringNotEquals')))
        assert.equal(ask('ForAnyValue:StringEquals'), not(ask('ForAllValues:StringNotEquals')))
        assert.equal(
          ask('ForAllValues:StringEquals'),
          values.every((value) => policy.includes(value)),
        )
        assert.equal(
          ask('ForAnyValue:StringEquals'),
          values.some((value) => policy.includes(value)),
        )
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})

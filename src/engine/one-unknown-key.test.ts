/**
 * A key that is there with a value nobody wrote down: which values are tried, and what each comes to. The expectations are
 * the operators' own meaning (R-COND-02 to R-COND-05), value by value.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from './evaluate.ts'

const A = '111122223333'
type Statement = readonly [effect: 'Allow' | 'Deny', condition: object]
type Value = NonNullable<Request['context']>[string]

function decide(statements: readonly Statement[], context: Readonly<Record<string, Value>>) {
  const Statement = statements.map(([Effect, Condition]) => ({ Effect, Action: '*', Resource: '*', Condition }))
  return evaluate({
    request: {
      principal: `arn:aws:iam::${A}:user/ann`,
      action: 'sqs:SendMessage',
      resource: `arn:aws:sqs:eu-west-1:${A}:q`,
      context,
    },
    policies: { complete: true, identityPolicies: [{ name: 'p', document: { Version: '2012-10-17', Statement } }] },
  })
}

const allow = (...conditions: object[]): Statement[] => conditions.map((condition) => ['Allow', condition])
const deny = (...conditions: object[]): Statement[] => [
  ['Allow', {}],
  ...conditions.map((condition): Statement => ['Deny', condition]),
]

/** Values a request could carry, as they are printed, and what each of them must come to. */
type Region = readonly [values: string, fits: (shown: unknown) => boolean, decision: 'allowed' | 'denied']

const is =
  (...values: readonly unknown[]) =>
  (shown: unknown) =>
    values.some((value) => value === shown)
const numbers = (above: number, below: number) => (shown: unknown) =>
  typeof shown === 'string' && /^-?[\d.]+$/.test(shown) && Number(shown) > above && Number(shown) < below
const timeOf = (shown: unknown): number =>
  typeof shown !== 'string' ? Number.NaN : /^\d+$/.test(shown) ? Number(shown) * 1000 : Date.parse(shown)
const times = (after: string, before: string) => (shown: unknown) =>
  timeOf(shown) > Date.parse(after) && timeOf(shown) < Date.parse(before)
const text = (fits: (shown: string) => boolean) => (shown: unknown) => typeof shown === 'string' && fits(shown)
const list =
  (...all: readonly string[]) =>
  (shown: unknown) =>
    Array.isArray(shown)
      ? shown.length === all.length && all.every((value) => shown.includes(value))
      : all.length === 1 && shown === all[0]

const ANY = Number.POSITIVE_INFINITY
const T = '2025-06-01T12:00:00Z'
const EARLY = '1970-01-02T00:00:00Z'
const LATE = '2999-01-01T00:00:00Z'
const BUCKET = 'arn:aws:s3:::b'
const isOtherArn = text((shown) => shown.startsWith('arn:') && !shown.startsWith(BUCKET))
const inTen = text((shown) => shown.startsWith('10.'))
const outsideTen = text((shown) => /^\d+\./.test(shown) && !shown.startsWith('10.'))
const isIpv6 = text((shown) => shown.includes(':'))

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [title: string, statements: readonly Statement[], regions: readonly Region[], key?: string])[] = [
  ['Allow below 5', allow({ NumericLessThan: { 'ex:k': '5' } }), [['below', numbers(-ANY, 5), 'allowed'], ['5 and above', numbers(4.999, ANY), 'denied']]],
  ['Allow up to 5', allow({ NumericLessThanEquals: { 'ex:k': '5' } }), [['up to 5', numbers(-ANY, 5.001), 'allowed'], ['above', numbers(5, ANY), 'denied']]],
  ['Allow above 5', allow({ NumericGreaterThan: { 'ex:k': '5' } }), [['up to 5', numbers(-ANY, 5.001), 'denied'], ['above', numbers(5, ANY), 'allowed']]],
  ['Allow from 5', allow({ NumericGreaterThanEquals: { 'ex:k': '5' } }), [['below', numbers(-ANY, 5), 'denied'], ['from 5', numbers(4.999, ANY), 'allowed']]],
  ['Allow at 5', allow({ NumericEquals: { 'ex:k': '5' } }), [['5', is('5'), 'allowed'], ['below or above', (shown) => numbers(-ANY, 5)(shown) || numbers(5, ANY)(shown), 'denied']]],
  ['Deny at 5', deny({ NumericEquals: { 'ex:k': '5' } }), [['5', is('5'), 'denied'], ['below or above', (shown) => numbers(-ANY, 5)(shown) || numbers(5, ANY)(shown), 'allowed']]],
  ['Allow below 5, and above', allow({ NumericLessThan: { 'ex:k': '5' } }, { NumericGreaterThan: { 'ex:k': '5' } }), [['below', numbers(-ANY, 5), 'allowed'], ['5', is('5'), 'denied'], ['above', numbers(5, ANY), 'allowed']]],
  ['Deny below 5, and above', deny({ NumericLessThan: { 'ex:k': '5' } }, { NumericGreaterThan: { 'ex:k': '5' } }), [['below', numbers(-ANY, 5), 'denied'], ['5', is('5'), 'allowed'], ['above', numbers(5, ANY), 'denied']]],
  ['Deny above 3 and below 4', deny({ NumericGreaterThan: { 'ex:k': '3' }, NumericLessThan: { 'ex:k': '4' } }), [['between', numbers(3, 4), 'denied'], ['up to 3', numbers(-ANY, 3.001), 'allowed'], ['from 4', numbers(3.999, ANY), 'allowed']]],
  ['Allow 10 to 20 and 30 to 40', allow({ NumericGreaterThan: { 'ex:k': '10' }, NumericLessThan: { 'ex:k': '20' } }, { NumericGreaterThan: { 'ex:k': '30' }, NumericLessThan: { 'ex:k': '40' } }), [['10 to 20', numbers(10, 20), 'allowed'], ['30 to 40', numbers(30, 40), 'allowed'], ['up to 10', numbers(-ANY, 10.1), 'denied'], ['20 to 30', numbers(19.9, 30.1), 'denied'], ['from 40', numbers(39.9, ANY), 'denied']]],
  ['Allow before a time', allow({ DateLessThan: { 'ex:k': T } }), [['before', times(EARLY, T), 'allowed'], ['from then', times('2025-06-01T11:59:59.5Z', LATE), 'denied']]],
  ['Allow after a time', allow({ DateGreaterThan: { 'ex:k': T } }), [['until then', times(EARLY, '2025-06-01T12:00:00.5Z'), 'denied'], ['after', times(T, LATE), 'allowed']]],
  ['Allow at a time', allow({ DateEquals: { 'ex:k': T } }), [['then', (shown) => timeOf(shown) === Date.parse(T), 'allowed'], ['before or after', (shown) => times(EARLY, T)(shown) || times(T, LATE)(shown), 'denied']]],
  ['Deny before a time, and after', deny({ DateLessThan: { 'ex:k': T } }, { DateGreaterThan: { 'ex:k': T } }), [['before', times(EARLY, T), 'denied'], ['then', (shown) => timeOf(shown) === Date.parse(T), 'allowed'], ['after', times(T, LATE), 'denied']]],
  ['Allow if true', allow({ Bool: { 'ex:k': 'true' } }), [['true', is('true'), 'allowed'], ['false', is('false'), 'denied']]],
  ['Deny if false', deny({ Bool: { 'ex:k': 'false' } }), [['true', is('true'), 'allowed'], ['false', is('false'), 'denied']]],
  ['Allow inside 10.0.0.0/8', allow({ IpAddress: { 'ex:k': '10.0.0.0/8' } }), [['inside', inTen, 'allowed'], ['outside', outsideTen, 'denied']]],
  ['Deny outside 10.0.0.0/8', deny({ NotIpAddress: { 'ex:k': '10.0.0.0/8' } }), [['inside', inTen, 'allowed'], ['outside', outsideTen, 'denied']]],
  ['Allow one address', allow({ IpAddress: { 'ex:k': '10.1.2.3' } }), [['it', is('10.1.2.3'), 'allowed'], ['another', text((shown) => /^\d+\./.test(shown) && shown !== '10.1.2.3'), 'denied']]],
  ['Deny outside an IPv6 range', deny({ NotIpAddress: { 'ex:k': '2001:db8:1::/48' } }), [['inside', text((shown) => shown.startsWith('2001:db8:1:')), 'allowed'], ['outside', outsideTen, 'denied']]],
  ['Deny outside of all IPv4 addresses', deny({ NotIpAddress: { 'ex:k': '0.0.0.0/0' } }), [['inside', text((shown) => /^\d+\./.test(shown)), 'allowed'], ['IPv6', isIpv6, 'denied']]],
  ['Allow a text', allow({ StringEquals: { 'ex:k': 'a' } }), [['it', is('a'), 'allowed'], ['another', is('(other)'), 'denied']]],
  ['Deny a text', deny({ StringEquals: { 'ex:k': 'a' } }), [['it', is('a'), 'denied'], ['another', is('(other)'), 'allowed']]],
  ['Allow any but a text', allow({ StringNotEquals: { 'ex:k': 'a' } }), [['it', is('a'), 'denied'], ['another', is('(other)'), 'allowed']]],
  ['Allow two texts', allow({ StringEquals: { 'ex:k': ['a', 'b'] } }), [['one', is('a'), 'allowed'], ['the other', is('b'), 'allowed'], ['another', is('(other)'), 'denied']]],
  ['Allow a text, Deny another', [...allow({ StringLike: { 'ex:k': '*' } }), ['Deny', { StringEquals: { 'ex:k': 'b' } }]], [['it', is('b'), 'denied'], ['another', is('(other)', ''), 'allowed']]],
  ['Allow a pattern', allow({ StringLike: { 'ex:k': 'a*' } }), [['like it', text((shown) => shown.startsWith('a')), 'allowed'], ['another', is('(other)'), 'denied']]],
  ['Allow a pattern with one character', allow({ StringLike: { 'ex:k': 'a?c' } }), [['like it', text((shown) => /^a.c$/.test(shown)), 'allowed'], ['another', is('(other)'), 'denied']]],
  ['Allow a text with a star in it', allow({ StringEquals: { 'ex:k': 'a*' } }), [['it', is('a*'), 'allowed'], ['another', is('(other)'), 'denied']]],
  ['Allow an ARN', allow({ ArnEquals: { 'ex:k': BUCKET } }), [['it', is(BUCKET), 'allowed'], ['another ARN', (shown) => isOtherArn(shown) || shown === '(other)', 'denied']]],
  ['Allow ARNs like a pattern', allow({ ArnLike: { 'ex:k': `${BUCKET}*` } }), [['like it', text((shown) => shown.startsWith(BUCKET)), 'allowed'], ['another ARN', (shown) => isOtherArn(shown) || shown === '(other)', 'denied']]],
  ['Deny ARNs unlike a pattern', deny({ ArnNotLike: { 'ex:k': `${BUCKET}*` } }), [['like it', text((shown) => shown.startsWith(BUCKET)), 'allowed'], ['another ARN', isOtherArn, 'denied']]],
  ['Allow bytes', allow({ BinaryEquals: { 'ex:k': 'QUJD' } }), [['they', is('QUJD'), 'allowed'], ['others', is('(other)'), 'denied']]],
  ['Allow one of two tag keys', allow({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }), [['the one', list('a'), 'allowed'], ['the other', list('b'), 'allowed'], ['none of them', list('(other)'), 'denied']], 'aws:TagKeys'],
  ['Allow no other than two tag keys', allow({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }), [['the one', list('a'), 'allowed'], ['none of them', list('(other)'), 'denied']], 'aws:TagKeys'],
  ['Allow where both tag keys are', allow({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' }, 'ForAnyValue:StringLike': { 'aws:TagKeys': 'b' } }), [['both', list('a', 'b'), 'allowed'], ['the one alone', list('a'), 'denied'], ['the other alone', list('b'), 'denied']], 'aws:TagKeys'],
  ['Deny a tag key', deny({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' } }), [['it', list('a'), 'denied'], ['another', list('(other)'), 'allowed']], 'aws:TagKeys'],
]

describe('the values tried for a key that is there', () => {
  for (const [title, statements, regions, key = 'ex:k'] of ROWS)
    it(title, () => {
      const { decision, outcomes } = decide(statements, { [key]: { state: 'present' } })
      assert.equal(decision, 'undetermined')
      assert.ok(!outcomes.some(({ when }) => when[key] === null), 'it is there')
      for (const [values, fits, expected] of regions) {
        const tried = outcomes.filter(({ when }) => fits(when[key]))
        assert.ok(
          tried.length > 0,
          `none is ${values}: ${outcomes.map(({ when }) => JSON.stringify(when[key])).join(' ')}`,
        )
        for (const { when, decision: got } of tried)
          assert.equal(got, expected, `${values}: ${JSON.stringify(when[key])}`)
      }
      for (const { when, decision: got } of outcomes) {
        const value = when[key] as Value
        assert.equal(decide(statements, { [key]: value }).decision, got, `as if ${JSON.stringify(value)} were given`)
      }
    })
})

// biome-ignore format: a table is read by its columns
const PHRASES: readonly (readonly [statements: readonly Statement[], phrase: string | null])[] = [
  [allow({ StringEquals: { 'ex:k': 'a' } }),                                          '= a'],
  [allow({ StringEquals: { 'ex:k': '' } }),                                           '= ""'],
  [allow({ StringEquals: { 'ex:k': ['a', 'b'] } }),                                   'in [a, b]'],
  [allow({ StringEquals: { 'ex:k': 'a' } }, { StringEquals: { 'ex:k': 'b' } }),       'in [a, b]'],
  [allow({ StringLike: { 'ex:k': 'a?c' } }),                                          'like a?c'],
  [allow({ StringLike: { 'ex:k': 'a*' } }, { StringEquals: { 'ex:k': 'ab' } }),       'like a*'],
  [allow({ StringLike: { 'ex:k': 'a*' } }, { StringEquals: { 'ex:k': 'b' } }),        null],
  [[...allow({ StringEquals: { 'ex:k': ['a', 'b'] } }), ['Deny', { StringEquals: { 'ex:k': 'b' } }]], '= a'],
  [deny({ StringEquals: { 'ex:k': ['a', 'b'] } }),                                    'not in [a, b]'],
  [deny({ StringNotEquals: { 'ex:k': ['a', 'b'] } }),                                 'in [a, b]'],
  [deny({ StringLike: { 'ex:k': 'a*' } }),                                            null],
  [allow({ Bool: { 'ex:k': 'false' } }),                                              '= false'],
  [deny({ Bool: { 'ex:k': 'true' } }),                                                '= false'],
  [allow({ IpAddress: { 'ex:k': '10.1.2.3' } }),                                      '= 10.1.2.3'],
  [allow({ IpAddress: { 'ex:k': '10.0.0.0/8' } }),                                    'in [10.0.0.0/8]'],
  [deny({ NotIpAddress: { 'ex:k': '10.0.0.0/8' } }),                                  'in [10.0.0.0/8]'],
  [allow({ NumericEquals: { 'ex:k': '5' } }),                                         '= 5'],
  [allow({ NumericLessThan: { 'ex:k': '5' } }),                                       null],
  [allow({ ArnEquals: { 'ex:k': BUCKET } }),                                          `= ${BUCKET}`],
  [allow({ ArnLike: { 'ex:k': `${BUCKET}*` } }),                                      `like ${BUCKET}*`],
  [allow({ Null: { 'ex:k': 'true' } }),                                               'absent'],
]

describe('the value that alone would allow (docs/json.md, R-COND-65)', () => {
  for (const [statements, phrase] of PHRASES)
    it(`${JSON.stringify(statements)}: ${phrase ?? 'no phrase says it'}`, () => {
      const got = decide(statements, { 'ex:k': { state: 'unknown' } })
      assert.equal(got.decision, 'undetermined')
      assert.equal(got.missing.find(({ fact }) => fact === 'ex:k')?.wouldAllowIf, phrase)
    })
})

/** Of several unknown keys only those are missing on which the decision hangs. */
describe('unknown keys that do not matter', () => {
  // biome-ignore format: a table is read by its columns
  const KEYS: readonly (readonly [title: string, statements: readonly Statement[], decision: string, keys: readonly string[]])[] = [
    ['two that both matter', allow({ StringEquals: { 'ex:j': 'a', 'ex:k': 'b' } }), 'undetermined', ['ex:j', 'ex:k']],
    ['either will do', allow({ StringEquals: { 'ex:j': 'a' } }, { StringEquals: { 'ex:k': 'b' } }), 'undetermined', ['ex:j', 'ex:k']],
    ['the second decides nothing', allow({ StringEquals: { 'ex:j': 'a', 'ex:k': 'b' } }, { StringEquals: { 'ex:j': 'a' }, StringNotEquals: { 'ex:k': 'b' } }), 'undetermined', ['ex:j']],
    ['the first decides nothing', allow({ StringEquals: { 'ex:j': 'a', 'ex:k': 'b' } }, { StringEquals: { 'ex:k': 'b' }, StringNotEquals: { 'ex:j': 'a' } }), 'undetermined', ['ex:k']],
    ['neither decides anything', allow({ StringEquals: { 'ex:j': 'a', 'ex:k': 'b' } }, { StringNotEquals: { 'ex:j': 'a' } }, { StringNotEquals: { 'ex:k': 'b' } }), 'allowed', []],
    ['refused by one Deny or the other', deny({ StringEquals: { 'ex:j': 'a', 'ex:k': 'b' } }, { StringNotEquals: { 'ex:j': 'a' } }, { StringNotEquals: { 'ex:k': 'b' } }), 'denied', []],
    ['an Allow that never holds', allow({ StringEquals: { 'ex:j': 'a' }, StringNotEquals: { 'ex:j': 'a' } }), 'denied', []],
  ]
  for (const [title, statements, decision, keys] of KEYS)
    it(title, () => {
      const got = decide(statements, { 'ex:j': { state: 'unknown' }, 'ex:k': { state: 'unknown' } })
      assert.equal(got.decision, decision)
      if (decision === 'undetermined') {
        assert.deepEqual(got.missing.map(({ fact }) => fact).toSorted(), keys)
        for (const { when } of got.outcomes) assert.deepEqual(Object.keys(when).toSorted(), keys)
      } else assert.deepEqual(got.outcomes, [])
      if (decision === 'denied') assert.equal(got.denyType, title.includes('Deny') ? 'explicit' : 'implicit')
    })

  it('two keys whose values stand for each other are told case by case', () => {
    const { outcomes } = decide(allow({ StringEquals: { 'ex:j': 'a', 'ex:k': 'b' } }), {
      'ex:j': { state: 'unknown' },
      'ex:k': { state: 'unknown' },
    })
    const allowed = outcomes.filter(({ decision }) => decision === 'allowed')
    assert.deepEqual(
      allowed.map(({ when }) => ({ ...when })),
      [{ 'ex:j': 'a', 'ex:k': 'b' }],
    )
    assert.ok(outcomes.some(({ when, decision }) => when['ex:j'] === null && decision === 'denied'))
  })
})

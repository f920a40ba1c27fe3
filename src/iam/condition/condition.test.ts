import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ABSENT, type KeyState, PRESENT, several, single, UNKNOWN } from '../key-state.ts'
import { type SomeReadings, withReadings } from '../readings.ts'
import type { Truth } from '../truth.ts'
import { evaluateLine, readCondition } from './condition.ts'

const U = 'unknown'

function line(
  operator: string,
  value: unknown,
  state: KeyState,
  variables: Readonly<Record<string, KeyState>> = {},
  readings: SomeReadings = {},
): Truth {
  const [read] = readCondition({ [operator]: { k: value } }, '2012-10-17', withReadings(readings)) ?? []
  assert.ok(read !== undefined, 'the condition was not read')
  return evaluateLine(read, state, (key) => variables[key.toLowerCase()] ?? ABSENT)
}

/** Of each operator: a policy value, a request value that it is true of, one it is false of, and a text not of its type. */
// biome-ignore format: a table is read by its columns
const OPERATORS: readonly (readonly [operator: string, policy: string, holds: string, fails: string, malformed?: string])[] = [
  ['StringEquals',              'a',                    'a',                     'A'],
  ['StringNotEquals',           'a',                    'A',                     'a'],
  ['StringEqualsIgnoreCase',    'a',                    'A',                     'b'],
  ['StringNotEqualsIgnoreCase', 'a',                    'b',                     'A'],
  ['StringLike',                'a*c?',                 'abbcd',                 'abbc'],
  ['StringNotLike',             'a*c?',                 'abbc',                  'abbcd'],
  ['NumericEquals',             '5',                    '5.00',                  '6',                    'five'],
  ['NumericNotEquals',          '5',                    '6',                     '5.00',                 'five'],
  ['NumericLessThan',           '5',                    '4.99',                  '5',                    ''],
  ['NumericLessThanEquals',     '5',                    '5',                     '5.01',                 '0x5'],
  ['NumericGreaterThan',        '5',                    '10',                    '5',                    '6 '.repeat(2)],
  ['NumericGreaterThanEquals',  '5',                    '5',                     '-10',                  '1e9'],
  ['DateEquals',                '2025-01-01T00:00:00Z', '1735689600',            '1735689601',           'tomorrow'],
  ['DateNotEquals',             '2025-01-01T00:00:00Z', '1735689601',            '1735689600',           'tomorrow'],
  ['DateLessThan',              '2025-01-01T00:00:00Z', '2024-12-31T23:59:59Z',  '2025-01-01T00:00:00Z', '2025-13-01'],
  ['DateLessThanEquals',        '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z',  '2025-01-01T00:00:01Z', '01/01/2025'],
  ['DateGreaterThan',           '2025-01-01T00:00:00Z', '2025-01-01T00:00:01Z',  '2025-01-01T00:00:00Z', ''],
  ['DateGreaterThanEquals',     '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z',  '2024-12-31T23:59:59Z', 'now'],
  ['Bool',                      'true',                 'True',                  'false',                'yes'],
  ['BinaryEquals',              'QmluYXJ5',             'QmluYXJ5',              'qmluYXJ5'],
  ['IpAddress',                 '203.0.113.0/24',       '203.0.113.255',         '203.0.114.0',          'localhost'],
  ['NotIpAddress',              '203.0.113.0/24',       '203.0.114.0',           '203.0.113.255',        'localhost'],
  ['ArnEquals',                 'arn:aws:sns:*:1:t*',   'arn:aws:sns:r:1:topic', 'arn:aws:sns:r:2:topic', 'topic'],
  ['ArnLike',                   'arn:aws:sns:*:1:t*',   'arn:aws:sns:r:1:topic', 'arn:aws:sns:r:2:topic', 'topic'],
  ['ArnNotEquals',              'arn:aws:sns:*:1:t*',   'arn:aws:sns:r:2:topic', 'arn:aws:sns:r:1:topic', 'topic'],
  ['ArnNotLike',                'arn:aws:sns:*:1:t*',   'arn:aws:sns:r:2:topic', 'arn:aws:sns:r:1:topic', 'topic'],
]

for (const [operator, policy, holds, fails, malformed] of OPERATORS) {
  const negated = operator.includes('Not')
  describe(operator, () => {
    it(`is true of \`${holds}\` and false of \`${fails}\`, with and without IfExists`, () => {
      for (const name of [operator, `${operator}IfExists`]) {
        assert.equal(line(name, policy, single(holds)), true, `${name} ${holds}`)
        assert.equal(line(name, policy, single(fails)), false, `${name} ${fails}`)
      }
    })

    it(`of an absent key is ${negated}, and true with IfExists (R-COND-02)`, () => {
      assert.equal(line(operator, policy, ABSENT), negated)
      assert.equal(line(`${operator}IfExists`, policy, ABSENT), true)
    })

    it('of a key that is not known, or whose value is not, is unknown, IfExists or not (R-COND-61)', () => {
      for (const state of [UNKNOWN, PRESENT])
        for (const name of [operator, `${operator}IfExists`]) assert.equal(line(name, policy, state), U, name)
    })

    it('of a key of several values is unknown without a set operator (R-COND-22)', () => {
      assert.equal(line(operator, policy, several([holds])), U)
      assert.equal(line(operator, policy, several([])), negated, 'no value at all is an absent key')
    })

    it('takes one value for a set of one under a set operator (R-COND-23)', () => {
      for (const set of ['ForAllValues:', 'ForAnyValue:']) {
        assert.equal(line(set + operator, policy, single(holds)), true, set)
        assert.equal(line(set + operator, policy, single(fails)), false, set)
      }
    })

    if (malformed !== undefined)
      it(`is false where the request or the policy has \`${malformed}\`, which is not of its type (R-COND-04)`, () => {
        assert.equal(line(operator, policy, single(malformed)), false, 'request')
        if (!operator.startsWith('Arn')) assert.equal(line(operator, malformed, single(holds)), false, 'policy')
      })
  })
}

describe('policy values not of the operator’s type', () => {
  it('are left out where others are of it (R-COND-04)', () => {
    assert.equal(line('NotIpAddress', ['localhost', '10.0.0.0/8'], single('10.0.0.1')), false)
    assert.equal(line('NotIpAddress', ['localhost', '10.0.0.0/8'], single('192.0.2.1')), true)
    assert.equal(line('NumericNotEquals', ['five', '6'], single('5')), true)
    assert.equal(line('NumericEquals', ['five', '5'], single('5')), true)
  })

  it('an ARN of fewer than six parts never matches; a negated operator is then true (R-COND-11)', () => {
    assert.equal(line('ArnLike', 'arn:aws:sns', single('arn:aws:sns:r:1:t')), false)
    assert.equal(line('ArnNotLike', 'arn:aws:sns', single('arn:aws:sns:r:1:t')), true)
    assert.equal(line('ArnLike', '*', single('arn:aws:sns:r:1:t')), false)
    assert.equal(line('ArnLike', 'arn:aws:*', single('arn:aws::::t')), false)
  })
})

describe('the sixth part of an ARN (R-COND-11)', () => {
  const GROUP = 'arn:aws:logs:r:1:log-group:g:*'
  it('keeps the colons that follow, and a star of it spans them', () => {
    assert.equal(
      line(
        'ArnEquals',
        'arn:aws:logs:r:1:log-group:g:log-stream:s',
        single('arn:aws:logs:r:1:log-group:g:log-stream:s'),
      ),
      true,
    )
    assert.equal(
      line(
        'ArnEquals',
        'arn:aws:logs:r:1:log-group:g:log-stream:s',
        single('arn:aws:logs:r:1:log-group:g:log-stream:t'),
      ),
      false,
    )
    assert.equal(line('ArnLike', GROUP, single('arn:aws:logs:r:1:log-group:g:log-stream:s')), true)
    assert.equal(line('ArnLike', GROUP, single('arn:aws:logs:r:1:log-group:h:log-stream:s')), false)
  })
})

describe('what is no Condition (R-GRAM-05)', () => {
  for (const value of [
    null,
    undefined,
    'StringEquals',
    [],
    { StringEquals: null },
    { StringEquals: 'k' },
    { StringEquals: ['k'] },
    { StringEquals: { k: null } },
    { StringEquals: { k: {} } },
    { StringEquals: { k: [['a']] } },
    { StringEquals: { k: ['a', null] } },
    { StringEquals: { k: 'a' }, StringLike: { k: undefined } },
  ])
    it(JSON.stringify(value) ?? 'undefined', () => assert.equal(readCondition(value, '2012-10-17'), undefined))
})

describe('Null (R-COND-03, R-COND-26)', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [operator: string, value: unknown, state: KeyState, result: Truth])[] = [
    ['Null', 'true',  ABSENT,              true],  ['Null', 'false', ABSENT,              false],
    ['Null', true,    ABSENT,              true],  ['Null', false,   ABSENT,              false],
    ['Null', 'True',  ABSENT,              true],  ['Null', 'false', single('v'),         true],
    ['Null', 'true',  single('v'),         false], ['Null', 'true',  single(''),          false],
    ['Null', 'true',  several(['', '']),   true],  ['Null', 'false', several(['', '']),   false],
    ['Null', 'true',  several(['', 'a']),  false], ['Null', 'false', several(['a']),      true],
    ['Null', 'true',  several([]),         true],  ['Null', 'true',  PRESENT,             false],
    ['Null', 'false', PRESENT,             true],  ['Null', 'true',  UNKNOWN,             U],
    ['Null', 'false', UNKNOWN,             U],     ['Null', 'maybe', ABSENT,              false],
    ['Null', ['true', 'false'], ABSENT,    true],  ['Null', ['true', 'false'], single('v'), true],
    ['Null', ['true', 'false'], UNKNOWN,   true],  ['Null', ['true', 'maybe'],  UNKNOWN,     U],
    ['Null', 'maybe', UNKNOWN,             false], ['Null', 'maybe', single('v'),         false],
    ['ForAllValues:Null', 'false', ABSENT, true],  ['ForAllValues:Null', 'true', single('v'), true],
    ['ForAnyValue:Null',  'true',  ABSENT, false], ['ForAnyValue:Null',  'false', single('v'), false],
    ['NullIfExists', 'true', ABSENT,       false],
  ]
  for (const [operator, value, state, result] of ROWS)
    it(`${operator} ${JSON.stringify(value)} of ${JSON.stringify(state)} is ${result}`, () =>
      assert.equal(line(operator, value, state), result))
})

describe('an operator that does not exist is false, whatever the request has (R-COND-05)', () => {
  for (const state of [ABSENT, UNKNOWN, PRESENT, single('v')])
    it(JSON.stringify(state), () => assert.equal(line('StringEqual', 'v', state), false))
})

describe('no value in the policy (R-GRAM-12)', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [operator: string, state: KeyState, result: Truth])[] = [
    ['StringEquals', single('v'), false],              ['StringEquals', ABSENT, false],              ['StringEquals', UNKNOWN, false],
    ['StringNotEquals', single('v'), true],            ['StringNotEquals', ABSENT, true],            ['StringNotEquals', UNKNOWN, true],
    ['StringEqualsIfExists', single('v'), false],      ['StringEqualsIfExists', ABSENT, true],       ['StringEqualsIfExists', UNKNOWN, U],
    ['ForAllValues:StringEquals', several(['v']), false], ['ForAllValues:StringEquals', ABSENT, true], ['ForAllValues:StringEquals', UNKNOWN, U],
    ['ForAnyValue:StringEquals', several(['v']), false],  ['ForAnyValue:StringEquals', ABSENT, false], ['ForAnyValue:StringEquals', UNKNOWN, false],
  ]
  for (const [operator, state, result] of ROWS)
    it(`${operator} of ${JSON.stringify(state)} is ${result}`, () => assert.equal(line(operator, [], state), result))
})

describe('variables in condition values', () => {
  const ann = { 'aws:username': single('ann') }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [operator: string, value: string, state: KeyState, variables: Readonly<Record<string, KeyState>>, result: Truth, why: string])[] = [
    ['StringEquals',    '${aws:username}',  single('ann'), ann, true,  'the value (R-VAR-01)'],
    ['StringNotEquals', '${aws:username}',  single('ann'), ann, false, 'the value (R-VAR-01)'],
    ['StringLike',      '${aws:username}-*', single('ann-1'), ann, true, 'a wildcard beside it (R-COND-10)'],
    ['StringLike',      '${aws:username}',  single('anything'), { 'aws:username': single('*') }, false, 'a star of the value is a character (R-VAR-06)'],
    ['StringLike',      '${aws:username}',  single('*'),   { 'aws:username': single('*') }, true, 'a star of the value is a character (R-VAR-06)'],
    ['StringEquals',    '${aws:username}',  single('ann'), {}, false, 'no value: false (R-VAR-05)'],
    ['StringNotEquals', '${aws:username}',  single('ann'), {}, true,  'no value: true where negated (R-VAR-05)'],
    ['ArnNotLike',      'arn:aws:iam::1:user/${aws:username}', single('arn:aws:iam::1:user/x'), {}, true, 'no value: true where negated (R-VAR-05)'],
    ['StringEquals',    '${aws:username}',  single('ann'), { 'aws:username': UNKNOWN }, U, 'not known'],
    ['StringNotEquals', '${aws:username}',  single('ann'), { 'aws:username': PRESENT }, U, 'not known'],
    ['StringEquals',    '${aws:TagKeys}',   single('a'),   { 'aws:tagkeys': several(['a']) }, false, 'several values (R-VAR-04)'],
    ['StringEquals',    '${*}',             single('*'),   {}, true,  'a literal character (R-VAR-03)'],
    ['StringEquals',    '${}',              single('${}'), {}, false, 'malformed never matches (R-VAR-03)'],
    ['StringNotEquals', '${}',              single('x'),   {}, true,  'malformed never matches (R-VAR-03)'],
    ['ArnEquals',       'arn:aws:iam::1:user/${aws:username}', single('arn:aws:iam::1:user/ann'), ann, true, 'in an ARN (R-VAR-01)'],
    ['ArnEquals',       '${aws:PrincipalArn}', single('arn:aws:iam::1:user/ann'), { 'aws:principalarn': single('arn:aws:iam::1:user/ann') }, true, 'a whole ARN from one variable (R-COND-11)'],
    ['ArnEquals',       'arn:aws:iam::1:user/${aws:PrincipalTag/a:b}', single('arn:aws:iam::1:user/v'), { 'aws:principaltag/a:b': single('v') }, true, 'a colon of the name is no separator (R-COND-11)'],
    ['Bool',            '${aws:SecureTransport}', single('true'), { 'aws:securetransport': single('true') }, true, 'in Bool (R-VAR-01)'],
    ['NumericEquals',   '${n}',             single('5'),   { n: single('5') }, false, 'not in numbers (R-VAR-01)'],
    ['DateEquals',      '${d}',             single('2025-06-01'), { d: single('2025-06-01') }, false, 'not in dates (R-VAR-01)'],
    ['IpAddress',       '${i}',             single('192.0.2.1'), { i: single('192.0.2.1') }, false, 'not in addresses (R-VAR-01)'],
    ['BinaryEquals',    '${b}',             single('QQ=='), { b: single('QQ==') }, false, 'not in binaries (R-VAR-01)'],
    ['BinaryEquals',    '${b}',             single('${b}'), {}, true,  'but text there (R-VAR-01)'],
  ]
  for (const [operator, value, state, variables, result, why] of ROWS)
    it(`${operator} \`${value}\` is ${result}: ${why}`, () =>
      assert.equal(line(operator, value, state, variables), result))
})

describe('another reading of a disputed rule changes what the rule is about, and nothing beside it', () => {
  const ann = { 'aws:username': single('ann'), flag: single('true') }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [readings: SomeReadings, operator: string, value: string, state: KeyState, usual: Truth, other: Truth])[] = [
    [{ 'variables-in-bool': 'text' }, 'Bool',           '${flag}',         single('true'), true,  false],
    [{ 'variables-in-bool': 'text' }, 'StringEquals',   '${aws:username}', single('ann'),  true,  true],
    [{ 'variables-in-bool': 'text' }, 'Bool',           'true',            single('true'), true,  true],
    [{ 'for-all-values-not-like-on-absent-key': 'fails' }, 'ForAllValues:StringNotLike',   'a', ABSENT, true,  false],
    [{ 'for-all-values-not-like-on-absent-key': 'fails' }, 'ForAllValues:StringNotEquals', 'a', ABSENT, true,  true],
    [{ 'for-all-values-not-like-on-absent-key': 'fails' }, 'ForAllValues:StringLike',      'a', ABSENT, true,  true],
    [{ 'for-all-values-not-like-on-absent-key': 'fails' }, 'ForAnyValue:StringNotLike',    'a', ABSENT, false, false],
    [{ 'for-all-values-not-like-on-absent-key': 'fails' }, 'StringNotLike',                'a', ABSENT, true,  true],
    [{ 'null-on-empty-text': 'absent' }, 'Null',        'true',            single(''),     false, true],
    [{ 'null-on-empty-text': 'absent' }, 'Null',        'true',            single('v'),    false, false],
    [{ 'null-on-empty-text': 'absent' }, 'Null',        'true',            several(['a', '']), false, false],
    [{ 'null-on-empty-text': 'absent' }, 'Null',        'true',            PRESENT,        false, false],
    [{ 'negated-arn-on-other-text': 'holds' }, 'ArnNotLike',       'arn:aws:sns:*:1:t', single('topic'),     false, true],
    [{ 'negated-arn-on-other-text': 'holds' }, 'ArnLike',          'arn:aws:sns:*:1:t', single('topic'),     false, false],
    [{ 'negated-arn-on-other-text': 'holds' }, 'NumericNotEquals', '5',                 single('five'),      false, false],
    [{ 'negated-arn-on-other-text': 'holds' }, 'NotIpAddress',     '10.0.0.0/8',        single('localhost'), false, false],
  ]
  for (const [readings, operator, value, state, usual, other] of ROWS)
    it(`${JSON.stringify(readings)}: ${operator} \`${value}\` of ${JSON.stringify(state)}`, () =>
      assert.deepEqual(
        [line(operator, value, state, ann), line(operator, value, state, ann, readings)],
        [usual, other],
      ))
})

it('a role whose path is not known may be meant by a pattern with a variable (R-PRIN-04, R-VAR-01)', () => {
  const role: KeyState = {
    state: 'values',
    values: ['arn:aws:iam::1:role/app'],
    multivalued: false,
    rolePathUnknown: true,
  }
  const account = { 'aws:principalaccount': single('1') }
  const of = (value: string) => line('ArnLike', value, role, account)
  assert.equal(of('arn:aws:iam::${aws:PrincipalAccount}:role/team/app'), U)
  assert.equal(of('arn:aws:iam::${aws:PrincipalAccount}:role/team/other'), false)
  assert.equal(of('arn:aws:iam::${aws:PrincipalAccount}:role/app'), U)
})

describe('a role whose path is not known (R-PRIN-04, R-UNK-04)', () => {
  const role: KeyState = {
    state: 'values',
    values: ['arn:aws:iam::1:role/app'],
    multivalued: false,
    rolePathUnknown: true,
  }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [operator: string, value: string, result: Truth])[] = [
    ['ArnEquals', 'arn:aws:iam::1:role/team/app', U],      ['ArnNotEquals', 'arn:aws:iam::1:role/team/app', U],
    ['ArnEquals', 'arn:aws:iam::1:role/team/*', U],        ['StringLike', 'arn:aws:iam::1:role/team/*', U],
    ['ArnEquals', 'arn:aws:iam::1:role/*', true],          ['ArnEquals', 'arn:aws:iam::1:role/*/app', U],
    ['ArnEquals', 'arn:aws:iam::1:role/team/other', false], ['ArnEquals', 'arn:aws:iam::1:role/te*', U],
    ['ArnNotEquals', 'arn:aws:iam::1:role/te*', U],        ['ArnEquals', 'arn:aws:iam::1:role/team/ap?', U],
    // What names no role of that name fits none, wherever it may stand.
    ['ArnEquals', 'arn:aws:iam::1:role/other', false],     ['ArnEquals', 'arn:aws:iam::1:role/x?', false],
    ['ArnEquals', 'arn:aws:iam::1:user/*', false],         ['StringLike', '*/no*', U],
    ['ArnNotEquals', 'arn:aws:iam::1:role/x?', true],
    ['ArnEquals', 'arn:aws:iam::1:user/team/app', false],  ['ArnEquals', 'arn:aws:iam::2:role/team/app', false],
    ['ArnNotEquals', 'arn:aws:iam::2:role/team/*', true],  ['ArnEquals', 'arn:aws:iam::*:role/team/app', U],
    ['StringLike', 'arn:aws:iam::1:role/team?app', U],     ['StringLike', '*:role/app/*', U],
    ['StringLike', '*app?', false],                        ['StringEqualsIgnoreCase', 'ARN:AWS:IAM::1:ROLE/Team/APP', U],
    ['StringEquals', 'arn:aws:iam::1:role/team/App', U],   ['StringLike', '*/x*z', false],
    ['StringLike', 'arn:aws:iam::1:role/x/app-?', false],  ['StringLike', 'arn:aws:iam::1:role*app', true],
    ['StringLike', '*/team/app', U],                       ['StringLike', '*/team/other', false],
    // Without a path in the pattern a role of that name is meant that has none, as this one may.
    ['ArnEquals', 'arn:aws:iam::1:role/ap?', U],           ['ArnEquals', 'arn:aws:iam::1:role/app', U],
    ['StringEquals', 'arn:aws:iam::1:role/app', U],        ['ArnEquals', 'arn:aws:iam::*:role/app', U],
  ]
  for (const [operator, value, result] of ROWS)
    it(`${operator} \`${value}\` is ${result}`, () => assert.equal(line(operator, value, role), result))

  // STS echoes the caller's letter case (R-PM-05), so the name may be written in another.
  for (const [operator, value, result] of [
    ['ArnEquals', 'arn:aws:iam::1:role/App', U],
    ['ArnNotLike', 'arn:aws:iam::1:role/AP*', U],
    ['StringLike', '*:role/APP', U],
    ['StringEquals', 'arn:aws:iam::1:role/ap?', false],
    ['StringEqualsIgnoreCase', 'arn:aws:iam::1:role/App', U],
    ['ArnEquals', 'arn:aws:iam::1:role/Ap', false],
  ] as const)
    it(`${operator} \`${value}\`, which differs in letter case, is ${result}`, () =>
      assert.equal(line(operator, value, role), result))
})

describe('a role that surely has a path, which one is not known (R-PRIN-07, R-PRIN-09)', () => {
  const open = (name: string): KeyState => ({
    state: 'values',
    values: [`arn:aws:iam::1:role/${name}`],
    multivalued: false,
    rolePathUnknown: true,
  })
  const sso = 'arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com'
  const linked = 'arn:aws:iam::1:role/aws-service-role'
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [name: string, operator: string, value: string | readonly string[], result: Truth])[] = [
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    'arn:aws:iam::1:role/AWSReservedSSO_Admin_*', false],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnNotLike', 'arn:aws:iam::1:role/AWSReservedSSO_Admin_*', true],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnEquals',  'arn:aws:iam::1:role/AWSReservedSSO_Admin_0123456789abcdef', false],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    'arn:aws:iam::1:role/*', true],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    'arn:aws:iam::1:role/*/AWSReservedSSO_Admin_*', true],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    `${sso}*/AWSReservedSSO_Admin_*`, true],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    `${sso}/AWSReservedSSO_Admin_*`, U],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    `${sso}/*/AWSReservedSSO_Admin_*`, U],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    [`${sso}/AWSReservedSSO_Admin_*`, `${sso}/*/AWSReservedSSO_Admin_*`], true],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnNotLike', [`${sso}/AWSReservedSSO_Admin_*`, `${sso}/*/AWSReservedSSO_Admin_*`], false],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    `${sso}/eu-west-1/AWSReservedSSO_Admin_*`, U],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    `${sso}/eu-west-?/AWSReservedSSO_Admin_*`, U],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    `${sso}/*/AWSReservedSSO_Read_*`, false],
    ['AWSReservedSSO_Admin_0123456789abcdef', 'ArnLike',    'arn:aws:iam::1:role/team/AWSReservedSSO_Admin_*', false],
    ['AWSServiceRoleForSupport', 'ArnEquals',  'arn:aws:iam::1:role/AWSServiceRoleForSupport', false],
    ['AWSServiceRoleForSupport', 'ArnLike',    `${linked}/*`, true],
    ['AWSServiceRoleForSupport', 'ArnLike',    `${linked}/support.amazonaws.com/*`, U],
    ['AWSServiceRoleForSupport', 'ArnNotLike', `${linked}/support.amazonaws.com/AWSServiceRoleForTrustedAdvisor`, true],
    ['AWSServiceRoleForSupport', 'ArnLike',    'arn:aws:iam::1:role/team/AWSServiceRoleForSupport', false],
  ]
  for (const [name, operator, value, result] of ROWS)
    it(`${name}, ${operator} ${JSON.stringify(value)}: ${result}`, () =>
      assert.equal(line(operator, value, open(name)), result))
})

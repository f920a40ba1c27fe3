import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readAddress, readBool, readDate, readNumber, readRange } from './compare.ts'
import { ABSENT, single } from '../key-state.ts'
import { evaluateLine, readCondition } from './condition.ts'

const holds = (operator: string, policy: string, value: string) => {
  const [line] = readCondition({ [operator]: { k: policy } }, '2012-10-17') ?? []
  assert.ok(line !== undefined, 'the condition was not read')
  return evaluateLine(line, single(value), () => ABSENT)
}

describe('dates (R-COND-13)', () => {
  // biome-ignore format: a table is read by its columns
  const SAME: readonly (readonly [a: string, b: string])[] = [
    ['2025',                      '2025-01-01T00:00:00Z'],
    ['2025-06',                   '2025-06-01T00:00:00Z'],
    ['2025-06-01',                '2025-06-01T00:00:00Z'],
    ['2025-06-01T12:00Z',         '2025-06-01T12:00:00Z'],
    ['2025-06-01T12:00:00+02:00', '2025-06-01T10:00:00Z'],
    ['2025-06-01T12:00:00-0230',  '2025-06-01T14:30:00Z'],
    ['2025-06-01T12:00:00.000Z',  '2025-06-01T12:00:00Z'],
    ['1735689600',                '2025-01-01T00:00:00Z'],
    ['0',                         '1970-01-01T00:00:00Z'],
    ['2024-02-29',                '2024-02-29T00:00:00Z'],
    ['2025-12-31',                '2025-12-31T00:00:00Z'],
    ['2025-06-01t12:00:00z',      '2025-06-01T12:00:00Z'],
  ]
  for (const [a, b] of SAME)
    it(`\`${a}\` is the same time as \`${b}\``, () => {
      assert.equal(holds('DateEquals', a, b), true)
      assert.equal(holds('DateEquals', b, a), true)
      assert.equal(holds('DateNotEquals', a, b), false)
    })

  it('fractions of a second count, as milliseconds', () => {
    assert.equal(readDate('1970-01-01T00:00:00.5Z'), 500)
    assert.equal(readDate('1970-01-01T00:00:00.567Z'), 567)
    assert.equal(readDate('1970-01-01T00:00:01.567890123+00:00'), 1567)
    assert.equal(holds('DateLessThan', '2025-06-01T12:00:00.567Z', '2025-06-01T12:00:00.566Z'), true)
    assert.equal(holds('DateLessThan', '2025-06-01T12:00:00.567Z', '2025-06-01T12:00:00.567Z'), false)
  })

  it('a time without a zone is one of UTC, wherever the program runs', () => {
    const { TZ } = process.env
    process.env['TZ'] = 'America/New_York'
    try {
      assert.notEqual(new Date(2025, 5, 1, 12).getTime(), Date.UTC(2025, 5, 1, 12), 'the zone was not set')
      assert.equal(readDate('2025-06-01T12:00'), Date.UTC(2025, 5, 1, 12))
      assert.equal(readDate('2025-06'), Date.UTC(2025, 5, 1))
    } finally {
      if (TZ === undefined) delete process.env['TZ']
      else process.env['TZ'] = TZ
    }
  })

  it('four digits are a year, five are seconds', () => {
    assert.equal(readDate('2025'), Date.UTC(2025, 0, 1))
    assert.equal(readDate('20250'), 20_250_000)
  })

  it('seconds and milliseconds are not mixed up', () => {
    assert.equal(holds('DateLessThan', '2025-01-01T00:00:00Z', '1735689599'), true)
    assert.equal(holds('DateLessThan', '2025-01-01T00:00:00Z', '1735689600'), false)
    assert.equal(holds('DateGreaterThan', '1735689600', '2024-12-31T23:59:59Z'), false)
  })

  for (const text of [
    '',
    'now',
    '2025-13-01',
    '2025-02-29',
    '2025-02-30T00:00:00Z',
    '2025-06-31T12:00:00+02:00',
    '2100-02-29',
    '2025-06-00',
    '2025-06-01T25:00:00Z',
    '2025-06-01 12:00:00',
    '01.06.2025',
    '2025-6-1',
    '-1',
    '1e9',
    '2025-06-01T12:00:00Zx',
    'x'.repeat(10_000),
  ])
    it(`\`${text.slice(0, 30)}\` is no date`, () => assert.equal(readDate(text), undefined))
})

describe('numbers', () => {
  for (const [text, number] of [
    ['5', 5],
    ['5.0', 5],
    ['-5', -5],
    ['+5', 5],
    ['.5', 0.5],
    ['.55', 0.55],
    ['5.', 5],
    ['10.25', 10.25],
    ['007', 7],
    [' 5 ', 5],
  ] as const)
    it(`\`${text}\` is ${number}`, () => assert.equal(readNumber(text), number))

  for (const text of [
    '',
    ' ',
    'five',
    '0x10',
    '1e3',
    'Infinity',
    'NaN',
    '1,000',
    '5px',
    '--5',
    '.',
    '5.5.5',
    '١',
    '9'.repeat(401),
  ])
    it(`\`${text.slice(0, 30)}\` is no number (R-COND-04)`, () => assert.equal(readNumber(text), undefined))
})

describe('booleans', () => {
  for (const [text, value] of [
    ['true', true],
    ['TRUE', true],
    ['False', false],
    ['yes', undefined],
    ['1', undefined],
    ['0', undefined],
    ['', undefined],
    ['truee', undefined],
    ['FALSE', false],
  ] as const)
    it(`\`${text}\` is ${value} (R-COND-04)`, () => assert.equal(readBool(text), value))

  it('a text that is neither is false on either side, also against itself', () =>
    assert.equal(holds('Bool', 'yes', 'yes'), false))
})

describe('addresses (R-COND-14)', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [policy: string, value: string, inside: boolean])[] = [
    ['203.0.113.0/24',       '203.0.113.0',              true],
    ['203.0.113.0/24',       '203.0.113.255',            true],
    ['203.0.113.0/24',       '203.0.112.255',            false],
    ['203.0.113.77/24',      '203.0.113.1',              true],
    ['203.0.113.7',          '203.0.113.7',              true],
    ['203.0.113.7',          '203.0.113.8',              false],
    ['203.0.113.7/32',       '203.0.113.7',              true],
    ['0.0.0.0/0',            '198.51.100.1',             true],
    ['0.0.0.0/0',            '2001:db8::1',              false],
    ['::/0',                 '198.51.100.1',             false],
    ['::/0',                 '2001:db8::1',              true],
    ['2001:db8::/32',        '2001:DB8:0:0:0:0:0:1',     true],
    ['2001:db8::/32',        '2001:db9::1',              false],
    ['2001:db8::1',          '2001:db8::1',              true],
    ['2001:db8::1',          '2001:db8::2',              false],
    ['203.0.113.7',          '::ffff:203.0.113.7',       false],
    ['128.0.0.0/1',          '200.0.0.1',                true],
    ['128.0.0.0/1',          '127.255.255.255',          false],
  ]
  for (const [policy, value, inside] of ROWS)
    it(`${value} is ${inside ? '' : 'not '}in ${policy}`, () => {
      assert.equal(holds('IpAddress', policy, value), inside)
      assert.equal(holds('NotIpAddress', policy, value), !inside)
    })

  for (const text of [
    '',
    'localhost',
    '10.0.0',
    '10',
    '0x0a000001',
    '010.0.0.256',
    '10.0.0.0.0',
    '1.2.3.4%eth0',
    `fe80::1%${'e'.repeat(60)}`,
    'x'.repeat(10_000),
  ])
    it(`\`${text.slice(0, 30)}\` is no address`, () => assert.equal(readAddress(text), undefined))

  for (const text of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/a', '::/129', '10.0.0.0/8/8', '/8'])
    it(`\`${text}\` is no range`, () => assert.equal(readRange(text), undefined))
})

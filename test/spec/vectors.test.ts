/** The condition test vectors: operators, absent keys, set operators, variables. R-COND-01..62. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import { DEFAULT_READINGS } from '#iam/readings.ts'
import type { ContextValue } from '#iam/request.ts'
import type { Truth } from '#iam/truth.ts'
import { conditionHolds } from './conditions.ts'
import { questionsAbout } from './question.ts'

const USER = 'arn:aws:iam::111111111111:user/ann'
const ROLE = 'arn:aws:iam::111111111111:role/app'

interface Vector {
  readonly id: string
  readonly says: string
  readonly block: unknown
  readonly context?: Readonly<Record<string, ContextValue>>
  readonly principal?: string
  readonly principalTags?: Readonly<Record<string, string>>
  readonly version?: '2008-10-17'
  readonly is: Truth
}

const v = (
  id: string,
  says: string,
  operator: string,
  key: string,
  policy: unknown,
  value: ContextValue,
  is: Truth,
): Vector => ({
  id,
  says,
  block: { [operator]: { [key]: policy } },
  context: { [key]: value },
  is,
})
const of = (principal: string, vector: Vector): Vector => ({ ...vector, principal })
const tags = 'aws:TagKeys'
const mfa = 'aws:MultiFactorAuthPresent'

const VECTORS: readonly Vector[] = [
  v('C-01', 'a positive operator does not match an absent key', 'StringEquals', 'k', 'a', null, false),
  v('C-02', 'a negated operator matches an absent key', 'StringNotEquals', 'k', 'a', null, true),
  v('C-03', 'IfExists matches an absent key', 'StringEqualsIfExists', 'k', 'a', null, true),
  v('C-04', 'a negated IfExists matches an absent key', 'StringNotEqualsIfExists', 'k', 'a', null, true),
  v('C-05', 'a negated operator wants none of the values', 'StringNotEquals', 'k', ['a', 'b'], 'b', false),
  v('C-06', 'a negated operator matches another value', 'StringNotEquals', 'k', ['a', 'b'], 'c', true),
  v('C-07', 'StringEquals looks at case', 'StringEquals', 'k', 'A', 'a', false),
  v('C-08', 'StringLike lets * span', 'StringLike', 'k', 'arn:aws:s3:::b*', 'arn:aws:s3:::bucket', true),
  v('C-09', 'ArnLike lets * stand for a part', 'ArnLike', 'k', 'arn:aws:iam::*:role/x', 'arn:aws:iam::1:role/x', true),
  v(
    'C-10',
    'ArnLike never matches with too few parts',
    'ArnLike',
    'k',
    'arn:aws:*:role/x',
    'arn:aws:iam::1:role/x',
    false,
  ),
  v(
    'C-11',
    'ArnEquals takes wildcards too',
    'ArnEquals',
    'k',
    'arn:aws:iam::1:role/*',
    'arn:aws:iam::1:role/a/b',
    true,
  ),
  v('C-12', 'ArnLike does not match what is no ARN', 'ArnLike', 'k', 'arn:aws:iam::1:role/*', 'not-an-arn', false),
  v('C-13', 'Bool does not look at case', 'Bool', 'aws:SecureTransport', 'false', 'False', true),
  v('C-14', 'Bool false does not match an absent key', 'Bool', mfa, 'false', null, false),
  v('C-15', 'BoolIfExists false matches an absent key', 'BoolIfExists', mfa, 'false', null, true),
  v('C-16', 'Null true matches an absent key', 'Null', 'k', 'true', null, true),
  v('C-17', 'Null false matches an empty value', 'Null', 'k', 'false', '', true),
  v('C-18', 'an address lies in its range', 'IpAddress', 'aws:SourceIp', '10.0.0.0/8', '10.255.0.1', true),
  v('C-19', 'a bare address is a range of one', 'IpAddress', 'aws:SourceIp', '10.0.0.1', '10.0.0.1', true),
  v('C-20', 'an IPv6 address is in no IPv4 range', 'NotIpAddress', 'aws:SourceIp', '10.0.0.0/8', '2001:db8::1', true),
  v('C-21', 'NotIpAddress matches the absent key', 'NotIpAddress', 'aws:SourceIp', '10.0.0.0/8', null, true),
  v('C-22', 'numbers come as text', 'NumericLessThanEquals', 'k', 3600, '3600', true),
  v('C-23', 'numbers are compared as numbers', 'NumericEquals', 'k', 10, '10.0', true),
  v('C-24', 'a date and epoch seconds compare', 'DateLessThan', 'k', '2025-01-01T00:00:00Z', 1735689599, true),
  v('C-25', 'ForAllValues holds if all match', 'ForAllValues:StringEquals', tags, ['a', 'b'], ['a'], true),
  v('C-26', 'ForAllValues fails on one stranger', 'ForAllValues:StringEquals', tags, ['a', 'b'], ['a', 'c'], false),
  v('C-27', 'ForAllValues holds for the absent key', 'ForAllValues:StringEquals', tags, ['a'], null, true),
  v('C-28', 'ForAnyValue holds if one matches', 'ForAnyValue:StringEquals', tags, ['a'], ['c', 'a'], true),
  v('C-29', 'ForAnyValue fails for the absent key', 'ForAnyValue:StringEquals', tags, ['a'], null, false),
  v('C-30', 'ForAnyValue negated holds on one stranger', 'ForAnyValue:StringNotEquals', tags, ['a'], ['a', 'c'], true),
  v('C-31', 'ForAnyValue negated fails for the absent key', 'ForAnyValue:StringNotEquals', tags, ['a'], null, false),
  v(
    'C-32',
    'ForAllValues negated holds on strangers only',
    'ForAllValues:StringNotEquals',
    tags,
    ['a'],
    ['b', 'c'],
    true,
  ),
  v('C-33', 'ForAllValues negated holds for the absent key', 'ForAllValues:StringNotEquals', tags, ['a'], null, true),
  v('C-34', 'a plain operator on a multivalued key is unknown', 'StringEquals', tags, 'a', ['a'], 'unknown'),
  of(ROLE, v('C-35', 'a variable without value matches nothing', 'StringEquals', 'k', '${aws:username}', 'x', false)),
  of(ROLE, v('C-36', 'negated, it matches', 'StringNotEquals', 'k', '${aws:username}', 'x', true)),
  of(ROLE, v('C-37', 'a variable may have a default', 'StringEquals', 'k', "${aws:username, 'none'}", 'none', true)),
  {
    ...v('C-38', 'before 2012 a variable is text', 'StringEquals', 'k', '${aws:username}', '${aws:username}', true),
    version: '2008-10-17',
  },
  v('C-39', '${*} is a star', 'StringLike', 'k', '${*}', '*', true),
  v('C-40', '${*} is no wildcard', 'StringLike', 'k', '${*}', 'abc', false),
  {
    id: 'C-41',
    says: 'key names have no case',
    block: { StringEquals: { 'AWS:PRINCIPALTAG/team': 'x' } },
    principalTags: { Team: 'x' },
    is: true,
  },
  {
    id: 'C-42',
    says: 'false and unknown is false',
    block: { StringEquals: { k: 'a', j: 'a' } },
    context: { k: 'b', j: { state: 'unknown' } },
    is: false,
  },
  v('R-COND-61', 'an unknown key is unknown', 'StringEquals', 'k', 'a', { state: 'unknown' }, 'unknown'),
  v('R-COND-61', 'a key known to be there answers Null', 'Null', 'k', 'true', { state: 'present' }, false),
  v(
    'R-COND-61',
    'a key known to be there is unknown to IfExists',
    'StringEqualsIfExists',
    'k',
    'a',
    { state: 'present' },
    'unknown',
  ),
  v('R-COND-04', 'a number operator does not match text', 'NumericEquals', 'k', '1', 'abc', false),
  v('R-COND-04', 'nor does its negation', 'NumericNotEquals', 'k', '1', 'abc', false),
  v('R-COND-05', 'an unknown operator does not match', 'StringMatches', 'k', 'a', 'a', false),
  v(
    'R-COND-11',
    'a negated ARN operator with too few parts matches',
    'ArnNotLike',
    'k',
    'arn:*',
    'arn:aws:iam::1:role/x',
    true,
  ),
  v(
    'R-COND-12',
    'StringLike lets * span the colons of an ARN',
    'StringLike',
    'k',
    'arn:*:role/x',
    'arn:aws:iam::1:role/x',
    true,
  ),
  v('R-COND-13', 'four digits are a year', 'DateGreaterThan', 'k', '2024', '2025-06-01', true),
  v(
    'R-COND-25',
    'ForAnyValue with IfExists holds for the absent key',
    'ForAnyValue:StringEqualsIfExists',
    tags,
    'a',
    null,
    true,
  ),
  v('R-COND-26', 'ForAllValues:Null is always true', 'ForAllValues:Null', tags, 'true', ['a'], true),
  v('R-COND-03', 'a set of empty strings is null', 'Null', tags, 'true', ['', ''], true),
  v('R-GRAM-12', 'no policy values: positive is false', 'StringEquals', 'k', [], 'a', false),
  v('R-GRAM-12', 'no policy values: negated is true', 'StringNotEquals', 'k', [], 'a', true),
  v('R-VAR-04', 'a multivalued key is no variable', 'StringEquals', 'k', '${aws:TagKeys}', 'a', false),
  v('R-VAR-06', 'a star out of a variable is text', 'StringLike', 'aws:SourceVpc', '${k}', 'abc', false),
]

/** What else the vectors' requests hold. */
const BACKGROUND = { k: '*' }

function evaluated({ block, context, principal, principalTags, version }: Vector): Truth {
  const scenario: Scenario = {
    request: {
      principal: principal ?? USER,
      ...(principalTags === undefined ? {} : { principalTags }),
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::bucket/key',
      resourceAccount: '111111111111',
      context: { ...BACKGROUND, ...context },
      contextComplete: true,
    },
  }
  const [question] = questionsAbout(scenario, 'arn:aws:s3:::bucket/key', DEFAULT_READINGS)
  assert.ok(question !== undefined)
  return conditionHolds(block, version === undefined, question)
}

for (const vector of VECTORS) {
  test(`${vector.id}: ${vector.says}`, () => assert.equal(evaluated(vector), vector.is))
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ABSENT, type KeyState, several, single, UNKNOWN } from '../key-state.ts'
import { andAll, type Truth } from '../truth.ts'
import { evaluateLine, readCondition } from './condition.ts'

const F = false
const T = true
const U = 'unknown'
type Request = Readonly<Record<string, string | readonly string[] | KeyState>>

const stateOf = (value: Request[string] | undefined): KeyState => {
  if (value === undefined) return ABSENT
  if (typeof value === 'string') return single(value)
  return 'state' in value ? value : several(value)
}

/** A key that the request does not list is absent; a Condition is the AND of its lines (R-COND-01). */
function evaluate(condition: object, request: Request, version = '2012-10-17'): Truth {
  const lines = readCondition(condition, version)
  assert.ok(lines !== undefined, 'the condition was not read')
  const lookup = (key: string): KeyState =>
    stateOf(Object.entries(request).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1])
  return andAll(lines.map((line) => evaluateLine(line, lookup(line.key), lookup)))
}

const VPC = {}
const ROLE = 'arn:aws:iam::1:role/x'

// biome-ignore format: a table is read by its columns
const VECTORS: readonly (readonly [id: string, condition: object, request: Request, result: Truth, version?: string])[] = [
  ['C-01', { StringEquals: { k: 'a' } },                                   {},                             F],
  ['C-02', { StringNotEquals: { k: 'a' } },                                {},                             T],
  ['C-03', { StringEqualsIfExists: { k: 'a' } },                           {},                             T],
  ['C-04', { StringNotEqualsIfExists: { k: 'a' } },                        {},                             T],
  ['C-05', { StringNotEquals: { k: ['a', 'b'] } },                         { k: 'b' },                     F],
  ['C-06', { StringNotEquals: { k: ['a', 'b'] } },                         { k: 'c' },                     T],
  ['C-07', { StringEquals: { k: 'A' } },                                   { k: 'a' },                     F],
  ['C-08', { StringLike: { k: 'arn:aws:s3:::b*' } },                       { k: 'arn:aws:s3:::bucket' },   T],
  ['C-09', { ArnLike: { k: 'arn:aws:iam::*:role/x' } },                    { k: ROLE },                    T],
  ['C-10', { ArnLike: { k: 'arn:aws:*:role/x' } },                         { k: ROLE },                    F],
  ['C-11', { ArnEquals: { k: 'arn:aws:iam::1:role/*' } },                  { k: 'arn:aws:iam::1:role/a/b' }, T],
  ['C-12', { ArnLike: { k: 'arn:aws:iam::*:*' } },                         { k: 'not-an-arn' },            F],
  ['C-13', { Bool: { 'aws:SecureTransport': 'false' } },                   { 'aws:SecureTransport': 'False' }, T],
  ['C-14', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },            {},                             F],
  ['C-15', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },    {},                             T],
  ['C-16', { Null: { k: 'true' } },                                        {},                             T],
  ['C-17', { Null: { k: 'false' } },                                       { k: '' },                      T],
  ['C-18', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },                { 'aws:SourceIp': '10.255.0.1' }, T],
  ['C-19', { IpAddress: { 'aws:SourceIp': '10.0.0.1' } },                  { 'aws:SourceIp': '10.0.0.1' }, T],
  ['C-20', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },             { 'aws:SourceIp': '2001:db8::1' }, T],
  ['C-21', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },             VPC,                            T],
  ['C-22', { NumericLessThanEquals: { k: '3600' } },                       { k: '3600' },                  T],
  ['C-23', { NumericEquals: { k: '10' } },                                 { k: '10.0' },                  T],
  ['C-24', { DateLessThan: { 'aws:CurrentTime': '2025-01-01T00:00:00Z' } }, { 'aws:CurrentTime': '1735689599' }, T],
  ['C-25', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, { 'aws:TagKeys': ['a'] },       T],
  ['C-26', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, { 'aws:TagKeys': ['a', 'c'] },  F],
  ['C-27', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } },      {},                             T],
  ['C-28', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } },       { 'aws:TagKeys': ['c', 'a'] },  T],
  ['C-29', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } },       {},                             F],
  ['C-30', { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['a'] } },    { 'aws:TagKeys': ['a', 'c'] },  T],
  ['C-31', { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['a'] } },    {},                             F],
  ['C-32', { 'ForAllValues:StringNotEquals': { 'aws:TagKeys': ['a'] } },   { 'aws:TagKeys': ['b', 'c'] },  T],
  ['C-33', { 'ForAllValues:StringNotEquals': { 'aws:TagKeys': ['a'] } },   {},                             T],
  ['C-34', { StringEquals: { 'aws:TagKeys': 'a' } },                       { 'aws:TagKeys': ['a'] },       U],
  ['C-35', { StringEquals: { k: '${aws:username}' } },                     { k: 'x' },                     F],
  ['C-36', { StringNotEquals: { k: '${aws:username}' } },                  { k: 'x' },                     T],
  ['C-37', { StringEquals: { k: "${aws:username, 'none'}" } },             { k: 'none' },                  T],
  ['C-38', { StringEquals: { k: '${aws:username}' } },                     { k: '${aws:username}' },       T, '2008-10-17'],
  ['C-39', { StringLike: { k: '${*}' } },                                  { k: '*' },                     T],
  ['C-40', { StringLike: { k: '${*}' } },                                  { k: 'abc' },                   F],
  ['C-41', { StringEquals: { 'AWS:PRINCIPALTAG/team': 'x' } },             { 'aws:PrincipalTag/Team': 'x' }, T],
  ['C-42', { StringEquals: { k: 'a', j: 'b' } },                           { k: 'b', j: UNKNOWN },         F],
]

describe('the condition vectors', () => {
  for (const [id, condition, request, result, version] of VECTORS)
    it(`${id}: ${JSON.stringify(condition)} against ${JSON.stringify(request)} is ${result}`, () => {
      assert.equal(evaluate(condition, request, version), result)
    })
})

describe('lines of a Condition are ANDed, values of a line ORed (R-COND-01)', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [condition: object, request: Request, result: Truth])[] = [
    [{ StringEquals: { k: ['a', 'b'] } },                          { k: 'b' },               T],
    [{ StringEquals: { k: ['a', 'b'] } },                          { k: 'c' },               F],
    [{ StringEquals: { k: 'a', j: 'b' } },                         { k: 'a', j: 'b' },       T],
    [{ StringEquals: { k: 'a', j: 'b' } },                         { k: 'a', j: 'x' },       F],
    [{ StringEquals: { k: 'a' }, StringLike: { k: 'a*' } },        { k: 'a' },               T],
    [{ StringEquals: { k: 'a' }, StringNotEquals: { k: 'a' } },    { k: 'a' },               F],
    [{ StringEquals: { k: 'a' }, Bool: { j: 'true' } },            { k: 'a', j: UNKNOWN },   U],
    [{ StringEquals: { k: 'a' }, Bool: { j: 'true' } },            { k: 'b', j: UNKNOWN },   F],
    [{},                                                           {},                       T],
    [{ StringEquals: {} },                                         {},                       T],
  ]
  for (const [condition, request, result] of ROWS)
    it(`${JSON.stringify(condition)} against ${JSON.stringify(request)} is ${result}`, () =>
      assert.equal(evaluate(condition, request), result))
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readCaller } from './caller.ts'
import { evaluateLine, readCondition } from './condition/condition.ts'
import { ABSENT, single } from './key-state.ts'
import { asOfAccount, isMasked } from './masked-account.ts'
import { matchNotPrincipalDeny, matchPrincipal, readPrincipalElement } from './principal-element.ts'
import { readRequestResource, readResourcePattern, resourceMatches } from './resource.ts'
import type { Truth } from './truth.ts'

const A = '111122223333'
const B = '444455556666'
const X = 'XXXXXXXXXXXX'

describe('an account that is written (R-UNK-05)', () => {
  for (const text of [
    '****',
    X,
    'xxxx',
    'REDACTED',
    'ACCOUNT_ID',
    '<account>',
    '1111…',
    '12...',
    'your-account',
    '${AWS::AccountId}',
  ])
    it(`${text} does not tell which it is`, () => assert.equal(isMasked(text), true))
  for (const text of [A, '', 'aws', 'cloudfront', 'aws-marketplace', 'anonymous', '11122223333'])
    it(`${text || '(none)'} tells it`, () => assert.equal(isMasked(text), false))
})

// biome-ignore format: a table is read by its columns
const RESOURCES: readonly (readonly [pattern: string, asked: string, covers: Truth])[] = [
  [`arn:aws:sqs:r:${A}:q`, `arn:aws:sqs:r:${X}:q`,          'unknown'],
  [`arn:aws:sqs:r:${X}:q`, `arn:aws:sqs:r:${A}:q`,          'unknown'],
  [`arn:aws:sqs:r:${X}:q`, `arn:aws:sqs:r:${X}:q`,          'unknown'],
  [`arn:aws:sqs:r:${X}:q`, `arn:aws:sqs:r:****:q`,          'unknown'],
  ['arn:aws:sqs:r:ACCOUNT_ID:q', 'arn:aws:sqs:r:ACCOUNT_ID:q', true],
  ['arn:aws:sqs:r:ACCOUNT_ID:q', 'arn:aws:sqs:r:OTHER_ACCOUNT:q', 'unknown'],
  ['arn:aws:sqs:r:*:q',    `arn:aws:sqs:r:${X}:q`,          true],
  ['arn:aws:sqs:r:????????????:q', `arn:aws:sqs:r:${X}:q`,  true],
  ['arn:aws:sqs:r:1111*:q', `arn:aws:sqs:r:${X}:q`,         'unknown'],
  ['arn:aws:sqs:r:1111:q', `arn:aws:sqs:r:${X}:q`,          false],
  [`arn:aws:sqs:r:${A}:q`, `arn:aws:sqs:r:${X}:other`,      false],
  [`arn:aws:sqs:s:${A}:q`, `arn:aws:sqs:r:${X}:q`,          false],
  ['*',                    `arn:aws:sqs:r:${X}:q`,          true],
  [`arn:aws:iam::${X}:policy/p`, 'arn:aws:iam::aws:policy/p', false],
]

describe('an element of Resource, where an account is masked (R-UNK-05)', () => {
  for (const [pattern, asked, covers] of RESOURCES)
    it(`${pattern} covers ${asked}: ${covers}`, () => {
      const element = readResourcePattern(pattern, '2012-10-17', 'identity')
      assert.equal(
        resourceMatches(element, readRequestResource(asked), () => ABSENT),
        covers,
      )
    })
})

const ROLE = `arn:aws:sts::${A}:assumed-role/app/s`
// biome-ignore format: a table is read by its columns
const PRINCIPALS: readonly (readonly [named: string, caller: string, matches: Truth])[] = [
  [X,                              ROLE,                                   'unknown'],
  ['****',                         ROLE,                                   'unknown'],
  [`arn:aws:iam::${X}:root`,       ROLE,                                   'unknown'],
  [`arn:aws:iam::****:root`,       ROLE,                                   'unknown'],
  [`arn:aws:iam::*:root`,          ROLE,                                   false],
  ['arn:aws:iam::${AWS::AccountId}:root', ROLE,                            'unknown'],
  [`arn:aws:sts::${X}:assumed-role/app/s`, ROLE,                           'unknown'],
  [`arn:aws:sts::${X}:assumed-role/app/other`, ROLE,                       false],
  [`arn:aws:iam::${X}:user/app`,   ROLE,                                   false],
  [A,                              `arn:aws:iam::${X}:user/ann`,           'unknown'],
  [`arn:aws:iam::${A}:user/ann`,   `arn:aws:iam::${X}:user/ann`,           'unknown'],
  [`arn:aws:iam::${A}:user/bob`,   `arn:aws:iam::${X}:user/ann`,           false],
  ['arn:aws:iam::ACCOUNT_ID:root', 'arn:aws:iam::ACCOUNT_ID:user/ann',     true],
  ['ACCOUNT_ID',                   'arn:aws:iam::ACCOUNT_ID:user/ann',     true],
  [`arn:aws:iam::${X}:root`,       `arn:aws:iam::${X}:user/ann`,           'unknown'],
  [B,                              ROLE,                                   false],
]

describe('a Principal, where an account is masked (R-UNK-05)', () => {
  for (const [named, principal, matches] of PRINCIPALS) {
    const caller = readCaller({ principal, action: 'sqs:SendMessage', resource: '*' })
    it(`${named} names ${principal}: ${matches}`, () =>
      assert.equal(matchPrincipal(readPrincipalElement({ AWS: named }), { caller }).matches, matches))
  }

  it('spares nobody for sure in a Deny with NotPrincipal', () => {
    const caller = readCaller({ principal: `arn:aws:iam::${A}:user/ann`, action: 's3:GetObject', resource: '*' })
    const listed = readPrincipalElement({ AWS: [`arn:aws:iam::${X}:user/ann`, X] })
    assert.equal(matchNotPrincipalDeny(listed, { caller }, false), 'unknown')
  })
})

// biome-ignore format: a table is read by its columns
const CONDITIONS: readonly (readonly [operator: string, key: string, policy: string, value: string, holds: Truth])[] = [
  ['StringEquals',    'aws:PrincipalAccount', A,      X,            'unknown'],
  ['StringNotEquals', 'aws:PrincipalAccount', A,      X,            'unknown'],
  ['StringEquals',    'aws:SourceAccount',    X,      A,            'unknown'],
  ['StringNotEquals', 'aws:ResourceAccount',  '****', A,            'unknown'],
  ['StringEquals',    'kms:CallerAccount',    'ACCOUNT_ID', 'ACCOUNT_ID', true],
  ['StringLike',      'aws:PrincipalAccount', '*',    X,            true],
  ['StringLike',      'aws:PrincipalAccount', '1111*', X,           'unknown'],
  ['StringEquals',    'aws:PrincipalAccount', 'anonymous', X,       false],
  ['ArnLike',         'aws:PrincipalArn', `arn:aws:iam::${A}:role/*`, `arn:aws:iam::${X}:role/app`, 'unknown'],
  ['ArnNotLike',      'aws:PrincipalArn', `arn:aws:iam::${A}:role/*`, `arn:aws:iam::${X}:role/app`, 'unknown'],
  ['ArnLike',         'aws:PrincipalArn', 'arn:aws:iam::*:role/*', `arn:aws:iam::${X}:role/app`, true],
  ['ArnLike',         'aws:PrincipalArn', `arn:aws:iam::${A}:user/*`, `arn:aws:iam::${X}:role/app`, false],
  ['StringLike',      'aws:PrincipalArn', `arn:aws:iam::${A}:role/*`, `arn:aws:iam::${X}:role/app`, 'unknown'],
  ['StringLike',      'aws:PrincipalArn', '*:role/app', `arn:aws:iam::${X}:role/app`, true],
  ['StringNotLike',   'aws:PrincipalArn', `arn:aws:iam::${X}:role/app`, `arn:aws:iam::${A}:role/app`, 'unknown'],
  ['ArnEquals',       'aws:SourceArn',    `arn:aws:sns:r:${X}:t`, `arn:aws:sns:r:${A}:t`, 'unknown'],
  ['ArnEquals',       'aws:SourceArn',    `arn:aws:sns:r:${X}:t`, `arn:aws:sns:r:${A}:u`, false],
  // What is no account is text.
  ['StringEquals',    'aws:PrincipalTag/team', X,     'XXXXXXXXXXX', false],
]

describe('a condition, where an account is masked (R-UNK-05)', () => {
  for (const [operator, key, policy, value, holds] of CONDITIONS)
    it(`${operator} ${key} ${policy} of ${value}: ${holds}`, () => {
      const [line] = readCondition({ [operator]: { [key]: policy } }, '2012-10-17') ?? []
      assert.ok(line)
      assert.equal(
        evaluateLine(line, single(value), () => ABSENT),
        holds,
      )
    })

  it('is not known of a variable that stands for such an account', () => {
    const bucket = readResourcePattern('arn:aws:s3:::logs-${aws:PrincipalAccount}', '2012-10-17', 'identity')
    const covers = (name: string) =>
      resourceMatches(bucket, readRequestResource(`arn:aws:s3:::${name}`), () => single(X))
    assert.equal(covers(`logs-${A}`), 'unknown')
    assert.equal(covers('other'), false)
  })
})

it('unique ids are no accounts', () => {
  assert.equal(asOfAccount('AROAEXAMPLEID', A), undefined)
  assert.equal(asOfAccount('AIDAEXAMPLEID', X), undefined)
})

/**
 * Values at which a check begins and ends: private ranges by RFC 1918 and 4193, ids and variables by AWS's pages, values
 * and elements that another one covers (R-COND-01, R-COND-02, R-COND-05, R-COND-10, R-VAR-02).
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lintPolicy } from './lint-scenario.ts'
import { preparePolicy } from '#engine/prepare.ts'

const A = '111122223333'
const V = '2012-10-17'
const S = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k' }
const of = (...Statement: readonly unknown[]) => ({ Version: V, Statement })
const when = (operator: string, key: string, value: unknown, rest: object = S) =>
  of({ ...rest, Condition: { [operator]: { [key]: value } } })

const idsOf = (document: unknown): readonly string[] =>
  lintPolicy(preparePolicy({ name: 'p', document }, 'identity'), undefined).map(({ id }) => id)
const found = (id: string, document: unknown): boolean => idsOf(document).includes(id)
const pointers = (id: string, document: unknown) =>
  lintPolicy(preparePolicy({ name: 'p', document }, 'identity'), undefined)
    .filter((finding) => finding.id === id)
    .map(({ pointer }) => pointer)
const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Each with the check that one value of a line sets off, and what sets it off and what does not. */
// biome-ignore format: a table is read by its columns
const VALUES: readonly (readonly [id: string, operator: string, key: string, wrong: readonly unknown[], right: readonly unknown[]])[] = [
  ['Private IP address', 'IpAddress', 'aws:SourceIp',
    words('10.0.0.0/8 10.1.2.3 10.255.0.0/16 172.16.0.0/12 172.31.255.255 172.20.0.0/16 192.168.0.0/16 192.168.1.0/24 fc00::/7 fd12:3456::/32 fd00::1'),
    words('10.0.0.0/7 9.255.255.255 11.0.0.1 172.15.0.1 172.32.0.1 172.16.0.0/11 192.167.1.1 192.169.0.1 193.168.0.1 192.168.0.0/15 171.20.0.1 fc00::/6 fe80::1 2001:db8::/32 203.0.113.0/24 no-address')],
  ['Private NotIpAddress', 'NotIpAddress', 'aws:SourceIp', words('10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7'), words('10.0.0.0/7 172.16.0.0/11 203.0.113.0/24')],
  ['Improve IP range', 'IpAddress', 'aws:SourceIp', words('203.0.113.1/24 203.0.113.128/24 203.1.0.0/8 203.0.113.1/31 2001:db8::1/32 128.0.0.0/0'), words('203.0.113.0/24 203.0.113.1 203.0.113.1/32 203.0.113.2/31 2001:db8::/32 0.0.0.0/0 128.0.0.0/1 203.0.112.0/20')],
  ['Improve IP range', 'NotIpAddress', 'aws:VpcSourceIp', ['10.0.0.1/8'], ['10.0.0.0/8']],
  ['Improve IP range', 'StringLike', 'aws:SourceIp', [], ['203.0.113.1/24']],
  ['Invalid vpc format', 'StringEquals', 'aws:SourceVpc', words('vpc-1 vpc-1234567 vpc-123456789 xvpc-12345678 vpc-12345678x vpc-0123456789abcdef vpc-0123456789abcdef012 vpc-1234567_ VPC-12345678'), words('vpc-12345678 vpc-0123456789abcdef0 vpc-abcdefgh vpc-* vpc-? ${aws:PrincipalTag/v}')],
  ['Invalid vpc format', 'StringNotEquals', 'AWS:sourcevpc', ['vpc-1'], ['vpc-12345678']],
  ['Invalid vpc format', 'Null', 'aws:SourceVpc', [], ['true']],
  ['Invalid vpce format', 'StringEquals', 'aws:SourceVpce', words('vpce-1 vpc-12345678 xvpce-12345678 vpce-12345678x vpce-0123456789abcdef vpce-1234567-'), words('vpce-12345678 vpce-0123456789abcdef0 vpce-* ${aws:PrincipalTag/v}')],
  ['Invalid Region', 'StringEquals', 'aws:RequestedRegion', words('eu-west EU-WEST-1x frankfurt eu-west-4 xx-north-1 eu-west-1a'), words('eu-west-1 us-east-1 cn-north-1 us-gov-west-1 eu-* ${aws:PrincipalTag/r}')],
  ['Invalid kms key value', 'StringEquals', 's3:x-amz-server-side-encryption-aws-kms-key-id', ['k1', 'alias/a', `arn:aws:kms:eu-west-1:${A}:alias/a`, `arn:aws:sqs:eu-west-1:${A}:key/k`, `x:aws:kms:eu-west-1:${A}:key/k`, 'k*'], [`arn:aws:kms:eu-west-1:${A}:key/k1`, '*', '*:key/k1', 'arn:aws:kms:*', '${aws:PrincipalTag/k}']],
  ['Invalid kms key value', 'ArnEquals', 's3:x-amz-server-side-encryption-aws-kms-key-id', ['k1'], [`arn:aws:kms:eu-west-1:${A}:key/k1`]],
  ['Invalid kms key value', 'Null', 's3:x-amz-server-side-encryption-aws-kms-key-id', [], ['true']],
  ['Wildcard without like operator', 'StringEquals', 'aws:PrincipalTag/a', ['a*', 'a?', '*', '${aws:username}*', '*${aws:username}', 'a${*}*', '${aws:username'.concat('*')], ['a', '${*}', '${?}', 'a${aws:username}b', '${aws:username}${*}']],
  ['Wildcard without like operator', 'StringEqualsIgnoreCase', 'aws:PrincipalTag/a', ['a*'], ['a']],
  ['Wildcard without like operator', 'StringLike', 'aws:PrincipalTag/a', [], ['a*', '*', 'a?']],
  ['Wildcard without like operator', 'ArnEquals', 'aws:PrincipalArn', [], [`arn:aws:iam::${A}:role/*`]],
  ['Equivalent to null false', 'StringLike', 'aws:PrincipalTag/a', ['*', ['*']], ['**', 'a*', 'a', '', ['*', 'a']]],
  ['Equivalent to null false', 'StringNotLike', 'aws:PrincipalTag/a', [], ['*']],
  ['Equivalent to null false', 'StringEquals', 'aws:PrincipalTag/a', [], ['*']],
  ['Equivalent to null false', 'ArnLike', 'aws:PrincipalArn', [], ['*']],
  ['Equivalent to null false', 'StringLikeIfExists', 'aws:PrincipalTag/a', [], ['*']],
  ['Equivalent to null false', 'ForAnyValue:StringLike', 'aws:TagKeys', [], ['*']],
  ['Equivalent to null true', 'StringNotLike', 'aws:PrincipalTag/a', ['*'], ['a*']],
  ['Equivalent to null true', 'StringLike', 'aws:PrincipalTag/a', [], ['*']],
  ['Equivalent to null true', 'ForAllValues:StringNotLike', 'aws:TagKeys', [], ['*']],
  ['Redundant key due to wildcard in condition', 'StringLikeIfExists', 'aws:PrincipalTag/a', ['*'], ['a*']],
  ['Redundant key due to wildcard in condition', 'ForAllValues:StringLike', 'aws:TagKeys', ['*'], ['a*']],
  ['Redundant key due to wildcard in condition', 'ForAllValues:StringNotLike', 'aws:TagKeys', [], ['*']],
  ['Redundant key due to wildcard in condition', 'StringLike', 'aws:PrincipalTag/a', [], ['*']],
  ['Redundant key due to wildcard in condition', 'ForAnyValue:StringLike', 'aws:TagKeys', [], ['*']],
  ['Redundant statement due to wildcard in condition', 'ForAnyValue:StringNotLike', 'aws:TagKeys', ['*'], ['a*']],
  ['Redundant statement due to wildcard in condition', 'ForAnyValue:StringLike', 'aws:TagKeys', [], ['*']],
  ['Redundant statement due to wildcard in condition', 'ForAllValues:StringNotLike', 'aws:TagKeys', [], ['*']],
  ['Redundant statement due to wildcard in condition', 'StringNotLike', 'aws:PrincipalTag/a', [], ['*']],
  ['account-id-number', 'StringEquals', 'aws:PrincipalAccount', [111122223333], ['111122223333']],
  ['account-id-number', 'StringEquals', 'aws:PrincipalTag/a', [], [111122223333]],
  ['Missing brace in variable', 'StringEquals', 'aws:PrincipalTag/a', ['${aws:username', 'a${aws:username', '${aws:username}${aws:userid', '${aws:${username}'], ['${aws:username}', 'aws:username', '$aws', '{aws:username}', '${*}', '${?}', '${$}', '${aws:username}-${aws:userid}']],
  ['Empty variable', 'StringEquals', 'aws:PrincipalTag/a', ['${}', 'a${}b', '${ }'], ['${aws:username}', '${*}']],
  ['Unsupported space in variable', 'StringEquals', 'aws:PrincipalTag/a', ['${ aws:username}', '${aws:username }'], ['${aws:username}', "${aws:username, 'a b'}", '${aws:PrincipalTag/a b}']],
  ['Missing quote in variable', 'StringEquals', 'aws:PrincipalTag/a', ['${aws:username, a}', "${aws:username, 'a}", "${aws:username, a'}", "${aws:username, '}"], ["${aws:username, 'a'}", "${aws:username,'a'}", "${aws:username, ''}", '${aws:username}']],
]

describe('the values at which a check begins and ends', () => {
  for (const [id, operator, key, wrong, right] of VALUES)
    it(`${id}: ${operator} of ${key}`, () => {
      for (const value of wrong) assert.ok(found(id, when(operator, key, value)), `${JSON.stringify(value)} is found`)
      for (const value of right) assert.ok(!found(id, when(operator, key, value)), `${JSON.stringify(value)} is not`)
    })

  for (const [operator, all, some] of [
    ['IpAddress', 'Private IP address', 'Private IP address subset'],
    ['NotIpAddress', 'Private NotIpAddress', 'Private NotIpAddress subset'],
  ] as const)
    it(`${operator}: all values private is an error, some of them a suggestion (R-COND-05)`, () => {
      const ids = (value: unknown, key = 'aws:SourceIp') =>
        idsOf(when(operator, key, value)).filter((id) => id.startsWith('Private'))
      assert.deepEqual(ids(['10.0.0.0/8', '192.168.0.0/16']), [all])
      assert.deepEqual(ids(['10.0.0.0/8', '203.0.113.0/24']), [some])
      assert.deepEqual(ids(['203.0.113.0/24', '10.0.0.0/8']), [some])
      assert.deepEqual(ids(['203.0.113.0/24']), [])
      assert.deepEqual(ids('10.0.0.0/8', 'aws:VpcSourceIp'), [])
    })

  it('a shorter s3:prefix slips past a Deny of one, and past an Allow of any but one (R-COND-01)', () => {
    const id = 'S3 prefix in negative context'
    const L = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::b' }
    const D = { ...L, Effect: 'Deny' }
    assert.ok(found(id, when('StringLike', 's3:prefix', 'a/*', D)))
    assert.ok(found(id, when('StringNotLike', 's3:prefix', 'a/*', L)))
    assert.ok(!found(id, when('StringNotLike', 's3:prefix', 'a/*', D)))
    assert.ok(!found(id, when('StringLike', 's3:prefix', 'a/*', L)))
    assert.ok(!found(id, when('StringLike', 's3:delimiter', '/', D)))
    assert.ok(!found(id, when('Null', 's3:prefix', 'true', D)))
    assert.ok(!found(id, when('NumericEquals', 's3:max-keys', '5', D)))
  })
})

describe('a version without variables (R-VAR-02)', () => {
  const old = (Version: unknown, value: string) => ({
    ...(Version === undefined ? {} : { Version }),
    Statement: [{ ...S, Condition: { StringEquals: { 'aws:PrincipalTag/a': value } } }],
  })
  it('has no variables, so that they are texts', () => {
    const id = 'Variable unsupported in version'
    assert.ok(found(id, old('2008-10-17', '${aws:username}')))
    assert.ok(found(id, old(undefined, '${aws:username}')))
    assert.ok(!found(id, old(V, '${aws:username}')))
    assert.ok(!found(id, old('2008-10-17', 'a')))
  })
  it('has no faults in variables', () => {
    for (const value of ['${', '${}', '${ aws:username}', '${aws:username, a}'])
      for (const id of [
        'Missing brace in variable',
        'Empty variable',
        'Unsupported space in variable',
        'Missing quote in variable',
      ])
        assert.ok(!found(id, old('2008-10-17', value)), `${id}: ${value}`)
  })
})

describe('what another value or element covers', () => {
  const actions = (...Action: readonly string[]) => pointers('Redundant action', of({ ...S, Action, Resource: '*' }))
  const resources = (...Resource: readonly string[]) => pointers('Redundant resource', of({ ...S, Resource }))
  it('an action', () => {
    assert.equal(actions('s3:GetObject', 's3:PutObject').length, 0)
    assert.equal(actions('s3:Get*', 's3:PutObject').length, 0)
    assert.equal(actions('s3:Get*').length, 0)
    assert.equal(actions('s3:Get*', 'sqs:GetQueueUrl').length, 0)
    assert.equal(actions('s3:GetObject', 's3:GetObject').length, 1)
    assert.equal(actions('s3:GetObject', 'S3:getobject').length, 1)
    assert.equal(actions('s3:Get*', 's3:GetObject').length, 1)
    assert.equal(actions('s3:GetObject', 's3:*').length, 1)
    assert.equal(actions('*', 's3:GetObject').length, 1)
    assert.equal(actions('s3:GetObject', '*').length, 1)
    assert.equal(actions('*', 's3:*').length, 1)
    assert.equal(actions('*').length, 0)
  })
  it('a resource', () => {
    assert.equal(resources('arn:aws:s3:::a/*', 'arn:aws:s3:::b/*').length, 0)
    assert.equal(resources('arn:aws:s3:::a/*').length, 0)
    assert.equal(resources('*').length, 0)
    assert.equal(resources('arn:aws:s3:::a', 'arn:aws:s3:::a/*').length, 0)
    assert.equal(resources('arn:aws:s3:::a/${aws:username}', 'arn:aws:s3:::a/b').length, 0)
    assert.equal(resources('arn:aws:s3:::a/b', 'arn:aws:s3:::a/b').length, 1)
    assert.equal(resources('arn:aws:s3:::a/b', 'arn:aws:s3:::a/*').length, 1)
    assert.equal(resources('arn:aws:s3:::a/b', 'arn:aws:s3:::a/B').length, 0)
    assert.equal(resources('*', 'arn:aws:s3:::a/b').length, 1)
    assert.equal(resources('arn:aws:s3:::a/b', '*').length, 1)
    assert.equal(resources('arn:aws:sqs:*:*:q', `arn:aws:sqs:eu-west-1:${A}:q`).length, 1)
    assert.equal(resources('arn:aws:sqs:eu-*:*:q', `arn:aws:sqs:us-east-1:${A}:q`).length, 0)
  })
})

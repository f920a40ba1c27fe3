import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from './evaluate.ts'

const A = '111122223333'
const B = '444455556666'
const OBJECT = 'arn:aws:s3:::bucket/releases/app.zip'
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`

function hintOf(statement: object, request: Partial<Request>, layer = 'identity-policy'): string | undefined {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...statement }] }
  const policy = { name: 'p', document }
  const got = evaluate({
    request: {
      principal: `arn:aws:iam::${A}:user/ann`,
      action: 's3:GetObject',
      resource: OBJECT,
      resourceAccount: A,
      contextComplete: true,
      ...request,
    },
    policies: {
      complete: true,
      ...(layer === 'identity-policy' ? { identityPolicies: [policy] } : { resourcePolicy: policy }),
    },
  })
  const failed = got.layers.find((entry) => entry.layer === layer)?.statements[0]?.failedOn ?? []
  assert.ok(failed.length > 0, 'the statement matches')
  return failed[0]?.hint
}

// biome-ignore format: a table is read by its columns
const RESOURCES: readonly (readonly [pattern: string, request: Partial<Request>, hint: RegExp])[] = [
  ['arn:aws:s3:::bucket',                        {},                                                      /bucket ARN for object ARN.*trailing `\/\*` missing/],
  ['arn:aws:s3:::bucket/*',                      { action: 's3:ListBucket', resource: 'arn:aws:s3:::bucket' }, /object ARN for bucket ARN/],
  ['arn:aws:s3:::bucket/releases',               {},                                                      /trailing `\/\*` missing|path prefix/],
  ['arn:aws:s3:::bucket/release/*',              {},                                                      /path prefix/],
  ['arn:aws:s3:::Bucket/*',                      {},                                                      /letter case/],
  ['arn:aws:s3:::bucket/Releases/app.zip',       {},                                                      /letter case/],
  ['arn:aws-cn:s3:::bucket/releases/app.zip',    {},                                                      /other partition/],
  [QUEUE.replace(A, B),                          { action: 'sqs:SendMessage', resource: QUEUE },          /other account.*444455556666/],
  [QUEUE.replace('eu-west-1', 'us-east-1'),      { action: 'sqs:SendMessage', resource: QUEUE },          /other Region.*us-east-1/],
  [`arn:aws:sqs:eu-west-1:${A}:Q`,               { action: 'sqs:SendMessage', resource: QUEUE },          /letter case/],
  [`arn:aws:iam::${A}:role/app`,                 { action: 'iam:GetRole', resource: `arn:aws:iam::${A}:role/team/app` }, /path/],
]

describe('what a statement narrowly misses', () => {
  for (const [Resource, request, hint] of RESOURCES)
    it(`Resource \`${Resource}\` against \`${request.resource ?? OBJECT}\`: ${hint.source}`, () =>
      assert.match(hintOf({ Resource }, request) ?? '', hint))

  it('letter case is named also where another part of the path is a wildcard', () => {
    assert.match(hintOf({ Resource: 'arn:aws:s3:::bucket/Releases/*' }, {}) ?? '', /letter case/)
  })

  it('nothing is said of a resource that is quite another', () => {
    assert.equal(hintOf({ Resource: QUEUE }, {}), undefined)
  })

  it('nothing is said of a path whose name the evidence does not give', () => {
    assert.equal(
      hintOf({ Resource: 'arn:aws:s3:::bucket/releases/*' }, { resource: 'arn:aws:s3:::bucket/KEY' }),
      undefined,
    )
  })

  it('several actions in one text (R-ACT-03), or another service', () => {
    assert.match(hintOf({ Action: 's3:GetObject, s3:PutObject' }, {}) ?? '', /one text/)
    assert.match(hintOf({ Action: 's3express:GetObject' }, {}) ?? '', /service/)
  })

  it('a principal: another account, a path, another session, a wildcard, letter case', () => {
    const session = {
      principal: `arn:aws:sts::${A}:assumed-role/app/s1`,
      principalDetails: { roleArn: `arn:aws:iam::${A}:role/team/app` },
    }
    const principal = (AWS: string, request: Partial<Request> = session) =>
      hintOf({ Principal: { AWS } }, request, 'resource-policy') ?? ''
    assert.match(principal(`arn:aws:iam::${B}:role/team/app`), /other account/)
    assert.match(principal(`arn:aws:iam::${A}:role/app`), /path/)
    assert.match(principal(`arn:aws:sts::${A}:assumed-role/app/s2`), /other session/)
    assert.match(principal(`arn:aws:iam::${A}:role/*`), /wildcard/)
    assert.match(principal(`arn:aws:iam::${A}:user/Ann`, {}), /letter case/)
  })

  it('a condition: a star under StringEquals (R-COND-10), letter case, a key that is not there (R-COND-06)', () => {
    const condition = (Condition: object, context: NonNullable<Request['context']>) =>
      hintOf({ Condition }, { context }) ?? ''
    assert.match(condition({ StringEquals: { 'ex:k': 'a*' } }, { 'ex:k': 'ab' }), /StringLike/)
    assert.match(condition({ StringEquals: { 'ex:k': 'Prod' } }, { 'ex:k': 'prod' }), /letter case/)
    assert.match(condition({ StringEquals: { 'ex:k': 'a' } }, {}), /does not carry/)
    assert.match(condition({ StringEqual: { 'ex:k': 'a' } }, {}), /no condition operator/)
  })

  it('a key that the service does not send with the action, by a reference that lists it with those that have it (R-COND-06)', () => {
    const role = { action: 'iam:PassRole', resource: `arn:aws:iam::${A}:role/app` }
    const boundary = (operator: string, request: Partial<Request>) =>
      hintOf({ Condition: { [operator]: { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/X' } } }, request)
    const never = 'AWS does not send iam:PermissionsBoundary with iam:PassRole'
    assert.equal(boundary('StringEquals', role), never)
    assert.equal(boundary('StringLike', { ...role, context: {} }), never)
    assert.doesNotMatch(boundary('StringEquals', { ...role, action: 'iam:PutRolePolicy', context: {} }) ?? '', /AWS/)
    assert.equal(boundary('StringEquals', { ...role, context: { 'iam:PermissionsBoundary': 'x' } }), undefined)
    const tag = { StringEquals: { 's3:ExistingObjectTag/team': 'a' } }
    assert.match(hintOf({ Condition: tag }, { action: 's3:PutObject' }) ?? '', /AWS does not send/)
    assert.doesNotMatch(hintOf({ Condition: tag }, { action: 's3:GetObject' }) ?? '', /AWS/)
    assert.doesNotMatch(hintOf({ Condition: { StringEquals: { 'ec2:Owner': 'a' } } }, role) ?? '', /AWS/)
  })
})

describe('a hint says what is there and what was meant', () => {
  const sqs = { action: 'sqs:SendMessage', resource: QUEUE }
  const role = (path: string) => `arn:aws:iam::${A}:role/${path}`
  const get = (resource: string) => ({ action: 'iam:GetRole', resource })
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [pattern: string, request: Partial<Request>, hint: string | undefined])[] = [
    ['arn:aws:s3:::bucket', {}, 'bucket ARN for object ARN: `arn:aws:s3:::bucket` covers the bucket, not its objects; those are `arn:aws:s3:::bucket/*` (trailing `/*` missing)'],
    ['arn:aws:s3:::bucket/releases', {}, 'path prefix: after `bucket/releases/` the statement has ``, the resource `app.zip`'],
    ['arn:aws:s3:::bucket/release/*', {}, 'path prefix: after `bucket/` the statement has `release/*`, the resource `releases/app.zip`'],
    ['arn:aws:s3:::bucket/releases/app', {}, 'path prefix: after `bucket/releases/` the statement has `app`, the resource `app.zip`'],
    ['arn:aws:s3:::other/releases/app.zip', {}, 'other bucket: the statement names `other`'],
    ['arn:aws:s3:::other', {}, 'other bucket: the statement names `other`'],
    ['arn:aws:s3:us-east-1:111122223333:accesspoint/ap/object/*', {}, 'another resource: the statement names an access point, the call went to a bucket'],
    ['arn:aws:s3:::other/*', { resource: 'arn:aws:s3:us-east-1:111122223333:accesspoint/ap/object/a' }, 'another resource: the statement names a bucket, the call went through an access point'],
    ['arn:aws:s3:::other*/x', {}, undefined],
    ['arn:aws:s3:::bucket/*', { action: 's3:ListBucket', resource: 'arn:aws:s3:::bucket' }, 'object ARN for bucket ARN: the action is on the bucket itself, `arn:aws:s3:::bucket`'],
    ['arn:aws:s3:::other', { action: 's3:ListBucket', resource: 'arn:aws:s3:::bucket' }, 'other bucket: the statement names `other`'],
    ['arn:aws:s3:::BUCKET/other.txt', {}, 'letter case: bucket names are compared with case'],
    ['arn:aws:s3:::BUCKET/releases/app.zip', {}, 'letter case: resource names are compared with case'],
    [QUEUE.replace(A, B), sqs, `other account: the statement names \`${B}\`, the resource is in \`${A}\``],
    [QUEUE.replace('eu-west-1', 'us-east-1'), sqs, 'other Region: the statement names `us-east-1`, the resource is in `eu-west-1`'],
    [QUEUE.replace('arn:aws:', 'arn:aws-cn:'), sqs, 'other partition: the statement names `aws-cn`, the resource is in `aws`'],
    [`${QUEUE}2`, sqs, undefined],
    [QUEUE.replace('sqs', 'sns'), sqs, undefined],
    [role('team'), get(role('team/app')), `trailing \`/*\` missing: \`${role('team')}\` does not cover what is below it`],
    [role('team/web'), get(role('team/app')), 'path prefix: after `role/team/` the statement has `web`, the resource `app`'],
    [`arn:aws:iam::${A}:user/app`, get(role('app')), undefined],
  ]
  for (const [Resource, request, hint] of ROWS)
    it(`${Resource} against ${String(request.resource ?? OBJECT)}`, () =>
      assert.equal(hintOf({ Resource }, request), hint))

  it('of several resources the first that is near', () => {
    const got = hintOf({ Resource: [QUEUE, 'arn:aws:s3:::bucket/release/*'] }, {})
    assert.match(got ?? '', /^path prefix/)
  })

  it('of actions', () => {
    assert.equal(hintOf({ Action: 's3:PutObject' }, {}), undefined)
    assert.equal(
      hintOf({ Action: ['s3:PutObject', 'S3Express:getobject'] }, {}),
      'other service prefix: `S3Express:getobject`',
    )
    assert.equal(
      hintOf({ Action: 's3:PutObject s3:GetObject' }, {}),
      '`s3:PutObject s3:GetObject` is one text: several actions must be a list',
    )
    assert.equal(
      hintOf({ Action: 's3:PutObject,s3:GetObject' }, {}),
      '`s3:PutObject,s3:GetObject` is one text: several actions must be a list',
    )
  })

  it('of principals', () => {
    const session = {
      principal: `arn:aws:sts::${A}:assumed-role/app/s1`,
      principalDetails: { roleArn: role('team/app') },
    }
    const principal = (Principal: unknown, request: Partial<Request> = session) =>
      hintOf({ Principal }, request, 'resource-policy')
    const named = (account: string, resource: string, service = 'iam') => ({
      AWS: `arn:aws:${service}::${account}:${resource}`,
    })
    assert.equal(
      principal(named(B, 'role/team/app')),
      `other account: the statement names \`${B}\`, the caller is in \`${A}\``,
    )
    assert.equal(principal(named(B, 'role/team/web')), undefined)
    assert.equal(
      principal(named(A, 'role/app')),
      `path: the statement names \`role/app\`, the role is \`${role('team/app')}\``,
    )
    assert.equal(
      principal(named(A, 'assumed-role/app/s2', 'sts')),
      'other session of the role: the statement names `s2`',
    )
    assert.equal(principal(named(A, 'assumed-role/web/s1', 'sts')), undefined)
    assert.equal(principal(named(A, 'role/team/App')), 'letter case: principal names are compared with case')
    assert.equal(principal(named(A, 'role/team/web')), undefined)
    assert.equal(principal(named(A, 'role/*')), `\`${role('*')}\`: a wildcard inside a principal matches nobody`)
    assert.equal(principal({ Service: 'sns.amazonaws.com' }), undefined)
    assert.equal(principal(named(A, 'user/bob'), {}), undefined)
  })

  it('of conditions', () => {
    const condition = (operator: string, value: unknown, actual?: string) =>
      hintOf(
        { Condition: { [operator]: { 'ex:k': value } } },
        actual === undefined ? {} : { context: { 'ex:k': actual } },
      )
    assert.equal(condition('StringEquals', 'a'), 'the request does not carry this key')
    assert.equal(condition('NumericEquals', '5'), 'the request does not carry this key')
    assert.equal(condition('NumericEquals', '5', '6'), undefined)
    assert.equal(condition('StringEquals', 'a', 'b'), undefined)
    assert.equal(condition('StringEquals', ['x', 'B'], 'b'), 'letter case: the values differ only in case')
    assert.equal(condition('StringLike', 'A', 'a'), 'letter case: the values differ only in case')
    assert.equal(condition('StringLike', 'a*', 'b'), undefined)
    assert.equal(condition('StringNotEquals', 'a', 'a'), undefined)
    assert.equal(
      condition('StringEquals', ['b', 'a*'], 'ab'),
      '`StringEquals` compares `*` as a character; wildcards need `StringLike`',
    )
    assert.equal(
      hintOf(
        { Condition: { StringEquals: { 'aws:SourceAccount': '*' } } },
        { context: { 'aws:SourceAccount': '111122223333' } },
      ),
      '`StringEquals` compares `*` as a character, and no account has that id; write the id of the account',
    )
    assert.equal(condition('StringEqual', 'a', 'a'), '`StringEqual` is no condition operator')
  })
})

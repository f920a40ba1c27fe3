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
  const failed = got.layers.find((one) => one.layer === layer)?.statements[0]?.failedOn ?? []
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
})

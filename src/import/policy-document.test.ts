import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { documentOf } from './policy-document.ts'
import { joinTexts, unknown } from './unknown.ts'

const hole = unknown('aws_s3_bucket.b.arn')
const statementOf = (statement: unknown): unknown =>
  (documentOf({ Version: '2012-10-17', Statement: statement }, 'p') as { Statement: readonly unknown[] }).Statement

describe('a policy of which all is known', () => {
  it('stays as it was written', () => {
    const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
    assert.equal(documentOf(policy, 'p'), policy)
    assert.deepEqual(documentOf(JSON.stringify(policy), 'p'), policy)
  })

  it('stays a text where a key stands twice, so that its reader sees it (R-GRAM-06)', () => {
    const text = '{"Statement":[],"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    assert.equal(documentOf(text, 'p'), text)
  })
})

describe('a policy that is not known', () => {
  it('is a text that no reader takes for JSON', () => {
    const text = documentOf(hole, 'p')
    assert.ok(typeof text === 'string')
    assert.throws(() => JSON.parse(text))
    assert.deepEqual(documentOf({ Version: unknown('v'), Statement: [] }, 'p'), '(not known: v)')
  })
})

describe('a statement of which a part is not known', () => {
  const condition = { StringEquals: { 'denytrace:unknown/p/0': 'aws_s3_bucket.b.arn fits' } }

  it('matches all that the part may be, under a condition that nobody can decide', () => {
    assert.deepEqual(statementOf([{ Effect: 'Allow', Action: 's3:GetObject', Resource: hole }]), [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: condition },
    ])
    assert.deepEqual(statementOf([{ Effect: 'Deny', Action: [hole], Resource: 'arn:aws:s3:::b' }]), [
      { Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::b', Condition: condition },
    ])
  })

  it('is two where only some of its resources are known: these are judged as they stand', () => {
    const known = 'arn:aws:s3:::a/*'
    assert.deepEqual(statementOf([{ Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: [known, hole] }]), [
      { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: [known] },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: condition },
    ])
  })

  it('excludes nothing by what is not known', () => {
    assert.deepEqual(statementOf([{ Effect: 'Deny', NotAction: 's3:Get*', NotResource: ['arn:aws:s3:::a', hole] }]), [
      { Effect: 'Deny', NotAction: ['s3:Get*'], NotResource: ['arn:aws:s3:::a'], Condition: condition },
    ])
    assert.deepEqual(statementOf([{ Effect: 'Deny', Action: '*', NotResource: hole }]), [
      { Effect: 'Deny', Action: '*', Resource: '*', Condition: condition },
    ])
  })

  it('loses a line of its Condition that is not known, and keeps the others', () => {
    const written = { StringEquals: { 'aws:PrincipalAccount': '111122223333', 'aws:SourceVpce': hole } }
    assert.deepEqual(statementOf([{ Effect: 'Allow', Action: '*', Resource: '*', Condition: written }]), [
      {
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333', ...condition.StringEquals } },
      },
    ])
  })

  it('is unreadable where effect or principal is not known: they decide more than whether it matches', () => {
    for (const part of [{ Effect: hole }, { Effect: 'Allow', Principal: { AWS: [hole] } }]) {
      const [statement] = statementOf([{ ...part, Action: '*', Resource: '*' }]) as readonly unknown[]
      assert.equal(typeof statement, 'string')
    }
  })

  it('keeps what is known of an ARN, where that cannot change which part stands where', () => {
    const resourceOf = (...parts: Parameters<typeof joinTexts>[0]): unknown => {
      const [statement] = statementOf([{ Effect: 'Allow', Action: '*', Resource: joinTexts(parts) }]) as readonly {
        readonly Resource: unknown
      }[]
      return statement?.Resource
    }
    const account = unknown('AWS::AccountId', undefined, true)
    assert.equal(resourceOf('arn:aws:s3:::', hole, '/*'), 'arn:aws:s3:::*/*')
    assert.equal(resourceOf('arn:aws:sqs:eu-west-1:', account, ':jobs'), 'arn:aws:sqs:eu-west-1:*:jobs')
    // What holds a colon itself would move the parts.
    assert.equal(resourceOf('arn:aws:', hole, ':jobs'), '*')
    assert.equal(resourceOf(hole, '/*'), '*')
    // A wildcard inside the word for the type matches nothing (R-RES-03).
    assert.equal(resourceOf('arn:aws:logs:eu-west-1:111122223333:log-', hole, ':x'), '*')
  })
})

/**
 * Two files of which something is not known: `compare` takes two unknowns for the same one only where nothing differs that
 * the files say of them. "No new access" about two that differ would be a wrong answer, and one of a file about itself a noise.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareSnapshots } from '#prove/compare-snapshots.ts'
import { importCloudFormation } from '#import/cloudformation/cloudformation.ts'
import { type Imported, isImported } from '#import/imported.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { ACCOUNT, allow, block, bucket, imported, inline, LATE, plan, policy, refers, role } from './plans.ts'

function answerOf(old: Imported, next: Imported): string {
  const [before, after] = [old, next].map(({ files }) => readSnapshot(files))
  assert.ok(before !== undefined && after !== undefined)
  return compareSnapshots(before, after).newAccess === 'none' ? 'none' : 'some or undecided'
}

type Fields = Readonly<Record<string, unknown>>

function template(statements: unknown, top: Fields = {}, more: Fields = {}): Imported {
  const AssumeRolePolicyDocument = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
  }
  const Policies = [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: statements } }]
  const result = importCloudFormation(
    {
      Parameters: { X: { Type: 'String' } },
      Conditions: { Unk: { 'Fn::Equals': [{ Ref: 'X' }, 'x'] } },
      ...top,
      Resources: {
        R: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r', AssumeRolePolicyDocument, Policies } },
        ...more,
      },
    },
    { account: ACCOUNT, region: 'eu-west-1', noOrganization: true },
  )
  if (!isImported(result)) throw new Error(result.problem)
  return result
}

const either = (yes: unknown, no: unknown): unknown => ({ 'Fn::If': ['Unk', yes, no] })
const on = (resource: unknown): Fields => allow('s3:GetObject', { Resource: resource })
const sub = (text: string): Fields => on({ 'Fn::Sub': text })

describe('templates', () => {
  const read = [{ ...allow('s3:GetObject'), Action: either('sns:ListTopics', 'sns:ListSubscriptions') }]
  const unk = (value: unknown): Fields => ({ Conditions: { Unk: { 'Fn::Equals': [{ Ref: 'X' }, value] } } })
  const nested = (url: string): Fields => ({
    N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } },
  })
  const given = on({ 'Fn::GetAtt': ['N', 'Outputs.Arn'] })
  const attached = (action: string): Fields => ({
    P: {
      Type: 'AWS::IAM::ManagedPolicy',
      Condition: 'Unk',
      Properties: {
        ManagedPolicyName: 'm',
        Roles: ['r'],
        PolicyDocument: { Version: '2012-10-17', Statement: allow(action) },
      },
    },
  })
  const cases: readonly (readonly [string, () => Imported, () => Imported])[] = [
    ['both ways of an If', () => template(read), () => template([{ ...read[0], Action: either('iam:*', 's3:*') }])],
    [
      'a text around a parameter',
      () => template(sub('arn:aws:s3:::${X}/*')),
      () => template(sub('arn:aws:s3:::${X}-pub/*')),
    ],
    ['a text of which no pattern is left', () => template(sub('${X}/a')), () => template(sub('${X}/b'))],
    [
      'a whole statement',
      () => template([either(allow('sns:ListTopics'), { Ref: 'AWS::NoValue' })]),
      () => template([either(allow('iam:*'), { Ref: 'AWS::NoValue' })]),
    ],
    ['the condition that chooses', () => template(read, unk('x')), () => template(read, unk('y'))],
    ['what a nested stack is made of', () => template(given, {}, nested('a')), () => template(given, {}, nested('b'))],
    [
      'a policy that may not be made',
      () => template([], {}, attached('sns:ListTopics')),
      () => template([], {}, attached('iam:*')),
    ],
  ]
  for (const [what, old, next] of cases)
    it(`tells apart: ${what}`, () => {
      assert.notEqual(answerOf(old(), next()), 'none')
      for (const same of [old, next]) assert.equal(answerOf(same(), same()), 'none')
    })

  it('tells the same where what changes has no part in it', () => {
    const tagged = (value: string): Fields => ({
      B: { Type: 'AWS::S3::Bucket', Properties: { Tags: [{ Key: 'k', Value: value }] } },
    })
    const of = on({ 'Fn::Sub': '${B.Arn}/*' })
    assert.equal(answerOf(template(of, {}, tagged('a')), template(of, {}, tagged('b'))), 'none')
  })
})

describe('plans', () => {
  const buckets = [role('app'), bucket('pub'), bucket('secret')]
  const reference = (name: string) => refers(`aws_s3_bucket.${name}.arn`, `aws_s3_bucket.${name}`)
  const whole = (name: string, more: Parameters<typeof plan>[1] = {}): unknown =>
    plan([...buckets, inline('app', reference(name))], more)
  const data = (name: string): unknown => {
    const statement = block('data.aws_iam_policy_document.d', { statement: [], json: LATE })
    const after = [{ actions: ['s3:GetObject'], resources: [null], effect: 'Allow' }]
    Object.assign(statement.change['change'] as object, { after: { statement: after } })
    Object.assign(statement.change['change'] as object, {
      after_unknown: { json: true, statement: [{ resources: [true] }] },
    })
    const expressions = { statement: [{ actions: { constant_value: ['s3:GetObject'] }, resources: reference(name) }] }
    const of = 'data.aws_iam_policy_document.d'
    return plan([
      ...buckets,
      { ...statement, entry: { ...statement.entry, expressions } },
      inline('app', refers(`${of}.json`, of)),
    ])
  }
  const called = (name: string): unknown =>
    plan(
      [
        ...buckets,
        role('in', 'module.m.aws_iam_role.in'),
        block('module.m.aws_iam_role_policy.p', { name: 'p', role: 'in', policy: refers('var.arn') }),
      ],
      { m: { arn: reference(name) } },
    )
  const renamed = (name: string): unknown =>
    plan([
      role('app'),
      bucket(name, 'aws_s3_bucket.b'),
      inline('app', refers('aws_s3_bucket.b.arn', 'aws_s3_bucket.b')),
    ])
  const cases = {
    'a whole policy': whole,
    'a part of one': data,
    'through a module': called,
    'the name of it': renamed,
  }
  for (const [what, of] of Object.entries(cases))
    for (const plainReferences of [false, true])
      it(`tells apart what is referred to: ${what}${plainReferences ? ', with plain references' : ''}`, () => {
        const [old, next] = ['pub', 'secret'].map((name) => imported(of(name), { plainReferences }))
        assert.ok(old !== undefined && next !== undefined)
        assert.notEqual(answerOf(old, next), 'none')
        // A policy that is not known at all is never said to allow nothing new, but of one and the same.
        for (const same of ['pub', 'secret'])
          assert.equal(
            answerOf(imported(of(same), { plainReferences }), imported(of(same), { plainReferences })),
            'none',
          )
      })

  it('tells the same where what changes has no part in it', () => {
    const of = (description: string): Imported => {
      const key = block('aws_kms_key.k', { description, policy: policy(allow('kms:*', { Principal: '*' })), arn: LATE })
      return imported(plan([role('app'), key, inline('app', refers('aws_kms_key.k.arn', 'aws_kms_key.k'))]))
    }
    assert.equal(answerOf(of('a'), of('b')), 'none')
  })
})

/** What is not known of a resource that the evidence names in short (R-REQ-05, R-MSG-23, F.3). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Resource } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { emptyDenial } from '#intake/build-denial.ts'
import type { Denial } from '#intake/denial.ts'
import { withOpenResources } from './open-resources.ts'

const A = '111122223333'
const iam = (rest: string): string => `arn:aws:iam::${A}:${rest}`
const SECRET = `arn:aws:secretsmanager:eu-west-1:${A}:secret:db-`

function openRequest(
  denial: Partial<Denial>,
  request: Partial<Request> & Pick<Request, 'resource'>,
  listed?: readonly Resource[],
) {
  const { evidence, ...rest } = denial
  const whole: Denial = {
    ...emptyDenial('cloudtrail', null),
    action: 'iam:DeleteUser',
    ...rest,
    evidence: { reader: 'cloudtrail', actionFrom: null, resourceFrom: 'derived', span: null, ...evidence },
  }
  const { resource, resourcePatterns } = withOpenResources(
    whole,
    { principal: iam('user/ann'), action: whole.action ?? '', ...request },
    listed,
  )
  return { resource, patterns: resourcePatterns }
}

describe('a resource that is named in short', () => {
  it('has a path that is not known, if it is of IAM', () => {
    const bob = iam('user/Bob')
    assert.deepEqual(openRequest({}, { resource: bob }), {
      resource: bob,
      patterns: { [bob]: [bob, iam('user/*/Bob')] },
    })
    const text = { reader: 'identity', actionFrom: null, resourceFrom: 'derived', span: null } as const
    const created = { operation: 'CreateUser', action: 'iam:CreateUser' }
    assert.deepEqual(Object.keys(openRequest({ ...created, evidence: text }, { resource: bob }).patterns ?? {}), [bob])
  })

  it('is known where a path is given, or an ARN', () => {
    for (const [denial, resource] of [
      [{}, iam('user/div/Bob')],
      [{ evidence: { reader: 'x', actionFrom: null, resourceFrom: 'stated', span: null } }, iam('user/Bob')],
      [{ operation: 'CreateUser', action: 'iam:CreateUser' }, iam('user/Bob')],
      [{ action: 'iam:DeletePolicy' }, iam('policy/p')],
      [{ action: 'iam:GetPolicy', resourceText: `policy ${iam('policy/p')}` }, iam('policy/p')],
      [{ action: 'sts:AssumeRole' }, iam('role/app')],
      [{ action: 'iam:GetAccountSummary' }, '*'],
      [{ action: 'iam:GetUser' }, null],
    ] as const)
      assert.deepEqual(openRequest(denial, { resource }), { resource, patterns: undefined }, `${resource}`)
  })

  it('is `*` itself where AWS prints that, and not where nothing says so (R-CT-30b, R-REQ-05)', () => {
    const printed = { evidence: { reader: 'identity', actionFrom: null, resourceFrom: 'stated', span: null } } as const
    const on = { action: 'ecs:RegisterTaskDefinition' }
    assert.deepEqual(openRequest({ ...printed, ...on }, { resource: '*' }), { resource: '*', patterns: { '*': [] } })
    assert.deepEqual(openRequest(on, { resource: '*' }), { resource: '*', patterns: undefined })
    assert.deepEqual(openRequest({ ...printed, action: 'iam:ListUsers' }, { resource: '*' }).patterns, undefined)
  })

  it('is the caller, with the path that the caller has', () => {
    const ann = iam('user/div/ann')
    assert.deepEqual(openRequest({}, { principal: ann, resource: iam('user/ann') }), {
      resource: ann,
      patterns: undefined,
    })
    const session = `arn:aws:sts::${A}:assumed-role/app/s`
    const roleArn = iam('role/team/app')
    const role = { principal: session, principalDetails: { roleArn }, resource: iam('role/app') }
    assert.deepEqual(openRequest({ action: 'iam:GetRole' }, role).resource, roleArn)
    const pathless = openRequest({ action: 'iam:GetRole' }, { principal: session, resource: iam('role/app') })
    assert.deepEqual(Object.keys(pathless.patterns ?? {}), [iam('role/app')])
    assert.notEqual(openRequest({}, { principal: ann, resource: iam('group/ann') }).resource, ann)
  })

  it('is the one secret of that name that is listed', () => {
    const denial = { action: 'secretsmanager:GetSecretValue' }
    const listed = (...ends: readonly string[]): Resource[] => ends.map((end) => ({ arn: SECRET + end }))
    const resource = `${SECRET}??????`
    assert.equal(openRequest(denial, { resource }, listed('AbCdEf', 'x-AbCdEf')).resource, `${SECRET}AbCdEf`)
    assert.equal(openRequest(denial, { resource }, listed('AbCdEf', 'GhIjKl')).resource, resource)
    assert.equal(openRequest(denial, { resource }, listed()).resource, resource)
  })

  it('is any of the objects of a bucket, where a call deletes many', () => {
    const resource = 'arn:aws:s3:::b/*'
    const many = { action: 's3:DeleteObject', operation: 'DeleteObjects' }
    assert.deepEqual(openRequest(many, { resource }).patterns, { [resource]: [resource] })
    assert.equal(openRequest({ ...many, operation: 'DeleteObject' }, { resource }).patterns, undefined)
  })

  it('is what a star stands for, but where AWS says a star itself or a key may have one', () => {
    const ec2 = (rest: string): string => `arn:aws:ec2:eu-west-1:${A}:${rest}`
    const open = (resource: string, operation: string, action: string): boolean =>
      openRequest({ action, operation }, { resource }).patterns?.[resource]?.[0] === resource
    assert.ok(open(`arn:aws:eks:eu-west-1:${A}:nodegroup/c/n/*`, 'DescribeNodegroup', 'eks:DescribeNodegroup'))
    assert.ok(open(ec2('subnet/*'), 'RunInstances', 'ec2:RunInstances'))
    assert.ok(open(ec2('security-group/*'), 'RunInstances', 'ec2:RunInstances'))
    assert.ok(open('arn:aws:ec2:eu-west-1::image/*', 'RunInstances', 'ec2:RunInstances'), 'that of the launch template')
    assert.ok(!open('arn:aws:ec2:eu-west-1::image/*', 'CopyImage', 'ec2:CopyImage'))
    assert.ok(!open(ec2('instance/*'), 'RunInstances', 'ec2:RunInstances'))
    assert.ok(!open(ec2('subnet/*'), 'CreateSubnet', 'ec2:CreateSubnet'))
    assert.ok(!open('arn:aws:s3:::b/a*', 'GetObject', 's3:GetObject'))
  })
})

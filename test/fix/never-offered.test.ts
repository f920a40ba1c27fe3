/** Edits that cannot be made, or that would make another request than they say, are no fixes (R-FIX-06, R-CTX-03, R-EVAL-03, R-XACC-03). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { fixesOf } from './on-paper.ts'

const A = '111122223333'
const ALICE = `arn:aws:iam::${A}:user/alice`
const QUEUE = `arn:aws:sqs:us-east-1:${A}:q`
const ALL = { Effect: 'Allow', Action: '*', Resource: '*' }
const when = (operator: string, key: string, value: string | readonly string[]) => ({ [operator]: { [key]: value } })
const denyIf = (Condition: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', Condition })

const scenario = (request: Partial<Request>, ...Statement: readonly object[]): Scenario => ({
  request: {
    principal: ALICE,
    action: 'sqs:SendMessage',
    resource: QUEUE,
    principalTags: {},
    context: {},
    contextComplete: true,
    ...request,
  },
  policies: {
    complete: true,
    identityPolicies: [{ name: 'p', document: { Version: '2012-10-17', Statement } }],
  },
  organization: null,
})
const offered = (asked: Scenario): readonly string[] => fixesOf(asked).map(({ id }) => id)
const none = (asked: Scenario, slug: string): void => {
  const ids = offered(asked)
  assert.ok(
    ids.every((id) => !id.includes(slug)),
    ids.join(),
  )
}

describe('never offered is', () => {
  it('another Region for a service that is in one from everywhere', () => {
    const region = denyIf(when('StringNotEquals', 'aws:RequestedRegion', 'eu-west-1'))
    const ask = (action: string) =>
      scenario({ action, resource: '*', context: { 'aws:RequestedRegion': 'us-east-1' } }, ALL, region)
    none(ask('iam:ListAccountAliases'), 'region')
    none(ask('cloudfront:ListDistributions'), 'region')
    const elsewhere = offered(ask('ec2:DescribeVpcs'))
    assert.ok(
      elsewhere.some((id) => id.includes('region')),
      elsewhere.join(),
    )
  })

  it('a tag that the list of tag keys then holds, where that is refused', () => {
    const make = { action: 'ec2:CreateVolume', resource: `arn:aws:ec2:us-east-1:${A}:volume/*` }
    const wants = { ...ALL, Condition: when('StringEquals', 'aws:RequestTag/env', 'dev') }
    const tags = { context: { 'aws:TagKeys': ['x'], 'aws:RequestTag/x': '1' } }
    none(scenario({ ...make, ...tags }, wants, denyIf(when('ForAnyValue:StringEquals', 'aws:TagKeys', 'env'))), 'tag')
    const [fix] = fixesOf(scenario({ ...make, ...tags }, wants)).filter(({ id }) => id.includes('request'))
    assert.match(JSON.stringify(fix?.changes), /"value":\["x","env"\]/)
  })

  it('a pair of an encryption context whose key is then refused', () => {
    const key = { action: 'kms:Decrypt', resource: `arn:aws:kms:us-east-1:${A}:key/1` }
    const wants = { ...ALL, Condition: when('StringEquals', 'kms:EncryptionContext:app', 'a') }
    const context = { 'kms:EncryptionContextKeys': ['x'], 'kms:EncryptionContext:x': '1' }
    const only = denyIf(when('ForAnyValue:StringNotEquals', 'kms:EncryptionContextKeys', 'x'))
    const given = scenario({ ...key, context }, wants, only)
    const Statement = [{ ...ALL, Principal: { AWS: `arn:aws:iam::${A}:root` } }]
    const resourcePolicy = { name: 'k', kind: 'key', document: { Version: '2012-10-17', Statement } }
    none({ ...given, policies: { ...given.policies, resourcePolicy } }, 'request')
  })

  it('a public address beside the endpoint that is then not passed', () => {
    const context = { 'aws:SourceVpce': 'vpce-9', 'aws:SourceVpc': 'vpc-9', 'aws:VpcSourceIp': '10.0.0.1' }
    const address = denyIf(when('NotIpAddress', 'aws:SourceIp', '203.0.113.0/24'))
    const network = denyIf(when('StringNotEquals', 'aws:SourceVpc', 'vpc-9'))
    none(scenario({ context }, ALL, address, network), 'sourceip')
    assert.ok(offered(scenario({ context }, ALL, address)).some((id) => id.includes('sourceip')))
  })

  it('MFA where its credentials cannot make the call, or are refused', () => {
    const mfa = denyIf(when('BoolIfExists', 'aws:MultiFactorAuthPresent', 'false'))
    const context = { 'aws:TokenIssueTime': null }
    none(
      scenario({ action: 'sts:GetFederationToken', resource: `arn:aws:sts::${A}:federated-user/x` }, ALL, mfa),
      'mfa',
    )
    none(scenario({ context }, ALL, mfa, denyIf(when('Null', 'aws:TokenIssueTime', 'false'))), 'multifactor')
    assert.ok(offered(scenario({ context }, ALL, mfa)).some((id) => id.includes('multifactor')))
  })

  it('a policy of what cannot have one', () => {
    for (const [action, resource] of [
      ['ec2:StartInstances', 'arn:aws:ec2:us-east-1:444455556666:instance/i-1'],
      ['iam:GetUser', 'arn:aws:iam::444455556666:user/eve'],
      ['logs:GetLogEvents', 'arn:aws:logs:us-east-1:444455556666:log-group:g:log-stream:s'],
    ] as const)
      assert.deepEqual(offered(scenario({ action, resource }, ALL)), [], action)
    assert.ok(offered(scenario({ resource: 'arn:aws:sqs:us-east-1:444455556666:q' }, ALL)).length > 0)
  })

  it('an exception for the only one whom a Deny concerns', () => {
    const deny = { Effect: 'Deny', Action: 's3:Get*', Resource: 'arn:aws:s3:::data/*' }
    const ask = { action: 's3:GetObject', resource: 'arn:aws:s3:::data/in/file.txt', resourceAccount: A }
    none(scenario(ask, ALL, deny), 'except')
    assert.ok(offered(scenario(ask, ALL, { ...deny, Resource: '*' })).some((id) => id.includes('narrow')))
  })
})

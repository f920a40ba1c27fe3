import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from './evaluate.ts'

const A = '111122223333'
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`
const ALLOW = {
  name: 'p',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
}

const run = (request: Partial<Request>) =>
  evaluate({
    request: { principal: `arn:aws:iam::${A}:user/ann`, action: 'sqs:SendMessage', resource: QUEUE, ...request },
    policies: { complete: true, identityPolicies: [ALLOW] },
  })

describe('a request as AWS prints it is put into IAM’s form', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [request: Partial<Request>, field: string, to: string, rule: string])[] = [
    [{ action: 'sqs:sendmessage' },                                                'action',   'sqs:SendMessage', 'R-MSG-07'],
    [{ action: 'SQS:SendMessage' },                                                'action',   'sqs:SendMessage', 'R-MSG-07'],
    [{ resource: `"${QUEUE}"` },                                                   'resource', QUEUE,             'R-MSG-19'],
    [{ resource: `'${QUEUE}'` },                                                   'resource', QUEUE,             'R-MSG-19'],
    [{ resource: `\`${QUEUE}\`` },                                                 'resource', QUEUE,             'R-MSG-19'],
    [{ action: '"sqs:SendMessage"' },                                              'action',   'sqs:SendMessage', 'R-MSG-07'],
    [{ action: 's3:CopyObject', resource: 'arn:aws:s3:::b/k', resourceAccount: A }, 'action',  's3:PutObject',    'R-MSG-08'],
    [{ action: 's3:GetBucketEncryption', resource: 'arn:aws:s3:::b', resourceAccount: A }, 'action', 's3:GetEncryptionConfiguration', 'R-MSG-08'],
    [{ action: 'lambda:Invoke20150331', resource: `arn:aws:lambda:r:${A}:function:f` }, 'action', 'lambda:InvokeFunction', 'R-MSG-08'],
    [{ action: 'lambda:CreateFunction20150331', resource: `arn:aws:lambda:r:${A}:function:f` }, 'action', 'lambda:CreateFunction', 'R-MSG-08'],
    [{ action: 'monitoring:PutMetricData', resource: '*' },                        'action',   'cloudwatch:PutMetricData', 'R-MSG-08'],
    [{ action: 'apigateway:CreateRestApi', resource: 'arn:aws:apigateway:eu-west-1::/restapis' }, 'action', 'apigateway:POST', 'R-MSG-08'],
    [{ action: 'elasticloadbalancingv2:DescribeLoadBalancers', resource: '*' },    'action',   'elasticloadbalancing:DescribeLoadBalancers', 'R-MSG-08'],
    [{ action: 's3:ListAllMyBuckets', resource: 'arn:aws:s3:::*' },                'resource', '*',               'R-REQ-03'],
    [{ action: 'ec2:DescribeInstances', resource: `arn:aws:ec2:r:${A}:instance/*` }, 'resource', '*',             'R-REQ-03'],
  ]
  for (const [request, field, value, rule] of ROWS)
    it(`${JSON.stringify(request)}: ${field} becomes \`${value}\` (${rule})`, () => {
      const got = run(request)
      assert.deepEqual(
        got.normalized.map((normalization) => [normalization.field, normalization.to, normalization.rule]),
        [[field, value, rule]],
      )
      assert.equal(got.decision, 'allowed')
    })

  it('an action that no service knows, and a request that needs nothing, stay as they are', () => {
    assert.deepEqual(run({ action: 'newservice:DoThing', resource: QUEUE }).normalized, [])
    assert.deepEqual(run({}).normalized, [])
  })
})

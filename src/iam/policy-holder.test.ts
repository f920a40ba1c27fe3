import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyHolderArns, hasOwnPolicy } from './policy-holder.ts'

const arn = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:111122223333:${rest}`

/** What holds the policy, from the inside out (R-OTH-01). */
const CARRIERS: readonly (readonly [service: string, resource: string, ...outer: string[]])[] = [
  ['kinesis', 'stream/s'],
  ['kinesis', 'stream/s/consumer/c:1'],
  ['dynamodb', 'table/t/index/i', 'table/t'],
  ['dynamodb', 'table/t/stream/s'],
  ['lambda', 'function:f:live', 'function:f'],
  ['codeartifact', 'package/d/r/npm/n/p', 'repository/d/r'],
  ['codeartifact', 'domain/d'],
  ['schemas', 'schema/r/s', 'registry/r'],
  ['signer', '/signing-profiles/p/v', '/signing-profiles/p'],
  ['vpc-lattice', 'service/svc-1/path/to', 'service/svc-1'],
  ['kafka', 'topic/c/u/t', 'cluster/c/u'],
  ['kafka', 'transactional-id/c/u/t', 'cluster/c/u'],
  ['kafka', 'cluster/c/u'],
  ['events', 'rule/r', 'event-bus/default'],
  ['events', 'rule/b/r', 'event-bus/b'],
  ['events', 'event-bus/b'],
  ['logs', 'log-group:g:log-stream:s', 'log-group:g', 'log-group:*'],
  ['logs', 'log-group:g', 'log-group:*'],
  ['logs', 'destination:d'],
  ['organizations', 'account/o-1/111122223333', 'organization/o-1'],
  ['organizations', 'handshake/o-1/invite/h-1', 'organization/o-1'],
  ['s3vectors', 'bucket/b/index/i', 'bucket/b'],
  ['s3tables', 'bucket/b/table/1'],
  ['s3express', 'accesspoint/p/object/k', 'accesspoint/p'],
  ['s3-object-lambda', 'accesspoint/p/object/k', 'accesspoint/p'],
  ['s3-outposts', 'outpost/op-1/bucket/b/object/k', 'outpost/op-1/bucket/b'],
  ['s3-outposts', 'outpost/op-1/endpoint/e'],
  ['qbusiness', 'application/a/index/i/data-source/d', 'application/a'],
  ['ssm-contacts', 'engagement/alias/e', 'contact/alias'],
  ['ssm-contacts', 'page/alias/p', 'contact/alias'],
  ['ssm-incidents', 'incident-record/plan/i', 'response-plan/plan'],
  ['sagemaker', 'model-package/g/1', 'model-package-group/g'],
  ['apigateway', '/portalproducts/p1/productpages/2', '/portalproducts/p1'],
  ['execute-api', 'a/prod/GET/x', 'a'],
  ['execute-api', 'a'],
  ['es', 'domain/d/index/_search', 'domain/d'],
  ['es', 'domain/d'],
  ['glue', 'table/db/t', 'catalog'],
  ['glue', 'catalog'],
  ['sns', 't:8a21d249-4329-4871-acc6-7be709c6ea7f', 't'],
  ['sns', 't'],
  ['s3', 'accesspoint/p/object/k', 'accesspoint/p'],
  ['s3', 'accesspoint/p'],
  ['s3', 'storage-lens/x'],
  ['dynamodb', 'table/t'],
  ['lambda', 'layer:l:1'],
  ['codeartifact', 'repository/d/r'],
  ['schemas', 'registry/r'],
  ['signer', '/signing-jobs/j'],
  ['vpc-lattice', 'listener/l/rule/r'],
  ['kafka', 'group/c/u/g', 'cluster/c/u'],
  ['kafka', 'topic/c'],
  ['organizations', 'policy/o-1/service_control_policy/p-1', 'organization/o-1'],
  ['organizations', 'policy/service_control_policy/p-1'],
  ['s3express', 'bucket/b--use1-az4--x-s3'],
  ['ecr', 'repository/team/app'],
  ['execute-api', '/domainnames/x.example.com+abc/y', '/domainnames/x.example.com+abc'],
]

for (const [service, resource, ...outer] of CARRIERS)
  test(`${service} ${resource} has the policy of ${outer.length === 0 ? 'itself' : outer.join(' or ')}`, () =>
    assert.deepEqual(
      policyHolderArns(arn(service, resource)),
      [resource, ...outer].map((name) => arn(service, name)),
    ))

test('the bucket has the policy of its objects, and a text that is no ARN stands for itself (R-RES-09)', () => {
  assert.deepEqual(policyHolderArns('arn:aws:s3:::b/a/k'), ['arn:aws:s3:::b/a/k', 'arn:aws:s3:::b'])
  assert.deepEqual(policyHolderArns('arn:aws:s3:::b'), ['arn:aws:s3:::b'])
  assert.deepEqual(policyHolderArns('*'), ['*'])
})

test('a version or an alias of a function has a policy of its own (R-OTH-14)', () => {
  assert.equal(hasOwnPolicy(arn('lambda', 'function:f:live')), true)
  assert.equal(hasOwnPolicy(arn('lambda', 'function:f')), false)
  assert.equal(hasOwnPolicy(arn('lambda', 'layer:l:1')), false)
  assert.equal(hasOwnPolicy(arn('sns', 'function:f:live')), false)
  assert.equal(hasOwnPolicy('*'), false)
})

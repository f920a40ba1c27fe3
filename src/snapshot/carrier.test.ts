import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carriersOf, hasOwnPolicy } from '#iam/policy-carrier.ts'
import { folderOf } from './carrier.ts'

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
  ['execute-api', 'a/prod/GET/x', 'a'],
  ['execute-api', '/domainnames/x.example.com+abc/y', '/domainnames/x.example.com+abc'],
]

for (const [service, resource, ...outer] of CARRIERS)
  test(`${service} ${resource} has the policy of ${outer.length === 0 ? 'itself' : outer.join(' or ')}`, () =>
    assert.deepEqual(
      carriersOf(arn(service, resource)),
      [resource, ...outer].map((name) => arn(service, name)),
    ))

test('a folder that is complete tells of the types that are collected into it, and of no others', () => {
  const folders = [
    ['arn:aws:s3:::b', 's3'],
    [arn('s3', 'accesspoint/p'), 's3-access-points'],
    ['arn:aws:s3::111122223333:accesspoint/x.mrap', 's3-multi-region-access-points'],
    [arn('s3', 'access-grants/default/location/l'), 's3-access-grants'],
    [arn('execute-api', 'a/prod/GET/x'), 'apigateway'],
    [arn('ssm', 'parameter/p'), 'ssm'],
    [arn('ssm', 'document/d'), undefined],
    [arn('rekognition', 'project/p/version/v/1'), undefined],
    [arn('codeartifact', 'package-group/d/x'), undefined],
    [arn('sqs', 'q'), 'sqs'],
  ] as const
  for (const [resource, folder] of folders) assert.equal(folderOf(resource), folder, resource)
})

test('a version or an alias of a function has a policy of its own (R-OTH-14)', () => {
  assert.equal(hasOwnPolicy(arn('lambda', 'function:f:live')), true)
  assert.equal(hasOwnPolicy(arn('lambda', 'function:f')), false)
  assert.equal(hasOwnPolicy(arn('lambda', 'layer:l:1')), false)
})

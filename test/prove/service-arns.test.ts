import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayBeOn } from '#prove/service-arns.ts'

/** Resource types of https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const ROWS: readonly (readonly [service: string, resource: string, may: boolean])[] = [
  ['sqs', 'arn:aws:s3:::bucket', false],
  ['sqs', 'arn:aws:sqs:us-east-1:111122223333:q', true],
  ['sts', 'arn:aws:iam::111122223333:role/r', true],
  ['s3', 'arn:aws:s3:us-east-1:111122223333:accesspoint/p', true],
  ['vpc-lattice-svcs', 'arn:aws:vpc-lattice:us-east-1:111122223333:service/svc-1', true],
  ['kafka-cluster', 'arn:aws:kafka:us-east-1:111122223333:cluster/c/1', true],
  ['kms', 'arn:aws:kms:us-east-1:111122223333:key/k', true],
  ['lambda', 'arn:aws:kms:us-east-1:111122223333:key/k', false],
  // The types of Backup are of any vendor.
  ['backup', 'arn:aws:dynamodb:us-east-1:111122223333:table/t', true],
  ['a-service-that-nobody-knows', 'arn:aws:s3:::bucket', true],
  ['sqs', 'no ARN', true],
]

for (const [service, resource, may] of ROWS)
  test(`${service} ${may ? 'may be' : 'is never'} on ${resource}`, () => {
    assert.equal(mayBeOn(service, resource), may)
  })

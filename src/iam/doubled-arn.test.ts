import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { doubledArn } from './doubled-arn.ts'

// DeliveryStreamName, TableName and the like: pattern [a-zA-Z0-9_.-]+, so that no name has a colon.
// https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
describe('an ARN in the place of a name', () => {
  for (const [resource, name] of [
    [
      'arn:aws:firehose:eu-north-1:111122223333:deliverystream/arn:aws:firehose:eu-north-1:111122223333:deliverystream/events',
      'events',
    ],
    ['arn:aws:logs:us-east-1:111122223333:log-group:arn:aws:logs:us-east-1:111122223333:log-group:/app', '/app'],
    ['arn:aws:sns:us-east-1:111122223333:arn:aws:sns:us-east-1:111122223333:alerts', 'alerts'],
    ['arn:aws:s3:::arn:aws:s3:::bucket', 'bucket'],
  ] as const)
    it(`is read from ${resource}`, () => {
      assert.equal(doubledArn(resource)?.name, name)
    })

  for (const resource of [
    'arn:aws:s3:::bucket/arn:aws:s3:::other',
    'arn:aws:firehose:eu-north-1:111122223333:deliverystream/events',
    'arn:aws:sns:us-east-1:111122223333:arn',
    '*',
  ])
    it(`is not in ${resource}`, () => {
      assert.equal(doubledArn(resource), undefined)
    })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContextValue } from '#iam/request.ts'
import { relatedArns } from './related.ts'

const PROFILE = 'arn:aws:iam::111122223333:instance-profile/web'
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:q'

const related = (context: Readonly<Record<string, ContextValue>>): readonly string[] =>
  relatedArns({ principal: 'x', action: 's3:PutObject', resource: 'arn:aws-us-gov:s3:::b/k', context })

test('a request names the resources its hops act on, in keys of any letter case', () => {
  assert.deepEqual(related({ 'EC2:instanceprofile': PROFILE, 'events:TargetArn': [QUEUE, QUEUE] }), [PROFILE, QUEUE])
})

test('a copy names the bucket it reads, in the partition of the one it writes (G-04)', () => {
  assert.deepEqual(related({ 's3:x-amz-copy-source': '/source/a%2Fb?versionId=1' }), ['arn:aws-us-gov:s3:::source'])
})

test('what is no ARN, unknown, absent or another key names none', () => {
  assert.deepEqual(
    related({
      'sns:Endpoint': 'mail@example.com',
      'ec2:KmsKeyId': { state: 'unknown' },
      'lambda:FunctionArn': null,
      'aws:SourceArn': QUEUE,
    }),
    [],
  )
})

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

test('each key that names another resource names it', () => {
  for (const key of [
    'ec2:InstanceProfile',
    'ec2:NewInstanceProfile',
    'ec2:KmsKeyId',
    'lambda:FunctionArn',
    'lambda:Layer',
    'events:TargetArn',
    'sns:Endpoint',
    'cloudformation:RoleArn',
    'codebuild:serviceRole',
    'backup:CopyTargets',
    'secretsmanager:KmsKeyArn',
    'secretsmanager:RotationLambdaARN',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
  ])
    assert.deepEqual(related({ [key]: QUEUE }), [QUEUE], key)
})

test('what holds the policy of a named resource is named: the bucket of an object', () => {
  assert.deepEqual(related({ 'sns:Endpoint': ['arn:aws:s3:::b/k', 'text', 'arn:aws:s3:::b/l', true] }), [
    'arn:aws:s3:::b',
  ])
})

test('a copy from an access point, or from nowhere, names no bucket; without an ARN of its own it is in aws (G-04)', () => {
  const source = 's3:x-amz-copy-source'
  for (const header of ['arn:aws:s3:eu-west-1:111122223333:accesspoint/p/object/k', '', '/', '//k'])
    assert.deepEqual(related({ [source]: header }), [], header)
  assert.deepEqual(related({ [source]: 'source/k' }), ['arn:aws-us-gov:s3:::source'])
  for (const resource of [null, 'text', ['arn:aws-cn:s3:::b/k']])
    assert.deepEqual(
      relatedArns({ principal: 'x', action: 's3:PutObject', resource, context: { [source]: 'source/k' } }),
      ['arn:aws:s3:::source'],
    )
  assert.deepEqual(relatedArns({ principal: 'x', action: 's3:PutObject', resource: null }), [])
})

test('a call that makes a linked role names it, in the account and partition of the caller (G-114)', () => {
  const of = (action: string, principal = 'arn:aws-cn:iam::111122223333:user/ann') =>
    relatedArns({ principal, action, resource: '*' })
  const [role] = of('autoscaling:CreateAutoScalingGroup')
  assert.match(role ?? '', /^arn:aws-cn:iam::111122223333:role\/aws-service-role\/autoscaling\.amazonaws\.com\//u)
  assert.deepEqual(of('autoscaling:CreateAutoScalingGroup', 'anonymous'), [])
  assert.deepEqual(of('s3:PutObject'), [])
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

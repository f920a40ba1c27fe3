import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folderOf } from './carrier.ts'

const arn = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:111122223333:${rest}`

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

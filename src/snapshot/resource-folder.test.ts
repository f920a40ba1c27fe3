import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folderOf } from './resource-folder.ts'

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
    [arn('events', 'event-bus/b'), 'events'],
    [arn('events', 'event-busv2/b/1'), 'eventsv2'],
    [arn('events', 'event-sourcev2/s/1'), undefined],
    [arn('apigateway', '/portalproducts/p1'), 'apigateway-portals'],
    [arn('lambda', 'web-function/f'), 'lambda-web'],
    [arn('sagemaker', 'endpoint/e'), 'sagemaker'],
    [arn('sagemaker', 'inference-component/c'), undefined],
    [arn('wellarchitected', 'agent-profile/p'), 'wellarchitected'],
    [arn('wellarchitected', 'agent-recommendation/1'), undefined],
    [arn('sagemaker', 'model-package-group/g'), 'sagemaker'],
    [arn('sagemaker', 'feature-group/g'), undefined],
    [arn('bedrock', 'guardrail/g'), 'bedrock'],
    [arn('bedrock', 'guardrail-profile/us.g:0'), undefined],
    [arn('networkmanager', 'global-network/g'), undefined],
    [arn('aws-marketplace', 'AWSMarketplace/Offer/o'), 'aws-marketplace'],
    [arn('aws-marketplace', 'AWSMarketplace/Experience/e'), undefined],
    [arn('omics', 'sequenceStore/1'), undefined],
    [arn('ram', 'resource-share/s'), undefined],
  ] as const
  for (const [resource, folder] of folders) assert.equal(folderOf(resource), folder, resource)
})

/** Calls that clients name in words of their own, around an error that names no operation. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readText } from '../read-text.ts'

const EC2 = 'UnauthorizedOperation: You are not authorized to perform this operation.'
const S3 = 'AccessDenied: Access Denied\n\tstatus code: 403, request id: 4XBGT7W2QHEXAMPL, host id: x'

const only = (text: string) => {
  const [denial, ...others] = readText(text)
  assert.equal(others.length, 0, text)
  assert.ok(denial, text)
  return denial
}

const CALLS: readonly (readonly [what: string, text: string, action: string | null, resource?: string])[] = [
  ['Terraform, an aspect without a bucket', `* aws_s3_bucket.logs: Error putting S3 ACL: ${S3}`, 's3:PutBucketAcl'],
  ['Terraform, an aspect of two words', `Error: Error putting S3 policy: ${S3}`, 's3:PutBucketPolicy'],
  [
    'Terraform, an aspect that S3 names otherwise',
    `Error putting S3 server side encryption configuration: ${S3}`,
    's3:PutEncryptionConfiguration',
  ],
  [
    'Terraform, an aspect for a bucket',
    `error creating public access block policy for S3 bucket (logs-7): ${S3}`,
    's3:PutBucketPublicAccessBlock',
    'arn:aws:s3:::logs-7',
  ],
  ['Terraform, a masked bucket', `error creating S3 bucket ACL for XXX: ${S3}`, 's3:PutBucketAcl'],
  ['Terraform, an object', `Error: Error putting object in S3 bucket (logs-7): ${S3}`, 's3:PutObject'],
  [
    'Terraform, an address alone',
    '* aws_efs_mount_target.shared: AccessDeniedException: User is not authorized to perform that action on the specified resource\n\tstatus code: 403, request id: 0d2f7a31-1234-4abc-9def-1234567890ab',
    'elasticfilesystem:CreateMountTarget',
  ],
  [
    'CloudFormation, a handler with S3’s words',
    'AWS::S3::BucketPolicy Policy CREATE_FAILED\nResource handler returned message: "Access Denied (Service: S3, Status Code: 403, Request ID: 4XBGT7W2QHEXAMPL, Extended Request ID: x" (RequestToken: t, HandlerErrorCode: AccessDenied)',
    's3:PutBucketPolicy',
  ],
  [
    'CloudFormation, a handler that makes many calls',
    'AWS::S3::Bucket Logs CREATE_FAILED\nResource handler returned message: "Access Denied (Service: S3, Status Code: 403, Request ID: 4XBGT7W2QHEXAMPL, Extended Request ID: x" (RequestToken: t, HandlerErrorCode: AccessDenied)',
    null,
  ],
  [
    'Cluster Autoscaler, types',
    `aws_cloud_provider.go:369] Failed to generate AWS EC2 Instance Types: ${EC2}`,
    'ec2:DescribeInstanceTypes',
  ],
  [
    'Cluster Autoscaler, templates',
    `utils.go:291] Unable to build proper template node for workers: ${EC2}`,
    'ec2:DescribeLaunchTemplateVersions',
  ],
  ['Karpenter, a fleet', `Could not launch node, launching instances, with fleet error(s), ${EC2}`, 'ec2:RunInstances'],
  ['Karpenter, types', `error describing instance types, ${EC2}`, 'ec2:DescribeInstanceTypes'],
  [
    'EBS CSI driver',
    `rpc error: code = Internal desc = Could not create volume "pvc-1": could not create volume in EC2: ${EC2}`,
    'ec2:CreateVolume',
  ],
  ['EC2 console', 'Launch Failed\nYou are not authorized to perform this operation.', 'ec2:RunInstances'],
  [
    'CloudFront',
    'Our CloudFront distribution cannot read the bucket via OAC any more: it gets an AccessDenied error.',
    's3:GetObject',
  ],
  ['no call at all', `error while looking at things: ${EC2}`, null],
]

describe('the call behind words', () => {
  for (const [what, text, action, resource] of CALLS)
    it(`is read: ${what}`, () => {
      const denial = only(text)
      assert.equal(denial.kind, 'aws-access-denied')
      assert.equal(denial.action, action)
      if (resource !== undefined) assert.equal(denial.resource, resource)
    })

  it('is that of the service that has it, where another sends the code of EC2', () => {
    const denial = only(
      'An error occurred (UnauthorizedOperation) when calling the RestoreFromClusterSnapshot operation: Access Denied. Please ensure that your IAM Permissions allow this operation.',
    )
    assert.equal(denial.action, 'redshift:RestoreFromClusterSnapshot')
    assert.equal(denial.eventSource, 'redshift.amazonaws.com')
    const own = only(`An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: ${EC2}`)
    assert.equal(own.action, 'ec2:DescribeInstances')
  })
})

describe('the address beside S3’s error body', () => {
  const BODY =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>8PZ5Z2T9E6GBFPQK</RequestId></Error>'

  it('gives the listing, and the keys that it sent or left out', () => {
    const denial = only(`${BODY}\nGET https://reports-7.s3.amazonaws.com/?delimiter=%2F HTTP/1.1 403`)
    assert.equal(denial.action, 's3:ListBucket')
    assert.equal(denial.resource, 'arn:aws:s3:::reports-7')
    assert.deepEqual(denial.context, { 's3:prefix': null, 's3:delimiter': '/' })
    assert.equal(denial.requestId, '8PZ5Z2T9E6GBFPQK')
  })

  it('gives the object that curl fetched', () => {
    const denial = only(
      `$ curl -i https://reports-7.s3.eu-west-1.amazonaws.com/index.html\nHTTP/1.1 403 Forbidden\nx-amz-request-id: 8PZ5Z2T9E6GBFPQK\n\n${BODY}`,
    )
    assert.deepEqual([denial.action, denial.resource], ['s3:GetObject', 'arn:aws:s3:::reports-7/index.html'])
  })

  it('is none where the text has no address', () => {
    assert.equal(only(`< HTTP/1.1 403 Forbidden\n${BODY}`).action, null)
  })
})

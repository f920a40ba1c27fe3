/** What deployment tools put around a refusal: CloudFormation's events, the CDK, Terraform and OpenTofu, controllers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from './read-text.ts'

const one = (text: string) => {
  const [denial, ...others] = readText(text)
  assert.equal(others.length, 0, text)
  assert.ok(denial)
  return denial
}
const ANA = 'arn:aws:iam::111122223333:user/ana'
const ID = '0d2f7a31-1234-4abc-9def-1234567890ab'
const DENIED = `https response error StatusCode: 403, RequestID: EXAMPLE123456789, HostID: abcdefghijklmnopqrstuvwxyz==, api error AccessDenied: Access Denied`

test('a log group that may not be made with tags is refused by CloudWatch Logs, in words of its own (R-MSG-32)', () => {
  const said = (more: string) =>
    one(
      `CREATE_FAILED | Resource handler   returned message: "User with accountId: 111122223333 is not authorized   to perform CreateLogGroup with Tags${more} (Service: CloudWatchLogs, Status Code:   400, Request ID: ${ID})" (RequestToken: t, HandlerErrorCode:   GeneralServiceException) | AWS::Logs::LogGroup`,
    )
  const bare = said('')
  assert.deepEqual([bare.kind, bare.action, bare.requestId], ['aws-access-denied', null, ID])
  assert.deepEqual(
    bare.candidates.map(({ action }) => action),
    ['logs:TagResource', 'logs:CreateLogGroup'],
  )
  assert.equal(said('.\n  An additional permission "logs:TagResource" is required.').action, 'logs:TagResource')
})

test('the encoded message of the next event is not that of the one before it (R-MSG-13)', () => {
  const first = `DELETE_FAILED   Entry    AWS::EC2::NetworkAclEntry    Resource handler returned message: "You are not authorized to perform this operation. (Service: Ec2, Status Code: 403, Request ID: ${ID}, Extended Request ID: null)" (RequestToken: t, HandlerErrorCode: AccessDenied)`
  const second = `DELETE_FAILED   Table    AWS::EC2::SubnetRouteTableAssociation    Value 'You are not authorized to perform this operation. Encoded authorization failure message: ${'Ab1_'.repeat(30)}' failed`
  const denials = readText(`${first}\n${second}`)
  assert.equal(denials[0]?.requestId, ID)
  assert.ok(denials.some(({ encodedMessage }) => encodedMessage === 'Ab1_'.repeat(30)))
})

test('an action that a terminal broke in its service or at its end is put together (R-MSG-15b)', () => {
  const head = `User: ${ANA} is not authorized to perform: `
  assert.equal(one(`${head}cloudforma\ntion:DescribeStacks`).action, 'cloudformation:DescribeStacks')
  assert.equal(one(`│ ${head}cloudformation\n│ :DescribeStacks on resource: *`).action, 'cloudformation:DescribeStacks')
  assert.equal(one(`${head}cloudformation:Describe\nStacks`).action, 'cloudformation:DescribeStacks')
  assert.equal(one(`${head}s3:GetObject\nTagging is next.`).action, 's3:GetObject')
})

test('the CDK names the call and its parameters in front of what AWS answered', () => {
  const denial = one(
    'Call failed: getBucketLocation({"Bucket":"cdk-example-assets-111122223333-us-east-1"}) => Access Denied (code=AccessDenied)',
  )
  assert.equal(denial.action, 's3:GetBucketLocation')
  assert.equal(denial.resource, 'arn:aws:s3:::cdk-example-assets-111122223333-us-east-1')
  const sentence = one(
    `Call failed: getParameter({"Name":"/cdk-bootstrap/x/version"}) => User: ${ANA} is not authorized to perform: ssm:GetParameter (code=AccessDeniedException)`,
  )
  assert.deepEqual([sentence.operation, sentence.eventSource], ['getParameter', 'ssm.amazonaws.com'])
})

const TERRAFORM: readonly (readonly [text: string, action: string, resource: string | null])[] = [
  [
    `putting S3 Bucket (example-assets) Policy: operation error S3: PutBucketPolicy, ${DENIED}`,
    's3:PutBucketPolicy',
    'arn:aws:s3:::example-assets',
  ],
  [
    `Unable to list objects in S3 bucket "example-state" with prefix "env:/": operation error S3: ListObjectsV2, ${DENIED}`,
    's3:ListBucket',
    'arn:aws:s3:::example-state',
  ],
  [
    `uploading S3 Object (a/b.zip) to Bucket (example-assets): operation error S3: PutObject, ${DENIED}`,
    's3:PutObject',
    'arn:aws:s3:::example-assets/a/b.zip',
  ],
  [
    `Unable to access object "env/terraform.tfstate" in S3 bucket "example-state": operation error S3: HeadObject, ${DENIED}`,
    's3:GetObject',
    'arn:aws:s3:::example-state/env/terraform.tfstate',
  ],
  [`uploading S3 Object to Bucket (example-assets): operation error S3: PutObject, ${DENIED}`, 's3:PutObject', null],
  [`reading S3 Bucket (Not A Name): operation error S3: HeadBucket, ${DENIED}`, 's3:ListBucket', null],
  [`reading S3 Bucket (other).\n\noperation error S3: HeadBucket, ${DENIED}`, 's3:ListBucket', null],
]
for (const [text, action, resource] of TERRAFORM)
  test(`Terraform names the bucket beside the call: ${text.slice(0, 60)}`, () => {
    const denial = one(`╷\n│ Error: ${text}\n│ \n╵`)
    assert.deepEqual([denial.action, denial.resource], [action, resource])
    if (resource !== null) assert.equal(denial.evidence.resourceFrom, 'derived')
  })

test('a part of a record that is no whole one still says which call was made', () => {
  const denial = one(
    '      "attributes": {}\n    }\n  },\n  "eventSource": "monitoring.amazonaws.com",\n  "eventName": "PutMetricAlarm",\n  "awsRegion": "us-west-2",\n  "errorCode": "AccessDenied",\n  "requestParameters": {\n    "alarmName": {',
  )
  assert.deepEqual([denial.eventSource, denial.operation], ['monitoring.amazonaws.com', 'PutMetricAlarm'])
  assert.equal(denial.action, 'cloudwatch:PutMetricAlarm')
})

test('the end of the sentence, cut off before its resource, gives resource, layer and kind (R-MSG-15i)', () => {
  const denial = one(
    'The line says `Access denied` and no more; boto3 adds:\n\n```\n...on resource: "arn:aws:s3:::amzn-s3-demo-bucket" with an explicit deny in a resource-based policy\n```',
  )
  assert.equal(denial.resource, 'arn:aws:s3:::amzn-s3-demo-bucket')
  assert.deepEqual(denial.reported, { layer: 'resource-policy', denyType: 'explicit', policyArn: null })
})

test('a blank in front of the resource of a masked ARN is no end of it (R-MSG-15e)', () => {
  const denial = one(
    'User: arn:aws:iam::xxxx :user/xxxx is not authorized to perform: cloudformation:DescribeStacks on resource: arn:aws:cloudformation:eu-central-1:xxxx :stack/rest-api-dev/xxxx with an explicit deny',
  )
  assert.equal(denial.principal, 'arn:aws:iam::xxxx:user/xxxx')
  assert.equal(denial.resource, 'arn:aws:cloudformation:eu-central-1:xxxx:stack/rest-api-dev/xxxx')
  assert.equal(denial.reported.denyType, 'explicit')
})

test('boto3 names file and object of an upload in front of its error', () => {
  const said = (from: string, to: string, operation: string) =>
    one(
      `boto3.exceptions.S3UploadFailedError: Failed to upload ${from} to ${to}: An error occurred (AccessDenied) when calling the ${operation} operation: Access Denied`,
    )
  const denial = said('./a b.zip', 'example-assets/in/a b.zip', 'CreateMultipartUpload')
  assert.deepEqual([denial.action, denial.resource], ['s3:PutObject', 'arn:aws:s3:::example-assets/in/a b.zip'])
  assert.equal(said('a.zip', 'example-assets/up to now/a.zip', 'PutObject').resource, null)
  assert.equal(said('a.zip', '[BUCKET NAME]/a.zip', 'PutObject').resource, null)
  assert.equal(said('a.zip', 'example-assets', 'PutObject').resource, null)
})

test('an image that is pulled without credentials is refused before any policy is asked', () => {
  for (const why of [
    'no basic auth credentials',
    'Your authorization token has expired. Reauthenticate and try again.',
  ]) {
    const denial = one(
      `Failed to pull image "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1": pull access denied, repository does not exist or may require authorization: authorization failed: ${why}`,
    )
    assert.equal(denial.kind, 'aws-authentication', why)
  }
  const refused = one(
    `Error response from daemon: pull access denied for 111122223333.dkr.ecr.eu-west-1.amazonaws.com/app, repository does not exist or may require 'docker login': denied: User: ${ANA} is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:111122223333:repository/app because no identity-based policy allows the ecr:BatchGetImage action`,
  )
  assert.deepEqual([refused.kind, refused.action], ['aws-access-denied', 'ecr:BatchGetImage'])
})

test('a person who says the action again below the error tells of no second denial', () => {
  const error = `Error: api error AccessDeniedException: User: ${ANA} is not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks:eu-west-1:111122223333:cluster/c with an explicit deny`
  const denial = one(
    `${error}\n\nThe error says I'm not authorized to perform 'eks: DescribeCluster'. But I am an administrator.`,
  )
  assert.deepEqual([denial.principal, denial.reported.denyType], [ANA, 'explicit'])
  const other = readText(`${error}\n\nAnd then I was not authorized to perform 'eks:ListClusters'.`)
  assert.deepEqual(
    other.map(({ action }) => action),
    ['eks:DescribeCluster', 'eks:ListClusters'],
  )
  assert.equal(readText(`${error}\nAccessDenied: is not authorized to perform: eks:DescribeCluster`).length, 2)
})

test('CloudFormation may not read the template, whoever prints it; s3cmd has no template', () => {
  for (const [text, operation] of [
    [
      'An error occurred (ValidationError) when calling the CreateChangeSet operation: S3 error: Access Denied',
      'CreateChangeSet',
    ],
    ['Template validation error: S3 error: Access Denied', null],
    [
      'create change set x for stack y: ValidationError: S3 error: Access Denied\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html\n        status code: 400',
      null,
    ],
  ] as const) {
    const denial = one(text)
    assert.deepEqual([denial.action, denial.operation], [null, operation], text)
    assert.deepEqual(
      denial.candidates.map(({ action }) => action),
      ['s3:GetObject', 's3:GetObjectVersion'],
      text,
    )
    assert.deepEqual(
      denial.notes.map(({ code }) => code),
      ['further-request'],
      text,
    )
  }
  assert.deepEqual(one('ERROR: S3 error: Access Denied').candidates, [])
})

test('Amazon EFS refuses a mount by the address of its helper or of the file system', () => {
  const said = (address: string) => `Output: b'mount.nfs4: access denied by server while mounting ${address}:/'`
  for (const address of ['127.0.0.1', 'fs-0abc1234.efs.eu-west-1.amazonaws.com'])
    assert.equal(readText(said(address))[0]?.action, 'elasticfilesystem:ClientMount', address)
  assert.equal(readText(said('10.0.0.5'))[0]?.kind, 'other')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from './read-text.ts'

const CASES: [title: string, text: string, want: Readonly<Record<string, string | null>>][] = [
  [
    'Go SDK v2 may have no message',
    `operation error S3: HeadBucket, https response error StatusCode: 403, RequestID: 8ABCDEF012345678, HostID: abcdefghijklmnop+/=, api error Forbidden: Forbidden`,
    { kind: 'aws-access-denied', operation: 'HeadBucket', requestId: '8ABCDEF012345678', principal: null },
  ],
  [
    'Java S3 without the sentence keeps both ids',
    `Caused by: com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: 8ABCDEF012345678; S3 Extended Request ID: Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OQ==; Proxy: null), S3 Extended Request ID: Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OQ==`,
    {
      kind: 'aws-access-denied',
      code: 'AccessDenied',
      requestId: '8ABCDEF012345678',
      extendedRequestId: 'Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OQ==',
      eventSource: 's3.amazonaws.com',
    },
  ],
  [
    'boto2 prints the body',
    `boto.exception.S3ResponseError: S3ResponseError: 403 Forbidden\n<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>8ABCDEF012345678</RequestId><HostId>Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OQ==</HostId></Error>`,
    {
      kind: 'aws-access-denied',
      requestId: '8ABCDEF012345678',
      code: 'AccessDenied',
      extendedRequestId: 'Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OQ==',
    },
  ],
  [
    'the older CloudFormation',
    `API: sqs:CreateQueue Access to the resource is denied: AccessDenied`,
    {
      kind: 'aws-access-denied',
    },
  ],
  [
    'EC2 names no action: the operation gives it',
    `An error occurred (UnauthorizedOperation) when calling the CreateVolume operation: You are not authorized to perform this operation. Encoded authorization failure message: AbCdEf0123456789AbCdEf0123456789`,
    {
      action: 'ec2:CreateVolume',
      encodedMessage: 'AbCdEf0123456789AbCdEf0123456789',
      operation: 'CreateVolume',
      code: 'UnauthorizedOperation',
    },
  ],
  [
    'Fluent Bit, of an answer without a message',
    `[2026/04/27 10:33:39] [error] [output:cloudwatch_logs:cloudwatch_logs.0] CreateLogStream API responded with error='AccessDeniedException'`,
    {
      kind: 'aws-access-denied',
      action: 'logs:CreateLogStream',
      operation: 'CreateLogStream',
      eventSource: 'logs.amazonaws.com',
      code: 'AccessDeniedException',
    },
  ],
  [
    'a HEAD request has no body',
    `An error occurred (403) when calling the HeadObject operation: Forbidden`,
    {
      kind: 'aws-access-denied',
      code: '403',
      operation: 'HeadObject',
    },
  ],
  [
    'only headers survive',
    `HTTP/1.1 403 Forbidden\nx-amz-request-id: 8ABCDEF012345678\nx-amz-id-2: Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OQ==\nServer: AmazonS3`,
    { kind: 'aws-access-denied', requestId: '8ABCDEF012345678' },
  ],
  [
    'the same as the SDK for Rust prints it',
    `ServiceError { err: Unhandled(Error { code: None, message: None }), raw: Response { status: 403, headers: { "x-amz-request-id": "8ABCDEF012345678", "server": "AmazonS3" } } }`,
    { kind: 'aws-access-denied', requestId: '8ABCDEF012345678' },
  ],
  [
    'headers printed as lists, and as Rust prints them',
    `AccessDeniedException: refused\nHttpResponse(status=400, headers=[x-amzn-requestid=[aaaaaaaa-1234-4abc-9def-1234567890ab]])`,
    { requestId: 'aaaaaaaa-1234-4abc-9def-1234567890ab' },
  ],
  [
    'a header of the SDK for Rust',
    `AccessDeniedException: refused, raw: Response { status: StatusCode(400), headers: Headers { headers: {"x-amzn-requestid": HeaderValue { _private: H0("aaaaaaaa-1234-4abc-9def-1234567890ab") }} } }`,
    { requestId: 'aaaaaaaa-1234-4abc-9def-1234567890ab' },
  ],
  [
    'a header of a client for Ruby',
    `Access Denied (Aws::S3::Errors::AccessDenied) {"x-amz-request-id"=>["8ABCDEF012345678"]}`,
    { requestId: '8ABCDEF012345678' },
  ],
  [
    'Swift prints an empty id',
    `AccessDeniedException(_message: Optional("refused"), _requestID: Optional(""), _retryable: false)`,
    { kind: 'aws-access-denied', requestId: null },
  ],
  [
    'Apache Arrow names the call and the object',
    `OSError: When reading information for key 'data/a.parquet' in bucket 'amzn-s3-demo-bucket': AWS Error ACCESS_DENIED during HeadObject operation: No response body.`,
    {
      kind: 'aws-access-denied',
      operation: 'HeadObject',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::amzn-s3-demo-bucket/data/a.parquet',
    },
  ],
  [
    'Apache Arrow, of a bucket',
    `OSError: When testing for existence of bucket 'amzn-s3-demo-bucket': AWS Error ACCESS_DENIED during HeadBucket operation: No response body.`,
    { action: 's3:ListBucket', resource: 'arn:aws:s3:::amzn-s3-demo-bucket' },
  ],
  [
    'Apache Arrow, of a list',
    `OSError: When listing objects under key 'data' in bucket 'amzn-s3-demo-bucket': AWS Error ACCESS_DENIED during ListObjectsV2 operation: Access Denied`,
    { action: 's3:ListBucket', resource: 'arn:aws:s3:::amzn-s3-demo-bucket' },
  ],
  [
    'Apache Arrow, of a request that was not signed',
    `OSError: When initiating multiple part upload for key 'a.parquet' in bucket 'amzn-s3-demo-bucket': AWS Error ACCESS_DENIED during CreateMultipartUpload operation: Anonymous users cannot initiate multipart uploads. Please authenticate.`,
    { action: 's3:PutObject', operation: 'CreateMultipartUpload', principal: 'anonymous' },
  ],
  [
    'the SDK for .NET, of an answer without a body',
    `Error making request with Error Code AccessDenied and Http Status Code Forbidden. No further error information was returned by the service.`,
    { kind: 'aws-access-denied', code: 'AccessDenied' },
  ],
  [
    'the address of SQS itself is no queue',
    `AccessDenied: Access to the resource https://sqs.eu-west-1.amazonaws.com/ is denied.`,
    { resource: null, resourceText: 'https://sqs.eu-west-1.amazonaws.com/', region: 'eu-west-1' },
  ],
  [
    'and its older address',
    `An error occurred (AccessDenied) when calling the CreateQueue operation: Access to the resource https://eu-west-1.queue.amazonaws.com/ is denied.`,
    { resource: null, region: 'eu-west-1', action: 'sqs:CreateQueue' },
  ],
]

for (const [title, text, want] of CASES)
  test(title, () => {
    const denials = readText(text)
    assert.equal(denials.length, 1)
    const read: Record<string, unknown> = { ...denials[0] }
    for (const [field, value] of Object.entries(want)) assert.equal(read[field], value, field)
    assert.deepEqual(denials[0]?.reported, { layer: null, denyType: null, policyArn: null })
  })

const IDS = ['ABCDEF0123456789', 'ZZCDEF0123456789'] as const
const LINE = `{"level":"error","msg":"Access Denied","code":"AccessDenied","requestId":"${IDS[0]}","statusCode":403}\n`

test('each line of JSON Lines with a denial code is a denial, with or without the sentence in others', () => {
  const other = LINE.replace(IDS[0], IDS[1])
  assert.deepEqual(
    readText(LINE + other).map(({ code, requestId }) => [code, requestId]),
    IDS.map((id) => ['AccessDenied', id]),
  )
  const sentence =
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:111122223333:table/T'
  const said = `{"level":"error","message":"${sentence}","code":"AccessDeniedException","requestId":"${IDS[1]}"}\n`
  const plain = [null, 'AccessDenied', IDS[0]]
  const named = ['dynamodb:PutItem', 'AccessDeniedException', IDS[1]]
  const read = (text: string) => readText(text).map(({ action, code, requestId }) => [action, code, requestId])
  assert.deepEqual(read(LINE + said), [plain, named])
  assert.deepEqual(read(said + LINE), [named, plain])
})

test('each object that DeleteObjects could not delete is a denial, by its key', () => {
  const entry = (key: string) => ({ Key: key, Code: 'AccessDenied', Message: 'Access Denied' })
  const answer = { Errors: [entry('a.txt'), entry('b.txt')] }
  const error = (key: string) =>
    `<Error><Key>${key}</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`
  for (const text of [
    JSON.stringify(answer),
    JSON.stringify(answer, null, 4),
    `<DeleteResult>${error('a.txt')}${error('b.txt')}</DeleteResult>`,
  ])
    assert.deepEqual(
      readText(text).map(({ kind, resource, resourceText }) => [kind, resource, resourceText]),
      [
        ['aws-access-denied', null, 'a.txt'],
        ['aws-access-denied', null, 'b.txt'],
      ],
    )
})

test('what a registry refuses a push for is no pull', () => {
  const host = '111122223333.dkr.ecr.eu-west-2.amazonaws.com'
  const asked = (text: string): readonly string[] => readText(text)[0]?.candidates.map(({ action }) => action) ?? []
  const pushed = (method: string, part: string): string =>
    `ERROR: failed to push ${host}/app:1: failed commit on ref "x": unexpected status from ${method} request to https://${host}/v2/app/${part}: 403 Forbidden`
  assert.deepEqual(asked(pushed('PUT', 'manifests/1')), ['ecr:PutImage'])
  assert.deepEqual(asked(pushed('POST', 'blobs/uploads/')), ['ecr:InitiateLayerUpload'])
  const whole = asked(`failed to push ${host}/app:1: denied: 403 Forbidden`)
  assert.deepEqual([whole.length, whole.at(-1)], [5, 'ecr:PutImage'])
  assert.deepEqual(asked(`failed to resolve ref ${host}/app:1: pulling from host ${host} failed: 403 Forbidden`), [
    'ecr:BatchGetImage',
    'ecr:GetDownloadUrlForLayer',
  ])
  const bare = 'error parsing HTTP 403 response body: unexpected end of JSON input: ""'
  assert.equal(asked(`The push refers to repository [${host}/app]\n${bare}`).length, 5)
  assert.equal(readText(bare)[0]?.kind, 'other')
})

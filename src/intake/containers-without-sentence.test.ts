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

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Denial } from './denial.ts'
import { readText } from './read-text.ts'

/** What the sentence of most rows says; a row writes only what differs. */
const P = 'arn:aws:sts::111122223333:assumed-role/deploy-role/ci-42'
const R = 'arn:aws:sqs:eu-west-1:111122223333:jobs'
const SENTENCE = `User: ${P} is not authorized to perform: sqs:SendMessage on resource: ${R} because no identity-based policy allows the sqs:SendMessage action`
const ID = '3f8a2c10-7b1d-5e44-9a0c-d2e6f0a1b2c3'

type Want = Partial<
  Record<
    | 'principal'
    | 'action'
    | 'resource'
    | 'layer'
    | 'denyType'
    | 'requestId'
    | 'code'
    | 'operation'
    | 'eventSource'
    | 'extendedRequestId'
    | 'kind'
    | 'policyArn'
    | 'time'
    | 'encodedMessage'
    | 'region',
    string | null
  >
>
const SAID: Want = {
  principal: P,
  action: 'sqs:SendMessage',
  resource: R,
  layer: 'identity-policy',
  denyType: 'implicit',
}

const got = (denial: Denial): Record<string, unknown> => ({ ...denial, ...denial.reported })

/** `text` holds exactly one denial, and it says `want`. */
function one(title: string, text: string, want: Want): void {
  test(title, () => {
    const denials = readText(text)
    assert.equal(denials.length, 1, JSON.stringify(denials.map(({ evidence, action }) => [evidence, action])))
    const denial = denials[0]
    assert.ok(denial)
    const read = got(denial)
    for (const [field, value] of Object.entries(want)) assert.equal(read[field], value, field)
    const span = denial.evidence.span
    assert.ok(span !== null && span[0] >= 0 && span[1] <= text.length && span[0] < span[1])
  })
}

one(
  'AWS CLI v1 prints code and operation in front',
  `An error occurred (AccessDenied) when calling the SendMessage operation: ${SENTENCE}`,
  { ...SAID, code: 'AccessDenied', operation: 'SendMessage', eventSource: 'sqs.amazonaws.com' },
)
one(
  'AWS CLI v2 prints its own name in front of that',
  `aws: [ERROR]: An error occurred (AccessDenied) when calling the SendMessage operation (reached max retries: 2): ${SENTENCE}`,
  { ...SAID, code: 'AccessDenied', operation: 'SendMessage' },
)
one(
  'Go SDK v1 prints status and id on the next line',
  `AccessDenied: ${SENTENCE}\n\tstatus code: 403, request id: ${ID}`,
  { ...SAID, code: 'AccessDenied', requestId: ID },
)
one(
  'Go SDK v2 prints them before the message',
  `operation error SQS: SendMessage, https response error StatusCode: 403, RequestID: ${ID}, api error AccessDenied: ${SENTENCE}`,
  { ...SAID, code: 'AccessDenied', operation: 'SendMessage', eventSource: 'sqs.amazonaws.com', requestId: ID },
)
one(
  'Java SDK v1 puts semicolons in a group',
  `com.amazonaws.services.sqs.model.AmazonSQSException: ${SENTENCE} (Service: AmazonSQS; Status Code: 403; Error Code: AccessDenied; Request ID: ${ID}; Proxy: null)\n\tat com.amazonaws.http.AmazonHttpClient$RequestExecutor.handleErrorResponse(AmazonHttpClient.java:1879)`,
  { ...SAID, code: 'AccessDenied', requestId: ID, eventSource: 'sqs.amazonaws.com' },
)
one(
  'Java SDK v2 puts commas',
  `software.amazon.awssdk.services.sqs.model.SqsException: ${SENTENCE} (Service: Sqs, Status Code: 403, Request ID: ${ID}) (SDK Attempt Count: 1)`,
  { ...SAID, requestId: ID, eventSource: 'sqs.amazonaws.com' },
)
one(
  'a nested cause repeats the message and is one denial',
  `java.lang.RuntimeException: upload failed: ${SENTENCE} (Service: Sqs, Status Code: 403, Request ID: ${ID})\nCaused by: software.amazon.awssdk.services.sqs.model.SqsException: ${SENTENCE} (Service: Sqs, Status Code: 403, Request ID: ${ID})`,
  { ...SAID, requestId: ID },
)
one(
  'the old Java SDK lists fields',
  `Status Code: 403, AWS Service: AmazonSQS, AWS Request ID: ${ID}, AWS Error Code: AccessDenied, AWS Error Message: ${SENTENCE}`,
  { ...SAID, requestId: ID, code: 'AccessDenied' },
)
one(
  'JavaScript SDK v2 prints the error twice',
  `{ [AccessDenied: ${SENTENCE}]\n  message: '${SENTENCE}',\n  code: 'AccessDenied',\n  requestId: '${ID}',\n  statusCode: 403 }`,
  { ...SAID, code: 'AccessDenied', requestId: ID },
)
one(
  'JavaScript SDK v3 prints metadata',
  `AccessDeniedException: ${SENTENCE}\n    at de_CommandError (/app/node_modules/@aws-sdk/client-sqs/dist-cjs/index.js:1:1) {\n  '$fault': 'client',\n  '$metadata': {\n    httpStatusCode: 400,\n    requestId: '${ID}',\n    attempts: 1\n  },\n  __type: 'com.amazon.coral.service#AccessDeniedException'\n}`,
  { ...SAID, requestId: ID, code: 'AccessDeniedException' },
)
one(
  'boto3 raises ClientError',
  `Traceback (most recent call last):\n  File "app.py", line 3, in <module>\nbotocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the SendMessage operation: ${SENTENCE}`,
  { ...SAID, operation: 'SendMessage' },
)
one(
  'a Python dict',
  `{'Error': {'Message': '${SENTENCE}', 'Code': 'AccessDenied'}, 'ResponseMetadata': {'RequestId': '${ID}', 'HTTPStatusCode': 403}}`,
  { ...SAID, requestId: ID },
)
one('Python bytes', `b'{"__type":"AccessDeniedException","Message":"${SENTENCE}"}'`, {
  ...SAID,
  code: 'AccessDeniedException',
})
one(
  'PHP repeats message and XML',
  `Error executing "SendMessage" on "https://sqs.eu-west-1.amazonaws.com/"; AWS HTTP error: Client error: \`POST https://sqs.eu-west-1.amazonaws.com/\` resulted in a \`403 Forbidden\` response: <?xml version="1.0"?><ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${SENTENCE} (truncated...)\n AccessDenied (client): ${SENTENCE} - <?xml version="1.0"?>`,
  { ...SAID, operation: 'SendMessage', code: 'AccessDenied' },
)
one(
  '.NET',
  `Amazon.SQS.AmazonSQSException: ${SENTENCE}\n ---> Amazon.Runtime.Internal.HttpErrorResponseException: Exception of type 'Amazon.Runtime.Internal.HttpErrorResponseException' was thrown.`,
  SAID,
)
one(
  'a Rust debug struct',
  `Error: ServiceError(ServiceError { source: Unhandled(Unhandled { source: ErrorMetadata { code: Some("AccessDeniedException"), message: Some("${SENTENCE}"), extras: Some({"aws_request_id": "${ID}"}) } }) })`,
  SAID,
)
one(
  'a Rust comment with pipe leaders',
  `        // Example:\n        // | StsError: User: ${P} is not authorized to perform:\n        // | sqs:SendMessage on resource:\n        // | ${R}\n        // | because no identity-based policy allows the sqs:SendMessage action`,
  SAID,
)
one('a Swift optional', `Error: AWSClientError(message: Optional("${SENTENCE}"), requestID: Optional("${ID}"))`, {
  ...SAID,
  requestId: ID,
})
one(
  'S3 XML',
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>User: ${P} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k 1.txt" with an explicit deny in a resource-based policy</Message><RequestId>8ABCDEF012345678</RequestId><HostId>Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OQ==</HostId></Error>`,
  {
    principal: P,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k 1.txt',
    layer: 'resource-policy',
    denyType: 'explicit',
    requestId: '8ABCDEF012345678',
    code: 'AccessDenied',
  },
)
one(
  'escaped XML',
  `&lt;ErrorResponse xmlns=&quot;https://sts.amazonaws.com/doc/2011-06-15/&quot;&gt;&lt;Error&gt;&lt;Code&gt;AccessDenied&lt;\\/Code&gt;&lt;Message&gt;${SENTENCE}&lt;\\/Message&gt;&lt;\\/Error&gt;&lt;RequestId&gt;${ID}&lt;\\/RequestId&gt;`,
  { ...SAID, requestId: ID },
)
one(
  'STS XML',
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  <Error>\n    <Type>Sender</Type>\n    <Code>AccessDenied</Code>\n    <Message>${SENTENCE}</Message>\n  </Error>\n  <RequestId>${ID}</RequestId>\n</ErrorResponse>`,
  { ...SAID, requestId: ID },
)
one('a JSON body', `{"__type":"com.amazonaws.sqs#AccessDeniedException","message":"${SENTENCE}"}`, {
  ...SAID,
  code: 'AccessDeniedException',
})
one(
  'JSON in a string in JSON',
  JSON.stringify({ log: JSON.stringify({ error: JSON.stringify({ Message: SENTENCE }) }) }),
  SAID,
)
one(
  'CloudFormation',
  `Resource handler returned message: "${SENTENCE} (Service: Sqs, Status Code: 403, Request ID: ${ID})" (RequestToken: 11111111-2222-3333-4444-555555555555, HandlerErrorCode: AccessDenied)`,
  { ...SAID, requestId: ID },
)
one(
  'Terraform',
  `╷\n│ Error: sending: operation error SQS: SendMessage, https response error StatusCode: 403, RequestID: ${ID}, api error AccessDenied: ${SENTENCE}\n│ \n│   with aws_sqs_queue.jobs,\n│   on main.tf line 3, in resource "aws_sqs_queue" "jobs":\n╵`,
  { ...SAID, requestId: ID, operation: 'SendMessage' },
)
one(
  'Terraform with colours, its lines broken by the terminal',
  `\u001b[31m╷\u001b[0m\n\u001b[31m│\u001b[0m \u001b[1mError: \u001b[0mUser: ${P} is not\n\u001b[31m│\u001b[0m authorized to perform: sqs:SendMessage on resource:\n\u001b[31m│\u001b[0m ${R} because no identity-based policy\n\u001b[31m│\u001b[0m allows the sqs:SendMessage action`,
  SAID,
)
one(
  'Pulumi',
  `  aws:sqs:Queue (jobs):\n    error: 1 error occurred:\n    \t* creating: AccessDenied: ${SENTENCE}\n    \tstatus code: 403, request id: ${ID}`,
  { ...SAID, requestId: ID },
)
one(
  'Step Functions cause',
  `{"error":"Sqs.AmazonSQSException","cause":"${SENTENCE} (Service: AmazonSQS; Status Code: 403; Error Code: AccessDenied; Request ID: ${ID}; Proxy: null)"}`,
  { ...SAID, requestId: ID },
)
one(
  'a Kubernetes controller log, logfmt',
  `time="2026-01-05T10:02:03Z" level=error msg="sync failed" error="AccessDenied: ${SENTENCE}\\n\\tstatus code: 403, request id: ${ID}"`,
  { ...SAID, requestId: ID },
)
one(
  'a Kubernetes controller log, zap',
  `2026-01-05T10:02:03.123Z\tERROR\tReconciler error\t{"controller": "queue", "error": "AccessDenied: ${SENTENCE}\\n\\tstatus code: 403, request id: ${ID}"}`,
  { ...SAID, requestId: ID, time: '2026-01-05T10:02:03.123Z' },
)
one(
  'docker push',
  `denied: User: ${P} is not authorized to perform: ecr:PutImage on resource: arn:aws:ecr:us-west-2:111122223333:repository/team/app with an explicit deny in a VPC endpoint policy`,
  { action: 'ecr:PutImage', layer: 'vpc-endpoint-policy', denyType: 'explicit', region: 'us-west-2' },
)
one(
  'a log with a time before every line of the sentence',
  `2026-01-05T10:02:03.1234567Z User: ${P} is not authorized to\n2026-01-05T10:02:03.1234568Z perform: sqs:SendMessage on resource: ${R} because no identity-based\n2026-01-05T10:02:03.1234569Z policy allows the sqs:SendMessage action`,
  SAID,
)
one(
  'a quoted mail',
  `> An error occurred (AccessDenied) when calling the SendMessage operation: User:\n> ${P} is not authorized to perform:\n> sqs:SendMessage on resource: ${R} because no\n> identity-based policy allows the sqs:SendMessage action`,
  SAID,
)
one('a table cell', `| when | what |\n|---|---|\n| now | ${SENTENCE} |\n| then | nothing |`, SAID)
one('a diff', `- ${SENTENCE}\n+ works now`, SAID)
one(
  'markup around the words',
  `**User:** \`${P}\` is **not authorized** to perform: \`sqs:SendMessage\` on resource: \`${R}\` because no **identity-based policy** allows the \`sqs:SendMessage\` action`,
  SAID,
)
one(
  'a literal over two lines of Go',
  `msg := "User: ${P} is not authorized to perform: " +\n\t"sqs:SendMessage on resource: ${R} " +\n\t"because no identity-based policy allows the sqs:SendMessage action"`,
  SAID,
)
one(
  'adjacent literals of Python',
  `MSG = (\n    f"User: ${P} is not authorized to perform: "\n    f"sqs:SendMessage on resource: ${R} "\n    "because no identity-based policy allows the sqs:SendMessage action"\n)`,
  SAID,
)
one('a terminal that breaks words and ARNs at its column', SENTENCE.replace(/(.{80})/g, '$1\n'), SAID)
one(
  'Fluent Bit names the call, its plugin the service',
  `[2026/04/27 10:33:39] [error] [output:cloudwatch_logs:cloudwatch_logs.0] PutLogEvents API responded with error='AccessDeniedException', message='User: ${P} is not authorized to perform: logs:PutLogEvents on resource: arn:aws:logs:eu-west-1:111122223333:log-group:/app:log-stream:a because no identity-based policy allows the logs:PutLogEvents action'`,
  {
    principal: P,
    action: 'logs:PutLogEvents',
    operation: 'PutLogEvents',
    eventSource: 'logs.amazonaws.com',
    code: 'AccessDeniedException',
    layer: 'identity-policy',
  },
)
one('a terminal of another width', SENTENCE.replace(/(.{72})/g, '$1\n'), SAID)
one(
  'CSV with doubled quotes',
  `1,""error"": ""An error occurred (AccessDenied) when calling the GetObject operation: User: ${P} is not authorized to perform: s3:GetObject on resource: """"arn:aws:s3:::b/k"""" because no identity-based policy allows the s3:GetObject action""`,
  { principal: P, action: 's3:GetObject', layer: 'identity-policy' },
)
one('zero-width characters in the ARN', SENTENCE.replace('deploy-role', 'deploy-\u200brole'), SAID)
one(
  'a wrapped blob is put together',
  `An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. User: ${P} is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:eu-west-1:111122223333:instance/* because no identity-based policy allows the ec2:RunInstances action. Encoded authorization failure message: AbCdEf0123456789AbCdEf0123456789AbCdEf\n0123456789GhIjKl-_0123456789GhIjKl0123\nxY7z9\nnext line`,
  {
    action: 'ec2:RunInstances',
    encodedMessage: 'AbCdEf0123456789AbCdEf0123456789AbCdEf0123456789GhIjKl-_0123456789GhIjKl0123xY7z9',
  },
)
one(
  'Lambda’s own lines have ids of another kind',
  `START RequestId: 99999999-7b1d-5e44-9a0c-d2e6f0a1b2c3 Version: $LATEST\nAccessDenied: ${SENTENCE}\nEND RequestId: 99999999-7b1d-5e44-9a0c-d2e6f0a1b2c3`,
  { ...SAID, requestId: null },
)

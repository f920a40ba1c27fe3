/** The forms in which people have a denial: SDKs, command lines, logs, tables, mails. All names are invented. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'

const SESSION = 'arn:aws:sts::456789012345:assumed-role/ci/build-7'
const TABLE = 'arn:aws:dynamodb:eu-west-1:456789012345:table/orders'
const SENTENCE = `User: ${SESSION} is not authorized to perform: dynamodb:GetItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:GetItem action`
const ID = '4K5L6M7N8O9P0Q1R2S3T4U5V6W'

/** What every form of the sentence must give. */
function assertSentence(text: string, more: Partial<Denial> = {}): Denial {
  const { denials } = readDenials(text)
  assert.equal(denials.length, 1, `${denials.length} denials`)
  const [denial] = denials
  assert.ok(denial !== undefined)
  const { kind, principal, action, resource, reported } = denial
  assert.deepEqual(
    { kind, principal, action, resource, layer: reported.layer, denyType: reported.denyType },
    {
      kind: 'aws-access-denied',
      principal: SESSION,
      action: 'dynamodb:GetItem',
      resource: TABLE,
      layer: 'identity-policy',
      denyType: 'implicit',
    },
  )
  for (const [key, value] of Object.entries(more)) assert.deepEqual(denial[key as keyof Denial], value, key)
  return denial
}

const called = { operation: 'GetItem', eventSource: 'dynamodb.amazonaws.com' }
const coded = { code: 'AccessDeniedException' }
const requested = { requestId: ID }

const SDKS: readonly (readonly [name: string, text: string, more: Partial<Denial>])[] = [
  [
    'boto3',
    `botocore.exceptions.ClientError: An error occurred (AccessDeniedException) when calling the GetItem operation: ${SENTENCE}`,
    { ...called, ...coded },
  ],
  [
    'the command line of 2026',
    `aws: [ERROR]: An error occurred (AccessDeniedException) when calling the GetItem operation: ${SENTENCE}`,
    { ...called, ...coded },
  ],
  [
    'Java v1',
    `com.amazonaws.services.dynamodbv2.model.AmazonDynamoDBException: ${SENTENCE} (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: AccessDeniedException; Request ID: ${ID}; Proxy: null)`,
    { ...coded, ...requested, eventSource: called.eventSource },
  ],
  [
    'Java v2',
    `software.amazon.awssdk.services.dynamodb.model.DynamoDbException: ${SENTENCE} (Service: DynamoDb, Status Code: 400, Request ID: ${ID}) (SDK Attempt Count: 1)`,
    { ...requested, eventSource: called.eventSource },
  ],
  ['Go v1', `AccessDeniedException: ${SENTENCE}\n\tstatus code: 400, request id: ${ID}`, { ...coded, ...requested }],
  [
    'Go v2',
    `operation error DynamoDB: GetItem, https response error StatusCode: 400, RequestID: ${ID}, api error AccessDeniedException: ${SENTENCE}`,
    { ...called, ...coded, ...requested },
  ],
  [
    'JavaScript v2',
    `{ AccessDeniedException: ${SENTENCE}\n    at Request.extractError (json.js:52:27)\n  code: 'AccessDeniedException',\n  requestId: '${ID}',\n  statusCode: 400 }`,
    { ...coded, ...requested },
  ],
  [
    'JavaScript v3',
    `AccessDeniedException: ${SENTENCE}\n    at throwDefaultError (index.js:867:20) {\n  '$fault': 'client',\n  '$metadata': {\n    httpStatusCode: 400,\n    requestId: '${ID}',\n    attempts: 1\n  }\n}`,
    { ...coded, ...requested },
  ],
  [
    '.NET',
    `Unhandled exception. Amazon.DynamoDBv2.AmazonDynamoDBException: ${SENTENCE}\n ---> Amazon.Runtime.Internal.HttpErrorResponseException: Exception was thrown.`,
    { eventSource: called.eventSource },
  ],
  [
    'Rust',
    `ServiceError(ServiceError { source: Unhandled { meta: ErrorMetadata { code: Some("AccessDeniedException"), message: Some("${SENTENCE}"), extras: Some({"aws_request_id": "${ID}"}) } } })`,
    { ...coded, ...requested },
  ],
  [
    'PHP',
    `Error executing "GetItem" on "https://dynamodb.eu-west-1.amazonaws.com"; AWS HTTP error: Client error: AccessDeniedException (client): ${SENTENCE} - {"__type":"com.amazon.coral.service#AccessDeniedException","Message":"${SENTENCE}"}`,
    { ...called, ...coded },
  ],
  [
    'Ruby',
    `raise_response_errors.rb:17:in 'call': ${SENTENCE} (Aws::DynamoDB::Errors::AccessDeniedException)`,
    { ...coded, eventSource: called.eventSource },
  ],
]

for (const [name, text, more] of SDKS)
  test(`the exception of ${name} is read with code, service and request id where it has them`, () => {
    assertSentence(text, more)
  })

const cut = (width: number): string[] => SENTENCE.match(new RegExp(`.{1,${width}}`, 'g')) ?? []

const LOGS: readonly (readonly [name: string, text: string])[] = [
  [
    'GitHub Actions',
    cut(80)
      .map((line) => `2026-03-04T05:06:07.1234567Z ${line}`)
      .join('\n'),
  ],
  [
    'GitHub Actions, downloaded',
    cut(70)
      .map((line) => `build\tDeploy\t2026-03-04T05:06:07.1234567Z ${line}`)
      .join('\n'),
  ],
  [
    'AWS CodeBuild',
    `[Container] 2026/03/04 05:06:07.123456 Running\n[Container] 2026/03/04 05:06:08.123456 ${SENTENCE}`,
  ],
  [
    'GitLab',
    cut(70)
      .map((line, i) => `2026-03-04T05:06:07.890123Z 01O${i === 0 ? ' ' : '+'}${line}`)
      .join('\n'),
  ],
  [
    'a container runtime',
    cut(70)
      .map((line, i, all) => `2026-03-04T05:06:07.890123456Z stderr ${i + 1 < all.length ? 'P' : 'F'} ${line}`)
      .join('\n'),
  ],
  [
    'docker compose',
    cut(70)
      .map((line) => `app-1  | ${line}`)
      .join('\n'),
  ],
  ['kubectl', `[pod/web-5f/app] starting\n[pod/web-5f/app] ${SENTENCE}`],
  ['syslog', `Mar  4 05:06:07 ip-10-0-0-1 app[812]: starting\nMar  4 05:06:08 ip-10-0-0-1 app[812]: ${SENTENCE}`],
  [
    'Terraform in colours',
    `\u001b[31m│\u001b[0m \u001b[1mError: \u001b[0mreading table: ${SENTENCE}\n\u001b[31m│\u001b[0m   with aws_dynamodb_table.orders`,
  ],
  [
    'a CloudFormation event',
    `CREATE_FAILED AWS::DynamoDB::Table Orders Resource handler returned message: "${SENTENCE} (Service: DynamoDb, Status Code: 400, Request ID: ${ID})" (RequestToken: 0e1a2b3c-1111-2222-3333-444455556666, HandlerErrorCode: AccessDenied)`,
  ],
  [
    'a Kubernetes event',
    `2m  Warning  FailedDeployModel  ingress/web  Failed deploy model due to AccessDeniedException: ${SENTENCE}\n    status code: 400, request id: ${ID}`,
  ],
  ['JSON in JSON in JSON', JSON.stringify({ log: JSON.stringify({ msg: JSON.stringify({ Message: SENTENCE }) }) })],
  ['HTML entities', SENTENCE.replaceAll(':', '&#58;').replaceAll('/', '&#x2F;')],
  ['a column of a CSV', `time,text\n2026-03-04,"${SENTENCE}"\n`],
  [
    'an alert mail',
    `Content-Transfer-Encoding: quoted-printable\n\nerror =3D ${SENTENCE.slice(0, 60)}=\n${SENTENCE.slice(60, 130)}=\n${SENTENCE.slice(130)}\n`,
  ],
]

for (const [name, text] of LOGS)
  test(`the sentence is whole in the log form of ${name}`, () => {
    assertSentence(text)
  })

test('several denials in one paste have each their span', () => {
  const text = `first: ${SENTENCE}\n\nsecond: ${SENTENCE.replaceAll('GetItem', 'PutItem')}\n`
  const { denials } = readDenials(text)
  assert.deepEqual(
    denials.map(({ action }) => action),
    ['dynamodb:GetItem', 'dynamodb:PutItem'],
  )
  for (const { evidence } of denials) assert.match(text.slice(...(evidence.span ?? [0, 0])), /^User: .* action$/)
})

test('`aws --debug` tells endpoint, source of the credentials and retries; half a screen is enough', () => {
  const stamp = '2026-03-04 05:06:07,100 - MainThread -'
  const text = [
    `${stamp} botocore.credentials - INFO - Found credentials in shared credentials file: ~/.aws/credentials`,
    `${stamp} botocore.endpoint - DEBUG - Making request for OperationModel(name=GetItem) with params: {'context': {'client_region': 'eu-west-1'}}`,
    `${stamp} botocore.endpoint - DEBUG - Sending http request: <AWSPreparedRequest method=POST, url=https://dynamodb.eu-west-1.amazonaws.com/, headers={'X-Amz-Security-Token': b'FwoGZXIvYXdzEXAMPLEEXAMPLEEXAMPLE'}>`,
    `${stamp} botocore.retryhandler - DEBUG - Retry needed, retrying request after delay of: 0.5`,
    `${stamp} botocore.parsers - DEBUG - Response headers: {'x-amzn-RequestId': '${ID}'}`,
    `${stamp} botocore.parsers - DEBUG - Response body:`,
    `b'{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"${SENTENCE}"}'`,
  ].join('\n')
  const denial = assertSentence(text, { ...requested, ...called, region: 'eu-west-1' })
  assert.deepEqual(denial.details, {
    endpoint: 'https://dynamodb.eu-west-1.amazonaws.com',
    credentialsSource: 'shared credentials file: ~/.aws/credentials',
    retries: '1',
  })
  assert.equal(JSON.stringify(denial).includes('FwoGZX'), false)
})

const IDENTITY = `{type=AssumedRole, principalid=AROAEXAMPLE:build-7, arn=${SESSION}, accountid=456789012345, invokedby=null, sessioncontext={attributes={creationdate=2026-03-04T05:00:00Z, mfaauthenticated=false}, sessionissuer={type=Role, arn=arn:aws:iam::456789012345:role/ops/ci, accountid=456789012345, username=ci}, webidfederationdata=null}}`
const ROW: Readonly<Record<string, string>> = {
  eventversion: '1.11',
  useridentity: IDENTITY,
  eventtime: '2026-03-04T05:06:07Z',
  eventsource: 'dynamodb.amazonaws.com',
  eventname: 'GetItem',
  awsregion: 'eu-west-1',
  sourceipaddress: '203.0.113.9',
  errorcode: 'AccessDenied',
  errormessage: SENTENCE,
  requestparameters: '{"tableName":"orders","key":{"id":"1, 2"}}',
  resources: `[{arn=${TABLE}, accountid=456789012345, type=AWS::DynamoDB::Table}]`,
  requestid: ID,
}
const quoted = (cells: readonly string[], by: string): string =>
  cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(by)
const csv = (by: string): string => `${quoted(Object.keys(ROW), by)}\r\n${quoted(Object.values(ROW), by)}\r\n`

const TABLES: readonly (readonly [name: string, text: string])[] = [
  ['an Athena CSV with identities as struct text', csv(',')],
  ['a tab-separated export', csv('\t')],
  [
    'identities as JSON',
    csv(',').replace(
      `"${IDENTITY}"`,
      `"${JSON.stringify({ type: 'AssumedRole', arn: SESSION, sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::456789012345:role/ops/ci' } } }).replaceAll('"', '""')}"`,
    ),
  ],
  [
    'the answer of athena get-query-results',
    JSON.stringify({
      ResultSet: {
        Rows: [Object.keys(ROW), Object.values(ROW)].map((cells) => ({
          Data: cells.map((VarCharValue) => ({ VarCharValue })),
        })),
      },
    }),
  ],
  [
    'the answer of cloudtrail get-query-results',
    JSON.stringify({ QueryResultRows: [Object.entries(ROW).map(([name, value]) => ({ [name]: value }))] }),
  ],
  ['a Lake row with flat lower-case columns', JSON.stringify(ROW)],
  ['a Lake row with eventData', JSON.stringify({ eventData: ROW })],
  ['LookupEvents', JSON.stringify({ Events: [{ CloudTrailEvent: JSON.stringify(ROW) }] })],
  [
    'EventBridge',
    JSON.stringify({ source: 'aws.dynamodb', 'detail-type': 'AWS API Call via CloudTrail', detail: ROW }),
  ],
  ['a log file', JSON.stringify({ Records: [ROW] })],
]

for (const [name, text] of TABLES)
  test(`a record in ${name} is read as a record`, () => {
    assertSentence(text, {
      roleArn: 'arn:aws:iam::456789012345:role/ops/ci',
      requestId: ID,
      region: 'eu-west-1',
      time: '2026-03-04T05:06:07Z',
    })
  })

test('columns taken out of the identity give the caller, and a row without an error gives nothing', () => {
  const text = `eventtime,eventname,eventsource,useridentity.arn,useridentity.sessioncontext.sessionissuer.arn,errorcode\n2026-03-04T05:06:07Z,GetItem,dynamodb.amazonaws.com,${SESSION},arn:aws:iam::456789012345:role/ops/ci,AccessDenied\n2026-03-04T05:06:08Z,GetItem,dynamodb.amazonaws.com,${SESSION},,\n`
  const { denials, records } = readDenials(text)
  assert.equal(records.length, 2)
  assert.deepEqual(
    denials.map(({ roleArn, action }) => [roleArn, action]),
    [['arn:aws:iam::456789012345:role/ops/ci', 'dynamodb:GetItem']],
  )
})

test('a CSV that is no table of records stays text', () => {
  assert.deepEqual(
    readDenials('name,event\nana,party\n').denials.map(({ kind }) => kind),
    ['other'],
  )
})

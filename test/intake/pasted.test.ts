/**
 * Texts as people paste them, in the forms of SDKs, tools and logs, with invented names. What is expected was decided by
 * reading the text; `alt` holds further values that are right too.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'

interface Sample {
  readonly id: string
  readonly text: string
  readonly expect: Readonly<Record<string, unknown>>
  readonly alt: Readonly<Record<string, readonly unknown[]>>
}

const FIELDS: Readonly<Record<string, (denial: Denial) => unknown>> = {
  kind: (d) => d.kind,
  principal: (d) => d.principal,
  principalType: (d) => d.principalType,
  accountId: (d) => d.accountId,
  sessionName: (d) => d.sessionName,
  action: (d) => d.action?.toLowerCase() ?? null,
  resource: (d) => d.resource,
  layer: (d) => d.reported.layer,
  denyType: (d) => d.reported.denyType,
  policyArn: (d) => d.reported.policyArn,
  requestId: (d) => d.requestId,
  encodedMessage: (d) => d.encodedMessage !== null,
  region: (d) => d.region,
}

const lower = (field: string, value: unknown): unknown =>
  field === 'action' && typeof value === 'string' ? value.toLowerCase() : value

const samples = readFileSync(new URL('../samples/intake/pasted.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Sample)

for (const { id, text, expect, alt } of samples)
  test(`pasted: ${id}`, () => {
    const denial = readDenials(text).denials[0]
    assert.ok(denial !== undefined)
    for (const [field, expected] of Object.entries(expect)) {
      const got = FIELDS[field]?.(denial) ?? null
      const right = [expected, ...(alt[field] ?? [])].map((value) => lower(field, value))
      const isRight = right.includes(got) || (field === 'resource' && right.includes(denial.resourceText))
      assert.ok(isRight, `${field}: got ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`)
    }
    const span = denial.evidence.span
    assert.ok(span !== null && span[0] >= 0 && span[1] <= text.length && span[0] < span[1])
  })

const plain = (text: string) =>
  readDenials(text).denials.map(({ kind, action, resource, resourceText, requestId, candidates }) => ({
    kind,
    action,
    resource,
    resourceText,
    requestId,
    candidates: candidates.map((one) => `${one.action} ${one.resource}`),
  }))

test('several errors without a sentence are told apart by the wrappers behind them', () => {
  const text = `com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: AAAA29BCED4A8111)
	at com.example.Main
com.amazonaws.services.sqs.model.AmazonSQSException: Access Denied (Service: AmazonSQS; Status Code: 403; Error Code: AccessDenied; Request ID: bbbb-cccc-dddd-eeee)
Error: AccessDenied: Access Denied
	status code: 403, request id: CCCC29BCED4A8111, host id: abc=
Error: NoSuchKey: nope
	status code: 404, request id: DDDD29BCED4A8111, host id: abc=
`
  assert.deepEqual(
    plain(text).map(({ requestId }) => requestId),
    ['AAAA29BCED4A8111', 'bbbb-cccc-dddd-eeee', 'CCCC29BCED4A8111'],
  )
})

test('the command line and PHP name the object beside the error', () => {
  const [upload] = plain(
    'upload failed: ./a.zip to s3://amzn-s3-demo-bucket/in/a b.zip An error occurred (AccessDenied) when calling the PutObject operation: Access Denied',
  )
  assert.equal(upload?.action, 's3:PutObject')
  assert.equal(upload?.resource, 'arn:aws:s3:::amzn-s3-demo-bucket/in/a b.zip')
  assert.equal(upload?.resourceText, 's3://amzn-s3-demo-bucket/in/a b.zip')
  const [get] = plain(
    'Error executing "GetObject" on "https://amzn-s3-demo-bucket.s3.cn-north-1.amazonaws.com.cn/a%20b.txt?X-Amz-Signature=0123456789abcdef"; AWS HTTP error: Client error: `GET …` resulted in a `403 Forbidden` response: AccessDenied (client): Access Denied - ',
  )
  assert.equal(get?.action, 's3:GetObject')
  assert.equal(get?.resource, 'arn:aws-cn:s3:::amzn-s3-demo-bucket/a b.txt')
  assert.equal(JSON.stringify(get).includes('0123456789abcdef'), false)
})

test('Hadoop looks for the object and below it, and does not say what was refused', () => {
  const [denial] = plain(
    'java.nio.file.AccessDeniedException: s3a://amzn-s3-demo-bucket/raw: getFileStatus on s3a://amzn-s3-demo-bucket/raw: com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: A1B2C3D4E5F60718; Proxy: null)',
  )
  assert.equal(denial?.action, null)
  assert.deepEqual(denial?.candidates, [
    's3:GetObject arn:aws:s3:::amzn-s3-demo-bucket/raw',
    's3:ListBucket arn:aws:s3:::amzn-s3-demo-bucket',
  ])
})

test('EC2 Auto Scaling does not say which action of a launch was refused', () => {
  const [denial] = readDenials(
    'An error occurred (AccessDenied) when calling the CreateAutoScalingGroup operation: You are not authorized to use launch template: lt-0123456789abcdef0',
  ).denials
  assert.equal(denial?.action, null)
  assert.deepEqual(
    denial?.candidates.map(({ action }) => action),
    ['ec2:RunInstances', 'iam:PassRole', 'ec2:CreateTags'],
  )
  assert.deepEqual(
    denial?.notes.map(({ code }) => code),
    ['further-request'],
  )
})

test('a glued dialog of the console is read field by field', () => {
  const [denial] = readDenials(
    "Access denied to servicecatalog:ListApplicationsYou don't have permission to servicecatalog:ListApplications. To request access, copy the following text and send it to your AWS administrator. Learn more about troubleshooting access denied errors. User: arn:aws:iam::111122223333:user/anaAction: servicecatalog:ListApplicationsOn resource(s): arn:aws:servicecatalog:ap-south-2:111122223333:/applications/*Context: no identity-based policy allows the action",
  ).denials
  assert.equal(denial?.principal, 'arn:aws:iam::111122223333:user/ana')
  assert.equal(denial?.action, 'servicecatalog:ListApplications')
  assert.equal(denial?.resource, 'arn:aws:servicecatalog:ap-south-2:111122223333:/applications/*')
  assert.deepEqual(denial?.reported, { layer: 'identity-policy', denyType: 'implicit', policyArn: null })
})

test('an older dialog of the console names the service apart, in brackets', () => {
  const [denial] = readDenials(
    "You don't have permission to [AWSS3:ListBuckets]. To request access, copy the following text and send it to your AWS administrator.\n<div>User: [arn:aws:iam::111122223333:user/ana]</div><div>Service: [IAM]</div><div>Action: [ListUsers]</div><div>On resource(s): [arn:aws:iam::111122223333:user/]</div><div>Context: [a service control policy explicitly denies the action]</div>",
  ).denials
  assert.equal(denial?.action, 'iam:ListUsers')
  assert.equal(denial?.resource, 'arn:aws:iam::111122223333:user/')
  assert.deepEqual(denial?.reported, { layer: 'service-control-policy', denyType: 'explicit', policyArn: null })
})

test('the bare body of API Gateway is no denial, and the note says what it means', () => {
  const [denial] = readDenials('{"message":"Forbidden"}').denials
  assert.equal(denial?.kind, 'other')
  assert.deepEqual(
    denial?.notes.map(({ code }) => code),
    ['api-gateway-forbidden'],
  )
})

test('the time of a log line is read where it is UTC, in any of its forms', () => {
  const said = 'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:ListQueues'
  const timeOf = (line: string) => readDenials(line).denials[0]?.time
  assert.equal(timeOf(`time="2026-05-06T07:08:09Z" level=error msg="${said}"`), '2026-05-06T07:08:09Z')
  assert.equal(timeOf(`[2026-05-06T07:08:09.123+0000] {task.py:1} ERROR - ${said}`), '2026-05-06T07:08:09.123Z')
  assert.equal(timeOf(`{"level":"error","ts":"2026-05-06T07:08:09.5Z","error":"${said}"}`), '2026-05-06T07:08:09.5Z')
  assert.equal(timeOf(`[2026-05-06T07:08:09.123+0200] ${said}`), null)
  assert.equal(timeOf(said), null)
})

test('two lines with their own times are two denials; a stack trace repeats one', () => {
  const said = 'AccessDenied: User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:ListQueues'
  const line = (second: number) => `time="2026-05-06T07:08:0${second}Z" level=error msg="${said}"`
  assert.equal(readDenials(`${line(1)}\n${line(5)}\n`).denials.length, 2)
  assert.equal(readDenials(`${line(1)}\n${said}\n    at x\n`).denials.length, 1)
})

test('a wrong one-time code is no matter of policies', () => {
  const text =
    'An error occurred (AccessDenied) when calling the AssumeRole operation: MultiFactorAuthentication failed with invalid MFA one time pass code. '
  assert.equal(readDenials(text).denials[0]?.kind, 'aws-authentication')
})

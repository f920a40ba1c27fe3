/** Two errors in a row, of whatever forms: each has the id, the code and the words of its own wrapper (R-MSG-21). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../read-text.ts'

const P = 'arn:aws:sts::111122223333:assumed-role/app/i-0abc'
const PUT = ['dynamodb:PutItem', 'arn:aws:dynamodb:us-east-1:111122223333:table/T'] as const
const SEND = ['sqs:SendMessage', 'arn:aws:sqs:us-east-1:111122223333:q'] as const
const A = 'aaaaaaaa-1234-4abc-9def-1234567890ab'
const B = 'bbbbbbbb-1234-4abc-9def-1234567890ab'

const said = ([action, resource]: readonly [string, string]): string =>
  `User: ${P} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

/** With a code of its own each, where they print one. */
const WITH_ID: Readonly<Record<string, (sentence: string, id: string) => string>> = {
  'Go v2': (s, id) =>
    `operation error X: Y, https response error StatusCode: 400, RequestID: ${id}, api error AccessDeniedException: ${s}\n`,
  'Go v2 in logfmt': (s, id) =>
    `time="2024-05-01T10:00:00Z" level=error msg="operation error X: Y, https response error StatusCode: 400, RequestID: ${id}, api error AccessDeniedException: ${s}"\n`,
  'Go v1': (s, id) => `AccessDeniedException: ${s}\n\tstatus code: 400, request id: ${id}\n`,
  Java: (s, id) =>
    `com.amazonaws.X: ${s} (Service: X; Status Code: 400; Error Code: AccessDeniedException; Request ID: ${id}; Proxy: null)\n`,
  'JSON, the id behind': (s, id) =>
    `{"level":"error","message":"${s}","code":"AccessDeniedException","requestId":"${id}"}\n`,
  'JSON, the id in front': (s, id) =>
    `{"requestId":"${id}","level":"error","message":"${s}","code":"AccessDeniedException"}\n`,
  'JSON, the id twice': (s, id) =>
    `{"level":"ERROR","aws-request-id":"${id}","error":"operation error X: Y, https response error StatusCode: 403, RequestID: ${id}, api error AccessDeniedException: ${s}"}\n`,
  'JSON over lines': (s, id) =>
    `{\n  "requestId": "${id}",\n  "code": "AccessDeniedException",\n  "message": "${s}"\n}\n`,
  XML: (s, id) =>
    `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${s}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>\n`,
  'JavaScript v3': (s, id) =>
    `AccessDeniedException: ${s}\n    at x (/y.js:1:1) {\n  '$metadata': {\n    httpStatusCode: 400,\n    requestId: '${id}'\n  }\n}\n`,
  boto: (s, id) =>
    `{'Error': {'Message': '${s}', 'Code': 'AccessDeniedException'}, 'ResponseMetadata': {'RequestId': '${id}'}}\n`,
  Terraform: (s, id) =>
    `│ Error: reading X: operation error X: Y, https response error StatusCode: 400, RequestID: ${id}, api error AccessDenied: ${s}\n│ \n│   with x.y,\n╵\n`,
  'Go v2 over lines': (s, id) =>
    `operation error X: Y, https response error\nStatusCode: 400, RequestID: ${id}, api error AccessDenied:\n${s}\n`,
}
const WITHOUT: Readonly<Record<string, (sentence: string) => string>> = {
  CLI: (s) => `An error occurred (AccessDenied) when calling the Y operation: ${s}\n`,
  bare: (s) => `${s}\n`,
}
const FORMS = [
  ...Object.entries(WITH_ID).map(([name, form]) => ({ name, form, hasId: true })),
  ...Object.entries(WITHOUT).map(([name, form]) => ({ name, form, hasId: false })),
]

for (const first of FORMS)
  test(`no id goes from or to a neighbour: ${first.name}`, () => {
    for (const second of FORMS) {
      const denials = readText(first.form(said(PUT), A) + second.form(said(SEND), B))
      assert.deepEqual(
        denials.map(({ action, resource, requestId }) => [action, resource, requestId]),
        [
          [...PUT, first.hasId ? A : null],
          [...SEND, second.hasId ? B : null],
        ],
        second.name,
      )
      if (second.name === 'bare') assert.equal(denials[1]?.code, null, 'the code is of the first')
    }
  })

test('a refusal by Lake Formation keeps its own id before another error', () => {
  const text =
    WITH_ID['Go v2']?.('Insufficient Lake Formation permission(s): Required Describe on db1', A) +
    (WITH_ID['Go v1']?.(said(PUT), B) ?? '')
  assert.deepEqual(
    readText(text).map(({ requestId }) => requestId),
    [A, B],
  )
})

test('the id of the Go SDK stays with its error behind a blank line', () => {
  const text = `AccessDenied: ${said(PUT)}\n\n\tstatus code: 400, request id: ${A}\n\n${WITHOUT['CLI']?.(said(SEND)) ?? ''}`
  assert.deepEqual(
    readText(text).map(({ requestId }) => requestId),
    [A, null],
  )
})

test('the service of the refused resource says whose call it was, where the call is one of that service', () => {
  const refused = (operation: string, resource: string) =>
    readText(
      `An error occurred (AccessDenied) when calling the ${operation} operation: Access to the resource ${resource} is denied.`,
    )[0]
  const queue = 'https://sqs.us-east-1.amazonaws.com/111122223333/jobs'
  assert.equal(refused('SendMessage', queue)?.action, 'sqs:SendMessage')
  assert.equal(refused('FrobnicateMessage', queue)?.action, null)
})

test('an object in the next line that is no denial gives no id', () => {
  const text = `${said(PUT)}\n{"level":"info","requestId":"${B}","msg":"stopping"}\n`
  assert.equal(readText(text)[0]?.requestId, null)
})

test('a service that passes on the refusal of another adds no denial', () => {
  const inner = `(Service: AmazonDataCatalog; Status Code: 400; Error Code: AccessDeniedException; Request ID: ${A})`
  const outer = `(Service: AmazonAthena; Status Code: 400; Error Code: MetadataException; Request ID: ${B})`
  assert.deepEqual(
    readText(`${said(PUT)} ${inner} ${outer}`).map(({ action, requestId }) => [action, requestId]),
    [[PUT[0], A]],
  )
})

test('two refusals in one answer have its id', () => {
  const text = `operation error X: Y, https response error StatusCode: 400, RequestID: ${A}, AccessDeniedException: ${said(PUT)}, ${said(SEND)}`
  assert.deepEqual(
    readText(text).map(({ action, requestId }) => [action, requestId]),
    [
      [PUT[0], A],
      [SEND[0], A],
    ],
  )
})

test('a code that stands for a refusal behind the call says so (R-MSG-33)', () => {
  for (const [code, operation] of [
    ['InsufficientS3BucketPolicyException', 'CreateTrail'],
    ['InsufficientSnsTopicPolicyException', 'UpdateTrail'],
  ]) {
    const [denial] = readText(`An error occurred (${code}) when calling the ${operation} operation: Incorrect policy`)
    assert.deepEqual(
      denial?.notes.map((note) => note.code),
      ['further-request'],
    )
  }
})

test('a group behind an opening wrapper in the same line closes it, and the error before keeps to itself', () => {
  const denials = readText(
    '"An error occurred (ValidationError) when calling the CreateChangeSet operation: S3 error: Access Denied",\n"An error occurred (AccessDenied) when calling the PutObject operation: Access Denied (Service: S3, Status Code: 403)"',
  )
  assert.deepEqual(
    denials.map(({ code, operation, action }) => [code, operation, action]),
    [
      ['ValidationError', 'CreateChangeSet', null],
      ['AccessDenied', 'PutObject', 's3:PutObject'],
    ],
  )
})

test('the extended id is not taken for the request id, however a program spells it', () => {
  const id = 'T2ymDL0DuEEE9e6scW4EWZ1HqegmcyWHxRGhRfTza0'
  for (const name of ['s3_extended_request_id', 'extendedRequestId', 'S3 Extended Request ID', 'extended-request-id']) {
    const [denial] = readText(
      `code: Some("AccessDenied"), message: Some("User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:PutObject"), extras: Some({"${name}": "${id}"})`,
    )
    assert.equal(denial?.requestId, null, name)
    assert.equal(denial?.extendedRequestId, id, name)
  }
})

test('the ids of a list that R prints are read', () => {
  const [denial] = readText(
    ' $ Code     : chr "AccessDenied"\n $ Message  : chr "Access Denied"\n $ RequestId: chr "4442587FB7D0A2F9"\n $ HostId   : chr "Vvag1LuByRx9e6j5Onimru9pO4ZVKnJ2Qz7aqW2nXQk="\n',
  )
  assert.deepEqual(
    [denial?.code, denial?.requestId, denial?.extendedRequestId],
    ['AccessDenied', '4442587FB7D0A2F9', 'Vvag1LuByRx9e6j5Onimru9pO4ZVKnJ2Qz7aqW2nXQk='],
  )
})

test('the code of CloudFormation’s handler belongs to the request in the group before it', () => {
  const [denial] = readText(
    'Resource handler returned message: "null (Service: Lambda, Status Code: 403, Request ID: 5cd73a06-d0ac-4bc2-b23b-1e96decc9755, Extended Request ID: null)" (RequestToken: 6a65bb5c-f366-2463-f6a3-7f5e0487f25c, HandlerErrorCode: AccessDenied).',
  )
  assert.deepEqual(
    [denial?.kind, denial?.eventSource, denial?.requestId],
    ['aws-access-denied', 'lambda.amazonaws.com', '5cd73a06-d0ac-4bc2-b23b-1e96decc9755'],
  )
})

test('a role that a service may not make for the caller is refused behind the call (R-MSG-33)', () => {
  const [denial] = readText(
    'An error occurred (AuthFailure.ServiceLinkedRoleCreationNotPermitted) when calling the RunInstances operation: The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.',
  )
  assert.deepEqual(
    [denial?.kind, denial?.operation, denial?.action, denial?.evidence.actionFrom],
    ['aws-access-denied', 'RunInstances', 'iam:CreateServiceLinkedRole', 'mapped'],
  )
  assert.deepEqual(
    denial?.notes.map(({ code }) => code),
    ['linked-role', 'further-request'],
  )
})

test('the rule that Step Functions makes with the role of a state machine is refused to that role', () => {
  const [denial] = readText(
    "Error: creating Step Functions State Machine (flow): AccessDeniedException: 'arn:aws:iam::111122223333:role/flow-role' is not authorized to create managed-rule.",
  )
  assert.deepEqual(
    [denial?.principal, denial?.principalType, denial?.action],
    ['arn:aws:iam::111122223333:role/flow-role', 'role', 'events:PutRule'],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { readText } from './read-text.ts'

const P = 'arn:aws:sts::111122223333:assumed-role/deploy-role/GitHubActions'
const sentence = (action: string, resource: string) =>
  `User: ${P} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

test('the sentence of the incident gives who, what and which layer', () => {
  const text = `${sentence('s3:PutObject', 'arn:aws:s3:::prod-artifacts/app.zip')}.`
  const [denial, ...others] = readText(text)
  assert.equal(others.length, 0)
  assert.ok(denial)
  assert.equal(denial.kind, 'aws-access-denied')
  assert.equal(denial.principal, P)
  assert.equal(denial.principalType, 'assumed-role')
  assert.equal(denial.roleArn, 'arn:aws:iam::111122223333:role/deploy-role')
  assert.equal(denial.accountId, '111122223333')
  assert.equal(denial.sessionName, 'GitHubActions')
  assert.equal(denial.action, 's3:PutObject')
  assert.equal(denial.resource, 'arn:aws:s3:::prod-artifacts/app.zip')
  assert.deepEqual(denial.reported, { layer: 'identity-policy', denyType: 'implicit', policyArn: null })
  assert.deepEqual(denial.evidence, {
    reader: 'no-policy-allows',
    actionFrom: 'stated',
    resourceFrom: 'stated',
    span: [0, text.length - 1],
  })
})

test('several denials come first to last, each with its span', () => {
  const first = sentence('s3:PutObject', 'arn:aws:s3:::b/k')
  const second = sentence('kms:GenerateDataKey', 'arn:aws:kms:us-east-1:111122223333:key/k1')
  const text = `step 1 \u001b[31mfailed\u001b[0m: ${first}\nretrying in 5 s\nstep 1 failed: ${second}\n`
  const denials = readText(text)
  assert.deepEqual(
    denials.map(({ action }) => action),
    ['s3:PutObject', 'kms:GenerateDataKey'],
  )
  assert.deepEqual(
    denials.map(({ evidence }) => text.slice(...(evidence.span ?? [0, 0]))),
    [first, second],
  )
  assert.deepEqual(
    denials.map(({ region }) => region),
    [null, 'us-east-1'],
  )
})

test('a span points into the text as it was pasted, escapes and all', () => {
  const text = JSON.stringify({ log: `x "y" ${sentence('s3:GetObject', '"arn:aws:s3:::b/a b"')} z` })
  const span = readText(text)[0]?.evidence.span
  assert.ok(span)
  const cited = text.slice(...span)
  assert.ok(cited.startsWith('User: arn') && cited.endsWith('s3:GetObject action'), cited)
})

test('a plain denial beside a sentence is a denial of its own', () => {
  const text = `An error occurred (AccessDenied) when calling the GetObject operation: ${sentence('s3:GetObject', '"arn:aws:s3:::b/k"')}\n\nAn error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied\nAn error occurred (Throttling) when calling the ListKeys operation: Rate exceeded`
  assert.deepEqual(
    readText(text).map(({ kind, operation, action }) => [kind, operation, action]),
    [
      ['aws-access-denied', 'GetObject', 's3:GetObject'],
      ['aws-access-denied', 'ListBuckets', 's3:ListAllMyBuckets'],
    ],
  )
})

test('the action of an operation is marked as mapped', () => {
  const [denial] = readText('An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied')
  assert.deepEqual([denial?.action, denial?.evidence.actionFrom], ['s3:ListAllMyBuckets', 'mapped'])
})

test('how sure an action and a resource are is null where there is none, and never left out (docs/json.md, "Denial")', () => {
  const cors = `Access to fetch at 'https://api.example.com/x' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.`
  const expired = 'An error occurred (ExpiredToken) when calling the ListBuckets operation: The token has expired'
  for (const [text, resourceFrom] of [
    ['AccessDenied', null],
    ['hello', null],
    [expired, null],
    [cors, 'stated'],
  ] as const) {
    const evidence = readText(text)[0]?.evidence
    assert.deepEqual(Object.keys(evidence ?? {}), ['reader', 'actionFrom', 'resourceFrom', 'span'], text)
    assert.deepEqual([evidence?.actionFrom, evidence?.resourceFrom], [null, resourceFrom], text)
  }
})

test('two requests with the same sentence stay two', () => {
  const line = (id: string) =>
    `${sentence('sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111122223333:jobs')} (Service: Sqs, Status Code: 403, Request ID: ${id})`
  const ids = ['3f8a2c10-7b1d-5e44-9a0c-d2e6f0a1b2c3', '4f8a2c10-7b1d-5e44-9a0c-d2e6f0a1b2c3']
  assert.deepEqual(
    readText(ids.map(line).join('\n')).map(({ requestId }) => requestId),
    ids,
  )
})

test('the request id is the one of the same wrapper', () => {
  const text = `CREATE failed: bad template (Service: AmazonCloudFormation; Status Code: 400; Error Code: ValidationError; Request ID: aaaaaaaa-7b1d-5e44-9a0c-d2e6f0a1b2c3; Proxy: null)\n${sentence('sqs:SendMessage', '*')} (Service: Sqs, Status Code: 403)`
  assert.equal(readText(text)[0]?.requestId, null)
})

// R-MSG-31, R-MSG-31a.
// biome-ignore format: a table is read by its columns
const KINDS: [text: string, kind: string, code: string | null][] = [
  ['An error occurred (ExpiredToken) when calling the ListBuckets operation: The provided token has expired.', 'aws-authentication', 'ExpiredToken'],
  ['An error occurred (SignatureDoesNotMatch) when calling the ListBuckets operation: The request signature we calculated does not match', 'aws-authentication', 'SignatureDoesNotMatch'],
  ['UnrecognizedClientException: The security token included in the request is invalid.', 'aws-authentication', 'UnrecognizedClientException'],
  ['Unable to locate credentials. You can configure credentials by running "aws configure".', 'aws-authentication', null],
  ['An error occurred (AuthFailure) when calling the DescribeInstances operation: AWS was not able to validate the provided access credentials', 'aws-authentication', 'AuthFailure'],
  ['An error occurred (NoSuchBucket) when calling the PutObject operation: The specified bucket does not exist', 'other', 'NoSuchBucket'],
  ['An error occurred (ThrottlingException) when calling the GetKey operation: Rate exceeded', 'other', 'ThrottlingException'],
  ['NotAuthorizedException: Incorrect username or password.', 'other', 'NotAuthorizedException'],
  ['An error occurred (AccessDeniedException) when calling the InvokeModel operation: You don\'t have access to the model with the specified model ID.', 'other', 'AccessDeniedException'],
  ['Error from server (Forbidden): pods is forbidden: User "ana" cannot list resource "pods" in API group ""', 'other', 'Forbidden'],
  ["ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)", 'other', null],
  ['git@github.com: Permission denied (publickey).', 'other', null],
  ['bash: ./run.sh: Permission denied', 'other', null],
  ['java.nio.file.AccessDeniedException: /var/lib/data', 'other', null],
  ["The user 'x' is not authorized to access this resource.", 'other', null],
  ['hello', 'other', null],
  ['', 'other', null],
  ['AccessDenied: Access Denied\n    at Request.extractError (/app/node_modules/aws-sdk/lib/services/s3.js:711:35)', 'aws-access-denied', 'AccessDenied'],
  ['An error occurred (ValidationError) when calling the CreateChangeSet operation: S3 error: Access Denied', 'aws-access-denied', 'ValidationError'],
]
for (const [text, kind, code] of KINDS)
  test(`\`${text.slice(0, 70)}\` is ${kind}`, () => {
    const denials = readText(text)
    assert.equal(denials.length, 1)
    assert.equal(denials[0]?.kind, kind)
    assert.equal(denials[0]?.code, code)
    assert.equal(denials[0]?.reported.layer, null)
  })

test('a browser message gives the URL, who asked and which check failed', () => {
  const [denial] = readText(
    "Access to fetch at 'https://api.example.com/v1' from origin 'https://app.example.com' has been blocked by CORS policy: Request header field x-api-key is not allowed by Access-Control-Allow-Headers in preflight response.",
  )
  assert.equal(denial?.kind, 'cors')
  assert.equal(denial?.resource, 'https://api.example.com/v1')
  assert.equal(denial?.principal, null)
  assert.deepEqual(denial?.details, {
    origin: 'https://app.example.com',
    method: null,
    header: 'x-api-key',
    failed: 'Access-Control-Allow-Headers',
  })
})

test('Firefox, Safari and the older Chrome say it in other words', () => {
  const url = 'https://api.example.com/x'
  for (const text of [
    `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ${url}. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200.`,
    `Fetch API cannot load ${url} due to access control checks.`,
    `XMLHttpRequest cannot load ${url}. Origin null is not allowed by Access-Control-Allow-Origin.`,
    `Failed to load ${url}: No 'Access-Control-Allow-Origin' header is present on the requested resource.`,
  ])
    assert.deepEqual(
      readText(text).map(({ kind, resource }) => [kind, resource]),
      [['cors', url]],
    )
})

test('a Google Cloud refusal gives permission, resource and caller', () => {
  const [denial] = readText(
    "ERROR: (gcloud.run.deploy) PERMISSION_DENIED: Permission 'run.services.get' denied on resource 'namespaces/p1/services/web' (or it may not exist). This command is authenticated as deploy@p1.iam.gserviceaccount.com",
  )
  assert.deepEqual(
    [denial?.kind, denial?.code, denial?.action, denial?.resource, denial?.principal, denial?.principalType],
    [
      'gcp-permission-denied',
      'PERMISSION_DENIED',
      'run.services.get',
      'namespaces/p1/services/web',
      'deploy@p1.iam.gserviceaccount.com',
      'service-account',
    ],
  )
})

test('a service account that is acted on is the resource and not the caller', () => {
  const target = 'app@p1.iam.gserviceaccount.com'
  const text = `PERMISSION_DENIED: Permission 'iam.serviceAccounts.actAs' denied on service account ${target} (or it may not exist).`
  const [alone] = readText(text)
  assert.deepEqual([alone?.principal, alone?.principalType, alone?.resource], [null, null, target])
  const [named] = readText(`${text} This command is authenticated as deploy@p1.iam.gserviceaccount.com`)
  assert.deepEqual([named?.principal, named?.resource], ['deploy@p1.iam.gserviceaccount.com', target])
})

test('an IAM sentence is AWS, whatever else the text names', () => {
  assert.equal(readText(`googleapis.com proxy: ${sentence('sqs:SendMessage', '*')}`)[0]?.kind, 'aws-access-denied')
})

test('notes say what is masked or cut', () => {
  const [denial] = readText(
    'User: arn:aws:sts::***:assumed-role/r/s is not authorized to perform: sqs:SendMessage because no identity-based policy allows the sqs:SendMessage action',
  )
  assert.deepEqual(
    denial?.notes.map(({ code }) => code),
    ['account-masked'],
  )
  assert.equal(denial?.accountId, null)
})

test('no output field repeats a credential', () => {
  const secret = 'SECRETSECRETSECRET0123456789'
  const texts = [
    `Access to fetch at 'https://b.s3.amazonaws.com/k?X-Amz-Algorithm=A&X-Amz-Credential=${secret}&X-Amz-Signature=${secret}' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.`,
    `Authorization: AWS4-HMAC-SHA256 Credential=${secret}/20260105, Signature=${secret}\nx-amz-security-token: ${secret}\nAn error occurred (AccessDenied) when calling the GetObject operation: ${sentence('s3:GetObject', '"arn:aws:s3:::b/k"')}`,
    `GET https://b.s3.amazonaws.com/k?AWSAccessKeyId=${secret}&Signature=${secret} 403 AccessDenied\nx-amz-request-id: 8ABCDEF012345678`,
    `Access to the resource https://sqs.us-east-1.amazonaws.com/111122223333/q?X-Amz-Security-Token=${secret} is denied.`,
  ]
  for (const text of texts) assert.ok(!JSON.stringify(readText(text)).includes(secret), text.slice(0, 40))
})

test('any text gives at least one entry, and never throws', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      'User: ',
      P,
      ' is not authorized to perform: ',
      's3:GetObject',
      ' on resource: ',
      '"',
      '\\"',
      '\n',
      '// ',
      'because no ',
      'identity-based policy',
      ' with an explicit deny in a ',
      'Encoded authorization failure message: ',
      'AccessDenied',
      '&quot;',
      '\u001b[31m',
      '(Service: S3, ',
      'request id: ',
    ),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const text = pieces.join('')
      const denials = readText(text)
      assert.ok(denials.length >= 1)
      for (const { evidence } of denials) {
        assert.ok(evidence.span)
        const [from, to] = evidence.span
        assert.ok(from >= 0 && from <= to && to <= text.length)
      }
    }),
    { numRuns: 1500 },
  )
})

// R-MSG-35. The bound is generous: a quadratic reader needs minutes for these.
const HOSTILE = [
  'a',
  '\\"',
  '&amp;',
  '[',
  '\n',
  '**',
  'User: ',
  'arn:aws:',
  'not authorized to perform: ',
  'not authorized to perform: a:b on resource: ',
  'because no ',
  'with an explicit deny in ',
  'An error occurred (',
  'operation error ',
  '<Error><Code>AccessDenied</Code>',
  '(Service: ',
  'request id: ',
  'Encoded authorization failure message: A1b2C3d4E5f6G7h8I9j0\n',
  "Access to fetch at '",
  'blocked by CORS policy ',
  'does not have ',
  'Access Denied ',
  'forbidden ',
  '" + "',
  '2026-01-05T10:02:03Z ',
  '{"eventName": ',
]
// What takes a time that grows with the square of the text would not come to its end while anybody waits.
test('half a megabyte of any one phrase is read to its end', () => {
  for (const phrase of HOSTILE) {
    const text = phrase.repeat(Math.ceil(500_000 / phrase.length))
    assert.doesNotThrow(() => readText(text), phrase)
  }
})

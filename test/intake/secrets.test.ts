/** No field of a denial repeats a credential, whatever the input. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { redacted } from '#intake/wrapper/secrets.ts'

const TOKEN = `FwoGZXIvYXdzE${'Q'.repeat(60)}`
const SIGNATURE = 'deadbeef'.repeat(8)
const QUERY = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20260304&X-Amz-Security-Token=${TOKEN}&X-Amz-Signature=${SIGNATURE}`
const HEADER = `AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/20260304/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=${SIGNATURE}`
const KEY = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00'
const SECRETS = [TOKEN, SIGNATURE, KEY]

const record = {
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::456789012345:user/ana', accountId: '456789012345' },
  userAgent: `agent Authorization: ${HEADER}`,
  sourceIPAddress: '203.0.113.9',
  errorCode: 'AccessDenied',
  errorMessage: `User: arn:aws:iam::456789012345:user/ana is not authorized to perform: s3:PutObject on resource: "https://acme.s3.amazonaws.com/k?${QUERY}"`,
  requestParameters: { bucketName: 'acme', key: 'k', 'x-amz-copy-source': `b/k?X-Amz-Security-Token=${TOKEN}` },
}
const decoded = {
  explicitDeny: false,
  matchedStatements: { items: [{ note: `aws_secret_access_key=${KEY}` }] },
  context: {
    action: 's3:PutObject',
    resource: `https://acme.s3.amazonaws.com/k?${QUERY}`,
    conditions: { items: [{ key: 'aws:UserAgent', values: { items: [{ value: `x-amz-security-token: ${TOKEN}` }] } }] },
  },
}

const INPUTS: readonly (readonly [string, string])[] = [
  ['a sentence', record.errorMessage],
  ['a record', JSON.stringify(record)],
  ['a decoded message', JSON.stringify(decoded)],
  [
    'a CORS failure',
    `Access to fetch at 'https://acme.s3.amazonaws.com/k?${QUERY}' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present.`,
  ],
  [
    'a command line in debug',
    `botocore Sending http request: <AWSPreparedRequest method=GET, url=https://acme.s3.amazonaws.com/k?${QUERY}, headers={'X-Amz-Security-Token': b'${TOKEN}', 'Authorization': b'${HEADER}'}>\nbotocore Found credentials in environment variables aws_secret_access_key=${KEY}\nAn error occurred (AccessDenied) when calling the GetObject operation: Access Denied`,
  ],
  ['an unknown error', `Authorization: ${HEADER} secretAccessKey: "${KEY}"`],
]

for (const [name, input] of INPUTS)
  test(`no credential comes out of ${name}`, () => {
    const { denials } = readDenials(input)
    assert.ok(denials.length > 0)
    const text = JSON.stringify(denials)
    for (const secret of SECRETS) assert.equal(text.includes(secret), false, secret.slice(0, 12))
  })

test('what names the credential stays, and other text is untouched', () => {
  assert.equal(redacted(`https://a/b?X-Amz-Signature=${SIGNATURE}&x=1`), 'https://a/b?X-Amz-Signature=[redacted]&x=1')
  assert.equal(redacted(`aws_secret_access_key = ${KEY}`), 'aws_secret_access_key = [redacted]')
  const plain = 'arn:aws:secretsmanager:us-east-1:456789012345:secret:prod/session-token-AbCdEf'
  assert.equal(redacted(plain), plain)
})

test('an encoded authorization message is kept whole: without the permission to decode it, it is ciphertext', () => {
  const blob = `eyJhbGciOi${'a1B2'.repeat(20)}`
  const text = `You are not authorized to perform this operation. Encoded authorization failure message: ${blob}`
  assert.equal(readDenials(text).denials[0]?.encodedMessage, blob)
})

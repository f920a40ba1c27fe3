/** Refusals by what is not IAM, which have AWS's codes or stand in AWS's answers (R-MSG-31a). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '../read.ts'

const read = (text: string) =>
  readDenials(text).denials.map(({ kind, notes }) => [kind, notes.map(({ code }) => code).join()])

const CASES: readonly [note: string, text: string][] = [
  ['user-pool', 'NotAuthorizedException: Client 4abc is configured with secret but SECRET_HASH was not received'],
  ['user-pool', 'NotAuthorizedException: Client 4abc is configured for secret but secret was not received'],
  ['user-pool', 'NotAuthorizedException: Unable to verify secret hash for client 4abc'],
  [
    'identity-pool',
    'com.amazonaws.services.cognitoidentity.model.NotAuthorizedException: Unauthenticated access is not supported for this identity pool. (Service: AmazonCognitoIdentity; Status Code: 400; Error Code: NotAuthorizedException; Request ID: 1)',
  ],
  ['identity-pool', 'NotAuthorizedException: Token is not from a supported provider of this identity pool.'],
  [
    'identity-pool',
    "NotAuthorizedException: Logins don't match. Please include at least one valid login for this identity or identity pool.",
  ],
  [
    'opensearch-roles',
    '{"error":{"type":"security_exception","reason":"no permissions for [indices:data/read/search] and User [name=arn:aws:iam::111122223333:role/app, backend_roles=[arn:aws:iam::111122223333:role/app], requestedTenant=null]"},"status":403}',
  ],
]

for (const [note, text] of CASES)
  test(`${note}: ${text.slice(0, 100)}`, () => {
    assert.deepEqual(read(text), [['other', note]])
  })

test('a request for an encrypted object without an identity is no matter of the access key', () => {
  const text =
    '<Error><Code>KMS.UnrecognizedClientException</Code><Message>No account found for the given parameters</Message></Error>'
  const [denial] = readDenials(text).denials
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
  assert.match(denial?.notes[0]?.text ?? '', /origin access control \(OAC\).*Signature Version 4/)
})

test('an access key that AWS does not accept may be one of a Region that is not enabled, or of a session without MFA', () => {
  const text =
    'An error occurred (UnrecognizedClientException) when calling the PutRule operation: The security token included in the request is invalid'
  const [denial] = readDenials(text).denials
  // https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
  assert.match(denial?.notes[0]?.text ?? '', /opt-in Region that the account has not enabled.*without MFA/)
})

test('an AppSync token that cannot be read is a matter of credentials', () => {
  const text = '{"errors":[{"errorType":"UnauthorizedException","message":"Unable to parse JWT token."}]}'
  assert.deepEqual(read(text), [['aws-authentication', '']])
})

test('a class that a program catches, or looks for in vain, refuses nothing', () => {
  const caught =
    '    except self.client.exceptions.AccessDeniedException:\n  File "/app/errorfactory.py", line 51, in __getattr__\nAttributeError: <botocore.errorfactory.SecretsManagerExceptions object> object has no attribute \'AccessDeniedException\'.'
  assert.deepEqual(read(caught), [['other', '']])
  const both = `${caught}\nbotocore.exceptions.ClientError: An error occurred (AccessDeniedException) when calling the GetSecretValue operation: no`
  assert.deepEqual(read(both), [['aws-access-denied', '']])
})

test('a bearer token that is invalid is a matter of credentials, whatever the code (R-MSG-31)', () => {
  const text =
    'Error { code: "AccessDeniedException", message: "The bearer token included in the request is invalid.", aws_request_id: "0a1b2c3d-1111-2222-3333-444455556666" }'
  assert.deepEqual(read(text), [['aws-authentication', '']])
})

test('storage that speaks S3 in another cloud refuses with S3’s words (R-MSG-31a)', () => {
  const refused = (address: string) =>
    `Error executing "ListObjects" on "${address}/?prefix=tmp"; AWS HTTP error: Client error: 403 Forbidden: <Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`
  for (const address of [
    'https://[BUCKET].[ACCOUNT].r2.cloudflarestorage.com',
    'https://pics.fra1.digitaloceanspaces.com',
    'https://s3.eu-central-1.wasabisys.com',
    'https://s3.us-west-004.backblazeb2.com',
    'https://pics.us-east-1.linodeobjects.com',
  ])
    for (const text of [
      refused(address),
      `${refused(address)} AccessDenied (client): Access Denied - <Error><Code>AccessDenied</Code></Error>`,
    ])
      assert.deepEqual(read(text), [['other', 'other-system']], text)
  assert.deepEqual(read(refused('https://amzn-s3-demo-bucket.s3.amazonaws.com')), [['aws-access-denied', '']])
})

test('a program without credentials was refused nothing (R-MSG-31)', () => {
  for (const text of [
    "Change set creation request failed with error: 'Missing credentials in config' { CredentialsError: Missing credentials in config",
    "message: 'Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1'",
    'request_signer.rb:100: unable to sign request without credentials set (Aws::Errors::MissingCredentialsError)',
    'Aws::Errors::MissingCredentialsError',
  ])
    assert.deepEqual(read(text), [['aws-authentication', 'no-credentials']], text)
})

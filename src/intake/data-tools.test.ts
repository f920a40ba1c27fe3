/** Warehouses, their loaders and consoles that print AWS's refusal in words of their own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from './read-text.ts'

function read(text: string) {
  const denials = readText(text)
  assert.equal(denials.length, 1)
  const [denial] = denials
  assert.equal(denial?.kind, 'aws-access-denied')
  return denial
}

const REDSHIFT = (context: string): string =>
  `ERROR: S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 8B2EXAMPLE047BAA,ExtRid abc=,CanRetry 1
  -----------------------------------------------
  code:      8001
  context:   ${context}
  query:     672099
  location:  table_s3_scanner.cpp:354`

test('Redshift names the object that COPY could not read', () => {
  const denial = read(REDSHIFT('S3 key being read : s3://amzn-s3-demo-bucket/tmp/a.csv'))
  assert.deepEqual(
    [denial?.action, denial?.resource, denial?.requestId],
    ['s3:GetObject', 'arn:aws:s3:::amzn-s3-demo-bucket/tmp/a.csv', '8B2EXAMPLE047BAA'],
  )
  assert.deepEqual([denial?.evidence.actionFrom, denial?.evidence.resourceFrom], ['mapped', 'derived'])
  assert.equal(denial?.eventSource, 's3.amazonaws.com')
})

test('without an object, what Redshift asked for is not said', () => {
  const denial = read(REDSHIFT('S3 bucket'))
  assert.deepEqual([denial?.action, denial?.resource], [null, null])
})

test('Snowflake could not assume the role of a storage integration', () => {
  const denial = read(
    'SQL execution error: Error assuming AWS_ROLE.\nPlease verify the role and externalId are configured correctly in your AWS policy.',
  )
  assert.deepEqual([denial?.action, denial?.resource, denial?.reported.layer], ['sts:AssumeRole', null, null])
})

test('where Snowflake prints the sentence, the sentence is read', () => {
  const role = 'arn:aws:iam::444455556666:role/stage-role'
  const denial = read(
    `Error assuming AWS_ROLE:\nUser: arn:aws:iam::111122223333:user/externalstages/ci is not authorized to perform: sts:AssumeRole on resource: ${role}`,
  )
  assert.equal(denial?.resource, role)
})

test('a token that Snowflake’s role was refused for is authentication', () => {
  const text = 'Error assuming AWS_ROLE: The security token included in the request is expired'
  assert.equal(readText(text)[0]?.kind, 'aws-authentication')
})

test('the billing pages say who may not see them, and no action', () => {
  const denial = read(
    'You Need Permissions\nYou don’t have permission to access billing information for this account. Contact your AWS administrator if you need help.',
  )
  assert.deepEqual([denial?.action, denial?.principal], [null, null])
})

/** Whose a class of the name `AccessDenied…` is, told by what stands in front of it (R-MSG-31a). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '../read.ts'
import { denialCodes } from './error-code.ts'

const kindsOf = (text: string) => readDenials(text).denials.map(({ kind }) => kind)

const FOREIGN = [
  'shop.exceptions.AccessDenied: Access Denied',
  '    raise AccessDenied(self.pid)\nprocwatch._exceptions.AccessDenied: procwatch.AccessDenied (pid=4711)',
  'AccessDenied: procwatch.AccessDenied (pid=8)',
  'Gatekeeper::AccessDenied (You may not see this page.)',
  'Policies::NotAuthorizedError: not allowed to update? this Order',
  'Uncaught exception Acme\\Component\\Security\\Exception\\AccessDeniedException: "Access Denied."',
  'org.acme.security.web.AccessDeniedException: Access is denied',
]

for (const text of FOREIGN)
  test(`the class of another product is no denial by AWS: ${text}`, () => {
    assert.deepEqual(kindsOf(text), ['other'])
  })

const OF_AWS = [
  'botocore.errorfactory.AccessDeniedException: refused',
  'com.amazonaws.services.sns.model.AuthorizationErrorException: refused',
  'software.amazon.awssdk.services.kms.model.AccessDeniedException: refused',
  'Aws::S3::Errors::AccessDenied: refused',
  'Aws\\S3\\Exception\\AccessDeniedException: refused',
  'Amazon.Lambda.AccessDeniedException: refused',
  'client.exceptions.AccessDeniedException: refused',
  '*types.AccessDeniedException: refused',
  's3.AccessDenied: refused',
  'GetSecretValueError::AccessDeniedException: refused',
  'Client.UnauthorizedOperation: refused',
  'AccessDenied: refused',
]

for (const text of OF_AWS)
  test(`the class of an SDK of AWS stays one: ${text}`, () => {
    assert.deepEqual(kindsOf(text), ['aws-access-denied'])
  })

test('one product’s class does not hide the code of another beside it', () => {
  const codes = denialCodes(
    'procwatch.AccessDenied (pid=8)\nAn error occurred (AccessDenied) when calling the PutObject operation',
  )
  assert.equal(codes.length, 1)
})

/** every kind of message E-01 to E-76, with invented names, and every error code of E.4. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readDenials } from '#intake/read.ts'

interface Sample {
  readonly id: string
  readonly text: string
  readonly expect: {
    readonly kind: string
    readonly layer: string | null
    readonly denyType: string | null
    readonly action: string | null
    readonly policyArn: string | null
    readonly authorizationId: string | null
  }
}

const SAMPLES = new URL('../samples/intake/sentences.jsonl', import.meta.url)
const samples = readFileSync(SAMPLES, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Sample)

test('the 76 kinds of messages are all there', () => {
  assert.equal(new Set(samples.map(({ id }) => id.replace(/[a-z]$/, ''))).size, 76)
})

for (const { id, text, expect } of samples)
  test(`${id} is read as what it says`, () => {
    const { denials } = readDenials(text)
    assert.equal(denials.length, 1)
    const [denial] = denials
    assert.deepEqual(
      {
        kind: denial?.kind,
        layer: denial?.reported.layer,
        denyType: denial?.reported.denyType,
        action: denial?.action?.toLowerCase() ?? null,
        policyArn: denial?.reported.policyArn,
        authorizationId: denial?.authorizationId,
      },
      { ...expect, action: expect.action?.toLowerCase() ?? null },
    )
  })

const DENIALS = [
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'Client.UnauthorizedOperation',
  'AuthorizationError',
  'AuthorizationErrorException',
  'NotAuthorized',
  'UnauthorizedException',
  'ForbiddenException',
  'Forbidden',
  'NotAuthorizedException',
  'UnauthorizedAccess',
  'KMSAccessDeniedException',
  'EC2AccessDeniedException',
  'S3AccessDeniedFault',
  'DependencyAccessDeniedException',
  'InsufficientS3BucketPolicyException',
  'SNSNoAuthorization',
  'WAFLogDestinationPermissionIssueException',
  'BlockedByOrganizationPolicyException',
]

for (const code of DENIALS)
  test(`the code ${code} alone makes a denial without a layer (R-MSG-30)`, () => {
    const [denial] = readDenials(`An error occurred (${code}) when calling the GetThing operation: No`).denials
    assert.equal(denial?.kind, 'aws-access-denied')
    assert.equal(denial?.code, code)
    assert.deepEqual(denial?.reported, { layer: null, denyType: null, policyArn: null })
  })

for (const [code, kind] of [
  ['AuthFailure', 'aws-authentication'],
  ['ExpiredToken', 'aws-authentication'],
  ['SignatureDoesNotMatch', 'aws-authentication'],
  ['InvalidClientTokenId', 'aws-authentication'],
  ['OptInRequired', 'other'],
  ['SubscriptionRequired', 'other'],
  ['ThrottlingException', 'other'],
  ['NoSuchBucket', 'other'],
] as const)
  test(`the code ${code} is no denial (R-MSG-31, R-MSG-31a)`, () => {
    const [denial] = readDenials(`An error occurred (${code}) when calling the GetThing operation: No`).denials
    assert.equal(denial?.kind, kind)
    assert.equal(denial?.code, code)
    assert.equal(denial?.action, null)
  })

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../read-text.ts'

const CIPHERTEXT =
  'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.'

function readCall(code: string, operation: string, text: string) {
  const [denial] = readText(`An error occurred (${code}) when calling the ${operation} operation: ${text}`)
  assert.ok(denial)
  return {
    action: denial.action,
    candidates: denial.candidates.map(({ action }) => action),
    further: denial.notes.some((note) => note.code === 'further-request'),
  }
}

test('a ciphertext that may not be decrypted is kms:Decrypt, behind whatever call (R-MSG-33)', () => {
  const decrypt = { action: 'kms:Decrypt', candidates: [] }
  assert.deepEqual(readCall('AccessDeniedException', 'GetParameter', CIPHERTEXT), { ...decrypt, further: true })
  assert.deepEqual(readCall('AccessDeniedException', 'Decrypt', CIPHERTEXT), { ...decrypt, further: false })
})

test('of a call of KMS itself its own actions are taken', () => {
  assert.deepEqual(readCall('AccessDeniedException', 'ReEncrypt', CIPHERTEXT), {
    action: null,
    candidates: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    further: false,
  })
})

test("a service's words for a refusal by KMS say that the refused request stands behind the call (R-MSG-33)", () => {
  const secret = readCall('AccessDeniedException', 'GetSecretValue', 'Access to KMS is not allowed')
  assert.deepEqual(secret, { action: 'secretsmanager:GetSecretValue', candidates: [], further: true })
  const words = "The ciphertext references a key that doesn't exist or that you don't have access to."
  assert.equal(readCall('KMSAccessDeniedException', 'PutRecord', words).further, true)
})

// https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
test('the delivery status of SNS to an encrypted queue is a denial of SNS itself', () => {
  const log = {
    notification: {},
    delivery: {
      providerResponse: JSON.stringify({
        ErrorCode: 'KMS.AccessDeniedException',
        ErrorMessage:
          'null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: bb4fbbce-7269-4a16-956a-51927600b6a0; Proxy: null)',
        sqsRequestId: 'Unrecoverable',
      }),
    },
  }
  for (const text of [JSON.stringify(log), JSON.stringify(log, null, 2)]) {
    const [denial, ...others] = readText(text)
    assert.equal(others.length, 0)
    assert.equal(denial?.principal, 'sns.amazonaws.com')
    assert.deepEqual(denial.candidates.map(({ action }) => action).toSorted(), ['kms:Decrypt', 'kms:GenerateDataKey'])
  }
  const [other] = readText(
    'null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: bb4fbbce-7269-4a16-956a-51927600b6a0; Proxy: null)',
  )
  assert.equal(other?.principal, null)
})

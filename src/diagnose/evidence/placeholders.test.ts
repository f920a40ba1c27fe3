import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unmasked } from './placeholders.ts'

describe('an ARN from which somebody took the account (R-EVID-16)', () => {
  it('has a placeholder where every ARN of the service has an account', () => {
    assert.equal(
      unmasked('arn:aws:sts:::assumed-role/app/one', 'ACCOUNT_ID')?.text,
      'arn:aws:sts::ACCOUNT_ID:assumed-role/app/one',
    )
    assert.equal(unmasked('arn:aws:sns:::alerts', '111122223333')?.text, 'arn:aws:sns:REGION:111122223333:alerts')
  })

  it('is left as it is where the service writes none', () => {
    assert.equal(unmasked('arn:aws:s3:::bucket/key', 'ACCOUNT_ID'), undefined)
    assert.equal(unmasked('arn:aws:route53:::hostedzone/Z1', 'ACCOUNT_ID'), undefined)
    assert.equal(unmasked('arn:aws:bedrock:us-east-1::foundation-model/m', 'ACCOUNT_ID'), undefined)
  })
})

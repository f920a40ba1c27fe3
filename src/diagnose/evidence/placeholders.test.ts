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

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
  for (const arn of [
    'arn:aws:ssm:us-east-2::document/AWS-StartSSHSession',
    'arn:aws:ssm:us-east-2::document/AmazonCloudWatch-ManageAgent',
    'arn:aws:ssm:ap-southeast-1::automation-definition/AWS-DisablePublicAccessForSecurityGroup:1',
    'arn:aws:ssm:us-east-2::automation-definition/AWSEC2-CloneInstanceAndUpgradeWindows:$DEFAULT',
    'arn:aws:ssm:us-east-1::parameter/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    'arn:aws:cloudformation:us-east-1::type/resource/AWS-S3-Bucket',
    'arn:aws:ec2:us-east-1::image/ami-0abcdef1234567890',
  ])
    it(`has no account where AWS owns it: ${arn}`, () => {
      assert.equal(unmasked(arn, '111122223333'), undefined)
    })

  it('has an account where a customer owns the document or the parameter', () => {
    for (const [cut, whole] of [
      ['arn:aws:ssm:us-east-2::document/my-document', 'arn:aws:ssm:us-east-2:111122223333:document/my-document'],
      ['arn:aws:ssm:us-east-2::parameter/app/aws', 'arn:aws:ssm:us-east-2:111122223333:parameter/app/aws'],
    ] as const)
      assert.equal(unmasked(cut, '111122223333')?.text, whole)
  })
})

/** Callers and resources that a message tells in another way than by a complete ARN. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { diagnosisWithFiles } from './incident-files.ts'

const answerFor = async (text: string, ...files: readonly object[]) => {
  const diagnosis = await diagnosisWithFiles(text, files)
  assert.ok(diagnosis)
  return diagnosis
}

const policy = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })

describe('a caller whom AWS names by its account', () => {
  const DENIED =
    'An error occurred (AccessDeniedException) when calling the PutSubscriptionFilter operation: User with accountId: 444455556666 is not authorized to perform: logs:PutSubscriptionFilter on resource: arn:aws:logs:us-east-1:111122223333:destination:central'
  const allows = (...AWS: readonly string[]) =>
    policy({
      Effect: 'Allow',
      Principal: { AWS },
      Action: 'logs:PutSubscriptionFilter',
      Resource: 'arn:aws:logs:us-east-1:111122223333:destination:central',
    })

  it('is not of the account that the policy of the destination allows', async () => {
    const { causes, identity } = await answerFor(DENIED, allows('111122223333'))
    assert.deepEqual(
      causes.map(({ layer, nearest }) => [layer, nearest?.failedOn.map(({ element, state }) => [element, state])]),
      [['resource-policy', [['Principal', undefined]]]],
    )
    assert.equal(identity.relation, 'outside')
  })

  it('is masked where its account is', () => {
    const [denial] = readDenials(DENIED.replace('444455556666', 'XXXXXXXXXXXX')).denials
    assert.equal(denial?.principal, null)
  })
})

describe('a resource whose id is masked', () => {
  const message = (zone: string): string =>
    `User: arn:aws:iam::111122223333:user/dns is not authorized to perform: route53:ListResourceRecordSets on resource: arn:aws:route53:::hostedzone/${zone}`

  it('is the one that the same text names', () => {
    const [denial] = readDenials(`zone /hostedzone/Z0098938DV62NKCC892B: ${message('Z0098938DV62xxxxxxxx')}`).denials
    assert.equal(denial?.resource, 'arn:aws:route53:::hostedzone/Z0098938DV62NKCC892B')
  })

  it('stays masked where two begin so, and where none does', () => {
    const two = `zones Z0098938DV62NKCC892B Z0098938DV62NKCC892C: ${message('Z0098938DV62xxxxxxxx')}`
    for (const text of [two, message('Z0098938DV62xxxxxxxx')])
      assert.equal(readDenials(text).denials[0]?.resource, 'arn:aws:route53:::hostedzone/Z0098938DV62xxxxxxxx')
  })

  it('is granted by a placeholder, not by the mask', async () => {
    const diagnosis = await answerFor(message('Z0098938DV62xxxxxxxx'))
    assert.doesNotMatch(JSON.stringify(diagnosis.fixes), /"arn:aws:route53:::hostedzone\/Z0098938DV62x/)
  })
})

describe('a launch by Auto Scaling that ends in an error of the client', () => {
  it('is denied to its service-linked role by the key policy', async () => {
    const root = {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 'kms:Put*',
      Resource: '*',
    }
    const { causes, fixes } = await answerFor(
      'Launching a new EC2 instance: i-0a1b2c3d4e5f67890. Status Reason: Instance became unhealthy. Termination Reason: Client.InternalError: Client error on launch',
      { Policy: JSON.stringify(policy(root)), PolicyName: 'default' },
    )
    assert.equal(causes[0]?.layer, 'resource-policy')
    assert.match(
      JSON.stringify(fixes[0]?.changes),
      /111122223333:role\/aws-service-role\/autoscaling\.amazonaws\.com\/AWSServiceRoleForAutoScaling/,
    )
  })
})

describe('the account of a key that nobody names', () => {
  const DENIED =
    'Received error: "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."'
  const root = 'arn:aws:iam::222233334444:root'
  const firstFixFor = async (Action: string) => {
    const keyPolicy = policy(
      { Effect: 'Allow', Principal: { AWS: root }, Action, Resource: '*' },
      { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' },
    )
    const { fixes } = await answerFor(DENIED, { Policy: JSON.stringify(keyPolicy), PolicyName: 'default' })
    return JSON.stringify(fixes[0]?.changes.map(({ patch }) => patch))
  }

  it('is the one that may change the key policy (R-KMS-05), and the service is let in for it alone', async () => {
    assert.match(await firstFixFor('kms:*'), /"aws:SourceAccount":"222233334444"/)
  })

  it('is not that of an account which may do less', async () => {
    assert.doesNotMatch(await firstFixFor('kms:Decrypt'), /222233334444/)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDenials } from './read.ts'

describe('a resource of a service as the subject of a message', () => {
  const alarm = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:cpu'

  it('is the service, which calls for that resource', () => {
    const [denial] = readDenials(
      `Failed to execute action. Received error: "Resource: ${alarm} is not authorized to perform: SNS:Publish on resource: arn:aws:sns:us-east-1:111122223333:alerts because no resource-based policy allows the SNS:Publish action"`,
    ).denials
    assert.equal(denial?.principal, 'cloudwatch.amazonaws.com')
    assert.equal(denial.principalType, 'service')
    assert.deepEqual(denial.context, { 'aws:SourceArn': alarm, 'aws:SourceAccount': '111122223333' })
  })

  it('stays a caller where the ARN is one of IAM or STS', () => {
    const session = 'arn:aws:sts::111122223333:assumed-role/app/one'
    const [denial] = readDenials(
      `User: ${session} is not authorized to perform: SNS:Publish on resource: arn:aws:sns:us-east-1:111122223333:alerts`,
    ).denials
    assert.equal(denial?.principal, session)
  })
})

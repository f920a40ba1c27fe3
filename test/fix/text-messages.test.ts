/** `sns:Publish` to a phone number, which has no ARN: a policy allows it for all that is no topic. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnosisWithFiles } from '../diagnose/incident-files.ts'

const denied = (number: string): string =>
  `An error occurred (AuthorizationError) when calling the Publish operation: User: arn:aws:sts::111122223333:assumed-role/notify/run is not authorized to perform: SNS:Publish on resource: ${number} because no identity-based policy allows the SNS:Publish action`

const role = (Resource: string) => ({
  RoleName: 'notify',
  PolicyName: 'own',
  PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sns:*'], Resource }] },
})

describe('a text message', () => {
  for (const number of ['+15555550100', '+1xxxxxxxxxx', '+1555XXX0100'])
    it(`is allowed by a statement on all that is no topic: ${number}`, async () => {
      const diagnosis = await diagnosisWithFiles(denied(number), [role('arn:aws:sns:*:*:*')])
      const [fix] = diagnosis?.fixes ?? []
      assert.deepEqual(
        fix?.changes.map(({ layer, patch }) => ({ layer, patch })),
        [
          {
            layer: 'identity-policy',
            patch: [
              {
                op: 'add',
                path: '/Statement/-',
                value: {
                  Sid: 'AllowPublish',
                  Effect: 'Allow',
                  Action: 'sns:Publish',
                  NotResource: 'arn:aws:sns:*:*:*',
                },
              },
            ],
          },
        ],
      )
    })

  it('gets the same statement from the message alone', async () => {
    const diagnosis = await diagnosisWithFiles(denied('+15555550100'), [])
    const [fix] = diagnosis?.fixes ?? []
    assert.match(JSON.stringify(fix?.changes ?? []), /"NotResource":"arn:aws:sns:\*:\*:\*"/)
    assert.doesNotMatch(JSON.stringify(fix?.changes ?? []), /"Resource":"\+1/)
  })
})

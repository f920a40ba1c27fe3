import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'

const A = '111122223333'
const SESSION = `arn:aws:sts::${A}:assumed-role/app/s`
const ROLE = `arn:aws:iam::${A}:role/app`

const RECORD = {
  eventVersion: '1.08',
  eventTime: '2026-11-01T10:00:00Z',
  eventSource: 'ec2.amazonaws.com',
  eventName: 'RunInstances',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.9',
  errorCode: 'Client.UnauthorizedOperation',
  errorMessage: `User: ${SESSION} is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${A}:role/web because no identity-based policy allows the iam:PassRole action`,
  userIdentity: {
    type: 'AssumedRole',
    arn: SESSION,
    accountId: A,
    sessionContext: { sessionIssuer: { type: 'Role', arn: ROLE, accountId: A, userName: 'app' } },
  },
  requestParameters: {
    instancesSet: { items: [{ imageId: 'ami-0abc', minCount: 1, maxCount: 1 }] },
    iamInstanceProfile: { name: 'web' },
  },
  recipientAccountId: A,
  eventID: 'x',
}

const DETAILS = {
  RoleDetailList: [
    {
      Path: '/',
      RoleName: 'app',
      RoleId: 'AROAEXAMPLEEXAMPLE123',
      Arn: ROLE,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
      InstanceProfileList: [],
      RolePolicyList: [
        {
          PolicyName: 'p',
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }] },
        },
      ],
      AttachedManagedPolicies: [],
    },
  ],
}

describe('a denied iam:PassRole of a launch whose instance profile is not known (R-HOP-20)', () => {
  it('is not listed again as what the call needs next', () => {
    const files = new Map([[`accounts/${A}/authorization-details.json`, JSON.stringify(DETAILS)]])
    const { diagnoses } = diagnoseToShow({
      ...rawEvidence(JSON.stringify(RECORD)),
      policySource: {
        kind: 'snapshot',
        snapshot: readSnapshot(files),
      },
    })
    const [diagnosis] = diagnoses
    assert.equal(diagnosis?.denial.action, 'iam:PassRole')
    const next = (diagnosis?.steps ?? []).filter(({ relation }) => relation === 'next')
    assert.deepEqual(
      next.filter(({ request }) => request.action === 'iam:PassRole').map(({ request }) => request.resource),
      [],
    )
  })
})

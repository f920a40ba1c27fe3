/** The policy of a gateway endpoint is edited: its principal is `*`, and a condition names the caller (R-VPCE-04). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import { fixesOf } from './on-paper.ts'

const A = '111122223333'
const ROLE = `arn:aws:iam::${A}:role/app`

const through = (statement: object): Scenario => ({
  request: {
    principal: `arn:aws:sts::${A}:assumed-role/app/s1`,
    principalDetails: { roleArn: ROLE },
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::artifacts/releases/app.zip',
    resourceAccount: A,
    context: { 'aws:SourceVpce': 'vpce-1' },
    contextComplete: true,
  },
  policies: {
    complete: true,
    identityPolicies: [
      {
        name: 'p',
        document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
      },
    ],
    vpcEndpointPolicy: {
      name: 'policy of vpce-1',
      document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', ...statement }] },
    },
  },
  organization: null,
})

describe('the policy of a gateway endpoint', () => {
  it('gets a statement for the caller where it lacks the action', () => {
    const [first] = fixesOf(through({ Action: 's3:GetObject', Resource: '*' }))
    assert.deepEqual(
      first?.changes.map(({ layer }) => layer),
      ['vpc-endpoint-policy'],
    )
    assert.deepEqual(first?.changes[0]?.patch, [
      {
        op: 'add',
        path: '/Statement/-',
        value: {
          Sid: 'AllowAppPutObject',
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: 'arn:aws:s3:::artifacts/releases/app.zip',
          Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } },
        },
      },
    ])
  })

  it('has a wrong value repaired in place', () => {
    const fixes = fixesOf(through({ Action: 's3:PutObject', Resource: 'arn:aws:s3:::artifacts' }))
    const mended = fixes.find(({ id }) => id.startsWith('mend-'))
    assert.match(
      JSON.stringify(mended?.changes[0]?.patch),
      /arn:aws:s3:::artifacts\/\*/,
      fixes.map(({ id }) => id).join(),
    )
  })
})

/** A value of aws:SourceVpce begins with vpce-: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpce */
describe('a Deny that compares the id of a VPC with the key of endpoints', () => {
  const denies = (context: Scenario['request']['context']): Scenario => {
    const scenario = through({ Action: '*', Resource: '*' })
    const document = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpc-0abc1234' } },
        },
      ],
    }
    return {
      ...scenario,
      request: { ...scenario.request, ...(context === undefined ? {} : { context }) },
      policies: { ...scenario.policies, vpcEndpointPolicy: { name: 'policy of vpce-1', document } },
    }
  }

  it('is given the key of VPCs, and no principal is spared', () => {
    const [first] = fixesOf(denies({ 'aws:SourceVpce': 'vpce-1', 'aws:SourceVpc': 'vpc-0abc1234' }))
    const at = '/Statement/1/Condition/StringNotEquals'
    assert.deepEqual(first?.changes[0]?.patch, [
      { op: 'remove', path: `${at}/aws:SourceVpce` },
      { op: 'add', path: `${at}/aws:SourceVpc`, value: 'vpc-0abc1234' },
    ])
  })

  it('denies a call from another VPC with that key, too: none is let in by it', () => {
    const fixes = fixesOf(denies({ 'aws:SourceVpce': 'vpce-1', 'aws:SourceVpc': 'vpc-0def5678' }))
    const patches = fixes.map(({ changes }) => JSON.stringify(changes.map(({ patch }) => patch)))
    assert.ok(!patches.some((patch) => patch.includes('StringNotEquals/aws:SourceVpc"')))
  })
})

/** Calls that clients make without credentials, so that only a Deny of a guardrail can deny them (R-ANON-02). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnosisWithFiles, likelyLayers } from './incident-files.ts'

const OUTSIDE = {
  StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorg1' },
  BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
}

const rcp = (Action: string | readonly string[], Condition: object = OUTSIDE) => ({
  Policy: {
    PolicySummary: { Id: 'p-example1', Name: 'perimeter', Type: 'RESOURCE_CONTROL_POLICY', AwsManaged: false },
    Content: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action, Resource: '*', Condition }],
    }),
  },
})

const denied = (action: string, caller = 'User: anonymous is') =>
  `{"__type":"AccessDeniedException","Message":"${caller} not authorized to perform: ${action} on resource: * with an explicit deny in a resource control policy"}`

const ACTIONS = ['cognito-identity:*', 'cognito-idp:*', 'ecr:*', 'dynamodb:*']

describe('a call that clients make without credentials', () => {
  for (const action of ['cognito-identity:GetId', 'cognito-identity:GetCredentialsForIdentity', 'cognito-idp:SignUp'])
    it(`is denied by the RCP alone: ${action}`, async () => {
      const diagnosis = await diagnosisWithFiles(denied(action), [rcp(ACTIONS)])
      assert.ok(diagnosis)
      assert.deepEqual(likelyLayers(diagnosis), ['resource-control-policy'])
      assert.ok(!/resource policy/.test(diagnosis.summary), diagnosis.summary)
    })

  it('is left out of the Deny that lists it', async () => {
    const diagnosis = await diagnosisWithFiles(denied('cognito-identity:GetId'), [
      rcp(['cognito-identity:GetId', 'dynamodb:*']),
    ])
    const [fix] = diagnosis?.fixes ?? []
    assert.deepEqual(
      fix?.changes.map(({ layer, patch }) => ({ layer, patch })),
      [{ layer: 'resource-control-policy', patch: [{ op: 'remove', path: '/Statement/0/Action/0' }] }],
    )
  })

  it('is left out of a Deny that has it by a pattern', async () => {
    const diagnosis = await diagnosisWithFiles(denied('cognito-identity:GetId'), [rcp(ACTIONS)])
    const [fix] = diagnosis?.fixes ?? []
    const [change] = fix?.changes ?? []
    assert.equal(change?.layer, 'resource-control-policy')
    const [operation] = change.patch
    assert.ok(operation?.op === 'replace')
    const actions = operation.value as readonly string[]
    assert.equal(operation.path, '/Statement/0/Action')
    assert.deepEqual(actions.slice(0, 3), ['cognito-idp:*', 'ecr:*', 'dynamodb:*'])
    assert.ok(!actions.includes('cognito-identity:*') && !actions.includes('cognito-identity:GetId'))
    assert.ok(actions.includes('cognito-identity:CreateIdentityPool'))
  })

  it('has an anonymous caller where the message names none', async () => {
    const text = `An error occurred (AccessDeniedException) when calling the GetId operation: is not authorized to perform: cognito-identity:GetId on resource: * with an explicit deny in a resource control policy`
    const diagnosis = await diagnosisWithFiles(text, [rcp(ACTIONS)])
    assert.equal(diagnosis?.steps[0]?.request.principal, 'anonymous')
  })
})

describe('a call with a token, of a caller that nobody named', () => {
  it('is left out of the RCP that denies every caller', async () => {
    const diagnosis = await diagnosisWithFiles('AccessDenied (sts:AssumeRoleWithSAML)', [
      rcp(['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML', 'sts:AssumeRole']),
    ])
    const [fix] = diagnosis?.fixes ?? []
    assert.deepEqual(
      fix?.changes.map(({ layer, patch }) => ({ layer, patch })),
      [{ layer: 'resource-control-policy', patch: [{ op: 'remove', path: '/Statement/0/Action/1' }] }],
    )
  })
})

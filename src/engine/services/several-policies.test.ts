import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from '../evaluate.ts'

const USER = 'arn:aws:iam::111122223333:user/u'
const allow = (Action: string, more: object = {}): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }],
})

const decide = (action: string, rest: string, more: Partial<Request> = {}) =>
  evaluate({
    request: {
      ...more,
      principal: USER,
      action,
      resource: `arn:aws:${rest}`,
    },
    policies: {
      identityPolicies: [{ name: 'own', document: allow(action) }],
      resourcePolicy: { name: 'its', document: allow(action, { Principal: { AWS: USER } }) },
      complete: true,
    },
    organization: null,
  })

test('a call of a VPC Lattice service asks for the auth policies of both (R-OTH-12)', () => {
  const { decision, missing } = decide(
    'vpc-lattice-svcs:Invoke',
    'vpc-lattice:us-east-1:111122223333:service/svc-1/path',
  )
  assert.equal(decision, 'undetermined')
  assert.match(missing[0]?.fact ?? '', /auth policies of the service and of its service network/)
})

test('a call of an AgentCore runtime asks for the policies of both; one that manages it does not (R-OTH-13)', () => {
  const runtime = 'bedrock-agentcore:us-east-1:111122223333:runtime/r'
  const invoked = decide('bedrock-agentcore:InvokeAgentRuntime', runtime)
  assert.equal(invoked.decision, 'undetermined')
  assert.match(invoked.missing[0]?.fact ?? '', /of the agent runtime and of its endpoint/)
  assert.equal(decide('bedrock-agentcore:GetAgentRuntime', runtime).decision, 'allowed')
  for (const action of ['InvokeAgentRuntimeForUser', 'StopRuntimeSession', 'GetAgentCard'])
    assert.equal(decide(`bedrock-agentcore:${action}`, runtime).decision, 'undetermined', action)
  for (const action of ['GetAgentCardOfSomeOther', 'StopRuntimeSessions', 'ListInvokeAgentRuntime'])
    assert.equal(decide(`bedrock-agentcore:${action}`, runtime, { actionExists: true }).decision, 'allowed', action)
})

/** What is known of the trust policies of passed roles is said before the call fails by it (R-ADV-16). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { diagnose } from './diagnose.ts'

const ROLE = 'arn:aws:iam::111122223333:role/worker'
const ERROR = `An error occurred (AccessDeniedException) when calling the CreateFunction operation: User: arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: iam:PassRole on resource: ${ROLE} because no identity-based policy allows the iam:PassRole action`

/** The requests that fail next, where the role trusts `principal`; undefined: its trust policy was not read. */
function nextWith(principal?: object): readonly string[] {
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  }
  const { denials } = readDenials(ERROR)
  const { diagnoses } = diagnose({
    denials,
    events: [],
    policySource: {
      kind: 'scenario',
      scenario: {
        request: { principal: 'arn:aws:iam::111122223333:role/deploy', action: 'iam:PassRole', resource: ROLE },
        policies: { identityPolicies: [] },
        resources: [{ arn: ROLE, ...(principal === undefined ? {} : { policy }) }],
      },
    },
  })
  const [diagnosis] = diagnoses
  return (diagnosis?.steps ?? [])
    .filter(({ relation, decision }) => relation === 'next' && decision.decision === 'denied')
    .map(({ request }) => `${request.principal} ${request.action} ${String(request.resource)}`)
}

describe('the trust policy of a passed role', () => {
  test('that leaves the service out denies next', () => {
    assert.deepEqual(nextWith({ Service: 'ecs-tasks.amazonaws.com' }), [`lambda.amazonaws.com sts:AssumeRole ${ROLE}`])
  })

  test('that lets the service in denies nothing', () => {
    assert.deepEqual(nextWith({ Service: ['ecs-tasks.amazonaws.com', 'lambda.amazonaws.com'] }), [])
  })

  test('that was not read is not said to deny', () => {
    assert.deepEqual(nextWith(), [])
  })
})

/** AWS:SourceOwner of a topic's default policy, and the fix that another account's publisher needs (R-CTX-20). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { ContextValue } from '#iam/request.ts'
import { fixesOf } from '../fix/on-paper.ts'
import { spec } from './spec.ts'

const OWN = '111111111111'
const OWNER = '222222222222'
const TOPIC = `arn:aws:sns:eu-west-1:${OWNER}:alerts`

/** https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html: the policy of a topic that nobody changed. */
const defaultPolicy = (operator = 'StringEquals') => ({
  Version: '2008-10-17',
  Statement: [
    {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['SNS:Subscribe', 'SNS:Publish'],
      Resource: TOPIC,
      Condition: { [operator]: { 'AWS:SourceOwner': OWNER } },
    },
  ],
})

const publishing = (
  principal: string,
  { operator, context = {} }: { operator?: string; context?: Record<string, ContextValue> } = {},
): Scenario => ({
  request: { principal, action: 'sns:Publish', resource: TOPIC, context },
  policies: {
    complete: true,
    identityPolicies: [
      {
        name: 'own',
        document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sns:*', Resource: '*' }] },
      },
    ],
    resourcePolicy: { name: 'topic policy', kind: 'topic', document: defaultPolicy(operator) },
  },
})

const CASES: readonly (readonly [what: string, scenario: Scenario, decision: string])[] = [
  ['another account is denied', publishing(`arn:aws:iam::${OWN}:user/ann`), 'denied'],
  ['a session of another account is denied', publishing(`arn:aws:sts::${OWN}:assumed-role/app/s1`), 'denied'],
  [
    'another account is denied, also by a pattern without wildcards',
    publishing(`arn:aws:iam::${OWN}:user/ann`, { operator: 'StringLike' }),
    'denied',
  ],
  [
    'a statement for everybody but the owner allows: the key is absent or another account',
    publishing(`arn:aws:iam::${OWN}:user/ann`, { operator: 'StringNotEquals' }),
    'allowed',
  ],
  [
    'a value that the request lists counts',
    publishing(`arn:aws:iam::${OWN}:user/ann`, { context: { 'aws:SourceOwner': OWNER } }),
    'allowed',
  ],
  ['the owner’s own user has it by its own policy', publishing(`arn:aws:iam::${OWNER}:user/ann`), 'allowed'],
  ['of a service it is not known', publishing('s3.amazonaws.com'), 'undetermined'],
]

describe('aws:SourceOwner of a direct call', () => {
  for (const [what, scenario, decision] of CASES)
    it(what, () => {
      assert.equal(spec(scenario).decision, decision, 'the second evaluator')
      assert.equal(evaluate(scenario).decision, decision, 'the engine')
    })

  it('leaves a fix: a statement of the topic policy for the publisher', () => {
    const fixes = fixesOf(publishing(`arn:aws:iam::${OWN}:user/ann`))
    assert.deepEqual(
      fixes.map(({ id, proof }) => `${id} ${proof.status}`),
      ['topic-policy.exact proved'],
    )
  })
})

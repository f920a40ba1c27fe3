import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import type { Decision, Requirement } from './decision.ts'
import { evaluate } from './evaluate.ts'
import type { PoliciesInForce, Scenario } from './scenario.ts'

const A = '111122223333'
const USER = `arn:aws:iam::${A}:user/ann`
const SESSION = `arn:aws:sts::${A}:assumed-role/app/s1`
const ROLE = `arn:aws:iam::${A}:role/app`
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k`

const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy(statement('Allow'))
const NOTHING = policy()
const DENY = policy(statement('Deny'))
const MAYBE = policy(statement('Allow', { Condition: { StringEquals: { 'ex:k': 'v' } } }))
const to = (AWS: string, kind?: string) => ({
  ...policy(statement('Allow', { Principal: AWS === '*' ? '*' : { AWS } })),
  ...(kind === undefined ? {} : { kind }),
})

const run = (policies: PoliciesInForce, request: Partial<Request> = {}, rest: Partial<Scenario> = {}): Decision =>
  evaluate({
    request: { principal: USER, action: 'sqs:SendMessage', resource: QUEUE, ...request },
    policies: { complete: true, ...policies },
    ...rest,
  })
const role: Partial<Request> = { principal: SESSION, principalDetails: { roleArn: ROLE } }

describe('`requirement`: all that would allow it', () => {
  const truth = (requirement: Requirement): boolean | 'unknown' => {
    if ('satisfied' in requirement) return requirement.satisfied
    const of = ('all' in requirement ? requirement.all : requirement.any).map(truth)
    const wins = 'any' in requirement
    return of.includes(wins) ? wins : of.includes('unknown') ? 'unknown' : !wins
  }

  it('has the truth value of the decision', () => {
    for (const policies of [
      { identityPolicies: [ALLOW] },
      { identityPolicies: [NOTHING] },
      { identityPolicies: [MAYBE] },
      { identityPolicies: [ALLOW, DENY] },
      { identityPolicies: [NOTHING], resourcePolicy: to('*') },
    ]) {
      const got = run(policies)
      assert.equal(
        truth(got.requirement),
        got.decision === 'allowed' ? true : got.decision === 'denied' ? false : 'unknown',
      )
    }
  })

  it('is empty for an action that needs no permission', () =>
    assert.deepEqual(run({}, { action: 'sts:GetCallerIdentity', resource: '*' }).requirement, { all: [] }))

  it('offers naming the session, naming the role, or the identity policy, to a role in its own account (R-EVAL-32, R-EVAL-33)', () => {
    const text = JSON.stringify(run({ identityPolicies: [NOTHING], resourcePolicy: NOTHING }, role).requirement)
    for (const needs of ['allow-naming-session', 'allow-naming-principal', 'no-explicit-deny'])
      assert.ok(text.includes(`"${needs}"`), needs)
  })

  it('asks a key policy for the account where the identity policy is to decide (R-KMS-02)', () => {
    const text = JSON.stringify(
      run(
        { identityPolicies: [ALLOW], resourcePolicy: { ...NOTHING, kind: 'key' } },
        { action: 'kms:Decrypt', resource: KEY },
      ).requirement,
    )
    assert.ok(text.includes('"allow-to-account"'))
  })
})

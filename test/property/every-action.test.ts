/**
 * Every action that AWS's reference knows, asked once by an administrator of an account under four organizations: where a member is
 * refused, nobody of whom it is not known who manages may be allowed (R-UNK-03).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecisionEffect } from '#engine/decision.ts'
import { evaluateRequest } from '#engine/evaluate.ts'
import { preparePolicies } from '#engine/prepare.ts'
import type { Organization, PoliciesInForce, Scenario } from '#engine/scenario.ts'
import { actionFacts, actionsOf } from '#iam/facts/actions.ts'
import { allServices } from '#iam/facts/services.ts'
import type { Request } from '#iam/request.ts'
import { spec } from '../spec/spec.ts'

const OWN = '111122223333'
const MANAGER = '999999999999'
const ALL: PoliciesInForce = {
  complete: true,
  identityPolicies: [{ name: 'all', document: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } }],
}
const PREPARED = preparePolicies(ALL)

const UNDER: Readonly<Record<'member' | 'manager' | 'none' | 'not known', Organization | null | undefined>> = {
  member: { id: 'o-1', managementAccount: MANAGER },
  manager: { id: 'o-1', managementAccount: OWN },
  none: null,
  'not known': undefined,
}

const actions = allServices().flatMap((service) => actionsOf(service).map((name) => `${service}:${name}`))
const requestOf = (action: string): Request => ({
  principal: `arn:aws:iam::${OWN}:user/admin`,
  action,
  resource: action === 'sts:AssumeRoot' ? `arn:aws:iam::444455556666:root` : '*',
  contextComplete: true,
})

function under(action: string, organization: Organization | null | undefined): DecisionEffect {
  const known = organization === undefined ? {} : { organization }
  return evaluateRequest(PREPARED, requestOf(action), known).decision
}

test(`${actions.length} actions under four organizations: none is allowed against the denial of a member`, () => {
  assert.ok(actions.length > 20_000, 'the reference has lost actions')
  const refused = actions.filter(
    (action) => under(action, UNDER.member) === 'denied' && under(action, UNDER.manager) === 'allowed',
  )
  for (const action of refused)
    for (const name of ['none', 'not known'] as const) {
      // An account of no organization becomes the manager of the one that it makes (action-reference.html).
      const isMade = name === 'none' && action === 'organizations:CreateOrganization'
      assert.equal(under(action, UNDER[name]), isMade ? 'allowed' : 'undetermined', action)
    }
  assert.ok(refused.length > 50, `only ${refused.length} are refused to members`)
  assert.ok(refused.includes('sts:AssumeRoot'))
})

test('what is not told apart by who manages is answered alike under all four', () => {
  const others = actions.filter((action) => !action.startsWith('organizations:') && action !== 'sts:AssumeRoot')
  for (const action of others) {
    const answers = new Set(Object.values(UNDER).map((organization) => under(action, organization)))
    assert.equal(answers.size, 1, action)
  }
})

test('the second evaluator says the same of every call of Organizations, and of AssumeRoot', () => {
  const asked = actions.filter((action) => action.startsWith('organizations:')).concat('sts:AssumeRoot')
  for (const action of asked)
    for (const [name, organization] of Object.entries(UNDER)) {
      const isOnAll = actionFacts('organizations', action.split(':')[1] ?? '')?.resourceTypes.length === 0
      const request = requestOf(action)
      const onAccount = isOnAll || action === 'sts:AssumeRoot' ? request : { ...request, resourcePatterns: { '*': [] } }
      const scenario: Scenario = {
        request: onAccount,
        policies: ALL,
        ...(organization === undefined ? {} : { organization }),
      }
      assert.equal(
        spec(scenario).decision,
        evaluateRequest(PREPARED, onAccount, organization === undefined ? {} : { organization }).decision,
        `${action} under ${name}`,
      )
    }
})

/**
 * What AWS's evaluators are asked, and what their answers mean beside ours. The answers are written here as AWS's reference
 * describes them; none was ever received from AWS.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import type { PoliciesInForce, Policy, Scenario } from '#engine/scenario.ts'
import { compareSimulation, type Simulated } from '#fix/cross-check/simulated.ts'
import { simulationsOf } from '#fix/cross-check/simulation.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/ci/app`
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`
const USER = `arn:aws:iam::${ACCOUNT}:user/ann`
const OBJECT = 'arn:aws:s3:::data/a.txt'

const policy = (name: string, statement: object): Policy => ({
  name,
  document: { Version: '2012-10-17', Statement: [statement] },
})
const ALLOW = policy('allow', { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' })
const DENY = policy('deny', { Effect: 'Deny', Action: 's3:GetObject', Resource: '*', Principal: '*' })
const FULL = policy('FullAWSAccess', { Effect: 'Allow', Action: '*', Resource: '*' })
const NONE: PoliciesInForce = { complete: true }

function scenarioOf(policies: PoliciesInForce, more: Partial<Scenario['request']> = {}): Scenario {
  return {
    request: {
      principal: SESSION,
      principalDetails: { roleArn: ROLE },
      action: 's3:GetObject',
      resource: OBJECT,
      resourceAccount: ACCOUNT,
      context: {},
      ...more,
    },
    policies: { ...NONE, ...policies },
  }
}

const answerOf = (decision: Simulated['decision'], more: Partial<Simulated> = {}) =>
  ({ ok: true, matched: [], missing: [], withOrganization: false, decision, ...more }) as const

function asked(scenario: Scenario) {
  return simulationsOf(0, scenario, evaluate(scenario))
}

/** The check by SimulateCustomPolicy. */
function custom(scenario: Scenario, decision: Simulated['decision'], more: Partial<Simulated> = {}) {
  const question = asked(scenario).questions.find(({ call }) => call === 'iam:SimulateCustomPolicy')
  assert.ok(question !== undefined)
  return compareSimulation(question, answerOf(decision, more))
}

describe('what is asked', () => {
  test('the role behind a session, and the documents with the levels of the organization', () => {
    const scps = [
      { target: 'r-1', policies: [FULL] },
      { target: ACCOUNT, policies: [FULL, FULL] },
    ]
    const scenario = scenarioOf({ identityPolicies: [ALLOW], permissionsBoundary: FULL, serviceControlPolicies: scps })
    const [live, own] = asked(scenario).questions
    assert.ok(live?.call === 'iam:SimulatePrincipalPolicy' && own?.call === 'iam:SimulateCustomPolicy')
    assert.equal(live.input.PolicySourceArn, ROLE)
    assert.deepEqual(own.input.ActionNames, ['s3:GetObject'])
    assert.deepEqual(own.input.ResourceArns, [OBJECT])
    assert.deepEqual(own.input.PolicyInputList, [JSON.stringify(ALLOW.document)])
    assert.deepEqual(own.input.PermissionsBoundaryPolicyInputList, [JSON.stringify(FULL.document)])
    assert.deepEqual(
      own.input.OrderedOrganizationPolicyInputList?.map((level) => level.ServiceControlPolicyInputList.length),
      [1, 2],
    )
    assert.deepEqual(own.sent.policies, ['allow', 'FullAWSAccess'])
  })

  test('a policy of the resource is sent for users alone', () => {
    const policies = { identityPolicies: [ALLOW], resourcePolicy: { ...DENY, kind: 'bucket' } }
    const ofRole = asked(scenarioOf(policies)).questions
    const ofUser = asked(scenarioOf(policies, { principal: USER, principalDetails: {} })).questions
    assert.ok(ofRole.every(({ input }) => input.ResourcePolicy === undefined && input.CallerArn === undefined))
    for (const { input } of ofUser) {
      assert.equal(input.CallerArn, USER)
      assert.equal(input.ResourceOwner, `arn:aws:iam::${ACCOUNT}:root`)
      assert.equal(input.ResourcePolicy, JSON.stringify(DENY.document))
    }
  })

  test('known keys with their types; of the documents only the keys that they ask for', () => {
    const condition = policy('by-address', {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' }, Bool: { 'AWS:SecureTransport': 'true' } },
    })
    const context = {
      'aws:SourceIp': '203.0.113.9',
      'aws:SecureTransport': true,
      'aws:TagKeys': ['a', 'b'],
      'aws:MultiFactorAuthAge': 5,
      'aws:MultiFactorAuthPresent': null,
      'aws:SourceVpce': { state: 'unknown' as const },
    }
    const scenario = scenarioOf({ identityPolicies: [condition] }, { context, principalTags: { team: 'a' } })
    const [live, own] = asked(scenario).questions
    const types = (entries: readonly { ContextKeyName: string; ContextKeyType: string }[] = []) =>
      Object.fromEntries(entries.map(({ ContextKeyName, ContextKeyType }) => [ContextKeyName, ContextKeyType]))
    assert.deepEqual(types(live?.input.ContextEntries), {
      'aws:PrincipalArn': 'string',
      'aws:PrincipalAccount': 'string',
      'aws:PrincipalTag/team': 'string',
      'aws:SourceIp': 'ip',
      'aws:SecureTransport': 'boolean',
      'aws:TagKeys': 'stringList',
      'aws:MultiFactorAuthAge': 'numeric',
    })
    assert.deepEqual(types(own?.input.ContextEntries), { 'aws:SourceIp': 'ip', 'aws:SecureTransport': 'boolean' })
  })

  test('policies that are not known are not asked about; a caller without policies not at all', () => {
    const unknown = asked({ ...scenarioOf({}), policies: {} })
    assert.deepEqual(
      unknown.questions.map(({ call }) => call),
      ['iam:SimulatePrincipalPolicy'],
    )
    const service = asked(scenarioOf({}, { principal: 's3.amazonaws.com', principalDetails: {} }))
    assert.equal(service.questions.length, 0)
    assert.match(service.notAsked[0]?.explanation ?? '', /no IAM user or role/)
    assert.equal(service.notAsked[0]?.limits.length, 1)
  })

  test('each of several resources', () => {
    const resource = [OBJECT, 'arn:aws:s3:::data/b.txt']
    const { questions } = asked(scenarioOf({ identityPolicies: [ALLOW] }, { resource }))
    assert.deepEqual(
      questions.map(({ input }) => input.ResourceArns?.[0]),
      [resource[0], resource[0], resource[1], resource[1]],
    )
  })
})

describe('what an answer means', () => {
  test('the same: agrees', () => {
    const check = custom(scenarioOf({ identityPolicies: [ALLOW] }), 'allowed', { matched: ['PolicyInputList.1'] })
    assert.deepEqual([check.agrees, check.ours, check.oursOfTheSame, check.limits], [true, 'allowed', 'allowed', []])
    assert.deepEqual(check.matched, ['PolicyInputList.1'])
  })

  const explained: readonly (readonly [string, PoliciesInForce, Simulated['decision'], RegExp])[] = [
    [
      'a resource control policy refuses',
      { identityPolicies: [ALLOW], resourceControlPolicies: [{ target: ACCOUNT, policies: [DENY] }] },
      'allowed',
      /resource control policy/,
    ],
    [
      'a bucket policy refuses a role',
      { identityPolicies: [ALLOW], resourcePolicy: { ...DENY, kind: 'bucket' } },
      'allowed',
      /does not support them for roles/,
    ],
    [
      'a bucket policy alone allows a role',
      {
        identityPolicies: [policy('other', { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' })],
        resourcePolicy: {
          ...policy('bucket', { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 's3:GetObject', Resource: '*' }),
          kind: 'bucket',
        },
      },
      'implicitDeny',
      /does not support them for roles/,
    ],
    [
      'a session policy refuses',
      {
        identityPolicies: [ALLOW],
        sessionPolicies: [policy('session', { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' })],
      },
      'allowed',
      /session policies/,
    ],
    [
      'the policy of the VPC endpoint refuses',
      { identityPolicies: [ALLOW], vpcEndpointPolicy: DENY },
      'allowed',
      /VPC endpoint policy/,
    ],
  ]
  for (const [name, policies, answer, limit] of explained)
    test(`${name}: a limit explains it`, () => {
      const context = policies.vpcEndpointPolicy ? { 'aws:SourceVpce': 'vpce-1' } : {}
      const check = custom(scenarioOf(policies, { context }), answer)
      assert.equal(check.agrees, false)
      assert.notEqual(check.ours, check.oursOfTheSame)
      assert.match(check.explanation, /leaves out/)
      assert.equal(check.limits.length, 1)
      assert.match(check.limits[0]?.text ?? '', limit)
      assert.match(check.limits[0]?.source ?? '', /^https:\/\/docs\.aws\.amazon\.com\//)
    })

  test('what allows here explains no refusal there', () => {
    const bucket = policy('bucket', {
      Effect: 'Allow',
      Principal: { AWS: ROLE },
      Action: 's3:GetObject',
      Resource: '*',
    })
    const other = policy('other', { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' })
    const rcps = [
      { target: ACCOUNT, policies: [policy('all', { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' })] },
    ]
    const policies = {
      identityPolicies: [other],
      resourcePolicy: { ...bucket, kind: 'bucket' },
      resourceControlPolicies: rcps,
    }
    const check = custom(scenarioOf(policies), 'implicitDeny')
    assert.deepEqual([check.ours, check.agrees, check.limits.length], ['allowed', false, 1])
    assert.match(check.limits[0]?.text ?? '', /does not support them for roles/)
  })

  test('a service control policy that was sent explains nothing', () => {
    const scps = [{ target: ACCOUNT, policies: [policy('none', { Effect: 'Deny', Action: '*', Resource: '*' })] }]
    const scenario = scenarioOf({ identityPolicies: [ALLOW], serviceControlPolicies: scps })
    assert.equal(custom(scenario, 'explicitDeny').agrees, true)
    const wrong = custom(scenario, 'allowed')
    assert.deepEqual([wrong.agrees, wrong.limits], [false, []])
    assert.match(wrong.explanation, /No limit that AWS documents explains it/)
  })

  test('of attached policies: the organization counts where the answer has it, and they may have changed', () => {
    const scps = [{ target: ACCOUNT, policies: [policy('none', { Effect: 'Deny', Action: '*', Resource: '*' })] }]
    const scenario = scenarioOf({ identityPolicies: [ALLOW], serviceControlPolicies: scps })
    const question = asked(scenario).questions[0]
    assert.ok(question?.call === 'iam:SimulatePrincipalPolicy')
    const without = compareSimulation(question, answerOf('allowed'))
    assert.equal(without.oursOfTheSame, 'allowed')
    assert.match(without.limits[0]?.text ?? '', /Service control policies/)
    const within = compareSimulation(question, answerOf('allowed', { withOrganization: true }))
    assert.equal(within.oursOfTheSame, 'denied')
    assert.match(within.explanation, /have changed since the snapshot/)
    assert.match(within.limits[0]?.text ?? '', /attached now/)
  })

  test('keys that AWS lacks', () => {
    const check = custom(scenarioOf({ identityPolicies: [ALLOW] }), 'implicitDeny', { missing: ['aws:SourceVpce'] })
    assert.equal(check.agrees, false)
    assert.match(check.explanation, /Keys that AWS does not know may be why/)
    assert.match(check.limits[0]?.text ?? '', /aws:SourceVpce/)
  })

  test('a bucket policy that names a user lets past the boundary, there as here (R-EVAL-30)', () => {
    const named = policy('bucket', { Effect: 'Allow', Principal: { AWS: USER }, Action: 's3:GetObject', Resource: '*' })
    const boundary = policy('boundary', { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' })
    const policies = {
      identityPolicies: [boundary],
      permissionsBoundary: boundary,
      resourcePolicy: { ...named, kind: 'bucket' },
    }
    const check = custom(scenarioOf(policies, { principal: USER, principalDetails: {} }), 'allowed')
    assert.deepEqual([check.agrees, check.ours, check.oursOfTheSame], [true, 'allowed', 'allowed'])
  })

  test('both refuse, and ours not by what AWS had: no agreement', () => {
    const rcps = [{ target: ACCOUNT, policies: [DENY] }]
    const check = custom(scenarioOf({ identityPolicies: [ALLOW], resourceControlPolicies: rcps }), 'implicitDeny')
    assert.deepEqual([check.agrees, check.ours, check.oursOfTheSame], [false, 'denied', 'allowed'])
  })

  test('ours is not certain', () => {
    const scenario: Scenario = { ...scenarioOf({}), policies: { identityPolicies: [ALLOW] } }
    const check = custom(scenario, 'allowed')
    assert.deepEqual([check.agrees, check.ours], [null, 'undetermined'])
    assert.ok(check.limits.length > 0)
  })

  test('no answer', () => {
    const [question] = asked(scenarioOf({ identityPolicies: [ALLOW] })).questions
    assert.ok(question !== undefined)
    const refused = compareSimulation(question, { ok: false, reason: 'AccessDenied: no', refused: true })
    assert.deepEqual([refused.agrees, refused.answer], [null, null])
    assert.match(refused.explanation, /needs `iam:SimulatePrincipalPolicy`/)
  })
})

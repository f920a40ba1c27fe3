/** Whom each layer does not concern, and what it asks for where it does and is not known. One row a rule. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { evaluate } from '../evaluate.ts'
import type { Organization, PoliciesInForce, Scenario } from '../scenario.ts'
import { spec } from '../../../test/spec/spec.ts'

const A = '111122223333'
const B = '444455556666'
const USER = `arn:aws:iam::${A}:user/ann`
const ROLE = `arn:aws:iam::${A}:role/app`
const OBJECT = 'arn:aws:s3:::data/key'
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k`
const IDP = `arn:aws:iam::${A}:oidc-provider/token.actions.githubusercontent.com`
const MEMBER = { id: 'o-1', managementAccount: '999999999999', principalPath: 'o-1/r-1/', resourcePath: 'o-1/r-1/' }

const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const DENY = policy({ Effect: 'Deny', Action: '*', Resource: '*' })
const forAll = (Effect: string) => policy({ Effect, Principal: '*', Action: '*', Resource: '*' })

const user: Partial<Request> = {}
const session: Partial<Request> = {
  principal: `arn:aws:sts::${A}:assumed-role/app/s1`,
  principalDetails: { roleArn: ROLE },
}
const guest = (federatedBy: string): Partial<Request> => ({
  principal: `arn:aws:sts::${A}:federated-user/guest`,
  principalDetails: { federatedBy },
})
const root: Partial<Request> = { principal: `arn:aws:iam::${A}:root` }
const service: Partial<Request> = { principal: 'cloudtrail.amazonaws.com' }
const anonymous: Partial<Request> = { principal: 'anonymous' }
const somebody: Partial<Request> = { principal: 'somebody' }
const provider: Partial<Request> = {
  principal: IDP,
  action: 'sts:AssumeRoleWithWebIdentity',
  resource: ROLE,
}

/** Everything allows, and nothing is left to ask, but for what a row changes. */
const ALL: PoliciesInForce = {
  serviceControlPolicies: [{ target: 'r-1', policies: [ALLOW] }],
  resourceControlPolicies: [{ target: 'r-1', policies: [] }],
  vpcEndpointPolicy: null,
  resourcePolicy: forAll('Allow'),
  identityPolicies: [ALLOW],
  permissionsBoundary: null,
  sessionPolicies: null,
  serviceGuards: { blockPublicAccess: null, accountBlockPublicAccess: null, objectOwnership: 'BucketOwnerEnforced' },
}

interface ScenarioParts {
  readonly request?: Partial<Request>
  readonly organization?: Organization | null | undefined
  readonly policies?: PoliciesInForce
  readonly without?: keyof PoliciesInForce
}

function ask({ request = {}, policies = {}, without, ...more }: ScenarioParts) {
  const { [without ?? 'complete']: _left, ...inForce } = { ...ALL, ...policies }
  const organization = 'organization' in more ? more.organization : MEMBER
  const scenario: Scenario = {
    request: {
      principal: USER,
      action: 's3:GetObject',
      resource: OBJECT,
      resourceAccount: A,
      contextComplete: true,
      ...request,
    },
    policies: inForce,
    ...(organization === undefined ? {} : { organization }),
  }
  const got = evaluate(scenario)
  const { decision } = spec(scenario)
  if (decision !== 'undetermined') assert.equal(decision, got.decision, 'the second evaluator')
  return got
}
const verdicts = (layer: PolicyLayer, parts: ScenarioParts) =>
  ask(parts)
    .layers.filter((entry) => entry.layer === layer)
    .map(({ verdict }) => verdict)
const lacks = (parts: ScenarioParts) => ask(parts).missing.map(({ layer, kind, fact }) => [layer, kind, fact])

/** Of each layer: what it says when all its policies deny, by who asks. */
// biome-ignore format: a table is read by its columns
const CONCERNED: readonly (readonly [layer: PolicyLayer, denies: PoliciesInForce, who: string, request: Partial<Request>, concerned: boolean, rule: string])[] = [
  ['identity-policy',      { identityPolicies: [DENY] },    'a user',                       user,                                  true,  'R-EVAL-12'],
  ['identity-policy',      { identityPolicies: [DENY] },    'a role session',               session,                               true,  'R-EVAL-12'],
  ['identity-policy',      { identityPolicies: [DENY] },    'a session of a user',          guest(USER),                           true,  'R-PRIN-10'],
  ['identity-policy',      { identityPolicies: [DENY] },    'a session of the root user',   guest(`arn:aws:iam::${A}:root`),       false, 'R-PRIN-10'],
  ['identity-policy',      { identityPolicies: [DENY] },    'the root user',                root,                                  false, 'R-EVAL-20'],
  ['identity-policy',      { identityPolicies: [DENY] },    'a service',                    service,                               false, 'R-SVC-01'],
  ['identity-policy',      { identityPolicies: [DENY] },    'an anonymous caller',          anonymous,                             false, 'R-ANON-01'],
  ['identity-policy',      { identityPolicies: [DENY] },    'an identity provider',         provider,                              false, 'R-STS-10'],
  ['identity-policy',      { identityPolicies: [DENY] },    'who is not known',             somebody,                              true,  'R-PRIN-01'],
  ['permissions-boundary', { permissionsBoundary: DENY },   'who is not known',             somebody,                              true,  'R-PRIN-01'],
  ['session-policy',       { sessionPolicies: [DENY] },     'who is not known',             somebody,                              true,  'R-PRIN-01'],
  ['session-policy',       { sessionPolicies: [DENY] },     'a service',                    service,                               false, 'R-SVC-01'],
  ['permissions-boundary', { permissionsBoundary: DENY },   'a user',                       user,                                  true,  'R-EVAL-43'],
  ['permissions-boundary', { permissionsBoundary: DENY },   'a role session',               session,                               true,  'R-EVAL-43'],
  ['permissions-boundary', { permissionsBoundary: DENY },   'a session of a user',          guest(USER),                           true,  'R-PRIN-10'],
  ['permissions-boundary', { permissionsBoundary: DENY },   'a session of the root user',   guest(`arn:aws:iam::${A}:root`),       false, 'R-PRIN-10'],
  ['permissions-boundary', { permissionsBoundary: DENY },   'the root user',                root,                                  false, 'R-EVAL-20'],
  ['permissions-boundary', { permissionsBoundary: DENY },   'a service',                    service,                               false, 'R-SVC-01'],
  ['permissions-boundary', { permissionsBoundary: DENY },   'an anonymous caller',          anonymous,                             false, 'R-ANON-01'],
  ['session-policy',       { sessionPolicies: [DENY] },     'a user',                       user,                                  false, 'R-EVAL-42'],
  ['session-policy',       { sessionPolicies: [DENY] },     'a role session',               session,                               true,  'R-EVAL-42'],
  ['session-policy',       { sessionPolicies: [DENY] },     'a session of a user',          guest(USER),                           true,  'R-EVAL-42'],
  ['session-policy',       { sessionPolicies: [DENY] },     'the root user',                root,                                  false, 'R-EVAL-42'],
  ['service-control-policy', { serviceControlPolicies: [{ target: 'r', policies: [DENY] }] }, 'an identity provider', provider,      false, 'R-STS-10'],
  ['service-control-policy', { serviceControlPolicies: [{ target: 'r', policies: [DENY] }] }, 'a user', user,                        true,  'R-SCP-01'],
  ['resource-control-policy', { resourceControlPolicies: [{ target: 'r', policies: [forAll('Deny')] }] }, 'an identity provider', provider, true, 'R-STS-10'],
  ['resource-control-policy', { resourceControlPolicies: [{ target: 'r', policies: [forAll('Deny')] }] }, 'kms:RetireGrant', { action: 'kms:RetireGrant', resource: KEY }, false, 'R-RCP-04'],
  ['resource-control-policy', { resourceControlPolicies: [{ target: 'r', policies: [forAll('Deny')] }] }, 'kms:RevokeGrant', { action: 'kms:RevokeGrant', resource: KEY }, true, 'R-RCP-01'],
]

describe('policies that deny everything', () => {
  for (const [layer, policies, who, request, concerned, rule] of CONCERNED)
    it(`${layer}: ${who} is ${concerned ? 'refused' : 'not concerned'} (${rule})`, () =>
      assert.deepEqual(verdicts(layer, { request, policies }), [concerned ? 'explicit-deny' : 'not-applicable']))

  it('tasks that SCPs do not reach are the root user’s only, but for whole services (R-SCP-04)', () => {
    const policies = { serviceControlPolicies: [{ target: 'r', policies: [DENY] }] }
    const of = (who: Partial<Request>, action: string) =>
      verdicts('service-control-policy', { policies, request: { ...who, action, resource: '*' } })[0]
    for (const action of [
      'supportplans:CreateSupportPlanSchedule',
      'supportplans:StartSupportPlanUpdate',
      'ec2:ModifyAddressAttribute',
      'ec2:ResetAddressAttribute',
    ])
      assert.deepEqual([of(root, action), of(user, action)], ['not-applicable', 'explicit-deny'], action)
    for (const action of ['mechanicalturk:GetAccountBalance', 'awis:UrlInfo'])
      assert.deepEqual([of(root, action), of(user, action)], ['not-applicable', 'not-applicable'], action)
    assert.equal(of(root, 'ec2:DescribeAddressesAttribute'), 'explicit-deny')
  })

  it('an AWS managed key is beyond resource control policies (R-RCP-04)', () => {
    const resourceControlPolicies = [{ target: 'r', policies: [forAll('Deny')] }]
    const request = { action: 'kms:Decrypt', resource: KEY }
    const of = (keyManager: string) =>
      verdicts('resource-control-policy', {
        request,
        policies: { resourceControlPolicies, serviceGuards: { keyManager } },
      })
    assert.deepEqual([of('AWS'), of('CUSTOMER')], [['not-applicable'], ['explicit-deny']])
  })
})

/** Of each layer that is left out: what is asked for, and by whom it is not asked. */
// biome-ignore format: a table is read by its columns
const ASKED_FOR: readonly (readonly [without: keyof PoliciesInForce, layer: PolicyLayer, request: Partial<Request>, fact: string])[] = [
  ['identityPolicies',        'identity-policy',         user,        `identity policies of ${USER}`],
  ['identityPolicies',        'identity-policy',         session,     `identity policies of ${ROLE}`],
  ['identityPolicies',        'identity-policy',         guest(USER), `identity policies of ${USER}`],
  ['permissionsBoundary',     'permissions-boundary',    user,        `permissions boundary of ${USER}`],
  ['permissionsBoundary',     'permissions-boundary',    session,     `permissions boundary of ${ROLE}`],
  ['sessionPolicies',         'session-policy',          session,     `session policies of arn:aws:sts::${A}:assumed-role/app/s1`],
  ['serviceControlPolicies',  'service-control-policy',  user,        `service control policies of account ${A}`],
  ['resourceControlPolicies', 'resource-control-policy', user,        `resource control policies of account ${A}`],
]

describe('a layer that was left out', () => {
  it('is asked for by what is known of the caller and the owner: nothing may be', () => {
    const nobody = { principal: 'unknown', principalDetails: { type: 'unknown' } } as const
    const facts = [
      ['identityPolicies', 'identity policies of the caller'],
      ['permissionsBoundary', 'permissions boundary of the caller'],
      ['sessionPolicies', 'session policies of the caller'],
      ['serviceControlPolicies', "service control policies of the caller's account"],
    ] as const
    for (const [without, fact] of facts)
      assert.deepEqual(
        lacks({ request: nobody, without, policies: { resourcePolicy: policy(), serviceGuards: null } })
          .at(-1)
          ?.at(-1),
        fact,
      )
  })

  // Nothing else may settle the matter: the resource's policy names nobody.
  const silent = { resourcePolicy: policy() }
  for (const [without, layer, request, fact] of ASKED_FOR)
    it(`${layer}: "${fact}" is asked for`, () => {
      const policies = request === user || request === session ? silent : { sessionPolicies: [ALLOW], ...silent }
      assert.equal(ask({ request, without, policies }).decision, 'undetermined')
      assert.deepEqual(verdicts(layer, { request, without, policies }), ['unknown'])
      assert.deepEqual(lacks({ request, without, policies }), [[layer, 'policy', fact]])
    })

  it('is asked for by the level, where one level of the organization was left out', () => {
    const levels = [{ target: 'r-1', policies: [ALLOW] }, { target: 'ou-1' }]
    assert.deepEqual(lacks({ policies: { serviceControlPolicies: levels } }), [
      ['service-control-policy', 'policy', 'policies attached to ou-1'],
    ])
    assert.deepEqual(lacks({ policies: { resourceControlPolicies: levels } }), [
      ['resource-control-policy', 'policy', 'policies attached to ou-1'],
    ])
  })

  it('may hold a Deny, which resource control policies alone are asked for', () => {
    const without = 'resourceControlPolicies'
    assert.equal(ask({ without }).decision, 'undetermined')
    assert.equal(ask({ without, policies: { identityPolicies: [DENY] } }).decision, 'denied')
  })
})

describe('policies of an organization that were left out do not matter', () => {
  const NOBODY = { ...MEMBER, principalPath: null, resourcePath: null }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, organization: Organization | null | undefined, account: string, scp: string, rcp: string])[] = [
    ['where there is no organization at all',                null,                               A, 'not-applicable', 'not-applicable'],
    ['where neither account is in one',                      NOBODY,                             A, 'not-applicable', 'not-applicable'],
    ['of the principal, whose account is in none',           { ...MEMBER, principalPath: null }, B, 'not-applicable', 'unknown'],
    ['of the principal, whose account owns the resource too', { id: 'o-1', principalPath: null }, A, 'not-applicable', 'not-applicable'],
    ['of the resource, whose account is in none',            { ...MEMBER, resourcePath: null },  B, 'unknown',        'not-applicable'],
    ['for members they do',                                  MEMBER,                             A, 'unknown',        'unknown'],
    ['for all that is known they do',                        undefined,                          A, 'unknown',        'unknown'],
    ['between accounts of which only the organization is known they do', { id: 'o-1' },          B, 'unknown',        'unknown'],
  ]
  for (const [title, organization, resourceAccount, scp, rcp] of ROWS)
    it(title, () => {
      const of = (layer: PolicyLayer, without: keyof PoliciesInForce) =>
        verdicts(layer, { organization, without, request: { resourceAccount } })
      assert.deepEqual(
        [
          of('service-control-policy', 'serviceControlPolicies'),
          of('resource-control-policy', 'resourceControlPolicies'),
        ],
        [[scp], [rcp]],
      )
    })
})

it('a layer that is not concerned bears on no decision, and says why', () => {
  for (const { layer, verdict, counted, reason, where } of ask({ request: service }).layers)
    if (verdict === 'not-applicable') {
      assert.equal(counted, false, layer)
      assert.ok(reason !== undefined && reason !== '', layer)
      assert.equal(where, undefined, layer)
    }
})

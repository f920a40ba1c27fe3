/** Organizations, STS, Lambda's URLs, API Gateway, AWS RAM, and which resources have a policy at all. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ContextValue, Request } from '#iam/request.ts'
import { furtherRequests } from '../chain.ts'
import { evaluate } from '../evaluate.ts'
import type { PoliciesInForce, Scenario } from '../scenario.ts'
import { isShareableByRam } from './ram-shares.ts'

const A = '111122223333'
const B = '444455556666'
const M = '999999999999'
const R = 'eu-west-1'
const USER = `arn:aws:iam::${A}:user/ann`
const ROLE = `arn:aws:iam::${A}:role/app`

const allow = (more: object = {}) => ({
  name: 'p',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }] },
})
const known: PoliciesInForce = {
  serviceControlPolicies: null,
  resourceControlPolicies: null,
  vpcEndpointPolicy: null,
  permissionsBoundary: null,
  sessionPolicies: null,
  identityPolicies: [allow()],
}
const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const run = (request: Partial<Request>, policies: PoliciesInForce = {}, rest: Partial<Scenario> = {}) =>
  evaluate({
    request: { principal: USER, action: '', resource: '*', contextComplete: true, ...request },
    policies: { complete: true, ...known, ...policies },
    ...rest,
  })
const decide = (...args: Parameters<typeof run>) => run(...args).decision

describe('Organizations answers its management account (G-109)', () => {
  const member = { organization: { id: 'o-1', managementAccount: M } }
  const of = (
    action: string,
    policies: PoliciesInForce = {},
    rest: Partial<Scenario> = member,
    request: Partial<Request> = {},
  ) => decide({ action: `organizations:${action}`, ...request }, policies, rest)
  const OF_MEMBERS = words(`DescribeOrganization DescribeEffectivePolicy DescribeHandshake AcceptHandshake
    DeclineHandshake LeaveOrganization ListHandshakesForAccount`)
  for (const name of OF_MEMBERS) it(`${name} is every member’s`, () => assert.equal(of(name), 'allowed'))
  for (const name of words('ListAccounts CreateAccount AttachPolicy ListRoots'))
    it(`${name} is the management account’s`, () => {
      assert.equal(of(name), 'denied')
      assert.equal(of(name, {}, { organization: { id: 'o-1', managementAccount: A } }), 'allowed')
      assert.equal(of(name, {}, {}), 'undetermined', 'which account manages is not known (R-UNK-03)')
      assert.equal(of(name, {}, { organization: { id: 'o-1' } }), 'undetermined', 'nor here')
      assert.equal(of(name, {}, { organization: null }), 'undetermined', 'of an account in none it cannot be asked')
    })
  it('tells the fact where nobody says who manages (R-UNK-03)', () => {
    const got = run({ action: 'organizations:ListAccounts' }, {}, {})
    assert.deepEqual(
      [got.decision, got.missing.map(({ fact }) => fact)],
      ['undetermined', ['the management account of the organization']],
    )
  })
  it('root sessions are for the management account, too (R-STS-13, R-UNK-03)', () => {
    const ask = (organization: Scenario['organization']) =>
      decide(
        { action: 'sts:AssumeRoot', resource: `arn:aws:iam::${M}:root` },
        {},
        organization === undefined ? {} : { organization },
      )
    assert.equal(ask({ id: 'o-1', managementAccount: A }), 'allowed')
    assert.equal(ask({ id: 'o-1', managementAccount: M }), 'denied')
    for (const organization of [undefined, null, { id: 'o-1' }])
      assert.equal(ask(organization), 'undetermined', JSON.stringify(organization))
  })
  it('is theirs to whom the resource policy of the organization gives it', () => {
    const delegates = allow({ Principal: { AWS: A }, Action: 'organizations:ListAccounts' })
    assert.equal(of('ListAccounts', { resourcePolicy: delegates }), 'allowed')
    assert.equal(of('ListRoots', { resourcePolicy: delegates }), 'denied')
  })
  it('may be a delegated administrator’s, which is then the fact to fetch', () => {
    const got = run({ action: 'organizations:ListAccounts' }, { complete: false, resourcePolicy: null }, member)
    assert.equal(got.decision, 'undetermined')
    assert.ok(
      got.missing.some(({ fact, kind }) => kind === 'account' && fact.includes(A)),
      JSON.stringify(got.missing),
    )
  })
})

describe('the marks of a session are actions of their own (R-STS-07, R-STS-08)', () => {
  const further = (action: string, context: Readonly<Record<string, ContextValue>>) =>
    furtherRequests({
      request: { principal: USER, action: `sts:${action}`, resource: ROLE, context },
      resources: [],
    }).map(({ request, rule }) => `${request.action} ${rule}`)
  const TAGS = 'sts:TagSession R-STS-07'
  const IDENTITY = 'sts:SetSourceIdentity R-STS-08'
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [context: Readonly<Record<string, ContextValue>>, expected: readonly string[]])[] = [
    [{},                                                                   []],
    [{ 'aws:TagKeys': ['team'] },                                          [TAGS]],
    [{ 'aws:TagKeys': { state: 'present' } },                              [TAGS]],
    [{ 'aws:TagKeys': { state: 'unknown' } },                              []],
    [{ 'aws:TagKeys': [] },                                                []],
    [{ 'aws:RequestTag/team': 'x' },                                       [TAGS]],
    [{ 'AWS:requesttag/team': 'x' },                                       [TAGS]],
    [{ 'aws:RequestTag/team': null },                                      []],
    [{ 'aws:RequestTags': 'x' },                                           []],
    [{ 'sts:SourceIdentity': 'ann' },                                      [IDENTITY]],
    [{ 'sts:SourceIdentity': null },                                       []],
    [{ 'sts:SourceIdentity': 'ann', 'aws:TagKeys': ['team'] },             [TAGS, IDENTITY]],
  ]
  for (const action of ['AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'])
    for (const [context, expected] of ROWS)
      it(`${action} with ${JSON.stringify(context)}`, () => assert.deepEqual(further(action, context), expected))
  it('and are none of other calls', () =>
    assert.deepEqual(further('GetFederationToken', { 'aws:TagKeys': ['team'], 'sts:SourceIdentity': 'ann' }), []))
})

describe('a function URL (R-OTH-04)', () => {
  const FUNCTION = `arn:aws:lambda:${R}:${A}:function:f`
  const further = (functionUrls: unknown, action = 'lambda:InvokeFunctionUrl') =>
    furtherRequests({
      request: { principal: USER, action, resource: FUNCTION, context: { 'aws:SourceIp': '203.0.113.7' } },
      resources: [],
      policies: { serviceGuards: { functionUrls } },
    })
  it('of late 2025 or newer needs lambda:InvokeFunction too, as of the URL', () => {
    const [invoke] = further([{ needsInvokeFunction: true }])
    assert.deepEqual(
      [invoke?.request.action, invoke?.request.resource, invoke?.rule, invoke?.request.context],
      [
        'lambda:InvokeFunction',
        FUNCTION,
        'R-OTH-04',
        { 'aws:SourceIp': '203.0.113.7', 'lambda:InvokedViaFunctionUrl': true },
      ],
    )
  })
  it('needs it where one of several does', () =>
    assert.equal(further([{}, null, { needsInvokeFunction: true }]).length, 1))
  it('needs no more where it is older, or not known', () => {
    for (const urls of [[{ needsInvokeFunction: false }], [{}], [null], ['x'], [], undefined, 'x'])
      assert.deepEqual(further(urls), [], JSON.stringify(urls))
    assert.deepEqual(further([{ needsInvokeFunction: true }], 'lambda:GetFunction'), [])
  })
})

describe('how a function URL authorizes (R-OTH-04)', () => {
  const FUNCTION = `arn:aws:lambda:${R}:${A}:function:f`
  const unsigned = { principal: 'anonymous' }
  const opens = { resourcePolicy: allow({ Principal: '*' }) }
  const ofOther = { resourcePolicy: allow({ Principal: { AWS: B } }) }
  const none = { resourcePolicy: null }
  const invoke = (functionUrls: unknown, policies: PoliciesInForce, request: Partial<Request> = {}) =>
    run(
      { action: 'lambda:InvokeFunctionUrl', resource: FUNCTION, ...request },
      { ...policies, ...(functionUrls === undefined ? {} : { serviceGuards: { functionUrls } }) },
    )
  const IAM = [{ authType: 'AWS_IAM' }]
  const NONE = [{ authType: 'NONE' }, { authType: 'NONE' }]
  const BOTH = [{ authType: 'NONE' }, { authType: 'AWS_IAM' }]
  const of = (type: string) => ({ context: { 'lambda:FunctionUrlAuthType': type } })
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, urls: unknown, policies: PoliciesInForce, request: Partial<Request>, decision: string])[] = [
    ['IAM: the identity policy is enough',          IAM,  none,    {}, 'allowed'],
    ['IAM: nobody unsigned',                        IAM,  opens,   unsigned, 'denied'],
    ['none: everyone whom the policy lets in',      NONE, opens,   unsigned, 'allowed'],
    ['none: … signed or not',                       NONE, opens,   {}, 'allowed'],
    ['none: no identity policy stands in for that', NONE, none,    {}, 'denied'],
    ['none: nobody is known by name',               NONE, ofOther, { principal: `arn:aws:iam::${B}:user/bob` }, 'denied'],
    ['one of each: unsigned it is open which',      BOTH, opens,   unsigned, 'undetermined'],
    ['… unless the request says it',                BOTH, opens,   { ...unsigned, ...of('NONE') }, 'allowed'],
    ['… as here',                                   BOTH, opens,   { ...unsigned, ...of('AWS_IAM') }, 'denied'],
    ['none, by the second of its actions',          NONE, none,    { action: 'lambda:InvokeFunction', context: { 'lambda:InvokedViaFunctionUrl': true } }, 'denied'],
    ['… which is another where no URL is used',     NONE, none,    { action: 'lambda:InvokeFunction' }, 'allowed'],
    ['no URL is known to be there',                 undefined, opens, unsigned, 'allowed'],
    ['types that are none',                         [null, {}, { authType: 7 }], opens, unsigned, 'undetermined'],
  ]
  for (const [title, urls, policies, request, decision] of ROWS)
    it(`${title}: ${decision}`, () => assert.equal(invoke(urls, policies, request).decision, decision))
  it('is the fact to fetch for who has not signed', () => {
    const got = invoke(undefined, { ...opens, complete: false }, unsigned)
    assert.deepEqual(
      [got.decision, got.missing.map(({ fact, kind }) => [fact, kind])],
      ['undetermined', [['authType of the function URL', 'attribute']]],
    )
  })
})

describe('who may invoke an API (R-OTH-02)', () => {
  const API = `arn:aws:execute-api:${R}:${A}:abc/prod/GET/pets`
  const invoke = (
    attributes: Readonly<Record<string, unknown>>,
    policies: PoliciesInForce,
    request: Partial<Request> = {},
  ) => decide({ action: 'execute-api:Invoke', resource: API, ...request }, { serviceGuards: attributes, ...policies })
  const opens = { resourcePolicy: allow({ Principal: '*' }) }
  const silent = { resourcePolicy: { name: 'p', document: { Version: '2012-10-17', Statement: [] } } }
  const none = { resourcePolicy: null }
  const unsigned = { principal: 'anonymous', resourceAccount: A }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, attributes: Readonly<Record<string, unknown>>, policies: PoliciesInForce, request: Partial<Request>, decision: string])[] = [
    ['IAM: the identity policy is enough',            { authType: 'AWS_IAM' },                 silent, {}, 'allowed'],
    ['IAM: the resource policy is enough',            { authType: 'AWS_IAM' },                 { ...opens, identityPolicies: [] }, {}, 'allowed'],
    ['IAM: nobody unsigned without a policy',         { authType: 'AWS_IAM' },                 none,   unsigned, 'denied'],
    ['IAM: nobody unsigned, whomever a policy lets in', { authType: 'AWS_IAM' },               opens,  unsigned, 'denied'],
    ['IAM: nobody where it is private without a policy', { authType: 'AWS_IAM', private: true }, none, {}, 'denied'],
    ['none: the resource policy must allow',          { authType: 'NONE' },                    silent, {}, 'denied'],
    ['none: and does',                                { authType: 'NONE' },                    opens,  unsigned, 'allowed'],
    ['none: without a policy everyone is let in',     { authType: 'NONE', private: false },    none,   unsigned, 'allowed'],
    ['none: a private one without a policy nobody',   { authType: 'NONE', private: true },     none,   unsigned, 'denied'],
    ['… written as text',                             { authType: 'NONE', private: 'true' },   none,   unsigned, 'denied'],
    ['Cognito: the resource policy must allow',       { authType: 'COGNITO' },                 silent, {}, 'denied'],
    ['Cognito: and does',                             { authType: 'COGNITO' },                 opens,  unsigned, 'allowed'],
    ['an authorizer: its answer is not known',        { authType: 'CUSTOM' },                  silent, {}, 'undetermined'],
    ['an authorizer: the resource policy is enough',  { authType: 'CUSTOM' },                  opens,  {}, 'allowed'],
    ['managing its connections is no invocation',     { authType: 'NONE' },                    silent, { action: 'execute-api:ManageConnections' }, 'allowed'],
  ]
  for (const [title, attributes, policies, request, decision] of ROWS)
    it(`${title}: ${decision}`, () => assert.equal(invoke(attributes, policies, request), decision))
  it('is open while it is not known how the API authorizes, or whether it is private', () => {
    const open = { complete: false } as const
    assert.equal(invoke({}, { ...silent, ...open }, unsigned), 'undetermined')
    assert.equal(invoke({}, { ...opens, ...open }, unsigned), 'undetermined', 'IAM takes no unsigned request')
    assert.equal(invoke({}, { ...opens, ...open }), 'allowed')
    assert.equal(invoke({ authType: 'NONE' }, { ...none, ...open }, unsigned), 'undetermined')
  })
})

it('AWS RAM shares some types of resources, by the first word of the resource (R-XACC-06)', () => {
  const shared = (arn: string) => isShareableByRam(arn.split(':'))
  for (const [service, rest] of [
    ['ec2', 'subnet/subnet-1'],
    ['ec2', 'transit-gateway/tgw-1'],
    ['rds', 'cluster:c'],
    ['route53resolver', 'resolver-rule/rslvr-1'],
    ['imagebuilder', 'image-recipe/x/1.0.0'],
    ['servicecatalog', '/applications/0abc'],
    ['aws-marketplace', 'AWSMarketplace/SaaSProduct/prod-1'],
    ['ec2', 'security-group/sg-1'],
  ] as const)
    assert.equal(shared(`arn:aws:${service}:${R}:${B}:${rest}`), true, rest)
  for (const [service, rest] of [
    ['ec2', 'instance/i-1'],
    ['ec2', 'subnets/x'],
    ['rds', 'db:x'],
    ['s3', 'subnet/subnet-1'],
    ['servicecatalog', 'portfolio/port-1'],
  ] as const)
    assert.equal(shared(`arn:aws:${service}:${R}:${B}:${rest}`), false, rest)
  assert.equal(isShareableByRam([]), false)
})

describe('which resources may have a policy that lets others in (R-OTH-01, R-REQ-05)', () => {
  const foreign = { principal: `arn:aws:iam::${B}:user/bob` }
  const open = { complete: false } as const
  const decisionOn = (action: string, resource: string | null, more: Partial<Request> = {}) =>
    decide({ ...foreign, action, resource, ...more }, open)
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [action: string, resource: string | null, decision: string])[] = [
    ['sqs:SendMessage',            `arn:aws:sqs:${R}:${A}:q`,              'undetermined'],
    ['iam:GetUser',                USER,                                   'denied'],
    ['iam:GetRole',                ROLE,                                   'denied'],
    ['sts:AssumeRole',             ROLE,                                   'undetermined'],
    ['sts:TagSession',             ROLE,                                   'undetermined'],
    ['sts:SetSourceIdentity',      ROLE,                                   'undetermined'],
    ['kms:Decrypt',                `arn:aws:kms:${R}:${A}:key/k`,          'undetermined'],
    ['kms:Decrypt',                `arn:aws:kms:${R}:${A}:alias/x`,        'undetermined'],
    ['kms:CreateAlias',            `arn:aws:kms:${R}:${A}:alias/x`,        'denied'],
    ['kms:UpdateAlias',            `arn:aws:kms:${R}:${A}:alias/x`,        'denied'],
    ['kms:DeleteAlias',            `arn:aws:kms:${R}:${A}:alias/x`,        'denied'],
    ['cloudformation:DeleteStack', `arn:aws:cloudformation:${R}:${A}:stack/s/1`, 'denied'],
    ['s3:GetObject',               `arn:aws:s3:${R}:${A}:accesspoint/ap/object/k`, 'undetermined'],
  ]
  for (const [action, resource, decision] of ROWS)
    it(`${action} on ${String(resource)}: ${decision}`, () => assert.equal(decisionOn(action, resource), decision))
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { Decision, Requirement } from './decision.ts'
import { evaluate } from './evaluate.ts'
import type { PoliciesInForce } from './scenario.ts'

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

const run = (policies: PoliciesInForce, request: Partial<Request> = {}, readings: SomeReadings = {}): Decision =>
  evaluate(
    {
      request: { principal: USER, action: 'sqs:SendMessage', resource: QUEUE, ...request },
      policies: { complete: true, ...policies },
    },
    readings,
  )
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

describe('the tree of a request', () => {
  const LAYERS: Readonly<Record<string, string>> = {
    'resource-policy': 'RP',
    'identity-policy': 'ID',
    'permissions-boundary': 'PB',
    'session-policy': 'SP',
    'service-guard': 'guard',
    'service-control-policy': 'SCP',
    'resource-control-policy': 'RCP',
    'vpc-endpoint-policy': 'VPCE',
  }
  /** `RP names session` and the like; the leaves that ask for no Deny are left out but for their layers, in front. */
  const shown = (tree: Requirement): string => {
    if ('all' in tree) return `(${tree.all.map(shown).join(' & ')})`
    if ('any' in tree) return `(${tree.any.map(shown).join(' | ')})`
    const needs = tree.needs
      .replace('no-explicit-deny', '!')
      .replace('allow-naming-', 'names ')
      .replace('allow-to-', 'names ')
    return `${LAYERS[tree.layer]} ${needs}`.replace('allow', 'allows')
  }
  const treeOf = (...args: Parameters<typeof run>): string => {
    const { requirement } = run(...args)
    const parts = 'all' in requirement ? requirement.all : [requirement]
    const isDeny = (part: Requirement): boolean => 'needs' in part && part.needs === 'no-explicit-deny'
    const denies = parts.filter(isDeny).map((part) => ('layer' in part ? LAYERS[part.layer] : ''))
    return `${denies.join(' ')}: ${parts
      .filter((part) => !isDeny(part))
      .map(shown)
      .join(' & ')}`
  }

  const B = '444455556666'
  const other: Partial<Request> = { principal: `arn:aws:iam::${B}:user/bob` }
  const root: Partial<Request> = { principal: `arn:aws:iam::${A}:root` }
  const service: Partial<Request> = { principal: 'sns.amazonaws.com' }
  const unknown: Partial<Request> = { principal: 'arn:aws:sts::111122223333:somebody/x' }
  const guest: Partial<Request> = {
    principal: `arn:aws:sts::${A}:federated-user/g`,
    principalDetails: { federatedBy: USER },
  }
  const decrypt: Partial<Request> = { action: 'kms:Decrypt', resource: KEY }
  const assume: Partial<Request> = { action: 'sts:AssumeRole', resource: ROLE }
  const BOB = `arn:aws:iam::${B}:user/bob`
  const granted = (GranteePrincipal: string): PoliciesInForce => ({
    serviceGuards: { kmsGrants: [{ GranteePrincipal, Operations: ['Decrypt'] }] },
  })
  const rp = { resourcePolicy: NOTHING }
  const limits = { permissionsBoundary: ALLOW, sessionPolicies: [ALLOW] }
  const levels = [{ target: 'r', policies: [ALLOW] }]

  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, policies: PoliciesInForce, request: Partial<Request>, tree: string, readings?: SomeReadings])[] = [
    ['a user (R-EVAL-12)',                        { identityPolicies: [ALLOW] },              {},      'ID: ID allows'],
    ['a user with a boundary (R-EVAL-43)',        { identityPolicies: [ALLOW], permissionsBoundary: ALLOW }, {}, 'ID PB: (ID allows & PB allows)'],
    ['a user and a resource policy (R-EVAL-30)',  { identityPolicies: [ALLOW], ...rp },       {},      'RP ID: (RP names principal | ID allows)'],
    ['… with a boundary (R-EVAL-30)',             { identityPolicies: [ALLOW], permissionsBoundary: ALLOW, ...rp }, {}, 'RP ID PB: (RP names principal | (ID allows & PB allows))'],
    ['a session (R-EVAL-32, R-EVAL-33)',          { identityPolicies: [ALLOW], ...limits, ...rp }, role, 'RP ID PB SP: (RP names session | ((RP names principal | ID allows) & PB allows & SP allows))'],
    ['a session of a user (R-EVAL-34, R-EVAL-35)', { identityPolicies: [ALLOW], ...limits, ...rp }, guest, 'RP ID PB SP: (RP names session | ((RP names principal | ID allows) & PB allows & SP allows))'],
    ['a key: the account must be named (R-KMS-01)', { identityPolicies: [ALLOW], ...rp },     decrypt, 'RP ID: (RP names principal | (ID allows & RP names account))'],
    ['a role: its trust policy must name the account (R-STS-01)', { identityPolicies: [ALLOW], ...rp }, assume, 'RP ID: (RP names principal | (ID allows & RP names account))'],
    ['the root user (R-EVAL-20)',                 { ...rp },                                  root,    'RP: ()'],
    ['the root user, on a key (R-EVAL-20)',       { ...rp },                                  { ...root, ...decrypt }, 'RP: RP names account'],
    ['another account (R-XACC-01)',               { identityPolicies: [ALLOW], permissionsBoundary: ALLOW, ...rp }, other, 'RP ID PB: (RP allows & ID allows & PB allows)'],
    ['a service (R-SVC-01)',                      { ...rp },                                  service, 'RP: RP allows'],
    ['levels and an endpoint stand before all (R-SCP-01, R-VPCE-01)', { identityPolicies: [ALLOW], serviceControlPolicies: levels, resourceControlPolicies: [{ target: 'r', policies: [to('*')] }], vpcEndpointPolicy: to('*') }, { context: { 'aws:SourceVpce': 'vpce-1' } }, 'RCP SCP VPCE ID: SCP allows & VPCE allows & ID allows'],
    ['a key with a grant (R-KMS-07)',             { identityPolicies: [ALLOW], permissionsBoundary: ALLOW, ...rp, ...granted(USER) }, decrypt, 'RP ID PB: (guard allows | RP names principal | ((ID allows & RP names account) & PB allows))'],
    ['… whose limits count',                      { identityPolicies: [ALLOW], permissionsBoundary: ALLOW, ...rp, ...granted(USER) }, decrypt, 'RP ID PB: ((guard allows & PB allows) | RP names principal | ((ID allows & RP names account) & PB allows))', { 'limits-on-kms-grants': 'limit' }],
    ['… within the account needs no identity policy either way', { identityPolicies: [ALLOW], ...rp, ...granted(USER) }, decrypt, 'RP ID: (guard allows | RP names principal | (ID allows & RP names account))', { 'kms-grants-across-accounts': 'identity-too' }],
    ['a key of another account, with a grant',    { identityPolicies: [ALLOW], ...rp, ...granted(BOB) }, { ...other, ...decrypt }, 'RP ID: (guard allows | (RP allows & ID allows))'],
    ['… that needs the identity policy too',      { identityPolicies: [ALLOW], ...rp, ...granted(BOB) }, { ...other, ...decrypt }, 'RP ID: ((guard allows & ID allows) | (RP allows & ID allows))', { 'kms-grants-across-accounts': 'identity-too' }],
    ['a bucket with an ACL (R-S3-03)',            { identityPolicies: [ALLOW], serviceGuards: { objectOwnership: 'ObjectWriter', objectAcl: null, acl: null } }, { ...other, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', resourceAccount: A }, 'RP ID: ((RP allows | guard allows) & ID allows)'],
    ['X-01 read strictly',                        { identityPolicies: [ALLOW], ...limits, ...rp }, role, 'RP ID PB SP: ((RP names session & SP allows) | ((RP names principal | ID allows) & PB allows & SP allows))', { 'session-policy-on-direct-grants': 'limits' }],
    ['X-01 read strictly, without a session policy', { identityPolicies: [ALLOW], permissionsBoundary: ALLOW, ...rp }, role, 'RP ID PB: (RP names session | ((RP names principal | ID allows) & PB allows))', { 'session-policy-on-direct-grants': 'limits' }],
    ['X-02 read loosely: the role is as good as the session', { identityPolicies: [ALLOW], ...limits, ...rp }, role, 'RP ID PB SP: (RP names session | (ID allows & PB allows & SP allows))', { 'limits-on-role-grants': 'overridden' }],
    ['X-02 read loosely is nothing to a user’s session', { identityPolicies: [ALLOW], ...limits, ...rp }, guest, 'RP ID PB SP: (RP names session | ((RP names principal | ID allows) & PB allows & SP allows))', { 'limits-on-role-grants': 'overridden' }],
    ['a trust policy that is never enough',       { identityPolicies: [ALLOW], ...limits, ...rp }, { ...role, ...assume }, 'RP ID PB SP: (RP allows & ID allows & PB allows & SP allows)', { 'trust-naming-the-caller': 'identity-too' }],
    ['… is nothing to a queue',                   { identityPolicies: [ALLOW], ...rp },       {},      'RP ID: (RP names principal | ID allows)', { 'trust-naming-the-caller': 'identity-too' }],
  ]
  for (const [title, policies, request, tree, readings] of ROWS)
    it(title, () => assert.equal(treeOf(policies, request, readings), tree))

  it('which kinds of Principal count, by the way that is read', () => {
    const decide = (AWS: string, readings: SomeReadings, request: Partial<Request> = {}) =>
      run(
        { identityPolicies: [NOTHING], permissionsBoundary: NOTHING, sessionPolicies: null, resourcePolicy: to(AWS) },
        { ...role, ...request },
        readings,
      ).decision
    assert.deepEqual([decide(SESSION, {}), decide('*', {}), decide(ROLE, {})], ['allowed', 'allowed', 'denied'])
    assert.deepEqual(
      [SESSION, '*', ROLE].map((principal) => decide(principal, { 'limits-on-role-grants': 'overridden' })),
      ['allowed', 'allowed', 'allowed'],
    )
    const delegates = { 'everyone-in-trust-policy': 'delegates' } as const
    const trust = { ...assume, resource: `arn:aws:iam::${A}:role/target` }
    assert.deepEqual(
      [decide('*', {}, trust), decide('*', delegates, trust), decide(SESSION, delegates, trust)],
      ['allowed', 'denied', 'allowed'],
    )
    assert.equal(decide('*', delegates), 'allowed', 'a queue is no role')
  })

  it('a caller who is not known may be anyone whom the resource policy names', () => {
    const of = (Principal: unknown) =>
      run({ resourcePolicy: policy(statement('Allow', { Principal })), identityPolicies: [NOTHING] }, unknown).decision
    assert.equal(of('*'), 'allowed')
    for (const principal of [{ AWS: USER }, { AWS: SESSION }, { Service: 'sns.amazonaws.com' }, { AWS: ROLE }])
      assert.equal(of(principal), 'undetermined', JSON.stringify(principal))
  })
})

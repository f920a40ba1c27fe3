import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { KeyState } from '#iam/key-state.ts'
import type { Request } from '#iam/request.ts'
import { evaluate } from './evaluate.ts'
import type { Scenario } from './scenario.ts'

const A = '111122223333'
const OBJECT = 'arn:aws:s3:::bucket/key'

const requestOf = (principal: string, more: Partial<Request> = {}): Request => ({
  principal,
  action: 's3:GetObject',
  resource: OBJECT,
  resourceAccount: A,
  ...more,
})

/** Whether an Allow with this condition matches: a whole evaluation, seen through one statement. */
function matches(request: Request, condition: object, rest: Omit<Scenario, 'request'> = {}) {
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*', Condition: condition }],
  }
  const inForce = { ...rest.policies, resourcePolicy: { name: 'probe', kind: 'bucket', document } }
  const { layers } = evaluate({ ...rest, request, policies: inForce })
  return layers.find((layer) => layer.layer === 'resource-policy')?.statements[0]?.matches
}

/** What is known of a key, told by two conditions: whether it is there, and whether it has the value. */
function stateOf(
  request: Request,
  key: string,
  value: string,
  rest: Omit<Scenario, 'request'> = {},
): KeyState['state'] | 'other value' {
  const isAbsent = matches(request, { Null: { [key]: 'true' } }, rest)
  if (isAbsent === true) return 'absent'
  if (isAbsent === 'unknown') return 'unknown'
  const equal = matches(request, { 'ForAnyValue:StringEquals': { [key]: value } }, rest)
  return equal === 'unknown' ? 'present' : equal === true ? 'values' : 'other value'
}

const USER = `arn:aws:iam::${A}:user/team/ann`
const SESSION = `arn:aws:sts::${A}:assumed-role/app/s1`
const ROLE = `arn:aws:iam::${A}:role/team/app`
const FEDERATED = `arn:aws:sts::${A}:federated-user/guest`
const ROOT = `arn:aws:iam::${A}:root`
const session = requestOf(SESSION, { principalDetails: { roleArn: ROLE, userId: 'AROAAPP:s1' } })

// biome-ignore format: a table is read by its columns
const CALLERS: readonly (readonly [request: Request, key: string, value: string | 'absent' | 'present' | 'unknown'])[] = [
  [requestOf(ROOT),      'aws:PrincipalArn', ROOT],            [requestOf(ROOT),      'aws:username', 'absent'],
  [requestOf(ROOT),      'aws:userid', A],                     [requestOf(ROOT),      'aws:PrincipalType', 'Account'],
  [requestOf(USER),      'aws:PrincipalArn', USER],            [requestOf(USER),      'aws:username', 'ann'],
  [requestOf(USER),      'aws:userid', 'present'],             [requestOf(USER),      'aws:PrincipalType', 'User'],
  [requestOf(USER),      'aws:PrincipalAccount', A],           [requestOf(USER),      'aws:PrincipalIsAWSService', 'false'],
  [session,          'aws:PrincipalArn', ROLE],            [session,          'aws:username', 'absent'],
  [session,          'aws:userid', 'AROAAPP:s1'],          [session,          'aws:PrincipalType', 'AssumedRole'],
  [session,          'aws:TokenIssueTime', 'present'],     [session,          'aws:MultiFactorAuthPresent', 'absent'],
  [session,          'aws:SourceArn', 'absent'],           [session,          'aws:PrincipalServiceName', 'absent'],
  [requestOf(FEDERATED), 'aws:PrincipalArn', FEDERATED],       [requestOf(FEDERATED), 'aws:username', 'absent'],
  [requestOf(FEDERATED), 'aws:userid', `${A}:guest`],          [requestOf(FEDERATED), 'aws:PrincipalType', 'FederatedUser'],
  [requestOf('anonymous'), 'aws:PrincipalArn', 'absent'],      [requestOf('anonymous'), 'aws:userid', 'anonymous'],
  [requestOf('anonymous'), 'aws:PrincipalAccount', 'anonymous'], [requestOf('anonymous'), 'aws:PrincipalType', 'Anonymous'],
  [requestOf('anonymous'), 'aws:username', 'absent'],          [requestOf('anonymous'), 'aws:PrincipalOrgID', 'absent'],
  [requestOf('cloudtrail.amazonaws.com'), 'aws:PrincipalArn', 'absent'],
  [requestOf('cloudtrail.amazonaws.com'), 'aws:username', 'absent'],
  [requestOf('cloudtrail.amazonaws.com'), 'aws:PrincipalIsAWSService', 'true'],
  [requestOf('cloudtrail.amazonaws.com'), 'aws:PrincipalServiceName', 'cloudtrail.amazonaws.com'],
  [requestOf('cloudtrail.amazonaws.com'), 'aws:SourceArn', 'unknown'],
  [requestOf('cloudtrail.amazonaws.com'), 'aws:SourceVpce', 'absent'],
  [requestOf(USER),      'aws:SecureTransport', 'present'],    [requestOf(USER),      'aws:CurrentTime', 'present'],
  [requestOf(USER),      'aws:ResourceAccount', A],            [requestOf(USER),      'aws:SourceVpce', 'unknown'],
  [requestOf(USER),      'aws:MultiFactorAuthPresent', 'unknown'], [requestOf(USER),  'ex:key', 'unknown'],
  [requestOf(USER, { contextComplete: true }), 'ex:key', 'absent'],
  [requestOf(USER, { contextComplete: true }), 'aws:SecureTransport', 'present'],
]

describe('the context that follows from the caller (R-PRIN-01, R-PRIN-02, R-CTX-03, R-CTX-11)', () => {
  for (const [request, key, wanted] of CALLERS)
    it(`${request.principal}${request.contextComplete === true ? ', context complete' : ''}: ${key} is ${wanted}`, () => {
      const state = stateOf(request, key, wanted)
      assert.equal(state, ['absent', 'present', 'unknown'].includes(wanted) ? wanted : 'values')
    })
})

describe('a listed value', () => {
  const k = (context: NonNullable<Request['context']>, key: string, value: string) =>
    stateOf(requestOf(USER, { context }), key, value)

  it('is taken as text, whatever it was written as (R-GRAM-05)', () => {
    assert.equal(k({ 'ex:k': 10 }, 'ex:k', '10'), 'values')
    assert.equal(k({ 'ex:k': true }, 'ex:k', 'true'), 'values')
    assert.equal(k({ 'ex:k': ['a', 7] }, 'ex:k', '7'), 'values')
  })

  it('is found whatever the letter case of its key, after the slash too (R-CTX-01)', () => {
    assert.equal(k({ 'AWS:requesttag/TEAM': 'x' }, 'aws:RequestTag/team', 'x'), 'values')
  })

  it('null and an empty list are an absent key; the two states are what they say', () => {
    assert.equal(k({ 'ex:k': null }, 'ex:k', 'x'), 'absent')
    assert.equal(k({ 'aws:TagKeys': [] }, 'aws:TagKeys', 'x'), 'absent')
    assert.equal(k({ 'ex:k': { state: 'unknown' } }, 'ex:k', 'x'), 'unknown')
    assert.equal(k({ 'ex:k': { state: 'present' } }, 'ex:k', 'x'), 'present')
  })

  it('beats a derived one', () => {
    assert.equal(k({ 'aws:PrincipalType': 'Other' }, 'aws:PrincipalType', 'Other'), 'values')
    assert.equal(k({ 'aws:username': null }, 'aws:username', 'ann'), 'absent')
  })

  it('of a key that holds several values is one of several, so a plain operator leaves it open (R-CTX-02, R-COND-22)', () => {
    const request = requestOf(USER, { context: { 'aws:TagKeys': 'a' } })
    assert.equal(matches(request, { StringEquals: { 'aws:TagKeys': 'a' } }), 'unknown')
  })
})

describe('tags (R-PRIN-06, R-S3-11)', () => {
  const tagged = (principalTags?: Record<string, string>) =>
    requestOf(USER, principalTags === undefined ? {} : { principalTags })

  it('of the principal: not said is unknown, an empty object is none, keys have no letter case, values do', () => {
    assert.equal(stateOf(tagged(), 'aws:PrincipalTag/team', 'x'), 'unknown')
    assert.equal(stateOf(tagged({}), 'aws:PrincipalTag/team', 'x'), 'absent')
    assert.equal(stateOf(tagged({ Team: 'x' }), 'aws:PrincipalTag/team', 'x'), 'values')
    assert.equal(stateOf(tagged({ Team: 'X' }), 'aws:PrincipalTag/team', 'x'), 'other value')
    assert.equal(stateOf(tagged({ other: 'x' }), 'aws:PrincipalTag/team', 'x'), 'absent')
  })

  it('of a bucket count only where access control by tags is on', () => {
    const state = (attributes: object) =>
      stateOf(requestOf(USER), 'aws:ResourceTag/env', 'dev', { policies: { serviceGuards: { ...attributes } } })
    assert.equal(state({ tags: { env: 'dev' }, abac: true }), 'values')
    assert.equal(state({ tags: { env: 'dev' }, abac: false }), 'absent')
    assert.equal(state({ tags: { env: 'dev' } }), 'unknown')
  })

  it('of another resource count as they are', () => {
    const request = requestOf(USER, { action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${A}:q` })
    const state = (attributes: object) =>
      stateOf(request, 'aws:ResourceTag/env', 'dev', { policies: { serviceGuards: { ...attributes } } })
    assert.equal(state({ tags: { Env: 'dev' } }), 'values')
    assert.equal(state({ tags: {} }), 'absent')
    assert.equal(state({}), 'unknown')
  })
})

describe('the Region (R-CTX-03)', () => {
  it('is that of the ARN', () => {
    const request = requestOf(USER, { action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${A}:q` })
    assert.equal(stateOf(request, 'aws:RequestedRegion', 'eu-west-1'), 'values')
  })

  it('is us-east-1 for a global service, and there but not known where the ARN has none', () => {
    assert.equal(
      stateOf(requestOf(USER, { action: 'iam:GetRole', resource: ROLE }), 'aws:RequestedRegion', 'us-east-1'),
      'values',
    )
    assert.equal(stateOf(requestOf(USER), 'aws:RequestedRegion', 'us-east-1'), 'present')
  })
})

describe('the organization', () => {
  const key = (
    organization: NonNullable<Scenario['organization']> | null,
    name: string,
    value: string,
    request = requestOf(USER),
  ) => stateOf(request, name, value, { organization })

  it('of the principal follows from its path', () => {
    assert.equal(key({ id: 'o-1', principalPath: 'o-1/r-1/ou-1/' }, 'aws:PrincipalOrgID', 'o-1'), 'values')
    assert.equal(key({ id: 'o-1', principalPath: 'o-1/r-1/ou-1/' }, 'aws:PrincipalOrgPaths', 'o-1/r-1/ou-1/'), 'values')
    assert.equal(key({ id: 'o-1', principalPath: null }, 'aws:PrincipalOrgID', 'o-1'), 'absent')
    assert.equal(key(null, 'aws:PrincipalOrgID', 'o-1'), 'absent')
  })

  it('of a resource in the same account is that of the principal', () => {
    assert.equal(key({ id: 'o-1', principalPath: 'o-1/r-1/' }, 'aws:ResourceOrgID', 'o-1'), 'values')
  })

  it('of a resource in another account is its own, and unknown where not given', () => {
    const other = requestOf(USER, { resourceAccount: '444455556666' })
    assert.equal(key({ id: 'o-1', principalPath: 'o-1/r-1/' }, 'aws:ResourceOrgID', 'o-1', other), 'unknown')
    assert.equal(
      key({ id: 'o-1', principalPath: 'o-1/r-1/', resourcePath: null }, 'aws:ResourceOrgID', 'o-1', other),
      'absent',
    )
    assert.equal(
      key({ id: 'o-1', principalPath: 'o-1/r-1/', resourcePath: 'o-2/r-2/' }, 'aws:ResourceOrgID', 'o-2', other),
      'values',
    )
  })

  it('that is named without saying where the principal is in it does not say that it is in it', () => {
    assert.notEqual(
      key({ id: 'o-1' }, 'aws:PrincipalOrgID', 'o-1', requestOf(USER, { resourceAccount: '444455556666' })),
      'values',
    )
  })
})

describe('what follows from the resource', () => {
  const on = (action: string, resource: string | null, more: Partial<Request> = {}) =>
    requestOf(USER, { action, resource, ...more })
  const POINT = `arn:aws:s3:eu-west-1:${A}:accesspoint/ap`
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [request: Request, key: string, wanted: string])[] = [
    [on('s3:GetObject', `${POINT}/object/k`),     's3:DataAccessPointArn', POINT],
    [on('s3:GetObject', `${POINT}/object/k`),     's3:DataAccessPointAccount', A],
    [on('s3:GetObject', OBJECT),                  's3:DataAccessPointArn', 'absent'],
    [on('s3:GetObject', OBJECT),                  's3:DataAccessPointAccount', 'absent'],
    [on('s3:GetObject', null),                    's3:DataAccessPointArn', 'unknown'],
    [on('s3:GetObject', null),                    's3:DataAccessPointAccount', 'unknown'],
    [on('s3:GetObject', OBJECT),                  's3:ResourceAccount', A],
    [on('s3:GetObject', OBJECT),                  'aws:ResourceAccount', A],
    [on('kms:Decrypt', `arn:aws:kms:eu-west-1:${A}:key/k`), 'kms:CallerAccount', A],
  ]
  for (const [request, key, wanted] of ROWS)
    it(`${String(request.resource)}: ${key} is ${wanted}`, () =>
      assert.equal(stateOf(request, key, wanted), ['absent', 'unknown'].includes(wanted) ? wanted : 'values'))
})

describe('the way of the request: public or through an endpoint, never both (R-CTX-03)', () => {
  const asks = (context: NonNullable<Request['context']>) => requestOf(USER, { context })
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [context: NonNullable<Request['context']>, key: string, state: string])[] = [
    [{ 'aws:SourceVpce': 'vpce-1' },                'aws:SourceIp', 'absent'],
    [{ 'aws:SourceVpce': 'vpce-1' },                'aws:SourceVpc', 'present'],
    [{ 'aws:VpcSourceIp': '10.0.0.1' },             'aws:SourceVpce', 'present'],
    [{ 'aws:SourceVpce': { state: 'present' } },    'aws:SourceIp', 'absent'],
    [{ 'aws:SourceIp': '203.0.113.7' },             'aws:SourceVpce', 'absent'],
    [{ 'aws:SourceIp': '203.0.113.7' },             'aws:VpcSourceIp', 'absent'],
    [{ 'aws:SourceVpce': null },                    'aws:SourceVpc', 'absent'],
    [{},                                            'aws:SourceIp', 'unknown'],
    [{ 'aws:SourceVpce': { state: 'unknown' } },    'aws:SourceIp', 'unknown'],
    [{ 'aws:SourceVpc': 'vpc-1' },                  'aws:SourceVpce', 'present'],
    [{ 'aws:SourceVpce': { state: 'unknown' } },    'aws:SourceVpc', 'unknown'],
    [{ 'aws:SourceVpc': { state: 'unknown' } },     'aws:VpcSourceIp', 'unknown'],
    [{ 'aws:SourceIp': { state: 'present' } },      'aws:SourceVpc', 'absent'],
    ...['aws:SourceVpcArn', 'aws:VpceAccount', 'aws:VpceOrgID', 'aws:VpceOrgPaths'].flatMap((key) => [
      [{ 'aws:SourceIp': '203.0.113.7' }, key, 'absent'] as const,
      [{ 'aws:SourceVpce': null }, key, 'absent'] as const,
      [{ 'aws:SourceVpce': 'vpce-1' }, key, key.startsWith('aws:VpceOrg') ? 'unknown' : 'present'] as const,
      [{}, key, 'unknown'] as const,
      [{ [key]: 'x' }, 'aws:SourceIp', 'absent'] as const,
      [{ [key]: 'x' }, 'aws:SourceVpce', 'present'] as const,
    ]),
    ...['aws:CalledVia', 'aws:CalledViaFirst', 'aws:CalledViaLast'].flatMap((key) => [
      [{ 'aws:ViaAWSService': 'False' }, key, 'absent'] as const,
      [{ 'aws:ViaAWSService': true }, key, 'unknown'] as const,
      [{ [key]: ['s3.amazonaws.com'] }, 'aws:ViaAWSService', 'values'] as const,
    ]),
    [{ 'aws:ViaAWSService': false },                'kms:ViaService', 'absent'],
    [{ 'aws:ViaAWSService': { state: 'present' } }, 'aws:CalledVia', 'unknown'],
    [{ 'aws:ViaAWSService': false },                'aws:CalledVia', 'absent'],
    [{ 'aws:CalledVia': ['s3.amazonaws.com'] },     'aws:ViaAWSService', 'values'],
  ]
  for (const [context, key, state] of ROWS)
    it(`with ${JSON.stringify(context)}, ${key} is ${state}`, () =>
      assert.equal(stateOf(asks(context), key, 'true'), state))

  it('that is not known leaves open what belongs to it, also where all else that is sent is listed', () => {
    const request = requestOf(USER, { context: { 'aws:SourceVpce': { state: 'unknown' } }, contextComplete: true })
    assert.equal(stateOf(request, 'aws:SourceVpc', 'vpc-1'), 'unknown')
  })

  const allows = {
    name: 'endpoint',
    document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
  }

  it('an endpoint policy that is at hand does not make a request that used no endpoint one without an address', () => {
    const rest = { policies: { vpcEndpointPolicy: allows } }
    assert.notEqual(stateOf(asks({ 'aws:SourceVpce': null }), 'aws:SourceIp', 'x', rest), 'absent')
    assert.equal(stateOf(asks({ 'aws:SourceIp': '203.0.113.7' }), 'aws:SourceVpce', 'x', rest), 'absent')
  })
})

/**
 * Cases that other tools answer wrongly or not at all. Each goes the whole way where a message or an event is part of
 * it, else through the engine.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnose } from '#diagnose/diagnose.ts'
import type { Diagnosis, PolicySource } from '#diagnose/diagnosis.ts'
import { evaluateChain } from '#engine/chain.ts'
import type { Decision, LayerVerdict } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { evaluate } from '#engine/evaluate.ts'
import { evaluateWithLint } from '#lint/evaluate-with-lint.ts'
import type { PoliciesInForce, Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { callEvents } from '#intake/cloudtrail/call-event.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'
import { spec } from '../spec/spec.ts'

const A = '111122223333'
const B = '444455556666'
const ORG = '999988887777'
const ROLE = `arn:aws:iam::${A}:role/deploy`
const SESSION = `arn:aws:sts::${A}:assumed-role/deploy/s1`
const OBJECT = 'arn:aws:s3:::b/public.txt'
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k-1`

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const rule = (Effect: 'Allow' | 'Deny', Action: string | readonly string[], more: object = {}) => ({
  Effect,
  Action,
  Resource: '*',
  ...more,
})
const policy = (name: string, ...statements: readonly object[]) => ({ name, document: document(...statements) })
const ALL = policy('all', rule('Allow', '*'))
const NOTHING = policy('nothing')
const organization = { id: 'o-x', managementAccount: ORG, principalPath: 'o-x/r-1/', resourcePath: 'o-x/r-1/' }

const scenario = (
  policies: PoliciesInForce,
  request: Partial<Request> = {},
  rest: Partial<Scenario> = {},
): Scenario => ({
  request: {
    principal: SESSION,
    principalDetails: { roleArn: ROLE },
    action: 's3:GetObject',
    resource: OBJECT,
    resourceAccount: A,
    contextComplete: true,
    ...request,
  },
  policies: { complete: true, ...policies },
  organization,
  ...rest,
})
/** By the engine, which the second evaluator must agree with. */
function judge(...given: Parameters<typeof scenario>): Decision {
  const asked = scenario(...given)
  const [got, second] = [evaluate(asked), spec(asked)]
  assert.deepEqual(outcomeOf(got), outcomeOf(second), 'the second evaluator differs')
  return got
}

const outcomeOf = ({ decision, denyType, blockedBy }: Pick<Decision, 'decision' | 'denyType' | 'blockedBy'>) => ({
  decision,
  denyType,
  blockedBy: [...blockedBy],
})

/** How it is refused, and by which statement: an explicit deny has one, an implicit one has none that allows. */
function assertRefused(
  got: Decision,
  denyType: 'explicit' | 'implicit',
  blockedBy: readonly PolicyLayer[],
  by?: string,
) {
  assert.deepEqual(outcomeOf(got), { decision: 'denied', denyType, blockedBy })
  const deciding = blockedBy.flatMap((layer) =>
    layerOf(got, layer)
      .filter((one) => one.counted)
      .flatMap((one) => one.statements)
      .filter(({ effect, matches }) => effect === (denyType === 'explicit' ? 'Deny' : 'Allow') && matches === true)
      .map(({ policy: name, index }) => `${name} ${index}`),
  )
  assert.deepEqual(deciding, by === undefined ? [] : [by])
}

const layerOf = (decision: Decision, layer: PolicyLayer): readonly LayerVerdict[] =>
  decision.layers.filter((one) => one.layer === layer)
const statementsOf = (decision: Decision, layer: PolicyLayer) =>
  layerOf(decision, layer).flatMap((one) => one.statements)

function only(text: string): Denial {
  const [denial, ...more] = readDenials(text).denials
  assert.ok(denial !== undefined && more.length === 0)
  return denial
}

function explain(text: string, given: Scenario): Diagnosis {
  const subject: PolicySource = { kind: 'scenario', scenario: given }
  const [one] = diagnose({ denials: readDenials(text).denials, events: [], policySource: subject }).diagnoses
  assert.ok(one !== undefined)
  return one
}

const said = (reason: string, action = 's3:GetObject', resource = OBJECT): string =>
  `User: ${SESSION} is not authorized to perform: ${action} on resource: "${resource}" ${reason}`

describe('cases that other tools miss', () => {
  it('F1: an explicit deny by SCP with the ARN that AWS appends since 2026 names layer and policy', () => {
    const arn = `arn:aws:organizations::${ORG}:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd`
    const denial = only(said(`with an explicit deny in a service control policy: ${arn}`))
    assert.deepEqual({ ...denial.reported }, { layer: 'service-control-policy', denyType: 'explicit', policyArn: arn })
    assert.equal(denial.resource, OBJECT)
    const guard = { name: 'p-2kgnabcd', document: document(rule('Allow', '*'), rule('Deny', 's3:*')) }
    const levels = { serviceControlPolicies: [{ target: 'r-1', policies: [guard] }], identityPolicies: [ALL] }
    assertRefused(judge(levels), 'explicit', ['service-control-policy'], 'p-2kgnabcd 1')
    const got = explain(said(`with an explicit deny in a service control policy: ${arn}`), scenario(levels))
    assert.deepEqual([got.status, got.reconciliation.agrees], ['explained', true])
  })

  it('F2: "because no permissions boundary allows" is the boundary, implicitly (R-MSG-02)', () => {
    const text = said('because no permissions boundary allows the s3:GetObject action')
    assert.equal(only(text).reported.layer, 'permissions-boundary')
    assert.equal(only(text).reported.denyType, 'implicit')
    assertRefused(judge({ identityPolicies: [ALL], permissionsBoundary: NOTHING }), 'implicit', [
      'permissions-boundary',
    ])
    const got = explain(text, scenario({ identityPolicies: [ALL], permissionsBoundary: NOTHING }))
    assert.equal(got.status, 'explained')
    assert.equal(got.reconciliation.agrees, true)
  })

  it('F3: a bucket Deny on another prefix is not blamed', () => {
    const resourcePolicy = policy(
      'bucket',
      rule('Deny', 's3:*', { Sid: 'Secret', Principal: '*', Resource: 'arn:aws:s3:::b/secret/*' }),
    )
    const got = judge({ resourcePolicy, identityPolicies: [NOTHING] })
    assertRefused(got, 'implicit', ['identity-policy'])
    const [deny] = statementsOf(got, 'resource-policy')
    assert.equal(deny?.matches, false)
    assert.deepEqual(
      deny?.failedOn.map(({ element }) => element),
      ['Resource'],
    )
  })

  it('F4: a role with a permissions boundary is evaluated, both ways', () => {
    assert.equal(judge({ identityPolicies: [ALL], permissionsBoundary: ALL }).decision, 'allowed')
    const bound = policy('bound', rule('Allow', '*'), rule('Deny', 's3:*'))
    assertRefused(judge({ identityPolicies: [ALL], permissionsBoundary: NOTHING }), 'implicit', [
      'permissions-boundary',
    ])
    assertRefused(
      judge({ identityPolicies: [ALL], permissionsBoundary: bound }),
      'explicit',
      ['permissions-boundary'],
      'bound 1',
    )
  })

  it('F5: an SCP Deny without a Sid is named by policy and place', () => {
    const guard = { name: 'p-guard1234', document: document(rule('Allow', '*'), rule('Deny', 's3:*')) }
    const got = judge({ identityPolicies: [ALL], serviceControlPolicies: [{ target: 'r-1', policies: [guard] }] })
    assertRefused(got, 'explicit', ['service-control-policy'], 'p-guard1234 1')
    const deny = statementsOf(got, 'service-control-policy').find(
      ({ effect, matches }) => effect === 'Deny' && matches === true,
    )
    assert.equal(deny?.policy, 'p-guard1234')
    assert.equal(deny?.index, 1)
    assert.equal(deny?.pointer, '/Statement/1')
    assert.equal(deny?.sid, undefined)
    const { summary } = explain(
      said('with an explicit deny in a service control policy'),
      scenario({ identityPolicies: [ALL], serviceControlPolicies: [{ target: 'r-1', policies: [guard] }] }),
    )
    assert.match(summary, /policy p-guard1234, statement 2,/)
  })

  it('F6: a trust policy whose OIDC subject does not fit is named with key and both values', () => {
    const provider = `arn:aws:iam::${A}:oidc-provider/token.example.com`
    const condition = { StringLike: { 'token.example.com:sub': 'repo:org/app:ref:refs/heads/main' } }
    const trust = policy('trust', {
      Sid: 'Oidc',
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: condition,
    })
    const got = judge(
      { resourcePolicy: { ...trust, kind: 'trust' } },
      {
        principal: provider,
        principalDetails: { type: 'web-identity' },
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: ROLE,
        context: { 'token.example.com:sub': 'repo:org/app:pull_request' },
      },
    )
    assertRefused(got, 'implicit', ['resource-policy'])
    const [failed] = statementsOf(got, 'resource-policy').flatMap(({ failedOn }) => failedOn)
    assert.equal(failed?.key, 'token.example.com:sub')
    assert.deepEqual([failed?.expected].flat(), ['repo:org/app:ref:refs/heads/main'])
    assert.deepEqual([failed?.actual].flat(), ['repo:org/app:pull_request'])
  })

  it('F7: across accounts, an Allow on one side alone is refused by the missing other side', () => {
    const got = judge({ identityPolicies: [ALL], resourcePolicy: null }, { resourceAccount: B })
    assertRefused(got, 'implicit', ['resource-policy'])
    const named = policy('bucket', rule('Allow', 's3:*', { Principal: { AWS: A } }))
    const theirs = judge({ identityPolicies: [NOTHING], resourcePolicy: named }, { resourceAccount: B })
    assertRefused(theirs, 'implicit', ['identity-policy'])
  })

  it('F8: a session policy refuses, implicitly and explicitly, and is named', () => {
    const implicit = judge({ identityPolicies: [ALL], sessionPolicies: [policy('s', rule('Allow', 'ec2:*'))] })
    assertRefused(implicit, 'implicit', ['session-policy'])
    const explicit = judge({
      identityPolicies: [ALL],
      sessionPolicies: [policy('s', rule('Allow', '*'), rule('Deny', 's3:*'))],
    })
    assertRefused(explicit, 'explicit', ['session-policy'], 's 1')
  })

  it('F9: a Deny of the account root in a bucket or key policy refuses its roles, and is named', () => {
    const Principal = { AWS: `arn:aws:iam::${A}:root` }
    const bucket = judge({
      identityPolicies: [ALL],
      resourcePolicy: policy('b', rule('Deny', 's3:*', { Sid: 'NoAccount', Principal })),
    })
    assertRefused(bucket, 'explicit', ['resource-policy'], 'b 0')
    assert.ok(
      statementsOf(bucket, 'resource-policy').some(({ sid, matches }) => sid === 'NoAccount' && matches === true),
    )
    const key = policy('k', rule('Allow', 'kms:*', { Principal }), rule('Deny', 'kms:Decrypt', { Principal }))
    const decrypt = judge(
      { identityPolicies: [ALL], resourcePolicy: { ...key, kind: 'key' } },
      { action: 'kms:Decrypt', resource: KEY },
    )
    assertRefused(decrypt, 'explicit', ['resource-policy'], 'k 1')
  })

  it('F10: an SCP Deny and a missing identity Allow are both named, for both must be mended', () => {
    const level = [{ target: 'r-1', policies: [policy('p', rule('Allow', '*'), rule('Deny', 's3:*'))] }]
    const got = judge({ serviceControlPolicies: level, identityPolicies: [NOTHING] })
    assertRefused(got, 'explicit', ['service-control-policy', 'identity-policy'], 'p 1')
    assert.notEqual(judge({ serviceControlPolicies: level, identityPolicies: [ALL] }).decision, 'allowed')
    assert.notEqual(judge({ identityPolicies: [NOTHING] }).decision, 'allowed')
  })

  const odd: readonly [action: string, resource: string][] = [
    ['iam:ListRoles', `arn:aws:iam::${A}:role/*`],
    ['dynamodb:ListTables', `arn:aws:dynamodb:eu-west-1:${A}:table/*`],
    ['kms:CreateAlias', `arn:aws:kms:eu-west-1:${A}:alias/app`],
  ]
  for (const [action, resource] of odd)
    it(`F11: ${action} on ${resource} gets a decision`, () => {
      const request = { action, resource }
      assert.equal(judge({ identityPolicies: [ALL] }, request).decision, 'allowed')
      assertRefused(judge({ identityPolicies: [NOTHING] }, request), 'implicit', ['identity-policy'])
    })

  const event = (eventName: string, more: object = {}) => ({
    eventTime: '2026-04-27T10:03:00Z',
    eventID: `e-${eventName}`,
    eventSource: 's3.amazonaws.com',
    eventName,
    awsRegion: 'eu-west-1',
    userIdentity: {
      type: 'AssumedRole',
      arn: SESSION,
      accountId: A,
      sessionContext: { sessionIssuer: { type: 'Role', arn: ROLE } },
    },
    requestParameters: { bucketName: 'b' },
    errorCode: 'AccessDenied',
    errorMessage: 'Access Denied',
    ...more,
  })

  it('F12: ListObjectsV2 is s3:ListBucket on the bucket', () => {
    const denial = readRecord(event('ListObjectsV2'))
    assert.equal(denial?.action, 's3:ListBucket')
    assert.equal(denial?.resource, 'arn:aws:s3:::b')
  })

  it('F12: HeadObject is s3:GetObject on the object, and may be a missing one (s3:ListBucket)', () => {
    const denial = readRecord(event('HeadObject', { requestParameters: { bucketName: 'b', key: 'k' } }))
    assert.equal(denial?.action, 's3:GetObject')
    assert.equal(denial?.resource, 'arn:aws:s3:::b/k')
    assert.ok(denial?.notes.some(({ code }) => code === 'possibly-not-found'))
  })

  it('F13: an allowed upload into a bucket with a key needs the key next, whose policy lacks the role', () => {
    const keyPolicy = document(rule('Allow', 'kms:*', { Principal: { AWS: `arn:aws:iam::${A}:role/admin` } }))
    const got = evaluateChain(
      scenario(
        { identityPolicies: [ALL], serviceGuards: { sseKmsKeyArn: KEY } },
        { action: 's3:PutObject', contextComplete: true },
        { resources: [{ arn: KEY, account: A, kind: 'key', policy: keyPolicy }] },
      ),
    )
    assert.equal(got.decision, 'allowed')
    const [next] = got.steps ?? []
    assert.equal(next?.request.action, 'kms:GenerateDataKey')
    assert.equal(next?.request.resource, KEY)
    assert.equal(next?.decision.decision, 'denied')
    assert.ok(next !== undefined)
    assertRefused(next.decision, 'implicit', ['resource-policy'])
  })

  it('F14: an endpoint policy that names a role as principal is evaluated', () => {
    const through = { context: { 'aws:SourceVpce': 'vpce-1' } }
    const naming = (arn: string) => policy('e', rule('Allow', '*', { Principal: { AWS: arn } }))
    assert.equal(judge({ identityPolicies: [ALL], vpcEndpointPolicy: naming(ROLE) }, through).decision, 'allowed')
    const other = judge({ identityPolicies: [ALL], vpcEndpointPolicy: naming(`arn:aws:iam::${A}:role/other`) }, through)
    assertRefused(other, 'implicit', ['vpc-endpoint-policy'])
  })

  const dotted: readonly [action: string, resource: string][] = [
    ['s3:GetObject', 'arn:aws:s3:::my.logs.example/dir/file.txt'],
    ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:eu-west-1:${A}:secret:prod/db.password-AbCdEf`],
    ['logs:GetLogEvents', `arn:aws:logs:eu-west-1:${A}:log-group:/a.b:log-stream:x.y`],
  ]
  for (const [action, resource] of dotted)
    it(`F15: the dots of ${resource} stay, also before a full stop`, () => {
      for (const reason of ['because no identity-based policy allows the action', '']) {
        const sentence = `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource}${reason === '' ? '.' : ` ${reason}.`}`
        assert.equal(only(sentence).resource, resource)
      }
    })

  it('F16: an Allow of exactly the denied object mends it, and its sibling stays denied', () => {
    const exact = policy('fix', rule('Allow', 's3:GetObject', { Resource: OBJECT }))
    assert.equal(judge({ identityPolicies: [NOTHING, exact] }).decision, 'allowed')
    assertRefused(judge({ identityPolicies: [NOTHING, exact] }, { resource: 'arn:aws:s3:::b/other.txt' }), 'implicit', [
      'identity-policy',
    ])
  })

  it('F17: one policy of ten that cannot be read is reported, and the other nine are judged', () => {
    const broken = { name: 'broken', document: '{"Version": "2012-10-17", "Statement": [' }
    const nine = Array.from({ length: 9 }, (_, i) => policy(`p${i}`, rule('Allow', `svc${i}:*`)))
    const open = judge({ identityPolicies: [...nine, broken] })
    assert.equal(open.decision, 'undetermined', 'what cannot be read may allow or deny')
    const { lint } = evaluateWithLint(scenario({ identityPolicies: [...nine, broken] }))
    assert.ok(lint.some(({ policy: name }) => name === 'broken'))
    assert.ok(open.missing.some(({ fact }) => fact.includes('broken')))
    assert.equal(statementsOf(open, 'identity-policy').length, 9)
    const denied = judge({ identityPolicies: [...nine, broken, policy('no', rule('Deny', 's3:*'))] })
    // A Deny that can be read refuses, whatever the broken one says.
    assertRefused(denied, 'explicit', ['identity-policy'], 'no 0')
  })

  it('F18: RunInstances refused on the subnet alone names the subnet', () => {
    const ec2 = (tail: string, account = A): string => `arn:aws:ec2:eu-west-1:${account}:${tail}`
    const subnet = ec2('subnet/subnet-1')
    const image = ec2('image/ami-1', '')
    const identity = policy('run', rule('Allow', 'ec2:RunInstances', { Resource: [image, ec2('instance/*')] }))
    const got = judge(
      { identityPolicies: [identity] },
      { action: 'ec2:RunInstances', resource: [image, ec2('instance/*'), subnet] },
    )
    assertRefused(got, 'implicit', ['identity-policy'])
    const refused = got.parts?.filter(({ decision }) => decision.decision === 'denied').map(({ resource }) => resource)
    assert.deepEqual(refused, [subnet])
  })

  it('F19: a principal tag that the event does not show is unknown, with the value that would allow', () => {
    const identity = policy(
      'p',
      rule('Allow', 's3:GetObject', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } }),
    )
    const got = judge({ identityPolicies: [identity] }, { contextComplete: false })
    assert.equal(got.decision, 'undetermined')
    const [missing] = got.missing
    assert.equal(missing?.fact, 'aws:PrincipalTag/team')
    assert.equal(missing?.kind, 'context-key')
    assert.equal(missing?.wouldAllowIf, '= blue')
    assert.deepEqual(got.outcomes.find(({ decision }) => decision === 'allowed')?.when, {
      'aws:PrincipalTag/team': 'blue',
    })
  })

  it('F20: a denial 3 s after PutRolePolicy on the role is suspected to be eventual consistency', () => {
    const write = {
      ...event('PutRolePolicy'),
      eventTime: '2026-04-27T10:02:57Z',
      eventSource: 'iam.amazonaws.com',
      requestParameters: { roleName: 'deploy', policyName: 'p', policyDocument: '{}' },
      errorCode: undefined,
      errorMessage: undefined,
    }
    const records = [write, event('GetObject', { requestParameters: { bucketName: 'b', key: 'k' } })]
    const denials = records.flatMap((one) => readRecord(one) ?? [])
    const [got] = diagnose({ denials, events: callEvents(records) }).diagnoses
    assert.ok(got?.denial.notes.some(({ code }) => code === 'eventual-consistency'))
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import type { LintFinding } from './finding.ts'
import { evaluateWithLint } from './evaluate-with-lint.ts'
import { lintPolicy } from './lint-scenario.ts'
import { preparePolicy } from '#engine/prepare.ts'
import type { Scenario } from '#engine/scenario.ts'

const A = '111122223333'

function lint(
  statement: unknown,
  place: 'identityPolicies' | 'resourcePolicy' = 'identityPolicies',
): readonly LintFinding[] {
  const policy = { name: 'p', document: { Version: '2012-10-17', Statement: [statement] } }
  return evaluateWithLint({
    request: {
      principal: `arn:aws:iam::${A}:user/ann`,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
      resourceAccount: A,
    },
    policies: {
      complete: true,
      ...(place === 'identityPolicies' ? { identityPolicies: [policy] } : { resourcePolicy: policy }),
    },
  }).lint
}
const S = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k' }

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [id: string, statement: unknown, severity: string, pointer: string])[] = [
  ['Invalid action',               { ...S, Action: 's3:GetObject, s3:PutObject' },                      'error', '/Statement/0/Action'],
  ['Invalid service in action',    { ...S, Action: 's*:GetObject' },                                    'error', '/Statement/0/Action'],
  ['Invalid service in action',    { Effect: 'Deny', NotAction: '*:Get*', Resource: '*' },              'error', '/Statement/0/NotAction'],
  ['Invalid condition operator',   { ...S, Condition: { StringEqual: { 'ex:k': 'v' } } },               'error', '/Statement/0/Condition'],
  ['Missing qualifier',            { ...S, Condition: { StringEquals: { 'aws:TagKeys': 'a' } } },       'error', '/Statement/0/Condition/StringEquals/aws:TagKeys'],
]

describe('findings on policies, by Access Analyzer’s names', () => {
  for (const [id, statement, severity, pointer] of ROWS)
    it(`${id}: ${JSON.stringify(statement)}`, () => {
      const found = lint(statement).find((finding) => finding.id === id)
      assert.deepEqual([found?.severity, found?.policy], [severity, 'p'])
      assert.ok(found?.pointer.startsWith(pointer), found?.pointer)
    })

  it('a statement that cannot be read is named for what is wrong with it, and for what follows (R-VAL-01)', () =>
    assert.deepEqual(
      lint({ ...S, Effect: 'allow' }).map((finding) => [finding.id, finding.pointer]),
      [
        ['invalid-policy', '/Statement/0'],
        ['Invalid effect', '/Statement/0/Effect'],
      ],
    ))

  it('Unsupported wildcard in principal (R-PM-02)', () => {
    const found = lint({ ...S, Principal: { AWS: `arn:aws:iam::${A}:role/*` } }, 'resourcePolicy')
    assert.ok(found.some((finding) => finding.id === 'Unsupported wildcard in principal'))
  })

  it('a bare text in Principal is not in the grammar, and is reported (R-PM-02)', () => {
    assert.ok(lint({ ...S, Principal: `arn:aws:iam::${A}:role/r` }, 'resourcePolicy').length > 0)
  })

  it('an element in another letter case is reported, since it is not read (R-GRAM-02)', () => {
    assert.ok(lint({ ...S, condition: { Bool: { 'aws:SecureTransport': 'true' } } }).length > 0)
  })

  it('an Allow with NotPrincipal is reported (R-PM-11)', () => {
    assert.ok(lint({ ...S, NotPrincipal: { AWS: A } }, 'resourcePolicy').length > 0)
  })

  it('an action that does not exist is told with what was meant: a near name, or what IAM asks for the call', () => {
    const meant = { 's3:GetObjct': '`s3:GetObject` does', 'lambda:Invoke': 'IAM asks for `lambda:InvokeFunction`' }
    for (const [action, instead] of Object.entries(meant))
      assert.ok(
        lint({ ...S, Action: action }).some(({ id, message }) => id === 'Invalid action' && message.includes(instead)),
      )
    const several = lint({ ...S, Action: 'kms:ReEncrypt' }).map(({ message }) => message)
    assert.ok(several.some((one) => one.includes('`kms:ReEncryptFrom`') && one.includes('`kms:ReEncryptTo`')))
  })

  it('there is none on a sound policy', () => assert.deepEqual(lint({ ...S, Action: 's3:*' }), []))

  it('findings stand in the order of the document', () => {
    const statement = {
      Resource: 'b',
      Effect: 'Allow',
      Action: ['s3:GetObjct', 'x'],
      Condition: { NoOp: { 'sts:ExternalId': 1 } },
    }
    assert.deepEqual(
      lint(statement).map((finding) => finding.pointer),
      [
        '/Statement/0/Resource',
        '/Statement/0/Action/1',
        '/Statement/0/Action/0',
        '/Statement/0/Condition/NoOp/sts:ExternalId',
      ],
    )
  })
})

const ANN = `arn:aws:iam::${A}:user/ann`

/** Findings of a request without policies. */
const contextLint = (context: Request['context'], scenario: Partial<Scenario> = {}): readonly string[] =>
  evaluateWithLint({
    request: {
      principal: ANN,
      action: 'sqs:SendMessage',
      resource: `arn:aws:sqs:eu-west-1:${A}:q`,
      ...(context ? { context } : {}),
    },
    policies: {},
    ...scenario,
  }).lint.map((finding) => `${finding.id} ${finding.pointer}`)

describe('a listed context value that contradicts what follows from the other facts', () => {
  const found = (key: string) => [`listed-overrides-derived /request/context/${key}`]
  // biome-ignore format: a table is read by its columns
  const CONTEXTS: readonly (readonly [what: string, context: NonNullable<Request['context']>, lint: readonly string[], scenario?: Partial<Scenario>])[] = [
    ['another user name',                { 'aws:username': 'bob' },                found('aws:username')],
    ['another user name, other case',    { 'AWS:UserName': 'bob' },                found('AWS:UserName')],
    ['the same user name',               { 'aws:username': 'ann' },                []],
    ['a known value said to be absent',  { 'aws:username': null },                 found('aws:username')],
    ['a value said to be there',         { 'aws:username': { state: 'present' } }, []],
    ['a key that a user never has',      { 'aws:PrincipalServiceName': 'x' },      found('aws:PrincipalServiceName')],
    ['another Region than the queue’s',  { 'aws:RequestedRegion': 'us-east-1' },   found('aws:RequestedRegion')],
    ['a key nothing follows for',        { 'aws:SourceIp': '203.0.113.1' },        []],
    ['a VPC endpoint',                   { 'aws:SourceVpce': 'vpce-1' },           []],
    ['a key of its own',                 { 'ex:k/l~': 'v' },                       []],
    ['another organization',             { 'aws:PrincipalOrgID': 'o-2' },          found('aws:PrincipalOrgID'), { organization: { id: 'o-1', principalPath: 'o-1/r-1/' } }],
    ['one of an account in none',        { 'aws:PrincipalOrgID': 'o-2' },          found('aws:PrincipalOrgID'), { organization: null }],
    ['the organization it is in',        { 'aws:PrincipalOrgID': 'o-1' },          [],                          { organization: { id: 'o-1', principalPath: 'o-1/r-1/' } }],
    ['other tags of the principal',      { 'aws:PrincipalTag/team': 'y' },         found('aws:PrincipalTag~1team'),
      { request: { principal: ANN, principalTags: { team: 'x' }, action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${A}:q`, context: { 'aws:PrincipalTag/team': 'y' } } }],
  ]
  for (const [what, context, expected, scenario] of CONTEXTS)
    it(`${what}: ${expected.length === 0 ? 'no finding' : 'found'}`, () =>
      assert.deepEqual(contextLint(context, scenario), expected))

  it('a role whose path is not known may be any of that name (R-PRIN-04)', () => {
    const request = {
      principal: `arn:aws:sts::${A}:assumed-role/app/s`,
      action: 'sqs:SendMessage',
      resource: `arn:aws:sqs:eu-west-1:${A}:q`,
      context: { 'aws:PrincipalArn': `arn:aws:iam::${A}:role/team/app` },
    }
    assert.deepEqual(contextLint(undefined, { request }), [])
  })
})

describe('what is linted', () => {
  const request = { principal: ANN, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', resourceAccount: A }
  const WIDE = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

  it('is every policy in force, and each finding names its policy', () => {
    const odd = (name: string) => ({ name, document: { Version: '2012-10-17', Statement: [{ ...S, Effect: 'x' }] } })
    const { lint: found } = evaluateWithLint({
      request,
      policies: {
        serviceControlPolicies: [{ target: 'r-1', policies: [odd('scp')] }],
        resourceControlPolicies: [{ target: 'r-1', policies: [odd('rcp')] }],
        vpcEndpointPolicy: odd('vpce'),
        resourcePolicy: { ...odd('bucket'), kind: 'bucket' },
        identityPolicies: [odd('identity')],
        permissionsBoundary: odd('boundary'),
        sessionPolicies: [odd('session')],
      },
    })
    assert.deepEqual(
      found.filter((finding) => finding.id === 'Invalid effect').map((finding) => finding.policy),
      ['rcp', 'scp', 'vpce', 'bucket', 'identity', 'boundary', 'session'],
    )
  })

  it('is a resource policy by what the request is for, where nothing says what it is attached to (R-OTH-06)', () => {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ANN }, Action: '*' }] }
    const missing = (action: string, resource: string) =>
      evaluateWithLint({
        request: { principal: ANN, action, resource, resourceAccount: A },
        policies: { resourcePolicy: { name: 'access', document } },
      }).lint.some(({ id }) => id === 'Missing resource')
    assert.equal(missing('ecr:BatchGetImage', `arn:aws:ecr:us-east-1:${A}:repository/r`), false)
    assert.equal(missing('sqs:SendMessage', `arn:aws:sqs:us-east-1:${A}:q`), true)
  })

  it('is linted for each kind of resource that one prepared policy is judged for', () => {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ANN }, Action: '*' }] }
    const policy = preparePolicy({ name: 'access', document }, 'resource')
    const missing = (kind: string) => lintPolicy(policy, kind).some(({ id }) => id === 'Missing resource')
    assert.deepEqual([missing('repository'), missing('queue'), missing('repository')], [false, true, false])
  })

  it('is no policy of AWS, since nobody else can mend it', () => {
    const managed = { name: 'AdministratorAccess', arn: 'arn:aws:iam::aws:policy/AdministratorAccess', document: WIDE }
    assert.deepEqual(evaluateWithLint({ request, policies: { identityPolicies: [managed] } }).lint, [])
    const own = { ...managed, arn: `arn:aws:iam::${A}:policy/AdministratorAccess` }
    assert.ok(evaluateWithLint({ request, policies: { identityPolicies: [own] } }).lint.length > 0)
  })

  it('is no document that is not at hand: that is a missing fact', () => {
    assert.deepEqual(evaluateWithLint({ request, policies: { identityPolicies: [{ name: 'p' }] } }).lint, [])
  })

  it('never changes a decision (R-VAL-01)', () => {
    const { decision } = evaluateWithLint({
      request,
      policies: {
        complete: true,
        identityPolicies: [{ name: 'p', document: { Statement: { ...S, Action: ['s3:GetObject', 'x y'] } } }],
      },
    })
    assert.equal(decision, 'allowed')
  })

  it('is looked at once for each prepared policy', () => {
    const policy = preparePolicy({ name: 'p', document: WIDE }, 'identity')
    assert.equal(lintPolicy(policy), lintPolicy(policy))
  })
})

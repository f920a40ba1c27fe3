/** Where each missing fact is found: the field of CloudTrail's record, or the call that prints it. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EvaluationInput } from './evaluation-input.ts'
import type { MissingFact } from './decision.ts'
import { howToGet } from './how-to-get.ts'

const of = (service: string): EvaluationInput => ({ question: { action: { service } } }) as EvaluationInput
const hint = (kind: MissingFact['kind'], fact: string, service = 's3') => howToGet(kind, fact, of(service))

it('a key that a policy names is quoted for a shell', () => {
  assert.match(hint('context-key', "s3:$(x) 'y"), /--context 's3:\$\(x\) '\\''y=VALUE'$/)
})

describe('a context key', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [key: string, names: string])[] = [
    ['aws:SourceVpce',             'vpcEndpointId'],
    ['aws:SourceVpc',              'describe-vpc-endpoints'],
    ['aws:SourceIp',               'sourceIPAddress'],
    ['aws:VpcSourceIp',            'sourceIPAddress'],
    ['aws:PrincipalTag/team',      'list-role-tags'],
    ['aws:ResourceTag/team',       'resourcegroupstaggingapi get-resources'],
    ['aws:RequestTag/team',        'requestParameters'],
    ['aws:TagKeys',                'requestParameters'],
    ['aws:PrincipalOrgID',         'in the account of the principal'],
    ['aws:PrincipalOrgPaths',      'list-parents, from the account of the principal'],
    ['aws:ResourceOrgID',          'in the account of the resource'],
    ['aws:ResourceOrgPaths',       'list-parents, from the account of the resource'],
    ['aws:MultiFactorAuthPresent', 'mfaAuthenticated'],
    ['aws:SecureTransport',        'tlsDetails'],
    ['aws:CurrentTime',            'eventTime'],
    ['aws:RequestedRegion',        'awsRegion'],
    ['aws:UserAgent',              'userAgent'],
    ['aws:SourceIdentity',         'requestParameters.sourceIdentity'],
    ['aws:ViaAWSService',          'invokedBy'],
    ['aws:CalledVia',              'invokedBy'],
    ['aws:PrincipalArn',           'get-caller-identity'],
    ['aws:userid',                 'get-caller-identity'],
    ['sts:ExternalId',             'requestParameters.externalId'],
    ['denytrace:unknown/x',        'import again'],
  ]
  for (const [key, names] of ROWS)
    it(`${key}: ${names}`, () => {
      assert.ok(hint('context-key', key).includes(names), hint('context-key', key))
      assert.ok(!hint('context-key', key).includes('--context'), 'it has a hint of its own')
    })
  it('of an identity provider: its token (R-CTX-03)', () => {
    const advice = hint('context-key', 'token.actions.githubusercontent.com:actor')
    assert.match(advice, /claim `actor` of the token.*--context token\.actions\.githubusercontent\.com:actor=VALUE/)
    assert.doesNotMatch(advice, /CloudTrail/)
  })
  it('of a service with a dot behind its name: not of a token', () => {
    for (const key of ['kms:EncryptionContext:app.example:id', 's3:ExistingObjectTag/a.b:c'])
      assert.doesNotMatch(hint('context-key', key), /token/, key)
  })
  it('of a service: the request, or the command line', () =>
    assert.match(hint('context-key', 's3:prefix'), /requestParameters.*--context s3:prefix=VALUE/))
})

describe('a policy, an attribute, an account, a principal', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [kind: MissingFact['kind'], fact: string, service: string, names: string])[] = [
    ['policy',    'service control policies of the account',  's3',     'list-policies-for-target'],
    ['policy',    'resource control policies of the account', 's3',     'list-policies-for-target'],
    ['policy',    'policies attached to r-root',              's3',     'list-policies-for-target'],
    ['policy',    'policy of the VPC endpoint',               's3',     'describe-vpc-endpoints'],
    ['policy',    'session policies',                         's3',     'AssumeRole event'],
    ['policy',    'identity policies',                        's3',     'get-account-authorization-details'],
    ['policy',    'permissions boundary',                     's3',     'get-account-authorization-details'],
    ['policy',    'key policy',                               'kms',    'kms get-key-policy'],
    ['policy',    'trust policy',                             'sts',    'iam get-role'],
    ['policy',    'document of p',                            's3',     'iam get-policy-version'],
    ['policy',    'document of bucket policy of b',           's3',     's3api get-bucket-policy'],
    ['policy',    'document of key policy of k',              's3',     'kms get-key-policy'],
    ['policy',    'document of arn:aws:organizations::1:policy/o-1/service_control_policy/p-1', 's3', 'organizations describe-policy'],
    ['policy',    'bucket policy',                            's3',     's3api get-bucket-policy'],
    ['policy',    'queue policy',                             'sqs',    'the get-policy command of the service'],
    ['attribute', 'grants of the key',                        'kms',    'kms list-grants'],
    ['attribute', 'acl',                                      's3',     's3api get-public-access-block'],
    ['attribute', 'ARN of the resource',                      's3',     'of the CloudTrail event'],
    ['attribute', 'x',                                        'lambda', 'the describe command'],
    ['attribute', 'authType of the function URL',             'lambda', 'lambda list-function-url-configs'],
    ['attribute', 'maxSessionDuration',                       'sts',    'iam get-role'],
    ['attribute', 'authType',                                 'execute-api', 'apigateway get-method'],
    ['policy',    'the policy that the Lambda authorizer returns', 'execute-api', 'test-invoke-authorizer'],
    ['account',   'x',                                        's3',     'resourceAccount'],
    ['principal', 'x',                                        's3',     'iam get-role'],
  ]
  for (const [kind, fact, service, names] of ROWS)
    it(`${kind} ${fact} of ${service}: ${names}`, () => assert.ok(hint(kind, fact, service).includes(names)))
})

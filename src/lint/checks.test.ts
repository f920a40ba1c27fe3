import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PolicyPlace } from '#iam/resource.ts'
import { lintPolicy } from './lint-scenario.ts'
import { preparePolicy } from '#engine/prepare.ts'
import type { Severity } from './check.ts'
import { CHECKS } from './checks.ts'

const A = '111122223333'
const V = '2012-10-17'

/** `kind` of a resource policy stands behind a slash: `resource/bucket`. */
type Where = PolicyPlace | `resource/${string}`

function lint(document: unknown, where: Where) {
  const [place, kind] = where.split('/')
  const policy = preparePolicy({ name: 'p', document }, place as PolicyPlace)
  return lintPolicy(policy, place === 'trust' ? 'trust' : kind)
}

const S = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k' }
const D = { ...S, Effect: 'Deny' }
const of = (...statements: readonly unknown[]) => ({ Version: V, Statement: statements })
const when = (operator: string, key: string, value: unknown, rest: object = S) =>
  of({ ...rest, Condition: { [operator]: { [key]: value } } })
const resource = (...arns: readonly string[]) => of({ ...S, Action: '*', Resource: arns })
const action = (...actions: readonly string[]) => of({ ...S, Action: actions, Resource: '*' })
/** A statement of a bucket's policy. */
const to = (principal: unknown, rest: object = {}) => of({ ...S, Principal: principal, ...rest })
const trust = (principal: unknown, actions: unknown, rest: object = {}) =>
  of({ Effect: 'Allow', Principal: principal, Action: actions, ...rest })
const rcp = (rest: object) => of({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', ...rest })
const tag = (effect: string, actions: unknown, element = 'Action') =>
  of({
    Effect: effect,
    [element]: actions,
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/team': 'x' } },
  })

const OIDC = { Federated: `arn:aws:iam::${A}:oidc-provider/token.actions.githubusercontent.com` }
const SAML = { Federated: `arn:aws:iam::${A}:saml-provider/okta` }
const WEB = 'sts:AssumeRoleWithWebIdentity'
const SUB = 'token.actions.githubusercontent.com:sub'
const AUD = 'token.actions.githubusercontent.com:aud'
const subject = (key: string, value: string) => ({ Condition: { StringLike: { [key]: value } } })
const SVC = { Service: 'sns.amazonaws.com' }
const FROM = { Condition: { StringEquals: { 'aws:SourceAccount': A } } }
const PASS = { Effect: 'Allow', Action: 'iam:PassRole', Resource: `arn:aws:iam::${A}:role/app-*` }
const SLR = { ...PASS, Action: 'iam:CreateServiceLinkedRole', Resource: `arn:aws:iam::${A}:role/aws-service-role/x/*` }
const one = `arn:aws:iam::${A}:role/x`
const long = (characters: number) => of({ ...S, Resource: `arn:aws:s3:::b/${'k'.repeat(characters)}` })

type Row = readonly [id: string, severity: Severity, where: Where, bad: unknown, good: unknown]

/** Of each check a policy that has the fault, and one as like it as may be that has not. */
// biome-ignore format: a table is read by its columns
const ROWS: readonly Row[] = [
  // The document
  ['Json syntax error',                    'error', 'identity', '{"Version":',                                  '{"Version":"2012-10-17","Statement":[]}'],
  ['Json syntax error',                    'error', 'identity', '%7B%22Version%22',                              '%7B%22Version%22%3A%222012-10-17%22%7D'],
  ['invalid-policy',                       'error', 'identity', of({ ...S, Effect: 'allow' }),                   of(S)],
  ['duplicate-key',                        'error', 'identity', `{"Version":"${V}","Statement":[{"Effect":"Deny","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`,
                                                                 JSON.stringify(of(S, D, { ...S, Sid: '"Effect":"Deny","Effect":1' }))],
  ['unsupported-character',                'error', 'identity', of({ ...S, Resource: 'arn:aws:s3:::b/\u4e2d' }), of({ ...S, Resource: 'arn:aws:s3:::b/ü' })],
  ['Data type mismatch',                   'error', 'identity', { ...of(S), Version: 20121017 },                 of(S)],
  ['Data type mismatch',                   'error', 'identity', [of(S)],                                         of(S)],
  ['Data type mismatch',                   'error', 'identity', of(S, 'Allow'),                                  of(S, D)],
  ['Data type mismatch',                   'error', 'identity', of({ ...S, Action: ['s3:GetObject', 5] }),       of({ ...S, Action: ['s3:GetObject'] })],
  ['Data type mismatch',                   'error', 'identity', when('StringEquals', 'aws:username', null),      when('StringEquals', 'aws:username', 'ann')],
  ['Invalid policy element',               'error', 'identity', of({ ...S, condition: {} }),                     of({ ...S, Condition: {} })],
  ['Invalid policy element',               'error', 'identity', { ...of(S), Comment: 'x' },                      { ...of(S), Id: 'x' }],
  ['Invalid version',                      'error', 'identity', { ...of(S), Version: '2012-10-18' },             { ...of(S), Version: '2008-10-17' }],
  ['Invalid version',                      'error', 'rcp',      { ...rcp({}), Version: '2008-10-17' },           rcp({})],
  ['Missing version',                      'warning', 'identity', { Statement: [S] },                            of(S)],
  ['Missing statement',                    'error', 'identity', { Version: V },                                  of(S)],
  ['Missing statement',                    'error', 'identity', of(),                                            { Version: V, Statement: S }],
  ['Invalid effect',                       'error', 'identity', of({ ...S, Effect: 'DENY' }),                    of(D)],
  ['Missing effect',                       'error', 'identity', of({ Action: S.Action, Resource: '*' }),         of(S)],
  ['Unsupported element combination',      'error', 'identity', of({ ...S, NotAction: 'iam:*' }),                of({ Effect: 'Deny', NotAction: 'iam:*', Resource: '*' })],
  ['Missing action',                       'error', 'identity', of({ Effect: 'Allow', Resource: '*' }),          of({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })],
  ['Missing principal',                    'error', 'resource/bucket', of(S),                                    to({ AWS: A })],
  ['Missing resource',                     'error', 'identity', of({ Effect: 'Allow', Action: 's3:GetObject' }), of(S)],
  ['Missing resource',                     'error', 'resource/key', of({ Effect: 'Allow', Action: 'kms:Decrypt', Principal: { AWS: A } }), of({ Effect: 'Allow', Action: 'kms:Decrypt', Principal: { AWS: A }, Resource: '*' })],
  ['Unsupported Sid',                      'error', 'identity', of({ ...S, Sid: 'read objects' }),               of({ ...S, Sid: 'ReadObjects1' })],
  ['Unsupported Sid',                      'error', 'trust',    trust({ AWS: A }, 'sts:AssumeRole', { Sid: 'a-b' }), trust({ AWS: A }, 'sts:AssumeRole', { Sid: 'ab' })],
  ['Unique Sids required',                 'error', 'identity', of({ ...S, Sid: 'a' }, { ...D, Sid: 'a' }),      of({ ...S, Sid: 'a' }, { ...D, Sid: 'b' })],
  ['Unique Sids recommended',              'warning', 'resource/bucket', of({ ...S, Sid: 'a', Principal: '*' }, { ...D, Sid: 'a', Principal: '*' }), of({ ...S, Sid: 'a', Principal: '*' }, { ...D, Sid: 'b', Principal: '*' })],
  ['Empty Sid value',                      'suggestion', 'identity', of({ ...S, Sid: '' }),                      of(S)],

  // Sizes and the policies of an organization
  ['Policy size exceeds identity policy quota',   'warning', 'boundary', long(6144),                              long(6000)],
  ['Policy size exceeds identity policy quota',   'warning', 'identity', long(10_240),                            long(10_000)],
  ['Policy size exceeds identity policy quota',   'warning', 'boundary', long(6144),                              `${JSON.stringify(of(S))}${' '.repeat(9000)}`],
  ['Policy size exceeds role trust policy quota', 'warning', 'trust',    trust({ AWS: `arn:aws:iam::${A}:role/${'r'.repeat(2048)}` }, 'sts:AssumeRole'), trust({ AWS: A }, 'sts:AssumeRole')],
  ['Policy size exceeds resource policy quota',   'warning', 'resource/bucket', long(20_480),                     long(20_000)],
  ['Policy size exceeds resource policy quota',   'warning', 'vpce',     `${JSON.stringify(of(S))}${' '.repeat(20_480)}`, long(20_000)],
  ['Policy size exceeds SCP quota',               'error',   'scp',      long(10_240),                            long(6000)],
  ['Policy size exceeds RCP quota',               'error',   'rcp',      long(5120),                              long(5000)],
  ['endpoint-policy-wildcard',             'warning', 'vpce',   of({ ...S, Principal: '*', Condition: { StringLike: { 'aws:PrincipalArn': '*app*' } } }), of({ ...S, Principal: '*', Condition: { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/deploy' } } })],
  ['endpoint-policy-numeric',              'warning', 'vpce',   of({ ...S, Principal: '*', Condition: { NumericEquals: { 'aws:PrincipalAccount': '111122223333' } } }), of({ ...S, Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } } })],
  ['endpoint-policy-account',              'warning', 'vpce',   of({ ...S, Principal: '*', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-west-1:1111*:q' }), of({ ...S, Principal: '*', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-west-1:*:q' })],
  ['SCP syntax error principal',           'error', 'scp',      of({ ...D, Principal: '*' }),                    of(D)],
  ['RCP syntax error principal',           'error', 'rcp',      rcp({ Principal: { AWS: A } }),                  rcp({ Principal: { AWS: '*' } })],
  ['RCP syntax error NotAction',           'error', 'rcp',      of({ Effect: 'Deny', Principal: '*', NotAction: 's3:*', Resource: '*' }), rcp({})],
  ['RCP syntax error allow',               'error', 'rcp',      rcp({ Effect: 'Allow', Resource: 'arn:aws:s3:::b' }), rcp({ Effect: 'Allow', Action: '*' })],
  ['RCP syntax error action',              'error', 'rcp',      rcp({ Action: '*' }),                            rcp({ Action: 's3:*' })],
  ['rcp-service-not-listed',               'warning', 'rcp',    rcp({ Action: 'iam:*' }),                        rcp({ Action: 'sts:*' })],
  ['RCP missing related principal condition key', 'warning', 'rcp', rcp({ Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
                                                                 rcp({ Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' }, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } } })],
  ['RCP missing related service principal condition key', 'warning', 'rcp', rcp({ Condition: { StringNotEquals: { 'aws:SourceOrgID': 'o-1' } } }),
                                                                 rcp({ Condition: { StringNotEquals: { 'aws:SourceOrgID': 'o-1' }, Bool: { 'aws:PrincipalIsAWSService': 'true' } } })],
  ['RCP missing service condition key null check', 'warning', 'rcp', rcp({ Condition: { StringNotEquals: { 'aws:SourceOrgID': 'o-1' } } }),
                                                                 rcp({ Condition: { StringNotEquals: { 'aws:SourceOrgID': 'o-1' }, Null: { 'aws:SourceAccount': 'false' } } })],

  // Principals
  ['Unsupported principal',                'error', 'identity', to('*'),                                         of(S)],
  ['Invalid principal format',             'error', 'resource/bucket', to(`arn:aws:iam::${A}:role/r`),           to('*')],
  ['Invalid principal format',             'error', 'resource/bucket', to({ AWS: 'ann' }),                       to({ AWS: [A, 'AIDAEXAMPLEEXAMPLEEXA'] })],
  ['Invalid principal format',             'error', 'resource/bucket', to({ AWS: `arn:aws:iam::${A}:group/g` }), to({ AWS: `arn:aws:iam::${A}:role/path/r` })],
  ['Invalid principal format',             'error', 'resource/bucket', to({ AWS: 'arn:aws:iam::12:root' }),      to({ AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' })],
  ['Invalid principal key',                'error', 'resource/bucket', to({ aws: A }),                           to({ AWS: A })],
  ['Unsupported wildcard in principal',    'error', 'resource/bucket', to({ AWS: `arn:aws:iam::${A}:role/*` }),  to({ AWS: '*' })],
  ['Unsupported wildcard in principal',    'error', 'resource/bucket', to({ Service: '*' }, FROM),               to(SVC, FROM)],
  ['account-id-number',                    'warning', 'resource/bucket', to({ AWS: 123456789012 }),              to({ AWS: '123456789012' })],
  ['account-id-number',                    'warning', 'identity', when('StringEquals', 'aws:SourceAccount', 12345678901), when('StringEquals', 'aws:SourceAccount', '012345678901')],
  ['Invalid service principal format',     'error', 'resource/bucket', to({ Service: 'S3' }, FROM),              to({ Service: 'states.eu-west-1.amazonaws.com' }, FROM)],
  ['Invalid service principal format',     'error', 'identity', when('StringEquals', 'iam:PassedToService', 'ec2'), when('StringEquals', 'iam:PassedToService', 'ec2.amazonaws.com.cn')],
  ['Federated principal not supported',    'error', 'resource/bucket', to(SAML),                                 to({ AWS: A })],
  ['Unsupported condition key for service principal', 'error', 'resource/bucket', to({ Service: 'cloudfront.amazonaws.com' }, { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
                                                                 to({ AWS: '*' }, { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
  ['Invalid role reference',               'warning', 'trust',  trust({ AWS: 'AROAEXAMPLEEXAMPLEEXA' }, 'sts:AssumeRole'), trust({ AWS: one }, 'sts:AssumeRole')],
  ['Invalid user reference',               'warning', 'trust',  trust({ AWS: 'AIDAEXAMPLEEXAMPLEEXA' }, 'sts:AssumeRole'), trust({ AWS: one }, 'sts:AssumeRole')],
  ['Allow with NotPrincipal',              'security', 'resource/bucket', of({ ...S, NotPrincipal: { AWS: A } }), of({ ...D, NotPrincipal: { AWS: A } })],
  ['Restrict access to service principal', 'security', 'resource/bucket', to(SVC),                               to(SVC, FROM)],

  // Trust policies
  ['Role trust policy syntax error notprincipal', 'error', 'trust', of({ Effect: 'Deny', NotPrincipal: { AWS: A }, Action: 'sts:AssumeRole' }), trust({ AWS: A }, 'sts:AssumeRole')],
  ['Role trust policy syntax error resource',     'error', 'trust', trust({ AWS: A }, 'sts:AssumeRole', { Resource: '*' }), trust({ AWS: A }, 'sts:AssumeRole')],
  ['Role trust policy unsupported wildcard in principal', 'error', 'trust', trust('*', 'sts:AssumeRole'),         trust({ AWS: '*' }, 'sts:AssumeRole')],
  ['Invalid federated principal syntax in role trust policy', 'error', 'trust', trust({ Federated: `arn:aws:iam::${A}:role/r` }, WEB), trust({ Federated: 'accounts.google.com' }, WEB)],
  ['Mismatched action for principal',      'error', 'trust',    trust(SAML, WEB),                                trust(SAML, 'sts:AssumeRoleWithSAML')],
  ['Mismatched action for principal',      'error', 'trust',    trust({ ...SAML, AWS: A }, 'sts:AssumeRole'),    trust({ ...SAML, AWS: A }, ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:TagSession'])],
  ['Missing action for roles anywhere trust policy', 'error', 'trust', trust({ Service: 'rolesanywhere.amazonaws.com' }, ['sts:AssumeRole', 'sts:TagSession']),
                                                                 trust({ Service: 'rolesanywhere.amazonaws.com' }, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'])],
  ['Missing condition key for oidc principal', 'security', 'trust', trust(OIDC, WEB),                            trust(OIDC, WEB, subject(AUD, 'sts.amazonaws.com'))],
  ['Missing github repo condition key',    'security', 'trust', trust(OIDC, WEB, subject(AUD, 'sts.amazonaws.com')), trust(OIDC, WEB, subject(SUB, 'repo:o/r:ref:refs/heads/main'))],
  ['Specific github repo and branch recommended', 'warning', 'trust', trust(OIDC, WEB, subject(SUB, 'repo:o/*')), trust(OIDC, WEB, subject(SUB, 'repo:o/r:ref:refs/heads/main'))],
  ['Redundant principal in role trust policy', 'suggestion', 'trust', trust({ AWS: [one, `arn:aws:sts::${A}:assumed-role/x/s`] }, 'sts:AssumeRole'), trust({ AWS: [one, `arn:aws:sts::${A}:assumed-role/y/s`] }, 'sts:AssumeRole')],

  // Actions
  ['Invalid action',                       'error', 'identity', action('s3:GetObject, s3:PutObject'),            action('s3:GetObject', 's3:PutObject')],
  ['Invalid action',                       'error', 'identity', action('GetObject'),                             action('*')],
  ['Invalid action',                       'error', 'identity', action('s3:'),                                   action('s3:*')],
  ['Invalid action',                       'error', 'identity', action('s3:Get Object'),                         action('brandnewservice:DoWhatNobodyKnows')],
  ['Invalid action',                       'error', 'identity', action('s3:DoWhatNobodyKnows'),                  action('S3:getobject', 's3:*', 's3:Get*')],
  ['Invalid action',                       'error', 'identity', of({ ...S, Action: undefined, NotAction: 'ec2:RunInstance' }), of({ ...S, Action: undefined, NotAction: 'ec2:RunInstances' })],
  ['Invalid action',                       'error', 'trust',    trust({ AWS: A }, 'sts:AsumeRole'),              trust({ AWS: A }, 'sts:AssumeRole')],
  ['Invalid service in action',            'error', 'identity', action('s*:GetObject'),                          action('*:*')],
  ['Invalid service in action',            'error', 'identity', action('dynamdb:GetItem'),                       action('dynamodb:GetItem')],
  ['Invalid service in action',            'error', 'identity', action('brandnewservice:*'),                     action('deeplens:*')],
  ['service-case',                         'warning', 'identity', action('S3:GetObject'),                        action('s3:getobject')],
  ['unknown-service',                      'warning', 'identity', action('deeplens:AssociateServiceRole'),       action('s3:GetObject', 'brandnewservice:GetItem')],
  ['unknown-action',                       'warning', 'identity', action('cloudhsm:GetConfig'),                  action('cloudhsm:DescribeClusters', 'cloudhsm:GetConfi')],
  ['unknown-action',                       'warning', 'identity', action('s3:Fetch*'),                           action('s3:Get*', 's3:*', 's3:*Object?ersion')],
  ['action-needs-any-resource',            'warning', 'identity', of({ ...S, Action: 's3:ListAllMyBuckets' }),    of({ ...S, Action: 's3:ListAllMyBuckets', Resource: ['arn:aws:s3:::b', '*'] })],
  ['action-needs-any-resource',            'warning', 'identity', of({ ...S, Action: 's3:ListAllMyBuckets', Resource: 'arn:aws:s3:::*' }), of({ ...S, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::*' })],
  ['action-needs-any-resource',            'warning', 'identity', of({ ...S, Action: 'sts:GetCallerIdentity', Resource: one }), of({ Effect: 'Allow', Action: 'sts:GetCallerIdentity', NotResource: one })],

  // Resources
  ['Invalid ARN prefix',                   'error', 'identity', resource('b/k'),                                 resource('*')],
  ['Invalid ARN prefix',                   'error', 'identity', resource('execute-api:/prod/GET/x'),             resource('arn:aws:execute-api:eu-west-1:111122223333:a/prod/GET/x')],
  ['Missing ARN field',                    'error', 'identity', resource('arn:aws:s3'),                          resource('arn:aws:s3:::b')],
  ['short-arn',                            'warning', 'identity', resource('arn:aws:s3:*'),                      resource('arn:aws:s3:::*')],
  ['Invalid partition',                    'error', 'identity', resource('arn:amazon:s3:::b'),                   resource('arn:aws-us-gov:s3:::b', 'arn:*:s3:::c')],
  ['Invalid ARN service case',             'error', 'identity', resource('arn:aws:S3:::b'),                      resource('arn:aws:s3:::b')],
  ['Invalid ARN Region',                   'error', 'identity', resource(`arn:aws:sqs:eu-west-9:${A}:q`),         resource(`arn:aws:sqs:*:${A}:q`, `arn:aws:sqs:mx-central-1:${A}:q`)],
  ['Invalid ARN Region',                   'error', 'identity', resource(`arn:aws:sqs:euwest1:${A}:q`),          resource(`arn:aws:sqs:eu-west-1:${A}:q`, `arn:aws-us-gov:sqs:us-gov-west-1:${A}:q`, `arn:aws:sqs:eu-*:${A}:q`)],
  ['Invalid ARN account',                  'error', 'identity', resource('arn:aws:iam::12345678901:role/r'),     resource(`arn:aws:iam::${A}:role/r`, 'arn:aws:iam::aws:policy/P', 'arn:aws:iam::*:role/r')],
  ['ARN Region not allowed',               'error', 'identity', resource(`arn:aws:iam:us-east-1:${A}:role/r`),   resource(`arn:aws:iam::${A}:role/r`)],
  ['ARN account not allowed',              'error', 'identity', resource(`arn:aws:s3::${A}:bucket`),             resource(`arn:aws:s3:eu-west-1:${A}:accesspoint/a`)],
  ['Missing ARN Region',                   'error', 'identity', resource(`arn:aws:sqs::${A}:q`),                 resource(`arn:aws:sqs:*:${A}:q`)],
  ['Missing ARN account',                  'error', 'identity', resource('arn:aws:sqs:eu-west-1::q'),            resource('arn:aws:sqs:eu-west-1:*:q', 'arn:aws:ssm:eu-west-1::document/AWS-RunShellScript')],
  ['Invalid ARN resource',                 'error', 'identity', resource(`arn:aws:lambda:eu-west-1:${A}:function/f`), resource(`arn:aws:lambda:eu-west-1:${A}:function:f`)],
  ['Invalid ARN resource',                 'error', 'identity', resource(`arn:aws:iam::${A}:Role/r`),            resource(`arn:aws:iam::${A}:role/r`, `arn:aws:iam::${A}:kind-yet-to-come/r`)],
  ['resource-type-spelling',               'warning', 'identity', resource('arn:aws:lambda:*:*:function/*'),     resource('arn:aws:lambda:*:*:function:*')],
  ['wildcard-in-resource-type',            'warning', 'identity', resource(`arn:aws:iam::${A}:us*/x`),            resource(`arn:aws:iam::${A}:*/x`, `arn:aws:iam::${A}:**/x`, 'arn:aws:s3:::b*/x', `arn:aws:codepipeline:*:${A}:prod-*/Deploy/*`)],
  ['Wildcard in service name',             'suggestion', 'identity', resource(`arn:aws:*code*::${A}:*`),         resource(`arn:aws:codebuild:*:${A}:*`)],
  ['Unsupported action in policy',         'error', 'resource/bucket', to({ AWS: A }, { Action: 'kms:Decrypt' }), to({ AWS: A })],
  ['Unsupported action in policy',         'error', 'trust',    trust({ AWS: A }, 's3:GetObject'),               trust({ AWS: A }, 'sts:*')],
  ['Unsupported resource ARN in policy',   'error', 'resource/bucket', to({ AWS: A }, { Resource: `arn:aws:kms:eu-west-1:${A}:key/k` }), to({ AWS: A })],

  // Keys of conditions
  ['Duplicate keys with different case',   'error', 'identity', of({ ...S, Condition: { StringEquals: { 'aws:username': 'a', 'aws:UserName': 'b' } } }), of({ ...S, Condition: { StringEquals: { 'aws:username': 'a' }, StringLike: { 'aws:UserName': 'b*' } } })],
  ['Invalid condition key format',         'error', 'identity', when('StringEquals', 'username', 'ann'),         when('StringEquals', 'aws:PrincipalTag/cost center', 'x')],
  ['Invalid service',                      'error', 'identity', when('StringEquals', 'brandnewservice:Key', 'x'), when('StringEquals', 'idp.example.com/realm:sub', 'x')],
  ['Invalid service',                      'error', 'identity', when('StringEquals', 'denytraces:unknown/a', 'x'), when('StringEquals', 'denytrace:unknown/a', 'x')],
  ['Invalid service',                      'error', 'identity', when('StringEquals', '*:username', 'ann'),       when('StringEquals', 'aws:username', 'ann')],
  ['Invalid service',                      'error', 'identity', when('StringEquals', 'denytrace:other', 'x'),     when('StringEquals', 'denytrace:unknown/p/0', 'x fits')],
  ['Invalid global condition key',         'error', 'identity', when('StringEquals', 'aws:PrincipalOrgI', 'o'),  when('StringEquals', 'aws:KeyYetToCome', 'o')],
  ['Invalid service condition key',        'error', 'identity', when('StringEquals', 's3:prefx', 'a'),           when('StringEquals', 's3:KeyYetToCome', 'a')],
  ['Unsupported global condition key',     'error', 'identity', when('ArnLike', 'aws:ARN', one),                 when('ArnLike', 'aws:PrincipalArn', one)],
  ['Missing tag key in condition',         'error', 'identity', when('StringEquals', 'aws:ResourceTag', 'x'),    when('StringEquals', 'aws:ResourceTag/team', 'x')],
  ['Missing tag key in condition',         'error', 'identity', when('StringEquals', 'ec2:ResourceTag/', 'x', action('ec2:StartInstances').Statement[0] as object), when('StringEquals', 'aws:TagKeys', 'x')],
  ['Unsupported action for condition key', 'error', 'identity', when('StringEquals', 's3:prefix', 'a'),          when('StringEquals', 's3:prefix', 'a', { ...S, Action: 's3:ListBucket' })],
  ['Unsupported action for condition key', 'error', 'identity', when('StringEquals', 's3:prefix', 'a'),          when('StringEqualsIfExists', 's3:prefix', 'a')],
  ['condition-key-not-listed',             'warning', 'identity', when('StringEquals', 'ec2:InstanceType', 'a', { ...S, Action: 'ec2:CreateVpc', Resource: '*' }), when('StringEquals', 'ec2:InstanceType', 'a', { ...S, Action: 'ec2:RunInstances', Resource: '*' })],
  ['Missing action for condition key',     'error', 'trust',    trust({ AWS: A }, 'sts:AssumeRole', { Condition: { StringEquals: { 'aws:RequestTag/team': 'x' } } }),
                                                                 trust({ AWS: A }, ['sts:AssumeRole', 'sts:TagSession'], { Condition: { StringEquals: { 'aws:RequestTag/team': 'x' } } })],
  ['Untrustworthy condition key',          'security', 'identity', when('StringEquals', 'aws:Referer', 'x'),     when('StringEquals', 'aws:SourceAccount', A)],
  ['Missing paired condition keys',        'security', 'identity', when('IpAddress', 'aws:VpcSourceIp', '10.0.0.0/8'), of({ ...S, Condition: { IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' }, StringEquals: { 'aws:SourceVpc': 'vpc-12345678' } } })],
  ['DynamoDB attributes without select',   'security', 'identity', when('ForAllValues:StringEquals', 'dynamodb:Attributes', ['a']), of({ ...S, Condition: { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['a'] }, StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' } } })],
  ['Use condition key only with supported services', 'warning', 'scp', when('StringNotEquals', 'aws:VpceOrgID', 'o-1', { ...D, Action: '*' }), when('StringNotEquals', 'aws:VpceOrgID', 'o-1', D)],
  ['Irrelevant condition key in policy',   'suggestion', 'resource/bucket', to('*', { Condition: { StringEquals: { 's3:ResourceAccount': A } } }), to('*', { Condition: { StringEquals: { 'aws:PrincipalAccount': A } } })],

  // Operators and types
  ['Invalid condition operator',           'error', 'identity', when('StringEqual', 'aws:username', 'a'),        when('stringequals', 'aws:username', 'a')],
  ['Null with if exists',                  'error', 'identity', when('NullIfExists', 'aws:username', 'true'),    when('Null', 'aws:username', 'true')],
  ['Missing qualifier',                    'error', 'identity', when('StringEquals', 'aws:TagKeys', 'a'),        when('ForAllValues:StringEquals', 'aws:TagKeys', 'a')],
  ['Missing qualifier',                    'error', 'identity', when('StringEquals', 'aws:TagKeys', 'a'),        when('Null', 'aws:TagKeys', 'true')],
  ['Invalid condition multiple Boolean',   'error', 'identity', when('Bool', 'aws:SecureTransport', ['true', 'false']), when('Bool', 'aws:SecureTransport', ['true'])],
  ['Invalid condition data type',          'error', 'identity', when('StringEquals', 'aws:username', ['a', true]), when('StringEquals', 'aws:username', ['a', 'true'])],
  ['Type mismatch IP range',               'error', 'identity', when('IpAddress', 'aws:SourceIp', '203.0.113.0/33'), when('IpAddress', 'aws:SourceIp', ['203.0.113.0/24', '2001:db8::/32'])],
  ['Type mismatch number',                 'warning', 'identity', when('NumericLessThan', 'aws:MultiFactorAuthAge', 'x'), when('NumericLessThan', 'aws:MultiFactorAuthAge', 3600)],
  ['Type mismatch date',                   'warning', 'identity', when('DateLessThan', 'aws:CurrentTime', 'now'), when('DateLessThan', 'aws:CurrentTime', '2026-01-31')],
  ['Invalid date value',                   'warning', 'identity', when('DateLessThan', 'aws:CurrentTime', '1735689600'), when('DateLessThan', 'aws:CurrentTime', '2026')],
  ['Type mismatch Boolean',                'warning', 'identity', when('Bool', 'aws:SecureTransport', 'yes'),     when('Bool', 'aws:SecureTransport', true)],
  ['Type mismatch Boolean',                'warning', 'identity', when('Null', 'aws:username', 'absent'),         when('Null', 'aws:username', 'True')],
  ['Type mismatch string',                 'warning', 'identity', when('BinaryEquals', 'ex:k', 'QmluYXJ5!'),      when('BinaryEquals', 'ex:k', 'QmluYXJ5')],
  ['Type mismatch',                        'warning', 'identity', when('StringEquals', 'aws:SecureTransport', 'true'), when('Bool', 'aws:SecureTransport', 'true')],
  ['Type mismatch',                        'warning', 'identity', when('StringEquals', 'aws:SourceIp', '203.0.113.1'), when('NumericLessThan', 'aws:EpochTime', '1735689600')],
  ['String like operator with ARN condition keys', 'security', 'identity', when('StringLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/x'), when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/x')],
  ['ForAllValues with single valued key',  'security', 'identity', when('ForAllValues:StringEquals', 'aws:username', ['a']), when('ForAllValues:StringEquals', 'aws:TagKeys', ['a'])],
  ['ForAnyValue with audience claim type', 'security', 'trust',  trust(OIDC, WEB, { Condition: { 'ForAnyValue:StringEquals': { [AUD]: 'x' } } }), trust(OIDC, WEB, { Condition: { StringEquals: { [AUD]: 'x' } } })],
  ['Confirm audience claim type',          'suggestion', 'trust', trust(OIDC, WEB, { Condition: { 'ForAllValues:StringEquals': { [AUD]: 'x' } } }), trust(OIDC, WEB, { Condition: { StringEquals: { [AUD]: 'x' } } })],
  ['Null with qualifier',                  'suggestion', 'identity', when('ForAllValues:Null', 'aws:TagKeys', 'true'), when('Null', 'aws:TagKeys', 'true')],

  // Values
  ['Invalid Region',                       'error', 'identity', when('StringEquals', 'aws:RequestedRegion', 'Ireland'), when('StringEquals', 'aws:RequestedRegion', ['eu-west-1', 'eusc-de-east-1'])],
  ['Invalid Region',                       'error', 'identity', when('StringNotEquals', 'aws:RequestedRegion', ['eu-west-1', 'eu-west-9']), when('StringLike', 'aws:RequestedRegion', 'eu-*')],
  ['Invalid vpc format',                   'error', 'identity', when('StringEquals', 'aws:SourceVpc', 'vpc-1'),  when('StringEquals', 'aws:SourceVpc', ['vpc-12345678', 'vpc-11223344556677889'])],
  ['Invalid vpce format',                  'error', 'identity', when('StringEquals', 'aws:SourceVpce', 'vpc-12345678'), when('StringEquals', 'aws:SourceVpce', 'vpce-12345678')],
  ['Invalid kms key value',                'error', 'identity', when('StringEquals', 's3:x-amz-server-side-encryption-aws-kms-key-id', 'alias/k', { ...S, Action: 's3:PutObject' }), when('StringEquals', 's3:x-amz-server-side-encryption-aws-kms-key-id', `arn:aws:kms:eu-west-1:${A}:key/k`, { ...S, Action: 's3:PutObject' })],
  ['Wildcard without like operator',       'warning', 'identity', when('StringEquals', 'aws:username', 'a*'),      when('StringEquals', 'aws:username', '${*}')],
  ['Private IP address',                   'error', 'identity', when('IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '192.168.1.1']), when('IpAddress', 'aws:VpcSourceIp', '10.0.0.0/8')],
  ['Private IP address',                   'error', 'identity', when('IpAddress', 'aws:SourceIp', '172.16.0.0/12'), when('IpAddress', 'aws:SourceIp', '172.16.0.0/11')],
  ['Private NotIpAddress',                 'error', 'identity', when('NotIpAddress', 'aws:SourceIp', 'fd00::/8'),  when('NotIpAddress', 'aws:SourceIp', '2001:db8::/32')],
  ['Private IP address subset',            'suggestion', 'identity', when('IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '203.0.113.0/24']), when('IpAddress', 'aws:SourceIp', '203.0.113.0/24')],
  ['Private NotIpAddress subset',          'suggestion', 'identity', when('NotIpAddress', 'aws:SourceIp', ['10.0.0.0/8', '203.0.113.0/24']), when('NotIpAddress', 'aws:SourceIp', '203.0.113.0/24')],
  ['Improve IP range',                     'suggestion', 'identity', when('IpAddress', 'aws:SourceIp', '203.0.113.7/24'), when('IpAddress', 'aws:SourceIp', ['203.0.113.128/25', '203.0.113.7'])],
  ['S3 prefix in negative context',        'security', 'identity', when('StringLike', 's3:prefix', 'private/*', { ...D, Action: 's3:ListBucket' }), when('StringNotLike', 's3:prefix', 'public/*', { ...D, Action: 's3:ListBucket' })],
  ['Equivalent to null false',             'suggestion', 'identity', when('StringLike', 'aws:username', '*'),    when('StringLike', 'aws:username', 'a*')],
  ['Equivalent to null true',              'suggestion', 'identity', when('StringNotLike', 'aws:username', '*'), when('StringNotLike', 'aws:username', ['*', 'a'])],
  ['Redundant key due to wildcard in condition', 'suggestion', 'identity', when('StringLikeIfExists', 'aws:username', '*'), when('StringLike', 'aws:username', '*')],
  ['Redundant statement due to wildcard in condition', 'suggestion', 'identity', when('ForAnyValue:StringNotLike', 'aws:TagKeys', '*'), when('ForAnyValue:StringLike', 'aws:TagKeys', '*')],

  // Variables
  ['Missing brace in variable',            'error', 'identity', resource('arn:aws:s3:::b/${aws:username/*'),     resource('arn:aws:s3:::b/${aws:username}/*')],
  ['Missing quote in variable',            'error', 'identity', resource('arn:aws:s3:::b/${aws:username, none}'), resource("arn:aws:s3:::b/${aws:username, 'none'}")],
  ['Unsupported space in variable',        'error', 'identity', resource('arn:aws:s3:::b/${ aws:username}'),     resource('arn:aws:s3:::b/${aws:PrincipalTag/cost center}')],
  ['Empty variable',                       'error', 'identity', when('StringEquals', 'aws:username', '${}'),     when('StringEquals', 'aws:username', '${$}')],
  ['Variable unsupported in element',      'error', 'identity', action('s3:${aws:username}'),                   resource('arn:aws:s3:::b/${aws:username}')],
  ['Variable unsupported in version',      'error', 'identity', { ...resource('arn:aws:s3:::b/${aws:username}'), Version: '2008-10-17' }, { ...resource('arn:aws:s3:::b/${*}'), Version: '2008-10-17' }],
  ['variable-in-arn-head',                 'warning', 'identity', resource('arn:aws:kms:*:${aws:PrincipalAccount}:key/*'), resource('arn:aws:s3:::b/${aws:PrincipalAccount}/*')],
  ['Invalid variable for operator',        'error', 'identity', when('NumericEquals', 'aws:MultiFactorAuthAge', '${aws:TokenIssueTime}'), when('ArnEquals', 'aws:SourceArn', '${aws:PrincipalArn}')],
  ['Variable usage too permissive',        'error', 'identity', when('StringEquals', 'aws:SourceVpce', '${aws:PrincipalTag/vpce}'), when('StringEquals', 'aws:ResourceAccount', '${aws:PrincipalAccount}')],
  ['Wildcard usage too permissive',        'error', 'identity', when('StringLike', 'aws:PrincipalOrgID', 'o-*'), when('StringLike', 'aws:PrincipalOrgPaths', 'o-1/*')],
  ['Wildcard usage too permissive',        'error', 'identity', when('StringLike', 'aws:userid', 'AROAEX*:s'),   when('StringLike', 'aws:userid', ['AROAEXAMPLE:*', '*:s'])],

  // Tags, broad grants, what can be left out
  ['Deny with unsupported tag condition key for service',            'security',   'identity', tag('Deny', 'sqs:ListQueues'),           tag('Deny', 'sqs:DeleteQueue')],
  ['Allow with unsupported tag condition key for service',           'suggestion', 'identity', tag('Allow', 'sqs:ListQueues'),          tag('Allow', 'sqs:DeleteQueue')],
  ['Deny NotAction with unsupported tag condition key for service',  'security',   'identity', tag('Deny', 'sqs:*', 'NotAction'),       tag('Deny', 'sqs:*')],
  ['Allow NotAction with unsupported tag condition key for service', 'suggestion', 'identity', tag('Allow', 'sqs:*', 'NotAction'),      tag('Allow', 'sqs:*')],
  ['Pass role with star in resource',                   'security', 'identity', of({ ...PASS, Resource: '*' }),                        of(PASS)],
  ['Pass role with star in resource',                   'security', 'identity', of({ ...PASS, Resource: `arn:aws:iam::${A}:role/*` }), when('StringEquals', 'iam:PassedToService', 'ec2.amazonaws.com', { ...PASS, Resource: '*' })],
  ['Pass role with star in action and resource',        'security', 'identity', of({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }), of({ Effect: 'Deny', Action: 'iam:*', Resource: '*' })],
  ['Pass role with star in resource and NotAction',     'security', 'identity', of({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), of({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })],
  ['Pass role with NotResource',                        'security', 'identity', of({ Effect: 'Allow', Action: 'iam:PassRole', NotResource: one }), of(PASS)],
  ['Pass role with star in action and NotResource',     'security', 'identity', of({ Effect: 'Allow', Action: 'iam:Pass*', NotResource: one }), of({ Effect: 'Allow', Action: 'iam:Get*', NotResource: one })],
  ['Pass role with NotAction and NotResource',          'security', 'identity', of({ Effect: 'Allow', NotAction: 's3:*', NotResource: one }), of({ Effect: 'Allow', NotAction: 'iam:PassRole', NotResource: one })],
  ['Create SLR with star in resource',                  'warning',  'identity', of({ ...SLR, Resource: '*' }),                          of(SLR)],
  ['Create SLR with star in action and resource',       'warning',  'identity', of({ Effect: 'Allow', Action: '*', Resource: '*' }),    of({ Effect: 'Allow', Action: 's3:*', Resource: '*' })],
  ['Create SLR with star in resource and NotAction',    'warning',  'identity', of({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), of({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })],
  ['Create SLR with NotResource',                       'warning',  'identity', of({ Effect: 'Allow', Action: SLR.Action, NotResource: one }), of(SLR)],
  ['Create SLR with star in action and NotResource',    'warning',  'identity', of({ Effect: 'Allow', Action: 'iam:Create*', NotResource: one }), of({ Effect: 'Allow', Action: 'iam:Get*', NotResource: one })],
  ['Create SLR with NotAction and NotResource',         'warning',  'identity', of({ Effect: 'Allow', NotAction: 's3:*', NotResource: one }), of({ Effect: 'Allow', NotAction: SLR.Action, NotResource: one })],
  ['Redundant action',                     'suggestion', 'identity', action('iam:Get*', 'iam:List*', 'iam:GetCredentialReport'), action('iam:Get*', 'iam:*CredentialReport')],
  ['Redundant resource',                   'suggestion', 'identity', resource(`${one}-a`, `${one}*`),            resource(`${one}-a*`, `arn:aws:iam::${A}:user/x*`)],
  ['Redundant statement',                  'suggestion', 'identity', of({ ...S, Sid: 'a' }, D, { ...S, Sid: 'b' }), of(S, D)],
  ['Redundant condition value num',        'suggestion', 'identity', when('NumericLessThan', 'aws:MultiFactorAuthAge', ['2700', '3600']), when('NumericEquals', 'aws:MultiFactorAuthAge', ['2700', '3600'])],
  ['Empty array action',                   'suggestion', 'identity', of({ ...S, Action: [] }),                   of(S)],
  ['Empty array resource',                 'suggestion', 'identity', of({ ...S, Resource: [] }),                 of(S)],
  ['Empty array principal',                'suggestion', 'resource/bucket', to({ AWS: [] }),                     to({ AWS: [A] })],
  ['Empty object principal',               'suggestion', 'resource/bucket', to({}),                              to({ AWS: A })],
  ['Empty object condition',               'suggestion', 'identity', of({ ...S, Condition: {} }),                when('StringEquals', 'aws:username', 'a')],
  ['Empty array condition',                'suggestion', 'identity', when('StringEquals', 'aws:username', []),   when('StringEquals', 'aws:username', ['a'])],
  ['Empty array condition ForAllValues',   'suggestion', 'identity', when('ForAllValues:StringEquals', 'aws:TagKeys', []), when('StringEquals', 'aws:username', [])],
  ['Empty array condition ForAnyValue',    'suggestion', 'identity', when('ForAnyValue:StringEquals', 'aws:TagKeys', []), when('StringEquals', 'aws:username', [])],
  ['Empty array condition IfExists',       'suggestion', 'identity', when('StringEqualsIfExists', 'aws:username', []), when('StringEquals', 'aws:username', [])],
]

describe('each check finds its fault, and none where there is none', () => {
  for (const [id, severity, where, bad, good] of ROWS) {
    it(`${id} is found in ${shortly(bad)}`, () => {
      const found = lint(bad, where).filter((finding) => finding.id === id)
      assert.ok(found.length > 0, 'not found')
      for (const { severity: given, pointer, message } of found) {
        assert.equal(given, severity)
        assert.match(message, / \((?:R|X)-[A-Z0-9]{2,8}-\d{2,3}[a-z]?\)$/, 'a message ends with its rule')
        assert.ok(pointsSomewhere(bad, pointer), `${pointer} points at nothing`)
      }
    })
    it(`${id} is not found in ${shortly(good)}`, () =>
      assert.deepEqual(
        lint(good, where).filter((finding) => finding.id === id),
        [],
      ))
  }

  it('every check has such a pair', () => {
    const tested = new Set(ROWS.map(([id]) => id))
    assert.deepEqual(
      CHECKS.filter(({ id }) => !tested.has(id)).map(({ id }) => id),
      [],
    )
  })
})

function shortly(document: unknown): string {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  return text.length > 160 ? `${text.slice(0, 157)}…` : text
}

/** RFC 6901; in a text that is no JSON only the whole can be pointed at. */
function pointsSomewhere(document: unknown, pointer: string): boolean {
  if (pointer === '') return true
  let at: unknown = typeof document === 'string' ? JSON.parse(document) : document
  for (const part of pointer.slice(1).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return false
    at = (at as Record<string, unknown>)[name]
  }
  return true
}

describe('sound policies', () => {
  // biome-ignore format: a table is read by its columns
  const SOUND: readonly (readonly [what: string, where: Where, document: unknown])[] = [
    ['an identity policy', 'identity', of(S, { ...D, Resource: '*' })],
    ['the FullAWSAccess SCP', 'scp', of({ Effect: 'Allow', Action: '*', Resource: '*' })],
    ['an SCP in the language of September 2025 (R-GRAM-20)', 'scp', of(
      { Effect: 'Allow', NotAction: 's3:*Object', NotResource: 'arn:aws:s3:::b/k', Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } },
      { Effect: 'Allow', Action: 'ec2:*Instance*', Resource: `arn:aws:ec2:eu-west-1:${A}:instance/*` })],
    ['the RCPFullAWSAccess RCP', 'rcp', of({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' })],
    ['a bucket policy', 'resource/bucket', to({ AWS: [A, `arn:aws:iam::${A}:root`, one] })],
    ['the default key policy', 'resource/key', of({ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${A}:root` }, Action: 'kms:*', Resource: '*' })],
    ['the trust policy of a service role', 'trust', trust({ Service: 'ec2.amazonaws.com' }, 'sts:AssumeRole')],
    ['the default endpoint policy', 'vpce', of({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' })],
    ['a policy of an API', 'resource/api', of({ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' })],
  ]
  for (const [what, where, document] of SOUND)
    it(`${what} has no finding`, () => assert.deepEqual(lint(document, where), []))
})

describe('hostile documents', () => {
  let deep: unknown = 'x'
  for (let i = 0; i < 20_000; i++) deep = [deep]
  // biome-ignore format: a table is read by its columns
  const HOSTILE: readonly (readonly [what: string, document: unknown])[] = [
    ['null',                               null],
    ['a number',                           5],
    ['an empty text',                      ''],
    ['a broken percent sign',              '%E0%A4%A'],
    ['keys of every object',               of(JSON.parse('{"__proto__": {"Effect": "Allow"}, "constructor": 1, "Effect": "Allow", "Principal": {"toString": "x"}}'))],
    ['an endless nesting',                 of({ Effect: 'Allow', Action: 's3:GetObject', Condition: { StringEquals: { 'aws:username': deep } } })],
    ['a very long Sid',                    of({ ...S, Sid: '-'.repeat(1_000_000) })],
    ['very many actions',                  of({ ...S, Action: Array.from({ length: 20_000 }, (_, i) => `s3:*${i}*`) })],
    ['very many resources',                resource(...Array.from({ length: 20_000 }, (_, i) => `arn:aws:s3:::*${i}*`))],
    ['very many equal statements',         of(...Array.from({ length: 3000 }, () => S))],
    ['very many openings of variables',    resource(`arn:aws:s3:::${'${'.repeat(100_000)}`)],
  ]
  for (const [what, document] of HOSTILE)
    for (const where of ['identity', 'resource/bucket', 'trust', 'rcp'] as const)
      it(`${what} as ${where} is linted without an exception`, () => {
        const once = lint(document, where)
        assert.deepEqual(lint(document, where), once)
        for (const { message } of once) assert.ok(message.length < 700, 'a message is short')
      })
})

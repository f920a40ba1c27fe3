/**
 * Small, nasty scenarios: few actions, resources, keys and values, so that statements meet requests often and by every
 * operator; policies in every layer, missing layers, unknown facts, all kinds of callers and account relations.
 * About a third of them each is allowed, denied and undetermined.
 */
import * as fc from 'fast-check'
import type { PoliciesInForce, Policy, PolicyLevel, Resource, ResourcePolicy, Scenario } from '#engine/scenario.ts'
import { DISPUTES } from '#iam/disputed.ts'
import { DISPUTE_NAMES, type SomeReadings } from '#iam/readings.ts'
import type { ContextValue, Request } from '#iam/request.ts'

const OWN = '111111111111'
const OTHER = '222222222222'
const OAI = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1'
const PRINCIPALS: readonly Pick<Request, 'principal' | 'principalDetails'>[] = [
  { principal: `arn:aws:iam::${OWN}:user/ann`, principalDetails: { userId: 'AIDAAAAA' } },
  { principal: `arn:aws:iam::${OWN}:user/team/bob` },
  session('app', 's1', `arn:aws:iam::${OWN}:role/app`),
  session('app', 's2', `arn:aws:iam::${OWN}:role/team/app`),
  { principal: `arn:aws:sts::${OWN}:assumed-role/app/s1` },
  { principal: `arn:aws:iam::${OWN}:role/app` },
  session('AWSServiceRoleForX', 's', `arn:aws:iam::${OWN}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`),
  {
    principal: `arn:aws:sts::${OWN}:federated-user/guest`,
    principalDetails: { federatedBy: `arn:aws:iam::${OWN}:user/ann` },
  },
  {
    principal: `arn:aws:sts::${OWN}:federated-user/guest`,
    principalDetails: { federatedBy: `arn:aws:iam::${OWN}:root` },
  },
  { principal: `arn:aws:sts::${OWN}:federated-user/guest` },
  { principal: `arn:aws:iam::${OWN}:root` },
  { principal: 'cloudtrail.amazonaws.com' },
  { principal: 'anonymous' },
]
/** Sessions of which only the role's name is known; those of Identity Center and of services have a path. */
const PATHLESS: typeof PRINCIPALS = [
  { principal: `arn:aws:sts::${OWN}:assumed-role/APP/s1` },
  { principal: `arn:aws:sts::${OWN}:assumed-role/AWSReservedSSO_Ops_0a/s1` },
  { principal: `arn:aws:sts::${OWN}:assumed-role/AWSServiceRoleForX/s1` },
]
const SSO = `arn:aws:iam::${OWN}:role/aws-reserved/sso.amazonaws.com`
const PROVIDER = { principal: `arn:aws:iam::${OWN}:oidc-provider/idp.example` }
const WEB = { ...PROVIDER, principalDetails: { type: 'web-identity' as const } }

function session(role: string, name: string, roleArn: string): Pick<Request, 'principal' | 'principalDetails'> {
  const principalDetails = { roleArn, userId: `AROAAAAA:${name}` }
  return { principal: `arn:aws:sts::${OWN}:assumed-role/${role}/${name}`, principalDetails }
}

/** One service: what is asked, and what policies say about it. */
interface World {
  readonly asks: readonly (readonly [action: string, resource: Request['resource']])[]
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** The ARN does not tell the account. */
  readonly needsAccount: boolean
  readonly kind?: string
}

const S3: World = {
  asks: [
    ['s3:GetObject', 'arn:aws:s3:::b1/x/key'],
    ['s3:PutObject', 'arn:aws:s3:::b1/ann'],
    ['s3:ListBucket', 'arn:aws:s3:::b1'],
    ['s3:ListAllMyBuckets', '*'],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::b1'],
    ['s3:PutObjectAcl', 'arn:aws:s3:::b1/ann'],
    ['s3:GetObject', null],
    ['s3:CopyObject', ['arn:aws:s3:::b1/x/key', 'arn:aws:s3:::b1/ann']],
  ],
  actions: ['s3:*', 's3:Get*', 'S3:getobject', 's3:??tObject', 's3:List*', 's*:*', 's3:GetObject, s3:PutObject'],
  resources: [
    'arn:aws:s3:::*',
    'arn:aws:s3:::b1',
    'arn:aws:s3:::b1*',
    'arn:aws:s3:::b1/*',
    'arn:aws:s3:::b?/x/*',
    'arn:aws:s3:::b1/${aws:username}',
    'arn:aws:s3:::b1/${aws:PrincipalTag/team}/*',
    "arn:aws:s3:::b1/${aws:username, 'x'}*",
    'arn:aws:s3:::B1/*',
    'arn:aws-cn:s3:::b1/*',
    'arn:aws:s3*',
    'arn:aws:s3',
    'arn:AWS:s3:::*',
    'arn:aws:s3:::b1/${s3:prefix}*',
    'arn:*/key',
    '*',
  ],
  needsAccount: true,
  kind: 'bucket',
}
const point = (account: string, region = 'eu-west-1') => `arn:aws:s3:${region}:${account}:accesspoint/ap`
/** Access points, in front of buckets of their own and of other accounts. */
const POINT: World = {
  asks: [
    ['s3:GetObject', `${point(OWN)}/object/x/key`],
    ['s3:GetObject', `${point(OTHER)}/object/x/key`],
    ['s3:PutObject', `${point(OWN)}/object/ann`],
    ['s3:ListBucket', point(OWN)],
    ['s3:GetObject', `${point(OWN, '')}/object/x/key`],
  ],
  actions: S3.actions,
  resources: [
    'arn:aws:s3:::b1/*',
    'arn:aws:s3:::b?/x/*',
    'arn:aws:s3:::b2',
    `${point(OWN)}/object/*`,
    `${point(OTHER)}/*`,
    'arn:aws:s3:*:*:accesspoint/*',
    '*',
  ],
  needsAccount: false,
  kind: 'access-point',
}
const key = (account: string) => `arn:aws:kms:eu-west-1:${account}:key/0a`
const ALIAS = `arn:aws:kms:eu-west-1:${OWN}:alias/a`
const KMS: World = {
  asks: [
    ['kms:ReEncrypt', key(OWN)],
    ['kms:Decrypt', key(OWN)],
    ['kms:Decrypt', key(OTHER)],
    ['kms:Decrypt', ALIAS],
    ['kms:PutKeyPolicy', key(OTHER)],
    ['kms:CreateGrant', key(OWN)],
    ['kms:ListKeys', '*'],
  ],
  actions: ['kms:*', 'kms:Decrypt', 'kms:De*', 'kms:CreateGrant', 'kms:List*'],
  resources: ['*', key(OWN), `arn:aws:kms:*:${OWN}:key/*`, 'arn:aws:kms:*:*:k*/0a', 'arn:aws:kms:*:*:*/0a', key(OTHER)],
  needsAccount: false,
  kind: 'key',
}
const role = (account: string) => `arn:aws:iam::${account}:role/target`
const STS: World = {
  asks: [
    ['sts:AssumeRole', role(OWN)],
    ['sts:AssumeRole', role(OTHER)],
    ['sts:TagSession', role(OWN)],
    ['sts:GetCallerIdentity', '*'],
    ['sts:AssumeRoot', `arn:aws:iam::${OTHER}:root`],
  ],
  actions: ['sts:*', 'sts:AssumeRole', 'sts:Assume*', 'sts:TagSession'],
  resources: ['*', role(OWN), `arn:aws:iam::${OWN}:role/*`, 'arn:aws:iam::*:role/target', role(OTHER)],
  needsAccount: false,
  kind: 'trust',
}
const OIDC: World = { ...STS, asks: [['sts:AssumeRoleWithWebIdentity', role(OWN)]] }
const queue = (account: string) => `arn:aws:sqs:eu-west-1:${account}:q`
const api = (account: string) => `arn:aws:execute-api:eu-west-1:${account}:abc/prod/GET/pets`
const API: World = {
  asks: [
    ['execute-api:Invoke', api(OWN)],
    ['execute-api:Invoke', api(OTHER)],
  ],
  actions: ['execute-api:*', 'execute-api:Invoke'],
  resources: [
    '*',
    api(OWN),
    'execute-api:/prod/GET/*',
    'execute-api:/*',
    `arn:aws:execute-api:*:*:abc/prod/*`,
    `arn:aws:execute-api:*:*:a?c/prod/*`,
    `arn:aws:execute-api:*:${OWN}:ab*/GET/*`,
    `arn:aws:execute-api:eu-west-1:${OTHER}:*`,
  ],
  needsAccount: false,
  kind: 'api',
}
const SQS: World = {
  asks: [
    ['sqs:SendMessage', queue(OWN)],
    ['sqs:SendMessage', queue(OTHER)],
  ],
  actions: ['sqs:*', 'sqs:Send*', 'sqs:SendMessage'],
  resources: [
    '*',
    queue(OWN),
    'arn:aws:sqs:*:*:q',
    `arn:aws:sqs:eu-west-1:${OTHER}:*`,
    'arn:aws:sqs:eu-west-?:*:${aws:username}',
    'arn:aws:sqs:eu-west-1:${aws:PrincipalAccount}:q',
    'arn:aws:sqs:${aws:RequestedRegion}:*',
  ],
  needsAccount: false,
}
const IAM: World = {
  asks: [
    ['iam:PassRole', role(OWN)],
    ['iam:PassRole', role(OTHER)],
    ['iam:ListUsers', '*'],
    ['iam:PutRolePolicy', `arn:aws:iam::${OWN}:role/aws-reserved/r`],
  ],
  actions: ['iam:*', 'iam:PassRole', 'iam:List*', 'iam:Put*'],
  resources: [
    '*',
    role(OWN),
    `arn:aws:iam::${OWN}:role/*`,
    'arn:aws:iam::*:*/target',
    'arn:aws:iam::*:r*/target',
    'arn:aws:iam::*:*${aws:PrincipalTag/team}/target',
  ],
  needsAccount: false,
}
const ec2 = (rest: string) => `arn:aws:ec2:eu-west-1:${OWN}:${rest}`
const EC2: World = {
  asks: [
    ['ec2:RunInstances', [ec2('instance/i-1'), ec2('subnet/s-1')]],
    ['ec2:StartInstances', ec2('instance/i-1')],
    ['ec2:CreateVpcEndpoint', ec2('subnet/s-1')],
  ],
  actions: ['ec2:*', 'ec2:Run*', 'ec2:*s', 'ec2:CreateVpc*'],
  resources: ['*', ec2('*'), ec2('*/*'), ec2('instance/*'), ec2('subnet/s-1'), 'arn:aws:ec2:*:*:s*/s-1'],
  needsAccount: false,
}
const table = (account: string, rest = 'table/t') => `arn:aws:dynamodb:eu-west-1:${account}:${rest}`
/** Calls that need several actions. */
const DYNAMODB: World = {
  asks: [
    ['dynamodb:TransactWriteItems', table(OWN)],
    ['dynamodb:TransactWriteItems', [table(OWN), table(OTHER)]],
    ['dynamodb:TransactGetItems', table(OWN)],
    ['dynamodb:ExecuteStatement', table(OWN, 'table/t/index/i')],
    ['dynamodb:GetItem', table(OTHER)],
  ],
  actions: ['dynamodb:*', 'dynamodb:*Item', 'dynamodb:P*', 'dynamodb:DeleteItem', 'dynamodb:PartiQLSelect'],
  resources: ['*', table(OWN), table('*'), table(OWN, 'table/*'), table(OWN, '*/index/*')],
  needsAccount: false,
  kind: 'table',
}

const bus = (account: string) => `arn:aws:events:eu-west-1:${account}:event-bus/b`
/** A call that may not say whose the resource is. */
const EVENTS: World = {
  asks: [
    ['events:PutEvents', bus(OWN)],
    ['events:PutEvents', bus(OTHER)],
  ],
  actions: ['events:*', 'events:PutEvents'],
  resources: ['*', bus(OWN), bus(OTHER), 'arn:aws:events:*:*:event-bus/*'],
  needsAccount: false,
}

const glue = (rest: string) => `arn:aws:glue:eu-west-1:${OWN}:${rest}`
/** Calls on what lies in something else. */
const GLUE: World = {
  asks: [
    ['glue:GetTable', glue('table/d/t')],
    ['glue:GetTable', [glue('table/d/t'), glue('database/d')]],
    ['glue:GetTableVersion', glue('tableVersion/d/t/1')],
    ['glue:DeleteConnection', glue('connection/c')],
    ['glue:GetTable', `arn:aws:glue:eu-west-1:${OTHER}:table/d/t`],
  ],
  actions: ['glue:*', 'glue:Get*', 'glue:GetTable', 'glue:*Connection'],
  resources: [
    '*',
    glue('*'),
    glue('table/*'),
    glue('database/d'),
    glue('catalog'),
    glue('*/d'),
    'arn:aws:glue:*:*:*a*',
  ],
  needsAccount: false,
}

/** Condition keys with the values that policies and requests give them. */
const TEXT_KEYS: Readonly<Record<string, readonly string[]>> = {
  'aws:SourceVpce': ['vpce-1', 'vpce-2'],
  'aws:SourceVpc': ['vpc-1', 'vpc-2'],
  'aws:PrincipalTag/team': ['x', 'ann'],
  'aws:principaltag/Team': ['x', 'X'],
  'aws:ResourceTag/env': ['x', 'y'],
  'aws:username': ['ann', 'bob'],
  'aws:PrincipalArn': [`arn:aws:iam::${OWN}:user/ann`, `arn:aws:iam::${OWN}:role/app`],
  'aws:PrincipalOrgID': ['o-1', 'o-2'],
  'aws:ResourceOrgID': ['o-1', 'o-2'],
  'aws:ResourceAccount': [OWN, OTHER],
  'aws:PrincipalAccount': [OWN, 'anonymous'],
  'aws:SourceAccount': [OWN, OTHER],
  'aws:PrincipalType': ['User', 'AssumedRole'],
  'aws:RequestedRegion': ['eu-west-1', 'us-east-1'],
  'aws:userid': ['AIDAAAAA', 'AROAAAAA:s1'],
  'sts:ExternalId': ['x', 'y'],
  'sts:DurationSeconds': ['600', '3600', '7200', '50000'],
  'dynamodb:EnclosingOperation': ['TransactWriteItems', 'TransactGetItems'],
  's3:prefix': ['', 'x', 'ann', '*'],
  's3:DataAccessPointAccount': [OWN, OTHER],
  'sts:TaskPolicyArn': ['arn:aws:iam::aws:policy/root-task/a', 'arn:aws:iam::aws:policy/root-task/b'],
  'kms:RequestAlias': ['alias/a', 'alias/b'],
}
const STRING_OPERATORS = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
]
const STRING_PATTERNS = [
  'x*',
  '?',
  '*',
  'a?n',
  '${aws:username}',
  "${aws:PrincipalTag/team, 'x'}",
  '${*}',
  '${s3:prefix}',
  '${aws:TagKeys}',
]
const ARN_PATTERNS = [`arn:aws:iam::${OWN}:*`, 'arn:aws:iam::*:role/app', `arn:aws:iam::${OWN}:user/*`, 'arn:aws:*']
const ROLE_PATTERNS = [
  `arn:aws:iam::${OWN}:role/A*`,
  `arn:aws:iam::${OWN}:role/ap?`,
  `${SSO}/AWSReservedSSO_Ops_*`,
  `${SSO}/*/AWSReservedSSO_Ops_*`,
  `${SSO}/eu-west-?/AWSReservedSSO_Ops_0a`,
  `${SSO}/*/AWSReservedSSO_Read_*`,
  `${SSO}*/AWSReservedSSO_Ops_*`,
  `arn:aws:iam::${OWN}:role/aws-service-role/*`,
  `arn:aws:iam::${OWN}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`,
  `arn:aws:iam::${OWN}:role/*/AWSServiceRoleFor*`,
]

const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const weighted = <T>(...list: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...list.map(([weight, arbitrary]) => ({ weight, arbitrary })))
const oneOrList = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  weighted<T | T[]>([3, values], [1, fc.array(values, { minLength: 1, maxLength: 2 })])

type Line = readonly [operator: string, key: string, values: unknown]

/** Now and then with IfExists or a set operator, also where that makes little sense. */
const operatorOf = (names: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      weighted([6, fc.constant('')], [1, oneOf(['ForAllValues:', 'ForAnyValue:'])]),
      oneOf(names),
      weighted([4, fc.constant('')], [1, fc.constant('IfExists')]),
    )
    .map((parts) => parts.join(''))

const textLine: fc.Arbitrary<Line> = oneOf(Object.keys(TEXT_KEYS)).chain((name) =>
  fc.tuple(
    operatorOf(STRING_OPERATORS),
    fc.constant(name),
    oneOrList(weighted([3, oneOf(TEXT_KEYS[name] ?? [''])], [1, oneOf(STRING_PATTERNS)])),
  ),
)
const arnLine: fc.Arbitrary<Line> = fc.tuple(
  operatorOf(['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike']),
  oneOf(['aws:PrincipalArn', 'aws:SourceArn', 'aws:username']),
  oneOrList(oneOf([...ARN_PATTERNS, ...(TEXT_KEYS['aws:PrincipalArn'] ?? [])])),
)
/** What is said of roles, of which a session's ARN does not tell the path. */
const roleLine: fc.Arbitrary<Line> = fc.tuple(
  operatorOf(['ArnLike', 'ArnNotLike', 'StringLike', 'StringNotEquals', 'StringEqualsIgnoreCase']),
  fc.constant('aws:PrincipalArn'),
  oneOrList(oneOf(ROLE_PATTERNS)),
)
const boolLine: fc.Arbitrary<Line> = fc.tuple(
  operatorOf(['Bool']),
  oneOf([
    'aws:MultiFactorAuthPresent',
    'aws:SecureTransport',
    'aws:PrincipalIsAWSService',
    'aws:ViaAWSService',
    's3:prefix',
  ]),
  oneOf(['true', 'false', 'False', true, '${aws:SecureTransport}']),
)
const ipLine: fc.Arbitrary<Line> = fc.tuple(
  operatorOf(['IpAddress', 'NotIpAddress']),
  fc.constant('aws:SourceIp'),
  oneOrList(oneOf(['203.0.113.0/24', '203.0.113.7', '2001:db8::/32', '0.0.0.0/0'])),
)
const numberLine: fc.Arbitrary<Line> = fc.tuple(
  operatorOf([
    'NumericEquals',
    'NumericNotEquals',
    'NumericLessThan',
    'NumericLessThanEquals',
    'NumericGreaterThan',
    'NumericGreaterThanEquals',
  ]),
  oneOf(['s3:max-keys', 's3:prefix']),
  oneOrList(oneOf<string | number>(['10', 5, '10.0', 'ten'])),
)
const dateLine: fc.Arbitrary<Line> = fc.tuple(
  operatorOf([
    'DateEquals',
    'DateNotEquals',
    'DateLessThan',
    'DateLessThanEquals',
    'DateGreaterThan',
    'DateGreaterThanEquals',
  ]),
  oneOf(['aws:CurrentTime', 'aws:TokenIssueTime']),
  oneOf(['2025-01-01T00:00:00Z', '1735689600', '2024', '2025-06-01T12:00:00+02:00']),
)
const nullLine: fc.Arbitrary<Line> = fc.tuple(
  weighted([5, fc.constant('Null')], [1, oneOf(['ForAllValues:Null', 'ForAnyValue:Null'])]),
  oneOf([...Object.keys(TEXT_KEYS), 'aws:TagKeys', 'aws:MultiFactorAuthPresent', 'aws:CalledVia', 'kms:ViaService']),
  oneOf(['true', 'false', true, false]),
)
const setLine: fc.Arbitrary<Line> = fc.tuple(
  fc
    .tuple(
      weighted([8, oneOf(['ForAllValues:', 'ForAnyValue:'])], [1, fc.constant('')]),
      oneOf(STRING_OPERATORS.slice(0, 4)),
    )
    .map((parts) => parts.join('')),
  oneOf(['aws:TagKeys', 'aws:PrincipalOrgPaths', 'kms:ResourceAliases']),
  oneOrList(oneOf(['a', 'b', 'o-1/r-1/', 'o-1/*', 'alias/a', 'alias/*'])),
)
const line: fc.Arbitrary<Line> = weighted(
  [6, textLine],
  [2, arnLine],
  [1, roleLine],
  [2, boolLine],
  [1, ipLine],
  [1, numberLine],
  [1, dateLine],
  [2, nullLine],
  [2, setLine],
)

type Json = Record<string, unknown>

/** A line whose list of values is empty, and a block without lines (R-GRAM-12). */
const emptyLine: fc.Arbitrary<Line> = fc.tuple(
  operatorOf(['StringEquals', 'StringNotLike', 'Bool']),
  oneOf(['aws:TagKeys', 's3:prefix', 'sts:ExternalId']),
  fc.constant([]),
)
const lines: fc.Arbitrary<Line[]> = weighted(
  [20, fc.array(line, { minLength: 1, maxLength: 2 })],
  [1, fc.array(emptyLine, { maxLength: 1 })],
)

const condition: fc.Arbitrary<Json> = lines.map((given) => {
  const block: Record<string, Json> = {}
  for (const [operator, name, values] of given) block[operator] = { ...block[operator], [name]: values }
  return { Condition: block }
})

const AWS_NAMES = [
  OWN,
  OTHER,
  `arn:aws:iam::${OWN}:root`,
  `arn:aws:iam::${OWN}:user/ann`,
  `arn:aws:iam::${OWN}:user/team/bob`,
  `arn:aws:iam::${OWN}:role/app`,
  `arn:aws:iam::${OWN}:role/team/app`,
  `arn:aws:iam::${OWN}:role/APP`,
  `arn:aws:iam::${OWN}:role/*`,
  `arn:aws:iam::${OWN}:role/AWSReservedSSO_Ops_0a`,
  `${SSO}/eu-west-1/AWSReservedSSO_Ops_0a`,
  `arn:aws:iam::${OWN}:role/AWSServiceRoleForX`,
  `arn:aws:sts::${OWN}:assumed-role/app/s1`,
  `arn:aws:sts::${OWN}:federated-user/guest`,
  'AIDAAAAA',
  'AROAAAAA',
  OAI,
]
const principalElement: fc.Arbitrary<unknown> = weighted<unknown>(
  [3, fc.constant('*')],
  [8, oneOrList(oneOf(AWS_NAMES)).map((names) => ({ AWS: names }))],
  [1, fc.constant({ AWS: '*' })],
  [1, fc.constant({ CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' })],
  [2, fc.constant({ Service: 'cloudtrail.amazonaws.com' })],
  [1, fc.constant({ AWS: [OWN], Service: ['cloudtrail.amazonaws.com', 'x.amazonaws.com'] })],
  [2, fc.constant({ Federated: PROVIDER.principal })],
  [1, fc.constant(OWN)],
)
/** Whole families of a caller, so that someone is spared. */
const NOT_PRINCIPALS: readonly unknown[] = [
  { AWS: [`arn:aws:iam::${OWN}:user/ann`, OWN] },
  { AWS: [`arn:aws:sts::${OWN}:assumed-role/app/s1`, `arn:aws:iam::${OWN}:role/app`, OWN] },
  { AWS: `arn:aws:sts::${OWN}:assumed-role/app/s1` },
  { AWS: OWN },
  { AWS: [`arn:aws:sts::${OWN}:federated-user/guest`, `arn:aws:iam::${OWN}:root`] },
  { Service: 'cloudtrail.amazonaws.com' },
  '*',
]

interface Shape {
  readonly principals: boolean
  /** Out of twenty, how many statements are Denies. */
  readonly denies: number
}

const statement = (world: World, { principals, denies }: Shape): fc.Arbitrary<Json> => {
  const actions = oneOrList(
    weighted([3, fc.constant('*')], [4, oneOf(world.actions)], [3, oneOf(world.asks).map(([a]) => a)]),
  )
  const resources = oneOrList(weighted([4, fc.constant('*')], [3, oneOf(world.resources)]))
  const element = (name: string, values: fc.Arbitrary<unknown>): fc.Arbitrary<Json> =>
    fc.tuple(weighted([8, fc.constant('')], [1, fc.constant('Not')]), values).map(([not, v]) => ({ [not + name]: v }))
  const who = principals
    ? weighted<Json>(
        [9, principalElement.map((p) => ({ Principal: p }))],
        [1, oneOf(NOT_PRINCIPALS).map((p) => ({ NotPrincipal: p }))],
      )
    : fc.constant({})
  return fc
    .tuple(
      weighted([20 - denies, fc.constant('Allow')], [denies, fc.constant('Deny')]),
      element('Action', actions),
      element('Resource', resources),
      who,
      weighted([3, fc.constant({})], [2, condition]),
    )
    .map(([effect, ...parts]) => Object.assign({ Effect: effect }, ...parts) as Json)
}

const policy = (world: World, shape: Shape): fc.Arbitrary<Policy> =>
  fc
    .tuple(
      weighted([6, fc.constant('2012-10-17')], [1, fc.constant('2008-10-17')]),
      fc.array(statement(world, shape), { maxLength: 2 }),
      openStatements(shape),
      weighted<(d: unknown) => unknown>(
        [9, fc.constant((d: unknown) => d)],
        [1, oneOf([JSON.stringify, () => 'not JSON'])],
      ),
    )
    .map(([version, statements, open, write]) => ({
      name: 'p',
      document: write({ Version: version, Statement: [...open, ...statements] }),
    }))

/** Mostly there is one statement that allows a lot, so that the others have something to take away. */
const openStatements = ({ principals }: Shape): fc.Arbitrary<Json[]> => {
  const open = { Effect: 'Allow', Action: '*', Resource: '*' }
  const everyone = { AWS: OWN, Service: 'cloudtrail.amazonaws.com', Federated: PROVIDER.principal }
  const who = principals ? oneOf<Json>([{ Principal: '*' }, { Principal: everyone }]) : fc.constant({})
  return weighted<Json[]>([1, fc.constant([])], [7, who.map((w) => [{ ...open, ...w }])])
}

const PLAIN: Shape = { principals: false, denies: 3 }
const NAMING: Shape = { principals: true, denies: 3 }

/** A layer as it may be written: left out, none, or there. */
const layer = <T>(
  there: fc.Arbitrary<T>,
  none: fc.Arbitrary<T | null>,
  weight: number,
): fc.Arbitrary<T | null | undefined> =>
  weighted<T | null | undefined>([2, fc.constant(undefined)], [1, none], [weight, there])
const nothing = fc.constant(null)

const levels = (world: World, shape: Shape): fc.Arbitrary<PolicyLevel[]> =>
  fc
    .array(
      weighted<Omit<PolicyLevel, 'target'>>(
        [12, fc.array(policy(world, shape), { minLength: 1, maxLength: 2 }).map((policies) => ({ policies }))],
        [1, fc.constant({ policies: [] })],
        [1, fc.constant({})],
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((list) => list.map((l, i) => ({ target: i === 0 ? 'level-0' : OTHER, ...l })))

const flags = fc.record(
  {
    RestrictPublicBuckets: fc.boolean(),
    IgnorePublicAcls: fc.boolean(),
    BlockPublicAcls: fc.boolean(),
    BlockPublicPolicy: fc.boolean(),
  },
  { requiredKeys: [] },
)
const grant = fc.record({
  GranteePrincipal: oneOf(AWS_NAMES.filter((name) => /:(user|role|assumed-role|federated-user)\//.test(name))),
  Operations: oneOf([['Decrypt'], ['CreateGrant', 'Decrypt'], ['Encrypt']]),
  Constraints: oneOf([{}, {}, {}, { SourceArn: 'arn:aws:sqs:eu-west-1:111111111111:q' }]),
})
const TAGS = [{}, { env: 'x' }, { Env: 'y' }, { Env: 'x', env: 'y' }] as const
const ALIASES = [[], ['alias/a'], ['alias/a', 'alias/b'], [`arn:aws:kms:eu-west-1:${OWN}:alias/b`]] as const
const GUARDS: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  bucket: fc.record(
    {
      blockPublicAccess: flags,
      accountBlockPublicAccess: flags,
      objectOwnership: fc.constant('BucketOwnerEnforced'),
      objectOwner: oneOf([OWN, OTHER]),
      objectExists: oneOf([true, true, false]),
      requesterPays: oneOf([false, false, true]),
      tags: oneOf<Json>([{}, { env: 'x' }, { Env: 'x', env: 'y' }]),
      abac: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  'access-point': fc.record(
    {
      bucket: oneOf(['arn:aws:s3:::b1', 'arn:aws:s3:::b1', 'arn:aws:s3:::b2']),
      bucketAccount: oneOf([OWN, OTHER]),
      buckets: oneOf([[], ['arn:aws:s3:::b1', 'arn:aws:s3:::b2']]),
      blockPublicAccess: flags,
      networkOrigin: oneOf(['VPC', 'Internet', 'Internet']),
      vpcId: fc.constant('vpc-1'),
    },
    { requiredKeys: [] },
  ),
  api: fc.record(
    { authType: oneOf(['NONE', 'AWS_IAM', 'CUSTOM', 'COGNITO']), private: fc.boolean() },
    { requiredKeys: [] },
  ),
  key: fc.record(
    { kmsGrants: fc.array(grant, { maxLength: 1 }), keyManager: oneOf(['CUSTOMER', 'AWS']), aliases: oneOf(ALIASES) },
    { requiredKeys: [] },
  ),
}

/** Those of the resources that have no attributes but tags. */
const tagged: fc.Arbitrary<Json> = oneOf<Json>([{}, ...TAGS.map((tags) => ({ tags }))])

const compact = <T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

const policies = (world: World, isSession: boolean): fc.Arbitrary<PoliciesInForce> =>
  fc
    .record({
      complete: weighted([1, fc.constant(true)], [1, oneOf([false, undefined])]),
      serviceControlPolicies: layer<readonly PolicyLevel[]>(levels(world, PLAIN), oneOf([null, []]), 2),
      resourceControlPolicies: layer<readonly PolicyLevel[]>(
        levels(world, { principals: true, denies: 9 }),
        oneOf([null, []]),
        1,
      ),
      vpcEndpointPolicy: layer(policy(world, { principals: true, denies: 3 }), nothing, 2),
      resourcePolicy: layer<ResourcePolicy>(
        fc.tuple(policy(world, NAMING), weighted([6, fc.constant(true)], [1, fc.constant(false)])).map(([p, told]) => ({
          ...p,
          ...(world.kind === undefined || (world === STS && !told) ? {} : { kind: world.kind }),
        })),
        nothing,
        world === KMS || world === STS || world === OIDC ? 12 : 6,
      ),
      identityPolicies: layer<readonly Policy[]>(
        fc.array(policy(world, PLAIN), { minLength: 1, maxLength: 2 }),
        oneOf([null, []]),
        12,
      ),
      permissionsBoundary: layer(policy(world, PLAIN), nothing, 2),
      sessionPolicies: isSession
        ? layer<readonly Policy[]>(fc.array(policy(world, PLAIN), { minLength: 1, maxLength: 2 }), oneOf([null, []]), 3)
        : fc.constant(undefined),
      serviceGuards: layer<Json>(GUARDS[world.kind ?? ''] ?? tagged, nothing, 3),
    })
    .map((all) => compact(all) as PoliciesInForce)

/** Keys with their aliases, some of them. */
const keysWithAliases: fc.Arbitrary<Resource[]> = fc.array(
  fc
    .record({ arn: oneOf([key(OWN), `${key(OWN)}b`, key(OTHER)]), attributes: fc.record({ aliases: oneOf(ALIASES) }) })
    .map((one) => ({ ...one, kind: 'key' })),
  { maxLength: 2 },
)

/** The buckets behind an access point. */
const bucketsBehind = (world: World): fc.Arbitrary<Resource[]> => {
  const bucket = fc.record({
    account: oneOf([OWN, OTHER, undefined]),
    policy: layer(
      policy(world, NAMING).map(({ document }) => document),
      nothing,
      6,
    ),
    attributes: weighted([1, fc.constant(undefined)], [2, GUARDS['bucket'] ?? fc.constant({})]),
  })
  const named = (one: object, i: number) => ({ arn: `arn:aws:s3:::b${i + 1}`, kind: 'bucket', ...compact(one) })
  const count = weighted([1, fc.constant(0)], [6, fc.constant(1)], [2, fc.constant(2)])
  return count
    .chain((length) => fc.array(bucket, { minLength: length, maxLength: length }))
    .map((all) => all.map(named))
}

const UNSURE: readonly ContextValue[] = [null, { state: 'unknown' }, { state: 'present' }]
const CANNED_ACLS: readonly ContextValue[] = ['private', 'public-read', 'bucket-owner-full-control']
const EVERYONE = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'
const contextEntry: fc.Arbitrary<readonly [string, ContextValue]> = weighted(
  [
    4,
    oneOf([
      'aws:SourceVpce',
      'sts:ExternalId',
      's3:prefix',
      'S3:Prefix',
      'aws:PrincipalOrgID',
      'aws:SourceAccount',
      'sts:TaskPolicyArn',
      'AWS:username',
    ]).chain((name) =>
      fc.tuple(
        fc.constant(name),
        oneOf<ContextValue>([...(TEXT_KEYS[name] ?? TEXT_KEYS[name.toLowerCase()] ?? ['ann']), ...UNSURE]),
      ),
    ),
  ],
  [2, fc.tuple(fc.constant('aws:TagKeys'), oneOf<ContextValue>([['a'], ['a', 'b'], [], [''], 'a', ...UNSURE]))],
  [2, fc.tuple(fc.constant('aws:MultiFactorAuthPresent'), oneOf<ContextValue>([true, 'false', ...UNSURE]))],
  [1, fc.tuple(fc.constant('aws:SecureTransport'), oneOf<ContextValue>([true, 'False']))],
  [1, fc.tuple(fc.constant('aws:SourceVpc'), oneOf<ContextValue>(['vpc-1', 'vpc-2', ...UNSURE]))],
  [1, fc.tuple(fc.constant('aws:ViaAWSService'), oneOf<ContextValue>([true, false, ...UNSURE]))],
  [1, fc.tuple(fc.constant('aws:AssumedRoot'), oneOf<ContextValue>([true, 'true', ...UNSURE]))],
  [1, fc.tuple(fc.constant('aws:CalledVia'), oneOf<ContextValue>([['athena.amazonaws.com'], ...UNSURE]))],
  [1, fc.tuple(fc.constant('kms:RequestAlias'), oneOf<ContextValue>(['alias/a', 'alias/b', ...UNSURE]))],
  [1, fc.tuple(fc.constant('kms:ViaService'), oneOf<ContextValue>(['s3.eu-west-1.amazonaws.com', ...UNSURE]))],
  [
    1,
    fc.tuple(fc.constant('aws:SourceIp'), oneOf<ContextValue>(['203.0.113.7', '2001:db8::1', 'elsewhere', ...UNSURE])),
  ],
  [1, fc.tuple(fc.constant('s3:x-amz-acl'), oneOf<ContextValue>([...CANNED_ACLS, ...UNSURE]))],
  [1, fc.tuple(fc.constant('s3:x-amz-grant-read'), oneOf<ContextValue>([EVERYONE, 'id="1"', ...UNSURE]))],
  [1, fc.tuple(fc.constant('x-amz-request-payer'), oneOf<ContextValue>(['requester', ...UNSURE]))],
  [1, fc.tuple(fc.constant('s3:max-keys'), oneOf<ContextValue>([10, 5, '10.0', 'many', ...UNSURE]))],
  [
    1,
    fc.tuple(fc.constant('aws:CurrentTime'), oneOf<ContextValue>(['2025-01-01T00:00:00Z', 1735689599, '2025-06-01'])),
  ],
)

/** A key twice only in two spellings (R-CTX-01). */
const context: fc.Arbitrary<Request['context']> = fc
  .uniqueArray(contextEntry, { maxLength: 4, selector: ([name]) => name })
  .map((entries) => Object.fromEntries(entries))

const organization: fc.Arbitrary<Scenario['organization']> = weighted<Scenario['organization']>(
  [2, fc.constant(undefined)],
  [1, nothing],
  [
    4,
    fc.constant({ id: 'o-1', managementAccount: '999999999999', principalPath: 'o-1/r-1/', resourcePath: 'o-1/r-1/' }),
  ],
  [1, fc.constant({ id: 'o-1', managementAccount: OWN })],
  [1, fc.constant({ id: 'o-1', managementAccount: OTHER, principalPath: null, resourcePath: null })],
  [1, fc.constant({ id: 'o-1', managementAccount: OTHER, principalOutside: true, resourcePath: 'o-1/r-1/' })],
  [1, fc.constant({ id: 'o-1', principalPath: 'o-1/r-1/', resourceOutside: true })],
)

/** An origin access identity reads buckets and nothing else. */
const whoAsks = (world: World) => (world === S3 || world === POINT ? [...PRINCIPALS, { principal: OAI }] : PRINCIPALS)

/** Of an access point it can be the bucket's. */
const saysAccount = (world: World, resource: Request['resource']): boolean =>
  (world.needsAccount && resource !== '*') || world === POINT

const request = (world: World): fc.Arbitrary<Request> =>
  fc
    .tuple(
      world === OIDC
        ? fc.constant(WEB)
        : weighted([7, oneOf(whoAsks(world))], [7, oneOf(PRINCIPALS.slice(0, 6))], [2, oneOf(PATHLESS)]),
      oneOf(world.asks),
      weighted([5, fc.constant(OWN)], [3, fc.constant(OTHER)], [2, fc.constant(undefined)]),
      oneOf([undefined, {}, { team: 'x' }, { Team: 'ann' }, { Team: 'ann', team: 'x' }]),
      context,
      weighted([3, fc.constant(true)], [1, oneOf([false, undefined])]),
    )
    .map(([principal, [action, resource], account, principalTags, ctx, contextComplete]) => ({
      ...principal,
      action,
      resource,
      ...compact({
        resourceAccount: saysAccount(world, resource) ? account : undefined,
        principalTags,
        context: ctx,
        contextComplete,
      }),
    }))

const world: fc.Arbitrary<World> = weighted(
  [2, fc.constant(API)],
  [6, fc.constant(S3)],
  [4, fc.constant(POINT)],
  [3, fc.constant(KMS)],
  [3, fc.constant(STS)],
  [1, fc.constant(OIDC)],
  [3, fc.constant(SQS)],
  [1, fc.constant(IAM)],
  [2, fc.constant(EC2)],
  [1, fc.constant(EVENTS)],
  [1, fc.constant(GLUE)],
  [2, fc.constant(DYNAMODB)],
)

const scenarioIn = (w: World): fc.Arbitrary<Scenario> =>
  request(w).chain((asked) => {
    const isSession = /:(assumed-role|federated-user|role)\/|:root$/.test(asked.principal)
    return fc
      .tuple(
        policies(w, isSession),
        organization,
        weighted([7, fc.constant(false)], [1, fc.constant(true)]),
        w === POINT ? bucketsBehind(w) : w === KMS ? keysWithAliases : fc.constant(undefined),
      )
      .map(([inForce, org, moves, resources]) => {
        const made = { request: asked, policies: inForce, ...compact({ organization: org, resources }) } as Scenario
        return moves && w !== POINT ? amongResources(made) : made
      })
  })

export const arbitraryScenario: fc.Arbitrary<Scenario> = world.chain(scenarioIn)

const tagValue = oneOf(['x', 'y', undefined])
const tagKeys = oneOf<readonly string[]>([['env'], ['Env', 'a'], []])

/** Calls to EC2 that say which types of what they make get which tags. */
export const arbitraryLaunch: fc.Arbitrary<Scenario> = fc
  .tuple(
    scenarioIn(EC2),
    fc.subarray(['instance', 'volume', 'subnet', '*'], { minLength: 1 }),
    fc.array(fc.tuple(tagKeys, tagValue), { minLength: 3, maxLength: 3 }),
    fc.boolean(),
  )
  .map(([scenario, types, tags, isApart]) => {
    const [own = [[], undefined]] = tags
    const each = ['instance', 'volume', 'subnet'].flatMap((type, i) => [
      [`denytrace:call/tagkeys/${type}`, tags[i]?.[0]] as const,
      [`denytrace:call/tag/${type}/env`, tags[i]?.[1]] as const,
    ])
    const given = {
      'denytrace:call/tagged': types,
      'aws:TagKeys': own[0],
      'aws:RequestTag/env': own[1],
      ...(isApart ? Object.fromEntries(each) : {}),
    }
    const asked = { ...scenario.request, context: { ...scenario.request.context, ...compact(given) } }
    // Conditions on the tags that a thing has are made into such on those that it gets.
    const policies: unknown = JSON.parse(
      JSON.stringify(scenario.policies ?? {}).replaceAll('aws:ResourceTag/env', 'aws:RequestTag/env'),
    )
    return { ...scenario, request: asked as Request, policies: policies as PoliciesInForce }
  })

/** The resource policy given in the other way: as that of a resource of the scenario. */
function amongResources(scenario: Scenario): Scenario {
  const { resource } = scenario.request
  const { resourcePolicy: own, ...rest } = scenario.policies ?? {}
  if (typeof resource !== 'string' || resource === '*' || own === undefined || own === null) return scenario
  const arn = resource.includes(':s3:::') ? (resource.split('/')[0] ?? '') : resource
  const kind = own.kind === undefined ? {} : { kind: own.kind }
  return { ...scenario, policies: rest, resources: [{ arn, policy: own.document, ...kind }] }
}

/** Other readings of a few disputed rules, so that each is met alone and with others. */
export const arbitraryReadings: fc.Arbitrary<SomeReadings> = fc
  .uniqueArray(
    oneOf(DISPUTE_NAMES).chain((name) =>
      oneOf<string>(DISPUTES[name].choices.slice(1)).map((choice) => [name, choice] as const),
    ),
    { minLength: 1, maxLength: 3, selector: ([name]) => name },
  )
  .map((chosen) => Object.fromEntries(chosen) as SomeReadings)

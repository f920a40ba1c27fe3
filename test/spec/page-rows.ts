/**
 * Examples of AWS's pages as cases: the policy, or its shape, from the page, and a request of which the page says what
 * becomes of it. Both evaluators are held to them. The answers were written down before either was asked.
 */
import type { PolicyLayer } from '#iam/layers.ts'
import type { PoliciesInForce, Policy, Resource, Scenario } from '#engine/scenario.ts'
import type { ContextValue, Request } from '#iam/request.ts'

export interface PageRow {
  /** What is shown. */
  readonly name: string
  /** Below docs.aws.amazon.com. */
  readonly page: string
  readonly scenario: Scenario
  readonly decision: 'allowed' | 'denied' | 'undetermined'
  readonly denyType?: 'explicit' | 'implicit'
  readonly blockedBy?: readonly PolicyLayer[]
}

export const A = '111122223333'
export const B = '444455556666'
const M = '999999999999'
export const R = 'eu-west-1'
const ANN = `arn:aws:iam::${A}:user/ann`
const BOB = `arn:aws:iam::${A}:user/bob`
const ROLE = `arn:aws:iam::${A}:role/app`
export const S = `arn:aws:sts::${A}:assumed-role/app/s1`
const ROOT = `arn:aws:iam::${A}:root`
export const OBJECT = 'arn:aws:s3:::bucket/key'
export const BUCKET = 'arn:aws:s3:::bucket'
const KEY = `arn:aws:kms:${R}:${A}:key/k1`
export const QUEUE = `arn:aws:sqs:${R}:${A}:q`
const TRUSTED = `arn:aws:iam::${A}:role/target`
export const UG = 'IAM/latest/UserGuide/'
const S3 = 'AmazonS3/latest/userguide/'
const KMS = 'kms/latest/developerguide/'
const ORG = 'organizations/latest/userguide/'
const NO_IAM = 'apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html'
const APIGW = 'apigateway/latest/developerguide/apigateway-authorization-flow.html'

type Line = Readonly<Record<string, unknown>>
export const doc = (...Statement: Line[]): Policy => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
export const allow = (Action: unknown, more: Line = {}): Line => ({ Effect: 'Allow', Action, Resource: '*', ...more })
export const deny = (Action: unknown, more: Line = {}): Line => ({ Effect: 'Deny', Action, Resource: '*', ...more })
export const when = (operator: string, key: string, value: unknown): Line => ({
  Condition: { [operator]: { [key]: value } },
})
const all = (...of: Line[]): Line => ({
  Condition: Object.assign({}, ...of.map((one) => one['Condition'])) as Line,
})
const aws = (...names: string[]): Line => ({ Principal: { AWS: names } })
export const anyone: Line = { Principal: '*' }
const service = (name: string): Line => ({ Principal: { Service: name } })
export const ALL = doc(allow('*'))

interface Given extends PoliciesInForce {
  readonly who?: string
  readonly details?: Request['principalDetails']
  readonly tags?: Request['principalTags']
  readonly account?: string
  readonly context?: Readonly<Record<string, ContextValue>>
  readonly resources?: readonly Resource[]
  readonly organization?: Scenario['organization']
  /** Facts not given are not known. */
  readonly open?: true
}

export function ask(action: string, on: string | readonly string[], given: Given): Scenario {
  const { who = ANN, details, tags, account, context, resources, organization, open, ...policies } = given
  const shown = details ?? (who === S ? { roleArn: ROLE, userId: 'AROAAAAAAAAAAAAAAAAAA:s1' } : undefined)
  const owner = account ?? (String(on).includes(':s3:::') ? A : undefined)
  return {
    request: {
      principal: who,
      ...(shown === undefined ? {} : { principalDetails: shown }),
      principalTags: tags ?? {},
      action,
      resource: on,
      ...(owner === undefined ? {} : { resourceAccount: owner }),
      context: context ?? {},
      ...(open === undefined ? { contextComplete: true } : {}),
    },
    policies: { ...(open === undefined ? { complete: true } : {}), ...policies },
    ...(resources === undefined ? {} : { resources }),
    ...(organization === undefined ? {} : { organization }),
  }
}

export const yes = (name: string, page: string, scenario: Scenario): PageRow => ({
  name,
  page,
  scenario,
  decision: 'allowed',
})
const no =
  (denyType: 'explicit' | 'implicit') =>
  (name: string, page: string, blockedBy: readonly PolicyLayer[], scenario: Scenario): PageRow => ({
    name,
    page,
    scenario,
    decision: 'denied',
    denyType,
    blockedBy,
  })
export const implicit = no('implicit')
export const explicit = no('explicit')
export const open = (name: string, page: string, scenario: Scenario): PageRow => ({
  name,
  page,
  scenario,
  decision: 'undetermined',
})

const ID = 'identity-policy'
const RP = 'resource-policy'
const GUARD = 'service-guard'
const SCP = 'service-control-policy'
const RCP = 'resource-control-policy'
const VPCE = 'vpc-endpoint-policy'
const PB = 'permissions-boundary'
const SP = 'session-policy'

const SHIRLEY = { permissionsBoundary: doc(allow(['s3:*', 'cloudwatch:*', 'ec2:*'])) }

const BOUNDARIES: readonly PageRow[] = [
  implicit(
    'a boundary without iam stops iam:CreateUser',
    `${UG}access_policies_boundaries.html`,
    [PB],
    ask('iam:CreateUser', `arn:aws:iam::${A}:user/new`, {
      ...SHIRLEY,
      identityPolicies: [doc(allow('iam:CreateUser'))],
    }),
  ),
  implicit(
    'a boundary alone grants nothing',
    `${UG}access_policies_boundaries.html`,
    [ID],
    ask('s3:GetObject', OBJECT, { ...SHIRLEY, identityPolicies: [doc(allow('iam:CreateUser'))] }),
  ),
  yes(
    'a queue policy that names the user needs no boundary',
    `${UG}access_policies_boundaries.html`,
    ask('sqs:SendMessage', QUEUE, {
      ...SHIRLEY,
      identityPolicies: [doc()],
      resourcePolicy: doc(allow('sqs:SendMessage', aws(ANN))),
    }),
  ),
  implicit(
    'a queue policy that names the role is limited by its boundary',
    `${UG}access_policies_boundaries.html`,
    [PB],
    ask('sqs:SendMessage', QUEUE, {
      who: S,
      ...SHIRLEY,
      identityPolicies: [doc()],
      resourcePolicy: doc(allow('sqs:SendMessage', aws(ROLE))),
    }),
  ),
  explicit(
    'Deny with NotPrincipal refuses whoever has a boundary',
    `${UG}reference_policies_elements_notprincipal.html`,
    [RP],
    ask('sqs:SendMessage', QUEUE, {
      permissionsBoundary: ALL,
      identityPolicies: [ALL],
      resourcePolicy: doc(deny('sqs:*', { NotPrincipal: { AWS: [ANN, ROOT] } })),
    }),
  ),
  yes(
    'the same as a condition on aws:PrincipalArn spares the user',
    `${UG}reference_policies_elements_notprincipal.html`,
    ask('sqs:SendMessage', QUEUE, {
      permissionsBoundary: ALL,
      identityPolicies: [ALL],
      resourcePolicy: doc(deny('sqs:*', { ...anyone, ...when('ArnNotEquals', 'aws:PrincipalArn', ANN) })),
    }),
  ),
  explicit(
    'Deny with NotPrincipal refuses another user',
    `${UG}reference_policies_elements_notprincipal.html`,
    [RP],
    ask('s3:GetObject', OBJECT, {
      who: BOB,
      identityPolicies: [ALL],
      resourcePolicy: doc(deny('s3:*', { NotPrincipal: { AWS: [ANN, ROOT] } })),
    }),
  ),
]

const TAGGING = `${UG}reference_policies_condition_examples-multi-valued-context-keys.html`
const USER_ARN = `arn:aws:iam::${A}:user/x`
const onlyKey1 = doc(allow('*'), deny('iam:TagUser', when('ForAllValues:StringLike', 'aws:TagKeys', ['key1*'])))
const onlyKey1Present = doc(
  allow('*'),
  deny(
    'iam:TagUser',
    all(when('ForAllValues:StringLike', 'aws:TagKeys', ['key1*']), when('Null', 'aws:TagKeys', 'false')),
  ),
)
const anyEnvironment = doc(
  allow('*'),
  deny('iam:TagUser', when('ForAnyValue:StringEquals', 'aws:TagKeys', ['environment'])),
)
const SECURE = doc(allow('*'), deny('s3:*', { ...when('Bool', 'aws:SecureTransport', 'false') }))

const CONDITIONS: readonly PageRow[] = [
  explicit(
    'ForAllValues: every tag key matches',
    TAGGING,
    [ID],
    ask('iam:TagUser', USER_ARN, { identityPolicies: [onlyKey1], context: { 'aws:TagKeys': ['key1', 'key1:legal'] } }),
  ),
  yes(
    'ForAllValues: one tag key does not match',
    TAGGING,
    ask('iam:TagUser', USER_ARN, { identityPolicies: [onlyKey1], context: { 'aws:TagKeys': ['key1', 'key2'] } }),
  ),
  explicit(
    'ForAllValues: no tag key at all',
    TAGGING,
    [ID],
    ask('iam:TagUser', USER_ARN, { identityPolicies: [onlyKey1] }),
  ),
  yes(
    'ForAllValues with Null false: no tag key at all',
    TAGGING,
    ask('iam:TagUser', USER_ARN, { identityPolicies: [onlyKey1Present] }),
  ),
  explicit(
    'ForAnyValue: one of two',
    TAGGING,
    [ID],
    ask('iam:TagUser', USER_ARN, {
      identityPolicies: [anyEnvironment],
      context: { 'aws:TagKeys': ['environment', 'costcenter'] },
    }),
  ),
  yes('ForAnyValue: none', TAGGING, ask('iam:TagUser', USER_ARN, { identityPolicies: [anyEnvironment] })),
  explicit(
    'plain HTTP',
    `${S3}security-best-practices.html`,
    [ID],
    ask('s3:GetObject', OBJECT, { identityPolicies: [SECURE], context: { 'aws:SecureTransport': false } }),
  ),
  yes(
    'NotIpAddress with ViaAWSService: a service’s own address is spared',
    `${UG}reference_policies_examples_aws_deny-ip.html`,
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [
        doc(
          allow('*'),
          deny(
            '*',
            all(
              when('NotIpAddress', 'aws:SourceIp', ['192.0.2.0/24', '203.0.113.0/24']),
              when('Bool', 'aws:ViaAWSService', 'false'),
            ),
          ),
        ),
      ],
      context: { 'aws:SourceIp': '54.240.1.1', 'aws:ViaAWSService': true },
    }),
  ),
  explicit(
    'the same from elsewhere, directly',
    `${UG}reference_policies_examples_aws_deny-ip.html`,
    [ID],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [
        doc(
          allow('*'),
          deny(
            '*',
            all(
              when('NotIpAddress', 'aws:SourceIp', ['192.0.2.0/24', '203.0.113.0/24']),
              when('Bool', 'aws:ViaAWSService', 'false'),
            ),
          ),
        ),
      ],
      context: { 'aws:SourceIp': '198.51.100.7', 'aws:ViaAWSService': false },
    }),
  ),
  implicit(
    'a window of dates that is over',
    `${UG}reference_policies_examples_aws-dates.html`,
    [ID],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [
        doc(
          allow(
            's3:*',
            all(
              when('DateGreaterThan', 'aws:CurrentTime', '2020-04-01T00:00:00Z'),
              when('DateLessThan', 'aws:CurrentTime', '2020-06-30T23:59:59Z'),
            ),
          ),
        ),
      ],
      context: { 'aws:CurrentTime': '2020-07-01T00:00:00Z' },
    }),
  ),
  implicit(
    'no age of a second factor is no young one',
    `${UG}reference_policies_examples_aws_mfa-dates.html`,
    [ID],
    ask('ec2:StopInstances', `arn:aws:ec2:${R}:${A}:instance/i-1`, {
      identityPolicies: [doc(allow('ec2:*', when('NumericLessThan', 'aws:MultiFactorAuthAge', '3600')))],
    }),
  ),
  explicit(
    'self-management without a second factor',
    `${UG}reference_policies_examples_aws_my-sec-creds-self-manage.html`,
    [ID],
    ask('s3:ListBucket', BUCKET, {
      identityPolicies: [
        doc(allow('*'), {
          Effect: 'Deny',
          NotAction: ['iam:CreateVirtualMFADevice', 'sts:GetSessionToken'],
          Resource: '*',
          ...when('BoolIfExists', 'aws:MultiFactorAuthPresent', 'false'),
        }),
      ],
    }),
  ),
  yes(
    'a StringLikeIfExists on a key that only instances have',
    `${UG}reference_policies_elements_condition_operators.html`,
    ask('ec2:RunInstances', [`arn:aws:ec2:${R}::image/ami-1`, `arn:aws:ec2:${R}:${A}:subnet/subnet-1`], {
      identityPolicies: [doc(allow('ec2:*', when('StringLikeIfExists', 'ec2:InstanceType', ['t1.*', 'm3.*'])))],
    }),
  ),
  implicit(
    'the same on an instance of another type',
    `${UG}reference_policies_elements_condition_operators.html`,
    [ID],
    ask('ec2:RunInstances', `arn:aws:ec2:${R}:${A}:instance/*`, {
      identityPolicies: [doc(allow('ec2:*', when('StringLikeIfExists', 'ec2:InstanceType', ['t1.*', 'm3.*'])))],
      context: { 'ec2:InstanceType': 'c5.large' },
    }),
  ),
  yes(
    'ArnEquals takes wildcards as ArnLike does',
    `${UG}reference_policies_elements_condition_operators.html`,
    ask('sqs:SendMessage', QUEUE, {
      who: 'sns.amazonaws.com',
      resourcePolicy: doc(
        allow('sqs:SendMessage', {
          ...service('sns.amazonaws.com'),
          ...when('ArnEquals', 'aws:SourceArn', `arn:aws:sns:*:${A}:*`),
        }),
      ),
      context: { 'aws:SourceArn': `arn:aws:sns:${R}:${A}:t` },
    }),
  ),
  implicit(
    'StringEquals takes a star literally',
    `${UG}reference_policies_elements_condition_operators.html`,
    [RP],
    ask('sqs:SendMessage', QUEUE, {
      who: 'sns.amazonaws.com',
      resourcePolicy: doc(
        allow('sqs:SendMessage', {
          ...service('sns.amazonaws.com'),
          ...when('StringEquals', 'aws:SourceArn', `arn:aws:sns:*:${A}:*`),
        }),
      ),
      context: { 'aws:SourceArn': `arn:aws:sns:${R}:${A}:t` },
    }),
  ),
  yes(
    's3:prefix empty is the listing of the root',
    `${UG}reference_policies_examples_s3_home-directory-console.html`,
    ask('s3:ListBucket', BUCKET, {
      identityPolicies: [
        doc(allow('s3:ListBucket', { Resource: BUCKET, ...when('StringEquals', 's3:prefix', ['', 'home/']) })),
      ],
      context: { 's3:prefix': '' },
    }),
  ),
  implicit(
    'a home directory of someone else',
    `${UG}reference_policies_examples_s3_home-directory-console.html`,
    [ID],
    ask('s3:GetObject', 'arn:aws:s3:::bucket/home/bob/x', {
      identityPolicies: [
        doc(
          allow('s3:*', {
            Resource: ['arn:aws:s3:::bucket/home/${aws:username}', 'arn:aws:s3:::bucket/home/${aws:username}/*'],
          }),
        ),
      ],
    }),
  ),
  yes(
    'a default of a variable stands in for a tag that is not there',
    `${UG}reference_policies_variables.html`,
    ask('s3:GetObject', 'arn:aws:s3:::demo-company-wide/x', {
      who: S,
      identityPolicies: [
        doc(allow('s3:*', { Resource: "arn:aws:s3:::demo-${aws:PrincipalTag/team, 'company-wide'}/*" })),
      ],
    }),
  ),
  implicit(
    'tags that differ',
    `${UG}tutorial_attribute-based-access-control.html`,
    [ID],
    ask('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${R}:${A}:secret:s-AbCdEf`, {
      who: S,
      tags: { 'access-project': 'peg' },
      serviceGuards: { tags: { 'access-project': 'uni' } },
      resourcePolicy: null,
      identityPolicies: [
        doc(
          allow(
            'secretsmanager:*',
            when('StringEquals', 'aws:ResourceTag/access-project', '${aws:PrincipalTag/access-project}'),
          ),
        ),
      ],
    }),
  ),
  explicit(
    'Deny with NotResource spares only what is named',
    `${UG}reference_policies_elements_notresource.html`,
    [ID],
    ask('s3:GetObject', 'arn:aws:s3:::other/x', {
      identityPolicies: [
        doc(allow('s3:*'), {
          Effect: 'Deny',
          Action: 's3:*',
          NotResource: ['arn:aws:s3:::HRBucket/Payroll', 'arn:aws:s3:::HRBucket/Payroll/*'],
        }),
      ],
    }),
  ),
  yes(
    'a second version of the same key in another letter case',
    `${UG}reference_policies_elements_condition.html`,
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [doc(allow('s3:*', when('IpAddress', 'AWS:SOURCEIP', '203.0.113.0/24')))],
      context: { 'aws:SourceIp': '203.0.113.9' },
    }),
  ),
  implicit(
    'an IPv6 caller under an IPv4 range only',
    `${UG}reference_policies_elements_condition_operators.html`,
    [ID],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [doc(allow('s3:*', when('IpAddress', 'aws:SourceIp', '203.0.113.0/24')))],
      context: { 'aws:SourceIp': '2001:db8::1' },
    }),
  ),
]

const inOrg = (path: string): Scenario['organization'] => ({
  id: 'o-a1',
  managementAccount: M,
  principalPath: path,
  resourcePath: 'o-a1/r-ab12/',
})
/** The organization was read, and the caller's account is in no part of it. */
const STRANGER: Scenario['organization'] = {
  id: 'o-a1',
  managementAccount: M,
  principalOutside: true,
  resourcePath: 'o-a1/r-ab12/',
}
const OU = 'o-a1/r-ab12/ou-ab12-11111111/'
const byOrg = (value: string, operator = 'StringEquals', key = 'aws:PrincipalOrgID') =>
  doc(allow('s3:GetObject', { ...anyone, ...when(operator, key, value) }))
const REGIONS = doc(allow('*'), {
  Effect: 'Deny',
  NotAction: ['iam:*', 'organizations:*', 'route53:*', 'support:*'],
  Resource: '*',
  ...all(
    when('StringNotEquals', 'aws:RequestedRegion', ['eu-central-1', 'eu-west-1']),
    when('ArnNotLike', 'aws:PrincipalARN', ['arn:aws:iam::*:role/Exempt']),
  ),
})
const scps = (...policies: Policy[]): PoliciesInForce => ({
  serviceControlPolicies: [
    { target: 'r-ab12', policies },
    { target: A, policies: [ALL] },
  ],
  resourceControlPolicies: null,
})
const noRoot = doc(allow('*'), deny('*', when('StringLike', 'aws:PrincipalArn', 'arn:aws:iam::*:root')))
const PERIMETER = doc(
  deny('s3:*', {
    ...anyone,
    ...all(
      when('StringNotEqualsIfExists', 'aws:PrincipalOrgID', 'o-a1'),
      when('BoolIfExists', 'aws:PrincipalIsAWSService', 'false'),
    ),
  }),
)
const DEPUTY = doc(
  deny(['s3:*', 'sqs:*'], {
    ...anyone,
    Condition: {
      StringNotEqualsIfExists: { 'aws:SourceOrgID': 'o-a1' },
      Null: { 'aws:SourceAccount': 'false' },
      Bool: { 'aws:PrincipalIsAWSService': 'true' },
    },
  }),
)
const rcps = (policy: Policy): PoliciesInForce => ({
  resourceControlPolicies: [{ target: 'r-ab12', policies: [policy] }],
})

const ORGANIZATIONS: readonly PageRow[] = [
  yes(
    'aws:PrincipalOrgID lets another account of the organization in',
    `${UG}reference_policies_condition-keys.html`,
    ask('s3:GetObject', OBJECT, {
      account: B,
      identityPolicies: [ALL],
      resourcePolicy: byOrg('o-a1'),
      organization: inOrg(OU),
      serviceControlPolicies: null,
      resourceControlPolicies: null,
    }),
  ),
  implicit(
    '… who still needs a policy of their own',
    `${UG}reference_policies_condition-keys.html`,
    [ID],
    ask('s3:GetObject', OBJECT, {
      account: B,
      identityPolicies: [doc()],
      resourcePolicy: byOrg('o-a1'),
      organization: inOrg(OU),
      serviceControlPolicies: null,
      resourceControlPolicies: null,
    }),
  ),
  yes(
    'a path with /* takes the accounts of the OU itself',
    `${UG}reference_policies_condition-keys.html`,
    ask('s3:GetObject', OBJECT, {
      account: B,
      identityPolicies: [ALL],
      resourcePolicy: byOrg(`${OU}*`, 'ForAnyValue:StringLike', 'aws:PrincipalOrgPaths'),
      organization: inOrg(OU),
      serviceControlPolicies: null,
      resourceControlPolicies: null,
    }),
  ),
  implicit(
    'a path with /ou-* takes only accounts further below',
    `${UG}reference_policies_condition-keys.html`,
    [RP],
    ask('s3:GetObject', OBJECT, {
      account: B,
      identityPolicies: [ALL],
      resourcePolicy: byOrg(`${OU}ou-*`, 'ForAnyValue:StringLike', 'aws:PrincipalOrgPaths'),
      organization: inOrg(OU),
      serviceControlPolicies: null,
      resourceControlPolicies: null,
    }),
  ),
  explicit(
    'Regions: another Region is refused',
    `${ORG}orgs_manage_policies_scps_examples_general.html`,
    [SCP],
    ask('ec2:StopInstances', `arn:aws:ec2:us-east-1:${A}:instance/i-1`, {
      who: S,
      identityPolicies: [ALL],
      ...scps(REGIONS),
      organization: inOrg(OU),
      context: { 'aws:RequestedRegion': 'us-east-1' },
    }),
  ),
  yes(
    'Regions: the exempt role is spared',
    `${ORG}orgs_manage_policies_scps_examples_general.html`,
    ask('ec2:StopInstances', `arn:aws:ec2:us-east-1:${A}:instance/i-1`, {
      who: `arn:aws:sts::${A}:assumed-role/Exempt/s`,
      details: { roleArn: `arn:aws:iam::${A}:role/Exempt` },
      identityPolicies: [ALL],
      ...scps(REGIONS),
      organization: inOrg(OU),
      context: { 'aws:RequestedRegion': 'us-east-1' },
    }),
  ),
  yes(
    'Regions: a global service is left out by NotAction',
    `${ORG}orgs_manage_policies_scps_examples_general.html`,
    ask('iam:CreateUser', `arn:aws:iam::${A}:user/new`, {
      who: S,
      identityPolicies: [ALL],
      ...scps(REGIONS),
      organization: inOrg(OU),
      context: { 'aws:RequestedRegion': 'us-east-1' },
    }),
  ),
  explicit(
    'the root user of a member account can be refused',
    `${ORG}orgs_manage_policies_scps_examples_general.html`,
    [SCP],
    ask('s3:GetObject', OBJECT, { who: ROOT, ...scps(noRoot), organization: inOrg(OU) }),
  ),
  yes(
    '… its users are not',
    `${ORG}orgs_manage_policies_scps_examples_general.html`,
    ask('s3:GetObject', OBJECT, { identityPolicies: [ALL], ...scps(noRoot), organization: inOrg(OU) }),
  ),
  yes(
    'the management account is not restricted',
    `${ORG}orgs_manage_policies_scps.html`,
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:iam::${M}:user/x`,
      account: M,
      identityPolicies: [ALL],
      ...scps(doc(deny('*'))),
      organization: { id: 'o-a1', managementAccount: M, principalPath: 'o-a1/r-ab12/' },
    }),
  ),
  implicit(
    'a level without FullAWSAccess allows nothing',
    `${ORG}orgs_manage_policies_scps_evaluation.html`,
    [SCP],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [ALL],
      serviceControlPolicies: [
        { target: 'r-ab12', policies: [ALL] },
        { target: 'ou-1', policies: [] },
        { target: A, policies: [ALL] },
      ],
      organization: inOrg(OU),
      resourceControlPolicies: null,
    }),
  ),
  explicit(
    'an RCP shuts strangers out',
    `${ORG}orgs_manage_policies_rcps_examples.html`,
    [RCP],
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:iam::${B}:user/x`,
      account: A,
      identityPolicies: [ALL],
      resourcePolicy: doc(allow('s3:*', anyone)),
      ...rcps(PERIMETER),
      organization: { id: 'o-a1', managementAccount: M, principalPath: null, resourcePath: OU },
    }),
  ),
  explicit(
    'an RCP denies a caller whose account is not in the organization, whether it is in another one or in none',
    `${ORG}orgs_manage_policies_rcps_examples.html`,
    [RCP],
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:iam::${B}:user/x`,
      account: A,
      identityPolicies: [ALL],
      resourcePolicy: doc(allow('s3:*', anyone)),
      ...rcps(PERIMETER),
      organization: STRANGER,
    }),
  ),
  explicit(
    'a bucket policy that denies other organizations denies such a caller by its path, too',
    `${UG}reference_policies_condition-keys.html`,
    [RP],
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:iam::${B}:user/x`,
      account: A,
      identityPolicies: [ALL],
      resourcePolicy: doc(
        allow('s3:*', anyone),
        deny('s3:*', { ...anyone, ...when('ForAllValues:StringNotLike', 'aws:PrincipalOrgPaths', 'o-a1/*') }),
      ),
      resourceControlPolicies: null,
      serviceControlPolicies: null,
      organization: STRANGER,
    }),
  ),
  implicit(
    'an Allow for the organization does not allow such a caller',
    `${UG}reference_policies_condition-keys.html`,
    [RP],
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:iam::${B}:user/x`,
      account: A,
      identityPolicies: [ALL],
      resourcePolicy: byOrg('o-a1'),
      resourceControlPolicies: null,
      serviceControlPolicies: null,
      organization: STRANGER,
    }),
  ),
  open(
    'whether such a caller is in a second organization that is named stays open',
    `${UG}reference_policies_condition-keys.html`,
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:iam::${B}:user/x`,
      account: A,
      identityPolicies: [ALL],
      resourcePolicy: doc(
        allow('s3:*', { ...anyone, ...when('StringEquals', 'aws:PrincipalOrgID', ['o-a1', 'o-b2']) }),
      ),
      resourceControlPolicies: null,
      serviceControlPolicies: null,
      organization: STRANGER,
    }),
  ),
  open(
    'whether such a caller is in any organization stays open',
    `${UG}reference_policies_condition-keys.html`,
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:iam::${B}:user/x`,
      account: A,
      identityPolicies: [ALL],
      resourcePolicy: doc(
        allow('s3:*', anyone),
        deny('s3:*', { ...anyone, ...when('Null', 'aws:PrincipalOrgID', true) }),
      ),
      resourceControlPolicies: null,
      serviceControlPolicies: null,
      organization: STRANGER,
    }),
  ),
  explicit(
    'an identity policy that keeps calls in the organization denies a bucket whose account is not in it',
    `${UG}reference_policies_condition-keys.html`,
    [ID],
    ask('s3:PutObject', OBJECT, {
      account: B,
      identityPolicies: [
        doc(allow('*'), deny('s3:*', when('StringNotEqualsIfExists', 'aws:ResourceOrgID', '${aws:PrincipalOrgID}'))),
      ],
      resourcePolicy: doc(allow('s3:*', anyone)),
      resourceControlPolicies: null,
      serviceControlPolicies: null,
      organization: { id: 'o-a1', managementAccount: M, principalPath: OU, resourceOutside: true },
    }),
  ),
  yes(
    '… and spares services',
    `${ORG}orgs_manage_policies_rcps_examples.html`,
    ask('s3:PutObject', OBJECT, {
      who: 'logging.s3.amazonaws.com',
      account: A,
      resourcePolicy: doc(allow('s3:PutObject', service('logging.s3.amazonaws.com'))),
      ...rcps(PERIMETER),
      organization: { id: 'o-a1', managementAccount: M, resourcePath: OU },
    }),
  ),
  explicit(
    'an RCP against the confused deputy: another organization’s resource',
    `${ORG}orgs_manage_policies_rcps_examples.html`,
    [RCP],
    ask('s3:PutObject', OBJECT, {
      who: 'cloudtrail.amazonaws.com',
      account: A,
      resourcePolicy: doc(allow('s3:PutObject', service('cloudtrail.amazonaws.com'))),
      ...rcps(DEPUTY),
      organization: { id: 'o-a1', managementAccount: M, resourcePath: OU },
      context: { 'aws:SourceAccount': B, 'aws:SourceOrgID': 'o-zz' },
    }),
  ),
  yes(
    'an RCP does not touch a service-linked role',
    `${ORG}orgs_manage_policies_rcps.html`,
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:sts::${A}:assumed-role/AWSServiceRoleForX/s`,
      details: { roleArn: `arn:aws:iam::${A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX` },
      identityPolicies: [ALL],
      ...rcps(doc(deny('s3:*', anyone))),
      serviceControlPolicies: null,
      organization: inOrg(OU),
    }),
  ),
  yes(
    '… of which only the session is known, under the name that services give their roles',
    `${ORG}orgs_manage_policies_scps.html`,
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:sts::${A}:assumed-role/AWSServiceRoleForX/s`,
      identityPolicies: [ALL],
      ...rcps(doc(deny('s3:*', anyone))),
      serviceControlPolicies: [{ target: 'r-1', policies: [doc()] }],
      organization: inOrg(OU),
    }),
  ),
  implicit(
    '… not a role of another name',
    `${ORG}orgs_manage_policies_scps.html`,
    [SCP],
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:sts::${A}:assumed-role/MyAWSServiceRoleForX/s`,
      identityPolicies: [ALL],
      serviceControlPolicies: [{ target: 'r-1', policies: [doc()] }],
      organization: inOrg(OU),
    }),
  ),
  implicit(
    '… nor one that has the name and another path',
    `${ORG}orgs_manage_policies_scps.html`,
    [SCP],
    ask('s3:GetObject', OBJECT, {
      who: `arn:aws:sts::${A}:assumed-role/AWSServiceRoleForX/s`,
      details: { roleArn: `arn:aws:iam::${A}:role/own/AWSServiceRoleForX` },
      identityPolicies: [ALL],
      serviceControlPolicies: [{ target: 'r-1', policies: [doc()] }],
      organization: inOrg(OU),
    }),
  ),
  explicit(
    'a Deny of foreign resources in the identity policy',
    `${UG}resource_examples_iam_policies_resource_account.html`,
    [ID],
    ask('s3:GetObject', OBJECT, {
      account: B,
      resourcePolicy: doc(allow('s3:*', aws(A))),
      identityPolicies: [
        doc(allow('*'), {
          Effect: 'Deny',
          NotAction: ['iam:GetPolicy', 'iam:ListPolicies'],
          Resource: '*',
          ...when('StringNotEquals', 'aws:ResourceAccount', [A]),
        }),
      ],
    }),
  ),
  ...(['aws:ResourceAccount', 'aws:ResourceOrgID'] as const).flatMap((key) => {
    const mine = key === 'aws:ResourceAccount' ? A : 'o-a1'
    const organization = { id: 'o-a1', managementAccount: M, principalPath: 'o-a1/r-1/', resourcePath: 'o-a1/r-1/' }
    const identityPolicies = [doc(allow('*'), deny('*', when('StringNotEquals', key, mine)))]
    const page = `${UG}reference_policies_condition-keys.html`
    const asked = (action: string, of: string) =>
      ask(action, `arn:aws:ec2:${R}:${A}:${of}`, { identityPolicies, organization })
    return [
      explicit(
        `${key} is not supported for a peering connection`,
        page,
        [ID],
        asked('ec2:CreateVpcPeeringConnection', 'vpc/vpc-1'),
      ),
      yes(`${key} is in the request to start an instance`, page, asked('ec2:StartInstances', 'instance/i-1')),
    ]
  }),
]

const trust = (...lines: Line[]): PoliciesInForce => ({
  resourcePolicy: { name: 'trust', kind: 'trust', document: { Version: '2012-10-17', Statement: lines } },
})
const trusts = (principal: Line, action = 'sts:AssumeRole', more: Line = {}): Line => ({
  Effect: 'Allow',
  ...principal,
  Action: action,
  ...more,
})
const GITHUB = `arn:aws:iam::${A}:oidc-provider/token.actions.githubusercontent.com`
const github = {
  ...all(
    when('StringEquals', 'token.actions.githubusercontent.com:aud', 'sts.amazonaws.com'),
    when('StringLike', 'token.actions.githubusercontent.com:sub', 'repo:org/app:*'),
  ),
}
const X_ROLE = `arn:aws:iam::${B}:role/target`

/** "Option 1: … create an IAM OIDC provider in the other account": a role trusts the provider of its own account. */
const CROSS_IRSA = 'eks/latest/userguide/cross-account-access.html'
const ROLES: readonly PageRow[] = [
  implicit(
    'the same issuer, as a provider of another account',
    CROSS_IRSA,
    [RP],
    ask('sts:AssumeRoleWithWebIdentity', TRUSTED, {
      who: GITHUB,
      details: { type: 'web-identity', federatedBy: GITHUB },
      ...trust(
        trusts({ Principal: { Federated: GITHUB.replace(/\d{12}/, B) } }, 'sts:AssumeRoleWithWebIdentity', github),
      ),
      context: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:org/app:ref:refs/heads/main',
      },
    }),
  ),
  yes(
    'a workflow of the repository',
    `${UG}id_roles_create_for-idp_oidc.html`,
    ask('sts:AssumeRoleWithWebIdentity', TRUSTED, {
      who: GITHUB,
      details: { type: 'web-identity', federatedBy: GITHUB },
      ...trust(trusts({ Principal: { Federated: GITHUB } }, 'sts:AssumeRoleWithWebIdentity', github)),
      context: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:org/app:ref:refs/heads/main',
      },
    }),
  ),
  implicit(
    'a workflow of another repository',
    `${UG}id_roles_create_for-idp_oidc.html`,
    [RP],
    ask('sts:AssumeRoleWithWebIdentity', TRUSTED, {
      who: GITHUB,
      details: { type: 'web-identity', federatedBy: GITHUB },
      ...trust(trusts({ Principal: { Federated: GITHUB } }, 'sts:AssumeRoleWithWebIdentity', github)),
      context: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:org/application-x:ref:refs/heads/main',
      },
    }),
  ),
  yes(
    'the external id agreed on',
    `${UG}id_roles_common-scenarios_third-party.html`,
    ask('sts:AssumeRole', X_ROLE, {
      identityPolicies: [doc(allow('sts:AssumeRole', { Resource: X_ROLE }))],
      ...trust(trusts(aws(A), 'sts:AssumeRole', when('StringEquals', 'sts:ExternalId', '12345'))),
      context: { 'sts:ExternalId': '12345' },
    }),
  ),
  implicit(
    'an external id in other letters',
    `${UG}id_roles_common-scenarios_third-party.html`,
    [RP],
    ask('sts:AssumeRole', X_ROLE, {
      identityPolicies: [ALL],
      ...trust(trusts(aws(A), 'sts:AssumeRole', when('StringEquals', 'sts:ExternalId', 'abc'))),
      context: { 'sts:ExternalId': 'ABC' },
    }),
  ),
  implicit(
    'a trust policy for one role, asked by another',
    `${UG}id_roles_update-role-trust-policy.html`,
    [RP],
    ask('sts:AssumeRole', TRUSTED, {
      who: S,
      identityPolicies: [ALL],
      ...trust(
        trusts(aws(A), 'sts:AssumeRole', when('ArnEquals', 'aws:PrincipalArn', `arn:aws:iam::${A}:role/deploy`)),
      ),
    }),
  ),
  yes(
    'a service that the trust policy names',
    `${UG}id_roles_create_for-service.html`,
    ask('sts:AssumeRole', TRUSTED, { who: 'lambda.amazonaws.com', ...trust(trusts(service('lambda.amazonaws.com'))) }),
  ),
  implicit(
    'a service on behalf of a strange account',
    `${UG}confused-deputy.html`,
    [RP],
    ask('sts:AssumeRole', TRUSTED, {
      who: 'lambda.amazonaws.com',
      ...trust(trusts(service('lambda.amazonaws.com'), 'sts:AssumeRole', when('StringEquals', 'aws:SourceAccount', A))),
      context: { 'aws:SourceAccount': B },
    }),
  ),
  implicit(
    'a role may be passed to EC2 only',
    `${UG}id_roles_use_passrole.html`,
    [ID],
    ask('iam:PassRole', TRUSTED, {
      identityPolicies: [
        doc(
          allow('iam:PassRole', {
            Resource: TRUSTED,
            ...when('StringEquals', 'iam:PassedToService', 'ec2.amazonaws.com'),
          }),
        ),
      ],
      context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    }),
  ),
  implicit(
    'a session policy that leaves S3 out',
    `${UG}access_policies.html`,
    [SP],
    ask('s3:GetObject', OBJECT, { who: S, identityPolicies: [ALL], sessionPolicies: [doc(allow('ec2:*'))] }),
  ),
  yes(
    'a bucket policy that names the session is not limited by its session policy',
    `${UG}reference_policies_evaluation-logic_policy-eval-denyallow.html`,
    ask('s3:GetObject', OBJECT, {
      who: S,
      identityPolicies: [doc()],
      sessionPolicies: [doc(allow('ec2:*'))],
      resourcePolicy: doc(allow('s3:GetObject', aws(S))),
    }),
  ),
  yes(
    'a permission set by the pattern of its role',
    `${UG}reference_policies_elements_principal.html`,
    ask('sqs:SendMessage', QUEUE, {
      who: `arn:aws:sts::${A}:assumed-role/AWSReservedSSO_Ops_0123456789abcdef/ann@example.com`,
      details: {
        roleArn: `arn:aws:iam::${A}:role/aws-reserved/sso.amazonaws.com/${R}/AWSReservedSSO_Ops_0123456789abcdef`,
      },
      identityPolicies: [ALL],
      resourcePolicy: doc(
        deny('sqs:*', {
          ...anyone,
          ...when(
            'ArnNotLike',
            'aws:PrincipalArn',
            `arn:aws:iam::${A}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Ops_*`,
          ),
        }),
      ),
    }),
  ),
]

const AP = `arn:aws:s3:${R}:${A}:accesspoint/my-ap`
const delegates = {
  arn: BUCKET,
  account: A,
  kind: 'bucket',
  policy: {
    Version: '2012-10-17',
    Statement: [
      allow('*', {
        ...aws('*'),
        Resource: [BUCKET, `${BUCKET}/*`],
        ...when('StringEquals', 's3:DataAccessPointAccount', A),
      }),
    ],
  },
}
const apPolicy = {
  ...doc(allow('s3:GetObject', { ...aws(ANN), Resource: `${AP}/object/Jane/*` })),
  kind: 'access-point',
}
const onlyFrom = (key: string, value: string): Policy =>
  doc(allow('s3:*', aws(ANN)), deny('s3:*', { ...anyone, ...when('StringNotEquals', key, value) }))
const restrict = { blockPublicAccess: { RestrictPublicBuckets: true } }

const POINT_PAGE = `${S3}access-points-policies.html`
const throughPoint = (point: string, owner: string, bucketPolicy: Policy | null, given: Given = {}): Scenario =>
  ask('s3:GetObject', `${point}/object/Jane/x`, {
    identityPolicies: [ALL],
    resourcePolicy: null,
    resources: [{ arn: BUCKET, account: owner, kind: 'bucket', policy: bucketPolicy?.document ?? null }],
    ...given,
  })
const POINT_OF_B = `arn:aws:s3:${R}:${B}:accesspoint/their-ap`
/** Access point and bucket must both permit the request, each of its own account. */
const TWO_OWNERS: readonly PageRow[] = [
  implicit(
    'an access point in front of another account’s bucket, which has no policy',
    POINT_PAGE,
    [RP],
    throughPoint(AP, B, null),
  ),
  implicit(
    '… whose account is said by the access point alone',
    POINT_PAGE,
    [RP],
    throughPoint(AP, B, null, { resources: [], serviceGuards: { bucket: BUCKET, bucketAccount: B } }),
  ),
  implicit('… whose policy lets in others', POINT_PAGE, [RP], throughPoint(AP, B, doc(allow('s3:*', aws(M))))),
  implicit(
    '… asked for by the root user',
    POINT_PAGE,
    [RP],
    throughPoint(AP, B, null, { who: `arn:aws:iam::${A}:root` }),
  ),
  yes('… whose policy names the caller’s account', POINT_PAGE, throughPoint(AP, B, doc(allow('s3:*', aws(A))))),
  implicit(
    '… whose policy names the user, who has no identity policy',
    POINT_PAGE,
    [ID],
    throughPoint(AP, B, doc(allow('s3:*', aws(ANN))), { identityPolicies: [doc()], resourcePolicy: apPolicy }),
  ),
  yes(
    'another account’s access point that lets the caller in to a bucket of its own without a policy',
    POINT_PAGE,
    throughPoint(POINT_OF_B, A, null, { resourcePolicy: doc(allow('s3:*', aws(A))) }),
  ),
  implicit('… that has no policy', POINT_PAGE, [RP], throughPoint(POINT_OF_B, A, doc(allow('s3:*', aws(ANN))))),
  implicit(
    'an access point that names the user, a bucket without a policy, and no identity policy',
    POINT_PAGE,
    [ID],
    throughPoint(AP, A, null, { identityPolicies: [doc()], resourcePolicy: apPolicy }),
  ),
  implicit(
    'an access point without a policy, a bucket that names the user, and no identity policy',
    POINT_PAGE,
    [ID],
    throughPoint(AP, A, doc(allow('s3:*', aws(ANN))), { identityPolicies: [doc()] }),
  ),
  explicit(
    'another account’s public bucket behind another account’s access point, under RestrictPublicBuckets',
    `${S3}access-control-block-public-access.html`,
    [GUARD],
    throughPoint(POINT_OF_B, B, null, {
      resourcePolicy: doc(allow('s3:*', aws(A))),
      resources: [
        { arn: BUCKET, account: B, kind: 'bucket', policy: doc(allow('s3:*', anyone)).document, attributes: restrict },
      ],
    }),
  ),
  open(
    '… behind an access point of the caller’s account, whose users are let in by one page and not by another',
    `${S3}access-control-block-public-access.html`,
    throughPoint(AP, B, null, {
      resources: [
        { arn: BUCKET, account: B, kind: 'bucket', policy: doc(allow('s3:*', anyone)).document, attributes: restrict },
      ],
    }),
  ),
  explicit(
    'RCPs of the account of the bucket, which is reached through another account’s access point',
    `${ORG}orgs_manage_policies_rcps.html`,
    [RCP],
    throughPoint(POINT_OF_B, M, doc(allow('s3:*', aws(A))), {
      resourcePolicy: doc(allow('s3:*', aws(A))),
      resourceControlPolicies: [{ target: M, policies: [doc(deny('s3:*', { ...anyone, Resource: `${BUCKET}/*` }))] }],
    }),
  ),
  explicit(
    '… of the account of both',
    `${ORG}orgs_manage_policies_rcps.html`,
    [RCP],
    throughPoint(AP, A, null, {
      resourceControlPolicies: [{ target: A, policies: [doc(deny('s3:*', { ...anyone, Resource: `${BUCKET}/*` }))] }],
    }),
  ),
  ...([A, B] as const).map((target): PageRow => {
    const policy = doc(allow('s3:*', aws(A))).document
    const scenario = throughPoint(AP, B, null, {
      open: true,
      resources: [{ arn: BUCKET, account: B, kind: 'bucket', policy, attributes: { requesterPays: false } }],
      resourceControlPolicies: [{ target, policies: [ALL] }],
      serviceControlPolicies: null,
      permissionsBoundary: null,
      vpcEndpointPolicy: null,
      serviceGuards: { bucketAccount: B, networkOrigin: 'Internet', blockPublicAccess: null },
    })
    const page = `${ORG}orgs_manage_policies_rcps.html`
    return target === B
      ? yes('… given with the level of that account', page, scenario)
      : open('… of which only those of the access point’s account are given', page, scenario)
  }),
]

const OAI = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1'
const OAI_PAGE = 'AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html'
const namesOai = doc(allow('s3:GetObject', aws(OAI)))
const CANONICAL = { Principal: { CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' } }
const none = (name: string, page: string, scenario: Scenario): PageRow => implicit(name, page, [ID], scenario)
const WHO_IS_NAMED: readonly PageRow[] = [
  yes(
    'a bucket that names the origin access identity, which has no policies of its own',
    OAI_PAGE,
    ask('s3:GetObject', OBJECT, { who: OAI, resourcePolicy: namesOai }),
  ),
  yes(
    '… of which nothing else is known',
    OAI_PAGE,
    ask('s3:GetObject', OBJECT, {
      who: OAI,
      resourcePolicy: namesOai,
      resourceControlPolicies: null,
      open: true,
      context: { 'aws:SourceVpce': null },
    }),
  ),
  implicit(
    '… another one',
    OAI_PAGE,
    [RP],
    ask('s3:GetObject', OBJECT, { who: OAI.replace('E1', 'E2'), identityPolicies: [ALL], resourcePolicy: namesOai }),
  ),
  open(
    '… which may be the one whose canonical id the bucket names',
    OAI_PAGE,
    ask('s3:GetObject', OBJECT, { who: OAI, resourcePolicy: doc(allow('s3:GetObject', CANONICAL)) }),
  ),
  implicit(
    'a canonical id stands for an account: it may be the caller’s, and delegates to it',
    `${UG}reference_policies_elements_principal.html`,
    [ID],
    ask('s3:GetObject', OBJECT, { identityPolicies: [doc()], resourcePolicy: doc(allow('s3:GetObject', CANONICAL)) }),
  ),
  ...[
    [yes, 's3:GetObject', 's3:PutObject'] as const,
    ...(['s3:GetObject', 's3:PutObject'] as const).map((one) => [none, one, one] as const),
  ].map(([row, read, write]) =>
    row(
      `a copy reads its source and writes its target: ${read} on one and ${write} on the other`,
      'AmazonS3/latest/API/API_CopyObject.html',
      ask('s3:CopyObject', [OBJECT, `${BUCKET}/copy`], {
        account: A,
        identityPolicies: [doc(allow(read, { Resource: OBJECT }), allow(write, { Resource: `${BUCKET}/copy` }))],
      }),
    ),
  ),
]

const ROOT_PAGE = 'STS/latest/APIReference/API_AssumeRoot.html'
const asRoot = (given: Given): Scenario =>
  ask('sts:AssumeRoot', `arn:aws:iam::${B}:root`, {
    who: `arn:aws:iam::${M}:user/ann`,
    organization: { id: 'o-a1', managementAccount: M, principalPath: 'o-a1/r-1/', resourcePath: 'o-a1/r-1/' },
    context: { 'sts:TaskPolicyArn': 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' },
    ...given,
  })
const forTask = (name: string): Policy =>
  doc(allow('sts:AssumeRoot', when('ArnEquals', 'sts:TaskPolicyArn', `arn:aws:iam::aws:policy/root-task/${name}`)))
/**
 * No root user has a resource policy: the caller's own policies decide, in the management account or by its leave (R-STS-13). The session
 * does its task and nothing else (R-STS-14).
 */
const ROOT_SESSIONS: readonly PageRow[] = [
  yes(
    'a root session for the task that is allowed',
    ROOT_PAGE,
    asRoot({ identityPolicies: [forTask('S3UnlockBucketPolicy')] }),
  ),
  implicit(
    '… for another task',
    ROOT_PAGE,
    [ID],
    asRoot({ identityPolicies: [forTask('IAMAuditRootUserCredentials')] }),
  ),
  open(
    '… for a task that nobody knows, which no call goes without',
    ROOT_PAGE,
    asRoot({ identityPolicies: [forTask('S3UnlockBucketPolicy')], context: {} }),
  ),
  implicit('… with no policy', ROOT_PAGE, [ID], asRoot({ identityPolicies: [doc()] })),
  implicit(
    '… beyond the boundary',
    ROOT_PAGE,
    [PB],
    asRoot({ identityPolicies: [ALL], permissionsBoundary: doc(allow('s3:*')) }),
  ),
  ...([[doc(allow('s3:DeleteBucketPolicy'))], undefined] as const).flatMap((sessionPolicies): PageRow[] => {
    const as = (action: string, on: string): Scenario =>
      ask(action, on, {
        who: ROOT,
        resourcePolicy: doc(deny('s3:*', anyone)),
        context: { 'aws:AssumedRoot': true },
        ...(sessionPolicies === undefined ? {} : { sessionPolicies }),
      })
    if (sessionPolicies === undefined)
      return [open('a root session of which nobody knows the task', ROOT_PAGE, as('s3:DeleteBucketPolicy', BUCKET))]
    return [
      yes('a root session does its task', ROOT_PAGE, as('s3:DeleteBucketPolicy', BUCKET)),
      implicit('… and nothing else', ROOT_PAGE, [SP], as('s3:PutBucketPolicy', BUCKET)),
    ]
  }),
  implicit('… asked by a root user', ROOT_PAGE, [GUARD], asRoot({ who: `arn:aws:iam::${M}:root` })),
  implicit(
    '… from a member account that administers nothing, in an account with SCPs that allow it',
    ROOT_PAGE,
    [GUARD],
    asRoot({ who: ANN, identityPolicies: [ALL], serviceControlPolicies: [{ target: A, policies: [ALL] }] }),
  ),
  open(
    '… from a member account that may be a delegated administrator',
    ROOT_PAGE,
    asRoot({
      who: ANN,
      identityPolicies: [ALL],
      permissionsBoundary: null,
      serviceControlPolicies: [{ target: A, policies: [ALL] }],
      resourceControlPolicies: null,
      complete: false,
    }),
  ),
  explicit(
    '… refused by its SCPs',
    ROOT_PAGE,
    [SCP, GUARD],
    asRoot({
      who: ANN,
      identityPolicies: [ALL],
      serviceControlPolicies: [{ target: A, policies: [doc(allow('*'), deny('sts:AssumeRoot'))] }],
    }),
  ),
]

/** Listing a bucket by a tag of it, where nobody knows whether access goes by tags. */
const withBucketTags = (tags: Readonly<Record<string, string>>): Scenario =>
  ask('s3:ListBucket', BUCKET, {
    identityPolicies: [doc(allow('s3:ListBucket', when('StringEquals', 'aws:ResourceTag/env', 'dev')))],
    resourcePolicy: null,
    complete: false,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    permissionsBoundary: null,
    serviceGuards: { tags },
    context: { 'aws:SourceVpce': null },
  })

const STORAGE: readonly PageRow[] = [
  ...WHO_IS_NAMED,
  ...ROOT_SESSIONS,
  ...['s3.amazonaws.com', ANN].map((who): PageRow => {
    const row =
      who === ANN ? open : (name: string, page: string, asked: Scenario) => implicit(name, page, [GUARD], asked)
    return row(
      `an access point of one VPC, asked by ${who} through an endpoint of which nothing else is known`,
      `${S3}access-points-vpc.html`,
      ask('s3:GetObject', `${AP}/object/Jane/x`, {
        who,
        identityPolicies: [ALL],
        resourcePolicy: doc(allow('s3:*', anyone)),
        resources: [{ arn: BUCKET, account: A, kind: 'bucket', policy: doc(allow('s3:*', anyone)).document }],
        serviceGuards: { networkOrigin: 'VPC', vpcId: 'vpc-1' },
        context: { 'aws:SourceVpce': { state: 'present' } },
      }),
    )
  }),
  yes(
    'an access point that names the user, a bucket that delegates',
    `${S3}access-points-policies.html`,
    ask('s3:GetObject', `${AP}/object/Jane/x`, {
      identityPolicies: [doc()],
      resourcePolicy: apPolicy,
      resources: [delegates],
    }),
  ),
  ...TWO_OWNERS,
  ...[undefined, 'vpc-1', 'vpc-2'].map((vpcId): PageRow => {
    const page = `${S3}access-points-vpc.html`
    const scenario = ask('s3:GetObject', `${AP}/object/Jane/x`, {
      identityPolicies: [doc()],
      resourcePolicy: apPolicy,
      resources: [delegates],
      serviceGuards: { networkOrigin: 'VPC', vpcId: 'vpc-1' },
      context: { 'aws:SourceVpc': vpcId ?? { state: 'present' } },
    })
    if (vpcId === undefined)
      return open('an access point of one VPC, asked from a VPC that is not known', page, scenario)
    return vpcId === 'vpc-1'
      ? yes('… from its VPC', page, scenario)
      : implicit('… from another', page, [GUARD], scenario)
  }),
  implicit(
    '… outside the prefix',
    `${S3}access-points-policies.html`,
    [ID],
    ask('s3:GetObject', `${AP}/object/Bob/x`, {
      identityPolicies: [doc()],
      resourcePolicy: apPolicy,
      resources: [delegates],
    }),
  ),
  explicit(
    'another endpoint than the one the bucket wants',
    `${S3}example-bucket-policies-vpc-endpoint.html`,
    [RP],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [ALL],
      resourcePolicy: onlyFrom('aws:SourceVpce', 'vpce-1a2b3c4d'),
      context: { 'aws:SourceVpce': 'vpce-99999999' },
    }),
  ),
  explicit(
    '… or none at all',
    `${S3}example-bucket-policies-vpc-endpoint.html`,
    [RP],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [ALL],
      resourcePolicy: onlyFrom('aws:SourceVpce', 'vpce-1a2b3c4d'),
      context: { 'aws:SourceIp': '203.0.113.9' },
    }),
  ),
  yes(
    'the one the bucket wants',
    `${S3}example-bucket-policies-vpc-endpoint.html`,
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [ALL],
      resourcePolicy: onlyFrom('aws:SourceVpce', 'vpce-1a2b3c4d'),
      context: { 'aws:SourceVpce': 'vpce-1a2b3c4d' },
    }),
  ),
  explicit(
    'a public policy under RestrictPublicBuckets: another account',
    `${S3}access-control-block-public-access.html`,
    [GUARD],
    ask('s3:GetObject', OBJECT, {
      account: B,
      identityPolicies: [ALL],
      resourcePolicy: doc(allow('s3:GetObject', anyone)),
      serviceGuards: restrict,
    }),
  ),
  yes(
    'a policy for one range is not public',
    `${S3}access-control-block-public-access.html`,
    ask('s3:GetObject', OBJECT, {
      who: 'anonymous',
      account: A,
      resourcePolicy: doc(allow('s3:GetObject', { ...anyone, ...when('IpAddress', 'aws:SourceIp', '192.0.2.0/24') })),
      serviceGuards: restrict,
      context: { 'aws:SourceIp': '192.0.2.17' },
    }),
  ),
  explicit(
    'an upload without the header of encryption',
    `${S3}UsingKMSEncryption.html`,
    [RP],
    ask('s3:PutObject', OBJECT, {
      identityPolicies: [ALL],
      resourcePolicy: doc(
        deny('s3:PutObject', { ...anyone, ...when('StringNotEquals', 's3:x-amz-server-side-encryption', 'aws:kms') }),
      ),
    }),
  ),
  implicit(
    'listing with a policy for the objects only',
    `${S3}security_iam_service-with-iam.html`,
    [ID],
    ask('s3:ListBucket', BUCKET, { identityPolicies: [doc(allow('s3:*', { Resource: `${BUCKET}/*` }))] }),
  ),
  yes(
    'the trail that the bucket policy names',
    'awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html',
    ask('s3:PutObject', `${BUCKET}/AWSLogs/${A}/x`, {
      who: 'cloudtrail.amazonaws.com',
      resourcePolicy: doc(
        allow('s3:PutObject', {
          ...service('cloudtrail.amazonaws.com'),
          Resource: `${BUCKET}/AWSLogs/${A}/*`,
          Condition: {
            StringEquals: {
              's3:x-amz-acl': 'bucket-owner-full-control',
              'aws:SourceArn': `arn:aws:cloudtrail:${R}:${A}:trail/t`,
            },
          },
        }),
      ),
      context: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': `arn:aws:cloudtrail:${R}:${A}:trail/t` },
    }),
  ),
  implicit(
    'another trail',
    'awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html',
    [RP],
    ask('s3:PutObject', `${BUCKET}/AWSLogs/${A}/x`, {
      who: 'cloudtrail.amazonaws.com',
      resourcePolicy: doc(
        allow('s3:PutObject', {
          ...service('cloudtrail.amazonaws.com'),
          ...when('StringEquals', 'aws:SourceArn', `arn:aws:cloudtrail:${R}:${A}:trail/t`),
        }),
      ),
      context: { 'aws:SourceArn': `arn:aws:cloudtrail:${R}:${B}:trail/t` },
    }),
  ),
  open(
    'tags of a bucket of which nobody knows whether access goes by them',
    `${S3}buckets-tagging-enable-abac.html`,
    withBucketTags({ env: 'dev' }),
  ),
  implicit(
    '… of which none is the one meant',
    `${S3}buckets-tagging-enable-abac.html`,
    [ID],
    withBucketTags({ team: 'x' }),
  ),
  implicit(
    'an endpoint policy for one bucket',
    'vpc/latest/privatelink/vpc-endpoints-s3.html',
    [VPCE],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [ALL],
      vpcEndpointPolicy: doc(allow('s3:GetObject', { ...anyone, Resource: 'arn:aws:s3:::other/*' })),
      context: { 'aws:SourceVpce': 'vpce-1' },
    }),
  ),
]

const VIA = when('StringEquals', 'kms:ViaService', `s3.${R}.amazonaws.com`)
const keyPolicy = (...lines: Line[]): PoliciesInForce => ({ resourcePolicy: { ...doc(...lines), kind: 'key' } })
const grant = (Constraints: Line): PoliciesInForce => ({
  serviceGuards: { kmsGrants: [{ GrantId: 'g', GranteePrincipal: ROLE, Operations: ['Decrypt'], Constraints }] },
})
const makesGrants: PoliciesInForce = {
  serviceGuards: { kmsGrants: [{ GrantId: 'g', GranteePrincipal: ROLE, Operations: ['CreateGrant', 'Decrypt'] }] },
}
const X_KEY = `arn:aws:kms:${R}:${B}:key/k1`

const KEYS: readonly PageRow[] = [
  yes(
    'a key of another account, opened there and here',
    `${KMS}key-policy-modifying-external-accounts.html`,
    ask('kms:Decrypt', X_KEY, {
      identityPolicies: [doc(allow('kms:Decrypt', { Resource: X_KEY }))],
      ...keyPolicy(allow('kms:Decrypt', aws(`arn:aws:iam::${A}:root`))),
    }),
  ),
  implicit(
    '… opened there only',
    `${KMS}key-policy-modifying-external-accounts.html`,
    [ID],
    ask('kms:Decrypt', X_KEY, { identityPolicies: [doc()], ...keyPolicy(allow('kms:Decrypt', aws(ANN))) }),
  ),
  implicit(
    'an operation that no other account can call',
    `${KMS}key-policy-modifying-external-accounts.html`,
    [GUARD],
    ask('kms:ScheduleKeyDeletion', X_KEY, { identityPolicies: [ALL], ...keyPolicy(allow('kms:*', aws(ANN))) }),
  ),
  implicit(
    'a key that is open through S3 only, asked directly',
    `${KMS}conditions-kms.html`,
    [RP],
    ask('kms:Decrypt', KEY, { identityPolicies: [ALL], ...keyPolicy(allow('kms:Decrypt', { ...aws(ROOT), ...VIA })) }),
  ),
  yes(
    '… and through S3',
    `${KMS}conditions-kms.html`,
    ask('kms:Decrypt', KEY, {
      identityPolicies: [ALL],
      ...keyPolicy(allow('kms:Decrypt', { ...aws(ROOT), ...VIA })),
      context: { 'kms:ViaService': `s3.${R}.amazonaws.com`, 'aws:ViaAWSService': true },
    }),
  ),
  implicit(
    'a rule of EventBridge that sends to a topic under a key that is open to its account',
    'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
    [RP],
    ask('kms:GenerateDataKey', KEY, {
      who: 'events.amazonaws.com',
      ...keyPolicy(
        allow('kms:*', { ...service('events.amazonaws.com'), ...when('StringEquals', 'aws:SourceAccount', A) }),
      ),
      context: { 'kms:EncryptionContext:aws:sns:topicArn': `arn:aws:sns:${R}:${A}:t` },
    }),
  ),
  yes(
    '… and under one that is open for the topic',
    'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
    ask('kms:GenerateDataKey', KEY, {
      who: 'events.amazonaws.com',
      ...keyPolicy(
        allow('kms:*', {
          ...service('events.amazonaws.com'),
          ...when('StringEquals', 'kms:EncryptionContext:aws:sns:topicArn', `arn:aws:sns:${R}:${A}:t`),
        }),
      ),
      context: { 'kms:EncryptionContext:aws:sns:topicArn': `arn:aws:sns:${R}:${A}:t` },
    }),
  ),
  yes(
    'a grant whose subset of the encryption context is there',
    `${KMS}grants.html`,
    ask('kms:Decrypt', KEY, {
      who: S,
      identityPolicies: [doc()],
      ...keyPolicy(allow('kms:*', aws(BOB))),
      ...grant({ EncryptionContextSubset: { dept: 'it' } }),
      context: {
        'kms:EncryptionContext:dept': 'it',
        'kms:EncryptionContext:purpose': 'x',
        'kms:EncryptionContextKeys': ['dept', 'purpose'],
      },
    }),
  ),
  implicit(
    'a grant that wants exactly this context, with more in it',
    `${KMS}grants.html`,
    [RP],
    ask('kms:Decrypt', KEY, {
      who: S,
      identityPolicies: [doc()],
      ...keyPolicy(allow('kms:*', aws(BOB))),
      ...grant({ EncryptionContextEquals: { dept: 'it' } }),
      context: {
        'kms:EncryptionContext:dept': 'it',
        'kms:EncryptionContext:purpose': 'x',
        'kms:EncryptionContextKeys': ['dept', 'purpose'],
      },
    }),
  ),
  open(
    '… and whether there is more in it is not known',
    `${KMS}grants.html`,
    ask('kms:Decrypt', KEY, {
      open: true,
      complete: true,
      who: S,
      identityPolicies: [doc()],
      ...keyPolicy(allow('kms:*', aws(BOB))),
      ...grant({ EncryptionContextEquals: { dept: 'it' } }),
      context: { 'kms:EncryptionContext:dept': 'it' },
    }),
  ),
  implicit(
    'a key policy without the account leaves IAM policies without effect',
    `${KMS}key-policy-default.html`,
    [RP],
    ask('kms:Decrypt', KEY, { identityPolicies: [ALL], ...keyPolicy(allow('kms:*', aws(BOB))) }),
  ),
  implicit(
    'a grant made by the right of a grant, for more than that one gives',
    `${KMS}create-grant-overview.html`,
    [RP],
    ask('kms:CreateGrant', KEY, {
      who: S,
      identityPolicies: [doc()],
      ...keyPolicy(allow('kms:*', aws(BOB))),
      ...makesGrants,
      context: { 'kms:GrantOperations': ['Decrypt', 'Encrypt'] },
    }),
  ),
  yes(
    '… for no more',
    `${KMS}create-grant-overview.html`,
    ask('kms:CreateGrant', KEY, {
      who: S,
      identityPolicies: [doc()],
      ...keyPolicy(allow('kms:*', aws(BOB))),
      ...makesGrants,
      context: { 'kms:GrantOperations': ['Decrypt'] },
    }),
  ),
  implicit(
    'a grant for AWS resources only, asked by a person',
    `${KMS}conditions-kms.html`,
    [RP],
    ask('kms:CreateGrant', KEY, {
      identityPolicies: [doc()],
      ...keyPolicy(allow('kms:CreateGrant', { ...aws(ANN), ...when('Bool', 'kms:GrantIsForAWSResource', true) })),
      context: { 'kms:GrantIsForAWSResource': false },
    }),
  ),
]

const ALIAS_PAGE = `${KMS}alias-authorization.html`
const ALIAS = `arn:aws:kms:${R}:${A}:alias/app-1`
const ofAlias = (key: string, value: string): PoliciesInForce => ({
  identityPolicies: [doc(allow('kms:Decrypt', when('ForAnyValue:StringLike', key, value)))],
  ...keyPolicy(allow('kms:*', aws(A))),
})
const aliases = (...names: string[]): PoliciesInForce => ({ serviceGuards: { aliases: names, kmsGrants: [] } })
const keyNamed = (...names: string[]): readonly Resource[] => [
  { arn: KEY, kind: 'key', attributes: { aliases: names } },
]

/** Aliases that are known say what kms:ResourceAliases is, and the alias in a request what kms:RequestAlias is. */
const ALIASES: readonly PageRow[] = [
  yes(
    'a key one of whose aliases is meant',
    ALIAS_PAGE,
    ask('kms:Decrypt', KEY, { ...ofAlias('kms:ResourceAliases', 'alias/app*'), ...aliases('alias/x', 'alias/app-1') }),
  ),
  yes(
    '… listed by its ARN',
    ALIAS_PAGE,
    ask('kms:Decrypt', KEY, { ...ofAlias('kms:ResourceAliases', 'alias/app*'), ...aliases(ALIAS) }),
  ),
  implicit(
    'a key none of whose aliases is meant',
    ALIAS_PAGE,
    [ID],
    ask('kms:Decrypt', KEY, { ...ofAlias('kms:ResourceAliases', 'alias/app*'), ...aliases('alias/x') }),
  ),
  implicit(
    'a key without an alias',
    ALIAS_PAGE,
    [ID],
    ask('kms:Decrypt', KEY, { ...ofAlias('kms:ResourceAliases', '*'), ...aliases() }),
  ),
  open(
    'a key of whose aliases nothing is known',
    ALIAS_PAGE,
    ask('kms:Decrypt', KEY, {
      ...ofAlias('kms:ResourceAliases', 'alias/app*'),
      open: true,
      serviceGuards: { kmsGrants: [] },
      permissionsBoundary: null,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      vpcEndpointPolicy: null,
    }),
  ),
  explicit(
    'a Deny of all keys of which one alias is another',
    ALIAS_PAGE,
    [ID],
    ask('kms:Decrypt', KEY, {
      identityPolicies: [
        ALL,
        doc(deny('kms:*', when('ForAnyValue:StringNotLike', 'kms:ResourceAliases', 'alias/app*'))),
      ],
      ...keyPolicy(allow('kms:*', aws(A))),
      ...aliases('alias/app-1', 'alias/x'),
    }),
  ),
  yes(
    'a call that names the key by the alias that is meant',
    `${KMS}conditions-kms.html`,
    ask('kms:Decrypt', ALIAS, { ...ofAlias('kms:RequestAlias', 'alias/app-1'), resources: keyNamed('alias/app-1') }),
  ),
  implicit(
    '… by another alias of it',
    `${KMS}conditions-kms.html`,
    [ID],
    ask('kms:Decrypt', ALIAS, {
      ...ofAlias('kms:RequestAlias', 'alias/x'),
      resources: keyNamed('alias/x', 'alias/app-1'),
    }),
  ),
  implicit(
    '… by its ARN',
    `${KMS}conditions-kms.html`,
    [ID],
    ask('kms:Decrypt', KEY, { ...ofAlias('kms:RequestAlias', 'alias/app-1'), ...aliases('alias/app-1') }),
  ),
  yes(
    'the aliases of the key behind an alias',
    ALIAS_PAGE,
    ask('kms:Decrypt', ALIAS, {
      ...ofAlias('kms:ResourceAliases', 'alias/x'),
      resources: keyNamed('alias/x', 'alias/app-1'),
    }),
  ),
  open(
    'an alias of which nobody knows the key, with a key that has others',
    ALIAS_PAGE,
    ask('kms:Decrypt', ALIAS, { ...ofAlias('kms:ResourceAliases', 'alias/x'), resources: keyNamed('alias/x') }),
  ),
]

const API = `arn:aws:execute-api:${R}:${A}:abc/prod/GET/pets`
const invoke = (more: Line): Policy => ({ ...doc(allow('execute-api:Invoke', more)), kind: 'api' }) as Policy
const auth = (authType: string): PoliciesInForce => ({ serviceGuards: { authType } })
const FUNCTION = `arn:aws:lambda:${R}:${A}:function:f`
const TABLE = `arn:aws:dynamodb:${R}:${B}:table/T`
const SECRET = `arn:aws:secretsmanager:${R}:${B}:secret:s-AbCdEf`

const SERVICES: readonly PageRow[] = [
  yes(
    'an open API with a policy for everyone',
    APIGW,
    ask('execute-api:Invoke', API, { who: 'anonymous', resourcePolicy: invoke(anyone), ...auth('NONE') }),
  ),
  implicit(
    'an open API whose policy wants another address',
    APIGW,
    [RP],
    ask('execute-api:Invoke', API, {
      who: 'anonymous',
      resourcePolicy: invoke({ ...anyone, ...when('IpAddress', 'aws:SourceIp', '192.0.2.0/24') }),
      ...auth('NONE'),
      context: { 'aws:SourceIp': '203.0.113.1' },
    }),
  ),
  implicit(
    'Cognito: the policy must allow',
    APIGW,
    [RP],
    ask('execute-api:Invoke', API, { identityPolicies: [ALL], resourcePolicy: invoke(aws(BOB)), ...auth('COGNITO') }),
  ),
  yes(
    'IAM, same account: the identity policy is enough',
    APIGW,
    ask('execute-api:Invoke', API, { identityPolicies: [ALL], resourcePolicy: invoke(aws(BOB)), ...auth('AWS_IAM') }),
  ),
  implicit(
    'IAM, another account: the API’s policy must allow',
    APIGW,
    [RP],
    ask('execute-api:Invoke', API.replace(A, B), {
      identityPolicies: [ALL],
      resourcePolicy: invoke(aws(BOB)),
      ...auth('AWS_IAM'),
    }),
  ),
  explicit(
    'a Lambda authorizer is not asked after an explicit deny',
    APIGW,
    [RP],
    ask('execute-api:Invoke', API, {
      identityPolicies: [ALL],
      resourcePolicy: doc(deny('execute-api:Invoke', anyone)),
      ...auth('CUSTOM'),
    }),
  ),
  implicit(
    'IAM: who has not signed is nobody, whomever the policy lets in',
    APIGW,
    [GUARD],
    ask('execute-api:Invoke', API, { who: 'anonymous', resourcePolicy: invoke(anyone), ...auth('AWS_IAM') }),
  ),
  implicit(
    'IAM: a private API without a policy',
    'apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html',
    [RP],
    ask('execute-api:Invoke', API, {
      identityPolicies: [ALL],
      resourcePolicy: null,
      serviceGuards: { authType: 'AWS_IAM', private: true },
    }),
  ),
  implicit(
    'a key whose policy lets everyone in, unsigned',
    `${KMS}key-policy-default.html`,
    [GUARD],
    ask('kms:Decrypt', KEY, { who: 'anonymous', ...keyPolicy(allow('kms:*', anyone)) }),
  ),
  implicit(
    'a function URL with IAM authorization, unsigned',
    'lambda/latest/dg/urls-auth.html',
    [GUARD],
    ask('lambda:InvokeFunctionUrl', FUNCTION, {
      who: 'anonymous',
      resourcePolicy: doc(allow('lambda:InvokeFunctionUrl', anyone)),
      serviceGuards: { functionUrls: [{ authType: 'AWS_IAM' }] },
    }),
  ),
  implicit(
    'a function URL that authorizes nobody asks the function’s policy alone',
    'lambda/latest/dg/urls-auth.html',
    [RP],
    ask('lambda:InvokeFunctionUrl', FUNCTION, {
      identityPolicies: [ALL],
      resourcePolicy: null,
      serviceGuards: { functionUrls: [{ authType: 'NONE' }] },
    }),
  ),
  yes(
    'a public function URL',
    'lambda/latest/dg/urls-auth.html',
    ask('lambda:InvokeFunctionUrl', FUNCTION, {
      who: 'anonymous',
      resourcePolicy: doc(
        allow('lambda:InvokeFunctionUrl', { ...anyone, ...when('StringEquals', 'lambda:FunctionUrlAuthType', 'NONE') }),
      ),
      context: { 'lambda:FunctionUrlAuthType': 'NONE' },
    }),
  ),
  implicit(
    'S3 invokes for a bucket of another account',
    'lambda/latest/dg/access-control-resource-based.html',
    [RP],
    ask('lambda:InvokeFunction', FUNCTION, {
      who: 's3.amazonaws.com',
      resourcePolicy: doc(
        allow('lambda:InvokeFunction', {
          ...service('s3.amazonaws.com'),
          Condition: { StringEquals: { 'AWS:SourceAccount': A }, ArnLike: { 'AWS:SourceArn': BUCKET } },
        }),
      ),
      context: { 'aws:SourceAccount': B, 'aws:SourceArn': BUCKET },
    }),
  ),
  implicit(
    'a queue policy for the own account delegates',
    'AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-overview-of-managing-access.html',
    [ID],
    ask('sqs:ReceiveMessage', QUEUE, { identityPolicies: [doc()], resourcePolicy: doc(allow('sqs:*', aws(A))) }),
  ),
  yes(
    'a queue open to everyone, unsigned',
    'AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html',
    ask('sqs:ReceiveMessage', QUEUE, { who: 'anonymous', resourcePolicy: doc(allow('sqs:ReceiveMessage', anyone)) }),
  ),
  implicit(
    'a table policy for the table, asked of an index',
    'amazondynamodb/latest/developerguide/rbac-examples.html',
    [RP],
    ask('dynamodb:Query', `${TABLE}/index/I`, {
      identityPolicies: [ALL],
      resourcePolicy: doc(allow('dynamodb:Query', { ...aws(A), Resource: TABLE })),
    }),
  ),
  yes(
    'a secret of another account, opened there and here',
    'secretsmanager/latest/userguide/auth-and-access_examples_cross.html',
    ask('secretsmanager:GetSecretValue', SECRET, {
      who: S,
      identityPolicies: [doc(allow('secretsmanager:GetSecretValue', { Resource: SECRET }))],
      resourcePolicy: doc(allow('secretsmanager:GetSecretValue', aws(ROLE))),
    }),
  ),
  yes(
    'a repository for a whole account',
    'AmazonECR/latest/userguide/repository-policy-examples.html',
    ask('ecr:BatchGetImage', `arn:aws:ecr:${R}:${B}:repository/r`, {
      identityPolicies: [ALL],
      resourcePolicy: doc({ Effect: 'Allow', ...aws(A), Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] }),
    }),
  ),
  yes(
    'events of another account by organization',
    'eventbridge/latest/userguide/eb-use-resource-based.html',
    ask('events:PutEvents', `arn:aws:events:${R}:${B}:event-bus/main`, {
      identityPolicies: [ALL],
      resourcePolicy: doc(
        allow('events:PutEvents', { ...anyone, ...when('StringEquals', 'aws:PrincipalOrgID', 'o-a1') }),
      ),
      organization: inOrg(OU),
      serviceControlPolicies: null,
      resourceControlPolicies: null,
    }),
  ),
  yes(
    'through Athena only',
    `${UG}reference_policies_condition-keys.html`,
    ask('s3:GetObject', OBJECT, {
      who: S,
      identityPolicies: [
        doc(allow('s3:GetObject', when('ForAnyValue:StringEquals', 'aws:CalledVia', ['athena.amazonaws.com']))),
      ],
      context: { 'aws:CalledVia': ['athena.amazonaws.com'] },
    }),
  ),
  implicit(
    '… asked directly',
    `${UG}reference_policies_condition-keys.html`,
    [ID],
    ask('s3:GetObject', OBJECT, {
      who: S,
      identityPolicies: [
        doc(allow('s3:GetObject', when('ForAnyValue:StringEquals', 'aws:CalledVia', ['athena.amazonaws.com']))),
      ],
    }),
  ),
  open('a tag of the caller that is not known', `${UG}reference_policies_condition-keys.html`, {
    ...ask('s3:GetObject', OBJECT, {
      who: S,
      open: true,
      identityPolicies: [doc(allow('s3:*', when('StringEquals', 'aws:PrincipalTag/team', 'x')))],
      serviceControlPolicies: null,
      resourceControlPolicies: null,
      vpcEndpointPolicy: null,
      resourcePolicy: null,
      permissionsBoundary: null,
      sessionPolicies: null,
      serviceGuards: null,
      organization: null,
    }),
    request: {
      principal: S,
      principalDetails: { roleArn: ROLE },
      action: 's3:GetObject',
      resource: OBJECT,
      resourceAccount: A,
    },
  }),
]

const VPC_ONLY = { serviceGuards: { networkOrigin: 'VPC', vpcId: 'vpc-1' } }
const openAp = { ...doc(allow('s3:*', anyone)), kind: 'access-point' }
const bucketOf = (policy: Policy | null, attributes: Line = {}, arn = BUCKET): Resource => ({
  arn,
  account: A,
  kind: 'bucket',
  policy: policy === null ? null : policy.document,
  attributes,
})
const bpa = (name: string, level = 'blockPublicAccess'): PoliciesInForce => ({
  identityPolicies: [ALL],
  resourcePolicy: null,
  serviceGuards: { [level]: { [name]: true } },
})
const ENFORCED: PoliciesInForce = {
  identityPolicies: [ALL],
  resourcePolicy: null,
  serviceGuards: { objectOwnership: 'BucketOwnerEnforced' },
}
const MRAP = `arn:aws:s3::${A}:accesspoint/mfzwi23gnjvgw.mrap`
const TWO = {
  identityPolicies: [ALL],
  resourcePolicy: null,
  serviceGuards: { buckets: ['arn:aws:s3:::b1', 'arn:aws:s3:::b2'] },
}
const shut = doc(deny('s3:*', anyone))
const PAGES_OF_403 = `${S3}troubleshoot-403-errors.html`
const BPA = `${S3}access-control-block-public-access.html`
const PAID = `${S3}RequesterPaysBuckets.html`

const S3_RULES: readonly PageRow[] = [
  implicit(
    'an access point for one VPC, from the internet',
    `${S3}access-points-vpc.html`,
    [GUARD],
    ask('s3:GetObject', `${AP}/object/k`, {
      identityPolicies: [ALL],
      ...VPC_ONLY,
      resourcePolicy: openAp,
      resources: [delegates],
      context: { 'aws:SourceIp': '203.0.113.1' },
    }),
  ),
  implicit(
    '… from another VPC',
    `${S3}access-points-vpc.html`,
    [GUARD],
    ask('s3:GetObject', `${AP}/object/k`, {
      identityPolicies: [ALL],
      ...VPC_ONLY,
      resourcePolicy: openAp,
      resources: [delegates],
      context: { 'aws:SourceVpc': 'vpc-2', 'aws:SourceVpce': 'vpce-1' },
    }),
  ),
  yes(
    '… from its own',
    `${S3}access-points-vpc.html`,
    ask('s3:GetObject', `${AP}/object/k`, {
      identityPolicies: [ALL],
      ...VPC_ONLY,
      resourcePolicy: openAp,
      resources: [delegates],
      context: { 'aws:SourceVpc': 'vpc-1', 'aws:SourceVpce': 'vpce-1' },
    }),
  ),
  explicit(
    'a bucket that wants access points, asked directly',
    `${S3}access-points-policies.html`,
    [RP],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [ALL],
      resourcePolicy: doc(deny('s3:*', { ...anyone, ...when('StringNotEquals', 's3:DataAccessPointAccount', A) })),
    }),
  ),
  explicit(
    'Block Public Access of the bucket behind an access point',
    BPA,
    [GUARD],
    ask('s3:GetObject', `${AP}/object/k`, {
      who: 'anonymous',
      resourcePolicy: openAp,
      resources: [bucketOf(doc(allow('s3:GetObject', anyone)), { blockPublicAccess: { RestrictPublicBuckets: true } })],
    }),
  ),
  ...(['arn:aws:s3:::bucket', 'bucket'] as const).map((named) =>
    explicit(
      `R-S3-07: the bucket behind an access point denies, named ${named}`,
      `${S3}access-points-policies.html`,
      [RP],
      ask('s3:GetObject', `${AP}/object/k`, {
        identityPolicies: [ALL],
        resourcePolicy: openAp,
        serviceGuards: { bucket: named, bucketAccount: A },
        resources: [bucketOf(shut), bucketOf(null, {}, 'arn:aws:s3:::other')],
      }),
    ),
  ),
  explicit(
    'all buckets behind a multi-Region access point deny',
    `${S3}MultiRegionAccessPointPermissions.html`,
    [RP],
    ask('s3:GetObject', `${MRAP}/object/k`, {
      ...TWO,
      resources: [bucketOf(shut, {}, 'arn:aws:s3:::b1'), bucketOf(shut, {}, 'arn:aws:s3:::b2')],
    }),
  ),
  open(
    'one of two denies, and which is asked is not known',
    `${S3}MultiRegionAccessPointPermissions.html`,
    ask('s3:GetObject', `${MRAP}/object/k`, {
      ...TWO,
      resources: [bucketOf(shut, {}, 'arn:aws:s3:::b1'), bucketOf(null, {}, 'arn:aws:s3:::b2')],
    }),
  ),
  yes(
    'within one account the identity policy is enough',
    `${S3}MultiRegionAccessPointPermissions.html`,
    ask('s3:GetObject', `${MRAP}/object/k`, {
      ...TWO,
      resources: [bucketOf(null, {}, 'arn:aws:s3:::b1'), bucketOf(null, {}, 'arn:aws:s3:::b2')],
    }),
  ),
  explicit(
    'BlockPublicAcls: a public canned ACL',
    PAGES_OF_403,
    [GUARD],
    ask('s3:PutObject', OBJECT, { ...bpa('BlockPublicAcls'), context: { 's3:x-amz-acl': 'public-read' } }),
  ),
  explicit(
    '… switched on for the account',
    PAGES_OF_403,
    [GUARD],
    ask('s3:PutObjectAcl', OBJECT, {
      ...bpa('BlockPublicAcls', 'accountBlockPublicAccess'),
      context: { 's3:x-amz-acl': 'authenticated-read' },
    }),
  ),
  explicit(
    '… a grant to everyone',
    PAGES_OF_403,
    [GUARD],
    ask('s3:PutObject', OBJECT, {
      ...bpa('BlockPublicAcls'),
      context: { 's3:x-amz-grant-read': 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' },
    }),
  ),
  yes(
    '… a private one',
    PAGES_OF_403,
    ask('s3:PutObject', OBJECT, { ...bpa('BlockPublicAcls'), context: { 's3:x-amz-acl': 'private' } }),
  ),
  open(
    'BlockPublicPolicy: whether the new policy is public is not known',
    PAGES_OF_403,
    ask('s3:PutBucketPolicy', BUCKET, bpa('BlockPublicPolicy')),
  ),
  yes(
    'IgnorePublicAcls takes nothing from a policy',
    BPA,
    ask('s3:GetObject', OBJECT, {
      who: 'anonymous',
      resourcePolicy: doc(allow('s3:GetObject', anyone)),
      serviceGuards: { blockPublicAccess: { IgnorePublicAcls: true } },
    }),
  ),
  implicit(
    'an ACL where they are disabled',
    `${S3}about-object-ownership.html`,
    [GUARD],
    ask('s3:PutObject', OBJECT, { ...ENFORCED, context: { 's3:x-amz-acl': 'public-read' } }),
  ),
  yes(
    '… the owner’s full control is taken',
    `${S3}about-object-ownership.html`,
    ask('s3:PutObject', OBJECT, { ...ENFORCED, context: { 's3:x-amz-acl': 'bucket-owner-full-control' } }),
  ),
  implicit(
    'a missing object, for who may not list',
    'AmazonS3/latest/API/API_GetObject.html',
    [GUARD],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [doc(allow('s3:GetObject'))],
      resourcePolicy: null,
      serviceGuards: { objectExists: false },
    }),
  ),
  yes(
    '… for who may it is a 404, no denial',
    'AmazonS3/latest/API/API_GetObject.html',
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [doc(allow(['s3:GetObject', 's3:ListBucket']))],
      resourcePolicy: null,
      serviceGuards: { objectExists: false },
    }),
  ),
  implicit(
    'Requester Pays without the header',
    PAID,
    [GUARD],
    ask('s3:GetObject', OBJECT, {
      account: B,
      identityPolicies: [ALL],
      resourcePolicy: doc(allow('s3:*', aws(A))),
      serviceGuards: { requesterPays: true },
    }),
  ),
  yes(
    '… with it',
    PAID,
    ask('s3:GetObject', OBJECT, {
      account: B,
      identityPolicies: [ALL],
      resourcePolicy: doc(allow('s3:*', aws(A))),
      serviceGuards: { requesterPays: true },
      context: { 'x-amz-request-payer': 'requester' },
    }),
  ),
  implicit(
    '… unsigned',
    PAID,
    [GUARD],
    ask('s3:GetObject', OBJECT, {
      who: 'anonymous',
      resourcePolicy: doc(allow('s3:*', anyone)),
      serviceGuards: { requesterPays: true },
    }),
  ),
  explicit(
    'a session of a directory bucket in the wrong mode',
    `${S3}s3-express-security-iam-example-bucket-policies.html`,
    [RP],
    ask('s3express:CreateSession', `arn:aws:s3express:${R}:${A}:bucket/b--euw1-az1--x-s3`, {
      identityPolicies: [ALL],
      resourcePolicy: doc(
        deny('s3express:CreateSession', { ...anyone, ...when('StringNotEquals', 's3express:SessionMode', 'ReadOnly') }),
      ),
    }),
  ),
]

const RELATIVE = 'apigateway/latest/developerguide/apigateway-resource-policies-examples.html'
const known = {
  serviceControlPolicies: null,
  resourceControlPolicies: null,
  vpcEndpointPolicy: null,
  permissionsBoundary: null,
  sessionPolicies: null,
  organization: null,
}
const MRK = `arn:aws:kms:us-west-2:${A}:key/mrk-1234`

const MORE: readonly PageRow[] = [
  yes(
    'an API’s policy in its relative form',
    RELATIVE,
    ask('execute-api:Invoke', API, {
      who: 'anonymous',
      resourcePolicy: invoke({ ...anyone, Resource: 'execute-api:/prod/GET/*' }),
      ...auth('NONE'),
    }),
  ),
  implicit(
    '… of another stage',
    RELATIVE,
    [RP],
    ask('execute-api:Invoke', API, {
      who: 'anonymous',
      resourcePolicy: invoke({ ...anyone, Resource: 'execute-api:/dev/*' }),
      ...auth('NONE'),
    }),
  ),
  open(
    'it is not known how the API authorizes: IAM’s rules allow, its policy does not',
    APIGW,
    ask('execute-api:Invoke', API, { ...known, open: true, identityPolicies: [ALL], resourcePolicy: invoke(aws(BOB)) }),
  ),
  yes(
    '… and both allow, whoever calls',
    APIGW,
    ask('execute-api:Invoke', API, {
      ...known,
      open: true,
      identityPolicies: [doc()],
      resourcePolicy: invoke(anyone),
    }),
  ),
  open(
    '… and its policy allows the user by name, whom only IAM authenticates',
    NO_IAM,
    ask('execute-api:Invoke', API, { ...known, open: true, identityPolicies: [ALL], resourcePolicy: invoke(aws(ANN)) }),
  ),
  ...['NONE', 'COGNITO'].map((type) =>
    implicit(
      `authorization ${type}: an Allow that names a user lets nobody in`,
      NO_IAM,
      [RP],
      ask('execute-api:Invoke', API, { identityPolicies: [ALL], resourcePolicy: invoke(aws(ANN, A)), ...auth(type) }),
    ),
  ),
  yes(
    'authorization NONE: the policies of who calls are not asked',
    NO_IAM,
    ask('execute-api:Invoke', API, {
      identityPolicies: [doc(deny('*'))],
      permissionsBoundary: doc(deny('*')),
      resourcePolicy: invoke(anyone),
      ...auth('NONE'),
    }),
  ),
  implicit(
    'authorization NONE: a key of the principal is not in the request',
    'apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html',
    [RP],
    ask('execute-api:Invoke', API, {
      identityPolicies: [ALL],
      resourcePolicy: invoke({ ...anyone, ...when('StringEquals', 'aws:PrincipalAccount', A) }),
      ...auth('NONE'),
    }),
  ),
  open(
    'a Lambda authorizer, and an Allow that names a user',
    NO_IAM,
    ask('execute-api:Invoke', API, { identityPolicies: [ALL], resourcePolicy: invoke(aws(ANN)), ...auth('CUSTOM') }),
  ),
  explicit(
    '… and something denies',
    APIGW,
    [RP],
    ask('execute-api:Invoke', API, {
      ...known,
      open: true,
      identityPolicies: [ALL],
      resourcePolicy: doc(deny('execute-api:Invoke', anyone)),
    }),
  ),
  implicit(
    'a private API without a policy',
    APIGW,
    [RP],
    ask('execute-api:Invoke', API, {
      who: 'anonymous',
      resourcePolicy: null,
      serviceGuards: { authType: 'NONE', private: true },
    }),
  ),
  implicit(
    'a replica of a multi-Region key has a policy of its own',
    `${KMS}multi-region-keys-auth.html`,
    [RP],
    ask('kms:Decrypt', MRK, {
      identityPolicies: [ALL],
      ...keyPolicy(),
      serviceGuards: { primaryKeyArn: MRK.replace('us-west-2', R) },
    }),
  ),
  implicit(
    'the aws/s3 key, from another account',
    `${KMS}key-policies.html`,
    [RP],
    ask('kms:Decrypt', X_KEY, {
      identityPolicies: [ALL],
      serviceGuards: { keyManager: 'AWS' },
      ...keyPolicy(
        allow('kms:*', {
          ...aws('*'),
          Condition: { StringEquals: { 'kms:CallerAccount': B, 'kms:ViaService': `s3.${R}.amazonaws.com` } },
        }),
      ),
      context: { 'kms:ViaService': `s3.${R}.amazonaws.com` },
    }),
  ),
  yes(
    'an alias is made with rights on the alias',
    `${KMS}alias-access.html`,
    ask('kms:CreateAlias', `arn:aws:kms:${R}:${A}:alias/x`, {
      identityPolicies: [doc(allow('kms:CreateAlias', { Resource: 'arn:aws:kms:*:*:alias/x' }))],
    }),
  ),
  implicit(
    'a session of five minutes',
    'STS/latest/APIReference/API_AssumeRole.html',
    [GUARD],
    ask('sts:AssumeRole', TRUSTED, {
      identityPolicies: [ALL],
      ...trust(trusts(aws(A))),
      context: { 'sts:DurationSeconds': 300 },
    }),
  ),
  open(
    'a session of two hours of a role whose longest session is not known',
    'STS/latest/APIReference/API_AssumeRole.html',
    ask('sts:AssumeRole', TRUSTED, {
      identityPolicies: [ALL],
      ...trust(trusts(aws(A))),
      context: { 'sts:DurationSeconds': 7200 },
    }),
  ),
  implicit(
    'a session chained for two hours',
    'STS/latest/APIReference/API_AssumeRole.html',
    [GUARD],
    ask('sts:AssumeRole', TRUSTED, {
      who: S,
      identityPolicies: [ALL],
      ...trust(trusts(aws(ROLE))),
      context: { 'sts:DurationSeconds': 7200 },
    }),
  ),
  implicit(
    'the unique id of a user who was deleted',
    `${UG}reference_policies_elements_principal.html`,
    [RP],
    ask('sts:AssumeRole', TRUSTED, {
      details: { userId: 'AIDAAAAAAAAAAAAAAAAA1' },
      identityPolicies: [ALL],
      ...trust(trusts(aws('AIDAOLDOLDOLDOLDOLD1'))),
    }),
  ),
  implicit(
    'a SAML assertion for another audience',
    `${UG}id_roles_create_for-idp_saml.html`,
    [RP],
    ask('sts:AssumeRoleWithSAML', TRUSTED, {
      who: `arn:aws:iam::${A}:saml-provider/adfs`,
      details: { type: 'saml', federatedBy: `arn:aws:iam::${A}:saml-provider/adfs` },
      ...trust(
        trusts(
          { Principal: { Federated: `arn:aws:iam::${A}:saml-provider/adfs` } },
          'sts:AssumeRoleWithSAML',
          when('StringEquals', 'SAML:aud', 'https://signin.aws.amazon.com/saml'),
        ),
      ),
      context: { 'saml:aud': 'https://other.example.com' },
    }),
  ),
  yes(
    'an endpoint policy for accounts by condition',
    'vpc/latest/privatelink/vpc-endpoints-access.html',
    ask('s3:GetObject', OBJECT, {
      who: S,
      identityPolicies: [ALL],
      vpcEndpointPolicy: doc(allow('s3:*', { ...anyone, ...when('StringEquals', 'aws:PrincipalAccount', A) })),
      context: { 'aws:SourceVpce': 'vpce-1' },
    }),
  ),
  explicit(
    'an SCP with NotResource',
    `${ORG}orgs_manage_policies_scps_syntax.html`,
    [SCP],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [ALL],
      serviceControlPolicies: [
        {
          target: 'r',
          policies: [doc(allow('*'), { Effect: 'Deny', Action: 's3:*', NotResource: ['arn:aws:s3:::ok/*'] })],
        },
      ],
    }),
  ),
  explicit(
    'an SCP with a wildcard in the middle of an action',
    `${ORG}orgs_manage_policies_scps_syntax.html`,
    [SCP],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [ALL],
      serviceControlPolicies: [{ target: 'r', policies: [doc(allow('*'), deny('s3:*Object'))] }],
    }),
  ),
  yes(
    'the topic policy that SNS writes',
    'sns/latest/dg/sns-access-policy-use-cases.html',
    ask('sns:Publish', `arn:aws:sns:${R}:${A}:t`, {
      identityPolicies: [doc()],
      resourcePolicy: doc(allow('sns:Publish', { ...aws('*'), ...when('StringEquals', 'AWS:SourceOwner', A) })),
      context: { 'aws:SourceOwner': A },
    }),
  ),
  implicit(
    'a function’s ARN does not cover its alias',
    'lambda/latest/dg/permissions-user-function.html',
    [ID],
    ask('lambda:InvokeFunction', `${FUNCTION}:prod`, {
      identityPolicies: [doc(allow('lambda:InvokeFunction', { Resource: FUNCTION }))],
    }),
  ),
  implicit(
    'items of somebody else',
    'amazondynamodb/latest/developerguide/specifying-conditions.html',
    [ID],
    ask('dynamodb:GetItem', TABLE.replace(B, A), {
      identityPolicies: [
        doc(
          allow(
            'dynamodb:GetItem',
            when('ForAllValues:StringEquals', 'dynamodb:LeadingKeys', ['${www.amazon.com:user_id}']),
          ),
        ),
      ],
      context: { 'dynamodb:LeadingKeys': ['x'], 'www.amazon.com:user_id': 'y' },
    }),
  ),
  implicit(
    'a federated-user session cannot call IAM',
    `${UG}id_credentials_sts-comparison.html`,
    [GUARD],
    ask('iam:GetUser', ANN, {
      who: `arn:aws:sts::${A}:federated-user/bob`,
      details: { federatedBy: ANN },
      identityPolicies: [ALL],
      sessionPolicies: [ALL],
    }),
  ),
]

const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE'
const EKS = `arn:aws:iam::${A}:oidc-provider/${ISSUER}`
const AUDIENCE = { [`${ISSUER}:aud`]: 'sts.amazonaws.com' }
const irsa = { Condition: { StringEquals: { ...AUDIENCE, [`${ISSUER}:sub`]: 'system:serviceaccount:prod:app' } } }
const MEMBER = { id: 'o-a1', managementAccount: M, principalPath: OU }
const DELEGATE = `${ORG}orgs_delegate_policies.html`
const listAccounts = (given: Given): Scenario =>
  ask('organizations:ListAccounts', '*', { identityPolicies: [ALL], serviceControlPolicies: null, ...given })

const BY_ACCOUNT = 'organizations/latest/APIReference/action-reference.html'
/** On what is asked for, AWS prints `*`. */
const ofOrganization = (name: string, given: Given): Scenario => {
  const scenario = ask(`organizations:${name}`, '*', {
    identityPolicies: [ALL],
    serviceControlPolicies: null,
    ...given,
  })
  return { ...scenario, request: { ...scenario.request, resourcePatterns: { '*': [] } } }
}

const OF_ORGANIZATIONS: readonly PageRow[] = [
  implicit('G-109: a member lists the accounts', DELEGATE, [GUARD], listAccounts({ organization: MEMBER })),
  yes(
    'G-109: … and the resource policy of the organization lets it',
    DELEGATE,
    listAccounts({
      organization: MEMBER,
      resourcePolicy: { ...doc(allow('organizations:ListAccounts', aws(A))), kind: 'organization' },
    }),
  ),
  yes(
    'G-109: the management account does',
    DELEGATE,
    listAccounts({ who: `arn:aws:iam::${M}:user/x`, organization: { id: 'o-a1', managementAccount: M } }),
  ),
  yes(
    'G-109: what every member may ask',
    DELEGATE,
    ask('organizations:DescribeOrganization', '*', {
      identityPolicies: [ALL],
      serviceControlPolicies: null,
      organization: MEMBER,
    }),
  ),
  ...['CreateOrganization', 'AcceptHandshake', 'ListHandshakesForAccount'].map((name) =>
    yes(`R-UNK-03: ${name} of an account in no organization`, BY_ACCOUNT, ofOrganization(name, { organization: null })),
  ),
  ...['DescribeOrganization', 'LeaveOrganization', 'ListAccounts'].map((name) =>
    open(
      `R-UNK-03: ${name} of an account in no organization`,
      BY_ACCOUNT,
      ofOrganization(name, { organization: null }),
    ),
  ),
  implicit(
    'R-UNK-03: a member makes an organization',
    BY_ACCOUNT,
    [GUARD],
    ofOrganization('CreateOrganization', { organization: MEMBER }),
  ),
  implicit(
    'G-109: what no account may do for the manager, though who is delegated is not known',
    BY_ACCOUNT,
    [GUARD],
    ofOrganization('CreateOrganizationalUnit', { ...known, open: true, organization: MEMBER }),
  ),
  open('G-109: whose the organization is nobody told', DELEGATE, {
    ...listAccounts({}),
    policies: {
      identityPolicies: [ALL],
      serviceControlPolicies: null,
      vpcEndpointPolicy: null,
      permissionsBoundary: null,
    },
  }),
  open(
    'G-109: whether the member is a delegated administrator is not known',
    DELEGATE,
    listAccounts({ ...known, open: true, organization: MEMBER }),
  ),
  implicit(
    'G-109: a policy of the organization, which the management account owns',
    DELEGATE,
    [RP],
    ask('organizations:UpdatePolicy', `arn:aws:organizations::${M}:policy/o-a1/service_control_policy/p-1`, {
      identityPolicies: [ALL],
      serviceControlPolicies: null,
      organization: MEMBER,
    }),
  ),
  yes(
    'G-109: … delegated',
    DELEGATE,
    ask('organizations:UpdatePolicy', `arn:aws:organizations::${M}:policy/o-a1/service_control_policy/p-1`, {
      identityPolicies: [ALL],
      serviceControlPolicies: null,
      organization: MEMBER,
      resourcePolicy: { ...doc(allow('organizations:UpdatePolicy', aws(A))), kind: 'organization' },
    }),
  ),
  implicit(
    'G-78: a service account of another namespace',
    'eks/latest/userguide/associate-service-account-role.html',
    [RP],
    ask('sts:AssumeRoleWithWebIdentity', TRUSTED, {
      who: EKS,
      details: { type: 'web-identity', federatedBy: EKS },
      ...trust(trusts({ Principal: { Federated: EKS } }, 'sts:AssumeRoleWithWebIdentity', irsa)),
      context: { ...AUDIENCE, [`${ISSUER}:sub`]: 'system:serviceaccount:other:app' },
    }),
  ),
  yes(
    'G-78: the service account of the pod',
    'eks/latest/userguide/associate-service-account-role.html',
    ask('sts:AssumeRoleWithWebIdentity', TRUSTED, {
      who: EKS,
      details: { type: 'web-identity', federatedBy: EKS },
      ...trust(trusts({ Principal: { Federated: EKS } }, 'sts:AssumeRoleWithWebIdentity', irsa)),
      context: { ...AUDIENCE, [`${ISSUER}:sub`]: 'system:serviceaccount:prod:app' },
    }),
  ),
  implicit(
    'G-48: events for a bus of another account that does not let it in',
    'eventbridge/latest/userguide/eb-cross-account.html',
    [RP],
    ask('events:PutEvents', `arn:aws:events:${R}:${B}:event-bus/main`, {
      identityPolicies: [ALL],
      resourcePolicy: doc(allow('events:PutEvents', aws('777788889999'))),
    }),
  ),
]

const SUBNET_X = `arn:aws:ec2:${R}:${B}:subnet/subnet-1`
const shutByScp: PoliciesInForce = { serviceControlPolicies: [{ target: 'r', policies: [doc(deny('*'))] }] }
const QUEUE_X = QUEUE.replace(A, B)

/** What a policy that gives everything can give another account, page by page (R-OTH-23). */
const OTHERS: readonly (readonly [page: string, arn: string, given: string, denied: string, unsettled?: string])[] = [
  [
    'aws-backup/latest/devguide/create-a-vault-access-policy.html',
    `arn:aws:backup:${R}:${B}:backup-vault:v`,
    'backup:CopyIntoBackupVault',
    `backup:CopyFromBackupVault backup:DeleteBackupVault backup:DescribeBackupVault backup:GetBackupVaultAccessPolicy
    backup:ListRecoveryPointsByBackupVault backup:PutBackupVaultAccessPolicy backup:StartBackupJob`,
  ],
  [
    'amazondynamodb/latest/developerguide/rbac-iam-actions.html',
    `arn:aws:dynamodb:${R}:${B}:table/t`,
    `dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:Scan dynamodb:BatchWriteItem dynamodb:DescribeTable
    dynamodb:UpdateTable dynamodb:TagResource`,
    `dynamodb:UpdateTimeToLive dynamodb:DescribeTimeToLive dynamodb:CreateBackup dynamodb:RestoreTableToPointInTime
    dynamodb:DescribeContinuousBackups dynamodb:UpdateContinuousBackups dynamodb:EnableKinesisStreamingDestination
    dynamodb:ExportTableToPointInTime dynamodb:PartiQLSelect dynamodb:PartiQLUpdate dynamodb:PutResourcePolicy
    dynamodb:GetResourcePolicy dynamodb:DeleteResourcePolicy dynamodb:UpdateContributorInsights`,
  ],
  [
    'amazondynamodb/latest/developerguide/rbac-iam-actions.html',
    `arn:aws:dynamodb:${R}:${B}:table/t/stream/2026-01-01T00:00:00.000`,
    'dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:DescribeStream',
    'dynamodb:GetResourcePolicy',
  ],
  [
    'kinesis/latest/APIReference/API_PutResourcePolicy.html',
    `arn:aws:kinesis:${R}:${B}:stream/s`,
    'kinesis:PutRecord kinesis:GetRecords kinesis:DescribeStreamSummary',
    'kinesis:PutResourcePolicy kinesis:DeleteResourcePolicy',
    'kinesis:DeleteStream',
  ],
  [
    'secretsmanager/latest/userguide/auth-and-access_examples_cross.html',
    `arn:aws:secretsmanager:${R}:${B}:secret:s-AbCdEf`,
    'secretsmanager:GetSecretValue secretsmanager:PutResourcePolicy',
    'secretsmanager:CreateSecret',
  ],
  [
    'sns/latest/dg/sns-access-policy-language-api-permissions-reference.html',
    `arn:aws:sns:${R}:${B}:t`,
    'sns:Publish sns:Subscribe',
    '',
    'sns:TagResource',
  ],
  [
    'lambda/latest/dg/access-control-resource-based.html',
    `arn:aws:lambda:${R}:${B}:function:f`,
    'lambda:InvokeFunction lambda:GetFunction',
    '',
    'lambda:AddPermission lambda:UpdateFunctionConfiguration',
  ],
  [
    'glue/latest/dg/cross-account-access.html',
    `arn:aws:glue:${R}:${B}:catalog`,
    'glue:GetDatabases glue:SearchTables',
    '',
    'glue:PutResourcePolicy',
  ],
  ['glue/latest/dg/cross-account-access.html', `arn:aws:glue:${R}:${B}:job/j`, '', 'glue:StartJobRun glue:GetJob'],
  [
    'opensearch-service/latest/developerguide/ac.html',
    `arn:aws:es:${R}:${B}:domain/d`,
    'es:ESHttpGet es:ESHttpPost',
    'es:DescribeDomain es:UpdateDomainConfig',
    'es:CreateOutboundConnection',
  ],
  [
    'AmazonECR/latest/userguide/repository-policy-examples.html',
    `arn:aws:ecr:${R}:${B}:repository/r`,
    'ecr:BatchGetImage ecr:PutImage',
    '',
    'ecr:DeleteRepository',
  ],
  [
    'waf/latest/APIReference/API_PutPermissionPolicy.html',
    `arn:aws:wafv2:${R}:${B}:regional/rulegroup/g/1`,
    'wafv2:CreateWebACL',
    'wafv2:UpdateRuleGroup',
  ],
  [
    'rekognition/latest/customlabels-dg/md-create-project-policy.html',
    `arn:aws:rekognition:${R}:${B}:project/p/1`,
    'rekognition:CopyProjectVersion',
    'rekognition:DeleteProject',
  ],
  [
    'AmazonS3/latest/API/API_PutBucketPolicy.html',
    'arn:aws:s3:::b',
    's3:ListBucket s3:PutBucketTagging',
    's3:GetBucketPolicy s3:PutBucketPolicy s3:DeleteBucketPolicy',
    's3:CreateBucket',
  ],
  [
    'AmazonS3/latest/API/API_GetBucketPolicy.html',
    `arn:aws:s3express:${R}:${B}:bucket/b--use1-az4--x-s3`,
    's3express:CreateSession',
    `s3express:GetBucketPolicy s3express:PutBucketPolicy s3express:DeleteBucketPolicy s3express:CreateBucket
    s3express:DeleteBucket s3express:PutLifecycleConfiguration s3express:GetEncryptionConfiguration`,
  ],
  [
    'AmazonS3/latest/userguide/olap-create.html',
    `arn:aws:s3-object-lambda:${R}:${B}:accesspoint/p`,
    's3-object-lambda:GetObject',
    '',
    's3-object-lambda:PutObject',
  ],
  [
    'AmazonS3/latest/userguide/s3-tables-resource-based-policies.html',
    `arn:aws:s3tables:${R}:${B}:bucket/b/table/1`,
    's3tables:GetTableData s3tables:GetTableMetadataLocation',
    '',
    's3tables:PutTableData s3tables:UpdateTableMetadataLocation s3tables:DeleteTable',
  ],
  [
    'AmazonS3/latest/userguide/s3-vectors-resource-based-policies.html',
    `arn:aws:s3vectors:${R}:${B}:bucket/b`,
    's3vectors:CreateIndex s3vectors:ListIndexes s3vectors:QueryVectors s3vectors:PutVectors s3vectors:DeleteIndex',
    '',
    's3vectors:DeleteVectorBucket',
  ],
  [
    'AmazonS3/latest/API/API_control_GetBucket.html',
    `arn:aws:s3-outposts:${R}:${B}:outpost/op-1/bucket/b`,
    '',
    's3-outposts:GetBucket s3-outposts:GetBucketPolicy s3-outposts:PutBucketPolicy s3-outposts:DeleteBucketPolicy',
    's3-outposts:GetObject',
  ],
  [
    'amazonglacier/latest/dev/vault-access-policy.html',
    `arn:aws:glacier:${R}:${B}:vaults/v`,
    `glacier:UploadArchive glacier:InitiateMultipartUpload glacier:DeleteArchive glacier:InitiateJob
    glacier:GetJobOutput`,
    'glacier:CreateVault',
    'glacier:DescribeVault glacier:DeleteVault',
  ],
  [
    'codeartifact/latest/ug/repo-policies.html',
    `arn:aws:codeartifact:${R}:${B}:package/d/r/npm//p`,
    'codeartifact:PublishPackageVersion codeartifact:PutPackageMetadata',
    '',
    'codeartifact:DeletePackageVersions',
  ],
  [
    'codeartifact/latest/ug/domain-policies.html',
    `arn:aws:codeartifact:${R}:${B}:domain/d`,
    'codeartifact:GetAuthorizationToken codeartifact:TagResource',
    'codeartifact:PutDomainPermissionsPolicy',
    'codeartifact:DeleteDomain',
  ],
  [
    'codeartifact/latest/ug/domain-policies.html',
    `arn:aws:codeartifact:${R}:${B}:repository/d/r`,
    'codeartifact:DescribeRepository',
    'codeartifact:PutRepositoryPermissionsPolicy',
  ],
  [
    'codebuild/latest/userguide/project-sharing.html',
    `arn:aws:codebuild:${R}:${B}:project/p`,
    'codebuild:BatchGetProjects codebuild:BatchGetBuilds codebuild:ListBuildsForProject',
    'codebuild:StartBuild codebuild:StartBuildBatch codebuild:RetryBuild codebuild:UpdateProject',
    'codebuild:StopBuild',
  ],
  [
    'cloudsearch/latest/developerguide/configuring-access.html',
    `arn:aws:cloudsearch:${R}:${B}:domain/d`,
    'cloudsearch:search cloudsearch:document cloudsearch:suggest',
    '',
  ],
  [
    'comprehend/latest/dg/custom-copy-sharing.html',
    `arn:aws:comprehend:${R}:${B}:document-classifier/c/version/1`,
    'comprehend:ImportModel',
    'comprehend:DescribeDocumentClassifier comprehend:DeleteResourcePolicy',
  ],
  [
    'comprehend/latest/dg/custom-copy-sharing.html',
    `arn:aws:comprehend:${R}:${B}:flywheel/f`,
    '',
    '',
    'comprehend:DescribeFlywheel',
  ],
  [
    'ses/latest/dg/policy-anatomy.html',
    `arn:aws:ses:${R}:${B}:identity/example.com`,
    'ses:SendEmail ses:SendRawEmail ses:SendTemplatedEmail ses:SendBulkTemplatedEmail',
    '',
    'ses:SendBulkEmail ses:DeleteEmailIdentity',
  ],
  [
    'systems-manager/latest/userguide/parameter-store-shared-parameters.html',
    `arn:aws:ssm:${R}:${B}:parameter/p`,
    'ssm:GetParameter ssm:GetParameters ssm:GetParameterHistory',
    'ssm:PutParameter ssm:DeleteParameter ssm:DeleteParameters ssm:PutResourcePolicy',
    'ssm:GetParametersByPath',
  ],
  [
    'awscloudtrail/latest/userguide/security_iam_resource-based-policy-examples.html',
    `arn:aws:cloudtrail:${R}:${B}:channel/1`,
    'cloudtrail-data:PutAuditEvents',
    '',
  ],
  [
    'awscloudtrail/latest/userguide/security_iam_resource-based-policy-examples.html',
    `arn:aws:cloudtrail:${R}:${B}:eventdatastore/1`,
    `cloudtrail:StartQuery cloudtrail:CancelQuery cloudtrail:ListQueries cloudtrail:DescribeQuery
    cloudtrail:GetQueryResults cloudtrail:GenerateQuery cloudtrail:GetEventDataStore`,
    '',
    'cloudtrail:DeleteEventDataStore',
  ],
  [
    'awscloudtrail/latest/userguide/security_iam_resource-based-policy-examples.html',
    `arn:aws:cloudtrail:${R}:${B}:dashboard/d`,
    '',
    'cloudtrail:StartDashboardRefresh cloudtrail:GetDashboard',
  ],
  [
    'AmazonCloudWatch/latest/monitoring/CloudWatch-RUM-resource-policies.html',
    `arn:aws:rum:${R}:${B}:appmonitor/m`,
    '',
    'rum:GetAppMonitor rum:GetAppMonitorData',
    'rum:PutRumEvents',
  ],
  [
    'AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html',
    `arn:aws:logs:${R}:${B}:log-group:g`,
    '',
    'logs:PutLogEvents logs:CreateLogStream',
    // Accounts that are linked to read the log groups of each other.
    'logs:FilterLogEvents',
  ],
  [
    'eventbridge/latest/userguide/eb-resource-based-schemas.html',
    `arn:aws:schemas:${R}:${B}:registry/r`,
    'schemas:DescribeRegistry schemas:UpdateRegistry schemas:ListSchemas schemas:SearchSchemas',
    '',
    'schemas:PutResourcePolicy',
  ],
  [
    'msk/latest/developerguide/mvpc-cluster-owner-action-policy.html',
    `arn:aws:kafka:${R}:${B}:topic/c/u/t`,
    'kafka-cluster:ReadData kafka-cluster:DescribeTopic',
    '',
  ],
  [
    'msk/latest/developerguide/mvpc-cluster-owner-action-policy.html',
    `arn:aws:kafka:${R}:${B}:transactional-id/c/u/t`,
    '',
    '',
    'kafka-cluster:DescribeTransactionalId',
  ],
  [
    'aurora-dsql/latest/userguide/resource-based-policies.html',
    `arn:aws:dsql:${R}:${B}:cluster/c`,
    '',
    'dsql:DbConnect dsql:DbConnectAdmin dsql:GetCluster',
  ],
  [
    'bedrock/latest/userguide/guardrails-resource-based-policies.html',
    `arn:aws:bedrock:${R}:${B}:guardrail/g`,
    'bedrock:ApplyGuardrail bedrock:GetGuardrail',
    'bedrock:UpdateGuardrail',
  ],
  [
    'bedrock/latest/userguide/guardrails-resource-based-policies.html',
    `arn:aws:bedrock:${R}:${B}:guardrail-profile/p`,
    'bedrock:ApplyGuardrail',
    'bedrock:GetGuardrail',
  ],
  [
    'network-firewall/latest/APIReference/API_PutResourcePolicy.html',
    `arn:aws:network-firewall:${R}:${B}:stateful-rulegroup/g`,
    'network-firewall:CreateFirewallPolicy network-firewall:UpdateFirewallPolicy',
    '',
    'network-firewall:DeleteRuleGroup network-firewall:AssociateFirewallPolicy',
  ],
  [
    'network-firewall/latest/APIReference/API_PutResourcePolicy.html',
    `arn:aws:network-firewall:${R}:${B}:firewall-policy/p`,
    'network-firewall:AssociateFirewallPolicy',
    '',
    'network-firewall:CreateFirewall network-firewall:UpdateFirewallPolicy',
  ],
  [
    'network-firewall/latest/APIReference/API_PutResourcePolicy.html',
    `arn:aws:network-firewall:${R}:${B}:firewall/f`,
    'network-firewall:CreateVpcEndpointAssociation network-firewall:DescribeFirewallMetadata',
    '',
    'network-firewall:DeleteFirewall',
  ],
  [
    'payment-cryptography/latest/APIReference/API_PutResourcePolicy.html',
    `arn:aws:payment-cryptography:${R}:${B}:key/k`,
    `payment-cryptography:GetKey payment-cryptography:ExportKey payment-cryptography:DecryptData
    payment-cryptography:VerifyPinData payment-cryptography:AddKeyReplicationRegions`,
    `payment-cryptography:CreateAlias payment-cryptography:PutResourcePolicy payment-cryptography:GetResourcePolicy
    payment-cryptography:AssociateMpaTeam`,
    'payment-cryptography:GetCertificateSigningRequest',
  ],
  [
    'cloudhsm/latest/APIReference/API_PutResourcePolicy.html',
    `arn:aws:cloudhsm:${R}:${B}:backup/b`,
    'cloudhsm:CreateCluster',
    'cloudhsm:CopyBackupToRegion cloudhsm:RestoreBackup cloudhsm:PutResourcePolicy',
  ],
]

const GIVEN_TO_OTHERS: readonly PageRow[] = OTHERS.flatMap(([page, arn, given, denied, unsettled = '']) => {
  const everything = {
    account: B,
    identityPolicies: [ALL],
    resourcePolicy: doc(allow('*', aws(A))),
    serviceGuards: { kmsGrants: null, objectOwnership: 'BucketOwnerEnforced' },
  }
  const asked = (action: string) => ask(action, arn, everything)
  const each = (text: string): readonly string[] => text.split(/\s+/).filter((action) => action !== '')
  return [
    ...each(given).map((action) => yes(`R-OTH-23: ${action} on ${arn} can be given`, page, asked(action))),
    ...each(denied).map((action) => implicit(`R-OTH-23: ${action} on ${arn} never`, page, [GUARD], asked(action))),
    ...each(unsettled).map((action) => open(`R-OTH-23: ${action} on ${arn} is not settled`, page, asked(action))),
  ]
})

/** The policy of an app monitor gives other accounts nothing, and its events to everyone who does not sign. */
const APP_MONITORS: readonly PageRow[] = [
  yes(
    'R-OTH-23: a browser without credentials sends events to an app monitor that lets everyone in',
    'AmazonCloudWatch/latest/monitoring/CloudWatch-RUM-resource-policies.html',
    ask('rum:PutRumEvents', `arn:aws:rum:${R}:${A}:appmonitor/m`, {
      who: 'anonymous',
      resourcePolicy: doc(allow('rum:PutRumEvents', anyone)),
    }),
  ),
]

const FILE_SYSTEM = `arn:aws:elasticfilesystem:${R}:${A}:file-system/fs-1`
const EFS = 'efs/latest/ug/iam-access-control-nfs-efs.html'

/** R-OTH-24: the default file system policy. */
const FILE_SYSTEMS: readonly PageRow[] = [
  yes(
    'R-OTH-24: a client of a file system without a policy, and no identity policy allows it',
    EFS,
    ask('elasticfilesystem:ClientWrite', FILE_SYSTEM, { identityPolicies: [], resourcePolicy: null }),
  ),
  yes(
    'R-OTH-24: … an anonymous client',
    EFS,
    ask('elasticfilesystem:ClientMount', FILE_SYSTEM, { who: 'anonymous', resourcePolicy: null }),
  ),
  yes(
    'R-OTH-24: … a client of another account',
    EFS,
    ask('elasticfilesystem:ClientRootAccess', FILE_SYSTEM.replace(A, B), {
      identityPolicies: [],
      resourcePolicy: null,
    }),
  ),
  explicit(
    'R-OTH-24: … unless an identity policy denies it',
    EFS,
    [ID],
    ask('elasticfilesystem:ClientWrite', FILE_SYSTEM, {
      identityPolicies: [doc(deny('elasticfilesystem:ClientWrite'))],
      resourcePolicy: null,
    }),
  ),
  implicit(
    'R-OTH-24: … with a policy that allows nothing',
    EFS,
    [ID],
    ask('elasticfilesystem:ClientWrite', FILE_SYSTEM, { identityPolicies: [], resourcePolicy: doc() }),
  ),
  implicit(
    'R-OTH-24: … and what is no action of clients needs a policy',
    EFS,
    [ID],
    ask('elasticfilesystem:DeleteFileSystem', FILE_SYSTEM, { identityPolicies: [], resourcePolicy: null }),
  ),
  open(
    'R-OTH-24: a file system whose policy nobody read',
    EFS,
    ask('elasticfilesystem:ClientMount', FILE_SYSTEM.replace(A, B), { open: true, identityPolicies: [] }),
  ),
]

/** R-RCP-03: the page says that an action without a resource meets no RCP; one message of AWS's says otherwise. */
const WITHOUT_RESOURCE: readonly PageRow[] = (
  [
    ['cognito-identity:ListIdentityPools', deny('cognito-identity:*', anyone), open],
    ['cognito-identity:ListIdentityPools', deny('s3:*', anyone), yes],
    ['sqs:ListQueues', deny('sqs:*', anyone), yes],
  ] as const
).map(([action, statement, row]) =>
  row(
    `R-RCP-03: ${action} on no resource, an RCP denies ${String(statement['Action'])}`,
    `${ORG}orgs_manage_policies_rcps.html`,
    ask(action, '*', {
      identityPolicies: [ALL],
      resourceControlPolicies: [{ target: 'r', policies: [doc(statement)] }],
      organization: { id: 'o-1', managementAccount: B },
    }),
  ),
)

const UNSIGNED_PAGE = 'cognito/latest/developerguide/security_iam_service-with-iam.html'
const byNobody = (action: string, denied: string): Scenario =>
  ask(action, '*', {
    who: 'anonymous',
    account: A,
    resourceControlPolicies: [{ target: 'r', policies: [doc(deny(denied, anyone))] }],
    organization: { id: 'o-1', managementAccount: B },
  })

/** R-ANON-02: "unsigned, and therefore cannot be restricted via an IAM policy"; AWS names RCPs that deny them. */
const MADE_WITHOUT_CREDENTIALS: readonly PageRow[] = [
  yes('R-ANON-02: no policy has to allow GetId', UNSIGNED_PAGE, byNobody('cognito-identity:GetId', 's3:*')),
  yes('R-ANON-02: … nor SignUp', UNSIGNED_PAGE, byNobody('cognito-idp:SignUp', 's3:*')),
  open('R-ANON-02: … an RCP may deny it', UNSIGNED_PAGE, byNobody('cognito-idp:InitiateAuth', 'cognito-idp:*')),
  explicit('R-ANON-02: … and does where AWS says so', UNSIGNED_PAGE, [RCP], {
    ...byNobody('cognito-identity:GetId', 'cognito-identity:*'),
    request: {
      ...byNobody('cognito-identity:GetId', '').request,
      context: { 'denytrace:call/reached-by-rcps': 'true' },
    },
  }),
  implicit(
    'R-ANON-02: … an operation of administrators is for nobody without credentials',
    UNSIGNED_PAGE,
    [RP],
    byNobody('cognito-idp:AdminCreateUser', 's3:*'),
  ),
]

const LIMITS: readonly PageRow[] = [
  ...WITHOUT_RESOURCE,
  ...MADE_WITHOUT_CREDENTIALS,
  ...APP_MONITORS,
  ...FILE_SYSTEMS,
  open(
    'R-XACC-06: a subnet of another account, which may share it',
    'ram/latest/userguide/shareable.html',
    ask('ec2:RunInstances', SUBNET_X, { ...known, open: true, identityPolicies: [ALL] }),
  ),
  implicit(
    'R-XACC-06: … where it is known that nothing lets the caller in',
    'ram/latest/userguide/shareable.html',
    [RP],
    ask('ec2:RunInstances', SUBNET_X, { identityPolicies: [ALL], resourcePolicy: null }),
  ),
  implicit(
    'R-OTH-03: another account changes a queue, which only its owner can',
    'AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-limitations-of-custom-policies.html',
    [GUARD],
    ask('sqs:SetQueueAttributes', QUEUE_X, { identityPolicies: [ALL], resourcePolicy: doc(allow('sqs:*', aws(A))) }),
  ),
  yes(
    'R-OTH-03: … and sends to it',
    'AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-limitations-of-custom-policies.html',
    ask('sqs:SendMessage', QUEUE_X, { identityPolicies: [ALL], resourcePolicy: doc(allow('sqs:*', aws(A))) }),
  ),
  ...GIVEN_TO_OTHERS,
  implicit(
    'R-KMS-13: an AWS managed key of another account, its policy not read',
    `${KMS}key-policies.html`,
    [RP],
    ask('kms:Decrypt', X_KEY, {
      ...known,
      open: true,
      identityPolicies: [ALL],
      serviceGuards: { keyManager: 'AWS', kmsGrants: null },
    }),
  ),
  open(
    'R-KMS-13: one of the own account, its policy not read',
    `${KMS}key-policies.html`,
    ask('kms:Decrypt', KEY, {
      ...known,
      open: true,
      identityPolicies: [ALL],
      serviceGuards: { keyManager: 'AWS', kmsGrants: null },
    }),
  ),
  yes(
    'R-SCP-04: root changes the support plan',
    `${ORG}orgs_manage_policies_scps.html`,
    ask('supportplans:StartSupportPlanUpdate', '*', { who: ROOT, ...shutByScp }),
  ),
  explicit(
    'R-SCP-04: a user does not',
    `${ORG}orgs_manage_policies_scps.html`,
    [SCP],
    ask('supportplans:StartSupportPlanUpdate', '*', { identityPolicies: [ALL], ...shutByScp }),
  ),
]

/** Actions on resources that have a policy of their own, one per service (R-OTH-01). */
const DOMAIN = `arn:aws:cloudsearch:${R}:${A}:domain/d`
const WITH_POLICY: readonly (readonly [action: string, resource: string])[] = [
  ['lambda:InvokeFunction', FUNCTION],
  ['sns:Publish', `arn:aws:sns:${R}:${A}:t`],
  ['sqs:SendMessage', QUEUE],
  ['secretsmanager:GetSecretValue', SECRET.replace(B, A)],
  ['ecr:BatchGetImage', `arn:aws:ecr:${R}:${A}:repository/r`],
  ['events:PutEvents', `arn:aws:events:${R}:${A}:event-bus/b`],
  ['dynamodb:GetItem', TABLE.replace(B, A)],
  ['kinesis:PutRecord', `arn:aws:kinesis:${R}:${A}:stream/s`],
  ['backup:CopyIntoBackupVault', `arn:aws:backup:${R}:${A}:backup-vault:v`],
  ['elasticfilesystem:ClientMount', `arn:aws:elasticfilesystem:${R}:${A}:file-system/fs-1`],
  ['glacier:UploadArchive', `arn:aws:glacier:${R}:${A}:vaults/v`],
  ['codeartifact:ReadFromRepository', `arn:aws:codeartifact:${R}:${A}:repository/d/r`],
  ['acm-pca:IssueCertificate', `arn:aws:acm-pca:${R}:${A}:certificate-authority/1`],
  ['es:ESHttpGet', `arn:aws:es:${R}:${A}:domain/d/_search`],
  ['glue:GetTable', `arn:aws:glue:${R}:${A}:table/d/t`],
  ['logs:PutSubscriptionFilter', `arn:aws:logs:${R}:${A}:destination:d`],
  ['ses:SendEmail', `arn:aws:ses:${R}:${A}:identity/example.com`],
  ['codebuild:BatchGetReports', `arn:aws:codebuild:${R}:${A}:report-group/g`],
  ['signer:StartSigningJob', `arn:aws:signer:${R}:${A}:/signing-profiles/p`],
  ['schemas:DescribeSchema', `arn:aws:schemas:${R}:${A}:schema/r/s`],
  ['redshift-serverless:RestoreFromSnapshot', `arn:aws:redshift-serverless:${R}:${A}:snapshot/s`],
  ['redshift:CreateInboundIntegration', `arn:aws:redshift:${R}:${A}:namespace:n`],
  ['kafka-cluster:ReadData', `arn:aws:kafka:${R}:${A}:topic/c/u/t`],
  ['aps:RemoteWrite', `arn:aws:aps:${R}:${A}:workspace/ws-1`],
  ['rum:PutRumEvents', `arn:aws:rum:${R}:${A}:appmonitor/m`],
  ['comprehend:ImportModel', `arn:aws:comprehend:${R}:${A}:document-classifier/c`],
  ['sms-voice:SendTextMessage', `arn:aws:sms-voice:${R}:${A}:phone-number/phone-1`],
  ['wafv2:CreateWebACL', `arn:aws:wafv2:${R}:${A}:regional/rulegroup/g/1`],
  ['s3tables:GetTableData', `arn:aws:s3tables:${R}:${A}:bucket/b/table/1`],
  ['s3vectors:QueryVectors', `arn:aws:s3vectors:${R}:${A}:bucket/b/index/i`],
  ['cloudtrail-data:PutAuditEvents', `arn:aws:cloudtrail:${R}:${A}:channel/1`],
  ['dsql:DbConnect', `arn:aws:dsql:${R}:${A}:cluster/c`],
  ['qbusiness:Chat', `arn:aws:qbusiness:${R}:${A}:application/1`],
  ['aiops:GetInvestigation', `arn:aws:aiops:${R}:${A}:investigation-group/g`],
  ['mpa:StartSession', `arn:aws:mpa:${R}:${A}:approval-team/t`],
  ['imagebuilder:GetImage', `arn:aws:imagebuilder:${R}:${A}:image/i/1.0.0/1`],
  ['billing:GetBillingView', `arn:aws:billing::${A}:billingview/v`],
  ['cleanrooms-ml:StartAudienceGenerationJob', `arn:aws:cleanrooms-ml:${R}:${A}:configured-audience-model/m`],
  ['cloudhsm:CreateCluster', `arn:aws:cloudhsm:${R}:${A}:backup/b`],
  ['elemental-inference:GetFeed', `arn:aws:elemental-inference:${R}:${A}:feed/f`],
  ['cloudsearch:search', DOMAIN],
  ['bedrock-agentcore:InvokeGateway', `arn:aws:bedrock-agentcore:${R}:${A}:gateway/g`],
]
const CROSS = `${UG}reference_policies_evaluation-logic-cross-account.html`
/** Services for which no known page says whether a resource policy can give another account the action (R-OTH-23). */
const UNSETTLED = new Set(
  'rum sms-voice qbusiness aiops mpa imagebuilder billing cleanrooms-ml elemental-inference'.split(/\s+/),
)
/** Services whose resource policies do not reach across accounts. */
const NOT_ACROSS = new Set(['dsql'])
const elsewhere = (arn: string): string => arn.replace(A, B)

const serviceOf = (action: string): string => action.split(':')[0] ?? ''

/** One side is not enough across accounts. */
const acrossAccounts = (action: string, resource: string): readonly PageRow[] => [
  (UNSETTLED.has(serviceOf(action)) ? open : yes)(
    `${action}: both sides, across accounts`,
    CROSS,
    ask(action, elsewhere(resource), { identityPolicies: [ALL], resourcePolicy: doc(allow(action, aws(A))) }),
  ),
  implicit(
    `${action}: the own side alone, across accounts`,
    CROSS,
    [RP],
    // A file system without a policy is open to every client (R-OTH-24).
    ask(action, elsewhere(resource), {
      identityPolicies: [ALL],
      resourcePolicy: action === 'elasticfilesystem:ClientMount' ? doc() : null,
    }),
  ),
  implicit(
    `${action}: the other side alone, across accounts`,
    CROSS,
    [ID],
    ask(action, elsewhere(resource), { identityPolicies: [doc()], resourcePolicy: doc(allow(action, aws(ANN))) }),
  ),
]

const POLICIES_OF_SERVICES: readonly PageRow[] = WITH_POLICY.flatMap(([action, resource]) => [
  yes(
    `${action}: the resource policy alone, in the own account`,
    CROSS,
    ask(action, resource, { identityPolicies: [doc()], resourcePolicy: doc(allow(action, aws(ANN))) }),
  ),
  ...(NOT_ACROSS.has(serviceOf(action)) ? [] : acrossAccounts(action, resource)),
])

/** The policy of a search domain has no Resource, and bears on the calls of the domain and not on those that configure it. */
const SEARCH_ACCESS = 'cloudsearch/latest/developerguide/configuring-access.html'
const onDomain = (Effect: string, Action: string, who: Line): Policy => doc({ Effect, Action, ...who })
const SEARCH_DOMAINS: readonly PageRow[] = [
  yes(
    'another account searches a domain whose policy names it',
    SEARCH_ACCESS,
    ask('cloudsearch:search', elsewhere(DOMAIN), {
      identityPolicies: [doc(allow('cloudsearch:search', { Resource: elsewhere(DOMAIN) }))],
      resourcePolicy: onDomain('Allow', 'cloudsearch:search', aws(`arn:aws:iam::${A}:root`)),
    }),
  ),
  yes(
    'anyone searches a public domain',
    SEARCH_ACCESS,
    ask('cloudsearch:search', DOMAIN, {
      who: 'anonymous',
      resourcePolicy: onDomain('Allow', 'cloudsearch:search', anyone),
    }),
  ),
  implicit(
    'a policy that lets everyone search lets nobody upload',
    SEARCH_ACCESS,
    [ID],
    ask('cloudsearch:document', DOMAIN, {
      identityPolicies: [doc()],
      resourcePolicy: onDomain('Allow', 'cloudsearch:search', anyone),
    }),
  ),
  explicit(
    'a domain whose policy denies the documents',
    SEARCH_ACCESS,
    [RP],
    ask('cloudsearch:document', DOMAIN, {
      identityPolicies: [ALL],
      resourcePolicy: onDomain('Deny', 'cloudsearch:document', anyone),
    }),
  ),
  implicit(
    'the policy of a domain lets nobody configure it',
    SEARCH_ACCESS,
    [ID],
    ask('cloudsearch:UpdateServiceAccessPolicies', DOMAIN, {
      identityPolicies: [doc()],
      resourcePolicy: onDomain('Allow', 'cloudsearch:*', aws(ANN)),
    }),
  ),
  implicit(
    'nor anyone of another account',
    SEARCH_ACCESS,
    [RP, GUARD],
    ask('cloudsearch:DescribeDomains', elsewhere(DOMAIN), {
      identityPolicies: [ALL],
      resourcePolicy: onDomain('Allow', 'cloudsearch:*', aws(A)),
    }),
  ),
  yes(
    'the identity policy alone lets a domain be configured',
    SEARCH_ACCESS,
    ask('cloudsearch:DescribeDomains', DOMAIN, {
      identityPolicies: [ALL],
      resourcePolicy: onDomain('Deny', 'cloudsearch:*', anyone),
    }),
  ),
]

/** What two resources decide is not allowed on the word of one (R-OTH-12, R-OTH-13). */
const TWO_POLICIES: readonly PageRow[] = (
  [
    [
      'vpc-lattice-svcs:Invoke',
      `arn:aws:vpc-lattice:${R}:${A}:service/svc-1/path`,
      'vpc-lattice/latest/ug/auth-policies.html',
    ],
    [
      'bedrock-agentcore:InvokeAgentRuntime',
      `arn:aws:bedrock-agentcore:${R}:${A}:runtime/r`,
      'bedrock-agentcore/latest/devguide/resource-based-policies.html',
    ],
  ] as const
).flatMap(([action, resource, page]) => [
  open(
    `${action}: the identity policy and the policy of the resource named`,
    page,
    ask(action, resource, { identityPolicies: [ALL], resourcePolicy: doc(allow(action, aws(ANN))) }),
  ),
  explicit(
    `${action}: a policy that denies`,
    page,
    [RP],
    ask(action, resource, { identityPolicies: [ALL], resourcePolicy: doc(deny(action, anyone)) }),
  ),
])

const openToAll = doc(allow('s3:GetObject', anyone))
const EVERYONE_MAY_READ = {
  Owner: { ID: 'x' },
  Grants: [{ Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' }, Permission: 'READ' }],
}

const ON_ACCOUNT: readonly PageRow[] = (['blockPublicAccess', 'accountBlockPublicAccess'] as const).flatMap((level) => [
  explicit(
    `RestrictPublicBuckets in ${level}`,
    BPA,
    [GUARD],
    ask('s3:GetObject', OBJECT, {
      who: 'anonymous',
      resourcePolicy: openToAll,
      serviceGuards: { [level]: { RestrictPublicBuckets: true } },
    }),
  ),
  implicit(
    `IgnorePublicAcls in ${level}`,
    BPA,
    [GUARD],
    ask('s3:GetObject', OBJECT, {
      who: 'anonymous',
      resourcePolicy: null,
      serviceGuards: {
        objectOwnership: 'ObjectWriter',
        objectAcl: EVERYONE_MAY_READ,
        [level]: { IgnorePublicAcls: true },
      },
    }),
  ),
  explicit(
    `BlockPublicAcls in ${level}`,
    BPA,
    [GUARD],
    ask('s3:PutBucketAcl', BUCKET, { ...bpa('BlockPublicAcls', level), context: { 's3:x-amz-acl': 'public-read' } }),
  ),
  open(`BlockPublicPolicy in ${level}`, BPA, ask('s3:PutBucketPolicy', BUCKET, bpa('BlockPublicPolicy', level))),
])

const MORE_CALLERS: readonly PageRow[] = [
  yes(
    'a public ACL is read by everyone',
    `${S3}acl-overview.html`,
    ask('s3:GetObject', OBJECT, {
      who: 'anonymous',
      resourcePolicy: null,
      serviceGuards: { objectOwnership: 'ObjectWriter', objectAcl: EVERYONE_MAY_READ },
    }),
  ),
  implicit(
    '… not where ACLs are disabled',
    `${S3}about-object-ownership.html`,
    [RP],
    ask('s3:GetObject', OBJECT, {
      who: 'anonymous',
      resourcePolicy: null,
      serviceGuards: { objectOwnership: 'BucketOwnerEnforced', objectAcl: EVERYONE_MAY_READ },
    }),
  ),
  explicit(
    'a forwarded call has lost the endpoint of the first',
    `${UG}access_forward_access_sessions.html`,
    [RP],
    ask('s3:GetObject', OBJECT, {
      who: S,
      identityPolicies: [ALL],
      resourcePolicy: doc(deny('s3:*', { ...anyone, ...when('StringNotEquals', 'aws:SourceVpce', 'vpce-1') })),
      context: { 'aws:ViaAWSService': true, 'aws:CalledVia': ['athena.amazonaws.com'] },
    }),
  ),
  yes(
    '… and is spared by aws:ViaAWSService',
    `${UG}access_forward_access_sessions.html`,
    ask('s3:GetObject', OBJECT, {
      who: S,
      identityPolicies: [ALL],
      resourcePolicy: doc(
        deny('s3:*', {
          ...anyone,
          ...all(when('StringNotEquals', 'aws:SourceVpce', 'vpce-1'), when('Bool', 'aws:ViaAWSService', 'false')),
        }),
      ),
      context: { 'aws:ViaAWSService': true, 'aws:CalledVia': ['athena.amazonaws.com'] },
    }),
  ),
  implicit(
    'a function URL under IAM, unsigned',
    'lambda/latest/dg/urls-auth.html',
    [RP, GUARD],
    ask('lambda:InvokeFunctionUrl', FUNCTION, {
      who: 'anonymous',
      resourcePolicy: doc(
        allow('lambda:InvokeFunctionUrl', {
          ...aws(A),
          ...when('StringEquals', 'lambda:FunctionUrlAuthType', 'AWS_IAM'),
        }),
      ),
      context: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' },
    }),
  ),
  yes(
    '… signed',
    'lambda/latest/dg/urls-auth.html',
    ask('lambda:InvokeFunctionUrl', FUNCTION, {
      identityPolicies: [ALL],
      resourcePolicy: null,
      context: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' },
    }),
  ),
]

const LAUNCH_PAGE = 'AWSEC2/latest/UserGuide/ExampleIAMPolicies_EC2.html'
const ec2 = (rest: string): string => `arn:aws:ec2:us-east-1:${A}:${rest}`
const made = [ec2('volume/*'), ec2('instance/*')]
const PARTS = ['subnet/*', 'network-interface/*', 'security-group/*', 'key-pair/*'].map(ec2)
/** "Tag instances and volumes on creation with specific tags" */
const tagBoth = doc(
  allow('ec2:RunInstances', { Resource: ['arn:aws:ec2:us-east-1::image/*', ...PARTS] }),
  allow('ec2:RunInstances', {
    Resource: made,
    ...when('StringEquals', 'aws:RequestTag/environment', 'production'),
  }),
)
/** "… with at least one specific tag … The tag must be applied to both instances and volumes." */
const anyTag = doc(
  allow('ec2:RunInstances', { Resource: made, ...when('ForAnyValue:StringEquals', 'aws:TagKeys', 'environment') }),
)
const launch = (resource: string, policy: Policy, ...types: string[]): Scenario =>
  ask('ec2:RunInstances', ec2(resource), {
    identityPolicies: [policy],
    context: {
      'denytrace:call/tagged': types,
      'aws:TagKeys': ['environment'],
      'aws:RequestTag/environment': 'production',
    },
  })
/** Organizations' "Require a tag on specified created resources". */
const mustTag = doc(
  allow('*'),
  deny('ec2:RunInstances', { Resource: made, ...when('Null', 'aws:RequestTag/environment', 'true') }),
)
/** "The instance type is not in the request context for … the image, subnet …" */
const IF_EXISTS = 'IAM/latest/UserGuide/reference_policies_elements_condition_operators.html'
const launchIf = (operator: string, key: string, value: string): Policy =>
  doc(allow('ec2:RunInstances', when(operator, key, value)))
const onlyMicro = (end: string): Policy => launchIf(`StringEquals${end}`, 'ec2:InstanceType', 't3.micro')
const onlyTagged = launchIf('StringEquals', 'aws:RequestTag/team', 'x')
const onlyHere = launchIf('StringEquals', 'ec2:Region', 'us-east-1')
const notMicro = doc(allow('*'), deny('ec2:RunInstances', when('StringNotEquals', 'ec2:InstanceType', 't3.micro')))
const ofType = (resource: string, policy: Policy): Scenario =>
  ask('ec2:RunInstances', ec2(resource), {
    identityPolicies: [policy],
    context: { 'ec2:InstanceType': 't3.micro', 'aws:RequestTag/team': 'x', 'ec2:Region': 'us-east-1' },
  })
const LAUNCHES: readonly PageRow[] = [
  yes('an instance with the tag', LAUNCH_PAGE, launch('instance/*', tagBoth, 'instance')),
  none('… and its volume without', LAUNCH_PAGE, launch('volume/*', tagBoth, 'instance')),
  yes('… and its volume with it', LAUNCH_PAGE, launch('volume/*', tagBoth, 'instance', 'volume')),
  yes('… in a subnet, which gets no tag', LAUNCH_PAGE, launch('subnet/subnet-1', tagBoth, 'instance')),
  none('the key of a tag for the instance, on a volume', LAUNCH_PAGE, launch('volume/*', anyTag, 'instance')),
  yes('… for both', LAUNCH_PAGE, launch('volume/*', anyTag, 'volume', 'instance')),
  explicit(
    'a volume without the tag that all must have',
    'organizations/latest/userguide/orgs_manage_policies_scps_examples_tagging.html',
    [ID],
    launch('volume/*', mustTag, 'instance'),
  ),
  open('… which the launch template may give it', LAUNCH_PAGE, launch('volume/*', mustTag, 'instance', '*')),
  yes('a key of instances, for the instance', IF_EXISTS, ofType('instance/*', onlyMicro(''))),
  none('… for the subnet, which does not carry it', IF_EXISTS, ofType('subnet/subnet-1', onlyMicro(''))),
  yes('… for the subnet, where it need not exist', IF_EXISTS, ofType('subnet/subnet-1', onlyMicro('IfExists'))),
  explicit(
    '… refused where it is another, and the subnet has none',
    IF_EXISTS,
    [ID],
    ofType('subnet/subnet-1', notMicro),
  ),
  none('the tag that is asked for, for the subnet', IF_EXISTS, ofType('subnet/subnet-1', onlyTagged)),
  yes('… for the instance', IF_EXISTS, ofType('instance/*', onlyTagged)),
  yes('a key of the call itself, for the subnet', IF_EXISTS, ofType('subnet/subnet-1', onlyHere)),
]

/** "Principals for gateway endpoints"; S3 and DynamoDB have both types. */
const ENDPOINT_PAGE = 'vpc/latest/privatelink/vpc-endpoints-access.html'
const ofAccount = aws(A)
const through = (policy: Policy, kind: string | undefined, who = ANN): Scenario =>
  ask('s3:GetObject', 'arn:aws:s3:::b/k', {
    who,
    identityPolicies: [ALL],
    vpcEndpointPolicy: kind === undefined ? policy : { ...policy, kind },
    context: { 'aws:SourceVpce': 'vpce-1' },
  })
/** "The grant determines who can retire it." */
const RETIRE_PAGE = 'kms/latest/developerguide/grant-delete.html'
const granted = (more: Line): PoliciesInForce => ({
  serviceGuards: { kmsGrants: [{ GranteePrincipal: ROLE, Operations: ['Decrypt'], ...more }] },
})
const retire = (given: Given): Scenario =>
  ask('kms:RetireGrant', `arn:aws:kms:us-east-1:${A}:key/k`, { ...granted({}), ...given })
const keySays = { resourcePolicy: { ...doc(allow('kms:*', aws(ANN))), kind: 'key' } }
const RETIRING: readonly PageRow[] = [
  implicit('the key policy lets nobody retire a grant', RETIRE_PAGE, [ID], retire(keySays)),
  yes('the retiring principal does without a policy', RETIRE_PAGE, retire(granted({ RetiringPrincipal: ANN }))),
  yes(
    '… and the grantee, where the grant is for it',
    RETIRE_PAGE,
    retire(granted({ GranteePrincipal: ANN, Operations: ['Decrypt', 'RetireGrant'] })),
  ),
  implicit('… not for another operation', RETIRE_PAGE, [ID], retire(granted({ GranteePrincipal: ANN }))),
  yes('the account of the key', RETIRE_PAGE, retire({ who: `arn:aws:iam::${A}:root`, ...keySays })),
  yes('whom the account delegates it to', RETIRE_PAGE, retire({ identityPolicies: [doc(allow('kms:RetireGrant'))] })),
  explicit('a Deny of the identity refuses', RETIRE_PAGE, [ID], {
    ...retire({ ...granted({ RetiringPrincipal: ANN }), identityPolicies: [doc(deny('kms:RetireGrant'))] }),
  }),
]

const letsIn = doc(allow('*', ofAccount))
const shutsOut = doc(allow('*', anyone), deny('s3:GetObject', ofAccount))
const ENDPOINT_TYPES: readonly PageRow[] = [
  yes('an account at an interface endpoint is all in it', ENDPOINT_PAGE, through(letsIn, 'interface')),
  implicit('… at a gateway its root user alone', ENDPOINT_PAGE, [VPCE], through(letsIn, 'gateway')),
  implicit('… of a type nobody told as at a gateway', ENDPOINT_PAGE, [VPCE], through(letsIn, undefined)),
  explicit('a Deny of the account at an interface endpoint', ENDPOINT_PAGE, [VPCE], through(shutsOut, 'Interface')),
  yes('… at a gateway reaches no user', ENDPOINT_PAGE, through(shutsOut, 'Gateway')),
  open('… of a type nobody told perhaps', ENDPOINT_PAGE, through(shutsOut, undefined)),
  explicit('… surely the root user', ENDPOINT_PAGE, [VPCE], through(shutsOut, undefined, `arn:aws:iam::${A}:root`)),
]

const SIGNED_PAGE = 'kms/latest/APIReference/Welcome.html'
const unsigned = (action: string, given: Given, sseKmsKeyArn: unknown = KEY): Scenario =>
  ask(action, OBJECT, {
    who: 'anonymous',
    resourcePolicy: { ...doc(allow('s3:*', anyone)), kind: 'bucket' },
    serviceGuards: { sseKmsKeyArn, blockPublicAccess: null, accountBlockPublicAccess: null },
    ...given,
  })
const encrypted = (value: ContextValue): Given => ({ context: { 's3:x-amz-server-side-encryption': value } })
const WITHOUT_SIGNATURE: readonly PageRow[] = [
  implicit('an unsigned download under SSE-KMS', SIGNED_PAGE, [GUARD], unsigned('s3:GetObject', {})),
  implicit('… of a version', SIGNED_PAGE, [GUARD], unsigned('s3:GetObjectVersion', {})),
  implicit('an unsigned upload under SSE-KMS', SIGNED_PAGE, [GUARD], unsigned('s3:PutObject', {})),
  implicit('… that asks for it', SIGNED_PAGE, [GUARD], unsigned('s3:PutObject', encrypted('aws:kms'), null)),
  implicit('… in two layers', SIGNED_PAGE, [GUARD], unsigned('s3:PutObject', encrypted('aws:kms:dsse'), null)),
  yes('… that asks for the keys of S3', SIGNED_PAGE, unsigned('s3:PutObject', encrypted('AES256'))),
  open('… of which it is not known', SIGNED_PAGE, unsigned('s3:PutObject', encrypted({ state: 'present' }))),
  yes('under the keys of S3 everyone may read', SIGNED_PAGE, unsigned('s3:GetObject', {}, null)),
  open(
    'it is not known which encrypts',
    SIGNED_PAGE,
    unsigned('s3:GetObject', {
      open: true,
      serviceGuards: { blockPublicAccess: null, accountBlockPublicAccess: null },
    }),
  ),
  yes('the tags are not encrypted', SIGNED_PAGE, unsigned('s3:GetObjectTagging', {})),
  yes('who has signed is refused by no such rule', SIGNED_PAGE, unsigned('s3:GetObject', { who: ANN })),
]

const iamOf = (rest: string): string => `arn:aws:iam::${A}:${rest}`
const GLOBAL_PAGE = 'bedrock/latest/userguide/global-cross-region-inference.html'
const globally = (on: string, ...more: Line[]): Scenario =>
  ask('bedrock:InvokeModel', on, { identityPolicies: [doc(allow('bedrock:*'), ...more)] })
const notIn = (...regions: string[]): Line => deny('bedrock:*', when('StringNotEquals', 'aws:RequestedRegion', regions))
const MODEL = 'arn:aws:bedrock:::foundation-model/m'
const REGION_OF_MODELS: readonly PageRow[] = [
  explicit('a model of a global profile is asked for in no Region', GLOBAL_PAGE, [ID], globally(MODEL, notIn(R))),
  yes('… which policies call unspecified', GLOBAL_PAGE, globally(MODEL, notIn(R, 'unspecified'))),
  yes('one with a Region in that', GLOBAL_PAGE, globally(`arn:aws:bedrock:${R}::foundation-model/m`, notIn(R))),
]

const PATHLESS = `arn:aws:sts::${A}:assumed-role/app/of-no-issuer`
const allBut = (operator: string, role: string): Scenario =>
  ask('iam:DeleteUser', BOB, {
    who: PATHLESS,
    identityPolicies: [doc(allow('*'), deny('*', when(operator, 'aws:PrincipalArn', iamOf(role))))],
  })
const IDENTIFIERS = `${UG}reference_identifiers.html`
/** The ARN of a session does not hold the path of its role (R-UNK-04). */
const ROLE_PATHS: readonly PageRow[] = [
  open('a Deny for all but a role without a path', IDENTIFIERS, allBut('ArnNotLike', 'role/app')),
  open('… as a text', IDENTIFIERS, allBut('StringNotEquals', 'role/app')),
  open('… for all but the role below one path', IDENTIFIERS, allBut('ArnNotLike', 'role/team/app')),
  open('… or below any', IDENTIFIERS, allBut('ArnNotLike', 'role/*/app')),
  yes('… for all but all roles', IDENTIFIERS, allBut('ArnNotLike', 'role/*')),
  yes('… or but those that end in its name', IDENTIFIERS, allBut('ArnNotLike', 'role/*app')),
  explicit('… for all but another role', IDENTIFIERS, [ID], allBut('ArnNotLike', 'role/other')),
]

const RESOURCE_PAGE = `${UG}reference_policies_elements_resource.html`
const userBob = (Resource: string, effect: typeof deny = deny): Scenario =>
  ask('iam:DeleteUser', BOB, {
    identityPolicies: [doc(...(effect === deny ? [allow('*')] : []), effect('iam:*', { Resource }))],
  })
const WILDCARDS: readonly PageRow[] = [
  explicit('a star for the whole type in a Deny', RESOURCE_PAGE, [ID], userBob(iamOf('*/bob'))),
  explicit('… and two, which are one', RESOURCE_PAGE, [ID], userBob(iamOf('**/bob'))),
  explicit('… anywhere', RESOURCE_PAGE, [ID], userBob('arn:**:iam::***:**')),
  explicit('… alone', RESOURCE_PAGE, [ID], userBob('**')),
  yes('… in an Allow', RESOURCE_PAGE, userBob(iamOf('**/bob'), allow)),
  open('a wildcard inside the type in a Deny', `${UG}reference-arns.html`, userBob(iamOf('us*/bob'))),
  open('… besides a star', `${UG}reference-arns.html`, userBob(iamOf('*?/bob'))),
  yes('… that covers it by no reading', `${UG}reference-arns.html`, userBob(iamOf('gr*/bob'))),
  implicit('… gives nothing in an Allow', `${UG}reference-arns.html`, [ID], userBob(iamOf('us*/bob'), allow)),
  open(
    '… and does not surely leave out what it names',
    `${UG}reference-arns.html`,
    ask('iam:DeleteUser', BOB, {
      identityPolicies: [doc({ ...allow('iam:*'), Resource: undefined, NotResource: iamOf('us*/bob') })],
    }),
  ),
]

export const PAGE_ROWS: readonly PageRow[] = [
  ...WILDCARDS,
  ...WITHOUT_SIGNATURE,
  ...REGION_OF_MODELS,
  ...ROLE_PATHS,
  ...ENDPOINT_TYPES,
  ...RETIRING,
  ...BOUNDARIES,
  ...CONDITIONS,
  ...ORGANIZATIONS,
  ...ROLES,
  ...STORAGE,
  ...KEYS,
  ...ALIASES,
  ...SERVICES,
  ...S3_RULES,
  ...MORE,
  ...OF_ORGANIZATIONS,
  ...LIMITS,
  ...POLICIES_OF_SERVICES,
  ...SEARCH_DOMAINS,
  ...TWO_POLICIES,
  ...ON_ACCOUNT,
  ...MORE_CALLERS,
  ...LAUNCHES,
]

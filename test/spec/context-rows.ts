/** Context keys that follow from other facts of the request, each case with the page that says so. Both evaluators are held to them. */
import {
  A,
  ALL,
  allow,
  anyone,
  ask,
  B,
  BUCKET,
  deny,
  doc,
  explicit,
  implicit,
  OBJECT,
  open,
  type PageRow,
  QUEUE,
  R,
  S,
  UG,
  when,
  yes,
} from './page-rows.ts'

const KEYS = `${UG}reference_policies_condition-keys.html`
const ID = 'identity-policy'
/** Nothing else denies. */
const KNOWN = {
  open: true,
  serviceControlPolicies: null,
  resourceControlPolicies: null,
  permissionsBoundary: null,
  resourcePolicy: null,
  serviceGuards: null,
} as const
const ENDPOINT = doc(allow('*', anyone))
const VPCE = { 'aws:SourceVpce': 'vpce-1' }
const byOwner = (value: string) => when('StringEquals', 'aws:VpceAccount', value)
const ofOwn = { identityPolicies: [doc(allow('*', byOwner(A)))] }
const SECRET = `arn:aws:secretsmanager:${R}:${A}:secret:s-AbCdEf`
const TABLE = `arn:aws:dynamodb:${R}:${A}:table/t`
const ORG = { id: 'o-aaaaaaaaaa' }
const inOrganization = when('StringEquals', 'aws:VpceOrgID', ORG.id)

/** R-CTX-17 */
const FEW_SERVICES: readonly PageRow[] = [
  yes(
    'S3 sends the account that owns the endpoint',
    `${KEYS}#condition-keys-vpceaccount`,
    ask('s3:GetObject', OBJECT, { ...ofOwn, context: { ...VPCE, 'aws:VpceAccount': A } }),
  ),
  ...[
    ['sqs:SendMessage', QUEUE],
    ['secretsmanager:GetSecretValue', SECRET],
    ['iam:PassRole', `arn:aws:iam::${A}:role/target`],
  ].map(([action = '', on = '']) =>
    implicit(
      `${action} does not, though the request is said to have it`,
      `${KEYS}#condition-keys-vpceaccount`,
      [ID],
      ask(action, on, { ...ofOwn, context: { ...VPCE, 'aws:VpceAccount': A } }),
    ),
  ),
  implicit(
    '… nor where nobody says whose the endpoint is',
    `${KEYS}#condition-keys-vpceaccount`,
    [ID],
    ask('sqs:SendMessage', QUEUE, { ...KNOWN, ...ofOwn, context: VPCE, vpcEndpointPolicy: ENDPOINT }),
  ),
  open(
    'S3 sends one, and nobody says which',
    `${KEYS}#condition-keys-vpceaccount`,
    ask('s3:GetObject', OBJECT, { ...ofOwn, context: VPCE }),
  ),
  yes(
    'DynamoDB sends no ARN of the VPC',
    `${KEYS}#condition-keys-sourcevpcarn`,
    ask('dynamodb:GetItem', TABLE, {
      ...KNOWN,
      context: VPCE,
      identityPolicies: [
        doc(allow('*'), deny('*', when('ArnLike', 'aws:SourceVpcArn', `arn:aws:ec2:${R}:${B}:vpc/*`))),
      ],
      vpcEndpointPolicy: ENDPOINT,
    }),
  ),
  yes(
    'SQS sends the organization of the endpoint’s account',
    `${KEYS}#condition-keys-vpceorgid`,
    ask('sqs:SendMessage', QUEUE, {
      identityPolicies: [doc(allow('*', inOrganization))],
      context: { ...VPCE, 'aws:VpceOrgID': ORG.id },
    }),
  ),
  implicit(
    '… and not its path',
    `${KEYS}#condition-keys-vpceorgpaths`,
    [ID],
    ask('sqs:SendMessage', QUEUE, {
      identityPolicies: [doc(allow('*', when('ForAnyValue:StringLike', 'aws:VpceOrgPaths', `${ORG.id}/*`)))],
      context: { ...VPCE, 'aws:VpceOrgPaths': [`${ORG.id}/r-1/`] },
    }),
  ),
  yes(
    'the organization of an endpoint of the caller’s account is the caller’s',
    `${KEYS}#condition-keys-vpceorgid`,
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [doc(allow('*', inOrganization))],
      context: { ...VPCE, 'aws:VpceAccount': A },
      organization: { ...ORG, principalPath: `${ORG.id}/r-1/` },
    }),
  ),
  implicit(
    'a request over a public endpoint has none of them',
    `${KEYS}#condition-keys-vpceaccount`,
    [ID],
    ask('s3:GetObject', OBJECT, { ...ofOwn, context: { 'aws:SourceIp': '203.0.113.7' } }),
  ),
  explicit(
    'the account of an endpoint says that the request has no public address',
    `${KEYS}#condition-keys-sourceip`,
    [ID],
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [doc(allow('*'), deny('*', when('Null', 'aws:SourceIp', 'true')))],
      context: { 'aws:VpceAccount': A },
    }),
  ),
]

const FUNCTION = `arn:aws:lambda:${R}:${A}:function:f`
const ofType = (type: string) => when('StringEquals', 'lambda:FunctionUrlAuthType', type)
const byUrl = (type: string, functionUrls: unknown) =>
  ask('lambda:InvokeFunctionUrl', FUNCTION, {
    identityPolicies: [doc(allow('lambda:*', ofType(type)))],
    ...KNOWN,
    serviceGuards: { functionUrls } as Readonly<Record<string, unknown>>,
    vpcEndpointPolicy: null,
  })

/** R-CTX-18 */
const OF_URLS: readonly PageRow[] = [
  yes(
    'the type of the function URL is in its calls',
    'lambda/latest/dg/urls-auth.html',
    byUrl('AWS_IAM', [{ authType: 'AWS_IAM' }]),
  ),
  implicit(
    '… and another type is not',
    'lambda/latest/dg/urls-auth.html',
    [ID],
    byUrl('NONE', [{ authType: 'AWS_IAM' }]),
  ),
  open(
    'of two URLs with two types nobody says which is called',
    'lambda/latest/dg/urls-auth.html',
    byUrl('AWS_IAM', [{ authType: 'AWS_IAM' }, { authType: 'NONE' }]),
  ),
]

const LEVELS = [
  { target: 'r-root', policies: [ALL] },
  { target: A, policies: [ALL] },
]
const ofMembers = (key: string, value: string) => ({
  identityPolicies: [doc(allow('*', when('StringEquals', key, value)))],
})

/** R-CTX-18: service control policies restrict members of an organization alone. */
const MEMBERS: readonly PageRow[] = [
  yes(
    'an account with service control policies is in the organization',
    `${KEYS}#condition-keys-principalorgid`,
    ask('s3:GetObject', OBJECT, {
      ...ofMembers('aws:PrincipalOrgID', ORG.id),
      serviceControlPolicies: LEVELS,
      organization: ORG,
    }),
  ),
  implicit(
    '… and in no other',
    `${KEYS}#condition-keys-principalorgid`,
    [ID],
    ask('s3:GetObject', OBJECT, {
      ...ofMembers('aws:PrincipalOrgID', 'o-bbbbbbbbbb'),
      serviceControlPolicies: LEVELS,
      organization: ORG,
    }),
  ),
  yes(
    '… so is what it owns',
    `${KEYS}#condition-keys-resourceorgid`,
    ask('s3:GetObject', OBJECT, {
      ...ofMembers('aws:ResourceOrgID', ORG.id),
      serviceControlPolicies: LEVELS,
      organization: ORG,
    }),
  ),
  yes(
    'the management account is in its organization',
    `${KEYS}#condition-keys-principalorgid`,
    ask('s3:GetObject', OBJECT, {
      ...ofMembers('aws:PrincipalOrgID', ORG.id),
      organization: { ...ORG, managementAccount: A },
    }),
  ),
  open(
    'without service control policies and path an account may be anywhere',
    `${KEYS}#condition-keys-principalorgid`,
    ask('s3:GetObject', OBJECT, { ...ofMembers('aws:PrincipalOrgID', ORG.id), organization: ORG }),
  ),
  yes(
    'a member of an organization that is not named sends some id',
    `${KEYS}#condition-keys-principalorgid`,
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [doc(allow('*', when('Null', 'aws:PrincipalOrgID', 'false')))],
      serviceControlPolicies: LEVELS,
      open: true,
      resourceControlPolicies: null,
      permissionsBoundary: null,
      resourcePolicy: null,
      vpcEndpointPolicy: null,
      serviceGuards: null,
    }),
  ),
]

const INSTANCE = `arn:aws:ec2:${R}:${A}:instance/i-1`
const tagged = (asked: string, listed: string) =>
  ask('ec2:StopInstances', INSTANCE, {
    identityPolicies: [doc(allow('*', when('StringEquals', `${asked}:ResourceTag/team`, 'red')))],
    context: { [`${listed}:ResourceTag/Team`]: 'red' },
  })

/** R-CTX-18 */
const TAGS: readonly PageRow[] = [
  yes(
    'a tag that a request lists by the global key is EC2’s key, too',
    'service-authorization/latest/reference/list_amazonec2.html',
    tagged('ec2', 'aws'),
  ),
  yes('… and the other way round', 'service-authorization/latest/reference/list_amazonec2.html', tagged('aws', 'ec2')),
  implicit(
    '… but no other service’s',
    'service-authorization/latest/reference/list_amazonec2.html',
    [ID],
    tagged('aws', 'ssm'),
  ),
]

const tls = (value: string) => when('Bool', 'aws:SecureTransport', value)

export const CONTEXT_ROWS: readonly PageRow[] = [...FEW_SERVICES, ...OF_URLS, ...MEMBERS, ...TAGS]

/** Cases that are decided by trying the values of an unknown key, which only the engine does (R-COND-65). */
export const TRIED_ROWS: readonly PageRow[] = [
  yes(
    'a request is over TLS or not (R-COND-68)',
    `${KEYS}#condition-keys-securetransport`,
    ask('s3:GetObject', OBJECT, { identityPolicies: [doc(allow('*', tls('true')), allow('*', tls('false')))] }),
  ),
  explicit(
    '… denied either way',
    `${KEYS}#condition-keys-securetransport`,
    [ID],
    ask('s3:ListBucket', BUCKET, {
      identityPolicies: [doc(allow('*'), deny('*', tls('true')), deny('*', tls('false')))],
    }),
  ),
  yes(
    '… compared as a text',
    `${KEYS}#condition-keys-securetransport`,
    ask('s3:GetObject', OBJECT, {
      identityPolicies: [
        doc(allow('*', when('StringEquals', 'aws:SecureTransport', 'true')), allow('*', tls('false'))),
      ],
    }),
  ),
]

const role = (name: string) => `arn:aws:iam::${A}:role/${name}`
const bySession = (...statements: Parameters<typeof doc>) =>
  ask('s3:GetObject', OBJECT, { who: S, details: {}, identityPolicies: [doc(...statements)] })
const ofRole = (operator: string, name: string) => when(operator, 'aws:PrincipalArn', role(name))
const ARNS = `${UG}reference_identifiers.html`

/** Sessions of which only the ARN is known (R-PRIN-17). */
export const SESSION_ROWS: readonly PageRow[] = [
  yes(
    'a session whose ARN alone is given is one of the role without a path',
    `${KEYS}#condition-keys-principalarn`,
    bySession(allow('*', ofRole('ArnEquals', 'app'))),
  ),
  yes('… as a text', `${KEYS}#condition-keys-principalarn`, bySession(allow('*', ofRole('StringEquals', 'app')))),
  open(
    '… but may be of one that a policy names below a path',
    ARNS,
    bySession(allow('*', ofRole('ArnEquals', 'team/app'))),
  ),
  open(
    '… but no Deny that depends on the path is decided',
    ARNS,
    bySession(allow('*', ofRole('ArnEquals', 'app')), deny('*', ofRole('ArnNotEquals', 'app'))),
  ),
  open(
    '… nor one that depends on something else, too',
    ARNS,
    ask('s3:GetObject', OBJECT, {
      who: S,
      details: {},
      context: { 's3:prefix': { state: 'unknown' } },
      identityPolicies: [
        doc(
          allow('*', ofRole('ArnEquals', 'app')),
          deny('*', {
            Condition: { StringEquals: { 's3:prefix': 'x' }, ArnNotEquals: { 'aws:PrincipalArn': role('app') } },
          }),
        ),
      ],
    }),
  ),
]

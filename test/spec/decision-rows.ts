/**
 * AWS's evaluation logic as a table of cases: who asks, what every layer holds, what comes out. The rules' sources are
 * the pages named in each evaluator; the rows are data, so that both evaluators can be held against them.
 *
 * Where an API call needs several authorizations, the row is the one that decides (H-147, H-160, H-190, H-200).
 */
import type { PolicyLayer } from '#iam/layers.ts'
import type { PoliciesInForce, Policy, PolicyLevel, Resource, Scenario } from '#engine/scenario.ts'
import type { ContextValue, Request } from '#iam/request.ts'

export interface Row {
  readonly id: string
  readonly scenario: Scenario
  readonly decision: 'allowed' | 'denied' | 'undetermined'
  /** One of the layers that refuse. */
  readonly layer?: PolicyLayer
  readonly denyType?: 'explicit' | 'implicit'
  readonly rules: string
}

const OWN = '111111111111'
const OTHER = '222222222222'
const THIRD = '333333333333'
const MGMT = '999999999999'
const U = `arn:aws:iam::${OWN}:user/ann`
const ROLE = `arn:aws:iam::${OWN}:role/app`
const R = `arn:aws:sts::${OWN}:assumed-role/app/s1`
const S2 = `arn:aws:sts::${OWN}:assumed-role/app/s2`
const F = `arn:aws:sts::${OWN}:federated-user/guest`
const ROOT = `arn:aws:iam::${OWN}:root`
const SLR = `arn:aws:sts::${OWN}:assumed-role/AWSServiceRoleForSupport/s`
const SLR_ROLE = `arn:aws:iam::${OWN}:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport`
const OBJECT = 'arn:aws:s3:::data/report.csv'
const TARGET = `arn:aws:iam::${OWN}:role/target`
const TARGET_X = `arn:aws:iam::${OTHER}:role/target`
const KEY = `arn:aws:kms:eu-west-1:${OWN}:key/0a`
const KEY_X = `arn:aws:kms:eu-west-1:${OTHER}:key/0a`
const AROA = 'AROAAAAAAAAAAAAAAAAAA'
const IDP = `arn:aws:iam::${OWN}:oidc-provider/token.actions.githubusercontent.com`

type Statement = Readonly<Record<string, unknown>>
const policy = (name: string, ...statements: Statement[]): Policy => ({
  name,
  document: { Version: '2012-10-17', Statement: statements },
})
const allow = (more: Statement = {}): Statement => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })
const deny = (more: Statement = {}): Statement => allow({ Effect: 'Deny', ...more })
const when = (operator: string, key: string, value: unknown): Statement => ({
  Condition: { [operator]: { [key]: value } },
})

/** `A`, `0` and `D` of the table, for one policy. */
const GRANTS = policy('grants', allow())
const SILENT = policy('silent')
const DENIES = policy('denies', allow(), deny())
const rp = (...statements: Statement[]): Policy => policy('resource', ...statements)
const to = (principal: unknown, more: Statement = {}): Policy => rp(allow({ Principal: principal, ...more }))
const aws = (...names: string[]) => ({ AWS: names })
const level = (target: string, ...policies: Policy[]): PolicyLevel => ({ target, policies })
const anyone = { Principal: '*' }
const RCP_DENIES = level('r-root', policy('rcp', deny(anyone)))

interface Case {
  readonly who?: string
  readonly details?: Request['principalDetails']
  readonly tags?: Request['principalTags']
  readonly action?: string
  readonly actionExists?: boolean
  readonly on?: string | readonly string[]
  readonly account?: string
  readonly context?: Readonly<Record<string, ContextValue>>
  readonly policies?: PoliciesInForce
  readonly resources?: readonly Resource[]
  readonly organization?: Scenario['organization']
}

/** Everything is known; what a case does not name is not there. */
function scenario(c: Case): Scenario {
  const on = c.on ?? OBJECT
  const account = c.account ?? (on === OBJECT ? OWN : undefined)
  const details = c.details ?? (c.who === R || c.who === S2 ? { roleArn: ROLE, userId: `${AROA}:s1` } : undefined)
  return {
    request: {
      principal: c.who ?? U,
      ...(details === undefined ? {} : { principalDetails: details }),
      principalTags: c.tags ?? {},
      action: c.action ?? 's3:GetObject',
      ...(c.actionExists === undefined ? {} : { actionExists: c.actionExists }),
      resource: on,
      ...(account === undefined ? {} : { resourceAccount: account }),
      context: c.context ?? {},
      contextComplete: true,
    },
    policies: { complete: true, ...c.policies },
    ...(c.resources === undefined ? {} : { resources: c.resources }),
    ...(c.organization === undefined ? {} : { organization: c.organization }),
  }
}

const identity = (...list: Policy[]): PoliciesInForce => ({ identityPolicies: list })
const I_A = identity(GRANTS)
const I_0 = identity(SILENT)
const PB_A = { permissionsBoundary: GRANTS }
const PB_0 = { permissionsBoundary: SILENT }
const SP_A = { sessionPolicies: [GRANTS] }
const SP_0 = { sessionPolicies: [SILENT] }
const RP = (resourcePolicy: Policy): PoliciesInForce => ({ resourcePolicy })
const TRUST = (policy: Policy): PoliciesInForce => ({ resourcePolicy: { ...policy, kind: 'trust' } })
const SCP = (...serviceControlPolicies: PolicyLevel[]): PoliciesInForce => ({ serviceControlPolicies })
const SCP_A = SCP(level('r-root', GRANTS), level(OWN, GRANTS))
const SCP_D = SCP(level('r-root', DENIES), level(OWN, GRANTS))
const RCP_D: PoliciesInForce = { resourceControlPolicies: [RCP_DENIES] }
const guards = (serviceGuards: Readonly<Record<string, unknown>>): PoliciesInForce => ({ serviceGuards })
const ORG = { id: 'o-1', managementAccount: MGMT, principalPath: 'o-1/r-1/', resourcePath: 'o-1/r-1/' }

const yes = (id: string, rules: string, c: Case): Row => ({ id, scenario: scenario(c), decision: 'allowed', rules })
const no =
  (denyType: 'explicit' | 'implicit') =>
  (id: string, layer: PolicyLayer, rules: string, c: Case): Row => ({
    id,
    scenario: scenario(c),
    decision: 'denied',
    layer,
    denyType,
    rules,
  })
/** What no service has is not allowed by a star: it may be a slip of the pen, or newer than the reference. */
const mayNotExist = (id: string, c: Case): Row => ({
  id,
  scenario: scenario(c),
  decision: 'undetermined',
  rules: 'R-ACT-05: nobody knows such an action',
})
const explicit = no('explicit')
const implicit = no('implicit')

const IDENTITY = 'identity-policy'
const RESOURCE = 'resource-policy'
const BOUNDARY = 'permissions-boundary'
const SESSION = 'session-policy'
const GUARD = 'service-guard'
const SCP_LAYER = 'service-control-policy'
const RCP_LAYER = 'resource-control-policy'
const VPCE_LAYER = 'vpc-endpoint-policy'

const denyBut = (...names: string[]): Policy => rp(deny({ NotPrincipal: aws(...names) }))

const USERS: readonly Row[] = [
  yes('H-001', '', { policies: I_A }),
  implicit('H-002', IDENTITY, '', { policies: I_0 }),
  explicit('H-003', IDENTITY, 'R-EVAL-10', { policies: { ...identity(DENIES), ...RP(to(aws(U))) } }),
  yes('H-004', 'R-EVAL-30', { policies: { ...I_0, ...RP(to(aws(U))) } }),
  implicit('H-005', IDENTITY, 'R-EVAL-36', { policies: { ...I_0, ...RP(to(aws(OWN))) } }),
  yes('H-006', 'R-EVAL-31', { policies: { ...I_0, ...RP(to('*')) } }),
  explicit('H-007', RESOURCE, 'R-EVAL-10', { policies: { ...I_A, ...RP(rp(deny(anyone))) } }),
  implicit('H-008', BOUNDARY, 'R-EVAL-43', { policies: { ...I_A, ...PB_0 } }),
  implicit('H-009', IDENTITY, 'R-EVAL-43', { policies: { ...I_0, ...PB_A } }),
  explicit('H-010', BOUNDARY, 'R-EVAL-10', { policies: { ...I_A, permissionsBoundary: DENIES } }),
  yes('H-011', 'R-EVAL-30', { policies: { ...I_0, ...PB_0, ...RP(to(aws(U))) } }),
  yes('H-012', 'R-EVAL-31', { policies: { ...I_0, ...PB_0, ...RP(to('*')) } }),
  explicit('H-013', BOUNDARY, 'R-EVAL-10', { policies: { ...I_A, permissionsBoundary: DENIES, ...RP(to(aws(U))) } }),
  implicit('H-014', BOUNDARY, 'R-EVAL-36', { policies: { ...I_A, ...PB_0, ...RP(to(aws(OWN))) } }),
  explicit('H-015', RESOURCE, 'R-PM-10', { policies: { ...I_A, ...PB_A, ...RP(denyBut(U, OWN)) } }),
  yes('H-016', 'R-PM-09', { policies: { ...I_A, ...RP(denyBut(U, OWN)) } }),
  yes('H-017', 'R-EVAL-12', { policies: identity(SILENT, policy('of-group', allow())) }),
  explicit('H-018', RESOURCE, 'R-PM-15', { policies: { ...I_A, ...RP(rp(deny({ Principal: aws(OWN) }))) } }),
  explicit('H-019', RESOURCE, 'R-PM-09', { policies: { ...I_A, ...RP(denyBut(OWN)) } }),
]

const TEAM_ROLE = `arn:aws:iam::${OWN}:role/team/app`
const r = (policies: PoliciesInForce, more: Case = {}): Case => ({ who: R, policies, ...more })
const f = (policies: PoliciesInForce, more: Case = {}): Case => ({
  who: F,
  details: { federatedBy: U },
  policies,
  ...more,
})

const SESSIONS: readonly Row[] = [
  yes('H-020', '', r(I_A)),
  yes('H-021', 'R-EVAL-32', r({ ...I_0, ...RP(to(aws(ROLE))) })),
  implicit('H-022', BOUNDARY, 'R-EVAL-32', r({ ...I_0, ...PB_0, ...RP(to(aws(ROLE))) })),
  implicit('H-023', SESSION, 'R-EVAL-32', r({ ...I_0, ...SP_0, ...RP(to(aws(ROLE))) })),
  yes('H-024', 'R-EVAL-33', r({ ...I_0, ...PB_0, ...RP(to(aws(R))) })),
  yes('H-025', 'R-EVAL-33 R-EVAL-38', r({ ...I_0, ...SP_0, ...RP(to(aws(R))) })),
  yes('H-026', 'R-EVAL-31', r({ ...I_0, ...PB_0, ...SP_0, ...RP(to('*')) })),
  yes('H-027', 'R-EVAL-31', r({ ...I_0, ...PB_0, ...RP(to('*', when('ArnEquals', 'aws:PrincipalArn', ROLE))) })),
  explicit('H-028', SESSION, 'R-EVAL-10', r({ ...I_0, sessionPolicies: [DENIES], ...RP(to(aws(R))) })),
  yes('H-029', '', r({ ...I_A, ...SP_A })),
  implicit('H-030', SESSION, '', r({ ...I_A, ...SP_0 })),
  implicit('H-031', IDENTITY, '', r({ ...I_0, ...SP_A })),
  implicit('H-032', IDENTITY, 'R-PM-04', r({ ...I_0, ...RP(to(aws(S2))) })),
  explicit('H-033', RESOURCE, '', r({ ...I_A, ...RP(rp(deny({ Principal: aws(ROLE) }))) })),
  implicit('H-034', IDENTITY, 'R-PRIN-03', r({ ...I_0, ...RP(to(aws(ROLE))) }, { details: { roleArn: TEAM_ROLE } })),
  yes('H-035', 'R-PM-06', r({ ...I_0, ...RP(to(aws(AROA))) })),
  implicit('H-036', IDENTITY, 'R-PM-06', r({ ...I_0, ...RP(to(aws('AROAOOOOOOOOOOOOOOOOO'))) })),
  implicit('H-037', IDENTITY, 'R-PM-02', r({ ...I_0, ...RP(to(aws(`arn:aws:iam::${OWN}:role/*`))) })),
  explicit('H-038', RESOURCE, 'R-PM-09', r({ ...I_A, ...RP(denyBut(ROLE, OWN)) })),
  yes('H-039', 'R-PM-09', r({ ...I_A, ...RP(denyBut(R, ROLE, OWN)) })),
  yes('H-040', '', f({ ...I_A, ...SP_A })),
  implicit('H-041', SESSION, 'R-EVAL-41', f(I_A)),
  yes('H-042', 'R-EVAL-35', f({ ...I_0, ...SP_A, ...RP(to(aws(U))) })),
  implicit('H-043', SESSION, 'R-EVAL-35', f({ ...I_0, ...SP_0, ...RP(to(aws(U))) })),
  yes('H-044', 'R-EVAL-34', f({ ...I_0, ...PB_0, ...RP(to(aws(F))) })),
  implicit('H-045', GUARD, 'R-EVAL-03', f({ ...I_A, ...SP_A }, { action: 'iam:ListUsers', on: '*' })),
]

const x = (policies: PoliciesInForce, more: Case = {}): Case => ({ account: OTHER, policies, ...more })
const INSTANCE_X = `arn:aws:ec2:eu-west-1:${OTHER}:instance/i-1`

const ACROSS_ACCOUNTS: readonly Row[] = [
  yes('H-050', 'R-XACC-02', x({ ...I_A, ...RP(to(aws(OWN))) })),
  yes('H-051', 'R-XACC-01', x({ ...I_A, ...RP(to(aws(U))) })),
  implicit('H-052', IDENTITY, 'R-XACC-01', x({ ...I_0, ...RP(to(aws(U))) })),
  implicit('H-053', RESOURCE, 'R-XACC-01', x({ ...I_A, ...RP(SILENT) })),
  yes('H-054', '', x({ ...I_A, ...RP(to('*')) })),
  implicit('H-055', IDENTITY, 'R-XACC-01', x({ ...I_0, ...RP(to('*')) })),
  implicit('H-056', BOUNDARY, '', x({ ...I_A, ...PB_0, ...RP(to(aws(R))) }, { who: R })),
  implicit('H-057', SESSION, 'R-XACC-01', x({ ...I_A, ...SP_0, ...RP(to('*')) }, { who: R })),
  implicit('H-058', SCP_LAYER, 'R-SCP-03', x({ ...I_A, ...SCP(level(OWN, SILENT)), ...RP(to(aws(OWN))) })),
  // The resource's account has an SCP that denies: it is not on the caller's path.
  yes('H-059', 'R-SCP-03', x({ ...I_A, ...SCP_A, ...RP(to(aws(OWN))) })),
  explicit('H-060', RCP_LAYER, 'R-RCP-01', x({ ...I_A, ...SCP_A, ...RCP_D, ...RP(to(aws(OWN))) })),
  // The caller's account has an RCP that denies: it is not on the resource's path.
  yes('H-061', 'R-RCP-01', x({ ...I_A, ...SCP_A, resourceControlPolicies: [], ...RP(to(aws(OWN))) })),
  implicit('H-062', RESOURCE, 'R-XACC-03', { action: 'ec2:StartInstances', on: INSTANCE_X, policies: I_A }),
  yes('H-063', 'R-EVAL-20', x({ ...SCP_A, ...RP(to(aws(OWN))) }, { who: ROOT })),
]

const ORG_KEY = 'aws:ResourceOrgID'
const notMyOrg = policy('scp', allow(), {
  Effect: 'Deny',
  Action: '*',
  NotResource: 'arn:aws:s3:::shared/*',
  ...when('StringNotEqualsIfExists', ORG_KEY, 'o-1'),
})
const absentOrg = policy('scp', allow(), {
  Effect: 'Deny',
  Action: '*',
  NotResource: 'arn:aws:s3:::shared/*',
  ...when('StringNotEquals', ORG_KEY, 'o-1'),
})
const h081 = (scp: Policy, value: string | null): Case =>
  r({ ...I_A, ...SCP(level('r-root', scp)) }, { context: { [ORG_KEY]: value } })
const onlyInRegion = policy('scp', allow(when('StringEquals', 'aws:RequestedRegion', 'eu-west-1')))
const slr = (policies: PoliciesInForce): Case => ({ who: SLR, details: { roleArn: SLR_ROLE }, policies })
const INSTANCE = `arn:aws:ec2:eu-west-1:${OWN}:instance/i-1`
const LAMBDA_X = `arn:aws:lambda:eu-west-1:${OTHER}:function:f`

const ORGANIZATION: readonly Row[] = [
  implicit('H-070', SCP_LAYER, 'R-SCP-01', {
    policies: { ...I_A, ...SCP(level('r-root', GRANTS), level('ou-1', SILENT), level(OWN, GRANTS)) },
  }),
  yes('H-071', '', { policies: { ...I_A, ...SCP_A } }),
  explicit('H-072', SCP_LAYER, '', { policies: { ...I_A, ...SCP_D } }),
  implicit('H-073', IDENTITY, '', { policies: { ...I_0, ...SCP_A } }),
  explicit('H-074', SCP_LAYER, 'R-EVAL-20', { who: ROOT, policies: SCP_D }),
  yes('H-075', 'R-EVAL-20', { who: ROOT, policies: SCP_A }),
  explicit('H-076', RESOURCE, 'R-EVAL-20', { who: ROOT, policies: { ...SCP_A, ...RP(rp(deny(anyone))) } }),
  yes('H-077', 'D.2', { policies: { ...I_A, ...SCP_D }, organization: { ...ORG, managementAccount: OWN } }),
  yes('H-078', 'D.2', slr({ ...I_A, ...SCP_D })),
  yes('H-079', 'D.2', slr({ ...I_A, ...RCP_D })),
  yes('H-080', 'D.2', { policies: { ...I_A, ...RCP_D }, organization: { ...ORG, managementAccount: OWN } }),
  yes('H-081a', 'R-COND-02', h081(notMyOrg, 'o-1')),
  explicit('H-081b', SCP_LAYER, 'R-COND-02', h081(notMyOrg, 'o-2')),
  // IfExists and NotEquals both match the absent key.
  explicit('H-081c', SCP_LAYER, 'R-COND-02', h081(notMyOrg, null)),
  explicit('H-081d', SCP_LAYER, 'R-COND-02', h081(absentOrg, null)),
  yes('H-082', 'R-GRAM-20', {
    context: { 'aws:RequestedRegion': 'eu-west-1' },
    policies: { ...I_A, ...SCP(level('r-root', onlyInRegion)) },
  }),
  yes('H-083', 'R-RCP-02', {
    action: 'lambda:InvokeFunction',
    on: LAMBDA_X,
    policies: { ...I_A, ...SCP_A, ...RCP_D, ...RP(to(aws(OWN))) },
  }),
  yes('H-086', 'R-EVAL-20', {
    who: ROOT,
    action: 's3:PutBucketPolicy',
    on: 'arn:aws:s3:::data',
    account: OWN,
    policies: { ...SCP_A, ...RP(rp(deny(anyone))) },
  }),
  explicit('H-087', SCP_LAYER, 'R-EVAL-20', {
    who: ROOT,
    action: 's3:PutBucketPolicy',
    on: 'arn:aws:s3:::data',
    account: OWN,
    policies: { ...SCP_D, ...RP(rp(deny(anyone))) },
  }),
]

const SVC = 'cloudtrail.amazonaws.com'
const svc = (policies: PoliciesInForce, context: Case['context'] = {}): Case => ({
  who: SVC,
  action: 's3:PutObject',
  context,
  policies,
})
const toService = (more: Statement = {}): Statement => allow({ Principal: { Service: SVC }, ...more })
const orgOnly = deny({ ...anyone, ...when('StringNotEquals', 'aws:PrincipalOrgID', 'o-1') })
const orgOnlyButServices = deny({
  ...anyone,
  Condition: {
    StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' },
    BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
  },
})
const anon = (policies: PoliciesInForce): Case => ({ who: 'anonymous', policies })
const RESTRICTED = guards({ blockPublicAccess: { RestrictPublicBuckets: true } })

const SERVICES_AND_UNSIGNED: readonly Row[] = [
  yes('H-090', 'R-SVC-01', svc({ ...SCP_D, ...RP(rp(toService())) })),
  explicit('H-091', RCP_LAYER, 'R-SVC-01', svc({ ...RCP_D, ...RP(rp(toService())) })),
  implicit(
    'H-092',
    RESOURCE,
    'R-SVC-02',
    svc(RP(rp(toService(when('ArnLike', 'aws:SourceArn', `arn:aws:cloudtrail:*:${OTHER}:trail/t`)))), {
      'aws:SourceArn': `arn:aws:cloudtrail:eu-west-1:${OWN}:trail/t`,
    }),
  ),
  implicit('H-093', RESOURCE, 'R-SVC-02', svc(RP(rp(toService(when('StringEquals', 'aws:SourceAccount', OWN)))))),
  explicit('H-094', RESOURCE, 'R-COND-02', svc(RP(rp(toService(), orgOnly)))),
  yes('H-095', 'R-SVC-03', svc(RP(rp(toService(), orgOnlyButServices)))),
  yes('H-100', '', anon({ ...SCP_D, ...RP(to('*')) })),
  explicit('H-101', RCP_LAYER, '', anon({ ...RCP_D, ...RP(to('*')) })),
  implicit('H-102', RESOURCE, '', anon(RP(to(aws(OWN))))),
  implicit('H-103', RESOURCE, 'R-COND-02', anon(RP(to('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-1'))))),
  explicit('H-104', GUARD, 'R-S3-05', anon({ ...RP(to('*')), ...RESTRICTED })),
  yes('H-105', 'R-PM-11', anon(RP(rp(allow({ NotPrincipal: aws(U) }))))),
  explicit('H-106', GUARD, 'R-S3-05', x({ ...I_A, ...RP(to('*')), ...RESTRICTED })),
  yes('H-107', 'R-S3-05', { policies: { ...I_A, ...RP(to('*')), ...RESTRICTED } }),
]

const THROUGH = { 'aws:SourceVpce': 'vpce-1' }
const vpce = (vpcEndpointPolicy: Policy): PoliciesInForce => ({ vpcEndpointPolicy })
const notFromOffice = rp(deny({ ...anyone, ...when('NotIpAddress', 'aws:SourceIp', '203.0.113.0/24') }))
const notFromEndpoint = rp(deny({ ...anyone, ...when('StringNotEquals', 'aws:SourceVpce', 'vpce-1') }))

const ENDPOINTS: readonly Row[] = [
  implicit('H-110', VPCE_LAYER, 'R-VPCE-01', { context: THROUGH, policies: { ...I_A, ...vpce(SILENT) } }),
  explicit('H-111', VPCE_LAYER, 'R-VPCE-01', {
    context: THROUGH,
    policies: { ...I_A, ...vpce(rp(allow(anyone), deny(anyone))), ...RP(to(aws(U))) },
  }),
  yes('H-112', 'D.2', { context: { 'aws:SourceIp': '203.0.113.7' }, policies: { ...I_A, ...vpce(SILENT) } }),
  implicit('H-113', VPCE_LAYER, 'R-VPCE-04', { context: THROUGH, policies: { ...I_A, ...vpce(to(aws(OWN))) } }),
  yes('H-114', 'R-VPCE-04', { who: ROOT, context: THROUGH, policies: vpce(to(aws(OWN))) }),
  explicit('H-115', RESOURCE, 'C-21', {
    context: THROUGH,
    policies: { ...I_A, ...vpce(to('*')), ...RP(notFromOffice) },
  }),
  explicit('H-116', RESOURCE, 'R-CTX-10', {
    context: { 'aws:SourceVpce': null, 'aws:ViaAWSService': true },
    policies: { ...I_A, ...RP(notFromEndpoint) },
  }),
]

const only = (action: unknown, resource: unknown, more: Statement = {}): PoliciesInForce =>
  identity(policy('only', allow({ Action: action, Resource: resource, ...more })))
const listBuckets = (policies: PoliciesInForce): Case => ({ action: 's3:ListAllMyBuckets', on: '*', policies })
const mfaDeny = (operator: string): PoliciesInForce =>
  identity(policy('mfa', allow(), deny(when(operator, 'aws:MultiFactorAuthPresent', 'false'))))
const SUBNET = `arn:aws:ec2:eu-west-1:${OWN}:subnet/subnet-1`

const GRAMMAR: readonly Row[] = [
  yes('H-120', 'R-REQ-04', listBuckets(only('s3:ListAllMyBuckets', 'arn:aws:s3:::*'))),
  yes(
    'H-121',
    'R-REQ-04',
    listBuckets(identity(policy('n', { Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::data' }))),
  ),
  implicit('H-122', IDENTITY, 'R-ACT-03', { policies: only('s3:GetObject, s3:PutObject', '*') }),
  implicit('H-123', IDENTITY, 'R-VAR-05', r(only('*', 'arn:aws:s3:::data/${aws:username}*'))),
  explicit('H-124', IDENTITY, 'C-15', { policies: mfaDeny('BoolIfExists') }),
  yes('H-125', 'C-14', { policies: mfaDeny('Bool') }),
  implicit('H-126', IDENTITY, 'R-STS-06', r(only('*', '*', when('Bool', 'aws:MultiFactorAuthPresent', 'true')))),
  yes('H-127', 'C-27', { policies: only('*', '*', when('ForAllValues:StringEquals', 'aws:TagKeys', ['a'])) }),
  {
    id: 'H-128',
    scenario: scenario({
      context: { 's3:k': { state: 'unknown' } },
      policies: only('*', '*', when('StringEquals', 's3:k', 'v')),
    }),
    decision: 'undetermined',
    rules: 'R-COND-64',
  },
  implicit('H-129', IDENTITY, 'R-REQ-02', {
    action: 'ec2:RunInstances',
    on: [INSTANCE, SUBNET],
    policies: only('ec2:RunInstances', 'arn:aws:ec2:*:*:instance/*'),
  }),
  yes('H-130', 'R-EVAL-02', { action: 'sts:GetCallerIdentity', on: '*', policies: { ...identity(DENIES), ...SCP_D } }),
]

const trust = (principal: unknown, more: Statement = {}): PoliciesInForce =>
  TRUST(policy('trust', { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal, ...more }))
const assume = (policies: PoliciesInForce, more: Case = {}): Case => ({
  action: 'sts:AssumeRole',
  on: TARGET,
  policies,
  ...more,
})
const web = (more: Statement, policies: PoliciesInForce = {}): Case => ({
  who: IDP,
  details: { type: 'web-identity' },
  action: 'sts:AssumeRoleWithWebIdentity',
  on: TARGET,
  context: { 'token.actions.githubusercontent.com:sub': 'repo:o/r:ref:refs/heads/main' },
  policies: { ...trust({ Federated: IDP }, { Action: 'sts:AssumeRoleWithWebIdentity', ...more }), ...policies },
})
const sub = (value: string) => when('StringEquals', 'token.actions.githubusercontent.com:sub', value)

const STS: readonly Row[] = [
  yes('H-140', 'R-STS-02', assume({ ...I_0, ...trust(aws(U)) })),
  implicit('H-141', IDENTITY, 'R-STS-02', assume({ ...I_0, ...trust(aws(OWN)) })),
  yes('H-142', 'R-STS-02', assume({ ...I_A, ...trust(aws(OWN)) })),
  implicit('H-143', RESOURCE, 'R-STS-01', assume({ ...I_A, ...TRUST(SILENT) })),
  implicit('H-144', IDENTITY, 'R-STS-03', assume({ ...I_0, ...trust(aws(U)) }, { on: TARGET_X })),
  yes('H-145', 'R-STS-03', assume({ ...I_A, ...trust(aws(OWN)) }, { on: TARGET_X })),
  implicit(
    'H-146',
    RESOURCE,
    'R-STS-05',
    assume({ ...I_A, ...trust(aws(OWN), when('StringEquals', 'sts:ExternalId', 'x')) }, { on: TARGET_X }),
  ),
  implicit(
    'H-147',
    RESOURCE,
    'R-STS-07',
    assume({ ...I_A, ...trust(aws(U)) }, { action: 'sts:TagSession', context: { 'aws:TagKeys': ['team'] } }),
  ),
  implicit(
    'H-148',
    RESOURCE,
    'R-STS-06',
    assume({ ...I_A, ...trust(aws(OWN), when('Bool', 'aws:MultiFactorAuthPresent', 'true')) }, { who: R }),
  ),
  implicit('H-149', GUARD, 'R-EVAL-04', assume(trust(aws(OWN)), { who: ROOT })),
  implicit('H-150', RESOURCE, 'R-STS-10', web(sub('repo:o/other:ref:refs/heads/main'))),
  explicit('H-151', RCP_LAYER, 'R-STS-10', web({}, RCP_D)),
  implicit(
    'H-152',
    GUARD,
    'R-STS-09',
    assume({ ...I_A, ...trust(aws(ROLE)) }, { who: R, context: { 'sts:DurationSeconds': 7200 } }),
  ),
  yes(
    'H-153',
    'R-STS-11',
    assume({ ...SCP_D, ...trust({ Service: 'lambda.amazonaws.com' }) }, { who: 'lambda.amazonaws.com' }),
  ),
  implicit('H-154', RESOURCE, 'R-STS-04', assume({ ...I_A, ...trust(aws(U)) }, { who: R, on: ROLE })),
  implicit('H-160', IDENTITY, 'R-PASS-01', {
    action: 'iam:PassRole',
    on: TARGET,
    policies: only('lambda:*', '*'),
  }),
  implicit('H-161', IDENTITY, 'R-PASS-02', {
    action: 'iam:PassRole',
    on: TARGET,
    context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    policies: only('iam:PassRole', '*', when('StringEquals', 'iam:PassedToService', 'ec2.amazonaws.com')),
  }),
  implicit('H-162', GUARD, 'R-PASS-03', { action: 'iam:PassRole', on: TARGET_X, policies: I_A }),
]

const keyPolicy = (principal: unknown, more: Statement = {}): PoliciesInForce => ({
  resourcePolicy: { ...to(principal, more), kind: 'key' },
})
const KEY_0: PoliciesInForce = { resourcePolicy: { ...SILENT, kind: 'key' } }
const kms = (policies: PoliciesInForce, more: Case = {}): Case => ({
  action: 'kms:Decrypt',
  on: KEY,
  policies,
  ...more,
})
const grantTo = (principal: string, constraints?: object): PoliciesInForce =>
  guards({
    kmsGrants: [
      {
        GrantId: 'g1',
        GranteePrincipal: principal,
        Operations: ['Decrypt'],
        ...(constraints === undefined ? {} : { Constraints: constraints }),
      },
    ],
  })
const alias = `arn:aws:kms:eu-west-1:${OWN}:alias/app`

const KMS: readonly Row[] = [
  yes('H-170', 'R-KMS-01', kms({ ...I_A, ...keyPolicy(aws(OWN)) })),
  implicit('H-171', IDENTITY, 'R-KMS-01', kms({ ...I_0, ...keyPolicy(aws(OWN)) })),
  implicit('H-172', RESOURCE, 'R-KMS-02', kms({ ...I_A, ...KEY_0 })),
  yes('H-173', 'R-KMS-03', kms({ ...I_0, ...keyPolicy(aws(ROLE)) }, { who: R })),
  yes('H-174', 'R-KMS-06', kms({ ...I_0, ...KEY_0, ...grantTo(ROLE) }, { who: R })),
  explicit('H-175', IDENTITY, 'R-KMS-07', kms({ ...identity(DENIES), ...KEY_0, ...grantTo(ROLE) }, { who: R })),
  implicit(
    'H-176',
    RESOURCE,
    'R-KMS-06',
    kms(
      { ...I_0, ...KEY_0, ...grantTo(ROLE, { EncryptionContextEquals: { app: 'a' } }) },
      { who: R, context: { 'kms:EncryptionContext:app': 'b' } },
    ),
  ),
  implicit('H-177', RESOURCE, 'R-EVAL-20', kms(KEY_0, { who: ROOT })),
  yes('H-178', 'R-KMS-05', kms({ ...I_A, ...keyPolicy(aws(OWN)) }, { on: KEY_X })),
  implicit('H-179', IDENTITY, 'R-XACC-01', kms({ ...I_0, ...keyPolicy(aws(ROLE)) }, { who: R, on: KEY_X })),
  implicit(
    'H-180',
    GUARD,
    'R-KMS-05',
    kms({ ...I_A, ...keyPolicy(aws(U)) }, { action: 'kms:PutKeyPolicy', on: KEY_X }),
  ),
  yes('H-181', 'R-KMS-04', kms({ ...I_0, ...keyPolicy('*') })),
  implicit('H-182', IDENTITY, 'R-KMS-09', kms({ ...only('kms:Decrypt', alias), ...keyPolicy(aws(OWN)) })),
  yes('H-183', 'R-KMS-10', { action: 'kms:ListKeys', on: '*', policies: I_A }),
  implicit(
    'H-184',
    IDENTITY,
    'R-CTX-15',
    kms({
      ...only('kms:Decrypt', '*', when('StringEquals', 'kms:ViaService', 's3.eu-west-1.amazonaws.com')),
      ...keyPolicy(aws(OWN)),
    }),
  ),
  yes(
    'H-185',
    'R-RCP-04',
    kms({
      ...I_A,
      ...RCP_D,
      ...guards({ keyManager: 'AWS' }),
      ...keyPolicy('*', when('StringEquals', 'kms:CallerAccount', OWN)),
    }),
  ),
]

const AP = `arn:aws:s3:eu-west-1:${OTHER}:accesspoint/ap`
const PUBLIC_ACL = {
  Owner: { ID: 'bucket-owner' },
  Grants: [
    { Grantee: { Type: 'CanonicalUser', ID: 'bucket-owner' }, Permission: 'FULL_CONTROL' },
    { Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' }, Permission: 'READ' },
  ],
}
const API = `arn:aws:execute-api:eu-west-1:${OWN}:abc/prod/GET/pets`
const API_X = `arn:aws:execute-api:eu-west-1:${OTHER}:abc/prod/GET/pets`
const FUNCTION = `arn:aws:lambda:eu-west-1:${OWN}:function:f`
const GLUE = `arn:aws:glue:eu-west-1:${OWN}`
const api = (on: string, policies: PoliciesInForce, who = U): Case => ({
  who,
  action: 'execute-api:Invoke',
  on,
  policies: { ...RP(SILENT), ...policies },
})

const OTHER_SERVICES: readonly Row[] = [
  implicit(
    'H-190',
    IDENTITY,
    'R-HOP-01',
    kms({ ...only('s3:*', '*'), ...keyPolicy(aws(OWN)) }, { action: 'kms:GenerateDataKey' }),
  ),
  implicit('H-191', GUARD, 'R-S3-02', {
    policies: {
      ...I_A,
      ...RP(to(aws(U))),
      ...guards({ objectOwner: THIRD, objectOwnership: 'ObjectWriter', objectAcl: null }),
    },
  }),
  yes('H-192', 'R-S3-03', {
    policies: { ...I_A, ...RP(to(aws(U))), ...guards({ objectOwner: THIRD, objectOwnership: 'BucketOwnerEnforced' }) },
  }),
  implicit(
    'H-193',
    GUARD,
    'R-S3-05',
    x({
      ...I_A,
      ...RP(SILENT),
      ...guards({
        objectOwnership: 'ObjectWriter',
        objectAcl: PUBLIC_ACL,
        blockPublicAccess: { IgnorePublicAcls: true },
      }),
    }),
  ),
  implicit('H-194', RESOURCE, 'R-S3-07', {
    on: `${AP}/object/report.csv`,
    policies: { ...I_A, resourcePolicy: { ...to(aws(OWN)), kind: 'access-point' } },
    resources: [
      {
        arn: 'arn:aws:s3:::data',
        account: OTHER,
        kind: 'bucket',
        policy: { Version: '2012-10-17', Statement: [] },
      },
    ],
  }),
  implicit('H-195', GUARD, 'R-S3-08', {
    policies: { ...only('s3:GetObject', '*'), ...guards({ objectExists: false }) },
  }),
  implicit('H-196', IDENTITY, 'R-S3-11', {
    action: 's3:ListBucket',
    on: 'arn:aws:s3:::data',
    account: OWN,
    policies: {
      ...only('*', '*', when('StringEquals', 'aws:ResourceTag/env', 'dev')),
      ...guards({ abac: false, tags: { env: 'dev' } }),
    },
  }),
  implicit('H-197', RESOURCE, 'R-OTH-02', api(API, {}, 'anonymous')),
  yes('H-198', 'R-OTH-02', api(API, I_A)),
  implicit('H-199', RESOURCE, 'R-OTH-02', api(API_X, I_A)),
  implicit('H-200', RESOURCE, 'R-OTH-04', {
    who: 'anonymous',
    action: 'lambda:InvokeFunction',
    on: FUNCTION,
    context: { 'lambda:InvokedViaFunctionUrl': true },
    policies: RP(to('*', { Action: 'lambda:InvokeFunctionUrl' })),
  }),
  implicit('H-201', IDENTITY, 'R-OTH-08', {
    action: 'glue:GetTable',
    on: `${GLUE}:table/db/t`,
    policies: only('glue:GetTable', `${GLUE}:table/db/t`),
  }),
]

/** What is written in another place or under another name than usual. */
const TABLE = `arn:aws:dynamodb:eu-west-1:${OWN}:table/t`
const transaction = (on: string | readonly string[], policies: PoliciesInForce): Case => ({
  action: 'dynamodb:TransactWriteItems',
  on,
  policies,
})
const inTransaction = when('ForAnyValue:StringEquals', 'dynamodb:EnclosingOperation', 'TransactWriteItems')
const BUCKET_DENIES: Resource = {
  arn: 'arn:aws:s3:::data',
  kind: 'bucket',
  policy: { Version: '2012-10-17', Statement: [deny(anyone)] },
}
const inCatalog = (on: string, ...allowed: string[]): Case => ({
  action: 'glue:GetTable',
  on: `${GLUE}:${on}`,
  policies: identity(policy('p', allow({ Action: 'glue:*', Resource: allowed.map((one) => `${GLUE}:${one}`) }))),
})
/** R-OTH-08, as the page on fine-grained access to Glue has it. */
const CATALOG: readonly Row[] = [
  implicit('W-070', IDENTITY, 'R-OTH-08: the database is missing', inCatalog('table/db/t', 'table/db/t', 'catalog')),
  implicit('W-071', IDENTITY, 'R-OTH-08: the catalog is missing', inCatalog('table/db/t', 'table/db/t', 'database/db')),
  implicit(
    'W-072',
    IDENTITY,
    'R-OTH-08: of another database',
    inCatalog('table/db/t', 'table/*', 'database/d', 'catalog'),
  ),
  yes('W-073', 'R-OTH-08', inCatalog('table/db/t', 'table/db/*', 'database/db', 'catalog')),
  implicit('W-074', IDENTITY, 'R-OTH-08', { ...inCatalog('database/db', 'database/*'), action: 'glue:GetDatabase' }),
  yes('W-075', 'R-OTH-08: tags are set on one alone', {
    ...inCatalog('database/db', 'database/db'),
    action: 'glue:TagResource',
  }),
  explicit('W-076', IDENTITY, 'R-OTH-08: a Deny of the database denies its tables', {
    ...inCatalog('table/db/t'),
    policies: identity(
      policy('p', allow({ Action: '*', Resource: '*' }), deny({ Action: '*', Resource: `${GLUE}:database/db` })),
    ),
  }),
]
const WRITTEN_OTHERWISE: readonly Row[] = [
  ...CATALOG,
  mayNotExist('W-060', { action: 's3:PutObjct', policies: identity(policy('p', allow({ Action: 's3:*' }))) }),
  yes('W-061', 'R-ACT-05: of a service that the reference does not have nothing is known', {
    action: 's33:PutObject',
    policies: I_A,
  }),
  implicit('W-062', IDENTITY, 'R-ACT-05: what no policy allows is refused, whatever it is', {
    action: 's3:PutObjct',
    policies: identity(policy('p', allow({ Action: 's3:PutObject' }))),
  }),
  yes('W-063', "R-ACT-05: AWS's own policies write it, though the reference does not", {
    action: 'budgets:CreateBudget',
    on: `arn:aws:budgets::${OWN}:budget/b`,
    policies: I_A,
  }),
  yes('W-064', 'R-ACT-05: the request says that AWS has it', {
    action: 's3:PutObjct',
    policies: I_A,
    actionExists: true,
  }),
  explicit('W-001', RESOURCE, 'R-EVAL-10: the bucket policy stands among the resources', {
    policies: I_A,
    resources: [BUCKET_DENIES],
  }),
  yes('W-002', 'R-KMS-01: the key policy stands among the resources', {
    ...kms(I_A),
    resources: [{ arn: KEY, policy: to(aws(OWN)).document }],
  }),
  explicit('W-003', RESOURCE, 'R-REQ-02: each of a list has its own policy', {
    action: 'dynamodb:PutItem',
    on: [TABLE, `${TABLE}2`],
    policies: I_A,
    resources: [{ arn: `${TABLE}2`, policy: rp(deny(anyone)).document }],
  }),
  yes('W-004', 'R-CTX-03: a direct call, as nothing shows a service in between', {
    policies: identity(policy('p', allow(when('Bool', 'aws:ViaAWSService', 'false')))),
  }),
  implicit('W-005', IDENTITY, 'R-CTX-15: kms:ViaService shows a service in between', {
    ...kms({
      ...identity(policy('p', allow(when('Bool', 'aws:ViaAWSService', 'false')))),
      ...keyPolicy(aws(OWN)),
    }),
    context: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' },
  }),
  yes('W-006', 'R-MSG-08: all that a transaction can make', transaction(TABLE, only('dynamodb:*', TABLE))),
  implicit('W-007', IDENTITY, 'R-MSG-08: nothing of it', transaction(TABLE, only('s3:*', '*'))),
  yes('W-008', 'R-MSG-08: its requests say what they are part of', transaction(TABLE, only('*', '*', inTransaction))),
  implicit('W-009', IDENTITY, 'R-REQ-02: one of two tables', transaction([TABLE, `${TABLE}2`], only('*', TABLE))),
  {
    ...yes('W-010', 'R-MSG-08: some of it', transaction(TABLE, only('dynamodb:PutItem', TABLE))),
    decision: 'undetermined',
  },
  implicit('W-011', IDENTITY, 'R-KMS-11: a re-encryption writes too', {
    action: 'kms:ReEncrypt',
    on: [KEY, KEY_X],
    policies: { ...only('kms:ReEncryptFrom', '*'), ...keyPolicy(aws(OWN)) },
  }),
  {
    ...yes('W-012', 'R-PM-01: a caller that nobody knows may be the account that a canonical id denies', {
      who: 'ann',
      policies: { ...I_A, ...RP(rp(allow(anyone), deny({ Principal: { CanonicalUser: '79a59df9' } }))) },
    }),
    decision: 'undetermined',
  },
  {
    ...yes('W-013', 'R-PM-09: a caller that nobody knows may be the service that is left out', {
      who: 'ann',
      policies: RP(rp(allow(anyone), deny({ NotPrincipal: { Service: 'config.amazonaws.com' } }))),
    }),
    decision: 'undetermined',
  },
  {
    ...yes('W-014', 'R-PM-09: the root user may be the account of the canonical id that is left out', {
      who: ROOT,
      policies: RP(rp(deny({ NotPrincipal: { CanonicalUser: '79a59df9' } }))),
    }),
    decision: 'undetermined',
  },
  implicit('W-015', IDENTITY, 'R-GRAM-11: NotPrincipal without an entry has no effect', {
    policies: { ...I_0, ...RP(rp(allow({ NotPrincipal: { AWS: [] } }), allow({ NotPrincipal: {} }))) },
  }),
  yes('W-016', 'R-GRAM-11: NotPrincipal without an entry has no effect', {
    policies: { ...I_A, ...RP(rp(deny({ NotPrincipal: { AWS: [] } }), deny({ NotPrincipal: {} }))) },
  }),
  {
    ...yes('W-017', 'R-PM-02: nobody knows whom a bare text leaves out', {
      policies: { ...I_A, ...RP(rp(deny({ NotPrincipal: U }))) },
    }),
    decision: 'undetermined',
  },
]

/** `*` for an action that always has a resource: a queue of the caller's, and none says which. */
const onSomeQueue = (policies: PoliciesInForce): Case => ({ action: 'sqs:SendMessage', on: '*', policies })
const besideAll = (...denies: Statement[]): PoliciesInForce => identity(policy('i', allow(), ...denies))
const open = (id: string, rules: string, c: Case): Row => ({ ...yes(id, rules, c), decision: 'undetermined' })

const ON_ANY: readonly Row[] = [
  yes('W-101', 'R-REQ-05: all may be sent to', onSomeQueue(I_A)),
  open('W-102', 'R-REQ-05: it may be the one', onSomeQueue(besideAll(deny({ Resource: 'arn:aws:sqs:*:*:prod' })))),
  open(
    'W-103',
    'R-REQ-05: it may be in that Region',
    onSomeQueue(besideAll(deny({ Resource: 'arn:aws:sqs:eu-*:*:*' }))),
  ),
  explicit('W-104', IDENTITY, 'R-REQ-05: all are', onSomeQueue(besideAll(deny({ Resource: 'arn:aws:sqs:*:*:*' })))),
  yes('W-105', 'R-REQ-05: a topic is no queue', onSomeQueue(besideAll(deny({ Resource: 'arn:aws:sns:*:*:*' })))),
  yes(
    'W-106',
    'R-REQ-05: those of another account are not the own',
    onSomeQueue(besideAll(deny({ Resource: `arn:aws:sqs:*:${OTHER}:*` }))),
  ),
  open('W-107', 'R-REQ-05: one of all', onSomeQueue(only('sqs:*', 'arn:aws:sqs:eu-west-1:*:jobs'))),
  yes('W-108', 'R-REQ-05: all of the account', onSomeQueue(only('sqs:*', `arn:aws:sqs:*:${OWN}:*`))),
  implicit('W-109', IDENTITY, 'R-REQ-05: none of them', onSomeQueue(only('sqs:*', 'arn:aws:sns:*:*:*'))),
  open('W-110', 'R-REQ-05, R-XACC-04: S3 names do not tell the account', { on: '*', policies: I_A }),
  open('W-111', 'R-REQ-05, R-KMS-01: no key without its policy', {
    action: 'kms:Decrypt',
    on: '*',
    policies: { ...I_A, complete: false },
  }),
  yes('W-112', 'R-REQ-03: no type of resource, no ARN', {
    action: 'sqs:ListQueues',
    on: '*',
    policies: besideAll(deny({ Resource: 'arn:aws:sqs:*:*:*' })),
  }),
]

const asUser = (account: string): Case => ({ who: `arn:aws:iam::${account}:user/ann`, policies: I_A })
const passing = (caller: string, ofRole: string, more: Case = {}): Case => ({
  who: `arn:aws:sts::${caller}:assumed-role/c/s`,
  action: 'iam:PassRole',
  on: `arn:aws:iam::${ofRole}:role/r`,
  policies: I_A,
  ...more,
})
const invoking = (caller: string, ofFunction: string): Case => ({
  ...asUser(caller),
  action: 'lambda:InvokeFunction',
  on: `arn:aws:lambda:eu-west-1:${ofFunction}:function:f`,
})

/** Masks tell neither that two accounts are two, nor that they are one; a placeholder stands for one. */
const MASKED: readonly Row[] = [
  open('W-113', 'R-PASS-03, R-UNK-05: two masks', passing('XXXX', '****')),
  open('W-114', 'R-PASS-03, R-UNK-05: the same mask', passing('****', '****')),
  open('W-115', 'R-PASS-03, R-UNK-05: the caller is masked', passing('XXXXXXXXXXXX', OWN)),
  open('W-116', 'R-PASS-03, R-UNK-05: the role is masked', passing(OWN, '1111********')),
  open('W-117', 'R-PASS-03, R-UNK-05: taken out of both', passing('REDACTED', 'REDACTED')),
  yes('W-118', 'R-PASS-03, R-UNK-05: one placeholder, one account', passing('ACCOUNT_ID', 'ACCOUNT_ID')),
  open('W-119', 'R-PASS-03, R-UNK-05: two placeholders', passing('ACCOUNT_ID', '<account>')),
  open('W-120', 'R-PASS-03, R-UNK-05: a digit was lost', passing(OWN, OWN.slice(1))),
  yes('W-121', 'R-PASS-03: the request says whose it is', passing(OWN, '****', { account: OWN })),
  implicit('W-122', GUARD, 'R-PASS-03: the request says whose it is', passing(OWN, '****', { account: OTHER })),
  open('W-123', 'R-PASS-03, R-UNK-05: what the request says is masked', passing(OWN, '****', { account: 'XXXX' })),
  open('W-124', 'R-XACC-04, R-UNK-05: the caller is masked', asUser('****')),
  open('W-125', 'R-XACC-04, R-UNK-05: the owner is masked', { ...asUser(OWN), account: '****' }),
  open('W-126', 'R-XACC-04, R-UNK-05: the same mask', { ...asUser('****'), account: '****' }),
  yes('W-127', 'R-XACC-04, R-UNK-05: one placeholder', { ...asUser('<account>'), account: '<account>' }),
  yes('W-128', 'R-XACC-04, R-UNK-05: allowed either way', { ...asUser('****'), policies: { ...I_A, ...RP(to('*')) } }),
  open('W-129', 'R-XACC-04, R-UNK-05: the same mask', invoking('****', '****')),
  open('W-130', 'R-XACC-04, R-UNK-05: the caller is masked', invoking('****', OWN)),
  yes('W-131', 'R-XACC-04, R-UNK-05: one placeholder', invoking('ACCOUNT_ID', 'ACCOUNT_ID')),
  yes('W-132', 'R-XACC-05: on no resource', { ...asUser('****'), action: 'sqs:ListQueues', on: '*' }),
]

export const ROWS: readonly Row[] = [
  ...USERS,
  ...SESSIONS,
  ...ACROSS_ACCOUNTS,
  ...ORGANIZATION,
  ...SERVICES_AND_UNSIGNED,
  ...ENDPOINTS,
  ...GRAMMAR,
  ...STS,
  ...KMS,
  ...OTHER_SERVICES,
  ...WRITTEN_OTHERWISE,
  ...ON_ANY,
  ...MASKED,
]

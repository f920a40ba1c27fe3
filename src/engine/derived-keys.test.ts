/** What follows of a key for every kind of caller and resource, state by state: R-PRIN-01..06, R-CTX-01..03, R-CTX-11, R-CTX-15. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readAction } from '#iam/action.ts'
import { readCaller } from '#iam/caller.ts'
import type { KeyState } from '#iam/key-state.ts'
import { type SomeReadings, withReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import { readRequestResource } from '#iam/resource.ts'
import type { ContextSource } from './context-source.ts'
import { contextOf } from './context.ts'

const A = '111122223333'
const B = '444455556666'
const USER = `arn:aws:iam::${A}:user/team/ann`
const SESSION = `arn:aws:sts::${A}:assumed-role/app/s1`
const SERVICE = 'cloudtrail.amazonaws.com'
const OBJECT = 'arn:aws:s3:::bucket/key'
const POINT = `arn:aws:s3:eu-west-1:${A}:accesspoint/ap`

interface PartialSource extends Partial<Omit<ContextSource, 'request' | 'caller' | 'readings'>> {
  readonly principal?: string
  readonly details?: Request['principalDetails']
  readonly tags?: Request['principalTags']
  readonly context?: Request['context']
  readonly complete?: boolean
  readonly readings?: SomeReadings
}

/** `absent`, `unknown`, `present`, or the values; those of a key that holds several in a list. */
function stateOf(key: string, source: PartialSource = {}): unknown {
  const { principal = USER, details, tags, context = {}, complete = false, readings, ...rest } = source
  const request: Request = {
    principal,
    action: 's3:GetObject',
    resource: OBJECT,
    context,
    contextComplete: complete,
    ...(details === undefined ? {} : { principalDetails: details }),
    ...(tags === undefined ? {} : { principalTags: tags }),
  }
  const state: KeyState = contextOf({
    request,
    caller: readCaller(request),
    action: { service: 's3', name: 'getobject' },
    resource: readRequestResource(OBJECT),
    resourceAccount: A,
    organization: undefined,
    resourceTags: undefined,
    throughEndpoint: false,
    hasControlLevels: false,
    globalRegion: undefined,
    ...rest,
    readings: withReadings(readings),
  })(key)
  if (state.state !== 'values') return state.state
  if (state.rolePathUnknown === true) return `${state.values[0]}, path not known`
  return state.multivalued ? state.values : state.values[0]
}

const org = { id: 'o-1', principalPath: 'o-1/r-1/p/', resourcePath: 'o-2/r-2/q/' }
const service = { principal: SERVICE }
const anonymous = { principal: 'anonymous' }
const somebody = { principal: 'somebody' }
const none = { resource: readRequestResource('*') }

const on = (action: string): PartialSource => {
  const { service: prefix = '', name = '' } = readAction(action) ?? {}
  return { action: { service: prefix, name } }
}

/** The list under each of the three keys: reference_policies_condition-keys.html, "don't support this key". */
const OWNER_KEYS = ['aws:ResourceAccount', 'aws:ResourceOrgID', 'aws:ResourceOrgPaths']
const WITHOUT_OWNER_KEYS = [
  'auditmanager:UpdateAssessmentFrameworkShare',
  'detective:AcceptInvitation',
  'ds:AcceptSharedDirectory',
  'ebs:GetSnapshotBlock',
  'ebs:StartSnapshot',
  'ec2:AcceptTransitGatewayPeeringAttachment',
  'ec2:AcceptVpcEndpointConnections',
  'ec2:AcceptVpcPeeringConnection',
  'ec2:CreateTransitGatewayPeeringAttachment',
  'ec2:CreateVpcEndpoint',
  'ec2:CreateVpcPeeringConnection',
  'guardduty:AcceptAdministratorInvitation',
  'macie2:AcceptInvitation',
  'es:AcceptInboundConnection',
  'route53:AssociateVpcWithHostedZone',
  'route53:CreateVPCAssociationAuthorization',
  'securityhub:AcceptAdministratorInvitation',
]

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [key: string, source: PartialSource, wanted: unknown])[] = [
  ['aws:PrincipalArn', { principal: SESSION }, `arn:aws:iam::${A}:role/app, path not known`],
  ['aws:PrincipalArn', somebody, 'present'],
  ['aws:PrincipalAccount', { principal: SESSION }, A],
  ['aws:PrincipalAccount', somebody, 'present'],
  ['aws:PrincipalType', service, 'present'],
  ['aws:PrincipalType', { ...service, readings: { 'type-and-id-of-services': 'absent' } }, 'absent'],
  ['aws:PrincipalType', { readings: { 'type-and-id-of-services': 'absent' } }, 'User'],
  ['aws:PrincipalType', somebody, 'present'],
  ['aws:userid', service, 'present'],
  ['aws:userid', { ...service, readings: { 'type-and-id-of-services': 'absent' } }, 'absent'],
  ['aws:userid', { details: { userId: 'AIDAANN' } }, 'AIDAANN'],
  ['aws:userid', { principal: `arn:aws:sts::${A}:federated-user/guest`, details: { userId: `${A}:other` } }, `${A}:other`],
  ['aws:PrincipalIsAWSService', somebody, 'present'],
  ['aws:PrincipalServiceName', {}, 'absent'],
  ['aws:PrincipalServiceNamesList', service, 'present'],
  ['aws:PrincipalServiceNamesList', {}, 'absent'],
  ['aws:PrincipalServiceNamesList', somebody, 'unknown'],
  ['kms:CallerAccount', {}, A],
  ['kms:CallerAccount', service, 'unknown'],
  ['kms:CallerAccount', { principal: A }, 'unknown'],
  // R-CTX-15: present on all requests to KMS.
  ['kms:CallerAccount', { ...service, action: { service: 'kms', name: 'decrypt' } }, 'present'],

  ['aws:PrincipalOrgID', { organization: undefined }, 'unknown'],
  ['aws:PrincipalOrgID', { organization: org }, 'o-1'],
  ['aws:PrincipalOrgID', { organization: { id: 'o-1' } }, 'unknown'],
  ['aws:PrincipalOrgID', { organization: { id: 'o-1' }, complete: true }, 'unknown'],
  ['aws:PrincipalOrgID', { ...anonymous, organization: org }, 'absent'],
  ['aws:PrincipalOrgPaths', { organization: org }, ['o-1/r-1/p/']],
  ['aws:PrincipalOrgPaths', { organization: null }, 'absent'],
  ['aws:PrincipalOrgPaths', { organization: { id: 'o-1' } }, 'unknown'],
  ['aws:PrincipalOrgPaths', {}, 'unknown'],
  ['aws:ResourceOrgID', { organization: org }, 'o-2'],
  ['aws:ResourceOrgID', { organization: null, resourceAccount: B }, 'absent'],
  ['aws:ResourceOrgID', { ...anonymous, resourceAccount: undefined, organization: { id: 'o-1', principalPath: 'o-1/r-1/' } }, 'unknown'],
  ['aws:ResourceOrgPaths', { organization: org }, ['o-2/r-2/q/']],
  ['aws:ResourceOrgPaths', { organization: { principalPath: 'o-1/r-1/' } }, ['o-1/r-1/']],
  ['aws:ResourceOrgPaths', { organization: { principalPath: null } }, 'absent'],
  ['aws:ResourceOrgPaths', { organization: { principalPath: 'o-1/r-1/' }, resourceAccount: B }, 'unknown'],
  ['aws:ResourceOrgPaths', {}, 'unknown'],

  ['aws:ResourceAccount', { resourceAccount: B }, B],
  ['aws:ResourceAccount', { resourceAccount: undefined }, 'present'],
  ['aws:ResourceAccount', none, A],
  ['aws:ResourceAccount', { ...none, complete: true }, A],
  ['aws:ResourceAccount', { ...none, resourceAccount: undefined, complete: true }, 'unknown'],
  ['aws:ResourceAccount', { ...none, action: { service: 's3', name: 'listallmybuckets' }, organization: org }, A],
  ['aws:ResourceOrgID', { ...none, action: { service: 's3', name: 'listallmybuckets' }, organization: org }, 'o-1'],
  ['aws:ResourceOrgPaths', { ...none, action: { service: 's3', name: 'listallmybuckets' }, organization: org }, ['o-1/r-1/p/']],
  ...OWNER_KEYS.flatMap((key) => [
    ...WITHOUT_OWNER_KEYS.map((action) => [key, { ...on(action), organization: org }, 'absent'] as const),
    [key, { ...on('events:PutEvents'), organization: org, resourceAccount: B }, 'unknown'] as const,
    [key, { ...on('events:PutEvents'), organization: org, resourceAccount: B, complete: true }, 'unknown'] as const,
  ]),
  ['aws:ResourceAccount', { ...on('ec2:CreateVpcEndpoint'), context: { 'aws:ResourceAccount': B } }, B],
  ...['ec2:StartInstances', 'events:PutRule', 'events:PutEvents', 'route53:GetHostedZone', 'es:ESHttpGet', 'ds:CreateDirectory']
    .map((action) => ['aws:ResourceAccount', on(action), A] as const),
  ['aws:ResourceOrgID', { ...on('events:PutEvents'), organization: org }, 'o-2'],
  ['s3:ResourceAccount', { resourceAccount: B }, B],
  ['s3:ResourceAccount', { resourceAccount: undefined }, 'present'],
  ['s3:ResourceAccount', none, 'unknown'],
  ['s3:DataAccessPointArn', { resource: readRequestResource(`${POINT}/object/a/b`) }, POINT],
  ['s3:DataAccessPointArn', { resource: readRequestResource(POINT) }, POINT],
  ['s3:DataAccessPointArn', { resource: readRequestResource('bucket') }, 'absent'],
  ['s3:DataAccessPointArn', none, 'absent'],
  ['s3:DataAccessPointArn', { action: { service: 'sqs', name: 'x' } }, 'unknown'],
  ['s3:DataAccessPointAccount', { action: { service: 'sqs', name: 'x' } }, 'unknown'],
  ['aws:RequestedRegion', { resource: readRequestResource(POINT) }, 'eu-west-1'],
  ['aws:RequestedRegion', { resource: readRequestResource(POINT), globalRegion: 'us-east-1' }, 'us-east-1'],
  ['aws:RequestedRegion', { resource: readRequestResource('arn:aws:sqs:*:1:q') }, 'present'],
  ['aws:RequestedRegion', { resource: readRequestResource('q') }, 'present'],
  // R-OTH-22
  ['aws:RequestedRegion', { resource: readRequestResource('arn:aws:bedrock:::foundation-model/m') }, 'unspecified'],
  ['aws:RequestedRegion', { resource: readRequestResource('arn:aws:bedrock:eu-west-1::foundation-model/m') }, 'eu-west-1'],

  ['aws:SourceIp', { throughEndpoint: true }, 'absent'],
  ['aws:SourceVpce', { throughEndpoint: true }, 'present'],
  ['aws:SourceVpce', { throughEndpoint: true, ...service }, 'absent'],
  ['aws:SourceVpce', { throughEndpoint: true, context: { 'aws:SourceIp': '203.0.113.7' } }, 'absent'],
  ['aws:SourceVpce', { throughEndpoint: true, context: { 'aws:SourceIp': { state: 'unknown' } }, complete: true }, 'unknown'],
  ['aws:SourceVpce', { throughEndpoint: true, context: { 'aws:CalledVia': { state: 'unknown' } }, complete: true }, 'unknown'],
  ['aws:SourceIp', { throughEndpoint: true, context: { 'aws:SourceVpce': { state: 'unknown' } }, complete: true }, 'unknown'],
  ['aws:SourceVpce', { context: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }, 'absent'],
  ['aws:SourceVpce', { throughEndpoint: true, context: { 'aws:ViaAWSService': 'true' } }, 'absent'],
  ['aws:VpcSourceIp', { context: { 'aws:CalledVia': ['athena.amazonaws.com'] } }, 'absent'],
  ['aws:SourceVpcArn', { context: { 'aws:CalledVia': ['athena.amazonaws.com'] } }, 'absent'],
  ['aws:SourceVpcArn', { throughEndpoint: true }, 'present'],
  ['aws:SourceVpcArn', { throughEndpoint: true, ...on('dynamodb:GetItem') }, 'absent'],
  ['aws:VpceAccount', { throughEndpoint: true, ...on('dynamodb:GetItem') }, 'present'],
  ['aws:VpceOrgID', { throughEndpoint: true, ...on('dynamodb:GetItem') }, 'unknown'],
  ['aws:VpceOrgID', { context: { 'aws:VpceAccount': A }, organization: org }, 'o-1'],
  ['aws:VpceOrgPaths', { context: { 'aws:VpceAccount': A }, organization: org }, ['o-1/r-1/p/']],
  ['aws:VpceOrgID', { context: { 'aws:VpceAccount': A }, organization: null }, 'absent'],
  ['aws:VpceOrgID', { context: { 'aws:VpceAccount': B }, organization: org }, 'unknown'],
  ['aws:VpceAccount', { context: { 'aws:VpceAccount': A }, ...on('ec2:StartInstances') }, 'absent'],
  ['aws:VpceAccount', { context: { 'aws:VpceAccount': A }, ...on('iam:PassRole') }, 'absent'],
  ['aws:VpceAccount', { context: { 'aws:VpceAccount': A }, ...on('iam:GetRole') }, A],
  ['aws:PrincipalOrgID', { hasControlLevels: true, organization: { id: 'o-1' } }, 'o-1'],
  ['aws:PrincipalOrgPaths', { hasControlLevels: true, organization: { id: 'o-1' } }, 'present'],
  ['aws:PrincipalOrgID', { hasControlLevels: true }, 'present'],
  ['aws:PrincipalOrgID', { hasControlLevels: true, organization: null }, 'absent'],
  ['aws:ResourceOrgID', { hasControlLevels: true, organization: { id: 'o-1' }, resourceAccount: B }, 'unknown'],
  ['lambda:FunctionUrlAuthType', { urlAuthType: 'NONE', ...on('lambda:InvokeFunctionUrl') }, 'NONE'],
  ['lambda:FunctionUrlAuthType', on('lambda:InvokeFunctionUrl'), 'unknown'],

  ['aws:ViaAWSService', {}, 'present'],
  ['aws:ViaAWSService', { complete: true }, 'false'],
  ['aws:ViaAWSService', { complete: true, context: { 'kms:ViaService': { state: 'unknown' } } }, 'present'],
  ['aws:ViaAWSService', { complete: true, context: { 'kms:ViaService': null, 'aws:CalledVia': { state: 'unknown' } } }, 'present'],
  ['aws:ViaAWSService', { complete: true, context: { 'kms:ViaService': null } }, 'false'],
  ['aws:ViaAWSService', { context: { 'kms:ViaService': { state: 'present' } } }, 'true'],
  ['aws:ViaAWSService', { context: { 'aws:SourceVpce': 'vpce-1' } }, 'false'],
  ['aws:ViaAWSService', { throughEndpoint: true }, 'false'],
  ['aws:ViaAWSService', { throughEndpoint: true, context: { 'aws:SourceIp': '203.0.113.7' } }, 'present'],
  ['aws:CalledVia', { context: { 'aws:SourceVpc': 'vpc-1' } }, 'absent'],
  ['kms:ViaService', { throughEndpoint: true }, 'absent'],
  ['aws:ViaAWSService', service, 'false'],
  ['aws:ViaAWSService', anonymous, 'false'],
  ['aws:ViaAWSService', { principal: `arn:aws:iam::${A}:saml-provider/corp` }, 'false'],
  ['aws:ViaAWSService', somebody, 'present'],
  ['kms:ViaService', { context: { 'aws:ViaAWSService': [] } }, 'unknown'],

  ['denytrace:unknown/x', { complete: true }, 'unknown'],
  ['denytrace:other/x', { complete: true }, 'absent'],
  ['aws:TagKeys', { context: { 'aws:TagKeys': 'a' } }, ['a']],
  ['dynamodb:LeadingKeys', { context: { 'dynamodb:LeadingKeys': 'a' } }, ['a']],
  ['s3:prefix', { context: { 's3:prefix': 'a' } }, 'a'],
  ['ex:k', { context: { 'ex:k': 'a' } }, 'a'],
  ['ex:K', { context: { 'ex:k': 'a', 'EX:k': 'b' } }, 'unknown'],
  ['ex:K', { context: { 'ex:k': 'a', 'EX:k': 'b' }, readings: { 'keys-differing-in-case': 'first' } }, 'a'],
  ['ex:K', { context: { 'ex:k': 'a', 'EX:k': 'b' }, readings: { 'keys-differing-in-case': 'last' } }, 'b'],
  ['ex:K', { context: { 'ex:j': 'c', 'ex:k': 'a', 'EX:k': null }, readings: { 'keys-differing-in-case': 'last' } }, 'absent'],

  ['aws:PrincipalTag/Team', { tags: { team: 'x' } }, 'x'],
  ['aws:PrincipalTag/Team', { tags: { team: 'x' }, principal: 'anonymous' }, 'absent'],
  ['aws:PrincipalTag/Team', { tags: { team: 'x' }, principal: `arn:aws:iam::${A}:root` }, 'absent'],
  ['aws:ResourceTag/env', { resourceTags: { Env: 'dev' } }, 'dev'],
  ['aws:ResourceTag/env', { resourceTags: {} }, 'absent'],
  ['s3:BucketTag/env', { resourceTags: { env: 'dev' } }, 'dev'],
  ['ec2:ResourceTag/env', { resourceTags: { env: 'dev' } }, 'dev'],
  ['aws:ResourceTag/env', { resourceTags: { Env: 'dev', env: 'live' } }, 'present'],
  ['aws:ResourceTag/env', { resourceTags: { Env: 'dev', env: 'live' }, readings: { 'keys-differing-in-case': 'first' } }, 'dev'],
  ['aws:ResourceTag/env', { resourceTags: { Env: 'dev', env: 'live' }, readings: { 'keys-differing-in-case': 'last' } }, 'live'],
  ['aws:PrincipalTag/Team', { tags: { team: 'x', TEAM: 'y' } }, 'present'],
  ['aws:RequestTag/env', { resourceTags: { env: 'dev' }, tags: { env: 'dev' } }, 'unknown'],
  ['s3:ExistingObjectTag/env', { resourceTags: { env: 'dev' } }, 'unknown'],
  ['/env', { resourceTags: { env: 'dev' } }, 'unknown'],
]

describe('what follows of a key', () => {
  for (const [key, source, wanted] of ROWS)
    it(`${key} is ${JSON.stringify(wanted)} of ${JSON.stringify(source)}`, () => {
      const state = stateOf(key, source)
      assert.deepEqual(state, wanted)
      assert.deepEqual(stateOf(key.toLowerCase(), source), wanted, 'keys have no letter case (R-CTX-01)')
    })
})

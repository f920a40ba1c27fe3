/** Which parameter may stand for which part of an ARN: what a call names by `name` and `id`, and what it does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resourcesForAction } from './resources.ts'

const PLACE = { partition: 'aws', region: 'eu-west-1', account: '111122223333', listed: [] }

/** What follows `arn:aws:SERVICE:eu-west-1:111122223333:`, with how sure each is. */
function found(action: string, parameters: unknown, operation = action.slice(action.indexOf(':') + 1)) {
  const { resources, from } = resourcesForAction(action, { ...PLACE, operation, parameters })
  return resources.length === 0 ? [] : [from, ...resources.map((arn) => arn.split(':').slice(5).join(':'))]
}

test('the name of what AWS gives an id is no id: nothing is said of what is made (R-CT-30)', () => {
  const made: readonly (readonly [string, unknown])[] = [
    ['vpc-lattice:CreateService', { name: 'shop' }],
    ['ivs:CreateStage', { name: 'shop' }],
    ['cloudtrail:CreateEventDataStore', { name: 'shop' }],
    ['route53resolver:CreateResolverRule', { name: 'shop', domainName: 'example.com' }],
    ['waf:CreateWebACL', { name: 'shop', metricName: 'm' }],
  ]
  for (const [action, parameters] of made) assert.deepEqual(found(action, parameters), [], action)
})

test('a new name beside the id of what is changed is not the id (R-CT-30)', () => {
  const id = { id: 'a1b2', name: 'new name' }
  assert.deepEqual(found('iotwireless:UpdateWirelessDevice', id), ['derived', 'WirelessDevice/a1b2'])
  assert.deepEqual(found('kendra:UpdateIndex', id), ['derived', 'index/a1b2'])
  assert.deepEqual(found('ssm:UpdateMaintenanceWindow', { windowId: 'mw-01', name: 'nightly' }), [
    'derived',
    'maintenancewindow/mw-01',
  ])
  assert.deepEqual(found('ssm:RegisterTargetWithMaintenanceWindow', { windowId: 'mw-01', name: 'web' }), [
    'derived',
    'maintenancewindow/mw-01',
  ])
  assert.deepEqual(found('ssm:UpdatePatchBaseline', { baselineId: 'pb-01', name: 'web' }), [
    'derived',
    'patchbaseline/pb-01',
  ])
})

test('of several types of one form, `name` and `id` are of the one that the operation is named after (R-CT-30)', () => {
  assert.deepEqual(found('wafv2:UpdateWebACL', { name: 'edge', id: 'a1-b2', scope: 'REGIONAL' }), [
    'derived',
    'regional/webacl/edge/a1-b2',
  ])
  assert.deepEqual(found('mediaconvert:UpdateJobTemplate', { name: 'hls' }), ['derived', 'jobTemplates/hls'])
  assert.deepEqual(found('glue:DeleteDatabase', { name: 'sales' }), ['derived', 'database/sales', 'catalog'])
  assert.deepEqual(found('glue:GetTable', { databaseName: 'sales', name: 'orders' }).slice(1).sort(), [
    'catalog',
    'database/sales',
    'table/sales/orders',
  ])
  assert.deepEqual(found('athena:CreateNamedQuery', { name: 'top ten', database: 'sales' }), [])
  assert.deepEqual(found('athena:CreateWorkGroup', { name: 'analysts' }), ['derived', 'workgroup/analysts'])
})

test('the longer of two types that the operation has is meant', () => {
  assert.deepEqual(found('cloudwatch:PutAlarmMuteRule', { name: 'nights' }), ['derived', 'alarm-mute-rule:nights'])
})

test('the whole ARN of the resource comes before a name that may be anything (R-CT-30)', () => {
  const contactId = 'arn:aws:ssm-contacts:eu-west-1:111122223333:contact/akua'
  assert.deepEqual(found('ssm-contacts:CreateContactChannel', { contactId, name: 'mobile', type: 'SMS' }), [
    'guessed',
    'contact/akua',
  ])
})

test('the id of a part is not that of the whole (R-CT-31a)', () => {
  assert.deepEqual(found('cloudfront:GetInvalidation', { distributionId: 'E1', id: 'I2' }), [
    'derived',
    'distribution/E1',
  ])
  assert.deepEqual(found('route53:GetHealthCheck', { healthCheckId: 'h-1' }), ['derived', 'healthcheck/h-1'])
  assert.deepEqual(found('omics:GetReadSetMetadata', { sequenceStoreId: '12', id: '34' }).slice(1).sort(), [
    'sequenceStore/12',
    'sequenceStore/12/readSet/34',
  ])
})

test('a parameter that may be a name, or an id of another kind, is no id (R-CT-30)', () => {
  assert.deepEqual(found('mediapackage:ConfigureLogs', { id: 'live' }), [])
  assert.deepEqual(found('servicecatalog:GetApplication', { application: 'shop' }), [])
  const gateway = (identifierType: string) =>
    found('iotwireless:GetWirelessGateway', { identifier: 'a1b2', identifierType })
  assert.deepEqual(gateway('WirelessGatewayId'), ['derived', 'WirelessGateway/a1b2'])
  assert.deepEqual(gateway('GatewayEui'), [])
})

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, `cluster`
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html, `GroupName`
test('a cluster and a group that are left out are the default ones, where there are parameters at all', () => {
  assert.deepEqual(found('ecs:CreateService', { serviceName: 'web', taskDefinition: 'web' }), [
    'derived',
    'service/default/web',
  ])
  assert.deepEqual(found('ecs:DescribeClusters', { clusters: ['blue'] }), ['derived', 'cluster/blue'])
  assert.deepEqual(found('ecs:DeleteCluster', null), [])
  assert.deepEqual(found('scheduler:CreateSchedule', { name: 'tick' }), ['derived', 'schedule/default/tick'])
  assert.deepEqual(found('scheduler:DeleteSchedule', { name: 'tick', groupName: 'ops' }), [
    'derived',
    'schedule/ops/tick',
  ])
  assert.deepEqual(found('scheduler:CreateScheduleGroup', { name: 'ops' }), ['derived', 'schedule-group/ops'])
})

// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html: stored in lower case
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.access-control.html: metrics/rds/*
// https://docs.aws.amazon.com/sagemaker/latest/dg/domain-resource-isolation.html: app/…/jupyterserver/default
test('names are in the case of the ARN that is judged', () => {
  assert.deepEqual(found('rds:DeleteDBInstance', { dBInstanceIdentifier: 'Orders' }), ['derived', 'db:orders'])
  assert.deepEqual(found('pi:DescribeDimensionKeys', { serviceType: 'RDS', identifier: 'db-A1' }), [
    'derived',
    'metrics/rds/db-A1',
  ])
  const app = { domainId: 'd-1', userProfileName: 'ana', appType: 'JupyterServer', appName: 'default' }
  assert.deepEqual(found('sagemaker:DeleteApp', app), ['derived', 'app/d-1/ana/jupyterserver/default'])
})

test('an alias is not the key behind it, nor a name the alias of a Multi-Region access point', () => {
  assert.deepEqual(found('payment-cryptography:GetKey', { keyIdentifier: 'alias/pins' }), [])
  assert.deepEqual(found('s3:GetMultiRegionAccessPoint', { name: 'everywhere' }), [])
})

// https://docs.aws.amazon.com/launchwizard/latest/userguide: CreateTargetGroup on …:targetgroup/myTargetGroup/*
test('a load balancer that is made has no id yet (R-MSG-25)', () => {
  const resourceArns = ['arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0a1b']
  assert.deepEqual(found('elasticloadbalancing:AddTags', { resourceArns }), ['derived', 'targetgroup/web/0a1b'])
  const make = (parameters: unknown) => found('elasticloadbalancing:CreateLoadBalancer', parameters)
  assert.deepEqual(make({ name: 'web', subnets: ['subnet-1'] }), ['derived', 'loadbalancer/app/web/*'])
  assert.deepEqual(make({ name: 'web', type: 'network' }), ['derived', 'loadbalancer/net/web/*'])
  assert.deepEqual(make({ loadBalancerName: 'old', listeners: [] }), ['derived', 'loadbalancer/old'])
  assert.deepEqual(found('elasticloadbalancing:CreateTargetGroup', { name: 'web', port: 80 }), [
    'derived',
    'targetgroup/web/*',
  ])
})

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
test('the iterator of a stream begins with its ARN', () => {
  const arn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-02T03:04:05.678'
  const { resources } = resourcesForAction('dynamodb:GetRecords', {
    ...PLACE,
    operation: 'GetRecords',
    parameters: { shardIterator: `${arn}|1|AAAAAAAAAAEvJp6D==` },
  })
  assert.deepEqual(resources, [arn])
})

test('a rule of a security group is judged on the group it is of, not on those it lets in (R-CT-31a)', () => {
  const ipPermissions = { items: [{ groups: { items: [{ groupId: 'sg-99999999', userId: '444455556666' }] } }] }
  assert.deepEqual(found('ec2:AuthorizeSecurityGroupIngress', { groupId: 'sg-01234567', ipPermissions }), [
    'derived',
    'security-group/sg-01234567',
  ])
})

test('flow logs are judged on what they watch and on themselves (R-MSG-25)', () => {
  const made = { CreateFlowLogsRequest: { ResourceId: { content: 'vpc-01234567', tag: 1 }, ResourceType: 'VPC' } }
  assert.deepEqual(found('ec2:CreateFlowLogs', made), ['derived', 'vpc/vpc-01234567', 'vpc-flow-log/*'])
  const gone = { DeleteFlowLogsRequest: { FlowLogId: { content: 'fl-01234567', tag: 1 } } }
  assert.deepEqual(found('ec2:DeleteFlowLogs', gone), ['derived', 'vpc-flow-log/fl-01234567'])
})

test('what a call makes may stand one level down, under a name of its own (R-CT-31a)', () => {
  const table = { databaseName: 'sales', tableInput: { name: 'orders', parameters: { name: 'x' } } }
  assert.deepEqual(found('glue:CreateTable', table).slice(1).sort(), [
    'catalog',
    'database/sales',
    'table/sales/orders',
  ])
  const pipeline = { pipeline: { name: 'release', stages: [{ name: 'Source' }] } }
  assert.deepEqual(found('codepipeline:UpdatePipeline', pipeline), ['derived', 'release'])
  assert.deepEqual(found('elasticmapreduce:TerminateJobFlows', { jobFlowIds: ['j-1'] }), ['derived', 'cluster/j-1'])
})

// https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html: topics are the only resources
test('a subscription is judged on its topic', () => {
  const topic = 'arn:aws:sns:eu-west-1:111122223333:orders'
  const parameters = { subscriptionArn: `${topic}:0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9` }
  assert.deepEqual(
    resourcesForAction('sns:Unsubscribe', { ...PLACE, operation: 'Unsubscribe', parameters }).resources,
    [topic],
  )
})

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdatabasemigrationservice.html
test('where AWS gives a type no name, the ARNs of the call are its resources', () => {
  const of = (rest: string) => `arn:aws:dms:eu-west-1:111122223333:${rest}`
  const parameters = {
    replicationTaskIdentifier: 'nightly',
    sourceEndpointArn: of('endpoint:SRC'),
    targetEndpointArn: of('endpoint:DST'),
    replicationInstanceArn: of('rep:ONE'),
  }
  assert.deepEqual(found('dms:CreateReplicationTask', parameters).slice(1).sort(), [
    'endpoint:DST',
    'endpoint:SRC',
    'rep:ONE',
  ])
})

test('types of other services are all that the Data API of Redshift has', () => {
  const parameters = { clusterIdentifier: 'sales', database: 'dev' }
  assert.deepEqual(found('redshift-data:ExecuteStatement', parameters), ['derived', 'cluster:sales'])
})

import { AmpClient, DescribeResourcePolicyCommand, paginateListWorkspaces } from '@aws-sdk/client-amp'
import {
  CloudTrailClient,
  GetResourcePolicyCommand as GetTrailPolicyCommand,
  ListDashboardsCommand,
  type ListDashboardsCommandInput,
  paginateListChannels,
  paginateListEventDataStores,
} from '@aws-sdk/client-cloudtrail'
import {
  CloudWatchLogsClient,
  DescribeResourcePoliciesCommand,
  type DescribeResourcePoliciesCommandInput,
  GetDeliveryDestinationPolicyCommand,
  paginateDescribeDeliveryDestinations,
  paginateDescribeDestinations,
  type ResourcePolicy,
} from '@aws-sdk/client-cloudwatch-logs'
import { GetClusterPolicyCommand, KafkaClient, paginateListClustersV2 } from '@aws-sdk/client-kafka'
import {
  GetResourcePolicyCommand,
  KinesisClient,
  paginateListStreamConsumers,
  paginateListStreams,
} from '@aws-sdk/client-kinesis'
import {
  GetResourcePolicyCommand as GetMonitorPolicyCommand,
  paginateListAppMonitors,
  RUMClient,
} from '@aws-sdk/client-rum'
import { sortedRecord } from '../collector.ts'
import { each, kindOf, pages, policyTable, within } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

const listStreams = (client: KinesisClient) =>
  each(paginateListStreams({ client }, {}), ({ StreamSummaries }) => StreamSummaries)

const streamPolicy = async (client: KinesisClient, ResourceARN: string | undefined): Promise<string | undefined> =>
  (await client.send(new GetResourcePolicyCommand({ ResourceARN }))).Policy

export const streams = policyTable({
  service: 'kinesis',
  make: KinesisClient,
  kinds: [
    kindOf({
      kind: 'stream',
      list: ['kinesis:ListStreams'],
      items: listStreams,
      arn: ({ StreamARN }) => StreamARN,
      get: ['kinesis:GetResourcePolicy'],
      policy: (client, { StreamARN }) => streamPolicy(client, StreamARN),
      none: NOT_FOUND,
    }),
    kindOf({
      kind: 'consumer',
      list: ['kinesis:ListStreamConsumers', 'kinesis:ListStreams'],
      items: (client: KinesisClient) =>
        within(listStreams(client), ({ StreamARN }) =>
          each(paginateListStreamConsumers({ client }, { StreamARN }), ({ Consumers }) => Consumers),
        ),
      arn: ({ ConsumerARN }) => ConsumerARN,
      get: ['kinesis:GetResourcePolicy'],
      policy: (client, { ConsumerARN }) => streamPolicy(client, ConsumerARN),
      none: NOT_FOUND,
    }),
  ],
})

export const clusters = policyTable({
  service: 'kafka',
  make: KafkaClient,
  kinds: [
    kindOf({
      kind: 'cluster',
      list: ['kafka:ListClustersV2'],
      items: (client: KafkaClient) =>
        each(paginateListClustersV2({ client }, {}), ({ ClusterInfoList }) => ClusterInfoList),
      arn: ({ ClusterArn }) => ClusterArn,
      attributes: ({ Tags }) => ({ tags: sortedRecord(Object.entries(Tags ?? {})) }),
      get: ['kafka:GetClusterPolicy'],
      policy: async (client, { ClusterArn }) => (await client.send(new GetClusterPolicyCommand({ ClusterArn }))).Policy,
      none: ['NotFoundException'],
    }),
  ],
})

const trailPolicy = async (client: CloudTrailClient, ResourceArn: string | undefined) => {
  const { ResourcePolicy, DelegatedAdminResourcePolicy } = await client.send(new GetTrailPolicyCommand({ ResourceArn }))
  return [ResourcePolicy, DelegatedAdminResourcePolicy]
}

const TRAIL = { get: ['cloudtrail:GetResourcePolicy'], none: ['ResourcePolicyNotFoundException'] }

export const trails = policyTable({
  service: 'cloudtrail',
  make: CloudTrailClient,
  kinds: [
    kindOf({
      ...TRAIL,
      kind: 'event-data-store',
      list: ['cloudtrail:ListEventDataStores'],
      items: (client: CloudTrailClient) =>
        each(paginateListEventDataStores({ client }, {}), ({ EventDataStores }) => EventDataStores),
      arn: ({ EventDataStoreArn }) => EventDataStoreArn,
      policy: (client, { EventDataStoreArn }) => trailPolicy(client, EventDataStoreArn),
    }),
    kindOf({
      ...TRAIL,
      kind: 'channel',
      list: ['cloudtrail:ListChannels'],
      items: (client: CloudTrailClient) => each(paginateListChannels({ client }, {}), ({ Channels }) => Channels),
      arn: ({ ChannelArn }) => ChannelArn,
      policy: (client, { ChannelArn }) => trailPolicy(client, ChannelArn),
    }),
    kindOf({
      ...TRAIL,
      kind: 'dashboard',
      list: ['cloudtrail:ListDashboards'],
      items: (client: CloudTrailClient) =>
        each(
          pages(
            (input: ListDashboardsCommandInput) => client.send(new ListDashboardsCommand(input)),
            { Type: 'CUSTOM' },
            'NextToken',
          ),
          ({ Dashboards }) => Dashboards,
        ),
      arn: ({ DashboardArn }) => DashboardArn,
      policy: (client, { DashboardArn }) => trailPolicy(client, DashboardArn),
    }),
  ],
})

const logPolicies = (client: CloudWatchLogsClient, policyScope: 'ACCOUNT' | 'RESOURCE') =>
  each(
    pages(
      (input: DescribeResourcePoliciesCommandInput) => client.send(new DescribeResourcePoliciesCommand(input)),
      { policyScope },
      'nextToken',
    ),
    ({ resourcePolicies }) => resourcePolicies,
  )

interface LogPolicies {
  /** Undefined: those that count for every log group of the account and Region. */
  readonly of: string | undefined
  readonly policies: readonly ResourcePolicy[]
}

/** Policies of CloudWatch Logs: those of the account apply to every log group; one with policies of its own has both. */
async function* listLogPolicies(client: CloudWatchLogsClient): AsyncGenerator<LogPolicies> {
  const common: ResourcePolicy[] = []
  for await (const policy of logPolicies(client, 'ACCOUNT')) common.push(policy)
  yield { of: undefined, policies: common }
  const own = new Map<string, ResourcePolicy[]>()
  for await (const policy of logPolicies(client, 'RESOURCE'))
    if (policy.resourceArn !== undefined) own.set(policy.resourceArn, [...(own.get(policy.resourceArn) ?? []), policy])
  for (const [of, policies] of own) yield { of: of.replace(/:\*$/, ''), policies: [...common, ...policies] }
}

export const logs = policyTable({
  service: 'logs',
  make: CloudWatchLogsClient,
  kinds: [
    kindOf({
      kind: 'log-group',
      list: ['logs:DescribeResourcePolicies'],
      items: listLogPolicies,
      arn: ({ of }, { partition, region, account }) => of ?? `arn:${partition}:logs:${region}:${account}:log-group:*`,
      get: [],
      policy: (_, { policies }) =>
        policies
          .toSorted((a, b) => ((a.policyName ?? '') < (b.policyName ?? '') ? -1 : 1))
          .map(({ policyDocument }) => policyDocument),
    }),
    kindOf({
      kind: 'destination',
      list: ['logs:DescribeDestinations'],
      items: (client: CloudWatchLogsClient) =>
        each(paginateDescribeDestinations({ client }, {}), ({ destinations }) => destinations),
      arn: ({ arn }) => arn,
      get: [],
      policy: (_, { accessPolicy }) => accessPolicy,
    }),
    kindOf({
      kind: 'delivery-destination',
      list: ['logs:DescribeDeliveryDestinations'],
      items: (client: CloudWatchLogsClient) =>
        each(paginateDescribeDeliveryDestinations({ client }, {}), ({ deliveryDestinations }) => deliveryDestinations),
      arn: ({ arn }) => arn,
      attributes: ({ tags }) => ({ tags: sortedRecord(Object.entries(tags ?? {})) }),
      get: ['logs:GetDeliveryDestinationPolicy'],
      policy: async (client, { name }) => {
        const { policy } = await client.send(new GetDeliveryDestinationPolicyCommand({ deliveryDestinationName: name }))
        return policy?.deliveryDestinationPolicy
      },
      none: NOT_FOUND,
    }),
  ],
})

export const appMonitors = policyTable({
  service: 'rum',
  make: RUMClient,
  kinds: [
    kindOf({
      kind: 'app-monitor',
      list: ['rum:ListAppMonitors'],
      items: (client: RUMClient) =>
        each(paginateListAppMonitors({ client }, {}), ({ AppMonitorSummaries }) => AppMonitorSummaries),
      arn: ({ Name }, { partition, region, account }) =>
        Name && `arn:${partition}:rum:${region}:${account}:appmonitor/${Name}`,
      get: ['rum:GetResourcePolicy'],
      policy: async (client, { Name }) => (await client.send(new GetMonitorPolicyCommand({ Name }))).PolicyDocument,
      none: ['PolicyNotFoundException'],
    }),
  ],
})

/** Amazon Managed Service for Prometheus. */
export const workspaces = policyTable({
  service: 'aps',
  make: AmpClient,
  kinds: [
    kindOf({
      kind: 'workspace',
      list: ['aps:ListWorkspaces'],
      items: (client: AmpClient) => each(paginateListWorkspaces({ client }, {}), (page) => page.workspaces),
      arn: ({ arn }) => arn,
      attributes: ({ kmsKeyArn, tags }) => ({
        kmsKeyArn: kmsKeyArn ?? null,
        tags: sortedRecord(Object.entries(tags ?? {})),
      }),
      get: ['aps:DescribeResourcePolicy'],
      policy: async (client, { workspaceId }) =>
        (await client.send(new DescribeResourcePolicyCommand({ workspaceId }))).policyDocument,
      none: NOT_FOUND,
    }),
  ],
})

/** Cases of collected-services.ts for the services whose clients are described (ADR 0036). */
import {
  arn,
  arnOf,
  type Given,
  type Input,
  named,
  paged,
  policyOf,
  R,
  type ServiceCase,
  text,
} from './service-case.ts'
import { ACCOUNT as A } from './sdk-stub.ts'

const AT = new Date(0)
const NONE = 'ResourceNotFoundException'
const OTHER = '999988887777'

/** Two of a kind in two pages, each with a policy; and one of another account, which is left to that. */
function plain(
  service: string,
  kind: string,
  [client, list, get]: readonly [string, string, string],
  { member, item, token, next }: { member: string; item: (arn: string) => object; token?: string; next?: string },
  policy: (input: Input) => object,
  names: readonly string[],
  none: string | null = NONE,
): ServiceCase {
  const foreign = names.map((name) => name.replace(A, OTHER)).filter((name) => name.includes(OTHER))
  return {
    service,
    answers: {
      [`${client}:${list}`]: paged(member, [...names, ...foreign.slice(0, 1)].map(item), token, next),
      [`${client}:${get}`]: policy,
    },
    found: names.map((name) => ({ arn: name, kind, policy: policyOf(name) })),
    policies: { [`${client}:${get}`]: none },
  }
}

const two = (service: string, type: string): readonly string[] => [arn(service, `${type}a`), arn(service, `${type}b`)]
const global = (service: string, type: string): readonly string[] =>
  ['a', 'b'].map((name) => arnOf(service, '', `${type}${name}`))

/** By the ARN in one field of the request. */
const byArn =
  (field: string, answer: string): ((input: Input) => object) =>
  (input) => ({ [answer]: text(String(input[field])) })

const contact = (ContactArn: string) => ({ ContactArn, Alias: 'x', Type: 'PERSONAL' })
const key = (KeyArn: string) => ({
  KeyArn,
  KeyState: 'CREATE_COMPLETE',
  KeyAttributes: {
    KeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY',
    KeyClass: 'SYMMETRIC_KEY',
    KeyAlgorithm: 'TDES_3KEY',
    KeyModesOfUse: {},
  },
  KeyCheckValue: 'AAAAAA',
  Exportable: false,
  Enabled: true,
})

const KEYS_AND_OPERATIONS: readonly ServiceCase[] = [
  plain(
    'acm-pca',
    'certificate-authority',
    ['ACMPCA', 'ListCertificateAuthorities', 'GetPolicy'],
    { member: 'CertificateAuthorities', item: (Arn) => ({ Arn }), token: 'NextToken' },
    byArn('ResourceArn', 'Policy'),
    two('acm-pca', 'certificate-authority/'),
  ),
  plain(
    'cloudhsm',
    'hsm-backup',
    ['CloudHSMV2', 'DescribeBackups', 'GetResourcePolicy'],
    { member: 'Backups', item: (BackupArn) => ({ BackupId: 'b', BackupArn }), token: 'NextToken' },
    byArn('ResourceArn', 'Policy'),
    two('cloudhsm', 'backup/backup-'),
    'CloudHsmResourceNotFoundException',
  ),
  {
    ...plain(
      'payment-cryptography',
      'payment-key',
      ['PaymentCryptography', 'ListKeys', 'GetResourcePolicy'],
      { member: 'Keys', item: key, token: 'NextToken' },
      ({ ResourceArn }) => ({ ResourceArn, Policy: text(String(ResourceArn)) }),
      two('payment-cryptography', 'key/'),
    ),
  },
  plain(
    'ssm-contacts',
    'contact',
    ['SSMContacts', 'ListContacts', 'GetContactPolicy'],
    { member: 'Contacts', item: contact, token: 'NextToken' },
    byArn('ContactArn', 'Policy'),
    two('ssm-contacts', 'contact/'),
  ),
  plain(
    'ssm-incidents',
    'response-plan',
    ['SSMIncidents', 'ListResponsePlans', 'GetResourcePolicies'],
    { member: 'responsePlanSummaries', item: (one) => ({ arn: one, name: 'x' }) },
    ({ resourceArn }) => ({
      resourcePolicies: [
        { policyDocument: text(String(resourceArn)), policyId: 'p', ramResourceShareRegion: 'us-east-1' },
      ],
    }),
    global('ssm-incidents', 'response-plan/'),
  ),
  plain(
    'aiops',
    'investigation-group',
    ['AIOps', 'ListInvestigationGroups', 'GetInvestigationGroupPolicy'],
    { member: 'investigationGroups', item: (one) => ({ arn: one, name: 'x' }) },
    byArn('identifier', 'policy'),
    two('aiops', 'investigation-group/'),
  ),
  plain(
    'oam',
    'sink',
    ['OAM', 'ListSinks', 'GetSinkPolicy'],
    { member: 'Items', item: (Arn) => ({ Arn }), token: 'NextToken' },
    byArn('SinkIdentifier', 'Policy'),
    two('oam', 'sink/'),
  ),
  {
    service: 'codeguru-profiler',
    answers: {
      'CodeGuruProfiler:ListProfilingGroups': (input) =>
        input['nextToken'] === undefined
          ? { profilingGroupNames: ['a'], profilingGroups: [profilingGroup('a')], nextToken: '2' }
          : { profilingGroupNames: ['b'], profilingGroups: [profilingGroup('b')] },
      'CodeGuruProfiler:GetPolicy': (input) => ({ policy: text(named(input, 'profilingGroupName')), revisionId: 'r' }),
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('codeguru-profiler', `profilingGroup/${name}`),
      kind: 'profiling-group',
      policy: policyOf(name),
    })),
    policies: { 'CodeGuruProfiler:GetPolicy': NONE },
  },
]

function profilingGroup(name: string): object {
  return { arn: arn('codeguru-profiler', `profilingGroup/${name}`), name }
}

const RESOLVER = [
  ['resolver-rule', 'ResolverRules', 'ResolverRulePolicy'],
  ['firewall-rule-group', 'FirewallRuleGroups', 'FirewallRuleGroupPolicy'],
  ['resolver-query-log-config', 'ResolverQueryLogConfigs', 'ResolverQueryLogConfigPolicy'],
] as const

const NETWORKS: readonly ServiceCase[] = [
  {
    service: 'route53resolver',
    answers: Object.fromEntries(
      RESOLVER.flatMap(([type, list, policy]): readonly (readonly [string, Given])[] => [
        [
          `Route53Resolver:List${list}`,
          paged(
            list,
            [...two('route53resolver', `${type}/`), `arn:aws:route53resolver:${R}:${OTHER}:${type}/x`].map((Arn) => ({
              Arn,
            })),
            'NextToken',
          ),
        ],
        [`Route53Resolver:Get${policy}`, byArn('Arn', policy)],
      ]),
    ),
    found: RESOLVER.flatMap(([type]) =>
      two('route53resolver', `${type}/`).map((one) => ({ arn: one, kind: type, policy: policyOf(one) })),
    ),
    policies: {
      'Route53Resolver:GetResolverRulePolicy': 'UnknownResourceException',
      'Route53Resolver:GetFirewallRuleGroupPolicy': NONE,
      'Route53Resolver:GetResolverQueryLogConfigPolicy': 'UnknownResourceException',
    },
  },
  plain(
    'route53-recovery-control',
    'recovery-cluster',
    ['Route53RecoveryControlConfig', 'ListClusters', 'GetResourcePolicy'],
    { member: 'Clusters', item: (ClusterArn) => ({ ClusterArn }), token: 'NextToken' },
    byArn('ResourceArn', 'Policy'),
    global('route53-recovery-control', 'cluster/'),
  ),
  plain(
    'networkmanager',
    'core-network',
    ['NetworkManager', 'ListCoreNetworks', 'GetResourcePolicy'],
    { member: 'CoreNetworks', item: (CoreNetworkArn) => ({ CoreNetworkArn }), token: 'nextToken', next: 'NextToken' },
    byArn('resourceArn', 'PolicyDocument'),
    global('networkmanager', 'core-network/'),
    null,
  ),
]

const CHANNEL_GROUP = {
  Arn: arn('mediapackagev2', 'channelGroup/g'),
  ChannelGroupName: 'g',
  CreatedAt: AT,
  ModifiedAt: AT,
}
const channel = (name: string) => ({
  Arn: arn('mediapackagev2', `channelGroup/g/channel/${name}`),
  ChannelGroupName: 'g',
  ChannelName: name,
  CreatedAt: AT,
  ModifiedAt: AT,
})
const tailored = (Arn: string) => ({
  Arn,
  ChannelName: Arn.replace(/^.*\//, ''),
  ChannelState: 'RUNNING',
  Outputs: [],
  PlaybackMode: 'LOOP',
  Tier: 'BASIC',
  LogConfiguration: { LogTypes: [] },
})
const feed = (one: string) => ({ arn: one, id: one.replace(/^.*\//, ''), name: 'x', status: 'AVAILABLE' })

const MEDIA: readonly ServiceCase[] = [
  {
    service: 'mediapackagev2',
    answers: {
      'MediaPackageV2:ListChannelGroups': paged('Items', [CHANNEL_GROUP], 'nextToken', 'NextToken'),
      'MediaPackageV2:ListChannels': paged('Items', ['a', 'b'].map(channel), 'nextToken', 'NextToken'),
      'MediaPackageV2:ListOriginEndpoints': ({ ChannelName }) => ({
        Items: [
          {
            Arn: arn('mediapackagev2', `channelGroup/g/channel/${String(ChannelName)}/originEndpoint/e`),
            ChannelGroupName: 'g',
            ChannelName,
            OriginEndpointName: 'e',
            ContainerType: 'TS',
          },
        ],
      }),
      'MediaPackageV2:GetChannelPolicy': ({ ChannelGroupName, ChannelName }) => ({
        ChannelGroupName,
        ChannelName,
        Policy: text(String(ChannelName)),
      }),
      'MediaPackageV2:GetOriginEndpointPolicy': ({ ChannelGroupName, ChannelName, OriginEndpointName }) => ({
        ChannelGroupName,
        ChannelName,
        OriginEndpointName,
        Policy: text(`${String(ChannelName)}/${String(OriginEndpointName)}`),
      }),
    },
    found: [
      ...['a', 'b'].map((name) => ({
        arn: arn('mediapackagev2', `channelGroup/g/channel/${name}`),
        kind: 'channel',
        policy: policyOf(name),
      })),
      ...['a', 'b'].map((name) => ({
        arn: arn('mediapackagev2', `channelGroup/g/channel/${name}/originEndpoint/e`),
        kind: 'origin-endpoint',
        policy: policyOf(`${name}/e`),
      })),
    ],
    policies: { 'MediaPackageV2:GetChannelPolicy': NONE, 'MediaPackageV2:GetOriginEndpointPolicy': NONE },
  },
  {
    service: 'mediatailor',
    answers: {
      'MediaTailor:ListChannels': paged(
        'Items',
        two('mediatailor', 'channel/').map(tailored),
        'nextToken',
        'NextToken',
      ),
      'MediaTailor:GetChannelPolicy': byArn('ChannelName', 'Policy'),
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('mediatailor', `channel/${name}`),
      kind: 'channel',
      policy: policyOf(name),
    })),
    policies: { 'MediaTailor:GetChannelPolicy': 'NotFoundException' },
  },
  {
    service: 'elemental-inference',
    answers: {
      'ElementalInference:ListFeeds': paged('feeds', two('elemental-inference', 'feed/').map(feed)),
      'ElementalInference:GetFeedPolicy': byArn('id', 'policy'),
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('elemental-inference', `feed/${name}`),
      kind: 'feed',
      policy: policyOf(name),
    })),
    policies: { 'ElementalInference:GetFeedPolicy': NONE },
  },
]

export const DESCRIBED_CASES: readonly ServiceCase[] = [...KEYS_AND_OPERATIONS, ...NETWORKS, ...MEDIA]

import { type Answers, describedService, json, listed, type Operation, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { policyTable } from '../policy-table.ts'

const resolver = describedService({
  id: 'Route53Resolver',
  host: 'route53resolver',
  protocol: 'json-1.1',
  target: 'Route53Resolver',
})

/** A type of Route 53 Resolver: a list, and the policy by which AWS RAM shares an entry of it. */
function resolverKind<A extends Answers, K extends keyof A & string>(
  kind: string,
  list: Operation<A>,
  member: K,
  get: string,
  policy: string,
): ReturnType<typeof describedKind> {
  return describedKind({
    of: resolver,
    prefix: 'route53resolver',
    kind,
    list: [list.name],
    items: (client) => listed(client, list, member) as AsyncIterable<{ readonly Arn?: string }>,
    arn: ({ Arn }) => Arn,
    get: resolver.operation(get, ['POST', '/'], { Arn: 'body' }, { [policy]: text }),
    at: (_, Arn) => ({ Arn }),
    policy: (answer) => answer[policy],
    none: ['ResourceNotFoundException', 'UnknownResourceException'],
  }) as never
}

const listOf = <K extends string>(name: string, member: K) =>
  resolver.operation(
    name,
    ['POST', '/'],
    { NextToken: 'body' },
    { [member]: json<{ Arn?: string }[]>(), NextToken: text },
  )

export const resolverRules = policyTable({
  service: 'route53resolver',
  make: resolver.Client,
  kinds: [
    resolverKind(
      'resolver-rule',
      listOf('ListResolverRules', 'ResolverRules'),
      'ResolverRules',
      'GetResolverRulePolicy',
      'ResolverRulePolicy',
    ),
    resolverKind(
      'firewall-rule-group',
      listOf('ListFirewallRuleGroups', 'FirewallRuleGroups'),
      'FirewallRuleGroups',
      'GetFirewallRuleGroupPolicy',
      'FirewallRuleGroupPolicy',
    ),
    resolverKind(
      'resolver-query-log-config',
      listOf('ListResolverQueryLogConfigs', 'ResolverQueryLogConfigs'),
      'ResolverQueryLogConfigs',
      'GetResolverQueryLogConfigPolicy',
      'ResolverQueryLogConfigPolicy',
    ),
  ],
})

/** The Regions that answer for all of a partition. https://docs.aws.amazon.com/general/latest/gr/networkmanager.html */
const ONE_REGION = { aws: 'us-west-2', 'aws-us-gov': 'us-gov-west-1', 'aws-cn': 'cn-northwest-1' }

const recovery = describedService({
  id: 'Route53 Recovery Control Config',
  host: 'route53-recovery-control-config',
  protocol: 'rest-json',
})
const listClusters = recovery.operation(
  'ListClusters',
  ['GET', '/cluster'],
  { NextToken: 'query' },
  { Clusters: json<{ ClusterArn?: string }[]>(), NextToken: text },
)

export const recoveryClusters = policyTable({
  service: 'route53-recovery-control',
  make: recovery.Client,
  once: ONE_REGION,
  kinds: [
    describedKind({
      of: recovery,
      prefix: 'route53-recovery-control-config',
      kind: 'recovery-cluster',
      list: ['ListClusters'],
      items: (client) => listed(client, listClusters, 'Clusters'),
      arn: ({ ClusterArn }) => ClusterArn,
      get: recovery.operation(
        'GetResourcePolicy',
        ['GET', '/resourcePolicy/{ResourceArn}'],
        { ResourceArn: 'path' },
        { Policy: text },
      ),
      at: (_, ResourceArn) => ({ ResourceArn }),
      policy: ({ Policy }) => Policy,
      none: ['ResourceNotFoundException'],
    }),
  ],
})

const network = describedService({ id: 'NetworkManager', host: 'networkmanager', protocol: 'rest-json' })
const listNetworks = network.operation(
  'ListCoreNetworks',
  ['GET', '/core-networks'],
  { nextToken: 'query' },
  { CoreNetworks: json<{ CoreNetworkArn?: string }[]>(), NextToken: text },
)

export const coreNetworks = policyTable({
  service: 'networkmanager',
  make: network.Client,
  once: ONE_REGION,
  kinds: [
    describedKind({
      of: network,
      prefix: 'networkmanager',
      kind: 'core-network',
      list: ['ListCoreNetworks'],
      items: (client) => listed(client, listNetworks, 'CoreNetworks'),
      arn: ({ CoreNetworkArn }) => CoreNetworkArn,
      get: network.operation(
        'GetResourcePolicy',
        ['GET', '/resource-policy/{resourceArn}'],
        { resourceArn: 'path' },
        { PolicyDocument: text },
      ),
      at: (_, resourceArn) => ({ resourceArn }),
      policy: ({ PolicyDocument }) => PolicyDocument,
    }),
  ],
})

import {
  DescribeResourcePolicyCommand,
  NetworkFirewallClient,
  paginateListFirewallPolicies,
  paginateListFirewalls,
  paginateListRuleGroups,
} from '@aws-sdk/client-network-firewall'
import {
  GetAuthPolicyCommand,
  GetResourcePolicyCommand,
  paginateListResourceConfigurations,
  paginateListServiceNetworks,
  paginateListServices,
  VPCLatticeClient,
} from '@aws-sdk/client-vpc-lattice'
import {
  GetPermissionPolicyCommand,
  ListRuleGroupsCommand,
  type ListRuleGroupsCommandInput,
  type Scope,
  WAFV2Client,
} from '@aws-sdk/client-wafv2'
import { orNone } from '../outcome.ts'
import { each, kindOf, pages, policyTable } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

/** The auth policy says who may call a service; the resource policy, made by sharing, who may use it in a network. */
async function latticePolicies(client: VPCLatticeClient, arn: string | undefined) {
  const answers = await Promise.all([
    orNone(client.send(new GetAuthPolicyCommand({ resourceIdentifier: arn })), NOT_FOUND),
    orNone(client.send(new GetResourcePolicyCommand({ resourceArn: arn })), NOT_FOUND),
  ])
  return answers.map((answer) => answer?.policy)
}

const LATTICE_GET = ['vpc-lattice:GetAuthPolicy', 'vpc-lattice:GetResourcePolicy']

export const lattice = policyTable({
  service: 'vpc-lattice',
  make: VPCLatticeClient,
  kinds: [
    kindOf({
      kind: 'lattice-service',
      list: ['vpc-lattice:ListServices'],
      items: (client: VPCLatticeClient) => each(paginateListServices({ client }, {}), ({ items }) => items),
      arn: ({ arn }) => arn,
      get: LATTICE_GET,
      policy: (client, { arn }) => latticePolicies(client, arn),
    }),
    kindOf({
      kind: 'service-network',
      list: ['vpc-lattice:ListServiceNetworks'],
      items: (client: VPCLatticeClient) => each(paginateListServiceNetworks({ client }, {}), ({ items }) => items),
      arn: ({ arn }) => arn,
      get: LATTICE_GET,
      policy: (client, { arn }) => latticePolicies(client, arn),
    }),
    kindOf({
      kind: 'resource-configuration',
      list: ['vpc-lattice:ListResourceConfigurations'],
      items: (client: VPCLatticeClient) =>
        each(paginateListResourceConfigurations({ client }, {}), ({ items }) => items),
      arn: ({ arn }) => arn,
      get: ['vpc-lattice:GetResourcePolicy'],
      policy: async (client, { arn: resourceArn }) =>
        (await client.send(new GetResourcePolicyCommand({ resourceArn }))).policy,
      none: NOT_FOUND,
    }),
  ],
})

const firewallPolicy = async (client: NetworkFirewallClient, ResourceArn: string | undefined) =>
  (await client.send(new DescribeResourcePolicyCommand({ ResourceArn }))).Policy

const FIREWALL = { get: ['network-firewall:DescribeResourcePolicy'], none: NOT_FOUND }

export const firewalls = policyTable({
  service: 'network-firewall',
  make: NetworkFirewallClient,
  kinds: [
    kindOf({
      ...FIREWALL,
      kind: 'firewall-policy',
      list: ['network-firewall:ListFirewallPolicies'],
      items: (client: NetworkFirewallClient) =>
        each(paginateListFirewallPolicies({ client }, {}), ({ FirewallPolicies }) => FirewallPolicies),
      arn: ({ Arn }) => Arn,
      policy: (client, { Arn }) => firewallPolicy(client, Arn),
    }),
    kindOf({
      ...FIREWALL,
      kind: 'firewall',
      list: ['network-firewall:ListFirewalls'],
      items: (client: NetworkFirewallClient) =>
        each(paginateListFirewalls({ client }, {}), ({ Firewalls }) => Firewalls),
      arn: ({ FirewallArn }) => FirewallArn,
      policy: (client, { FirewallArn }) => firewallPolicy(client, FirewallArn),
    }),
    kindOf({
      ...FIREWALL,
      kind: 'rule-group',
      list: ['network-firewall:ListRuleGroups'],
      items: (client: NetworkFirewallClient) =>
        each(paginateListRuleGroups({ client }, {}), ({ RuleGroups }) => RuleGroups),
      arn: ({ Arn }) => Arn,
      policy: (client, { Arn }) => firewallPolicy(client, Arn),
    }),
  ],
})

async function* ruleGroups(client: WAFV2Client, region: string) {
  // Those of CloudFront are in no Region and are listed in one.
  const scopes: readonly Scope[] = region === 'us-east-1' ? ['REGIONAL', 'CLOUDFRONT'] : ['REGIONAL']
  for (const scope of scopes)
    yield* each(
      pages(
        (input: ListRuleGroupsCommandInput) => client.send(new ListRuleGroupsCommand(input)),
        { Scope: scope },
        'NextMarker',
        // A last page may carry a marker too; an empty one ends the list.
        ({ NextMarker, RuleGroups = [] }) => (RuleGroups.length === 0 ? undefined : NextMarker),
      ),
      ({ RuleGroups }) => RuleGroups,
    )
}

export const webFirewalls = policyTable({
  service: 'wafv2',
  make: WAFV2Client,
  kinds: [
    kindOf({
      kind: 'rule-group',
      list: ['wafv2:ListRuleGroups'],
      items: (client: WAFV2Client, { region }) => ruleGroups(client, region),
      arn: ({ ARN }) => ARN,
      get: ['wafv2:GetPermissionPolicy'],
      policy: async (client, { ARN }) =>
        (await client.send(new GetPermissionPolicyCommand({ ResourceArn: ARN }))).Policy,
      none: ['WAFNonexistentItemException'],
    }),
  ],
})

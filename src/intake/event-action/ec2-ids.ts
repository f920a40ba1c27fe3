import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import { filled } from './arn-pattern.ts'
import type { EventResources } from './event-resources.ts'

/**
 * Resource types of EC2 by what their ids begin with (R-CT-31). Key pairs and placement groups are missing: their ARNs have
 * the name in place of the id.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
// biome-ignore format: a table is read by its columns
const TYPE_OF_PREFIX: ReadonlyMap<string, string> = new Map([
  ['i', 'instance'],
  ['vol', 'volume'],
  ['snap', 'snapshot'],
  ['ami', 'image'],
  ['sg', 'security-group'],
  ['sgr', 'security-group-rule'],
  ['subnet', 'subnet'],
  ['vpc', 'vpc'],
  ['eni', 'network-interface'],
  ['rtb', 'route-table'],
  ['acl', 'network-acl'],
  ['igw', 'internet-gateway'],
  ['eigw', 'egress-only-internet-gateway'],
  ['nat', 'natgateway'],
  ['eipalloc', 'elastic-ip'],
  ['vpce', 'vpc-endpoint'],
  ['vpce-svc', 'vpc-endpoint-service'],
  ['pcx', 'vpc-peering-connection'],
  ['fl', 'vpc-flow-log'],
  ['dopt', 'dhcp-options'],
  ['pl', 'prefix-list'],
  ['cgw', 'customer-gateway'],
  ['vgw', 'vpn-gateway'],
  ['vpn', 'vpn-connection'],
  ['cvpn-endpoint', 'client-vpn-endpoint'],
  ['tgw', 'transit-gateway'],
  ['tgw-attach', 'transit-gateway-attachment'],
  ['tgw-rtb', 'transit-gateway-route-table'],
  ['lt', 'launch-template'],
  ['fleet', 'fleet'],
  ['sfr', 'spot-fleet-request'],
  ['sir', 'spot-instances-request'],
  ['cr', 'capacity-reservation'],
  ['h', 'dedicated-host'],
  ['eice', 'instance-connect-endpoint'],
  ['ipam', 'ipam'],
  ['ipam-pool', 'ipam-pool'],
  ['ipam-scope', 'ipam-scope'],
])

/** The resources of these ids; none where one is of a kind that we do not know, since it is judged as the others are. */
export function ec2ArnsOfIds(ids: readonly string[], event: EventResources): readonly string[] {
  const arns = [...new Set(ids)].map((id) => arnOfId(id, event))
  return arns.every((arn) => arn !== undefined) ? arns : []
}

/** Eight or seventeen digits; a Spot request's fleet has a UUID. */
const ID =
  /^([a-z]{1,8}(?:-[a-z]{2,10}){0,2})-(?:[0-9a-z]{8}|[0-9a-f]{17}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

function arnOfId(id: string, event: EventResources): string | undefined {
  const type = TYPE_OF_PREFIX.get(ID.exec(id)?.[1] ?? '')
  const [pattern] = type === undefined ? [] : (resourceTypeFacts('ec2', type)?.arnPatterns ?? [])
  if (pattern === undefined) return undefined
  return filled(pattern, (name) => {
    if (name === 'Partition') return event.partition
    if (name === 'Region') return event.region ?? undefined
    return name === 'Account' ? (event.account ?? undefined) : id
  })
}

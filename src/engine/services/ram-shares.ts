/**
 * Resource types that AWS RAM shares with other accounts and that have no resource policy to say so: by service, the first
 * word of the resource. A share is in no snapshot (R-XACC-06). Read against the page's text of 2023; what came later, and
 * is not confirmed by it, stands in a second table.
 * https://docs.aws.amazon.com/ram/latest/userguide/shareable.html
 */
// biome-ignore format: a table is read by its columns
const ON_THE_PAGE = [
  ['ec2',             'subnet transit-gateway transit-gateway-multicast-domain prefix-list ipam-pool ipam-resource-discovery local-gateway-route-table coip-pool traffic-mirror-target capacity-reservation dedicated-host placement-group'],
  ['rds',             'cluster'],
  ['route53resolver', 'resolver-rule resolver-query-log-config firewall-rule-group'],
  ['license-manager', 'license-configuration'],
  ['resource-groups', 'group'],
  ['imagebuilder',    'component image image-recipe container-recipe'],
  ['appmesh',         'mesh'],
  ['outposts',        'outpost site'],
  ['servicecatalog',  'applications attribute-groups'],
  ['aws-marketplace', 'AWSMarketplace'],
] as const

// biome-ignore format: a table is read by its columns
const LATER = [
  ['ec2',             'verified-access-group security-group'],
  ['route53profiles', 'profile'],
  ['appsync',         'apis'],
  ['ssm-quicksetup',  'configuration-manager'],
] as const

const SHAREABLE: ReadonlySet<string> = new Set(
  [...ON_THE_PAGE, ...LATER].flatMap(([service, types]) => types.split(' ').map((type) => `${service} ${type}`)),
)

/** `segments` of the ARN. Some services begin the resource with a slash: `/applications/ID`. */
export function isShareableByRam(segments: readonly string[]): boolean {
  const word = (segments[5] ?? '').split(/[/:]/).find((step) => step !== '') ?? ''
  return SHAREABLE.has(`${segments[2] ?? ''} ${word}`)
}

/**
 * Resource types that AWS RAM shares with other accounts and that have no resource policy to say so: by service, the first
 * word of the resource. A share is in no snapshot (R-XACC-06).
 * https://docs.aws.amazon.com/ram/latest/userguide/shareable.html
 */
// biome-ignore format: a table is read by its columns
const SHAREABLE: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  ([
    ['ec2',             'subnet transit-gateway prefix-list ipam-pool ipam-resource-discovery local-gateway-route-table capacity-reservation dedicated-host coip-pool traffic-mirror-target verified-access-group security-group transit-gateway-multicast-domain placement-group'],
    ['rds',             'cluster'],
    ['route53resolver', 'resolver-rule resolver-query-log-config firewall-rule-group'],
    ['route53profiles', 'profile'],
    ['license-manager', 'license-configuration'],
    ['resource-groups', 'group'],
    ['imagebuilder',    'component image image-recipe container-recipe'],
    ['appmesh',         'mesh'],
    ['outposts',        'outpost site'],
    ['servicecatalog',  'applications attribute-groups'],
    ['appsync',         'apis'],
    ['ssm-quicksetup',  'configuration-manager'],
  ] as const).map(([service, types]) => [service, new Set(types.split(' '))] as const),
)

/** `segments` of the ARN. */
export function isShareableByRam(segments: readonly string[]): boolean {
  const word = (segments[5] ?? '').split(/[/:]/)[0] ?? ''
  return SHAREABLE.get(segments[2] ?? '')?.has(word) === true
}

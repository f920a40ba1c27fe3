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

/**
 * Resource types whose owner lets other accounts in by a call of the service, which no policy shows: launch permissions of an image,
 * restore permissions of a snapshot, allowed principals of an endpoint service and the like. Pages were read for images and for
 * snapshots of RDS and Redshift.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html
 * https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html
 */
// biome-ignore format: a table is read by its columns
const BY_THE_OWNER = [
  ['ec2',             'image snapshot vpc-endpoint-service'],
  ['rds',             'snapshot cluster-snapshot'],
  ['redshift',        'snapshot'],
  ['route53',         'hostedzone'],
  ['catalog',         'portfolio product'],
  ['securityhub',     'product'],
] as const

const OPENED: ReadonlySet<string> = new Set(
  BY_THE_OWNER.flatMap(([service, types]) => types.split(' ').map((type) => `${service} ${type}`)),
)

const SHAREABLE: ReadonlySet<string> = new Set(
  [...ON_THE_PAGE, ...LATER].flatMap(([service, types]) => types.split(' ').map((type) => `${service} ${type}`)),
)

/** `segments` of the ARN. */
export const isShareableByRam = (segments: readonly string[]): boolean => SHAREABLE.has(typeOf(segments))

/** Whether the owner may have let other accounts in by a call of the service. */
export const isOpenedByOwner = (segments: readonly string[]): boolean => OPENED.has(typeOf(segments))

/** Some services begin the resource with a slash: `/applications/ID`. */
function typeOf(segments: readonly string[]): string {
  const word = (segments[5] ?? '').split(/[/:]/).find((step) => step !== '') ?? ''
  return `${segments[2] ?? ''} ${word}`
}

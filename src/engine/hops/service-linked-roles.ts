/**
 * Calls that make the service's linked role where it is not there yet, with the service and the role's name (G-114).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
 */
// biome-ignore format: a table is read by its columns
const ROLES: readonly (readonly [actions: readonly string[], service: string, role: string, onlyFor?: string])[] = [
  [['autoscaling:CreateAutoScalingGroup'],                         'autoscaling.amazonaws.com',                     'AWSServiceRoleForAutoScaling'],
  [['cloudtrail:CreateTrail'],                                     'cloudtrail.amazonaws.com',                      'AWSServiceRoleForCloudTrail', 'the trail is for an organization'], // using-service-linked-roles-create-slr-for-org-trails.html
  [['connect:CreateInstance'],                                     'connect.amazonaws.com',                         'AWSServiceRoleForAmazonConnect_*'], // one for each instance, with a suffix: connect-slr.html
  [['ec2:RequestSpotInstances'],                                   'spot.amazonaws.com',                            'AWSServiceRoleForEC2Spot'],
  [['ec2:RequestSpotFleet'],                                       'spotfleet.amazonaws.com',                       'AWSServiceRoleForEC2SpotFleet'],
  [['ecs:CreateCluster', 'ecs:CreateService'],                     'ecs.amazonaws.com',                             'AWSServiceRoleForECS'],
  [['eks:CreateCluster'],                                          'eks.amazonaws.com',                             'AWSServiceRoleForAmazonEKS'],
  [['eks:CreateNodegroup'],                                        'eks-nodegroup.amazonaws.com',                   'AWSServiceRoleForAmazonEKSNodegroup'],
  [['elasticache:CreateCacheCluster', 'elasticache:CreateReplicationGroup'], 'elasticache.amazonaws.com',           'AWSServiceRoleForElastiCache'],
  [['elasticfilesystem:CreateMountTarget', 'elasticfilesystem:PutBackupPolicy'], 'elasticfilesystem.amazonaws.com', 'AWSServiceRoleForAmazonElasticFileSystem'],
  [['elasticloadbalancing:CreateLoadBalancer'],                    'elasticloadbalancing.amazonaws.com',            'AWSServiceRoleForElasticLoadBalancing'],
  [['elasticmapreduce:RunJobFlow'],                                'elasticmapreduce.amazonaws.com',                'AWSServiceRoleForEMRCleanup'],
  [['es:CreateDomain'],                                            'opensearchservice.amazonaws.com',               'AWSServiceRoleForAmazonOpenSearchService', 'the domain is reached through a VPC'], // slr.html
  [['guardduty:CreateDetector'],                                   'guardduty.amazonaws.com',                       'AWSServiceRoleForAmazonGuardDuty'],
  [['kafka:CreateCluster', 'kafka:CreateClusterV2'],               'kafka.amazonaws.com',                           'AWSServiceRoleForKafka'],
  [['organizations:CreateOrganization'],                           'organizations.amazonaws.com',                   'AWSServiceRoleForOrganizations'],
  [['rds:CreateDBInstance', 'rds:CreateDBCluster'],                'rds.amazonaws.com',                             'AWSServiceRoleForRDS'],
  [['redshift:CreateCluster'],                                     'redshift.amazonaws.com',                        'AWSServiceRoleForRedshift'],
  [['securityhub:EnableSecurityHub'],                              'securityhub.amazonaws.com',                     'AWSServiceRoleForSecurityHub'],
]

export interface LinkedRole {
  readonly actions: readonly string[]
  readonly service: string
  /** `role/aws-service-role/SERVICE/NAME`: its ARN behind the account. */
  readonly resource: string
  /** What else must be so for the call to need it; no request shows it. */
  readonly onlyFor: string | undefined
}

export const LINKED_ROLES: readonly LinkedRole[] = ROLES.map(([actions, service, role, onlyFor]) => ({
  actions,
  service,
  resource: `role/aws-service-role/${service}/${role}`,
  onlyFor,
}))

const BY_ACTION: ReadonlyMap<string, LinkedRole> = new Map(
  LINKED_ROLES.flatMap((role) => role.actions.map((action) => [action.toLowerCase(), role] as const)),
)

/** The role a call may make on its first use in an account. */
export const linkedRoleOf = (action: string): LinkedRole | undefined => BY_ACTION.get(action.toLowerCase())

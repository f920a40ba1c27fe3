/**
 * Calls that make the service's linked role where it is not there yet, with the service and the role's name (G-114).
 * The names are those of AWS managed policies and of each service's guide; of calls that have `iam:CreateServiceLinkedRole` among
 * their dependent actions in the Service Authorization Reference, those are here whose role is the same for all.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
 */
// biome-ignore format: a table is read by its columns
const ROLES: readonly (readonly [actions: readonly string[], service: string, role: string, onlyFor?: string])[] = [
  [['access-analyzer:CreateAnalyzer'],                             'access-analyzer.amazonaws.com',                 'AWSServiceRoleForAccessAnalyzer'],
  [['aps:CreateScraper'],                                          'scraper.aps.amazonaws.com',                     'AWSServiceRoleForAmazonPrometheusScraper*'],
  [['autoscaling:CreateAutoScalingGroup'],                         'autoscaling.amazonaws.com',                     'AWSServiceRoleForAutoScaling'],
  [['cloud9:CreateEnvironmentEC2'],                                'cloud9.amazonaws.com',                          'AWSServiceRoleForAWSCloud9'],
  [['cloudhsm:CreateCluster'],                                     'cloudhsm.amazonaws.com',                        'AWSServiceRoleForCloudHSM'],
  [['cloudtrail:CreateTrail'],                                     'cloudtrail.amazonaws.com',                      'AWSServiceRoleForCloudTrail', 'the trail is for an organization'], // using-service-linked-roles-create-slr-for-org-trails.html
  [['codeguru-reviewer:AssociateRepository'],                      'codeguru-reviewer.amazonaws.com',               'AWSServiceRoleForAmazonCodeGuruReviewer'],
  [['config:PutConformancePack'],                                  'config-conforms.amazonaws.com',                 'AWSServiceRoleForConfigConforms'],
  [['connect:CreateInstance'],                                     'connect.amazonaws.com',                         'AWSServiceRoleForAmazonConnect_*'], // one for each instance, with a suffix: connect-slr.html
  [['docdb-elastic:CreateCluster'],                                'docdb-elastic.amazonaws.com',                   'AWSServiceRoleForDocDB-Elastic'],
  [['dsql:CreateCluster'],                                         'dsql.amazonaws.com',                            'AWSServiceRoleForAuroraDsql'],
  [['ec2:RequestSpotFleet'],                                       'spotfleet.amazonaws.com',                       'AWSServiceRoleForEC2SpotFleet'],
  [['ec2:RequestSpotInstances'],                                   'spot.amazonaws.com',                            'AWSServiceRoleForEC2Spot'],
  [['ecr:CreatePullThroughCacheRule'],                             'pullthroughcache.ecr.amazonaws.com',            'AWSServiceRoleForECRPullThroughCache'],
  [['ecr:PutReplicationConfiguration'],                            'replication.ecr.amazonaws.com',                 'AWSServiceRoleForECRReplication'],
  [['ecs:CreateCluster', 'ecs:CreateService'],                     'ecs.amazonaws.com',                             'AWSServiceRoleForECS'],
  [['eks:CreateCluster'],                                          'eks.amazonaws.com',                             'AWSServiceRoleForAmazonEKS'],
  [['eks:CreateNodegroup'],                                        'eks-nodegroup.amazonaws.com',                   'AWSServiceRoleForAmazonEKSNodegroup'],
  [['elasticache:CreateCacheCluster', 'elasticache:CreateReplicationGroup'], 'elasticache.amazonaws.com',           'AWSServiceRoleForElastiCache'],
  [['elasticfilesystem:CreateMountTarget', 'elasticfilesystem:PutBackupPolicy'], 'elasticfilesystem.amazonaws.com', 'AWSServiceRoleForAmazonElasticFileSystem'],
  [['elasticloadbalancing:CreateLoadBalancer'],                    'elasticloadbalancing.amazonaws.com',            'AWSServiceRoleForElasticLoadBalancing'],
  [['elasticmapreduce:RunJobFlow'],                                'elasticmapreduce.amazonaws.com',                'AWSServiceRoleForEMRCleanup'],
  [['es:CreateDomain'],                                            'opensearchservice.amazonaws.com',               'AWSServiceRoleForAmazonOpenSearchService', 'the domain is reached through a VPC'], // slr.html
  [['fis:StartExperiment'],                                        'fis.amazonaws.com',                             'AWSServiceRoleForFIS'],
  [['grafana:CreateWorkspace'],                                    'grafana.amazonaws.com',                         'AWSServiceRoleForAmazonGrafana'],
  [['guardduty:CreateDetector'],                                   'guardduty.amazonaws.com',                       'AWSServiceRoleForAmazonGuardDuty'],
  [['imagebuilder:CreateImage', 'imagebuilder:CreateImagePipeline'], 'imagebuilder.amazonaws.com',                  'AWSServiceRoleForImageBuilder'],
  [['kafka:CreateCluster', 'kafka:CreateClusterV2'],               'kafka.amazonaws.com',                           'AWSServiceRoleForKafka'],
  [['kafkaconnect:CreateConnector'],                               'kafkaconnect.amazonaws.com',                    'AWSServiceRoleForKafkaConnect'],
  [['kms:CreateCustomKeyStore'],                                   'cks.kms.amazonaws.com',                         'AWSServiceRoleForKeyManagementServiceCustomKeyStores'],
  [['kms:ReplicateKey'],                                           'mrk.kms.amazonaws.com',                         'AWSServiceRoleForKeyManagementServiceMultiRegionKeys'],
  [['lambda:CreateCapacityProvider'],                              'lambda.amazonaws.com',                          'AWSServiceRoleForLambda'],
  [['mq:CreateBroker'],                                            'mq.amazonaws.com',                              'AWSServiceRoleForAmazonMQ'],
  [['neptune-graph:CreateGraph', 'neptune-graph:CreateGraphUsingImportTask'], 'neptune-graph.amazonaws.com',        'AWSServiceRoleForNeptuneGraph'],
  [['network-firewall:CreateFirewall'],                            'network-firewall.amazonaws.com',                'AWSServiceRoleForNetworkFirewall'],
  [['organizations:CreateOrganization'],                           'organizations.amazonaws.com',                   'AWSServiceRoleForOrganizations'],
  [['osis:CreatePipeline'],                                        'osis.amazonaws.com',                            'AWSServiceRoleForAmazonOpenSearchIngestionService'],
  [['profile:CreateDomain'],                                       'profile.amazonaws.com',                         'AWSServiceRoleForProfile_*'],
  [['rds:CreateDBInstance', 'rds:CreateDBCluster'],                'rds.amazonaws.com',                             'AWSServiceRoleForRDS'],
  [['redshift:CreateCluster'],                                     'redshift.amazonaws.com',                        'AWSServiceRoleForRedshift'],
  [['rum:CreateAppMonitor'],                                       'rum.amazonaws.com',                             'AWSServiceRoleForRealUserMonitoring'],
  [['security-ir:CreateMembership'],                               'security-ir.amazonaws.com',                     'AWSServiceRoleForSecurityIncidentResponse'],
  [['securityhub:EnableSecurityHub'],                              'securityhub.amazonaws.com',                     'AWSServiceRoleForSecurityHub'],
  [['securitylake:CreateDataLake'],                                'securitylake.amazonaws.com',                    'AWSServiceRoleForSecurityLake'],
  [['servicecatalog:CreateApplication'],                           'servicecatalog-appregistry.amazonaws.com',      'AWSServiceRoleForAWSServiceCatalogAppRegistry'],
  [['sso:CreateInstance'],                                         'sso.amazonaws.com',                             'AWSServiceRoleForSSO'],
  [['vpc-lattice:CreateService', 'vpc-lattice:CreateServiceNetwork', 'vpc-lattice:CreateTargetGroup'], 'vpc-lattice.amazonaws.com', 'AWSServiceRoleForVpcLattice'],
  [['wafv2:PutLoggingConfiguration'],                              'wafv2.amazonaws.com',                           'AWSServiceRoleForWAFV2Logging'],
]

export interface LinkedRole {
  readonly actions: readonly string[]
  readonly service: string
  /** `role/aws-service-role/SERVICE/NAME`: its ARN behind the account. */
  readonly resource: string
  /** The condition under which the call needs it; no request shows it. */
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

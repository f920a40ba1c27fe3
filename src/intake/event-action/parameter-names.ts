/**
 * Where a name in an ARN pattern of the Service Authorization Reference is filled from a request parameter of another
 * name: `service|Name`, or `service|type|Name` where types of one service share a name → parameters, first present wins. Parameters are compared without case (R-CT-32); names that
 * equal the parameter, or differ by the rule in `parameterNames`, need no entry. Sources: R-CT-31, R-CT-31a, from real
 * records (TrailDiscover, invictus-ir) and each service's API reference.
 */
// biome-ignore format: a table is read by its columns
export const PARAMETERS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['rds|DbInstanceName', ['dBInstanceIdentifier']],
  ['rds|DbClusterInstanceName', ['dBClusterIdentifier']],
  ['rds|SnapshotName', ['dBSnapshotIdentifier', 'sourceDBSnapshotIdentifier']],
  ['rds|ClusterSnapshotName', ['dBClusterSnapshotIdentifier', 'sourceDBClusterSnapshotIdentifier']],
  ['rds|ParameterGroupName', ['dBParameterGroupName']],
  ['rds|ClusterParameterGroupName', ['dBClusterParameterGroupName']],
  ['rds|SubnetGroupName', ['dBSubnetGroupName']],
  ['rds|SecurityGroupName', ['dBSecurityGroupName']],
  ['rds|GlobalCluster', ['globalClusterIdentifier']],
  ['eks|ClusterName', ['clusterName', 'name']],
  ['ecs|ClusterName', ['cluster', 'clusterName', 'clusters']],
  ['ecs|ServiceName', ['service', 'serviceName']],
  ['ecs|TaskId', ['task', 'tasks']],
  ['ecs|ContainerInstanceId', ['containerInstance', 'containerInstances']],
  ['events|RuleName', ['rule', 'name']],
  ['events|EventBusName', ['eventBusName', 'name']],
  ['ses|IdentityName', ['identity', 'emailIdentity', 'source', 'fromEmailAddress']],
  ['cloudfront|DistributionId', ['distributionId', 'id']],
  ['cloudtrail|TrailName', ['name', 'trailName', 'trailNameList']],
  ['cloudtrail|EventDataStoreId', ['eventDataStore']],
  ['cloudtrail|ChannelId', ['channel']],
  ['appsync|GraphQLAPIId', ['apiId']],
  ['athena|WorkGroupName', ['workGroup']],
  ['glue|DatabaseName', ['databaseName']],
  ['glue|TableName', ['tableName']],
  ['cognito-idp|UserPoolId', ['userPoolId']],
  ['iam|MfaTokenIdWithPath', ['virtualMFADeviceName']],
  ['iam|CertificateNameWithPath', ['serverCertificateName']],
  ['iam|SamlProviderName', ['name']],
  ['sts|FederatedUserName', ['name']],
  ['sns|TopicName', ['name']],
  ['cloudwatch|AlarmName', ['alarmName', 'alarmNames']],
  ['autoscaling|GroupFriendlyName', ['autoScalingGroupName', 'autoScalingGroupNames']],
  ['kinesis|StreamName', ['streamName']],
  ['codebuild|ProjectName', ['projectName', 'name', 'names']],
  ['codepipeline|PipelineName', ['name', 'pipelineName']],
  ['states|StateMachineName', ['name']],
  ['es|DomainName', ['domainName']],
  ['glacier|VaultName', ['vaultName']],
  ['ssm|DocumentName', ['documentName', 'name']],
  ['ec2|SecurityGroupId', ['groupId', 'securityGroupId', 'groupIds']],
  ['ec2|KeyPairName', ['keyName']],
  ['ec2|NaclId', ['networkAclId']],
  ['ec2|VpcFlowLogId', ['flowLogId', 'flowLogIds']],
  ['elasticmapreduce|ClusterId', ['clusterId', 'jobFlowId', 'jobFlowIds']],
  ['elasticloadbalancing|LoadBalancerName', ['loadBalancerName']],
  ['redshift|ClusterName', ['clusterIdentifier']],
  ['elasticache|SnapshotName', ['snapshotName']],
  ['batch|JobQueueName', ['jobQueue', 'jobQueueName']],
  ['batch|JobDefinitionName', ['jobDefinition', 'jobDefinitionName']],
  ['wafv2|Scope', ['scope']],
  ['cloudformation|StackName', ['stackName']],
  ['bedrock|ResourceId', ['modelId']],
  ['mobiletargeting|AppId', ['applicationId']],
  ['chime|AppInstanceId', ['appInstanceArn']],
  ['swf|DomainName', ['domain', 'name']],
  ['codeartifact|DomainName', ['domain', 'domainName']],
  ['codeartifact|RepositoryName', ['repository', 'repositoryName']],
  ['evidently|ProjectName', ['project', 'name']],
  ['evidently|FeatureName', ['feature', 'name']],
  ['evidently|ExperimentName', ['experiment', 'name']],
  ['evidently|LaunchName', ['launch', 'name']],
  ['iot|Certificate', ['certificateId']],
  ['sso|AccountId', ['accountId', 'targetId']], // https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html
  ['secretsmanager|SecretId', ['secretId', 'name']],
  ['ssm|maintenancewindow|ResourceId', ['windowId']],
  ['ssm|PatchBaselineIdResourceId', ['baselineId']],
  ['workspaces|DirectoryId', ['directoryId', 'resourceId']],
  ['workspaces|ConnectionAliasId', ['aliasId']],
  ['memorydb|multiregioncluster|ClusterName', ['multiRegionClusterName']],
  ['mediatailor|playbackConfiguration|ResourceId', ['playbackConfigurationName', 'name']],
  ['databrew|ResourceId', ['name']],
  ['rum|Name', ['name']],
  ['airflow|EnvironmentName', ['name']],
  ['s3|objectlambdaaccesspoint|AccessPointName', ['name']],
  ['rekognition|StreamprocessorId', ['name']],
])

/**
 * Parts of an ARN that only AWS knows and the request does not give; AWS judges and prints `*` in their place (R-MSG-25).
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
 */
export const UNGIVEN: ReadonlySet<string> = new Set([
  'eks|UUID',
  'cloudformation|Id',
  'autoscaling|GroupId',
  'autoscaling|Id',
])

/** Values that AWS takes where a call does not say them. */
export const ASSUMED: ReadonlyMap<string, string> = new Map([
  ['ecs|ClusterName', 'default'], // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
  ['scheduler|GroupName', 'default'], // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
])

/** Parameters that hold an argument of the call, or the resource of a further request (R-CT-30c). */
export const ARGUMENTS: ReadonlySet<string> = new Set([
  'rolearn',
  'iamrolearn',
  'executionrolearn',
  'policyarn',
  'principalarn',
  'permissionsboundary',
  'kmskeyid',
  'targetarn',
  'destinationarn',
  'topicarn',
])

/** Names that mean whatever the resource type is. */
const GENERIC = new Set(['id', 'name', 'resourceid', 'uuid'])

/** Parameters that may fill a name of a pattern, the likeliest first. */
export function parameterNames(service: string, type: string, name: string): readonly string[] {
  const key = `${service} ${type} ${name}`
  const known = read.get(key)
  if (known !== undefined) return known
  const found = namesFor(service, type, name)
  read.set(key, found)
  return found
}

/** The reference has no more of them than types and names. */
const read = new Map<string, readonly string[]>()

function namesFor(service: string, type: string, name: string): readonly string[] {
  const listed = PARAMETERS.get(`${service}|${type}|${name}`) ?? PARAMETERS.get(`${service}|${name}`)
  if (listed !== undefined) return listed
  const plain = name.replace(/(?:WithPath|WithoutLeadingSlash)$/, '')
  if (GENERIC.has(plain.toLowerCase())) {
    const kind = type.replaceAll(/[^A-Za-z0-9]/g, '')
    return plain.toLowerCase() === 'name' ? [`${kind}Name`] : [`${kind}Id`, `${kind}Identifier`]
  }
  const base = plain.replace(/(?:Name|Identifier|Id)$/, '')
  return base === plain || base === '' ? [plain] : [plain, `${plain}s`, `${base}Identifier`]
}

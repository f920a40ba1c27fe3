/**
 * Calls that tag what they make and are then evaluated as tagging as well (G-85), with AWS's page that says so: of the service, or its
 * dependent actions in the Service Authorization Reference. Behind `=`: the type of what is made, as it stands in its ARN, where the
 * call is evaluated on resources of other types too.
 */
// biome-ignore format: a table is read by its columns
export const TAGGING_CALLS: readonly (readonly [tagging: string, docs: string, operations: string])[] = [
  ['aps:TagResource',               'service-authorization/latest/reference/list_amazonmanagedserviceforprometheus.html',          'CreateScraper=scraper'],
  ['cloudhsm:TagResource',          'service-authorization/latest/reference/list_awscloudhsm.html',                                'CreateCluster=cluster CopyBackupToRegion=backup'],
  ['cloudtrail:AddTags',            'service-authorization/latest/reference/list_awscloudtrail.html',                              'CreateTrail CreateEventDataStore CreateChannel=channel CreateDashboard'],
  ['cloudwatch:TagResource',        'AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html',                                'PutMetricAlarm=alarm'],
  ['controltower:TagResource',      'service-authorization/latest/reference/list_awscontroltower.html',                            'CreateLandingZone EnableBaseline EnableControl'],
  ['deadline:TagResource',          'service-authorization/latest/reference/list_awsdeadlinecloud.html',                           'CreateBudget CreateFarm CreateFleet CreateLicenseEndpoint CreateMonitor CreateQueue CreateWorker'],
  ['dynamodb:TagResource',          'amazondynamodb/latest/developerguide/Tagging.html',                                           'CreateTable'],
  ['ecr:TagResource',               'AmazonECR/latest/userguide/ecr-using-tags.html',                                              'CreateRepository'],
  ['elasticache:AddTagsToResource', 'service-authorization/latest/reference/list_amazonelasticache.html',                          'CreateCacheCluster=cluster CreateReplicationGroup=replicationgroup CreateServerlessCache=serverlesscache CreateCacheParameterGroup=parametergroup CreateCacheSubnetGroup=subnetgroup CreateCacheSecurityGroup=securitygroup CreateSnapshot=snapshot CopySnapshot=snapshot CreateServerlessCacheSnapshot=serverlesscachesnapshot CopyServerlessCacheSnapshot=serverlesscachesnapshot CreateUser=user CreateUserGroup=usergroup'],
  ['elasticfilesystem:TagResource', 'service-authorization/latest/reference/list_amazonelasticfilesystem.html',                    'CreateFileSystem=file-system CreateAccessPoint=access-point'],
  ['elasticloadbalancing:AddTags',  'service-authorization/latest/reference/list_awselasticloadbalancingv2.html',                  'CreateLoadBalancer=loadbalancer CreateTargetGroup=targetgroup CreateListener=listener CreateRule=listener-rule CreateTrustStore=truststore'],
  ['fsx:TagResource',               'service-authorization/latest/reference/list_amazonfsx.html',                                  'CreateFileSystem=file-system CreateFileSystemFromBackup=file-system CreateFileCache=file-cache CreateBackup=backup CopyBackup=backup CreateDataRepositoryAssociation=association CreateDataRepositoryTask=task CreateSnapshot=snapshot CreateStorageVirtualMachine=storage-virtual-machine CreateVolume=volume CreateVolumeFromBackup=volume'],
  ['gamelift:TagResource',          'service-authorization/latest/reference/list_amazongameliftservers.html',                      'CreateAlias CreateBuild CreateFleet CreateGameServerGroup CreateGameSessionQueue CreateLocation CreateMatchmakingConfiguration CreateMatchmakingRuleSet CreateScript CreateContainerFleet CreateContainerGroupDefinition'],
  ['iam:TagPolicy',                 'IAM/latest/UserGuide/id_tags_customer-managed-policies.html',                                 'CreatePolicy'],
  ['iam:TagRole',                   'IAM/latest/UserGuide/id_tags_roles.html',                                                     'CreateRole'],
  ['iam:TagUser',                   'IAM/latest/UserGuide/id_tags_users.html',                                                     'CreateUser'],
  ['imagebuilder:TagResource',      'service-authorization/latest/reference/list_amazonec2imagebuilder.html',                      'CreateComponent=component ImportComponent=component CreateContainerRecipe=container-recipe CreateDistributionConfiguration=distribution-configuration CreateImage=image CreateImagePipeline=image-pipeline CreateImageRecipe=image-recipe CreateInfrastructureConfiguration=infrastructure-configuration CreateLifecyclePolicy=lifecycle-policy CreateWorkflow=workflow ImportVmImage=image ImportDiskImage=image'],
  ['kms:TagResource',               'kms/latest/APIReference/API_CreateKey.html',                                                  'CreateKey'],
  ['lambda:TagResource',            'lambda/latest/dg/configuration-tags.html',                                                    'CreateFunction'],
  ['logs:TagResource',              'AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html',                            'CreateLogGroup'],
  ['memorydb:TagResource',          'service-authorization/latest/reference/list_amazonmemorydb.html',                             'CreateCluster=cluster CreateAcl=acl CreateParameterGroup=parametergroup CreateSnapshot=snapshot CopySnapshot=snapshot CreateSubnetGroup=subnetgroup CreateUser=user CreateMultiRegionCluster=multiregioncluster'],
  ['networkmanager:TagResource',    'service-authorization/latest/reference/list_awsnetworkmanager.html',                          'CreateGlobalNetwork=global-network CreateSite=site CreateLink=link CreateDevice=device CreateConnection=connection CreateCoreNetwork=core-network CreateVpcAttachment=attachment CreateConnectAttachment=attachment CreateSiteToSiteVpnAttachment=attachment CreateDirectConnectGatewayAttachment=attachment CreateTransitGatewayRouteTableAttachment=attachment CreateTransitGatewayPeering=peering CreateConnectPeer=connect-peer'],
  ['oam:TagResource',               'service-authorization/latest/reference/list_amazoncloudwatchobservabilityaccessmanager.html', 'CreateLink=link CreateSink=sink'],
  ['rds:AddTagsToResource',         'service-authorization/latest/reference/list_amazonrds.html',                                  'CreateDBInstance=db CreateDBInstanceReadReplica=db RestoreDBInstanceFromDBSnapshot=db RestoreDBInstanceFromS3=db RestoreDBInstanceToPointInTime=db CreateDBCluster=cluster RestoreDBClusterFromS3=cluster RestoreDBClusterFromSnapshot=cluster RestoreDBClusterToPointInTime=cluster CreateDBSnapshot=snapshot CopyDBSnapshot=snapshot CreateDBClusterSnapshot=cluster-snapshot CopyDBClusterSnapshot=cluster-snapshot CreateDBParameterGroup=pg CopyDBParameterGroup=pg CreateDBClusterParameterGroup=cluster-pg CopyDBClusterParameterGroup=cluster-pg CreateDBSubnetGroup=subgrp CreateOptionGroup=og CopyOptionGroup=og CreateDBSecurityGroup=secgrp CreateEventSubscription=es CreateDBProxy=db-proxy CreateDBProxyEndpoint=db-proxy-endpoint CreateDBClusterEndpoint=cluster-endpoint CreateGlobalCluster=global-cluster CreateBlueGreenDeployment=deployment CreateIntegration=integration CreateDBShardGroup=shard-group CreateTenantDatabase=tenant-database CreateCustomDBEngineVersion=cev'],
  ['sagemaker:AddTags',             'service-authorization/latest/reference/list_amazonsagemaker.html',                            'CreateAction CreateAlgorithm CreateApp CreateAppImageConfig CreateArtifact CreateAutoMLJob CreateAutoMLJobV2 CreateCluster=cluster CreateCodeRepository CreateCompilationJob CreateContext CreateDataQualityJobDefinition CreateDeviceFleet CreateDomain CreateEdgeDeploymentPlan CreateEdgePackagingJob CreateEndpoint=endpoint CreateEndpointConfig CreateExperiment CreateFeatureGroup CreateFlowDefinition CreateHub CreateHumanTaskUi CreateHyperParameterTuningJob CreateImage CreateInferenceComponent=inference-component CreateInferenceExperiment CreateInferenceRecommendationsJob CreateLabelingJob CreateMlflowTrackingServer CreateModel CreateModelBiasJobDefinition CreateModelCard CreateModelExplainabilityJobDefinition CreateModelPackage CreateModelPackageGroup CreateModelQualityJobDefinition CreateMonitoringSchedule CreateNotebookInstance CreateNotebookInstanceLifecycleConfig CreateOptimizationJob CreatePipeline CreateProcessingJob CreateProject CreateSpace CreateStudioLifecycleConfig CreateTrainingJob=training-job CreateTransformJob CreateTrial=experiment-trial CreateTrialComponent CreateUserProfile CreateWorkforce CreateWorkteam'],
  ['secretsmanager:TagResource',    'secretsmanager/latest/apireference/API_CreateSecret.html',                                    'CreateSecret'],
  ['sms-voice:TagResource',         'service-authorization/latest/reference/list_awsendusermessagingsmsandvoicev2.html',           'CreateConfigurationSet CreateOptOutList CreatePool=pool CreateProtectConfiguration CreateRegistration CreateRegistrationAttachment CreateVerifiedDestinationNumber RequestPhoneNumber=phone-number RequestSenderId=sender-id'],
  ['sns:TagResource',               'sns/latest/dg/sns-tags.html',                                                                 'CreateTopic'],
  ['sqs:TagQueue',                  'AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html',                              'CreateQueue'],
  ['wafv2:TagResource',             'service-authorization/latest/reference/list_awswafv2.html',                                   'CreateIPSet CreateRegexPatternSet CreateRuleGroup=rulegroup CreateWebACL=webacl'],
  ['workspaces-web:TagResource',    'service-authorization/latest/reference/list_amazonworkspacessecurebrowser.html',              'CreateBrowserSettings CreateDataProtectionSettings CreateIpAccessSettings CreateNetworkSettings CreatePortal CreateTrustStore CreateUserAccessLoggingSettings CreateUserSettings'],
]

/** What a call makes and tags, with the type of it as it stands in its ARN; undefined: the call makes things of one type only. */
interface MadeAndTagged {
  readonly operation: string
  readonly type: string | undefined
}

/** The types that one operation makes are in one entry; behind `=` stands one, and nothing where there is one only. */
export function operationsOf(listed: string): readonly MadeAndTagged[] {
  return listed.split(' ').map((entry) => {
    const [operation = '', type] = entry.split('=')
    return { operation, type }
  })
}

/**
 * Operations that tag what they make, so that they are evaluated for this action as well (G-21, G-85). Empty: it is no such action.
 *
 * @param action in full, in any case
 */
export function operationsThatTag(action: string): readonly MadeAndTagged[] {
  const folded = action.toLowerCase()
  if (folded === 'ec2:createtags')
    return [['RunInstances', LAUNCHED] as const, ...MADE_IN_EC2].flatMap(([operation, types]) =>
      types.map((type) => ({ operation, type })),
    )
  return TAGGING_CALLS.filter(([tagging]) => tagging.toLowerCase() === folded).flatMap(([, , listed]) =>
    operationsOf(listed),
  )
}

/** Types of what RunInstances makes. */
export const LAUNCHED: readonly string[] = ['instance', 'volume', 'network-interface', 'spot-instances-request']

/** Whether a call on EC2 makes what it is evaluated on, so that it has no name and no tags yet. */
export const isMadeInEc2 = (operation: string, type: string): boolean =>
  [['RunInstances', LAUNCHED] as const, ...MADE_IN_EC2].some(
    ([name, types]) => name.toLowerCase() === operation.toLowerCase() && types.includes(type),
  )

/** Calls of EC2 that tag what they make, with its types where one call makes one thing. Each is evaluated for `ec2:CreateTags` then. */
// biome-ignore format: a table is read by its columns
export const MADE_IN_EC2: readonly (readonly [operation: string, types: readonly string[]])[] = [
  ['AllocateAddress',                          ['elastic-ip']],
  ['AllocateHosts',                            ['dedicated-host']],
  ['AuthorizeSecurityGroupEgress',             ['security-group-rule']],
  ['AuthorizeSecurityGroupIngress',            ['security-group-rule']],
  ['CopyImage',                                ['image', 'snapshot']],
  ['CopySnapshot',                             ['snapshot']],
  ['CreateCapacityReservation',                ['capacity-reservation']],
  ['CreateCarrierGateway',                     ['carrier-gateway']],
  ['CreateClientVpnEndpoint',                  ['client-vpn-endpoint']],
  ['CreateCustomerGateway',                    ['customer-gateway']],
  ['CreateDhcpOptions',                        ['dhcp-options']],
  ['CreateEgressOnlyInternetGateway',          ['egress-only-internet-gateway']],
  ['CreateFleet',                              []],
  ['CreateFlowLogs',                           ['vpc-flow-log']],
  ['CreateImage',                              ['image', 'snapshot']],
  ['CreateInstanceConnectEndpoint',            ['instance-connect-endpoint']],
  ['CreateInstanceEventWindow',                ['instance-event-window']],
  ['CreateInternetGateway',                    ['internet-gateway']],
  ['CreateIpam',                               ['ipam']],
  ['CreateIpamPool',                           ['ipam-pool']],
  ['CreateIpamScope',                          ['ipam-scope']],
  ['CreateKeyPair',                            ['key-pair']],
  ['CreateLaunchTemplate',                     ['launch-template']],
  ['CreateManagedPrefixList',                  ['prefix-list']],
  ['CreateNatGateway',                         ['natgateway']],
  ['CreateNetworkAcl',                         ['network-acl']],
  ['CreateNetworkInsightsPath',                ['network-insights-path']],
  ['CreateNetworkInterface',                   ['network-interface']],
  ['CreatePlacementGroup',                     ['placement-group']],
  ['CreateReplaceRootVolumeTask',              ['replace-root-volume-task']],
  ['CreateRouteTable',                         ['route-table']],
  ['CreateSecurityGroup',                      ['security-group']],
  ['CreateSnapshot',                           ['snapshot']],
  ['CreateSnapshots',                          ['snapshot']],
  ['CreateSubnet',                             ['subnet']],
  ['CreateSubnetCidrReservation',              ['subnet-cidr-reservation']],
  ['CreateTrafficMirrorFilter',                ['traffic-mirror-filter']],
  ['CreateTrafficMirrorSession',               ['traffic-mirror-session']],
  ['CreateTrafficMirrorTarget',                ['traffic-mirror-target']],
  ['CreateTransitGateway',                     ['transit-gateway']],
  ['CreateTransitGatewayConnect',              ['transit-gateway-attachment']],
  ['CreateTransitGatewayPeeringAttachment',    ['transit-gateway-attachment']],
  ['CreateTransitGatewayRouteTable',           ['transit-gateway-route-table']],
  ['CreateTransitGatewayVpcAttachment',        ['transit-gateway-attachment']],
  ['CreateVerifiedAccessEndpoint',             ['verified-access-endpoint']],
  ['CreateVerifiedAccessGroup',                ['verified-access-group']],
  ['CreateVerifiedAccessInstance',             ['verified-access-instance']],
  ['CreateVerifiedAccessTrustProvider',        ['verified-access-trust-provider']],
  ['CreateVolume',                             ['volume']],
  ['CreateVpc',                                ['vpc']],
  ['CreateVpcEndpoint',                        ['vpc-endpoint']],
  ['CreateVpcEndpointServiceConfiguration',    ['vpc-endpoint-service']],
  ['CreateVpcPeeringConnection',               ['vpc-peering-connection']],
  ['CreateVpnConnection',                      ['vpn-connection']],
  ['CreateVpnGateway',                         ['vpn-gateway']],
  ['ExportImage',                              ['export-image-task']],
  ['ImportImage',                              ['import-image-task']],
  ['ImportKeyPair',                            ['key-pair']],
  ['ImportSnapshot',                           ['import-snapshot-task']],
  ['RegisterImage',                            ['image']],
  ['RequestSpotFleet',                         ['spot-fleet-request']],
  ['RequestSpotInstances',                     ['spot-instances-request']],
]

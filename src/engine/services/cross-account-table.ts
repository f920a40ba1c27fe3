/**
 * What the resource policy of a service can give to another account, service by service, as AWS's pages say it (R-OTH-23). No policy
 * gives another account the actions under `never`. Names may end with `*`; `*` alone stands for all actions that the other columns do not
 * name. What no column names is not settled by any page that we know, and so are services without a row.
 */
export interface CrossAccountRow {
  /** Service prefix of the actions. */
  readonly prefix: string
  /** First words of the resources that the row is about, as ARNs spell them; left out: all that no other row of the service is about. */
  readonly types?: readonly string[]
  readonly gives: readonly string[]
  readonly never: readonly string[]
  /** Actions that the page leaves open although `*` stands in another column. */
  readonly open?: readonly string[]
  /** Actions that a policy gives to callers without credentials, whatever the other columns say. */
  readonly anonymous?: readonly string[]
  readonly page: string
  /** Where the denial has a rule of its own. */
  readonly rule?: string
  readonly why?: string
  readonly errorCode?: string
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/)
const NONE: readonly string[] = []
const ALL = ['*']

/** The actions that a repository of images gives for pulling and pushing. */
const IMAGES =
  words(`BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer CompleteLayerUpload InitiateLayerUpload
  PutImage UploadLayerPart`)

export const CROSS_ACCOUNT_TABLE: readonly CrossAccountRow[] = [
  {
    prefix: 's3',
    gives: ALL,
    never: ['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'],
    open: ['CreateBucket', '*AccessPoint*', '*AccessGrant*', '*Job*', '*StorageLens*'],
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html',
    rule: 'R-S3-14',
    why: "only the bucket owner's account can manage the bucket policy",
    errorCode: 'MethodNotAllowed',
  },
  {
    prefix: 's3',
    types: ['accesspoint'],
    gives:
      words(`AbortMultipartUpload BypassGovernanceRetention DeleteObject* GetBucketAcl GetBucketCORS GetBucketLocation
      GetBucketNotification GetObject* ListBucket ListBucketMultipartUploads ListBucketVersions ListMultipartUploadParts PutObject*
      RestoreObject`),
    never: ['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'],
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html',
    rule: 'R-S3-14',
    why: "only the bucket owner's account can manage the bucket policy",
    errorCode: 'MethodNotAllowed',
  },
  {
    prefix: 's3-outposts',
    gives: NONE,
    never: words('GetBucket GetBucketPolicy PutBucketPolicy DeleteBucketPolicy'),
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetBucket.html',
  },
  {
    prefix: 's3express',
    gives: ['CreateSession'],
    never:
      words(`CreateBucket DeleteBucket GetBucketPolicy PutBucketPolicy DeleteBucketPolicy GetEncryptionConfiguration
      PutEncryptionConfiguration GetLifecycleConfiguration PutLifecycleConfiguration GetMetricsConfiguration
      PutMetricsConfiguration`),
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam-example-bucket-policies.html',
  },
  {
    prefix: 's3-object-lambda',
    gives: ['GetObject'],
    never: NONE,
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-create.html',
  },
  {
    prefix: 's3tables',
    gives: words('GetTableData GetTableMetadataLocation'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-resource-based-policies.html',
  },
  {
    prefix: 's3vectors',
    gives: words('CreateIndex DeleteIndex ListIndexes PutVectors QueryVectors'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-resource-based-policies.html',
  },
  {
    prefix: 'glacier',
    gives:
      words(`UploadArchive InitiateMultipartUpload AbortMultipartUpload CompleteMultipartUpload DeleteArchive InitiateJob
      GetJobOutput`),
    // "Some actions can only be used with identity-based policies."
    never: words('CreateVault GetDataRetrievalPolicy SetDataRetrievalPolicy'),
    page: 'https://docs.aws.amazon.com/amazonglacier/latest/dev/vault-access-policy.html',
  },
  {
    prefix: 'sqs',
    gives: ALL,
    never:
      words(`AddPermission CancelMessageMoveTask CreateQueue DeleteQueue ListMessageMoveTasks ListQueues ListQueueTags
      RemovePermission SetQueueAttributes StartMessageMoveTask TagQueue UntagQueue`),
    page: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-limitations-of-custom-policies.html',
    rule: 'R-OTH-03',
    why: 'only the account that owns the queue can call this',
  },
  {
    prefix: 'sns',
    gives:
      words(`AddPermission DeleteTopic GetTopicAttributes ListSubscriptionsByTopic Publish RemovePermission SetTopicAttributes
      Subscribe`),
    never: NONE,
    page: 'https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html',
  },
  {
    prefix: 'kms',
    gives:
      words(`Decrypt DeriveSharedSecret Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext
      GenerateDataKeyWithoutPlaintext GenerateMac ReEncryptFrom ReEncryptTo Sign Verify VerifyMac CreateGrant DescribeKey
      GetKeyRotationStatus GetPublicKey ListGrants RetireGrant RevokeGrant`),
    never: ALL,
    page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
    rule: 'R-KMS-05',
    why: 'this operation works only within the account of the key',
  },
  {
    prefix: 'secretsmanager',
    gives:
      words(`CancelRotateSecret DeleteResourcePolicy DeleteSecret DescribeSecret GetRandomPassword GetResourcePolicy GetSecretValue
      ListSecretVersionIds PutResourcePolicy PutSecretValue RemoveRegionsFromReplication ReplicateSecretToRegions RestoreSecret
      RotateSecret StopReplicationToReplica TagResource UntagResource UpdateSecret UpdateSecretVersionStage ValidateResourcePolicy`),
    never: ALL,
    page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html',
    rule: 'R-OTH-05',
    why: 'the resource policy of a secret cannot give another account this action',
  },
  {
    prefix: 'lambda',
    gives:
      words(`InvokeFunction InvokeFunctionUrl GetFunction GetFunctionConfiguration UpdateFunctionCode DeleteFunction PublishVersion
      ListVersionsByFunction CreateAlias GetAlias ListAliases UpdateAlias DeleteAlias GetPolicy PutFunctionConcurrency
      DeleteFunctionConcurrency ListTags TagResource UntagResource GetLayerVersion`),
    never: NONE,
    page: 'https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html',
  },
  {
    prefix: 'dynamodb',
    gives:
      words(`BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem GetItem PutItem Query Scan UpdateItem DeleteTable DescribeTable
      UpdateTable ListTagsOfResource TagResource UntagResource DescribeStream GetRecords GetShardIterator`),
    never: ALL,
    open: words('AssociateTableReplica ReadDataForReplication ReplicateSettings WriteDataForReplication'),
    page: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html',
  },
  {
    prefix: 'kinesis',
    gives:
      words(`DescribeStream DescribeStreamConsumer DescribeStreamSummary GetRecords GetShardIterator ListShards PutRecord PutRecords
      SubscribeToShard`),
    never: words('PutResourcePolicy DeleteResourcePolicy'),
    page: 'https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html',
  },
  {
    prefix: 'backup',
    gives: ['CopyIntoBackupVault'],
    never: ALL,
    page: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html',
  },
  {
    prefix: 'elasticfilesystem',
    gives: words('ClientMount ClientWrite ClientRootAccess'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html',
  },
  {
    prefix: 'ecr',
    gives: IMAGES,
    never: ['GetAuthorizationToken'],
    page: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html',
  },
  {
    prefix: 'ecr-public',
    gives: words('BatchCheckLayerAvailability CompleteLayerUpload InitiateLayerUpload PutImage UploadLayerPart'),
    never: ['GetAuthorizationToken'],
    page: 'https://docs.aws.amazon.com/AmazonECR/latest/public/public-repository-policy-examples.html',
  },
  {
    prefix: 'events',
    gives:
      words(`PutEvents PutRule PutTargets DeleteRule RemoveTargets DisableRule EnableRule TagResource UntagResource DescribeRule
      ListTargetsByRule ListTagsForResource`),
    never: NONE,
    page: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html',
  },
  {
    prefix: 'schemas',
    gives:
      words(`DescribeRegistry UpdateRegistry DeleteRegistry ListSchemas SearchSchemas DescribeSchema CreateSchema DeleteSchema
      UpdateSchema ListSchemaVersions DeleteSchemaVersion DescribeCodeBinding GetCodeBindingSource PutCodeBinding`),
    never: NONE,
    page: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-resource-based-schemas.html',
  },
  {
    prefix: 'execute-api',
    gives: ['Invoke'],
    never: NONE,
    page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html',
  },
  {
    prefix: 'logs',
    types: ['destination'],
    gives: ['PutSubscriptionFilter'],
    never: NONE,
    page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html',
  },
  {
    // Its policy is for AWS services alone. A monitoring account reads log groups all the same, by a link.
    prefix: 'logs',
    types: ['log-group'],
    gives: NONE,
    never: words('CreateLogStream PutLogEvents'),
    page: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html',
  },
  {
    prefix: 'codeartifact',
    gives: words(`DescribePackageVersion DescribeRepository GetPackageVersionReadme GetRepositoryEndpoint ListPackages
      ListPackageVersions ListPackageVersionAssets ListPackageVersionDependencies ReadFromRepository PublishPackageVersion
      PutPackageMetadata DescribeDomain GetAuthorizationToken GetDomainPermissionsPolicy ListRepositoriesInDomain CreateRepository
      TagResource`),
    // "the resource policy is ignored when calling" them
    never: words('PutDomainPermissionsPolicy PutRepositoryPermissionsPolicy'),
    page: 'https://docs.aws.amazon.com/codeartifact/latest/ug/repo-policies.html',
  },
  {
    prefix: 'codebuild',
    gives:
      words(`BatchGetProjects BatchGetBuilds ListBuildsForProject BatchGetReportGroups BatchGetReports ListReportsForReportGroup
      DescribeTestCases`),
    // "A consumer cannot edit or run a project", nor edit a report group.
    never: words('RetryBuild RetryBuildBatch StartBuild StartBuildBatch UpdateProject UpdateReportGroup'),
    page: 'https://docs.aws.amazon.com/codebuild/latest/userguide/project-sharing.html',
  },
  {
    prefix: 'glue',
    types: ['catalog', 'database', 'table', 'tableVersion', 'userDefinedFunction', 'connection'],
    gives: ALL,
    never: NONE,
    open: words('*ResourcePolicy *ResourcePolicies *Tag* *DataCatalogEncryptionSettings *Crawler* *Integration*'),
    page: 'https://docs.aws.amazon.com/glue/latest/dg/cross-account-access.html',
  },
  {
    prefix: 'glue',
    gives: NONE,
    never: ALL,
    page: 'https://docs.aws.amazon.com/glue/latest/dg/cross-account-access.html',
  },
  {
    prefix: 'es',
    gives: words('ESHttp* ESCrossClusterGet'),
    never: ALL,
    open: words(
      'CreateVpcEndpoint UpdateVpcEndpoint CreateOutboundConnection CreateOutboundCrossClusterSearchConnection',
    ),
    page: 'https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html',
  },
  {
    prefix: 'cloudsearch',
    gives: words('document search suggest'),
    never: ALL,
    page: 'https://docs.aws.amazon.com/cloudsearch/latest/developerguide/configuring-access.html',
  },
  {
    prefix: 'acm-pca',
    gives:
      words(`DescribeCertificateAuthority GetCertificate GetCertificateAuthorityCertificate IssueCertificate ListPermissions ListTags
      RevokeCertificate`),
    never: NONE,
    page: 'https://docs.aws.amazon.com/privateca/latest/userguide/pca-rbp.html',
  },
  {
    prefix: 'signer',
    gives: words('GetSigningProfile RevokeSignature SignPayload StartSigningJob'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/signer/latest/api/API_AddProfilePermission.html',
  },
  {
    prefix: 'ses',
    gives: words('SendBulkTemplatedEmail SendEmail SendRawEmail SendTemplatedEmail'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/ses/latest/dg/policy-anatomy.html',
  },
  {
    prefix: 'serverlessrepo',
    gives: words(`CreateCloudFormationChangeSet CreateCloudFormationTemplate GetApplication ListApplicationDependencies
      ListApplicationVersions SearchApplications UnshareApplication`),
    never: NONE,
    page: 'https://docs.aws.amazon.com/serverlessrepo/latest/devguide/security_iam_resource-based-policy-examples.html',
  },
  {
    prefix: 'ssm',
    types: ['parameter'],
    gives: words('DescribeParameters GetParameter GetParameterHistory GetParameters'),
    // "can't update or delete the parameter", nor "share the parameter with a third account"
    never: words('DeleteParameter DeleteParameters PutParameter PutResourcePolicy'),
    page: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html',
  },
  {
    prefix: 'aps',
    gives: words('GetLabels GetMetricMetadata GetSeries QueryMetrics RemoteWrite'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/prometheus/latest/APIReference/API_PutResourcePolicy.html',
  },
  {
    prefix: 'kafka',
    gives: words('CreateVpcConnection DescribeCluster DescribeClusterV2 GetBootstrapBrokers'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cluster-owner-action-policy.html',
  },
  {
    prefix: 'kafka-cluster',
    types: ['cluster', 'topic', 'group'],
    gives: ALL,
    never: NONE,
    page: 'https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cluster-owner-action-policy.html',
  },
  {
    prefix: 'rekognition',
    gives: ['CopyProjectVersion'],
    never: ALL,
    page: 'https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-create-project-policy.html',
  },
  {
    prefix: 'comprehend',
    types: ['document-classifier', 'entity-recognizer'],
    gives: ['ImportModel'],
    never: ALL,
    page: 'https://docs.aws.amazon.com/comprehend/latest/dg/custom-copy-sharing.html',
  },
  {
    // The page says both that the policy reaches no other account and that it can let "anyone" send events.
    prefix: 'rum',
    gives: NONE,
    never: ALL,
    open: ['PutRumEvents'],
    anonymous: ['PutRumEvents'],
    page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-RUM-resource-policies.html',
  },
  {
    prefix: 'oam',
    gives: words('CreateLink UpdateLink'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/OAM/latest/APIReference/API_PutSinkPolicy.html',
  },
  {
    prefix: 'wafv2',
    gives: words('CreateWebACL GetRuleGroup PutFirewallManagerRuleGroups UpdateWebACL'),
    never: ALL,
    page: 'https://docs.aws.amazon.com/waf/latest/APIReference/API_PutPermissionPolicy.html',
  },
  {
    prefix: 'mediastore',
    gives: words('DeleteObject DescribeObject GetObject ListItems PutObject'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/mediastore/latest/ug/policies-examples-cross-acccount-full.html',
  },
  {
    prefix: 'sagemaker',
    types: ['model-package-group', 'model-package'],
    gives: words('CreateModel DescribeModelPackage DescribeModelPackageGroup ListModelPackages UpdateModelPackage'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html',
  },
  {
    prefix: 'organizations',
    gives:
      words(`AttachPolicy CreatePolicy DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType UpdatePolicy TagResource
      UntagResource Describe* List*`),
    never: NONE,
    page: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html',
  },
  {
    prefix: 'vpc-lattice-svcs',
    gives: ['Invoke'],
    never: NONE,
    page: 'https://docs.aws.amazon.com/vpc-lattice/latest/ug/auth-policies.html',
  },
  {
    prefix: 'bedrock-agentcore',
    gives: words('InvokeAgentRuntime InvokeGateway'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/resource-based-policies.html',
  },
  {
    prefix: 'cloudtrail-data',
    types: ['channel'],
    gives: ['PutAuditEvents'],
    never: ALL,
    page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/security_iam_resource-based-policy-examples.html',
  },
  {
    prefix: 'cloudtrail',
    types: ['eventdatastore'],
    gives:
      words(`StartQuery CancelQuery ListQueries DescribeQuery GetQueryResults GenerateQuery GenerateQueryResultsSummary
      GetEventDataStore`),
    never: NONE,
    page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/security_iam_resource-based-policy-examples.html',
  },
  {
    // "The only Principal is cloudtrail.amazonaws.com."
    prefix: 'cloudtrail',
    types: ['dashboard'],
    gives: NONE,
    never: ALL,
    page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/security_iam_resource-based-policy-examples.html',
  },
  {
    prefix: 'redshift',
    types: ['namespace'],
    gives: ['CreateInboundIntegration'],
    never: NONE,
    page: 'https://docs.aws.amazon.com/redshift/latest/mgmt/zero-etl-using.redshift-iam.html',
  },
  {
    prefix: 'redshift-serverless',
    types: ['snapshot'],
    gives: ['RestoreFromSnapshot'],
    never: NONE,
    page: 'https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_PutResourcePolicy.html',
  },
  {
    // "Cross-account access is not yet supported for Aurora DSQL resource-based policies"
    prefix: 'dsql',
    types: ['cluster'],
    gives: NONE,
    never: ALL,
    page: 'https://docs.aws.amazon.com/aurora-dsql/latest/userguide/resource-based-policies.html',
  },
  {
    prefix: 'bedrock',
    types: ['guardrail'],
    gives: words('ApplyGuardrail GetGuardrail'),
    never: ALL,
    page: 'https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-resource-based-policies.html',
  },
  {
    prefix: 'bedrock',
    types: ['guardrail-profile'],
    gives: ['ApplyGuardrail'],
    never: ALL,
    page: 'https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-resource-based-policies.html',
  },
  {
    prefix: 'network-firewall',
    types: ['stateful-rulegroup', 'stateless-rulegroup'],
    gives: words('CreateFirewallPolicy ListRuleGroups UpdateFirewallPolicy'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_PutResourcePolicy.html',
  },
  {
    prefix: 'network-firewall',
    types: ['firewall-policy'],
    gives: words('AssociateFirewallPolicy ListFirewallPolicies'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_PutResourcePolicy.html',
  },
  {
    prefix: 'network-firewall',
    types: ['firewall'],
    gives: words('CreateVpcEndpointAssociation DescribeFirewallMetadata ListFirewalls'),
    never: NONE,
    page: 'https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_PutResourcePolicy.html',
  },
  {
    prefix: 'payment-cryptography',
    gives:
      words(`AddKeyReplicationRegions DeleteKey ExportKey GetKey GetPublicKeyCertificate ImportKey ListTagsForResource
      RemoveKeyReplicationRegions RestoreKey StartKeyUsage StopKeyUsage TagResource UntagResource DecryptData EncryptData
      GenerateAs2805KekValidation GenerateAuthRequestCryptogram GenerateCardValidationData GenerateMac GenerateMacEmvPinChange
      GeneratePinData ReEncryptData TranslateKeyMaterial TranslatePinData VerifyAuthRequestCryptogram VerifyCardValidationData
      VerifyMac VerifyPinData`),
    never:
      words(`AssociateMpaTeam CreateAlias CreateKey DeleteAlias DeleteResourcePolicy DisableDefaultKeyReplicationRegions
      DisassociateMpaTeam EnableDefaultKeyReplicationRegions GetAlias GetDefaultKeyReplicationRegions GetMpaTeamAssociation
      GetParametersForExport GetParametersForImport GetResourcePolicy ListAliases ListKeys PutResourcePolicy UpdateAlias`),
    page: 'https://docs.aws.amazon.com/payment-cryptography/latest/APIReference/API_PutResourcePolicy.html',
  },
  {
    prefix: 'cloudhsm',
    gives: words('CreateCluster DescribeBackups'),
    never: ALL,
    page: 'https://docs.aws.amazon.com/cloudhsm/latest/APIReference/API_PutResourcePolicy.html',
  },
]

import { defaultKeyPolicy, defaultTopicPolicy } from '../default-policies.ts'

/** A type with a policy: its own property, and the type that holds the policy apart. */
export interface PolicyHolderType {
  readonly type: string
  readonly service: string
  readonly kind: string
  readonly policy?: string
  readonly apart?: readonly { readonly type: string; readonly of: string; readonly policy: string }[]
  /** What stands before the name in the ARN, where policies that stand apart may say the name alone. */
  readonly named?: string
  readonly byDefault?: (arn: string, account: string, partition: string) => unknown
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html */
export const POLICY_HOLDERS: readonly PolicyHolderType[] = [
  {
    type: 'AWS::SQS::Queue',
    service: 'sqs',
    kind: 'queue',
    apart: [
      { type: 'AWS::SQS::QueuePolicy', of: 'Queues', policy: 'PolicyDocument' },
      { type: 'AWS::SQS::QueueInlinePolicy', of: 'Queue', policy: 'PolicyDocument' },
    ],
  },
  {
    type: 'AWS::SNS::Topic',
    service: 'sns',
    kind: 'topic',
    apart: [
      { type: 'AWS::SNS::TopicPolicy', of: 'Topics', policy: 'PolicyDocument' },
      { type: 'AWS::SNS::TopicInlinePolicy', of: 'TopicArn', policy: 'PolicyDocument' },
    ],
    byDefault: defaultTopicPolicy,
  },
  {
    type: 'AWS::SecretsManager::Secret',
    service: 'secretsmanager',
    kind: 'secret',
    apart: [{ type: 'AWS::SecretsManager::ResourcePolicy', of: 'SecretId', policy: 'ResourcePolicy' }],
  },
  { type: 'AWS::ECR::Repository', service: 'ecr', kind: 'repository', policy: 'RepositoryPolicyText' },
  { type: 'AWS::DynamoDB::Table', service: 'dynamodb', kind: 'table', policy: 'ResourcePolicy' },
  {
    type: 'AWS::KMS::Key',
    service: 'kms',
    kind: 'key',
    policy: 'KeyPolicy',
    byDefault: (_, account, partition) => defaultKeyPolicy(account, partition),
  },
  { type: 'AWS::KMS::ReplicaKey', service: 'kms', kind: 'key', policy: 'KeyPolicy' },
  { type: 'AWS::ECR::PublicRepository', service: 'ecr-public', kind: 'repository', policy: 'RepositoryPolicyText' },
  {
    type: 'AWS::Kinesis::Stream',
    service: 'kinesis',
    kind: 'stream',
    apart: [{ type: 'AWS::Kinesis::ResourcePolicy', of: 'ResourceArn', policy: 'ResourcePolicy' }],
  },
  { type: 'AWS::OpenSearchService::Domain', service: 'es', kind: 'domain', policy: 'AccessPolicies' },
  { type: 'AWS::Backup::BackupVault', service: 'backup', kind: 'backup-vault', policy: 'AccessPolicy' },
  { type: 'AWS::CodeArtifact::Domain', service: 'codeartifact', kind: 'domain', policy: 'PermissionsPolicyDocument' },
  {
    type: 'AWS::CodeArtifact::Repository',
    service: 'codeartifact',
    kind: 'repository',
    policy: 'PermissionsPolicyDocument',
  },
  {
    type: 'AWS::S3Tables::TableBucket',
    service: 's3tables',
    kind: 'table-bucket',
    apart: [{ type: 'AWS::S3Tables::TableBucketPolicy', of: 'TableBucketARN', policy: 'ResourcePolicy' }],
  },
  {
    type: 'AWS::S3Vectors::VectorBucket',
    service: 's3vectors',
    kind: 'vector-bucket',
    apart: [{ type: 'AWS::S3Vectors::VectorBucketPolicy', of: 'VectorBucketArn', policy: 'Policy' }],
  },
  { type: 'AWS::Elasticsearch::Domain', service: 'es', kind: 'domain', policy: 'AccessPolicies' },
  { type: 'AWS::Logs::Destination', service: 'logs', kind: 'destination', policy: 'DestinationPolicy' },
  {
    type: 'AWS::EventSchemas::Registry',
    service: 'schemas',
    kind: 'registry',
    apart: [{ type: 'AWS::EventSchemas::RegistryPolicy', of: 'RegistryName', policy: 'Policy' }],
    named: 'registry/',
  },
  {
    type: 'AWS::SageMaker::ModelPackageGroup',
    service: 'sagemaker',
    kind: 'model-package-group',
    policy: 'ModelPackageGroupPolicy',
  },
  { type: 'AWS::EFS::FileSystem', service: 'elasticfilesystem', kind: 'file-system', policy: 'FileSystemPolicy' },
  { type: 'AWS::ApiGateway::RestApi', service: 'apigateway', kind: 'api', policy: 'Policy' },
  {
    type: 'AWS::MSK::Cluster',
    service: 'kafka',
    kind: 'cluster',
    apart: [{ type: 'AWS::MSK::ClusterPolicy', of: 'ClusterArn', policy: 'Policy' }],
  },
  {
    type: 'AWS::VpcLattice::Service',
    service: 'vpc-lattice',
    kind: 'lattice-service',
    apart: [{ type: 'AWS::VpcLattice::AuthPolicy', of: 'ResourceIdentifier', policy: 'Policy' }],
  },
  { type: 'AWS::Oam::Sink', service: 'oam', kind: 'sink', policy: 'Policy' },
  {
    type: 'AWS::S3ObjectLambda::AccessPoint',
    service: 's3-object-lambda',
    kind: 'object-lambda-access-point',
    apart: [
      { type: 'AWS::S3ObjectLambda::AccessPointPolicy', of: 'ObjectLambdaAccessPoint', policy: 'PolicyDocument' },
    ],
    named: 'accesspoint/',
  },
  {
    type: 'AWS::S3Express::DirectoryBucket',
    service: 's3express',
    kind: 'directory-bucket',
    apart: [{ type: 'AWS::S3Express::BucketPolicy', of: 'Bucket', policy: 'PolicyDocument' }],
    named: 'bucket/',
  },
  {
    type: 'AWS::S3Outposts::Bucket',
    service: 's3-outposts',
    kind: 'bucket',
    apart: [{ type: 'AWS::S3Outposts::BucketPolicy', of: 'Bucket', policy: 'PolicyDocument' }],
  },
  {
    type: 'AWS::CloudTrail::EventDataStore',
    service: 'cloudtrail',
    kind: 'event-data-store',
    apart: [{ type: 'AWS::CloudTrail::ResourcePolicy', of: 'ResourceArn', policy: 'ResourcePolicy' }],
  },
  {
    type: 'AWS::APS::Workspace',
    service: 'aps',
    kind: 'workspace',
    apart: [{ type: 'AWS::APS::ResourcePolicy', of: 'WorkspaceArn', policy: 'PolicyDocument' }],
  },
  {
    type: 'AWS::EventsV2::EventBus',
    service: 'eventsv2',
    kind: 'event-bus-v2',
    apart: [{ type: 'AWS::EventsV2::ResourcePolicy', of: 'EventBusArn', policy: 'PolicyDocument' }],
  },
  {
    type: 'AWS::WellArchitected::AgentProfile',
    service: 'wellarchitected',
    kind: 'agent-profile',
    apart: [{ type: 'AWS::WellArchitected::AgentProfilePolicy', of: 'ProfileArn', policy: 'Policy' }],
  },
]

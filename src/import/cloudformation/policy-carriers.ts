import { defaultKeyPolicy, defaultTopicPolicy } from '../default-policies.ts'

/** A type with a policy: its own property, and the type that holds the policy apart. */
export interface PolicyCarrier {
  readonly type: string
  readonly service: string
  readonly kind: string
  readonly policy?: string
  readonly apart?: readonly { readonly type: string; readonly of: string; readonly policy: string }[]
  readonly byDefault?: (arn: string, account: string, partition: string) => unknown
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html */
export const CARRIERS: readonly PolicyCarrier[] = [
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
]

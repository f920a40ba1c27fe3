import { defaultTopicPolicy } from '../default-policies.ts'
import type { Place } from './places.ts'

/** A type whose resources have a policy: how the ARN follows from the name, and which resource holds the policy apart. */
export interface PolicyCarrier {
  readonly type: string
  readonly service: string
  readonly kind: string
  /** The attribute with the name. */
  readonly name: string
  readonly arn: (name: string, place: Place & { readonly account: string }) => string
  /** The policy attribute of the resource itself. */
  readonly policy?: string
  /** The type that only holds the policy, and its attribute that says of what: ARN, name, id or URL. */
  readonly apart?: { readonly type: string; readonly of: string; readonly policy?: string }
  readonly byDefault?: (arn: string, account: string) => unknown
}

const inRegion =
  (service: string, prefix = '') =>
  (name: string, { partition, region, account }: Place & { readonly account: string }): string =>
    `arn:${partition}:${service}:${region ?? ''}:${account}:${prefix}${name}`

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs */
export const CARRIERS: readonly PolicyCarrier[] = [
  {
    type: 'aws_sqs_queue',
    service: 'sqs',
    kind: 'queue',
    name: 'name',
    arn: inRegion('sqs'),
    policy: 'policy',
    apart: { type: 'aws_sqs_queue_policy', of: 'queue_url' },
  },
  {
    type: 'aws_sns_topic',
    service: 'sns',
    kind: 'topic',
    name: 'name',
    arn: inRegion('sns'),
    policy: 'policy',
    apart: { type: 'aws_sns_topic_policy', of: 'arn' },
    byDefault: defaultTopicPolicy,
  },
  {
    type: 'aws_secretsmanager_secret',
    service: 'secretsmanager',
    kind: 'secret',
    name: 'name',
    // Six characters that AWS adds; until then the wildcards stand for them, as in policies (R-RES-10).
    arn: (name, place) => `${inRegion('secretsmanager', 'secret:')(name, place)}-??????`,
    policy: 'policy',
    apart: { type: 'aws_secretsmanager_secret_policy', of: 'secret_arn' },
  },
  {
    type: 'aws_ecr_repository',
    service: 'ecr',
    kind: 'repository',
    name: 'name',
    arn: inRegion('ecr', 'repository/'),
    apart: { type: 'aws_ecr_repository_policy', of: 'repository' },
  },
  {
    type: 'aws_dynamodb_table',
    service: 'dynamodb',
    kind: 'table',
    name: 'name',
    arn: inRegion('dynamodb', 'table/'),
    apart: { type: 'aws_dynamodb_resource_policy', of: 'resource_arn' },
  },
  {
    type: 'aws_ecrpublic_repository',
    service: 'ecr-public',
    kind: 'repository',
    name: 'repository_name',
    arn: (name, { partition, account }) => `arn:${partition}:ecr-public::${account}:repository/${name}`,
    apart: { type: 'aws_ecrpublic_repository_policy', of: 'repository_name' },
  },
  {
    type: 'aws_kinesis_stream',
    service: 'kinesis',
    kind: 'stream',
    name: 'name',
    arn: inRegion('kinesis', 'stream/'),
    apart: { type: 'aws_kinesis_resource_policy', of: 'resource_arn' },
  },
  {
    type: 'aws_glacier_vault',
    service: 'glacier',
    kind: 'vault',
    name: 'name',
    arn: inRegion('glacier', 'vaults/'),
    policy: 'access_policy',
  },
  ...['aws_opensearch_domain', 'aws_elasticsearch_domain'].map((type) => ({
    type,
    service: 'es',
    kind: 'domain',
    name: 'domain_name',
    arn: inRegion('es', 'domain/'),
    policy: 'access_policies',
    apart: { type: `${type}_policy`, of: 'domain_name', policy: 'access_policies' },
  })),
  {
    type: 'aws_backup_vault',
    service: 'backup',
    kind: 'backup-vault',
    name: 'name',
    arn: inRegion('backup', 'backup-vault:'),
    apart: { type: 'aws_backup_vault_policy', of: 'backup_vault_name' },
  },
  {
    type: 'aws_cloudwatch_event_bus',
    service: 'events',
    kind: 'event-bus',
    name: 'name',
    arn: inRegion('events', 'event-bus/'),
    apart: { type: 'aws_cloudwatch_event_bus_policy', of: 'event_bus_name' },
  },
  {
    type: 'aws_schemas_registry',
    service: 'schemas',
    kind: 'registry',
    name: 'name',
    arn: inRegion('schemas', 'registry/'),
    apart: { type: 'aws_schemas_registry_policy', of: 'registry_name' },
  },
  {
    type: 'aws_codeartifact_domain',
    service: 'codeartifact',
    kind: 'domain',
    name: 'domain',
    arn: inRegion('codeartifact', 'domain/'),
    apart: { type: 'aws_codeartifact_domain_permissions_policy', of: 'domain', policy: 'policy_document' },
  },
  {
    type: 'aws_cloudwatch_log_destination',
    service: 'logs',
    kind: 'destination',
    name: 'name',
    arn: inRegion('logs', 'destination:'),
    apart: { type: 'aws_cloudwatch_log_destination_policy', of: 'destination_name', policy: 'access_policy' },
  },
  {
    type: 'aws_s3tables_table_bucket',
    service: 's3tables',
    kind: 'table-bucket',
    name: 'name',
    arn: inRegion('s3tables', 'bucket/'),
    apart: { type: 'aws_s3tables_table_bucket_policy', of: 'table_bucket_arn', policy: 'resource_policy' },
  },
  {
    type: 'aws_s3vectors_vector_bucket',
    service: 's3vectors',
    kind: 'vector-bucket',
    name: 'vector_bucket_name',
    arn: inRegion('s3vectors', 'bucket/'),
    apart: { type: 'aws_s3vectors_vector_bucket_policy', of: 'vector_bucket_arn' },
  },
]

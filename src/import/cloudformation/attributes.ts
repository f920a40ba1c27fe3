import { isUnknown, joinTexts, unknown, type Unknown } from '../unknown.ts'
import { nameOf, property, type Template, type TemplateResource } from './template.ts'

/** What `Ref` and `Fn::GetAtt` give of a resource, as far as it follows from the template. */
interface Returned {
  readonly ref?: (template: Template, resource: TemplateResource) => string | Unknown
  readonly attributes?: Readonly<Record<string, (template: Template, resource: TemplateResource) => string | Unknown>>
}

type Read = (template: Template, resource: TemplateResource) => string | Unknown

const name =
  (propertyName: string): Read =>
  (template, resource) =>
    nameOf(template, resource, propertyName)

/** An ARN in the account and Region of the stack. */
const arn =
  (service: string, prefix: string, end: Read, suffix = ''): Read =>
  (template, resource) =>
    joinTexts([
      `arn:${template.partition}:${service}:`,
      template.region ?? unknown('AWS::Region', undefined, true),
      ':',
      template.account ?? unknown('AWS::AccountId', undefined, true),
      `:${prefix}`,
      end(template, resource),
      suffix,
    ])

const globalArn =
  (kind: string, propertyName: string): Read =>
  (template, resource) => {
    const path = property(template, resource, 'Path') ?? '/'
    return joinTexts([
      `arn:${template.partition}:iam::`,
      template.account ?? unknown('AWS::AccountId', undefined, true),
      `:${kind}`,
      typeof path === 'string' || isUnknown(path) ? path : '/',
      nameOf(template, resource, propertyName),
    ])
  }

const bucketArn: Read = (template, resource) =>
  joinTexts([`arn:${template.partition}:s3:::`, nameOf(template, resource, 'BucketName')])

/** Ids that AWS makes up: the logical id stands for them, in a form that no real id has. */
const keyId: Read = (template, resource) => {
  const given = template.options.parameters?.get(resource.id)
  if (given !== undefined) return given
  const isMulti = resource.type === 'AWS::KMS::ReplicaKey' || isTrue(property(template, resource, 'MultiRegion'))
  return `${isMulti ? 'mrk-' : ''}(${resource.id})`
}
const endpointId: Read = (template, resource) =>
  template.options.parameters?.get(resource.id) ?? `vpce-(${resource.id})`

export const isTrue = (value: unknown): boolean =>
  value === true || (typeof value === 'string' && ['true', 'yes', 'on'].includes(value.toLowerCase()))

const queueName: Read = (template, resource) => nameOf(template, resource, 'QueueName')
const queueUrl: Read = (template, resource) =>
  joinTexts([
    'https://sqs.',
    template.region ?? unknown('AWS::Region'),
    '.amazonaws.com/',
    template.account ?? unknown('AWS::AccountId'),
    '/',
    queueName(template, resource),
  ])

/** Of a function that is named by its name or its ARN. */
const aliasArn: Read = (template, resource) => {
  const of = name('FunctionName')
  const given = of(template, resource)
  const start =
    typeof given === 'string' && given.startsWith('arn:') ? given : arn('lambda', 'function:', of)(template, resource)
  return joinTexts([start, ':', name('Name')(template, resource)])
}

const publicRepositoryArn: Read = (template, resource) =>
  joinTexts([
    `arn:${template.partition}:ecr-public::`,
    template.account ?? unknown('AWS::AccountId', undefined, true),
    ':repository/',
    nameOf(template, resource, 'RepositoryName'),
  ])

const domainArn = arn('codeartifact', 'domain/', name('DomainName'))
const packagesArn = arn('codeartifact', 'repository/', (template, resource) =>
  joinTexts([nameOf(template, resource, 'DomainName'), '/', nameOf(template, resource, 'RepositoryName')]),
)
const tableBucketArn = arn('s3tables', 'bucket/', name('TableBucketName'))
const vectorBucketArn = arn('s3vectors', 'bucket/', name('VectorBucketName'))

const modelGroupArn = arn('sagemaker', 'model-package-group/', name('ModelPackageGroupName'))
const registryArn = arn('schemas', 'registry/', name('RegistryName'))

/** An id or ARN that AWS makes up: `--parameters LogicalId=VALUE` gives it. */
const made: Read = (template, { id }) => template.options.parameters?.get(id) ?? unknown(`the id of ${id}`)
const fileSystemArn = arn('elasticfilesystem', 'file-system/', made)
/** What `Ref` and `GetAtt Arn` give, where both are the ARN. */
const GIVEN_ARN: Returned = { ref: made, attributes: { Arn: made } }

const profileArn = arn('signer', '/signing-profiles/', name('ProfileName'))
const topicArn = arn('sns', '', name('TopicName'))
const secretArn = arn('secretsmanager', 'secret:', name('Name'), '-??????')
const managedPolicyArn = (template: Template, resource: TemplateResource): string | Unknown =>
  globalArn('policy', 'ManagedPolicyName')(template, resource)

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html, "Return values" of each. */
const RETURNED: ReadonlyMap<string, Returned> = new Map<string, Returned>([
  ['AWS::IAM::Role', { ref: name('RoleName'), attributes: { Arn: globalArn('role', 'RoleName') } }],
  ['AWS::IAM::User', { ref: name('UserName'), attributes: { Arn: globalArn('user', 'UserName') } }],
  ['AWS::IAM::Group', { ref: name('GroupName'), attributes: { Arn: globalArn('group', 'GroupName') } }],
  ['AWS::IAM::ManagedPolicy', { ref: managedPolicyArn, attributes: { PolicyArn: managedPolicyArn } }],
  [
    'AWS::IAM::InstanceProfile',
    { ref: name('InstanceProfileName'), attributes: { Arn: globalArn('instance-profile', 'InstanceProfileName') } },
  ],
  ['AWS::S3::Bucket', { ref: name('BucketName'), attributes: { Arn: bucketArn } }],
  [
    'AWS::S3::AccessPoint',
    { ref: name('Name'), attributes: { Arn: arn('s3', 'accesspoint/', name('Name')), Name: name('Name') } },
  ],
  ['AWS::KMS::Key', { ref: keyId, attributes: { Arn: arn('kms', 'key/', keyId), KeyId: keyId } }],
  ['AWS::KMS::ReplicaKey', { ref: keyId, attributes: { Arn: arn('kms', 'key/', keyId), KeyId: keyId } }],
  ['AWS::KMS::Alias', { ref: name('AliasName') }],
  [
    'AWS::SQS::Queue',
    { ref: queueUrl, attributes: { Arn: arn('sqs', '', queueName), QueueName: queueName, QueueUrl: queueUrl } },
  ],
  ['AWS::SNS::Topic', { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name('TopicName') } }],
  [
    'AWS::Lambda::Function',
    { ref: name('FunctionName'), attributes: { Arn: arn('lambda', 'function:', name('FunctionName')) } },
  ],
  ['AWS::Lambda::Alias', { ref: aliasArn, attributes: { AliasArn: aliasArn } }],
  ['AWS::SecretsManager::Secret', { ref: secretArn, attributes: { Id: secretArn } }],
  [
    'AWS::ECR::Repository',
    { ref: name('RepositoryName'), attributes: { Arn: arn('ecr', 'repository/', name('RepositoryName')) } },
  ],
  [
    'AWS::DynamoDB::Table',
    { ref: name('TableName'), attributes: { Arn: arn('dynamodb', 'table/', name('TableName')) } },
  ],
  ['AWS::ECR::PublicRepository', { ref: name('RepositoryName'), attributes: { Arn: publicRepositoryArn } }],
  ['AWS::Kinesis::Stream', { ref: name('Name'), attributes: { Arn: arn('kinesis', 'stream/', name('Name')) } }],
  [
    'AWS::OpenSearchService::Domain',
    { ref: name('DomainName'), attributes: { Arn: arn('es', 'domain/', name('DomainName')) } },
  ],
  [
    'AWS::Backup::BackupVault',
    {
      ref: name('BackupVaultName'),
      attributes: { BackupVaultArn: arn('backup', 'backup-vault:', name('BackupVaultName')) },
    },
  ],
  ['AWS::CodeArtifact::Domain', { ref: domainArn, attributes: { Arn: domainArn, Name: name('DomainName') } }],
  [
    'AWS::CodeArtifact::Repository',
    { ref: packagesArn, attributes: { Arn: packagesArn, Name: name('RepositoryName') } },
  ],
  ['AWS::S3Tables::TableBucket', { ref: tableBucketArn, attributes: { TableBucketARN: tableBucketArn } }],
  ['AWS::S3Vectors::VectorBucket', { ref: vectorBucketArn, attributes: { VectorBucketArn: vectorBucketArn } }],
  [
    'AWS::Elasticsearch::Domain',
    { ref: name('DomainName'), attributes: { Arn: arn('es', 'domain/', name('DomainName')) } },
  ],
  [
    'AWS::Logs::Destination',
    { ref: name('DestinationName'), attributes: { Arn: arn('logs', 'destination:', name('DestinationName')) } },
  ],
  [
    'AWS::EventSchemas::Registry',
    { ref: registryArn, attributes: { RegistryArn: registryArn, RegistryName: name('RegistryName') } },
  ],
  ['AWS::SageMaker::ModelPackageGroup', { ref: modelGroupArn, attributes: { ModelPackageGroupArn: modelGroupArn } }],
  ['AWS::EFS::FileSystem', { ref: made, attributes: { Arn: fileSystemArn, FileSystemId: made } }],
  // Its ARN for callers, which no attribute gives.
  ['AWS::ApiGateway::RestApi', { ref: made, attributes: { RestApiId: made, Arn: arn('execute-api', '', made) } }],
  [
    'AWS::S3ObjectLambda::AccessPoint',
    { ref: name('Name'), attributes: { Arn: arn('s3-object-lambda', 'accesspoint/', name('Name')) } },
  ],
  [
    'AWS::S3Express::DirectoryBucket',
    { ref: name('BucketName'), attributes: { Arn: arn('s3express', 'bucket/', name('BucketName')) } },
  ],
  [
    'AWS::Events::EventBus',
    { ref: name('Name'), attributes: { Arn: arn('events', 'event-bus/', name('Name')), Name: name('Name') } },
  ],
  ['AWS::Lambda::LayerVersion', { ref: made, attributes: { LayerVersionArn: made, Arn: made } }],
  [
    'AWS::Signer::SigningProfile',
    { ref: profileArn, attributes: { Arn: profileArn, ProfileName: name('ProfileName') } },
  ],
  ['AWS::MSK::Cluster', GIVEN_ARN],
  ['AWS::VpcLattice::Service', GIVEN_ARN],
  ['AWS::Oam::Sink', GIVEN_ARN],
  ['AWS::S3Outposts::Bucket', GIVEN_ARN],
  ['AWS::CloudTrail::EventDataStore', { ref: made, attributes: { EventDataStoreArn: made } }],
  ['AWS::APS::Workspace', GIVEN_ARN],
  ['AWS::EventsV2::EventBus', { ref: made, attributes: { EventBusArn: made, Arn: made } }],
  ['AWS::WellArchitected::AgentProfile', { ref: made, attributes: { Arn: made, ProfileArn: made } }],
  ['AWS::EC2::VPCEndpoint', { ref: endpointId, attributes: { Id: endpointId } }],
  ['AWS::Organizations::Organization', { attributes: { RootId: (_, { id }) => `r-(${id})` } }],
  [
    'AWS::Organizations::OrganizationalUnit',
    { ref: (_, { id }) => `ou-(${id})`, attributes: { Id: (_, { id }) => `ou-(${id})` } },
  ],
  ['AWS::Organizations::Policy', { ref: (_, { id }) => `p-(${id})`, attributes: { Id: (_, { id }) => `p-(${id})` } }],
])

/** Name, id or ARN of a resource of the template; `attribute` undefined: what `Ref` gives. */
export function attributeOf(template: Template, id: string, attribute: string | undefined): unknown {
  const what = attribute === undefined ? id : `${id}.${attribute}`
  const key = `attribute/${what}`
  const known = template.made.get(key)
  if (known !== undefined) return known
  const resource = template.resources.get(id)
  if (resource === undefined) return unknown(what)
  // While it is being looked at it is unknown, which ends a circle of references.
  template.made.set(key, unknown(what))
  const returned = RETURNED.get(resource.type)
  const attributes = returned?.attributes ?? {}
  const read =
    attribute === undefined ? returned?.ref : Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined
  const value = read?.(template, resource) ?? unknown(what)
  template.made.set(key, value)
  return value
}

const ARN_ATTRIBUTES: Readonly<Record<string, string>> = {
  'AWS::Backup::BackupVault': 'BackupVaultArn',
  'AWS::CloudTrail::EventDataStore': 'EventDataStoreArn',
  'AWS::EventSchemas::Registry': 'RegistryArn',
  'AWS::SageMaker::ModelPackageGroup': 'ModelPackageGroupArn',
  'AWS::S3Tables::TableBucket': 'TableBucketARN',
  'AWS::S3Vectors::VectorBucket': 'VectorBucketArn',
  'AWS::SNS::Topic': 'TopicArn',
  'AWS::SecretsManager::Secret': 'Id',
}

/** The ARN of a resource that a policy is attached to. */
export const arnOf = (template: Template, { id, type }: TemplateResource): string | undefined => {
  const attribute = ARN_ATTRIBUTES[type] ?? 'Arn'
  const value = attributeOf(template, id, attribute)
  return typeof value === 'string' ? value : undefined
}

import type { Policy, ResourcePolicy } from '#engine/scenario.ts'
import { field, isObject, listField, textField } from '../fields.ts'
import { documentFacts } from './document-facts.ts'
import { type Form, hasAll, isText } from './form.ts'
import { tagsIn } from './output-settings.ts'
import type { Content } from './piece.ts'
import type { Reader } from './reader.ts'

/** A policy with principals, of what it says itself that it is of. */
export function resourcePolicy(
  policy: Policy,
  known: { arn?: string | undefined; kind?: string; name?: string } = {},
): Content {
  const facts = documentFacts(policy.document)
  const kind = known.kind ?? facts.kind
  const arn = known.arn ?? facts.arn
  return {
    is: 'resource',
    policy,
    ...(kind === undefined ? {} : { kind }),
    ...(arn === undefined ? {} : { arn }),
    ...(known.name === undefined ? {} : { name: known.name }),
  }
}

function endpoints(reader: Reader): readonly Content[] {
  return reader.indexes('VpcEndpoints').flatMap((index): readonly Content[] => {
    const id = reader.text('VpcEndpoints', index, 'VpcEndpointId')
    if (id === undefined) return []
    const vpc = reader.text('VpcEndpoints', index, 'VpcId')
    const type = reader.text('VpcEndpoints', index, 'VpcEndpointType')
    const hasPolicy = reader.at('VpcEndpoints', index, 'PolicyDocument') !== undefined
    const policy = (): ResourcePolicy => ({
      ...reader.policy(`policy of ${id}`, 'VpcEndpoints', index, 'PolicyDocument'),
      ...(type === undefined ? {} : { kind: type.toLowerCase() }),
    })
    const takesNone = type !== undefined && type !== 'Interface' && type !== 'Gateway'
    return [
      {
        is: 'endpoint',
        id,
        ...(vpc === undefined ? {} : { vpc }),
        ...serviceOfEndpoint(reader.text('VpcEndpoints', index, 'ServiceName')),
        policy: hasPolicy ? policy() : takesNone ? null : undefined,
      },
    ]
  })
}

/** `com.amazonaws.eu-west-1.ecr.dkr` → `ecr`; names that differ from those of actions. */
function serviceOfEndpoint(name = ''): { readonly service?: string } {
  const [label] = name.split('.').slice(3)
  if (!name.startsWith('com.amazonaws.') || label === undefined) return {}
  return { service: ENDPOINT_SERVICES.get(label) ?? label }
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const ENDPOINT_SERVICES: ReadonlyMap<string, string> = new Map([
  ['monitoring', 'cloudwatch'],
  ['kinesis-streams', 'kinesis'],
  ['kinesis-firehose', 'firehose'],
  ['bedrock-runtime', 'bedrock'],
  ['email-smtp', 'ses'],
])

function controlPolicy(reader: Reader): readonly Content[] {
  const about = reader.at('Policy', 'PolicySummary')?.value
  const arn = textField(about, 'Arn')
  const policy: Policy = {
    ...reader.policy(textField(about, 'Name') ?? reader.fileName, 'Policy', 'Content'),
    ...(arn === undefined ? {} : { arn }),
  }
  return [{ is: textField(about, 'Type') === 'RESOURCE_CONTROL_POLICY' ? 'rcp' : 'scp', policy }]
}

function grants({ value }: Reader): readonly Content[] {
  const list = listField(value, 'Grants') ?? []
  const keys = new Set(list.map((one) => textField(one, 'KeyId')))
  if (keys.size === 0) return [{ is: 'resource', kind: 'key', attributes: { kmsGrants: [] } }]
  return [...keys].map(
    (key): Content => ({
      is: 'resource',
      kind: 'key',
      ...(key?.startsWith('arn:') === true ? { arn: key } : {}),
      attributes: { kmsGrants: list.filter((one) => textField(one, 'KeyId') === key) },
    }),
  )
}

/** API Gateway prints the policy with its quotes escaped once more, and leaves it out where there is none. */
function restApi(reader: Reader, ...path: readonly (string | number)[]): readonly Content[] {
  const name = reader.text(...path, 'id') ?? ''
  const text = reader.text(...path, 'policy')
  if (text === undefined || text === '') return [{ is: 'resource', kind: 'api', name, policy: null }]
  const { file, lines } = reader.policy(name, ...path, 'policy')
  const policy: Policy = {
    name: `policy of API ${name}`,
    document: text.replaceAll('\\"', '"').replaceAll('\\/', '/'),
    ...(file === undefined ? {} : { file }),
    ...(lines === undefined ? {} : { lines }),
  }
  return [resourcePolicy(policy, { kind: 'api', name })]
}

const isRestApi = (value: unknown): boolean =>
  isText(value, 'id') && ['apiKeySource', 'endpointConfiguration'].some((name) => field(value, name))

const bucketSetting =
  (name: string, value: (reader: Reader) => unknown) =>
  (reader: Reader): readonly Content[] => [{ is: 'resource', kind: 'bucket', attributes: { [name]: value(reader) } }]

function encryption(reader: Reader): unknown {
  const by = reader.at('ServerSideEncryptionConfiguration', 'Rules', 0, 'ApplyServerSideEncryptionByDefault')?.value
  const key = textField(by, 'KMSMasterKeyID')
  if (key !== undefined) return key
  return textField(by, 'SSEAlgorithm')?.startsWith('aws:kms') === true ? undefined : null
}

/** What is not known is left out. */
const withoutUnknown = (contents: readonly Content[]): readonly Content[] =>
  contents.map((content) =>
    content.is !== 'resource' || content.attributes === undefined
      ? content
      : {
          ...content,
          attributes: Object.fromEntries(Object.entries(content.attributes).filter(([, value]) => value !== undefined)),
        },
  )

function managerOf(reader: Reader): Readonly<Record<string, string>> {
  const manager = reader.text('KeyMetadata', 'KeyManager')
  return manager === undefined ? {} : { keyManager: manager }
}

/** `--attribute-names Policy` prints nothing else. */
function sqsPolicyOnly(value: unknown): boolean {
  const attributes = field(value, 'Attributes')
  return isText(attributes, 'Policy') && documentFacts(textField(attributes, 'Policy')).kind === 'queue'
}

/** Asked for all attributes, SQS and SNS print the policy if there is one: these are printed with no other question. */
const noPolicy = (reader: Reader): { readonly policy?: null } =>
  ALL_ATTRIBUTES.some((names) => names.every((name) => reader.text('Attributes', name) !== undefined))
    ? { policy: null }
    : {}

const ALL_ATTRIBUTES = [
  ['CreatedTimestamp', 'LastModifiedTimestamp', 'VisibilityTimeout', 'MessageRetentionPeriod'],
  ['Owner', 'SubscriptionsConfirmed', 'SubscriptionsPending'],
]

/** Queues and topics keep their policy among their attributes, and no policy where they have none. */
function attributesPolicy(kind: 'queue' | 'topic', arnField: string, keyField: string) {
  return (reader: Reader): readonly Content[] => {
    const arn = reader.text('Attributes', arnField)
    const key = reader.text('Attributes', keyField)
    const attributes = key === undefined || key === '' ? {} : { attributes: { kmsKeyArn: key } }
    if (reader.at('Attributes', 'Policy') === undefined)
      return [{ is: 'resource', kind, ...(arn === undefined ? {} : { arn }), ...noPolicy(reader), ...attributes }]
    const policy = resourcePolicy(reader.policy(`policy of ${arn ?? `the ${kind}`}`, 'Attributes', 'Policy'), {
      kind,
      arn,
    })
    return [{ ...policy, ...attributes }]
  }
}

/** Whether a policy is of the service, as far as its statements say which. */
function isOf(service: string, policy: unknown): boolean {
  const facts = documentFacts(policy)
  return facts.service === undefined || facts.service === service
}

/** Forms in which services and AWS Organizations print policies and settings. */
export const RESOURCE_FORMS: readonly Form[] = [
  {
    form: 'aws organizations describe-policy',
    is: (value) =>
      field(field(value, 'Policy'), 'PolicySummary') !== undefined && isText(field(value, 'Policy'), 'Content'),
    read: controlPolicy,
  },
  {
    form: 'aws secretsmanager get-resource-policy',
    is: (value) =>
      isText(value, 'ARN') &&
      isText(value, 'Name') &&
      (isText(value, 'ResourcePolicy') || Object.keys(value as object).length === 2),
    read: (reader) => {
      const arn = reader.text('ARN')
      if (reader.at('ResourcePolicy') === undefined)
        return [{ is: 'resource', kind: 'secret', ...(arn === undefined ? {} : { arn }), policy: null }]
      return [
        resourcePolicy(reader.policy(`policy of ${arn ?? 'the secret'}`, 'ResourcePolicy'), { kind: 'secret', arn }),
      ]
    },
  },
  {
    form: 'aws secretsmanager describe-secret',
    is: (value) =>
      isText(value, 'ARN') && isText(value, 'Name') && /:secretsmanager:/.test(textField(value, 'ARN') ?? ''),
    read: (reader) => {
      const key = reader.text('KmsKeyId')
      const tags = isObject(reader.value) ? tagsIn(reader.value) : undefined
      const attributes = {
        ...(key === undefined ? {} : { kmsKeyArn: key }),
        ...(tags === undefined ? {} : { tags }),
      }
      const hasSettings = Object.keys(attributes).length > 0
      return [{ is: 'resource', kind: 'secret', arn: reader.text('ARN') ?? '', ...(hasSettings ? { attributes } : {}) }]
    },
  },
  {
    form: 'aws efs describe-file-system-policy',
    is: hasAll('FileSystemId', 'Policy'),
    read: (reader) => {
      const name = reader.text('FileSystemId') ?? ''
      return [resourcePolicy(reader.policy(`policy of file system ${name}`, 'Policy'), { kind: 'file-system', name })]
    },
  },
  {
    form: 'aws apigateway get-rest-api',
    is: isRestApi,
    read: (reader) => restApi(reader),
  },
  {
    form: 'aws apigateway get-rest-apis',
    is: (value) => (listField(value, 'items') ?? []).length > 0 && listField(value, 'items')?.every(isRestApi) === true,
    read: (reader) => reader.indexes('items').flatMap((index) => restApi(reader, 'items', index)),
  },
  {
    form: 'aws ecr get-repository-policy',
    is: hasAll('repositoryName', 'policyText'),
    read: (reader) => {
      const name = reader.text('repositoryName') ?? ''
      return [resourcePolicy(reader.policy(`policy of repository ${name}`, 'policyText'), { kind: 'repository', name })]
    },
  },
  {
    form: 'aws lambda get-policy',
    is: (value) => isText(value, 'Policy') && isText(value, 'RevisionId') && isOf('lambda', textField(value, 'Policy')),
    read: (reader) => {
      const policy = reader.policy('policy of the function', 'Policy')
      const isLayer = documentFacts(policy.document).arn?.includes(':layer:') === true
      return [resourcePolicy(policy, { kind: isLayer ? 'layer-version' : 'function' })]
    },
  },
  {
    form: 'aws kms get-key-policy',
    // Older versions of the AWS CLI print no `PolicyName`.
    is: (value) =>
      isText(value, 'Policy') &&
      (isText(value, 'PolicyName') || documentFacts(textField(value, 'Policy')).kind === 'key'),
    read: (reader) => [resourcePolicy(reader.policy('key policy', 'Policy'), { kind: 'key' })],
  },
  {
    form: 'aws s3api get-bucket-policy',
    // With an ARN next to it, the policy is another service's: of an event bus, a backup vault.
    is: (value) =>
      isText(value, 'Policy') &&
      isObject(value) &&
      !Object.keys(value).some((key) => /arn$/i.test(key)) &&
      isOf('s3', textField(value, 'Policy')),
    read: (reader) => [resourcePolicy(reader.policy(`policy in ${reader.fileName}`, 'Policy'))],
  },
  {
    form: 'aws sqs get-queue-attributes',
    is: (value) => isText(field(value, 'Attributes'), 'QueueArn') || sqsPolicyOnly(value),
    read: attributesPolicy('queue', 'QueueArn', 'KmsMasterKeyId'),
  },
  {
    form: 'aws sns get-topic-attributes',
    is: (value) => isText(field(value, 'Attributes'), 'TopicArn'),
    read: attributesPolicy('topic', 'TopicArn', 'KmsMasterKeyId'),
  },
  {
    form: 'aws ec2 describe-vpc-endpoints',
    is: (value) => listField(value, 'VpcEndpoints') !== undefined,
    read: endpoints,
  },
  {
    form: 'aws s3api get-public-access-block',
    is: hasAll('PublicAccessBlockConfiguration'),
    read: bucketSetting('blockPublicAccess', (reader) => reader.at('PublicAccessBlockConfiguration')?.value),
  },
  {
    form: 'aws s3api get-bucket-acl',
    is: (value) => isText(field(value, 'Owner'), 'ID') && listField(value, 'Grants') !== undefined,
    read: bucketSetting('acl', ({ value }) => ({ Owner: field(value, 'Owner'), Grants: field(value, 'Grants') })),
  },
  {
    form: 'aws s3api get-bucket-ownership-controls',
    is: hasAll('OwnershipControls'),
    read: bucketSetting('objectOwnership', (reader) => reader.text('OwnershipControls', 'Rules', 0, 'ObjectOwnership')),
  },
  {
    form: 'aws s3api get-bucket-encryption',
    is: hasAll('ServerSideEncryptionConfiguration'),
    read: (reader) => withoutUnknown(bucketSetting('sseKmsKeyArn', encryption)(reader)),
  },
  {
    form: 'aws kms list-grants',
    is: (value) => listField(value, 'Grants')?.every((one) => isText(one, 'KeyId')) === true,
    read: grants,
  },
  {
    form: 'aws kms describe-key',
    is: (value) => isText(field(value, 'KeyMetadata'), 'Arn'),
    read: (reader) => [
      { is: 'resource', kind: 'key', arn: reader.text('KeyMetadata', 'Arn') ?? '', attributes: managerOf(reader) },
    ],
  },
]

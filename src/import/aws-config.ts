import { isAccountId, parseArn } from '#iam/arn.ts'
import type { EntityKind } from '#snapshot/entities.ts'
import { field, isObject, type JsonObject, listField, textField } from '#snapshot/fields.ts'
import { type ConfigItem, itemsOf } from './aws-config-items.ts'
import { accountIn, addEntity, addResource, type Draft, type EntityDraft, mayHaveMore, unread } from './draft.ts'
import { newestOf } from './aws-config-newest.ts'
import { type Imported, importedFrom, type NotImported } from './imported.ts'
import type { ImportOptions } from './options.ts'
import { documentOf } from './policy-document.ts'

/**
 * A snapshot of configuration items: the answer of an advanced query or of an aggregator, `batch-get-resource-config`, or a
 * configuration snapshot file. A query that selects single fields holds no more than these; the rest is unknown.
 * https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html
 */
export function importAwsConfig(value: unknown, options: ImportOptions = {}): Imported | NotImported {
  const items = itemsOf(value)
  if (items === undefined)
    return {
      problem: 'this is no export of AWS Config: it has neither `Results` nor `configurationItems`',
      hint: 'aws configservice select-resource-config --expression "SELECT …": docs/import.md lists the fields to ask for',
    }
  return importedFrom('aws-config', 'an export of AWS Config', options, (draft) => {
    const others = new Map<string, number>()
    for (const item of items) if (typeof item === 'string') unread(draft, item, 'it is no configuration item')
    const newest = newestOf(items.filter((item) => typeof item !== 'string'))
    for (const item of newest.items) readItem(draft, item, options, others)
    for (const { id } of newest.unclear)
      unread(draft, id, 'it is there several times, and no time says which is the newest')
    for (const [type, count] of others) unread(draft, type, `${count} of a type that is not read`)
    return undefined
  })
}

type Reader = (draft: Draft, item: ConfigItem & { readonly account: string }) => void

function readItem(draft: Draft, item: ConfigItem, options: ImportOptions, others: Map<string, number>): void {
  const account = item.account ?? options.account
  const read = READERS.get(item.type)
  if (item.isDeleted) return
  if (read === undefined) {
    if (BEARS.some((start) => item.type.startsWith(start))) others.set(item.type, (others.get(item.type) ?? 0) + 1)
    return
  }
  if (account === undefined || !isAccountId(account))
    unread(draft, item.id, 'nothing says which account it is in: give `--account ID`')
  else read(draft, { ...item, account })
}

const BEARS = ['AWS::IAM::', 'AWS::S3::', 'AWS::KMS::', 'AWS::Organizations::', 'AWS::SSO::', 'AWS::BackupVault']

const entity =
  (kind: EntityKind): Reader =>
  (draft, item) => {
    const { configuration } = item
    const name = textField(configuration, `${kind}Name`) ?? item.name
    const arn = parseArn(textField(configuration, 'arn') ?? item.arn ?? '')
    if (name === undefined) {
      unread(draft, item.id, 'it has no name')
      return
    }
    const path = textField(configuration, 'path') ?? pathOf(arn?.resource ?? '')
    const made = addEntity(draft, { kind, account: item.account, partition: arn?.partition ?? 'aws', path, name })
    const id = textField(configuration, `${kind}Id`)
    if (id !== undefined) made.id = id
    if (item.tags !== undefined && kind !== 'group') made.tags = item.tags
    const trust = field(configuration, 'assumeRolePolicyDocument')
    if (kind === 'role' && trust !== undefined && trust !== null) made.trust = decoded(trust)
    readPolicies(configuration, made, item)
  }

/** `role/ci/deploy` → `/ci/`. */
const pathOf = (resource: string): string => {
  const steps = resource.split('/').slice(1, -1)
  return steps.length === 0 ? '/' : `/${steps.join('/')}/`
}

/** Lists that a query did not select are not there; then there may be more policies than these. */
function readPolicies(configuration: JsonObject, made: EntityDraft, item: ConfigItem): void {
  const inline = listField(configuration, `${made.kind}PolicyList`)
  const attached = listField(configuration, 'attachedManagedPolicies')
  const groups = made.kind === 'user' ? listField(configuration, 'groupList') : []
  for (const policy of inline ?? []) {
    const name = textField(policy, 'policyName')
    if (name === undefined) mayHaveMore(made, `an inline policy of ${item.id}`)
    else made.inline.set(name, decoded(field(policy, 'policyDocument')))
  }
  for (const policy of attached ?? []) {
    const arn = textField(policy, 'policyArn')
    if (arn === undefined) mayHaveMore(made, `an attached policy of ${item.id}`)
    else made.attached.add(arn)
  }
  for (const group of groups ?? []) if (typeof group === 'string') made.groups.add(group)
  const boundary = textField(field(configuration, 'permissionsBoundary'), 'permissionsBoundaryArn')
  if (boundary !== undefined) made.boundaryArn = boundary
  const isWhole = item.isWhole && inline !== undefined && attached !== undefined && groups !== undefined
  if (!isWhole) mayHaveMore(made, `policies of ${item.id} that the export does not hold`)
  // A boundary is left out of an item that has none, and of a query that did not ask for it.
  if (boundary === undefined && !isWhole && made.kind !== 'group')
    made.boundaryArn = `arn:aws:iam::${item.account ?? ''}:policy/(not known: boundary of ${item.id})`
}

/** Documents stand URL-encoded in items, as the IAM API returns them. */
function decoded(document: unknown): unknown {
  if (typeof document !== 'string' || !document.trimStart().startsWith('%')) return documentOf(document ?? '', '')
  try {
    return documentOf(decodeURIComponent(document.trim()), '')
  } catch {
    return document
  }
}

const managedPolicy: Reader = (draft, item) => {
  const arn = textField(item.configuration, 'arn') ?? item.arn
  const versions = listField(item.configuration, 'policyVersionList') ?? []
  const current = versions.find((version) => field(version, 'isDefaultVersion') === true)
  const document = field(current, 'document')
  if (arn === undefined || document === undefined) unread(draft, item.id, 'it has no document of its default version')
  else accountIn(draft, item.account).managed.set(arn, { arn, document: decoded(document) })
}

/** A resource with a policy. `policy` says where it stands: a text, `null` for none, undefined where nobody asked for it. */
const resource =
  (service: string, kind: string, policy: (item: ConfigItem) => unknown): Reader =>
  (draft, item) => {
    const arn = item.arn ?? (kind === 'bucket' && item.name !== undefined ? `arn:aws:s3:::${item.name}` : undefined)
    if (arn === undefined || parseArn(arn) === undefined) {
      unread(draft, item.id, 'it has no ARN')
      return
    }
    const attributes: [string, unknown][] = item.tags === undefined ? [] : [['tags', Object.fromEntries(item.tags)]]
    const made = addResource(draft, { arn, account: item.account, service, kind }, attributes)
    const found = policy(item)
    if (found === null || found === '') made.policy = null
    else if (found !== undefined) made.policy = decoded(found)
    if (kind === 'bucket') addBucketSettings(item, made.attributes)
  }

/** A part of `supplementaryConfiguration`, where each may be an object or its text. */
function supplement(item: ConfigItem, name: string): unknown {
  const value = field(item.supplement, name)
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function bucketPolicy(item: ConfigItem): unknown {
  const found = supplement(item, 'BucketPolicy')
  return isObject(found) ? field(found, 'policyText') : undefined
}

const SETTINGS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const

const settingsOf = (value: unknown): unknown =>
  SETTINGS.every((name) => typeof field(value, name) === 'boolean')
    ? Object.fromEntries(SETTINGS.map((name) => [name, field(value, name)]))
    : undefined

function addBucketSettings(item: ConfigItem, attributes: Map<string, unknown>): void {
  const setting = settingsOf(supplement(item, 'PublicAccessBlockConfiguration'))
  if (setting !== undefined) attributes.set('blockPublicAccess', setting)
  const [rule] = listField(supplement(item, 'ServerSideEncryptionConfiguration'), 'rules') ?? []
  const by = field(rule, 'applyServerSideEncryptionByDefault')
  const algorithm = textField(by, 'sseAlgorithm')
  const key = textField(by, 'kmsMasterKeyID')
  if (algorithm !== undefined && !algorithm.startsWith('aws:kms')) attributes.set('sseKmsKeyArn', null)
  else if (key?.startsWith('arn:') === true) attributes.set('sseKmsKeyArn', key)
  const bucketKey = field(rule, 'bucketKeyEnabled')
  if (typeof bucketKey === 'boolean') attributes.set('bucketKeyEnabled', bucketKey)
}

/** A function's policy is a text, or a text with `policy` in it, as get-policy prints it. */
function functionPolicy(item: ConfigItem): unknown {
  const found = supplement(item, 'Policy')
  return isObject(found) && field(found, 'policy') !== undefined ? field(found, 'policy') : found
}

const endpoint: Reader = (draft, { configuration, account, id }) => {
  const endpointId = textField(configuration, 'vpcEndpointId') ?? textField(configuration, 'id') ?? id
  const vpc = textField(configuration, 'vpcId')
  const document = field(configuration, 'policyDocument')
  accountIn(draft, account).endpoints.set(endpointId, {
    id: endpointId,
    ...(vpc === undefined ? {} : { vpc }),
    type: textField(configuration, 'vpcEndpointType') ?? 'Gateway',
    document: document === undefined || document === null ? undefined : decoded(document),
  })
}

const accountBlock: Reader = (draft, { account, configuration }) => {
  const setting = settingsOf(configuration)
  if (setting !== undefined) accountIn(draft, account).blockPublicAccess = setting
}

/** Where AWS Config keeps the policy of each type. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['AWS::IAM::Role', entity('role')],
  ['AWS::IAM::User', entity('user')],
  ['AWS::IAM::Group', entity('group')],
  ['AWS::IAM::Policy', managedPolicy],
  ['AWS::S3::Bucket', resource('s3', 'bucket', bucketPolicy)],
  ['AWS::S3::AccountPublicAccessBlock', accountBlock],
  ['AWS::KMS::Key', resource('kms', 'key', (item) => supplement(item, 'Policy'))],
  ['AWS::SQS::Queue', resource('sqs', 'queue', (item) => field(item.configuration, 'policy'))],
  ['AWS::SNS::Topic', resource('sns', 'topic', (item) => field(item.configuration, 'policy'))],
  ['AWS::Lambda::Function', resource('lambda', 'function', functionPolicy)],
  ['AWS::ECR::Repository', resource('ecr', 'repository', (item) => field(item.configuration, 'repositoryPolicyText'))],
  ['AWS::SecretsManager::Secret', resource('secretsmanager', 'secret', () => undefined)],
  ['AWS::EC2::VPCEndpoint', endpoint],
])

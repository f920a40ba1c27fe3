import { parseArn } from '#iam/arn.ts'
import { field, isObject, textField } from '#snapshot/fields.ts'
import { NEW_BUCKET } from '../default-policies.ts'
import { accountIn, addResource, type ResourceDraft } from '../draft.ts'
import { isUnknown, type Unknown } from '../unknown.ts'
import { directoryBucket, isDirectoryBucket, readDirectoryBuckets } from './directory-buckets.ts'
import { policyIn } from './documents.ts'
import { givenTo, type ResolvedReference, resolveReference } from './resolved-references.ts'
import type { TerraformResource } from './plan.ts'
import {
  accountOf,
  beforeOf,
  blocksOf,
  isDefault,
  resourcesOf,
  type Source,
  tagsAttribute,
  tell,
  textOf,
  valueOf,
} from './source.ts'

/** The buckets of the file, by address and by name. */
type Buckets = ReadonlyMap<string, ResourceDraft>

/** `aws_s3_bucket*`, `aws_s3_directory_bucket` and `aws_s3_account_public_access_block`. */
export function readBuckets(source: Source): void {
  const buckets = new Map<string, ResourceDraft>()
  for (const resource of resourcesOf(source, 'aws_s3_bucket')) addBucket(source, resource, buckets)
  readDirectoryBuckets(source, buckets)
  for (const gone of beforeOf(source, 'aws_s3_bucket_policy'))
    for (const bucket of bucketsOf(source, gone, buckets).found) bucket.policy = null
  for (const resource of resourcesOf(source, 'aws_s3_bucket_policy'))
    givenTo(source, bucketsOf(source, resource, buckets), resource, policyIn(source, resource, 'policy'))
  for (const part of PARTS) readParts(source, part, buckets)
  for (const gone of beforeOf(source, 'aws_s3_bucket_public_access_block')) forget(source, gone, buckets)
  for (const resource of resourcesOf(source, 'aws_s3_account_public_access_block')) {
    const account = accountIdOf(source, resource)
    const setting = publicAccess(source, resource)
    if (account !== undefined && setting !== undefined) accountIn(source.draft, account).blockPublicAccess = setting
  }
}

/** A setting that is taken away: what holds then depends on how the bucket was made. */
function forget(source: Source, gone: TerraformResource, buckets: Buckets): void {
  const stays = resourcesOf(source, gone.type).some((one) => one.address === gone.address)
  const name = textOf(source, gone, 'bucket')
  if (!stays && typeof name === 'string') buckets.get(name)?.attributes.delete('blockPublicAccess')
}

const accountIdOf = (source: Source, resource: TerraformResource): string | undefined => {
  const said = textOf(source, resource, 'account_id')
  return typeof said === 'string' ? said : accountOf(source, resource)
}

function addBucket(source: Source, resource: TerraformResource, buckets: Map<string, ResourceDraft>): void {
  const name = textOf(source, resource, 'bucket')
  if (typeof name !== 'string') {
    tell(source, resource, `its name is not known before apply: give \`--parameters ${resource.address}.bucket=NAME\``)
    return
  }
  const account = accountOf(source, resource)
  if (account === undefined) return
  const { partition } = source.placeOf(resource)
  const arn = `arn:${partition}:s3:::${name}`
  const isNew = resource.lifecycle === 'created'
  const bucket = addResource(source.draft, { arn, account, service: 's3', kind: 'bucket' }, [
    ...(isNew ? [...NEW_BUCKET, ['sseKmsKeyArn', null] as const] : []),
    ...tagsAttribute(source, resource),
  ])
  buckets.set(resource.address, bucket)
  buckets.set(name, bucket)
  const policy = policyIn(source, resource, 'policy')
  if (!isDefault(source, resource, 'policy')) bucket.policy = policy
  else if (isNew) bucket.policy = null
  // A bucket that exists shows its policy, '' where it has none.
  if (!isNew && resource.values['policy'] === '') bucket.policy = null
  // The older place of what `aws_s3_bucket_request_payment_configuration` says.
  if (!isNew || !isDefault(source, resource, 'request_payer')) readPayer(source, resource, bucket, 'request_payer')
  const encryption = blocksOf(source, resource, 'server_side_encryption_configuration')
  if (!isUnknown(encryption)) for (const block of encryption) readRules(source, resource, bucket, field(block, 'rule'))
}

const arnOf = ({ arn }: ResourceDraft): string => arn

const TYPES = ['aws_s3_bucket', 'aws_s3_directory_bucket']

function bucketsOf(source: Source, resource: TerraformResource, buckets: Buckets): ResolvedReference<ResourceDraft> {
  const said = resolveReference(source, resource, 'bucket', { types: TYPES, known: buckets, word: 'bucket', arnOf })
  if (typeof said === 'object') return said
  const bucket = said === undefined ? undefined : bucketNamed(source, resource, nameIn(said), buckets)
  return { found: bucket === undefined ? [] : [bucket], isSure: true }
}

function bucketNamed(
  source: Source,
  resource: TerraformResource,
  name: string,
  buckets: Buckets,
): ResourceDraft | undefined {
  const known = buckets.get(name)
  if (known !== undefined) return known
  if (isDirectoryBucket(name)) return directoryBucket(source, resource, name)
  const account = accountOf(source, resource)
  if (account === undefined) return undefined
  const { partition } = source.placeOf(resource)
  return addResource(source.draft, { arn: `arn:${partition}:s3:::${name}`, account, service: 's3', kind: 'bucket' })
}

/** The name in the ARN of a bucket of either kind, or the name itself. */
const nameIn = (text: string): string => parseArn(text)?.resource.replace(/^bucket\//, '') ?? text

interface Part {
  readonly type: string
  readonly read: (source: Source, resource: TerraformResource, bucket: ResourceDraft) => void
  /** The attributes that it decides. */
  readonly of: readonly string[]
}

const PARTS: readonly Part[] = [
  {
    type: 'aws_s3_bucket_public_access_block',
    read: (source, resource, bucket) => set(bucket, 'blockPublicAccess', publicAccess(source, resource)),
    of: ['blockPublicAccess'],
  },
  {
    type: 'aws_s3_bucket_ownership_controls',
    read: (source, resource, bucket) => {
      const rules = blocksOf(source, resource, 'rule')
      const said = isUnknown(rules) ? rules : field(rules[0], 'object_ownership')
      set(bucket, 'objectOwnership', typeof said === 'string' ? said : undefined)
    },
    of: ['objectOwnership'],
  },
  {
    type: 'aws_s3_bucket_server_side_encryption_configuration',
    read: (source, resource, bucket) => readRules(source, resource, bucket, valueOf(source, resource, 'rule')),
    of: ['sseKmsKeyArn', 'bucketKeyEnabled'],
  },
  {
    type: 'aws_s3_bucket_request_payment_configuration',
    read: (source, resource, bucket) => readPayer(source, resource, bucket, 'payer'),
    of: ['requesterPays'],
  },
  // Grants of an ACL are read where ownership lets ACLs count at all; then they are not known here.
  { type: 'aws_s3_bucket_acl', read: (_, __, bucket) => set(bucket, 'acl', undefined), of: ['acl'] },
]

/** Of a bucket that one surely belongs to, another decides nothing; what may be of any leaves the others open. */
function readParts(source: Source, { type, read, of }: Part, buckets: Buckets): void {
  const all = resourcesOf(source, type).map((resource) => ({ resource, ...bucketsOf(source, resource, buckets) }))
  // The attributes are those of general purpose buckets.
  const [sure, open] = [true, false].map((isSure) =>
    all
      .filter((one) => one.isSure === isSure)
      .flatMap(({ found, ...rest }) => found.map((bucket) => ({ ...rest, bucket }))),
  )
  for (const { resource, bucket, likely } of open ?? []) {
    const made: ResourceDraft = { ...bucket, attributes: new Map(bucket.attributes) }
    const isRead = likely !== undefined && bucket.service === 's3'
    if (isRead) read(source, resource, made)
    for (const name of of) set(bucket, name, isRead ? likelyValue(name, bucket, made, bucket === likely) : undefined)
  }
  for (const { resource, bucket } of sure ?? []) if (bucket.service === 's3') read(source, resource, bucket)
}

/** Where a setting is likely a bucket's: what is the same with and without it, or only asks more of a caller. */
function likelyValue(name: string, before: ResourceDraft, after: ResourceDraft, isLikely: boolean): unknown {
  const [without, value] = [before.attributes.get(name), after.attributes.get(name)]
  const asksMore = name === 'bucketKeyEnabled' || (name === 'sseKmsKeyArn' ? value !== null : value === true)
  return JSON.stringify(value) === JSON.stringify(without) || (isLikely && asksMore) ? value : undefined
}

/** An attribute that is not known must not keep the value of a default. */
function readPayer(source: Source, resource: TerraformResource, bucket: ResourceDraft, argument: string): void {
  const payer = textOf(source, resource, argument)
  set(bucket, 'requesterPays', typeof payer === 'string' ? payer === 'Requester' : undefined)
}

function set(bucket: ResourceDraft, name: string, value: unknown): void {
  if (value === undefined) bucket.attributes.delete(name)
  else bucket.attributes.set(name, value)
}

const SETTINGS = [
  ['BlockPublicAcls', 'block_public_acls'],
  ['IgnorePublicAcls', 'ignore_public_acls'],
  ['BlockPublicPolicy', 'block_public_policy'],
  ['RestrictPublicBuckets', 'restrict_public_buckets'],
] as const

/** Block Public Access of a bucket; a setting that is left out is off, as the provider's documentation has it. */
export function publicAccess(source: Source, resource: TerraformResource): unknown {
  const values = SETTINGS.map(([name, attribute]) => [name, valueOf(source, resource, attribute) ?? false] as const)
  return values.some(([, value]) => isUnknown(value)) ? undefined : Object.fromEntries(values)
}

function readRules(source: Source, resource: TerraformResource, bucket: ResourceDraft, rules: unknown): void {
  const [rule] = isUnknown(rules) ? [rules] : Array.isArray(rules) ? rules : [rules]
  if (rule === undefined || rule === null) return
  const by = field(rule, 'apply_server_side_encryption_by_default')
  const [block] = isUnknown(by) ? [by] : Array.isArray(by) ? by : [by]
  const algorithm = textField(block, 'sse_algorithm')
  set(bucket, 'sseKmsKeyArn', algorithm === undefined ? undefined : keyFor(source, resource, algorithm, block))
  const bucketKey = field(rule, 'bucket_key_enabled')
  set(bucket, 'bucketKeyEnabled', typeof bucketKey === 'boolean' ? bucketKey : undefined)
}

/** The key as an ARN; `null`: S3's own. */
function keyFor(
  source: Source,
  resource: TerraformResource,
  algorithm: string,
  block: unknown,
): string | null | undefined {
  if (!algorithm.startsWith('aws:kms')) return null
  const key = isObject(block) ? block['kms_master_key_id'] : undefined
  if (key !== undefined && key !== null && typeof key !== 'string' && !isUnknown(key)) return undefined
  return kmsKeyArn(source, resource, key)
}

/** An id, alias or ARN as an ARN; without one it is the key that AWS keeps for S3. */
export function kmsKeyArn(
  source: Source,
  resource: TerraformResource,
  key: string | Unknown | null | undefined,
): string | undefined {
  if (isUnknown(key)) return undefined
  const { account, region, partition } = source.placeOf(resource)
  const name = key === undefined || key === null || key === '' ? 'alias/aws/s3' : key
  if (name.startsWith('arn:')) return name
  if (account === undefined || region === undefined) return undefined
  return `arn:${partition}:kms:${region}:${account}:${name.startsWith('alias/') ? name : `key/${name}`}`
}

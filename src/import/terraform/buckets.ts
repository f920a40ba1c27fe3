import { parseArn } from '#iam/arn.ts'
import { field, isObject, textField } from '#snapshot/fields.ts'
import { NEW_BUCKET } from '../default-policies.ts'
import { accountIn, addResource, type ResourceDraft } from '../draft.ts'
import { isUnknown, type Unknown } from '../unknown.ts'
import { directoryBucket, isDirectoryBucket, readDirectoryBuckets } from './directory-buckets.ts'
import { policyIn } from './documents.ts'
import type { TerraformResource } from './plan.ts'
import {
  accountOf,
  beforeOf,
  blocksOf,
  isDefault,
  linkOf,
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
  for (const gone of beforeOf(source, 'aws_s3_bucket_policy')) {
    const bucket = bucketOf(source, gone, buckets)
    if (bucket !== undefined) bucket.policy = null
  }
  for (const resource of resourcesOf(source, 'aws_s3_bucket_policy')) {
    const bucket = bucketOf(source, resource, buckets)
    const policy = policyIn(source, resource, 'policy')
    if (bucket !== undefined && policy !== undefined) bucket.policy = policy
  }
  for (const [type, read] of PARTS)
    for (const resource of resourcesOf(source, type)) {
      const bucket = bucketOf(source, resource, buckets)
      // The attributes are those of general purpose buckets.
      if (bucket?.service === 's3') read(source, resource, bucket)
    }
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
  const encryption = blocksOf(source, resource, 'server_side_encryption_configuration')
  if (!isUnknown(encryption)) for (const block of encryption) readRules(source, resource, bucket, field(block, 'rule'))
}

function bucketOf(source: Source, resource: TerraformResource, buckets: Buckets): ResourceDraft | undefined {
  const name = linkOf(source, resource, 'bucket', (target) => target.address)
  const text = typeof name === 'string' ? nameIn(name) : undefined
  if (text === undefined) {
    tell(source, resource, 'nothing says which bucket it belongs to')
    return undefined
  }
  const known = buckets.get(text)
  if (known !== undefined) return known
  // A target whose own name is not known has no entry.
  if (/^(?:aws_s3_bucket|aws_s3_directory_bucket|module)\./.test(text)) return undefined
  if (isDirectoryBucket(text)) return directoryBucket(source, resource, text)
  const account = accountOf(source, resource)
  if (account === undefined) return undefined
  const { partition } = source.placeOf(resource)
  return addResource(source.draft, { arn: `arn:${partition}:s3:::${text}`, account, service: 's3', kind: 'bucket' })
}

/** The name in the ARN of a bucket of either kind, or the name itself. */
const nameIn = (text: string): string => parseArn(text)?.resource.replace(/^bucket\//, '') ?? text

type Part = (source: Source, resource: TerraformResource, bucket: ResourceDraft) => void

const PARTS: readonly (readonly [type: string, read: Part])[] = [
  [
    'aws_s3_bucket_public_access_block',
    (source, resource, bucket) => set(bucket, 'blockPublicAccess', publicAccess(source, resource)),
  ],
  [
    'aws_s3_bucket_ownership_controls',
    (source, resource, bucket) => {
      const rules = blocksOf(source, resource, 'rule')
      const said = isUnknown(rules) ? rules : field(rules[0], 'object_ownership')
      set(bucket, 'objectOwnership', typeof said === 'string' ? said : undefined)
    },
  ],
  [
    'aws_s3_bucket_server_side_encryption_configuration',
    (source, resource, bucket) => readRules(source, resource, bucket, valueOf(source, resource, 'rule')),
  ],
  [
    'aws_s3_bucket_request_payment_configuration',
    (source, resource, bucket) => {
      const payer = textOf(source, resource, 'payer')
      set(bucket, 'requesterPays', typeof payer === 'string' ? payer === 'Requester' : undefined)
    },
  ],
  // Grants of an ACL are read where ownership lets ACLs count at all; then they are not known here.
  ['aws_s3_bucket_acl', (_, __, bucket) => set(bucket, 'acl', undefined)],
]

/** An attribute that is not known must not keep the value of a default. */
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

/** What is left out is off, as the provider's documentation has it. */
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
  return kmsKeyArn(source, resource, key as string | Unknown | undefined)
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

import { NEW_BUCKET } from '../default-policies.ts'
import { addResource, givePolicyApart, type ResourceDraft } from '../draft.ts'
import { isUnknown, type Unknown } from '../unknown.ts'
import { arnOf, isTrue } from './attributes.ts'
import { addMade, giveOwnPolicy, mayBeOfAny } from './made.ts'
import { ofType, policyProperty, type Stack, tell } from './principals.ts'
import { listProperty, own, property, type TemplateResource, textProperty, written } from './template.ts'

/** `AWS::S3::Bucket`, `BucketPolicy`, `AccessPoint`. */
export function readBuckets(stack: Stack): void {
  for (const resource of ofType(stack, 'AWS::S3::Bucket')) addBucket(stack, resource)
  for (const resource of ofType(stack, 'AWS::S3::BucketPolicy')) {
    const bucket = bucketNamed(stack, textProperty(stack.template, resource, 'Bucket'))
    const policy = policyProperty(stack, resource, 'PolicyDocument')
    if (bucket === undefined)
      mayBeOfAny(stack, resource, written(resource, 'Bucket'), { kind: 'bucket', service: 's3' })
    else givePolicyApart(bucket, policy)
  }
  for (const resource of ofType(stack, 'AWS::S3::AccessPoint')) addAccessPoint(stack, resource)
}

const nameless = (resource: TemplateResource): string =>
  `its name is not known before the deploy: give \`--parameters ${resource.id}=NAME\``

function addBucket(stack: Stack, resource: TemplateResource): void {
  const { template, account } = stack
  const arn = arnOf(template, resource)
  if (arn === undefined) {
    tell(stack, resource, nameless(resource))
    return
  }
  const bucket = addMade(stack, resource, { arn, account, service: 's3', kind: 'bucket' }, NEW_BUCKET)
  giveOwnPolicy(bucket, undefined)
  readSettings(stack, resource, bucket, 'PublicAccessBlockConfiguration', false)
  const ownership = property(template, resource, 'OwnershipControls')
  if (ownership !== undefined) {
    const rules = own(ownership, 'Rules')
    const said = own(Array.isArray(rules) ? rules[0] : undefined, 'ObjectOwnership')
    if (typeof said === 'string') bucket.attributes.set('objectOwnership', said)
    else bucket.attributes.delete('objectOwnership')
  }
  readEncryption(stack, resource, bucket)
}

const SETTINGS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']

/** What a configuration leaves out is off for a bucket and on for an access point. */
function readSettings(
  { template }: Stack,
  resource: TemplateResource,
  draft: ResourceDraft,
  name: string,
  leftOut: boolean,
): void {
  const configuration = property(template, resource, name)
  if (configuration === undefined || configuration === null) return
  const values = SETTINGS.map((setting) => [setting, own(configuration, setting)] as const)
  if (isUnknown(configuration) || values.some(([, value]) => isUnknown(value)))
    draft.attributes.delete('blockPublicAccess')
  else
    draft.attributes.set(
      'blockPublicAccess',
      Object.fromEntries(values.map(([setting, value]) => [setting, value === undefined ? leftOut : isTrue(value)])),
    )
}

function readEncryption({ template, account }: Stack, resource: TemplateResource, bucket: ResourceDraft): void {
  const encryption = property(template, resource, 'BucketEncryption')
  bucket.attributes.set('sseKmsKeyArn', null)
  if (encryption === undefined || encryption === null) return
  const rules = own(encryption, 'ServerSideEncryptionConfiguration')
  const rule: unknown = Array.isArray(rules) ? rules[0] : undefined
  const by = own(rule, 'ServerSideEncryptionByDefault')
  const algorithm = own(by, 'SSEAlgorithm')
  bucket.attributes.delete('sseKmsKeyArn')
  if (typeof algorithm !== 'string') return
  if (!algorithm.startsWith('aws:kms')) {
    bucket.attributes.set('sseKmsKeyArn', null)
    return
  }
  const key = own(by, 'KMSMasterKeyID') as string | Unknown | undefined
  const { region, partition } = template
  const name = key ?? 'alias/aws/s3'
  if (isUnknown(name) || (region === undefined && !name.startsWith('arn:'))) return
  const id = name.startsWith('alias/') ? name : `key/${name}`
  bucket.attributes.set(
    'sseKmsKeyArn',
    name.startsWith('arn:') ? name : `arn:${partition}:kms:${region}:${account}:${id}`,
  )
  const bucketKey = own(rule, 'BucketKeyEnabled')
  if (!isUnknown(bucketKey)) bucket.attributes.set('bucketKeyEnabled', isTrue(bucketKey))
}

/** The bucket of a name: one of the template, or one that another stack made. */
function bucketNamed(stack: Stack, name: string | Unknown | undefined): ResourceDraft | undefined {
  if (typeof name !== 'string') return undefined
  const arn = `arn:${stack.template.partition}:s3:::${name}`
  return addResource(stack.draft, { arn, account: stack.account, service: 's3', kind: 'bucket' })
}

function addAccessPoint(stack: Stack, resource: TemplateResource): void {
  const { template, account } = stack
  const arn = arnOf(template, resource)
  if (arn === undefined) {
    tell(stack, resource, nameless(resource))
    return
  }
  const bucket = textProperty(template, resource, 'Bucket')
  const owner = textProperty(template, resource, 'BucketAccountId')
  const vpc = property(template, resource, 'VpcConfiguration')
  const vpcId = own(vpc, 'VpcId')
  const draftPoint = addMade(stack, resource, { arn, account, service: 's3', kind: 'access-point' }, [
    ...(typeof bucket === 'string' ? [['bucket', `arn:${template.partition}:s3:::${bucket}`] as const] : []),
    ...(typeof owner === 'string' ? [['bucketAccount', owner] as const] : []),
    ...(isUnknown(vpc) ? [] : [['networkOrigin', vpc === undefined ? 'Internet' : 'VPC'] as const]),
    ...(typeof vpcId === 'string' ? [['vpcId', vpcId] as const] : []),
    ...NEW_BUCKET.filter(([name]) => name === 'blockPublicAccess'),
  ])
  readSettings(stack, resource, draftPoint, 'PublicAccessBlockConfiguration', true)
  giveOwnPolicy(draftPoint, policyProperty(stack, resource, 'Policy'))
}

/** A list of settings as a list, for readers of other types. */
export const entriesOf = (stack: Stack, resource: TemplateResource, name: string): readonly unknown[] => {
  const list = listProperty(stack.template, resource, name)
  return isUnknown(list) ? [list] : list
}

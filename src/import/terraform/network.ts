import { parseArn } from '#iam/arn.ts'
import { DEFAULT_ENDPOINT_POLICY } from '../default-policies.ts'
import { accountIn, addResource, type ResourceDraft } from '../draft.ts'
import { field, isObject } from '#snapshot/fields.ts'
import { isUnknown } from '../unknown.ts'
import { publicAccess } from './buckets.ts'
import { policyIn } from './documents.ts'
import { givenTo, resolveReference } from './resolved-references.ts'
import type { TerraformResource } from './plan.ts'
import { accountOf, beforeOf, isDefault, linkOf, resourcesOf, type Source, tell, textOf, valueOf } from './source.ts'

/** `aws_vpc_endpoint`, `aws_vpc_endpoint_policy`. */
export function readEndpoints(source: Source): void {
  const apart = resourcesOf(source, 'aws_vpc_endpoint_policy').map((resource) => ({
    of: linkOf(source, resource, 'vpc_endpoint_id', endpointOf),
    policy: policyIn(source, resource, 'policy'),
  }))
  const gone = new Set(beforeOf(source, 'aws_vpc_endpoint_policy').map((one) => textOf(source, one, 'vpc_endpoint_id')))
  for (const resource of resourcesOf(source, 'aws_vpc_endpoint')) {
    const account = accountOf(source, resource)
    if (account === undefined) continue
    const said = textOf(source, resource, 'id')
    // An endpoint has its id only when it is made; until then its address stands for it.
    const id = typeof said === 'string' ? said : `vpce-(${resource.address})`
    const vpc = textOf(source, resource, 'vpc_id')
    const type = textOf(source, resource, 'vpc_endpoint_type')
    // What the endpoint itself shows may be the policy that the plan takes away.
    const own = gone.has(id) || isDefault(source, resource, 'policy') ? undefined : policyIn(source, resource, 'policy')
    const byAws = resource.lifecycle === 'created' ? DEFAULT_ENDPOINT_POLICY : undefined
    const separate = apart.filter(({ of }) => of === id || of === resource.address || isUnknown(of))
    const document = separate.length === 0 ? (own ?? byAws) : separate[0]?.policy
    accountIn(source.draft, account).endpoints.set(id, {
      id,
      ...(typeof vpc === 'string' ? { vpc } : {}),
      type: typeof type === 'string' ? type : 'Gateway',
      document: separate.some(({ of }) => isUnknown(of)) ? undefined : document,
    })
  }
}

/** Of another type it says nothing that is known here. */
const endpointOf = ({ type, address, isData }: TerraformResource): string | undefined =>
  type === 'aws_vpc_endpoint' && !isData ? address : undefined

/** `aws_s3_access_point` and `aws_s3control_access_point_policy`. */
export function readAccessPoints(source: Source): void {
  const points = new Map<string, ResourceDraft>()
  for (const resource of resourcesOf(source, 'aws_s3_access_point')) addAccessPoint(source, resource, points)
  for (const gone of beforeOf(source, 'aws_s3control_access_point_policy')) {
    const of = textOf(source, gone, 'access_point_arn')
    if (typeof of === 'string') delete points.get(of)?.policy
  }
  for (const resource of resourcesOf(source, 'aws_s3control_access_point_policy')) {
    const types = ['aws_s3_access_point']
    const said = resolveReference(source, resource, 'access_point_arn', {
      types,
      known: points,
      word: 'access point',
      arnOf: ({ arn }) => arn,
    })
    const policy = policyIn(source, resource, 'policy')
    const point = typeof said === 'string' ? points.get(said) : undefined
    const meant = typeof said === 'object' ? said : { found: point === undefined ? [] : [point], isSure: true }
    if (meant.found.length === 0) tell(source, resource, 'its access point is not in this file')
    givenTo(source, meant, resource, policy)
  }
}

function addAccessPoint(source: Source, resource: TerraformResource, points: Map<string, ResourceDraft>): void {
  const { region, partition } = source.placeOf(resource)
  const account = accountOf(source, resource)
  const name = textOf(source, resource, 'name')
  const said = textOf(source, resource, 'arn')
  if (account === undefined || typeof name !== 'string' || (region === undefined && typeof said !== 'string')) {
    tell(source, resource, 'its name or its Region is not known')
    return
  }
  const arn = typeof said === 'string' ? said : `arn:${partition}:s3:${region ?? ''}:${account}:accesspoint/${name}`
  const bucket = linkOf(source, resource, 'bucket', (target) =>
    target.type.startsWith('aws_s3_bucket') ? textOf(source, target, 'bucket') : undefined,
  )
  const bucketAccount = textOf(source, resource, 'bucket_account_id')
  const vpc = vpcOf(source, resource)
  const settings = valueOf(source, resource, 'public_access_block_configuration')
  const isNew = resource.lifecycle === 'created'
  const draft = addResource(source.draft, { arn, account, service: 's3', kind: 'access-point' }, [
    ...(typeof bucket === 'string'
      ? [['bucket', parseArn(bucket) === undefined ? `arn:${partition}:s3:::${bucket}` : bucket] as const]
      : []),
    ...(typeof bucketAccount === 'string' ? [['bucketAccount', bucketAccount] as const] : []),
    ...(vpc === undefined ? [] : vpc),
    ...settingsOf(source, resource, settings, isNew),
  ])
  const policy = policyIn(source, resource, 'policy')
  if (!isDefault(source, resource, 'policy')) draft.policy = policy
  else if (isNew || resource.values['policy'] === '') draft.policy = null
  for (const key of [resource.address, arn]) points.set(key, draft)
}

function vpcOf(source: Source, resource: TerraformResource): readonly (readonly [string, unknown])[] | undefined {
  const blocks = valueOf(source, resource, 'vpc_configuration')
  if (isUnknown(blocks)) return undefined
  const [block] = Array.isArray(blocks) ? blocks : []
  if (block === undefined) return [['networkOrigin', 'Internet']]
  const id = field(block, 'vpc_id')
  return [['networkOrigin', 'VPC'], ...(typeof id === 'string' ? [['vpcId', id] as const] : [])]
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html: all on unless a new one says else. */
function settingsOf(
  source: Source,
  resource: TerraformResource,
  blocks: unknown,
  isNew: boolean,
): readonly (readonly [string, unknown])[] {
  const on = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true }
  if (isUnknown(blocks))
    return isDefault(source, resource, 'public_access_block_configuration') ? [['blockPublicAccess', on]] : []
  const [block] = Array.isArray(blocks) ? (blocks as readonly unknown[]) : []
  if (block === undefined) return isNew ? [['blockPublicAccess', on]] : []
  if (!isObject(block) || isUnknown(block)) return []
  const setting = publicAccess(source, { ...resource, values: block })
  return setting === undefined ? [] : [['blockPublicAccess', setting]]
}

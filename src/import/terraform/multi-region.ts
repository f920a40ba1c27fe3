import { isObject } from '#snapshot/fields.ts'
import { addResource, givePolicy, mayHavePolicy, type ResourceDraft } from '../draft.ts'
import { isUnknown } from '../unknown.ts'
import { publicAccess } from './buckets.ts'
import { policyIn } from './documents.ts'
import { linked } from './links.ts'
import type { TerraformResource } from './plan.ts'
import { accountOf, blocksOf, resourcesOf, saidOf, type Source, tell, textOf, valueOf } from './source.ts'

const POINT = 'aws_s3control_multi_region_access_point'
const POLICY = 'aws_s3control_multi_region_access_point_policy'

export const MULTI_REGION_TYPES: readonly string[] = [POINT, POLICY]

const ALL_ON = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true }

/**
 * Multi-Region Access Points, and their policies. Terraform names them, and ARNs have the alias that AWS makes up.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3control_multi_region_access_point
 */
export function readMultiRegionAccessPoints(source: Source): void {
  const points = new Map<string, ResourceDraft>()
  for (const resource of resourcesOf(source, POINT)) addPoint(source, resource, points)
  for (const resource of resourcesOf(source, POLICY)) {
    const inner = detailsOf(source, resource)
    const name = pointOf(source, resource, inner)
    const point = points.get(name ?? '')
    const policy = inner === undefined ? undefined : policyIn(source, inner, 'policy')
    if (point === undefined) tell(source, resource, 'its access point, whose alias names it, is not in the snapshot')
    else if (policy !== undefined) givePolicy(point, policy)
    else tell(source, resource, 'its policy is not known before apply')
    const open = name === undefined ? points.values() : point === undefined || policy !== undefined ? [] : [point]
    for (const one of open) mayHavePolicy(one, saidOf(source, resource, `whether ${resource.address} is its policy`))
  }
}

/** The block `details` as a resource, so that its attributes are read like others. */
function detailsOf(source: Source, resource: TerraformResource): TerraformResource | undefined {
  const blocks = blocksOf(source, resource, 'details')
  const block: unknown = isUnknown(blocks) ? undefined : blocks[0]
  return isObject(block) && !isUnknown(block) ? { ...resource, values: block } : undefined
}

/** The address of the point that the policy refers to, or its name in its account. */
function pointOf(
  source: Source,
  resource: TerraformResource,
  inner: TerraformResource | undefined,
): string | undefined {
  const name = inner === undefined ? undefined : textOf(source, inner, 'name')
  if (typeof name === 'string') return `${accountOf(source, resource) ?? ''}/${name}`
  const targets = (linked(source.file, resource, 'details') ?? []).filter(({ type }) => type === POINT)
  return targets.length === 1 ? targets[0]?.address : undefined
}

function addPoint(source: Source, resource: TerraformResource, points: Map<string, ResourceDraft>): void {
  const alias = textOf(source, resource, 'alias')
  const account = accountOf(source, resource)
  if (typeof alias !== 'string') {
    const how = `--parameters ${resource.address}.alias=ALIAS`
    tell(source, resource, `its alias is not known before apply: give \`${how}\``)
  }
  if (typeof alias !== 'string' || account === undefined) return
  const { partition } = source.placeOf(resource)
  const inner = detailsOf(source, resource)
  const arn = `arn:${partition}:s3::${account}:accesspoint/${alias}`
  const draft = addResource(source.draft, { arn, account, service: 's3', kind: 'access-point' }, [
    ['networkOrigin', 'Internet'],
    ...(inner === undefined ? [] : [...bucketsOf(source, inner, partition), ...blockOf(source, inner)]),
  ])
  if (resource.lifecycle === 'created') draft.policy = null
  points.set(resource.address, draft)
  const name = inner === undefined ? undefined : textOf(source, inner, 'name')
  if (typeof name === 'string') points.set(`${account}/${name}`, draft)
}

function bucketsOf(source: Source, inner: TerraformResource, partition: string): readonly [string, unknown][] {
  const regions = blocksOf(source, inner, 'region')
  if (isUnknown(regions)) return []
  const names = regions.map((region) => (isObject(region) && !isUnknown(region) ? region['bucket'] : undefined))
  if (!names.every((name): name is string => typeof name === 'string')) return []
  return [['buckets', names.map((name) => `arn:${partition}:s3:::${name}`).sort()]]
}

/** All is blocked where the configuration does not say otherwise. */
function blockOf(source: Source, inner: TerraformResource): readonly [string, unknown][] {
  const blocks = valueOf(source, inner, 'public_access_block')
  if (isUnknown(blocks)) return []
  const [block] = Array.isArray(blocks) ? (blocks as unknown[]) : []
  if (!isObject(block)) return inner.lifecycle === 'created' ? [['blockPublicAccess', ALL_ON]] : []
  // What the block leaves out is on here, other than for buckets.
  const setting = publicAccess(source, { ...inner, values: { ...ON_BY_DEFAULT, ...block } })
  return setting === undefined ? [] : [['blockPublicAccess', setting]]
}

const ON_BY_DEFAULT = {
  block_public_acls: true,
  block_public_policy: true,
  ignore_public_acls: true,
  restrict_public_buckets: true,
}

import { parseArn } from '#iam/arn.ts'

/** The bucket of a bucket or object ARN: names are global, the ARN has no account (R-XACC-04). */
export function bucketNameOf(resource: string): string | undefined {
  const arn = parseArn(resource)
  if (arn === undefined || arn.service !== 's3' || arn.region !== '' || arn.account !== '') return undefined
  const name = arn.resource.split('/')[0] ?? ''
  return name === '' || name.includes('*') || name.includes('?') ? undefined : name
}

/** `alias/name` of a KMS alias ARN. */
export function aliasOf(resource: string): string | undefined {
  const arn = parseArn(resource)
  return arn !== undefined && arn.service === 'kms' && arn.resource.startsWith('alias/') ? arn.resource : undefined
}

/** The service of an ARN. */
export const serviceOf = (resource: string): string => parseArn(resource)?.service ?? ''

/** The folder under `resources/` where a resource of this ARN belongs; undefined: `collect` does not read its type. */
export function folderOf(resource: string): string | undefined {
  const arn = parseArn(resource)
  if (arn === undefined) return ''
  if (UNREAD.get(arn.service)?.(arn.resource) === true) return undefined
  const newer = NEWER.get(arn.service)
  if (newer !== undefined && arn.resource.startsWith(newer.begins)) return newer.folder
  if (arn.service === 'execute-api') return 'apigateway'
  if (arn.service !== 's3' || arn.account === '') return arn.service
  if (arn.resource.startsWith('access-grants/')) return 's3-access-grants'
  if (!arn.resource.startsWith('accesspoint/')) return arn.service
  return arn.region === '' ? 's3-multi-region-access-points' : 's3-access-points'
}

/** Types that came later than the others of their services, and that not every Region has: each has its own folder. */
const NEWER: ReadonlyMap<string, { readonly begins: string; readonly folder: string }> = new Map([
  ['apigateway', { begins: '/portalproducts/', folder: 'apigateway-portals' }],
  ['events', { begins: 'event-busv2/', folder: 'eventsv2' }],
  ['lambda', { begins: 'web-function/', folder: 'lambda-web' }],
])

/** Types that may be shared, in services of which other types are read: that a file is missing says nothing of them. */
const UNREAD: ReadonlyMap<string, (resource: string) => boolean> = new Map<string, (resource: string) => boolean>([
  ['codeartifact', (resource) => resource.startsWith('package-group/')],
  ['rekognition', (resource) => resource.includes('/version/')],
  ['ssm', (resource) => !/^(?:parameter|opsitemgroup)\//.test(resource)],
  ['events', (resource) => /^(?:event-sourcev2|subscriber)\//.test(resource)],
  // Of these one or two types have calls for their policies, and others are shared by AWS RAM or not at all.
  ['aws-marketplace', (resource) => !MARKETPLACE_TYPES.has(resource.split('/')[1] ?? '')],
  ['bedrock', (resource) => resource.startsWith('guardrail-profile/')],
  ['cleanrooms-ml', (resource) => !resource.startsWith('configured-audience-model/')],
  ['networkmanager', (resource) => !resource.startsWith('core-network/')],
  ['omics', () => true],
  ['ram', () => true],
  ['sagemaker', (resource) => !/^(?:model-package-group|model-package|lineage-group|endpoint)\//.test(resource)],
  ['wellarchitected', (resource) => !resource.startsWith('agent-profile/')],
])

/** The types of a catalogue's entities that are listed. */
const MARKETPLACE_TYPES: ReadonlySet<string> = new Set([
  'AmiProduct',
  'ContainerProduct',
  'DataProduct',
  'MachineLearningProduct',
  'SaaSProduct',
  'Offer',
  'OfferSet',
  'ResaleAuthorization',
])

import { type Arn, formatArn, parseArn } from './arn.ts'

/**
 * The ARN of what holds the resource policy for a resource: the bucket of an object, the domain of an index.
 * Only pairs that AWS documents are listed; a name with a slash is elsewhere a name of its own (an ECR repository).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html (R-OTH-01)
 */
export function policyHolderArns(resource: string): readonly string[] {
  const arn = parseArn(resource)
  if (arn === undefined) return [resource]
  const outer = HOLDER_OF.get(arn.service)?.(arn) ?? []
  const names = new Set([arn.resource, ...(typeof outer === 'string' ? [outer] : outer)])
  return [...names].map((name) => (name === arn.resource ? resource : formatArn({ ...arn, resource: name })))
}

/** From the inside out: the first that the snapshot has is taken. */
type HolderOf = (arn: Arn) => string | readonly string[] | undefined

/** Within resources whose ARN begins like this, and has this many steps. */
const below =
  (prefix: string, count: number): HolderOf =>
  ({ resource }) =>
    resource.startsWith(prefix) ? steps(resource, '/', count) : undefined

const HOLDER_OF: ReadonlyMap<string, HolderOf> = new Map<string, HolderOf>([
  ['s3', s3Outer],
  ['s3express', below('accesspoint/', 2)],
  ['s3-object-lambda', below('accesspoint/', 2)],
  ['s3vectors', below('bucket/', 2)],
  // For its attributes: a version or an alias has a policy of its own (hasOwnPolicy).
  ['lambda', (arn) => (arn.resource.startsWith('function:') ? steps(arn.resource, ':', 2) : undefined)],
  // A stream has a policy of its own (DynamoDB Developer Guide, resource-based policies), so only indexes go up to the table.
  ['dynamodb', (arn) => (arn.resource.includes('/index/') ? steps(arn.resource, '/', 2) : undefined)],
  ['execute-api', (arn) => steps(arn.resource, '/', arn.resource.startsWith('/domainnames/') ? 3 : 1)],
  ['es', (arn) => (arn.resource.startsWith('domain/') ? steps(arn.resource, '/', 2) : undefined)],
  ['glue', () => 'catalog'],
  ['sns', (arn) => steps(arn.resource, ':', 1)],
  ['codeartifact', replaced('package', 'repository', 3)],
  ['schemas', replaced('schema', 'registry', 2)],
  ['signer', below('/signing-profiles/', 3)],
  ['vpc-lattice', below('service/', 2)],
  ['s3-outposts', outpostOuter],
  ['qbusiness', below('application/', 2)],
  ['ssm-contacts', (arn) => replaced('engagement', 'contact', 2)(arn) ?? replaced('page', 'contact', 2)(arn)],
  ['ssm-incidents', replaced('incident-record', 'response-plan', 2)],
  ['sagemaker', replaced('model-package', 'model-package-group', 2)],
  ['apigateway', below('/portalproducts/', 3)],
  ['kafka', clusterOf],
  ['events', busOf],
  ['logs', logOuter],
  ['organizations', organizationOf],
])

/** `outpost/id/bucket/name/object/key` → `outpost/id/bucket/name`; of an access point too. */
function outpostOuter({ resource }: Arn): string | undefined {
  return /^outpost\/[^/]+\/(?:bucket|accesspoint)\//.test(resource) ? steps(resource, '/', 4) : undefined
}

/** `package/domain/repository/…` → `repository/domain/repository`. */
function replaced(from: string, to: string, count: number): HolderOf {
  return ({ resource }) =>
    resource.startsWith(`${from}/`) ? steps(`${to}${resource.slice(from.length)}`, '/', count) : undefined
}

/** `topic/cluster/id/name` → `cluster/cluster/id`. */
function clusterOf({ resource }: Arn): string | undefined {
  const [type = '', name, id] = resource.split('/', 3)
  return ['topic', 'group', 'transactional-id'].includes(type) && id !== undefined ? `cluster/${name}/${id}` : undefined
}

/** `rule/bus/name` → `event-bus/bus`; a rule that names none is on the default one. */
function busOf({ resource }: Arn): string | undefined {
  const [type, first, second] = resource.split('/', 3)
  if (type !== 'rule') return undefined
  return `event-bus/${second === undefined ? 'default' : first}`
}

/** `log-group:name:log-stream:x` → `log-group:name`, and the entry for the policies that count for all of them. */
function logOuter({ resource }: Arn): readonly string[] {
  return resource.startsWith('log-group:') ? [steps(resource, ':', 2), 'log-group:*'] : []
}

/** `account/o-id/123` → `organization/o-id`, which has the policy that delegates. */
function organizationOf({ resource }: Arn): string | undefined {
  const [, id] = resource.split('/', 2)
  return id?.startsWith('o-') === true ? `organization/${id}` : undefined
}

/** Whether what is within another resource has a policy of its own, and that of the other does not count for it. */
export function hasOwnPolicy(resource: string): boolean {
  const arn = parseArn(resource)
  return arn?.service === 'lambda' && arn.resource.startsWith('function:') && arn.resource.split(':').length > 2
}

/** `bucket/key` → `bucket`; `accesspoint/name/object/key` → `accesspoint/name`. */
function s3Outer(arn: Arn): string | undefined {
  if (arn.resource.startsWith('accesspoint/')) return steps(arn.resource, '/', 2)
  return arn.region === '' && arn.account === '' ? steps(arn.resource, '/', 1) : undefined
}

/** The first `count` steps of a path. */
const steps = (text: string, separator: string, count: number): string => text.split(separator, count).join(separator)

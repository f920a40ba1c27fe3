import { type Arn, formatArn, parseArn } from '#iam/arn.ts'

/**
 * The ARN of what holds the resource policy for a resource: the bucket of an object, the domain of an index.
 * Only pairs that AWS documents are listed; a name with a slash is elsewhere a name of its own (an ECR repository).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html (R-OTH-01)
 */
export function carriersOf(resource: string): readonly string[] {
  const arn = parseArn(resource)
  if (arn === undefined) return [resource]
  const outer = OUTER.get(arn.service)?.(arn)
  return outer === undefined || outer === arn.resource ? [resource] : [resource, formatArn({ ...arn, resource: outer })]
}

type Outer = (arn: Arn) => string | undefined

const OUTER: ReadonlyMap<string, Outer> = new Map<string, Outer>([
  ['s3', s3Outer],
  ['lambda', (arn) => (arn.resource.startsWith('function:') ? steps(arn.resource, ':', 2) : undefined)],
  // A stream has a policy of its own (DynamoDB Developer Guide, resource-based policies), so only indexes go up to the table.
  ['dynamodb', (arn) => (arn.resource.includes('/index/') ? steps(arn.resource, '/', 2) : undefined)],
  ['execute-api', (arn) => steps(arn.resource, '/', 1)],
  ['es', (arn) => (arn.resource.startsWith('domain/') ? steps(arn.resource, '/', 2) : undefined)],
  ['glue', () => 'catalog'],
  ['sns', (arn) => steps(arn.resource, ':', 1)],
])

/** `bucket/key` → `bucket`; `accesspoint/name/object/key` → `accesspoint/name`. */
function s3Outer(arn: Arn): string | undefined {
  if (arn.resource.startsWith('accesspoint/')) return steps(arn.resource, '/', 2)
  return arn.region === '' && arn.account === '' ? steps(arn.resource, '/', 1) : undefined
}

/** The first `count` steps of a path. */
const steps = (text: string, separator: string, count: number): string => text.split(separator, count).join(separator)

/** The bucket of a bucket or object ARN: names are global, the ARN has no account (R-XACC-04). */
export function bucketNameOf(resource: string): string | undefined {
  const arn = parseArn(resource)
  if (arn === undefined || arn.service !== 's3' || arn.region !== '' || arn.account !== '') return undefined
  const name = steps(arn.resource, '/', 1)
  return name === '' || name.includes('*') || name.includes('?') ? undefined : name
}

/** `alias/name` of a KMS alias ARN. */
export function aliasOf(resource: string): string | undefined {
  const arn = parseArn(resource)
  return arn !== undefined && arn.service === 'kms' && arn.resource.startsWith('alias/') ? arn.resource : undefined
}

/** The folder under `resources/` where a resource of this ARN belongs. */
export const serviceOf = (resource: string): string => parseArn(resource)?.service ?? ''

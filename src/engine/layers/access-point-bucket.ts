import { readRequestResource, type RequestResource } from '#iam/resource.ts'
import type { Truth } from '#iam/truth.ts'
import { attribute, type Case } from '../case.ts'
import { judgePolicies, type PreparedPolicy, preparePolicy, type PreparedPolicies } from '../prepare.ts'
import type { Resource } from '../scenario.ts'
import { allowsNothing, judged, type LayerFinding, notApplicable, notKnown } from './finding.ts'

const place = { layer: 'resource-policy', kind: 'bucket' } as const

/**
 * Behind an access point stands a bucket whose own policy must permit the request too; it names the bucket's ARNs, not the
 * access point's (R-S3-07). Behind a multi-Region access point stand several, of which S3 takes the nearest: what they do
 * not agree on is not known. Undefined where the request is not through an access point.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointPermissions.html
 */
export function bucketBehindAccessPoint(facts: Case): LayerFinding | undefined {
  const { resource } = facts
  if (!isThroughAccessPoint(facts) || resource.kind !== 'arn') return undefined
  const buckets = bucketsBehind(facts)
  if (buckets === undefined)
    return facts.policies.complete && !isOneOfSeveral(facts)
      ? withoutPolicy(facts)
      : notKnown(
          place,
          { fact: `bucket behind ${resource.arn} and its policy`, kind: 'policy' },
          'the bucket behind the access point is not known',
        )
  const [first, ...others] = buckets.map((bucket) => policyOf(bucket, facts))
  return first === undefined || others.length === 0 ? first : agreed([first, ...others])
}

/** What is asked for behind the access point, one for each bucket; not known where the bucket is not. None without one. */
export function resourcesBehind(facts: Case): readonly RequestResource[] {
  if (!isThroughAccessPoint(facts)) return []
  return bucketsBehind(facts)?.map((bucket) => behind(bucket, facts)) ?? [{ kind: 'unknown' }]
}

function behind(bucket: Resource, { resource }: Case): RequestResource {
  const rest = resource.kind === 'arn' ? (resource.segments[5] ?? '') : ''
  return readRequestResource(bucket.arn + objectPath(rest))
}

function policyOf(bucket: Resource, facts: Case): LayerFinding {
  if (bucket.policy === undefined && !facts.policies.complete)
    return notKnown(place, { fact: `bucket policy of ${bucket.arn}`, kind: 'policy' }, 'the bucket policy is not known')
  if (bucket.policy === undefined || bucket.policy === null) return withoutPolicy(facts)
  const policy = preparedPolicy(bucket, facts.policies)
  return judged(place, [policy], judgePolicies([policy], { ...facts.question, resource: behind(bucket, facts) }))
}

/** The bucket's own policy, for what S3 asks of it besides (R-S3-05). */
export const preparedPolicy = (bucket: Resource, { readings }: PreparedPolicies): PreparedPolicy =>
  preparePolicy(
    {
      name: bucket.arn,
      document: bucket.policy,
      ...(bucket.file === undefined ? {} : { file: bucket.file }),
      ...(bucket.lines === undefined ? {} : { lines: bucket.lines }),
    },
    'resource',
    readings,
  )

const withoutPolicy = (facts: Case): LayerFinding =>
  facts.relation === 'same'
    ? notApplicable(place, 'the bucket behind the access point has no policy')
    : allowsNothing(place, 'the bucket behind the access point has no policy that lets another account in')

/** What holds whichever of the buckets the request is sent to. A bucket without a policy gives nothing. */
function agreed(all: readonly LayerFinding[]): LayerFinding {
  if (all.every((one) => !one.applies)) return all[0] as LayerFinding
  const said = all.map((one) => (one.applies ? one : { ...one, allow: false as const }))
  const kinds = new Set(said.flatMap((one) => [...one.kinds.keys()]))
  const deny = alike(said.map((one) => one.deny))
  const allow = alike(said.map((one) => one.allow))
  const isOpen = deny === 'unknown' || allow === 'unknown'
  return {
    ...(all[0] as LayerFinding),
    applies: true,
    reason: 'several buckets stand behind the multi-Region access point',
    deny,
    allow,
    kinds: new Map([...kinds].map((kind) => [kind, alike(said.map((one) => one.kinds.get(kind) ?? false))])),
    policies: said.flatMap((one) => one.policies),
    by: undefined,
    lacking: isOpen
      ? [{ fact: 'the bucket that the multi-Region access point sends the request to', kind: 'attribute' }]
      : [],
  }
}

export const alike = ([first = 'unknown', ...others]: readonly Truth[]): Truth =>
  others.every((one) => one === first) ? first : 'unknown'

export const isThroughAccessPoint = ({ resource }: Case): boolean =>
  resource.kind === 'arn' && resource.segments[2] === 's3' && (resource.segments[5] ?? '').startsWith('accesspoint/')

/**
 * The buckets that the access point's attributes name, and no others; where they name none, the one bucket among the
 * resources, or all of them behind a multi-Region access point, whose ARN has no Region. Undefined where one is not known.
 */
export function bucketsBehind(facts: Case): readonly Resource[] | undefined {
  const buckets = bucketsGiven(facts)
  const several = attribute(facts, 'buckets')
  if (Array.isArray(several) && several.length > 0) return several.map((arn) => givenOrNamed(buckets, String(arn)))
  const named = attribute(facts, 'bucket')
  if (typeof named === 'string') return [givenOrNamed(buckets, named)]
  const isMultiRegion = facts.resource.kind === 'arn' && facts.resource.segments[3] === ''
  return buckets.length === 1 || (isMultiRegion && buckets.length > 0) ? buckets : undefined
}

/** A bucket that is named and was not given is one of which nothing but its name is known. */
const givenOrNamed = (buckets: readonly Resource[], arn: string): Resource =>
  buckets.find((one) => one.arn === arn) ?? { arn, kind: 'bucket' }

const bucketsGiven = ({ resources }: Case): readonly Resource[] =>
  resources.filter((one) => one.kind === 'bucket' || /^arn:[a-z-]{1,20}:s3:::[^/]{1,255}$/.test(one.arn))

/** Buckets were given, and nothing says which of them it is: to know everything else does not help. */
const isOneOfSeveral = (facts: Case): boolean => bucketsGiven(facts).length > 1

/** `accesspoint/NAME/object/KEY` → `/KEY`; the access point itself stands for the bucket. */
function objectPath(rest: string): string {
  const [, , marker, ...key] = rest.split('/')
  return marker === 'object' ? `/${key.join('/')}` : ''
}

import { readRequestResource } from '#iam/resource.ts'
import type { Case } from '../case.ts'
import { judgePolicies, preparePolicy } from '../prepare.ts'
import type { Resource } from '../scenario.ts'
import { allowsNothing, judged, type LayerFinding, notApplicable, notKnown } from './finding.ts'

const place = { layer: 'resource-policy', kind: 'bucket' } as const

/**
 * Behind an access point stands a bucket whose own policy must permit the request too; it names the bucket's ARNs, not the
 * access point's (R-S3-07). Undefined where the request is not through an access point.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 */
export function bucketBehindAccessPoint(facts: Case): LayerFinding | undefined {
  const { resource } = facts
  if (resource.kind !== 'arn' || !isAccessPoint(resource.segments)) return undefined
  const bucket = bucketOf(facts)
  if (bucket === undefined)
    return facts.policies.complete
      ? withoutPolicy(facts)
      : notKnown(
          place,
          { fact: `bucket behind ${resource.arn} and its policy`, kind: 'policy' },
          'the bucket behind the access point is not known',
        )
  if (bucket.policy === undefined && !facts.policies.complete)
    return notKnown(place, { fact: `bucket policy of ${bucket.arn}`, kind: 'policy' }, 'the bucket policy is not known')
  if (bucket.policy === undefined || bucket.policy === null) return withoutPolicy(facts)
  const policy = preparePolicy(
    {
      name: bucket.arn,
      document: bucket.policy,
      ...(bucket.file === undefined ? {} : { file: bucket.file }),
      ...(bucket.lines === undefined ? {} : { lines: bucket.lines }),
    },
    'resource',
  )
  const inBucket = readRequestResource(bucket.arn + objectPath(resource.segments[5] ?? ''))
  return judged(place, [policy], judgePolicies([policy], { ...facts.question, resource: inBucket }))
}

const withoutPolicy = (facts: Case): LayerFinding =>
  facts.relation === 'same'
    ? notApplicable(place, 'the bucket behind the access point has no policy')
    : allowsNothing(place, 'the bucket behind the access point has no policy that lets another account in')

const isAccessPoint = (segments: readonly string[]): boolean =>
  segments[2] === 's3' && (segments[5] ?? '').startsWith('accesspoint/')

/** The bucket that the access point's attributes name, else the one bucket among the resources. */
function bucketOf(facts: Case): Resource | undefined {
  const named = facts.attributes && Object.hasOwn(facts.attributes, 'bucket') ? facts.attributes['bucket'] : undefined
  const buckets = facts.resources.filter(
    (one) => one.kind === 'bucket' || /^arn:[a-z-]{1,20}:s3:::[^/]{1,255}$/.test(one.arn),
  )
  const found = buckets.find((one) => one.arn === named)
  return found ?? (buckets.length === 1 ? buckets[0] : undefined)
}

/** `accesspoint/NAME/object/KEY` → `/KEY`; the access point itself stands for the bucket. */
function objectPath(rest: string): string {
  const [, , marker, ...key] = rest.split('/')
  return marker === 'object' ? `/${key.join('/')}` : ''
}

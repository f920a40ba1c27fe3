import type { EventResources } from './event-resources.ts'

/** The bucket, or the access point and its owner, that a host of S3 names. */
export type HostName =
  | { readonly bucket: string }
  | { readonly accessPoint: string; readonly account: string; readonly region: string | null }

/**
 * `bucket.s3.region.amazonaws.com`, with `dualstack`, `s3-fips` or `s3-accelerate`, and `name-account.s3-accesspoint…`
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/dual-stack-endpoints.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration-getting-started.html
 */
const PUBLIC =
  /^([a-z0-9.-]{3,200}?)\.s3(-accesspoint)?(?:-fips|-accelerate)?(?:\.dualstack)?(?:[.-]([a-z]{2}-[a-z0-9-]{4,28}))?\.amazonaws\.com(?:\.cn)?$/i

/**
 * `bucket.bucket.vpce-….s3.region.vpce.amazonaws.com`, and `accesspoint` in the place of the second.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
 */
const ENDPOINT =
  /^([a-z0-9.-]{3,200}?)\.(bucket|accesspoint)\.vpce-[a-z0-9-]{8,80}\.s3\.([a-z]{2}-[a-z0-9-]{4,28})\.vpce\.amazonaws\.com(?:\.cn)?$/i

/** Undefined: the host names neither, as where the bucket stands in the path. */
export function nameInHost(host: string): HostName | undefined {
  const [, name, kind, region = null] = PUBLIC.exec(host) ?? ENDPOINT.exec(host) ?? []
  if (name === undefined) return undefined
  if (kind === undefined || kind.toLowerCase() === 'bucket') return { bucket: name }
  const [, accessPoint, account] = /^([a-z0-9-]{3,50})-(\d{12})$/.exec(name) ?? []
  return accessPoint === undefined || account === undefined ? undefined : { accessPoint, account, region }
}

/** The ARN of the bucket or access point. */
export function arnOfHost(named: HostName, event: EventResources): string | undefined {
  if ('bucket' in named) return `arn:${event.partition}:s3:::${named.bucket}`
  const region = named.region ?? event.region
  if (region === null) return undefined
  return `arn:${event.partition}:s3:${region}:${named.account}:accesspoint/${named.accessPoint}`
}

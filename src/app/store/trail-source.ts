export interface TrailSource {
  readonly kind: 's3' | 'queue'
  readonly url: string
}

/** `s3://BUCKET/PREFIX`, the URL or ARN of a queue; undefined: a path of this machine. */
export function trailSource(path: string): TrailSource | undefined {
  if (/^s3:\/\/[^/]/.test(path)) return { kind: 's3', url: path }
  if (/^(?:https?:\/\/|arn:[a-z-]{3,20}:sqs:)/.test(path)) return { kind: 'queue', url: path }
  return undefined
}

/** How AWS is reached. */
export interface AwsPlace {
  readonly profile?: string
  readonly region?: string
  readonly endpoint?: string
}

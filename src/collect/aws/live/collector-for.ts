import type { Collector } from '../collector.ts'

/** Collectors of the services that denials are about most; the clients of all others lie in a file of their own. */
const COLLECTORS_OF: Readonly<Record<string, () => Promise<Collector>>> = {
  s3: async () => (await import('../services/s3.ts')).buckets,
  kms: async () => (await import('../services/kms.ts')).keys,
  sqs: async () => (await import('../services/messaging.ts')).queues,
  sns: async () => (await import('../services/messaging.ts')).topics,
}

/** The collector that reads the resource behind an ARN; undefined: its service keeps no policy for it. */
export async function collectorFor(arn: string): Promise<Collector | undefined> {
  const service = arn.split(':')[2] ?? ''
  const own = arn.includes(':accesspoint/') ? undefined : COLLECTORS_OF[service]
  if (own !== undefined) return own()
  const { collectorOf } = await import('../collect-entry.ts')
  return collectorOf(service)
}

import { partitionOf } from './cloudtrail/account-id.ts'

/**
 * Hosts of Amazon SQS: `sqs.REGION`, `sqs-fips.REGION`, and those before them, `REGION.queue` and, of us-east-1, `queue` (R-CT-31).
 * https://docs.aws.amazon.com/general/latest/gr/sqs-service.html
 */
const HOST =
  /^(?:sqs(?:-fips)?\.(?<region>[a-z0-9-]{5,20})|(?<older>[a-z0-9-]{5,20})\.queue|queue)\.amazonaws\.com(?:\.cn)?$/

/** A queue's address; the account may be masked. */
const QUEUE =
  /^https?:\/\/(?<host>[a-z0-9.-]{1,100})\/(?<account>\d{12}|[\dxX*#]{3,20}|<[\w -]{1,30}>)\/(?<name>[\w.-]{1,84})\/?$/
const ENDPOINT = /^https?:\/\/(?<host>[a-z0-9.-]{1,100})(?::443)?\/?$/

/** The Region of `queue.amazonaws.com`, where nothing else tells one. */
const OLDEST = 'us-east-1'

/** Whether it is the address of the service alone, which names no queue. */
export const isQueueEndpoint = (printed: string): boolean => HOST.test(ENDPOINT.exec(printed)?.groups?.['host'] ?? '')

/** The Region that the address of a queue, or of the service, names. */
export function regionOfQueueAddress(printed: string): string | undefined {
  const host = /^https?:\/\/([a-z0-9.-]{1,100})(?:[/:]|$)/.exec(printed)?.[1] ?? ''
  const { region, older } = HOST.exec(host)?.groups ?? {}
  return region ?? older
}

/** The ARN of the queue at an address; undefined: it is the address of none. `known`: the Region, where the host names none. */
export function queueArnOf(address: string, known: string | null = null): string | undefined {
  const { host = '', account, name } = QUEUE.exec(address)?.groups ?? {}
  if (account === undefined || name === undefined || !HOST.test(host)) return undefined
  const region = regionOfQueueAddress(address) ?? known ?? OLDEST
  return `arn:${partitionOf(null, region)}:sqs:${region}:${account}:${name}`
}

import { parseArn } from '#iam/arn.ts'
import { regionOfQueueAddress } from './queue-address.ts'

// `eu-west-1`, `us-gov-east-1`, `us-isob-east-1`, `eusc-de-east-1`; not the word "region" or a placeholder.
const REGION = /^[a-z]{2,4}(?:-[a-z]{2,9}){1,3}-\d{1,2}$/

/** The Region that a resource's ARN names. A command line or an endpoint beside the message may be another call's. */
export function regionOfResource(resource: string | null): string | null {
  // An ARN cut to its Region has no further fields: `arn:aws:elasticloadbalancing:us-east-1:*`.
  const region = resource?.startsWith('arn:') === true ? (resource.split(':', 5)[3] ?? '') : ''
  return REGION.test(region) ? region : null
}

/** The Region in the address of a queue or of Amazon SQS that the message itself prints. */
export function regionOfQueue(printed: string | null): string | null {
  const region = regionOfQueueAddress(printed ?? '') ?? ''
  return REGION.test(region) ? region : null
}

/** The account in a resource's ARN, where it is one. */
export function accountOfResource(resource: string | null): string | null {
  const arn = resource === null ? undefined : parseArn(resource)
  return arn !== undefined && /^\d{12}$/.test(arn.account) ? arn.account : null
}

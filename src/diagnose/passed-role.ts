import { passedTo } from '#engine/dependent-calls/passed-to.ts'
import { parseArn } from '#iam/arn.ts'
import { servicePrefix } from '#iam/event-sources.ts'
import type { Denial } from '#intake/denial.ts'

/**
 * `iam:PassedToService` of a refused `iam:PassRole`, which follows from the call that hands the role over (R-PASS-05); nothing where the call
 * is not known, or takes roles for several services. Services of China have names of their own there.
 */
export function passedRoleKeys({
  action,
  operation,
  eventSource,
  principal,
}: Denial): Readonly<Record<string, string>> {
  if (action?.toLowerCase() !== 'iam:passrole' || operation === null) return {}
  if (parseArn(principal ?? '')?.partition === 'aws-cn') return {}
  const service = eventSource === null ? undefined : servicePrefix(eventSource)
  const to = passedTo(operation.replace(VERSION, ''), service === 'iam' ? undefined : service)
  return to === undefined ? {} : { 'iam:PassedToService': to }
}

/** As Lambda and CloudFront write the names of their operations: `CreateFunction20150331`. */
const VERSION = /(?:_?20\d\d(?:_?\d\d){2})(?:v\d)?$/

import { parseArn } from '#iam/arn.ts'
import { resourceTypeFacts, resourceTypesOf } from '#iam/facts/resource-types.ts'
import { isService } from '#iam/facts/services.ts'
import { memoizeText } from '#iam/memoize.ts'

/**
 * Whether an action of the service can be asked on a resource of this ARN: no action of SQS is on a bucket. By the reference,
 * which gives the ARNs of each service's resource types; what it does not know may be.
 */
export function mayBeOn(service: string, resource: string): boolean {
  const named = parseArn(resource)?.service
  return (
    named === undefined ||
    named === service ||
    !isService(service) ||
    arnServicesOf(service).has(named) ||
    arnServicesOf(service).has(ANY)
  )
}

/** Service in the ARN of a resource type that may be of any service. */
const ANY = '*'

/** The services that stand in ARNs of its resource types. */
const arnServicesOf = memoizeText((service): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const type of resourceTypesOf(service))
    for (const pattern of resourceTypeFacts(service, type)?.arnPatterns ?? []) {
      const [, , named = ANY] = pattern.split(':')
      found.add(named.includes('*') || named.includes('$') ? ANY : named)
    }
  return found
})

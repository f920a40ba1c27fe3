import { parseArn } from '#iam/arn.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { hasAlwaysResource } from '#iam/facts/arns-of-action.ts'
import { isStars } from '#iam/wildcards.ts'

/**
 * Whether a pattern names no resource at all: `*`, `arn:aws:s3:::*`, `arn:aws:s3:::*` followed by `/*`, or an ARN with a
 * wildcard for everything behind its service. `${*}` is a literal star, and no resource has that name.
 */
export function isEveryResource(pattern: string): boolean {
  const text = pattern.replaceAll('${*}', '*')
  if (isStars(text)) return true
  const arn = parseArn(text)
  return arn !== undefined && /^[*/:]+$/.test(arn.resource) && arn.resource.includes('*') && isOpenOwner(arn)
}

/** Whether a pattern names all that an account has in a service: `arn:aws:ssm:us-east-1:111122223333:*`. */
export const isWholeAccount = (pattern: string): boolean =>
  /^arn:[^:]+:[^:]+:[^:]*:\d{12}:\*$/.test(pattern.replaceAll('${*}', '*'))

/** A service whose ARNs have an account names at least that; S3's buckets have none. */
const isOpenOwner = ({ service, account }: { readonly service: string; readonly account: string }): boolean =>
  account === '*' || (account === '' && service === 's3') || service === '*'

/**
 * Whether an action is always asked on a resource of its own, so that a grant on `*` reaches more than one call needs. Actions
 * that list things are granted on every resource in AWS's own examples.
 */
export function needsResource(action: string): boolean {
  const colon = action.indexOf(':')
  const facts = colon < 0 ? undefined : actionFacts(action.slice(0, colon), action.slice(colon + 1))
  return facts !== undefined && facts.accessLevel !== 'List' && hasAlwaysResource(action)
}

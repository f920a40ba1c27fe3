import { openArn } from '#iam/open-resource.ts'
import type { Caller } from '#iam/caller.ts'
import { arnsOfAction } from '#iam/facts/arns-of-action.ts'
import type { Request } from '#iam/request.ts'
import { type RequestResource, readRequestResource } from '#iam/resource.ts'

/** A secret's name, without the six letters that its ARN ends in (R-RES-10); no name has a `?`. */
const NAMED_SECRET = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^?*]+-\?{6}$/

/** The resource of a request, with what is not known of its ARN (docs/json.md, "Scenario"). */
export function perhapsOpen({ resourcePatterns }: Request, text: string): RequestResource {
  const resource = readRequestResource(text)
  if (resource.kind !== 'arn') return resource
  const listed =
    resourcePatterns !== undefined && Object.hasOwn(resourcePatterns, text) ? resourcePatterns[text] : undefined
  const patterns = listed ?? (NAMED_SECRET.test(text) ? [text] : [])
  return patterns.length === 0 ? resource : { ...resource, open: openArn(patterns) }
}

/**
 * `*` for an action that is always asked on something: one of the ARNs of its types, and none says which (R-REQ-05). Undefined: it is
 * `*` itself, as AWS prints it, or may be. It is taken to be the caller's own; what S3's ARNs name may be anyone's (R-XACC-04).
 */
export function standsForArns(request: Request, action: string, caller: Caller): RequestResource | undefined {
  const { resourcePatterns, resourceAccount } = request
  if (resourcePatterns !== undefined && Object.hasOwn(resourcePatterns, '*')) return undefined
  const account = resourceAccount ?? (action.startsWith('s3:') ? undefined : caller.account)
  const partition = caller.account === undefined ? undefined : caller.partition
  const patterns = arnsOfAction(action, { partition, account })
  return patterns === undefined ? undefined : { kind: 'unknown', open: openArn(patterns), account }
}

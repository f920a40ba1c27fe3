import { openArn } from '#iam/open-resource.ts'
import type { Request } from '#iam/request.ts'
import { type RequestResource, readRequestResource } from '#iam/resource.ts'

/** A secret's name, without the six letters that its ARN ends in (R-RES-10); no name has a `?`. */
const NAMED_SECRET = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^?*]+-\?{6}$/

/** The resource of a request, with what is not known of its ARN (docs/json.md, "Scenario"). */
export function perhapsOpen({ resourcePatterns }: Request, text: string): RequestResource {
  const resource = readRequestResource(text)
  if (resource.kind !== 'arn') return resource
  const given =
    resourcePatterns !== undefined && Object.hasOwn(resourcePatterns, text) ? resourcePatterns[text] : undefined
  const patterns = given ?? (NAMED_SECRET.test(text) ? [text] : [])
  return patterns.length === 0 ? resource : { ...resource, open: openArn(patterns) }
}

import { hasAlwaysResource } from './facts/arns-of-action.ts'
import type { Request } from './request.ts'

/**
 * A request whose `*` is the resource, as AWS prints it in a refusal (R-CT-30b) and as sets of requests hold it (R-REQ-03). Said only
 * where `*` would stand for an ARN that is not known.
 */
export function onStarItself(request: Request): Request {
  if (request.resource !== '*' || !hasAlwaysResource(request.action)) return request
  return { ...request, resourcePatterns: { '*': [] } }
}

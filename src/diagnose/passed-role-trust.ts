import type { FurtherRequest } from '#engine/services/service-rule.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import { parseArn } from '#iam/arn.ts'

/** The rule of a step that is known to fail next. */
const KNOWN_NEXT = 'R-ADV-16'

/**
 * The requests of services that assume the roles that these requests pass: to pass a role is one permission, and the role's trust policy
 * has to let the service assume it as well (R-PASS-01). None that is among the requests already.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export function passedRoleAssumptions(requests: readonly Request[]): readonly FurtherRequest[] {
  const seen = new Set(requests.map(idOf))
  return requests.flatMap((request): FurtherRequest[] => {
    const assumed = assumedBy(request)
    if (assumed === undefined || seen.has(idOf(assumed))) return []
    seen.add(idOf(assumed))
    const why = `${assumed.principal} has to assume the role that is passed to it, and the role's trust policy does not let it`
    return [{ request: assumed, why, rule: KNOWN_NEXT, who: 'service', later: true }]
  })
}

function assumedBy({ action, resource, context = {} }: Request): Request | undefined {
  if (action.toLowerCase() !== 'iam:passrole' || typeof resource !== 'string') return undefined
  const account = parseArn(resource)?.account
  const service = Object.entries(context).find(([key]) => key.toLowerCase() === 'iam:passedtoservice')?.[1]
  if (account === undefined || typeof service !== 'string') return undefined
  return {
    principal: service,
    action: 'sts:AssumeRole',
    resource,
    context: { 'aws:SourceAccount': account, 'aws:SourceArn': UNKNOWN, 'aws:ViaAWSService': false },
  }
}

/** What the service calls for has no ARN before it exists. */
const UNKNOWN: ContextValue = { state: 'unknown' }

const idOf = ({ principal, action, resource }: Request): string => JSON.stringify([principal, action, resource])

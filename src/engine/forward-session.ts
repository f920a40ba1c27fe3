import type { ContextValue, Request } from '#iam/request.ts'

/** Keys that follow the caller into a request a service makes for it (R-CTX-10, R-PRIN-11). */
const CARRIED = [
  'aws:sourceip',
  'aws:currenttime',
  'aws:epochtime',
  'aws:requestedregion',
  'aws:tokenissuetime',
  'aws:sourceidentity',
  'aws:federatedprovider',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:username',
  'aws:userid',
  'aws:multifactorauthpresent',
]
const CARRIED_PREFIXES = ['aws:principaltag/']

/** A VPC endpoint is not carried over to the second hop (R-CTX-10). */
const CUT = ['aws:SourceVpce', 'aws:SourceVpc', 'aws:VpcSourceIp', 'aws:VpceAccount']

/**
 * The request a service makes with the caller's identity: same principal, the service's own keys
 * (forward access session).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html (R-HOP-01, R-HOP-04)
 */
export function forwardedRequest(
  outer: Request,
  service: string,
  inner: {
    readonly action: string
    readonly resource: string
    readonly resourceAccount?: string | undefined
    readonly context: Readonly<Record<string, ContextValue>>
  },
): Request {
  const context: Record<string, ContextValue> = {}
  for (const [key, value] of Object.entries(outer.context ?? {})) {
    const folded = key.toLowerCase()
    if (CARRIED.includes(folded) || CARRIED_PREFIXES.some((prefix) => folded.startsWith(prefix))) context[key] = value
  }
  for (const key of CUT) context[key] = null
  if (isLongTermUser(outer)) context['aws:MultiFactorAuthPresent'] = false // R-CTX-16
  return {
    principal: outer.principal,
    ...(outer.principalDetails === undefined ? {} : { principalDetails: outer.principalDetails }),
    ...(outer.principalTags === undefined ? {} : { principalTags: outer.principalTags }),
    action: inner.action,
    resource: inner.resource,
    ...(inner.resourceAccount === undefined ? {} : { resourceAccount: inner.resourceAccount }),
    context: {
      ...context,
      'aws:ViaAWSService': true,
      'aws:CalledVia': [service],
      'aws:CalledViaFirst': service,
      'aws:CalledViaLast': service,
      ...inner.context,
    },
    ...(outer.contextComplete === undefined ? {} : { contextComplete: outer.contextComplete }),
  }
}

/** A user whose request carried no MFA key used a long-term key. */
function isLongTermUser(request: Request): boolean {
  const listed = Object.entries(request.context ?? {}).find(
    ([key]) => key.toLowerCase() === 'aws:multifactorauthpresent',
  )
  return request.principal.includes(':user/') && listed !== undefined && listed[1] === null
}

import type { Readings } from '#iam/readings.ts'
import { GLOBAL_SERVICES } from '#iam/facts/global-services.ts'
import { parseArn } from '#iam/arn.ts'
import type { ContextValue, Request } from '#iam/request.ts'

/** Action, resource and context of a further request, whoever makes it. */
export interface DependentAction {
  readonly action: string
  readonly resource: string | null
  readonly resourceAccount?: string | undefined
  /** Of the resource no more is known than that one of these matches it. */
  readonly open?: readonly string[] | undefined
  readonly context: Readonly<Record<string, ContextValue>>
}

/** Keys that follow the caller into a request a service makes for it (R-CTX-10, R-PRIN-11). */
const CARRIED = [
  'aws:sourceip',
  'aws:currenttime',
  'aws:epochtime',
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

/** Of the carried keys those that a complete context does not list, and that nothing else tells, are absent here too. */
const ABSENT_IF_COMPLETE = [
  'aws:SourceIp',
  'aws:SourceIdentity',
  'aws:FederatedProvider',
  'aws:MultiFactorAuthPresent',
  'aws:MultiFactorAuthAge',
]

const NETWORK = ['aws:SourceVpce', 'aws:SourceVpc', 'aws:VpcSourceIp', 'aws:VpceAccount']

/** A VPC endpoint is not carried over to the second hop (R-CTX-10). */
export const AWAY_FROM_ENDPOINTS: Readonly<Record<string, ContextValue>> = Object.fromEntries(
  NETWORK.map((key) => [key, null]),
)

/** Source address that the second hop of a forwarded call sees, as an older text has it: there is one, the service's. */
const ADDRESS_OF_SERVICE: Readonly<Record<string, ContextValue>> = { 'aws:SourceIp': { state: 'present' } }

/**
 * The request a service makes with the caller's identity: same principal, the service's own keys
 * (forward access session).
 *
 * What the first request says of its own service's keys says nothing of this one's, so that its context is not complete.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html (R-HOP-01, R-HOP-04)
 */
export function forwardedRequest(
  outer: Request,
  service: string,
  dependent: DependentAction,
  readings: Readings,
): Request {
  return asCaller(outer, dependent, {
    ...carriedKeys(outer, dependent),
    ...AWAY_FROM_ENDPOINTS,
    ...(readings['source-ip-of-forwarded-calls'] === 'unknown' ? ADDRESS_OF_SERVICE : {}),
    ...(isLongTermUser(outer) ? { 'aws:MultiFactorAuthPresent': false } : {}), // R-CTX-16
    'aws:ViaAWSService': true,
    'aws:CalledVia': [service],
    'aws:CalledViaFirst': service,
    'aws:CalledViaLast': service,
    ...dependent.context,
  })
}

/**
 * A permission of the caller that is checked with a call but is no call itself: `iam:PassRole` (R-PASS-01, R-PASS-04). No
 * page says whether the network of the call is seen then, so that an endpoint in it stays open.
 */
export function permissionRequest(outer: Request, dependent: DependentAction): Request {
  const through = NETWORK.some((key) => isSet(listed(outer, key)))
  const network: Readonly<Record<string, ContextValue>> = through
    ? Object.fromEntries(NETWORK.slice(0, 3).map((key) => [key, { state: 'unknown' }]))
    : AWAY_FROM_ENDPOINTS
  return asCaller(outer, dependent, { ...carriedKeys(outer, dependent), ...network, ...dependent.context })
}

function asCaller(
  outer: Request,
  dependent: DependentAction,
  context: Readonly<Record<string, ContextValue>>,
): Request {
  const tags = outer.principalTags ?? (outer.contextComplete === true ? {} : undefined)
  return {
    principal: outer.principal,
    ...(outer.principalDetails === undefined ? {} : { principalDetails: outer.principalDetails }),
    ...(tags === undefined ? {} : { principalTags: tags }),
    ...actionAndResource(dependent),
    context,
  }
}

/** Action, resource and owner of a further request. */
export const actionAndResource = ({
  action,
  resource,
  resourceAccount,
  open,
}: DependentAction): Pick<Request, 'action' | 'resource' | 'resourceAccount' | 'resourcePatterns'> => ({
  action,
  resource,
  ...(resource === null || open === undefined ? {} : { resourcePatterns: { [resource]: open } }),
  ...(resourceAccount === undefined ? {} : { resourceAccount }),
})

function carriedKeys(outer: Request, dependent: DependentAction): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = {}
  for (const [key, value] of Object.entries(outer.context ?? {})) {
    const folded = key.toLowerCase()
    if (CARRIED.includes(folded) || CARRIED_PREFIXES.some((prefix) => folded.startsWith(prefix))) context[key] = value
  }
  if (outer.contextComplete === true)
    for (const key of ABSENT_IF_COMPLETE) if (listed(outer, key) === undefined) context[key] = null
  return { ...context, ...regionOf(outer, dependent) }
}

/** The Region follows from the further request's own resource or service; else it is that of the call. */
function regionOf(outer: Request, { action, resource }: DependentAction): Readonly<Record<string, ContextValue>> {
  const service = action.slice(0, action.indexOf(':'))
  const own = resource === null ? undefined : parseArn(resource)?.region
  if (GLOBAL_SERVICES.has(service) || (own !== undefined && own !== '')) return {}
  const listedRegion = listed(outer, 'aws:RequestedRegion')
  const known = typeof outer.resource === 'string' ? parseArn(outer.resource)?.region : undefined
  const region = listedRegion ?? (known === '' ? undefined : known)
  return region === undefined ? {} : { 'aws:RequestedRegion': region }
}

/** A listed value of the context; undefined: not listed. */
const listed = (request: Request, name: string): ContextValue | undefined =>
  Object.entries(request.context ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]

const isSet = (value: ContextValue | undefined): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)

/** A user whose request carried no MFA key used a long-term key. */
const isLongTermUser = (request: Request): boolean =>
  request.principal.includes(':user/') &&
  (listed(request, 'aws:MultiFactorAuthPresent') === null ||
    (request.contextComplete === true && listed(request, 'aws:MultiFactorAuthPresent') === undefined))

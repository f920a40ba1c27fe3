import { type Caller, userName } from '#iam/caller.ts'
import {
  ABSENT,
  isMultivaluedGlobalKey,
  type KeyState,
  type Lookup,
  PRESENT,
  several,
  single,
  UNKNOWN,
} from '#iam/key-state.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import type { RequestResource } from '#iam/resource.ts'
import { availability } from './availability.ts'
import type { Organization } from './scenario.ts'

/** What a context is derived from, besides the values the request lists. */
export interface ContextSource {
  readonly request: Request
  readonly caller: Caller
  readonly action: { readonly service: string; readonly name: string }
  readonly resource: RequestResource
  readonly resourceAccount: string | undefined
  readonly organization: Organization | null | undefined
  /** Tags of the resource; undefined: not known. */
  readonly resourceTags: Readonly<Record<string, unknown>> | undefined
  /** Whether the request came through a VPC endpoint whose policy is given. */
  readonly throughEndpoint: boolean
  readonly isMultivalued: (key: string) => boolean
  /** The Region of services that have one endpoint for all Regions. */
  readonly globalRegion: string | undefined
}

/**
 * The context of a request: a listed value beats a derived one; a key in neither is what R-CTX-03 says of its class;
 * else absent if the context is complete, else unknown.
 */
export function contextOf(source: ContextSource): Lookup {
  const listed = listedKeys(source)
  const derived = derivedKeys(source, listed)
  const complete = source.request.contextComplete === true
  const cache = new Map<string, KeyState>()
  const find = (key: string): KeyState => {
    const known = listed.get(key) ?? derived.get(key) ?? tagState(key, source)
    if (known !== undefined) return known
    switch (availability(key, source.caller.kind)) {
      case 'present':
        return PRESENT
      case 'absent':
        return ABSENT
      default:
        return complete ? ABSENT : UNKNOWN
    }
  }
  return (key) => {
    const folded = key.toLowerCase() // R-CTX-01, R-VAR-08
    const cached = cache.get(folded)
    if (cached !== undefined) return cached
    const state = find(folded)
    cache.set(folded, state)
    return state
  }
}

function listedKeys(source: ContextSource): Map<string, KeyState> {
  const listed = new Map<string, KeyState>()
  for (const [key, value] of Object.entries(source.request.context ?? {})) {
    const folded = key.toLowerCase()
    const state = stateOf(value, isMultivaluedGlobalKey(folded) || source.isMultivalued(folded))
    listed.set(folded, listed.has(folded) ? UNKNOWN : state) // R-CTX-01: which of two spellings survives is not documented
  }
  return listed
}

/** A value as contract.md §4 writes it. A list is a multi-valued key; an empty list is absent. */
function stateOf(value: ContextValue, multivalued: boolean): KeyState {
  if (value === null) return ABSENT
  if (typeof value !== 'object') return multivalued ? several([String(value)]) : single(String(value))
  if (isList(value)) return several(value.map(String))
  return value.state === 'present' ? PRESENT : UNKNOWN
}

const isList = (value: ContextValue): value is readonly (string | number | boolean)[] => Array.isArray(value)

function derivedKeys(source: ContextSource, listed: ReadonlyMap<string, KeyState>): Map<string, KeyState> {
  const keys = new Map<string, KeyState>()
  callerKeys(source.caller, keys)
  organizationKeys(source, keys)
  resourceKeys(source, keys)
  networkKeys(source, listed, keys)
  return keys
}

/** semantics A.2: what each kind of caller carries. */
function callerKeys(caller: Caller, keys: Map<string, KeyState>): void {
  const { account } = caller
  switch (caller.kind) {
    case 'anonymous':
      for (const key of ['aws:principalaccount', 'aws:userid']) keys.set(key, single('anonymous'))
      keys.set('aws:principaltype', single('Anonymous'))
      return
    case 'service':
      keys.set('aws:principalisawsservice', single('true'))
      keys.set('aws:principalservicename', single(caller.arn))
      keys.set('aws:principalservicenameslist', PRESENT)
      return
    case 'identity-provider':
    case 'unknown':
      return
    case 'root':
      principalKeys(keys, caller.arn, account, 'Account', account)
      return
    case 'user': {
      principalKeys(keys, caller.arn, account, 'User', caller.userId)
      const name = userName(caller)
      if (name !== undefined) keys.set('aws:username', single(name))
      return
    }
    case 'federated-session':
      principalKeys(keys, caller.arn, account, 'FederatedUser', caller.userId ?? `${account}:${caller.sessionName}`)
      return
    case 'role-session':
      principalKeys(keys, caller.roleArn, account, 'AssumedRole', caller.userId)
      if (!caller.rolePathKnown && caller.roleArn !== undefined)
        keys.set('aws:principalarn', {
          state: 'values',
          values: [caller.roleArn],
          multivalued: false,
          rolePathUnknown: true,
        })
      return
  }
}

function principalKeys(
  keys: Map<string, KeyState>,
  arn: string | undefined,
  account: string | undefined,
  type: string,
  userId: string | undefined,
): void {
  keys.set('aws:principalarn', arn === undefined ? PRESENT : single(arn)) // R-PRIN-02: a session's is its role
  keys.set('aws:principalaccount', account === undefined ? PRESENT : single(account))
  keys.set('aws:principaltype', single(type))
  keys.set('aws:userid', userId === undefined ? PRESENT : single(userId))
  keys.set('aws:principalisawsservice', single('false'))
  if (account !== undefined) keys.set('kms:calleraccount', single(account)) // R-CTX-15
}

/** The principal's and the resource's organization. `null`: the account is in none. */
function organizationKeys(source: ContextSource, keys: Map<string, KeyState>): void {
  const { organization, caller, resourceAccount } = source
  if (organization === undefined) return
  const own = organization === null ? null : organization.principalPath
  if (caller.account !== undefined) setOrganization(keys, 'aws:principalorg', own, organization?.id)
  const sameAccount = resourceAccount !== undefined && resourceAccount === caller.account
  const given = organization === null ? null : organization.resourcePath
  const path = given === undefined && sameAccount ? own : given
  if (path !== undefined || sameAccount) setOrganization(keys, 'aws:resourceorg', path, organization?.id)
}

/** `path` undefined: in the organization, where in it is not known. */
function setOrganization(
  keys: Map<string, KeyState>,
  prefix: string,
  path: string | null | undefined,
  id: string | undefined,
): void {
  if (path === null) {
    keys.set(`${prefix}id`, ABSENT)
    keys.set(`${prefix}paths`, ABSENT)
    return
  }
  const own = path?.split('/')[0] ?? id
  if (own !== undefined) keys.set(`${prefix}id`, single(own))
  keys.set(`${prefix}paths`, path === undefined ? (own === undefined ? UNKNOWN : PRESENT) : several([path]))
}

function resourceKeys(source: ContextSource, keys: Map<string, KeyState>): void {
  const { resource, resourceAccount } = source
  if (resourceAccount !== undefined && resource.kind !== 'none') {
    if (!WITHOUT_RESOURCE_ACCOUNT.has(source.action.service)) keys.set('aws:resourceaccount', single(resourceAccount))
    keys.set('s3:resourceaccount', single(resourceAccount))
  }
  if (resourceAccount === undefined && resource.kind !== 'none' && !WITHOUT_RESOURCE_ACCOUNT.has(source.action.service))
    keys.set('aws:resourceaccount', PRESENT)
  accessPointKeys(source, keys)
  const region = source.globalRegion ?? (resource.kind === 'arn' ? resource.segments[3] : undefined)
  if (region !== undefined && region !== '' && !region.includes('*')) keys.set('aws:requestedregion', single(region))
}

/** Services some of whose actions do not carry aws:ResourceAccount (R-CTX-03). */
const WITHOUT_RESOURCE_ACCOUNT: ReadonlySet<string> = new Set([
  'ebs',
  'ec2',
  'events',
  'route53',
  'auditmanager',
  'detective',
  'ds',
  'guardduty',
  'macie2',
  'es',
  'securityhub',
])

/** Which access point an S3 request came through follows from its resource (R-S3-07). */
function accessPointKeys({ action, resource }: ContextSource, keys: Map<string, KeyState>): void {
  if (action.service !== 's3' || resource.kind === 'unknown') return
  const rest = resource.kind === 'arn' ? (resource.segments[5] ?? '') : ''
  const through = resource.kind === 'arn' && rest.startsWith('accesspoint/')
  const arn = through ? resource.arn.split('/').slice(0, 2).join('/') : ''
  keys.set('s3:dataaccesspointarn', through ? single(arn) : ABSENT)
  keys.set('s3:dataaccesspointaccount', through ? single(resource.segments[4] ?? '') : ABSENT)
}

/** A request comes over a public endpoint or through a VPC endpoint, never both (R-CTX-03). */
function networkKeys(source: ContextSource, listed: ReadonlyMap<string, KeyState>, keys: Map<string, KeyState>): void {
  const has = (key: string): boolean => {
    const state = listed.get(key)?.state
    return state === 'values' || state === 'present'
  }
  const listsEndpoint = has('aws:sourcevpce') || has('aws:sourcevpc') || has('aws:vpcsourceip')
  const endpoint = listsEndpoint || (source.throughEndpoint && !has('aws:sourceip') && source.caller.kind !== 'service')
  if (endpoint) {
    keys.set('aws:sourceip', ABSENT)
    for (const key of ['aws:sourcevpce', 'aws:sourcevpc', 'aws:vpcsourceip']) keys.set(key, PRESENT)
  } else if (has('aws:sourceip') || listed.get('aws:sourcevpce')?.state === 'absent')
    for (const key of ENDPOINT_KEYS) keys.set(key, ABSENT)
  viaService(listed, keys)
}

const ENDPOINT_KEYS = [
  'aws:sourcevpce',
  'aws:sourcevpc',
  'aws:vpcsourceip',
  'aws:sourcevpcarn',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
]

/** `aws:CalledVia` is there exactly when a service calls on the caller's behalf (R-CTX-03). */
function viaService(listed: ReadonlyMap<string, KeyState>, keys: Map<string, KeyState>): void {
  const via = listed.get('aws:viaawsservice')
  const called = ['aws:calledvia', 'aws:calledviafirst', 'aws:calledvialast']
  if (called.some((key) => listed.get(key)?.state === 'values')) keys.set('aws:viaawsservice', single('true'))
  if (via?.state === 'values' && via.values[0]?.toLowerCase() === 'false')
    for (const key of [...called, 'kms:viaservice']) keys.set(key, ABSENT)
}

/** `aws:PrincipalTag/…` and the ResourceTag keys follow from the tags, where those are known (R-PRIN-06). */
function tagState(key: string, source: ContextSource): KeyState | undefined {
  const slash = key.indexOf('/')
  if (slash < 0) return undefined
  const prefix = key.slice(0, slash)
  const name = key.slice(slash + 1)
  if (prefix === 'aws:principaltag') {
    if (availability(key, source.caller.kind) === 'absent') return ABSENT
    const tags = source.request.principalTags
    return tags === undefined ? undefined : tagOf(tags, name)
  }
  if (!prefix.endsWith(':resourcetag') && prefix !== 's3:buckettag') return undefined
  return source.resourceTags === undefined ? undefined : tagOf(source.resourceTags, name)
}

function tagOf(tags: Readonly<Record<string, unknown>>, name: string): KeyState {
  const entry = Object.entries(tags).find(([key]) => key.toLowerCase() === name)
  return entry === undefined ? ABSENT : single(String(entry[1]))
}

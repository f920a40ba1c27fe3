import { type Caller, userName } from '#iam/caller.ts'
import { ABSENT, type KeyState, PRESENT, several, single, UNKNOWN } from '#iam/key-state.ts'
import { lacksEndpointKey } from '#iam/facts/endpoint-keys.ts'
import { isMasked } from '#iam/masked-account.ts'
import type { Truth } from '#iam/truth.ts'
import { requestAlias, resourceAliases } from './alias-keys.ts'
import type { ContextSource } from './context-source.ts'
import { saysOwner } from './owner-keys.ts'

/** The keys that the request lists, by lower-case key. */
export type Listed = (key: string) => KeyState | undefined

/** A function that derives a key from what else is known of the request; undefined: it does not follow. */
type Derive = (source: ContextSource, listed: Listed) => KeyState | undefined

/** The state of a key that follows from principal, organization, resource and network (R-CTX-03). `key` is in lower case. */
export const derivedKey = (key: string, source: ContextSource, listed: Listed): KeyState | undefined =>
  DERIVED.get(key)?.(source, listed)

/**
 * EventBridge says nothing of its rule where it uses the key of an encrypted SNS topic (R-SVC-02).
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
function sourceOfTopicKey({ caller, action }: ContextSource, listed: Listed): KeyState | undefined {
  const isOfTopic = listed('kms:encryptioncontext:aws:sns:topicarn')?.state === 'values'
  return action.service === 'kms' && caller.kind === 'service' && caller.arn === 'events.amazonaws.com' && isOfTopic
    ? ABSENT
    : undefined
}

/** Callers that are a principal of an account, with what AWS calls them in `aws:PrincipalType` (docs/rules.md, Principals). */
const PRINCIPAL_TYPES: Readonly<Partial<Record<Caller['kind'], string>>> = {
  root: 'Account',
  user: 'User',
  'federated-session': 'FederatedUser',
  'role-session': 'AssumedRole',
}

const isPrincipal = ({ kind }: Caller): boolean => PRINCIPAL_TYPES[kind] !== undefined

const orPresent = (value: string | undefined): KeyState => (value === undefined ? PRESENT : single(value))

/** Whether the caller's account is masked: what holds it among other things is not known then (R-UNK-05). */
const isHidden = ({ account }: Caller): boolean => account !== undefined && isMasked(account)

/** R-PRIN-02: a session's is its role; the path of that role may not be known (R-PRIN-04). */
function principalArn({ caller }: ContextSource): KeyState | undefined {
  if (!isPrincipal(caller)) return undefined
  if (caller.kind !== 'role-session') return single(caller.arn)
  const { roleArn } = caller
  if (roleArn === undefined) return PRESENT
  if (caller.rolePathKnown) return single(roleArn)
  return { state: 'values', values: [roleArn], multivalued: false, rolePathUnknown: true }
}

function principalAccount({ caller }: ContextSource): KeyState | undefined {
  if (caller.kind === 'anonymous') return single('anonymous')
  return isPrincipal(caller) ? orPresent(caller.account) : undefined
}

/** R-PRIN-01: no page says which type and id a service has that calls by itself. */
const isServiceWithout = ({ caller, readings }: ContextSource): boolean =>
  caller.kind === 'service' && readings['type-and-id-of-services'] === 'absent'

function principalType(source: ContextSource): KeyState | undefined {
  const { caller } = source
  if (isServiceWithout(source)) return ABSENT
  if (caller.kind === 'anonymous') return single('Anonymous')
  const type = PRINCIPAL_TYPES[caller.kind]
  return type === undefined ? undefined : single(type)
}

function userId(source: ContextSource): KeyState | undefined {
  const { caller } = source
  if (isServiceWithout(source)) return ABSENT
  if ((caller.kind === 'root' || caller.kind === 'federated-session') && isHidden(caller)) return PRESENT
  switch (caller.kind) {
    case 'anonymous':
      return single('anonymous')
    case 'root':
      return orPresent(caller.account)
    case 'federated-session':
      return single(caller.userId ?? `${caller.account}:${caller.sessionName}`)
    default:
      return isPrincipal(caller) ? orPresent(caller.userId) : undefined
  }
}

function isAwsService({ caller }: ContextSource): KeyState | undefined {
  if (caller.kind === 'service') return single('true')
  return isPrincipal(caller) ? single('false') : undefined
}

function ownName({ caller }: ContextSource): KeyState | undefined {
  const name = userName(caller)
  return name === undefined ? undefined : single(name)
}

/** In every request to KMS (R-CTX-15). */
const callerAccount: Derive = ({ caller, action }) =>
  isPrincipal(caller) && caller.account !== undefined
    ? single(caller.account)
    : action.service === 'kms'
      ? PRESENT
      : undefined

/** Where an account is in an organization. No value: nothing follows. */
interface AccountPlace {
  /** `null`: it is in no organization; undefined: the path is not known. */
  readonly path: string | null | undefined
  /** Known to be a member of an organization, of this id where that is known too. */
  readonly member?: { readonly id: string | undefined }
  /** Id of an organization that it is not in, where `path` is not known. */
  readonly outside?: string | undefined
}

/** Only members of an organization have service control policies, and its management account is one (R-CTX-18). */
function principalPlace({ organization, caller, hasControlLevels }: ContextSource): AccountPlace | undefined {
  if (caller.account === undefined) return undefined
  if (organization === null) return { path: null }
  const path = organization?.principalPath
  if (organization?.principalOutside === true) return { path, outside: organization.id }
  const isMember = hasControlLevels || organization?.managementAccount === caller.account
  if (isMember) return { path, member: { id: organization?.id } }
  return organization && { path }
}

function resourcePlace(source: ContextSource): AccountPlace | undefined {
  const { organization, caller, resource, resourceAccount } = source
  const isOwn = resourceAccount !== undefined && resourceAccount === caller.account
  const own = isOwn ? principalPlace(source) : undefined
  if (organization === undefined) return own
  if (organization === null) return { path: null }
  // A call on no resource is one in the caller's own account.
  if (resource.kind === 'none') return own ?? { path: undefined }
  const path = organization.resourcePath
  if (path === undefined && own !== undefined) return own
  return { path, outside: organization.resourceOutside === true ? organization.id : undefined }
}

/** Which account owns the endpoint is known where the request says so. */
function endpointPlace(source: ContextSource, listed: Listed): AccountPlace | undefined {
  const owner = listed('aws:vpceaccount')
  const account = owner?.state === 'values' ? owner.values[0] : undefined
  if (account === undefined || isMasked(account)) return undefined
  if (account === source.caller.account) return principalPlace(source)
  return account === source.resourceAccount ? resourcePlace(source) : undefined
}

/**
 * State of an organization id. If nobody says where the account is, a complete list of keys does not say that it is in no organization
 * (R-UNK-01).
 */
function organizationId(place: AccountPlace | undefined): KeyState | undefined {
  if (place === undefined) return undefined
  if (place.path === null) return ABSENT
  if (place.path !== undefined) return single(place.path.split('/')[0] ?? '')
  return place.member === undefined ? notKnown(place) : orPresent(place.member.id)
}

const notKnown = ({ outside }: AccountPlace): KeyState =>
  outside === undefined ? UNKNOWN : { state: 'unknown', outside }

function organizationPaths(place: AccountPlace | undefined): KeyState | undefined {
  if (place === undefined) return undefined
  if (place.path === null) return ABSENT
  if (place.path !== undefined) return several([place.path])
  return place.member === undefined ? notKnown(place) : PRESENT
}

/** Derivation of a key that says whose the resource is, where the action has such keys (R-CTX-03). */
const ofOwner =
  (derive: Derive): Derive =>
  (source, listed) => {
    const { action, caller, resourceAccount: owner } = source
    const says = saysOwner(action)
    if (says === false) return ABSENT
    const isOwn = owner !== undefined && owner === caller.account
    return says === true || isOwn ? derive(source, listed) : UNKNOWN
  }

/** Actions without a resource say the account they are called in (R-UNK-02); of one that is not known, more is not known. */
const resourceAccount: Derive = ({ resource, resourceAccount: account }) =>
  account === undefined && resource.kind === 'none' ? UNKNOWN : orPresent(account)

const bucketAccount: Derive = ({ action, resource, resourceAccount: account }) => {
  if (resource.kind === 'none') return undefined
  if (account !== undefined) return single(account)
  return action.service === 's3' ? PRESENT : undefined
}

/** Which access point an S3 request came through follows from its resource (R-S3-07). */
function accessPoint({
  action,
  resource,
}: ContextSource): { readonly arn: string; readonly account: string } | undefined | null {
  if (action.service !== 's3' || resource.kind === 'unknown') return undefined
  if (resource.kind !== 'arn' || resource.segments[5]?.startsWith('accesspoint/') !== true) return null
  return { arn: resource.arn.split('/').slice(0, 2).join('/'), account: resource.segments[4] ?? '' }
}

const accessPointArn: Derive = (source) => {
  const through = accessPoint(source)
  return through === null ? ABSENT : through && single(through.arn)
}
const accessPointAccount: Derive = (source) => {
  const through = accessPoint(source)
  return through === null ? ABSENT : through && single(through.account)
}

function requestedRegion({ globalRegion, resource }: ContextSource): KeyState | undefined {
  const region = globalRegion ?? (resource.kind === 'arn' ? resource.segments[3] : undefined)
  if (region === '' && resource.kind === 'arn' && resource.segments[2] === 'bedrock') return ANY_REGION
  return region !== undefined && region !== '' && !region.includes('*') ? single(region) : undefined
}

/**
 * A model without Region in its ARN is asked for by a global inference profile: which Region serves the call is then open, and the key
 * says so (R-OTH-22). https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
 */
const ANY_REGION = single('unspecified')

/**
 * R-CTX-20: services set it to the account that they publish for, so a principal's own call of another account has any value
 * but the topic owner's, or none. https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
const sourceOwner: Derive = ({ action, caller, resourceAccount: owner, request }) => {
  if (action.service !== 'sns' || !isPrincipal(caller) || request.contextComplete === true) return undefined
  const isOther = owner !== undefined && caller.account !== undefined && owner !== caller.account
  return isOther && !isMasked(owner) && !isHidden(caller) ? { state: 'unknown', outside: owner } : undefined
}

/** No call of AssumeRoot without its task policy. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html */
const taskPolicy: Derive = ({ action }) =>
  action.service === 'sts' && action.name === 'assumeroot' ? PRESENT : undefined

/** R-CTX-18. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
const urlAuthType: Derive = ({ urlAuthType: type }) => (type === undefined ? undefined : single(type))

const isSent = (state: KeyState | undefined): boolean => state?.state === 'values' || state?.state === 'present'

/** Keys that all requests through an endpoint have. */
const ENDPOINT = ['aws:sourcevpce', 'aws:sourcevpc', 'aws:vpcsourceip']
/** Keys that only requests through an endpoint have, though not all of them. */
const ENDPOINT_OF_FEW = ['aws:sourcevpcarn', 'aws:vpceaccount', 'aws:vpceorgid', 'aws:vpceorgpaths']
const listsEndpoint = (listed: Listed): boolean =>
  ENDPOINT.some((key) => isSent(listed(key))) || ENDPOINT_OF_FEW.some((key) => isSent(listed(key)))

const isPublic = (listed: Listed): boolean =>
  isSent(listed('aws:sourceip')) || listed('aws:sourcevpce')?.state === 'absent'

const CALLED = ['aws:calledvia', 'aws:calledviafirst', 'aws:calledvialast']

/** Keys that only a call has that a service makes on the caller's behalf (R-CTX-03, R-CTX-15). */
export const OF_FORWARDED_CALLS: readonly string[] = [...CALLED, 'kms:viaservice']

const isForwarded = (listed: Listed): boolean =>
  OF_FORWARDED_CALLS.some((key) => isSent(listed(key))) || saysVia(listed) === 'true'

function saysVia(listed: Listed): string | undefined {
  const via = listed('aws:viaawsservice')
  return via?.state === 'values' ? via.values[0]?.toLowerCase() : undefined
}

/** Keys that say how a request came: listed as not known, they leave that open. */
const WAYS = ['aws:sourcevpce', 'aws:sourceip', 'aws:viaawsservice', ...OF_FORWARDED_CALLS]

/**
 * A request comes over a public endpoint or through a VPC endpoint, never both (R-CTX-03), and what a service calls on the caller's
 * behalf comes through none of the caller's (R-CTX-10). A policy of an endpoint that is given is that of the endpoint the request came
 * through, unless the request says that it is not known how it came.
 */
function isThroughEndpoint({ throughEndpoint, caller }: ContextSource, listed: Listed): Truth {
  if (listsEndpoint(listed)) return true
  if (!throughEndpoint || isPublic(listed) || isForwarded(listed) || caller.kind === 'service') return false
  return WAYS.some((key) => listed(key)?.state === 'unknown') ? 'unknown' : true
}

const sourceIp: Derive = (source, listed) => {
  if (source.caller.kind === 'service') return ABSENT
  const through = isThroughEndpoint(source, listed)
  return through === true ? ABSENT : through === 'unknown' ? UNKNOWN : undefined
}

/**
 * A key of an endpoint: there when the request came through one, absent when it did not. A service's own call carries none
 * (R-CTX-11).
 */
const ofEndpoint: Derive = (source, listed) =>
  source.caller.kind !== 'service' && isThroughEndpoint(source, listed) === true
    ? PRESENT
    : perhapsOfEndpoint(source, listed)

/** Where the request may have come through an endpoint; absent where it certainly did not. */
const perhapsOfEndpoint: Derive = (source, listed) => {
  if (source.caller.kind === 'service') return ABSENT
  const through = isThroughEndpoint(source, listed)
  if (through === 'unknown') return UNKNOWN
  if (through === false && (isPublic(listed) || isForwarded(listed))) return ABSENT
  return through === false && ENDPOINT.some((key) => listed(key)?.state === 'unknown') ? UNKNOWN : undefined
}

/** A key of an endpoint that few services send: absent from the requests of all others (R-CTX-17). */
const ofFewServices =
  (key: string, throughEndpoint: Derive): Derive =>
  (source, listed) => {
    if (lacksEndpointKey(key, source.action) || source.caller.kind === 'service') return ABSENT
    const through = isThroughEndpoint(source, listed) === true
    return through ? throughEndpoint(source, listed) : perhapsOfEndpoint(source, listed)
  }

/** Kinds of callers that call directly, and on nobody's behalf. */
const CALLS_DIRECTLY: ReadonlySet<Caller['kind']> = new Set(['service', 'anonymous', 'identity-provider'])

/** In every request (R-CTX-03). A context that is complete and shows no service in between is that of a direct call. */
const viaService: Derive = (source, listed) => {
  const { request, caller } = source
  const marks = OF_FORWARDED_CALLS.map(listed)
  if (marks.some(isSent)) return single('true')
  const isDirect = request.contextComplete === true && marks.every((mark) => mark?.state !== 'unknown')
  const direct = isDirect || CALLS_DIRECTLY.has(caller.kind) || isThroughEndpoint(source, listed) === true
  return direct ? single('false') : undefined
}

const calledVia: Derive = (source, listed) =>
  saysVia(listed) === 'false' || isThroughEndpoint(source, listed) === true ? ABSENT : undefined

const DERIVED: ReadonlyMap<string, Derive> = new Map<string, Derive>([
  ['aws:principalarn', principalArn],
  ['aws:principalaccount', principalAccount],
  ['aws:principaltype', principalType],
  ['aws:userid', userId],
  ['aws:username', ownName],
  ['aws:principalisawsservice', isAwsService],
  ['aws:principalservicename', ({ caller }) => (caller.kind === 'service' ? single(caller.arn) : undefined)],
  ['aws:principalservicenameslist', ({ caller }) => (caller.kind === 'service' ? PRESENT : undefined)],
  ['kms:calleraccount', callerAccount],
  ['kms:requestalias', requestAlias],
  ['kms:resourcealiases', resourceAliases],
  ['aws:principalorgid', (source) => organizationId(principalPlace(source))],
  ['aws:principalorgpaths', (source) => organizationPaths(principalPlace(source))],
  ['aws:resourceorgid', ofOwner((source) => organizationId(resourcePlace(source)))],
  ['aws:resourceorgpaths', ofOwner((source) => organizationPaths(resourcePlace(source)))],
  ['aws:resourceaccount', ofOwner(resourceAccount)],
  ['s3:resourceaccount', bucketAccount],
  ['s3:dataaccesspointarn', accessPointArn],
  ['s3:dataaccesspointaccount', accessPointAccount],
  ['sts:taskpolicyarn', taskPolicy],
  ['aws:sourceowner', sourceOwner],
  ['aws:sourceaccount', sourceOfTopicKey],
  ['aws:sourcearn', sourceOfTopicKey],
  ['aws:sourceorgid', sourceOfTopicKey],
  ['lambda:functionurlauthtype', urlAuthType],
  ['aws:requestedregion', requestedRegion],
  ['aws:sourceip', sourceIp],
  ['aws:sourcevpce', ofEndpoint],
  ['aws:sourcevpc', ofEndpoint],
  ['aws:vpcsourceip', ofEndpoint],
  ['aws:sourcevpcarn', ofFewServices('aws:sourcevpcarn', () => PRESENT)],
  ['aws:vpceaccount', ofFewServices('aws:vpceaccount', () => PRESENT)],
  ['aws:vpceorgid', ofFewServices('aws:vpceorgid', (...at) => organizationId(endpointPlace(...at)))],
  ['aws:vpceorgpaths', ofFewServices('aws:vpceorgpaths', (...at) => organizationPaths(endpointPlace(...at)))],
  ['aws:viaawsservice', viaService],
  ['aws:calledvia', calledVia],
  ['aws:calledviafirst', calledVia],
  ['aws:calledvialast', calledVia],
  ['kms:viaservice', calledVia],
])

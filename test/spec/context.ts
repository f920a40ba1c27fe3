/**
 * The request context: what is written, else what follows from principal, tags, resource and organization, else what
 * the availability table says of this class of request, else absent or unknown. R-CTX-01..03, R-PRIN-01..06, R-COND-60.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
import type { Organization } from '#engine/scenario.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { ContextValue } from '#iam/request.ts'
import type { Truth } from '#iam/truth.ts'
import { hasTwoOwners } from './access-point.ts'
import { attribute } from './attributes.ts'
import { isListed, type KeyState, listedIs, listedState, one, written } from './listed.ts'
import { isOfAnotherResource, launchTag } from './launch-tags.ts'
import { isHidden } from './masked.ts'
import { UNKNOWN_RESOURCE, type Question } from './question.ts'
import { withoutOwnerKeys } from './services.ts'

/** The state of a key in this request. Key names are compared without regard to case (R-CTX-01). */
export function keyState(question: Question, name: string): KeyState {
  const key = name.toLowerCase()
  const launched = launchTag(question, key)
  if (launched !== undefined) return launched
  if (isOfAnotherResource(question, key) || isOfOtherServices(question, key)) return 'absent'
  const listed = listedAs(question, key)
  const survives = question.readings['keys-differing-in-case']
  if (listed.length > 1 && survives === 'unknown') return 'unknown'
  const entry = listed.at(survives === 'last' ? -1 : 0)
  if (entry !== undefined) return written(key, entry[1])
  // docs/snapshot.md: an importer's condition on what its file does not tell.
  if (key.startsWith('denytrace:unknown/')) return 'unknown'
  return derived(question, key) ?? (question.request.contextComplete === true ? 'absent' : 'unknown')
}

/** EC2's key of a tag and the global one are one (R-CTX-18): the entries under the name itself, or under the other. */
function listedAs({ request, service }: Question, key: string): [string, ContextValue][] {
  const entries = Object.entries(request.context ?? {})
  const under = (name: string) => entries.filter(([k]) => k.toLowerCase() === name)
  const isOpen = ([, value]: [string, ContextValue]): boolean =>
    typeof value === 'object' && value !== null && 'state' in value && value.state === 'unknown'
  const own = under(key)
  const [prefix = '', rest = ''] = key.split(':resourcetag/')
  if (rest === '' || !own.every(isOpen)) return own
  const others = prefix === 'aws' ? under(`${service}:resourcetag/${rest}`) : []
  const global = prefix === service ? under(`aws:resourcetag/${rest}`) : []
  const found = [...others, ...global]
  return found.length > 0 ? found : own
}

/** The lists under "The following services support this key", and what iam:PassRole is excepted from (R-CTX-17). */
function isOfOtherServices({ service, action }: Question, key: string): boolean {
  const supporting = SUPPORTED_BY[key]?.split(' ')
  return supporting !== undefined && (!supporting.includes(service) || action === 'iam:passrole')
}

const BOTH =
  'apprunner discovery athena servicediscovery applicationinsights cloudformation comprehendmedical compute-optimizer ecr ecs ' +
  'kinesisanalytics route53 datasync ebs scheduler firehose medical-imaging healthlake omics iam iotfleetwise iotwireless kms lambda ' +
  'payment-cryptography polly acm-pca rbin rekognition servicequotas s3 storagegateway ssm-contacts textract transcribe transfer'
const NOT_FOR_VPC_ARN = ' dynamodb gamelift shield'
const FOR_ORGANIZATION =
  ' b2bi cognito-identity dms ds-data identitystore iottwinmaker cassandra network-firewall sms-voice pricing ses sqs workmail'

const SUPPORTED_BY: Readonly<Record<string, string | undefined>> = {
  'aws:sourcevpcarn': BOTH,
  'aws:vpceaccount': BOTH + NOT_FOR_VPC_ARN,
  'aws:vpceorgpaths': BOTH + NOT_FOR_VPC_ARN,
  'aws:vpceorgid': BOTH + NOT_FOR_VPC_ARN + FOR_ORGANIZATION,
}

function derived(question: Question, key: string): KeyState | undefined {
  if (/^aws:resource(account|orgid|orgpaths)$/.test(key)) return fromOwner(question, key)
  return (
    fromPrincipal(question, key) ??
    fromTags(question, key) ??
    fromResource(question, key) ??
    fromAliases(question, key) ??
    urlTypeKey(question, key) ??
    // AssumeRoot does not go without (R-STS-13).
    (key === 'sts:taskpolicyarn' && question.action === 'sts:assumeroot' ? 'present' : undefined) ??
    fromOrganization(question, key) ??
    fromAvailability(question, key)
  )
}

/** The table of A.2. */
function fromPrincipal({ caller, readings }: Question, key: string): KeyState | undefined {
  const { kind } = caller
  const isNameless = kind === 'service' && readings['type-and-id-of-services'] === 'absent'
  if (isNameless && (key === 'aws:principaltype' || key === 'aws:userid')) return 'absent'
  const known = (value: string | undefined): KeyState => (value === undefined ? 'present' : one(value))
  switch (key) {
    case 'aws:principalarn':
      if (kind === 'anonymous' || kind === 'service' || kind === 'federated-identity') return 'absent'
      return known(kind === 'role-session' ? (caller.roleArn ?? pathlessRole(caller)) : caller.arn)
    case 'aws:principalaccount':
      return kind === 'anonymous' ? one('anonymous') : known(kind === 'federated-identity' ? undefined : caller.account)
    case 'aws:principaltype':
      return known(PRINCIPAL_TYPE[kind])
    case 'aws:userid':
      // Of a root user and of a federated one it holds the account.
      if (['root', 'federated-user'].includes(kind) && isHidden(caller.account ?? '')) return 'present'
      return known(caller.userId)
    case 'aws:username':
      return kind === 'user' ? known(caller.name) : 'absent'
    case 'aws:principalisawsservice':
      if (kind === 'federated-identity') return undefined
      return kind === 'anonymous' ? 'absent' : one(String(kind === 'service'))
    case 'aws:principalservicename':
      return kind === 'service' ? known(caller.name) : 'absent'
    case 'aws:principalservicenameslist':
      return kind === 'service' ? 'present' : 'absent'
    default:
      return undefined
  }
}

/** A session's ARN names the role without its path; a pattern that bears one is then not decided (R-PRIN-04). */
export const pathlessRole = (caller: Question['caller']): string =>
  `arn:${caller.partition}:iam::${caller.account}:role/${caller.name}`

const PRINCIPAL_TYPE: Record<string, string | undefined> = {
  root: 'Account',
  user: 'User',
  'role-session': 'AssumedRole',
  'federated-user': 'FederatedUser',
  anonymous: 'Anonymous',
}

/** Of tags that differ in case alone one survives, no page says which (R-CTX-01). */
function tagState({ readings }: Question, tags: object, tag: string): KeyState {
  const found = Object.entries(tags).filter(([k]) => k.toLowerCase() === tag)
  const survives = readings['keys-differing-in-case']
  if (found.length > 1 && survives === 'unknown') return 'present'
  const entry = survives === 'last' ? found.at(-1) : found[0]
  return entry === undefined ? 'absent' : one(String(entry[1]))
}

/** R-PRIN-06; resource tags by the attribute `tags`, on S3 only with ABAC on (R-S3-11), not for PassRole (R-PASS-02). */
function fromTags(question: Question, key: string): KeyState | undefined {
  const { caller, request } = question
  const [prefix = '', ...rest] = key.split('/')
  const tag = rest.join('/')
  if (prefix === 'aws:principaltag' && tag !== '') {
    if (['root', 'service', 'anonymous'].includes(caller.kind)) return 'absent'
    return request.principalTags === undefined ? undefined : tagState(question, request.principalTags, tag)
  }
  const ofBucket = prefix === 's3:buckettag'
  // A service's own key, such as ec2:ResourceTag, says the same.
  if ((!prefix.endsWith(':resourcetag') && !ofBucket) || tag === '' || question.action === 'iam:passrole')
    return undefined
  const tags = attribute(question, 'tags')
  const state = tags === undefined ? undefined : tagState(question, tags ?? {}, tag)
  if (question.service !== 's3' || state === 'absent') return state
  const abac = attribute(question, 'abac')
  // Tags that are known count perhaps; of tags that are not known nothing follows.
  if (abac === undefined) return state === undefined ? undefined : 'unknown'
  return abac === true ? state : 'absent'
}

/** What says whose the resource is. A bus of another account may have been a target before March 2, 2023: then nothing does. */
function fromOwner(question: Question, key: string): KeyState | undefined {
  const { resource, action, resourceAccount, caller } = question
  const isOwn = resourceAccount !== undefined && resourceAccount === caller.account
  if (withoutOwnerKeys(action)) return 'absent'
  if (action === 'events:putevents' && !isOwn) return 'unknown'
  if (key !== 'aws:resourceaccount') return fromOrganization(question, key)
  const account = hasTwoOwners(question) ? undefined : question.resourceAccount
  // The call on no resource is one in an account, and says which; of a caller who has none it is not known.
  return account === undefined ? (resource === '*' ? 'unknown' : 'present') : one(account)
}

function fromResource(question: Question, key: string): KeyState | undefined {
  const { resource, service } = question
  if (key === 'kms:calleraccount' && service === 'kms') {
    return question.caller.account === undefined ? 'present' : one(question.caller.account)
  }
  if (service !== 's3' || !key.startsWith('s3:dataaccesspoint') || resource === UNKNOWN_RESOURCE) return undefined
  const [, , , , account = '', rest = ''] = resource.split(':')
  if (!rest.startsWith('accesspoint/')) return 'absent'
  if (key === 's3:dataaccesspointaccount') return one(account)
  return key === 's3:dataaccesspointarn' ? one(resource.split('/').slice(0, 2).join('/')) : undefined
}

/** R-KMS-08. Whoever names the key by an alias says that the key has it. */
function fromAliases(question: Question, key: string): KeyState | undefined {
  const { service, resource, alias } = question
  if (service !== 'kms' || resource === '*' || /:alias\//.test(resource)) return undefined
  if (key === 'kms:requestalias') return alias === undefined ? undefined : one(alias)
  if (key !== 'kms:resourcealiases') return undefined
  const asked = listedState(question, 'kms:requestalias') ?? (alias === undefined ? undefined : one(alias))
  const isNamed = typeof asked === 'object' || asked === 'present'
  const listed = attribute(question, 'aliases')
  const all =
    listed === null ? [] : Array.isArray(listed) ? listed.map((name) => String(name).split(':').at(-1)) : undefined
  if (all === undefined || (typeof asked === 'object' && !asked.values.every((name) => all.includes(name))))
    return isNamed ? 'present' : undefined
  if (all.length === 0) return isNamed ? 'present' : 'absent'
  return { values: all.map(String), multi: true }
}

/** R-CTX-18: how the function URL that is called authorizes, where all that the function has do the same. */
function urlTypeKey(question: Question, key: string): KeyState | undefined {
  if (key !== 'lambda:functionurlauthtype' || question.action !== 'lambda:invokefunctionurl') return undefined
  const urls = attribute(question, 'functionUrls')
  const types = Array.isArray(urls) ? urls.map((url: { authType?: unknown } | null) => url?.authType) : []
  const [first] = types
  return typeof first === 'string' && types.every((type) => type === first) ? one(first) : undefined
}

/** Only accounts of an organization have service control policies; its management account is one of it, too (R-CTX-18). */
function isMember({ scenario, caller }: Question): boolean {
  const levels = scenario.policies?.serviceControlPolicies ?? []
  const { organization } = scenario
  if (organization === null || organization?.principalOutside === true || caller.account === undefined) return false
  return levels.length > 0 || organization?.managementAccount === caller.account
}

function fromOrganization(question: Question, key: string): KeyState | undefined {
  const match = /^aws:(principal|resource)org(id|paths)$/.exec(key)
  if (match === null) return undefined
  const ofPrincipal = match[1] === 'principal'
  if (ofPrincipal && (question.caller.kind === 'service' || question.caller.kind === 'anonymous')) return 'absent'
  // Who is not yet a principal is in no account of ours.
  if (ofPrincipal && question.caller.kind === 'federated-identity') return undefined
  const path = pathOf(question, ofPrincipal)
  const isOwn = question.resourceAccount !== undefined && question.resourceAccount === question.caller.account
  const isOfMember = ofPrincipal || (isOwn && !hasTwoOwners(question))
  if (path === undefined && isOfMember && isMember(question)) {
    const id = question.scenario.organization?.id
    return match[2] === 'id' && id !== undefined ? one(id) : 'present'
  }
  // In an organization that is told, an account whose place is not is somewhere or outside; where none is told, nothing follows.
  if (path === undefined) return question.scenario.organization === undefined ? undefined : 'unknown'
  if (path === null) return 'absent'
  return match[2] === 'id' ? one(path.split('/')[0] ?? '') : { values: [path], multi: true }
}

/**
 * The organization that the caller's account, or the resource's, is in no part of (R-CTX-19), or the account that a key does
 * not name (R-CTX-20). Undefined: nobody says so.
 */
export function outsideOf(question: Question, name: string): string | undefined {
  if (name.toLowerCase() === 'aws:sourceowner') return notSourceOwner(question, name)
  const { organization } = question.scenario
  const [, whose] = /^aws:(principal|resource)org(?:id|paths)$/.exec(name.toLowerCase()) ?? []
  if (
    whose === undefined ||
    keyState(question, name) !== 'unknown' ||
    listedState(question, name.toLowerCase()) !== undefined
  )
    return undefined
  const { caller, resource, resourceAccount } = question
  const isOwn = resourceAccount !== undefined && resourceAccount === caller.account
  const isStranger =
    whose === 'principal' || (isOwn && !hasTwoOwners(question))
      ? organization?.principalOutside === true
      : resource !== '*' && organization?.resourceOutside === true
  return isStranger ? organization?.id : undefined
}

/**
 * R-CTX-20: a user or role of another account that publishes does so for no service of the topic's owner.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
function notSourceOwner(question: Question, name: string): string | undefined {
  const { caller, action, resourceAccount: owner } = question
  const isPublisher = ['user', 'role-session', 'federated-session', 'root'].includes(caller.kind)
  if (!action.startsWith('sns:') || !isPublisher || keyState(question, name) !== 'unknown') return undefined
  if (listedState(question, name.toLowerCase()) !== undefined) return undefined
  const areAccounts = [owner, caller.account].every((account) => account !== undefined && /^\d{12}$/.test(account))
  return areAccounts && owner !== caller.account ? owner : undefined
}

/** Within one account the resource is where the principal is. */
function pathOf(question: Question, ofPrincipal: boolean): string | null | undefined {
  const own = organizationPath(question, 'principalPath')
  if (ofPrincipal) return own
  const given = organizationPath(question, 'resourcePath')
  const isOwn = question.resourceAccount !== undefined && question.resourceAccount === question.caller.account
  if (question.resource === '*') return isOwn ? own : question.scenario.organization === null ? null : undefined
  return given === undefined && isOwn && !hasTwoOwners(question) ? own : given
}

/** `null`: in no organization; undefined: not known. */
export function organizationPath(
  { scenario }: Question,
  field: keyof Organization & `${string}Path`,
): string | null | undefined {
  if (scenario.organization === null) return null
  return scenario.organization?.[field]
}

const ALWAYS = ['aws:currenttime', 'aws:epochtime', 'aws:securetransport', 'aws:useragent']
const GLOBAL_SERVICES = ['iam', 'organizations', 'cloudfront', 'route53']
export const ENDPOINT_KEYS = ['aws:sourcevpce', 'aws:sourcevpc', 'aws:vpcsourceip']
const SERVICE_SOURCE = ['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:sourceorgpaths']
const CALLED_VIA = ['aws:calledvia', 'aws:calledviafirst', 'aws:calledvialast']
/** Only calls that a service makes for the caller have these (R-CTX-03, R-CTX-15). */
const FORWARDED = [...CALLED_VIA, 'kms:viaservice']
const MFA = ['aws:multifactorauthpresent', 'aws:multifactorauthage']
const ROLE_SESSION_ONLY = [
  'aws:sourceidentity',
  'ec2:sourceinstancearn',
  'aws:ec2instancesourcevpc',
  'aws:ec2instancesourceprivateipv4',
  'ec2:roledelivery',
  'lambda:sourcefunctionarn',
]

/** R-SVC-02: a rule of EventBridge that sends to a topic under a key. */
function isEventToTopic({ caller, scenario: { request } }: Question, key: string): boolean {
  const names = Object.entries(request.context ?? {}).filter(([, value]) => typeof value === 'string')
  return (
    key !== 'aws:sourceorgpaths' &&
    caller.arn === 'events.amazonaws.com' &&
    request.action.toLowerCase().startsWith('kms:') &&
    names.some(([name]) => name.toLowerCase() === 'kms:encryptioncontext:aws:sns:topicarn')
  )
}

/** R-CTX-03, R-CTX-11, R-STS-06. */
function fromAvailability(question: Question, key: string): KeyState | undefined {
  const { kind } = question.caller
  const credentials = kind !== 'service' && kind !== 'anonymous' && kind !== 'federated-identity'
  if (key === 'aws:viaawsservice') return viaService(question)
  if (FORWARDED.includes(key) && isDirect(question)) return 'absent'
  if (ALWAYS.includes(key)) return 'present'
  if (key === 'aws:requestedregion') return requestedRegion(question)
  if (key === 'aws:assumedroot') return kind === 'root' ? undefined : 'absent'
  if (kind === 'service' && (key === 'aws:sourceip' || ENDPOINT_KEYS.includes(key))) return 'absent'
  if (ENDPOINT_KEYS.includes(key)) return endpointKey(question)
  if (SUPPORTED_BY[key] !== undefined) return keyOfFewServices(question, key)
  if (key === 'aws:sourceip') return sourceIp(question)
  if (SERVICE_SOURCE.includes(key)) return kind === 'service' && !isEventToTopic(question, key) ? undefined : 'absent'
  if (CALLED_VIA.includes(key)) return credentials ? undefined : 'absent'
  if (MFA.includes(key)) return credentials && kind !== 'role-session' ? undefined : 'absent'
  if (key === 'aws:tokenissuetime' && (kind === 'role-session' || kind === 'federated-user')) return 'present'
  if (key === 'aws:tokenissuetime') return credentials ? undefined : 'absent'
  if (key === 'aws:federatedprovider') return federatedProvider(question)
  if (ROLE_SESSION_ONLY.includes(key)) return kind === 'role-session' ? undefined : 'absent'
  return undefined
}

/** That of the ARN; of services with one endpoint for all Regions the one of that. */
function requestedRegion({ action, service, resource }: Question): KeyState {
  const arn = parseArn(resource)
  // "aws:RequestedRegion": "unspecified" is what the page on global cross-Region inference has policies name (R-OTH-22).
  if (arn?.service === 'bedrock' && arn.region === '') return one('unspecified')
  // A role is passed within the call of another service, whose Region it may be.
  const isGlobal = GLOBAL_SERVICES.includes(service) && action !== 'iam:passrole'
  const region = isGlobal ? 'us-east-1' : (arn?.region ?? '')
  return region === '' || region.includes('*') ? 'present' : one(region)
}

const isDirect = (question: Question): boolean =>
  listedIs(question, 'aws:viaawsservice', 'false') || throughEndpoint(question) === true

/** In every request: true where a service calls for the caller, else false (R-CTX-03). */
function viaService(question: Question): KeyState {
  if (FORWARDED.some((key) => isListed(question, key))) return one('true')
  const { caller, request } = question
  if (['service', 'anonymous', 'federated-identity'].includes(caller.kind)) return one('false')
  if (throughEndpoint(question) === true) return one('false')
  const isOpen = FORWARDED.some((key) => listedState(question, key) === 'unknown')
  return request.contextComplete === true && !isOpen ? one('false') : 'present'
}

/**
 * docs/json.md, "Scenario": an endpoint policy that is given is that of the endpoint the request came through; unless the request says
 * that it is not known how it came. What a service calls for the caller comes through none (R-CTX-10).
 */
function throughEndpoint(question: Question): Truth {
  if ([...ENDPOINT_KEYS, ...Object.keys(SUPPORTED_BY)].some((k) => isListed(question, k))) return true
  const policy = question.scenario.policies?.vpcEndpointPolicy
  if (policy === undefined || policy === null || saysOtherWay(question)) return false
  if (question.caller.kind === 'service') return false
  const isOpen = ['aws:sourcevpce', 'aws:sourceip', 'aws:viaawsservice', ...FORWARDED].some(
    (key) => listedState(question, key) === 'unknown',
  )
  return isOpen ? 'unknown' : true
}

/** Over a public endpoint, or by a service. */
const saysOtherWay = (question: Question): boolean =>
  isListed(question, 'aws:sourceip') ||
  listedState(question, 'aws:sourcevpce') === 'absent' ||
  FORWARDED.some((key) => isListed(question, key)) ||
  listedIs(question, 'aws:viaawsservice', 'true')

function endpointKey(question: Question): KeyState | undefined {
  const through = throughEndpoint(question)
  if (through !== false) return through === 'unknown' ? 'unknown' : 'present'
  if (saysOtherWay(question)) return 'absent'
  // One of them not known, none of them is.
  return ENDPOINT_KEYS.some((k) => listedState(question, k) === 'unknown') ? 'unknown' : undefined
}

/** Whose the endpoint is, and the VPC, are always known to the service; its owner may be in an organization (R-CTX-17). */
function keyOfFewServices(question: Question, key: string): KeyState | undefined {
  if (question.caller.kind === 'service') return 'absent'
  if (throughEndpoint(question) !== true) return endpointKey(question)
  if (key === 'aws:sourcevpcarn' || key === 'aws:vpceaccount') return 'present'
  const owner = listedState(question, 'aws:vpceaccount')
  const account = typeof owner === 'object' ? (owner.values[0] ?? '') : ''
  if (!isAccountId(account)) return undefined
  const what = key === 'aws:vpceorgid' ? 'orgid' : 'orgpaths'
  if (account === question.caller.account) return fromOrganization(question, `aws:principal${what}`)
  return account === question.resourceAccount ? fromOrganization(question, `aws:resource${what}`) : undefined
}

function sourceIp(question: Question): KeyState | undefined {
  const through = throughEndpoint(question)
  if (through === 'unknown') return 'unknown'
  return through ? 'absent' : undefined
}

function federatedProvider({ caller, action }: Question): KeyState | undefined {
  if (caller.kind === 'role-session') return undefined
  if (caller.kind !== 'federated-identity' || action === 'sts:assumerolewithsaml') return 'absent'
  return one(caller.name ?? '')
}

/** Whether a root user is in a session of AssumeRoot; open only where the request says that it is. */
export function isOfAssumedRoot(question: Question): Truth {
  const assumed = keyState(question, 'aws:AssumedRoot')
  if (typeof assumed === 'object') return assumed.values[0]?.toLowerCase() === 'true'
  return assumed !== 'absent' && listedState(question, 'aws:assumedroot') !== undefined ? 'unknown' : false
}

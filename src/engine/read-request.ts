import { type Action, readAction } from '#iam/action.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { type Caller, isOriginAccessIdentity, readCaller, UNKNOWN_PRINCIPAL } from '#iam/caller.ts'
import { actionOfOperation } from '#iam/api-operations.ts'
import { canonicalAction, isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { DEFAULT_READINGS, type Readings } from '#iam/readings.ts'
import { globalRegionOf } from '#iam/facts/global-services.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { Request } from '#iam/request.ts'
import { isTold } from '#iam/same-account.ts'
import { NO_RESOURCE, type RequestResource } from '#iam/resource.ts'
import type { Truth } from '#iam/truth.ts'
import { type AccountRelation, type EvaluationInput, mayBeOneListed, relationTo } from './evaluation-input.ts'
import type { ContextSource } from './context-source.ts'
import { contextOf } from './context.ts'
import type { Normalization } from './decision.ts'
import {
  isThroughAccessPoint,
  mayBeAccessPoint,
  ownersBehind,
  throughAccessPoint,
} from './layers/access-point-bucket.ts'
import type { PreparedPolicies } from './prepare.ts'
import { perhapsOpen, standsForArns } from './perhaps-open.ts'
import { resourceFacts } from './resource-facts.ts'
import { keyOfAlias, type ResourceForm, s3ResourceForm } from './resource-forms.ts'
import { ownResource, policiesOn } from './resource-side.ts'
import type { Attributes, ResourcesAndOrganization, Resource } from './scenario.ts'
import { liesAbove } from './services/glue.ts'
import { asNobody, isUnauthenticated } from './services/nobody.ts'
import { asksIdentityOnly } from './services/resource-policies.ts'

/** A request with what AWS prints differently put into IAM's own form, and what was changed (docs/json.md, "Decision"). */
export interface ReadRequest {
  readonly action: string
  /** Null: not known. */
  readonly resource: string | null
  readonly normalized: readonly Normalization[]
  readonly facts: ActionFacts
  readonly caller: Caller
  readonly requestResource: RequestResource
  /** The alias by which the request names its key. */
  readonly alias?: string
}

/** Facts of an action's text, whoever asks. */
interface ActionFacts {
  /** In IAM's spelling. */
  readonly text: string
  readonly action: Action
  readonly wildcardOnly: boolean
  /** The calls with a web identity or SAML assertion are unsigned. */
  readonly unsigned: boolean
  readonly listsAllBuckets: boolean
}

const actionFacts = memoizeText((written): ActionFacts => {
  const text = canonicalAction(written) ?? nameInIam(written) ?? written
  const folded = text.toLowerCase()
  return {
    text,
    action: readAction(text) ?? { service: '', name: folded },
    wildcardOnly: isWildcardOnlyAction(text) === true,
    unsigned: folded === 'sts:assumerolewithsaml' || folded === 'sts:assumerolewithwebidentity',
    listsAllBuckets: folded === 's3:listallmybuckets',
  }
})

/** The action of a request as it is asked of policies: one for one text, so that what was found for it is found again. */
export const actionAsked = (written: string): Action => actionFacts(written).action

/** An API name in place of the action: `s3:ListObjectsV2` (R-MSG-08). */
function nameInIam(written: string): string | undefined {
  const action = actionOfOperation(written)
  return action === undefined ? undefined : (canonicalAction(action) ?? action)
}

/** Requests as AWS prints them are normalised, not refused: letter case, quotes, a pattern where an action has no resource. */
export function normalizeRequest(
  request: Request,
  resource: string | null,
  resources: readonly Resource[] = NO_RESOURCES,
  readings: Readings = DEFAULT_READINGS,
): ReadRequest {
  const facts = actionFacts(unquote(request.action.trim()))
  const caller = withParent(callerOf(request, facts), readings)
  const action = facts.text
  let normalized =
    action === request.action
      ? UNCHANGED
      : [changed('action', request.action, action, renaming(request.action, action))]
  if (resource === null)
    return facts.wildcardOnly
      ? { action, resource: '*', normalized, facts, caller, requestResource: NO_RESOURCE }
      : { action, resource, normalized, facts, caller, requestResource: UNKNOWN_RESOURCE }
  const text = unquote(resource.trim())
  if (text !== resource) normalized = [...normalized, changed('resource', resource, text, 'R-MSG-19')]
  const requestResource = text === '*' ? standsForArns(request, action, caller) : undefined
  if (requestResource !== undefined) {
    normalized = [...normalized, changed('resource', text, 'an ARN that is not known', 'R-REQ-05')]
    return { action, resource: null, normalized, facts, caller, requestResource }
  }
  if (text === '*' || !facts.wildcardOnly) {
    const form = formOf(facts.action, text, resources)
    if (form === undefined)
      return { action, resource: text, normalized, facts, caller, requestResource: perhapsOpen(request, text) }
    normalized = [...normalized, changed('resource', text, form.resource ?? 'a key that is not known', form.rule)]
    const requestResource = form.resource === null ? UNKNOWN_RESOURCE : perhapsOpen(request, form.resource)
    const read = { action, resource: form.resource, normalized, facts, caller, requestResource }
    return form.alias === undefined ? read : { ...read, alias: form.alias }
  }
  normalized = [...normalized, changed('resource', text, '*', 'R-REQ-03')]
  return { action, resource: '*', normalized, facts, caller, requestResource: NO_RESOURCE }
}

const renaming = (from: string, to: string): string =>
  unquote(from.trim()).toLowerCase() === to.toLowerCase() ? 'R-MSG-07' : 'R-MSG-08'

/** Only S3 and KMS have resources that are written in another form than they are evaluated in. */
function formOf({ service, name }: Action, resource: string, resources: readonly Resource[]): ResourceForm | undefined {
  if (service === 's3') return s3ResourceForm(name, resource)
  return service === 'kms' ? keyOfAlias(name, resource, resources) : undefined
}

const UNCHANGED: readonly Normalization[] = []
const UNKNOWN_RESOURCE: RequestResource = { kind: 'unknown' }

const changed = (field: string, from: string, to: string, rule: string): Normalization => ({ field, from, to, rule })

/** AWS quotes some resources, its page some in backticks (R-MSG-19, E-17). */
function unquote(text: string): string {
  const quoted = text.length >= 2 && ['"', "'", '`'].includes(text[0] ?? '') && text.at(-1) === text[0]
  return quoted ? text.slice(1, -1) : text
}

/** A request and what else is known, with the policies prepared: once for any number of requests. */
export interface PreparedScenario {
  readonly scenario: ResourcesAndOrganization & { readonly request: Request }
  readonly policies: PreparedPolicies
}

/**
 * Builds the case of one resource. `relation` is given where its owner is not known and both are evaluated; through an access
 * point, whose owner is known, it is that to the owner of the bucket.
 */
export function evaluationInputOf(
  prepared: PreparedScenario,
  read: ReadRequest,
  relation: AccountRelation | undefined,
): EvaluationInput {
  const { caller, requestResource: resource } = read
  const { request, resources = NO_RESOURCES } = prepared.scenario
  const owner = ownerOf(request, resource, resources, caller)
  if (!isThroughAccessPoint({ resource })) {
    const input = caseOwnedBy(owner, prepared, read, relation)
    return isUnauthenticated(input) ? asNobody(input) : input
  }
  const ofPoint = (caller.account === undefined ? undefined : relationTo(owner, caller)) ?? relation
  return throughAccessPoint(caseOwnedBy(owner, prepared, read, ofPoint), relation)
}

function caseOwnedBy(
  known: string | undefined,
  prepared: PreparedScenario,
  read: ReadRequest,
  relation: AccountRelation | undefined,
): EvaluationInput {
  const { request, organization, resources = NO_RESOURCES } = prepared.scenario
  const { facts, caller, requestResource: resource } = read
  const policies = policiesOn(resource, prepared.policies, resources)
  const { action } = facts
  const isOwn = relation === 'same' && !asksIdentityOnly(request.action) // asked here, whoever owns it
  const resourceAccount = known ?? (isOwn ? caller.account : undefined)
  const attributes = attributesOf(prepared, resource)
  const isClosed = policies.complete && !mayBeOneListed({ resource, attributes, resources })
  const source: ContextSource = {
    request,
    caller,
    action,
    resource,
    resourceAccount,
    organization,
    ...resourceFacts(action, attributes, isClosed, read.alias),
    globalRegion: globalRegionOf(action),
    ...saidByLayers(policies),
  }
  return {
    request,
    action: read.action,
    caller,
    resource,
    resourceAccount,
    relation: relation ?? relationTo(resourceAccount, caller) ?? 'cross',
    relationsBehind: [],
    question: {
      action,
      actionText: read.action,
      resource,
      caller,
      lookup: contextOf(source),
      listsAllBuckets: facts.listsAllBuckets && policies.readings['all-buckets-arn'] === 'lists-buckets',
      hasBoundary: hasBoundary(policies, caller),
    },
    source,
    policies,
    organization,
    attributes,
    resources,
  }
}

/** What the policies that are given say of caller and network. */
const saidByLayers = ({
  serviceControlPolicies,
  vpcEndpointPolicy,
  readings,
}: PreparedPolicies): Pick<ContextSource, 'hasControlLevels' | 'throughEndpoint' | 'readings'> => ({
  hasControlLevels: (serviceControlPolicies?.length ?? 0) > 0,
  throughEndpoint: vpcEndpointPolicy !== null && vpcEndpointPolicy !== undefined,
  readings,
})

const hasBoundary = ({ permissionsBoundary: boundary }: PreparedPolicies, caller: Caller): Truth => {
  if (isOriginAccessIdentity(caller)) return false
  return boundary === undefined ? 'unknown' : boundary !== null
}

const NO_RESOURCES: readonly Resource[] = []

/** The calls with a web identity or SAML assertion are unsigned: the provider is the caller (R-STS-10). */
function callerOf(request: Request, { unsigned }: ActionFacts): Caller {
  const caller = readCaller(request)
  if (!unsigned || caller.kind === 'identity-provider') return caller
  const named = request.principal === UNKNOWN_PRINCIPAL ? undefined : request.principal
  const provider = request.principalDetails?.federatedBy ?? named
  return { ...caller, kind: 'identity-provider', federatedBy: provider, account: undefined, roleArn: undefined }
}

/** R-PRIN-10: a session made by GetFederationToken does not name its user; its name is only taken for it if asked to. */
function withParent(caller: Caller, readings: Readings): Caller {
  if (readings['parent-of-federated-session'] === 'unknown') return caller
  if (caller.kind !== 'federated-session' || caller.federatedBy !== undefined) return caller
  return { ...caller, federatedBy: `arn:${caller.partition}:iam::${caller.account}:user/${caller.sessionName}` }
}

/** Whether nobody said what policy the resource has, and only that the policies are complete says that it has none. */
export const isPolicyLeftOut = (
  { scenario, policies }: PreparedScenario,
  { requestResource: resource }: ReadRequest,
): boolean =>
  policies.complete &&
  !policies.resourcePolicyGiven &&
  (resource.kind !== 'arn' || ownResource(scenario.resources ?? NO_RESOURCES, resource.arn)?.policy === undefined)

/** Undefined: who owns the resource, or the bucket behind it, is not known: both relations must be evaluated (R-XACC-04). */
export function knownRelation(prepared: PreparedScenario, read: ReadRequest): AccountRelation | undefined {
  const { scenario } = prepared
  const { caller, requestResource: resource } = read
  // Who is not known may be of the resource's account, of another, or of none.
  if (caller.account === undefined) return caller.kind === 'unknown' ? undefined : 'neither'
  if (isOriginAccessIdentity(caller)) return 'neither'
  const owner = ownerOf(scenario.request, resource, scenario.resources ?? NO_RESOURCES, caller)
  // Asked in the caller's account, whoever owns the resource (R-PASS-01).
  if (asksIdentityOnly(scenario.request.action)) return 'same'
  if (owner === undefined) return undefined
  if (
    isThroughAccessPoint({ resource }) &&
    ownersBehind(evaluationInputOf(prepared, read, undefined)).some(
      (behind) => relationTo(behind, caller) === undefined,
    )
  )
    return undefined
  return relationTo(owner, caller)
}

/**
 * The account that owns the resource: that of its ARN, whatever the request says. S3 ARNs do not say; other ARNs without an
 * account (images, managed policies, hosted zones) name things that the caller's own account decides about.
 */
function ownerOf(
  request: Request,
  resource: RequestResource,
  resources: readonly Resource[],
  caller: Caller,
): string | undefined {
  const account = resource.kind === 'arn' ? (resource.segments[4] ?? '') : ''
  if (isTold(account, caller.account)) return account
  // What the request says is then the bucket's: whose the access point is that it may be through, nobody says.
  if (resource.kind === 'unknown' ? mayBeAccessPoint(request.action) : isThroughAccessPoint({ resource }))
    return undefined
  const said = request.resourceAccount
  if (said !== undefined) return isTold(said, caller.account) ? said : undefined
  if (resource.kind === 'unknown') return resource.account
  if (resource.kind !== 'arn') return resource.kind === 'none' ? caller.account : undefined
  const listed = resources.find(({ arn }) => arn === resource.arn || arn === resource.arn.split('/')[0])?.account
  if (typeof listed === 'string') return isTold(listed, caller.account) ? listed : undefined
  if (resource.segments[2] === 's3' || account !== '') return account === 'aws' ? caller.account : undefined
  return caller.account
}

/**
 * The attributes of the request's own resource: `policies.serviceGuards`, else of the resource of that ARN. What the resource
 * lies in has others (R-OTH-08).
 */
function attributesOf(
  { scenario, policies }: PreparedScenario,
  resource: RequestResource,
): Attributes | null | undefined {
  const own = resource.kind === 'arn' ? resource.arn : undefined
  const isAbove = own !== undefined && liesAbove(own, scenario.request.resource)
  if (policies.serviceGuards !== undefined && !isAbove) return policies.serviceGuards
  const bucket = own?.split('/')[0]
  return scenario.resources?.find(
    (resource) => resource.arn === own || (own?.includes(':s3:::') === true && resource.arn === bucket),
  )?.attributes
}

/** The account of an ARN, for callers that have only the text. */
export function accountOf(arn: string): string | undefined {
  const account = parseArn(arn)?.account ?? ''
  return isAccountId(account) ? account : undefined
}

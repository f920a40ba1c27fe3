import { readAction } from '#iam/action.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { type Caller, readCaller } from '#iam/caller.ts'
import { canonicalAction, isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { GLOBAL_SERVICES } from '#iam/facts/global-services.ts'
import type { Request } from '#iam/request.ts'
import { type RequestResource, readRequestResource } from '#iam/resource.ts'
import type { AccountRelation, Case } from './case.ts'
import { contextOf } from './context.ts'
import type { Normalization } from './decision.ts'
import type { PreparedPolicies } from './prepare.ts'
import type { Attributes, Resource, Scenario } from './scenario.ts'

/** A request with what AWS prints differently put into IAM's own form, and what was changed (contract.md §5). */
export interface ReadRequest {
  readonly action: string
  /** Null: not known. */
  readonly resource: string | null
  readonly normalized: readonly Normalization[]
}

/** Requests as AWS prints them are normalised, not refused: letter case, quotes, a pattern where an action has no resource. */
export function normalizeRequest(request: Request, resource: string | null): ReadRequest {
  const normalized: Normalization[] = []
  const change = (field: string, from: string, to: string, rule: string): string => {
    if (from !== to) normalized.push({ field, from, to, rule })
    return to
  }
  const trimmed = request.action.trim()
  const action = change('action', request.action, canonicalAction(trimmed) ?? trimmed, 'R-MSG-07')
  if (resource === null) return { action, resource, normalized }
  let text = change('resource', resource, unquote(resource.trim()), 'R-MSG-19')
  if (text !== '*' && isWildcardOnlyAction(action) === true) text = change('resource', text, '*', 'R-REQ-03')
  return { action, resource: text, normalized }
}

function unquote(text: string): string {
  const quoted = text.length >= 2 && (text[0] === '"' || text[0] === "'") && text.at(-1) === text[0]
  return quoted ? text.slice(1, -1) : text
}

/** What the cases of one scenario share: the policies are prepared once. */
export interface PreparedScenario {
  readonly scenario: Scenario
  readonly policies: PreparedPolicies
}

/** Builds the case of one resource. `relation` is given where the owner of the resource is not known and both are judged. */
export function readCase(prepared: PreparedScenario, read: ReadRequest, relation: AccountRelation | undefined): Case {
  const { scenario, policies } = prepared
  const { request } = scenario
  const caller = callerOf(request, read.action)
  const resource = readResource(read.resource)
  const resources = scenario.resources ?? []
  const known = ownerOf(request, resource, resources, caller)
  const resourceAccount = known ?? (relation === 'same' ? caller.account : undefined)
  const action = readAction(read.action) ?? { service: '', name: read.action.toLowerCase() }
  const organization = scenario.organization === undefined && policies.complete ? null : scenario.organization
  const attributes = attributesOf(scenario, resource)
  const lookup = contextOf({
    request,
    caller,
    action,
    resource,
    resourceAccount,
    organization,
    // R-PASS-02: tags of a role are no help to PassRole.
    resourceTags: read.action === 'iam:PassRole' ? undefined : tagsOf(attributes, action.service, policies.complete),
    throughEndpoint: policies.vpcEndpointPolicy !== null && policies.vpcEndpointPolicy !== undefined,
    isMultivalued: (key) => conditionKeyFacts(key)?.multivalued ?? false,
    globalRegion: GLOBAL_SERVICES.has(action.service) ? 'us-east-1' : undefined,
  })
  const boundary = policies.permissionsBoundary
  return {
    request,
    action: read.action,
    caller,
    resource,
    resourceAccount,
    relation: relation ?? relationOf(caller, resourceAccount),
    question: {
      action,
      actionText: read.action,
      resource,
      caller,
      lookup,
      listsAllBuckets: read.action.toLowerCase() === 's3:listallmybuckets',
      hasBoundary: boundary === undefined ? 'unknown' : boundary !== null,
    },
    policies,
    organization,
    attributes,
    resources,
  }
}

/** The calls with a web identity or SAML assertion are unsigned: the provider is the caller (R-STS-10). */
function callerOf(request: Request, action: string): Caller {
  const caller = readCaller(request)
  const unsigned = /^sts:AssumeRoleWith(?:SAML|WebIdentity)$/i.test(action)
  if (!unsigned || caller.kind === 'identity-provider') return caller
  const provider = request.principalDetails?.federatedBy ?? request.principal
  return { ...caller, kind: 'identity-provider', federatedBy: provider, account: undefined, roleArn: undefined }
}

/** Undefined: who owns the resource is not known, so that both relations must be judged (R-XACC-04). */
export function knownRelation(scenario: Scenario, resourceText: string | null): AccountRelation | undefined {
  const caller = callerOf(scenario.request, scenario.request.action)
  if (caller.account === undefined && caller.kind !== 'unknown') return 'neither'
  const owner = ownerOf(scenario.request, readResource(resourceText), scenario.resources ?? [], caller)
  return owner === undefined ? undefined : relationOf(caller, owner)
}

const readResource = (text: string | null): RequestResource =>
  text === null ? { kind: 'unknown' } : readRequestResource(text)

function relationOf(caller: Caller, owner: string | undefined): AccountRelation {
  if (caller.account === undefined) return 'neither'
  return owner === caller.account ? 'same' : 'cross'
}

/**
 * The account that owns the resource. S3 ARNs do not say; other ARNs without an account (images, managed policies,
 * hosted zones) name things that the caller's own account decides about.
 */
function ownerOf(
  request: Request,
  resource: RequestResource,
  resources: readonly Resource[],
  caller: Caller,
): string | undefined {
  if (request.resourceAccount !== undefined) return request.resourceAccount
  if (resource.kind !== 'arn') return resource.kind === 'none' ? caller.account : undefined
  const account = resource.segments[4] ?? ''
  if (isAccountId(account)) return account
  const bucket = resource.arn.split('/')[0]
  const listed = resources.find((one) => one.arn === resource.arn || one.arn === bucket)?.account
  if (typeof listed === 'string') return listed
  if (resource.segments[2] === 's3' || account !== '') return account === 'aws' ? caller.account : undefined
  return caller.account
}

/** The attributes of the request's own resource: `policies.serviceGuards`, else of the resource of that ARN. */
function attributesOf(scenario: Scenario, resource: RequestResource): Attributes | null | undefined {
  const guards = scenario.policies?.serviceGuards
  if (guards !== undefined) return guards
  const own = resource.kind === 'arn' ? resource.arn : undefined
  const bucket = own?.split('/')[0]
  return scenario.resources?.find((one) => one.arn === own || (own?.includes(':s3:::') === true && one.arn === bucket))
    ?.attributes
}

/** Tags of the resource; of a bucket only where attribute-based access control is on (R-S3-11). */
function tagsOf(
  attributes: Attributes | null | undefined,
  service: string,
  complete: boolean,
): Record<string, unknown> | undefined {
  if (attributes === null) return {}
  const own = (name: string): unknown =>
    attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name] : undefined
  if (service === 's3') {
    const abac = own('abac')
    if (abac === false || abac === null || (abac === undefined && complete)) return {}
    if (abac === undefined) return undefined
  }
  const tags = own('tags')
  if (typeof tags === 'object' && tags !== null) return tags as Record<string, unknown>
  return tags === null || complete ? {} : undefined
}

/** The account of an ARN, for callers that have only the text. */
export const accountOf = (arn: string): string | undefined => {
  const account = parseArn(arn)?.account
  return account !== undefined && isAccountId(account) ? account : undefined
}

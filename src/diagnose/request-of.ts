import type { PoliciesInForce, Scenario } from '#engine/scenario.ts'
import type { ContextValue, PrincipalDetails, Request } from '#iam/request.ts'
import { parseArn } from '#iam/arn.ts'
import { CALL_FACTS, REACHED_BY_RCPS, TOLD_OPERATIONS } from '#iam/call-facts.ts'
import { readCaller } from '#iam/caller.ts'
import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { doubtfulAction } from '#iam/facts/doubtful-action.ts'
import type { Denial, ReportedLayer } from '#intake/denial.ts'
import { onlyTrust } from '#snapshot/at-hand/bind.ts'
import { onlyEndpoint } from '#snapshot/at-hand/in-force.ts'
import type { AtHand } from '#snapshot/at-hand/piece.ts'
import type { Assumption } from '#engine/decision.ts'
import { type GivenResource, givenByName, givenUnmasked, givenResource, type WhereItIs } from './given-resource.ts'
import { withOpenResources } from './open-resources.ts'
import { passedRoleKeys } from './passed-role.ts'
import { creationKeys } from './tagged-on-creation.ts'
import { tokenContext } from './token-context.ts'
import { viaServiceKeys } from './via-service.ts'
import {
  accountOfResource,
  namesNobody,
  openCaller,
  trustedProvider,
  credentialless,
  type UnnamedCaller,
  unnamedCaller,
} from './unnamed-caller.ts'

/** The request a denial speaks of, and what had to be assumed; or what is not said. */
export type RequestOf =
  | { readonly ok: true; readonly request: Request; readonly assumptions: readonly Assumption[] }
  | { readonly ok: false; readonly lacks: readonly string[] }

/**
 * The denied request: what the denial says, then what a scenario's request adds where the denial is silent
 * (docs/json.md, "Diagnosis"). Principal and action must come from somewhere; an unknown resource stays unknown, never `*` (R-REQ-05).
 */
export function requestOf(
  denial: Denial,
  scenario: Scenario | undefined,
  mayAssume: boolean,
  atHand?: AtHand,
): RequestOf {
  const scenarioRequest = withoutOthers(requestOfScenario(scenario), denial)
  const namedAction = denial.action ?? denial.candidates[0]?.action
  const action = namedAction ?? scenarioRequest?.action
  const principalNamed = denial.principal ?? scenarioRequest?.principal
  const named = principalNamed !== undefined && namesNobody(principalNamed, action ?? '') ? undefined : principalNamed
  const assumed = isRoleAction(action) ? onlyTrust(piecesOf(atHand)) : undefined
  const unnamed =
    named === undefined ? callerLeftOut(denial, scenarioRequest, scenario?.policies, atHand, action) : undefined
  const principal = named ?? unnamed?.principal
  const lacks = [...(principal === undefined ? ['the principal'] : []), ...(action === undefined ? ['the action'] : [])]
  if (principal === undefined || action === undefined) return { ok: false, lacks }
  const trust = scenario?.policies?.resourcePolicy ?? assumed?.trust
  const token = tokenContext(denial, denial.details?.['federatedBy'] ?? principal, trust?.document)
  const assumptions: Assumption[] = [...(unnamed === undefined ? [] : [unnamed.assumption]), ...token.assumptions]
  const exists = namedAction !== undefined ? existing(action) : {}
  if (exists.actionExists === true) assumptions.push(actionAssumed(action))
  const said = resourceOf(denial, ofService(scenarioRequest, action, denial), assumptions)
  const place = placeOf(denial, principal)
  const target = targetOf(orRole(said, assumed?.arn, assumptions), action, atHand, scenario, place)
  if (target.assumption !== undefined) assumptions.push(target.assumption)
  const account = denial.resourceAccount ?? scenarioRequest?.resourceAccount
  const details = detailsOf(denial, scenarioRequest)
  const tags = scenarioRequest?.principalTags
  const request: Request = {
    principal,
    ...(details === undefined ? {} : { principalDetails: details }),
    ...(tags === undefined ? {} : { principalTags: tags }),
    action,
    ...exists,
    resource: target.resource,
    ...(target.resourcePatterns === undefined ? {} : { resourcePatterns: target.resourcePatterns }),
    ...(account === undefined ? {} : { resourceAccount: account }),
    context: {
      ...unnamed?.context,
      ...token.context,
      ...(target.resource === '*' && isNamed(denial, 'resource-control-policy') ? { [REACHED_BY_RCPS]: 'true' } : {}),
      ...contextOf(denial, scenarioRequest, mayAssume && !hasEndpoint(scenario, atHand, action), assumptions),
    },
    ...(scenarioRequest?.contextComplete === undefined ? {} : { contextComplete: scenarioRequest.contextComplete }),
  }
  return { ok: true, request: withOpenResources(denial, request, scenario?.resources), assumptions }
}

/** Whether the VPC endpoint is known, or the given files have exactly one for the service. */
const hasEndpoint = (scenario: Scenario | undefined, atHand: AtHand | undefined, action: string): boolean =>
  knowsEndpoint(scenario) || onlyEndpoint(piecesOf(atHand), action) !== undefined

const piecesOf = (atHand: AtHand | undefined): AtHand['pieces'] => atHand?.pieces ?? []

/** The caller where the evidence names none: who the given policies are of, or a caller of whom nothing is known. */
function callerLeftOut(
  denial: Denial,
  scenarioRequest: Partial<Request> | undefined,
  policies: PoliciesInForce | undefined,
  atHand: AtHand | undefined,
  action: string | undefined,
): UnnamedCaller | undefined {
  const request = { ...scenarioRequest, ...resourceSaid(denial) }
  const issuer = denial.details?.['tokenIssuer'] ?? undefined
  const assumed = isRoleAction(action) ? onlyTrust(piecesOf(atHand)) : undefined
  const [role] = [request.resource ?? assumed?.arn ?? ''].flat()
  const token = issuer === undefined ? undefined : { issuer, role: role ?? '' }
  return (
    credentialless(action) ??
    trustedProvider(policies?.resourcePolicy ?? assumed?.trust, action, token) ??
    unnamedCaller(policies, atHand, accountOfResource(request), action) ??
    openCaller(policies, atHand)
  )
}

/** What the call is on: as the evidence names it, or the one resource whose policy or settings were given. */
function targetOf(
  named: Request['resource'] | undefined,
  action: string,
  atHand: AtHand | undefined,
  scenario: Scenario | undefined,
  place: WhereItIs,
): Pick<Request, 'resource' | 'resourcePatterns'> & Partial<Pick<GivenResource, 'assumption'>> {
  const isArn = typeof named !== 'string' || named.startsWith('arn:')
  // An action without resource types is asked of nothing in particular, whatever the message writes in its place (R-REQ-03).
  if (isWildcardOnlyAction(action) === true && !(isArn && named !== null && named !== undefined))
    return { resource: '*' }
  if (typeof named === 'string') {
    const pieces = piecesOf(atHand)
    return givenByName(action, named, pieces, scenario) ?? givenUnmasked(named, pieces) ?? { resource: named }
  }
  if (named !== null && named !== undefined) return { resource: named }
  return givenResource(action, piecesOf(atHand), scenario, place) ?? { resource: null }
}

/** Where the resource of a denial is, as far as it says: mostly in the account of the caller (R-EVID-09). */
function placeOf({ region, resourceAccount, accountId }: Denial, principal: string): WhereItIs {
  const { partition } = readCaller({ principal, action: '', resource: null })
  return { partition, region: region ?? undefined, account: resourceAccount ?? accountId ?? undefined }
}

/**
 * The denial as that of the call that a scenario asks about, where the text tells only of a refusal by another service behind
 * some call (R-MSG-33): which of the call's further requests was refused is told by evaluating them. Undefined: it is none.
 */
export function asOfCall(denial: Denial, scenario: Scenario | undefined): Denial | undefined {
  const called = requestOfScenario(scenario)?.action
  if (!isBehind(denial) || called === undefined || denial.action !== null) return undefined
  const isOwn = denial.candidates.some(({ action }) => serviceOf(action) === serviceOf(called))
  return isOwn ? undefined : { ...denial, candidates: [] }
}

/** A refusal by another service behind a call that the text does not name. */
const isBehind = ({ operation, notes }: Denial): boolean =>
  operation === null && notes.some(({ code }) => code === 'further-request')

const serviceOf = (action: string): string => action.split(':')[0]?.toLowerCase() ?? ''

/** A scenario's request without its resource, where that is of the call behind which another service refused, or of another call. */
function ofService(
  scenarioRequest: Partial<Request> | undefined,
  action: string,
  denial: Denial,
): Partial<Request> | undefined {
  const { action: called, resource } = scenarioRequest ?? {}
  const isOther = called === undefined ? isBehind(denial) : serviceOf(called) !== serviceOf(action)
  if (resource === undefined || !isOther) return scenarioRequest
  const isOwn = [resource].flat().some((arn) => arn !== null && parseArn(arn)?.service === serviceOf(action))
  return isOwn ? scenarioRequest : { ...scenarioRequest, resource: null }
}

/** The resource, or the role whose trust policy was given where the evidence names none (R-EVID-13). */
function orRole<T extends Request['resource'] | undefined>(
  said: T,
  role: string | undefined,
  assumptions: Assumption[],
): T | string {
  const isNamed =
    said !== null && said !== undefined && [said].flat().every((arn) => parseArn(String(arn)) !== undefined)
  if (isNamed || role === undefined) return said
  assumptions.push(roleAssumed(role))
  return role
}

const isRoleAction = (action: string | undefined): boolean =>
  /^sts:(?:assumerole|tagsession$|setsourceidentity$)/i.test(action ?? '')

const roleAssumed = (arn: string): Assumption => ({
  fact: 'resource',
  value: arn,
  from: 'the evidence names no role, and this is the one whose trust policy was given',
  ifWrong: 'another role was to be assumed: --resource ARN says which',
})

const resourceSaid = ({ resource, resourceAccount }: Denial): Partial<Request> => ({
  ...(resource === null ? {} : { resource }),
  ...(resourceAccount === null ? {} : { resourceAccount }),
})

/** `actionExists` for an action that AWS refused or did: it is there, though the reference may be older than it (R-ACT-05). */
export const existing = (action: string): Pick<Request, 'actionExists'> =>
  doubtfulAction(action) === undefined ? {} : { actionExists: true }

const actionAssumed = (action: string): Assumption => ({
  fact: 'action',
  value: action,
  from: `the evidence names it, though ${doubtfulAction(action)?.text ?? ''}`,
  ifWrong:
    'it is a slip of the pen, or the action behind the call has another name, which no policy here was asked for',
})

/** A scenario for a denial need not ask anything itself: what it asks is then a part of a request, or nothing. */
export const requestOfScenario = (scenario: Scenario | undefined): Partial<Request> | undefined => scenario?.request

/** The scenario's request without what it says of another caller or resource: that fills no gap of this denial. */
function withoutOthers(scenarioRequest: Partial<Request> | undefined, denial: Denial): Partial<Request> | undefined {
  if (scenarioRequest === undefined) return undefined
  const { principalDetails, principalTags, resourceAccount, ...rest } = scenarioRequest
  // One that names nobody speaks of this one.
  const { principal, resource } = scenarioRequest
  const samePrincipal =
    denial.principal === null ||
    principal === undefined ||
    sameCaller({ ...scenarioRequest, principal }, denial.principal)
  const sameResource =
    denial.resource === null ||
    resource === undefined ||
    [resource].flat().some((arn) => owned(arn) === owned(denial.resource))
  return {
    ...rest,
    ...(samePrincipal && principalDetails !== undefined ? { principalDetails } : {}),
    ...(samePrincipal && principalTags !== undefined ? { principalTags } : {}),
    ...(sameResource && resourceAccount !== undefined ? { resourceAccount } : {}),
  }
}

/** A role stands for a session of it; its name is unique in the account (R-PRIN-03). */
function sameCaller(scenarioRequest: Partial<Request> & Pick<Request, 'principal'>, principal: string): boolean {
  if (scenarioRequest.principal === principal) return true
  const role =
    readCaller({ action: '', resource: null, ...scenarioRequest, principal }).kind === 'role-session'
      ? roleKey(principal)
      : undefined
  return (
    role !== undefined &&
    role === roleKey(scenarioRequest.principal) &&
    !scenarioRequest.principal.includes(':assumed-role/')
  )
}

function roleKey(arn: string): string | undefined {
  const parts = parseArn(arn)
  const steps = parts?.resource.split('/') ?? []
  if (parts === undefined || (steps[0] !== 'role' && steps[0] !== 'assumed-role')) return undefined
  return `${parts.account}/${steps[0] === 'role' ? (steps.at(-1) ?? '') : (steps[1] ?? '')}`
}

/** A bucket owns its objects; elsewhere the ARN itself. */
const owned = (arn: string | null | undefined): string | undefined =>
  arn?.includes(':s3:::') === true ? arn.split('/')[0] : (arn ?? undefined)

/** A scenario that gives the endpoint's policy, or is complete, leaves nothing to assume. */
const knowsEndpoint = (scenario: Scenario | undefined): boolean =>
  (scenario?.policies?.vpcEndpointPolicy ?? null) !== null ||
  (scenario?.policies?.complete === true && requestOfScenario(scenario)?.contextComplete === true)

/** The ARN that a scenario gives, where the evidence has a part of it alone. */
function longerOf(printed: string, scenarioResource: Request['resource'] | undefined): string | undefined {
  if (printed.startsWith('arn:') || typeof scenarioResource !== 'string' || !scenarioResource.startsWith('arn:'))
    return undefined
  return scenarioResource.split(/[:/]/).includes(printed) || scenarioResource.endsWith(printed)
    ? scenarioResource
    : undefined
}

function resourceOf(
  denial: Denial,
  scenarioRequest: Partial<Request> | undefined,
  assumptions: Assumption[],
): Request['resource'] {
  if (denial.resource !== null) return longerOf(denial.resource, scenarioRequest?.resource) ?? denial.resource
  const candidates = denial.candidates.map((candidate) => candidate.resource).filter((arn) => arn !== null)
  if (candidates.length > 0) {
    assumptions.push({
      fact: 'resource',
      value: candidates.join(', '),
      from: 'the parameters of the call; the denial does not say which resource was refused',
      ifWrong: 'another resource of the call may be the one that was refused',
    })
    return candidates.length === 1 ? (candidates[0] ?? null) : candidates
  }
  return scenarioRequest?.resource ?? null
}

function detailsOf(denial: Denial, scenarioRequest: Partial<Request> | undefined): PrincipalDetails | undefined {
  const federatedBy = denial.details?.['federatedBy']
  const details: PrincipalDetails = {
    ...scenarioRequest?.principalDetails,
    ...(denial.principalType === null ? {} : { type: denial.principalType }),
    ...(hasRolePath(denial) && denial.roleArn !== null ? { roleArn: denial.roleArn } : {}),
    ...(typeof federatedBy === 'string' ? { federatedBy } : {}),
  }
  return Object.keys(details).length === 0 ? undefined : details
}

/** Only an issuer gives the role's path; a role ARN made up from the session's name does not (R-PRIN-03). */
const hasRolePath = (denial: Denial): boolean =>
  denial.evidence.span === null && denial.roleArn !== null && !denial.notes.some(({ code }) => code === 'path-unknown')

/**
 * Operation of S3's that needs something else besides than the action tells (G-03, G-04). A `HeadObject` that no record shows is mostly the
 * first call of a download, which asks for the key next.
 */
const operationKey = ({ operation }: Denial): Record<string, ContextValue> =>
  operation !== null && operation !== 'HeadObject' && TOLD_OPERATIONS.has(operation)
    ? { [CALL_FACTS.operation]: operation }
    : {}

const NETWORK = ['aws:sourcevpce', 'aws:sourcevpc', 'aws:vpcsourceip', 'aws:sourceip']

function contextOf(
  denial: Denial,
  scenarioRequest: Partial<Request> | undefined,
  mayAssume: boolean,
  assumptions: Assumption[],
): Record<string, ContextValue> {
  const statedKeys = new Set(Object.keys(denial.context).map((key) => key.toLowerCase()))
  const filled = Object.entries(scenarioRequest?.context ?? {}).filter(([key]) => !statedKeys.has(key.toLowerCase()))
  const context: Record<string, ContextValue> = {
    ...passedRoleKeys(denial),
    ...viaServiceKeys(denial),
    ...operationKey(denial),
    ...creationKeys(denial),
    ...Object.fromEntries(filled),
  }
  for (const [key, value] of Object.entries(denial.context)) context[key] = value as ContextValue
  const listed = new Set(Object.keys(context).map((key) => key.toLowerCase()))
  if (mayAssume && !isNamed(denial, 'vpc-endpoint-policy') && !NETWORK.some((key) => listed.has(key))) {
    context['aws:SourceVpce'] = null
    assumptions.push({
      fact: 'VPC endpoint',
      value: 'none',
      from: 'the evidence shows no endpoint',
      ifWrong: 'an endpoint policy may refuse as well, and conditions on aws:SourceVpce or aws:SourceVpc may hold',
    })
  }
  return context
}

/** Whether AWS says that a policy of the layer was evaluated. */
export const isNamed = ({ reported, decoded }: Denial, layer: ReportedLayer): boolean =>
  reported.layer === layer || decoded?.policies?.some((policy) => policy.layer === layer) === true

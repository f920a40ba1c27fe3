import { asDependentCall, furtherRequests, furtherScenario } from '#engine/chain.ts'
import { evaluate } from '#engine/evaluate.ts'
import { furtherPolicies } from '#engine/further-policies.ts'
import { type ManagedPolicies, withManagedArns, withManagedPolicies } from '#engine/managed-policies.ts'
import { withOwnPolicyNamed } from '#engine/resource-side.ts'
import type { Denial } from '#intake/denial.ts'
import { COMPANION } from '#iam/companion-rule.ts'
import { companionsOf } from './companions.ts'
import type { PoliciesInForce, Policy, Resource, Scenario } from '#engine/scenario.ts'
import type { FurtherRequest } from '#engine/services/service-rule.ts'
import { readCaller } from '#iam/caller.ts'
import { valueAt } from '#iam/json-pointer.ts'
import { documentValue } from '#iam/json-value.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { CallEvent } from '#intake/cloudtrail/call-event.ts'
import { citedWithoutLines } from '#snapshot/at-hand/cited.ts'
import { withAtHand } from '#snapshot/at-hand/in-force.ts'
import { type AtHand, isAtHand } from '#snapshot/at-hand/piece.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import type { Assumption } from '#engine/decision.ts'
import type { PolicySource } from './diagnosis.ts'
import { knowsPolicies } from './evidence/evidence.ts'
import { onAllOf, siblingsOf } from './siblings.ts'

/** A scenario for one request, with what was filled in on the way. */
export interface ScenarioWithAssumptions {
  readonly scenario: Scenario
  readonly assumptions: readonly Assumption[]
  /** Why a layer is not known; one sentence each. */
  readonly notes: readonly string[]
}

export interface ScenarioSources {
  readonly policySource: PolicySource
  /** Policies and settings out of files and options. */
  readonly provided?: AtHand | undefined
  /** Older policies, which were in force before, and how the user named them. */
  readonly older?: OlderSource | undefined
  /** Policies of the session, where the evidence or the user gives them; undefined: not known, `diagnose` assumes none. */
  readonly sessionPolicies: readonly Policy[] | undefined
  /** Whether AWS named a session policy, so that none may not be assumed. */
  readonly sessionPolicyNamed: boolean
  /** Whether AWS named an explicit Deny, which may depend on the tags of a bucket. */
  readonly denyNamed?: boolean
  readonly managedPolicies: ManagedPolicies
  /** The ARN of the AWS managed policy with a text; left out: it is not looked up. */
  readonly managedPolicyArn?: ((document: unknown) => string | undefined) | undefined
  readonly readings: SomeReadings | undefined
  /** Steps of work that fixes and proofs may cost. */
  readonly budget?: number | undefined
  /** The recorded call behind the denial, for requests of its actions; `own` is what it asks for first. */
  readonly call?: Pick<CallEvent, 'own' | 'named'> & { readonly actions: readonly string[] }
}

/** Policies of before: a snapshot, a scenario, one of them in a revision. */
export interface OlderSource {
  readonly name: string
  readonly policySource: PolicySource
}

/** The scenario of a request, from the snapshot, the given scenario, or nothing. */
export function scenarioFor(sources: ScenarioSources, request: Request): ScenarioWithAssumptions {
  const { call, policySource } = sources
  const own = typeof request.resource === 'string' ? [request.resource] : (request.resource ?? [])
  const named = call?.actions.includes(request.action) === true ? call.named.filter((arn) => !own.includes(arn)) : []
  return complete(sources, withProvided(sources, fromPolicySource(policySource, request, named)))
}

function withProvided({ provided }: ScenarioSources, assumed: ScenarioWithAssumptions): ScenarioWithAssumptions {
  if (provided === undefined) return assumed
  const { scenario, assumptions = [] } = isAtHand(provided)
    ? withAtHand(assumed.scenario, provided)
    : { scenario: assumed.scenario }
  return {
    ...assumed,
    scenario: citedWithoutLines(scenario, provided.withoutLines),
    assumptions: [...assumed.assumptions, ...assumptions],
  }
}

function fromPolicySource(
  policySource: PolicySource,
  request: Request,
  named: readonly string[],
): ScenarioWithAssumptions {
  switch (policySource.kind) {
    case 'none':
      return { scenario: { request, policies: {}, ...withNamed([], named) }, assumptions: [], notes: [] }
    case 'scenario': {
      const { resources, ...scenario } = withOpenLevels(policySource.scenario)
      const more = withNamed(resources, named)
      return { scenario: withOwnPolicyNamed({ ...scenario, ...more, request }), assumptions: [], notes: [] }
    }
    case 'snapshot': {
      const {
        request: completed,
        policies,
        resources,
        organization,
        filled,
        notes,
      } = policiesInForce(policySource.snapshot, request, named)
      return {
        scenario: { request: completed, policies, resources, ...(organization === undefined ? {} : { organization }) },
        assumptions: filled.map(({ fact, value, from, ifWrong }) => ({ fact, value, from, ifWrong })),
        notes,
      }
    }
  }
}

/**
 * Adds to each level whose SCPs only deny that others may be attached: a level that allows nothing would deny every call of the account, so
 * that the list is not complete (R-EVID-16).
 */
function withOpenLevels(scenario: Scenario): Scenario {
  const { policies } = scenario
  const levels = policies?.serviceControlPolicies
  if (levels === undefined || levels === null || policies?.complete === true) return scenario
  const serviceControlPolicies = levels.map((level) =>
    level.policies !== undefined && level.policies.length > 0 && level.policies.every(onlyDenies)
      ? { ...level, policies: [...level.policies, furtherPolicies('service control policies')] }
      : level,
  )
  return { ...scenario, policies: { ...policies, serviceControlPolicies } }
}

/** Whether the document is known and every statement of it is a Deny. */
function onlyDenies({ document }: Policy): boolean {
  const statements = [valueAt(documentValue(document), '/Statement') ?? []].flat()
  return statements.length > 0 && statements.every((statement) => valueAt(statement, '/Effect') === 'Deny')
}

/** The resources, and those named that are not among them. */
function withNamed(known: readonly Resource[] | undefined, named: readonly string[]): Pick<Scenario, 'resources'> {
  const fresh = named.filter((arn) => known?.some((resource) => resource.arn === arn) !== true)
  if (known === undefined && fresh.length === 0) return {}
  return { resources: [...(known ?? []), ...fresh.map((arn): Resource => ({ arn }))] }
}

/** `diagnose` may assume what `evaluate` never does (docs/json.md, "Diagnosis"); each assumption is shown. */
function complete(sources: ScenarioSources, assumed: ScenarioWithAssumptions): ScenarioWithAssumptions {
  const assumptions = [...assumed.assumptions]
  let { policies = {} } = assumed.scenario
  if (sources.sessionPolicies !== undefined) policies = { ...policies, sessionPolicies: sources.sessionPolicies }
  else if (mayAssumeNoSessionPolicy(sources, policies, assumed.scenario.request)) {
    policies = { ...policies, sessionPolicies: null }
    assumptions.push({
      fact: 'session policies',
      value: 'none',
      from: 'AWS named no session policy, and no AssumeRole event shows one',
      ifWrong: 'a session policy may refuse as well: give it with --session-policy, or add the AssumeRole event',
    })
  }
  if (knowsPolicies(sources))
    for (const { attribute, value, assumption } of ATTRIBUTES_ASSUMED.filter(({ of }) =>
      of(assumed.scenario.request),
    )) {
      const guards = policies.serviceGuards
      const isClosed =
        policies.complete === true && (attribute !== 'abac' || assumed.scenario.request.contextComplete === true)
      // A Deny that AWS named speaks against a value under which it could not match (R-EVID-09).
      const isOpen = attribute === 'abac' && sources.denyNamed === true && namesResourceTags(policies)
      if (guards === null || guards?.[attribute] !== undefined || isClosed || isOpen) continue
      policies = { ...policies, serviceGuards: { ...guards, [attribute]: value } }
      assumptions.push(assumption)
    }
  const filled = { ...assumed.scenario, policies }
  // A snapshot lists the policies of a role with their ARNs.
  const named =
    sources.policySource.kind === 'snapshot' || sources.managedPolicyArn === undefined
      ? filled
      : withManagedArns(filled, sources.managedPolicyArn)
  return { scenario: withManagedPolicies(named, sources.managedPolicies), assumptions, notes: assumed.notes }
}

const namesResourceTags = (policies: PoliciesInForce): boolean =>
  /(?:aws:ResourceTag|s3:BucketTag)\//i.test(JSON.stringify(policies))

interface AssumedAttribute {
  readonly of: (request: Request) => boolean
  readonly attribute: string
  readonly value: unknown
  readonly assumption: Assumption
}

/** Whether the bucket is the caller's account's own, which never has to say that it pays (R-S3-09). */
const isOfOwnAccount = (request: Request): boolean =>
  request.resourceAccount !== undefined && request.resourceAccount === readCaller(request).account

/** Attributes of the request's resource that a denial lets us assume where no fact gives them. */
const ATTRIBUTES_ASSUMED: readonly AssumedAttribute[] = [
  {
    of: ({ action }) => action.toLowerCase().startsWith('s3:'),
    attribute: 'abac',
    value: false,
    assumption: {
      fact: 'attribute-based access control of the bucket',
      value: 'off',
      from: 'the default of S3',
      ifWrong: 'conditions on aws:ResourceTag and s3:BucketTag see the tags of the bucket',
    },
  },
  {
    of: (request) =>
      request.action.toLowerCase().startsWith('s3:') &&
      typeof request.resource === 'string' &&
      request.resource.includes(':s3:::') &&
      !isOfOwnAccount(request),
    attribute: 'requesterPays',
    value: false,
    assumption: {
      fact: 'Requester Pays',
      value: 'off',
      from: 'the default of S3',
      ifWrong: 'another account is refused unless its request says that it pays (R-S3-09)',
    },
  },
  {
    // R-OTH-02: API Gateway knows an IAM principal only where it authorizes by IAM.
    of: ({ action, principal }) => action.toLowerCase() === 'execute-api:invoke' && principal.startsWith('arn:'),
    attribute: 'authType',
    value: 'AWS_IAM',
    assumption: {
      fact: 'authType',
      value: 'AWS_IAM',
      from: 'the denial names an IAM principal, which API Gateway knows only under IAM authorization',
      ifWrong: 'only the policy of the API, or its authorizer, decides',
    },
  },
]

function mayAssumeNoSessionPolicy(sources: ScenarioSources, policies: PoliciesInForce, request: Request): boolean {
  const isRole = request.principal.includes(':assumed-role/') || request.principal.includes(':role/')
  return (
    knowsPolicies(sources) &&
    isRole &&
    !getsPolicyOfAws(request) &&
    !sources.sessionPolicyNamed &&
    policies.sessionPolicies === undefined &&
    policies.complete !== true
  )
}

/**
 * Cognito's enhanced flow and permission sets hand a session policy over, which no AssumeRole event of the caller shows
 *.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
 */
function getsPolicyOfAws({ principal, principalDetails, context = {} }: Request): boolean {
  const [, role = '', session = ''] = principal.split('/')
  const provider = Object.entries(context).find(([key]) => key.toLowerCase() === 'aws:federatedprovider')?.[1]
  return (
    role.startsWith('AWSReservedSSO_') ||
    principalDetails?.type === 'identity-center-user' ||
    session === 'CognitoIdentityCredentials' ||
    (typeof provider === 'string' && provider.includes('cognito-identity.amazonaws.com'))
  )
}

/** A further request with what was in force for it. */
export interface DependentRequest {
  readonly further: FurtherRequest
  readonly scenario: Scenario
}

/**
 * Dependent requests of the call: what it needs next. Where one of its further requests was refused, such as iam:PassRole,
 * that is what the call itself needs besides (docs/json.md, "Diagnosis").
 */
export function dependentRequests(sources: ScenarioSources, scenario: Scenario): readonly DependentRequest[] {
  const { request } = scenario
  const outer = outerRequest(sources, request)
  const next = [...siblingRequests(sources, outer ?? request), ...furtherRequestsOf(sources, scenario)]
  if (outer === undefined) return next
  const seen = new Set([nameOf(request), ...next.map(({ further }) => nameOf(further.request))])
  const { scenario: of } = scenarioFor(sources, outer)
  const more = furtherRequestsOf(sources, of).filter(
    ({ further }) => !seen.has(nameOf(further.request)) && !isOpenFormOf(further.request, request),
  )
  return [...next, ...writtenCopy(of, request), ...more]
}

/** Requests for the actions that the work of the denied call needs together with it on the same resource (R-ADV-14). */
export function companionRequests(
  sources: ScenarioSources,
  { request, ...scenario }: Scenario,
  denial: Denial,
): readonly DependentRequest[] {
  return companionsOf(denial, request.action, { ...scenario, request }).map(({ action, isWithout, why }) => {
    const companion = isWithout ? withoutResource(request, action) : { ...request, ...alikeResources(request, action) }
    const further = { request: companion, why, rule: COMPANION, who: 'caller' as const }
    return { further, scenario: scenarioFor(sources, companion).scenario }
  })
}

/** The caller's request for an action without a resource: what was said of the resource is not said of it. */
function withoutResource(
  { resourceAccount: _account, contextComplete: _complete, context, ...request }: Request,
  action: string,
): Request {
  const kept = Object.entries(context ?? {}).filter(([key]) => !/(?:^|:)resource(?:tag\/|account$|org)/i.test(key))
  return { ...request, action, resource: '*', context: Object.fromEntries(kept) }
}

/** Of several resources, those of the types that the action has. */
function alikeResources({ resource }: Request, action: string): Pick<Request, 'action' | 'resource'> {
  const [service = '', name = ''] = action.split(':')
  const types = actionFacts(service, name)?.resourceTypes.map((type) => `:${type.name}/`) ?? []
  const fitting = Array.isArray(resource)
    ? resource.filter((arn: string) => types.some((type) => arn.includes(type)))
    : []
  const [only, ...more] = fitting
  return { action, resource: only === undefined ? resource : more.length === 0 ? only : fitting }
}

/** Dependent requests without those that other ones are the same as. */
export function withoutSame(
  requests: readonly DependentRequest[],
  others: readonly DependentRequest[],
): readonly DependentRequest[] {
  const known = new Set(others.map(({ further }) => nameOf(further.request)))
  return requests.filter(({ further }) => !known.has(nameOf(further.request)))
}

/** Whether a further request of the call, which does not say on what, is the one that was denied. */
const isOpenFormOf = (further: Request, denied: Request): boolean =>
  further.resource === null && further.action === denied.action && further.principal === denied.principal

/**
 * Requests for the action on the other resources that the call is evaluated on: a call that was refused on one resource is not
 * allowed on the others for that. Resources with one outcome for one reason make one request.
 */
function siblingRequests(sources: ScenarioSources, request: Request): readonly DependentRequest[] {
  const groups = new Map<string, Request[]>()
  for (const sibling of siblingsOf(sources.call?.own, request)) {
    const { decision, denyType, blockedBy, missing } = evaluate(
      scenarioFor(sources, sibling).scenario,
      sources.readings,
    )
    const key = JSON.stringify([decision, denyType, blockedBy, missing])
    groups.set(key, [...(groups.get(key) ?? []), sibling])
  }
  return [...groups.values()].map((alike) => {
    const sibling = onAllOf(alike)
    return {
      further: { request: sibling, why: SIBLING, rule: 'R-REQ-02' },
      scenario: scenarioFor(sources, sibling).scenario,
    }
  })
}

const SIBLING = 'the call is judged on each of its resources, and succeeds only if it is allowed on all'

/** A copy whose source is refused is not written yet, and nothing says that it may be (G-04). */
function writtenCopy(scenario: Scenario, { action }: Request): readonly DependentRequest[] {
  const { request } = scenario
  if (request.action !== 's3:PutObject' || !action.startsWith('s3:GetObject')) return []
  return [{ further: { request, why: 'what is copied is written as well', rule: 'G-04' }, scenario }]
}

const nameOf = ({ action, resource }: Request): string => `${action} ${JSON.stringify(resource)}`

/** The recorded call itself, where the request is another one that it needs. */
function outerRequest({ call }: ScenarioSources, request: Request): Request | undefined {
  if (call?.own === undefined || request.action === call.own.action || !call.actions.includes(request.action))
    return undefined
  const { resourceAccount: _, ...rest } = request
  const [first = null, ...more] = call.own.resources
  const known = call.own.resources.filter((resource) => resource !== null)
  return { ...rest, action: call.own.action, resource: more.length === 0 ? first : known }
}

/** The further requests of a call, each with what was in force for it. */
export const furtherRequestsOf = (sources: ScenarioSources, outer: Scenario): readonly DependentRequest[] =>
  furtherRequests(outer, sources.readings).map((further) => dependentRequest(sources, outer, further))

/** A further request of a call with what was in force for it: as the snapshot has it, or of the policies that the call's scenario names. */
export function dependentRequest(sources: ScenarioSources, outer: Scenario, further: FurtherRequest): DependentRequest {
  if (sources.policySource.kind === 'snapshot')
    return { further, scenario: asDependentCall(scenarioFor(sources, further.request).scenario, further) }
  return { further, scenario: withManagedPolicies(furtherScenario(outer, further), sources.managedPolicies) }
}

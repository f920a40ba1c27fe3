import { isAccountId, parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { Assumption, Decision, Step } from './decision.ts'
import { evaluate, prepareScenario } from './evaluate.ts'
import { dependentCallRequests } from './dependent-calls/requests.ts'
import { policyHolderOf, isResource } from './dependent-calls/call-view.ts'
import { normalizeRequest, evaluationInputOf } from './read-request.ts'
import { policyOf, sideOf } from './resource-side.ts'
import type { PoliciesInForce, Policy, Scenario } from './scenario.ts'
import { serviceRules } from './services/registry.ts'
import type { FurtherRequest } from './services/service-rule.ts'

/**
 * The requests AWS makes or needs besides this one: what the service's rule adds, then the known hops of docs/hops.md, of
 * each resource of a list on its own. A request that several rows or resources ask for stands once, under the first.
 */
export function furtherRequests(scenario: Scenario, readings?: SomeReadings): readonly FurtherRequest[] {
  const prepared = prepareScenario(scenario, readings)
  const { resource } = scenario.request
  const resources = resource === null || typeof resource === 'string' ? [resource] : resource
  const found = resources.flatMap((resource) => {
    const read = normalizeRequest(scenario.request, resource, scenario.resources, prepared.policies.readings)
    const input = evaluationInputOf(prepared, read, undefined)
    const rules = serviceRules(input.question.action.service)
    return [...rules.flatMap((rule) => rule.alsoRequires(input)), ...dependentCallRequests(input)]
  })
  const seen = new Set<string>()
  return found.filter(({ request }) => {
    const key = JSON.stringify(request)
    const fresh = !seen.has(key)
    seen.add(key)
    return fresh
  })
}

/** A request, and every further one it needs, each evaluated with its own policies (R-HOP-01). The first is not repeated. */
export const evaluateChain = (scenario: Scenario, readings?: SomeReadings): Decision => ({
  ...evaluate(scenario, readings),
  steps: evaluateFurther(scenario, readings).map(({ step }) => step),
})

/** A step of a call with the scenario that its decision was evaluated on. */
export interface EvaluatedStep {
  readonly step: Step
  readonly scenario: Scenario
  /** The assumptions made for the scenario; left out: none. */
  readonly assumptions?: readonly Assumption[]
  /** The dependent request that the step is of; left out: the step is the call itself. */
  readonly further?: FurtherRequest
}

/** Every further request that the first one needs, evaluated with its own policies. */
export const evaluateFurther = (scenario: Scenario, readings?: SomeReadings): readonly EvaluatedStep[] =>
  furtherRequests(scenario, readings).map((further) => {
    const held = furtherScenario(scenario, further)
    return { step: nextStep(further, evaluate(held, readings)), scenario: held }
  })

export const nextStep = (further: FurtherRequest, decision: Decision): Step => ({
  relation: 'next',
  request: further.request,
  why: further.why,
  rule: further.rule,
  ...(further.onlyIf === undefined ? {} : { onlyIf: further.onlyIf.fact }),
  decision: whereNeeded(further, decision),
})

/**
 * Decision of a further request that is perhaps not needed: what refuses it is not sure to refuse the call, and the fact it
 * hangs on is missing (ADR 0020).
 */
export function whereNeeded({ onlyIf }: Pick<FurtherRequest, 'onlyIf'>, decision: Decision): Decision {
  if (onlyIf === undefined || decision.decision === 'allowed') return decision
  return {
    ...decision,
    decision: 'undetermined',
    denyType: null,
    blockedBy: [],
    likelyReported: null,
    missing: [
      { ...onlyIf, kind: 'attribute', layer: 'service-guard', wouldAllowIf: null, bearsOn: 'decision' },
      ...decision.missing,
    ],
  }
}

/**
 * The scenario of a further request: of the layers of the first one those that bear on whoever makes it (R-HOP-04); the
 * resource's side is that of its own resource, found among the scenario's resources.
 */
export function furtherScenario(outer: Scenario, further: FurtherRequest): Scenario {
  const { request } = further
  const who = further.who ?? 'caller'
  const policies = outer.policies ?? {}
  // The same call on the same resource under another action (sts:TagSession): all that was in force stays.
  if (who === 'caller' && request.resource === outer.request.resource) return { ...outer, request }
  const sameOwner = request.resourceAccount !== undefined && request.resourceAccount === ownerOf(outer)
  const sameAccount = who !== 'role' || accountOfRole(request) === readCaller(outer.request).account
  const side = resourceSideOf(outer, request)
  const keepsComplete = policies.complete === true && side.known && who !== 'role'
  const next: PoliciesInForce = {
    ...layersOf(who, policies, sameAccount),
    ...(keepsComplete ? { complete: true } : {}),
    vpcEndpointPolicy: null,
    ...(who === 'caller' ? explicitLayers(policies, 'vpcEndpointPolicy') : {}),
    ...(sameOwner ? explicitLayers(policies, 'resourceControlPolicies') : {}),
    ...side.policies,
  }
  return asDependentCall(
    {
      request,
      policies: next,
      ...(outer.resources === undefined ? {} : { resources: outer.resources }),
      ...organizationOf(outer, sameOwner, sameAccount),
    },
    further,
  )
}

/**
 * Sets what follows from the kind of a hop, whoever found its policies: in a scenario as in a snapshot. A role that a
 * service works with has no session policy; a passed role asks no endpoint; and what AWS does for itself only the
 * endpoint can refuse.
 */
export function asDependentCall(scenario: Scenario, further: FurtherRequest): Scenario {
  const { who } = further
  let policies = scenario.policies ?? {}
  if (who === 'passes-role')
    policies = { ...policies, vpcEndpointPolicy: null, resourcePolicy: null, serviceGuards: null }
  if (who === 'role') policies = sessionOf(policies, further.scoped === true)
  if (who === 'endpoint') policies = { ...ONLY_ENDPOINT, ...gatewayPolicy(scenario) }
  if (further.closedKey === true) policies = { ...policies, resourcePolicy: null, serviceGuards: null }
  return { ...scenario, policies }
}

function sessionOf(policies: PoliciesInForce, scoped: boolean): PoliciesInForce {
  const { sessionPolicies: _callers, ...rest } = policies
  return scoped ? rest : { ...rest, sessionPolicies: null }
}

const NOT_OURS: Policy = {
  name: '(AWS’s own, taken to allow)',
  document: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
}

/** Rights inside AWS are not ours to judge; only what the endpoint refuses bears on the request (G-38). */
const ONLY_ENDPOINT: PoliciesInForce = {
  serviceControlPolicies: null,
  resourceControlPolicies: null,
  identityPolicies: [NOT_OURS],
  permissionsBoundary: null,
  sessionPolicies: null,
  resourcePolicy: {
    ...NOT_OURS,
    document: { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
  },
  serviceGuards: null,
}

/** The policy of the one gateway endpoint among the resources; undefined: not known. */
function gatewayPolicy({ resources = [] }: Scenario): Pick<PoliciesInForce, 'vpcEndpointPolicy'> {
  const endpoints = resources.filter(
    (resource) => isResource(resource.arn, 'ec2', 'vpc-endpoint/') && resource.policy !== undefined,
  )
  const [only] = endpoints
  if (only === undefined || endpoints.length > 1) return {}
  return { vpcEndpointPolicy: only.policy === null ? null : { ...policyOf(only), kind: 'gateway' } }
}

type LayerName = Exclude<keyof PoliciesInForce, 'complete'>

/** A layer as it is; where `complete` said that there is none, that is said for the layer, for what is new is not covered by it. */
function explicitLayers(policies: PoliciesInForce, ...names: LayerName[]): PoliciesInForce {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = policies[name]
      if (value !== undefined) return [[name, value]]
      return policies.complete === true ? [[name, null]] : []
    }),
  )
}

/** The layers of the principal. Of a role only what its account shares with the caller's is at hand. */
function layersOf(who: FurtherRequest['who'], policies: PoliciesInForce, sameAccount: boolean): PoliciesInForce {
  switch (who) {
    case 'service':
      return { serviceControlPolicies: null, identityPolicies: null, permissionsBoundary: null, sessionPolicies: null }
    case 'role':
      return sameAccount ? explicitLayers(policies, 'serviceControlPolicies') : {}
    case 'endpoint':
      return {}
    default:
      return explicitLayers(
        policies,
        'serviceControlPolicies',
        'identityPolicies',
        'permissionsBoundary',
        'sessionPolicies',
      )
  }
}

interface ResourceSide {
  readonly policies: PoliciesInForce
  /** Whether the scenario holds the resource. */
  readonly known: boolean
}

function resourceSideOf(outer: Scenario, request: Request): ResourceSide {
  if (typeof request.resource !== 'string') return { policies: {}, known: false }
  const arn = request.resource
  const holder = policyHolderOf(arn)
  const listed =
    outer.resources?.find((resource) => resource.arn === arn) ??
    outer.resources?.find((resource) => resource.arn === holder)
  if (listed !== undefined) return { policies: sideOf(listed), known: true }
  // The resource of the first request, or what lies in it: a bucket and its objects have one policy.
  const { resource } = outer.request
  if (typeof resource !== 'string' || policyHolderOf(resource) !== holder) return { policies: {}, known: false }
  const { resourcePolicy, serviceGuards } = outer.policies ?? {}
  return {
    policies: {
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
      ...(serviceGuards === undefined ? {} : { serviceGuards }),
    },
    known: true,
  }
}

/** The account that owns the first request's resource, as far as the scenario says. */
function ownerOf({ request, resources = [] }: Scenario): string | undefined {
  if (request.resourceAccount !== undefined) return request.resourceAccount
  if (typeof request.resource !== 'string') return undefined
  const inArn = parseArn(request.resource)?.account
  if (inArn !== undefined && isAccountId(inArn)) return inArn
  const holder = policyHolderOf(request.resource)
  return resources.find((resource) => resource.arn === holder)?.account ?? undefined
}

const accountOfRole = (request: Request): string | undefined => parseArn(request.principal)?.account

/** The paths of the two accounts hold on only where the accounts do. */
function organizationOf(outer: Scenario, sameOwner: boolean, sameAccount: boolean): Pick<Scenario, 'organization'> {
  const { organization } = outer
  if (organization === undefined) return outer.policies?.complete === true && sameAccount ? { organization: null } : {}
  if (organization === null) return sameAccount ? { organization } : {}
  const { resourcePath, principalPath, principalOutside, resourceOutside, ...rest } = organization
  return {
    organization: {
      ...rest,
      ...(sameAccount && principalPath !== undefined ? { principalPath } : {}),
      ...(sameOwner && resourcePath !== undefined ? { resourcePath } : {}),
      ...(sameAccount && principalOutside === true ? { principalOutside } : {}),
      ...(sameOwner && resourceOutside === true ? { resourceOutside } : {}),
    },
  }
}

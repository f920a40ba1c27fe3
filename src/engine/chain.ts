import type { Decision, Step } from './decision.ts'
import { evaluate, prepareScenario } from './evaluate.ts'
import { normalizeRequest, readCase } from './read-request.ts'
import type { PoliciesInForce, Resource, Scenario } from './scenario.ts'
import { serviceRules } from './services/registry.ts'
import type { FurtherRequest } from './services/service-rule.ts'

/** The requests AWS makes or needs besides this one, each resource of a list on its own (semantics G). */
export function furtherRequests(scenario: Scenario): readonly FurtherRequest[] {
  const prepared = prepareScenario(scenario)
  const { resource } = scenario.request
  const resources = resource === null || typeof resource === 'string' ? [resource] : resource
  return resources.flatMap((one) => {
    const facts = readCase(prepared, normalizeRequest(scenario.request, one), undefined)
    return serviceRules(facts.question.action.service).flatMap((rule) => rule.alsoRequires(facts))
  })
}

/** A request, and every further one it needs, each judged with its own policies (R-HOP-01). The first is not repeated. */
export function evaluateChain(scenario: Scenario): Decision {
  const steps = furtherRequests(scenario).map(
    (further): Step => nextStep(further, evaluate(furtherScenario(scenario, further))),
  )
  return { ...evaluate(scenario), steps }
}

export const nextStep = ({ request, why, rule }: FurtherRequest, decision: Decision): Step => ({
  relation: 'next',
  request,
  why,
  rule,
  decision,
})

/**
 * The scenario of a further request: the caller's layers stay, the resource's side is that of its own resource, found
 * among the scenario's resources. A forwarded request passes no VPC endpoint (R-CTX-10, R-HOP-04).
 */
export function furtherScenario(outer: Scenario, { request }: FurtherRequest): Scenario {
  // The same call on the same resource under another action (sts:TagSession): all that was in force stays.
  if (request.resource === outer.request.resource) return { ...outer, request }
  const policies = outer.policies ?? {}
  const arn = typeof request.resource === 'string' ? request.resource : undefined
  const resource = outer.resources?.find((one) => one.arn === arn)
  const account = request.resourceAccount
  const sameOwner = account !== undefined && account === outer.request.resourceAccount
  const next: PoliciesInForce = {
    ...withoutLayers(policies),
    ...(policies.complete === true && resource !== undefined ? { complete: true } : {}),
    vpcEndpointPolicy: null,
    ...(sameOwner && policies.resourceControlPolicies !== undefined
      ? { resourceControlPolicies: policies.resourceControlPolicies }
      : {}),
    ...(resource === undefined ? {} : resourceSide(resource)),
  }
  return {
    request,
    policies: next,
    ...(outer.resources === undefined ? {} : { resources: outer.resources }),
    ...organizationOf(outer, sameOwner),
  }
}

/** The caller's layers; where `complete` said that there is none, it is said layer by layer, for the key is not covered by it. */
function withoutLayers(policies: PoliciesInForce): PoliciesInForce {
  const given = <K extends keyof PoliciesInForce>(name: K): Partial<PoliciesInForce> => {
    const value = policies[name]
    if (value !== undefined) return { [name]: value }
    return policies.complete === true ? { [name]: null } : {}
  }
  return {
    ...given('serviceControlPolicies'),
    ...given('identityPolicies'),
    ...given('permissionsBoundary'),
    ...given('sessionPolicies'),
    ...(policies.complete === true && policies.resourceControlPolicies === undefined
      ? { resourceControlPolicies: null }
      : {}),
  }
}

function resourceSide(resource: Resource): Partial<PoliciesInForce> {
  const kind = resource.kind
  return {
    ...(resource.policy === undefined
      ? {}
      : {
          resourcePolicy:
            resource.policy === null
              ? null
              : {
                  name: resource.arn,
                  ...(kind === undefined ? {} : { kind }),
                  document: resource.policy,
                  ...(resource.file === undefined ? {} : { file: resource.file }),
                  ...(resource.lines === undefined ? {} : { lines: resource.lines }),
                },
        }),
    ...(resource.attributes === undefined ? {} : { serviceGuards: resource.attributes }),
  }
}

/** The path of the resource's account is another's unless the owner is the same. */
function organizationOf(outer: Scenario, sameOwner: boolean): Pick<Scenario, 'organization'> {
  const { organization } = outer
  if (organization === undefined) return outer.policies?.complete === true ? { organization: null } : {}
  if (organization === null || sameOwner) return { organization }
  const { resourcePath: _other, ...rest } = organization
  return { organization: rest }
}

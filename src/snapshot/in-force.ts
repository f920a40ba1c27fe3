import type { Organization, PoliciesInForce, Policy, PolicyLevel, Resource, Scenario } from '#engine/scenario.ts'
import { isAccountId } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'
import { relatedArns } from '#engine/dependent-calls/related.ts'
import { completeRequest, contextValue, type FilledFact } from './complete-request.ts'
import { endpointOf } from './endpoints.ts'
import { controlPoliciesOf, resourceControlPoliciesOf, organizationFor } from './organization.ts'
import {
  boundaryOf,
  hasOwnPolicies,
  identityPoliciesOf,
  isOutsideAccounts,
  type Principal,
  principalOf,
} from './principal.ts'
import { relatedResource, resourceSideOf } from './resource-side.ts'
import type { Snapshot } from './snapshot.ts'

/** The rest of a scenario for a request, and what was filled in or stays unknown on the way. */
export interface InForce {
  /** Completed: role path, unique id, tags, the account of the resource, the VPC of the endpoint. */
  readonly request: Request
  readonly policies: PoliciesInForce
  readonly resources: readonly Resource[]
  /** Undefined: not known. `null`: there is none. */
  readonly organization: Organization | null | undefined
  readonly filled: readonly FilledFact[]
  /** Why a layer is unknown, or what does not fit; one sentence each. */
  readonly notes: readonly string[]
}

/**
 * Everything in the snapshot that bears on the request, by layer (docs/layers).
 *
 * A part that is missing or unreadable is left out, which reads as unknown; only complete coverage makes it "none".
 * Session policies are in no snapshot and stay unknown.
 *
 * @param named ARNs that the evidence shows the call to be about besides its own resource
 */
export function policiesInForce(snapshot: Snapshot, asked: Request, named: readonly string[] = []): InForce {
  const principal = principalOf(snapshot, asked)
  const { request, filled, notes } = completeRequest(snapshot, asked, principal)
  const caller = principal.caller
  const account = caller.account !== undefined && isAccountId(caller.account) ? caller.account : undefined
  const scps = serviceControlPolicies(snapshot, principal, account)
  const side = resourceSideOf(snapshot, request)
  const rcps = resourceControlPoliciesOf(snapshot, ownersOf(request, side.others))
  const endpoint = endpointPolicy(snapshot, request)
  const policies: PoliciesInForce = {
    ...given('serviceControlPolicies', scps.levels),
    ...given('resourceControlPolicies', rcps.levels),
    ...given('vpcEndpointPolicy', endpoint),
    ...given('resourcePolicy', side.policy),
    ...identityLayers(snapshot, principal),
    ...given('serviceGuards', side.guards),
  }
  const why = [principal.why, scps.why, rcps.why].filter((text) => text !== undefined)
  return {
    request,
    policies,
    resources: withNamed(snapshot, named, withRelated(snapshot, request, side.others)),
    organization: organizationFor(snapshot, account, request.resourceAccount),
    filled,
    notes: [...new Set([...why, ...notes, ...side.notes])],
  }
}

/** Whose the resource is, and the bucket behind it where it is an access point. */
function ownersOf({ resource, resourceAccount }: Request, others: readonly Resource[]): readonly string[] {
  const isPoint = typeof resource === 'string' && /^arn:[a-z-]{1,20}:s3:.*:accesspoint\//.test(resource)
  const buckets = isPoint ? others.filter(({ kind }) => kind === 'bucket') : []
  return [resourceAccount, ...buckets.map(({ account }) => account)].filter((owner) => typeof owner === 'string')
}

/** Resources the request names besides its own: an instance profile, a key, the bucket a copy reads. */
function withRelated(snapshot: Snapshot, request: Request, known: readonly Resource[]): readonly Resource[] {
  const named = relatedArns(request).filter((arn) => !known.some((resource) => resource.arn === arn))
  return [...known, ...named.flatMap((arn) => relatedResource(snapshot, arn) ?? [])]
}

/** What the call is about is among the resources also where the snapshot does not have it: its policy is then not known. */
function withNamed(snapshot: Snapshot, named: readonly string[], known: readonly Resource[]): readonly Resource[] {
  const all = [...known]
  for (const arn of named) {
    const found = relatedResource(snapshot, arn) ?? { arn }
    // The key behind an alias may be there by its own ARN.
    if (!all.some((resource) => resource.arn === arn || resource.arn === found.arn)) all.push(found)
  }
  return all
}

/** The scenario of a request against the snapshot: the policies, resources and organization that bear on it. */
export function scenarioOf(snapshot: Snapshot, asked: Request): Scenario {
  const { request, policies, resources, organization } = policiesInForce(snapshot, asked)
  return { request, policies, resources, ...given('organization', organization) }
}

/** A field that is left out where it is not known. */
function given<K extends string, T>(name: K, value: T | undefined): { readonly [key in K]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: T }
}

/** Services, anonymous callers and identity providers are in no account: no SCP limits them (D.2, R-STS-10). */
function serviceControlPolicies(
  snapshot: Snapshot,
  { caller }: Principal,
  account: string | undefined,
): { readonly levels: readonly PolicyLevel[] | null | undefined; readonly why?: string } {
  if (isOutsideAccounts(caller)) return { levels: null }
  return account === undefined ? { levels: undefined } : controlPoliciesOf(snapshot, account, 'scps')
}

function identityLayers(snapshot: Snapshot, principal: Principal): PoliciesInForce {
  const { caller, entity } = principal
  if (entity !== undefined)
    return { identityPolicies: identityPoliciesOf(snapshot, entity), permissionsBoundary: boundaryOf(snapshot, entity) }
  // Root and callers outside accounts have neither (D.2); who is merely not in the snapshot may have both.
  if (hasOwnPolicies(caller) || caller.kind === 'unknown') return {}
  const none = { identityPolicies: null, permissionsBoundary: null }
  return isOutsideAccounts(caller) ? { ...none, sessionPolicies: null } : none
}

/** The policy of the endpoint that the context names; a context without one says nothing of the way the call took. */
function endpointPolicy(snapshot: Snapshot, request: Request): Policy | null | undefined {
  const id = contextValue(request, 'aws:sourcevpce')
  if (id === null) return null
  return typeof id === 'string' ? endpointOf(snapshot, id)?.policy : undefined
}

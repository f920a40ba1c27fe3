import { ancestorsAsked } from '#engine/calls.ts'
import type { ManagedPolicies } from '#engine/managed-policies.ts'
import type { PreparedPolicies, PreparedPolicy } from '#engine/prepare.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import type { Organization, Policy } from '#engine/scenario.ts'
import { readAction } from '#iam/action.ts'
import type { Request } from '#iam/request.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { Budget } from '#space/budget.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { type Answer, accessQuestion, newAnswers } from './answer.ts'
import { answerForMany } from './many-resources.ts'
import type { Region } from './regions.ts'
import type { SoughtRequest } from './statement-prefilter.ts'
import { askedArn, type ResourceSide } from './resource-side-access.ts'
import { newPreparedPolicyCache, prepareResourceSide, type PreparedPolicyCache } from './prepared-policy-cache.ts'
import type { Who } from './snapshot-callers.ts'

/** A question who may do an action on a resource; keys of `context` are fixed, all others are free. */
export interface WhoCanQuestion {
  readonly action: string
  readonly resource: string
  /** Where the ARN does not say whose the resource is, and the snapshot does not list it. */
  readonly resourceAccount?: string
  readonly context?: NonNullable<Request['context']>
}

/** A sweep: one question put to many principals. */
export interface Sweep {
  readonly snapshot: Snapshot
  readonly side: ResourceSide
  /** Undefined: nothing is left out before it is evaluated. */
  readonly sought: SoughtRequest | undefined
  readonly preparedPolicies: PreparedPolicyCache
  readonly budget: Budget
  readonly answerPrepared: (prepared: PreparedScenario) => SetAnswer
}

/** Answer for many resources at once: what each part of them comes to. */
export interface SetAnswer extends Answer {
  readonly regions?: readonly Region<Answer>[]
}

export function newSweep(
  snapshot: Snapshot,
  question: WhoCanQuestion,
  {
    managedPolicies,
    index = true,
    budget: steps,
  }: { readonly managedPolicies: ManagedPolicies; readonly index?: boolean; readonly budget?: number | undefined },
): Sweep {
  const side = resourceSide(snapshot, question)
  const action = readAction(side.request.action)
  const budget = new Budget(steps)
  const answers = newAnswers(budget)
  const isSet = isManyResources(question.resource)
  // What bears on the ancestors of a resource bears on the request, too.
  const arn = ancestorsAsked(side.request).length === 0 ? askedArn(side) : undefined
  return {
    snapshot,
    side,
    sought: index && !isSet && action !== undefined ? { action, arn } : undefined,
    preparedPolicies: newPreparedPolicyCache(managedPolicies),
    budget,
    answerPrepared: isSet
      ? (prepared) => answerForMany(prepared, question.resource, answers, budget)
      : (prepared) => answers(accessQuestion(prepared)),
  }
}

/** An ARN with wildcards stands for every ARN it holds; `*` alone is a call without a resource (R-REQ-04). */
export const isManyResources = (resource: string): boolean =>
  resource !== '*' && (resource.includes('*') || resource.includes('?'))

/** Who asks makes no difference to what is in force on the resource's side, so it is looked up for nobody. */
function resourceSide(snapshot: Snapshot, question: WhoCanQuestion): ResourceSide {
  const { action, resource, resourceAccount, context } = question
  const { request, policies, resources } = policiesInForce(snapshot, {
    principal: 'anonymous',
    action,
    resource,
    ...(resourceAccount === undefined ? {} : { resourceAccount }),
    ...(context === undefined ? {} : { context }),
  })
  const { vpcEndpointPolicy = null } = policies
  return { request, policies: prepareResourceSide({ ...policies, vpcEndpointPolicy }), resources }
}

/** Asks for a principal that is looked up by itself. `place`: what is known of its organization besides. */
export function answerForNamed(
  { snapshot, side, preparedPolicies: cache, answerPrepared }: Sweep,
  who: Who,
  place: Pick<Organization, 'principalPath'> = {},
): SetAnswer {
  const { request, policies, organization } = policiesInForce(snapshot, { ...side.request, ...who })
  const prepared: PreparedPolicies = {
    ...side.policies,
    serviceControlPolicies: cache.levels(policies.serviceControlPolicies),
    identityPolicies: listOf(policies.identityPolicies, cache.identity),
    permissionsBoundary: policies.permissionsBoundary && cache.boundary(policies.permissionsBoundary),
    sessionPolicies: null,
  }
  const placed = organization && { ...organization, ...place }
  const scenario = { request, resources: side.resources, ...(placed === undefined ? {} : { organization: placed }) }
  return answerPrepared({ scenario, policies: prepared })
}

function listOf(
  policies: readonly Policy[] | null | undefined,
  prepare: (policy: Policy) => PreparedPolicy,
): PreparedPolicies['identityPolicies'] {
  if (policies === null || policies === undefined) return policies
  return policies.length === 0 ? null : policies.map(prepare)
}

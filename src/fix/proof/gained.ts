import type { Scenario } from '#engine/scenario.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import type { BudgetedEvaluator } from '../budgeted-evaluator.ts'
import type { AccessSet } from '#space/access-set.ts'
import { type Direction, NONE, undecided } from '#prove/direction.ts'
import { type DirectionOptions, inForceDirection } from '#prove/in-force.ts'
import { onOwnResource, ownPatterns } from '#prove/own-resource.ts'

/**
 * Both sides, ready to be compared. They know the same of other resources: their policies bear on requests of their own,
 * which are steps of their own.
 */
export function comparable(
  before: Scenario,
  after: Scenario,
  { prepared }: BudgetedEvaluator,
): readonly [PreparedScenario, PreparedScenario] {
  const { resources: _, ...rest } = after
  const same: Scenario = before.resources === undefined ? rest : { ...rest, resources: before.resources }
  return [prepared(onOwnResource(before)), prepared(onOwnResource(same))]
}

/** Access that the principal of the scenarios has after and had not before, whatever the request. */
export function gainedBy(
  before: Scenario,
  after: Scenario,
  evaluator: BudgetedEvaluator,
  options: DirectionOptions,
): Direction {
  const [old, next] = comparable(before, after, evaluator)
  const here = inForceDirection(old, next, 1, { ...options, ...onlyGuarded(before, after) })
  return here.access === 'none' ? grantedElsewhere(before, after, evaluator, options) : here
}

/** Access that the principal of the scenarios had before and has not after, whatever the request. */
export function takenBy(before: Scenario, after: Scenario, evaluator: BudgetedEvaluator): Direction {
  const [old, next] = comparable(before, after, evaluator)
  return inForceDirection(old, next, 0, { budget: evaluator.budget, ...onlyOwn(before, after) })
}

/** The policy of a resource takes nothing away on other resources, whatever its `NotResource` leaves out. */
function onlyOwn(before: Scenario, after: Scenario): Pick<DirectionOptions, 'resources'> {
  const others = ({ policies }: Scenario): string => JSON.stringify({ ...policies, resourcePolicy: undefined })
  const { resource } = before.request
  return typeof resource === 'string' && others(before) === others(after) ? { resources: ownPatterns(resource) } : {}
}

/** Who owns an object and what its ACL says is known of the request's own alone: no other can show what a setting changes. */
function onlyGuarded(before: Scenario, after: Scenario): Pick<DirectionOptions, 'resources'> {
  const guards = ({ policies }: Scenario): string => JSON.stringify(policies?.serviceGuards ?? null)
  if (guards(before) === guards(after)) return {}
  return { resources: [before.request.resource ?? []].flat() }
}

/** Layers that let through what another layer grants. */
const LIMITS = [
  'serviceControlPolicies',
  'resourceControlPolicies',
  'permissionsBoundary',
  'sessionPolicies',
  'vpcEndpointPolicy',
] as const

/**
 * Gain on other resources than the request's: what a guardrail lets through now may be granted by the policy of another
 * resource, which is not at hand. So nothing is gained only if even a caller with every permission would gain nothing on
 * other resources than the request's.
 */
function grantedElsewhere(
  before: Scenario,
  after: Scenario,
  evaluator: BudgetedEvaluator,
  options: DirectionOptions,
): Direction {
  const limits = ({ policies }: Scenario): string => JSON.stringify(LIMITS.map((layer) => policies?.[layer]))
  if (limits(before) === limits(after)) return NONE
  const { resource } = before.request
  const own = [resource ?? []].flat().flatMap(ownPatterns)
  const here: AccessSet = { principals: ['*'], actions: ['*'], resources: own, conditions: [] }
  const [old, next] = comparable(withEverything(before), withEverything(after), evaluator)
  const intended = [...(options.intended ?? []), ...(own.length === 0 ? [] : [here])]
  const { access, reason } = inForceDirection(old, next, 1, { ...options, intended, apart: true })
  if (access === 'none') return NONE
  return undecided(access === 'some' ? ELSEWHERE : (reason ?? ELSEWHERE))
}

const ELSEWHERE = 'the policies of other resources are not compared, and may grant what is let through'

const EVERYTHING = {
  name: 'everything',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
}

const withEverything = (scenario: Scenario): Scenario => ({
  ...scenario,
  policies: { ...scenario.policies, identityPolicies: [EVERYTHING], resourcePolicy: null, serviceGuards: null },
  resources: [],
})

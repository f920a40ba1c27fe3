import type { PreparedScenario } from '#engine/read-request.ts'
import { ownResource } from '#engine/resource-side.ts'
import type { Attributes } from '#engine/scenario.ts'
import { policyHolderArns, hasOwnPolicy } from '#iam/policy-holder.ts'

/**
 * How much a scenario says of a resource: `all`, or what it says of its `own`; of what shares the holder of its policy, such
 * as another object of the bucket, all but what each has by itself; of one that it lists what stands there; of any other
 * `nothing`, however complete it is, for that says what is in force for its own request.
 */
type StatedPolicy = 'all' | 'own' | 'shared' | 'listed' | 'nothing'

function statedPolicyOf(arn: string, prepared: PreparedScenario): StatedPolicy {
  const { scenario, policies } = prepared
  const { request, resources = [] } = scenario
  const own = [request.resource ?? []].flat()
  const isKnown = policies.resourcePolicy !== undefined || ownResource(resources, arn)?.policy !== undefined
  if (own.includes(arn)) {
    const hasGuards = policies.complete || guardsOf(arn, prepared) !== undefined
    return isKnown && hasGuards ? 'all' : 'own'
  }
  const holder = holderOf(arn)
  if (isKnown && own.some((ownArn) => holderOf(ownArn) === holder)) return 'shared'
  return resources.some((resource) => resource.arn === holder) ? 'listed' : 'nothing'
}

const holderOf = (arn: string): string => (hasOwnPolicy(arn) ? arn : (policyHolderArns(arn).at(-1) ?? arn))

/**
 * The scenario as it bears on one resource, with what it does not say of that open. Undefined: it says all. Null is none of
 * the attributes; one left out is not known.
 */
export function openedFor(arn: string, prepared: PreparedScenario): PreparedScenario | undefined {
  const described = statedPolicyOf(arn, prepared)
  if (described === 'all') return undefined
  if (described === 'own') return prepared
  const { scenario, policies } = prepared
  const organization = scenario.organization === undefined && policies.complete ? null : scenario.organization
  const known = organization === undefined ? scenario : { ...scenario, organization }
  if (described === 'shared') {
    const serviceGuards = sharedOf(guardsOf(arn, prepared), policies.complete)
    return { scenario: known, policies: { ...policies, complete: false, serviceGuards } }
  }
  const { resourcePolicyKind: _, ...rest } = policies
  const open = { resourcePolicyKind: undefined, resourcePolicyGiven: false, resourcePolicy: undefined }
  const complete = described === 'listed' && policies.complete
  return { scenario: known, policies: { ...rest, ...open, complete, serviceGuards: undefined } }
}

function guardsOf(arn: string, { scenario, policies }: PreparedScenario): Attributes | null | undefined {
  if (policies.serviceGuards !== undefined) return policies.serviceGuards
  return scenario.resources?.find((resource) => resource.arn === arn || resource.arn === holderOf(arn))?.attributes
}

/** Attributes that an S3 object has by itself (docs/snapshot.md). */
const OF_EACH: ReadonlySet<string> = new Set(['objectAcl', 'objectOwner', 'objectExists'])

/** Attributes that S3 objects share with their bucket, or with the access point they are asked for by. */
const SHARED = [
  'acl',
  'objectOwnership',
  'blockPublicAccess',
  'accountBlockPublicAccess',
  'requesterPays',
  'abac',
  'tags',
  'bucket',
  'buckets',
  'networkOrigin',
  'vpcId',
]

function sharedOf(guards: Attributes | null | undefined, complete: boolean): Attributes {
  const unset = complete || guards === null ? SHARED.map((name) => [name, null] as const) : []
  const shared = Object.entries(guards ?? {}).filter(([name]) => !OF_EACH.has(name))
  return Object.fromEntries([...unset, ...shared])
}

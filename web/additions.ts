import type { PoliciesInForce, Policy, PolicyLayer, Request, Scenario } from '#http/wire.ts'
import { keyOf, LEVELS, LISTS, placesOf, SINGLES } from './places.ts'

/** A policy that is not in force and is judged as if it were. */
export interface Addition {
  readonly layer: PolicyLayer
  /** Level of the organization. */
  readonly where?: string
  readonly policy: Policy & { readonly kind?: string }
  /** Whose requests it bears on; left out: everybody's. */
  readonly principal?: string
  /** Requests to this resource, or to what lies in it; left out: to any. */
  readonly resource?: string
}

export const keyOfAddition = ({ layer, where, policy }: Addition): string =>
  keyOf(layer, where, policy.name, policy.arn)

/** Whether the request is for the resource or for what lies in it: an object of a bucket. */
export const isFor = ({ resource }: Request, named: string): boolean =>
  [resource ?? []].flat().some((one) => one === named || one.startsWith(`${named}/`) || one.startsWith(`${named}:`))

const bearsOn = ({ principal, resource }: Addition, { request }: Scenario): boolean =>
  (principal === undefined || request.principal === principal) && (resource === undefined || isFor(request, resource))

/** Scenario with a policy added to what was in force. A scenario on which the policy does not bear comes back as it is. */
export function withAddition(scenario: Scenario, addition: Addition): Scenario {
  const { policies } = scenario
  const { layer, where, policy } = addition
  const put = (part: Partial<PoliciesInForce>): Scenario => ({ ...scenario, policies: { ...policies, ...part } })
  const level = LEVELS.find(([, one]) => one === layer)?.[0]
  if (level !== undefined && where !== undefined) {
    const there = policies?.[level] ?? []
    const at = there.findIndex(({ target }) => target === where)
    if (at < 0)
      return bearsOn(addition, scenario)
        ? put({ [level]: [...there, { target: where, policies: [policy] }] })
        : scenario
    return put({
      [level]: there.map((one, i) => (i === at ? { ...one, policies: [...(one.policies ?? []), policy] } : one)),
    })
  }
  if (!bearsOn(addition, scenario)) return scenario
  const list = LISTS.find(([, one]) => one === layer)?.[0]
  if (list !== undefined) return put({ [list]: [...(policies?.[list] ?? []), policy] })
  const single = SINGLES.find(([, one]) => one === layer)?.[0]
  return single === undefined ? scenario : put({ [single]: policy })
}

/** Scenario without these policies: a layer that loses its only one has none. */
export function withoutPolicies(scenario: Scenario, removed: ReadonlySet<string>): Scenario {
  const { policies } = scenario
  if (policies === undefined || removed.size === 0) return scenario
  const stays = (layer: PolicyLayer, { name, arn }: Policy, where?: string): boolean =>
    !removed.has(keyOf(layer, where, name, arn))
  const next: Record<string, unknown> = { ...policies }
  for (const [field, layer] of LISTS)
    if (policies[field]) next[field] = policies[field].filter((policy) => stays(layer, policy))
  for (const [field, layer] of SINGLES) if (policies[field] && !stays(layer, policies[field])) next[field] = null
  for (const [field, layer] of LEVELS)
    if (policies[field])
      next[field] = policies[field].map((level) =>
        level.policies === undefined
          ? level
          : { ...level, policies: level.policies.filter((policy) => stays(layer, policy, level.target)) },
      )
  return { ...scenario, policies: next as PoliciesInForce }
}

/** A policy of the reader's own, to begin with: on this request, in this layer. */
export function newPolicy(scenario: Scenario, layer: PolicyLayer, level: string | undefined): Addition {
  const { request } = scenario
  const isLevel = LEVELS.some(([, one]) => one === layer)
  const where = isLevel ? (level ?? accountOf(request, layer)) : undefined
  const resource = [request.resource ?? []].flat()[0]
  const kind = layer === 'resource-policy' ? kindOf(request) : undefined
  const document = { Version: '2012-10-17', Statement: statements(request, layer, level === undefined, kind) }
  return {
    layer,
    policy: { name: freeName(scenario, layer, where), document, ...(kind === undefined ? {} : { kind }) },
    ...(where === undefined ? {} : { where }),
    ...(OF_RESOURCE.has(layer) ? {} : { principal: request.principal }),
    ...(OF_RESOURCE.has(layer) && resource !== undefined ? { resource } : {}),
  }
}

const OF_RESOURCE: ReadonlySet<PolicyLayer> = new Set([
  'resource-policy',
  'resource-control-policy',
  'vpc-endpoint-policy',
])

function freeName(scenario: Scenario, layer: PolicyLayer, where: string | undefined): string {
  const taken = new Set(placesOf(scenario).map(({ key }) => key))
  for (let i = 1; ; i++) {
    const name = i === 1 ? 'new policy' : `new policy ${i}`
    if (!taken.has(keyOf(layer, where, name, undefined))) return name
  }
}

/** A level that is not named stands for the account's own. */
function accountOf({ principal, resource, resourceAccount }: Request, layer: PolicyLayer): string {
  const of = (arn: string | undefined): string => arn?.split(':')[4] ?? ''
  const account =
    layer === 'service-control-policy' ? of(principal) : (resourceAccount ?? of([resource ?? []].flat()[0]))
  return account === '' ? 'account' : account
}

/** The two kinds that allow by rules of their own (R-KMS-01, R-TRUST-01). */
const kindOf = ({ action }: Request): string | undefined =>
  action?.startsWith('kms:') === true ? 'key' : action?.startsWith('sts:AssumeRole') === true ? 'trust' : undefined

function statements(request: Request, layer: PolicyLayer, isFirst: boolean, kind: string | undefined): unknown[] {
  const action = request.action ?? '*'
  const resource = request.resource ?? '*'
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const deny = { Sid: 'Tried', Effect: 'Deny', Action: action, Resource: '*' }
  switch (layer) {
    case 'service-control-policy':
      return isFirst ? [everything, deny] : [deny]
    case 'resource-control-policy':
      return (isFirst ? [everything, deny] : [deny]).map(({ Effect, ...rest }) => ({ Effect, Principal: '*', ...rest }))
    case 'vpc-endpoint-policy':
      return [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }]
    case 'permissions-boundary':
      return [{ Sid: 'Tried', Effect: 'Allow', Action: `${action.split(':')[0]}:*`, Resource: '*' }]
    case 'resource-policy': {
      const named = request.principalDetails?.roleArn ?? request.principal
      const one = { Sid: 'Tried', Effect: 'Allow', Principal: { AWS: named }, Action: action }
      return [kind === 'trust' ? one : { ...one, Resource: kind === 'key' ? '*' : resource }]
    }
    default:
      return [{ Sid: 'Tried', Effect: 'Allow', Action: action, Resource: resource }]
  }
}

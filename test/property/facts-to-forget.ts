/** Every fact of a scenario, each forgotten: what the scenario is without it. */
import type { Attributes, PoliciesInForce, Policy, PolicyLevel, Resource, Scenario } from '#engine/scenario.ts'

/** A scenario without one fact, and which one. */
export interface Forgotten {
  readonly kind: string
  readonly scenario: Scenario
  /** Facts that are taken to be as they usually are where nobody says them: then the answer says that it takes them so. */
  readonly told?: readonly string[]
}

const OWNER = 'objectOwner'
const MANAGER = 'management account of the organization'

const without = <T extends object>(value: T, name: string): T =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)) as T

const withPolicies = (scenario: Scenario, policies: PoliciesInForce): Scenario => ({ ...scenario, policies })

/** "Complete" would say of what is forgotten that it is not there. */
function open(scenario: Scenario): Scenario {
  return { ...scenario, policies: { ...scenario.policies, complete: false } }
}

const openKeys = (scenario: Scenario): Scenario => ({
  ...scenario,
  request: { ...scenario.request, contextComplete: false },
})

const OF_FORWARDED_CALLS = /^(aws:calledvia(first|last)?|aws:viaawsservice|kms:viaservice)$/i
const OF_ENDPOINTS = /^aws:(sourcevpce?|vpcsourceip)$/i

/**
 * A call that a service makes for the caller carries no key of an endpoint (R-CTX-10): where a request lists keys of both, each says
 * how it came, and forgetting one leaves what the other says.
 */
function isOfTwoWays(key: string, context: object): boolean {
  const isSent = (pattern: RegExp): boolean =>
    Object.entries(context).some(([name, value]) => pattern.test(name) && value !== null && value !== false)
  const isOfOne = OF_FORWARDED_CALLS.test(key) || OF_ENDPOINTS.test(key)
  return isOfOne && isSent(OF_FORWARDED_CALLS) && isSent(OF_ENDPOINTS)
}

/** Each key that is listed, made unknown, and left out of a list that is not complete. */
function contextKeys(scenario: Scenario): readonly Forgotten[] {
  const { context = {} } = scenario.request
  return Object.keys(context)
    .filter((key) => !isOfTwoWays(key, context))
    .map((key): Forgotten => {
      const unknown = { ...context, [key]: { state: 'unknown' } as const }
      return { kind: 'context key', scenario: { ...scenario, request: { ...scenario.request, context: unknown } } }
    })
}

/** The root user has no identity policy and no boundary (R-PRIN-10): policies that are given say that the session is of another user. */
const isRootWithPolicies = ({ request, policies }: Scenario): boolean =>
  request.principalDetails?.federatedBy?.endsWith(':root') === true &&
  ((policies?.identityPolicies ?? []).length > 0 || (policies?.permissionsBoundary ?? null) !== null)

/** That an access point has no attributes says that its bucket is of its own account: who says another contradicts it (R-XACC-04). */
const isSaidByNull = ({ request, policies }: Scenario): boolean =>
  policies?.serviceGuards === null &&
  typeof request.resource === 'string' &&
  request.resource.includes(':accesspoint/') &&
  request.resource.split(':')[4] !== request.resourceAccount

function requestFacts(scenario: Scenario): readonly Forgotten[] {
  const { request } = scenario
  const found: Forgotten[] = []
  const add = (kind: string, name: keyof Scenario['request']): void => {
    if (request[name] !== undefined) found.push({ kind, scenario: { ...scenario, request: without(request, name) } })
  }
  if (!isSaidByNull(scenario)) add('resourceAccount', 'resourceAccount')
  if (request.contextComplete === true) found.push({ kind: 'contextComplete', scenario: openKeys(scenario) })
  if (request.principalTags !== undefined)
    found.push({
      kind: 'principalTags',
      scenario: openKeys({ ...scenario, request: without(request, 'principalTags') }),
    })
  const details = request.principalDetails
  if (details?.roleArn !== undefined && request.principal.includes(':assumed-role/'))
    found.push({
      kind: 'role path',
      told: ['path of the role'],
      scenario: { ...scenario, request: { ...request, principalDetails: without(details, 'roleArn') } },
    })
  if (details?.userId !== undefined)
    found.push({
      kind: 'unique id',
      scenario: { ...scenario, request: { ...request, principalDetails: without(details, 'userId') } },
    })
  if (
    details?.federatedBy !== undefined &&
    request.principal.includes(':federated-user/') &&
    !isRootWithPolicies(scenario)
  )
    found.push({
      kind: 'parent user',
      scenario: { ...scenario, request: { ...request, principalDetails: without(details, 'federatedBy') } },
    })
  if (typeof request.resource === 'string' && request.resource.startsWith('arn:'))
    found.push({ kind: 'resource', scenario: { ...scenario, request: { ...request, resource: null } } })
  return found
}

/** Of an organization that is in no list of keys either. */
function organizationFacts(scenario: Scenario): readonly Forgotten[] {
  const { organization, ...rest } = scenario
  if (organization === undefined) return []
  const all: Forgotten = { kind: 'organization', scenario: openKeys(rest), told: [MANAGER] }
  if (organization === null) return [all]
  const fields = ['managementAccount', 'principalPath', 'resourcePath', 'id'].filter((name) => name in organization)
  return [
    all,
    ...fields.map(
      (name): Forgotten => ({
        kind: `organization.${name}`,
        scenario: { ...scenario, organization: without(organization, name) },
      }),
    ),
  ]
}

export const LISTS = [
  'serviceControlPolicies',
  'resourceControlPolicies',
  'identityPolicies',
  'sessionPolicies',
] as const
export const SINGLES = ['vpcEndpointPolicy', 'resourcePolicy', 'permissionsBoundary'] as const
const LEVELS: readonly string[] = ['serviceControlPolicies', 'resourceControlPolicies']

/**
 * "Layer, `organization`, attribute left out: unknown where it could apply" (docs/json.md, "Scenario"): what is given for an account that
 * is in no organization, or as the policy of what can have none, is judged where it is given and is not asked for where it is not.
 */
function couldApply(name: string, { request, organization, policies }: Scenario): boolean {
  const isNowhere = organization === null || [organization?.principalPath, organization?.resourcePath].includes(null)
  if (LEVELS.includes(name)) return !isNowhere
  if (name !== 'resourcePolicy') return true
  // The policy of an AWS managed key follows from its manager (R-KMS-13).
  const isOfAws = policies?.serviceGuards?.['keyManager'] === 'AWS'
  return !isOfAws && !WITHOUT_POLICY.some((service) => request.action.startsWith(`${service}:`))
}

/** Services without resource-based policies (R-OTH-01); a role's trust policy is not asked who passes it (R-PASS-01). */
const WITHOUT_POLICY = ['ec2', 'iam']

/** Each layer as a whole, each level's policies, each document. */
function policyFacts(scenario: Scenario): readonly Forgotten[] {
  const policies = scenario.policies ?? {}
  const found: Forgotten[] = []
  if (policies.complete === true) found.push({ kind: 'complete', scenario: open(scenario) })
  for (const name of [...LISTS, ...SINGLES])
    if (policies[name] !== undefined && couldApply(name, scenario)) {
      const left = open(withPolicies(scenario, without(policies, name)))
      // The policy of an endpoint says that the request came through one; a list of keys that is complete would say that it did not:
      // "context key not listed: what follows …; else absent if `contextComplete`" (docs/json.md, "Scenario").
      found.push({ kind: name, scenario: name === 'vpcEndpointPolicy' ? openKeys(left) : left })
    }
  for (const name of LISTS) {
    const given: readonly (Policy | PolicyLevel)[] = policies[name] ?? []
    given.forEach((one, i) => {
      const put = (changed: unknown): Scenario =>
        withPolicies(scenario, { ...policies, [name]: given.with(i, changed as Policy) })
      if (!LEVELS.includes(name)) found.push({ kind: `document of ${name}`, scenario: put(without(one, 'document')) })
      else if ('policies' in one) {
        found.push({ kind: `level of ${name}`, scenario: put(without(one, 'policies')) })
        const listed = (one as PolicyLevel).policies ?? []
        listed.forEach((policy, j) =>
          found.push({
            kind: `document of ${name}`,
            scenario: put({ ...one, policies: listed.with(j, without(policy, 'document')) }),
          }),
        )
      }
    })
  }
  for (const name of SINGLES) {
    const given = policies[name]
    if (given !== undefined && given !== null)
      found.push({
        kind: `document of ${name}`,
        scenario: withPolicies(scenario, { ...policies, [name]: without(given, 'document') }),
      })
  }
  return found
}

/** The attributes without one, and a set of switches without one of them. */
function withoutEach(attributes: Attributes): readonly (readonly [name: string, left: Attributes])[] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    const whole = [name, without(attributes, name)] as const
    if (!name.toLowerCase().endsWith('blockpublicaccess') || typeof value !== 'object' || value === null) return [whole]
    const switches = Object.keys(value).map(
      (one) => [`${name}.${one}`, { ...attributes, [name]: without(value, one) }] as const,
    )
    return [whole, ...switches]
  })
}

/** Tags, from which keys follow, are in no list of keys either. */
function attributeOf(prefix: string, name: string, scenario: Scenario): Forgotten {
  const left = name === 'bucketAccount' ? withoutOwner(open(scenario)) : open(scenario)
  return {
    kind: `${prefix} ${name}`,
    scenario: ['tags', 'abac', 'aliases'].includes(name) ? openKeys(left) : left,
    ...(name === OWNER || name === 'objectOwnership' ? { told: [OWNER] } : {}),
  }
}

function guardFacts(scenario: Scenario): readonly Forgotten[] {
  const { policies = {} } = scenario
  const guards = policies.serviceGuards
  if (guards === undefined) return []
  const all: Forgotten = {
    kind: 'serviceGuards',
    scenario: openKeys(open(withPolicies(scenario, without(policies, 'serviceGuards')))),
    told: [OWNER],
  }
  if (guards === null) return [all]
  return [
    all,
    ...withoutEach(guards).map(([name, left]) =>
      attributeOf('attribute', name, withPolicies(scenario, { ...policies, serviceGuards: left })),
    ),
  ]
}

/** Whose a bucket behind an access point is, its attributes and the request say as well: it is forgotten where it is forgotten everywhere. */
function withoutOwner(scenario: Scenario): Scenario {
  const { request, policies = {} } = scenario
  const guards = policies.serviceGuards
  const left = guards === undefined || guards === null ? undefined : without(guards, 'bucketAccount')
  const { serviceGuards: _, ...others } = policies
  return {
    ...scenario,
    request: without(request, 'resourceAccount'),
    policies: left === undefined ? others : { ...others, serviceGuards: left },
  }
}

/** Each resource, and each thing that is said of it. */
function resourceFacts(scenario: Scenario): readonly Forgotten[] {
  const { resources = [] } = scenario
  return resources.flatMap((resource, i) => {
    const put = (changed: Resource): Scenario => ({ ...scenario, resources: resources.with(i, changed) })
    const all = openKeys(open({ ...scenario, resources: resources.toSpliced(i, 1) }))
    const isAsked = resource.policy === undefined || couldApply('resourcePolicy', scenario)
    const found: Forgotten[] = isAsked
      ? [{ kind: 'resources[]', scenario: resource.account === undefined ? all : withoutOwner(all), told: [OWNER] }]
      : []
    if (resource.policy !== undefined && couldApply('resourcePolicy', scenario))
      found.push({ kind: 'resources[].policy', scenario: open(put(without(resource, 'policy'))) })
    if (resource.account !== undefined)
      found.push({ kind: 'resources[].account', scenario: withoutOwner(open(put(without(resource, 'account')))) })
    if (resource.attributes === undefined) return found
    const { attributes } = resource
    const each = withoutEach(attributes).map(([name, left]) =>
      attributeOf('resources[]', name, put({ ...resource, attributes: left })),
    )
    return [...found, ...each]
  })
}

export const allFacts = (scenario: Scenario): readonly Forgotten[] => [
  ...contextKeys(scenario),
  ...requestFacts(scenario),
  ...organizationFacts(scenario),
  ...policyFacts(scenario),
  ...guardFacts(scenario),
  ...resourceFacts(scenario),
]

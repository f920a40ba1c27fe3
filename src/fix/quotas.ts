import type { Policy, Scenario } from '#engine/scenario.ts'
import { readCaller } from '#iam/caller.ts'
import { documentValue } from '#iam/json-value.ts'
import { hasUnknownPlaceholder } from './unknown-placeholders.ts'
import { holderOf, type PolicyLocation } from './policy-location.ts'

/** How long the changed policy is, and how long it may be (R-QUOTA-01, R-QUOTA-02). */
export interface Quota {
  readonly what: string
  readonly used: number
  readonly limit: number
  readonly fits: boolean
  /** The way out where it does not fit. */
  readonly otherwise?: string
}

interface Limit {
  readonly what: string
  readonly limit: number
  /** The size that AWS raises it to on request: it surely has where the policy is longer already. */
  readonly raised?: number
  readonly spaces: 'count' | 'do not count'
  readonly otherwise: string
}

const SPLIT = 'move statements into a policy of their own'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MANAGED: Limit = {
  what: 'characters of a managed policy, without spaces',
  limit: 6144,
  spaces: 'do not count',
  otherwise: 'make a second managed policy with the new statement and attach it as well: a role or user may have ten',
}
const INLINE: Readonly<Record<'user' | 'role' | 'group', Limit>> = {
  user: inline('user', 2048),
  role: inline('role', 10_240),
  group: inline('group', 5120),
}
/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const SCP: Limit = {
  what: 'characters of a service control policy',
  limit: 10_240,
  spaces: 'count',
  otherwise: 'make a second service control policy with the new statement and attach it at the same place: ten fit',
}
const RCP: Limit = {
  what: 'characters of a resource control policy',
  limit: 5120,
  spaces: 'count',
  otherwise: `${SPLIT}: five fit at each place`,
}
const ENDPOINT: Limit = {
  what: 'characters of an endpoint policy, with spaces',
  limit: 20_480,
  spaces: 'count',
  otherwise: 'merge statements of the endpoint policy: an endpoint has one policy',
}
const TRUST: Limit = {
  what: 'characters of a trust policy, without spaces',
  limit: 2048,
  raised: 4096,
  spaces: 'do not count',
  otherwise: 'ask for the higher quota (up to 4,096), or merge statements',
}
const SESSION: Limit = {
  what: 'characters of session policies, with the ARNs of managed ones',
  limit: 2048,
  spaces: 'do not count',
  otherwise: 'pass a managed policy as session policy instead: ten fit',
}
const ONE_POLICY = 'merge statements of the policy, or let an access point or an identity policy carry the new one'
const OF_KIND: ReadonlyMap<string, Limit> = new Map(
  (
    [
      ['bucket', 20_480],
      ['access-point', 20_480],
      ['key', 32_768],
      ['queue', 8192],
      ['topic', 30_720],
      ['function', 20_480],
      ['secret', 20_480],
      ['repository', 10_240],
    ] as const
  ).map(([kind, limit]) => [
    kind,
    { what: `characters of a ${kind} policy`, limit, spaces: 'count', otherwise: ONE_POLICY },
  ]),
)

function inline(who: string, limit: number): Limit {
  return {
    what: `characters of all inline policies of a ${who}, without spaces`,
    limit,
    spaces: 'do not count',
    otherwise: `make a managed policy with the new statement and attach it to the ${who}`,
  }
}

/** Undefined: no page says how long such a policy may be. */
export function quotaOf(location: PolicyLocation, after: unknown, scenarios: readonly Scenario[]): Quota | undefined {
  const limit = location.attachment === undefined ? limitOf(location) : undefined
  // How long the policy in force is, is not known either.
  if (limit === undefined || location.isUnread === true || hasUnknownPlaceholder(documentValue(location.document)))
    return undefined
  const others = Object.values(INLINE).includes(limit) ? otherInline(location, scenarios) : []
  const sizeWith = (document: unknown): number =>
    [document, ...others].reduce<number>((sum, policyDocument) => sum + sizeOf(policyDocument, limit), 0)
  const used = sizeWith(after)
  const isRaised = limit.raised !== undefined && sizeWith(documentValue(location.document)) > limit.limit
  const most = isRaised ? (limit.raised ?? limit.limit) : limit.limit
  const fits = used <= most
  return { what: limit.what, used, limit: most, fits, ...(fits ? {} : { otherwise: limit.otherwise }) }
}

function limitOf(location: PolicyLocation): Limit | undefined {
  switch (location.layer) {
    case 'identity-policy':
      if (location.arn !== undefined) return MANAGED
      return location.name.includes(' (group ')
        ? INLINE.group
        : location.on.includes(':user/')
          ? INLINE.user
          : INLINE.role
    case 'permissions-boundary':
      return MANAGED
    case 'service-control-policy':
      return SCP
    case 'resource-control-policy':
      return RCP
    case 'vpc-endpoint-policy':
      return ENDPOINT
    case 'session-policy':
      return SESSION
    case 'resource-policy':
      return location.kind === 'trust' ? TRUST : OF_KIND.get(location.kind ?? '')
    case 'service-guard':
      return undefined
  }
}

/** The quota of inline policies is that of all of them together. */
function otherInline(location: PolicyLocation, scenarios: readonly Scenario[]): readonly unknown[] {
  const own = scenarios.find(({ request }) => holderOf(readCaller(request)) === location.on)
  const policies: readonly Policy[] = own?.policies?.identityPolicies ?? []
  const group = groupIn(location.name)
  return policies
    .filter(({ arn, name }) => arn === undefined && groupIn(name) === group && name !== location.name)
    .map(({ document }) => documentValue(document))
}

/** `deploy (group devs)` → ` (group devs)`: each group has a quota of its own. */
const groupIn = (name: string): string => (name.includes(' (group ') ? name.slice(name.lastIndexOf(' (group ')) : '')

/** As it would be sent: without layout. Spaces inside texts are counted where the quota counts spaces. */
function sizeOf(document: unknown, { spaces }: Limit): number {
  const text = typeof document === 'string' ? document : (JSON.stringify(document) ?? '')
  return spaces === 'count' ? text.length : text.length - (text.match(/\s/g)?.length ?? 0)
}

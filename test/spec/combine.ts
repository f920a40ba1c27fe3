/**
 * From the layers to the decision: within one account, across accounts, for services and the unsigned. D.3, D.4, D.5.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
import type { PolicyLayer } from '#iam/layers.ts'
import type { Readings } from '#iam/readings.ts'
import { and, andAll, or, orAll, type Truth } from '#iam/truth.ts'
import type { Entry, ResourceEntry } from './layers.ts'
import type { Kind } from './principal.ts'
import type { CallerKind, Relation } from './question.ts'

export interface Sides {
  readonly caller: CallerKind
  readonly relation: Relation
  /** A KMS key or a role's trust policy: the resource's own policy must allow (D.3, step 4). */
  readonly authoritative: boolean
  /** A role's trust policy is asked. */
  readonly trust: boolean
  readonly readings: Readings
  /** Usually one; access point and bucket are two, and both must allow. */
  readonly resource: readonly ResourceEntry[]
  readonly identity: Entry
  readonly boundary: Entry
  readonly session: Entry
  readonly aclAllows: Truth
  readonly aclIgnored: boolean
  readonly grantAllows: Truth
  /** An API without IAM authorization: what must allow instead (R-OTH-02). */
  /** The default policy of a file system gives every client full access, and asks nobody who they are (R-OTH-24). */
  readonly clients: Truth
  readonly api?: 'policy' | 'nothing' | 'perhaps-nothing' | 'perhaps-shut' | 'policy-or-authorizer' | Unknown
}

/** How the API authorizes is not known; with a policy that lets in an anonymous caller only IAM's rules remain to be asked. */
type Unknown = 'not-known' | 'not-known-but-open'
const isUnknown = (api: Sides['api']): api is Unknown => api === 'not-known' || api === 'not-known-but-open'

/** Whether something allows, and the layers that refuse. */
export interface Grant {
  readonly allowed: Truth
  readonly refusing: readonly PolicyLayer[]
}

interface Side extends Grant {
  /**
   * What refuses of the caller's side, where something else may allow and nothing of that side is open: nothing is known
   * to override it, so it counts.
   */
  readonly callersSide: readonly PolicyLayer[]
}

/** The caller's layers that refuse, if `rest` of the way holds and none of them is open. */
function callersSide({ identity, boundary, session }: Sides, rest: boolean, identityNeeded = true): PolicyLayer[] {
  const needed = [...(identityNeeded ? [identity] : []), boundary, session]
  return rest && needed.every((entry) => entry.allow !== 'unknown') ? refusing(...needed) : []
}

/** Whether the resource's policy allows by naming the caller in one of these ways. */
const named = ({ resource }: Sides, ...kinds: Kind[]): Truth =>
  andAll(resource.map((entry) => orAll(kinds.map((kind) => entry.kinds[kind] ?? false))))

/**
 * Whether every owner whose account the caller is not of lets it in: by a policy that names it in one of these ways, the last
 * (the bucket's, behind an access point) also by an ACL.
 */
const letsIn = ({ resource }: Sides, aclAllows: Truth, ...kinds: Kind[]): Truth =>
  andAll(
    resource.map(({ relation, kinds: by }, i): Truth => {
      if (relation === 'same') return true
      return orAll([...kinds.map((kind) => by[kind] ?? false), i === resource.length - 1 ? aclAllows : false])
    }),
  )

const refusing = (...entries: Entry[]): PolicyLayer[] =>
  entries.filter((entry) => entry.applies && entry.allow === false).map((entry) => entry.layer)

/** D.3, steps 5 to 9. An Allow that names the session or anyone overrides all implicit denies; the rest of the table: */
const SAME_ACCOUNT: Partial<Record<CallerKind, { readonly overridesAll: Kind[]; readonly overridesIdentity: Kind[] }>> =
  {
    user: { overridesAll: ['USER', 'ANY'], overridesIdentity: [] },
    'role-session': { overridesAll: ['SESSION', 'ANY'], overridesIdentity: ['ROLE'] },
    'federated-user': { overridesAll: ['SESSION', 'ANY'], overridesIdentity: ['FEDUSER_PARENT'] },
  }

/** The row of the caller, as the disputed rules are read: X-02, and everyone in a trust policy. */
function rowOf({ caller, trust, readings }: Sides) {
  const row = SAME_ACCOUNT[caller]
  if (row === undefined) return undefined
  const delegates = trust && readings['everyone-in-trust-policy'] === 'delegates'
  const frees = caller === 'role-session' && readings['limits-on-role-grants'] === 'overridden'
  const all = row.overridesAll.filter((kind) => !(delegates && kind === 'ANY'))
  return frees
    ? { overridesAll: [...all, 'ROLE' as const], overridesIdentity: [] }
    : { overridesAll: all, overridesIdentity: row.overridesIdentity }
}

function withinAccount(sides: Sides): Side {
  const { authoritative, identity, boundary, session, readings } = sides
  const row = rowOf(sides)
  if (row !== undefined && sides.trust && readings['trust-naming-the-caller'] === 'identity-too')
    return acrossAccounts({
      ...sides,
      aclAllows: false,
      resource: sides.resource.map((entry) => ({ ...entry, relation: 'cross' })),
    })
  if (row === undefined) {
    const toAccount = authoritative ? named(sides, 'ACCOUNT', 'CANONICAL', 'ANY') : true
    return {
      allowed: and(toAccount, session.allow),
      refusing: [...(toAccount === false ? (['resource-policy'] as const) : []), ...refusing(session)],
      callersSide: toAccount === true ? callersSide(sides, true, false) : [],
    }
  }
  const toAccount = authoritative ? named(sides, 'ACCOUNT', 'CANONICAL', 'ANY') : true
  // Of two policies one may name the session, the other the role.
  const either = sides.resource.length > 1 && row.overridesIdentity.length > 0 ? row.overridesAll : []
  const base = or(named(sides, ...row.overridesIdentity, ...either), and(identity.allow, toAccount))
  const limits = and(boundary.allow, session.allow)
  const direct = named(sides, ...row.overridesAll)
  const sessionToo = readings['session-policy-on-direct-grants'] === 'limits'
  const allowed = or(and(direct, sessionToo ? session.allow : true), and(base, limits))
  const limited = refusing(boundary, session)
  const callers = callersSide(sides, base === true || toAccount === true, base !== true)
  if (sessionToo && direct === true) return { allowed, refusing: refusing(session), callersSide: callers }
  if (
    authoritative &&
    named(sides, 'ACCOUNT', 'CANONICAL', 'ANY', ...row.overridesAll, ...row.overridesIdentity) === false
  ) {
    // An Allow that names the user or the session overrides boundary and session policy too: that layer alone is the cause.
    return { allowed, refusing: ['resource-policy', ...(sessionToo ? refusing(session) : [])], callersSide: callers }
  }
  // Where the role may be named, which would do instead, its identity policies refuse no less.
  const identityToo = base === false || (base === 'unknown' && toAccount === true)
  return { allowed, refusing: [...(identityToo ? refusing(identity) : []), ...limited], callersSide: callers }
}

/** D.4: both sides, and nothing is overridden (R-XACC-01). */
function acrossAccounts(sides: Sides): Side {
  const { identity, boundary, session, aclAllows } = sides
  const resourceSide = letsIn(
    sides,
    aclAllows,
    'USER',
    'ROLE',
    'SESSION',
    'FEDUSER_PARENT',
    'ACCOUNT',
    'CANONICAL',
    'ANY',
  )
  return {
    allowed: andAll([identity.allow, boundary.allow, session.allow, resourceSide]),
    refusing: [...(resourceSide === false ? [resourceRefusal(sides)] : []), ...refusing(identity, boundary, session)],
    callersSide: callersSide(sides, resourceSide === true),
  }
}

/** D.5, R-STS-10: only the resource's policy can allow. */
function byResourceOnly(sides: Sides): Side {
  // An origin access identity, whose canonical id is in no ARN; all other users are of an account.
  const itself: Kind[] = sides.caller === 'user' ? ['USER', 'CANONICAL'] : []
  const ways: Kind[] = ['ANY', ...itself, ...(sides.caller === 'service' ? (['SERVICE'] as const) : [])]
  const provider: Kind[] = sides.caller === 'federated-identity' ? ['IDP'] : []
  const acl = sides.caller === 'anonymous' || sides.caller === 'user' ? sides.aclAllows : false
  return { allowed: letsIn(sides, acl, ...ways, ...provider), refusing: [resourceRefusal(sides)], callersSide: [] }
}

/** Where an ACL would have given the access but is ignored, that is what refuses (R-S3-05). */
const resourceRefusal = ({ aclIgnored }: Sides): PolicyLayer => (aclIgnored ? 'service-guard' : 'resource-policy')

/** R-OTH-02 a, d, e: the API's policy must allow, unless it has none and is not private; an authorizer may answer instead. */
function byApi({ resource }: Sides, api: Exclude<Sides['api'], Unknown | 'perhaps-shut' | undefined>): Grant {
  const policy = andAll(resource.map((entry) => (entry.applies ? entry.allow : false)))
  const allowed: Truth = {
    policy,
    nothing: true as const,
    'perhaps-nothing': 'unknown' as const,
    'policy-or-authorizer': or(policy, 'unknown'),
  }[api]
  return { allowed, refusing: allowed === false ? ['resource-policy'] : [] }
}

/** What must allow besides a KMS grant: nothing, unless the disputed rules are read so. */
function limitsOnGrants({ relation, identity, boundary, session, readings }: Sides): Entry[] {
  return [
    ...(relation === 'cross' && readings['kms-grants-across-accounts'] === 'identity-too' ? [identity] : []),
    ...(readings['limits-on-kms-grants'] === 'limit' ? [boundary, session] : []),
  ]
}

const refusingOf = (entries: readonly Entry[]): PolicyLayer[] => refusing(...entries)

/** A KMS grant gives the access whatever the other layers do not say (R-KMS-07). */
export function grantOf(sides: Sides): Grant {
  if (sides.clients === true) return { allowed: true, refusing: [] }
  if (sides.clients === 'unknown') {
    const { allowed } = grantOf({ ...sides, clients: false })
    return { allowed: or(allowed, 'unknown'), refusing: [] }
  }
  if (sides.api === 'perhaps-shut') {
    const { api: _, ...usual } = sides
    const found = grantOf(usual)
    return { ...found, allowed: and(found.allowed, 'unknown') }
  }
  if (sides.api !== undefined && !isUnknown(sides.api)) return byApi(sides, sides.api)
  const rules = { same: withinAccount, cross: acrossAccounts, neither: byResourceOnly }
  // Access point and bucket may be of two accounts: across accounts is what is so to one of them.
  const isCross = sides.resource.some(({ relation }) => relation === 'cross')
  const { allowed, refusing, callersSide } = rules[isCross ? 'cross' : sides.relation](sides)
  // Allowed only where every way of authorizing allows it: IAM's rules and the API's own policy.
  if (isUnknown(sides.api))
    return { allowed: allowed === true && sides.api === 'not-known-but-open' ? true : 'unknown', refusing: [] }
  const limits = limitsOnGrants(sides)
  const all = or(andAll([sides.grantAllows, ...limits.map((entry) => entry.allow)]), allowed)
  // Where a grant gives the access, what limits the grant refuses, and nothing else.
  const cause = sides.grantAllows === true ? refusingOf(limits) : refusing
  return { allowed: all, refusing: all === false ? cause : all === 'unknown' ? callersSide : [] }
}

import { isAccountId, parseArn } from './arn.ts'
import { areOneButForMask, asOfAccount } from './masked-account.ts'
import type { Caller, CallerKind } from './caller.ts'
import { DEFAULT_READINGS, type Readings } from './readings.ts'
import { memoizeText } from './memoize.ts'
import { isRoleOf } from './role-path.ts'
import { and, andAll, or, orAll, type Truth } from './truth.ts'

/**
 * How a `Principal` element reaches the caller, strongest first. What an Allow overrides depends on it (R-EVAL-30..37).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export const MATCH_KINDS = [
  'session',
  'user',
  'role',
  'federated-parent',
  'account',
  'any',
  'service',
  'identity-provider',
  'canonical-user',
] as const
export type MatchKind = (typeof MATCH_KINDS)[number]

export interface PrincipalEntry {
  readonly type: string
  readonly value: string
}

/** `Principal` or `NotPrincipal` as read: the entries, and whether one of them is everyone (R-PM-01). */
export interface PrincipalElement {
  readonly any: boolean
  readonly entries: readonly PrincipalEntry[]
  /** How its disputed cases are read. */
  readonly readings: Readings
  /** In the policy of a VPC endpoint: `gateway`, `interface`; left out: not known, or another policy. */
  readonly endpoint?: string
}

/** `*` and `{"AWS": "*"}` are everyone; a bare text other than `*` is not in the grammar and names nobody (R-PM-02). */
export function readPrincipalElement(
  value: unknown,
  readings: Readings = DEFAULT_READINGS,
  endpoint?: string,
): PrincipalElement {
  if (value === '*') return { any: true, entries: [], readings }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { any: false, entries: [], readings }
  const entries: PrincipalEntry[] = []
  let any = false
  for (const [type, listed] of Object.entries(value))
    for (const entry of Array.isArray(listed) ? listed : [listed]) {
      const text = typeof entry === 'number' ? String(entry) : entry
      if (typeof text !== 'string') continue
      if (text === '*' && type === 'AWS') any = true
      else entries.push({ type, value: text })
    }
  return { any, entries, readings, ...(endpoint === undefined ? {} : { endpoint }) }
}

export interface PrincipalMatch {
  readonly matches: Truth
  /** By kind, where it is true or not known. */
  readonly kinds: ReadonlyMap<MatchKind, Truth>
}

export interface PrincipalContext {
  readonly caller: Caller
  /** In a gateway endpoint's policy an account means only its root user (R-VPCE-04). */
  readonly accountIsRootOnly?: Truth
}

/** Which kinds of entry reach the caller. */
export function matchPrincipal(element: PrincipalElement, context: PrincipalContext): PrincipalMatch {
  if (element.any && element.entries.length === 0) return ANYONE
  let kinds: Map<MatchKind, Truth> | undefined // most entries of a policy name somebody else
  if (element.any) kinds = new Map([['any', true]])
  for (const entry of element.entries) {
    const match = matchEntry(entry, context, element.readings)
    if (match === undefined) continue
    kinds ??= new Map()
    kinds.set(match[0], or(kinds.get(match[0]) ?? false, match[1]))
  }
  return kinds === undefined ? NOBODY : { matches: orAll(kinds.values()), kinds }
}

const ANYONE: PrincipalMatch = { matches: true, kinds: new Map<MatchKind, Truth>([['any', true]]) }
const NOBODY: PrincipalMatch = { matches: false, kinds: new Map() }

type EntryMatch = readonly [MatchKind, Truth] | undefined

function matchEntry(entry: PrincipalEntry, context: PrincipalContext, readings: Readings): EntryMatch {
  const { caller } = context
  switch (entry.type) {
    case 'Service':
      if (caller.kind === 'unknown') return ['service', 'unknown']
      return caller.kind === 'service' && entry.value === caller.arn ? ['service', true] : undefined
    case 'Federated':
      if (caller.kind === 'unknown') return ['identity-provider', 'unknown']
      return caller.kind === 'identity-provider' ? matchProvider(entry.value, caller) : undefined
    case 'CanonicalUser':
      // The canonical id of an account is in none of our facts; it never names a service or an anonymous caller.
      return caller.account === undefined && caller.kind !== 'unknown' ? undefined : ['canonical-user', 'unknown']
    case 'AWS':
      return caller.kind === 'unknown' ? matchUnknown(entry.value, context) : matchAws(entry.value, context, readings)
    default:
      return undefined
  }
}

/** A caller of whom nothing but the account may be known: the complete account includes it, and another account's principal is another. */
function matchUnknown(value: string, { caller, accountIsRootOnly = false }: PrincipalContext): EntryMatch {
  const { account } = caller
  if (account === undefined || !isAccountId(account)) return ['user', 'unknown']
  if (isAccountOf(value, caller)) return ['account', accountIsRootOnly === false ? true : 'unknown']
  const named = isAccountId(value) ? value : (parseArn(value)?.account ?? '')
  return isAccountId(named) && named !== account ? undefined : ['user', 'unknown']
}

function matchProvider(entry: string, { federatedBy }: Caller): EntryMatch {
  if (federatedBy === undefined) return ['identity-provider', 'unknown'] // R-EVID-12
  const named = areOneButForMask(entry, federatedBy) ? 'unknown' : isSameProvider(entry, federatedBy) // R-UNK-05
  return named === false ? undefined : ['identity-provider', named]
}

/**
 * Whether two texts name one identity provider: each an ARN, or the provider's name as a token or an event has it. Of two ARNs, each is
 * that of an account of its own.
 */
export const isSameProvider = (a: string, b: string): boolean =>
  a === b || (!(isOidcArn(a) && isOidcArn(b)) && providerName(a) === providerName(b))

const isOidcArn = (text: string): boolean => text.includes(OIDC_PROVIDER)
const OIDC_PROVIDER = ':oidc-provider/'

const providerName = (text: string): string => {
  const at = text.indexOf(OIDC_PROVIDER)
  return at < 0 ? text : text.slice(at + OIDC_PROVIDER.length)
}

function matchAws(value: string, context: PrincipalContext, readings: Readings): EntryMatch {
  const { account } = context.caller
  if (account === undefined) return undefined
  const asOwn = asOfAccount(value, account)
  if (asOwn === undefined) return matchTold(value, context, readings)
  const match = matchTold(asOwn, context, readings) // R-UNK-05
  return match && [match[0], and(match[1], 'unknown')]
}

function matchTold(value: string, { caller, accountIsRootOnly }: PrincipalContext, readings: Readings): EntryMatch {
  if (isAccountOf(value, caller)) {
    if (caller.kind === 'root' || accountIsRootOnly === undefined || accountIsRootOnly === false)
      return ['account', true]
    return accountIsRootOnly === true ? undefined : ['account', 'unknown']
  }
  if (hasWildcard(value) && hasWildcard(value.replace(caller.account ?? '', ''))) return undefined // R-PM-02, R-PM-04
  switch (caller.kind) {
    case 'user':
      return value === caller.arn ? ['user', true] : matchUniqueId(value, 'AIDA', caller, 'user')
    case 'role-session':
      return matchRole(value, caller, readings)
    case 'federated-session':
      return matchFederated(value, caller)
    default:
      return undefined
  }
}

const hasWildcard = (text: string): boolean => text.includes('*') || text.includes('?')

/** A twelve-digit id or the root ARN stands for the whole account (R-PM-03). */
function isAccountOf(value: string, caller: Caller): boolean {
  if (value === caller.account) return true
  if (isAccountId(value)) return false
  return value.endsWith(':root') && value === `arn:${caller.partition}:iam::${caller.account}:root`
}

/** Saved policies hold unique ids; they reach only the entity that had the id (R-PM-06). */
function matchUniqueId(value: string, prefix: string, caller: Caller, kind: MatchKind): EntryMatch {
  if (!value.startsWith(prefix) || value.includes(':')) return undefined
  if (caller.userId === undefined) return [kind, 'unknown']
  const own = caller.userId.split(':')[0]
  return value === own ? [kind, true] : undefined
}

function matchRole(value: string, caller: Caller, readings: Readings): EntryMatch {
  const { arn } = principalArn(value)
  if (arn === undefined) return matchUniqueId(value, 'AROA', caller, 'role')
  if (arn.service === 'sts') {
    if (value === caller.arn) return ['session', true]
    // A role given without a session may be in any session of it.
    const role = arn.resource.split('/')[1]
    const sameRole = arn.account === caller.account && role === roleName(caller)
    return caller.sessionName === undefined && sameRole ? ['session', 'unknown'] : undefined
  }
  if (caller.roleArn === undefined) return undefined
  if (caller.rolePathKnown && isSameInOtherCase(value, caller.roleArn, readings)) return ['role', true]
  const named = isRoleOf(value, caller)
  return named === false ? undefined : ['role', named]
}

const isSameInOtherCase = (value: string, roleArn: string, readings: Readings): boolean =>
  readings['case-of-role-names'] === 'ignored' && value.toLowerCase() === roleArn.toLowerCase()

/** The ARN of a principal, memoized: few principals are named over and over. */
const principalArn = memoizeText((text) => ({ arn: parseArn(text) }))

const roleName = (caller: Caller): string | undefined => caller.roleArn?.slice(caller.roleArn.lastIndexOf('/') + 1)

function matchFederated(value: string, caller: Caller): EntryMatch {
  if (value === caller.arn) return ['session', true]
  const parentIsRoot = caller.federatedBy?.endsWith(':root') === true
  if (value.startsWith('AIDA') && !value.includes(':'))
    return parentIsRoot ? undefined : ['federated-parent', 'unknown']
  if (caller.federatedBy !== undefined) return value === caller.federatedBy ? ['federated-parent', true] : undefined
  const arn = parseArn(value)
  const couldBeParent = arn?.service === 'iam' && arn.account === caller.account && arn.resource.startsWith('user/')
  return couldBeParent ? ['federated-parent', 'unknown'] : undefined // R-PRIN-10: the session ARN does not name its user
}

/**
 * Whether a Deny with `NotPrincipal` reaches the caller (R-PM-09, R-PM-10, R-PM-12): it spares a caller only if its own
 * identity and every parent are listed, and never one that has a permissions boundary.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function matchNotPrincipalDeny(element: PrincipalElement, context: PrincipalContext, hasBoundary: Truth): Truth {
  const spared = sparedBy(element, context)
  const reached: Truth = spared === 'unknown' ? 'unknown' : !spared
  return or(reached, canHaveBoundary(context.caller) ? hasBoundary : false)
}

/** A GetFederationToken session has its parent user's; the root user cannot have one. */
const canHaveBoundary = ({ kind, federatedBy }: Caller): boolean =>
  kind === 'user' ||
  kind === 'role-session' ||
  (kind === 'federated-session' && federatedBy?.endsWith(':root') !== true)

const OWN_AND_PARENTS: Readonly<
  Record<Exclude<CallerKind, 'anonymous' | 'unknown'>, readonly [own: MatchKind, ...parents: MatchKind[]]>
> = {
  user: ['user', 'account'],
  'role-session': ['session', 'role', 'account'],
  'federated-session': ['session', 'account'],
  root: ['account'],
  service: ['service'],
  'identity-provider': ['identity-provider'],
}

function sparedBy(element: PrincipalElement, context: PrincipalContext): Truth {
  if (element.any) return true
  const { kind } = context.caller
  const { matches, kinds } = matchPrincipal(element, context)
  // An anonymous caller is never listed (R-PM-13); who is not known may be whoever is listed, with every parent.
  if (kind === 'unknown' && matches === true) return 'unknown'
  if (kind === 'anonymous' || kind === 'unknown' || element.readings['not-principal-spares'] === 'any-listed')
    return matches
  const listed = OWN_AND_PARENTS[kind].map((one): Truth => listedAs(one, kinds))
  if (element.readings['not-principal-spares'] === 'strict') return andAll(listed)
  if (listed[0] === false) return false
  return listed.every((truth) => truth === true) ? true : 'unknown'
}

/** A canonical id stands for an account, which one is not known. */
const listedAs = (kind: MatchKind, kinds: PrincipalMatch['kinds']): Truth =>
  or(kinds.get(kind) ?? false, kind === 'account' ? (kinds.get('canonical-user') ?? false) : false)

/** An Allow with `NotPrincipal` grants everyone who is not listed, as `any` (R-PM-11). */
export function matchNotPrincipalAllow(element: PrincipalElement, context: PrincipalContext): PrincipalMatch {
  if (element.any) return { matches: false, kinds: new Map() }
  const listed = matchPrincipal(element, context).matches
  const matches: Truth = listed === 'unknown' ? 'unknown' : !listed
  const asAccount =
    element.readings['allow-with-not-principal'] === 'as-account' && context.caller.account !== undefined
  const kind: MatchKind = asAccount ? 'account' : 'any'
  return { matches, kinds: matches === false ? new Map() : new Map([[kind, matches]]) }
}

/**
 * Principal and NotPrincipal: whom the element names, and how. R-PM-01..15, R-VPCE-04.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
import { DEFAULT_READINGS, type Readings } from '#iam/readings.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { and, not, or, orAll, type Truth } from '#iam/truth.ts'
import { isObject, texts, type Json } from './document.ts'
import type { Caller } from './question.ts'
import { asIfOwn, isOneButForMask } from './masked.ts'
import { isTheRole } from './role-path.ts'

export const KINDS = [
  'SESSION',
  'USER',
  'ROLE',
  'FEDUSER_PARENT',
  'ACCOUNT',
  'CANONICAL',
  'ANY',
  'SERVICE',
  'IDP',
] as const
export type Kind = (typeof KINDS)[number]
/** How a statement names the caller; a kind left out: it does not. */
export type Kinds = Partial<Record<Kind, Truth>>

type Entry = readonly [type: string, name: string]

/** Only `"*"` or a map is in the grammar (R-PM-02). */
function entriesOf(element: unknown): Entry[] {
  if (element === '*') return [['AWS', '*']]
  if (!isObject(element)) return []
  return Object.entries(element).flatMap(([type, names]) => texts(names).map((name): Entry => [type, name]))
}

const lastOf = (text: string): string => text.split('/').at(-1) ?? ''

function kindOf([type, name]: Entry, caller: Caller, readings: Readings): readonly [Kind, Truth] | undefined {
  const { kind } = caller
  if (type === 'AWS' && name === '*') return ['ANY', true]
  if (type === 'Service') return kind === 'service' && name !== '*' ? ['SERVICE', name === caller.name] : undefined
  if (type === 'Federated' && kind === 'federated-identity') return ['IDP', isProvider(name, caller.name)]
  if (caller.account === undefined) return undefined
  // Which account has which canonical id is in no policy.
  if (type === 'CanonicalUser') return ['CANONICAL', 'unknown']
  if (type !== 'AWS') return undefined
  const asOwn = asIfOwn(name, caller.account)
  if (asOwn === undefined) return toldKindOf(name, caller, readings)
  const [own, matches] = toldKindOf(asOwn, caller, readings) ?? []
  return own === undefined || matches === undefined ? undefined : [own, and(matches, 'unknown')] // R-UNK-05
}

function toldKindOf(name: string, caller: Caller, readings: Readings): readonly [Kind, Truth] | undefined {
  if (name === caller.account || isAccountId(name)) return ['ACCOUNT', name === caller.account]
  if (name.startsWith('AIDA') || name.startsWith('AROA')) return byUniqueId(name, caller)
  const arn = parseArn(name)
  if (arn === undefined || arn.partition !== caller.partition || arn.account !== caller.account) return undefined
  if (name === `arn:${caller.partition}:iam::${caller.account}:root`) return ['ACCOUNT', true]
  if (arn.service === 'iam' && arn.resource.startsWith('user/')) return byUserArn(name, caller)
  if (arn.service === 'iam' && arn.resource.startsWith('role/')) return byRoleArn(name, caller, readings)
  return arn.service === 'sts' ? bySessionArn(name, caller) : undefined
}

/** A provider that nobody named may be any (R-EVID-12). */
const isProvider = (name: string, own: string | undefined): Truth =>
  own === undefined || isOneButForMask(name, own) ? 'unknown' : name === own

function byUniqueId(id: string, caller: Caller): readonly [Kind, Truth] | undefined {
  const own = caller.userId?.split(':')[0]
  const matches = own === undefined ? 'unknown' : own === id
  if (id.startsWith('AIDA') && caller.kind === 'user') return ['USER', matches]
  if (id.startsWith('AIDA') && caller.kind === 'federated-user')
    return caller.parent?.endsWith(':root') === true ? undefined : ['FEDUSER_PARENT', 'unknown']
  return id.startsWith('AROA') && caller.kind === 'role-session' ? ['ROLE', matches] : undefined
}

function byUserArn(arn: string, caller: Caller): readonly [Kind, Truth] | undefined {
  if (caller.kind === 'user') return ['USER', arn === caller.arn]
  if (caller.kind !== 'federated-user') return undefined
  return ['FEDUSER_PARENT', caller.parent === undefined ? 'unknown' : arn === caller.parent]
}

/** Without the role's path the name counts, in any case (R-PM-05); an entry that bears a path may be the role (R-PRIN-04). */
function byRoleArn(arn: string, caller: Caller, readings: Readings): readonly [Kind, Truth] | undefined {
  if (caller.kind !== 'role-session') return undefined
  const ignoresCase = readings['case-of-role-names'] === 'ignored' && !/[*?]/.test(arn)
  if (caller.roleArn !== undefined && ignoresCase) return ['ROLE', arn.toLowerCase() === caller.roleArn.toLowerCase()]
  if (caller.roleArn !== undefined) return ['ROLE', arn === caller.roleArn]
  if (/[*?]/.test(arn)) return undefined
  return ['ROLE', isTheRole(arn, `arn:${caller.partition}:iam::${caller.account}:role/${caller.name}`)]
}

function bySessionArn(arn: string, caller: Caller): readonly [Kind, Truth] | undefined {
  if (caller.arn !== undefined) return ['SESSION', arn === caller.arn]
  if (/[*?]/.test(arn)) return undefined
  // The caller is any session of the role.
  const start = `arn:${caller.partition}:sts::${caller.account}:assumed-role/${lastOf(caller.roleArn ?? '')}/`
  return arn.startsWith(start) ? ['SESSION', 'unknown'] : undefined
}

export function kindsNamed(element: unknown, caller: Caller, readings: Readings = DEFAULT_READINGS): Kinds {
  const kinds: Kinds = {}
  for (const entry of entriesOf(element)) {
    const [kind, matches] = kindOf(entry, caller, readings) ?? []
    if (kind !== undefined && matches !== undefined) kinds[kind] = or(kinds[kind] ?? false, matches)
  }
  return kinds
}

export const anyKind = (kinds: Kinds): Truth => orAll(Object.values(kinds))

/** R-PM-09: spared is who is listed together with every parent; with a parent missing it depends on the service. */
function denyAllButListed(element: unknown, caller: Caller, readings: Readings): Truth {
  const named = kindsNamed(element, caller, readings)
  const account = or(named.ACCOUNT ?? false, named.CANONICAL ?? false)
  const [own, parents]: readonly [Truth, Truth] = {
    root: [account, true] as const,
    user: [named.USER ?? false, account] as const,
    'role-session': [named.SESSION ?? false, and(named.ROLE ?? false, account)] as const,
    'federated-user': [named.SESSION ?? false, account] as const,
    service: [named.SERVICE ?? false, true] as const,
    'federated-identity': [named.IDP ?? false, true] as const,
    anonymous: [false, true] as const,
    unknown: ['unknown', true] as const,
  }[caller.kind]
  if (named.ANY === true) return false
  if (readings['not-principal-spares'] === 'any-listed') return not(anyKind(named))
  if (readings['not-principal-spares'] === 'strict') return not(and(own, parents))
  if (own === false) return true
  return own === true && parents === true ? false : 'unknown'
}

/**
 * How the statement names the caller. `hasBoundary` is for the trap that Deny with NotPrincipal in a resource policy
 * hits every user and role that has a permissions boundary (R-PM-10).
 */
export function principalMatches(statement: Json, caller: Caller, hasBoundary: Truth, readings: Readings): Kinds {
  const element = statement['NotPrincipal']
  if (element === undefined) return kindsNamed(statement['Principal'], caller, readings)
  if (entriesOf(element).length === 0) return {}
  if (statement['Effect'] === 'Deny') return { ANY: or(hasBoundary, denyAllButListed(element, caller, readings)) }
  const others = not(anyKind(kindsNamed(element, caller, readings)))
  const asAccount = readings['allow-with-not-principal'] === 'as-account' && caller.account !== undefined
  return asAccount ? { ACCOUNT: others } : { ANY: others }
}

import type { PreparedPolicy } from '#engine/prepare.ts'
import type { Organization } from '#engine/scenario.ts'
import { readAction } from '#iam/action.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { Statement } from '#iam/policy.ts'
import { organizationOf } from '#snapshot/organization.ts'
import { principalsOfAccounts } from './callers.ts'
import { partitionAsked } from './partition.ts'
import { allowsOf, grantedAccounts, isLetInByAcl } from './resource-side-access.ts'
import type { Who } from './snapshot-callers.ts'
import { answerForNamed, type Sweep } from './sweep.ts'

/** Principals to be looked at besides the accounts of the snapshot and its organization, and those named one by one. */
export interface ExternalPrincipals {
  /** Whether an account is gone through, or said not to be, anyway. */
  readonly isListed: (account: string) => boolean
  /** Principals that are looked at one by one. */
  readonly named: readonly string[]
  /** Whether the answer says already that calls nobody signed are let in, which is to say everybody. */
  readonly tellsOfEverybody: boolean
}

/** Stands for all accounts that nothing names. */
export const ANY_OTHER = '*'

/**
 * Accounts that neither the snapshot nor its organization lists, and of whose users and roles the resource's side lets some
 * in, whatever their own side says. For each way in which the policies tell principals apart one is tried on the engine.
 */
export function externalPrincipalsLetIn(sweep: Sweep, outside: ExternalPrincipals): readonly string[] {
  const { isListed, named, tellsOfEverybody } = outside
  const allows = allowsOf(sweep.side)
  const granted = grantedAccounts(sweep.side)
  const stranger = unusedAccount(sweep, outside)
  const byAcl = isLetInByAcl(sweep.side, stranger) ? [ANY_OTHER] : []
  const spoken = new Set(
    [...allows.flatMap(accountsNamed), ...granted, ...byAcl].filter((account) => !isListed(account)),
  )
  if (spoken.size === 0) return []
  // Then it is told already.
  if (tellsOfEverybody) spoken.delete(ANY_OTHER)
  const statements = bearingOn(sweep)
  const text = tellsOfEverybody ? textOf(allows) : textOf(statements)
  const { apart, complete } = askersApart(sweep, statements, stranger, outside)
  if (!complete) return [...spoken].sort()
  const place = placeOf(sweep, statements)
  const found = new Set<string>()
  for (const who of [...apart, ...granted.map((account) => roleIn(sweep, account))]) {
    const account = parseArn(who.principal)?.account ?? ''
    const name = text.includes(account) || granted.includes(account) ? account : ANY_OTHER
    if (isListed(account) || found.has(name) || namesOf(who).some((principalName) => named.includes(principalName)))
      continue
    if (name === ANY_OTHER && !spoken.has(name)) continue
    if (answerForNamed(sweep, who, place).decision !== 'denied') found.add(name)
  }
  return [...found].sort()
}

/** Whether the resource's own policy is not known, or not all of it, so that it may let in users and roles of any account. */
export function mayLetInAnybody(sweep: Sweep, outside: ExternalPrincipals): boolean {
  const { request, policies } = sweep.side
  if (outside.tellsOfEverybody || request.resource === '*') return false
  const listed = policies.resourcePolicy === undefined ? undefined : [policies.resourcePolicy ?? []].flat()
  const isKnown = listed?.every(({ document }) => document.unreadable.length === 0) === true
  return !isKnown && answerForNamed(sweep, roleIn(sweep, unusedAccount(sweep, outside))).decision !== 'denied'
}

/** Accounts that a statement speaks of: all of them, or those of its entries; an id that is nowhere resolved has none. */
function accountsNamed({ principal, principalElement }: Statement): readonly string[] {
  if (principal === undefined) return []
  if (principal.any || principalElement === 'NotPrincipal') return [ANY_OTHER]
  return principal.entries.flatMap(({ type, value }) => {
    const account = isAccountId(value) ? value : (parseArn(value)?.account ?? '')
    return type === 'AWS' && isAccountId(account) ? [account] : []
  })
}

/**
 * Statements of the resource's side that bear on the action: its own policy, and the resource control policies of its
 * account.
 */
function bearingOn({ side: { request, policies } }: Sweep): readonly Statement[] {
  const action = readAction(request.action)
  if (action === undefined) return []
  const { resourcePolicy, resourceControlPolicies } = policies
  const listed: readonly PreparedPolicy[] = [
    ...[resourcePolicy ?? []].flat(),
    ...(resourceControlPolicies ?? []).flatMap((level) => level.policies ?? []),
  ]
  return listed.flatMap((policy) => {
    const { denies, allows } = policy.bearingOn(action)
    return [...denies, ...allows]
  })
}

/** All that statements say of who asks, as one text in which an account id can be looked for. */
const textOf = (statements: readonly Statement[]): string =>
  JSON.stringify(
    statements.map(({ principalSource, conditions }) => [
      principalSource,
      conditions.flatMap(({ values }) => values.map(({ template }) => template.source)),
    ]),
  )

/** An account that nothing tells apart: twelve digits that no statement holds, and that is not in the snapshot. */
function unusedAccount(sweep: Sweep, { isListed }: ExternalPrincipals): string {
  const text = textOf(bearingOn(sweep))
  let account = 999_999_999_999
  while (isListed(String(account)) || text.includes(String(account))) account--
  return String(account)
}

/** Users, roles and root users, one for each way in which statements tell them apart. */
function askersApart(
  sweep: Sweep,
  statements: readonly Statement[],
  stranger: string,
  { isListed }: ExternalPrincipals,
): { readonly apart: readonly Who[]; readonly complete: boolean } {
  const partition = partitionAsked(sweep.side.request)
  const lines = statements.flatMap(({ conditions }) => conditions)
  const { askers, complete } = principalsOfAccounts(['role', 'user', 'root'], lines, statements, partition)
  const apart = askers.flatMap(({ who, caller: { account = '' } }) => {
    if (parseArn(who.principal)?.partition !== partition) return []
    // An example of those whom nothing names may happen to lie in an account of the snapshot, or in one that is named.
    const moved = inAccount(who, account, stranger)
    return isListed(account) ? [moved] : [moved, who]
  })
  return { apart, complete }
}

function inAccount({ principal, principalDetails }: Who, from: string, to: string): Who {
  const moved = (arn: string): string => arn.replace(`::${from}:`, `::${to}:`)
  const roleArn = principalDetails?.roleArn
  return {
    principal: moved(principal),
    ...(roleArn === undefined ? {} : { principalDetails: { roleArn: moved(roleArn) } }),
  }
}

/** A role stands for its sessions. */
const namesOf = ({ principal, principalDetails }: Who): readonly string[] =>
  [principal, principalDetails?.roleArn ?? []].flat()

const roleIn = ({ side }: Sweep, account: string): Who => ({
  principal: `arn:${partitionAsked(side.request)}:iam::${account}:role/anyone`,
})

const OF_ORGANIZATION: ReadonlySet<string> = new Set(['aws:principalorgid', 'aws:principalorgpaths'])

/** An account that the organization does not list is in none of which the policies speak, if they speak of no other. */
function placeOf({ snapshot }: Sweep, statements: readonly Statement[]): Pick<Organization, 'principalPath'> {
  const known = organizationOf(snapshot)
  const id = typeof known === 'string' ? undefined : known.id
  if (id === undefined) return {}
  const lines = statements.flatMap(({ conditions }) => conditions)
  const values = lines.filter(({ key }) => OF_ORGANIZATION.has(key.toLowerCase())).flatMap((line) => line.values)
  return values.every(({ template: { source } }) => source === id || source.startsWith(`${id}/`))
    ? { principalPath: null }
    : {}
}

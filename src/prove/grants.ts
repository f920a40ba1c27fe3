import { preparePolicy, type PreparedPolicies, type PreparedPolicy } from '#engine/prepare.ts'
import type { Organization } from '#engine/scenario.ts'
import type { ManagedPolicies } from '#engine/managed-policies.ts'
import { type Caller, readCaller } from '#iam/caller.ts'
import type { Action } from '#iam/action.ts'
import type { Statement } from '#iam/policy.ts'
import type { Request } from '#iam/request.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { controlPoliciesOf } from '#snapshot/organization.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import type { Budget } from '#space/budget.ts'
import { statementText } from '#space/statement-text.ts'
import { actionOf, namesOf, traitOf } from './action-names.ts'
import { newPreparedPolicyCache, prepareResourceSide } from './prepared-policy-cache.ts'

/** A principal with everything that bears on its own side, for resources of its own account. */
export interface Holder {
  readonly caller: Caller
  readonly account: string
  /** The request without action and resource. */
  readonly request: Request
  /** Resource policies and guards are none here. */
  readonly policies: PreparedPolicies
  readonly organization: Organization | null | undefined
  readonly notes: readonly string[]
}

/** Undefined: a caller without an account, of whom nothing can be listed. */
export function holderOf(
  snapshot: Snapshot,
  principal: string,
  context: Request['context'],
  find: ManagedPolicies,
): Holder | undefined {
  const anyRequest: Request = { principal, action: '*', resource: null, ...(context === undefined ? {} : { context }) }
  const caller = readCaller(anyRequest)
  const { account } = caller
  if (account === undefined) return undefined
  const inForce = policiesInForce(snapshot, { ...anyRequest, resourceAccount: account })
  const { policies, organization, notes } = inForce
  // Whose a resource is depends on the resource.
  const { resourceAccount: _, ...request } = inForce.request
  const cache = newPreparedPolicyCache(find)
  const { identityPolicies: identity, permissionsBoundary: boundary, vpcEndpointPolicy = null } = policies
  const rcps = controlPoliciesOf(snapshot, account, 'rcps').levels
  const side = prepareResourceSide({
    ...(rcps === undefined ? {} : { resourceControlPolicies: rcps }),
    resourcePolicy: null,
    serviceGuards: null,
    vpcEndpointPolicy,
  })
  return {
    caller,
    account,
    request,
    policies: {
      ...side,
      serviceControlPolicies: cache.levels(policies.serviceControlPolicies),
      identityPolicies: identity === undefined || identity === null ? identity : identity.map(cache.identity),
      permissionsBoundary: boundary && cache.boundary(boundary),
      sessionPolicies: null,
    },
    organization,
    notes,
  }
}

/** A statement of a policy, to be held against actions and resources. */
export interface Entry {
  readonly statement: Statement
  readonly policy: PreparedPolicy
}

/** Statements of the policies; those that say the same in the same kind of policy are one entry. */
function statementsOf(policies: readonly PreparedPolicy[]): readonly Entry[] {
  const found = new Map<string, Entry>()
  for (const policy of policies)
    for (const statement of policy.document.statements) {
      const text = statementText(statement, policy.document.version, policy.place)
      if (!found.has(text)) found.set(text, { statement, policy })
    }
  return [...found.values()]
}

/** Every statement of the principal's side. */
export const entriesOf = (holder: Holder): readonly Entry[] => statementsOf(policiesOf(holder))

/** Every policy of the same. */
export function policiesOf({ policies }: Holder): readonly PreparedPolicy[] {
  const levels = [...(policies.serviceControlPolicies ?? []), ...(policies.resourceControlPolicies ?? [])]
  return [
    ...(policies.identityPolicies ?? []),
    ...[policies.permissionsBoundary ?? [], policies.vpcEndpointPolicy ?? []].flat(),
    ...levels.flatMap((level) => level.policies ?? []),
  ]
}

/** Entry for identity policies that are missing or cannot be read: they may allow anything; undefined: all can be read. */
export function grantNotKnown({ caller, policies: { identityPolicies: listed } }: Holder): Entry | undefined {
  if (caller.kind === 'root' || listed === null) return undefined
  const isRead = listed?.every(({ document }) => document.unreadable.length === 0) ?? false
  return isRead ? undefined : everythingBy('policies that are not known')
}

const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

const everythingBy = (name: string): Entry | undefined =>
  statementsOf([preparePolicy({ name, document: EVERYTHING }, 'identity')])[0]

/** Grants of a principal: Allow statements of identity policies; the root user has everything of its account (R-EVAL-20). */
export function grantsOf({ caller, policies }: Holder): readonly Entry[] {
  if (caller.kind === 'root') return [everythingBy('root user') ?? []].flat()
  return statementsOf(policies.identityPolicies ?? []).filter(({ statement }) => statement.effect === 'Allow')
}

/** Actions of a grant that nothing tells apart, and the statements that bear on them. */
export interface ActionGroup {
  readonly names: readonly string[]
  readonly bearing: readonly Entry[]
}

/** Divides the actions of grants by the statements that bear on them; what is found of an action is kept for all grants. */
export function groupsBy(entries: readonly Entry[], budget: Budget): (grant: Entry) => readonly ActionGroup[] {
  const elements = elementsOf(entries)
  const weight = 4 + elements.length
  const known = new Map<string, string>()
  const bearing = new Map<string, readonly Entry[]>()
  const listedBy = (name: string): string => {
    const found = known.get(name)
    if (found !== undefined) return found
    budget.spend(weight)
    const action = actionOf(name)
    const listing = elements.filter(({ statement }) => lists(statement, action))
    const made = listing.map(({ number }) => number).join()
    known.set(name, made)
    if (!bearing.has(made)) bearing.set(made, entriesListed(entries, listing))
    return made
  }
  return ({ statement }) => {
    const groups = new Map<string, { readonly names: string[]; readonly bearing: readonly Entry[] }>()
    const names = namesOf(statement)
    budget.spend(names.length >> 1)
    for (const name of names) {
      const by = listedBy(name)
      const key = `${by} ${traitOf(name)}`
      const group = groups.get(key)
      if (group === undefined) groups.set(key, { names: [name], bearing: bearing.get(by) ?? [] })
      else group.names.push(name)
    }
    return [...groups.values()]
  }
}

/** Action elements that several statements write alike: one of those statements, and the numbers of all of them. */
interface Element {
  readonly number: number
  readonly statement: Statement
  readonly entries: number[]
}

function elementsOf(entries: readonly Entry[]): readonly Element[] {
  const found = new Map<string, Element>()
  for (const [i, { statement }] of entries.entries()) {
    const text = JSON.stringify([statement.actionElement, statement.actionSource])
    const known = found.get(text)
    if (known === undefined) found.set(text, { number: found.size, statement, entries: [i] })
    else known.entries.push(i)
  }
  return [...found.values()]
}

const lists = (statement: Statement, action: Action): boolean =>
  statement.listsAction(action) === (statement.actionElement === 'Action')

/** In the order of the policies. */
const entriesListed = (entries: readonly Entry[], listing: readonly Element[]): readonly Entry[] =>
  listing
    .flatMap((element) => element.entries)
    .toSorted((a, b) => a - b)
    .flatMap((i) => entries[i] ?? [])

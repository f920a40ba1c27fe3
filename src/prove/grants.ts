import { preparePolicy, type PreparedPolicies, type PreparedPolicy } from '#engine/prepare.ts'
import type { Organization } from '#engine/scenario.ts'
import type { ManagedPolicies } from '#engine/managed-policies.ts'
import { type Caller, readCaller } from '#iam/caller.ts'
import type { Statement } from '#iam/policy.ts'
import type { Request } from '#iam/request.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { controlPoliciesOf } from '#snapshot/organization.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { actionOf, namesOf, traitOf } from './action-names.ts'
import { newShelf, prepareResourceSide } from './shelf.ts'

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
  const asked: Request = { principal, action: '*', resource: null, ...(context === undefined ? {} : { context }) }
  const caller = readCaller(asked)
  const { account } = caller
  if (account === undefined) return undefined
  const inForce = policiesInForce(snapshot, { ...asked, resourceAccount: account })
  const { policies, organization, notes } = inForce
  // Whose a resource is depends on the resource.
  const { resourceAccount: _, ...request } = inForce.request
  const shelf = newShelf(find)
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
      serviceControlPolicies: shelf.levels(policies.serviceControlPolicies),
      identityPolicies: identity === undefined || identity === null ? identity : identity.map(shelf.identity),
      permissionsBoundary: boundary && shelf.boundary(boundary),
      sessionPolicies: null,
    },
    organization,
    notes,
  }
}

/** One statement of a policy, to be held against actions and resources. */
export interface Entry {
  readonly statement: Statement
  readonly policy: PreparedPolicy
}

const statementsOf = (policies: readonly PreparedPolicy[]): readonly Entry[] =>
  policies.flatMap((policy) => policy.document.statements.map((statement) => ({ statement, policy })))

/** Every statement of the principal's side. */
export function entriesOf({ policies }: Holder): readonly Entry[] {
  const levels = [...(policies.serviceControlPolicies ?? []), ...(policies.resourceControlPolicies ?? [])]
  return statementsOf([
    ...(policies.identityPolicies ?? []),
    ...[policies.permissionsBoundary ?? [], policies.vpcEndpointPolicy ?? []].flat(),
    ...levels.flatMap((level) => level.policies ?? []),
  ])
}

/** Of identity policies that are missing or cannot be read: they may allow anything; undefined: all can be read. */
export function grantNotKnown({ caller, policies: { identityPolicies: listed } }: Holder): Entry | undefined {
  if (caller.kind === 'root' || listed === null) return undefined
  const isRead = listed?.every(({ document }) => document.unreadable.length === 0) ?? false
  return isRead ? undefined : everythingBy('policies that are not known')
}

const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

const everythingBy = (name: string): Entry | undefined =>
  statementsOf([preparePolicy({ name, document: EVERYTHING }, 'identity')])[0]

/** What gives access: Allow statements of identity policies; the root user has everything of its account (R-EVAL-20). */
export function grantsOf({ caller, policies }: Holder): readonly Entry[] {
  if (caller.kind === 'root') return [everythingBy('root user') ?? []].flat()
  return statementsOf(policies.identityPolicies ?? []).filter(({ statement }) => statement.effect === 'Allow')
}

/** Actions of a grant that nothing tells apart, and the statements that bear on them. */
export interface ActionGroup {
  readonly names: readonly string[]
  readonly bearing: readonly Entry[]
}

export function groupsOf({ statement }: Entry, entries: readonly Entry[]): readonly ActionGroup[] {
  const groups = new Map<string, { readonly names: string[]; readonly bearing: readonly Entry[] }>()
  const bearingOn = bearingByPolicy(entries)
  for (const name of namesOf(statement)) {
    const bearing = bearingOn(name)
    const key = `${bearing.map((i) => i).join()} ${traitOf(name)}`
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { names: [name], bearing: bearing.flatMap((i) => entries[i] ?? []) })
    else known.names.push(name)
  }
  return [...groups.values()]
}

/** Numbers of the entries that bear on an action. */
function bearingByPolicy(entries: readonly Entry[]): (name: string) => readonly number[] {
  return (name) => {
    const action = actionOf(name)
    return entries.flatMap(({ statement }, i) =>
      statement.listsAction(action) === (statement.actionElement === 'Action') ? [i] : [],
    )
  }
}

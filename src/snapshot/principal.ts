import type { Policy } from '#engine/scenario.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { type Caller, readCaller } from '#iam/caller.ts'
import type { Request } from '#iam/request.ts'
import { detailsFile, detailsState, type Entity, entityOf, managedPolicy } from './entities.ts'
import { field, isObject } from './fields.ts'
import { coverageOf, partState, type Snapshot } from './snapshot.ts'

/** Who a request comes from, as far as the snapshot knows them. */
export interface Principal {
  readonly caller: Caller
  /** Undefined for callers without policies of their own, and where the snapshot does not hold them. */
  readonly entity: Entity | undefined
  /** Why a user or role has no entity here: a note for the reader. */
  readonly why: string | undefined
}

/** Callers that no identity policy, boundary or SCP is attached to (docs/layers). */
export const hasOwnPolicies = (caller: Caller): boolean =>
  caller.kind === 'user' || caller.kind === 'role-session' || caller.kind === 'federated-session'

export const isOutsideAccounts = (caller: Caller): boolean =>
  caller.kind === 'service' || caller.kind === 'anonymous' || caller.kind === 'identity-provider'

export function principalOf(snapshot: Snapshot, request: Request): Principal {
  const caller = readCaller(request)
  const nobody = (why: string | undefined): Principal => ({ caller, entity: undefined, why })
  if (!hasOwnPolicies(caller)) return nobody(caller.kind === 'unknown' ? 'the principal cannot be read' : undefined)
  const arn = caller.kind === 'role-session' ? caller.roleArn : caller.kind === 'user' ? caller.arn : parentOf(caller)
  if (arn === undefined) return nobody('the user behind a federated-user session is not in its ARN (R-PRIN-10)')
  const kind = caller.kind === 'role-session' ? 'role' : 'user'
  const read = parseArn(arn)
  const account = read?.account ?? ''
  if (read === undefined || !isAccountId(account) || !read.resource.startsWith(`${kind}/`))
    return nobody(`\`${arn}\` is not the ARN of a ${kind}`)
  const name = read.resource.slice(read.resource.lastIndexOf('/') + 1)
  const entity = entityOf(snapshot, account, kind, name)
  if (entity === 'unreadable') return nobody(`${kind} \`${name}\` stands in the snapshot, but cannot be read`)
  return entity === undefined ? nobody(whyMissing(snapshot, account, kind, name)) : { caller, entity, why: undefined }
}

/** The parent user of a GetFederationToken session, given by ARN or by name (R-PRIN-10). */
function parentOf(caller: Caller): string | undefined {
  const by = caller.federatedBy
  if (by === undefined || by === '') return undefined
  return by.startsWith('arn:') ? by : `arn:${caller.partition}:iam::${caller.account ?? ''}:user/${by}`
}

function whyMissing(snapshot: Snapshot, account: string, kind: string, name: string): string {
  const file = detailsFile(account)
  const state = detailsState(snapshot, account)
  const why = coverageOf(snapshot, file)?.why
  if (state !== 'read')
    return `${file} is ${state === 'missing' ? 'not in the snapshot' : 'unreadable'}${why === undefined ? '' : `: ${why}`}`
  return `there is no ${kind} \`${name}\` in ${file}: made or deleted since, or another account is meant`
}

/** The role behind a role or session ARN, by its name: a session ARN does not hold the path (R-PRIN-03). */
export function roleOf(snapshot: Snapshot, arn: string): Entity | undefined {
  const entity = roleEntry(snapshot, arn)
  return entity === 'unreadable' ? undefined : entity
}

export function roleEntry(snapshot: Snapshot, arn: string): Entity | 'unreadable' | undefined {
  const read = parseArn(arn)
  if (read === undefined) return undefined
  const [type = '', second = ''] = read.resource.split('/', 2)
  const isSession = read.service === 'sts' && type === 'assumed-role'
  if (!isSession && !(read.service === 'iam' && type === 'role')) return undefined
  const name = isSession ? second : read.resource.slice(read.resource.lastIndexOf('/') + 1)
  return entityOf(snapshot, read.account, 'role', name)
}

/** Inline and managed policies of the entity and, for a user, of its groups (docs/layers, layer identity). */
export function identityPoliciesOf(snapshot: Snapshot, entity: Entity): readonly Policy[] {
  const own = [...entity.inline, ...attached(snapshot, entity)]
  return [...own, ...entity.groups.flatMap((name) => groupPolicies(snapshot, entity.account, name))]
}

const attached = (snapshot: Snapshot, entity: Entity): readonly Policy[] =>
  entity.attached.map(({ name, arn }) => managedPolicy(snapshot, entity.account, name, arn))

/** Policies of a group, each with the group's name; undefined: the snapshot does not have the group. */
export const policiesOfGroup = (snapshot: Snapshot, account: string, name: string): readonly Policy[] | undefined =>
  typeof entityOf(snapshot, account, 'group', name) === 'object' ? groupPolicies(snapshot, account, name) : undefined

function groupPolicies(snapshot: Snapshot, account: string, name: string): readonly Policy[] {
  const group = entityOf(snapshot, account, 'group', name)
  // A policy without a document is one that may allow or deny: the group is there, what it grants is not known.
  if (group === undefined || group === 'unreadable') {
    snapshot.report(detailsFile(account), `group \`${name}\` is not listed, so its policies are not known`)
    return [{ name: `policies of group ${name}` }]
  }
  return [
    ...group.inline.map((policy) => ofGroup(policy, name)),
    ...attached(snapshot, group).map((policy) => ofGroup(policy, name)),
  ]
}

/** A policy that its holder has from a group; an inline one, which has no ARN, goes by the group's name, too. */
export const ofGroup = (policy: Policy, group: string): Policy => ({
  ...policy,
  ...(policy.arn === undefined ? { name: `${policy.name} (group ${group})` } : {}),
  group,
})

/** A boundary that nothing names is one without a document: it may allow or deny. */
export function boundaryOf(snapshot: Snapshot, { boundaryArn, account, name, kind, file }: Entity): Policy | null {
  if (boundaryArn === undefined) return null
  if (boundaryArn !== '') return managedPolicy(snapshot, account, undefined, boundaryArn)
  snapshot.report(file, `the permissions boundary of ${kind} \`${name}\` has no PermissionsBoundaryArn`)
  return { name: `permissions boundary of ${name}`, file }
}

/**
 * The tags a request carries, where the snapshot alone settles them: a user's own; a role's only if its trust policy lets
 * nobody pass session tags, which would overlay them (R-PRIN-06, R-STS-07).
 */
export function settledTags(snapshot: Snapshot, principal: Principal): Readonly<Record<string, string>> | undefined {
  const { caller, entity } = principal
  if (entity === undefined || caller.kind === 'federated-session') return undefined
  if (caller.kind === 'role-session' && mayTagSession(entity.trustPolicy?.document)) return undefined
  if (entity.tags !== undefined) return entity.tags
  return partState(snapshot, entity.file) === 'complete' ? {} : undefined
}

/** Whether any Allow of a trust policy could cover sts:TagSession; a policy that is no plain object might. */
export function mayTagSession(trust: unknown): boolean {
  if (!isObject(trust)) return true
  const statement = field(trust, 'Statement')
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement]
  return statements.some((statement) => {
    if (field(statement, 'Effect') === 'Deny') return false
    const action = field(statement, 'Action')
    const actions: readonly unknown[] = Array.isArray(action) ? action : [action]
    return actions.some((name) => typeof name !== 'string' || coversTagSession(name))
  })
}

const coversTagSession = (action: string): boolean =>
  action.includes('*') || action.includes('?') || action.trim().toLowerCase() === 'sts:tagsession'

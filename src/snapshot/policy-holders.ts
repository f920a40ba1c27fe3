import {
  detailsFile,
  detailsState,
  entityOf,
  hasList,
  listEntities,
  listedGroup,
  listedPolicy,
  policyUses,
} from './entities.ts'
import { field, listField, textField } from './fields.ts'
import { partState, type Snapshot } from './snapshot.ts'

/** Principals of an account that were not read, and the call of the AWS CLI that lists them. */
export interface Unread {
  readonly who: string
  /** `iam get-group` */
  readonly call?: string
  readonly option?: readonly [name: string, value: string]
}

/**
 * Users and roles of an account that the snapshot may lack; undefined: it has them all. Only `complete` coverage says so
 * (docs/snapshot.md): a live read and a filtered call have some of them.
 */
export function unreadPrincipals(snapshot: Snapshot, account: string): Unread | undefined {
  const isRead = detailsState(snapshot, account) === 'read'
  const hasAll =
    isRead &&
    partState(snapshot, detailsFile(account)) === 'complete' &&
    (['user', 'role', 'group'] as const).every((kind) => hasList(snapshot, account, kind))
  return hasAll
    ? undefined
    : { who: `${isRead ? 'other' : 'the'} users and roles of account ${account}`, call: DETAILS }
}

const DETAILS = 'iam get-account-authorization-details'

/**
 * Principals that may use a managed policy, attached or as their boundary, and that the snapshot may lack; undefined: it has
 * them all. IAM lists who uses a policy (`list-entities-for-policy`: `Entities` of the policy's entry) and counts them
 * (`get-policy`: `AttachmentCount`, `PermissionsBoundaryUsageCount`).
 */
export function unreadHolders(snapshot: Snapshot, account: string, arn: string): Unread | undefined {
  if (unreadPrincipals(snapshot, account) === undefined) return undefined
  const entry = listedPolicy(snapshot, account, arn)
  const entities = field(entry, 'Entities')
  if (entities !== undefined) return unreadOf(snapshot, account, entities)
  const { principals, groups } = policyUses(snapshot, account, arn)
  const counted = countIn(entry, 'AttachmentCount') + countIn(entry, 'PermissionsBoundaryUsageCount')
  // A group counts once, however many members it has.
  if (counted === principals + groups.length) return unreadInGroups(snapshot, account, groups)
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  return {
    who: `other principals that use policy \`${name}\``,
    call: 'iam list-entities-for-policy',
    option: ['--policy-arn', arn],
  }
}

/** Members of a group that the snapshot may lack; undefined: it has them all. `Users` of its entry is what `get-group` prints. */
export function unreadMembers(snapshot: Snapshot, account: string, group: string): Unread | undefined {
  if (unreadPrincipals(snapshot, account) === undefined) return undefined
  const users = listField(listedGroup(snapshot, account, group), 'Users')
  return users === undefined
    ? { who: `other members of group \`${group}\``, call: 'iam get-group', option: ['--group-name', group] }
    : unreadNamed(snapshot, account, 'user', namesIn(users, 'UserName'))
}

/** Names of a group's members that the snapshot has. */
export const membersOf = (snapshot: Snapshot, account: string, group: string): readonly string[] =>
  listEntities(snapshot, account, 'user').flatMap(({ arn, entity }) =>
    entity === undefined || entity.groups.some((name) => name.toLowerCase() === group.toLowerCase()) ? [arn] : [],
  )

const unreadOf = (snapshot: Snapshot, account: string, entities: unknown): Unread | undefined =>
  unreadNamed(snapshot, account, 'role', namesIn(listField(entities, 'PolicyRoles'), 'RoleName')) ??
  unreadNamed(snapshot, account, 'user', namesIn(listField(entities, 'PolicyUsers'), 'UserName')) ??
  unreadInGroups(snapshot, account, namesIn(listField(entities, 'PolicyGroups'), 'GroupName'))

const unreadInGroups = (snapshot: Snapshot, account: string, groups: readonly string[]): Unread | undefined =>
  groups.flatMap((group) => unreadMembers(snapshot, account, group) ?? [])[0]

function unreadNamed(
  snapshot: Snapshot,
  account: string,
  kind: 'user' | 'role',
  names: readonly string[],
): Unread | undefined {
  const name = names.find((one) => typeof entityOf(snapshot, account, kind, one) !== 'object')
  return name === undefined ? undefined : { who: `${kind} \`${name}\` of account ${account}`, call: DETAILS }
}

/** A list that is not there, or has no names, names nobody whom the snapshot has. */
const namesIn = (list: readonly unknown[] | undefined, key: string): readonly string[] =>
  list === undefined ? ['(not listed)'] : list.map((item) => textField(item, key) ?? '(without a name)')

/** A count that is not there is that of nobody: it equals no count of uses, of which the caller's is one. */
const countIn = (entry: unknown, name: string): number => {
  const count = field(entry, name)
  return typeof count === 'number' ? count : Number.NaN
}

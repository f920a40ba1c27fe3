import { CHANGE_SUBJECTS } from '../change-kinds.ts'
import type { ReplayContext } from '#diagnose/replay-context.ts'
import type { PolicyLevel } from '#engine/scenario.ts'
import type { AttributeEdit, Edited } from '../edit.ts'
import { openAfter } from '../edits/edit-tags.ts'
import { isIdentityCenter, permissionSetOf } from '../owner.ts'
import { groupOf, isOwn, isSamePolicy, type PolicyLocation } from '../policy-location.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { Caller } from '#iam/caller.ts'
import { awsOption, noAwsValue } from '#quote/shell.ts'
import { accountsOf } from '#snapshot/accounts.ts'
import { principalArnsOf } from '#snapshot/entities.ts'
import { controlPoliciesOf, ORGANIZATION_FILE } from '#snapshot/organization.ts'
import { membersOf, type Unread, unreadHolders, unreadMembers, unreadPrincipals } from '#snapshot/policy-holders.ts'
import { partState, type Snapshot } from '#snapshot/snapshot.ts'
import { changedForOthers, statementsForOthers, type StatementForOthers } from './statement-for-other-principals.ts'

/** Who besides the caller an edited document may bear on. */
export interface AffectedPrincipals {
  readonly principals: readonly string[]
  /** Why there may be more; undefined: that is all of them. */
  readonly more?: string
}

const NOBODY: AffectedPrincipals = { principals: [] }

/** Everybody but the caller whom an edit affects: nobody where the document says the same to everybody else. */
export function affectedPrincipals(
  { edits, before, after }: Edited,
  replayContext: ReplayContext,
  caller: Caller,
): AffectedPrincipals {
  const [edit] = edits
  if (edit?.is === 'attribute' && CHANGE_SUBJECTS[edit.kind] !== 'grant') return ofSetting(edit, replayContext)
  if (edit?.is !== 'document') return NOBODY
  const { location } = edit
  if (!isIdentityCenter(location) && (isOwn(location) || isNew(location))) return NOBODY
  const changed = changedForOthers(before, after, caller)
  if (changed.length === 0) return NOBODY
  const { policySource } = replayContext
  if (policySource.kind !== 'snapshot') return { principals: [], more: withoutSnapshot(location) }
  const { snapshot } = policySource
  switch (location.layer) {
    case 'identity-policy':
    case 'permissions-boundary':
      return holdersOf(snapshot, location, caller)
    case 'service-control-policy':
      return principalsUnder(snapshot, location, caller)
    case 'resource-control-policy':
      return { ...everybodyIn(snapshot), more: 'it is in force for callers from anywhere' }
    default:
      // What makes a policy public bears on all that its other statements let in (R-S3-05).
      return namedBy(
        isUnpublished(edits) ? [...statementsForOthers(after, caller).values()] : changed,
        snapshot,
        caller,
      )
  }
}

/** Users and roles that have an identity policy or boundary: by the policy itself, by a group, or by a permission set. */
function holdersOf(snapshot: Snapshot, location: PolicyLocation, caller: Caller): AffectedPrincipals {
  const account = parseArn(location.arn ?? location.on)?.account ?? caller.account ?? ''
  if (isIdentityCenter(location)) return rolesOfPermissionSet(snapshot, location)
  const group = groupOf(location.name)
  if (group !== undefined && (location.arn === undefined || location.attachment !== undefined))
    return membersOfGroup(snapshot, account, group, location)
  const { arn } = location
  const { principals } = principalsIn(snapshot, [account])
  const unread = arn === undefined ? unreadPrincipals(snapshot, account) : unreadHolders(snapshot, account, arn)
  return unread === undefined ? { principals } : { principals, more: unreadWords([unread]) }
}

/** A policy of a group affects its members. What is attached to the group, or taken from it, is not compared for each. */
function membersOfGroup(
  snapshot: Snapshot,
  account: string,
  group: string,
  { on, attachment }: PolicyLocation,
): AffectedPrincipals {
  const principals = membersOf(snapshot, account, group)
  const unread = unreadMembers(snapshot, account, group)
  if (unread !== undefined) return { principals, more: unreadWords([unread]) }
  const isShared = attachment !== undefined && principals.some((arn) => arn !== on)
  return isShared
    ? { principals, more: `the other members of group \`${group}\` get it, too, and are not compared` }
    : { principals }
}

/** A permission set makes a role in every account that it is assigned in, and changes all of them alike (R-EVAL-05). */
function rolesOfPermissionSet(snapshot: Snapshot, { on }: PolicyLocation): AffectedPrincipals {
  const accounts = accountsOf(snapshot).map(({ id }) => id)
  const others = accounts
    .flatMap((account) => principalArnsOf(snapshot, account))
    .filter((arn) => arn !== on && isIdentityCenter({ on: arn }) && permissionSetOf(arn) === permissionSetOf(on))
  const unread = accounts.flatMap((account) => unreadPrincipals(snapshot, account) ?? [])
  const isWhole = unread.length === 0 && partState(snapshot, ORGANIZATION_FILE) === 'complete'
  if (isWhole && others.length === 0) return NOBODY
  const [first] = others
  return {
    principals: others,
    more:
      first === undefined
        ? `other accounts in which permission set \`${permissionSetOf(on)}\` is assigned were not read: \`aws sso-admin list-accounts-for-provisioned-permission-set\``
        : `permission set \`${permissionSetOf(on)}\` is assigned in other accounts, too: \`${first}\` changes with it`,
  }
}

/** Users, roles and roots of the accounts under an SCP. */
function principalsUnder(snapshot: Snapshot, location: PolicyLocation, { partition }: Caller): AffectedPrincipals {
  const found = principalsIn(snapshot, accountsUnder(snapshot, location), partition)
  if (found.more !== undefined || partState(snapshot, ORGANIZATION_FILE) === 'complete') return found
  const id = location.arn?.slice(location.arn.lastIndexOf('/') + 1)
  const listing: Pick<Unread, 'call' | 'option'> =
    location.attachment === undefined && id !== undefined
      ? { call: 'organizations list-targets-for-policy', option: ['--policy-id', id] }
      : { call: 'organizations list-accounts' }
  return { ...found, more: unreadWords([{ who: `other accounts under \`${location.name}\``, ...listing }]) }
}

/** `other members of group `devs` were not read: `aws iam get-group --group-name devs``. */
function unreadWords([first, ...rest]: readonly Unread[]): string {
  const { who = '', call, option } = first ?? {}
  const also = rest.length === 0 ? '' : ` and of ${rest.length} more`
  const isOne = /^(?:role|user) /.test(who) && rest.length === 0
  const command =
    call === undefined || (option !== undefined && noAwsValue(option[1]) !== undefined)
      ? ''
      : `: \`aws ${call}${option === undefined ? '' : ` ${awsOption(...option)}`}\``
  return `${who}${also} ${isOne ? 'was' : 'were'} not read${command}`
}

/** Why more may be affected where no snapshot lists who uses the policy. */
function withoutSnapshot(location: PolicyLocation): string {
  const { layer, arn, name } = location
  const group = groupOf(name)
  const who = `other principals that ${useWords(location)}`
  if (group !== undefined && arn === undefined)
    return unreadWords([{ who, call: 'iam get-group', option: ['--group-name', group] }])
  const isManaged = arn !== undefined && (layer === 'identity-policy' || layer === 'permissions-boundary')
  return unreadWords([
    { who, ...(isManaged ? { call: 'iam list-entities-for-policy', option: ['--policy-arn', arn] as const } : {}) },
  ])
}

/** A setting of the resource bears on everybody, and on each object in its own way; a tag, on whoever's policies ask for it. */
const ofSetting = (edit: AttributeEdit, { policySource }: ReplayContext): AffectedPrincipals => ({
  principals: policySource.kind === 'snapshot' ? [...everybodyIn(policySource.snapshot).principals, 'anonymous'] : [],
  more: openAfter(edit),
})

const isUnpublished = (edits: Edited['edits']): boolean => edits.some(({ slug }) => slug === 'not-public')

/** A managed policy that is made for the caller is attached to nobody else. */
const isNew = ({ layer, name, document, attachment, group }: PolicyLocation): boolean =>
  attachment === undefined
    ? layer === 'identity-policy' && document === null
    : layer === 'permissions-boundary' ||
      (layer === 'identity-policy' && (group !== undefined || groupOf(name) === undefined))

/** To go on after "other principals that". */
function useWords({ layer, arn, name, on, where }: PolicyLocation): string {
  switch (layer) {
    case 'identity-policy': {
      const group = groupOf(name)
      if (isIdentityCenter({ on, ...(arn === undefined ? {} : { arn }) })) return 'have the same permission set'
      return group === undefined ? `have managed policy \`${name}\`` : `are in group \`${group}\``
    }
    case 'permissions-boundary':
      return `have permissions boundary \`${name}\``
    case 'service-control-policy':
      return `are under service control policy \`${name}\``
    case 'resource-control-policy':
      return `are under resource control policy \`${name}\``
    case 'vpc-endpoint-policy':
      return `use VPC endpoint ${where ?? name}`
    default:
      return `the changed statements of \`${name}\` name`
  }
}

/** `rootsOf`: the partition of their roots, where those count too. */
function principalsIn(snapshot: Snapshot, accounts: readonly string[], rootsOf?: string): AffectedPrincipals {
  const principals = accounts.flatMap((account) => [
    ...(rootsOf !== undefined ? [`arn:${rootsOf}:iam::${account}:root`] : []),
    ...principalArnsOf(snapshot, account),
  ])
  const unread = accounts.flatMap((account) => unreadPrincipals(snapshot, account) ?? [])
  return unread.length === 0 ? { principals } : { principals, more: unreadWords(unread) }
}

const everybodyIn = (snapshot: Snapshot): AffectedPrincipals =>
  principalsIn(
    snapshot,
    accountsOf(snapshot).map(({ id }) => id),
  )

/** Accounts on whose path the policy stands, or the level that a new one is put at. */
function accountsUnder(snapshot: Snapshot, location: PolicyLocation): readonly string[] {
  const isAt = ({ target, policies = [] }: PolicyLevel): boolean =>
    location.document === null ? target === location.where : policies.some((policy) => isSamePolicy(policy, location))
  return accountsOf(snapshot)
    .filter(({ isManagement }) => !isManagement)
    .map(({ id }) => id)
    .filter((id) => controlPoliciesOf(snapshot, id, 'scps').levels?.some(isAt) === true)
}

/** Who the changed statements of a resource or endpoint name. */
function namedBy(
  statements: readonly StatementForOthers[],
  snapshot: Snapshot,
  { partition }: Caller,
): AffectedPrincipals {
  const named = statements.flatMap(namesIn)
  const isWide = named.some(({ type, value }) => type !== 'AWS' || value.includes('*')) || named.length === 0
  if (isWide)
    return {
      principals: [...everybodyIn(snapshot).principals, 'anonymous'],
      more: 'a statement that changes lets in callers that no snapshot lists',
    }
  const accounts = named.map(({ value }) =>
    isAccountId(value) ? value : value.endsWith(':root') ? accountOf(value) : '',
  )
  const whole = principalsIn(
    snapshot,
    [...new Set(accounts)].filter((account) => account !== ''),
    partition,
  )
  const exact = named.flatMap(({ value }, i) => (accounts[i] === '' ? [value] : []))
  return { ...whole, principals: [...whole.principals, ...exact] }
}

const accountOf = (arn: string): string => parseArn(arn)?.account ?? ''

/** Everything the principal element lists; `*` where it is something else. */
function namesIn(statement: StatementForOthers): readonly { readonly type: string; readonly value: string }[] {
  const principal = statement['Principal']
  if (typeof principal !== 'object' || principal === null) return [{ type: 'AWS', value: '*' }]
  return Object.entries(principal).flatMap(([type, listed]) =>
    [listed].flat().map((value) => ({ type, value: typeof value === 'string' ? value : '*' })),
  )
}

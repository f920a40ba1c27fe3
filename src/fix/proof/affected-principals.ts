import { CHANGE_SUBJECTS } from '../change-kinds.ts'
import type { ReplayContext } from '#diagnose/replay-context.ts'
import type { PolicyLevel } from '#engine/scenario.ts'
import type { AttributeEdit, Edited } from '../edit.ts'
import { isTagEdit } from '../edits/edit-tags.ts'
import { groupOf, isOwn, isSamePolicy, type PolicyLocation } from '../policy-location.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { Caller } from '#iam/caller.ts'
import { accountsOf } from '#snapshot/accounts.ts'
import { detailsState, principalArnsOf } from '#snapshot/entities.ts'
import { controlPoliciesOf } from '#snapshot/organization.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { changedForOthers, statementsForOthers, type StatementForOthers } from './statement-for-other-principals.ts'

/** Who besides the caller an edited document may bear on. */
export interface AffectedPrincipals {
  readonly principals: readonly string[]
  /** Why there may be more; undefined: that is all of them. */
  readonly more?: string
}

const NOBODY: AffectedPrincipals = { principals: [] }

/** Who else an edit bears on: nobody where the document says the same to everybody but the caller. */
export function affectedPrincipals(
  { edits, before, after }: Edited,
  replayContext: ReplayContext,
  caller: Caller,
): AffectedPrincipals {
  const [edit] = edits
  if (edit?.is === 'attribute' && CHANGE_SUBJECTS[edit.kind] !== 'grant') return ofSetting(edit, replayContext)
  if (edit?.is !== 'document' || isOwn(edit.location) || isNew(edit.location)) return NOBODY
  const changed = changedForOthers(before, after, caller)
  if (changed.length === 0) return NOBODY
  const { location } = edit
  const { policySource } = replayContext
  if (policySource.kind !== 'snapshot')
    return { principals: [], more: `who else ${holdingWords(location)} is not known: only a snapshot tells` }
  const { snapshot } = policySource
  switch (location.layer) {
    case 'identity-policy':
    case 'permissions-boundary':
      return principalsIn(snapshot, [parseArn(location.arn ?? location.on)?.account ?? caller.account ?? ''])
    case 'service-control-policy':
      return principalsIn(snapshot, accountsUnder(snapshot, location), caller.partition)
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

/** A setting of the resource bears on everybody, and on each object in its own way; a tag, on whoever's policies ask for it. */
const ofSetting = (edit: AttributeEdit, { policySource }: ReplayContext): AffectedPrincipals => ({
  principals: policySource.kind === 'snapshot' ? [...everybodyIn(policySource.snapshot).principals, 'anonymous'] : [],
  more: isTagEdit(edit)
    ? 'a tag of the resource changes: whom else it bears on depends on every policy that asks for the tag'
    : 'a setting of the resource changes: whom else it bears on depends on every object',
})

const isUnpublished = (edits: Edited['edits']): boolean => edits.some(({ slug }) => slug === 'not-public')

/** A managed policy that is made for the caller is attached to nobody else. */
const isNew = ({ layer, name, document, attachment, group }: PolicyLocation): boolean =>
  attachment === undefined
    ? layer === 'identity-policy' && document === null
    : layer === 'permissions-boundary' ||
      (layer === 'identity-policy' && (group !== undefined || groupOf(name) === undefined))

function holdingWords({ layer, name, where }: PolicyLocation): string {
  switch (layer) {
    case 'identity-policy':
      return name.includes(' (group ') ? `is in the group of \`${name}\`` : `has managed policy \`${name}\``
    case 'permissions-boundary':
      return `has permissions boundary \`${name}\``
    case 'service-control-policy':
      return `is under service control policy \`${name}\``
    case 'resource-control-policy':
      return `is held by resource control policy \`${name}\``
    case 'vpc-endpoint-policy':
      return `comes through VPC endpoint ${where ?? name}`
    default:
      return `the changed statements of \`${name}\` let in`
  }
}

/** `rootsOf`: the partition of their roots, where those count too. */
function principalsIn(snapshot: Snapshot, accounts: readonly string[], rootsOf?: string): AffectedPrincipals {
  const principals = accounts.flatMap((account) => [
    ...(rootsOf !== undefined ? [`arn:${rootsOf}:iam::${account}:root`] : []),
    ...principalArnsOf(snapshot, account),
  ])
  const unread = accounts.filter((account) => detailsState(snapshot, account) !== 'read')
  if (unread.length === 0) return { principals }
  const also = unread.length > 1 ? ` and ${unread.length - 1} more` : ''
  return { principals, more: `the users and roles of account ${unread[0] ?? ''}${also} are not in the snapshot` }
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

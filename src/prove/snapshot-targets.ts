import { preparePolicies } from '#engine/prepare.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { Statement } from '#iam/policy.ts'
import { lazy } from '#iam/lazy.ts'
import { accountsOf } from '#snapshot/accounts.ts'
import { detailsState, hasList, listEntities } from '#snapshot/entities.ts'
import { accountsInOrganization, controlPoliciesOf } from '#snapshot/organization.ts'
import { resourcesIn } from '#snapshot/resources.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { partitionOf } from './partition.ts'

/** A resource with a policy of its own, or a role, whose policy says who may assume it, on two sides. */
export interface Target {
  readonly arn: string
  readonly account: string
  readonly isRole: boolean
  /** Its policy, owner or settings are not the same on both sides. */
  readonly changed: boolean
  /** Only what its account's resource control policies say is not the same. */
  readonly limitsChanged: boolean
  /** Whether anything but a policy, an ACL or a grant, may let somebody in. */
  readonly isGranted: boolean
  /** The Allow statements of both sides. */
  readonly allows: () => readonly Statement[]
}

type Sides = readonly [Snapshot, Snapshot]

/** Every resource and every role of two snapshots that has a policy, or of which it is not known. */
export function targetsOf(sides: Sides): readonly Target[] {
  const limits = new Map<string, boolean>()
  const limitsChanged = (account: string): boolean => {
    const known = limits.get(account) ?? rcpText(sides[0], account) !== rcpText(sides[1], account)
    limits.set(account, known)
    return known
  }
  const [before, after] = sides.map(policyHoldersIn)
  const arns = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])]
  return arns.flatMap((arn): Target[] => {
    const both = [before?.get(arn), after?.get(arn)]
    const latest = both[1] ?? both[0]
    if (latest === undefined) return []
    const changed = both[0]?.text !== both[1]?.text
    const has = both.some((each) => each !== undefined && each.policy !== null)
    const { account, isRole } = latest
    const isLimited = limitsChanged(account)
    if (!changed && !has) return []
    return [
      {
        arn,
        account,
        isRole,
        changed,
        limitsChanged: isLimited,
        isGranted: both.some((each) => each?.isGranted === true),
        allows: lazy(() => both.flatMap((each) => allowsOf(each?.policy, isRole))),
      },
    ]
  })
}

interface HolderOnSide {
  readonly account: string
  readonly isRole: boolean
  readonly policy: unknown
  readonly text: string
  readonly isGranted: boolean
}

function policyHoldersIn(snapshot: Snapshot): ReadonlyMap<string, HolderOnSide> {
  const found = new Map<string, HolderOnSide>()
  for (const { arn, account, kind, policy, attributes } of resourcesIn(snapshot)) {
    const isRole = kind === 'trust'
    const isGranted =
      !isRole && attributes !== undefined && /"(?:kmsGrants|acl|objectAcl)"/.test(JSON.stringify(attributes))
    const text = JSON.stringify([account, kind ?? null, policy ?? null, attributes ?? null])
    found.set(arn, { account, isRole, policy, text, isGranted })
  }
  for (const { id: account } of accountsOf(snapshot))
    for (const { arn, entity } of listEntities(snapshot, account, 'role')) {
      const policy = entity?.trustPolicy?.document
      const text = JSON.stringify([account, policy ?? null, entity?.id ?? null, found.get(arn)?.text ?? null])
      found.set(arn, { account, isRole: true, policy, text, isGranted: false })
    }
  return found
}

const rcpText = (snapshot: Snapshot, account: string): string =>
  JSON.stringify(controlPoliciesOf(snapshot, account, 'rcps').levels ?? null)

function allowsOf(policy: unknown, isRole: boolean): readonly Statement[] {
  if (policy === undefined || policy === null) return []
  const { resourcePolicy } = preparePolicies({
    resourcePolicy: { name: 'policy', document: policy, ...(isRole ? { kind: 'trust' } : {}) },
  })
  return resourcePolicy?.document.statements.filter(({ effect }) => effect === 'Allow') ?? []
}

/** Only what names a principal, and not what names its account. */
export const BY_NAME = 'by name'

/** Whether the target's policy may let the principal in; false: surely not. Within one account its own policies may do. */
export function mayConcern(target: Target, principal: string, how?: typeof BY_NAME): boolean {
  const account = parseArn(principal)?.account ?? ''
  if (!target.isRole && (account === target.account || target.isGranted)) return true
  return target.allows().some((statement) => mayName(statement, principal, account, how))
}

function mayName(
  { principal, principalElement }: Statement,
  name: string,
  account: string,
  how: typeof BY_NAME | undefined,
): boolean {
  if (principal === undefined) return false
  if (principal.any || principalElement === 'NotPrincipal') return true
  return principal.entries.some(({ value }) => {
    if (value === name || value === '*') return true
    const own = isAccountId(value) ? value : parseArn(value)?.account
    if (how === BY_NAME && own !== undefined && own === account && (value === own || value.endsWith(':root')))
      return false
    // A unique id may be anyone's.
    return account !== '' && (own === undefined || own === account || !isAccountId(own))
  })
}

/** Whose roles are all known: an account that the snapshots hold with its list of roles. */
export const hasRoles = (sides: Sides, account: string): boolean =>
  sides.every((snapshot) => detailsState(snapshot, account) === 'read' && hasList(snapshot, account, 'role'))

/**
 * Whom the target's policy names beyond the users and roles of the snapshots: services, identity providers, sessions, roots,
 * principals of other accounts; and where it names everybody, somebody of an account that nobody knows.
 */
export function outsidersOf(sides: Sides, target: Target): readonly string[] {
  const found = new Set<string>()
  const partition = partitionOf([target.arn]) ?? 'aws'
  const isRead = (account: string): boolean => sides.every((side) => detailsState(side, account) === 'read')
  const whole = (account: string): void => {
    if (!target.isRole) found.add(`arn:${partition}:iam::${account}:root`)
    else if (!isRead(account)) found.add(`arn:${partition}:iam::${account}:role/any`)
  }
  for (const { principal, principalElement } of target.allows()) {
    if (principal === undefined) continue
    if (principal.any || principalElement === 'NotPrincipal')
      for (const account of unreadAccounts(sides)) whole(account)
    if (principalElement === 'NotPrincipal') continue
    for (const { type, value } of principal.entries) {
      const account = isAccountId(value) ? value : (parseArn(value)?.account ?? '')
      if (type === 'Service' || (type === 'Federated' && target.isRole)) found.add(value)
      else if (type !== 'AWS' || !isAccountId(account)) continue
      else if (isAccountId(value) || value.endsWith(':root')) whole(account)
      else if (!value.includes('*')) found.add(value)
    }
  }
  return [...found]
}

const STRANGERS = ['999999999999', '888888888888', '777777777777']

/** Accounts of the organization that were not collected, and one that belongs to nobody known. */
function unreadAccounts(sides: Sides): readonly string[] {
  const known = new Set(
    sides.flatMap((side) => [...accountsInOrganization(side), ...accountsOf(side).map(({ id }) => id)]),
  )
  const stranger = STRANGERS.find((id) => !known.has(id)) ?? '666666666666'
  return [...known].filter((id) => sides.some((side) => detailsState(side, id) !== 'read')).concat(stranger)
}

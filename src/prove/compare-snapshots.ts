import { prepareScenario } from '#engine/evaluate.ts'
import { type ManagedPolicies, withManagedPolicies } from '#engine/managed-policies.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import type { PoliciesInForce, Scenario } from '#engine/scenario.ts'
import { parseArn } from '#iam/arn.ts'
import type { Statement } from '#iam/policy.ts'
import { actionTruth } from '#iam/statement.ts'
import { accountsOf } from '#snapshot/accounts.ts'
import { principalArnsOf } from '#snapshot/entities.ts'
import { scenarioOf } from '#snapshot/in-force.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import type { AccessSet } from '#space/access-set.ts'
import { compareInForce } from './compare.ts'
import type { CompareOptions, Comparison } from './comparison.ts'
import { layeredEntries } from './layered-entries.ts'
import { sharing } from './shared-policies.ts'
import { onlyOfRoles } from './role-actions.ts'
import { BY_NAME, hasRoles, mayConcern, outsidersOf, type Target, targetsOf } from './snapshot-targets.ts'
import { Total } from './total.ts'

export interface SnapshotOptions extends CompareOptions {
  readonly find?: ManagedPolicies
}

/** Resources and principals looked at together before the answer is `undecided`. */
const MAX_COMPARISONS = 4000

type Sides = readonly [Snapshot, Snapshot]

/**
 * What changed for everyone between two snapshots: for each user and role what its own policies, its boundary and its
 * organization let it do; for each resource and each role whose policy or settings changed what that lets them do, and
 * whoever else the policy names; and what the two changes come to together.
 */
export function compareSnapshots(old: Snapshot, next: Snapshot, options: SnapshotOptions = {}): Comparison {
  const sides: Sides = [old, next]
  const everyone = union(principalsOf(old), principalsOf(next))
  const total = new Total()
  const changed = new Map<string, Changes>()
  const assumeNothing = new Set<string>()
  const apart = comparedApart(sides)
  for (const principal of everyone) {
    const [was, is] = sides.map((snapshot) => besidesResources(snapshot, principal, options.find))
    if (was === undefined || is === undefined) continue
    if (![was, is].some(mayAskForRoles)) assumeNothing.add(principal)
    const [before, after] = sharing(was, is)
    const changes = changesOf(sides, before, after)
    if (changes === undefined) continue
    changed.set(principal, changes)
    total.add(principal, compareInForce(before, after, { ...options, apart }))
  }
  const targets = targetsOf(sides)
  let left = MAX_COMPARISONS
  for (const target of targets)
    for (const principal of concerned(sides, target, everyone, changed)) {
      if (target.isRole && assumeNothing.has(principal) && !mayConcern(target, principal, BY_NAME)) continue
      if (left-- <= 0) break
      const [before, after] = sides.map((snapshot) => onTarget(snapshot, principal, target, options.find))
      if (before === undefined || after === undefined) continue
      const { arn } = target
      const within = arn.includes(':s3:::') ? [arn, `${arn}/*`] : [arn]
      total.add(
        principal,
        heldTo(within, compareInForce(before, after, { ...options, resources: within, apart: () => true })),
      )
    }
  if (left < 0)
    total.leftOut(
      `${targets.filter((one) => one.changed).length} changed resources and ${everyone.length} principals are more than are looked at together`,
    )
  const reach = [...changed.values()].map(({ reachesUnknown }) => reachesUnknown)
  total.leftOut('which roles of accounts beyond the snapshots may be assumed hangs on their trust policies', [
    reach.some(([, gained]) => gained),
    reach.some(([lost]) => lost),
  ])
  return total.comparison()
}

/** What accounts of the snapshots have is looked at by itself, and so are roles, wherever they are. */
function comparedApart(sides: Sides): (arn: string) => boolean {
  const held = new Set(sides.flatMap((snapshot) => accountsOf(snapshot).map(({ id }) => id)))
  return (arn) => {
    const [, , service, , account = ''] = arn.split(':')
    return account === '' || held.has(account) || service === 'iam'
  }
}

/** The sets as far as they are about the resource: statements speak of more. */
function heldTo(within: readonly string[], found: Comparison): Comparison {
  const own = (text: string): readonly string[] =>
    within.some((arn) => text === arn || text.startsWith(`${arn}/`)) ? [text] : within
  const narrowed = (sets: readonly AccessSet[]): readonly AccessSet[] =>
    sets.map((set) => ({ ...set, resources: [...new Set(set.resources.flatMap(own))] }))
  return { ...found, newlyAllowed: narrowed(found.newlyAllowed), newlyDenied: narrowed(found.newlyDenied) }
}

interface Changes {
  /** Whether anything about assuming roles changed. */
  readonly mayAssume: boolean
  /** Per side, whether it may assume roles that the snapshots do not hold, and that is what changed. */
  readonly reachesUnknown: readonly [boolean, boolean]
}

/** Most principals are as they were: undefined, and nothing is searched for them. */
function changesOf(sides: Sides, before: PreparedScenario, after: PreparedScenario): Changes | undefined {
  const { entries, everything } = layeredEntries(before, after)
  const changed = entries.filter((one) => one.sides[0] !== one.sides[1])
  if (!everything[0] && !everything[1] && changed.length === 0) return undefined
  const may = (side: 0 | 1): boolean =>
    everything[0] ||
    everything[1] ||
    changed.some(({ statement, isDeny, sides: on }) => on[side] !== isDeny && bearsOnRoles(statement))
  const reaches = (side: 0 | 1, { policies }: PreparedScenario): boolean =>
    may(side) &&
    (policies.identityPolicies === undefined ||
      (policies.identityPolicies ?? []).some(({ document }) =>
        document.statements.some((one) => one.effect === 'Allow' && bearsOnRoles(one) && !staysWithin(sides, one)),
      ))
  return { mayAssume: may(0) || may(1), reachesUnknown: [reaches(0, before), reaches(1, after)] }
}

/** What a caller's own policies are asked about for a role (R-STS-03, R-STS-07, R-STS-08). */
const OF_ROLES = ['assumerole', 'tagsession', 'setsourceidentity'].map((name) => ({ service: 'sts', name }))

const bearsOnRoles = (statement: Statement): boolean => OF_ROLES.some((action) => actionTruth(statement, action))

/** A trust policy that names an account leaves it to that account's policies (R-STS-02, R-STS-03). */
const mayAskForRoles = ({ policies: { identityPolicies } }: PreparedScenario): boolean =>
  identityPolicies === undefined ||
  (identityPolicies ?? []).some(({ document }) =>
    document.statements.some((one) => one.effect === 'Allow' && bearsOnRoles(one)),
  )

/** Whether the statement is about roles of accounts alone whose roles are all at hand. */
function staysWithin(sides: Sides, { resources, resourceElement }: Statement): boolean {
  if (resources === undefined || resourceElement === 'NotResource') return false
  return resources.every(({ source }) => {
    const [, , , , account = ''] = source.split(':')
    return hasRoles(sides, account)
  })
}

/** Who is asked about a target: everybody it may let in where it changed, else those who changed themselves. */
function concerned(
  sides: Sides,
  target: Target,
  everyone: readonly string[],
  changed: ReadonlyMap<string, Changes>,
): readonly string[] {
  const { isRole, account } = target
  const own = [...changed].filter(([, { mayAssume }]) => !isRole || mayAssume).map(([principal]) => principal)
  // Within the account the limits are a part of what changed for the principal.
  const isForeign = (principal: string): boolean => parseArn(principal)?.account !== account
  const others =
    target.changed || target.limitsChanged
      ? [...everyone, ...(isRole ? [] : ['anonymous']), ...outsidersOf(sides, target)].filter(
          (principal) => target.changed || isForeign(principal),
        )
      : []
  return union(others, own).filter((principal) => mayConcern(target, principal))
}

const union = (a: readonly string[], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])]

const principalsOf = (snapshot: Snapshot): readonly string[] =>
  accountsOf(snapshot).flatMap(({ id }) => principalArnsOf(snapshot, id))

/** What is in force for a principal on resources without a policy of their own, in its own account. */
function besidesResources(snapshot: Snapshot, principal: string, find: ManagedPolicies | undefined): PreparedScenario {
  const account = principal.split(':')[4] ?? ''
  const scenario = scenarioOf(snapshot, {
    principal,
    action: 'sts:GetCallerIdentity',
    resource: '*',
    resourceAccount: account,
  })
  const isThere = principalArnsOf(snapshot, account).includes(principal)
  const identity = isThere ? {} : { identityPolicies: null, permissionsBoundary: null }
  return prepared(
    {
      ...scenario,
      policies: { ...scenario.policies, ...identity, resourcePolicy: null, sessionPolicies: null, serviceGuards: null },
      resources: [],
    },
    find,
  )
}

function onTarget(
  snapshot: Snapshot,
  principal: string,
  { arn, isRole }: Target,
  find: ManagedPolicies | undefined,
): PreparedScenario {
  const scenario = scenarioOf(snapshot, {
    principal,
    action: isRole ? actionOf(principal) : 's3:GetObject',
    resource: arn,
  })
  const own = { ...scenario, policies: { ...scenario.policies, sessionPolicies: null } }
  return isRole ? prepared(own, find, onlyOfRoles) : prepared(own, find)
}

/** Providers come by calls that nobody signs (R-STS-10). */
function actionOf(principal: string): string {
  if (principal.includes(':saml-provider/')) return 'sts:AssumeRoleWithSAML'
  const isProvider =
    principal.includes(':oidc-provider/') || (!principal.startsWith('arn:') && !isServiceName(principal))
  return isProvider ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole'
}

/** `cognito-identity.amazonaws.com` is a provider of identities, not a service that assumes roles. */
const isServiceName = (text: string): boolean =>
  (text.endsWith('.amazonaws.com') || text.endsWith('.amazonaws.com.cn')) && !text.startsWith('cognito-identity.')

/** `part`: what of the policies is looked at; documents of managed policies are found first. */
function prepared(
  scenario: Scenario,
  find: ManagedPolicies | undefined,
  part: (policies: PoliciesInForce) => PoliciesInForce = (policies) => policies,
): PreparedScenario {
  const found = find === undefined ? scenario : withManagedPolicies(scenario, find)
  return prepareScenario({ ...found, policies: part(found.policies ?? {}) })
}

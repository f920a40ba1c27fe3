import { evaluateEffect } from '#engine/evaluate-effect.ts'
import type { ManagedPolicies } from '#engine/managed-policies.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import { parseArn } from '#iam/arn.ts'
import type { Statement } from '#iam/policy.ts'
import { SIGNED_ROLE_ACTIONS } from '#iam/role-actions.ts'
import type { Request } from '#iam/request.ts'
import { actionTruth } from '#iam/statement.ts'
import { accountsOf } from '#snapshot/accounts.ts'
import { principalArnsOf } from '#snapshot/entities.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import type { AccessSet } from '#space/access-set.ts'
import { compareInForce } from './compare.ts'
import type { CompareOptions, Comparison } from './comparison.ts'
import type { Entry } from './document-set.ts'
import { layeredEntries } from './layered-entries.ts'
import { Budget } from '#space/budget.ts'
import { sharing } from './shared-policies.ts'
import { federatedSessionsOf, isRoot, rootsOf, servicesOn, type Who } from './snapshot-callers.ts'
import { preparedFor, besidesResources, onTarget } from './snapshot-sides.ts'
import { BY_NAME, hasRoles, mayConcern, outsidersOf, type Target, targetsOf } from './snapshot-targets.ts'
import { Total } from './total.ts'

export interface SnapshotOptions extends CompareOptions {
  readonly find?: ManagedPolicies
}

/** Resources and principals looked at together before the answer is `undecided`. */
const MAX_COMPARISONS = 4000

type Sides = readonly [Snapshot, Snapshot]

/**
 * Changes of access for everyone between two snapshots: for each user and role what its own policies, its boundary and its
 * organization let it do; for each resource and each role whose policy or settings changed what that lets them do, and
 * whoever else the policy names; and what the two changes come to together.
 */
export function compareSnapshots(old: Snapshot, next: Snapshot, options: SnapshotOptions = {}): Comparison {
  const sides: Sides = [old, next]
  const listed = union(principalsOf(old), principalsOf(next))
  const everyone = [...listed, ...rootsOf(sides, listed)]
  const replays = newReplays(sides, options.find)
  const total = new Total(replays)
  // What is told already need not be shown again.
  const shows: CompareOptions['shows'] = (request, side) => total.isTold((1 - side) as 0 | 1) || replays(request, side)
  const whole: SharedOptions = { ...options, shows, budget: Budget.of(options.budget) }
  const moved = atHome(sides, everyone, whole, total)
  const targets = targetsOf(sides)
  const left = onTargets(sides, targets, everyone, moved, whole, total)
  if (left < 0)
    total.leftOut(
      `${targets.filter((target) => target.changed).length} changed resources and ${everyone.length} principals are more than are looked at together`,
    )
  const reach = [...moved.changed.values()].map(({ reachesUnknown }) => reachesUnknown)
  total.leftOut('which roles of accounts beyond the snapshots may be assumed hangs on their trust policies', [
    reach.some(([, gained]) => gained),
    reach.some(([lost]) => lost),
  ])
  return total.comparison()
}

interface Moved {
  /** Changes by the ARN of the principal, of each for whom something changed. */
  readonly changed: ReadonlyMap<string, Changes>
  /** ARNs of the principals whose own policies let them assume no role. */
  readonly assumeNothing: ReadonlySet<string>
}

type SharedOptions = SnapshotOptions & { readonly budget: Budget }

/** Comparison of two scenarios in force, as part of many: each adds a little to what all may cost together. */
function compared(
  before: PreparedScenario,
  after: PreparedScenario,
  options: CompareOptions & SharedOptions,
): Comparison {
  if (!options.budget.isUsedUp) options.budget.add(FOR_EACH)
  return compareInForce(before, after, options)
}

const FOR_EACH = 100_000

/** Compares what each principal may do on resources without a policy of their own, and notes whose policies changed. */
function atHome(sides: Sides, everyone: readonly string[], options: SharedOptions, total: Total): Moved {
  const changed = new Map<string, Changes>()
  const assumeNothing = new Set<string>()
  const apart = comparedApart(sides)
  for (const principal of everyone) {
    const [was, is] = bothSides(sides, (snapshot) => besidesResources(snapshot, { principal }, options.find))
    if (![was, is].some(mayAskForRoles)) assumeNothing.add(principal)
    const [before, after] = sharing(was, is)
    const changes = changesOf(sides, before, after)
    if (changes === undefined) continue
    changed.set(principal, changes)
    total.add(principal, compared(before, after, { ...options, apart }))
    for (const who of federatedSessionsOf(principal, () => changes.entries)) {
      const [then, now] = bothSides(sides, (snapshot) => besidesResources(snapshot, who, options.find))
      total.add(who.principal, compared(then, now, { ...options, apart }))
    }
  }
  return { changed, assumeNothing }
}

/**
 * Compares what each principal may do on resources with a policy, and whoever else that lets in; returns how many
 * comparisons are left.
 */
function onTargets(
  sides: Sides,
  targets: readonly Target[],
  everyone: readonly string[],
  { changed, assumeNothing }: Moved,
  options: SharedOptions,
  total: Total,
): number {
  let left = MAX_COMPARISONS
  for (const target of targets) {
    const { arn } = target
    const within = arn.includes(':s3:::') ? [arn, `${arn}/*`] : [arn]
    const on = (who: Who) => bothSides(sides, (snapshot) => onTarget(snapshot, who, target, options.find))
    for (const principal of concerned(sides, target, everyone, changed, on)) {
      if (target.isRole && assumeNothing.has(principal) && !mayConcern(target, principal, BY_NAME)) continue
      const callers: Who[] = [{ principal }]
      for (const who of callers) {
        if (left-- <= 0) return left
        const [before, after] = on(who)
        const found = compared(before, after, { ...options, resources: within, apart: () => true })
        total.add(who.principal, heldTo(within, found))
        if (callers.length === 1)
          callers.push(...federatedSessionsOf(principal, () => layeredEntries(before, after).entries))
      }
    }
  }
  return left
}

/** A request that is never shown, as of a resource whose policies nobody knows, would be asked of everything that is found. */
const MAX_REPLAYS = 400

/** Whether the whole of what the snapshots hold answers a request differently: denied on one side, allowed on the other. */
function newReplays(sides: Sides, find: ManagedPolicies | undefined): NonNullable<CompareOptions['shows']> {
  let left = MAX_REPLAYS
  const known = new WeakMap<Request, boolean>()
  return (request, side) => {
    const before = known.get(request)
    if (before !== undefined || left-- <= 0) return before ?? false
    const [old, next] = bothSides(sides, (snapshot) => preparedFor(snapshot, request, find)).map(
      ({ policies, scenario }) => evaluateEffect(policies, scenario.request, scenario).decision,
    )
    const shown = side === 1 ? next === 'allowed' && old === 'denied' : old === 'allowed' && next === 'denied'
    known.set(request, shown)
    return shown
  }
}

const bothSides = (
  [old, next]: Sides,
  look: (snapshot: Snapshot) => PreparedScenario,
): readonly [PreparedScenario, PreparedScenario] => [look(old), look(next)]

/** Whether a resource is compared by itself: accounts of the snapshots have it, or it is a role, wherever that is. */
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
  /** Statements that changed, and the others that bear on the same actions. */
  readonly entries: readonly Entry[]
  /** Whether anything about assuming roles changed. */
  readonly mayAssume: boolean
  /** Per side, whether it may assume roles that the snapshots do not hold, and that is what changed. */
  readonly reachesUnknown: readonly [boolean, boolean]
}

/** Most principals are as they were: undefined, and nothing is searched for them. */
function changesOf(sides: Sides, before: PreparedScenario, after: PreparedScenario): Changes | undefined {
  const { entries, everything } = layeredEntries(before, after)
  const changed = entries.filter((entry) => entry.sides[0] !== entry.sides[1])
  if (!everything[0] && !everything[1] && changed.length === 0) return undefined
  const may = (side: 0 | 1): boolean =>
    everything[0] ||
    everything[1] ||
    changed.some(({ statement, isDeny, sides: on }) => on[side] !== isDeny && bearsOnRoles(statement))
  const reaches = (side: 0 | 1, { policies }: PreparedScenario): boolean =>
    may(side) &&
    (policies.identityPolicies === undefined ||
      (policies.identityPolicies ?? []).some(({ document }) =>
        document.statements.some(
          (statement) => statement.effect === 'Allow' && bearsOnRoles(statement) && !staysWithin(sides, statement),
        ),
      ))
  return { entries, mayAssume: may(0) || may(1), reachesUnknown: [reaches(0, before), reaches(1, after)] }
}

const OF_ROLES = SIGNED_ROLE_ACTIONS.map((name) => ({ service: 'sts', name: name.toLowerCase() }))

const bearsOnRoles = (statement: Statement): boolean => OF_ROLES.some((action) => actionTruth(statement, action))

/** A trust policy that names an account leaves it to that account's policies (R-STS-02, R-STS-03). */
const mayAskForRoles = ({ policies: { identityPolicies } }: PreparedScenario): boolean =>
  identityPolicies === undefined ||
  (identityPolicies ?? []).some(({ document }) =>
    document.statements.some((statement) => statement.effect === 'Allow' && bearsOnRoles(statement)),
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
  on: (who: Who) => readonly PreparedScenario[],
): readonly string[] {
  const { isRole, account } = target
  const own = [...changed].filter(([, { mayAssume }]) => !isRole || mayAssume).map(([principal]) => principal)
  // Within the account the limits are a part of what changed for the principal.
  const isForeign = (principal: string): boolean => parseArn(principal)?.account !== account
  const others =
    target.changed || target.limitsChanged
      ? [
          ...everyone,
          ...(isRole ? [] : ['anonymous']),
          ...outsidersOf(sides, target),
          ...servicesOn(on({ principal: 'anonymous' }), target.allows()),
        ].filter((principal) => target.changed || isForeign(principal))
      : []
  // The root user may not assume a role (R-EVAL-04).
  return union(others, own).filter((principal) => mayConcern(target, principal) && !(isRole && isRoot(principal)))
}

const union = (a: readonly string[], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])]

const principalsOf = (snapshot: Snapshot): readonly string[] =>
  accountsOf(snapshot).flatMap(({ id }) => principalArnsOf(snapshot, id))

import { prepareScenario } from '#engine/evaluate.ts'
import { type ManagedPolicies, withManagedPolicies } from '#engine/managed-policies.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { actionTruth } from '#iam/statement.ts'
import { accountsOf } from '#snapshot/accounts.ts'
import { principalArnsOf } from '#snapshot/entities.ts'
import { scenarioOf } from '#snapshot/in-force.ts'
import { resourcesIn, type SnapshotResource } from '#snapshot/resources.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import type { AccessSet } from '#space/access-set.ts'
import { compareInForce } from './compare.ts'
import type { Access, CompareOptions, Comparison } from './comparison.ts'
import { layeredEntries } from './layered-entries.ts'

export interface SnapshotOptions extends CompareOptions {
  readonly find?: ManagedPolicies
}

/** Resources and principals looked at together before the answer is `undecided`. */
const MAX_COMPARISONS = 4000
const MAX_SETS = 200

/**
 * What changed for everyone between two snapshots: for each user and role what its own policies, its boundary and its
 * organization let it do, and for each resource whose policy or settings changed what that lets them do.
 */
export function compareSnapshots(old: Snapshot, next: Snapshot, options: SnapshotOptions = {}): Comparison {
  const everyone = union(principalsOf(old), principalsOf(next))
  const total = new Total()
  const others = new Set<string>()
  for (const principal of everyone) {
    const sides = [old, next].map((snapshot) => besidesResources(snapshot, principal, options.find))
    const [before, after] = sides
    if (before === undefined || after === undefined) continue
    const changed = changesOf(before, after)
    if (changed === undefined) continue
    others.add(principal)
    total.add(principal, withRoles(compareInForce(before, after, options), changed))
  }
  const resources = changedResources(old, next)
  // Whose own policies changed is asked about every resource that lets somebody in: the two together decide there.
  for (const resource of union(resources, resourcesWithPolicies(old, next))) {
    for (const principal of resources.includes(resource) ? [...everyone, 'anonymous'] : others) {
      if (total.count++ >= MAX_COMPARISONS) break
      const sides = [old, next].map((snapshot) => onResource(snapshot, principal, resource, options.find))
      const [before, after] = sides
      if (before === undefined || after === undefined) continue
      const within = resource.includes(':s3:::') ? [resource, `${resource}/*`] : [resource]
      total.add(principal, compareInForce(before, after, { ...options, resources: within }))
    }
  }
  if (total.count >= MAX_COMPARISONS)
    total.leftOut(
      `${resources.length} changed resources and ${everyone.length} principals are more than are looked at together`,
    )
  return total.comparison()
}

interface Changes {
  /** Per side, statements and layers that only it has, as far as they can allow: 1 what is gained, 0 what is lost. */
  readonly mayAssume: readonly [boolean, boolean]
}

/** Most principals are as they were: undefined, and nothing is searched for them. */
function changesOf(before: PreparedScenario, after: PreparedScenario): Changes | undefined {
  const { entries, everything } = layeredEntries(before, after)
  const changed = entries.filter(({ sides }) => sides[0] !== sides[1])
  if (!everything[0] && !everything[1] && changed.length === 0) return undefined
  const may = (side: 0 | 1): boolean =>
    everything[0] ||
    everything[1] ||
    changed.some(({ statement, isDeny, sides }) => sides[side] !== isDeny && actionTruth(statement, ASSUME))
  return { mayAssume: [may(0), may(1)] }
}

const ASSUME = { service: 'sts', name: 'assumerole' }

/** Trust policies are not looked at here, so what a change means for roles is not settled by finding nothing else. */
function withRoles(found: Comparison, { mayAssume }: Changes): Comparison {
  const open = (access: Access, side: 0 | 1): Access => (access === 'none' && mayAssume[side] ? 'undecided' : access)
  const [newAccess, lostAccess] = [open(found.newAccess, 1), open(found.lostAccess, 0)]
  return newAccess === found.newAccess && lostAccess === found.lostAccess
    ? found
    : {
        ...found,
        newAccess,
        lostAccess,
        reason: found.reason ?? 'which roles may be assumed hangs on their trust policies too',
      }
}

/** Adds up comparisons of many principals. */
class Total {
  count = 0
  private readonly access: [Access, Access] = ['none', 'none']
  private readonly sets: readonly [Map<string, AccessSet>, Map<string, AccessSet>] = [new Map(), new Map()]
  private readonly witnesses: [Request | null, Request | null] = [null, null]
  private reason: string | undefined

  add(principal: string, one: Comparison): void {
    this.note(0, principal, one.newAccess, one.newlyAllowed, one.witness)
    this.note(1, principal, one.lostAccess, one.newlyDenied, one.lostWitness)
    this.reason ??= one.reason
  }

  leftOut(reason: string): void {
    for (const way of [0, 1] as const) if (this.access[way] === 'none') this.access[way] = 'undecided'
    this.reason ??= reason
  }

  private note(
    way: 0 | 1,
    principal: string,
    access: Access,
    sets: readonly AccessSet[],
    witness: Request | null,
  ): void {
    if (access === 'some' || this.access[way] === 'none') this.access[way] = access
    this.witnesses[way] ??= witness
    const found = this.sets[way]
    for (const set of sets) {
      const key = JSON.stringify({ ...set, principals: [] })
      const known = found.get(key)
      if (known !== undefined) found.set(key, { ...known, principals: union(known.principals, [principal]) })
      else if (found.size < MAX_SETS) found.set(key, { ...set, principals: [principal] })
    }
  }

  comparison(): Comparison {
    return {
      schemaVersion: 1,
      newAccess: this.access[0],
      lostAccess: this.access[1],
      newlyAllowed: [...this.sets[0].values()],
      newlyDenied: [...this.sets[1].values()],
      witness: this.witnesses[0],
      lostWitness: this.witnesses[1],
      ...(this.reason === undefined || !this.access.includes('undecided') ? {} : { reason: this.reason }),
    }
  }
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

function onResource(
  snapshot: Snapshot,
  principal: string,
  resource: string,
  find: ManagedPolicies | undefined,
): PreparedScenario {
  const scenario = scenarioOf(snapshot, { principal, action: 's3:GetObject', resource })
  return prepared({ ...scenario, policies: { ...scenario.policies, sessionPolicies: null } }, find)
}

const prepared = (scenario: Scenario, find: ManagedPolicies | undefined): PreparedScenario =>
  prepareScenario(find === undefined ? scenario : withManagedPolicies(scenario, find))

/** ARNs of resources with a policy of their own on either side. */
const resourcesWithPolicies = (old: Snapshot, next: Snapshot): readonly string[] =>
  union(
    ...([old, next].map((snapshot) =>
      resourcesIn(snapshot).flatMap(({ arn, policy }) => (policy === null ? [] : [arn])),
    ) as [string[], string[]]),
  )

/** ARNs of resources whose policy, owner or settings are not the same on both sides. */
function changedResources(old: Snapshot, next: Snapshot): readonly string[] {
  const texts = (snapshot: Snapshot): ReadonlyMap<string, string> =>
    new Map(resourcesIn(snapshot).map((resource) => [resource.arn, textOf(resource)]))
  const [before, after] = [texts(old), texts(next)]
  return union([...before.keys()], [...after.keys()]).filter((arn) => before.get(arn) !== after.get(arn))
}

const textOf = ({ account, kind, policy, attributes }: SnapshotResource): string =>
  JSON.stringify([account, kind ?? null, policy ?? null, attributes ?? null])

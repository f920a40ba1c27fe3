import type { Walk } from '#diagnose/walk.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Edit } from '#fix/edit.ts'
import { isTagEdit } from '#fix/edits/edit-tags.ts'
import type { Judge } from '#fix/judge.ts'
import type { Wanted } from '#fix/wanted.ts'
import { holderOf } from '#fix/place.ts'
import { readCaller } from '#iam/caller.ts'
import { lazy } from '#iam/lazy.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { Compared } from './fix.ts'
import { comparable, gainedBy } from './gained.ts'
import { grantProof } from './grant-proof.ts'
import { inForceDirection } from './in-force.ts'
import { NONE } from './direction.ts'
import { type Losses, lossesOf, type Others, othersOf } from './others.ts'
import type { Tried } from './replay.ts'
import { addsOnlyWanted } from './within-intent.ts'

/**
 * What the fix grants and takes away, whatever the request: what was in force for each step it cures, before and after,
 * compared as sets, with what is wanted as the intent, for the caller and for whoever shares an edited policy, for whom
 * nothing is wanted. Not decided is not proved, and never "nothing else".
 */
export function proofOf(one: Tried, judge: Judge, walk: Walk): Compared {
  const { plan, cured } = one
  const edits = plan.edits.filter(({ is }) => is !== 'request')
  // Another request changes no policy: nothing is granted to anybody.
  if (edits.length === 0) return { ...NOTHING, reason: 'no policy changes' }
  const takes = !edits.every(onlyAdds)
  const compared = cured.flatMap(({ before, after }, i) => {
    const grant = edits.find((edit) => edit.is === 'attribute' && edit.resource === String(before.request.resource))
    if (grant?.is === 'attribute' && (grant.kind === 'create-grant' || isTagEdit(grant)))
      return [grantProof(grant, before, after, plan.wanted[i], judge)]
    return sameDocuments(before, after) ? [] : [comparedInForce(before, after, plan.wanted, takes, judge)]
  })
  const own = together(compared)
  const proof = own.status === 'refuted' ? own : withOthers(own, othersOf(one, walk, judge))
  return takes ? withLosses(proof, () => lossesOf(one, walk, judge)) : proof
}

/** What others lose is worked out when somebody first asks: a fix is not ranked by it. */
function withLosses(proof: Compared, search: () => Losses): Compared {
  const losses = lazy(search)
  return Object.defineProperties({} as Compared, {
    ...Object.getOwnPropertyDescriptors(proof),
    newlyDenied: { enumerable: true, get: lazy(() => distinct([...proof.newlyDenied, ...losses().sets])) },
    newlyDeniedElse: { enumerable: true, get: () => losses().more },
  })
}

const NOTHING: Compared = {
  status: 'proved',
  newlyAllowed: [],
  beyondIntent: false,
  witness: null,
  newlyDenied: [],
}

/** An Allow that is added or widened, an exception from a Deny, or a grant takes nothing from anybody (R-EVAL-10). */
const onlyAdds = (edit: Edit): boolean =>
  edit.kind === 'create-grant' || (edit.is === 'document' && (edit.opens !== undefined || edit.spares === true))

const sameDocuments = (before: Scenario, after: Scenario): boolean =>
  JSON.stringify(before.policies) === JSON.stringify(after.policies)

/** Another who gains refutes the fix; another of whom it is not known leaves it without a proof. */
function withOthers(own: Compared, others: Others): Compared {
  if (others.status === 'none') return own
  const isRefuted = others.status === 'some'
  const reason = isRefuted ? undefined : (own.reason ?? others.reason)
  const beyond = isRefuted ? others.sets : () => own.beyond ?? []
  const proof: Compared = {
    status: isRefuted ? 'refuted' : 'not-proved',
    newlyAllowed: [],
    beyondIntent: true,
    witness: others.witness,
    newlyDenied: [],
    ...(reason === undefined ? {} : { reason }),
  }
  if (isRefuted) Object.defineProperty(proof, 'beyond', { enumerable: true, get: beyond })
  return written(proof, {
    newlyAllowed: () => distinct([...own.newlyAllowed, ...others.sets()]),
    newlyDenied: () => own.newlyDenied,
  })
}

/**
 * What lies outside the intent is searched for at once, for the fixes are ranked by it; all that is newly allowed or denied
 * only when somebody asks.
 */
function comparedInForce(
  before: Scenario,
  after: Scenario,
  wanted: readonly Wanted[],
  takes: boolean,
  judge: Judge,
): Compared {
  const { budget } = judge
  const [old, next] = comparable(before, after, judge)
  const named = (sets: readonly AccessSet[]): readonly AccessSet[] => namedSets(sets, before)
  const intended = wanted.map(intentOf)
  const beyond = addsOnlyWanted(old, next, wanted) ? NONE : gainedBy(before, after, judge, { budget, intended })
  const status = beyond.access === 'some' ? 'refuted' : beyond.access === 'none' ? 'proved' : 'not-proved'
  const reason = status === 'not-proved' ? (beyond.reason ?? 'it is not decided') : undefined
  return written(
    {
      status,
      newlyAllowed: [],
      beyondIntent: status !== 'proved',
      ...(beyond.sets.length === 0 ? {} : { beyond: named(beyond.sets) }),
      witness: beyond.witness,
      newlyDenied: [],
      ...(reason === undefined ? {} : { reason }),
    },
    {
      newlyAllowed: () => named(inForceDirection(old, next, 1, { budget }).sets),
      newlyDenied: () => (takes ? named(inForceDirection(old, next, 0, { budget }).sets) : []),
    },
  )
}

/** A comparison ranges over one principal: of a role, its sessions. */
function namedSets(sets: readonly AccessSet[], { request }: Scenario): readonly AccessSet[] {
  const caller = readCaller(request)
  const who = holderOf(caller) ?? caller.arn
  return sets.map((set) => (set.principals.includes('*') ? { ...set, principals: [who] } : set))
}

type Sets = Pick<Compared, 'newlyAllowed' | 'newlyDenied'>

/** Sets that are worked out when they are first asked for. */
function written(proof: Compared, sets: { readonly [K in keyof Sets]: () => Sets[K] }): Compared {
  for (const name of ['newlyAllowed', 'newlyDenied'] as const)
    Object.defineProperty(proof, name, { enumerable: true, get: lazy(sets[name]) })
  return proof
}

/** Of several steps: refuted if one is, proved if all are. */
function together(all: readonly Compared[]): Compared {
  const refuted = all.find(({ status }) => status === 'refuted')
  const worst = refuted ?? all.find(({ status }) => status === 'not-proved')
  const reason = worst?.reason
  const beyond = distinct(all.flatMap((one) => one.beyond ?? []))
  return written(
    {
      status: worst?.status ?? 'proved',
      newlyAllowed: [],
      beyondIntent: worst !== undefined,
      ...(beyond.length === 0 ? {} : { beyond }),
      witness: refuted?.witness ?? null,
      newlyDenied: [],
      ...(reason === undefined ? {} : { reason }),
    },
    {
      newlyAllowed: () => distinct(all.flatMap(({ newlyAllowed }) => newlyAllowed)),
      newlyDenied: () => distinct(all.flatMap(({ newlyDenied }) => newlyDenied)),
    },
  )
}

/** What a step of the plan is meant to allow: its principal, action and resources, under the conditions of its statement. */
export function intentOf({ action, resources, conditions }: Wanted): AccessSet {
  return {
    principals: ['*'],
    actions: [action],
    resources: [...resources],
    conditions: Object.keys(conditions).length === 0 ? [] : [conditions],
  }
}

const distinct = (sets: readonly AccessSet[]): readonly AccessSet[] => [
  ...new Map(sets.map((set) => [JSON.stringify(set), set])).values(),
]

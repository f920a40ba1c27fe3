import type { Scenario } from '#engine/scenario.ts'
import type { Edit } from '#fix/edit.ts'
import type { Judge } from '#fix/judge.ts'
import type { Wanted } from '#fix/wanted.ts'
import { lazy } from '#iam/lazy.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { Compared } from './fix.ts'
import { grantProof } from './grant-proof.ts'
import { inForceDirection } from './in-force.ts'
import { onOwnResource } from './own-resource.ts'
import type { Tried } from './replay.ts'

/** Steps of search for one comparison: a person waits for it. */
const BUDGET = 3000

/**
 * What the fix grants and takes away, whatever the request: what was in force for each step it cures, before and after,
 * compared as sets, with what is wanted as the intent. Not decided is not proved, and never "nothing else".
 */
export function proofOf(one: Tried, judge: Judge): Compared {
  const { plan, cured } = one
  const edits = plan.edits.filter(({ is }) => is !== 'request')
  // Another request changes no policy: nothing is granted to anybody.
  if (edits.length === 0) return { ...NOTHING, reason: 'no policy changes' }
  const intended = plan.wanted.map(intentOf)
  const takes = !edits.every(onlyAdds)
  const compared = cured.flatMap(({ before, after }, i) => {
    const grant = edits.find((edit) => edit.is === 'attribute' && edit.resource === String(before.request.resource))
    if (grant?.is === 'attribute') return [grantProof(grant, before, after, plan.wanted[i], judge)]
    return sameDocuments(before, after) ? [] : [comparedInForce(before, after, intended, takes, judge)]
  })
  return together(compared)
}

const NOTHING: Compared = {
  status: 'proved',
  newlyAllowed: [],
  beyondIntent: false,
  witness: null,
  newlyDenied: [],
}

/** An Allow that is added or widened, or an exception from a Deny, takes nothing from anybody (R-EVAL-10). */
const onlyAdds = (edit: Edit): boolean =>
  edit.is === 'attribute' || (edit.is === 'document' && (edit.opens !== undefined || edit.spares === true))

const sameDocuments = (before: Scenario, after: Scenario): boolean =>
  JSON.stringify(before.policies) === JSON.stringify(after.policies)

/**
 * Both sides know the same of other resources: their policies bear on requests of their own, which are steps of their own.
 * What lies outside the intent is searched for at once, for the fixes are ranked by it; all that is newly allowed or denied
 * only when somebody asks.
 */
function comparedInForce(
  before: Scenario,
  after: Scenario,
  intended: readonly AccessSet[],
  takes: boolean,
  { prepared }: Judge,
): Compared {
  const { resources: _, ...rest } = after
  const same: Scenario = before.resources === undefined ? rest : { ...rest, resources: before.resources }
  const old = prepared(onOwnResource(before))
  const next = prepared(onOwnResource(same))
  const beyond = inForceDirection(old, next, 1, { budget: BUDGET, intended })
  const status = beyond.access === 'some' ? 'refuted' : beyond.access === 'none' ? 'proved' : 'not-proved'
  const reason = status === 'not-proved' ? (beyond.reason ?? 'it is not decided') : undefined
  return written(
    {
      status,
      newlyAllowed: [],
      beyondIntent: status !== 'proved',
      ...(beyond.sets.length === 0 ? {} : { beyond: beyond.sets }),
      witness: beyond.witness,
      newlyDenied: [],
      ...(reason === undefined ? {} : { reason }),
    },
    {
      newlyAllowed: () => inForceDirection(old, next, 1, { budget: BUDGET }).sets,
      newlyDenied: () => (takes ? inForceDirection(old, next, 0, { budget: BUDGET }).sets : []),
    },
  )
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

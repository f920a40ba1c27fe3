import type { ReplayContext } from '#diagnose/replay-context.ts'
import { normalizeRequest } from '#engine/read-request.ts'
import type { Scenario } from '#engine/scenario.ts'
import { isMend, withEdits } from '../edit.ts'
import type { BudgetedEvaluator } from '../budgeted-evaluator.ts'
import { holderOf } from '../policy-location.ts'
import { readCaller } from '#iam/caller.ts'
import { lazy } from '#iam/lazy.ts'
import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { Direction } from '#prove/direction.ts'
import { gainedBy, takenBy } from './gained.ts'
import { strangerRequest } from './neighbours.ts'
import type { ReplayedPlan } from './replay.ts'
import { affectedPrincipals } from './affected-principals.ts'
import { mayGiveOthers } from './statement-for-other-principals.ts'

/** Access that a fix gives to other principals than the caller, for whom nothing of it is meant. */
export interface SideEffects {
  readonly status: 'none' | 'some' | 'undecided'
  readonly sets: () => readonly AccessSet[]
  readonly witness: Request | null
  readonly reason?: string
}

const MAX_AFFECTED = 400
const MAX_COMPARED = 24

/**
 * Looks at everybody who shares an edited document: first whether the denied request itself is theirs now, then at all
 * requests. Who has the same policies as another, with nothing in them that tells the two apart, is asked once.
 */
export function sideEffectsOf(
  replayedPlan: ReplayedPlan,
  replayContext: ReplayContext,
  evaluator: BudgetedEvaluator,
): SideEffects {
  if (mendsForCallerAlone(replayedPlan)) return NOBODY
  const { changed, groups, tooMany, more } = affectedPairs(replayedPlan, replayContext)
  const gained = changed.find(
    ({ before, after }) => evaluator.effect(before) === 'denied' && evaluator.effect(after) === 'allowed',
  )
  const compared = lazy(() => groups.slice(0, MAX_COMPARED).map((pair) => ({ pair, ...gainOf(pair, evaluator) })))
  const sets = lazy(() =>
    together([...(gained === undefined ? [] : [exactSet(gained)]), ...compared().flatMap(setsOf)]),
  )
  if (gained !== undefined) return { status: 'some', sets, witness: gained.before.request }
  for (const pair of groups.slice(0, MAX_COMPARED)) {
    const { access, witness } = gainOf(pair, evaluator)
    if (access === 'some') return { status: 'some', sets, witness }
  }
  const open = compared().find(({ access }) => access === 'undecided')
  const reason =
    (open === undefined
      ? undefined
      : `what ${nameOf(open.pair)} gains by it is not decided: ${open.reason ?? 'open'}`) ??
    (groups.length > MAX_COMPARED ? `${groups.length} principals share it: ${MANY}` : tooMany) ??
    more
  return reason === undefined ? NOBODY : { status: 'undecided', sets: () => [], witness: null, reason }
}

/** Statements that are mended so that they name the caller where they named somebody else. */
function mendsForCallerAlone({ plan, edited, cured: [first] }: ReplayedPlan): boolean {
  if (first === undefined || !plan.edits.every(isMend)) return false
  const { caller } = normalizeRequest(first.before.request, null)
  return edited.every(({ before, after }) => !mayGiveOthers(before, after, caller))
}

/** Access that a fix takes from other principals than the caller, searched for when somebody first asks. */
export interface Losses {
  readonly sets: readonly AccessSet[]
  /** Why there may be more; undefined: that is all. */
  readonly more?: string
}

/** Access that other principals lose by a plan: what was theirs before and is not after. */
export function lossesOf(
  replayedPlan: ReplayedPlan,
  replayContext: ReplayContext,
  evaluator: BudgetedEvaluator,
): Losses {
  const { groups, tooMany, more } = affectedPairs(replayedPlan, replayContext)
  const found = groups.slice(0, MAX_COMPARED).map((pair) => ({ pair, ...takenBy(pair.before, pair.after, evaluator) }))
  const open = found.find(({ access }) => access === 'undecided')
  const why =
    (groups.length > MAX_COMPARED ? `${groups.length} principals share it: ${MANY}` : tooMany) ??
    more ??
    (open === undefined ? undefined : `what ${nameOf(open.pair)} loses by it is not decided: ${open.reason ?? 'open'}`)
  return {
    sets: together(found.flatMap((comparison) => withoutAnything(setsOf(comparison)))),
    ...(why === undefined ? {} : { more: why }),
  }
}

/** Where a whole layer may bear on it, "anything" is among what was found; what statements say beside it says more. */
function withoutAnything(sets: readonly AccessSet[]): readonly AccessSet[] {
  const narrower = sets.filter(({ actions, resources }) => actions.join() !== '*' || resources.join() !== '*')
  return narrower.length > 0 ? narrower : sets
}

interface AffectedPairs {
  /** Of everybody who shares an edited document, what changes for them. */
  readonly changed: readonly Pair[]
  /** Pairs of principals, one of each group that nothing tells apart. */
  readonly groups: readonly Pair[]
  readonly tooMany: string | undefined
  readonly more: string | undefined
}

const pairsByPlan = new WeakMap<ReplayedPlan, AffectedPairs>()

function affectedPairs(replayedPlan: ReplayedPlan, replayContext: ReplayContext): AffectedPairs {
  const known = pairsByPlan.get(replayedPlan)
  if (known !== undefined) return known
  const { edited, cured } = replayedPlan
  const [first] = cured
  if (first === undefined) return { changed: [], groups: [], tooMany: undefined, more: undefined }
  const { caller } = normalizeRequest(first.before.request, null)
  const own = holderOf(caller) ?? caller.arn
  const shared = edited.map((edited) => affectedPrincipals(edited, replayContext, caller))
  const listed = [...new Set(shared.flatMap(({ principals }) => principals))].filter((arn) => arn !== own)
  const changed = listed.slice(0, MAX_AFFECTED).flatMap((principal) => pairsOf(principal, cured, edited, replayContext))
  const found: AffectedPairs = {
    changed,
    groups: unlike(changed),
    tooMany: listed.length > MAX_AFFECTED ? `${listed.length} principals may share it: ${MANY}` : undefined,
    more: shared.find((affected) => affected.more !== undefined)?.more,
  }
  pairsByPlan.set(replayedPlan, found)
  return found
}

const MANY = 'more than are compared'

const NOBODY: SideEffects = { status: 'none', sets: () => [], witness: null }

/** Scenarios of another principal, before and after, where the fix changes what is in force for it. */
interface Pair {
  readonly before: Scenario
  readonly after: Scenario
}

function pairsOf(
  principal: string,
  cured: ReplayedPlan['cured'],
  edited: ReplayedPlan['edited'],
  replayContext: ReplayContext,
): readonly Pair[] {
  return cured.flatMap(({ before: { request } }) => {
    const before = replayContext.scenarioFor({ ...strangerRequest(request), principal })
    const after = withEdits(before, edited)
    return JSON.stringify(before.policies) === JSON.stringify(after.policies) ? [] : [{ before, after }]
  })
}

const gains = new WeakMap<Pair, Direction>()

function gainOf(pair: Pair, evaluator: BudgetedEvaluator): Direction {
  const known = gains.get(pair)
  if (known !== undefined) return known
  const made = gainedBy(pair.before, pair.after, evaluator, { budget: evaluator.budget })
  gains.set(pair, made)
  return made
}

/** Pairs that differ: a member of each group whose members nothing tells apart but their names. */
function unlike(pairs: readonly Pair[]): readonly Pair[] {
  const groups = new Map<string, Pair>()
  for (const pair of pairs) {
    const { request, policies } = pair.before
    const text = JSON.stringify(policies)
    const { account, kind } = readCaller(request)
    const key = PERSONAL.test(text) ? request.principal : ''
    const all = [key, account, kind, request.action, request.resource, text]
    const name = JSON.stringify(all)
    if (!groups.has(name)) groups.set(name, pair)
  }
  return [...groups.values()]
}

/** Keys that each principal has a value of its own for, variables, and ARNs of principals. Read off our own JSON text. */
const PERSONAL =
  /aws:(?:principalarn|userid|username|principaltag|principaltype)|\$\{|:(?:role|user|assumed-role|federated-user)\//i

const nameOf = ({ before }: Pair): string => `\`${before.request.principal}\``

const exactSet = ({ before: { request } }: Pair): AccessSet => ({
  principals: [request.principal],
  actions: [request.action],
  resources: [request.resource ?? '*'].flat(),
  conditions: [],
})

const setsOf = ({ pair, sets }: { readonly pair: Pair } & Direction): readonly AccessSet[] =>
  sets.map((set) => (set.principals.includes('*') ? { ...set, principals: [pair.before.request.principal] } : set))

/** Access sets joined over principals: a set that several have is one. */
function together(all: readonly AccessSet[]): readonly AccessSet[] {
  const found = new Map<string, AccessSet>()
  for (const set of all) {
    const key = JSON.stringify({ ...set, principals: [] })
    const known = found.get(key)
    found.set(
      key,
      known === undefined ? set : { ...set, principals: [...new Set([...known.principals, ...set.principals])] },
    )
  }
  return [...found.values()]
}

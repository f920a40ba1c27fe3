import { CHANGE_SUBJECTS } from '../change-kinds.ts'
import type { ReplayContext } from '#diagnose/replay-context.ts'
import { UNKNOWN_POLICY_ARN } from '#engine/managed-policies.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { FixPlan } from '../candidates.ts'
import type { Edit } from '../edit.ts'
import { kindWords } from '../edits/add-statement.ts'
import { lostCallConditions } from '../edits/data-guards.ts'
import { isTagEdit } from '../edits/edit-tags.ts'
import type { BudgetedEvaluator } from '../budgeted-evaluator.ts'
import type { GrantGoal } from '../grant-goal.ts'
import { isIdentityCenter } from '../owner.ts'
import { holderOf } from '../policy-location.ts'
import { isAccountId } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import { lazy } from '#iam/lazy.ts'
import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { Proof } from './fix.ts'
import { comparable, gainedBy, takenBy } from './gained.ts'
import { grantProof, type StepProof } from './grant-proof.ts'
import { inForceDirection } from '#prove/in-force.ts'
import { ELSEWHERE, NONE, type Direction } from '#prove/direction.ts'
import { plainSet } from './plain-set.ts'
import { type Losses, lossesOf, type SideEffects, sideEffectsOf } from './side-effects.ts'
import type { ReplayedPlan } from './replay.ts'
import { addsOnlyIntended } from './within-intent.ts'

/**
 * Whether a replayed plan grants only what it is for, and the searches for all that it grants and takes away: the plans are
 * ranked by the former, and only what is shown is searched for (`finished.ts`). Each search runs once.
 */
export interface ProvedPlan {
  readonly status: Proof['status']
  /** A request that is newly allowed and not meant; null: none was found. */
  readonly witness: Request | null
  /** Why there is no proof; of a plan that changes no policy, that it does not. */
  readonly reason?: string
  /** What it adds is proved; the policy that it adds to was not read, or not the other accounts that have the permission set. */
  readonly isOnlyUnread?: true
  /** Sets of newly allowed requests that are not meant. */
  readonly beyond: () => readonly AccessSet[]
  /** Others than the caller gain what is not meant. */
  readonly othersGain: boolean
  readonly newlyAllowed: () => readonly AccessSet[]
  readonly newlyDenied: () => readonly AccessSet[]
  /** Why more than that may be lost, by the caller or by others; undefined: nothing is. */
  readonly newlyDeniedElse: () => string | undefined
}

/**
 * Proof of what the fix grants and takes away, whatever the request: what was in force for each step it cures, before and
 * after, compared as sets, with what is wanted as the intent, for the caller and for whoever shares an edited policy, for
 * whom nothing is wanted. Not decided is not proved, and never "nothing else".
 * @throws OutOfBudget, where the judge's budget does not reach.
 */
export function proofOf(
  replayedPlan: ReplayedPlan,
  evaluator: BudgetedEvaluator,
  replayContext: ReplayContext,
): ProvedPlan {
  const { plan, cured } = replayedPlan
  const edits = plan.edits.filter(({ is }) => is !== 'request')
  // Another request changes no policy: nothing is granted to anybody.
  if (edits.length === 0) return { ...together([]), reason: 'no policy changes' }
  const takes = !edits.every(onlyAdds)
  const compared = cured.flatMap(({ before, after }, i) => {
    const grant = edits.find((edit) => edit.is === 'attribute' && edit.resource === String(before.request.resource))
    if (grant?.is === 'attribute' && (CHANGE_SUBJECTS[grant.kind] === 'grant' || isTagEdit(grant)))
      return [grantProof(grant, before, after, plan.goals[i], evaluator)]
    return sameDocuments(before, after) ? [] : [comparedInForce(before, after, plan, takes, evaluator)]
  })
  const own = together(compared)
  const shared =
    own.status === 'refuted' ? own : withOthers(own, sideEffectsOf(replayedPlan, replayContext, evaluator), edits)
  const proof = withoutConditions(withUnread(shared, edits), edits)
  return takes ? withLosses(proof, () => lossesOf(replayedPlan, replayContext, evaluator)) : proof
}

/** Nothing is proved about a policy that was not read (R-ADV-02, R-ADV-03). */
function withUnread(proof: ProvedPlan, edits: readonly Edit[]): ProvedPlan {
  const unread = edits.find((edit) => edit.is === 'document' && edit.location.isUnread === true)
  if (unread?.is !== 'document' || proof.status !== 'proved') return proof
  const { kind = 'resource', on } = unread.location
  return { ...proof, status: 'not-proved', isOnlyUnread: true, reason: `the ${kindWords(kind)} of ${on} was not read` }
}

/** A statement that gives up what another asks of the call is more than what was asked for (R-ADV-04). */
function withoutConditions(proof: ProvedPlan, edits: readonly Edit[]): ProvedPlan {
  const [lost] = lostCallConditions(edits)
  if (lost === undefined || proof.status !== 'proved') return proof
  return {
    ...proof,
    status: 'not-proved',
    reason: `calls without ${lost.key}, which ${lost.statement} asks for, become allowed`,
  }
}

/** Without a proof, for the reason given: nothing of what it grants is known. */
export const notProved = (reason: string): ProvedPlan => ({ ...together([]), status: 'not-proved', reason })

/** The plan beside what others lose by it; no plan is ranked by that. */
function withLosses(proof: ProvedPlan, search: () => Losses): ProvedPlan {
  const losses = lazy(search)
  return {
    ...proof,
    newlyDenied: lazy(() => distinct([...proof.newlyDenied(), ...losses().sets])),
    newlyDeniedElse: () => losses().more ?? proof.newlyDeniedElse(),
  }
}

/** An Allow that is added or widened, an exception from a Deny, or a grant takes nothing from anybody (R-EVAL-10). */
const onlyAdds = (edit: Edit): boolean =>
  CHANGE_SUBJECTS[edit.kind] === 'grant' ||
  (edit.is === 'document' &&
    edit.replaces !== true &&
    (edit.grantingPointer !== undefined || edit.addsDenyException === true))

const sameDocuments = (before: Scenario, after: Scenario): boolean =>
  JSON.stringify(before.policies) === JSON.stringify(after.policies)

/** Another who gains refutes the fix; another of whom it is not known leaves it without a proof. */
function withOthers(own: ProvedPlan, others: SideEffects, edits: readonly Edit[]): ProvedPlan {
  if (others.status === 'none') return own
  const othersGain = others.status === 'some'
  const { reason: _, ...rest } = own
  const reason = othersGain ? undefined : (own.reason ?? others.reason)
  const isOnlyUnread = own.status === 'proved' && !othersGain && edits.some(isChangedInPlace)
  return {
    ...rest,
    status: othersGain ? 'refuted' : 'not-proved',
    witness: others.witness,
    ...(reason === undefined ? {} : { reason }),
    ...(isOnlyUnread ? { isOnlyUnread } : {}),
    othersGain,
    beyond: othersGain ? others.sets : () => [],
    newlyAllowed: lazy(() => distinct([...own.newlyAllowed(), ...others.sets()])),
  }
}

/**
 * Whether an edit changes the policy where it is, though others who have it were not read: a permission set, which is changed nowhere
 * else (R-EVAL-05), and a customer managed policy whose text was given (R-EVID-20).
 */
const isChangedInPlace = (edit: Edit): boolean =>
  edit.is === 'document' && (isIdentityCenter(edit.location) || edit.location.arn === UNKNOWN_POLICY_ARN)

/** Proof of a step, before and after. What lies outside the intent is searched for at once, for the status hangs on it. */
function comparedInForce(
  before: Scenario,
  after: Scenario,
  { goals, edits }: FixPlan,
  takes: boolean,
  evaluator: BudgetedEvaluator,
): StepProof {
  const { budget } = evaluator
  const [old, next] = comparable(before, after, evaluator)
  const named = (sets: readonly AccessSet[]): readonly AccessSet[] => namedSets(sets, before)
  const intended = [...goals.map(intentOf), ...edits.flatMap((edit) => neverAsked(edit, goals))]
  const beyond = addsOnlyIntended(old, next, goals) ? NONE : gainedBy(before, after, evaluator, { budget, intended })
  const status = beyond.access === 'some' ? 'refuted' : beyond.access === 'none' ? 'proved' : 'not-proved'
  const reason = status === 'not-proved' ? (beyond.reason ?? 'it is not decided') : undefined
  const taken = lazy(() => (takes ? takenBy(before, after, evaluator) : NONE))
  return {
    status,
    beyond: named(beyond.sets),
    witness: beyond.witness,
    ...(reason === undefined ? {} : { reason }),
    newlyAllowed: () => named(inForceDirection(old, next, 1, { budget }).sets),
    newlyDenied: () => named(taken().sets),
    newlyDeniedElse: () => whyMoreIsLost(taken()),
  }
}

/** Why it is not decided whether anything is lost; undefined: it is. */
function whyMoreIsLost({ access, reason = 'it is not decided' }: Direction): string | undefined {
  if (access !== 'undecided') return undefined
  return reason === ELSEWHERE ? 'access to other resources, whose own policies and settings are not known' : reason
}

/** A comparison ranges over one principal: of a role, its sessions. What a set leaves out for others says nothing of it. */
function namedSets(sets: readonly AccessSet[], { request }: Scenario): readonly AccessSet[] {
  const caller = readCaller(request)
  const who = holderOf(caller) ?? caller.arn
  const names = [
    '*',
    who,
    caller.arn,
    caller.account ?? '',
    `arn:${caller.partition}:iam::${caller.account ?? ''}:root`,
  ]
  const isOfOther = (name: string): boolean =>
    (isAccountId(name) || /:(?:root$|user\/|role\/|assumed-role\/)/.test(name)) && !names.includes(name)
  return sets.map(({ except, ...set }) => {
    const left = except?.filter(({ principals }) => !principals.every(isOfOther)) ?? []
    const principals = ['*', who].some((name) => set.principals.includes(name)) ? [who] : set.principals
    return plainSet({ ...set, principals, ...(left.length === 0 ? {} : { except: left }) }, who)
  })
}

/** Of several steps: refuted if one is, proved if all are. */
function together(all: readonly StepProof[]): ProvedPlan {
  const refuted = all.find(({ status }) => status === 'refuted')
  const worst = refuted ?? all.find(({ status }) => status === 'not-proved')
  const reason = worst?.reason
  const beyond = distinct(all.flatMap((proof) => proof.beyond))
  return {
    status: worst?.status ?? 'proved',
    witness: refuted?.witness ?? null,
    ...(reason === undefined ? {} : { reason }),
    beyond: () => beyond,
    othersGain: false,
    newlyAllowed: lazy(() => distinct(all.flatMap(({ newlyAllowed }) => newlyAllowed()))),
    newlyDenied: lazy(() => distinct(all.flatMap(({ newlyDenied }) => newlyDenied()))),
    newlyDeniedElse: lazy(() => all.map((proof) => proof.newlyDeniedElse()).find((why) => why !== undefined)),
  }
}

/** The intent of a step of the plan: its principal, action and resources, under the conditions of its statement. */
export function intentOf({ action, resources, conditions }: GrantGoal): AccessSet {
  return {
    principals: ['*'],
    actions: [action],
    resources: [...resources],
    conditions: Object.keys(conditions).length === 0 ? [] : [conditions],
  }
}

/** Actions of a mended statement that AWS asks on `*` alone: on a resource they allow nobody anything (R-REQ-04). */
function neverAsked(edit: Edit, goals: readonly GrantGoal[]): readonly AccessSet[] {
  const actions = edit.is === 'document' ? (edit.mends?.neverAsked ?? []) : []
  const resources = goals.flatMap((goal) => goal.resources).filter((arn) => arn.startsWith('arn:'))
  return actions.length === 0 || resources.length === 0
    ? []
    : [{ principals: ['*'], actions: [...actions], resources, conditions: [] }]
}

const distinct = (sets: readonly AccessSet[]): readonly AccessSet[] => [
  ...new Map(sets.map((set) => [JSON.stringify(set), set])).values(),
]

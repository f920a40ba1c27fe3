import { CHANGE_SUBJECTS, mayGrant } from '../change-kinds.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { isBeyondPolicies } from '#diagnose/evidence/beyond-policies.ts'
import { knowsPolicies } from '#diagnose/evidence/evidence.ts'
import { type ReplayContext, scenariosOf } from '#diagnose/replay-context.ts'
import { CALL_FACTS } from '#iam/call-facts.ts'
import { isMadeByCall } from '#engine/dependent-calls/made-by-call.ts'
import type { Scenario } from '#engine/scenario.ts'
import { putBackPlans, plansFor, type FixPlan, scopesOf, withNeededByCall } from '../candidates.ts'
import { type ChangeInHand, changeOf } from '../change.ts'
import { consequencesOf } from '../gate/consequences.ts'
import { openDoubt, type Ruling, ruleOn } from '../gate/gate.ts'
import type { AdvisedCall } from '../gate/grants-to.ts'
import { correctsGuardrail, type Edit, editedBy, isMend, isMendForEveryone, isPutBack, whatEditsDo } from '../edit.ts'
import { MAX_SPARED } from '../edits/narrow-deny.ts'
import { principalPlan, waitPlan } from '../edits/policies-unchanged.ts'
import type { OpenFacts } from '../grant-goal.ts'
import { isSavable } from '../savable.ts'
import { FIX_SCOPES, type FixScope } from '../scope.ts'
import { fitting } from '../split.ts'
import { lazy } from '#iam/lazy.ts'
import { Budget, OutOfBudget } from '#space/budget.ts'
import { memoize } from '#iam/memoize.ts'
import type { Neighbour } from './fix.ts'
import { type BudgetedEvaluator, newBudgetedEvaluator } from '../budgeted-evaluator.ts'
import { type NearRequest, nearRequestsOf, neighboursOf } from './neighbours.ts'
import { notProved, proofOf, type ProvedPlan } from './proof.ts'
import { type Candidate, firstOf, ranked, type RankedPlan } from './rank.ts'
import { newlyNeeded, replayOf, type ReplayedPlan, replayPlan } from './replay.ts'

/** Who called, as far as it is known. */
type KnownIdentity = Omit<Diagnosis['identity'], 'relation' | 'warning'> &
  Partial<Pick<Diagnosis['identity'], 'relation'>>

/** A diagnosis as far as plans follow from it: who should have made the call, what was assumed, and the notes on the denial. */
type Proposed = Partial<Pick<Diagnosis, 'assumptions'>> & {
  readonly identity: KnownIdentity
  readonly denial: Pick<Diagnosis['denial'], 'notes'> &
    Partial<Pick<Diagnosis['denial'], 'reported' | 'resource' | 'resourceText'>>
}

/** The search for the fixes of one diagnosis: plans that were replayed, of which no more is proved than is asked for. */
export interface FixSearch {
  /** The plan of the exact resource that comes first: as many are proved as have to be to know it. Undefined: there is none. */
  readonly best: () => RankedPlan | undefined
  /** All plans, of every scope, `best` first, then the smallest, then those that are offered on demand: every one is proved. */
  readonly all: () => readonly RankedPlan[]
  /** The plans of the exact resource, in no order; none is proved for it. */
  readonly exact: readonly Candidate[]
  /** The plan of the exact resource that comes first of those that are offered on demand. Undefined: there is none. */
  readonly onDemand: () => RankedPlan | undefined
  /** Why plans of the exact resource that would work are withheld. */
  readonly withheld: readonly string[]
  /** Wider scopes that the resource has. */
  readonly scopes: readonly FixScope[]
  /** Why plans were left untried by what was asked so far; undefined: none was. */
  readonly notTried: () => string | undefined
}

/**
 * Searches the fixes of a diagnosis (docs/fixes.md). Each plan is replayed on the engine over every step of the chain; what
 * it grants besides is proved, refuted with a witness, or said not to be decided, when the search is asked for it. Pure.
 */
export function searchFixes(
  diagnosis: Proposed,
  replayContext: ReplayContext | undefined,
  budgeted?: BudgetedEvaluator,
): FixSearch {
  if (replayContext === undefined || (!knowsPolicies(replayContext) && replayContext.likely === undefined))
    return NOTHING
  const { identity, denial } = diagnosis
  if (isBeyondPolicies(denial)) return NOTHING
  const chain = replayContext.steps
  const steps = chain.map(({ step }) => step)
  const scenarios = scenariosOf(chain)
  const evaluator = budgeted ?? newBudgetedEvaluator(replayContext.readings, new Budget(replayContext.budget))
  const notTried = new Set<string>(tooManyDenies(steps))
  const within = <T>(made: () => readonly T[]): readonly T[] => withinBudget(made, notTried)
  const withheld = new Set<string>()
  const passed = passedBy(diagnosis, replayContext, withheld)
  const good = (plans: readonly FixPlan[]): readonly RuledPlan[] =>
    plans.flatMap((plan) => within(() => replayedAsNeeded(plan, replayContext, evaluator))).flatMap(passed)
  const candidates = candidatesBy(replayContext, evaluator, identity.relation)
  const isAsked = (plan: FixPlan): boolean => canBeAsked(plan, denial, replayContext)
  const plans = (scope: FixScope, open?: OpenFacts): readonly FixPlan[] =>
    within(() => plansFor(chain, scope, evaluator, open)).filter(isAsked)
  const exact = good([
    ...principalPlan(meantCaller(identity), scenarios),
    ...waitPlan(denial.notes, steps, scenarios),
    ...within(() => putBackPlans(chain, replayContext.older ?? [], evaluator)),
    ...plans('exact', openFactsOf(replayContext)),
  ])
  const named = candidates(chosenOf(withoutNeedless(onceEach(exact))))
  const scopes = exact.length === 0 ? [] : within(() => scopesOf(chain, evaluator)).filter((scope) => scope !== 'exact')
  const best = lazy(() => firstOf(named.filter(({ onDemand }) => onDemand === undefined)))
  return {
    best,
    // A scope is another set of plans, to be replayed and proved on its own.
    all: lazy(() => {
      const wider = scopes.flatMap((scope) => good(plans(scope)))
      const chosen = chosenOf(withoutNeedless(onceEach([...exact, ...wider])))
      return ranked([...named, ...candidates(chosen.filter(({ plan }) => plan.scope !== 'exact'))], best())
    }),
    exact: named,
    onDemand: lazy(() => firstOf(named.filter(({ onDemand }) => onDemand !== undefined))),
    withheld: [...withheld],
    scopes,
    notTried: () => (notTried.size === 0 ? undefined : [...notTried].join('; ')),
  }
}

const openFactsOf = ({ placeholders = [], tellable, provided }: ReplayContext): OpenFacts => ({
  placeholders,
  assumedKeys: new Set(tellable?.keys()),
  apis: (provided?.pieces ?? []).flatMap((piece) =>
    piece.is === 'resource' && piece.kind === 'api' && piece.name !== undefined ? [piece.name] : [],
  ),
})

/** Returns what was made; nothing where the budget ends, and why is added to `notTried`. */
function withinBudget<T>(made: () => readonly T[], notTried: Set<string>): readonly T[] {
  try {
    return made()
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    notTried.add(error.message)
    return []
  }
}

/** A service that works with a role of the user's makes the call as it always does, from its own network and with no tags. */
const canBeAsked = (plan: FixPlan, denial: Proposed['denial'], replayContext: ReplayContext): boolean =>
  !isAssumedAway(plan, denial, replayContext) &&
  (!denial.notes.some(({ code }) => code === 'service-role') || !plan.edits.some(({ is }) => is === 'request'))

/** TLS that only a likely explanation takes away: calls are usually made over it, so that this is no change of anything (R-ADV-07). */
const isAssumedAway = ({ edits }: FixPlan, { reported }: Proposed['denial'], { tellable }: ReplayContext): boolean =>
  tellable?.has('aws:securetransport') === true &&
  reported?.denyType !== 'explicit' &&
  edits.some((edit) => edit.is === 'request' && edit.slug === 'request-aws-securetransport')

/** Who was to make the call: as somebody said, or as the evidence names it. Whether it would be allowed the replay says. */
const meantCaller = ({ agrees, expected, doubt }: KnownIdentity): string | null =>
  agrees === false ? expected : agrees === null && expected === null ? (doubt?.expected ?? null) : null

/** Returns the search without what lets a caller from outside in, and without what only helps that caller (R-ADV-08). */
export function withoutLettingIn(search: FixSearch, isAnonymous: boolean): FixSearch {
  const isOffered = ({ changes, replayed: { plan } }: Pick<Candidate, 'changes' | 'replayed'>): boolean =>
    (isAnonymous && plan.edits.every(isMendForEveryone)) ||
    changes.every(({ kind }) => kind === 'change-principal' || kind === 'wait' || (isAnonymous && !mayGrant(kind)))
  const best = lazy(() => search.all().find(isOffered))
  return {
    best: () => (search.exact.some(isOffered) ? best() : undefined),
    all: () => search.all().filter(isOffered),
    exact: search.exact.filter(isOffered),
    onDemand: () => undefined,
    withheld: search.withheld,
    scopes: [],
    notTried: () => undefined,
  }
}

const NOTHING: FixSearch = {
  best: () => undefined,
  all: () => [],
  exact: [],
  onDemand: () => undefined,
  withheld: [],
  scopes: [],
  notTried: () => undefined,
}

/** A replayed plan with its changes, and what the gate decides about them. */
interface RuledPlan extends ReplayedPlan {
  readonly changes: readonly ChangeInHand[]
  readonly ruling: Ruling
}

/** Makes the function that lets a replayed plan through the gate, or adds why it does not to `withheld`. */
function passedBy(
  { identity, assumptions = [] }: Proposed,
  { steps, tellable }: ReplayContext,
  withheld: Set<string>,
): (replayedPlan: ReplayedPlan) => readonly RuledPlan[] {
  const scenarios = scenariosOf(steps)
  const context = {
    call: callOf(scenarios[0]),
    doubt: openDoubt(identity),
    assumed: assumptions.map(({ fact }) => fact),
    isDraft: false,
  }
  return (replayedPlan) => {
    const changes = replayedPlan.edited.map((each) => changeOf(each, scenarios, tellable))
    const ruling = ruleOn(changes, context)
    if (ruling.is !== 'withheld') return [{ ...replayedPlan, changes, ruling }]
    withheld.add(ruling.reason)
    return []
  }
}

/** The plan with what came of it; empty: it is no fix, or has no room (R-QUOTA-02). */
function replayed(plan: FixPlan, replayContext: ReplayContext, evaluator: BudgetedEvaluator): readonly ReplayedPlan[] {
  const fits = withRoom(plan, replayContext)
  return fits === undefined ? [] : [replayPlan(fits, replayContext, evaluator) ?? []].flat()
}

/** The plan replayed, or the plan with what its changed call needs in addition. */
function replayedAsNeeded(
  plan: FixPlan,
  replayContext: ReplayContext,
  evaluator: BudgetedEvaluator,
): readonly ReplayedPlan[] {
  const found = replayed(plan, replayContext, evaluator)
  if (found.length > 0) return found
  const needed = newlyNeeded(plan, replayContext, evaluator)
  const wider = withNeededByCall(plan, needed, replayContext.steps.length, evaluator)
  return wider === undefined ? [] : replayed(wider, replayContext, evaluator)
}

/** Where more statements refuse than one fix can spare, no fix is looked for (`MAX_SPARED`). */
function tooManyDenies(steps: Diagnosis['steps']): readonly string[] {
  const counts = steps.flatMap(({ decision }) =>
    decision.layers.map(
      ({ layer, statements }) =>
        [layer, statements.filter(({ effect, matches }) => effect === 'Deny' && matches !== false).length] as const,
    ),
  )
  return counts
    .filter(([, count]) => count > MAX_SPARED)
    .map(
      ([layer, count]) => `${count} Deny statements of the ${layer} refuse it, and a fix edits at most ${MAX_SPARED}`,
    )
}

/** A grant is for all encryption contexts that no constraint leaves out, and for every way to call. */
const mayGrantMore = ({ edits }: FixPlan): boolean =>
  edits.some((edit) =>
    edit.is === 'document'
      ? edit.mayGrantMore === true || edit.addsDenyException === true
      : CHANGE_SUBJECTS[edit.kind] === 'grant',
  )

const isWide = (plan: FixPlan): boolean =>
  mayGrantMore(plan) && !plan.edits.some((edit) => isMend(edit) || isPutBack(edit) || correctsGuardrail(edit))

/** More than anybody reads. */
const MOST: Readonly<Record<FixScope, number>> = { exact: 5, prefix: 2, resource: 2 }

/**
 * Plans chosen from all, by scope: first those that open nothing else, and those that mend what stands there, so that they
 * are not cut off.
 */
const chosenOf = (all: readonly RuledPlan[]): readonly RuledPlan[] =>
  FIX_SCOPES.flatMap((scope) =>
    all
      .filter(({ plan }) => plan.scope === scope)
      .toSorted((a, b) => Number(isWide(a.plan)) - Number(isWide(b.plan)))
      .slice(0, MOST[scope]),
  )

/** Quotas are kept before anything is offered (R-QUOTA-02). */
function withRoom(plan: FixPlan, { steps }: ReplayContext): FixPlan | undefined {
  const scenarios = scenariosOf(steps)
  const edited = editedBy(plan.edits, scenarios)
  const isRefused = ({ edits: [first], operations }: (typeof edited)[number]): boolean =>
    first?.is === 'document' && !isSavable(first.location, operations)
  if (edited.some(isRefused)) return undefined
  const edits = fitting(plan.edits, edited, scenarios)
  return edits === undefined ? undefined : { ...plan, edits }
}

/** A wider scope that comes to the same change is none. */
const onceEach = (all: readonly RuledPlan[]): readonly RuledPlan[] =>
  [
    ...new Map(
      all.toReversed().map((replayedPlan) => [
        // What mends a statement is meant for what it says, and a wider scope for all that it reaches.
        JSON.stringify([
          replayedPlan.plan.edits.some(isMend),
          replayedPlan.edited.map(({ before, operations }) => [before, operations]),
        ]),
        replayedPlan,
      ]),
    ).values(),
  ].toReversed()

/** A plan that does all another does, and more edits besides, is left out. */
function withoutNeedless(all: readonly RuledPlan[]): readonly RuledPlan[] {
  return all.filter(
    (replayedPlan) =>
      !all.some(
        (other) =>
          other !== replayedPlan &&
          other.plan.scope === replayedPlan.plan.scope &&
          other.cures.length >= replayedPlan.cures.length &&
          other.plan.edits.length < replayedPlan.plan.edits.length &&
          other.plan.edits.every((edit) => replayedPlan.plan.edits.includes(edit)),
      ),
  )
}

/**
 * A function that makes candidates of one search out of replayed plans: requests beside the denied one are evaluated once for
 * all.
 */
function candidatesBy(
  replayContext: ReplayContext,
  evaluator: BudgetedEvaluator,
  relation: KnownIdentity['relation'],
): (all: readonly RuledPlan[]) => readonly Candidate[] {
  const beside = memoize<Scenario, readonly NearRequest[]>(
    ({ request }) => nearRequestsOf(request, replayContext, evaluator),
    () => true,
  )
  const scenarios = scenariosOf(replayContext.steps)
  return (all) => {
    const ids = idsOf(all)
    return all.map((replayedPlan, i): Candidate => {
      const { changes, ruling } = replayedPlan
      return {
        id: ids[i] ?? '',
        title: titleOf(replayedPlan.plan.edits),
        replayed: replayedPlan,
        changes,
        ...(ruling.is === 'onDemand' ? { onDemand: ruling.reason } : {}),
        consequences: consequencesOf(changes, { ...callOf(scenarios[0]), relation }),
        mayGrantMore: mayGrantMore(replayedPlan.plan),
        proved: lazy(() => provedWithin(replayedPlan, evaluator, replayContext)),
        replay: lazy(() => replayOf(replayedPlan, evaluator)),
        neighbours: lazy(() => neighboursWithin(replayedPlan, evaluator, beside)),
      }
    })
  }
}

/** The denied call as the gate takes it. */
function callOf(scenario: Scenario | undefined): AdvisedCall {
  const { principal = null, action = null, resource, resourceAccount = null, context } = scenario?.request ?? {}
  const [arn = null] = [resource ?? []].flat()
  const isMade = isMadeByCall(action ?? '', arn ?? '', context?.[CALL_FACTS.operation])
  return { principal, action, resource: arn, resourceAccount, isMade }
}

/** Where the budget does not reach, nothing is proved. */
function provedWithin(
  replayedPlan: ReplayedPlan,
  evaluator: BudgetedEvaluator,
  replayContext: ReplayContext,
): ProvedPlan {
  try {
    return proofOf(replayedPlan, evaluator, replayContext)
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return notProved(error.message)
  }
}

/** Where the budget does not reach, none is evaluated: the proof speaks of all requests, and these only show some. */
function neighboursWithin(
  { cured, edited }: ReplayedPlan,
  evaluator: BudgetedEvaluator,
  beside: (scenario: Scenario) => readonly NearRequest[],
): readonly Neighbour[] {
  try {
    evaluator.budget.grace()
    return neighboursOf(
      cured.flatMap(({ before }) => beside(before)),
      edited,
      evaluator,
    )
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return []
  }
}

function titleOf(edits: readonly Edit[]): string {
  const text = whatEditsDo(edits).join(', and ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** By what the fix does, so that an id stays when others come before it. */
function idsOf(all: readonly ReplayedPlan[]): readonly string[] {
  const taken = new Map<string, number>()
  return all.map(({ plan }) => {
    const id = `${[...new Set(plan.edits.map(({ slug }) => slug))].join('+')}.${plan.scope}`
    const number = (taken.get(id) ?? 0) + 1
    taken.set(id, number)
    return number === 1 ? id : `${id}-${number}`
  })
}

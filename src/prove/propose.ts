import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Walk } from '#diagnose/walk.ts'
import type { Scenario } from '#engine/scenario.ts'
import { plansFor, type Plan, scopesOf } from '#fix/candidates.ts'
import { changeOf } from '#fix/change.ts'
import { type Edit, editedBy } from '#fix/edit.ts'
import { MAX_SPARED } from '#fix/edits/narrow-deny.ts'
import { principalPlan, waitPlan } from '#fix/edits/same-policies.ts'
import { isNeverProposed } from '#fix/never.ts'
import { FIX_SCOPES, type FixScope } from '#fix/scope.ts'
import { fitting } from '#fix/split.ts'
import { lazy } from '#iam/lazy.ts'
import { Budget, OutOfBudget } from '#space/budget.ts'
import { remember } from '#iam/remember.ts'
import type { Compared, Fix, Offer, Proof } from './fix.ts'
import { type Judge, newJudge } from '#fix/judge.ts'
import { type Beside, besidesOf, neighboursOf } from './neighbours.ts'
import { proofOf } from './proof.ts'
import { ranked, smallest, type Unranked } from './rank.ts'
import { type Tried, tried } from './replay.ts'

/** What a fix is asked for: the steps that were judged, and who should have made the call. */
type Proposed = Pick<Diagnosis, 'steps' | 'identity'> & { readonly denial: Pick<Diagnosis['denial'], 'notes'> }

/**
 * The fixes of a diagnosis, the smallest first (docs/json.md, "Fix"). Each has been replayed on the engine over every step
 * of the chain; what it grants besides is proved, refuted with a witness, or said not to be decided. Pure.
 */
export const fixesFor = (diagnosis: Proposed, walk: Walk | undefined): readonly Fix[] => offerFor(diagnosis, walk).all()

/** The same, of which no more is proved than is asked for: one proof for the best, all for their order. */
export function offerFor(diagnosis: Proposed, walk: Walk | undefined, given?: Judge): Offer {
  if (walk === undefined || walk.subject.kind === 'none') return NOTHING
  const { steps, identity, denial } = diagnosis
  const judge = given ?? judgeOf(walk)
  const notTried = new Set<string>(tooManyDenies(steps))
  const chain = { steps, scenarios: walk.scenarios }
  const beside = remember<Scenario, readonly Beside[]>(
    ({ request }) => besidesOf(request, walk, judge),
    () => true,
  )
  const tryOne = (plan: Plan): readonly Tried[] => {
    const fits = withRoom(plan, walk)
    return fits === undefined ? [] : [tried(fits, steps, walk, judge) ?? []].flat()
  }
  const within = <T>(made: () => readonly T[]): readonly T[] => {
    try {
      return made()
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error
      notTried.add(error.message)
      return []
    }
  }
  const good = (plans: readonly Plan[]): readonly Tried[] => plans.flatMap((plan) => within(() => tryOne(plan)))
  const unranked = (all: readonly Tried[]): readonly Unranked[] => {
    const ids = idsOf(all)
    return all.map((one, i) => ({ fix: fixOf(one, ids[i] ?? '', walk, judge, beside), widens: widens(one.plan) }))
  }
  const exact = good([
    ...principalPlan(identity.agrees === false ? identity.expected : null, walk.scenarios),
    ...waitPlan(denial.notes, steps, walk.scenarios),
    ...within(() => plansFor(chain, 'exact', judge)),
  ])
  const named = unranked(chosenOf(withoutNeedless(onceEach(exact))))
  const scopes = exact.length === 0 ? [] : within(() => scopesOf(chain, judge)).filter((scope) => scope !== 'exact')
  return {
    best: lazy(() => smallest(named)),
    named,
    scopes,
    notTried: () => (notTried.size === 0 ? undefined : [...notTried].join('; ')),
    // A scope is another set of plans, to be replayed and proved on its own.
    all: lazy(() => {
      const wider = scopes.flatMap((scope) => good(within(() => plansFor(chain, scope, judge))))
      const chosen = chosenOf(withoutNeedless(onceEach([...exact, ...wider])))
      return ranked([...named, ...unranked(chosen.filter(({ plan }) => plan.scope !== 'exact'))])
    }),
  }
}

const NOTHING: Offer = { best: () => undefined, named: [], scopes: [], notTried: () => undefined, all: () => [] }

/** One for all that is proved of one denial: they share its budget. */
export const judgeOf = (walk: Walk | undefined): Judge => newJudge(walk?.readings, new Budget(walk?.budget))

/** Where more statements refuse than one fix can spare, no fix is looked for (`MAX_SPARED`). */
function tooManyDenies(steps: Proposed['steps']): readonly string[] {
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
const widens = ({ edits }: Plan): boolean =>
  edits.some((edit) =>
    edit.is === 'document' ? edit.widens === true || edit.spares === true : edit.kind === 'create-grant',
  )

/** More than anybody reads. */
const MOST: Readonly<Record<FixScope, number>> = { exact: 5, prefix: 2, resource: 2 }

/** Those that open nothing else come first, so that they are not cut off. */
const chosenOf = (all: readonly Tried[]): readonly Tried[] =>
  FIX_SCOPES.flatMap((scope) =>
    all
      .filter(({ plan }) => plan.scope === scope)
      .toSorted((a, b) => Number(widens(a.plan)) - Number(widens(b.plan)))
      .slice(0, MOST[scope]),
  )

/** Quotas are kept before anything is offered (R-QUOTA-02). */
function withRoom(plan: Plan, { scenarios }: Walk): Plan | undefined {
  const edited = editedBy(plan.edits, scenarios)
  if (edited.some(({ operations }) => operations.some(isNeverProposed))) return undefined
  const edits = fitting(plan.edits, edited, scenarios)
  return edits === undefined ? undefined : { ...plan, edits }
}

/** A wider scope that comes to the same change is none. */
const onceEach = (all: readonly Tried[]): readonly Tried[] =>
  [
    ...new Map(
      all
        .toReversed()
        .map((one) => [JSON.stringify(one.edited.map(({ before, operations }) => [before, operations])), one]),
    ).values(),
  ].toReversed()

/** A plan that does all another does, and more edits besides, is left out. */
function withoutNeedless(all: readonly Tried[]): readonly Tried[] {
  return all.filter(
    (one) =>
      !all.some(
        (other) =>
          other !== one &&
          other.plan.scope === one.plan.scope &&
          other.cures.length >= one.cures.length &&
          other.plan.edits.length < one.plan.edits.length &&
          other.plan.edits.every((edit) => one.plan.edits.includes(edit)),
      ),
  )
}

function fixOf(
  one: Tried,
  id: string,
  walk: Walk,
  judge: Judge,
  beside: (scenario: Scenario) => readonly Beside[],
): Omit<Fix, 'rank'> {
  const { plan, edited, cures, cured, replay } = one
  const near = lazy(() => cured.flatMap(({ before }) => beside(before)))
  const fix: Omit<Fix, 'rank' | 'proof'> = {
    id,
    title: titleOf(plan.edits),
    scope: plan.scope,
    cures,
    changes: edited.map((each) => changeOf(each, walk.scenarios)),
    replay,
  }
  // Proved when somebody first asks: who reads one fix need not wait for the proofs of all.
  const proof = lazy(() => withNeighbours(provedWithin(one, judge, walk), () => neighboursOf(near(), edited, judge)))
  return Object.defineProperties(fix as Omit<Fix, 'rank'>, {
    proof: { enumerable: true, get: proof },
    after: { enumerable: false, value: cured.length === cures.length ? cured.map(({ after }) => after) : [] },
  })
}

/** Where the budget does not reach, nothing is proved. */
function provedWithin(one: Tried, judge: Judge, walk: Walk): Compared {
  try {
    return proofOf(one, judge, walk)
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    const reason = error.message
    return { status: 'not-proved', newlyAllowed: [], beyondIntent: true, witness: null, newlyDenied: [], reason }
  }
}

/** Neighbours are judged when somebody first asks: for most fixes nobody does. */
const withNeighbours = (proof: Compared, judged: () => Proof['neighbours']): Proof =>
  Object.defineProperty(proof as Proof, 'neighbours', { enumerable: true, get: lazy(judged) })

function titleOf(edits: readonly Edit[]): string {
  const times = new Map<string, number>()
  for (const { does } of edits) times.set(does, (times.get(does) ?? 0) + 1)
  const text = [...times]
    .map(([does, n]) => (n === 1 ? does : does.replace(ONE_STATEMENT, `add ${n} statements`)))
    .join(', and ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const ONE_STATEMENT = /^add a statement\b/

/** By what the fix does, so that an id stays when others come before it. */
function idsOf(all: readonly Tried[]): readonly string[] {
  const taken = new Map<string, number>()
  return all.map(({ plan }) => {
    const id = `${[...new Set(plan.edits.map(({ slug }) => slug))].join('+')}.${plan.scope}`
    const number = (taken.get(id) ?? 0) + 1
    taken.set(id, number)
    return number === 1 ? id : `${id}-${number}`
  })
}

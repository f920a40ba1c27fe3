import { pastedCommands } from './script/recipe.ts'
import { COMPANION } from '#iam/companion-rule.ts'
import type { EvaluatedStep } from '#engine/chain.ts'
import type { EditOption } from './edit-options.ts'
import { editOptionsOf } from './edit-options.ts'
import { type Edit, editedBy, type RequestEdit, withEdits } from './edit.ts'
import { documentValue } from '#iam/json-value.ts'
import { guardedStatement, isGivenUp } from './edits/data-guards.ts'
import { grantEdit } from './edits/non-policy-grants.ts'
import { withoutPassing } from './edits/edit-request.ts'
import { putBackEdits } from './edits/put-back.ts'
import type { OlderPolicies } from '#diagnose/replay-context.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { CachingEvaluator } from '#engine/caching-evaluator.ts'
import { keyOfLocation } from './policy-location.ts'
import { FIX_SCOPES, type FixScope } from './scope.ts'
import { type GrantGoal, grantGoalOf, NOTHING_OPEN, type OpenFacts } from './grant-goal.ts'
import { statementsTogether } from './statements-together.ts'
import { bypassesGuardrail, type SatisfyingSet, satisfyingSets } from './satisfying-sets.ts'

/** Edits that together should allow the denied request and what its call needs next; nothing of it is tried yet. */
export interface FixPlan {
  readonly scope: FixScope
  readonly edits: readonly Edit[]
  /** The goals of the steps it is for, in the order of the chain. */
  readonly goals: readonly GrantGoal[]
}

const MAX_OPTIONS = 10
const MAX_PLANS: Readonly<Record<FixScope, number>> = { exact: 10, prefix: 3, resource: 3 }

/**
 * Plans for every way to satisfy all refusing layers of the denied request and of every further request that is denied,
 * in one go: mending one alone only uncovers the next (R-NAME-04). Those of the exact resource first.
 */
export function plansFor(
  chain: readonly EvaluatedStep[],
  scope: FixScope,
  evaluator: CachingEvaluator,
  open: OpenFacts = NOTHING_OPEN,
): readonly FixPlan[] {
  return plansOf(chain, scope, grantGoalsIn(chain, scope, evaluator, open), evaluator)
}

/** Scopes that reach further than the one before them: a key has none but the exact one. */
export function scopesOf(chain: readonly EvaluatedStep[], evaluator: CachingEvaluator): readonly FixScope[] {
  const reach = FIX_SCOPES.map((scope) =>
    JSON.stringify(grantGoalsIn(chain, scope, evaluator).map(({ resources, conditions }) => [resources, conditions])),
  )
  return FIX_SCOPES.filter((_, i) => i === 0 || reach[i] !== reach[i - 1])
}

/** Plans that put back what changed since the first of the older policies that allowed it: a single plan at most. */
export function putBackPlans(
  chain: readonly EvaluatedStep[],
  older: readonly OlderPolicies[],
  evaluator: CachingEvaluator,
): readonly FixPlan[] {
  if (older.length === 0) return []
  const goals = grantGoalsIn(chain, 'exact', evaluator)
  for (const policies of older) {
    const edits = putBackEdits(goals, policies, evaluator)
    if (edits !== undefined) return [{ scope: 'exact', edits, goals }]
  }
  return []
}

function grantGoalsIn(
  chain: readonly EvaluatedStep[],
  scope: FixScope,
  evaluator: CachingEvaluator,
  open: OpenFacts = NOTHING_OPEN,
): readonly GrantGoal[] {
  // Nothing is granted on what a further request is not known to be about (R-HOP-20, R-ADV-05).
  const denied = chain.flatMap(({ step }, i) =>
    step.relation !== 'before' && step.decision.decision === 'denied' && (i === 0 || step.request.resource !== null)
      ? [i]
      : [],
  )
  if (denied[0] !== 0) return []
  return denied.flatMap((i) => {
    const { scenario } = chain[i] ?? {}
    return scenario === undefined
      ? []
      : (grantGoalOf(i, scenario, scope, evaluator, i === 0 ? open : NOTHING_OPEN) ?? [])
  })
}

function plansOf(
  chain: readonly EvaluatedStep[],
  scope: FixScope,
  goals: readonly GrantGoal[],
  evaluator: CachingEvaluator,
): readonly FixPlan[] {
  const first = chain[0]?.scenario.request
  if (first === undefined) return []
  const perGoal = goals.map((goal) => ({
    goal,
    options: [...optionsOf(goal, evaluator), ...withoutPassing(goal, first).map((edit) => [edit])],
  }))
  const open = perGoal.filter(({ options }) => options.length > 0)
  if (open[0]?.goal.step !== 0) return []
  const plans: FixPlan[] = []
  const add = (chosen: readonly Choice[]): void => {
    const edits = statementsTogether(distinct(chosen.flatMap(({ option }) => option)))
    // Another request is no wider or narrower with the scope.
    if (scope !== 'exact' && edits.every(({ is }) => is === 'request')) return
    plans.push({ scope, edits, goals: chosen.map(({ goal }) => goal) })
  }
  const isCompanion = ({ step }: GrantGoal): boolean => chain[step]?.step.rule === COMPANION
  // What is needed together with the denied action is granted in the same place.
  const withCompanions = (choices: readonly Choice[]): readonly Choice[] =>
    choices.map((choice, i) => {
      const [first] = choices
      if (first === undefined || !isCompanion(choice.goal)) return choice
      return { ...choice, option: open[i]?.options.find((option) => isAlike(option, first.option)) ?? choice.option }
    })
  const usual = open.map(({ goal, options }) => ({ goal, option: usualOf(options) }))
  add(withCompanions(usual))
  open.forEach(({ goal, options }, i) => {
    if (isCompanion(goal)) return
    for (const option of options) {
      const chosen = withCompanions(usual.map((choice, k) => (k === i ? { goal, option } : choice)))
      // Where the request changes, what it needs next may change with it.
      if (option.some(({ is }) => is === 'request')) add(chosen.slice(i, i + 1))
      add(chosen)
    }
  })
  return uniquePlans(plans).slice(0, MAX_PLANS[scope])
}

/**
 * The plan with what its changed call needs in addition: tags that are sent on creation need the permission to tag, an ACL the one to set
 * it. Undefined: it needs nothing that can be granted.
 *
 * @param needed what the changed call needs in addition and is denied
 */
export function withNeededByCall(
  plan: FixPlan,
  needed: readonly Scenario[],
  steps: number,
  evaluator: CachingEvaluator,
): FixPlan | undefined {
  if (needed.length === 0 || !plan.edits.every(({ is }) => is === 'request')) return undefined
  const goals = needed.map((scenario, i) =>
    scenario.request.resource === null ? undefined : grantGoalOf(steps + i, scenario, 'exact', evaluator),
  )
  const [layer] = plan.edits.map((edit) => (edit.is === 'request' ? edit.layer : undefined))
  // Where the statement is that allows the call itself, if that is enough.
  const ofLayer = (options: readonly EditOption[]): EditOption =>
    options.find((option) => option.every((edit) => edit.is === 'document' && edit.location.layer === layer)) ??
    usualOf(options)
  const grants = goals.map((goal) => (goal === undefined ? [] : ofLayer(optionsOf(goal, evaluator))))
  if (grants.some((option) => option.length === 0)) return undefined
  return {
    ...plan,
    edits: [...plan.edits, ...statementsTogether(distinct(grants.flat()))],
    goals: [...plan.goals, ...goals.flatMap((goal) => goal ?? [])],
  }
}

interface Choice {
  readonly goal: GrantGoal
  readonly option: EditOption
}

/** Whether two options change the same places in the same way. */
const isAlike = (a: EditOption, b: EditOption): boolean =>
  JSON.stringify(a.map(placeOf)) === JSON.stringify(b.map(placeOf))

const placeOf = (edit: Edit): readonly unknown[] =>
  edit.is === 'document' ? [edit.slug, edit.location.on, edit.location.arn ?? edit.location.layer] : [edit.is]

/** The first that changes a policy: other requests are tried apart. */
const usualOf = (options: readonly EditOption[]): EditOption =>
  options.find((option) => option.every(({ is }) => is !== 'request')) ?? options[0] ?? []

/** The edits that let one step through, tried on the engine where no request changes. */
function optionsOf(goal: GrantGoal, evaluator: CachingEvaluator): readonly EditOption[] {
  const options = optionsFor(satisfyingSets(goal.tree), goal, evaluator)
  // What surely refuses may stand beside what is not known: a bucket policy that lets nobody in, and an ACL nobody read.
  return options.length > 0 ? options : optionsFor(satisfyingSets(goal.tree, true), goal, evaluator)
}

function optionsFor(
  all: readonly SatisfyingSet[],
  goal: GrantGoal,
  evaluator: CachingEvaluator,
): readonly EditOption[] {
  const ways = all.filter((set) => set.length > 0 && !bypassesGuardrail(set, goal.tree))
  const cures = ways.flatMap((set) => combined(set, goal))
  const grants = grantOptions(ways, goal)
  const kept: EditOption[] = []
  for (const option of [...cures, ...grants])
    if (kept.length < MAX_OPTIONS && allowsRequest(option, goal, evaluator)) kept.push(option)
  return kept
}

function allowsRequest(option: EditOption, { scenario }: GrantGoal, { effect }: CachingEvaluator): boolean {
  if (option.some(({ is }) => is === 'request')) return true
  return effect(withEdits(scenario, editedBy(option, [scenario]))) === 'allowed'
}

/** For each leaf of a way one cure: the same other request for all that it cures, or policies, one varied at a time. */
function combined(set: SatisfyingSet, goal: GrantGoal): readonly EditOption[] {
  const byLeaf = set.map((leaf) => editOptionsOf(leaf, goal))
  if (byLeaf.some((options) => options.length === 0)) return []
  const usual = byLeaf.map(usualOf)
  const requests = distinct(
    byLeaf.flatMap((options) => options.flat().filter((edit): edit is RequestEdit => edit.is === 'request')),
  )
  const byRequest = requests.map((edit) =>
    byLeaf.map(
      (options, i) => options.find(([firstEdit]) => firstEdit !== undefined && same(firstEdit, edit)) ?? usual[i] ?? [],
    ),
  )
  const varied = byLeaf.flatMap((options, i) =>
    options
      .filter((option) => option.every(({ is }) => is !== 'request'))
      .map((option) => usual.map((usualOption, k) => (k === i ? option : usualOption))),
  )
  return [...byRequest, usual, ...varied].map((cures) => distinct(cures.flat()))
}

/** A grant stands in for the policies that should allow a key's use (R-KMS-07), not for what refuses besides. */
function grantOptions(sets: readonly SatisfyingSet[], goal: GrantGoal): readonly EditOption[] {
  const { action } = goal.input.question
  if (action.service !== 'kms') return []
  const onlyGranting = sets.some((set) =>
    set.every(
      ({ needs, finding }) =>
        needs !== 'no-explicit-deny' && (finding.layer === 'resource-policy' || finding.layer === 'identity-policy'),
    ),
  )
  // A grant would let the call through without what the nearest statement asks for (R-ADV-04).
  const givesUp = sets.flat().some(({ finding }) => guardedStatement(finding, goal).losesGuards.some(isGivenUp))
  const edit = onlyGranting && !givesUp ? grantEdit(goal) : undefined
  return edit === undefined ? [] : [[edit]]
}

const same = (a: Edit, b: Edit): boolean => keyOf(a) === keyOf(b)

/** By what they do to the document as it stands: two steps of a chain may each lack a statement of the same policy. */
function keyOf(edit: Edit): string {
  const known = keys.get(edit) ?? textOf(edit)
  keys.set(edit, known)
  return known
}

const keys = new WeakMap<Edit, string>()

const textOf = (edit: Edit): string =>
  edit.is === 'document'
    ? JSON.stringify([
        keyOfLocation(edit.location),
        edit.slug,
        edit.operationsOn(documentValue(edit.location.document)),
      ])
    : edit.is === 'request'
      ? JSON.stringify(edit.operations)
      : JSON.stringify([edit.resource, edit.slug, pastedCommands(edit.recipe({}))])

/** Each edit once. */
function distinct<E extends Edit>(edits: readonly E[]): readonly E[] {
  return [...new Map(edits.map((edit) => [keyOf(edit), edit])).values()]
}

function uniquePlans(plans: readonly FixPlan[]): readonly FixPlan[] {
  return [...new Map(plans.map((plan) => [plan.edits.map(keyOf).toSorted().join(), plan])).values()]
}

import { pastedCommands } from './script/recipe.ts'
import type { Step } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Cure } from './cures.ts'
import { curesOf } from './cures.ts'
import { type Edit, editedBy, type RequestEdit, withEdits } from './edit.ts'
import { documentValue } from '#iam/json-value.ts'
import { grantEdit } from './edits/beside-policies.ts'
import { withoutPassing } from './edits/edit-request.ts'
import type { CachingEvaluator } from '#engine/caching-evaluator.ts'
import { keyOfPlace } from './place.ts'
import { FIX_SCOPES, type FixScope } from './scope.ts'
import { type Wanted, wantedOf } from './wanted.ts'
import { goesAround, type Way, waysOf } from './ways.ts'

/** Edits that together should allow the denied request and what its call needs next; nothing of it is tried yet. */
export interface Plan {
  readonly scope: FixScope
  readonly edits: readonly Edit[]
  /** What is wanted of each step it is for, in the order of the chain. */
  readonly wanted: readonly Wanted[]
}

/** A chain as it was judged: each step with what was in force for it. */
export interface Chain {
  readonly steps: readonly Step[]
  readonly scenarios: readonly Scenario[]
}

const MAX_OPTIONS = 10
const MAX_PLANS: Readonly<Record<FixScope, number>> = { exact: 10, prefix: 3, resource: 3 }

/**
 * Plans for every way to satisfy all refusing layers of the denied request and of every further request that is denied,
 * in one go: mending one alone only uncovers the next (R-NAME-04). Those of the exact resource first.
 */
export function plansFor(chain: Chain, scope: FixScope, evaluator: CachingEvaluator): readonly Plan[] {
  return plansOf(chain, scope, wantedIn(chain, scope, evaluator), evaluator)
}

/** Scopes that reach further than the one before them: a key has none but the exact one. */
export function scopesOf(chain: Chain, evaluator: CachingEvaluator): readonly FixScope[] {
  const reach = FIX_SCOPES.map((scope) =>
    JSON.stringify(wantedIn(chain, scope, evaluator).map(({ resources, conditions }) => [resources, conditions])),
  )
  return FIX_SCOPES.filter((_, i) => i === 0 || reach[i] !== reach[i - 1])
}

function wantedIn({ steps, scenarios }: Chain, scope: FixScope, evaluator: CachingEvaluator): readonly Wanted[] {
  const denied = steps.flatMap((step, i) =>
    step.relation !== 'before' && step.decision.decision === 'denied' ? [i] : [],
  )
  if (denied[0] !== 0) return []
  return denied.flatMap((step) => {
    const scenario = scenarios[step]
    return scenario === undefined ? [] : (wantedOf(step, scenario, scope, evaluator) ?? [])
  })
}

function plansOf(chain: Chain, scope: FixScope, all: readonly Wanted[], evaluator: CachingEvaluator): readonly Plan[] {
  const first = chain.scenarios[0]?.request
  if (first === undefined) return []
  const options = all.map((wanted) => ({
    wanted,
    cures: [...optionsOf(wanted, evaluator), ...withoutPassing(wanted, first).map((edit) => [edit])],
  }))
  const open = options.filter(({ cures }) => cures.length > 0)
  if (open[0]?.wanted.step !== 0) return []
  const plans: Plan[] = []
  const add = (chosen: readonly { readonly wanted: Wanted; readonly cure: Cure }[]): void => {
    const edits = distinct(chosen.flatMap(({ cure }) => cure))
    // Another request is no wider or narrower with the scope.
    if (scope !== 'exact' && edits.every(({ is }) => is === 'request')) return
    plans.push({ scope, edits, wanted: chosen.map(({ wanted }) => wanted) })
  }
  const usual = open.map(({ wanted, cures }) => ({ wanted, cure: usualOf(cures) }))
  add(usual)
  open.forEach(({ wanted, cures }, i) => {
    for (const cure of cures) {
      const chosen = usual.map((one, k) => (k === i ? { wanted, cure } : one))
      // Where the request changes, what it needs next may change with it.
      if (cure.some(({ is }) => is === 'request')) add(chosen.slice(i, i + 1))
      add(chosen)
    }
  })
  return uniquePlans(plans).slice(0, MAX_PLANS[scope])
}

/** The first that changes a policy: other requests are tried apart. */
const usualOf = (cures: readonly Cure[]): Cure =>
  cures.find((cure) => cure.every(({ is }) => is !== 'request')) ?? cures[0] ?? []

/** What cures one step alone, tried on the engine where no request changes. */
function optionsOf(wanted: Wanted, evaluator: CachingEvaluator): readonly Cure[] {
  const options = optionsFor(waysOf(wanted.tree), wanted, evaluator)
  // What surely refuses may stand beside what is not known: a bucket policy that lets nobody in, and an ACL nobody read.
  return options.length > 0 ? options : optionsFor(waysOf(wanted.tree, true), wanted, evaluator)
}

function optionsFor(all: readonly Way[], wanted: Wanted, evaluator: CachingEvaluator): readonly Cure[] {
  const ways = all.filter((way) => way.length > 0 && !goesAround(way, wanted.tree))
  const cures = ways.flatMap((way) => combined(way, wanted))
  const grants = grantCures(ways, wanted)
  const kept: Cure[] = []
  for (const cure of [...cures, ...grants])
    if (kept.length < MAX_OPTIONS && mayCure(cure, wanted, evaluator)) kept.push(cure)
  return kept
}

function mayCure(cure: Cure, { scenario }: Wanted, { effect }: CachingEvaluator): boolean {
  if (cure.some(({ is }) => is === 'request')) return true
  return effect(withEdits(scenario, editedBy(cure, [scenario]))) === 'allowed'
}

/** For each leaf of a way one cure: the same other request for all that it cures, or policies, one varied at a time. */
function combined(way: Way, wanted: Wanted): readonly Cure[] {
  const byLeaf = way.map((leaf) => curesOf(leaf, wanted))
  if (byLeaf.some((cures) => cures.length === 0)) return []
  const usual = byLeaf.map(usualOf)
  const requests = distinct(
    byLeaf.flatMap((cures) => cures.flat().filter((edit): edit is RequestEdit => edit.is === 'request')),
  )
  const byRequest = requests.map((edit) =>
    byLeaf.map((cures, i) => cures.find(([one]) => one !== undefined && same(one, edit)) ?? usual[i] ?? []),
  )
  const varied = byLeaf.flatMap((cures, i) =>
    cures
      .filter((cure) => cure.every(({ is }) => is !== 'request'))
      .map((cure) => usual.map((one, k) => (k === i ? cure : one))),
  )
  return [...byRequest, usual, ...varied].map((cures) => distinct(cures.flat()))
}

/** A grant stands in for the policies that should allow a key's use (R-KMS-07), not for what refuses besides. */
function grantCures(ways: readonly Way[], wanted: Wanted): readonly Cure[] {
  const { action } = wanted.facts.question
  if (action.service !== 'kms') return []
  const onlyGranting = ways.some((way) =>
    way.every(
      ({ needs, finding }) =>
        needs !== 'no-explicit-deny' && (finding.layer === 'resource-policy' || finding.layer === 'identity-policy'),
    ),
  )
  const edit = onlyGranting ? grantEdit(wanted) : undefined
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
    ? JSON.stringify([keyOfPlace(edit.place), edit.slug, edit.operationsOn(documentValue(edit.place.document))])
    : edit.is === 'request'
      ? JSON.stringify(edit.operations)
      : JSON.stringify([edit.resource, edit.slug, pastedCommands(edit.recipe({}))])

/** Each edit once. */
function distinct<E extends Edit>(edits: readonly E[]): readonly E[] {
  return [...new Map(edits.map((edit) => [keyOf(edit), edit])).values()]
}

function uniquePlans(plans: readonly Plan[]): readonly Plan[] {
  return [...new Map(plans.map((plan) => [plan.edits.map(keyOf).toSorted().join(), plan])).values()]
}

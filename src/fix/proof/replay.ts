import { CHANGE_SUBJECTS } from '../change-kinds.ts'
import type { Decision, LayerVerdict, StatementVerdict } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import { type StatementRef, statementRef } from '#engine/statement-ref.ts'
import { type ReplayContext, scenariosOf } from '#diagnose/replay-context.ts'
import type { FixPlan } from '../candidates.ts'
import { type Edited, editedBy, requestAfter, withEdits } from '../edit.ts'
import type { Operation } from '../operation.ts'
import { stepsOf } from '#iam/json-pointer.ts'
import type { PolicyLocation } from '../policy-location.ts'
import type { Flip, Replay } from './fix.ts'
import type { BudgetedEvaluator } from '../budgeted-evaluator.ts'

/** A plan tried: what was in force before and after for each step, and what came of it. */
export interface ReplayedPlan {
  readonly plan: FixPlan
  readonly edited: readonly Edited[]
  /** Steps that were denied and are allowed now. */
  readonly cures: readonly number[]
  /** Of each of them, by its number, before and after; none of one that the call does not need any more. */
  readonly cured: readonly { readonly step: number; readonly before: Scenario; readonly after: Scenario }[]
  /** Other requests that are known to have happened: how many, and those that flip; undefined: none is known. */
  readonly others: Replay['others']
}

/**
 * Replays the whole chain on the changed policies: the same request, the same context, every step (R-FIX-05). Undefined:
 * the plan does not allow what it is for, or it takes away what a step had, so it is no fix.
 */
export function replayPlan(
  plan: FixPlan,
  replayContext: ReplayContext,
  evaluator: BudgetedEvaluator,
): ReplayedPlan | undefined {
  const steps = replayContext.steps.map(({ step }) => step)
  const scenarios = scenariosOf(replayContext.steps)
  const edited = editedBy(plan.edits, scenarios)
  const [first] = scenarios
  if (first === undefined) return undefined
  const isOther = plan.edits.some(({ is }) => is === 'request')
  const chain = isOther ? chainAfter(first, edited, replayContext) : scenarios
  const after = chain.map((scenario) => withEdits(scenario, edited))
  const decisions = after.map(evaluator.effect)
  const pairs = steps.flatMap((step, i) => {
    // Another request may need other things next, or not need them any more.
    const at = isOther ? (i === 0 ? 0 : chain.findIndex((scenario) => sameRequest(scenario, scenarios[i]))) : i
    const before = chain[at] ?? scenarios[i]
    return before === undefined
      ? []
      : [{ step, i, before, after: after[at], decision: decisions[at], isGone: isOther && at < 0 }]
  })
  const wanted = new Set(plan.goals.map(({ step }) => step))
  const isCured = ({ decision, isGone }: (typeof pairs)[number]): boolean => isGone || decision === 'allowed'
  if (pairs.some((pair) => wanted.has(pair.i) && !isCured(pair))) return undefined
  // A step that was allowed stays so; of another request every step is new.
  if (
    pairs.some((pair) => pair.step.relation !== 'before' && pair.step.decision.decision === 'allowed' && !isCured(pair))
  )
    return undefined
  if (!isOther && pairs.some(({ step, decision }) => step.decision.decision === 'allowed' && decision !== 'allowed'))
    return undefined
  if (isOther && decisions.some((decision, i) => decision === 'denied' && !wasDenied(chain[i], replayContext.steps)))
    return undefined
  const cured = pairs.filter(
    (pair) => pair.step.relation !== 'before' && pair.step.decision.decision === 'denied' && isCured(pair),
  )
  if (cured.length === 0 && !plan.edits.some(({ kind }) => CHANGE_SUBJECTS[kind] === 'time')) return undefined
  if (decisions[0] !== 'allowed' || !mayPassTags(plan, replayContext, evaluator)) return undefined
  return {
    plan,
    edited,
    cures: cured.map(({ i }) => i),
    cured: cured.flatMap((pair) =>
      pair.after === undefined ? [] : [{ step: pair.i, before: pair.before, after: pair.after }],
    ),
    others: othersOf(edited, replayContext, evaluator),
  }
}

/** What the call of a plan needs in addition, which was not asked before and is denied: a tag that is sent, an ACL. */
export function newlyNeeded(
  plan: FixPlan,
  replayContext: ReplayContext,
  evaluator: BudgetedEvaluator,
): readonly Scenario[] {
  const scenarios = scenariosOf(replayContext.steps)
  const [first] = scenarios
  if (first === undefined || !plan.edits.some(({ is }) => is === 'request')) return []
  const edited = editedBy(plan.edits, scenarios)
  return chainAfter(first, edited, replayContext)
    .slice(1)
    .filter(
      (scenario) =>
        !wasDenied(scenario, replayContext.steps) && evaluator.effect(withEdits(scenario, edited)) === 'denied',
    )
}

/** The replay of a plan whole: beside its outcome the statements that allow it, read off the traces of what it cures. */
export function replayOf({ cured, edited, others }: ReplayedPlan, evaluator: BudgetedEvaluator): Replay {
  const { by, intended, broader } = allowedBy(
    cured.map(({ after }) => evaluator.evaluate(after)),
    edited,
  )
  return {
    decision: 'allowed',
    by,
    intended,
    ...(others === undefined ? {} : { others }),
    ...(broader === undefined ? {} : { broader }),
  }
}

/**
 * A session tag is passed when the role is assumed, where the trust policy is known to allow sts:TagSession (R-STS-07,
 * R-ADV-06).
 */
function mayPassTags({ edits }: FixPlan, replayContext: ReplayContext, { effect }: BudgetedEvaluator): boolean {
  const assume = replayContext.steps.find(({ step }) => step.relation === 'before')?.scenario.request
  const tags = edits.flatMap((edit) => (edit.is === 'request' ? edit.operations : [])).flatMap(sessionTag)
  if (tags.length === 0) return true
  if (assume === undefined) return false
  const passed = Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value]))
  const context = { ...assume.context, ...passed, 'aws:TagKeys': tags.map(([key]) => key) }
  return effect(replayContext.scenarioFor({ ...assume, action: 'sts:TagSession', context })) === 'allowed'
}

function sessionTag(operation: Operation): readonly (readonly [key: string, value: string])[] {
  const [first, name = ''] = stepsOf(operation.path)
  const key = first === 'principalTags' ? name : /^aws:principaltag\/(.+)$/i.exec(name)?.[1]
  return key === undefined || operation.op === 'remove' ? [] : [[key, String(operation.value)]]
}

/** The chain of another request: what it needs next is found anew. */
function chainAfter(first: Scenario, edited: readonly Edited[], replayContext: ReplayContext): readonly Scenario[] {
  const scenario = replayContext.scenarioFor(requestAfter(first.request, edited))
  return [scenario, ...replayContext.dependentScenarios(scenario)]
}

const sameRequest = ({ request }: Scenario, other: Scenario | undefined): boolean =>
  request.action === other?.request.action &&
  JSON.stringify(request.resource) === JSON.stringify(other.request.resource)

/** Whether the request was not allowed before either. A resource that the evidence leaves open may be any. */
const wasDenied = (scenario: Scenario | undefined, chain: ReplayContext['steps']): boolean =>
  scenario !== undefined &&
  chain.some(
    ({ step, scenario: other }) =>
      step.decision.decision !== 'allowed' &&
      (sameRequest(scenario, other) ||
        (step.request.resource === null && step.request.action === scenario.request.action)),
  )

/**
 * The Allow statements that match in the layers that bear on the decision. Beside ours a statement of the same layer that
 * would match, were what is not known so, is broader: what matched before did not allow it.
 */
function allowedBy(
  decisions: readonly Decision[],
  edited: readonly Edited[],
): Pick<Replay, 'by' | 'intended' | 'broader'> {
  const opened = edited.flatMap(({ edits, after }) =>
    edits.flatMap((edit) =>
      edit.is === 'document' && edit.grantingPointer !== undefined
        ? [{ place: edit.location, pointer: edit.grantingPointer(after) }]
        : [],
    ),
  )
  const by: StatementRef[] = []
  const broader: StatementRef[] = []
  for (const entry of decisions.flatMap(({ layers }) => layers)) {
    const allows = entry.statements.filter(({ effect, matches }) => effect === 'Allow' && matches !== false)
    const isOurs = (statement: StatementVerdict): boolean =>
      opened.some(
        ({ place: location, pointer }) =>
          isAt(entry, location) && pointer === statement.pointer && location.name === statement.policy,
      )
    const ours = allows.filter((allow) => allow.matches === true && isOurs(allow))
    const others = allows.filter((allow) => !isOurs(allow))
    const deciding =
      ours.length > 0 || !entry.counted || !isGranting(entry)
        ? ours
        : others.filter((statement) => statement.matches === true)
    by.push(...deciding.map((statement) => statementRef(entry, statement)))
    if (ours.length > 0)
      broader.push(
        ...others
          .filter((statement) => statement.matches === 'unknown')
          .map((statement) => statementRef(entry, statement)),
      )
  }
  return {
    by: distinct(by),
    intended: broader.length === 0,
    ...(broader.length === 0 ? {} : { broader: distinct(broader) }),
  }
}

const isAt = (entry: LayerVerdict, location: PolicyLocation): boolean =>
  entry.layer === location.layer &&
  (location.where === undefined || entry.where === location.where) &&
  (location.kind === undefined || entry.kind === undefined || entry.kind === location.kind)

/** Organization and boundary only let through; what grants is with the principal or the resource. */
const isGranting = ({ layer }: LayerVerdict): boolean => layer === 'identity-policy' || layer === 'resource-policy'

const distinct = (refs: readonly StatementRef[]): readonly StatementRef[] => [
  ...new Map(refs.map((ref) => [JSON.stringify(ref), ref])).values(),
]

/**
 * Requests that are known to have happened, evaluated before and after: none may flip. Here they come from the events of the
 * input; a store of denials and successes fits in by the same list.
 */
function othersOf(
  edited: readonly Edited[],
  replayContext: ReplayContext,
  { effect }: BudgetedEvaluator,
): Replay['others'] {
  if (replayContext.seen.length === 0) return undefined
  const flipped = replayContext.seen.flatMap(({ request }): Flip[] => {
    const scenario = replayContext.scenarioFor(request)
    const before = effect(scenario)
    const after = effect(withEdits(scenario, edited))
    return before === after ? [] : [{ request, before, after }]
  })
  return { judged: replayContext.seen.length, flipped }
}

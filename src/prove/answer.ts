import { ancestorsAsked } from '#engine/calls.ts'
import type { Lacking } from '#engine/layers/finding.ts'
import { type EvaluatedLayers, evaluateLayers } from '#engine/evaluate-layers.ts'
import { ownerFact } from '#engine/either-relation.ts'
import { knownRelation, normalizeRequest, type PreparedScenario, evaluationInputOf } from '#engine/read-request.ts'
import { isPermissionless } from '#engine/services/hard-rules.ts'
import type { Lookup } from '#iam/key-state.ts'
import type { AccessSet, ConditionBlock } from '#space/access-set.ts'
import { type Budget, OutOfBudget } from '#space/budget.ts'
import {
  all,
  ALWAYS,
  any,
  type Formula,
  factsIn,
  isWithin,
  type OpenLine,
  type Reading,
  type Conjunction,
  conjunctionsOf,
} from './formula.ts'
import { whenAllowed, whenAncestorAllowed } from './open-conditions.ts'
import { withoutComplements } from './complements.ts'
import { findContext } from './satisfiable.ts'

/** When one principal may make a request, and what is known of its context. */
export interface AccessQuestion {
  readonly formula: Formula
  readonly known: Lookup
}

/** Evaluates a request whose open context keys are free; on what its resource lies in, too, where that is asked (R-OTH-08). */
export function accessQuestion(prepared: PreparedScenario): AccessQuestion {
  const own = accessQuestionOf(prepared, whenAllowed)
  const { scenario, policies } = prepared
  const above = ancestorsAsked(scenario.request).map((resource) => {
    const request = { ...scenario.request, resource }
    // What is said of the resource is not said of what it lies in.
    const onAncestor = { scenario: { ...scenario, request }, policies: { ...policies, serviceGuards: undefined } }
    return accessQuestionOf(onAncestor, whenAncestorAllowed).formula
  })
  return above.length === 0 ? own : { ...own, formula: all([own.formula, ...above]) }
}

function accessQuestionOf(prepared: PreparedScenario, when: (evaluated: EvaluatedLayers) => Formula): AccessQuestion {
  const { resource } = prepared.scenario.request
  const read = normalizeRequest(
    prepared.scenario.request,
    typeof resource === 'string' ? resource : null,
    prepared.scenario.resources,
  )
  const relation = knownRelation(prepared, read)
  const under = (assumed: 'same' | 'cross' | 'neither'): AccessQuestion => {
    const evaluated = evaluateLayers(evaluationInputOf(prepared, read, assumed))
    const { input, trace } = evaluated
    const free = isPermissionless(input.action) && !trace.some(({ guard }) => guard === 'hard-rule')
    return { formula: free ? ALWAYS : when(evaluated), known: input.question.lookup }
  }
  if (relation !== undefined) return under(relation)
  // Who owns the resource is a fact that is missing: surely allowed is what either owner would allow (R-XACC-04).
  const same = under('same')
  const cross = under('cross')
  const owner: Formula = {
    is: 'fact',
    lacking: [{ fact: ownerFact(read.resource), kind: 'account' }],
  }
  const either = any([same.formula, cross.formula])
  return { formula: any([all([same.formula, cross.formula]), all([owner, either])]), known: cross.known }
}

export type Effect = 'allowed' | 'denied' | 'undetermined'

/** The answer that a formula comes to. */
export interface Answer {
  readonly decision: Effect
  /** The ways to be allowed; of an undetermined answer those that may be. */
  readonly conjunctions: readonly Conjunction[]
  /** Further ways of an allowed answer to be allowed, which hang on what is missing. */
  readonly perhaps?: readonly Conjunction[]
  readonly missing: readonly Lacking[]
}

/** The ways in which the decision is this one; what is perhaps allowed is undetermined. */
export const conjunctionsWhere = (
  { decision, conjunctions, perhaps = [] }: Answer,
  wanted: Effect,
): readonly Conjunction[] => (decision === wanted ? conjunctions : wanted === 'undetermined' ? perhaps : [])

const DENIED: Answer = { decision: 'denied', conjunctions: [], missing: [] }
const ALLOWED: Answer = { decision: 'allowed', conjunctions: [{ must: [], never: [] }], missing: [] }

/** Remembers what formulas come to: of thousands of principals most stand before the same few questions. */
export function newAnswers(budget?: Budget): (question: AccessQuestion) => Answer {
  const known = new Map<string, Answer>()
  return (question) => {
    if (question.formula.is === 'always') return ALLOWED
    if (question.formula.is === 'never') return DENIED
    const key = textOf(question.formula)
    const found = known.get(key) ?? answerWithin(question, budget)
    if (known.size >= MAX_ANSWERS) known.clear()
    known.set(key, found)
    return found
  }
}

/** Where the budget does not reach, the answer is open and says so. */
function answerWithin(question: AccessQuestion, budget: Budget | undefined): Answer {
  try {
    return answer(question, budget)
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return notDecided(error.message)
  }
}

/** Nothing is claimed: neither that it is allowed nor that it is denied. */
export const notDecided = (why: string): Answer => ({
  decision: 'undetermined',
  conjunctions: [{ must: [], never: [] }],
  missing: [{ fact: `what the conditions come to: ${why}`, kind: 'policy' }],
})

const MAX_ANSWERS = 4096

/** Two formulas of one text are one question. */
function textOf(formula: Formula): string {
  switch (formula.is) {
    case 'always':
    case 'never':
      return formula.is
    case 'line':
      return formula.line.id
    case 'fact':
      return `?${formula.lacking.map(({ kind, fact }) => `${kind} ${fact}`).join()} ${formula.line?.id ?? ''}`
    case 'not':
      return `!(${textOf(formula.of)})`
    default:
      return `${formula.is}(${formula.of.map(textOf).join(';')})`
  }
}

function answer({ formula, known }: AccessQuestion, budget: Budget | undefined): Answer {
  const missing = factsIn(formula)
  const surely = possible(conjunctionsOf(formula, 'surely', budget), known, budget)
  if (surely.conjunctions.length > 0) {
    const conjunctions = withoutComplements(surely.conjunctions, budget)
    const perhaps = missing.length === 0 ? [] : beyond(conjunctions, formula, known, budget)
    return perhaps.length === 0
      ? { decision: 'allowed', conjunctions, missing: [] }
      : { decision: 'allowed', conjunctions, perhaps, missing }
  }
  const maybe = missing.length === 0 ? surely : possible(conjunctionsOf(formula, 'maybe', budget), known, budget)
  if (isNone(maybe)) return DENIED
  // Two conditions on one fact may exclude each other, whatever it is.
  if (missing.length > 0 && isNone(possible(conjunctionsOf(formula, 'tried', budget), known, budget))) return DENIED
  return {
    decision: 'undetermined',
    conjunctions: [...maybe.conjunctions, ...maybe.undecided],
    missing: reasons(missing, maybe),
  }
}

/** Conjunctions that may be allowed too, if facts that are missing are as they would have to be. */
function beyond(
  surely: readonly Conjunction[],
  formula: Formula,
  known: Lookup,
  budget: Budget | undefined,
): readonly Conjunction[] {
  const more = (reading: Reading): readonly Conjunction[] => {
    const { conjunctions, undecided } = possible(conjunctionsOf(formula, reading, budget), known, budget)
    return [...conjunctions, ...undecided].filter((conjunction) => !surely.some((sure) => isWithin(conjunction, sure)))
  }
  const maybe = more('maybe')
  // Two conditions on one fact may exclude each other, whatever it is.
  return maybe.length === 0 || more('tried').length === 0 ? [] : maybe
}

interface Possible {
  readonly conjunctions: readonly Conjunction[]
  /** Nobody found a context, and nobody tried them all. */
  readonly undecided: readonly Conjunction[]
}

const isNone = ({ conjunctions, undecided }: Possible): boolean => conjunctions.length === 0 && undecided.length === 0

function possible(
  conjunctions: readonly Conjunction[] | undefined,
  known: Lookup,
  budget: Budget | undefined,
): Possible {
  if (conjunctions === undefined) return { conjunctions: [], undecided: [{ must: [], never: [] }] }
  const searched = conjunctions.map((conjunction) => ({
    way: conjunction,
    is: findContext(conjunction, known, budget).is,
  }))
  const which = (wanted: string): readonly Conjunction[] =>
    searched.filter(({ is }) => is === wanted).map(({ way: conjunction }) => conjunction)
  return { conjunctions: which('yes'), undecided: which('unknown') }
}

function reasons(missing: readonly Lacking[], { undecided }: Possible): readonly Lacking[] {
  if (undecided.length === 0 || missing.length > 0) return missing
  const keys = new Set(undecided.flatMap(({ must, never }) => [...must, ...never.flat()].map(({ key }) => key)))
  return [...keys].map((fact) => ({ fact, kind: 'context-key' }))
}

/** A way as people read it: the conditions of policies, and what takes away from it. */
export function accessSet(conjunction: Conjunction, of: Omit<AccessSet, 'conditions' | 'except'>): AccessSet {
  const set = { ...of, conditions: blocks(conjunction.must) }
  return conjunction.never.length === 0
    ? set
    : { ...set, except: conjunction.never.map((lines) => ({ ...of, conditions: blocks(lines) })) }
}

/** Lines of one operator and key cannot stand in one block. */
function blocks(lines: readonly OpenLine[]): readonly ConditionBlock[] {
  const known = made.get(lines)
  if (known !== undefined) return known
  const found: Record<string, Record<string, unknown>>[] = []
  for (const { operator, key, values } of lines) {
    const value = values.length === 1 ? values[0] : values
    const free = found.find((block) => !Object.hasOwn(block, operator) || !Object.hasOwn(block[operator] ?? {}, key))
    const block = free ?? Object.create(null)
    if (free === undefined) found.push(block)
    block[operator] = { ...block[operator], [key]: value }
  }
  made.set(lines, found)
  return found
}

/** Thousands of principals share one way. */
const made = new WeakMap<readonly OpenLine[], readonly ConditionBlock[]>()

import { representatives } from '#engine/representatives.ts'
import { evaluateLine, type ConditionLine, readCondition } from '#iam/condition/condition.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import type { KeyState, Lookup } from '#iam/key-state.ts'
import { variablesOf } from '#iam/variables.ts'
import type { Budget } from '#space/budget.ts'
import type { OpenLine, Conjunction } from './formula.ts'
import { isPossible } from './key-space.ts'

/** `unknown`: no context was found, and not every context was tried. */
export type Satisfiable =
  | { readonly is: 'yes'; readonly context: ReadonlyMap<string, KeyState> }
  | { readonly is: 'no' | 'unknown' }

/** Lines evaluated in one search at most. */
const MAX_WORK = 50_000

/**
 * Whether some context fulfils a way. One value is tried for each way the conditions tell values apart (R-COND-65), so
 * `yes` comes with a context on which the engine's own operators agree, keys in lower case; `no` means that every class of
 * contexts was tried.
 */
export function findContext(conjunction: Conjunction, known: Lookup, budget?: Budget): Satisfiable {
  const problem = read(conjunction)
  budget?.spend(sizeOf(problem))
  const keys = openKeys(problem, known)
  const search: Search = {
    ...problem,
    keys,
    known,
    budget,
    chosen: new Map(),
    work: 0,
    exact: keys.every(({ exact }) => exact),
  }
  if (tryFrom(search, 0)) return { is: 'yes', context: search.chosen }
  return { is: search.exact && search.work <= MAX_WORK ? 'no' : 'unknown' }
}

interface Problem {
  readonly must: readonly ConditionLine[]
  readonly never: readonly (readonly ConditionLine[])[]
}

interface Search extends Problem {
  readonly keys: readonly OpenKey[]
  readonly known: Lookup
  readonly chosen: Map<string, KeyState>
  readonly exact: boolean
  readonly budget: Budget | undefined
  work: number
}

/** The lines as they are printed, so that what is known of their variables is part of them. */
const read = ({ must, never }: Conjunction): Problem => ({
  must: must.flatMap(lineOf),
  never: never.map((lines) => lines.flatMap(lineOf)),
})

const lineOf = ({ operator, key, values }: OpenLine): readonly ConditionLine[] =>
  readCondition({ [operator]: { [key]: values } }, '2012-10-17') ?? []

/** Its keys are looked at with each of their values. */
function sizeOf({ must, never }: Problem): number {
  let size = 0
  for (const { values } of [...must, ...never.flat()]) size += 8 + 8 * values.length
  return size
}

interface OpenKey {
  /** In lower case. */
  readonly key: string
  readonly choices: readonly KeyState[]
  readonly exact: boolean
}

function openKeys({ must, never }: Problem, known: Lookup): readonly OpenKey[] {
  const lines = [...must, ...never.flat()]
  const byKey = new Map<string, ConditionLine[]>()
  for (const line of lines) {
    const folded = line.key.toLowerCase()
    byKey.set(folded, [...(byKey.get(folded) ?? []), line])
  }
  const variables = new Set(
    lines.flatMap((line) =>
      line.values.flatMap(({ template }) => variablesOf(template).map((key) => key.toLowerCase())),
    ),
  )
  for (const key of variables) if (!byKey.has(key)) byKey.set(key, [])
  return [...byKey].flatMap(([key, own]) => {
    const state = known(key)
    if (state.state !== 'unknown' && state.state !== 'present') return []
    const multivalued = conditionKeyFacts(key)?.multivalued ?? own.some((line) => line.use?.setOperator !== undefined)
    const { choices, exact } = representatives(own, state, multivalued, (line, state) =>
      evaluateLine(line, state, (name) => (name.toLowerCase() === key ? state : known(name))),
    )
    const tied = variables.has(key) || own.some((line) => line.values.some(({ template }) => !template.constant))
    return [{ key, choices: choices.map((choice) => choice.state), exact: exact && !tied }]
  })
}

/** Depth first; a line that is settled cuts off what cannot help. */
function tryFrom(search: Search, at: number): boolean {
  const state = truthOfLines(search)
  if (state !== 'unknown') return state
  const open = search.keys[at]
  if (open === undefined) return false
  for (const choice of open.choices) {
    search.chosen.set(open.key, choice)
    if (isPossible(open.key, choice, search.chosen) && tryFrom(search, at + 1)) return true
    if (search.work > MAX_WORK) return false
  }
  search.chosen.delete(open.key)
  return false
}

function truthOfLines(search: Search): boolean | 'unknown' {
  const { must, never, chosen, known } = search
  const lookup: Lookup = (key) => chosen.get(key.toLowerCase()) ?? known(key)
  const holds = (line: ConditionLine): boolean | 'unknown' => {
    search.work++
    search.budget?.spend(1 + line.values.length)
    return evaluateLine(line, lookup(line.key), lookup)
  }
  let settled = true
  for (const line of must) {
    const truth = holds(line)
    if (truth === false) return false
    if (truth === 'unknown') settled = false
  }
  for (const lines of never) {
    let all = true
    let none = false
    for (const line of lines) {
      const truth = holds(line)
      if (truth !== true) all = false
      if (truth === false) none = true
    }
    if (all) return false
    if (!none) settled = false
  }
  return settled ? true : 'unknown'
}

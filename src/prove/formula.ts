import type { ConditionLine } from '#iam/condition/condition.ts'
import type { Budget } from '#space/budget.ts'
import type { Lacking } from '#engine/layers/finding.ts'

/** A condition line that holds in some contexts and not in others, with its variables filled in as far as they are known. */
export interface OpenLine {
  readonly line: ConditionLine
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
  /** Id of the line: the same text for all lines that say the same. */
  readonly id: string
}

/**
 * When a request is allowed, as far as that hangs on what is not settled: context keys the caller is free to choose
 * (`line`), and facts that nobody told (`fact`).
 */
export type Formula =
  | { readonly is: 'always' }
  | { readonly is: 'never' }
  | { readonly is: 'line'; readonly line: OpenLine }
  /** `line`: the condition that asks for the fact. */
  | { readonly is: 'fact'; readonly lacking: readonly Lacking[]; readonly line?: OpenLine }
  | { readonly is: 'not'; readonly of: Formula }
  | { readonly is: 'all' | 'any'; readonly of: readonly Formula[] }

export const ALWAYS: Formula = { is: 'always' }
export const NEVER: Formula = { is: 'never' }

export function all(of: readonly Formula[]): Formula {
  const kept: Formula[] = []
  for (const formula of of) {
    if (formula.is === 'never') return NEVER
    if (formula.is !== 'always') kept.push(formula)
  }
  return joined('all', kept, ALWAYS)
}

export function any(of: readonly Formula[]): Formula {
  const kept: Formula[] = []
  for (const formula of of) {
    if (formula.is === 'always') return ALWAYS
    if (formula.is !== 'never') kept.push(formula)
  }
  return joined('any', kept, NEVER)
}

function joined(is: 'all' | 'any', of: readonly Formula[], empty: Formula): Formula {
  const [only] = of
  if (only === undefined) return empty
  return of.length === 1 ? only : { is, of }
}

export function negated(formula: Formula): Formula {
  switch (formula.is) {
    case 'always':
      return NEVER
    case 'never':
      return ALWAYS
    case 'any':
      return all(formula.of.map(negated))
    case 'not':
      return formula.of
    default:
      return { is: 'not', of: formula }
  }
}

/** A way to be allowed: these lines hold, and of none of these lists do all lines hold. */
export interface Conjunction {
  readonly must: readonly OpenLine[]
  readonly never: readonly (readonly OpenLine[])[]
}

/** More ways than this are not told apart: nobody would read them. */
export const MAX_CONJUNCTIONS = 128

/**
 * `surely`: facts that are missing count against; `maybe`: they count for the caller; `tried`: so do they, but for what conditions
 * ask for, which has one value for all of them.
 */
export type Reading = 'surely' | 'maybe' | 'tried'

const FREE: Conjunction = { must: [], never: [] }

/** The ways to be allowed; undefined: more than `MAX_WAYS`. */
export function conjunctionsOf(
  formula: Formula,
  reading: Reading,
  budget?: Budget,
): readonly Conjunction[] | undefined {
  switch (formula.is) {
    case 'always':
      return [FREE]
    case 'never':
      return []
    case 'line':
      return [{ must: [formula.line], never: [] }]
    case 'fact':
      if (reading === 'surely') return []
      return reading === 'tried' && formula.line !== undefined ? [{ must: [formula.line], never: [] }] : [FREE]
    case 'not':
      return conjunctionsAround(formula.of, reading)
    case 'any':
      return conjunctionsOfAny(formula.of, reading, budget)
    case 'all':
      return conjunctionsOfAll(formula.of, reading, budget)
  }
}

/** The ways of what a Deny must not match: its lines, and facts that may keep it from matching. */
function conjunctionsAround(denied: Formula, reading: Reading): readonly Conjunction[] {
  const parts = denied.is === 'all' ? denied.of : [denied]
  const lines = parts.flatMap((part) =>
    part.is === 'line' || (part.is === 'fact' && reading === 'tried') ? (part.line ?? []) : [],
  )
  const hasFact = lines.length < parts.length
  if (hasFact && reading !== 'surely') return [FREE]
  return lines.length === 0 ? [] : [{ must: [], never: [lines] }]
}

function conjunctionsOfAny(
  of: readonly Formula[],
  reading: Reading,
  budget: Budget | undefined,
): readonly Conjunction[] | undefined {
  const found: Conjunction[] = []
  for (const formula of of) {
    const ways = conjunctionsOf(formula, reading, budget)
    if (ways === undefined) return undefined
    if (ways.some(isFree)) return [FREE]
    found.push(...ways)
  }
  return withoutNarrower(found, budget)
}

const isFree = ({ must, never }: Conjunction): boolean => must.length === 0 && never.length === 0

function conjunctionsOfAll(
  of: readonly Formula[],
  reading: Reading,
  budget: Budget | undefined,
): readonly Conjunction[] | undefined {
  let found: readonly Conjunction[] = [FREE]
  for (const formula of of) {
    const ways = conjunctionsOf(formula, reading, budget)
    if (ways === undefined || found.length * ways.length > MAX_CONJUNCTIONS) return undefined
    if (!(ways.length === 1 && ways.every(isFree)))
      budget?.spend(ways.length * found.reduce((sum, conjunction) => sum + sizeOfConjunction(conjunction), 0))
    found = found.flatMap((conjunction) => ways.map((other) => combined(conjunction, other)))
  }
  return withoutNarrower(found, budget)
}

/** Lines of a way, and four for what is made of it. */
const sizeOfConjunction = ({ must, never }: Conjunction): number => 4 + must.length + never.length

function combined(a: Conjunction, b: Conjunction): Conjunction {
  if (isFree(a)) return b
  if (isFree(b)) return a
  return {
    must: unique([...a.must, ...b.must], ({ id }) => id),
    never: unique([...a.never, ...b.never], idOfLines),
  }
}

export const idOfLines = (lines: readonly OpenLine[]): string =>
  lines
    .map(({ id }) => id)
    .sort()
    .join(' & ')

const unique = <T>(items: readonly T[], idOf: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [idOf(item), item])).values(),
]

/** A way that asks for all another asks for, and more, adds nothing. */
export function withoutNarrower(conjunctions: readonly Conjunction[], budget?: Budget): readonly Conjunction[] {
  if (conjunctions.length < 2) return conjunctions
  budget?.spend(
    conjunctions.length * conjunctions.length +
      4 * conjunctions.reduce((sum, conjunction) => sum + sizeOfConjunction(conjunction), 0),
  )
  const withIds = unique(
    conjunctions.map((conjunction) => ({ way: conjunction, ids: new Set(idsOf(conjunction)) })),
    ({ ids }) => [...ids].sort().join(' | '),
  )
  return withIds
    .filter(
      (candidate) =>
        !withIds.some(
          (other) => other !== candidate && other.ids.size < candidate.ids.size && contains(candidate.ids, other.ids),
        ),
    )
    .map(({ way: conjunction }) => conjunction)
}

export const idsOf = ({ must, never }: Conjunction): readonly string[] => [
  ...must.map(({ id }) => `+${id}`),
  ...never.map((lines) => `-${idOfLines(lines)}`),
]

const contains = (all: ReadonlySet<string>, some: ReadonlySet<string>): boolean => [...some].every((id) => all.has(id))

/** Whether the way asks for all that the other asks for. */
export const isWithin = (conjunction: Conjunction, other: Conjunction): boolean =>
  contains(new Set(idsOf(conjunction)), new Set(idsOf(other)))

/** The facts a formula hangs on, each once. */
export function factsIn(formula: Formula): readonly Lacking[] {
  const found = new Map<string, Lacking>()
  const open: Formula[] = [formula]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.is === 'fact') for (const lacking of next.lacking) found.set(`${lacking.kind} ${lacking.fact}`, lacking)
    else if (next.is === 'not') open.push(next.of)
    else if (next.is === 'all' || next.is === 'any') open.push(...next.of.toReversed())
  }
  return [...found.values()]
}

import type { ConditionLine } from '#iam/condition/condition.ts'
import type { Budget } from '#space/budget.ts'
import type { Lacking } from '#engine/layers/finding.ts'

/** A condition line that holds in some contexts and not in others, with its variables filled in as far as they are known. */
export interface OpenLine {
  readonly line: ConditionLine
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
  /** One text for all lines that say the same. */
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
  for (const one of of) {
    if (one.is === 'never') return NEVER
    if (one.is !== 'always') kept.push(one)
  }
  return joined('all', kept, ALWAYS)
}

export function any(of: readonly Formula[]): Formula {
  const kept: Formula[] = []
  for (const one of of) {
    if (one.is === 'always') return ALWAYS
    if (one.is !== 'never') kept.push(one)
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

/** One way to be allowed: these lines hold, and of none of these lists do all lines hold. */
export interface Way {
  readonly must: readonly OpenLine[]
  readonly never: readonly (readonly OpenLine[])[]
}

/** More ways than this are not told apart: nobody would read them. */
export const MAX_WAYS = 128

/**
 * `surely`: facts that are missing count against; `maybe`: they count for the caller; `tried`: so do they, but for what conditions
 * ask for, which has one value for all of them.
 */
export type Reading = 'surely' | 'maybe' | 'tried'

const FREE: Way = { must: [], never: [] }

/** The ways to be allowed; undefined: more than `MAX_WAYS`. */
export function waysOf(formula: Formula, reading: Reading, budget?: Budget): readonly Way[] | undefined {
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
      return waysAround(formula.of, reading)
    case 'any':
      return waysOfAny(formula.of, reading, budget)
    case 'all':
      return waysOfAll(formula.of, reading, budget)
  }
}

/** The ways of what a Deny must not match: its lines, and facts that may keep it from matching. */
function waysAround(denied: Formula, reading: Reading): readonly Way[] {
  const parts = denied.is === 'all' ? denied.of : [denied]
  const lines = parts.flatMap((part) =>
    part.is === 'line' || (part.is === 'fact' && reading === 'tried') ? (part.line ?? []) : [],
  )
  const hasFact = lines.length < parts.length
  if (hasFact && reading !== 'surely') return [FREE]
  return lines.length === 0 ? [] : [{ must: [], never: [lines] }]
}

function waysOfAny(of: readonly Formula[], reading: Reading, budget: Budget | undefined): readonly Way[] | undefined {
  const found: Way[] = []
  for (const one of of) {
    const ways = waysOf(one, reading, budget)
    if (ways === undefined) return undefined
    if (ways.some(isFree)) return [FREE]
    found.push(...ways)
  }
  return withoutNarrower(found, budget)
}

const isFree = ({ must, never }: Way): boolean => must.length === 0 && never.length === 0

function waysOfAll(of: readonly Formula[], reading: Reading, budget: Budget | undefined): readonly Way[] | undefined {
  let found: readonly Way[] = [FREE]
  for (const one of of) {
    const ways = waysOf(one, reading, budget)
    if (ways === undefined || found.length * ways.length > MAX_WAYS) return undefined
    if (!(ways.length === 1 && ways.every(isFree)))
      budget?.spend(ways.length * found.reduce((sum, way) => sum + sizeOfWay(way), 0))
    found = found.flatMap((way) => ways.map((other) => combined(way, other)))
  }
  return withoutNarrower(found, budget)
}

/** Lines of a way, and four for what is made of it. */
const sizeOfWay = ({ must, never }: Way): number => 4 + must.length + never.length

function combined(a: Way, b: Way): Way {
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
export function withoutNarrower(ways: readonly Way[], budget?: Budget): readonly Way[] {
  if (ways.length < 2) return ways
  budget?.spend(ways.length * ways.length + 4 * ways.reduce((sum, way) => sum + sizeOfWay(way), 0))
  const asked = unique(
    ways.map((way) => ({ way, ids: new Set(idsOf(way)) })),
    ({ ids }) => [...ids].sort().join(' | '),
  )
  return asked
    .filter(
      (one) => !asked.some((other) => other !== one && other.ids.size < one.ids.size && contains(one.ids, other.ids)),
    )
    .map(({ way }) => way)
}

export const idsOf = ({ must, never }: Way): readonly string[] => [
  ...must.map(({ id }) => `+${id}`),
  ...never.map((lines) => `-${idOfLines(lines)}`),
]

const contains = (all: ReadonlySet<string>, some: ReadonlySet<string>): boolean => [...some].every((id) => all.has(id))

/** Whether the way asks for all that the other asks for. */
export const isWithin = (way: Way, other: Way): boolean => contains(new Set(idsOf(way)), new Set(idsOf(other)))

/** The facts a formula hangs on, each once. */
export function factsIn(formula: Formula): readonly Lacking[] {
  const found = new Map<string, Lacking>()
  const open: Formula[] = [formula]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (one.is === 'fact') for (const lacking of one.lacking) found.set(`${lacking.kind} ${lacking.fact}`, lacking)
    else if (one.is === 'not') open.push(one.of)
    else if (one.is === 'all' || one.is === 'any') open.push(...one.of.toReversed())
  }
  return [...found.values()]
}

import { readResourcePattern } from '#iam/resource.ts'
import { coversArn, meetArns } from '#space/glob-meet.ts'
import type { Answer } from './answer.ts'
import type { Budget } from '#space/budget.ts'
import { type ResourceClasses, resourceClasses } from '#space/resource-classes.ts'

/** Resources for which one thing holds: what the first patterns hold, without what the others do. */
export interface Region<T> {
  readonly resources: readonly string[]
  readonly except: readonly string[]
  readonly value: T
}

export interface Regions<T> {
  readonly regions: readonly Region<T>[]
  /** Resources for which it could not be told apart. */
  readonly unclear: readonly string[]
}

/** Where nothing could be told apart, nothing is claimed. */
export const UNCLEAR: Answer = {
  decision: 'undetermined',
  conjunctions: [{ must: [], never: [] }],
  missing: [{ fact: 'which of these resources the policies tell apart', kind: 'policy' }],
}

/** The value of an ARN; `key` is equal for values that are not told apart. Undefined: the ARN is not asked about. */
export type ValueAt<T> = (arn: string) => { readonly key: string; readonly value: T } | undefined

/**
 * Settings of a division: accounts and services told apart besides the patterns, its budget, and classes made before of the
 * same patterns.
 */
export interface Apart {
  readonly accounts: readonly string[]
  readonly services: readonly string[]
  readonly budget?: Budget
  readonly made?: Map<string, ResourceClasses>
}

interface Class<T> {
  readonly holds: ReadonlySet<number>
  readonly key: string
  readonly value: T
}

/**
 * Divides what a pattern holds by what holds there. One ARN is asked for each combination of patterns that some ARN has;
 * the answer is told in the patterns' own words.
 */
export function regionsOf<T>(within: string, patterns: readonly string[], apart: Apart, at: ValueAt<T>): Regions<T> {
  const sources = [within, ...new Set(patterns.filter((source) => source !== within && !coversArn(source, within)))]
  const { budget } = apart
  budget?.spend(10 * sources.length)
  const { classes, complete } = classesOf(sources, apart)
  if (!complete) return { regions: [], unclear: [within] }
  const valued = classes.flatMap(({ arn, holds }): Class<T>[] => {
    const found = at(arn)
    return found === undefined ? [] : [{ holds: new Set(holds), ...found }]
  })
  const regions: Region<T>[] = []
  const unclear: string[] = []
  for (const key of new Set(valued.map((arnClass) => arnClass.key)))
    describe(key, { classes: valued, sources, budget }, regions, unclear)
  return { regions, unclear }
}

/** Most groups of actions meet the same patterns again. */
function classesOf(sources: readonly string[], { accounts, services, budget, made }: Apart): ResourceClasses {
  const name = JSON.stringify([sources, accounts, services])
  const known = made?.get(name)
  if (known !== undefined) return known
  const read = sources.map((source) => readResourcePattern(source, '2012-10-17', 'identity'))
  const segments = { 2: services, 4: accounts }
  const found = resourceClasses(read, { required: 0, segments, preferred: segments, budget })
  made?.set(name, found)
  return found
}

interface Divided<T> {
  readonly classes: readonly Class<T>[]
  readonly sources: readonly string[]
  readonly budget: Budget | undefined
}

function describe<T>(key: string, divided: Divided<T>, regions: Region<T>[], unclear: string[]): void {
  const { classes, sources } = divided
  let left = classes.filter((arnClass) => arnClass.key === key)
  const [first] = left
  if (first === undefined) return
  while (left.length > 0) {
    const found = bestCover(key, left, divided)
    if (found === undefined) {
      unclear.push(sources[0] ?? '*')
      return
    }
    regions.push({ resources: found.resources, except: found.except, value: first.value })
    left = left.filter((arnClass) => !found.covers(arnClass))
  }
}

interface Cover<T> {
  readonly resources: readonly string[]
  readonly except: readonly string[]
  readonly covers: (arnClass: Class<T>) => boolean
}

/** A pattern that holds none of the others; else one with exceptions; else what two patterns share. */
function bestCover<T>(
  key: string,
  left: readonly Class<T>[],
  { classes, sources, budget }: Divided<T>,
): Cover<T> | undefined {
  const [within = '*'] = sources
  // A pattern with a variable is held to be any text there, and says less than one without that holds the same.
  budget?.spend(sources.length * (left.length + 8))
  const counts = sources.map((_, i) => counted(left, i))
  const count = (i: number): number => counts[i] ?? 0
  const numbers = [...sources.keys()].toSorted(
    (a, b) => count(b) - count(a) || variables(sources[a]) - variables(sources[b]),
  )
  const meeting = (a: string, b: string): readonly string[] | undefined => {
    budget?.spend(10 + (Math.min(MOST_TO_MEET, a.length * b.length) >> 3))
    return meetArns(a, b)
  }
  for (const i of numbers) {
    if (count(i) === 0) continue
    const resources = meeting(sources[i] ?? '', within)
    if (resources === undefined || resources.length === 0) continue
    budget?.spend(classes.length * 2 + sources.length * 4)
    const except = exceptions(key, i, classes, numbers)
    if (except !== undefined)
      return {
        resources,
        except: except.map((q) => sources[q] ?? ''),
        covers: ({ holds }) => isCovered(holds, i, except),
      }
  }
  for (const i of numbers)
    for (const j of numbers) {
      budget?.spend(left.length + classes.length)
      if (j <= i || !left.some(({ holds }) => holds.has(i) && holds.has(j))) continue
      const isPure = classes.every(
        (arnClass) => arnClass.key === key || !(arnClass.holds.has(i) && arnClass.holds.has(j)),
      )
      const shared = isPure ? meeting(sources[i] ?? '', sources[j] ?? '') : undefined
      const resources = shared?.flatMap((text) => meeting(text, within) ?? [])
      if (resources !== undefined && resources.length > 0)
        return { resources, except: [], covers: ({ holds }) => holds.has(i) && holds.has(j) }
    }
  return undefined
}

/** Two patterns are walked side by side so far. */
const MOST_TO_MEET = 100_000

const variables = (source = ''): number => source.split('${').length

const counted = <T>(classes: readonly Class<T>[], i: number): number =>
  classes.filter(({ holds }) => holds.has(i)).length

const isCovered = (holds: ReadonlySet<number>, i: number, except: readonly number[]): boolean =>
  holds.has(i) && !except.some((q) => holds.has(q))

/** Patterns that take out of `i` all that is another's, and nothing of this key; undefined: no patterns do. */
function exceptions<T>(
  key: string,
  i: number,
  classes: readonly Class<T>[],
  numbers: readonly number[],
): readonly number[] | undefined {
  const inside = classes.filter(({ holds }) => holds.has(i))
  const own = inside.filter((arnClass) => arnClass.key === key)
  let others = inside.filter((arnClass) => arnClass.key !== key)
  const found: number[] = []
  for (const q of numbers) {
    if (others.length === 0) break
    if (q === i || own.some(({ holds }) => holds.has(q)) || !others.some(({ holds }) => holds.has(q))) continue
    found.push(q)
    others = others.filter(({ holds }) => !holds.has(q))
  }
  return others.length === 0 ? found : undefined
}

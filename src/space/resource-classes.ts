import { compileGlob, globMatches } from '#iam/glob.ts'
import { type Lookup, UNKNOWN } from '#iam/key-state.ts'
import { memoizeText } from '#iam/memoize.ts'
import { readRequestResource, resourceMatches, type ResourcePattern } from '#iam/resource.ts'
import { fill, type Template } from '#iam/variables.ts'
import { globCovers, globsApart, patternCovers, patternsApart } from './glob-relations.ts'
import { headTexts, limitsOf, NOTHING, parted, type ResourceView, type SegmentText } from './segment-texts.ts'
import { eachTextClass } from './text-classes.ts'
import {
  globPattern,
  literalSteps,
  NAME_RUN,
  NO_SLASH,
  ONE,
  partSteps,
  patternOf,
  RUN,
  SLASH,
  wildcardSteps,
  type Observer,
} from './text-pattern.ts'

/** An ARN that stands for all that the patterns do not tell apart from it. */
export interface ResourceClass {
  readonly arn: string
  /** Patterns that hold it, by number, ascending. Those with a variable: that would, for some value of it. */
  readonly holds: readonly number[]
}

export interface ResourceClasses {
  readonly classes: readonly ResourceClass[]
  readonly complete: boolean
}

const HEADS = [1, 2, 3, 4] as const

/**
 * Classes of resources: an ARN for each combination of patterns that some ARN has. The segments are looked at one by one,
 * since no wildcard crosses the first five colons (R-RES-03).
 */
export function resourceClasses(patterns: readonly ResourcePattern[], view: ResourceView = {}): ResourceClasses {
  const classes: ResourceClass[] = []
  const found = eachResourceClass(patterns, view)
  for (;;) {
    const { done, value } = found.next()
    if (done === true) return { classes, complete: value }
    classes.push(value)
  }
}

/**
 * Classes of ARNs one after the other; at the end, whether all were found. Patterns that surely hold all or nothing of what is
 * required tell nothing apart, and are not looked at.
 */
export function* eachResourceClass(
  patterns: readonly ResourcePattern[],
  view: ResourceView = {},
): Generator<ResourceClass, boolean> {
  const { required } = view
  const own = required === undefined ? undefined : patterns[required]
  if (required === undefined || own === undefined) return yield* combinations(patterns, view)
  const always: number[] = []
  const asked = [required]
  view.budget?.spend(patterns.length)
  for (const [i, pattern] of patterns.entries()) {
    if (i === required || patternsApart(pattern, own)) continue
    if (patternCovers(pattern, own)) always.push(i)
    else asked.push(i)
  }
  const fewer = combinations(
    asked.map((i) => patterns[i] as ResourcePattern),
    { ...view, required: 0 },
  )
  for (;;) {
    const { done, value } = fewer.next()
    if (done === true) return value
    const holds = [...always, ...value.holds.map((at) => asked[at] as number)]
    yield { arn: value.arn, holds: holds.sort((a, b) => a - b) }
  }
}

/** Classes of ARNs by the patterns that hold them, where every pattern is looked at. */
export function* combinations(
  patterns: readonly ResourcePattern[],
  view: ResourceView,
): Generator<ResourceClass, boolean> {
  const all: number[] = []
  for (const [i, pattern] of patterns.entries()) if (startsArn(pattern)) all.push(i)
  let heads: Begun[] = [{ arn: 'arn', holds: all, seen: '' }]
  // Other readings of disputed rules compare ARNs in ways that segments do not show; what no page settles, no class does.
  let complete = patterns.every(
    (pattern) => pattern.kind !== 'arn' || (pattern.compared === undefined && pattern.unsettled !== true),
  )
  for (const segment of HEADS) {
    const texts = headTexts(patterns, segment, view)
    complete &&= texts.complete
    heads = extend(heads, texts.classes, view)
    if (heads.length === 0) return complete
  }
  const known = new Set<string>()
  const rest = restTexts(patterns, view)
  for (;;) {
    const { done, value } = rest.next()
    if (done === true) return complete && value
    for (const { arn, holds, seen } of extend(heads, [value], view)) {
      const key = `${holds.join()}${seen}`
      if (known.has(key)) continue
      known.add(key)
      yield { arn, holds }
    }
  }
}

interface Begun extends ResourceClass {
  /** Observers beyond the patterns that hold it, segment by segment, as a text. */
  readonly seen: string
}

/** Every way on, of each combination only the first. */
function extend(heads: readonly Begun[], texts: readonly SegmentText[], { required, budget }: ResourceView): Begun[] {
  const found = new Map<string, Begun>()
  for (const { arn, holds, seen } of heads)
    for (const text of texts) {
      budget?.spend(holds.length + 4)
      const both = inBoth(holds, text.holds)
      if (required !== undefined && !both.includes(required)) continue
      const told = `${seen}|${text.beyond}`
      const key = `${both.join()}${told}`
      if (!found.has(key)) found.set(key, { arn: `${arn}:${text.text}`, holds: both, seen: told })
    }
  return [...found.values()]
}

/** What two rising lists share. */
function inBoth(a: readonly number[], b: readonly number[]): number[] {
  const both: number[] = []
  let at = 0
  for (const i of a) {
    while (at < b.length && (b[at] as number) < i) at++
    if (b[at] === i) both.push(i)
  }
  return both
}

/** Only ARNs begin with `arn` (R-RES-01). */
function startsArn(pattern: ResourcePattern): boolean {
  if (pattern.kind !== 'arn') return pattern.kind === 'any'
  const [first] = pattern.head
  return first !== undefined && globMatches(first, 'arn')
}

/** Texts of the last segment alone, with the patterns whose own last segment holds each; heads are not looked at. */
export function* restTexts(patterns: readonly ResourcePattern[], view: ResourceView): Generator<SegmentText, boolean> {
  const observers = patterns.map(restObserver)
  const more = [...namedRests(patterns, view), ...(view.rests ?? [])]
  const walked = eachTextClass([...observers, ...more], limitsOf(view))
  for (;;) {
    const { done, value } = walked.next()
    if (done === true) return value
    const { own, beyond } = parted(value.holds, observers.length, more.length)
    yield { text: value.text, holds: own, beyond }
  }
}

function restObserver(pattern: ResourcePattern): Observer {
  if (pattern.kind === 'any') return ANYTHING
  if (pattern.kind === 'never') return NOTHING
  if (pattern.ofApi === true) return behindApiId(pattern.rest)
  return [pattern.restGlob === undefined ? patternOf(widest(pattern.rest)) : globPattern(pattern.restGlob)]
}

/** Observers that tell apart what the required pattern holds. */
function namedRests(patterns: readonly ResourcePattern[], { segments, required }: ResourceView): readonly Observer[] {
  const globs = (segments?.[5] ?? []).map(globOf)
  const own = required === undefined ? undefined : patterns[required]
  const rest = own?.kind === 'arn' && own.ofApi !== true ? own.restGlob : undefined
  const asked = rest === undefined ? globs : globs.filter((glob) => !globCovers(glob, rest) && !globsApart(glob, rest))
  return asked.map((glob) => [globPattern(glob)])
}

const globOf = memoizeText(compileGlob)
const ANYTHING: Observer = [patternOf([RUN])]

/** Observer of what follows the first slash, behind an API's id; all of it where there is none (R-RES-06). */
function behindApiId(rest: Template): Observer {
  const steps = widest(rest)
  return [
    patternOf([NAME_RUN, SLASH, ...steps]),
    patternOf(steps.map((step) => (step === RUN ? NAME_RUN : step === ONE ? NO_SLASH : step))),
  ]
}

/** With a variable: every text that some value of it lets the pattern hold. */
const widest = (rest: Template): number[] =>
  rest.parts.flatMap((part) =>
    part.kind === 'variable' ? [RUN] : part.kind === 'literal' ? literalSteps(part.text) : wildcardSteps(part.text),
  )

/**
 * Observers that tell texts apart which a pattern with variables takes for some values and not for others: whether anything
 * stands in the place of each variable, and the pattern with the values that are known.
 */
export function variableObservers(pattern: ResourcePattern, lookup: Lookup): readonly Observer[] {
  if (pattern.kind !== 'arn' || pattern.restGlob !== undefined) return []
  const parts = pattern.rest.parts.flatMap((part) =>
    part.kind === 'variable'
      ? [ONE, RUN]
      : part.kind === 'literal'
        ? literalSteps(part.text)
        : wildcardSteps(part.text),
  )
  const filled = fill(pattern.rest, lookup)
  return [[patternOf(parts)], ...(typeof filled === 'string' ? [] : [[patternOf(partSteps(filled))]])]
}

/** The patterns that hold an ARN, or would for some value of their variables. */
export function heldBy(patterns: readonly ResourcePattern[], arn: string): readonly number[] {
  const resource = readRequestResource(arn)
  const holding: number[] = []
  for (const [i, pattern] of patterns.entries())
    if (resourceMatches(pattern, resource, NOT_KNOWN) !== false) holding.push(i)
  return holding
}

const NOT_KNOWN: Lookup = () => UNKNOWN

/** Whether the first five segments of a pattern hold those of an ARN. */
export function headHolds(pattern: ResourcePattern, segments: readonly string[]): boolean {
  if (pattern.kind !== 'arn') return pattern.kind === 'any'
  for (let i = 0; i < 5; i++) {
    const glob = pattern.head[i]
    if (glob === undefined || !globMatches(glob, segments[i] ?? '')) return false
  }
  return true
}

export const hasVariables = (pattern: ResourcePattern): boolean =>
  pattern.kind === 'arn' && pattern.restGlob === undefined

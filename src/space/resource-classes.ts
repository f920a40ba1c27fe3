import { compileGlob, type Glob, globMatches } from '#iam/glob.ts'
import { UNKNOWN } from '#iam/key-state.ts'
import { readRequestResource, resourceMatches, type ResourcePattern } from '#iam/resource.ts'
import type { Lookup } from '#iam/key-state.ts'
import { fill, type Template } from '#iam/variables.ts'
import { eachTextClass, type Observer, otherCharacter, textClasses } from './text-classes.ts'
import {
  globSteps,
  literalSteps,
  NAME_RUN,
  NO_SLASH,
  ONE,
  partSteps,
  patternOf,
  RUN,
  SLASH,
  wildcardSteps,
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

/** Observers of single segments besides the patterns, so that their texts come out too. */
export interface ResourceView {
  /** Wildcard texts by segment, 1 (partition) to 5 (everything behind the fifth colon). */
  readonly segments?: Readonly<Partial<Record<1 | 2 | 3 | 4 | 5, readonly string[]>>>
  /** Observers of what follows the fifth colon, besides the patterns. */
  readonly rests?: readonly Observer[]
  /** Only ARNs that this pattern holds. */
  readonly required?: number
  /** Among equals, segments taken first: of the service that is asked, say. */
  readonly preferred?: Readonly<Partial<Record<1 | 2 | 3 | 4, readonly string[]>>>
}

const HEADS = [1, 2, 3, 4] as const

/** Segments that mean something, for when the patterns leave open what stands there. */
const USUAL: Readonly<Record<1 | 2 | 3 | 4, readonly string[]>> = {
  1: ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso'],
  2: ['s3', 'sqs', 'sns', 'dynamodb'],
  3: ['', 'us-east-1', 'eu-west-1', 'ap-south-1'],
  4: ['', '111122223333', '444455556666', '777788889999', '123456789012'],
}

/**
 * One ARN for each combination of patterns that some ARN has. The segments are looked at one by one, since no wildcard
 * crosses the first five colons (R-RES-03).
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

/** The same one after the other; at the end, whether all were found. */
export function* eachResourceClass(
  patterns: readonly ResourcePattern[],
  view: ResourceView = {},
): Generator<ResourceClass, boolean> {
  const all = patterns.flatMap((pattern, i) => (startsArn(pattern) ? [i] : []))
  let heads: Begun[] = [{ arn: 'arn', holds: all, seen: '' }]
  // Other readings of disputed rules compare ARNs in ways that segments do not show.
  let complete = patterns.every((pattern) => pattern.kind !== 'arn' || pattern.compared === undefined)
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

export interface SegmentText {
  readonly text: string
  readonly holds: readonly number[]
  /** Which observers beyond the patterns hold it: part of what tells ARNs apart. */
  readonly beyond: string
}

interface Begun extends ResourceClass {
  /** What observers beyond the patterns hold it, segment by segment. */
  readonly seen: string
}

/** Every way on, of each combination only the first. */
function extend(heads: readonly Begun[], texts: readonly SegmentText[], { required }: ResourceView): Begun[] {
  const found = new Map<string, Begun>()
  for (const { arn, holds, seen } of heads)
    for (const text of texts) {
      const both = holds.filter((i) => text.holds.includes(i))
      if (required !== undefined && !both.includes(required)) continue
      const told = `${seen}|${text.beyond}`
      const key = `${both.join()}${told}`
      if (!found.has(key)) found.set(key, { arn: `${arn}:${text.text}`, holds: both, seen: told })
    }
  return [...found.values()]
}

/** Only ARNs begin with `arn` (R-RES-01). */
function startsArn(pattern: ResourcePattern): boolean {
  if (pattern.kind !== 'arn') return pattern.kind === 'any'
  const [first] = pattern.head
  return first !== undefined && globMatches(first, 'arn')
}

function headTexts(patterns: readonly ResourcePattern[], segment: 1 | 2 | 3 | 4, view: ResourceView): SegmentTexts {
  const preferred = [...(view.preferred?.[segment] ?? []), ...USUAL[segment]]
  const globs = patterns.map((pattern) =>
    pattern.kind === 'any' ? ANY_GLOB : pattern.kind === 'arn' ? pattern.head[segment] : undefined,
  )
  const beyond = (view.segments?.[segment] ?? []).map(compileGlob)
  const texts = plainTexts([...globs, ...beyond], preferred)
  if (texts === undefined) return observed(globs, segment, view, preferred)
  const found = new Map<string, SegmentText>()
  for (const text of texts) {
    const holds: number[] = []
    for (const [i, glob] of globs.entries()) if (glob !== undefined && globMatches(glob, text)) holds.push(i)
    let told = ''
    for (const glob of beyond) told += globMatches(glob, text) ? '1' : '0'
    const key = `${holds.join()}|${told}`
    if (!found.has(key)) found.set(key, { text, holds, beyond: told })
  }
  return { classes: [...found.values()], complete: true }
}

const ANY_GLOB = compileGlob('*')

/** Texts of which every other is told apart by none; undefined where a pattern is more than a text or a prefix. */
function plainTexts(globs: readonly (Glob | undefined)[], preferred: readonly string[]): Iterable<string> | undefined {
  const texts = new Set(preferred)
  const literals: string[] = []
  for (const glob of globs) {
    if (glob === undefined || glob.kind === 'any') continue
    if (glob.kind !== 'text' && glob.kind !== 'prefix') return undefined
    if (literals.includes(glob.text)) continue
    literals.push(glob.text)
    if (glob.kind === 'text') texts.add(glob.text)
  }
  const other = literals.length === 0 ? 'x' : otherCharacter(literals)
  for (const glob of globs) if (glob?.kind === 'prefix') texts.add(glob.text + other)
  return texts.add(other)
}

const ANYTHING: Observer = [patternOf([RUN])]
/** No text holds a code beyond the last. */
const NOTHING: Observer = [patternOf([0xfff0])]

interface SegmentTexts {
  readonly classes: readonly SegmentText[]
  readonly complete: boolean
}

function observed(
  globs: readonly (Glob | undefined)[],
  segment: 1 | 2 | 3 | 4,
  view: ResourceView,
  preferred: readonly string[],
): SegmentTexts {
  const observers: Observer[] = globs.map((glob) => (glob === undefined ? NOTHING : [patternOf(globSteps(glob))]))
  const count = observers.length
  const more = (view.segments?.[segment] ?? []).map((text): Observer => [patternOf(wildcardSteps(text))])
  // Preferred texts are observers too, so that they come out, and are then left out of what tells texts apart.
  const wanted = preferred.map((text): Observer => [patternOf(literalSteps(text))])
  const limits = view.required === undefined ? {} : { required: [view.required] }
  const { classes, complete } = textClasses([...observers, ...more, ...wanted], limits)
  const rank = (text: string): number => (preferred.includes(text) ? preferred.indexOf(text) : preferred.length)
  const found = new Map<string, SegmentText>()
  for (const { text, holds } of classes.toSorted((a, b) => rank(a.text) - rank(b.text))) {
    if (text.includes(':')) continue
    const { own, beyond } = parted(holds, count, more.length)
    const key = `${own.join()}|${beyond}`
    if (!found.has(key)) found.set(key, { text, holds: own, beyond })
  }
  return { classes: [...found.values()], complete }
}

const parted = (holds: readonly number[], count: number, more: number) => ({
  own: holds.filter((i) => i < count),
  beyond: holds.filter((i) => i >= count && i < count + more).join(),
})

/** Texts of the last segment alone, with the patterns whose own last segment holds each; heads are not looked at. */
export function* restTexts(patterns: readonly ResourcePattern[], view: ResourceView): Generator<SegmentText, boolean> {
  const observers = patterns.map((pattern): Observer => {
    if (pattern.kind === 'any') return ANYTHING
    if (pattern.kind === 'never') return NOTHING
    if (pattern.ofApi === true) return behindApiId(pattern.rest)
    return [patternOf(pattern.restGlob === undefined ? widest(pattern.rest) : globSteps(pattern.restGlob))]
  })
  const named = (view.segments?.[5] ?? []).map((text): Observer => [patternOf(wildcardSteps(text))])
  const more = [...named, ...(view.rests ?? [])]
  const walked = eachTextClass(
    [...observers, ...more],
    view.required === undefined ? {} : { required: [view.required] },
  )
  for (;;) {
    const { done, value } = walked.next()
    if (done === true) return value
    const { own, beyond } = parted(value.holds, observers.length, more.length)
    yield { text: value.text, holds: own, beyond }
  }
}

/** What follows the first slash; all of it where there is none (R-RES-06). */
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
 * What tells texts apart that a pattern with variables takes for some values and not for others: whether anything stands
 * in the place of each variable, and the pattern with the values that are known.
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
  return patterns.flatMap((pattern, i) => (resourceMatches(pattern, resource, () => UNKNOWN) === false ? [] : [i]))
}

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

import { UNKNOWN } from '#iam/key-state.ts'
import { readRequestResource, resourceMatches, type ResourcePattern } from '#iam/resource.ts'
import type { Lookup } from '#iam/key-state.ts'
import { fill, type Template } from '#iam/variables.ts'
import { type Observer, textClasses } from './text-classes.ts'
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

type Segment = 1 | 2 | 3 | 4 | 5
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
  const all = patterns.map((_, i) => i)
  let partial: ResourceClass[] = [{ arn: 'arn', holds: all.filter((i) => headHolds(patterns[i], 0, 'arn')) }]
  // Other readings of disputed rules compare ARNs in ways that segments do not show.
  let complete = patterns.every((pattern) => pattern.kind !== 'arn' || pattern.compared === undefined)
  for (const segment of HEADS) {
    const texts = headTexts(patterns, segment, view)
    complete &&= texts.complete
    partial = extend(partial, texts.classes, view)
  }
  const rest = restTexts(patterns, view)
  return { classes: extend(partial, rest.classes, view), complete: complete && rest.complete }
}

interface SegmentText {
  readonly text: string
  readonly holds: readonly number[]
  /** Which observers beyond the patterns hold it: part of what tells ARNs apart. */
  readonly beyond: string
}

/** Every way on, of each combination only the first. */
function extend(
  partial: readonly ResourceClass[],
  texts: readonly SegmentText[],
  { required }: ResourceView,
): ResourceClass[] {
  const found = new Map<string, ResourceClass & { readonly seen: string }>()
  for (const { arn, holds, ...before } of partial as readonly (ResourceClass & { seen?: string })[])
    for (const text of texts) {
      const both = holds.filter((i) => text.holds.includes(i))
      if (required !== undefined && !both.includes(required)) continue
      const seen = `${before.seen ?? ''}|${text.beyond}`
      const key = `${both.join()}${seen}`
      if (!found.has(key)) found.set(key, { arn: `${arn}:${text.text}`, holds: both, seen })
    }
  return [...found.values()]
}

const headHolds = (pattern: ResourcePattern | undefined, segment: number, text: string): boolean => {
  if (pattern?.kind !== 'arn') return pattern?.kind === 'any'
  const glob = pattern.head[segment]
  return glob !== undefined && (glob.kind === 'any' || (glob.kind === 'text' && glob.text === text) || segment > 0)
}

function headTexts(patterns: readonly ResourcePattern[], segment: 1 | 2 | 3 | 4, view: ResourceView): SegmentTexts {
  const observers: Observer[] = patterns.map((pattern) => {
    if (pattern.kind === 'any') return ANYTHING
    const glob = pattern.kind === 'arn' ? pattern.head[segment] : undefined
    return glob === undefined ? NOTHING : [patternOf(globSteps(glob))]
  })
  const preferred = [...(view.preferred?.[segment] ?? []), ...USUAL[segment]]
  return observed(observers, segment, view, preferred)
}

const ANYTHING: Observer = [patternOf([RUN])]
/** No text holds a code beyond the last. */
const NOTHING: Observer = [patternOf([0xffff])]

interface SegmentTexts {
  readonly classes: readonly SegmentText[]
  readonly complete: boolean
}

function observed(
  observers: readonly Observer[],
  segment: Segment,
  view: ResourceView,
  preferred: readonly string[],
): SegmentTexts {
  const count = observers.length
  const named = (view.segments?.[segment] ?? []).map((text): Observer => [patternOf(wildcardSteps(text))])
  const more = segment === 5 ? [...named, ...(view.rests ?? [])] : named
  // Preferred texts are observers too, so that they come out, and are then left out of what tells texts apart.
  const wanted = preferred.map((text): Observer => [patternOf(literalSteps(text))])
  const limits = view.required === undefined ? {} : { required: [view.required] }
  const { classes, complete } = textClasses([...observers, ...more, ...wanted], limits)
  const rank = (text: string): number => (preferred.includes(text) ? preferred.indexOf(text) : preferred.length)
  const ordered = preferred.length === 0 ? classes : classes.toSorted((a, b) => rank(a.text) - rank(b.text))
  const found = new Map<string, SegmentText>()
  for (const { text, holds } of ordered) {
    if (segment !== 5 && text.includes(':')) continue
    const beyond = holds.filter((i) => i >= count && i < count + more.length).join()
    const own = holds.filter((i) => i < count)
    const key = `${own.join()}|${beyond}`
    if (!found.has(key)) found.set(key, { text, holds: own, beyond })
  }
  return { classes: [...found.values()], complete }
}

function restTexts(patterns: readonly ResourcePattern[], view: ResourceView): SegmentTexts {
  const observers = patterns.map((pattern): Observer => {
    if (pattern.kind === 'any') return ANYTHING
    if (pattern.kind === 'never') return NOTHING
    if (pattern.ofApi === true) return behindApiId(pattern.rest)
    return [patternOf(pattern.restGlob === undefined ? widest(pattern.rest) : globSteps(pattern.restGlob))]
  })
  return observed(observers, 5, view, [])
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

export const hasVariables = (pattern: ResourcePattern): boolean =>
  pattern.kind === 'arn' && pattern.restGlob === undefined

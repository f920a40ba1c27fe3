import { compileGlob, type Glob, globMatches } from '#iam/glob.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import type { Budget } from './budget.ts'
import type { WalkLimits } from './walk-limits.ts'
import { otherCharacter, textClasses } from './text-classes.ts'
import { globPattern, literalSteps, patternOf, wildcardSteps, type Observer } from './text-pattern.ts'

/** Observers of single segments besides the patterns, so that their texts come out too. */
export interface ResourceView {
  /** Wildcard texts by segment, 1 (partition) to 5 (everything behind the fifth colon). */
  readonly segments?: Readonly<Partial<Record<1 | 2 | 3 | 4 | 5, readonly string[]>>>
  /** Observers of what follows the fifth colon, besides the patterns. */
  readonly rests?: readonly Observer[]
  /** Only ARNs that this pattern holds. */
  readonly required?: number
  readonly budget?: Budget | undefined
  /** Among equals, segments taken first: of the service that is asked, say. */
  readonly preferred?: Readonly<Partial<Record<1 | 2 | 3 | 4, readonly string[]>>>
}

export interface SegmentText {
  readonly text: string
  readonly holds: readonly number[]
  /** Which observers beyond the patterns hold it: part of what tells ARNs apart. */
  readonly beyond: string
}

/** Segments that mean something, for when the patterns leave open what stands there. */
const USUAL: Readonly<Record<1 | 2 | 3 | 4, readonly string[]>> = {
  1: ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso'],
  2: ['s3', 'sqs', 'sns', 'dynamodb'],
  3: ['', 'us-east-1', 'eu-west-1', 'ap-south-1'],
  4: ['', '111122223333', '444455556666', '777788889999', '123456789012'],
}

/** Texts of one of the segments 1 to 4, one for each combination of patterns that holds some text there. */
export function headTexts(
  patterns: readonly ResourcePattern[],
  segment: 1 | 2 | 3 | 4,
  view: ResourceView,
): SegmentTexts {
  const preferred = [...(view.preferred?.[segment] ?? []), ...USUAL[segment]]
  const globs = patterns.map((pattern) =>
    pattern.kind === 'any' ? ANY_GLOB : pattern.kind === 'arn' ? pattern.head[segment] : undefined,
  )
  const beyond = (view.segments?.[segment] ?? []).map(compileGlob)
  const texts = fewTexts(globs, beyond, view.required, preferred) ?? plainTexts([...globs, ...beyond], preferred)
  if (texts === undefined) return observed(globs, segment, view, preferred)
  const found = new Map<string, SegmentText>()
  for (const text of texts) {
    view.budget?.spend(globs.length)
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

/**
 * Texts of a segment where few can stand: a single text where no other can, or where nothing tells texts apart; undefined:
 * there may be more.
 */
function fewTexts(
  globs: readonly (Glob | undefined)[],
  beyond: readonly Glob[],
  required: number | undefined,
  [preferred = 'x']: readonly string[],
): readonly string[] | undefined {
  const own = required === undefined ? undefined : globs[required]
  if (own?.kind === 'text') return [own.text]
  const isOpen = beyond.length === 0 && globs.every((glob) => glob === undefined || glob.kind === 'any')
  return isOpen ? [preferred] : undefined
}

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

/** The view's own, for a walk. */
export const limitsOf = ({ required, budget }: ResourceView): WalkLimits => ({
  ...(required === undefined ? {} : { required: [required] }),
  ...(budget === undefined ? {} : { budget }),
})

/** No text holds a code beyond the last. */
export const NOTHING: Observer = [patternOf([0xfff0])]

export interface SegmentTexts {
  readonly classes: readonly SegmentText[]
  readonly complete: boolean
}

function observed(
  globs: readonly (Glob | undefined)[],
  segment: 1 | 2 | 3 | 4,
  view: ResourceView,
  preferred: readonly string[],
): SegmentTexts {
  const observers: Observer[] = globs.map((glob) => (glob === undefined ? NOTHING : [globPattern(glob)]))
  const count = observers.length
  const more = (view.segments?.[segment] ?? []).map((text): Observer => [patternOf(wildcardSteps(text))])
  // Preferred texts are observers too, so that they come out, and are then left out of what tells texts apart.
  const wanted = preferred.map((text): Observer => [patternOf(literalSteps(text))])
  const limits = limitsOf(view)
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

/** The patterns that hold a text, and observers beyond them. */
export const parted = (holds: readonly number[], count: number, more: number) => ({
  own: holds.filter((i) => i < count),
  beyond: holds.filter((i) => i >= count && i < count + more).join(),
})

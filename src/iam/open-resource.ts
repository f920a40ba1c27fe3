import { globsMeet } from './glob.ts'
import type { Lookup } from './key-state.ts'
import { type OpenArn, readRequestResource, type ResourcePattern, resourceMatches } from './resource.ts'
import { type Truth, either } from './truth.ts'

/** A character that IAM takes in no policy: only a wildcard covers it. */
const UNWRITTEN = '\u{10FFFD}'
const FILLS = ['', UNWRITTEN, `${UNWRITTEN}/`, UNWRITTEN.repeat(40)]

export function openArn(patterns: readonly string[]): OpenArn {
  const texts = patterns.flatMap((pattern) =>
    FILLS.map((fill) => pattern.replaceAll('*', fill).replaceAll('?', UNWRITTEN)),
  )
  return { patterns, examples: [...new Set(texts)].map(readRequestResource) }
}

/**
 * Whether one of the elements of `Resource` covers the ARN: true where they cover all that it may be, false where they cover none
 * of it, else not known.
 */
export function openTruth(
  elements: readonly ResourcePattern[],
  { patterns, examples }: OpenArn,
  lookup: Lookup,
): Truth {
  // A policy that writes the character all the same covers no more than it says.
  const plain = elements.filter(({ source }) => !source.includes(UNWRITTEN))
  const truths = examples.map((example) =>
    plain.reduce<Truth>((any, element) => either(any, resourceMatches(element, example, lookup)), false),
  )
  if (truths.every((truth) => truth === true)) return true
  if (truths.some((truth) => truth !== false)) return 'unknown'
  return elements.some((element) => patterns.some((pattern) => overlaps(element, pattern))) ? 'unknown' : false
}

/**
 * A variable may stand for anything here, and a `${*}` for one character: more is then not known than need be. The first five parts
 * of an ARN are known.
 */
function overlaps(element: ResourcePattern, pattern: string): boolean {
  if (element.kind !== 'arn') return element.kind === 'any'
  const wide = element.rest.parts
    .map((part) =>
      part.kind === 'variable' ? '*' : part.kind === 'literal' ? '?'.repeat(part.text.length) : part.text,
    )
    .join('')
  const asked = element.compared === 'as-text' ? pattern : pattern.split(':').slice(5).join(':')
  return headsAgree(element, pattern) && globsMeet(wide, asked)
}

/** Tried on an ARN that has the same first parts. */
function headsAgree(element: Extract<ResourcePattern, { kind: 'arn' }>, pattern: string): boolean {
  if (element.compared === 'as-text') return true
  const any = { ...element, whole: undefined, restGlob: { kind: 'any' as const } }
  return resourceMatches(any, readRequestResource(pattern), () => ({ state: 'absent' })) === true
}

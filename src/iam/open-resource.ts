import { globsMeet, textOf } from './glob.ts'
import type { Lookup } from './key-state.ts'
import { type OpenArn, readRequestResource, type ResourcePattern, resourceMatches } from './resource.ts'
import { or, type Truth } from './truth.ts'

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
    plain.reduce<Truth>((any, element) => or(any, resourceMatches(element, example, lookup)), false),
  )
  if (truths.every((truth) => truth === true)) return true
  if (truths.some((truth) => truth !== false)) return 'unknown'
  return elements.some((element) => patterns.some((pattern) => overlaps(element, pattern))) ? 'unknown' : false
}

/** A variable may stand for anything here, and a `${*}` for one character: more is then not known than need be. */
function overlaps(element: ResourcePattern, pattern: string): boolean {
  if (element.kind !== 'arn') return element.kind === 'any'
  const wide = element.rest.parts
    .map((part) =>
      part.kind === 'variable' ? '*' : part.kind === 'literal' ? '?'.repeat(part.text.length) : part.text,
    )
    .join('')
  if (element.compared === 'as-text') return globsMeet(wide, pattern)
  const parts = pattern.split(':')
  const fold = (text: string): string => (element.compared === undefined ? text : text.toLowerCase())
  if (!element.head.every((glob, i) => globsMeet(textOf(glob), fold(parts[i] ?? '')))) return false
  // What follows the id of an API may begin anywhere in a pattern.
  return element.ofApi === true || globsMeet(wide, parts.slice(5).join(':'))
}

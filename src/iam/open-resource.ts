import { wideText } from './arn-template.ts'
import { type Glob, globsMeet, textOf } from './glob.ts'
import type { Lookup } from './key-state.ts'
import { ID_PATTERN, isMaskedInPolicy, withAccount } from './masked-account.ts'
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

/** By the widest texts: more is then not known than need be. */
function overlaps(element: ResourcePattern, pattern: string): boolean {
  if (element.kind !== 'arn') return element.kind === 'any'
  const wide = wideText(element.rest)
  const parts = pattern.split(':')
  if (isMaskedInPolicy(parts[4] ?? '', true)) parts[4] = ID_PATTERN
  if (element.compared === 'as-text')
    return globsMeet(element.masked === undefined ? wide : withAccount(wide, ID_PATTERN), parts.join(':'))
  const fold = (text: string): string => (element.compared === undefined ? text : text.toLowerCase())
  const headAt = (glob: Glob, i: number): string =>
    i === 4 && element.masked !== undefined ? ID_PATTERN : textOf(glob)
  if (!element.head.every((glob, i) => globsMeet(headAt(glob, i), fold(parts[i] ?? '')))) return false
  // What follows the id of an API may begin anywhere in a pattern.
  return element.ofApi === true || globsMeet(wide, parts.slice(5).join(':'))
}

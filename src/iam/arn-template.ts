import type { Glob, GlobPart } from './glob.ts'
import { isMaskedInPolicy } from './masked-account.ts'
import type { Template, TemplatePart } from './variables.ts'

/** The template cut at its first five colons; a colon inside `${…}` does not cut. */
export function splitTemplate(template: Template): TemplatePart[][] {
  const segments: TemplatePart[][] = [[]]
  for (const part of template.parts) {
    if (part.kind !== 'pattern') {
      segments.at(-1)?.push(part)
      continue
    }
    let text = part.text
    for (let colon = text.indexOf(':'); colon >= 0 && segments.length < 6; colon = text.indexOf(':')) {
      segments.at(-1)?.push({ kind: 'pattern', text: text.slice(0, colon) })
      segments.push([])
      text = text.slice(colon + 1)
    }
    segments.at(-1)?.push({ kind: 'pattern', text })
  }
  return segments
}

/** Whether a part of it has a wildcard. */
export const hasWildcard = (segment: readonly TemplatePart[] | undefined): boolean =>
  segment?.some((part) => part.kind === 'pattern' && /[*?]/.test(part.text)) ?? false

/** The account of an ARN in its segments, where it is a mask. */
export function maskIn(segments: readonly TemplatePart[][]): string | undefined {
  if (segments.length < 6) return undefined
  const account = segments[4] ?? []
  if (account.some((part) => part.kind !== 'pattern')) return undefined
  const text = account.map((part) => (part.kind === 'pattern' ? part.text : '')).join('')
  return isMaskedInPolicy(text, true) ? text : undefined
}

/** A variable may stand for anything, and a `${*}` for one character: no pattern that is narrower. */
export const wideText = (rest: Template): string =>
  rest.parts
    .map((part) =>
      part.kind === 'variable' ? '*' : part.kind === 'literal' ? '?'.repeat(part.text.length) : part.text,
    )
    .join('')

/** The text of a pattern with the variables' values filled in, in which a star is no wildcard. */
export const patternText = (filled: readonly GlobPart[]): string =>
  filled.map(({ text, literal }) => (literal ? text.replaceAll('*', '?') : text)).join('')

/** Part of a template as a part of a pattern: a variable is empty text, for nothing is known of it here. */
export const asGlobPart = (part: TemplatePart): GlobPart => ({
  text: part.kind === 'variable' ? '' : part.text,
  literal: part.kind === 'literal',
})

/**
 * The segments with `*` for each variable before the fifth colon, where AWS documents none (R-VAR-01); the same where there is none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function withoutVariablesInHead(segments: readonly TemplatePart[][]): readonly TemplatePart[][] {
  const isVariable = ({ kind }: TemplatePart): boolean => kind === 'variable'
  if (!segments.slice(0, 5).some((segment) => segment.some(isVariable))) return segments
  return segments.map((segment, i) =>
    i < 5 ? segment.map((part) => (isVariable(part) ? ({ kind: 'pattern', text: '*' } as const) : part)) : segment,
  )
}

/** The segments and their colons as one text; undefined where one has a wildcard. */
export function plainText(head: readonly Glob[]): string | undefined {
  const texts: string[] = []
  for (const glob of head) {
    if (glob.kind !== 'text') return undefined
    texts.push(glob.text, ':')
  }
  return joined(...texts)
}

/** Pattern of texts that begin with `plainHead` and go on as `rest`; undefined where it cannot be one. */
export function wholeGlob(plainHead: string | undefined, rest: Glob | undefined): Glob | undefined {
  if (plainHead === undefined) return undefined
  switch (rest?.kind) {
    case 'any':
      return { kind: 'prefix', text: plainHead }
    case 'text':
    case 'prefix':
      return { kind: rest.kind, text: joined(plainHead, rest.text) }
    case 'pieces':
      return { ...rest, first: joined(plainHead, rest.first) }
    default:
      return undefined
  }
}

/** By an array, for a sum of texts is kept as its summands, and slower to read for ever after. */
const joined = (...texts: readonly string[]): string => texts.join('')

import type { GlobPart } from './glob.ts'
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

/** The same with the variables' values, in which a star is no wildcard. */
export const patternText = (filled: readonly GlobPart[]): string =>
  filled.map(({ text, literal }) => (literal ? text.replaceAll('*', '?') : text)).join('')

/** Of a variable nothing is known here. */
export const asGlobPart = (part: TemplatePart): GlobPart => ({
  text: part.kind === 'variable' ? '' : part.text,
  literal: part.kind === 'literal',
})

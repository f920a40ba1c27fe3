import { hasTypeWord } from './facts/resource-types.ts'
import type { Template, TemplatePart } from './variables.ts'

/** Whether a text is `*`, or stars alone, which say no more (R-RES-11). */
export const isStars = (text: string): boolean => text.startsWith('*') && (text === '*' || /^\*+$/.test(text))

/** A run of stars is one star, so that no part of an ARN is read in another way for having two (R-RES-11). */
export function withoutRuns(template: Template): Template {
  if (!template.source.includes('**')) return template
  const parts = template.parts.map((part) =>
    part.kind === 'pattern' ? { ...part, text: part.text.replaceAll(/\*{2,}/g, '*') } : part,
  )
  return { ...template, parts }
}

/**
 * R-RES-03: a wildcard inside the resource-type word that a separator follows (`us* followed by /x`) is documented as not allowed;
 * what it does in a Deny that AWS saved all the same, no page says. `*` may stand for the whole word. Some services have no type word
 * there, as S3.
 */
export function wildcardInsideType(segments: readonly TemplatePart[][]): boolean {
  const word = typeWord(segments[5] ?? [])
  if (word === undefined || word === '*' || !(word.includes('*') || word.includes('?'))) return false
  const service = segments[2]?.map((part) => (part.kind === 'variable' ? '' : part.text)).join('') ?? ''
  return hasTypeWord(service)
}

/** What stands before the first separator, a letter for what is no pattern; undefined: there is none. */
function typeWord(parts: readonly TemplatePart[]): string | undefined {
  let word = ''
  for (const part of parts) {
    const text = part.kind === 'pattern' ? part.text : 'x'
    const end = text.search(/[/:]/)
    if (end >= 0) return word + text.slice(0, end)
    word += text
  }
  return undefined
}

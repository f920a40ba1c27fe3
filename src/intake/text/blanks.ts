import type { Edit, MappedText } from './mapped-text.ts'
import { rewrite } from './mapped-text.ts'

/**
 * Text without padding: of every run of blanks one stays, and none at the end of a line: the width of a table, of a box or
 * of an indentation says nothing (semantics, section E: any whitespace run is one space). Between the quotes of an ARN
 * blanks are part of an S3 key (R-MSG-19).
 */
export function dropPadding(source: MappedText): MappedText {
  const { text } = source
  const edits: Edit[] = []
  for (let i = 0; i < text.length; i++) {
    if (text.startsWith(QUOTED, i)) i = closingQuote(text, i)
    else if (isBlank(text, i)) {
      const end = blanksEnd(text, i)
      const isLast = end === text.length || text[end] === '\n'
      if (isLast) edits.push({ from: i, to: end, insert: '' })
      else if (end - i > 1) edits.push({ from: i, to: end, insert: ' ' })
      i = end - 1
    }
  }
  return rewrite(source, edits)
}

const QUOTED = '"arn:'
/** A key of 1024 characters in an ARN. */
const LONGEST_QUOTED = 1200

/** Where the quoted ARN ends, if it ends in its line; else where it begins. */
function closingQuote(text: string, from: number): number {
  const end = Math.min(text.length, from + LONGEST_QUOTED)
  for (let i = from + QUOTED.length; i < end && text[i] !== '\n'; i++) if (text[i] === '"') return i
  return from
}

const isBlank = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t'

/** Where the blanks that begin at `from` end. */
export function blanksEnd(text: string, from: number): number {
  let end = from
  while (end < text.length && isBlank(text, end)) end++
  return end
}

/**
 * Policy variables. R-VAR-01..08.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
import { keyState } from './context.ts'
import { isMultivalued } from './listed.ts'
import { globPieces, type Piece } from './glob.ts'
import { hiddenIn, isHidden } from './masked.ts'
import type { Question } from './question.ts'

export interface Writing {
  /** Version 2012-10-17: `${…}` is a variable. */
  readonly variables: boolean
  /** `*` and `?` are wildcards here. */
  readonly wildcards: boolean
}

const plain = (text: string, { wildcards }: Writing): Piece[] => (wildcards ? globPieces(text) : [{ text }])

/** `never`: malformed, or the key is absent and there is no default, so nothing matches (R-VAR-03, R-VAR-05). */
export function fillIn(text: string, writing: Writing, question: Question): Piece[] | 'never' {
  if (!writing.variables) return plain(text, writing)
  const pieces: Piece[] = []
  for (const part of text.split(/(\$\{[^}]*\}?)/)) {
    const filled = part.startsWith('${') ? variable(part, writing, question) : plain(part, writing)
    if (filled === 'never') return 'never'
    pieces.push(...filled)
  }
  return pieces
}

function variable(text: string, writing: Writing, question: Question): Piece[] | 'never' {
  const literal = /^\$\{([*?$])\}$/.exec(text)?.[1]
  if (literal !== undefined) return [{ text: literal }]
  const match = /^\$\{([^\s,'"{}$*?]+)(?:\s*,\s*'([^']*)')?\}$/.exec(text)
  const [, key, fallback] = match ?? []
  if (key === undefined || isMultivalued(key)) return 'never'
  const state = keyState(question, key)
  if (state === 'unknown' || state === 'present') return [{ wild: 'hole' }]
  if (state === 'absent') return fallback === undefined ? 'never' : [{ text: fallback }]
  if (state.multi) return 'never'
  const value = state.values[0] ?? ''
  if (hiddenIn(key, value, isHidden) !== undefined) return [{ wild: 'hole' }]
  return question.readings['wildcards-in-variable-values'] === 'wildcard' ? plain(value, writing) : [{ text: value }]
}

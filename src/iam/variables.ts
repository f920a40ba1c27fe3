import type { GlobPart } from './glob.ts'
import { DEFAULT_READINGS, type Readings } from './readings.ts'
import { isMaskedValue } from './masked-account.ts'
import { isMultivaluedGlobalKey, type Lookup } from './key-state.ts'

/**
 * A policy text with its variables found. Text without any is the common case and is compiled once.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (R-VAR-01..08)
 */
export interface Template {
  readonly source: string
  readonly parts: readonly TemplatePart[]
  /** Whether no variable stands in it, so that it can be compiled before any request is known. */
  readonly constant: boolean
  /** `${` without its brace, or an empty name: such a text never matches (R-VAR-03). */
  readonly malformed: boolean
}

export type TemplatePart =
  | { readonly kind: 'pattern'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string }
  /** `literal`: wildcard characters in the value stand for themselves (R-VAR-06). */
  | {
      readonly kind: 'variable'
      readonly key: string
      readonly fallback: string | undefined
      readonly literal: boolean
    }

/** Reads `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}`. Under Version 2008-10-17 all is plain text (R-GRAM-03). */
export function readTemplate(source: string, version: string, readings: Readings = DEFAULT_READINGS): Template {
  if (version !== '2012-10-17' || !source.includes('${'))
    return { source, parts: [{ kind: 'pattern', text: source }], constant: true, malformed: false }
  const parts: TemplatePart[] = []
  let from = 0
  let malformed = false
  while (from < source.length) {
    const open = source.indexOf('${', from)
    if (open < 0) break
    const close = source.indexOf('}', open)
    if (close < 0) {
      malformed = true
      break
    }
    if (open > from) parts.push({ kind: 'pattern', text: source.slice(from, open) })
    const part = readVariable(source.slice(open + 2, close), readings['wildcards-in-variable-values'] === 'literal')
    if (part === undefined) malformed = true
    else parts.push(part)
    from = close + 1
  }
  if (from < source.length) parts.push({ kind: 'pattern', text: source.slice(from) })
  return { source, parts, constant: !malformed && parts.every((p) => p.kind !== 'variable'), malformed }
}

function readVariable(inside: string, literal: boolean): TemplatePart | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return { kind: 'literal', text: inside }
  const comma = inside.indexOf(',')
  const key = (comma < 0 ? inside : inside.slice(0, comma)).trim()
  if (key === '') return undefined
  if (comma < 0) return { kind: 'variable', key, fallback: undefined, literal }
  const quoted = inside.slice(comma + 1).trim()
  if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'")) return undefined
  return { kind: 'variable', key, fallback: quoted.slice(1, -1), literal }
}

/** The parts with the request's values in place, or why they cannot be. */
export type Filled = readonly GlobPart[] | 'absent' | 'unknown'

/**
 * Fills the variables in. `'absent'`: a key without value and default, so the text matches nothing (R-VAR-05); the same
 * for a malformed text and for a multi-valued key, which may not be a variable (R-VAR-04).
 */
export function fill(template: Template, lookup: Lookup): Filled {
  if (template.malformed) return 'absent'
  const filled: GlobPart[] = []
  let unknown = false
  for (const part of template.parts) {
    if (part.kind !== 'variable') {
      filled.push({ text: part.text, literal: part.kind === 'literal' })
      continue
    }
    if (isMultivaluedGlobalKey(part.key.toLowerCase())) return 'absent'
    const state = lookup(part.key)
    const isMasked = state.state === 'values' && isMaskedValue(part.key, state.values[0] ?? '') // R-UNK-05
    if (state.state === 'unknown' || state.state === 'present' || isMasked) unknown = true
    else if (state.state === 'values' && !state.multivalued)
      filled.push({ text: state.values[0] ?? '', literal: part.literal }) // R-VAR-06, R-VAR-07
    else if (part.fallback !== undefined && state.state === 'absent')
      filled.push({ text: part.fallback, literal: true })
    else return 'absent'
  }
  return unknown ? 'unknown' : filled
}

/** The text a filled template stands for, wildcards not told apart from literal characters: for showing, and for `StringEquals`. */
export const textOf = (parts: readonly GlobPart[]): string => parts.map((part) => part.text).join('')

/** The variables of a template, for the list of facts a decision hangs on. */
export const variablesOf = (template: Template): readonly string[] =>
  template.parts.flatMap((part) => (part.kind === 'variable' ? [part.key] : []))

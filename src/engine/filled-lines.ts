import { comparisonOf } from '#iam/condition/compare.ts'
import type { ConditionLine, ConditionValue } from '#iam/condition/condition.ts'
import type { GlobPart } from '#iam/glob.ts'
import type { KeyState, Lookup } from '#iam/key-state.ts'
import { fill, type Template, type TemplatePart, variablesOf } from '#iam/variables.ts'

/** The states that an unknown key may have, for keys that conditions use as variables; by lower-case key. */
export type VariableStates = ReadonlyMap<string, readonly KeyState[]>

/** More ways to fill one value in are not tried. */
const MAX_FILLINGS = 16
const NO_STATES: VariableStates = new Map()

/**
 * The conditions with a value in place of each variable: the one from the request, else one for each state that is tried for the
 * variable's own key (R-COND-67). A variable of which neither is known stays.
 */
export const filledLines = (
  lines: readonly ConditionLine[],
  lookup: Lookup,
  states: VariableStates = NO_STATES,
): readonly ConditionLine[] =>
  lines.map((line) =>
    line.values.every(({ template }) => template.constant)
      ? line
      : { ...line, values: line.values.flatMap((value) => filledValues(line, value, lookup, states)) },
  )

function filledValues(
  { use }: ConditionLine,
  value: ConditionValue,
  lookup: Lookup,
  states: VariableStates,
): readonly ConditionValue[] {
  if (use === undefined || value.template.constant) return [value]
  return lookupsFor(value.template, lookup, states).map((filledBy): ConditionValue => {
    const parts = fill(value.template, filledBy)
    if (parts === 'unknown') return value
    // A variable without value and default: the text matches nothing (R-VAR-05).
    if (parts === 'absent') return { template: NOTHING, constant: 'malformed' }
    return { template: constantTemplate(parts), constant: comparisonOf(use.operator, parts) }
  })
}

const NOTHING: Template = { source: '', parts: [], constant: true, malformed: true }

const constantTemplate = (parts: readonly GlobPart[]): Template => ({
  source: parts.map(({ text }) => text).join(''),
  parts: parts.map(
    ({ text, literal }): TemplatePart => ({ kind: literal && isWild(text) ? 'literal' : 'pattern', text }),
  ),
  constant: true,
  malformed: false,
})

export const isWild = (text: string): boolean => text.includes('*') || text.includes('?')

/** One lookup for each combination of states that the variables of a text may have. */
function lookupsFor(template: Template, lookup: Lookup, states: VariableStates): readonly Lookup[] {
  let lookups: readonly Lookup[] = [lookup]
  for (const key of new Set(variablesOf(template).map((name) => name.toLowerCase()))) {
    const own = states.get(key)
    if (own === undefined) continue
    lookups = lookups.flatMap((before) =>
      own.map(
        (state): Lookup =>
          (name) =>
            name.toLowerCase() === key ? state : before(name),
      ),
    )
  }
  return lookups.slice(0, MAX_FILLINGS)
}

/** The values of a variable with which a policy's text may match a text of the request. */
export interface VariableValues {
  readonly values: readonly string[]
  /** Whether no other value can match. */
  readonly all: boolean
}

/** More values are not tried. */
const MAX_VALUES = 8
const MAX_TEXT = 2048
const NOT_FOUND: VariableValues = { values: [], all: false }

/** What a variable has to be so that `template` matches `text`: the text between what comes before and after it. */
export function valuesOfVariable(template: Template, variable: string, text: string, lookup: Lookup): VariableValues {
  const at = template.parts.findIndex((part) => isVariable(part, variable))
  const before = fill({ ...template, parts: template.parts.slice(0, at) }, lookup)
  const [next, ...more] = template.parts.slice(at + 1)
  if (at < 0 || template.malformed || typeof before === 'string') return NOT_FOUND
  const isOnce = ![next, ...more].some((part) => part !== undefined && isVariable(part, variable))
  if (before.some((part) => !part.literal && isWild(part.text)) || !isOnce) return NOT_FOUND
  const begin = before.map((part) => part.text).join('')
  if (!text.startsWith(begin)) return { values: [], all: true }
  const rest = text.slice(begin.length)
  if (next === undefined) return { values: [rest], all: true }
  const end = next.kind === 'variable' ? '' : next.text.slice(0, 1)
  if (end === '' || (next.kind === 'pattern' && isWild(end))) return NOT_FOUND
  const ends = rest
    .slice(0, MAX_TEXT)
    .split('')
    .flatMap((character, index) => (character === end ? [index] : []))
  return {
    values: ends.slice(0, MAX_VALUES).map((index) => rest.slice(0, index)),
    all: ends.length <= MAX_VALUES && rest.length <= MAX_TEXT,
  }
}

const isVariable = (part: TemplatePart, key: string): boolean =>
  part.kind === 'variable' && part.key.toLowerCase() === key

import { readDate, readNumber, readRange } from '#iam/condition/compare.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import { ABSENT, type KeyState, several, single } from '#iam/key-state.ts'
import type { Truth } from '#iam/truth.ts'

/** One value that stands for all that no condition tells apart from it. */
export interface Choice {
  readonly state: KeyState
  /** As `outcomes[].when` prints it: a value, a list, null for absent, `(other)`. */
  readonly shown: unknown
  /** As `wouldAllowIf` prints it: `= v`, `like p`, `absent`. */
  readonly phrase: string | null
}

type Tell = (line: ConditionLine, state: KeyState) => Truth

/** A text that no policy of anyone's holds, to stand for "any other value". */
const OTHER = '(other)'
const MAX_CHOICES = 64

/**
 * One value for each way the conditions on a key can tell values apart: the constants of the policies, one other value,
 * and the absent key. `exact` is false where two overlapping patterns could be told apart by values that are not tried.
 */
export function representatives(
  lines: readonly ConditionLine[],
  known: KeyState,
  multivalued: boolean,
  tell: Tell,
): { readonly choices: readonly Choice[]; readonly exact: boolean } {
  const candidates = candidatesOf(lines)
  const choices: Choice[] = []
  const seen = new Set<string>()
  const add = (choice: Choice): void => {
    const signature = lines.map((line) => String(tell(line, choice.state))).join()
    if (seen.has(signature) || choices.length >= MAX_CHOICES) return
    seen.add(signature)
    choices.push(choice)
  }
  for (const candidate of candidates)
    add(multivalued ? { ...candidate, state: several([textOf(candidate)]) } : candidate)
  if (multivalued) for (const set of pairs(candidates)) add(set)
  if (known.state === 'unknown') add({ state: ABSENT, shown: null, phrase: 'absent' })
  const patterns = wildcardPatterns(lines)
  return { choices, exact: patterns <= 1 && choices.length < MAX_CHOICES && (!multivalued || candidates.length <= 4) }
}

const textOf = (choice: Choice): string => (choice.state.state === 'values' ? (choice.state.values[0] ?? '') : '')

/** Sets of two and three, for keys that hold several values at once. */
function pairs(candidates: readonly Choice[]): Choice[] {
  const texts = candidates.map(textOf)
  const sets: string[][] = []
  texts.forEach((a, i) => texts.slice(i + 1).forEach((b) => sets.push([a, b])))
  if (texts.length <= 4) sets.push(texts)
  return sets.slice(0, 128).map((set) => ({ state: several(set), shown: set, phrase: null }))
}

function candidatesOf(lines: readonly ConditionLine[]): Choice[] {
  const choices = lines.flatMap((line) => line.values.flatMap((value) => ofValue(line, value.template.source)))
  return [...choices, { state: single(OTHER), shown: OTHER, phrase: null }]
}

const equalTo = (value: string): Choice => ({ state: single(value), shown: value, phrase: `= ${value}` })
const other = (value: string): Choice => ({ state: single(value), shown: OTHER, phrase: null })

/** Values on both sides of what one policy value can tell apart. */
function ofValue(line: ConditionLine, source: string): Choice[] {
  switch (line.use?.operator.family) {
    case 'numeric': {
      const number = readNumber(source)
      return number === undefined ? [] : [equalTo(source), other(String(number - 1)), other(String(number + 1))]
    }
    case 'date': {
      const time = readDate(source)
      if (time === undefined) return []
      const seconds = Math.floor(time / 1000)
      return [equalTo(source), other(String(Math.max(10_000, seconds - 1))), other(String(seconds + 1))]
    }
    case 'bool':
      return ['true', 'false'].map(equalTo)
    case 'ip': {
      const range = readRange(source)
      if (range === undefined) return []
      const inside = range[0].toString()
      const outside = range[0].kind() === 'ipv4' ? '203.0.113.255' : '2001:db8:ffff::1'
      return [{ state: single(inside), shown: inside, phrase: `in [${source}]` }, other(outside)]
    }
    case 'string':
    case 'arn':
      return source.includes('*') || source.includes('?')
        ? [{ state: single(instanceOf(line, source)), shown: instanceOf(line, source), phrase: `like ${source}` }]
        : [equalTo(source)]
    default:
      return line.use?.operator.family === 'binary' ? [equalTo(source)] : [other('present')]
  }
}

/** A text that the pattern matches. Under an operator without wildcards the characters stand for themselves. */
function instanceOf(line: ConditionLine, pattern: string): string {
  if (line.use?.operator.relation !== 'like') return pattern
  return pattern.replaceAll('*', '').replaceAll('?', 'x')
}

function wildcardPatterns(lines: readonly ConditionLine[]): number {
  const patterns = lines.flatMap((line) =>
    line.use?.operator.relation === 'like' ? line.values.map((value) => value.template.source) : [],
  )
  return new Set(patterns.filter((source) => source !== '*' && (source.includes('*') || source.includes('?')))).size
}

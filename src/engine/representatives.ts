import { readDate, readNumber, readRange } from '#iam/condition/compare.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { ABSENT, isOfOrganization, type KeyState, several, single } from '#iam/key-state.ts'
import { isAccountKey } from '#iam/masked-account.ts'
import type { Truth } from '#iam/truth.ts'
import type { Template } from '#iam/variables.ts'
import { isWild } from './filled-lines.ts'

/** A value that stands for all that no condition tells apart from it. */
export interface Choice {
  readonly state: KeyState
  /** As `outcomes[].when` prints it: a value, a list, null for absent, `(other)`. */
  readonly shown: unknown
  /** As `wouldAllowIf` prints it: `= v`, `like p`, `absent`. */
  readonly phrase: string | null
  /** Values that no policy names decide as this one does, so that its name does not say all of them. */
  readonly wide?: boolean
}

type Tell = (line: ConditionLine, state: KeyState) => Truth

/** A text that no policy of anyone's holds, to stand for "any other value". */
export const OTHER = '(other)'
/** Families whose keys may hold any text; a number, a date, a Boolean or an address is one of its kind. */
const TEXTS: ReadonlySet<string> = new Set(['string', 'arn', 'binary', 'null'])
/** Of the type the operator asks for: another type is false, negated or not (R-COND-04). */
const OTHER_ARN = 'arn:aws:other:eu-other-1:000000000000:other'
const OTHER_ADDRESSES = ['203.0.113.255', '198.51.100.255', '10.255.255.254', '2001:db8:ffff::1', 'fd00::1']
/** A value that no policy holds, for a key that policies use as a variable: the same text in two keys says that they are equal. */
export const exampleValue = (i: number): string => `(value ${i + 1})`
/** An example value of a key that has an account id: any other text would be a mask, which may be every account (R-UNK-05). */
export const exampleAccount = (i: number): string => `0000000088${String(i + 10)}`
export const MAX_EXAMPLES = 12
const OTHER_ACCOUNT = '000000009999'
const EXAMPLES = Array.from({ length: MAX_EXAMPLES }, (_, i) => [exampleValue(i), exampleAccount(i)]).flat()
const STAND_INS: ReadonlySet<unknown> = new Set([OTHER, OTHER_ARN, OTHER_ACCOUNT, ...OTHER_ADDRESSES, ...EXAMPLES])
const MAX_CHOICES = 64
/** More constants than this on one key are grouped by how they decide. */
const MAX_NAMED = 6
/** Values that are tried for one key: each is held against every condition on it. */
const MAX_CANDIDATES = 1000
const MAX_PAIRS = 128

/**
 * Representative values of a context key, for each way the conditions on it can tell values apart: the constants of the
 * policies, one other value, and the absent key; of a Boolean key true and false (R-COND-68). `exact` is false where two overlapping
 * patterns could be told apart by values that are not tried.
 *
 * @param example a value that stands for any that no policy names; left out: `(other)` does
 */
export function representatives(
  lines: readonly ConditionLine[],
  known: KeyState,
  multivalued: boolean,
  tell: Tell,
  further: readonly string[] = [],
  example?: string,
): { readonly choices: readonly Choice[]; readonly exact: boolean; readonly complete: boolean } {
  const isCut = lines.reduce((count, { values }) => count + values.length, 0) > MAX_CANDIDATES
  const rest = example === undefined ? anyOther(lines) : other(example)
  const isBoolean = lines.some(({ key }) => conditionKeyFacts(key)?.type === 'Bool')
  const named = isBoolean ? booleans() : [...further.map(equalTo), ...candidatesOf(lines, rest)]
  const candidates = named.filter(({ state }) => mayBe(state, known) && !isStarAccount(lines, state))
  const choices: Choice[] = []
  const seen = new Set<string>()
  const wide = new Set<string>()
  const signatures = new Map<Choice, string>()
  const hasText = lines.length === 0 || lines.some(({ use }) => TEXTS.has(use?.operator.family ?? 'string'))
  const shown = new Set<string>()
  const few = new Set(candidates.filter(isNamed).map(({ shown: name }) => name)).size <= MAX_NAMED
  const add = (choice: Choice): void => {
    const signature = [
      ...lines.map((line) => tell(line, choice.state)),
      ...further.map((value) => holds(choice, value)),
    ].join()
    // A value of the policies' own is shown for itself, however it decides; any other value only if none decides like it.
    const name = isNamed(choice) ? String(choice.shown) : undefined
    // That a key is not there says more than its conditions do: whether the request came through an endpoint.
    const isNew = (name !== undefined && few) || choice.state === ABSENT ? !shown.has(name ?? '') : !seen.has(signature)
    if (name === undefined && seen.has(signature) && (choice.shown !== rest.shown || hasText)) wide.add(signature)
    if (choices.length >= MAX_CHOICES || !isNew) return
    signatures.set(choice, signature)
    seen.add(signature)
    if (name !== undefined) shown.add(name)
    choices.push(choice)
  }
  for (const candidate of candidates)
    add(multivalued ? { ...candidate, state: several([textOf(candidate)]) } : candidate)
  if (multivalued) for (const set of pairs(candidates)) add(set)
  if (known.state === 'unknown') add({ state: ABSENT, shown: null, phrase: 'absent' })
  const exact =
    isBoolean ||
    (!isCut && areToldApart(lines) && choices.length < MAX_CHOICES && (!multivalued || candidates.length <= 4))
  const marked = choices.map((choice) => (wide.has(signatures.get(choice) ?? '') ? { ...choice, wide: true } : choice))
  return { choices: marked, exact, complete: few && choices.length < MAX_CHOICES }
}

/** No request has `*` for an account, whatever a policy compares it with. */
const isStarAccount = ([line]: readonly ConditionLine[], state: KeyState): boolean =>
  line !== undefined && isAccountKey(line.key) && state.state === 'values' && state.values.includes('*')

/** A key that is of no part of an organization has none of its values. */
const mayBe = (value: KeyState, known: KeyState): boolean =>
  known.state !== 'unknown' ||
  known.outside === undefined ||
  value.state !== 'values' ||
  !value.values.some((text) => isOfOrganization(text, known.outside ?? ''))

/**
 * Whether the values tried stand for all: one kind of comparison, fixed texts, at most one address range, no two patterns that may
 * hold the same text, and no two times so close that nothing was tried between them. Anything else could be told apart by values
 * not tried.
 */
function areToldApart(lines: readonly ConditionLine[]): boolean {
  const uses = lines.flatMap(({ use }) => (use === undefined || use.operator.family === 'null' ? [] : [use.operator]))
  if (new Set(uses.map((use) => use.family)).size > 1) return false
  const folded = uses.filter((use) => use.relation === 'equals-ignore-case').length
  if (folded > 0 && folded < uses.length) return false
  const values = lines.flatMap((line) => line.values.map(({ template }) => ({ line, template })))
  if (values.some(({ template }) => template.parts.some((part) => part.kind !== 'pattern'))) return false
  const texts = new Set(values.map(({ template }) => template.source))
  const collides = values.some(({ line, template }) => {
    const instance = instanceOf(line, template)
    return instance !== template.source && texts.has(instance)
  })
  const [first] = uses
  if (first?.family === 'ip') return texts.size <= 1
  if (first?.family === 'date') return !areClose([...texts].flatMap((text) => readDate(text) ?? []))
  return !collides && areDisjoint(wildcardPatterns(lines), first?.family === 'string')
}

const areClose = (times: readonly number[]): boolean =>
  times.toSorted((a, b) => a - b).some((time, i, all) => i > 0 && time - (all[i - 1] ?? 0) < 2000)

const holds = ({ state }: Choice, value: string): boolean => state.state === 'values' && state.values.includes(value)

/** Whether a value that was chosen for a key, not read from evidence, stands for "any other value". */
export const isStandIn = (chosen: unknown): boolean => STAND_INS.has(chosen)

/**
 * What a person may be told of a value that was chosen for a key: the value, where a policy names it; `like p` and
 * `in [range]`, as `wouldAllowIf` has them, for one that stands for a pattern or range; `(other)` for one that no policy names.
 */
export function toldValue({ phrase, shown }: Choice): unknown {
  if (phrase !== null) return phrase.startsWith('= ') ? shown : phrase === 'absent' ? null : phrase
  if (Array.isArray(shown)) return shown.map((value) => (isStandIn(value) ? OTHER : value))
  return shown === null || shown === '' ? shown : OTHER
}

const isNamed = (choice: Choice): boolean => choice.phrase !== null

const textOf = (choice: Choice): string => (choice.state.state === 'values' ? (choice.state.values[0] ?? '') : '')

/** Sets of two and three, for keys that hold several values at once. */
function pairs(candidates: readonly Choice[]): Choice[] {
  const texts = candidates.map(textOf)
  const sets: string[][] = []
  for (const [i, a] of texts.entries()) {
    if (sets.length >= MAX_PAIRS) break
    for (const b of texts.slice(i + 1, i + 1 + MAX_PAIRS - sets.length)) sets.push([a, b])
  }
  if (texts.length <= 4) sets.push(texts)
  return sets.map((set) => ({ state: several(set), shown: set, phrase: null }))
}

function anyOther(lines: readonly ConditionLine[]): Choice {
  const isAccount = lines.some(({ key }) => isAccountKey(key))
  return isAccount ? { ...other(OTHER_ACCOUNT), shown: OTHER } : other(OTHER)
}

function candidatesOf(lines: readonly ConditionLine[], rest: Choice): Choice[] {
  const values = lines.flatMap((line) => line.values.map(({ template }) => ({ line, template })))
  const filled = values.filter(({ template }) => template.constant && !template.malformed)
  const choices = filled.slice(0, MAX_CANDIDATES).flatMap(({ line, template }) => ofValue(line, template))
  const families = new Set(lines.map((line) => line.use?.operator.family))
  return [
    ...choices,
    ...(families.has('numeric') ? between(lines).slice(0, MAX_CANDIDATES) : []),
    ...(families.has('arn') ? [other(OTHER_ARN)] : []),
    ...(families.has('ip') ? OTHER_ADDRESSES.map(other) : []),
    rest,
    ...(lines.some((line) => line.use?.setOperator !== undefined) ? [{ ...equalTo(''), phrase: null }] : []),
  ]
}

/** A number between each two neighbours. */
function between(lines: readonly ConditionLine[]): Choice[] {
  const numbers = lines.flatMap((line) => line.values.flatMap(({ template }) => readNumber(template.source) ?? []))
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b)
  return sorted.slice(1).map((number, i) => other(String((number + (sorted[i] ?? number)) / 2)))
}

const equalTo = (value: string): Choice => ({ state: single(value), shown: value, phrase: `= ${written(value)}` })

const booleans = (): Choice[] => ['true', 'false'].map(equalTo)

/** An empty text would not be seen. */
export const written = (value: string): string => (value === '' ? '""' : value)
/** A value that no policy names: of a type it is shown, for another of the type may decide otherwise. */
const other = (value: string): Choice => ({ state: single(value), shown: value, phrase: null })

/** Values on both sides of what one policy value can tell apart. */
function ofValue(line: ConditionLine, template: Template): Choice[] {
  const { source } = template
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
      return booleans()
    case 'ip': {
      const range = readRange(source)
      if (range === undefined) return []
      if (!source.includes('/')) return [equalTo(source)]
      const inside = range[0].toString()
      return [{ state: single(inside), shown: inside, phrase: `in [${source}]` }]
    }
    case 'string':
    case 'arn': {
      const instance = instanceOf(line, template)
      return line.use?.operator.relation === 'like' && isWild(source)
        ? [{ state: single(instance), shown: instance, phrase: `like ${source}` }]
        : [equalTo(instance)]
    }
    default:
      return line.use?.operator.family === 'binary' ? [equalTo(source)] : [other('present')]
  }
}

/** A text that the pattern matches. Under an operator without wildcards the characters stand for themselves. */
function instanceOf(line: ConditionLine, { parts }: Template): string {
  const isPattern = line.use?.operator.relation === 'like'
  return parts
    .map((part) => {
      if (part.kind === 'variable') return ''
      return part.kind === 'pattern' && isPattern ? part.text.replaceAll('*', '').replaceAll('?', 'x') : part.text
    })
    .join('')
}

function wildcardPatterns(lines: readonly ConditionLine[]): readonly string[] {
  const patterns = lines.flatMap((line) =>
    line.use?.operator.relation === 'like' ? line.values.map((value) => value.template.source) : [],
  )
  return [...new Set(patterns.filter((source) => source !== '*' && isWild(source)))]
}

/** Whether no text is held by two of the patterns, as far as their beginnings tell; of ARNs that is not looked at. */
function areDisjoint(patterns: readonly string[], areTexts: boolean): boolean {
  if (patterns.length <= 1) return true
  const beginnings = patterns.map((pattern) => pattern.slice(0, pattern.search(/[*?]/))).toSorted()
  return areTexts && beginnings.every((beginning, i) => i === 0 || !beginning.startsWith(beginnings[i - 1] ?? ''))
}

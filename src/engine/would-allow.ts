import { compileGlob, globMatches } from '#iam/glob.ts'
import { readAddress, readRange } from '#iam/condition/compare.ts'
import type { DecisionEffect } from './decision.ts'
import { type Choice, OTHER, written } from './representatives.ts'

/** A key the decision hangs on, and one value for each way its conditions can tell values apart. */
export interface OpenKey {
  readonly key: string
  /** The same for each way to write the key. */
  readonly id: string
  readonly choices: readonly Choice[]
  /** Whether the choices stand for every value there is. */
  readonly exact: boolean
  /** Whether every value that a policy names is a choice of its own. */
  readonly complete: boolean
}

export interface DecidedCase {
  readonly assignment: readonly Choice[]
  readonly decision: DecisionEffect
}

/**
 * Per id of a key, the values that make it allowed whatever the others are, where one phrase names them all and no
 * others (docs/json.md, "Decision"). Whether the absent key allows too is seen in the cases.
 */
export function conditionsToAllow(
  keys: readonly OpenKey[],
  cases: readonly DecidedCase[],
): ReadonlyMap<string, string> {
  const phrases = new Map<string, string>()
  if (!keys.every((key) => key.exact)) return phrases
  keys.forEach(({ id, choices, complete }, i) => {
    if (!complete) return
    const possible = choices.filter((choice) => cases.some((decidedCase) => decidedCase.assignment[i] === choice))
    const allows = (choice: Choice): boolean =>
      cases.every((decidedCase) => decidedCase.assignment[i] !== choice || decidedCase.decision === 'allowed')
    const phrase = phraseOf(
      possible.filter(allows),
      possible.filter((choice) => !allows(choice)),
    )
    if (phrase !== null) phrases.set(id, phrase)
  })
  return phrases
}

const isAbsent = ({ shown }: Choice): boolean => shown === null
const isSet = ({ shown }: Choice): boolean => Array.isArray(shown)
const isEquality = ({ phrase, wide }: Choice): boolean => phrase?.startsWith('= ') === true && wide !== true
const textOf = ({ shown }: Choice): string => String(shown)

function phraseOf(allowing: readonly Choice[], others: readonly Choice[]): string | null {
  const values = allowing.filter((choice) => !isAbsent(choice))
  const refused = others.filter((choice) => !isAbsent(choice))
  if (values.length === 0) return allowing.length > 0 ? 'absent' : null
  if (values.some((choice) => choice.shown === OTHER)) {
    // Any value but these; "any" that leaves nothing out says nothing.
    return refused.length > 0 && refused.every((choice) => isEquality(choice) && !isSet(choice))
      ? `not in [${refused.map(textOf).map(written).join(', ')}]`
      : null
  }
  if (values.some(isSet)) return null
  if (values.every(isEquality))
    return values.length === 1 ? (values[0]?.phrase ?? null) : `in [${values.map(textOf).map(written).join(', ')}]`
  const [pattern, ...more] = values.filter((choice) => !isEquality(choice))
  if (pattern === undefined || more.length > 0 || pattern.phrase === null || pattern.phrase.startsWith('= '))
    return null
  const covers = coverOf(pattern.phrase)
  return values.every((value) => covers(textOf(value))) && !refused.some((choice) => covers(textOf(choice)))
    ? pattern.phrase
    : null
}

/** A test whether a phrase, `like p` or `in [range]`, covers a text. */
function coverOf(phrase: string): (text: string) => boolean {
  if (phrase.startsWith('like ')) {
    const glob = compileGlob(phrase.slice('like '.length))
    return (text) => globMatches(glob, text)
  }
  const range = readRange(phrase.slice('in ['.length, -1))
  return (text) => {
    const address = readAddress(text)
    return range !== undefined && address?.kind() === range[0].kind() && address.match(range[0], range[1])
  }
}

import type { Choice } from '#engine/representatives.ts'
import type { Denial } from '#intake/denial.ts'
import { explainWorlds, type World } from './causes.ts'

type FactValue = Denial['context'][string]

/** A context key that tells rivals apart by yes or no, with a value that stands for either answer; null: absent. */
export interface TellingFact {
  readonly key: string
  /** Whether the key was one of these, in words: `AES256`, `in 203.0.113.0/24`; left out: whether it was there at all. */
  readonly is?: readonly string[]
  readonly yes: FactValue
  readonly no: FactValue
}

/**
 * The question that a key answers: its values fall into two kinds, of which one explains the refusal by other layers than
 * the other, and one kind is the absent key, or values that policies name. Undefined: no yes or no would settle it.
 */
export function tellingFact(worlds: readonly World[], key: string): TellingFact | undefined {
  const byCauses = new Map<string, Choice[]>()
  for (const choice of choicesOf(worlds, key)) {
    const under = worlds.filter((world) => isSame(world.keys.get(key), choice))
    const causes = JSON.stringify(explainWorlds(under).causes.filter(({ certainty }) => certainty !== 'possible'))
    byCauses.set(causes, [...(byCauses.get(causes) ?? []), choice])
  }
  const kinds = [...byCauses.values()]
  const [first, second] = kinds
  if (first === undefined || second === undefined || kinds.length !== 2) return undefined
  for (const [kind, rest] of [
    [first, second],
    [second, first],
  ] as const) {
    // Whether it was there at all is asked before a value of it.
    if (kind.every(isAbsent)) return { key, yes: standsFor(rest, isNamed), no: null }
  }
  for (const [kind, rest] of [
    [first, second],
    [second, first],
  ] as const)
    if (kind.every(isNamed)) return { key, is: kind.map(wordsOf), yes: standsFor(kind), no: standsFor(rest, isAbsent) }
  return undefined
}

const isAbsent = ({ shown }: Choice): boolean => shown === null
/** A policy names it; another value stands for all that none names. */
const isNamed = ({ shown, phrase }: Choice): boolean => shown !== null && phrase !== null
/** A value, or the pattern or range of which it is one. */
const wordsOf = ({ shown, phrase }: Choice): string =>
  phrase === null || phrase.startsWith('= ') ? [shown].flat().join(' and ') : phrase.replace(/^in \[(.*)\]$/, 'in $1')
const valueOf = ({ shown }: Choice): FactValue => shown as FactValue

/** The value that a person would name of them. */
const standsFor = (choices: readonly Choice[], isBetter: (choice: Choice) => boolean = () => true): FactValue => {
  const found = choices.find(isBetter) ?? choices[0]
  return found === undefined ? null : valueOf(found)
}

function choicesOf(worlds: readonly World[], key: string): readonly Choice[] {
  const found = worlds.flatMap((world) => world.keys.get(key) ?? [])
  return [...new Map(found.map((choice) => [JSON.stringify(choice.shown), choice])).values()]
}

const isSame = (choice: Choice | undefined, other: Choice): boolean =>
  choice !== undefined && JSON.stringify(choice.shown) === JSON.stringify(other.shown)

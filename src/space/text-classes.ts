import type { Budget } from './budget.ts'
import { automatonOf, type PatternAutomaton, type PatternState, weightOfState } from './pattern-automaton.ts'
import { classesOfParts } from './text-parts.ts'
import type { WalkLimits } from './walk-limits.ts'
import { DIGIT, type Observer, type PlainText, type TextClass, type TextPattern } from './text-pattern.ts'

export interface TextClasses {
  /** Text classes: the shortest text found for each set of observers that some text has. */
  readonly classes: readonly TextClass[]
  /** False: the walk was cut off, so that sets may be missing. */
  readonly complete: boolean
}

const MAX_STATES = 4000
const MAX_WORK = 60_000

/**
 * Classes of texts, as far as the observers can tell: for every combination of observers that holds some text, one text.
 * Plain texts and prefixes are looked up; everything else is walked side by side, shortest texts first.
 */
export function textClasses(observers: readonly Observer[], limits: WalkLimits = {}): TextClasses {
  const made = classesAtOnce(observers, limits)
  if (made !== undefined) return { classes: made, complete: true }
  const classes: TextClass[] = []
  const walked = walk(observers, limits)
  for (;;) {
    const { done, value } = walked.next()
    if (done === true) return { classes, complete: value }
    classes.push(value)
  }
}

/** Classes as they are found; at the end, whether all were. */
export type Walk = Generator<TextClass, boolean>

/** Classes of texts one after the other: whoever finds what it looks for need not walk on. */
export function* eachTextClass(observers: readonly Observer[], limits: WalkLimits = {}): Walk {
  const made = classesAtOnce(observers, limits)
  if (made === undefined) return yield* walk(observers, limits)
  yield* made
  return true
}

/** All of them, where no walk is needed; undefined where one is. */
function classesAtOnce(observers: readonly Observer[], limits: WalkLimits): readonly TextClass[] | undefined {
  const only = onlyText(observers, limits)
  if (only !== undefined) return [{ text: only, holds: holdingText(observers, only, limits.budget) }]
  const plain = plainObservers(observers)
  return plain === undefined ? classesOfParts(observers, limits, otherOf) : plainClasses(plain, limits)
}

/** The text where what is required holds one alone, or any that it holds where nothing else is looked at. */
function onlyText(observers: readonly Observer[], { required = [] }: WalkLimits): string | undefined {
  const [first] = required
  const own = first === undefined || required.length > 1 ? undefined : observers[first]
  const [pattern] = own ?? []
  if (own?.length !== 1 || pattern === undefined || pattern.fold) return undefined
  if (observers.length > 1 && pattern.steps.some((step) => step < 0)) return undefined
  return textOf(pattern.steps.map((step) => (step >= 0 ? step : step === DIGIT ? ONE_DIGIT : STAND_IN)))
}

const STAND_IN = 0x78
const ONE_DIGIT = 0x31

function holdingText(observers: readonly Observer[], text: string, budget: Budget | undefined): readonly number[] {
  const holds = (pattern: TextPattern): boolean => {
    const automaton = automatonOf(pattern)
    let state = automaton.start
    for (let i = 0; i < text.length && !state.isDead; i++) {
      state = automaton.next(state, text.charCodeAt(i))
      budget?.spend(weightOfState(state))
    }
    return state.accepts
  }
  const holding: number[] = []
  for (const [i, observer] of observers.entries()) if (observer.some(holds)) holding.push(i)
  return holding
}

/** Undefined where one is more than a text or a prefix. */
function plainObservers(observers: readonly Observer[]): readonly PlainText[] | undefined {
  const plain: PlainText[] = []
  for (const observer of observers) {
    const own = observer.length === 1 ? observer[0]?.plain : undefined
    if (own === undefined) return undefined
    plain.push(own)
  }
  return plain
}

const textOf = (steps: readonly number[]): string => String.fromCharCode(...steps)

/** Complete: a text that is none of the texts is told apart from its longest prefix's own by no observer. */
function plainClasses(plain: readonly PlainText[], { required = [], budget }: WalkLimits): readonly TextClass[] {
  const other = otherCharacter(plain.map(({ text }) => text))
  const candidates = new Set([other])
  for (const { text, isPrefix } of plain) candidates.add(isPrefix ? text + other : text)
  budget?.spend(candidates.size * plain.length)
  const found = new Map<string, TextClass>()
  for (const text of candidates) {
    const holds: number[] = []
    for (let i = 0; i < plain.length; i++) {
      const one = plain[i] as PlainText
      if (one.isPrefix ? text.startsWith(one.text) : text === one.text) holds.push(i)
    }
    if (!required.every((i) => holds.includes(i))) continue
    const key = holds.join()
    const known = found.get(key)
    if (known === undefined || text.length < known.text.length) found.set(key, { text, holds })
  }
  return [...found.values()]
}

/** Not `k`, whose capital may be the sign for kelvin, nor `i`, which has two. */
const FRIENDLY = 'xyzqwvjuomnrstabcdefghlp0123456789'

/** A character that stands in none of the texts, in either case. */
export function otherCharacter(texts: readonly string[]): string {
  const isFree = (letter: string, upper: string): boolean =>
    texts.every((text) => !text.includes(letter) && !text.includes(upper))
  for (let i = 0; i < FRIENDLY.length; i++)
    if (isFree(FRIENDLY[i] as string, FRIENDLY_IN_CAPITALS[i] as string)) return FRIENDLY[i] as string
  let code = 0x4e00
  while (!isFree(String.fromCharCode(code), String.fromCharCode(code))) code++
  return String.fromCharCode(code)
}

const FRIENDLY_IN_CAPITALS = FRIENDLY.toUpperCase()

/** The text read so far, and per pattern the state it led to. */
interface Node {
  readonly text: string
  readonly states: readonly PatternState[]
}

function* walk(observers: readonly Observer[], { required = [], maxStates = MAX_STATES, budget }: WalkLimits): Walk {
  const patterns = observers.flat()
  // Each state costs as much as there are patterns.
  const limit = Math.min(maxStates, Math.ceil(MAX_WORK / patterns.length))
  const automata = patterns.map(automatonOf)
  const owner = observers.flatMap((observer, i) => observer.map(() => i))
  const needed = required.map((i) => owner.flatMap((one, at) => (one === i ? [at] : [])))
  const other = otherOf(patterns).charCodeAt(0)
  const start: Node = { text: '', states: automata.map((one) => one.start) }
  const seen = new Set<number | string>()
  const found = new Set<number | string>()
  const queue: Node[] = [start]
  const classOf = ({ text, states }: Node): TextClass | undefined => {
    for (const group of needed) if (!acceptsSome(group, states)) return undefined
    const holds = heldAt(states, owner)
    const key = setKey(holds, observers.length)
    if (found.has(key)) return undefined
    found.add(key)
    return { text, holds }
  }
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at] as Node
    const made = at > 0 ? classOf(node) : undefined
    if (made !== undefined) yield made
    const codes = nextCodes(node.states, other)
    budget?.spend(codes.length * weightOf(node.states))
    for (const code of codes) {
      const states = stepped(automata, node.states, code, needed)
      if (states === undefined) continue
      const key = stateKey(states)
      if (seen.has(key)) continue
      if (seen.size >= limit) return false
      seen.add(key)
      queue.push({ text: node.text + String.fromCharCode(code), states })
    }
  }
  const empty = classOf(start) // the empty text stands for others only where no other can
  if (empty !== undefined) yield empty
  return true
}

/** Each state costs as much as the places it stands for. */
function weightOf(states: readonly PatternState[]): number {
  let weight = 0
  for (const state of states) weight += 1 + weightOfState(state)
  return weight
}

/** The states behind one more character; undefined: of some of the `needed` groups all are dead. */
function stepped(
  automata: readonly PatternAutomaton[],
  states: readonly PatternState[],
  code: number,
  needed: readonly (readonly number[])[],
): readonly PatternState[] | undefined {
  const next: PatternState[] = []
  for (let i = 0; i < states.length; i++)
    next.push((automata[i] as PatternAutomaton).next(states[i] as PatternState, code))
  for (const group of needed) if (areDead(group, next)) return undefined
  return next
}

function acceptsSome(group: readonly number[], states: readonly PatternState[]): boolean {
  for (const i of group) if ((states[i] as PatternState).accepts) return true
  return false
}

function areDead(group: readonly number[], states: readonly PatternState[]): boolean {
  for (const i of group) if (!(states[i] as PatternState).isDead) return false
  return true
}

const FEW = 4
const BITS = 2 ** 12

/** A number where the ids of a few states fit into one, else a text. */
function stateKey(states: readonly PatternState[]): number | string {
  if (states.length <= FEW) {
    let [number, isSmall] = [0, true]
    for (const { id } of states) {
      number = number * BITS + id
      if (id >= BITS) isSmall = false
    }
    if (isSmall) return number
  }
  let key = ''
  for (const { id } of states) key += String.fromCharCode(id)
  return key
}

/** The key of a set of small numbers, all below `below`: a number where they fit into one, else a text. */
function setKey(numbers: readonly number[], below: number): number | string {
  if (below > 30) return numbers.join()
  let key = 0
  for (const i of numbers) key |= 1 << i
  return key
}

function heldAt(states: readonly PatternState[], owner: readonly number[]): number[] {
  const holds: number[] = []
  for (let i = 0; i < states.length; i++) {
    const observer = owner[i] as number
    if ((states[i] as PatternState).accepts && holds.at(-1) !== observer) holds.push(observer)
  }
  return holds
}

/** Characters that some pattern treats in its own way here, after one that stands for all others. */
function nextCodes(states: readonly PatternState[], other: number): readonly number[] {
  const codes = [other]
  let digits = false
  for (const state of states) {
    for (const code of state.codes) if (!codes.includes(code)) codes.push(code)
    digits ||= state.wantsDigit
  }
  const digit = digits ? otherDigit(codes) : undefined
  if (digit !== undefined && !codes.includes(digit)) codes.push(digit)
  return codes
}

function otherDigit(codes: readonly number[]): number {
  for (let digit = 0x31; digit <= 0x39; digit++) if (!codes.includes(digit)) return digit
  return 0x30
}

/** The first friendly character that no pattern holds in either case. */
function otherOf(patterns: readonly TextPattern[]): string {
  for (const letter of FRIENDLY) {
    const code = letter.charCodeAt(0)
    if (letter > '9' && !patterns.some(({ steps }) => steps.includes(code) || steps.includes(code - 0x20)))
      return letter
  }
  const literals = patterns.map(({ steps }) => String.fromCharCode(...steps.filter((step) => step >= 0)))
  return otherCharacter([...literals, '0123456789:/'])
}

import {
  COLON,
  DIGIT,
  foldCode,
  isRun,
  NAME_RUN,
  NO_SLASH,
  RUN,
  SEGMENT_RUN,
  SLASH,
  takes,
  type TextPattern,
} from './text-pattern.ts'

/** A text, and which observers hold it: by number, ascending. */
export interface TextClass {
  readonly text: string
  readonly holds: readonly number[]
}

/** An observer holds a text if one of its patterns does. */
export type Observer = readonly TextPattern[]

export interface TextClasses {
  /** One text, the shortest found, for each set of observers that some text has. */
  readonly classes: readonly TextClass[]
  /** False: the walk was cut off, so that sets may be missing. */
  readonly complete: boolean
}

export interface WalkLimits {
  /** Only texts that all of these hold. */
  readonly required?: readonly number[]
  readonly maxStates?: number
}

const MAX_STATES = 4000

/**
 * What texts there are, as far as the observers can tell: for every combination of observers that holds some text, one
 * text. Plain texts and prefixes are looked up; everything else is walked side by side, shortest texts first.
 */
export function textClasses(observers: readonly Observer[], limits: WalkLimits = {}): TextClasses {
  const plain = plainObservers(observers)
  return plain === undefined ? walk(observers, limits) : { classes: plainClasses(plain, limits), complete: true }
}

interface Plain {
  readonly text: string
  readonly isPrefix: boolean
}

/** Undefined where one is more than a text or a prefix. */
function plainObservers(observers: readonly Observer[]): readonly Plain[] | undefined {
  const plain: Plain[] = []
  for (const [only, ...more] of observers) {
    if (only === undefined || more.length > 0 || only.fold) return undefined
    const { steps } = only
    const wild = steps.findIndex((step) => step < 0)
    if (wild >= 0 && (wild < steps.length - 1 || steps[wild] !== RUN)) return undefined
    plain.push({ text: textOf(wild < 0 ? steps : steps.slice(0, wild)), isPrefix: wild >= 0 })
  }
  return plain
}

const textOf = (steps: readonly number[]): string => String.fromCharCode(...steps)

/** Complete: a text that is none of the texts is told apart from its longest prefix's own by no observer. */
function plainClasses(plain: readonly Plain[], { required = [] }: WalkLimits): readonly TextClass[] {
  const other = otherCharacter(plain.map(({ text }) => text))
  const candidates = [other, ...plain.flatMap(({ text, isPrefix }) => (isPrefix ? [text + other] : [text]))]
  const found = new Map<string, TextClass>()
  for (const text of candidates) {
    const holds: number[] = []
    for (const [i, one] of plain.entries())
      if (one.isPrefix ? text.startsWith(one.text) : text === one.text) holds.push(i)
    if (!required.every((i) => holds.includes(i))) continue
    const key = holds.join()
    const known = found.get(key)
    if (known === undefined || text.length < known.text.length) found.set(key, { text, holds })
  }
  return [...found.values()]
}

const FRIENDLY = 'xyzqwvkjuomnrstabcdefghilp0123456789'

/** A character that stands in none of the texts, in either case. */
export function otherCharacter(texts: readonly string[]): string {
  const used = new Set<string>()
  for (const text of texts) for (const letter of text.toLowerCase()) used.add(letter)
  for (const letter of FRIENDLY) if (!used.has(letter)) return letter
  let code = 0x4e00
  while (used.has(String.fromCharCode(code))) code++
  return String.fromCharCode(code)
}

/** Per pattern, the places it can be in after the text so far, ascending. */
type Places = readonly number[]

interface State {
  readonly text: string
  readonly places: readonly Places[]
}

function walk(observers: readonly Observer[], { required = [], maxStates = MAX_STATES }: WalkLimits): TextClasses {
  const patterns = observers.flat()
  const owner = observers.flatMap((observer, i) => observer.map(() => i))
  const other = otherOf(patterns)
  const start: State = { text: '', places: patterns.map((pattern) => closed([0], pattern)) }
  const seen = new Set([keyOf(start)])
  const found = new Map<string, TextClass>()
  const queue: State[] = [start]
  const note = (state: State): void => {
    const holds = heldAt(state, patterns, owner)
    if (!required.every((i) => holds.includes(i))) return
    const key = holds.join()
    if (!found.has(key)) found.set(key, { text: state.text, holds })
  }
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] as State
    if (at > 0) note(state)
    for (const code of nextCodes(state, patterns, other)) {
      const next = step(state, code, patterns)
      const key = keyOf(next)
      if (seen.has(key) || required.some((i) => isDead(next, owner, i))) continue
      if (seen.size >= maxStates) return { classes: [...found.values()], complete: false }
      seen.add(key)
      queue.push(next)
    }
  }
  note(start) // the empty text stands for others only where no other can
  return { classes: [...found.values()], complete: true }
}

const keyOf = ({ places }: State): string => places.join(';')

/** A run may be left at once. */
function closed(places: readonly number[], { steps }: TextPattern): Places {
  const all: number[] = []
  for (let place of places)
    for (; ; place++) {
      if (!all.includes(place)) all.push(place)
      const reached = steps[place]
      if (reached === undefined || !isRun(reached)) break
    }
  // Behind `*` nothing that came before it matters: the run takes whatever follows.
  const lastRun = all.reduce((last, place) => (steps[place] === RUN && place > last ? place : last), -1)
  return all.filter((place) => place >= lastRun).sort((a, b) => a - b)
}

function step(state: State, code: number, patterns: readonly TextPattern[]): State {
  const places = state.places.map((from, i) => {
    const pattern = patterns[i] as TextPattern
    const reached: number[] = []
    for (const place of from) {
      const taken = pattern.steps[place]
      if (taken !== undefined && takes(taken, code, pattern.fold)) reached.push(isRun(taken) ? place : place + 1)
    }
    return reached.length === 0 ? NOWHERE : closed(reached, pattern)
  })
  return { text: state.text + String.fromCharCode(code), places }
}

const NOWHERE: Places = []

function heldAt({ places }: State, patterns: readonly TextPattern[], owner: readonly number[]): number[] {
  const holds: number[] = []
  for (const [i, pattern] of patterns.entries()) {
    const observer = owner[i] as number
    if (places[i]?.at(-1) === pattern.steps.length && holds.at(-1) !== observer) holds.push(observer)
  }
  return holds
}

const isDead = ({ places }: State, owner: readonly number[], observer: number): boolean =>
  places.every((one, i) => owner[i] !== observer || one.length === 0)

/** Characters that some pattern treats in its own way here, and one that stands for all others. */
function nextCodes({ places }: State, patterns: readonly TextPattern[], other: number): readonly number[] {
  const codes = new Set([other])
  let digits = false
  for (const [i, pattern] of patterns.entries())
    for (const place of places[i] ?? NOWHERE) {
      const next = pattern.steps[place]
      if (next === undefined) continue
      if (next === SEGMENT_RUN) codes.add(COLON)
      else if (next === NO_SLASH || next === NAME_RUN) codes.add(SLASH)
      else if (next === DIGIT) digits = true
      else if (next >= 0) addLiteral(codes, next, pattern.fold)
    }
  if (digits) codes.add(otherDigit(codes))
  return [...codes]
}

function addLiteral(codes: Set<number>, code: number, fold: boolean): void {
  codes.add(code)
  if (!fold) return
  codes.add(foldCode(code))
  codes.add(String.fromCharCode(code).toUpperCase().charCodeAt(0))
}

function otherDigit(codes: ReadonlySet<number>): number {
  for (let digit = 0x31; digit <= 0x39; digit++) if (!codes.has(digit)) return digit
  return 0x30
}

function otherOf(patterns: readonly TextPattern[]): number {
  const literals = patterns.map(({ steps }) => textOf(steps.filter((one) => one >= 0)))
  return otherCharacter([...literals, '0123456789:/']).charCodeAt(0)
}

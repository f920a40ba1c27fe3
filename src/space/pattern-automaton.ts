import { memoize } from '#iam/memoize.ts'
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

/** A state of a pattern's automaton: all the places that the text so far can have reached. */
export interface PatternState {
  /** Small and unlike that of any other state of the pattern. */
  readonly id: number
  readonly accepts: boolean
  /** No text that goes on from here is held. */
  readonly isDead: boolean
  /** Whatever follows, it stays as it is. */
  readonly isSettled: boolean
  /** Characters that lead elsewhere than any other would. */
  readonly codes: readonly number[]
  readonly wantsDigit: boolean
  /** How many places of the pattern it stands for. */
  readonly size: number
}

/** A pattern read into states one after the other, as texts reach them; the same few patterns come back in every comparison. */
export class PatternAutomaton {
  readonly start: PatternState
  private readonly states = new Map<string, Built>()
  private readonly pattern: TextPattern

  constructor(pattern: TextPattern) {
    this.pattern = pattern
    this.start = this.stateOf(closed([0], pattern.steps))
  }

  /** The state behind one more character. */
  next(state: PatternState, code: number): PatternState {
    const built = state as Built
    if (built.isSettled) return built
    const known = built.after.get(code)
    if (known !== undefined) return known
    const { steps, fold } = this.pattern
    const reached: number[] = []
    for (const place of built.places) {
      const step = steps[place]
      if (step !== undefined && takes(step, code, fold)) reached.push(isRun(step) ? place : place + 1)
    }
    const made = this.stateOf(reached.length === 0 ? [] : closed(reached, steps))
    built.after.set(code, made)
    return made
  }

  private stateOf(places: readonly number[]): Built {
    const key = places.join()
    const known = this.states.get(key)
    if (known !== undefined) return known
    const { steps, fold } = this.pattern
    const accepts = places.at(-1) === steps.length
    const isDead = places.length === 0
    const isSettled = isDead || (accepts && steps.at(-1) === RUN && places.includes(steps.length - 1))
    const made: Built = {
      id: this.states.size + 1,
      accepts,
      isDead,
      isSettled,
      codes: isSettled ? [] : codesOf(places, steps, fold),
      wantsDigit: places.some((place) => steps[place] === DIGIT),
      size: places.length,
      places,
      after: new Map(),
    }
    this.states.set(key, made)
    return made
  }
}

const MANY_PLACES = 64

/** Steps of work to reach a state: one of many places is hardly ever met again, so that each of them is read. */
export const weightOfState = ({ size }: PatternState): number => (size > MANY_PLACES ? size : size >> 2)

interface Built extends PatternState {
  readonly places: readonly number[]
  readonly after: Map<number, PatternState>
}

/** A run may be left at once; behind `*` nothing that came before it matters, for it takes whatever follows. */
function closed(places: readonly number[], steps: readonly number[]): readonly number[] {
  const all: number[] = []
  let next = 0
  let lastRun = 0
  // They ascend, so what lies before `next` was reached already.
  for (const from of places) {
    if (from < next) continue
    next = from
    for (let step = steps[next]; step !== undefined && isRun(step); step = steps[next]) {
      if (step === RUN) lastRun = all.length
      all.push(next++)
    }
    all.push(next++)
  }
  return lastRun === 0 ? all : all.slice(lastRun)
}

function codesOf(places: readonly number[], steps: readonly number[], fold: boolean): readonly number[] {
  const codes = new Set<number>()
  for (const place of places) {
    const step = steps[place]
    if (step === SEGMENT_RUN) codes.add(COLON)
    else if (step === NO_SLASH || step === NAME_RUN) codes.add(SLASH)
    else if (step !== undefined && step >= 0) {
      codes.add(step)
      if (fold) codes.add(foldCode(step)).add(String.fromCharCode(step).toUpperCase().charCodeAt(0))
    }
  }
  return [...codes]
}

const automata = memoize(
  (key: string) => ({ key, made: undefined as PatternAutomaton | undefined }),
  (key) => key.length <= 1024,
)

const byPattern = new WeakMap<TextPattern, PatternAutomaton>()

/** The automaton of a pattern, kept for the next time: for the same pattern, and for one that is written alike. */
export function automatonOf(pattern: TextPattern): PatternAutomaton {
  const known = byPattern.get(pattern)
  if (known !== undefined) return known
  const kept = automata(`${pattern.fold ? 'i' : ''}${pattern.steps.join()}`)
  const made = (kept.made ??= new PatternAutomaton(pattern))
  byPattern.set(pattern, made)
  return made
}

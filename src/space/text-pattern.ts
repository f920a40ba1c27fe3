import type { Glob, GlobPart } from '#iam/glob.ts'

/**
 * A pattern over texts as a row of steps: a character code, or one of the classes below. What IAM's globs, ARN segments
 * and the shapes of principals come to once several of them are walked side by side (`text-classes.ts`).
 */
export interface TextPattern {
  readonly steps: readonly number[]
  /** Letters are compared without case. */
  readonly fold: boolean
  /** Plain text that it comes to where it is no more than a text, or a text and whatever follows. */
  readonly plain: PlainText | undefined
}

export interface PlainText {
  readonly text: string
  readonly isPrefix: boolean
}

/** Any run of characters. */
export const RUN = -1
/** Exactly one character. */
export const ONE = -2
/** Any run without a colon: `*` in the first five segments of an ARN pattern (R-COND-11). */
export const SEGMENT_RUN = -3
/** The step of a decimal digit. */
export const DIGIT = -4
/** The step of a character that is no slash. */
export const NO_SLASH = -5
/** Any run without a slash. */
export const NAME_RUN = -6

export const isRun = (step: number): boolean => step === RUN || step === SEGMENT_RUN || step === NAME_RUN

/** Whether a step takes the character, `code`; a run takes it and stays. */
export function takes(step: number, code: number, fold: boolean): boolean {
  switch (step) {
    case RUN:
    case ONE:
      return true
    case SEGMENT_RUN:
      return code !== COLON
    case DIGIT:
      return code >= 0x30 && code <= 0x39
    case NO_SLASH:
    case NAME_RUN:
      return code !== SLASH
    default:
      return step === code || (fold && foldCode(step) === foldCode(code))
  }
}

export const COLON = 0x3a
export const SLASH = 0x2f

export const foldCode = (code: number): number => String.fromCharCode(code).toLowerCase().charCodeAt(0)

/** The steps of a text in which nothing is a wildcard. */
export function literalSteps(text: string): number[] {
  const steps: number[] = []
  addText(steps, text)
  return steps
}

function addText(steps: number[], text: string): void {
  for (let i = 0; i < text.length; i++) steps.push(text.charCodeAt(i))
}

/** The steps of a text in which `*` and `?` are wildcards. */
export function wildcardSteps(text: string, run: number = RUN): number[] {
  const steps: number[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x2a) steps.push(run)
    else steps.push(code === 0x3f ? ONE : code)
  }
  return steps
}

/** The steps of a compiled glob, `run` standing for its stars. */
export function globSteps(glob: Glob, run: number = RUN): number[] {
  switch (glob.kind) {
    case 'any':
      return [run]
    case 'text':
      return literalSteps(glob.text)
    case 'prefix': {
      const steps = literalSteps(glob.text)
      steps.push(run)
      return steps
    }
    case 'pieces': {
      const steps = literalSteps(glob.first)
      for (const piece of glob.middle) {
        steps.push(run)
        addText(steps, piece)
      }
      steps.push(run)
      addText(steps, glob.last)
      return steps
    }
    case 'walk':
      return glob.codes.map((code) => (code === RUN ? run : code))
  }
}

const byGlob = new WeakMap<Glob, TextPattern>()

/** A compiled glob as a pattern: one for each glob, so that what is made of it is found again. */
export function globPattern(glob: Glob): TextPattern {
  const known = byGlob.get(glob)
  if (known !== undefined) return known
  const made = patternOf(globSteps(glob))
  byGlob.set(glob, made)
  return made
}

export const partSteps = (parts: readonly GlobPart[], run: number = RUN): number[] =>
  parts.flatMap(({ text, literal }) => (literal ? literalSteps(text) : wildcardSteps(text, run)))

export const patternOf = (steps: readonly number[], fold = false): TextPattern => new StepPattern(steps, fold)

class StepPattern implements TextPattern {
  readonly steps: readonly number[]
  readonly fold: boolean
  private found: PlainText | undefined | null = null

  constructor(steps: readonly number[], fold: boolean) {
    this.steps = steps
    this.fold = fold
  }

  get plain(): PlainText | undefined {
    return this.found === null ? (this.found = plainOf(this)) : this.found
  }
}

function plainOf({ steps, fold }: StepPattern): PlainText | undefined {
  if (fold) return undefined
  const wild = steps.findIndex((step) => step < 0)
  if (wild < 0) return { text: String.fromCharCode(...steps), isPrefix: false }
  if (wild < steps.length - 1 || steps[wild] !== RUN) return undefined
  return { text: String.fromCharCode(...steps.slice(0, wild)), isPrefix: true }
}

/** A text, and which observers hold it: by number, ascending. */
export interface TextClass {
  readonly text: string
  readonly holds: readonly number[]
}

/** An observer holds a text if one of its patterns does. */
export type Observer = readonly TextPattern[]

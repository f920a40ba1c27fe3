import type { WalkLimits } from './walk-limits.ts'
import { type Observer, ONE, RUN, type TextClass, type TextPattern } from './text-pattern.ts'

/**
 * Classes of texts put together rather than walked, where patterns are texts between stars. A text is told apart by the
 * beginnings, the pieces and the endings it has; one with the same ones and strange characters between them is held by
 * the same patterns. A piece may hold `?` (as `ANY_ONE`) between plain characters: no piece then reaches across a run of
 * strange characters that is longer than the pieces are.
 */
interface Parts {
  /** `undefined` where no star stands: the text alone. */
  readonly text: string | undefined
  readonly first: string
  readonly middle: readonly string[]
  readonly last: string
}

/** More texts than this are not made: the walk may have fewer states. */
const MAX_TEXTS = 256

/** Undefined where the patterns have to be walked. `strange`: a character that stands in none of them. */
export function classesOfParts(
  observers: readonly Observer[],
  { required = [], budget }: WalkLimits,
  strange: (patterns: readonly TextPattern[]) => string,
): readonly TextClass[] | undefined {
  const parts: Parts[][] = []
  const patterns: TextPattern[] = []
  for (const observer of observers) {
    const listed: Parts[] = []
    for (const pattern of observer) {
      const read = partsOf(pattern)
      if (read === undefined) return undefined
      listed.push(read)
      patterns.push(pattern)
    }
    parts.push(listed)
  }
  const texts = textsOf(parts, required, strange(patterns))
  if (texts === undefined) return undefined
  budget?.spend(texts.length * patterns.length)
  const found = new Map<string, TextClass>()
  for (const text of texts) {
    const holds: number[] = []
    for (let i = 0; i < parts.length; i++) if ((parts[i] as Parts[]).some((one) => holdsText(one, text))) holds.push(i)
    if (!required.every((i) => holds.includes(i))) continue
    const key = holds.join()
    if (!found.has(key)) found.set(key, { text, holds })
  }
  return [...found.values()]
}

/** Shorter texts first. */
function textsOf(
  parts: readonly (readonly Parts[])[],
  required: readonly number[],
  x: string,
): readonly string[] | undefined {
  const [firstOnes, lastOnes, between, whole]: [string[], string[], string[], string[]] = [[''], [''], [], []]
  for (const listed of parts)
    for (const { text, first, middle, last } of listed) {
      if (text !== undefined) whole.push(text)
      else {
        addOnce(firstOnes, first)
        addOnce(lastOnes, last)
        for (const piece of middle) addOnce(between, piece)
      }
    }
  const only = required.length === 1 ? parts[required[0] as number] : undefined
  const own = only?.length === 1 ? only[0] : undefined
  const firsts = firstOnes.filter((one) => own === undefined || one.startsWith(own.first)).sort(byLength)
  const lasts = lastOnes.filter((one) => own === undefined || one.endsWith(own.last)).sort(byLength)
  const must = own?.middle ?? []
  const middles = between.filter((one) => !must.includes(one)).sort(byLength)
  const gap = x.repeat(Math.max(1, ...[...must, ...middles].map(longestRun)))
  if (firsts.length * lasts.length * 2 ** middles.length > MAX_TEXTS) return undefined
  const texts: string[] = []
  for (let subset = 0; subset < 2 ** middles.length; subset++) {
    const pieces = [...must, ...middles.filter((_, i) => (subset & (1 << i)) !== 0)]
    const inner = pieces.map((piece) => `${piece.replaceAll(ANY_ONE, x)}${gap}`).join('')
    for (const first of firsts) for (const last of lasts) texts.push(`${first}${gap}${inner}${last}`)
  }
  texts.push(...whole)
  return texts
}

const byLength = (a: string, b: string): number => a.length - b.length

function addOnce(texts: string[], text: string): void {
  if (!texts.includes(text)) texts.push(text)
}

function holdsText({ text: own, first, middle, last }: Parts, text: string): boolean {
  if (own !== undefined) return own === text
  const end = text.length - last.length
  let at = first.length
  if (at > end || !text.startsWith(first) || !text.endsWith(last)) return false
  for (const piece of middle) {
    const found = placeOf(piece, text, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= end
}

/** `?` in a piece: a character that no text has by itself. */
const ANY_ONE = '\uffff'

/** Length of a run that is one longer than the most `?` in a row. */
function longestRun(piece: string): number {
  let [run, longest] = [0, 0]
  for (const letter of piece) {
    run = letter === ANY_ONE ? run + 1 : 0
    if (run > longest) longest = run
  }
  return longest + 1
}

/** The first place from `from` where the piece stands. */
function placeOf(piece: string, text: string, from: number): number {
  if (!piece.includes(ANY_ONE)) return text.indexOf(piece, from)
  for (let at = from; at + piece.length <= text.length; at++) if (fits(piece, text, at)) return at
  return -1
}

/** Whether two texts agree where they lie over each other, the first `at` places into the second. */
function fits(a: string, b: string, at: number): boolean {
  for (let i = Math.max(0, -at); i < a.length && i + at < b.length; i++) {
    const [one, two] = [a[i], b[i + at]]
    if (one !== two && one !== ANY_ONE && two !== ANY_ONE) return false
  }
  return true
}

const known = new WeakMap<TextPattern, { readonly parts: Parts | undefined }>()

function partsOf(pattern: TextPattern): Parts | undefined {
  const made = known.get(pattern) ?? { parts: readParts(pattern) }
  known.set(pattern, made)
  return made.parts
}

function readParts({ steps, fold }: TextPattern): Parts | undefined {
  if (fold || steps.some((step) => (step < 0 && step !== RUN && step !== ONE) || step === ANY_ONE.charCodeAt(0)))
    return undefined
  const pieces: string[] = ['']
  for (const step of steps) {
    if (step === RUN) pieces.push('')
    else pieces.push(pieces.pop() + (step === ONE ? ANY_ONE : String.fromCharCode(step)))
  }
  const [first = '', ...middle] = pieces
  const last = middle.pop()
  if (first.includes(ANY_ONE) || last?.includes(ANY_ONE) === true) return undefined
  if (last === undefined) return { text: first, first: '', middle: [], last: '' }
  const inner = middle.filter((piece) => piece !== '')
  if (inner.length > 1 || inner.some((piece) => piece.startsWith(ANY_ONE) || piece.endsWith(ANY_ONE))) return undefined
  return canOverlap([first, ...inner, last]) ? undefined : { text: undefined, first, middle: inner, last }
}

/** Whether a text can have the parts of one pattern and yet not be held, for they stand in each other's place. */
function canOverlap(parts: readonly string[]): boolean {
  for (const [i, a] of parts.entries())
    for (const b of parts.slice(i + 1)) {
      if (a === '' || b === '') continue
      for (let at = 1 - a.length; at < b.length; at++) if (fits(a, b, at)) return true
    }
  return false
}

import type { Denial } from './denial.ts'
import type { ReadingWatch } from './reading-watch.ts'
import { shiftSpan } from './shift-span.ts'
import { readText } from './read-text.ts'

/** A text up to this long is read at once: cleaning it takes some twenty times its size. */
const PIECE = 2_000_000
/** More than a window and its wrapper on either side (read-text.ts). */
const OVERLAP = 16_384
/** A line longer than this is cut where it stands. */
const LONGEST_LINE = 65_536

/**
 * As `readText`, piece by piece, so that memory stays bounded up to 100 MB and beyond. Each piece sees beyond both its
 * ends, further than any message reaches; a denial belongs to the piece in which it begins. `other` counts where the
 * whole text has nothing else. `watch` is told how far it is read.
 */
export function readLongText(text: string, piece = PIECE, watch?: ReadingWatch): Denial[] {
  if (text.length <= piece + OVERLAP) {
    const told = new ToldSentences(0, text.length, watch)
    const found = readText(text, told.of(0))
    told.end(found)
    return found
  }
  const found: Denial[] = []
  let other: Denial | undefined
  for (let from = 0; from < text.length; ) {
    const to = boundary(text, from + piece)
    const start = boundary(text, Math.max(0, from - OVERLAP))
    const base = from === 0 ? 0 : Math.min(start, from)
    const told = new ToldSentences(from, to, watch)
    const before = found.length
    for (const denial of readText(text.slice(base, Math.min(text.length, to + OVERLAP)), told.of(base))) {
      const placed = shiftSpan(denial, base)
      const at = placed.evidence.span?.[0] ?? base
      if (denial.kind === 'other') other = other === undefined || isNothing(other) ? placed : other
      else if (at >= from && at < to) found.push(placed)
    }
    told.end(found.slice(before))
    from = to
  }
  if (found.length > 0 || other === undefined) return found
  return [isNothing(other) ? { ...other, evidence: { ...other.evidence, span: [0, text.length] } } : other]
}

/** Tells of a piece of a text while its sentences are read, and at its end of all that is no sentence. */
class ToldSentences {
  readonly #from: number
  readonly #to: number
  readonly #watch: ReadingWatch | undefined
  readonly #told = new Set<number>()
  #at: number

  constructor(from: number, to: number, watch: ReadingWatch | undefined) {
    this.#from = from
    this.#to = to
    this.#watch = watch
    this.#at = from
  }

  /** Told of the sentences of a text that stands at an offset; undefined where nobody hears it. */
  of(base: number): ((denial: Denial) => void) | undefined {
    if (this.#watch === undefined) return undefined
    return (denial) => {
      const placed = shiftSpan(denial, base)
      const [start, end] = placed.evidence.span ?? [base, base]
      if (start < this.#from || start >= this.#to) return
      this.#told.add(start)
      this.#tell(Math.min(end, this.#to), [placed])
    }
  }

  end(found: readonly Denial[]): void {
    const others = found.filter(({ evidence: { span } }) => span === null || !this.#told.has(span[0]))
    this.#tell(this.#to, others)
  }

  #tell(to: number, found: readonly Denial[]): void {
    const at = Math.max(this.#at, to)
    this.#watch?.(at - this.#at, found)
    this.#at = at
  }
}

export const isNothing = ({ kind, notes }: Denial): boolean => kind === 'other' && notes.length === 0

/** The start of the line after `at`. */
function boundary(text: string, at: number): number {
  if (at <= 0) return 0
  if (at >= text.length) return text.length
  const newline = text.indexOf('\n', at)
  return newline < 0 || newline - at > LONGEST_LINE ? Math.min(text.length, at) : newline + 1
}

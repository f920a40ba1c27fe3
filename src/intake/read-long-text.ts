import type { Denial } from './denial.ts'
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
 * whole text has nothing else.
 */
export function readLongText(text: string, piece = PIECE): Denial[] {
  if (text.length <= piece + OVERLAP) return readText(text)
  const found: Denial[] = []
  let other: Denial | undefined
  for (let from = 0; from < text.length; ) {
    const to = boundary(text, from + piece)
    const start = boundary(text, Math.max(0, from - OVERLAP))
    const base = from === 0 ? 0 : Math.min(start, from)
    for (const denial of readText(text.slice(base, Math.min(text.length, to + OVERLAP)))) {
      const placed = shiftSpan(denial, base)
      const at = placed.evidence.span?.[0] ?? base
      if (denial.kind === 'other') other = other === undefined || isNothing(other) ? placed : other
      else if (at >= from && at < to) found.push(placed)
    }
    from = to
  }
  if (found.length > 0 || other === undefined) return found
  return [isNothing(other) ? { ...other, evidence: { ...other.evidence, span: [0, text.length] } } : other]
}

export const isNothing = ({ kind, notes }: Denial): boolean => kind === 'other' && notes.length === 0

/** The start of the line after `at`. */
function boundary(text: string, at: number): number {
  if (at <= 0) return 0
  if (at >= text.length) return text.length
  const newline = text.indexOf('\n', at)
  return newline < 0 || newline - at > LONGEST_LINE ? Math.min(text.length, at) : newline + 1
}

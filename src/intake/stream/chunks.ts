import type { Denial } from '../denial.ts'
import { LONGEST_OBJECT } from '../embedded-records.ts'
import { blanked, embeddedParts, inOrder } from '../mixed-text.ts'
import { shiftSpan } from '../shift-span.ts'
import type { ParseResult } from '../parse-result.ts'
import { isNothing } from '../read-long-text.ts'
import { readText } from '../read-text.ts'

/** A text is read so many characters at a time: cleaning it takes some twenty times its size. */
const PIECE = 2_000_000
/** More than a window and its wrapper on either side (read-text.ts). */
const OVERLAP = 16_384
/** A line longer than this is cut where it stands. */
const LONGEST_LINE = 65_536

export interface ChunkSizes {
  readonly piece?: number
  /** How far a record may reach beyond its piece. */
  readonly ahead?: number
}

/**
 * Text as it comes, piece by piece, with the records pasted into it. Each piece sees beyond both its ends, further than
 * any message or record reaches; what is found belongs to the piece in which it begins, so that nothing at a border is
 * lost or found twice. `other` findings are kept back: they count where the whole text has nothing else.
 */
export function chunksReader(
  put: (parsed: ParseResult) => void,
  { piece = PIECE, ahead = LONGEST_OBJECT }: ChunkSizes = {},
): { push: (text: string) => void; end: () => Denial | undefined } {
  let buffer = ''
  /** Offset of the buffer's first character, and of the next piece. */
  let base = 0
  let from = 0
  let read: { from: number; to: number }[] = []
  let other: Denial | undefined

  const boundary = (at: number): number => {
    const inside = at - base
    if (inside >= buffer.length) return base + buffer.length
    const newline = buffer.indexOf('\n', inside)
    return newline < 0 || newline - inside > LONGEST_LINE ? at : base + newline + 1
  }
  const textAt = (start: number, to: number): string => buffer.slice(start - base, Math.max(0, to - base))

  const readPiece = (to: number): void => {
    const start = Math.max(base, from - OVERLAP)
    const end = base + buffer.length
    const scan = Math.max(from, read.at(-1)?.to ?? 0)
    const parts = embeddedParts(textAt(scan, Math.min(end, to + ahead)), scan).filter((part) => part.from < to)
    read = [...read.filter((part) => part.to > start), ...parts]
    const text = blanked(textAt(start, Math.min(end, to + OVERLAP)), read, start)
    const own: Denial[] = []
    for (const denial of readText(text)) {
      const placed = shiftSpan(denial, start)
      const at = placed.evidence.span?.[0] ?? start
      if (denial.kind === 'other') other = other === undefined || isNothing(other) ? placed : other
      else if (at >= from && at < to) own.push(placed)
    }
    put({ denials: inOrder(parts, own), records: parts.flatMap(({ records }) => records) })
    from = to
    const cut = Math.max(0, from - OVERLAP - base)
    buffer = buffer.slice(cut)
    base += cut
  }

  return {
    push: (text) => {
      buffer += text
      while (base + buffer.length - from > piece + LONGEST_LINE + ahead) readPiece(boundary(from + piece))
    },
    end: () => {
      while (from < base + buffer.length) readPiece(boundary(from + piece))
      return other
    },
  }
}

import { blanksEnd } from './blanks.ts'
import type { Edit, MappedText } from './mapped-text.ts'
import { rewrite } from './mapped-text.ts'

/**
 * The lines of a box off its text (R-MSG-15a step 1). With a line at the left or right edge goes the one blank that parts it
 * from the text, so that what was broken at the edge can be put together again; the padding stays, for it tells the width.
 */
export function dropBoxes(source: MappedText): MappedText {
  const { text } = source
  const edits: Edit[] = []
  let start = 0
  // Whether nothing but blanks and edges stood in the line so far.
  let isOpen = true
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x0a) {
      start = i + 1
      isOpen = true
    } else if (code < 0x2500 || code > 0x257f) isOpen &&= code === 0x20 || code === 0x09
    else {
      const edit = borderEdit(text, i, isOpen, Math.max(start, edits.at(-1)?.to ?? 0))
      edits.push(edit)
      i = edit.to - 1
    }
  }
  return rewrite(source, edits)
}

/** Edit that takes out the border of a box at `i`, with its blanks; everything before `done` is dealt with. */
function borderEdit(text: string, i: number, isOpen: boolean, done: number): Edit {
  if (!VERTICAL.has(text.charCodeAt(i))) return { from: i, to: i + 1, insert: '' }
  const end = blanksEnd(text, i + 1)
  const isLast = end === text.length || text[end] === '\n'
  if (isOpen) return { from: done, to: isLast ? end : Math.min(end, i + 2), insert: '' }
  if (isLast) return { from: Math.max(done, text[i - 1] === ' ' ? i - 1 : i), to: end, insert: '' }
  return { from: i, to: i + 1, insert: '' }
}

/** `│`, `┃`, `║` and their broken forms. */
const VERTICAL = new Set([0x2502, 0x2503, 0x2506, 0x2507, 0x250a, 0x250b, 0x2551, 0x254e, 0x254f])

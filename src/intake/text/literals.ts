import type { Edit, MappedText } from './mapped-text.ts'
import { rewrite } from './mapped-text.ts'

/** Puts string literals together that a program splits (R-MSG-15a step 4). */
export const joinLiterals = (source: MappedText): MappedText => rewrite(source, literalEdits(source.text))

/** A literal that goes on in the next line or after an operator: `"…" +` newline `"…"`, `'…' 'f…'`, `"…" + "…"`. */
function literalEdits(text: string): Edit[] {
  const edits: Edit[] = []
  for (let i = nextSeam(text, 0); i >= 0; i = nextSeam(text, i + 1)) {
    const edit = seamEdit(text, i)
    const last = edits.at(-1)
    if (edit === undefined || (last !== undefined && edit.from < last.to)) continue
    edits.push(edit)
  }
  return edits
}

function nextSeam(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x0a || code === 0x2b) return i
  }
  return -1
}

/** How far a seam may reach: an indentation, not a page. */
const SEAM = 160

function seamEdit(text: string, i: number): Edit | undefined {
  const left = /(["'`])[ \t]{0,40}(?:[+.&\\]|\.\.)?[ \t]{0,40}$/.exec(text.slice(Math.max(0, i - 8), i))
  if (left === null) return undefined
  const right = /^[\s]{0,120}(?:[+.&][ \t]{0,20})?[fFbBrRuU]{0,2}(["'`])/.exec(text.slice(i + 1, i + SEAM))
  const quote = left[1]
  if (right === null || right[1] !== quote) return undefined
  const from = i - left[0].length
  const to = i + 1 + right[0].length
  // `"""` is a block literal or an empty string, not a seam.
  if (text[from - 1] === quote || text[to] === quote) return undefined
  return { from, to, insert: isWordLost(text, from, to) ? ' ' : '' }
}

/** A shell puts a blank between the texts that it is to print; no name of AWS's ends in a word of the sentence. */
const isWordLost = (text: string, from: number, to: number): boolean =>
  /[^\s:/]/.test(text[from - 1] ?? ' ') &&
  /^(?:(?:is|on|to|with|because|not) |operation: |User: )/.test(text.slice(to, to + 12))

import type { Edit, MappedText } from './mapped-text.ts'
import { rewrite } from './mapped-text.ts'
import { stampLength } from './letters-only.ts'

export interface Line {
  readonly start: number
  readonly end: number
}

export function linesOf(text: string): Line[] {
  const lines: Line[] = []
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    lines.push({ start, end })
    start = end + 1
  }
  return lines
}

// A sign such as `//`, `#`, `>`, `|` that opens a line of a comment, quotation, diff or table.
const LEADER = /^[ \t]{0,200}(?:\/\/[/!]?|#{1,6}>?|\*(?=[ \t]|$)|;{1,3}|>|\||[+-](?=[ \t]))[ \t]?/

/** A quotation of a comment of a table: deeper is not worth the passes. */
const LEADER_DEPTH = 3

/** The times of a log, and the signs that two or more lines in a row begin with (R-MSG-15a step 3). */
export function dropLeaders(source: MappedText): MappedText {
  let text = dropStamps(source)
  for (let depth = 0; depth < LEADER_DEPTH; depth++) {
    const edits = leaderEdits(text.text)
    if (edits.length === 0) break
    text = rewrite(text, edits)
  }
  return text
}

function dropStamps(source: MappedText): MappedText {
  const edits = linesOf(source.text).flatMap(({ start }) => {
    const length = stampLength(source.text, start)
    return length === 0 ? [] : [{ from: start, to: start + length, insert: '' }]
  })
  return rewrite(source, edits)
}

function leaderEdits(text: string): Edit[] {
  const edits: Edit[] = []
  let run: Edit[] = []
  let leader = ''
  for (const line of linesOf(text)) {
    const match = LEADER.exec(text.slice(line.start, Math.min(line.end, line.start + 260)))?.[0] ?? ''
    const sign = match.trim()
    if (sign !== leader) {
      if (leader !== '' && run.length > 1) edits.push(...run)
      run = []
      leader = sign
    }
    if (sign !== '') run.push({ from: line.start, to: line.start + match.length, insert: '' })
  }
  if (run.length > 1) edits.push(...run)
  return edits
}

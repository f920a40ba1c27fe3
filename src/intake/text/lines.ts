import type { Edit, MappedText } from './mapped-text.ts'
import { rewrite } from './mapped-text.ts'
import { stampLength } from './squeeze.ts'

interface Line {
  readonly start: number
  readonly end: number
}

function linesOf(text: string): Line[] {
  const lines: Line[] = []
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    lines.push({ start, end })
    start = end + 1
  }
  return lines
}

/** Widths at which terminals break; one full line is enough evidence there. */
const TERMINALS = new Set([80, 100, 120, 132])
const NARROWEST = 60
const WIDEST = 400
/** A text wrapped at words has lines a little shorter than the longest; one broken at a column has none. */
const RAGGED = 12

/** Undoes a break at a fixed column, which cuts words and ARNs (R-MSG-15b): nothing stood where the line ends. */
export function joinColumns(source: MappedText): MappedText {
  const edits: Edit[] = []
  let paragraph: Line[] = []
  for (const line of [...linesOf(source.text), undefined]) {
    if (line !== undefined && !isBoundary(source.text, line)) {
      paragraph.push(line)
      continue
    }
    edits.push(...columnEdits(source.text, paragraph))
    paragraph = []
  }
  return rewrite(source, edits)
}

const isBoundary = (text: string, { start, end }: Line): boolean =>
  text.startsWith('```', start) || text.slice(start, Math.min(end, start + 20)).trim() === ''

function columnEdits(text: string, paragraph: readonly Line[]): Edit[] {
  let width = 0
  for (const { start, end } of paragraph) width = Math.max(width, end - start)
  if (width < NARROWEST || width > WIDEST) return []
  const full = paragraph.slice(0, -1).filter(({ start, end }) => end - start === width)
  const ragged = paragraph.slice(0, -1).filter(({ start, end }) => end - start < width && end - start >= width - RAGGED)
  if (full.length === 0 || ragged.length * 4 > full.length) return []
  if (full.length === 1 && !TERMINALS.has(width)) return []
  return full
    .filter(({ end }) => !STARTS_ANEW.test(text.slice(end + 1, end + 40)))
    .map(({ end }) => ({ from: end, to: end + 1, insert: '' }))
}

// A line that no terminal began: an indentation, a leader, a quote, a time, or a whole word of AWS's sentence.
const STARTS_ANEW =
  /^(?: {2}|\t|["']|\/\/|[#>|*;+-]{1,3} |\d{4}-\d\d-\d\d[T ]\d\d:|(?:is|on|to|with|because|allows|not|status code|Encoded|User:|curl:)(?: |$)|\()/

// A sign such as `//`, `#`, `>`, `|` that opens a line of a comment, quotation, diff or table.
const LEADER = /^[ \t]{0,200}(?:\/\/[/!]?|#{1,6}>?|\*(?=[ \t]|$)|;{1,3}|>|\||[+-](?=[ \t]))[ \t]{0,40}/

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

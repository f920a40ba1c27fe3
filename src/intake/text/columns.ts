import { blanksEnd } from './blanks.ts'
import { type Line, linesOf } from './lines.ts'
import { hasPrefix } from './log-prefix.ts'
import type { Edit, MappedText } from './mapped-text.ts'
import { rewrite } from './mapped-text.ts'

/** Widths at which terminals break; one full line is enough evidence there. */
const TERMINALS = new Set([80, 100, 120, 132])
/** A narrower text is broken at a column if several lines say so and none speaks against it. */
const NARROW = 60
const NARROWEST = 28
const WIDEST = 400
/** A text wrapped at words has lines a little shorter than the longest; one broken at a column has none. */
const RAGGED = 12

/** A line with its indentation and without the blanks at its end. */
interface Row extends Line {
  readonly indent: number
  readonly filled: number
}

/** Undoes a break at a fixed column, which cuts words and ARNs (R-MSG-15b): nothing stood where the line ends. */
export function joinColumns(source: MappedText): MappedText {
  const { text } = source
  const edits: Edit[] = []
  let paragraph: Row[] = []
  for (const line of [...linesOf(text), undefined]) {
    const row = line === undefined ? undefined : rowOf(text, line)
    const last = paragraph.at(-1)
    if (row === undefined || (last !== undefined && Math.abs(row.indent - last.indent) > 1)) {
      edits.push(...columnEdits(text, paragraph))
      paragraph = []
    }
    if (row !== undefined) paragraph.push(row)
  }
  return rewrite(source, edits)
}

/** Undefined: an empty line or a fence, at which a paragraph ends. */
function rowOf(text: string, { start, end }: Line): Row | undefined {
  const first = blanksEnd(text, start)
  if (first >= end || text.startsWith('```', first)) return undefined
  let filled = end
  while (isBlank(text[filled - 1])) filled--
  return { start, end, indent: first - start, filled }
}

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t'

function columnEdits(text: string, paragraph: readonly Row[]): Edit[] {
  const width = widthOf(paragraph)
  if (width < NARROWEST || width > WIDEST) return []
  const broken = paragraph.slice(0, -1)
  // A blank may be the last that fitted.
  const isFull = ({ start, end, filled }: Row): boolean => end - start >= width && filled - start >= width - 1
  const full = broken.filter(isFull)
  const ragged = broken.filter((row) => !isFull(row) && row.filled - row.start >= width - RAGGED)
  if (full.length === 0 || ragged.length * 4 > full.length) return []
  if (full.length === 1 && !TERMINALS.has(width)) return []
  if (width < NARROW && !isColumn(paragraph, full.length, width)) return []
  const indent = Math.min(...paragraph.map((row) => row.indent))
  return full
    .map(({ start, end }) => ({ from: start + width, to: end + 1 + indent, insert: '' }))
    .filter(({ to }) => !startsAnew(text.slice(to, to + 320).split('\n', 1)[0] ?? ''))
}

/** A box or a table fills every line with blanks, so that all are of one length. */
function widthOf(paragraph: readonly Row[]): number {
  const [first] = paragraph
  if (first === undefined) return 0
  const length = first.end - first.start
  const isPadded =
    paragraph.length > 1 &&
    paragraph.every(({ start, end }) => end - start === length) &&
    paragraph.some(({ end, filled }) => filled < end)
  return isPadded ? length : paragraph.reduce((most, { start, filled }) => Math.max(most, filled - start), 0)
}

/** Every line but a shorter last one ends at the column; a list of things of one length does not end so. */
function isColumn(paragraph: readonly Row[], full: number, width: number): boolean {
  const last = paragraph.at(-1)
  return full > 2 && full === paragraph.length - 1 && last !== undefined && last.filled - last.start < width
}

const startsAnew = (line: string): boolean => STARTS_ANEW.test(line.slice(0, 40)) || hasPrefix(line)

// A line that no terminal began: an indentation, a leader, a quote, a time, an object, a code, a program that reports something, or
// a complete word of AWS's sentence.
const STARTS_ANEW =
  /^(?: {2}|AccessDenied(?:Exception)?: |\t|[fFbBrRuU]{0,2}["']|\{"|\/\/|[#>|*;+-]{1,3} |\d{4}-\d\d-\d\d[T ]\d\d:|(?:denytrace|fatal|bash|sh|make): |(?:is|on|to|with|because|allows|not|status code|Encoded|User:|curl:)(?: |$)|An error occurred \(|\()/

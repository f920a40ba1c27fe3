import { emptyDenial } from './build-denial.ts'
import { recordsIn } from './cloudtrail/record.ts'
import type { Denial } from './denial.ts'
import { shiftSpan } from './shift-span.ts'
import { parseJson } from './parsed.ts'
import { denialsOf, type ParseResult } from './parse-result.ts'
import { readText } from './read-text.ts'
import type { ReadingWatch } from './reading-watch.ts'

/** After so many lines that are no JSON and not one record, the text is no JSON Lines. */
const MAX_UNREADABLE = 1000

export interface Line {
  readonly text: string
  readonly from: number
  readonly number: number
}

/** JSON Lines, if most lines open an object and one of them is a record. A line that is no JSON is reported and passed over. */
export function readLines(input: string, watch?: ReadingWatch): ParseResult | undefined {
  const lines = linesOf(input)
  if (!areObjects(lines) || !haveRecord(lines)) return undefined
  const denials: Denial[] = []
  const found: unknown[] = []
  for (const line of lines) {
    const read = readLine(line)
    denials.push(...read.denials)
    found.push(...read.records)
    watch?.(line.text.length + 1, read.denials)
  }
  return { denials, records: found }
}

/** Whether one of the lines is a record, before anything is read out of the others. */
function haveRecord(lines: readonly Line[]): boolean {
  let unreadable = 0
  for (const { text } of lines) {
    const parsed = parseJson(text)
    if (parsed.ok && recordsIn(parsed.value).length > 0) return true
    if (!parsed.ok && ++unreadable > MAX_UNREADABLE) return false
  }
  return false
}

/** Whether a text begins as JSON Lines with a record among the first of them. */
export function beginsAsLines(text: string): boolean {
  const lines = linesOf(text.slice(0, text.lastIndexOf('\n') + 1)).slice(0, MAX_UNREADABLE)
  return areObjects(lines) && haveRecord(lines)
}

const areObjects = (lines: readonly Line[]): boolean =>
  lines.length >= 2 && lines.filter(({ text }) => /^\s{0,200}\{/.test(text.slice(0, 201))).length * 2 >= lines.length

/** The content of a line: records, else the denials of its text. */
export function readLine(line: Line): ParseResult & { readonly isJson: boolean } {
  const parsed = parseJson(line.text)
  if (!parsed.ok) return { isJson: false, denials: [unreadable(line)], records: [] }
  const records = recordsIn(parsed.value)
  if (records.length > 0) return { isJson: true, denials: denialsOf(records), records }
  const said = readText(line.text).filter(({ kind }) => kind !== 'other')
  return { isJson: true, denials: said.map((denial) => shiftSpan(denial, line.from)), records }
}

function linesOf(input: string): Line[] {
  const lines: Line[] = []
  let from = 0
  let number = 1
  for (const text of input.split('\n')) {
    if (text.trim() !== '') lines.push({ text, from, number })
    from += text.length + 1
    number++
  }
  return lines
}

function unreadable({ text, from, number }: Line): Denial {
  const note = { code: 'unreadable-line' as const, text: `Line ${number} is no JSON and was passed over.` }
  return { ...emptyDenial('json-lines', [from, from + text.length]), notes: [note] }
}

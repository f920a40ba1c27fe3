import { recordsIn } from '../cloudtrail/record.ts'
import { recordsOfAnswer } from '../cloudtrail/table-records.ts'
import { shiftSpan } from '../shift-span.ts'
import { parseJson } from '../parsed.ts'
import { readPastedAnswer } from '../pasted-answer.ts'
import { denialsOf, type ParseResult } from '../parse-result.ts'
import { readText } from '../read-text.ts'
import type { ReadingWatch } from '../reading-watch.ts'
import { JsonUnits, type Unit } from './json-units.ts'

/** JSON documents one after the other and nothing else, if the first holds a record; the last may be cut. */
export function readDocuments(input: string, watch?: ReadingWatch): ParseResult | undefined {
  const splitter = new JsonUnits()
  const units = [...splitter.push(input), ...splitter.end()]
  const isText = units.slice(0, -1).some(({ kind }) => kind === 'text')
  const [first] = units
  if (first === undefined || isText || readUnit(first).records.length === 0) return undefined
  const read = units.map((unit) => {
    const found = readUnit(unit)
    watch?.(unit.text.length, found.denials)
    return found
  })
  return { denials: read.flatMap(({ denials }) => denials), records: read.flatMap(({ records }) => records) }
}

/** Whether a text begins with a JSON document that holds a record; a log that begins with a bracket does not. */
export function beginsAsDocuments(text: string): boolean {
  const splitter = new JsonUnits()
  const [first] = [...splitter.push(text), ...splitter.end()]
  return first !== undefined && readUnit(first).records.length > 0
}

/** Documents as they come; the lines between two of them are read as one text. */
export function documentsReader(
  put: (parsed: ParseResult) => void,
  longest?: number,
): { push: (text: string) => void; end: () => void } {
  const splitter = new JsonUnits(longest)
  let lines: Unit | undefined
  const flush = (): void => {
    if (lines !== undefined) put(readUnit(lines))
    lines = undefined
  }
  const take = (unit: Unit): void => {
    if (unit.kind === 'json' || (lines !== undefined && lines.text.length > LONGEST_TEXT)) flush()
    if (unit.kind === 'json') put(readUnit(unit))
    else lines = joined(lines, unit)
  }
  return {
    push: (text) => splitter.push(text).forEach(take),
    end: () => {
      splitter.end().forEach(take)
      flush()
    },
  }
}

/** More lines than this between two documents are read in parts. */
const LONGEST_TEXT = 65_536

/** Two runs of lines, with the blanks that stood between them. */
function joined(first: Unit | undefined, second: Unit): Unit {
  if (first === undefined) return second
  const gap = Math.max(0, second.from - first.from - first.text.length)
  return { ...first, text: `${first.text}${'\n'.repeat(gap)}${second.text}` }
}

/** The records of a unit, its decoded message, or what its text says. */
export function readUnit({ kind, text, from }: Unit): ParseResult {
  const parsed = kind === 'json' ? parseJson(text) : undefined
  if (parsed?.ok === true) {
    const found = recordsIn(parsed.value)
    const records = found.length > 0 ? found : recordsOfAnswer(parsed.value)
    if (records.length > 0) return { denials: denialsOf(records), records }
    const denials = readPastedAnswer(parsed.value, [from, from + text.length])
    if (denials !== undefined) return { denials, records: [] }
  }
  const said = readText(text).filter((denial) => denial.kind !== 'other')
  return { denials: said.map((denial) => shiftSpan(denial, from)), records: [] }
}

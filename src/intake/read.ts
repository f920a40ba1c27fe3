import { abridgedParts } from './abridged-records.ts'
import { recordsIn } from './cloudtrail/record.ts'
import { recordsOfAnswer, recordsOfCsv } from './cloudtrail/table-records.ts'
import type { Denial } from './denial.ts'
import { embeddedObjects } from './embedded-records.ts'
import { readLines } from './json-lines.ts'
import { logLineParts } from './log-lines.ts'
import { blanked, embeddedParts, type EmbeddedPart, inOrder, tellParts, watchAround } from './mixed-text.ts'
import { parseJson } from './parsed.ts'
import { ANSWER_NAMES, joinAnswers, readPastedAnswer } from './pasted-answer.ts'
import { printedParts } from './printed-literals.ts'
import { denialsOf, denialsOfAll, type ParseResult } from './parse-result.ts'
import { readLongText } from './read-long-text.ts'
import type { ReadingWatch } from './reading-watch.ts'
import { readDocuments } from './stream/documents.ts'
import { clean } from './text/clean.ts'
import { withoutLineNumbers } from './text/line-numbers.ts'
import { original } from './text/mapped-text.ts'
import { withoutCredentials } from './wrapper/secrets.ts'

export type { ParseResult as Reading } from './parse-result.ts'

/**
 * Every denial of an input of any form: CloudTrail records in JSON (alone, `Records`, a list, JSON Lines, an EventBridge
 * or LookupEvents envelope, documents one after the other) or in a table (CSV, answers of Athena and CloudTrail Lake),
 * decoded authorization messages, authorization details, and all else as text (docs/json.md, "Denial"). A record without an error gives none. No
 * field of a denial holds a credential. `watch` is told how far it is read.
 */
export function readDenials(input: string, watch?: ReadingWatch): ParseResult {
  const { denials, records } = readAny(input, watch)
  return { denials: denials.map((denial) => withoutCredentials(denial)), records }
}

function readAny(input: string, watch: ReadingWatch | undefined): ParseResult {
  const start = /^[\s\uFEFF]{0,200}([[{"])/.exec(input.slice(0, 201))
  if (start?.[1] === '"') return readQuoted(input, watch)
  if (start === null) return readTable(input, watch) ?? readMixed(input, watch)
  const whole = parseJson(input)
  if (!whole.ok) return readLines(input, watch) ?? readDocuments(input, watch) ?? readMixed(input, watch)
  const found = recordsIn(whole.value)
  const records = found.length > 0 ? found : recordsOfAnswer(whole.value)
  if (records.length > 0) return { denials: denialsOfAll(records, input.length, watch), records }
  const denials = readPastedAnswer(whole.value, [0, input.length]) ?? readLongText(input, undefined, watch)
  return { denials, records }
}

/** A JSON string with a record in it, as a log field is copied; a table whose first cell is quoted; else text. */
function readQuoted(input: string, watch: ReadingWatch | undefined): ParseResult {
  const whole = parseJson(input)
  const records = whole.ok ? recordsIn(whole.value) : []
  if (records.length > 0) return { denials: denialsOf(records), records }
  return readTable(input, watch) ?? readMixed(input, watch)
}

function readTable(input: string, watch: ReadingWatch | undefined): ParseResult | undefined {
  const records = recordsOfCsv(input)
  if (records === undefined || records.length === 0) return undefined
  return { denials: denialsOfAll(records, input.length, watch), records }
}

/** Text, with the records and decoded messages that were pasted into it read as such. */
function readMixed(input: string, watch: ReadingWatch | undefined): ParseResult {
  const lines = logLineParts(input, watch)
  const rest = blanked(input, lines)
  if (lines.length > 0 && rest.trim() === '') return { denials: joinAnswers(inOrder(lines, [])), records: [] }
  return readRest(rest, lines, watch)
}

function readRest(input: string, lines: readonly EmbeddedPart[], watch: ReadingWatch | undefined): ParseResult {
  const whole = [...lines, ...wholeParts(input, watch)].sort((a, b) => a.from - b.from)
  const abridged = abridgedParts(blanked(input, whole))
  tellParts(abridged, watch)
  const parts = [...whole, ...abridged].sort((a, b) => a.from - b.from)
  if (parts.length === 0) return { denials: readEscaped(input) ?? readLongText(input, undefined, watch), records: [] }
  // What a record says is read as a record: one of a call that succeeded says nothing to the text around it.
  const around = readLongText(blanked(input, parts), undefined, watchAround(parts, watch))
  const denials = joinAnswers(
    inOrder(
      parts,
      around.filter(({ kind }) => kind !== 'other'),
    ),
  )
  return {
    denials: denials.length > 0 ? denials : around,
    records: parts.flatMap(({ records }) => records),
  }
}

/** Records in JSON, and what a program printed of them as values of its own. */
function wholeParts(pasted: string, watch: ReadingWatch | undefined): EmbeddedPart[] {
  const input = withoutLineNumbers(pasted)
  const inJson = embeddedParts(input, 0, watch)
  const printed = printedParts(blanked(input, inJson))
  tellParts(printed, watch)
  return [...inJson, ...printed].sort((a, b) => a.from - b.from)
}

/** Longer answers are not escaped. */
const MAX_ESCAPED = 200_000

/** An answer of AWS whose quotes are HTML entities or escaped once more: the XML answer, a log field. */
function readEscaped(input: string): readonly Denial[] | undefined {
  if (input.length > MAX_ESCAPED || !ANSWER_NAMES.some((name) => input.includes(name))) return undefined
  const { text } = clean(original(input))
  for (const { from, to } of embeddedObjects(text)) {
    const parsed = parseJson(text.slice(from, to))
    const denials = parsed.ok ? readPastedAnswer(parsed.value, [0, input.length]) : undefined
    if (denials !== undefined) return denials
  }
  return undefined
}

import { emptyDenial } from './build-denial.ts'
import { readRecord } from './cloudtrail/read-record.ts'
import { recordsIn } from './cloudtrail/record.ts'
import { recordsOfAnswer, recordsOfCsv } from './cloudtrail/table-records.ts'
import { DECODED_NAMES, readDecodedMessage, withDecoded } from './decoded-message.ts'
import type { Denial } from './denial.ts'
import { embeddedObjects } from './embedded-records.ts'
import { readLongText } from './read-long-text.ts'
import { readText } from './read-text.ts'
import { clean } from './text/clean.ts'
import { original } from './text/mapped-text.ts'
import { withoutCredentials } from './wrapper/secrets.ts'

/**
 * Every denial of an input of any form: CloudTrail records in JSON (alone, `Records`, a list, JSON Lines, an EventBridge
 * or LookupEvents envelope) or in a table (CSV, answers of Athena and CloudTrail Lake), decoded authorization messages,
 * and all else as text (docs/json.md, "Denial"). A record without an error gives none. No field of a denial holds a credential.
 */
export function readDenials(input: string): Reading {
  const { denials, records } = readAny(input)
  return { denials: denials.map((denial) => withoutCredentials(denial)), records }
}

/** The denials of an input, and every CloudTrail record in it: successes are evidence too. */
export interface Reading {
  readonly denials: readonly Denial[]
  readonly records: readonly unknown[]
}

function readAny(input: string): Reading {
  const start = /^[\s\uFEFF]{0,200}([[{])/.exec(input.slice(0, 201))
  if (start === null) return readTable(input) ?? readMixed(input)
  const whole = parseJson(input)
  if (!whole.ok) return readLines(input) ?? readMixed(input)
  const found = recordsIn(whole.value)
  const records = found.length > 0 ? found : recordsOfAnswer(whole.value)
  if (records.length > 0) return { denials: denialsOf(records), records }
  const decoded = readDecodedMessage(whole.value, [0, input.length])
  return decoded === undefined ? { denials: readLongText(input), records } : { denials: [decoded], records }
}

const denialsOf = (records: readonly unknown[]): Denial[] => records.flatMap((record) => readRecord(record) ?? [])

function readTable(input: string): Reading | undefined {
  const records = recordsOfCsv(input)
  return records === undefined || records.length === 0 ? undefined : { denials: denialsOf(records), records }
}

/** Text, with the records and decoded messages that were pasted into it read as such. */
function readMixed(input: string): Reading {
  const placed: { from: number; to: number; denials: readonly Denial[] }[] = []
  const found: unknown[] = []
  for (const { from, to } of embeddedObjects(input)) {
    const parsed = parseJson(input.slice(from, to))
    const records = parsed.ok ? recordsIn(parsed.value) : []
    found.push(...records)
    const decoded = parsed.ok && records.length === 0 ? readDecodedMessage(parsed.value, [from, to]) : undefined
    if (decoded !== undefined) placed.push({ from, to, denials: [decoded] })
    else if (records.length > 0) placed.push({ from, to, denials: denialsOf(records) })
  }
  if (placed.length === 0) return { denials: readEscaped(input) ?? readLongText(input), records: [] }
  // Blanks keep every offset of the text around the records.
  let rest = ''
  let read = 0
  for (const { from, to } of placed) {
    rest += input.slice(read, from) + '\n'.repeat(to - from)
    read = to
  }
  const others = readLongText(rest + input.slice(read)).filter(({ kind }) => kind !== 'other')
  const all = [...placed, ...others.map((denial) => ({ from: denial.evidence.span?.[0] ?? 0, denials: [denial] }))]
  const denials = joinDecoded(all.sort((a, b) => a.from - b.from).flatMap((item) => item.denials))
  return { denials: denials.length > 0 ? denials : readLongText(input), records: found }
}

/** One refusal with an encoded message and one decoded message are the same request in two forms. */
function joinDecoded(denials: readonly Denial[]): readonly Denial[] {
  const [decoded, ...more] = denials.filter((denial) => denial.decoded !== undefined)
  const [refusal, ...others] = denials.filter((denial) => denial.encodedMessage !== null)
  if (decoded === undefined || refusal === undefined || more.length > 0 || others.length > 0) return denials
  const joined = withDecoded(refusal, decoded)
  if (joined === undefined) return denials
  return denials.flatMap((denial) => (denial === refusal ? [joined] : denial === decoded ? [] : [denial]))
}

/** Longer decoded messages do not exist. */
const MAX_ESCAPED = 200_000

/** A decoded message whose quotes are HTML entities or escaped once more: the XML answer, a log field. */
function readEscaped(input: string): readonly Denial[] | undefined {
  if (input.length > MAX_ESCAPED || !DECODED_NAMES.some((name) => input.includes(name))) return undefined
  const { text } = clean(original(input))
  for (const { from, to } of embeddedObjects(text)) {
    const parsed = parseJson(text.slice(from, to))
    const decoded = parsed.ok ? readDecodedMessage(parsed.value, [0, input.length]) : undefined
    if (decoded !== undefined) return [decoded]
  }
  return undefined
}

/** After so many lines that are no JSON and not one record, the text is no JSON Lines. */
const MAX_UNREADABLE = 1000

/** JSON Lines, if most lines open an object and one of them is a record. A line that is no JSON is reported and passed over. */
function readLines(input: string): Reading | undefined {
  const lines = linesOf(input)
  const objects = lines.filter(({ text }) => /^\s{0,200}\{/.test(text.slice(0, 201))).length
  if (lines.length < 2 || objects * 2 < lines.length) return undefined
  const denials: Denial[] = []
  const found: unknown[] = []
  let unreadable = 0
  for (const line of lines) {
    const parsed = parseJson(line.text)
    if (!parsed.ok && ++unreadable > MAX_UNREADABLE && found.length === 0) return undefined
    const records = parsed.ok ? recordsIn(parsed.value) : []
    found.push(...records)
    if (!parsed.ok) denials.push(unreadableLine(line))
    else if (records.length > 0) denials.push(...denialsOf(records))
    else
      denials.push(
        ...readText(line.text)
          .filter(({ kind }) => kind !== 'other')
          .map((found) => moved(found, line.from)),
      )
  }
  return found.length > 0 ? { denials, records: found } : undefined
}

interface Line {
  readonly text: string
  readonly from: number
  readonly number: number
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

function unreadableLine({ text, from, number }: Line): Denial {
  const note = { code: 'unreadable-line', text: `Line ${number} is no JSON and was passed over.` }
  return { ...emptyDenial('json-lines', [from, from + text.length]), notes: [note] }
}

function moved(denial: Denial, by: number): Denial {
  const span = denial.evidence.span
  if (span === null) return denial
  return { ...denial, evidence: { ...denial.evidence, span: [span[0] + by, span[1] + by] } }
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

function parseJson(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) }
  } catch {
    return { ok: false }
  }
}

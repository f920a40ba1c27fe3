import { emptyDenial } from './build-denial.ts'
import { readRecord } from './cloudtrail/read-record.ts'
import { recordsIn } from './cloudtrail/record.ts'
import type { Denial } from './denial.ts'
import { embeddedObjects } from './embedded-records.ts'
import { readText } from './read-text.ts'

/**
 * Every denial of an input of any form: CloudTrail records in JSON (alone, `Records`, a list, JSON Lines, an EventBridge
 * or LookupEvents envelope), and all else as text (contract.md §3). A record without an error gives none.
 */
export function readDenials(input: string): Reading {
  const start = /^[\s\uFEFF]{0,200}([[{])/.exec(input.slice(0, 201))
  if (start === null) return readMixed(input)
  const whole = parseJson(input)
  if (!whole.ok) return readLines(input) ?? readMixed(input)
  const records = recordsIn(whole.value)
  return records.length > 0 ? { denials: denialsOf(records), records } : { denials: readText(input), records }
}

/** The denials of an input, and every CloudTrail record in it: successes are evidence too. */
export interface Reading {
  readonly denials: readonly Denial[]
  readonly records: readonly unknown[]
}

const denialsOf = (records: readonly unknown[]): Denial[] => records.flatMap((record) => readRecord(record) ?? [])

/** Text, with the records that were pasted into it read as records. */
function readMixed(input: string): Reading {
  const placed: { from: number; to: number; denials: readonly Denial[] }[] = []
  const found: unknown[] = []
  for (const { from, to } of embeddedObjects(input)) {
    const parsed = parseJson(input.slice(from, to))
    const records = parsed.ok ? recordsIn(parsed.value) : []
    found.push(...records)
    if (records.length > 0) placed.push({ from, to, denials: denialsOf(records) })
  }
  if (placed.length === 0) return { denials: readText(input), records: [] }
  // Blanks keep every offset of the text around the records.
  let rest = ''
  let read = 0
  for (const { from, to } of placed) {
    rest += input.slice(read, from) + '\n'.repeat(to - from)
    read = to
  }
  const others = readText(rest + input.slice(read)).filter(({ kind }) => kind !== 'other')
  const all = [...placed, ...others.map((denial) => ({ from: denial.evidence.span?.[0] ?? 0, denials: [denial] }))]
  const denials = all.sort((a, b) => a.from - b.from).flatMap((item) => item.denials)
  return { denials: denials.length > 0 ? denials : readText(input), records: found }
}

/** JSON Lines, if most lines open an object and one of them is a record. A line that is no JSON is reported and passed over. */
function readLines(input: string): Reading | undefined {
  const lines = linesOf(input)
  const objects = lines.filter(({ text }) => /^\s{0,200}\{/.test(text)).length
  if (lines.length < 2 || objects * 2 < lines.length) return undefined
  const denials: Denial[] = []
  const found: unknown[] = []
  for (const line of lines) {
    const parsed = parseJson(line.text)
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
    return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, '')) }
  } catch {
    return { ok: false }
  }
}

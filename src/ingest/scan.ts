import { isEnvelope, recordsIn } from '#intake/cloudtrail/record.ts'
import type { JsonObject } from '#intake/cloudtrail/loose-record.ts'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'

/** What the bytes of one file hold. */
export interface Scanned {
  /** CloudTrail records in it, refused or not. */
  readonly count: number
  /** Those that may tell of a refusal; with `all` every one. */
  readonly records: readonly JsonObject[]
  readonly unreadable: readonly Unreadable[]
  /** Of a text without records: what it says was refused. */
  readonly said?: readonly Denial[]
}

/** A piece that is no record: its bytes are not kept. */
export interface Unreadable {
  readonly text: string
  readonly position: number
  readonly reason: string
}

export interface ScanOptions {
  /** Every record is parsed, for successes are wanted too. */
  readonly all?: boolean
}

const HEAD = Buffer.from('{"Records":[')
const START = Buffer.from('{"eventVersion":')
/**
 * A record without any of these tells of no refusal (`kindOf` in src/intake/cloudtrail): `errorCode` and `errorMessage`, found
 * by what both have, and the sentence that some services put into their answer. Short needles are found fastest.
 */
const SIGNS = ['rror', 'ot authorized to perform'].map((text) => Buffer.from(text))

/**
 * Finds the records of CloudTrail's own files without parsing those that succeeded; anything else is parsed whole. A
 * record's beginning that is not as CloudTrail writes it, or a slice that is no JSON, sends the file the long way.
 */
export function scanBytes(bytes: Buffer, options: ScanOptions = {}): Scanned {
  const fast = options.all === true || !startsWith(bytes, HEAD) ? undefined : scanFast(bytes)
  return fast ?? scanText(bytes.toString('utf8'))
}

const startsWith = (bytes: Buffer, head: Buffer): boolean => bytes.subarray(0, head.length).equals(head)

function scanFast(bytes: Buffer): Scanned | undefined {
  const records: JsonObject[] = []
  const next = SIGNS.map((_, i) => positionOf(bytes, i, 0))
  let count = 0
  let start = bytes.indexOf(START)
  if (start !== HEAD.length) return undefined
  while (start >= 0) {
    const following = bytes.indexOf(START, start + START.length)
    const end = following < 0 ? bytes.length : following
    if (following >= 0 && !endsRecord(bytes, following)) return undefined
    count += 1
    if (next.some((position) => position < end)) {
      const record = parsed(sliceOf(bytes, start, end))
      if (record === undefined) return undefined
      records.push(record)
      for (const i of SIGNS.keys()) if ((next[i] ?? 0) < end) next[i] = positionOf(bytes, i, end)
    }
    start = following
  }
  return { count, records, unreadable: [] }
}

function positionOf(bytes: Buffer, sign: number, from: number): number {
  const needle = SIGNS[sign] ?? HEAD
  for (let at = bytes.indexOf(needle, from); at >= 0; at = bytes.indexOf(needle, at + needle.length))
    if (sign !== 0 || isErrorField(bytes, at)) return at
  return Number.POSITIVE_INFINITY
}

const QUOTE = 0x22
const SMALL_E = 0x65
const CAPITAL_C = 0x43
const CAPITAL_M = 0x4d

/** `"errorC…` or `"errorM…` around the four letters; more is looked at when the record is parsed. */
const isErrorField = (bytes: Buffer, at: number): boolean =>
  bytes[at - 1] === SMALL_E && bytes[at - 2] === QUOTE && (bytes[at + 4] === CAPITAL_C || bytes[at + 4] === CAPITAL_M)

const COMMA = 0x2c
const CLOSING = 0x7d

/** Between two records stand a brace and a comma; before a nested object stands something else. */
const endsRecord = (bytes: Buffer, at: number): boolean => bytes[at - 1] === COMMA && bytes[at - 2] === CLOSING

/** The record's text; the last one is followed by the end of the list and of the file. */
function sliceOf(bytes: Buffer, start: number, end: number): string {
  if (bytes[end - 1] === COMMA) return bytes.toString('utf8', start, end - 1)
  return bytes.toString('utf8', start, end).replace(/\]\s{0,100}\}\s{0,100}$/, '')
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}

/** Any form that `diagnose` reads; a file of records with a broken one gives the others. */
function scanText(text: string): Scanned {
  const value = jsonOf(text)
  if (value !== undefined) {
    const records = recordsIn(value)
    if (records.length > 0) return { count: records.length, records, unreadable: strangers(value) }
    if (hasNoRecords(value)) return { count: 0, records, unreadable: strangers(value) }
  } else if (/^\s{0,100}\{\s{0,100}"Records"/.test(text.slice(0, 300))) return salvage(text)
  const { records, denials } = readDenials(text)
  const said = records.length > 0 ? [] : denials.filter(({ kind }) => kind === 'aws-access-denied')
  return { count: records.length, records: records as readonly JsonObject[], unreadable: [], said }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `{"Records": []}`: a file that says that nothing happened. */
const hasNoRecords = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).some(isEnvelope)

/** Entries of a list of records that are none. */
function strangers(value: unknown): readonly Unreadable[] {
  const list = typeof value === 'object' && value !== null && 'Records' in value ? value.Records : undefined
  if (!Array.isArray(list)) return []
  return list.flatMap((entry, position) =>
    recordsIn(entry).length > 0 ? [] : [{ text: JSON.stringify(entry) ?? '', position, reason: 'it is no record' }],
  )
}

/** Records of a file that is no JSON as a whole, one by one. */
function salvage(text: string): Scanned {
  const records: JsonObject[] = []
  const unreadable: Unreadable[] = []
  let position = 0
  for (let start = text.indexOf(MARK); start >= 0; position += 1) {
    const next = text.indexOf(MARK, start + MARK.length)
    const piece = text.slice(start, next < 0 ? undefined : next).replace(/(?:,|\]\s{0,100}\})\s{0,100}$/, '')
    const record = parsed(piece)
    if (record === undefined) unreadable.push({ text: piece, position, reason: 'it is no JSON' })
    else records.push(record)
    start = next
  }
  return { count: records.length, records, unreadable }
}

const MARK = '{"eventVersion":'

import { isEnvelope, recordsIn } from '#intake/cloudtrail/record.ts'
import type { JsonObject } from '#intake/cloudtrail/loose-record.ts'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'
import { findRecords, type FoundRecords, textsOf } from './find-records.ts'

/** Records found in the bytes of a file. */
export interface Scanned {
  /** CloudTrail records in it, refused or not. */
  readonly count: number
  /** Records that may tell of a refusal; with `all` every one. */
  readonly records: readonly JsonObject[]
  /** Which record of the file each of them is, from 0; left out: they are all that there are. */
  readonly positions?: readonly number[]
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

/**
 * Finds the records of CloudTrail's own files without parsing those that succeeded; anything else is parsed whole. A
 * file with a suspect that is no JSON goes the long way too.
 */
export function scanBytes(bytes: Buffer, options: ScanOptions = {}): Scanned {
  const found = options.all === true ? undefined : findRecords(bytes)
  const quick = found === undefined ? undefined : scannedOf(found)
  return quick ?? scanText(bytes.toString('utf8'))
}

/** Undefined: one of the suspects is no JSON object. */
export function scannedOf(found: FoundRecords): Scanned | undefined {
  const records: JsonObject[] = []
  for (const text of textsOf(found)) {
    const record = parsed(text)
    if (record === undefined) return undefined
    records.push(record)
  }
  return { count: found.count, records, positions: found.suspects.map(({ position }) => position), unreadable: [] }
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

/**
 * To be hashed. What was read may lie deeper than can be written, for JSON.parse takes any depth and JSON.stringify does not: no
 * event is such, and one that somebody made is not to take the others with it.
 */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch (error) {
    if (error instanceof RangeError) return ''
    throw error
  }
}

/** Entries of a list of records that are none. */
function strangers(value: unknown): readonly Unreadable[] {
  const list = typeof value === 'object' && value !== null && 'Records' in value ? value.Records : undefined
  if (!Array.isArray(list)) return []
  return list.flatMap((entry, position) =>
    recordsIn(entry).length > 0 ? [] : [{ text: jsonText(entry), position, reason: 'it is no record' }],
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

import { field, isObject, type JsonObject, listOf, parsedJson, textField, textOf } from './loose-record.ts'
import { recordsIn } from './record.ts'

/**
 * Records that lie in a table: CSV and tab-separated exports of Athena, CloudTrail Lake, the console's event history and
 * log viewers. Undefined: the text's first line is no heading of a CloudTrail table. One pass over the text.
 * https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html
 */
export function recordsOfCsv(text: string): readonly JsonObject[] | undefined {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  const newline = body.indexOf('\n')
  const first = body.slice(0, Math.min(newline < 0 ? body.length : newline, MAX_HEADING))
  const separator = [',', '\t', ';'].find((one) => isHeading(first.split(one).map(bare)))
  if (separator === undefined) return undefined
  const rows = csvRows(body, separator)
  const { value: heading = [] } = rows.next()
  const records: JsonObject[] = []
  for (const row of rows) records.push(...recordsIn(recordOfRow(heading, row)))
  return records
}

/** Records in the JSON answers of `athena get-query-results` and `cloudtrail get-query-results`. */
export function recordsOfAnswer(value: unknown): readonly JsonObject[] {
  const lake = listOf(field(value, 'QueryResultRows')).map((row) => {
    const cells = Array.isArray(row) ? row.flatMap((cell) => (isObject(cell) ? Object.entries(cell) : [])) : []
    return recordOfRow(
      cells.map(([name]) => name),
      cells.map(([, one]) => textOf(one) ?? ''),
    )
  })
  const [heading, ...rows] = listOf(field(value, 'ResultSet', 'Rows')).map((row) =>
    listOf(field(row, 'Data')).map((cell) => textField(cell, 'VarCharValue') ?? ''),
  )
  const athena =
    heading !== undefined && isHeading(heading.map(bare)) ? rows.map((row) => recordOfRow(heading, row)) : []
  return [...lake, ...athena].flatMap((record) => recordsIn(record))
}

/** The heading of every column CloudTrail has is a tenth of this. */
const MAX_HEADING = 8000

const bare = (name: string): string =>
  name
    .slice(0, LONGEST_NAME)
    .trim()
    .replace(/^["']{1,3}|["']{1,3}$/g, '')
const LONGEST_NAME = 120
const letters = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')

/** A table of records says which event and, besides, whose, whence or how it ended. */
function isHeading(names: readonly string[]): boolean {
  const known = new Set(names.map(letters))
  if (known.has('eventdata') || known.has('cloudtrailevent')) return names.length < 200
  return (
    known.has('eventname') &&
    ['eventsource', 'useridentity', 'useridentityarn', 'errorcode', 'errormessage'].some((name) => known.has(name))
  )
}

/** Columns that a query took out of `userIdentity` keep only their last name. */
const OF_IDENTITY = new Set(['arn', 'accountid', 'principalid', 'username', 'invokedby', 'accesskeyid'])

/** Columns of the console's download: the kind and the name of what the call was about, which stands in no parameter here. */
const RESOURCE_COLUMNS = { kind: 'resourcetype', name: 'resourcename' } as const

function resourceOf(kind: string | undefined, name: string | undefined): readonly JsonObject[] {
  if (name === undefined || /[\s,]/.test(name)) return []
  if (name.startsWith('arn:')) return [{ ARN: name, ...(kind === undefined ? {} : { type: kind }) }]
  return kind === 'AWS::S3::Bucket' ? [{ ARN: `arn:aws:s3:::${name}`, type: kind }] : []
}

/** Names of the console's download that are no field's. */
const RENAMED = new Map([['awsaccesskey', 'accesskeyid']])

function recordOfRow(heading: readonly string[], row: readonly string[]): JsonObject {
  const record: [string, unknown][] = []
  const identity: [string, unknown][] = []
  const about: { kind?: string; name?: string } = {}
  for (const [at, printed] of heading.entries()) {
    const text = row[at]?.trim() ?? ''
    if (text === '' || text === '-' || text.toLowerCase() === 'null') continue
    const name = bare(printed)
    const plain = RENAMED.get(letters(name)) ?? letters(name)
    if (plain === RESOURCE_COLUMNS.kind) about.kind = text
    if (plain === RESOURCE_COLUMNS.name) about.name = text
    const value = parsedJson(text) ?? text
    const inside = /^useridentity[._ ]{0,2}(.{1,80})$/i.exec(name)?.[1] ?? (OF_IDENTITY.has(plain) ? plain : undefined)
    if (inside === undefined) record.push([plain, value])
    else identity.push(nested(inside.split(/[._]/), value))
  }
  if (identity.length > 0 && !record.some(([name]) => name === 'useridentity'))
    record.push(['useridentity', merged(identity)])
  const resources = resourceOf(about.kind, about.name)
  if (resources.length > 0 && !record.some(([name]) => name === 'resources')) record.push(['resources', resources])
  return Object.fromEntries(record)
}

const nested = (path: readonly string[], value: unknown): [string, unknown] => {
  const [first = '', ...rest] = path
  return [first, rest.length === 0 || rest.length > 4 ? value : Object.fromEntries([nested(rest, value)])]
}

function merged(entries: readonly (readonly [string, unknown])[]): JsonObject {
  const result = new Map<string, unknown>()
  for (const [key, value] of entries) {
    const known = result.get(key)
    const both = isObject(known) && isObject(value)
    result.set(key, both ? merged([...Object.entries(known), ...Object.entries(value)]) : value)
  }
  return Object.fromEntries(result)
}

/** RFC 4180: a quoted cell may hold separators, line breaks and doubled quotes. */
function* csvRows(text: string, separator: string): Generator<readonly string[], undefined> {
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const cell = cellAt(text, at, separator)
    row.push(cell.value)
    at = cell.end
    if (text[at] === separator) {
      at++
      continue
    }
    at += text.startsWith('\r\n', at) ? 2 : 1
    if (row.length > 1 || row[0] !== '') yield row
    row = []
  }
  if (row.length > 0) yield row
  return undefined
}

function cellAt(text: string, from: number, separator: string): { readonly value: string; readonly end: number } {
  if (text[from] === '"') return quotedAt(text, from, separator)
  let end = from
  while (end < text.length && text[end] !== separator && text[end] !== '\n') end++
  const value = text.slice(from, end)
  return value.endsWith('\r') ? { value: value.slice(0, -1), end: end - 1 } : { value, end }
}

function quotedAt(text: string, from: number, separator: string): { readonly value: string; readonly end: number } {
  let end = from + 1
  for (; end < text.length; end++) {
    if (text[end] !== '"') continue
    if (text[end + 1] === '"') end++
    else break
  }
  const value = text.slice(from + 1, end).replaceAll('""', '"')
  let after = Math.min(end + 1, text.length)
  while (after < text.length && text[after] !== separator && text[after] !== '\n' && text[after] !== '\r') after++
  return { value, end: after }
}

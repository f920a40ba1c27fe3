/**
 * A row or map as Athena, Trino and CloudTrail Lake print it in CSV: `{type=AssumedRole, arn=arn:aws:…, invokedby=null}`,
 * `[{arn=…, accountid=…}]`. Nothing marks where a value ends but the next `, name=` or the bracket.
 * https://docs.aws.amazon.com/athena/latest/ug/rows-and-structs.html
 */
export function structOf(text: string): unknown {
  if (!/^\s{0,8}(?:\[\s{0,4})?(?:\{[\w.:/ -]{1,128}=|\{\}|\[\]|\[)/.test(text.slice(0, 160))) return undefined
  const reader = { text, at: text.length - text.trimStart().length }
  const value = readValue(reader, 0, false)
  return reader.text.slice(reader.at).trim() === '' && typeof value === 'object' ? value : undefined
}

interface Reader {
  readonly text: string
  at: number
}

const MAX_DEPTH = 16
const NEXT = /^,\s{1,2}[\w.:/ -]{1,128}=/

function readValue(reader: Reader, depth: number, inList: boolean): unknown {
  const open = reader.text[reader.at]
  if (depth < MAX_DEPTH && open === '{') return readObject(reader, depth)
  if (depth < MAX_DEPTH && open === '[') return readList(reader, depth)
  return readScalar(reader, inList)
}

function readObject(reader: Reader, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = []
  reader.at++
  while (reader.at < reader.text.length && reader.text[reader.at] !== '}') {
    const name = /^\s{0,4}([\w.:/ -]{1,128}?)=/.exec(reader.text.slice(reader.at, reader.at + 140))
    if (name === null) break
    reader.at += name[0].length
    const value = readValue(reader, depth + 1, false)
    if (value !== undefined) entries.push([name[1] ?? '', value])
    if (reader.text[reader.at] === ',') reader.at++
    else break
  }
  close(reader, '}')
  return Object.fromEntries(entries)
}

function readList(reader: Reader, depth: number): unknown[] {
  const values: unknown[] = []
  reader.at++
  while (reader.at < reader.text.length && reader.text[reader.at] !== ']') {
    while (reader.text[reader.at] === ' ') reader.at++
    const before = reader.at
    const value = readValue(reader, depth + 1, true)
    if (value !== undefined && value !== '') values.push(value)
    if (reader.text[reader.at] === ',') reader.at++
    else if (reader.at === before || reader.text[reader.at] !== ']') break
  }
  close(reader, ']')
  return values
}

function close(reader: Reader, bracket: string): void {
  if (reader.text[reader.at] === bracket) reader.at++
}

function readScalar(reader: Reader, inList: boolean): string | undefined {
  const { text } = reader
  const from = reader.at
  for (; reader.at < text.length; reader.at++) {
    const c = text[reader.at]
    if (c === (inList ? ']' : '}')) break
    if (c === ',' && (inList || NEXT.test(text.slice(reader.at, reader.at + 140)))) break
  }
  const value = text.slice(from, reader.at).trim()
  return value === 'null' || value === '' ? undefined : value
}

/**
 * Reads an object that was JSON before somebody shortened it for others to read: `...` in the place of members and values,
 * comments, commas too many or too few, and an end that is missing. A string ends at the end of its line at the latest, and
 * so does the object then: what stands behind it is no longer the object's.
 */
export interface LenientObject {
  readonly value: Readonly<Record<string, unknown>>
  /** Where the reading ended. */
  readonly end: number
}

/** Objects that are nested deeper are no records. */
const MAX_DEPTH = 40

/** In the place of a value that was left out. */
const NOTHING = Symbol('nothing')

interface Cursor {
  readonly text: string
  readonly limit: number
  at: number
  /** Whether reading stopped: what follows is no JSON, or the text is over. */
  stopped: boolean
}

/** The object whose brace stands at `from`; without a brace, the members that begin there. */
export function readLenient(text: string, from: number, limit: number): LenientObject {
  const isOpen = text[from] === '{'
  const cursor = { text, limit: Math.min(limit, text.length), at: isOpen ? from + 1 : from, stopped: false }
  const value = readMembers(cursor, 0, isOpen)
  return { value, end: cursor.at }
}

function readMembers(cursor: Cursor, depth: number, closes = true): Record<string, unknown> {
  const members: [string, unknown][] = []
  while (!cursor.stopped) {
    skip(cursor)
    const c = cursor.text[cursor.at]
    if (c === '}' && closes) {
      cursor.at++
      break
    }
    // Members from the middle of a record: the braces around them were opened before.
    if (c === '}' && depth === 0) {
      cursor.at++
      continue
    }
    const key = c === '"' ? readString(cursor) : undefined
    skip(cursor)
    if (key === undefined || cursor.text[cursor.at] !== ':') {
      cursor.stopped = true
      break
    }
    cursor.at++
    const value = readValue(cursor, depth + 1)
    if (value !== NOTHING) members.push([key, value])
  }
  return Object.fromEntries(members)
}

function readItems(cursor: Cursor, depth: number): unknown[] {
  const items: unknown[] = []
  while (!cursor.stopped) {
    skip(cursor)
    const c = cursor.text[cursor.at]
    if (c === ']') {
      cursor.at++
      break
    }
    if (c === '}' || c === undefined) {
      cursor.stopped = true
      break
    }
    const value = readValue(cursor, depth + 1)
    if (value !== NOTHING) items.push(value)
  }
  return items
}

function readValue(cursor: Cursor, depth: number): unknown {
  skip(cursor)
  const c = cursor.text[cursor.at]
  if (c === '"') return readString(cursor)
  if (c === '}' || c === ']') return NOTHING
  if ((c === '{' || c === '[') && depth < MAX_DEPTH) {
    cursor.at++
    return c === '{' ? readMembers(cursor, depth) : readItems(cursor, depth)
  }
  const word = cursor.at < cursor.limit ? wordAt(cursor) : ''
  const value = LITERALS.has(word) ? LITERALS.get(word) : /^-?\d[\d.eE+-]{0,30}$/.test(word) ? Number(word) : NOTHING
  if (value === NOTHING) cursor.stopped = true
  else cursor.at += word.length
  return value
}

const LITERALS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])

const wordAt = ({ text, at }: Cursor): string => /^[\w.+-]{0,40}/.exec(text.slice(at, at + 40))?.[0] ?? ''

/** A string, or what there is of one that was cut. */
function readString(cursor: Cursor): string {
  const { text, limit } = cursor
  const from = cursor.at + 1
  let end = from
  while (end < limit && text[end] !== '"' && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
  end = Math.min(end, limit)
  const isWhole = text[end] === '"' && end < limit
  cursor.at = isWhole ? end + 1 : end
  if (!isWhole) cursor.stopped = true
  return unquoted(text.slice(from, end))
}

function unquoted(inside: string): string {
  try {
    return String(JSON.parse(`"${inside}"`))
  } catch {
    // The cut went through an escape, or a blank that JSON wants escaped was not.
    return inside.replace(/\\u?[0-9a-f]{0,3}$/i, '').replaceAll('\\"', '"')
  }
}

/** Blanks, commas, comments and what says that something was left out. */
const SKIPPED = /^(?:[\s,]{1,400}|\.{2,8}|…|\/\/[^\n]{0,400}|#[^\n]{0,400}|\/\*[^*]{0,400}\*\/)/

function skip(cursor: Cursor): void {
  while (cursor.at < cursor.limit) {
    const length = SKIPPED.exec(cursor.text.slice(cursor.at, Math.min(cursor.limit, cursor.at + 410)))?.[0].length ?? 0
    if (length === 0) return
    cursor.at += length
  }
  cursor.stopped = true
}

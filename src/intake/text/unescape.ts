import type { Edit, MappedText } from './mapped-text.ts'
import { rewrite } from './mapped-text.ts'

/** JSON inside JSON inside a log field is common; more than four levels is not (R-MSG-15a step 2). */
const MAX_ROUNDS = 4

/** Colours and invisible characters off, string escapes and HTML entities resolved (R-MSG-15a steps 1 and 2): one pass per round. */
export function unescape(source: MappedText): MappedText {
  let text = source
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const edits = cleaningEdits(text.text)
    if (edits.length === 0) break
    text = rewrite(text, edits)
  }
  return text
}

/** ESC, `[`, CR, backslash, `&`. */
const SPECIAL = new Set([0x1b, 0x5b, 0x0d, 0x5c, 0x26])

function cleaningEdits(text: string): Edit[] {
  const edits: Edit[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x80 && !SPECIAL.has(code)) continue
    const edit = editAt(text, i, code)
    if (edit === undefined) continue
    edits.push(edit)
    i = edit.to - 1
  }
  return edits
}

function editAt(text: string, i: number, code: number): Edit | undefined {
  const replace = (length: number, insert: string): Edit => ({ from: i, to: i + length, insert })
  switch (code) {
    case 0x1b:
      return replace(escapeSequenceLength(text, i), '')
    case 0x5b: {
      const length = bareColourLength(text, i)
      return length === 0 ? undefined : replace(length, '')
    }
    case 0x0d:
      return text[i + 1] === '\n' ? replace(1, '') : replace(1, '\n')
    case 0x5c:
      return backslashEdit(text, i)
    case 0x26:
      return entityEdit(text, i)
    default:
      if (code < 0x80) return undefined
      if (isInvisible(code)) return replace(1, '')
      if (isSpace(code)) return replace(1, ' ')
      return code === 0x2028 || code === 0x2029 ? replace(1, '\n') : undefined
  }
}

/** Zero-width characters, the soft hyphen and the wrap arrow. */
const isInvisible = (code: number): boolean =>
  (code >= 0x200b && code <= 0x200f) || code === 0x2060 || code === 0xfeff || code === 0xad || code === 0x21b5

const isSpace = (code: number): boolean => code === 0xa0 || code === 0x2007 || code === 0x202f || code === 0x3000

function escapeSequenceLength(text: string, i: number): number {
  const next = text[i + 1]
  if (next === '[') {
    let end = i + 2
    while (end < i + 64 && isBetween(text.charCodeAt(end), 0x20, 0x3f)) end++
    return isBetween(text.charCodeAt(end), 0x40, 0x7e) ? end + 1 - i : 2
  }
  if (next === ']') return commandLength(text, i)
  return 1
}

/** An operating system command, such as a hyperlink: up to BEL or the next ESC. */
function commandLength(text: string, i: number): number {
  for (let end = i + 2; end < Math.min(text.length, i + 512); end++) {
    const code = text.charCodeAt(end)
    if (code === 0x07) return end + 1 - i
    if (code === 0x1b) return text[end + 1] === '\\' ? end + 2 - i : end - i
  }
  return 2
}

/** `[31m` whose escape character got lost on the way through a CI log. */
function bareColourLength(text: string, i: number): number {
  const match = /^\[\d{1,3}(?:;\d{1,3}){0,4}m/.exec(text.slice(i, i + 24))
  return match === null ? 0 : match[0].length
}

const isBetween = (code: number, low: number, high: number): boolean => code >= low && code <= high

const SIMPLE_ESCAPES = new Map([
  ['"', '"'],
  ["'", "'"],
  ['/', '/'],
  ['\\', '\\'],
  // Markdown's
  ['*', '*'],
  ['_', '_'],
  ['n', '\n'],
  ['r', ''],
  ['t', '\t'],
])

/** A shell's mark that its line goes on in the next. */
const CONTINUED = /^\\\r?\n[ \t]{0,40}/

function backslashEdit(text: string, i: number): Edit | undefined {
  const next = text[i + 1] ?? ''
  if (next === '\n' || next === '\r') {
    const continued = CONTINUED.exec(text.slice(i, i + 48))
    return continued === null ? undefined : { from: i, to: i + continued[0].length, insert: '\n' }
  }
  const simple = SIMPLE_ESCAPES.get(next)
  if (simple !== undefined) return { from: i, to: i + 2, insert: simple }
  const digits = next === 'u' ? 4 : next === 'x' ? 2 : 0
  const hex = text.slice(i + 2, i + 2 + digits)
  if (digits === 0 || hex.length !== digits || !/^[0-9a-f]{2,4}$/i.test(hex)) return undefined
  return { from: i, to: i + 2 + digits, insert: String.fromCharCode(Number.parseInt(hex, 16)) }
}

const ENTITIES = new Map([
  ['quot', '"'],
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['apos', "'"],
  ['nbsp', ' '],
])

function entityEdit(text: string, i: number): Edit | undefined {
  const match = /^&(?:([a-z]{2,4})|#(\d{1,5})|#[xX]([0-9a-fA-F]{1,4}));/.exec(text.slice(i, i + 10))
  if (match === null) return undefined
  const [whole, name, decimal, hex] = match
  const number = decimal !== undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex ?? '0', 16)
  const insert = name === undefined ? String.fromCharCode(number) : ENTITIES.get(name)
  return insert === undefined ? undefined : { from: i, to: i + whole.length, insert }
}

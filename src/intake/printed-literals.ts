import { recordsIn } from './cloudtrail/record.ts'
import { LONGEST_OBJECT } from './embedded-records.ts'
import type { EmbeddedPart } from './mixed-text.ts'
import { parseJson } from './parsed.ts'
import { denialsOf } from './parse-result.ts'

/** A record's event as Python and JavaScript print it. */
const EVENT_NAMES = ["'eventName': '", "'eventName': \"", "'eventName': u'", "eventName: '", 'eventName: "'] as const

/** The brace of an object whose first key is no JSON string. */
const FIRST_KEY = /^\{\s{0,40}(?:u?'|[A-Za-z_$][\w$]{0,60}:)/

/** Pasted texts are short; each object that does not end costs the length of the text. */
const LONGEST_TEXT = 2_000_000
const MAX_VAIN = 40

interface Converted {
  readonly json: string
  readonly to: number
}

/** The records in a text that a program printed as values of its own language: Python's `print(event)`, JavaScript's `console.log(event)`. */
export function printedParts(text: string): EmbeddedPart[] {
  if (text.length > LONGEST_TEXT || !EVENT_NAMES.some((name) => text.includes(name))) return []
  const parts: EmbeddedPart[] = []
  let vain = 0
  for (let from = text.indexOf('{'); from >= 0 && vain < MAX_VAIN; ) {
    const isPrinted = FIRST_KEY.test(text.slice(from, from + 110))
    const converted = isPrinted ? jsonAt(text, from) : undefined
    if (isPrinted && converted === undefined) vain++
    const parsed = converted === undefined ? undefined : parseJson(converted.json)
    const records = parsed?.ok === true ? recordsIn(parsed.value) : []
    if (converted !== undefined && records.length > 0)
      parts.push({ from, to: converted.to, denials: denialsOf(records), records })
    from = text.indexOf('{', converted?.to ?? from + 1)
  }
  return parts
}

const MAX_DEPTH = 64

const LITERALS: ReadonlyMap<string, string> = new Map([
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'null'],
  ['undefined', 'null'],
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
])

/** The object at `from` in JSON, or nothing where it does not end or has something else in it. */
function jsonAt(text: string, from: number): Converted | undefined {
  const json: string[] = []
  let depth = 0
  const limit = Math.min(text.length, from + LONGEST_OBJECT)
  for (let at = from; at < limit; ) {
    const c = text[at] ?? ''
    if (' \n\r\t'.includes(c)) {
      at++
      continue
    }
    if (c === '{' || c === '[') depth++
    else if (c === '}' || c === ']') depth--
    if (depth > MAX_DEPTH) return undefined
    const token = '{}[],:'.includes(c) ? { json: c, to: at + 1 } : (stringAt(text, at, limit) ?? wordAt(text, at))
    if (token === undefined) return undefined
    json.push(token.json)
    at = token.to
    if (depth === 0) return { json: json.join(''), to: at }
  }
  return undefined
}

/** A key without quotes, a number, or a value that has a name of its own. `undefined` is no member's value in JSON. */
function wordAt(text: string, at: number): Converted | undefined {
  const word = /^(?:-?\d[\d.eE+-]{0,40}|[A-Za-z_$][\w$]{0,80})/.exec(text.slice(at, at + 90))?.[0]
  if (word === undefined) return undefined
  const to = at + word.length
  const json = text[to] === ':' ? JSON.stringify(word) : /^[\d-]/.test(word) ? word : LITERALS.get(word)
  return json === undefined ? undefined : { json, to }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])
const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
])

/** A string in any quotes, which ends in its line; Python 2 has a `u` in front. */
function stringAt(text: string, from: number, limit: number): Converted | undefined {
  const start = text[from] === 'u' ? from + 1 : from
  const quote = text[start] ?? ''
  if (quote === '' || !'\'"`'.includes(quote)) return undefined
  const said: string[] = []
  for (let at = start + 1; at < limit && text[at] !== '\n'; at++) {
    const c = text[at] ?? ''
    if (c === quote) return { json: JSON.stringify(said.join('')), to: at + 1 }
    if (c !== '\\') {
      said.push(c)
      continue
    }
    const escaped = text[++at] ?? ''
    const digits = text.slice(at + 1, at + 1 + (LENGTHS.get(escaped) ?? 0))
    const isCode = /^[\da-fA-F]{2,4}$/.test(digits) && digits.length === LENGTHS.get(escaped)
    said.push(isCode ? String.fromCharCode(Number.parseInt(digits, 16)) : (ESCAPES.get(escaped) ?? escaped))
    if (isCode) at += digits.length
  }
  return undefined
}

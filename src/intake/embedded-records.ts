import { ANSWER_NAMES } from './pasted-answer.ts'

/** A JSON object inside other text: [from, to). */
export interface EmbeddedObject {
  readonly from: number
  readonly to: number
}

/** A record is at most 256 KB in CloudTrail; objects nested deeper than this are no records. */
export const LONGEST_OBJECT = 1_000_000
const MAX_DEPTH = 64

/**
 * The outermost JSON objects of a text that name an event or are an answer of AWS, as pasted between prose or log lines. Only their extent:
 * whether one is JSON and a record is for the caller to see. One pass over the text.
 */
export function embeddedObjects(text: string): EmbeddedObject[] {
  const found: EmbeddedObject[] = []
  const nextName = searchNames(text)
  for (let at = text.indexOf('{'); at >= 0; ) {
    // Far from every such name no object is worth a try.
    const name = nextName(at)
    if (name === undefined) break
    if (name - at > LONGEST_OBJECT) {
      at = text.indexOf('{', name - LONGEST_OBJECT)
      continue
    }
    const to = objectEnd(text, at)
    if (to !== undefined && isWanted(text.slice(at, to))) found.push({ from: at, to })
    // An object that does not close hides no record that closes: its inner objects are tried line by line.
    at = text.indexOf('{', to ?? nextLine(text, at))
  }
  return found
}

/** Keys that a wanted object has, in the spellings that exporters give them. */
const NAMES = ['eventName', 'eventname', 'EventName', 'EVENTNAME', ...ANSWER_NAMES].map((name) => `"${name}"`)

/** Finds the first of the names at or after a place; the places asked for must not go back. */
function searchNames(text: string): (from: number) => number | undefined {
  const next = NAMES.map((name) => text.indexOf(name))
  return (from) => {
    for (const [i, name] of NAMES.entries()) {
      const at = next[i] ?? -1
      if (at >= 0 && at < from) next[i] = text.indexOf(name, from)
    }
    const ahead = next.filter((at) => at >= 0)
    return ahead.length === 0 ? undefined : Math.min(...ahead)
  }
}

const isWanted = (object: string): boolean =>
  object.toLowerCase().includes('"eventname"') || ANSWER_NAMES.some((name) => object.includes(`"${name}"`))

const nextLine = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at)
  return newline < 0 ? text.length : newline + 1
}

function objectEnd(text: string, from: number): number | undefined {
  let depth = 0
  const limit = Math.min(text.length, from + LONGEST_OBJECT)
  for (let i = from; i < limit; i++) {
    const c = text[i]
    if (c === '"') {
      i = stringEnd(text, i, limit)
      if (i < 0) return undefined
    } else if (c === '{' && ++depth > MAX_DEPTH) return undefined
    else if (c === '}' && --depth === 0) return i + 1
  }
  return undefined
}

function stringEnd(text: string, from: number, limit: number): number {
  for (let i = from + 1; i < limit; i++) {
    const c = text[i]
    if (c === '\\') i++
    else if (c === '"') return i
    else if (c === '\n') return -1
  }
  return -1
}

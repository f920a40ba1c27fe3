import { DECODED_NAMES } from './decoded-message.ts'

/** A JSON object inside other text: [from, to). */
export interface EmbeddedObject {
  readonly from: number
  readonly to: number
}

/** A record is at most 256 KB in CloudTrail; objects nested deeper than this are no records. */
const MAX_OBJECT = 1_000_000
const MAX_DEPTH = 64

/**
 * The outermost JSON objects of a text that name an event or are a decoded message, as pasted between prose or log lines. Only their extent:
 * whether one is JSON and a record is for the caller to see. One pass over the text.
 */
export function embeddedObjects(text: string): EmbeddedObject[] {
  const found: EmbeddedObject[] = []
  for (let at = text.indexOf('{'); at >= 0; ) {
    const to = objectEnd(text, at)
    if (to !== undefined && isWanted(text.slice(at, to))) found.push({ from: at, to })
    // An object that does not close hides no record that closes: its inner objects are tried line by line.
    at = text.indexOf('{', to ?? nextLine(text, at))
  }
  return found
}

const isWanted = (object: string): boolean =>
  object.toLowerCase().includes('"eventname"') || DECODED_NAMES.some((name) => object.includes(`"${name}"`))

const nextLine = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at)
  return newline < 0 ? text.length : newline + 1
}

function objectEnd(text: string, from: number): number | undefined {
  let depth = 0
  const limit = Math.min(text.length, from + MAX_OBJECT)
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

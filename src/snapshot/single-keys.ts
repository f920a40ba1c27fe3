/**
 * Whether surely no key stands twice in an object of the text, `value` being what `JSON.parse` made of it; false: it may.
 * `JSON.parse` keeps one of two equal keys, so the value has fewer keys than the text. Native search finds the text's:
 * a colon behind a quotation mark. That counts some inside strings too, never one too few, which is the safe side.
 */
export function hasSingleKeys(text: string, value: unknown): boolean {
  const written = keysWritten(text)
  return written !== undefined && written === keysIn(value, 0)
}

const COLON = ':'
const QUOTE = 0x22
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

/** Undefined: white space before a colon hides whether a key ends there. */
function keysWritten(text: string): number | undefined {
  let count = 0
  for (let at = text.indexOf(COLON); at >= 0; at = text.indexOf(COLON, at + 1)) {
    const before = text.charCodeAt(at - 1)
    if (before === QUOTE) count++
    else if (isSpace(before)) return undefined
  }
  return count
}

/** Deeper than any output of AWS, and far from what recursion can take. */
const MAX_DEPTH = 100

function keysIn(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth > MAX_DEPTH) return Number.NaN
  let count = 0
  if (Array.isArray(value)) for (const item of value) count += keysIn(item, depth + 1)
  else
    for (const key in value) {
      // What JSON.parse makes has no inherited keys.
      count += 1 + keysIn((value as Readonly<Record<string, unknown>>)[key], depth + 1)
    }
  return count
}

import { structOf } from './struct-text.ts'

/**
 * Reading records whose keys may have lost their case and whose objects may have become JSON strings on the way through
 * a SIEM or data lake (R-CT-09). Own keys only, so that a hostile `__proto__` reaches nothing.
 */
export type JsonObject = Readonly<Record<string, unknown>>

/** The object itself, or the one that a JSON string holds; undefined for everything else. */
export function objectOf(value: unknown): JsonObject | undefined {
  const plain = typeof value === 'string' ? parsedJson(value) : value
  return isObject(plain) ? plain : undefined
}

/** A list as it is, a single value as a list of one, JSON strings of lists parsed; null and undefined as none. */
export function listOf(value: unknown): readonly unknown[] {
  const plain = typeof value === 'string' && value.trimStart().startsWith('[') ? (parsedJson(value) ?? value) : value
  if (Array.isArray(plain)) return plain
  return plain === null || plain === undefined ? [] : [plain]
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value under a path of keys: the exact spelling first, then any letter case. */
export function field(from: unknown, ...path: readonly string[]): unknown {
  let value: unknown = from
  for (const key of path) {
    const holder = objectOf(value)
    if (holder === undefined) return undefined
    value = valueUnder(holder, key)
  }
  return value
}

/** As `field`, where it is text; numbers and booleans are written out, empty text counts as missing. */
export function textField(from: unknown, ...path: readonly string[]): string | undefined {
  return textOf(field(from, ...path))
}

export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return isBlank(value) ? undefined : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return undefined
}

/** Most texts begin with a letter or a digit. */
const isBlank = (text: string): boolean =>
  !(text.charCodeAt(0) > 0x20 && text.charCodeAt(0) < 0x7f) && text.trim() === ''

function valueUnder(holder: JsonObject, key: string): unknown {
  const own = holder[key]
  // What every object has without being asked is a function.
  if (own !== undefined && typeof own !== 'function' && key !== '__proto__') return own
  if (Object.hasOwn(holder, key)) return own
  // Most fields that are asked for are not there: names that begin otherwise or are of another length are passed over.
  const first = key.charCodeAt(0) | 0x20
  for (const name in holder) {
    if (name.length !== key.length) continue
    const letter = name.charCodeAt(0)
    if (letter < 0x80 && (letter | 0x20) !== first) continue
    if (name.toLowerCase() === key.toLowerCase() && Object.hasOwn(holder, name)) return holder[name]
  }
  return undefined
}

/** Undefined where the text is no object or list in JSON or in a query engine's print; the first letter is tested first, most texts are none. */
export function parsedJson(text: string): unknown {
  const start = text.trimStart().charAt(0)
  if (start !== '{' && start !== '[') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return structOf(text)
  }
}

/** CloudTrail and its copies write these in place of what they removed (R-CT-19). */
const REDACTED = new Set(['hidden_due_to_security_reasons', '<sensitivedataremoved>', '***', '****', 'redacted'])

export const isRedacted = (value: unknown): boolean =>
  typeof value === 'string' && /^[\sh<*r]/i.test(value) && REDACTED.has(value.trim().toLowerCase())

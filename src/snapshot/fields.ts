import { memoizeText } from '#iam/memoize.ts'

/**
 * Reading parsed JSON of unknown shape. Only own properties count, so a name such as `__proto__` or `constructor` is
 * data like any other.
 */
export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The key under which a field stands: AWS's spelling, first letter in either case (docs/json.md). */
export function keyOf(object: JsonObject, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name
  const swapped = otherCase(name)
  return Object.hasOwn(object, swapped) ? swapped : undefined
}

const otherCase = memoizeText((name) => {
  const first = name.charAt(0)
  return (first === first.toLowerCase() ? first.toUpperCase() : first.toLowerCase()) + name.slice(1)
})

/** An own field of an object; undefined where the value is no object or has no such field. */
export function field(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined
  const key = keyOf(value, name)
  return key === undefined ? undefined : value[key]
}

export function textField(value: unknown, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' ? found : undefined
}

export function listField(value: unknown, name: string): readonly unknown[] | undefined {
  const found = field(value, name)
  return Array.isArray(found) ? found : undefined
}

/** The entries of a list that may be left out; what stands there and is no list is one entry that says nothing. */
export function entriesField(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name) ?? []
  return Array.isArray(found) ? found : [undefined]
}

/** `[{ Key, Value }]` as AWS prints tags; undefined where there is no list, or where an entry cannot be read. */
export function tagsField(value: unknown, name: string): Readonly<Record<string, string>> | undefined {
  const list = listField(value, name)
  const pairs: [string, string][] = []
  for (const item of list ?? []) {
    const key = textField(item, 'Key')
    if (key === undefined) return undefined
    pairs.push([key, textField(item, 'Value') ?? ''])
  }
  return list && Object.fromEntries(pairs)
}

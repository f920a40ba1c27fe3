/** Deeper than any element of a policy document. */
const DEEP = 10

/** Whether two values are written the same, the order of keys aside. Of what lies deeper than a policy goes, nothing is said. */
export function sameJson(a: unknown, b: unknown, depth = 0): boolean {
  if (a === b) return true
  if (depth > DEEP || typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b, depth + 1)
  if (Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  for (const key of keys) if (!Object.hasOwn(right, key) || !sameJson(left[key], right[key], depth + 1)) return false
  return true
}

function sameItems(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !sameJson(a[i], b[i], depth)) return false
  return true
}

/** A text that two values share only if they are written the same; undefined: deeper than a policy goes. */
export function jsonText(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  if (depth > DEEP) return undefined
  const isList = Array.isArray(value)
  const keys = isList ? [...value.keys()] : Object.keys(value).toSorted()
  const parts: string[] = []
  for (const key of keys) {
    const part = jsonText((value as Readonly<Record<string | number, unknown>>)[key], depth + 1)
    if (part === undefined) return undefined
    parts.push(isList ? part : `${JSON.stringify(key)}:${part}`)
  }
  return isList ? `[${parts.join()}]` : `{${parts.join()}}`
}

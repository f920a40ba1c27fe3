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
  const [one, two] = [a as Record<string, unknown>, b as Record<string, unknown>]
  for (const key of keys) if (!Object.hasOwn(two, key) || !sameJson(one[key], two[key], depth + 1)) return false
  return true
}

function sameItems(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !sameJson(a[i], b[i], depth)) return false
  return true
}

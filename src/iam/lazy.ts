/**
 * A value made when it is first asked for, and kept. A policy is read as it stands; most statements of a large policy never
 * meet a request on whose action they bear, and are never compiled.
 */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

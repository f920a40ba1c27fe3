/**
 * Remembers what was read of the last few thousand texts: the same actions, keys and ARNs come back with every request.
 * Emptied when full, so that a flood of new texts costs time and never memory.
 */
export function remember<K, V extends {}>(read: (key: K) => V, limit = 4096): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const value = read(key)
    if (known.size >= limit) known.clear()
    known.set(key, value)
    return value
  }
}

/** Remembers the last text alone: one value of a request meets many values of policies in a row. */
export function rememberLast<V>(read: (text: string) => V): (text: string) => V {
  let last: { readonly text: string; readonly value: V } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) }
    return last.value
  }
}

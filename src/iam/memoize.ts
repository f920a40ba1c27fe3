const MANY = 4096
const LONG = 256

/**
 * Remembers what was read of the last few thousand texts: the same actions, keys and ARNs come back with every request.
 * Emptied when full and blind to long texts, so that a flood of new ones costs time and never memory.
 */
export const memoizeText = <V extends {}>(read: (text: string) => V): ((text: string) => V) =>
  memoize(read, (text) => text.length <= LONG)

/** A function that remembers its answers by key, for keys that are worth keeping; emptied when full. */
export function memoize<K, V extends {}>(read: (key: K) => V, isWorthIt: (key: K) => boolean): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const value = read(key)
    if (!isWorthIt(key)) return value
    if (known.size >= MANY) known.clear()
    known.set(key, value)
    return value
  }
}

/** Keys and actions are compared without case, the same few over and over. */
export const lowerCase = memoizeText((text) => text.toLowerCase())

/** Remembers the last text alone: one value of a request meets many values of policies in a row. */
export function memoizeLast<V>(read: (text: string) => V): (text: string) => V {
  let last: { readonly text: string; readonly value: V } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) }
    return last.value
  }
}

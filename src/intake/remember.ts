/** More would be memory for nothing: what comes again comes soon. */
const MOST = 500

/**
 * A function that gives the same answer for the same text, from memory where it was asked lately: a record names its caller,
 * its time and its address in several places, and the next record often names the same. Answers are not to be changed.
 */
export function remembered<T>(read: (text: string) => T): (text: string) => T {
  let known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined || known.has(text)) return before as T
    const answer = read(text)
    if (known.size >= MOST) known = new Map()
    known.set(text, answer)
    return answer
  }
}

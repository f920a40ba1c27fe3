/** More would be memory for nothing: what comes again comes soon. */
const MOST = 500

/** Names and messages are shorter; what somebody made long is not kept. */
const LONGEST = 2000

/**
 * A function that gives the same answer for the same text, from memory where it was asked lately: a record names its caller,
 * its time and its address in several places, and the next record often names the same. Answers are not to be changed.
 */
export function memoizeRecent<T>(read: (text: string) => T, most = MOST): (text: string) => T {
  let known = new Map<string, T>()
  let last: string | undefined
  let lastAnswer: T | undefined
  return (text) => {
    if (last === text) return lastAnswer as T
    if (text.length > LONGEST) return read(text)
    let answer = known.get(text)
    if (answer === undefined && !known.has(text)) {
      answer = read(text)
      if (known.size >= most) known = new Map()
      known.set(text, answer)
    }
    last = text
    lastAnswer = answer
    return answer as T
  }
}

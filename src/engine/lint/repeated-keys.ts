/**
 * Keys that stand more than once in one object of a JSON text. `JSON.parse` keeps the last without a word, and AWS saves
 * no such policy (R-GRAM-06). `text` is known to be JSON, URL-encoded or not; one pass, no recursion.
 */
export function repeatedKeys(text: string): readonly string[] {
  const json = text.trimStart().startsWith('%') ? decodeURIComponent(text.trimStart()) : text
  const repeated = new Set<string>()
  /** One entry per open bracket: the keys of an object, or undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  let expectsKey = false
  for (let i = 0; i < json.length; i++) {
    const char = json[i]
    if (char === '"') {
      const end = closingQuote(json, i + 1)
      const keys = open.at(-1)
      if (expectsKey && keys !== undefined) {
        const key = String(JSON.parse(json.slice(i, end + 1)))
        if (keys.has(key)) repeated.add(key)
        keys.add(key)
        expectsKey = false
      }
      i = end
    } else if (char === '{') {
      open.push(new Set())
      expectsKey = true
    } else if (char === '[') {
      open.push(undefined)
      expectsKey = false
    } else if (char === '}' || char === ']') {
      open.pop()
      expectsKey = false
    } else if (char === ',') expectsKey = open.at(-1) !== undefined
  }
  return [...repeated]
}

function closingQuote(json: string, from: number): number {
  for (let i = from; i < json.length; i++) {
    if (json[i] === '\\') i++
    else if (json[i] === '"') return i
  }
  return json.length
}

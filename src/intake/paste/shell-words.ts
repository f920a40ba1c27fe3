/** Longer command lines are not read. */
const LONGEST = 4096
const MAX_WORDS = 200

/**
 * The words of a command as a POSIX shell takes them apart, as far as that needs no shell: quotes and backslashes, up to what ends
 * the command. A variable or a substitution stays as it is written.
 */
export function shellWords(line: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  const text = line.slice(0, LONGEST)
  for (let i = 0; i < text.length && words.length < MAX_WORDS; i++) {
    const c = text[i] ?? ''
    if (c === ' ' || c === '\t') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (c === "'" || c === '"') {
      const end = quoteEnd(text, i)
      word = (word ?? '') + inside(text.slice(i + 1, end), c)
      i = end
    } else if (c === '\\') word = (word ?? '') + (text[++i] ?? '')
    else if (ENDS.has(c)) break
    else word = (word ?? '') + c
  }
  return word === undefined ? words : [...words, word]
}

const ENDS: ReadonlySet<string> = new Set(['\n', ';', '|', '&', '>', '<'])

function quoteEnd(text: string, from: number): number {
  const quote = text[from]
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === quote) return i
    if (quote === '"' && text[i] === '\\') i++
  }
  return text.length
}

const inside = (text: string, quote: string): string => (quote === '"' ? text.replaceAll(/\\(["\\$`])/g, '$1') : text)

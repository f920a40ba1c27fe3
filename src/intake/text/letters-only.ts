/**
 * The letters of a text alone, in lower case, each with its index. Line breaks in the middle of a word, comment leaders,
 * mark-up and glued words all vanish, so a phrase of AWS's is found by `indexOf` however the text was wrapped.
 */
export interface LettersOnly {
  readonly letters: string
  readonly at: Int32Array
}

/** The letters of the last text: it is asked for more than once. */
let last: { readonly text: string; readonly letters: LettersOnly } | undefined

export function keepLetters(text: string): LettersOnly {
  if (last?.text !== text) last = { text, letters: readLetters(text) }
  return last.letters
}

function readLetters(text: string): LettersOnly {
  const at = new Int32Array(text.length)
  let letters = ''
  let count = 0
  let from = -1
  for (let i = stampLength(text, 0); i < text.length; i++) {
    const code = text.charCodeAt(i)
    const lower = code | 0x20
    if (code < 0x80 && lower >= 0x61 && lower <= 0x7a) {
      if (from < 0) from = i
      at[count++] = i
      continue
    }
    if (from >= 0) letters += text.slice(from, i)
    from = -1
    if (code === 0x0a) i += stampLength(text, i + 1)
  }
  if (from >= 0) letters += text.slice(from)
  return { letters: letters.toLowerCase(), at: at.subarray(0, count) }
}

/** The time that a log puts before every line; its `T` and `Z` would stand inside a wrapped word. */
export function stampLength(text: string, from: number): number {
  const first = text.charCodeAt(from)
  if (first < 0x30 || first > 0x39) return 0
  const match = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?[ \t]{1,8}/.exec(
    text.slice(from, from + 48),
  )
  return match === null ? 0 : match[0].length
}

/** Index in the text just after the letter at `index` of the text of letters only. */
export const afterLetter = (lettersOnly: LettersOnly, index: number): number => (lettersOnly.at[index] ?? -1) + 1

/** Every place of a phrase (letters only), as [start, end) in the text. */
export function findPhrase(lettersOnly: LettersOnly, phrase: string): [number, number][] {
  const found: [number, number][] = []
  for (let i = lettersOnly.letters.indexOf(phrase); i >= 0; i = lettersOnly.letters.indexOf(phrase, i + phrase.length))
    found.push([lettersOnly.at[i] ?? 0, afterLetter(lettersOnly, i + phrase.length - 1)])
  return found
}

/** The letters of the part [from, to) of the text. */
export const lettersBetween = (lettersOnly: LettersOnly, from: number, to: number): string =>
  lettersOnly.letters.slice(firstLetterAt(lettersOnly.at, from), firstLetterAt(lettersOnly.at, to))

/** Index of the first letter at or after a place in the text. */
function firstLetterAt(at: Int32Array, place: number): number {
  let low = 0
  let high = at.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[middle] ?? 0) < place) low = middle + 1
    else high = middle
  }
  return low
}
